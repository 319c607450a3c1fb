/**
 * Which fields are read at which pace. Hot, slow and whole rows begin alike and are cut alike, so that a row can be compared with one of another kind:
 *
 *   hot     shared, moving, ticking
 *   slow    shared,                  settled
 *   whole   shared, moving, ticking, settled
 */

/**
 * In hot rows because commands and the daemon change them, in slow ones because it does not always say so. The folder
 * and the name are one place: read apart, one would be of before a move and the other of after it.
 */
const shared = ['id', 'hash_string', 'error', 'error_string', 'labels', 'download_dir', 'name'] as const

/** Change at any moment. */
const moving = [
  'status',
  'size_when_done',
  'total_size',
  'left_until_done',
  'percent_done',
  'recheck_progress',
  'metadata_percent_complete',
  'rate_download',
  'rate_upload',
  'downloaded_ever',
  'uploaded_ever',
  'upload_ratio',
  'done_date',
  'queue_position',
  'peers_connected',
] as const

/** Move by themselves while the torrent runs. */
const ticking = ['eta', 'activity_date', 'seconds_downloading', 'seconds_seeding'] as const

/** Change on command only; Transmission does not count all of them as activity. 3.00 answers unknown names with 0. */
function settled(rpc: number): readonly string[] {
  return [
    'added_date',
    'date_created',
    'comment',
    'creator',
    'is_private',
    'bandwidth_priority',
    'download_limit',
    'download_limited',
    'upload_limit',
    'upload_limited',
    'seed_ratio_limit',
    'seed_ratio_mode',
    'seed_idle_limit',
    'seed_idle_mode',
    'piece_size',
    'piece_count',
    ...(rpc >= 17 ? ['file_count', 'tracker_list'] : ['trackers']),
    ...(rpc >= 18 ? ['sequential_download'] : []),
  ]
}

export const hotFields: readonly string[] = [...shared, ...moving, ...ticking]

export function slowFields(rpc: number): readonly string[] {
  return [...shared, ...settled(rpc)]
}

export function fullFields(rpc: number): readonly string[] {
  return [...hotFields, ...settled(rpc)]
}

/** Where rows are cut: behind what they share, behind what moves, behind what ticks. */
export const rowSplits: readonly [number, number, number] = [
  shared.length,
  shared.length + moving.length,
  hotFields.length,
]

/** The heaviest: nine tenths of a kilobyte and ten times the daemon's time of a hot row (3.00, 2,000 torrents). */
export const trackerFields: readonly string[] = ['id', 'hash_string', 'tracker_stats']
