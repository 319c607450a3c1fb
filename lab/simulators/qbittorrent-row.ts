/** One simulated torrent in qBittorrent's words (`torrents/info`, `sync/maindata`). Times there are Unix seconds. */
import type {Limit} from '#model/torrent.ts'
import type {QbittorrentProfile} from './qbittorrent-profile.ts'
import {contentPath, isComplete, progressOf, type SimTorrent} from './sim-torrent.ts'
import type {World} from './world.ts'

export type NativeRow = Record<string, unknown>

const NO_ETA = 8_640_000

export function nativeRow(world: World, profile: QbittorrentProfile, torrent: SimTorrent): NativeRow {
  const row = olderFields(world, profile, torrent)
  if (profile.shareLimits.length > 2) {
    row['inactive_seeding_time_limit'] = limitNumber(torrent.idleLimit, 60)
    row['max_inactive_seeding_time'] = inMinutes(
      limitInForce(world, torrent.idleLimit, 'max_inactive_seeding_time', 60),
    )
  }
  if (profile.listsComment) Object.assign(row, fieldsOf50(world, torrent))
  if (profile.listsPieces) Object.assign(row, fieldsOf52(torrent, profile))
  return row
}

/** What only sync/maindata has, from 5.2 on. */
export function trackerFlags(torrent: SimTorrent): NativeRow {
  const some = (status: string): boolean => torrent.trackers.some((tracker) => tracker.status === status)
  return {
    has_tracker_error: some('error'),
    has_other_announce_error: some('unreachable'),
    has_tracker_warning: torrent.trackers.some(
      (tracker) => tracker.status === 'working' && tracker.message !== '',
    ),
  }
}

/** The fields of 4.5.2 but for `magnet_uri`. */
function olderFields(world: World, profile: QbittorrentProfile, torrent: SimTorrent): NativeRow {
  const {hasMetadata, size, done, trackers} = torrent
  const held = hasMetadata ? world.shown(done) : 0
  return {
    added_on: torrent.addedAt,
    amount_left: hasMetadata ? size - done : 0,
    auto_tmm: torrent.autoManaged,
    availability: availabilityOf(torrent),
    category: torrent.category,
    completed: held,
    completion_on: torrent.completedAt ?? 0,
    content_path: hasMetadata ? reportedContentPath(torrent) : '',
    dl_limit: torrent.downLimit ?? 0,
    dlspeed: torrent.downSpeed,
    download_path: torrent.incompletePath ?? '',
    downloaded: world.shown(torrent.downloaded),
    downloaded_session: world.shown(torrent.sessionDownloaded),
    eta: torrent.downSpeed > 0 ? Math.min(NO_ETA, Math.floor((size - done) / torrent.downSpeed)) : NO_ETA,
    f_l_piece_prio: torrent.firstLast,
    force_start: torrent.forceStart,
    infohash_v1: torrent.hashV1 ?? '',
    infohash_v2: torrent.hashV2 ?? '',
    last_activity: torrent.lastActivityAt ?? torrent.addedAt,
    max_ratio: limitInForce(world, torrent.ratioLimit, 'max_ratio', 1) ?? -1,
    max_seeding_time: inMinutes(limitInForce(world, torrent.seedingTimeLimit, 'max_seeding_time', 60)),
    name: torrent.name,
    num_complete: torrent.seedsSwarm,
    num_incomplete: torrent.peersSwarm,
    num_leechs: torrent.peersConnected,
    num_seeds: torrent.seedsConnected,
    priority: torrent.queuePosition ?? 0,
    progress: torrent.state === 'checking' ? torrent.taskProgress : progressOf(torrent),
    ratio: ratioOf(torrent),
    ratio_limit: limitNumber(torrent.ratioLimit, 1),
    save_path: torrent.savePath,
    seeding_time: torrent.seedingTime,
    seeding_time_limit: limitNumber(torrent.seedingTimeLimit, 60),
    seen_complete: torrent.seenCompleteAt ?? 0,
    seq_dl: torrent.sequential,
    size: hasMetadata ? size : 0,
    state: stateOf(torrent, profile.saysStop),
    super_seeding: torrent.superSeeding,
    tags: torrent.tags.join(', '),
    time_active: torrent.activeTime,
    total_size: hasMetadata ? torrent.sizeTotal : -1,
    tracker: trackers.find((tracker) => tracker.status === 'working')?.url ?? '',
    trackers_count: trackers.length,
    up_limit: torrent.upLimit ?? 0,
    uploaded: world.shown(torrent.uploaded),
    uploaded_session: world.shown(torrent.sessionUploaded),
    upspeed: torrent.upSpeed,
  }
}

/** The file itself where there is one only, if in a folder of its own; as `TorrentImpl::contentPath` tells it. */
export function reportedContentPath(torrent: SimTorrent): string {
  const {onlyFile, savePath, checksResumeData, name} = torrent
  if (checksResumeData) return name
  return onlyFile === null ? contentPath(torrent) : `${savePath.replace(/\/$/, '')}/${onlyFile}`
}

function fieldsOf50(world: World, torrent: SimTorrent): NativeRow {
  const next = Math.max(0, ...torrent.trackers.map((tracker) => tracker.nextAnnounceAt ?? 0))
  const months = torrent.activeTime / (30.44 * 86_400)
  return {
    comment: torrent.comment,
    has_metadata: torrent.hasMetadata,
    popularity: months > 0 ? Math.max(0, ratioOf(torrent)) / months : 0,
    private: torrent.hasMetadata ? torrent.isPrivate : null,
    reannounce: torrent.running ? Math.max(0, next - world.now()) : 0,
    root_path: torrent.isFolder ? contentPath(torrent) : '',
  }
}

function fieldsOf52(torrent: SimTorrent, profile: QbittorrentProfile): NativeRow {
  const {hasMetadata, pieceCount, size, done} = torrent
  return {
    connections_count: torrent.peersConnected + torrent.seedsConnected,
    connections_limit: 100,
    created_by: torrent.createdBy,
    creation_date: torrent.createdAt ?? -1,
    piece_size: hasMetadata ? torrent.pieceSize : -1,
    pieces_have: hasMetadata ? Math.floor((done / Math.max(1, size)) * pieceCount) : 0,
    pieces_num: hasMetadata ? pieceCount : -1,
    share_limit_action: 'Default',
    ...(profile.shareLimits.includes('shareLimitsMode') && {share_limits_mode: 'Default'}),
    total_wasted: torrent.wasted,
  }
}

/** In the order in which the daemon itself decides. */
export function stateOf(torrent: SimTorrent, saysStop: boolean): string {
  const {state, forceStart} = torrent
  const isUp = isComplete(torrent)
  const way = isUp ? 'UP' : 'DL'
  if (state === 'moving' || state === 'missingFiles' || state === 'error') return state
  if (torrent.checksResumeData) return 'checkingResumeData'
  if (state === 'stopped') return `${saysStop ? 'stopped' : 'paused'}${way}`
  if (state === 'metadata') return forceStart ? 'forcedMetaDL' : 'metaDL'
  if (state === 'checking' || state === 'queued') return `${state}${way}`
  if (forceStart) return `forced${way}`
  if (isUp) return torrent.upSpeed > 0 ? 'uploading' : 'stalledUP'
  return torrent.downSpeed > 0 ? 'downloading' : 'stalledDL'
}

/** −1 = infinite. */
/** Uploaded by downloaded, as the daemon counts it. */
export function ratioOf({uploaded, downloaded, done}: SimTorrent): number {
  const divisor = downloaded < done * 0.01 ? done : downloaded
  if (divisor > 0) return uploaded / divisor
  return uploaded > 0 ? -1 : 0
}

function availabilityOf(torrent: SimTorrent): number {
  if (torrent.state === 'stopped' || !torrent.hasMetadata) return 0
  return isComplete(torrent) ? -1 : torrent.availability
}

function limitNumber(limit: Limit, unit: number): number {
  if (limit === 'inherit') return -2
  return limit === null ? -1 : limit / unit
}

/** Its own, or that of its server; `null` = none. In units of which `unit` are one of the server's. */
export function limitInForce(world: World, own: Limit, name: string, unit: number): number | null {
  if (own !== 'inherit') return own
  const ofServer = world.preferences.get(name)
  const isOn = world.preferences.get(`${name}_enabled`) === true
  return isOn && typeof ofServer === 'number' ? ofServer * unit : null
}

function inMinutes(seconds: number | null): number {
  return seconds === null ? -1 : seconds / 60
}

export function magnetOf(torrent: SimTorrent): string {
  const parts = [`dn=${encodeURIComponent(torrent.name.toWellFormed())}`]
  for (const {url} of torrent.trackers) parts.push(`tr=${encodeURIComponent(url.toWellFormed())}`)
  const xt = torrent.hashV1 ? `btih:${torrent.hashV1}` : `btmh:1220${torrent.hashV2}`
  return `magnet:?xt=urn:${xt}&${parts.join('&')}`
}
