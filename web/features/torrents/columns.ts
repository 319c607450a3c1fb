/**
 * Every column of the torrent list. Ids are names on the wire where one column says it all; `peers` and `server` are
 * put together. Widths in px. The name takes what the others leave.
 */
import type {TextKey} from '../../i18n/text.ts'
import {duration, ratio} from '../../ui/format.ts'
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
  untilIn,
  words,
  yesOrNo,
  type CellWriter,
} from './table/cell-text.ts'
import {rowColumns, type WireColumn} from './table/wire-columns.ts'

export interface Column {
  readonly id: string
  readonly title: TextKey
  readonly width: number
  readonly min: number
  /** Words stand left, figures right. */
  readonly align: 'left' | 'right'
  /** What the view sorts by; `null` = it cannot. */
  readonly sort: string | null
  /** Which goes first where there is no room; absent = it stays. */
  readonly drop?: number
  /** Rows of two lines say it in the second one. */
  readonly inSecondLine?: true
  /** Columns on the wire that it is written from. */
  readonly reads: readonly WireColumn[]
  /** Says it in a row; the name and the state are drawn by the row itself. */
  readonly write: CellWriter
  /** A value that trembles is written at most so often. */
  readonly everyMs?: number
  /** Changes with time alone. */
  readonly ages?: true
}

type Details = Partial<Omit<Column, 'id' | 'write'>>

const FIGURE = 76
const WORD = 110
const FLAG = 64
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

const inDuration = (seconds: number) => inOne(duration(seconds))

/** All of them, in the order in which they are offered. */
export const columns: readonly Column[] = [
  left('name', words('name'), {width: 360, min: 240}),
  left('state', words('state'), {width: 152, min: 96}),
  right('size', sizeCell, {width: 76}),
  right('down_speed', speedIn('down_speed'), {
    width: 78,
    reads: ['down_speed', 'stale'],
    everyMs: SPEEDS_EVERY_MS,
  }),
  right('up_speed', speedIn('up_speed'), {
    width: 78,
    drop: 5,
    reads: ['up_speed', 'stale'],
    everyMs: SPEEDS_EVERY_MS,
  }),
  right('eta', etaCell, {width: 52, reads: ['eta', 'state', 'stale'], everyMs: ETA_EVERY_MS}),
  right('ratio', ratioIn('ratio'), {width: 50, drop: 4}),
  right('peers', peersCell, {
    width: 68,
    drop: 3,
    sort: 'peers_connected',
    reads: ['seeds_connected', 'peers_connected', 'seeds_swarm', 'peers_swarm', 'stale'],
    everyMs: SPEEDS_EVERY_MS,
  }),
  left('server', serverCell, {width: 86, min: 60, inSecondLine: true, reads: ['name']}),
  left('category', words('category'), {width: 82, min: 60, drop: 2, inSecondLine: true}),
  right('added_at', agoIn('added_at'), {width: 62, drop: 1, inSecondLine: true, ages: true}),

  left('arr_item', itemCell, {width: 180, sort: null, reads: ['arr_item', 'arr_name']}),
  left('tags', words('tags'), {width: 120}),
  right('progress', shareIn('progress'), {width: 66}),
  right('task_progress', shareIn('task_progress'), {width: 66}),
  right('size_total', bytesIn('size_total')),
  right('completed', bytesIn('completed')),
  right('amount_left', bytesIn('amount_left')),
  right('downloaded', bytesIn('downloaded'), {width: 88}),
  right('uploaded', bytesIn('uploaded')),
  right('session_downloaded', bytesIn('session_downloaded'), {width: 140}),
  right('session_uploaded', bytesIn('session_uploaded'), {width: 124}),
  right('popularity', ratioIn('popularity')),
  right('availability', ratioIn('availability')),
  right('seeds_connected', countIn('seeds_connected'), {width: 60}),
  right('peers_connected', countIn('peers_connected'), {width: 116}),
  right('seeds_swarm', countIn('seeds_swarm'), {width: 98}),
  right('peers_swarm', countIn('peers_swarm'), {width: 96}),

  left('tracker_host', words('tracker_host'), {width: 130}),
  left('tracker_hosts', words('tracker_hosts'), {width: 160}),
  left('tracker_status', oneOf('tracker_status', trackerStatuses)),
  left('tracker_message', words('tracker_message'), {width: 180}),
  left('tracker_problem', yesOrNo('tracker_problem'), {width: 86}),
  right('next_announce_at', untilIn('next_announce_at'), {
    width: 100,
    reads: ['next_announce_at', 'stale'],
    ages: true,
  }),
  left('message', words('message'), {width: 220}),
  left('native_state', words('native_state')),

  right('removable_at', removableCell, {width: 132, reads: ['removable_at', 'stale'], ages: true}),
  right('completed_at', agoIn('completed_at'), {width: 96, ages: true}),
  right('last_activity_at', agoIn('last_activity_at'), {width: 84, ages: true}),
  right('seen_complete_at', agoIn('seen_complete_at'), {width: 122, ages: true}),
  right('created_at', agoIn('created_at'), {ages: true}),
  right('active_time', durationIn('active_time'), {width: 80}),
  right('seeding_time', durationIn('seeding_time'), {width: 90}),
  right('seen_at', seenCell, {reads: ['seen_at', 'stale'], sort: null, ages: true}),

  left('save_path', words('save_path'), {width: 200}),
  left('content_path', words('content_path'), {width: 240}),
  left('incomplete_path', words('incomplete_path'), {width: 200}),
  left('completed_path', words('completed_path'), {width: 200}),

  left('is_private', yesOrNo('is_private'), {width: FLAG}),
  right('queue_position', countIn('queue_position'), {width: 60}),
  left('priority', oneOf('priority', priorities), {width: 70}),
  right('down_limit', limitIn('down_limit'), {width: 86}),
  right('up_limit', limitIn('up_limit'), {width: 86}),
  right('ratio_limit', limitOr('ratio_limit', ratio), {width: 108}),
  right('seed_time_limit', limitOr('seed_time_limit', inDuration), {width: 116}),
  right('idle_limit', limitOr('idle_limit', inDuration), {width: 108}),
  left('force_start', yesOrNo('force_start'), {width: 76}),
  left('queued_check', yesOrNo('queued_check'), {width: 130}),
  left('sequential', yesOrNo('sequential'), {width: 132}),
  left('first_last', yesOrNo('first_last'), {width: 144}),
  left('super_seeding', yesOrNo('super_seeding'), {width: 96}),
  left('auto_managed', yesOrNo('auto_managed'), {width: 148}),
  left('complete', yesOrNo('complete'), {width: 72}),
  left('has_metadata', yesOrNo('has_metadata'), {width: 70}),

  left('comment', words('comment'), {width: 180}),
  left('created_by', words('created_by'), {width: 130}),
  right('piece_size', bytesIn('piece_size')),
  right('piece_count', countIn('piece_count')),
  right('pieces_have', countIn('pieces_have'), {width: 86}),
  right('file_count', countIn('file_count'), {width: 60}),
  right('native_ratio', ratioIn('native_ratio'), {width: 88}),
  right('copies', copiesCell, {width: 60, sort: null}),
  left('info_hash_v1', words('info_hash_v1'), {width: 300}),
  left('info_hash_v2', words('info_hash_v2'), {width: 300}),
]

const byId = new Map(columns.map((it) => [it.id, it]))

/** `null` = there is none of that name (any more). */
export function columnOf(id: string): Column | null {
  return byId.get(id) ?? null
}

/** Those that are shown where nobody chose others, in their order. */
export const standardColumns: readonly string[] = [
  'name',
  'state',
  'size',
  'down_speed',
  'up_speed',
  'eta',
  'ratio',
  'peers',
  'server',
  'category',
  'added_at',
]

/** What the view must bring for these columns, each once. */
export function wireColumnsFor(shown: readonly Column[]): readonly WireColumn[] {
  return [...new Set([...rowColumns, ...shown.flatMap((it) => it.reads)])]
}

function left(id: string, write: CellWriter, details: Details = {}): Column {
  return column(id, write, {width: WORD, ...details, align: 'left'})
}

function right(id: string, write: CellWriter, details: Details = {}): Column {
  return column(id, write, {width: FIGURE, ...details, align: 'right'})
}

function column(
  id: string,
  write: CellWriter,
  details: Details & {width: number; align: Column['align']},
): Column {
  return {
    id,
    title: `column.${id}` as TextKey,
    min: LEAST,
    sort: id,
    reads: [id as WireColumn],
    write,
    ...details,
  }
}
