/**
 * What is changed in a download client of an Arr: two of its settings have a name, the others are fields, whose names
 * differ by app and by client.
 * Source: Sonarr and Radarr; `download-clients.ts` reads the same.
 */
import type {ArrClientChange} from '#model/arr.ts'
import {NotSupported} from '#model/errors.ts'
import {categoryField} from './download-clients.ts'

interface Field {
  readonly name?: unknown
  readonly value?: unknown
}

/**
 * Members of the client as they are to be; absent = as they are.
 * @throws {NotSupported} it has no such field
 */
export function clientChanges(
  client: Readonly<Record<string, unknown>>,
  {category, addsStopped, removesCompleted, removesFailed}: ArrClientChange,
): Readonly<Record<string, unknown>> {
  const before = (Array.isArray(client['fields']) ? client['fields'] : []) as Field[]
  let fields = before
  if (category !== undefined) fields = withField(fields, categoryField, () => category, 'category')
  if (addsStopped !== undefined) {
    fields = withField(fields, beginning, (value) => begun(value, addsStopped), 'choice how downloads begin')
  }
  return {
    removeCompletedDownloads: removesCompleted,
    removeFailedDownloads: removesFailed,
    ...(fields !== before && {fields}),
  }
}

/** qBittorrent says how it begins in `initialState`, the others in a flag. */
const beginning = /^(initialState|addPaused|addStopped)$/

/** qBittorrent's choice is 0 = started, 2 = stopped, or words for that. */
function begun(value: unknown, stopped: boolean): unknown {
  if (typeof value === 'boolean') return stopped
  const [start, stop] = typeof value === 'string' ? ['start', 'stop'] : [0, 2]
  return stopped ? stop : start
}

function withField(
  fields: readonly Field[],
  name: RegExp,
  valueOf: (before: unknown) => unknown,
  what: string,
): Field[] {
  const at = fields.findIndex((field) => typeof field.name === 'string' && name.test(field.name))
  const field = fields[at]
  if (field === undefined) throw new NotSupported(`This download client has no ${what}.`)
  return fields.with(at, {...field, value: valueOf(field.value)})
}
