/**
 * Every column of the torrent list: those of a torrent's fields as they are stated (`model/torrent-fields.ts`), and those that
 * are put together. Ids are names on the wire where one column says it all. Widths in px. The name takes what the others
 * leave.
 */
import type {TorrentColumn} from '#http/schemas/torrent.ts'
import {snake} from '#lib/snake-case.ts'
import {fieldDefinitions, placed, type FieldDefinition, type FieldUnit} from '#model/torrent-fields.ts'
import type {TextKey} from '../../../i18n/text.ts'
import {duration, ratio} from '../../../ui/format.ts'
import {
  agoIn,
  bytesIn,
  copiesCell,
  countIn,
  durationIn,
  etaCell,
  inOne,
  itemCell,
  limitIn,
  limitOr,
  oneOf,
  peersCell,
  ratioIn,
  removableCell,
  seenCell,
  serverCell,
  shareIn,
  sizeCell,
  speedIn,
  trackerCell,
  untilIn,
  words,
  yesOrNo,
  type CellWriter,
} from './cell-text.ts'
import {rowColumns, type WireColumn} from './wire-columns.ts'

export interface Column {
  readonly id: string
  readonly title: TextKey
  readonly width: number
  readonly min: number
  /** Words stand left, figures right. */
  readonly align: 'left' | 'right'
  /** What the view sorts by; `null` = it cannot. */
  readonly sort: string | null
  /** It is shown where nobody selected others. */
  readonly isStandard?: true
  /** It stands behind the column of this name. */
  readonly after?: string
  /** Which goes first where there is no room; absent = it stays. */
  readonly drop?: number
  /** Rows of two lines say it in the second one. */
  readonly inSecondLine?: true
  /** Columns on the wire that it is written from. */
  readonly reads: readonly WireColumn[]
  /** Says it in a row; the name and the state are drawn by the row itself. */
  readonly write: CellWriter
  /** A value that trembles is written at most so often. */
  readonly everyMs?: number | undefined
  /** Changes with time alone. */
  readonly ages?: true | undefined
}

const FIGURE = 76
const WORD = 110
const LEAST = 44
const SPEEDS_EVERY_MS = 900
const ETA_EVERY_MS = 10_000

const priorities = {
  off: 'priority.off',
  low: 'priority.low',
  normal: 'priority.normal',
  high: 'priority.high',
} as const
const trackerStatuses = {
  ok: 'tracker.ok',
  warning: 'tracker.warning',
  error: 'tracker.error',
  unreachable: 'tracker.unreachable',
  none: 'tracker.none',
} as const

const importStatuses = {
  waiting: 'import.waiting',
  rejected: 'import.rejected',
  imported: 'import.imported',
} as const

const inDuration = (seconds: number) => inOne(duration(seconds))

type ColumnWriter = (column: WireColumn) => CellWriter

const writers: {readonly [U in FieldUnit]: ColumnWriter} = {
  text: words,
  word: words,
  path: words,
  host: words,
  hash: words,
  arr: words,
  list: words,
  set: words,
  choice: words,
  flag: yesOrNo,
  bytes: bytesIn,
  rate: speedIn,
  speedLimit: limitIn,
  share: shareIn,
  number: ratioIn,
  count: countIn,
  seconds: durationIn,
  moment: agoIn,
  ratioLimit: (column) => limitOr(column, ratio),
  secondsLimit: (column) => limitOr(column, inDuration),
}
/** Units of words; all others are figures. */
const ofWords: ReadonlySet<FieldUnit> = new Set([
  'text',
  'word',
  'path',
  'host',
  'hash',
  'arr',
  'list',
  'set',
  'choice',
  'flag',
])

/** Columns of a field that say something else than it alone. */
const special: {readonly [C in WireColumn]?: Partial<Column>} = {
  size: {write: sizeCell},
  eta: {write: etaCell, reads: ['eta', 'state', 'stale'], everyMs: ETA_EVERY_MS},
  arr_item: {write: itemCell, reads: ['arr_item', 'arr_name']},
  tracker_host: {write: trackerCell},
  tracker_status: {write: oneOf('tracker_status', trackerStatuses)},
  import_status: {write: oneOf('import_status', importStatuses)},
  priority: {write: oneOf('priority', priorities)},
  removable_at: {write: removableCell},
}

/** All of them, in the order in which they are offered. */
export const columns = placed<Column>(
  [
    ...fieldDefinitions.flatMap(([field, definition]) => columnOfField(snake(field), definition)),
    {
      ...head('peers', 'right'),
      width: 68,
      drop: 3,
      sort: 'peers_connected',
      reads: ['seeds_connected', 'peers_connected', 'seeds_swarm', 'peers_swarm', 'stale'],
      write: peersCell,
      everyMs: SPEEDS_EVERY_MS,
      isStandard: true,
      after: 'ratio',
    },
    {
      ...head('server', 'left'),
      width: 86,
      min: 60,
      inSecondLine: true,
      reads: ['name'],
      write: serverCell,
      isStandard: true,
      after: 'peers',
    },
    {
      ...head('seen_at', 'right'),
      sort: null,
      reads: ['seen_at', 'stale'],
      write: seenCell,
      ages: true,
      after: 'seeding_time',
    },
    {
      ...head('copies', 'right'),
      width: 60,
      sort: null,
      reads: ['copies'],
      write: copiesCell,
      after: 'native_ratio',
    },
  ],
  ({id}) => id,
)

const byId = new Map(columns.map((it) => [it.id, it]))

/** `null` = there is none of that name (any more). */
export function columnOf(id: string): Column | null {
  return byId.get(id) ?? null
}

/** Those that are shown where nobody chose others, in their order. */
export const standardColumns: readonly string[] = columns.filter((it) => it.isStandard).map(({id}) => id)

/** What the view must bring for these columns, each once. */
export function wireColumnsFor(shown: readonly Column[]): readonly WireColumn[] {
  return [...new Set([...rowColumns, ...shown.flatMap((it) => it.reads)])]
}

function columnOfField(
  id: TorrentColumn,
  {unit, isAhead, isKept, column}: FieldDefinition,
): readonly Column[] {
  if (column === undefined) return []
  // Nobody knows what flows, and what comes next, on a server that is away.
  const isOfNow = unit === 'rate' || isAhead
  return [
    {
      ...head(id, ofWords.has(unit) ? 'left' : 'right'),
      sort: isKept ? null : id,
      reads: isOfNow ? [id, 'stale'] : [id],
      write: isAhead ? untilIn(id) : writers[unit](id),
      everyMs: unit === 'rate' ? SPEEDS_EVERY_MS : undefined,
      ages: unit === 'moment' ? true : undefined,
      ...column,
      ...special[id],
    },
  ]
}

function head(id: string, align: Column['align']) {
  return {
    id,
    title: `column.${id}` as TextKey,
    width: align === 'left' ? WORD : FIGURE,
    min: LEAST,
    align,
    sort: id,
  }
}
