/**
 * Deluge's torrent → ours. Units: speeds B/s, limits KiB/s with −1 for none, dates in Unix seconds, times in seconds with
 * −1 for never. Sources: deluge/core/torrent.py (`update_state`, `get_progress`, `get_ratio`, `get_eta`) and
 * torrentmanager.py (words of trackers and of lost data), recordings.
 */
import {
  ratioOf,
  type TorrentFields,
  type TorrentPatch,
  type TorrentState,
  type TrackerStatus,
} from '#model/torrent.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import {epochFromUnix} from '../port.ts'
import {saysNoAnswer} from '../tracker-words.ts'
import {flag, number, records, text} from './fields.ts'
import type {NativeRecord} from './wire.ts'

export interface NormaliseContext {
  /** Torrents take part in the queue unless it was said otherwise of one: only then it is forced. */
  readonly isQueueing: boolean
}

/** What other readings said of a torrent. */
interface KnownBefore {
  /** Name of its folder or only file on the disk; '' = it has none of its own; `undefined` = not known. */
  readonly top: string | undefined
  /** False only when it is known to have none. */
  readonly hasTrackers: boolean
  /** When the fields that tick were read, epoch ms: times since something happened become moments. */
  readonly tickedAt: EpochMs
}

/** Fields of a hot row. */
export function normaliseHot(
  raw: NativeRecord,
  hash: InfoHash,
  {top, hasTrackers, tickedAt}: KnownBefore,
  {isQueueing}: NormaliseContext,
): TorrentPatch {
  const native = text(raw, 'state') ?? ''
  const hasMetadata = (number(raw, 'total_size') ?? 0) > 0
  const size = hasMetadata ? number(raw, 'total_wanted') : undefined
  const amountLeft = hasMetadata ? number(raw, 'total_remaining') : undefined
  const completed = size === undefined || amountLeft === undefined ? undefined : size - amountLeft
  const uploaded = number(raw, 'total_uploaded')
  const downloaded = number(raw, 'all_time_download')
  const ratio = ratioOf(uploaded, downloaded, completed)
  const activeTime = number(raw, 'active_time')
  const complete = hasMetadata && amountLeft === 0
  const queuedCheck =
    native === 'Queued' &&
    completed === 0 &&
    size !== 0 &&
    (isAboveZero(raw, 'completed_time') || isAboveZero(raw, 'all_time_download'))
  const state = queuedCheck ? 'checking' : stateOf(raw, native, {hasMetadata, complete})
  const queue = number(raw, 'queue')
  const savePath = text(raw, 'download_location')
  const isRunning = native === 'Downloading' || native === 'Seeding'
  const task = native === 'Checking' || native === 'Moving' || native === 'Allocating'
  const nativeRatio = number(raw, 'ratio')
  const nextAnnounce = number(raw, 'next_announce')
  const since = number(raw, 'time_since_transfer')
  const eta = number(raw, 'eta')
  const label = text(raw, 'label')
  return {
    hash,
    name: text(raw, 'name') ?? '',
    state,
    nativeState: native,
    complete,
    forceStart: isQueueing && isRunning && flag(raw, 'auto_managed') === false,
    // libtorrent checks one after the other; Deluge calls the others queued, and they have nothing until then.
    queuedCheck,
    message: messageOf(raw),
    size,
    sizeTotal: positive(number(raw, 'total_size')),
    completed,
    amountLeft,
    // Its own `progress` is that of a check or a move, and all of it in an error.
    progress: completed === undefined || size === undefined ? undefined : size === 0 ? 1 : completed / size,
    taskProgress: task ? share(number(raw, 'progress')) : null,
    hasMetadata,
    downSpeed: number(raw, 'download_payload_rate') ?? 0,
    upSpeed: number(raw, 'upload_payload_rate') ?? 0,
    downloaded,
    uploaded,
    sessionDownloaded: number(raw, 'total_payload_download'),
    sessionUploaded: number(raw, 'total_payload_upload'),
    ratio,
    nativeRatio: nativeRatio !== undefined && nativeRatio >= 0 ? nativeRatio : undefined,
    eta: eta === undefined ? undefined : eta > 0 ? eta : null,
    ...(hasTrackers ? trackerWords(text(raw, 'tracker_status') ?? '') : noTracker),
    // A second more or less is no news of the tracker.
    nextAnnounceAt: nextAnnounce === undefined ? undefined : announceAt(nextAnnounce, tickedAt),
    seedsConnected: number(raw, 'num_seeds'),
    peersConnected: number(raw, 'num_peers'),
    seedsSwarm: counted(raw, 'total_seeds'),
    peersSwarm: counted(raw, 'total_peers'),
    availability: complete || !isRunning ? undefined : number(raw, 'distributed_copies'),
    completedAt: date(raw, 'completed_time'),
    lastActivityAt: since === undefined ? undefined : since < 0 ? null : tickedAt - since * 1000,
    activeTime,
    seedingTime: number(raw, 'seeding_time'),
    // Without its Label plugin Deluge leaves the label out, and keeps it: what was told last stands.
    ...(label === undefined ? {} : {category: label}),
    tags: [],
    savePath,
    contentPath: contentPathOf(savePath, top),
    incompletePath: null,
    completedPath: completedPathOf(raw),
    queuePosition: queue === undefined ? undefined : queue < 0 ? null : queue + 1,
  }
}

/** Fields of a slow row. */
export function normaliseSlow(raw: NativeRecord, hash: InfoHash): TorrentPatch {
  // Without the list of them nobody knows that it has none.
  const hosts = Array.isArray(raw['trackers']) ? [...new Set(trackerUrls(raw).map(hostOf))] : undefined
  const hasMetadata = (number(raw, 'num_pieces') ?? 0) > 0
  return {
    hash,
    infoHashV1: hash,
    infoHashV2: null,
    addedAt: date(raw, 'time_added') ?? undefined,
    seenCompleteAt: date(raw, 'last_seen_complete'),
    isPrivate: hasMetadata ? flag(raw, 'private') : undefined,
    comment: text(raw, 'comment'),
    createdBy: text(raw, 'creator'),
    pieceSize: positive(number(raw, 'piece_length')),
    pieceCount: positive(number(raw, 'num_pieces')),
    fileCount: positive(number(raw, 'num_files')),
    trackerHosts: hosts,
    trackerHost: hosts && (hosts[0] ?? ''),
    downLimit: limitOf(number(raw, 'max_download_speed')),
    upLimit: limitOf(number(raw, 'max_upload_speed')),
    ratioLimit: flag(raw, 'stop_at_ratio') === true ? number(raw, 'stop_ratio') : null,
    seedTimeLimit: null,
    idleLimit: null,
    sequential: flag(raw, 'sequential_download'),
    firstLast: flag(raw, 'prioritize_first_last_pieces'),
    superSeeding: flag(raw, 'super_seeding'),
  }
}

/** Announce URLs, the first tier first. */
export function trackerUrls(raw: NativeRecord): string[] {
  return records(raw, 'trackers')
    .toSorted((one, other) => (number(one, 'tier') ?? 0) - (number(other, 'tier') ?? 0))
    .flatMap((tracker) => text(tracker, 'url') ?? [])
}

/** Words that Deluge itself puts there when files are gone; all others are of the system or of libtorrent. */
const lostData = /^(Missing or invalid torrent data|Unable to locate Download Folder)|no such file/i

function stateOf(
  raw: NativeRecord,
  native: string,
  {hasMetadata, complete}: {readonly hasMetadata: boolean; readonly complete: boolean},
): TorrentState {
  switch (native) {
    case 'Error':
      return lostData.test(text(raw, 'message') ?? '') ? 'missingFiles' : 'error'
    case 'Moving':
      return 'moving'
    case 'Checking':
    case 'Allocating':
      return 'checking'
    case 'Queued':
      return complete ? 'queuedUp' : 'queuedDown'
    case 'Paused':
      return 'stopped'
    case 'Downloading':
      if (!hasMetadata) return 'metadata'
      return (number(raw, 'download_payload_rate') ?? 0) > 0 ? 'downloading' : 'stalledDown'
    case 'Seeding':
      return (number(raw, 'upload_payload_rate') ?? 0) > 0 ? 'seeding' : 'stalledUp'
    default:
      return 'unknown'
  }
}

/** Its word for nothing to tell is OK. */
function messageOf(raw: NativeRecord): string {
  const message = text(raw, 'message') ?? ''
  return message === 'OK' ? '' : message
}

/** `Announce OK`, `Announce Sent`, `Warning: …`, `Error: …`: of the tracker that it spoke to last. */
export function trackerWords(
  status: string,
): Pick<TorrentFields, 'trackerStatus' | 'trackerProblem' | 'trackerMessage'> {
  const [, word = '', message = ''] = /^(Warning|Error)(?::\s*([^]*))?$/.exec(status) ?? []
  const trackerStatus = statusOf(status, word, message)
  const isTrouble = trackerStatus === 'error' || trackerStatus === 'unreachable'
  return {trackerStatus, trackerProblem: isTrouble || trackerStatus === 'warning', trackerMessage: message}
}

function statusOf(status: string, word: string, message: string): TrackerStatus {
  if (word === 'Warning') return 'warning'
  if (word === 'Error') return saysNoAnswer(message) ? 'unreachable' : 'error'
  return status === 'Announce OK' ? 'ok' : 'unknown'
}

const noTracker = {trackerStatus: 'none', trackerProblem: false, trackerMessage: ''} as const

function announceAt(seconds: number, now: number): number | null {
  return seconds > 0 ? Math.round((now + seconds * 1000) / 10_000) * 10_000 : null
}

function contentPathOf(savePath: string | undefined, top: string | undefined): string | undefined {
  if (savePath === undefined || top === undefined) return undefined
  if (top === '') return savePath
  return /[\\/]$/.test(savePath) ? savePath + top : `${savePath}/${top}`
}

/** A label may be set to move and name no folder: then Deluge does not move. */
function completedPathOf(raw: NativeRecord): string | null | undefined {
  const moves = flag(raw, 'move_completed')
  if (moves !== true) return moves === false ? null : undefined
  const path = text(raw, 'move_completed_path')
  return path === '' ? null : path
}

/** KiB/s, fractions too; −1 = none, and 0 is none to libtorrent. */
export function limitOf(kibs: number | undefined): number | null | undefined {
  if (kibs === undefined) return undefined
  return kibs > 0 ? Math.round(kibs * 1024) : null
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : ''
}

function share(percent: number | undefined): number | undefined {
  return percent === undefined ? undefined : Math.min(1, percent / 100)
}

function counted(raw: NativeRecord, name: string): number | null | undefined {
  const value = number(raw, name)
  return value === undefined ? undefined : value < 0 ? null : value
}

function date(raw: NativeRecord, name: string): number | null | undefined {
  const seconds = number(raw, name)
  return seconds === undefined ? undefined : epochFromUnix(seconds)
}

function isAboveZero(raw: NativeRecord, name: string): boolean {
  return (number(raw, name) ?? 0) > 0
}

function positive(value: number | undefined): number | undefined {
  return value !== undefined && value > 0 ? value : undefined
}
