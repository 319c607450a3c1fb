import type {TorrentColumn, torrentFreshnessNames} from '#http/schemas/torrent.ts'

/** What can be asked for of a row, by its name on the wire. */
export type WireColumn = TorrentColumn | (typeof torrentFreshnessNames)[number] | 'copies' | 'arr_name'

/** What every row needs, whatever columns are shown. */
export const rowColumns: readonly WireColumn[] = [
  'name',
  'state',
  'native_state',
  'message',
  'complete',
  'progress',
  'task_progress',
  'size',
  'down_speed',
  'up_speed',
  'category',
  'tags',
  'added_at',
  'stale',
  'seen_at',
  'pending',
  'removal_waits',
]
