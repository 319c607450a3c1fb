/** One torrent of a world in Transmission's fields, by their snake_case names. Units as there: K = 1000 bytes. */
import {labelsOf} from '#clients/transmission/labels.ts'
import type {Limit} from '#model/torrent.ts'
import {
  isComplete,
  listedTrackers,
  progressOf,
  type SimFile,
  type SimPeer,
  type SimTorrent,
  type SimTracker,
} from './sim-torrent.ts'
import {torrentFileOf} from './torrent-folder.ts'
import type {World} from './world.ts'

export type FieldReader = (torrent: SimTorrent, world: World) => unknown

export const BYTES_PER_K = 1000

interface Field {
  /** `rpc_version` it came with. */
  readonly since: number
  readonly read: FieldReader
}

const statusNumbers: Readonly<Record<SimTorrent['state'], number>> = {
  stopped: 0,
  error: 0,
  missingFiles: 0,
  checking: 2,
  metadata: 4,
  downloading: 4,
  seeding: 6,
  queued: 3,
  // Transmission does not say that it moves: it goes on as it was.
  moving: -1,
}

const all: Readonly<Record<string, FieldReader>> = {
  id: (t) => t.id,
  hash_string: (t) => t.hash,
  name: (t) => t.name,
  comment: (t) => t.comment,
  creator: (t) => t.createdBy,
  date_created: (t) => t.createdAt ?? 0,
  status: statusOf,
  error: errorOf,
  error_string: (t) => [undefined, firstMessage(t), firstMessage(t), t.errorText][errorOf(t)] ?? '',
  total_size: (t) => (t.hasMetadata ? t.sizeTotal : 0),
  size_when_done: (t) => (t.hasMetadata ? t.size : 0),
  left_until_done: (t) => (t.hasMetadata ? t.size - t.done : 0),
  have_valid: (t) => t.done,
  have_unchecked: () => 0,
  desired_available: (t) => (t.hasMetadata ? t.size - t.done : 0),
  percent_done: progressOf,
  metadata_percent_complete: (t) => (t.hasMetadata ? 1 : Math.min(0.99, t.taskProgress)),
  recheck_progress: (t) => (t.state === 'checking' ? t.taskProgress : 0),
  rate_download: (t) => t.downSpeed,
  rate_upload: (t) => t.upSpeed,
  downloaded_ever: (t, world) => world.shown(t.downloaded),
  uploaded_ever: (t, world) => world.shown(t.uploaded),
  corrupt_ever: (t) => t.wasted,
  upload_ratio: (t) => (t.size > 0 ? t.uploaded / t.size : -1),
  eta: (t) => (t.downSpeed > 0 ? Math.ceil((t.size - t.done) / t.downSpeed) : -1),
  eta_idle: () => -1,
  added_date: (t) => t.addedAt,
  start_date: (t) => t.startedAt ?? 0,
  activity_date: (t) => t.lastActivityAt ?? 0,
  done_date: (t) => t.completedAt ?? 0,
  edit_date: () => 0,
  seconds_downloading: (t) => t.activeTime - t.seedingTime,
  seconds_seeding: (t) => t.seedingTime,
  queue_position: (t) => (t.queuePosition ?? 1) - 1,
  is_finished: () => false,
  is_stalled: () => false,
  is_private: (t) => t.isPrivate,
  labels: (t) => labelsOf({from: 'label'}, t),
  download_dir: (t) => t.savePath,
  bandwidth_priority: (t) => ({off: 0, low: -1, normal: 0, high: 1})[t.priority],
  download_limit: (t) => inK(t.downLimit),
  download_limited: (t) => t.downLimit !== null,
  upload_limit: (t) => inK(t.upLimit),
  upload_limited: (t) => t.upLimit !== null,
  honors_session_limits: () => true,
  seed_ratio_limit: (t) => (typeof t.ratioLimit === 'number' ? t.ratioLimit : 2),
  seed_ratio_mode: (t) => modeOf(t.ratioLimit),
  seed_idle_limit: (t) => (typeof t.idleLimit === 'number' ? Math.ceil(t.idleLimit / 60) : 30),
  seed_idle_mode: (t) => modeOf(t.idleLimit),
  peer_limit: () => 50,
  max_connected_peers: () => 50,
  peers_connected: (t) => t.peersConnected + t.seedsConnected,
  peers_getting_from_us: (t) => (t.upSpeed > 0 ? t.peersConnected : 0),
  peers_sending_to_us: (t) => (t.downSpeed > 0 ? t.seedsConnected : 0),
  manual_announce_time: ({trackers}) =>
    Math.max(-1, ...trackers.map(({mayAnnounceAt = -1}) => mayAnnounceAt)),
  peers: (t, world) => world.peers(t).map(peerOf),
  trackers: (t) => listedTrackers(t).map(trackerOf),
  tracker_stats: (t) => t.trackers.map((tracker) => trackerStatsOf(tracker, t)),
  files: (t, world) => world.files(t).map(fileOf),
  file_stats: (t, world) => world.files(t).map(fileStatsOf),
  priorities: (t, world) => world.files(t).map(priorityOf),
  wanted: (t, world) => world.files(t).map((file) => (file.priority === 'skip' ? 0 : 1)),
  pieces: piecesOf,
  piece_count: (t) => t.pieceCount,
  piece_size: (t) => t.pieceSize,
  webseeds: (t) => t.webSeeds,
  magnet_link: (t) => `magnet:?xt=urn:btih:${t.hash}&dn=${encodeURIComponent(t.name)}`,
  torrent_file: (t) => torrentFileOf('transmission', t),
}

const since17: Readonly<Record<string, FieldReader>> = {
  group: () => '',
  file_count: (t) => t.fileCount,
  primary_mime_type: () => 'application/octet-stream',
  percent_complete: (t) => (t.sizeTotal > 0 ? t.done / t.sizeTotal : 0),
  availability: (t, world) => world.pieces(t).map((state) => (state === 2 ? -1 : Math.floor(t.availability))),
  tracker_list: (t) =>
    [...tiersOf(listedTrackers(t))].map((urls) => urls.map((url) => `${url}\n`).join('')).join('\n'),
}

const since18: Readonly<Record<string, FieldReader>> = {sequential_download: (t) => t.sequential}

const fields: ReadonlyMap<string, Field> = new Map(
  [
    {since: 16, readers: all},
    {since: 17, readers: since17},
    {since: 18, readers: since18},
  ].flatMap(({since, readers}) =>
    Object.entries(readers).map(([name, read]): [string, Field] => [name, {since, read}]),
  ),
)

/** How this release reads a field; `null` = it does not know it. */
export function readerOf(name: string, rpc: number): FieldReader | null {
  const field = fields.get(name)
  return field && field.since <= rpc ? field.read : null
}

function statusOf(t: SimTorrent): number {
  if (t.state === 'queued') return isComplete(t) ? 5 : 3
  if (t.state !== 'moving') return statusNumbers[t.state]
  if (!t.running) return 0
  return isComplete(t) ? 6 : 4
}

/** 2 = its trackers refuse it, 3 = trouble here. */
function errorOf(t: SimTorrent): number {
  if (t.state === 'error' || t.state === 'missingFiles') return 3
  const refused = t.trackers.length > 0 && t.trackers.every(({status}) => status === 'error')
  return t.running && refused ? 2 : 0
}

function firstMessage(t: SimTorrent): string {
  return t.trackers[0]?.message ?? ''
}

function inK(limit: number | null): number {
  return limit === null ? 100 : Math.ceil(limit / BYTES_PER_K)
}

function modeOf(limit: Limit): number {
  return limit === 'inherit' ? 0 : limit === null ? 2 : 1
}

function peerOf(peer: SimPeer): Record<string, unknown> {
  const at = peer.address.lastIndexOf(':')
  return {
    address: peer.address.slice(0, at).replaceAll(/[[\]]/g, ''),
    port: Number(peer.address.slice(at + 1)),
    client_name: peer.client,
    progress: peer.progress,
    rate_to_client: peer.downSpeed,
    rate_to_peer: peer.upSpeed,
    flag_str: peer.flags.replaceAll(' ', ''),
    is_encrypted: peer.encrypted,
    is_incoming: peer.incoming,
    is_utp: false,
    is_downloading_from: peer.downSpeed > 0,
    is_uploading_to: peer.upSpeed > 0,
  }
}

function trackerOf(tracker: SimTracker): Record<string, unknown> {
  const scrape = tracker.url.replace('/announce', '/scrape')
  return {id: tracker.id, announce: tracker.url, scrape, tier: tracker.tier}
}

function trackerStatsOf(tracker: SimTracker, t: SimTorrent): Record<string, unknown> {
  const succeeded = tracker.status === 'working'
  const hasAnnounced = tracker.lastAnnounceAt !== null
  return {
    ...trackerOf(tracker),
    host: URL.canParse(tracker.url) ? new URL(tracker.url).host : '',
    is_backup: tracker.tier > 0,
    announce_state: !t.running ? 0 : tracker.status === 'updating' ? 3 : 1,
    has_announced: hasAnnounced,
    has_scraped: hasAnnounced,
    last_announce_time: tracker.lastAnnounceAt ?? 0,
    last_announce_result: succeeded ? 'Success' : tracker.message,
    last_announce_succeeded: succeeded,
    last_announce_timed_out: tracker.status === 'unreachable',
    last_announce_peer_count: succeeded ? t.peersConnected : 0,
    next_announce_time: tracker.nextAnnounceAt ?? 0,
    seeder_count: tracker.seeds,
    leecher_count: tracker.leeches,
    download_count: tracker.downloaded,
  }
}

/** Of every tier the URLs, in order. */
function tiersOf(trackers: readonly SimTracker[]): Iterable<string[]> {
  const tiers = new Map<number, string[]>()
  for (const {tier, url} of trackers) tiers.set(tier, [...(tiers.get(tier) ?? []), url])
  return new Map([...tiers].sort(([a], [b]) => a - b)).values()
}

function fileOf(file: SimFile): Record<string, unknown> {
  return {name: file.path, length: file.size, bytes_completed: file.done}
}

function fileStatsOf(file: SimFile): Record<string, unknown> {
  return {bytes_completed: file.done, wanted: file.priority !== 'skip', priority: priorityOf(file)}
}

function priorityOf({priority}: SimFile): number {
  return priority === 'low' ? -1 : priority === 'high' || priority === 'maximum' ? 1 : 0
}

function piecesOf(t: SimTorrent, world: World): string {
  const states = world.pieces(t)
  const bits = Buffer.alloc(Math.ceil(states.length / 8))
  states.forEach((state, piece) => {
    if (state === 2) bits[piece >> 3]! |= 0x80 >> (piece & 7)
  })
  return bits.toString('base64')
}
