/** Which fields there are, and what each one takes. A new field is a line here. */
import type {SearchableField, TimeField} from '#model/query.ts'
import type {TorrentField} from '#model/torrent.ts'
import type {UnitFamily} from './quantities.ts'

interface Named {
  readonly name: string
  /** Other spellings. */
  readonly also: readonly string[]
  /** One line in English. */
  readonly hint: string
}

interface WordField extends Named {
  readonly takes: 'server' | 'kind' | 'state' | 'private' | 'is' | 'hash' | 'arr' | 'item'
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
  readonly isAhead?: true
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
const figure = (
  name: string,
  column: TorrentField,
  family: UnitFamily,
  hint: string,
  also: string[] = [],
): QuantityField => ({name, takes: 'quantity', column, family, hint, also})
const time = (name: string, column: TimeField, hint: string, also: string[] = []): TimeAsked => ({
  name,
  takes: 'time',
  column,
  hint,
  also,
})

/** In the order in which they are offered. */
export const fields: readonly Field[] = [
  word('server', 'server', 'On this server, by its name or a part of it, or by its id', ['servers']),
  word('state', 'state', 'What it is doing: downloading, seeding, stalled, error …', ['status']),
  names('category', 'categories', false, 'In this category; none = without one', ['cat', 'categories']),
  names('tag', 'tags', true, 'With this tag; none = without one', ['tags', 'label', 'labels']),
  names('tracker', 'trackers', true, 'On the tracker of this host; none = without one', ['trackers']),
  word('arr', 'arr', 'Of this Arr, by its name, a part of it, or its kind; none = of no Arr', ['arrs']),
  word('item', 'item', 'A piece of the movie, episodes, album or book that it is for', ['for', 'media']),
  figure('size', 'size', 'size', 'Size of the wanted files'),
  figure('ratio', 'ratio', 'number', 'Uploaded ÷ downloaded'),
  time('added', 'addedAt', 'When it was added', ['added_at']),
  figure('progress', 'progress', 'share', 'Share of the wanted bytes, 0% to 100%', ['done']),
  word('is', 'is', 'complete, active, duplicate, problem, attention, stale, private …'),
  word('private', 'private', 'Of a private tracker: yes or no'),
  word('kind', 'kind', 'On servers of this kind', ['client', 'type']),
  piece('name', ['name'], 'A piece of the name'),
  piece('path', ['savePath', 'contentPath'], 'A piece of its path', ['folder', 'save_path']),
  piece('message', ['message', 'trackerMessage'], "A piece of the error's or tracker's message", ['error']),
  piece('comment', ['comment'], 'A piece of the comment'),
  piece('creator', ['createdBy'], 'A piece of what made the torrent', ['created_by']),
  word('hash', 'hash', 'The first digits of the info hash', ['info_hash']),
  figure('down', 'downSpeed', 'speed', 'Download speed', ['dl', 'down_speed']),
  figure('up', 'upSpeed', 'speed', 'Upload speed', ['ul', 'up_speed']),
  figure('eta', 'eta', 'duration', 'Time until it is complete'),
  figure('left', 'amountLeft', 'size', 'Wanted bytes that are missing', ['amount_left', 'remaining']),
  figure('total', 'sizeTotal', 'size', 'Size of all files, wanted or not', ['size_total']),
  figure('downloaded', 'downloaded', 'size', 'Bytes downloaded'),
  figure('uploaded', 'uploaded', 'size', 'Bytes uploaded'),
  figure('seeds', 'seedsConnected', 'count', 'Seeds connected', ['seeders']),
  figure('peers', 'peersConnected', 'count', 'Peers connected'),
  figure('seeds_swarm', 'seedsSwarm', 'count', 'Seeds in the swarm'),
  figure('peers_swarm', 'peersSwarm', 'count', 'Peers in the swarm'),
  figure('availability', 'availability', 'number', 'Full copies that can be reached'),
  figure('popularity', 'popularity', 'number', 'Ratio earned per month'),
  time('completed', 'completedAt', 'When it was complete', ['completed_at', 'finished']),
  time('activity', 'lastActivityAt', 'When bytes last flowed', ['last_activity', 'last_activity_at']),
  time('seen_complete', 'seenCompleteAt', 'When a full copy was last seen'),
  time('created', 'createdAt', 'When the torrent was made', ['created_at']),
  {
    ...time('removable', 'removableAt', 'From when on a rule may remove it: <7d within a week', [
      'removable_at',
    ]),
    isAhead: true,
  },
  figure('active_time', 'activeTime', 'duration', 'How long it has been active'),
  figure('seeding_time', 'seedingTime', 'duration', 'How long it has been seeding', ['seeding', 'seed_time']),
  figure('downlimit', 'downLimit', 'speed', 'Its download limit', ['down_limit', 'dl_limit']),
  figure('uplimit', 'upLimit', 'speed', 'Its upload limit', ['up_limit', 'ul_limit']),
  figure('files', 'fileCount', 'count', 'How many files it has', ['file_count']),
  figure('queue', 'queuePosition', 'count', 'Its place in the queue', ['queue_position']),
]

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
