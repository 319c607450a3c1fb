/**
 * Which fields are read at which pace. All rows but those of `pulseFields` and `trackerFields` begin alike and are cut
 * alike, so that a row can be compared with one of another kind:
 *
 *   pulse     id, what shows that something moves
 *   moving    id, counted,                  the rest of what moves
 *   place     id, counted, placed
 *   settings  id, counted, placed, set
 *   whole     id, counted, placed, set,     the rest of what moves, what never changes
 *
 * A row of pulse, place or settings has no hash: it is compared by its bytes and told by nothing. What differs is read
 * by its hash.
 */

/** 22 bytes for a torrent that seeds: of 10,000 torrents a thousand may be named at each step. */
export const pulseFields: readonly string[] = [
  'id',
  'status',
  'rate_download',
  'rate_upload',
  'left_until_done',
]

/** Change with each piece, also between two steps that find no rate; places in the queue also when others move. */
const counted = ['queue_position', 'uploaded_ever', 'downloaded_ever'] as const

/** Commands and trackers change them, and the daemon does not always say so. */
const placed = ['error', 'labels', 'download_dir'] as const

/** Change on command only; Transmission does not count all of them as activity. 3.00 answers unknown names with 0. */
function set(rpc: number): readonly string[] {
  return [
    'name',
    'bandwidth_priority',
    'download_limit',
    'download_limited',
    'upload_limit',
    'upload_limited',
    'seed_ratio_limit',
    'seed_ratio_mode',
    'seed_idle_limit',
    'seed_idle_mode',
    ...(rpc >= 18 ? ['sequential_download'] : []),
  ]
}

/** What moves while the torrent runs, beside what is counted. */
const moving = [
  'hash_string',
  'error_string',
  'status',
  'size_when_done',
  'left_until_done',
  'percent_done',
  'recheck_progress',
  'metadata_percent_complete',
  'rate_download',
  'rate_upload',
  'upload_ratio',
  'done_date',
  'peers_connected',
  'eta',
  'activity_date',
  'seconds_downloading',
  'seconds_seeding',
] as const

/** Stay as they are once there is metadata, but for trackers. */
function lasting(rpc: number): readonly string[] {
  return [
    'total_size',
    'added_date',
    'date_created',
    'comment',
    'creator',
    'is_private',
    'piece_size',
    'piece_count',
    ...(rpc >= 17 ? ['file_count', 'tracker_list'] : ['trackers']),
  ]
}

export const movingFields: readonly string[] = ['id', ...counted, 'error', ...moving]

export const placeFields: readonly string[] = ['id', ...counted, ...placed]

export function settingsFields(rpc: number): readonly string[] {
  return [...placeFields, ...set(rpc)]
}

export function wholeFields(rpc: number): readonly string[] {
  return [...settingsFields(rpc), ...moving, ...lasting(rpc)]
}

/** All that is told of one torrent beside what moves. */
export function slowFields(rpc: number): readonly string[] {
  return [...settingsFields(rpc), 'hash_string', 'error_string', ...lasting(rpc)]
}

/** Where rows are cut: behind the id, behind what is counted, behind what is placed, behind what is set. */
export function rowSplits(rpc: number): readonly number[] {
  return [1, 1 + counted.length, placeFields.length, settingsFields(rpc).length]
}

/** The heaviest: nine tenths of a kilobyte and ten times the daemon's time of a row that moves (3.00, 2,000 torrents). */
export const trackerFields: readonly string[] = ['id', 'hash_string', 'tracker_stats']
