/** What could stand at the cursor in the search box of the queue. Pure. */
import type {Completion} from '#search-query/complete.ts'
import {text} from '../../../i18n/text.ts'
import {listCompletions, type ListFields} from '../list-completions.ts'
import type {QueueLine} from './queue-lines.ts'
import {
  isFigure,
  isWords,
  queueFieldCalled,
  queueFields,
  stateNames,
  type QueueFieldName,
} from './queue-query.ts'

/** Values that are offered, by field, as they are in the queue now. */
export type QueueValues = Readonly<Partial<Record<QueueFieldName, readonly string[]>>>

export function queueValues(lines: readonly QueueLine[]): QueueValues {
  const each = (of: (line: QueueLine) => readonly string[]) =>
    [...new Set(lines.flatMap(of))]
      .filter((it) => it !== '')
      .toSorted((one, other) => one.localeCompare(other))
  return {
    arr: each(({arrs}) => arrs.map(({name}) => name)),
    server: each(({torrents}) => torrents.map((it) => it.server_name)),
    state: stateNames,
    is: Object.keys(isWords),
    quality: each(({row}) => [row.quality]),
    indexer: each(({row}) => [row.indexer]),
    client: each(({row}) => [row.client]),
    category: each(({torrents}) => torrents.flatMap(({category}) => category ?? [])),
    protocol: ['torrent', 'usenet'],
    size: ['1GB', '5GB', '10GB', '50GB'],
    when: ['10m', '1h', '6h', '1d'],
    eta: ['10m', '1h', '6h', '1d'],
    progress: ['50%', '90%', '99%'],
    down: ['1MB/s', '10MB/s'],
    added: ['1h', '1d', '7d'],
    ratio: ['1', '2'],
  }
}

const fields: ListFields<QueueFieldName> = {
  names: queueFields,
  called: queueFieldCalled,
  comparison: (name) => (!isFigure(name) ? null : name === 'when' || name === 'added' ? '<' : '>'),
  hint: (name) => text(`queue.field.${name}`),
  valueHint: (name, value) => (name === 'is' ? text(`queue.is.${value as keyof typeof isWords}`) : ''),
}

/** @param isAsked also where nothing is written yet */
export function queueCompletions(
  written: string,
  cursor: number,
  values: QueueValues,
  isAsked: boolean,
): readonly Completion[] {
  return listCompletions(written, cursor, fields, values, isAsked)
}
