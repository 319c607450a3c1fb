/**
 * Transmission's torrent → ours. Three sets of fields, read at three paces (`sync.ts`), one function each. Units:
 * limits are in K per second (`units.speed_bytes`), idle time in minutes, dates in Unix seconds with 0 for never.
 * Sources: Transmission docs/rpc-spec.md §3.3, `libtransmission/transmission.h` (states), recordings.
 */
import type {CategorySource} from '#model/server.ts'
import {
  ratioOf,
  type Limit,
  type Priority,
  type TorrentFields,
  type TorrentPatch,
  type TorrentState,
  type TrackerStatus,
} from '#model/torrent.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import {epochFromUnix} from '../port.ts'
import {number, text, type RawTorrent} from './codec.ts'
import {placementOf} from './labels.ts'
import type {Session} from './session.ts'
import {hostOf, trackerTiers, trackerTrouble} from './tracker-news.ts'

export interface NormaliseContext {
  readonly session: Session
  readonly categorySource: CategorySource
}

const nativeStates = [
  'stopped',
  'check_wait',
  'check',
  'download_wait',
  'download',
  'seed_wait',
  'seed',
] as const

/** Fields of a hot row. `slowTracker` = what the trackers themselves last said. */
export function normaliseHot(
  raw: RawTorrent,
  hash: InfoHash,
  context: NormaliseContext,
  slowTracker: TrackerStatus,
): TorrentPatch {
  const status = number(raw, 'status') ?? -1
  const metadata = number(raw, 'metadata_percent_complete') ?? 1
  const hasMetadata = metadata >= 1
  const activeTime = sum(number(raw, 'seconds_downloading'), number(raw, 'seconds_seeding'))
  const sizes = sizesOf(raw, hasMetadata)
  const uploaded = number(raw, 'uploaded_ever')
  const downloaded = number(raw, 'downloaded_ever')
  const ratio = ratioOf(uploaded, downloaded, sizes.completed)
  const eta = number(raw, 'eta')
  const queue = number(raw, 'queue_position')
  return {
    hash,
    state: stateOf(raw, status, hasMetadata),
    nativeState: nativeStates[status] ?? String(status),
    complete: hasMetadata && number(raw, 'left_until_done') === 0,
    queuedCheck: status === 1,
    ...sizes,
    progress: number(raw, 'percent_done'),
    taskProgress: taskProgressOf(raw, status, metadata),
    hasMetadata,
    downSpeed: number(raw, 'rate_download') ?? 0,
    upSpeed: number(raw, 'rate_upload') ?? 0,
    downloaded,
    uploaded,
    ratio,
    nativeRatio: known(number(raw, 'upload_ratio')),
    eta: eta === undefined ? undefined : eta < 0 ? null : eta,
    peersConnected: number(raw, 'peers_connected'),
    completedAt: date(raw, 'done_date'),
    lastActivityAt: date(raw, 'activity_date'),
    activeTime,
    seedingTime: number(raw, 'seconds_seeding'),
    queuePosition: queue === undefined ? undefined : queue + 1,
    ...troubleOf(raw, slowTracker),
    ...placeOf(raw, context),
  }
}

/** Fields of a slow row. */
export function normaliseSlow(
  raw: RawTorrent,
  hash: InfoHash,
  context: NormaliseContext,
  slowTracker: TrackerStatus,
): TorrentPatch {
  const {session} = context
  const urls = trackerTiers(raw)?.flat()
  const hosts = urls && [...new Set(urls.map(hostOf))]
  return {
    hash,
    infoHashV1: hash,
    infoHashV2: null,
    ...troubleOf(raw, urls?.length === 0 ? 'none' : slowTracker),
    ...placeOf(raw, context),
    incompletePath: session.incompleteDir,
    completedPath: null,
    addedAt: date(raw, 'added_date') ?? undefined,
    createdAt: date(raw, 'date_created'),
    comment: text(raw, 'comment'),
    createdBy: text(raw, 'creator'),
    isPrivate: typeof raw['is_private'] === 'boolean' ? raw['is_private'] : undefined,
    priority: priorityOf(number(raw, 'bandwidth_priority')),
    downLimit: speedLimit(raw, 'download', session.bytesPerK),
    upLimit: speedLimit(raw, 'upload', session.bytesPerK),
    ratioLimit: shareLimit(raw, 'seed_ratio', 1),
    seedTimeLimit: null,
    idleLimit: shareLimit(raw, 'seed_idle', 60),
    pieceSize: positive(number(raw, 'piece_size')),
    pieceCount: positive(number(raw, 'piece_count')),
    ...(session.rpc >= 17 && {fileCount: positive(number(raw, 'file_count'))}),
    ...(session.rpc >= 18 && {sequential: raw['sequential_download'] === true}),
    ...(hosts && {trackerHosts: hosts, trackerHost: hosts[0] ?? ''}),
  }
}

/** 3 is a local error and stops the torrent; 1 and 2 are a tracker's words and change no state. */
function stateOf(raw: RawTorrent, status: number, hasMetadata: boolean): TorrentState {
  if (number(raw, 'error') === 3) {
    return /no data found/i.test(text(raw, 'error_string') ?? '') ? 'missingFiles' : 'error'
  }
  if (status === 1 || status === 2) return 'checking'
  // A magnet that waits for a slot is queued, as in qBittorrent: nobody is asked for its metadata yet.
  if (status === 4 && !hasMetadata) return 'metadata'
  if (status === 4) return (number(raw, 'rate_download') ?? 0) > 0 ? 'downloading' : 'stalledDown'
  if (status === 6) return (number(raw, 'rate_upload') ?? 0) > 0 ? 'seeding' : 'stalledUp'
  if (status === 3) return 'queuedDown'
  if (status === 5) return 'queuedUp'
  return status === 0 ? 'stopped' : 'unknown'
}

/** A magnet without metadata answers 0 for every size: that is "not known yet". */
function sizesOf(
  raw: RawTorrent,
  hasMetadata: boolean,
): Pick<TorrentFields, 'size' | 'sizeTotal' | 'completed' | 'amountLeft'> {
  if (!hasMetadata)
    return {size: undefined, sizeTotal: undefined, completed: undefined, amountLeft: undefined}
  const size = number(raw, 'size_when_done')
  const amountLeft = number(raw, 'left_until_done')
  const completed = size === undefined || amountLeft === undefined ? undefined : size - amountLeft
  return {size, sizeTotal: positive(number(raw, 'total_size')), completed, amountLeft}
}

function taskProgressOf(raw: RawTorrent, status: number, metadata: number): number | null | undefined {
  if (status === 1 || status === 2) return number(raw, 'recheck_progress')
  return metadata < 1 ? metadata : null
}

/** The error text belongs to the torrent (3) or to a tracker (1 warning, 2 error). */
function troubleOf(
  raw: RawTorrent,
  slowTracker: TrackerStatus,
): Pick<TorrentFields, 'message' | 'trackerStatus' | 'trackerProblem'> & {trackerMessage?: string} {
  const error = number(raw, 'error') ?? 0
  const message = text(raw, 'error_string') ?? ''
  if (error !== 1 && error !== 2) return {message, ...trackerTrouble(slowTracker)}
  return {message, trackerMessage: message, ...trackerTrouble(error === 1 ? 'warning' : 'error')}
}

function placeOf(
  raw: RawTorrent,
  {session, categorySource}: NormaliseContext,
): Pick<TorrentFields, 'category' | 'tags' | 'name' | 'savePath' | 'contentPath'> {
  const dir = text(raw, 'download_dir')
  const {category, tags} = placementOf(categorySource, labelsIn(raw), dir ?? '', session.downloadDir)
  return {category, tags, name: text(raw, 'name') ?? '', savePath: dir, contentPath: contentPathOf(raw)}
}

export function labelsIn(raw: RawTorrent): string[] {
  const labels = raw['labels']
  return Array.isArray(labels) ? labels.filter((label) => typeof label === 'string') : []
}

function contentPathOf(raw: RawTorrent): string | undefined {
  const dir = text(raw, 'download_dir')
  const name = text(raw, 'name')
  if (dir === undefined || name === undefined) return undefined
  return dir.endsWith('/') ? dir + name : `${dir}/${name}`
}

function priorityOf(value: number | undefined): Priority | undefined {
  if (value === undefined) return undefined
  return value < 0 ? 'low' : value > 0 ? 'high' : 'normal'
}

function speedLimit(raw: RawTorrent, way: 'download' | 'upload', bytesPerK: number): number | null {
  if (raw[`${way}_limited`] !== true) return null
  return Math.round((number(raw, `${way}_limit`) ?? 0) * bytesPerK)
}

/** Mode 0 = the session's, 1 = its own, 2 = none. */
function shareLimit(raw: RawTorrent, name: 'seed_ratio' | 'seed_idle', unit: number): Limit | undefined {
  const mode = number(raw, `${name}_mode`)
  if (mode === 0) return 'inherit'
  if (mode === 2) return null
  const limit = number(raw, `${name}_limit`)
  return limit === undefined ? undefined : limit * unit
}

/** −1 = not applicable, −2 = infinite. */
function known(ratio: number | undefined): number | undefined {
  return ratio !== undefined && ratio >= 0 ? ratio : undefined
}

function positive(value: number | undefined): number | undefined {
  return value !== undefined && value > 0 ? value : undefined
}

function date(raw: RawTorrent, name: string): number | null | undefined {
  const seconds = number(raw, name)
  return seconds === undefined ? undefined : epochFromUnix(seconds)
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b
}
