/**
 * Which fields there are, and what each one takes. Those of one column of a torrent are stated with it
 * (`model/torrent-fields.ts`); only what takes more is a line here.
 */
import type {SearchableField, TimeField} from '#model/query.ts'
import {fieldDefinitions, placed, type FieldUnit} from '#model/torrent-fields.ts'
import type {TorrentField} from '#model/torrent.ts'
import type {UnitFamily} from './quantities.ts'

interface Named {
  readonly name: string
  /** Other spellings. */
  readonly also: readonly string[]
  /** One line in English. */
  readonly hint: string
  /** It is offered behind this one. */
  readonly after?: string
}

interface WordField extends Named {
  readonly takes: 'server' | 'kind' | 'state' | 'private' | 'is' | 'hash' | 'only' | 'arr' | 'item' | 'import'
}

/** Names that servers know; `none` = without one. */
export interface NamesField extends Named {
  readonly takes: 'names'
  readonly part: 'categories' | 'tags' | 'trackers'
  /** A torrent may have several, so that all of them can be asked for. */
  readonly several: boolean
}

export interface PieceField extends Named {
  readonly takes: 'piece'
  readonly columns: readonly SearchableField[]
}

export interface QuantityField extends Named {
  readonly takes: 'quantity'
  readonly column: TorrentField
  readonly family: UnitFamily
}

export interface TimeAsked extends Named {
  readonly takes: 'time'
  readonly column: TimeField
  /** It is to come: `7d` is within the next seven days, what is past among them. */
  readonly isAhead?: true | undefined
}

export type Field = WordField | NamesField | PieceField | QuantityField | TimeAsked

const word = (name: string, takes: WordField['takes'], hint: string, also: string[] = []): WordField => ({
  name,
  takes,
  hint,
  also,
})
const names = (
  name: string,
  part: NamesField['part'],
  several: boolean,
  hint: string,
  also: string[],
): NamesField => ({name, takes: 'names', part, several, hint, also})
const piece = (
  name: string,
  columns: readonly SearchableField[],
  hint: string,
  also: string[] = [],
): PieceField => ({name, takes: 'piece', columns, hint, also})

/** What takes more than a figure, a time or a piece of one column. */
const own: readonly Field[] = [
  word('server', 'server', 'On this server, by its name or a part of it, or by its id', ['servers']),
  word('state', 'state', 'What it is doing: downloading, seeding, stalled, error …', ['status']),
  names('category', 'categories', false, 'In this category; none = without one', ['cat', 'categories']),
  names('tag', 'tags', true, 'With this tag; none = without one', ['tags', 'label', 'labels']),
  names('tracker', 'trackers', true, 'On the tracker of this host or name; none = without one', ['trackers']),
  word('only_tracker', 'only', 'On no tracker but this one, or these', ['tracker_only']),
  word('arr', 'arr', 'Of this Arr, by its name, a part of it, or its kind; none = of no Arr', ['arrs']),
  word('item', 'item', 'A piece of the movie, episodes, album or book that it is for', ['for', 'media']),
  word('import', 'import', 'How far its Arr got with importing it: waiting, rejected, imported or none', [
    'import_status',
  ]),
  {
    ...word('is', 'is', 'complete, active, duplicate, problem, attention, stale, private …'),
    after: 'progress',
  },
  {...word('private', 'private', 'Of a private tracker: yes or no'), after: 'is'},
  {...word('kind', 'kind', 'On servers of this kind', ['client', 'type']), after: 'private'},
  {
    ...piece('path', ['savePath', 'contentPath'], 'A piece of its path', ['folder', 'save_path']),
    after: 'name',
  },
  {
    ...piece('message', ['message', 'trackerMessage'], "A piece of the error's or tracker's message", [
      'error',
    ]),
    after: 'path',
  },
  {...word('hash', 'hash', 'The first digits of the info hash', ['info_hash']), after: 'creator'},
]

const families: {readonly [U in FieldUnit]?: UnitFamily} = {
  bytes: 'size',
  rate: 'speed',
  speedLimit: 'speed',
  share: 'share',
  number: 'number',
  count: 'count',
  seconds: 'duration',
}

/** In the order in which they are offered. */
export const fields: readonly Field[] = placed(
  [...own, ...fieldDefinitions.flatMap(fieldOfColumn)],
  ({name}) => name,
)

function fieldOfColumn([
  column,
  {unit, search, isAhead},
]: (typeof fieldDefinitions)[number]): readonly Field[] {
  if (search === undefined) return []
  const named = {also: [], ...search}
  if (unit === 'moment') {
    return [{...named, takes: 'time', column: column as TimeField, isAhead}]
  }
  const family = families[unit]
  if (family !== undefined) return [{...named, takes: 'quantity', column, family}]
  return [{...named, takes: 'piece', columns: [column as SearchableField]}]
}

const bySpelling = new Map(fields.flatMap((field) => [field.name, ...field.also].map((it) => [it, field])))

/** By name or another spelling, in any case. */
export function fieldCalled(spelling: string): Field | null {
  return bySpelling.get(spelling.toLowerCase()) ?? null
}

/** What `is` knows. */
export const isWords = [
  'complete',
  'incomplete',
  'active',
  'inactive',
  'duplicate',
  'problem',
  'attention',
  'stale',
  'private',
  'public',
] as const
export type IsWord = (typeof isWords)[number]

const yesNo: Readonly<Record<string, boolean>> = {
  yes: true,
  no: false,
  true: true,
  false: false,
  y: true,
  n: false,
  on: true,
  off: false,
}

/** `null` = neither yes nor no. */
export function yesOrNo(text: string): boolean | null {
  return yesNo[text.toLowerCase()] ?? null
}

/** Written without quotes it stands for having none. */
export const noneWord = 'none'
