/**
 * One native field, one reader: each writes what follows from its field alone, and notes in the table what others need
 * (`normalise.ts` derives from that). Works on whole rows and on deltas alike. Source: Web API sheets of
 * `torrents/info` 4.4 to 5.3, recordings of 4.5.2, 5.1.0 and 5.3.0.
 */
import type {TorrentPatch} from '#model/torrent.ts'
import {epochFromUnix} from '../port.ts'
import {
  booleanIn,
  countIn,
  flagIn,
  numberIn,
  pathIn,
  secondsIn,
  shareLimitIn,
  speedLimitIn,
  tagsIn,
  textIn,
} from './native.ts'
import {
  ACTIVE_TIME,
  DOWN_FLOWS,
  ETA,
  HAS_METADATA,
  HAS_TRACKERS,
  LAST_ACTIVITY,
  NEXT_ANNOUNCE,
  NO_ETA,
  NOTHING_LEFT,
  SEEDING_TIME,
  TRACKER_ERROR,
  TRACKER_UNREACHABLE,
  TRACKER_WARNING,
  UP_FLOWS,
  type TorrentTable,
} from './torrent-table.ts'

/** What a row means depends on this, the same for all rows of a step. */
export interface Setting {
  /** Our wall clock: for absolute times out of relative ones. */
  nowMs: number
  /** The monotonic clock, whole seconds, at least 1: for how often a ticking value is told. */
  seconds: number
  /** Off: positions in the queue mean nothing (they are told anyway). */
  queueing: boolean
  /** 5.0 on: `has_metadata` is listed. */
  newList: boolean
  /** 4.4 on: v1 and v2 hashes are listed. */
  fullHashes: boolean
}

/** What several native fields decide together, as bits of `Draft.touched`. */
export const STATE = 1
export const RATIO = 2
export const METADATA = 4
export const TRACKER = 8

export type Mutable<T> = {-readonly [K in keyof T]: T[K]}

/** A patch in the making. */
export interface Draft {
  readonly table: TorrentTable
  readonly setting: Setting
  row: number
  isWhole: boolean
  touched: number
  patch: Mutable<TorrentPatch>
}

type Reader = (draft: Draft, value: unknown) => void

export const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['name', ({patch}, value) => void (patch.name = textIn(value))],
  ['infohash_v1', ({patch}, value) => void (patch.infoHashV1 = textIn(value) || null)],
  ['infohash_v2', ({patch}, value) => void (patch.infoHashV2 = textIn(value) || null)],
  ['state', readState],
  ['force_start', ({patch}, value) => void (patch.forceStart = flagIn(value))],

  ['size', (draft, value) => void ((draft.patch.size = countIn(value)), (draft.touched |= METADATA))],
  ['total_size', readTotalSize],
  ['has_metadata', readHasMetadata],
  ['amount_left', readAmountLeft],
  ['completed', (draft, value) => void (draft.patch.completed = keep(draft, 'completed', value))],
  ['downloaded', (draft, value) => void (draft.patch.downloaded = keep(draft, 'downloaded', value))],
  ['uploaded', (draft, value) => void (draft.patch.uploaded = keep(draft, 'uploaded', value))],
  ['downloaded_session', ({patch}, value) => void (patch.sessionDownloaded = countIn(value))],
  ['uploaded_session', ({patch}, value) => void (patch.sessionUploaded = countIn(value))],
  ['progress', readProgress],
  ['ratio', ({patch}, value) => void (patch.nativeRatio = countIn(value))],
  ['popularity', ({patch}, value) => void (patch.popularity = countIn(value))],

  ['dlspeed', (draft, value) => void (draft.patch.downSpeed = flow(draft, DOWN_FLOWS, value))],
  ['upspeed', (draft, value) => void (draft.patch.upSpeed = flow(draft, UP_FLOWS, value))],
  ['num_seeds', ({patch}, value) => void (patch.seedsConnected = countIn(value))],
  ['num_leechs', ({patch}, value) => void (patch.peersConnected = countIn(value))],
  ['num_complete', ({patch}, value) => void (patch.seedsSwarm = countIn(value) ?? null)],
  ['num_incomplete', ({patch}, value) => void (patch.peersSwarm = countIn(value) ?? null)],
  ['availability', readAvailability],

  ['added_on', ({patch}, value) => void (patch.addedAt = unixIn(value) ?? undefined)],
  ['completion_on', ({patch}, value) => void (patch.completedAt = unixIn(value))],
  ['seen_complete', ({patch}, value) => void (patch.seenCompleteAt = unixIn(value))],
  ['creation_date', ({patch}, value) => void (patch.createdAt = unixIn(value))],

  ['category', ({patch}, value) => void (patch.category = textIn(value))],
  ['tags', ({patch}, value) => void (patch.tags = tagsIn(value))],
  ['save_path', ({patch}, value) => void (patch.savePath = pathIn(value) || undefined)],
  ['content_path', ({patch}, value) => void (patch.contentPath = pathIn(value) || undefined)],
  ['download_path', ({patch}, value) => void (patch.incompletePath = pathIn(value) || null)],

  ['private', ({patch}, value) => void (patch.isPrivate = booleanIn(value))],
  ['priority', readPriority],
  ['dl_limit', ({patch}, value) => void (patch.downLimit = speedLimitIn(value))],
  ['up_limit', ({patch}, value) => void (patch.upLimit = speedLimitIn(value))],
  ['ratio_limit', ({patch}, value) => void (patch.ratioLimit = shareLimitIn(value, 1))],
  ['seeding_time_limit', ({patch}, value) => void (patch.seedTimeLimit = shareLimitIn(value, 60))],
  ['inactive_seeding_time_limit', ({patch}, value) => void (patch.idleLimit = shareLimitIn(value, 60))],
  ['seq_dl', ({patch}, value) => void (patch.sequential = flagIn(value))],
  ['f_l_piece_prio', ({patch}, value) => void (patch.firstLast = flagIn(value))],
  ['super_seeding', ({patch}, value) => void (patch.superSeeding = flagIn(value))],
  ['auto_tmm', ({patch}, value) => void (patch.autoManaged = flagIn(value))],

  ['comment', ({patch}, value) => void (patch.comment = textIn(value))],
  ['created_by', ({patch}, value) => void (patch.createdBy = textIn(value))],
  ['piece_size', ({patch}, value) => void (patch.pieceSize = countIn(value))],
  ['pieces_num', ({patch}, value) => void (patch.pieceCount = countIn(value))],
  ['pieces_have', ({patch}, value) => void (patch.piecesHave = countIn(value))],

  ['tracker', readTracker],
  ['trackers_count', readTrackersCount],
  ['has_tracker_warning', (draft, value) => mark(draft, TRACKER_WARNING, TRACKER, flagIn(value))],
  ['has_tracker_error', (draft, value) => mark(draft, TRACKER_ERROR, TRACKER, flagIn(value))],
  ['has_other_announce_error', (draft, value) => mark(draft, TRACKER_UNREACHABLE, TRACKER, flagIn(value))],

  ['eta', readEta],
  ['time_active', (draft, value) => tick(draft, 'activeTime', ACTIVE_TIME, secondsIn(value))],
  ['seeding_time', (draft, value) => tick(draft, 'seedingTime', SEEDING_TIME, secondsIn(value))],
  ['last_activity', readLastActivity],
  ['reannounce', readReannounce],
])

function readState(draft: Draft, value: unknown): void {
  const {table, row, patch} = draft
  const word = textIn(value)
  table.columns.state[row] = table.words.number(word)
  patch.nativeState = word
  draft.touched |= STATE
}

/** Before 5.0 a known size is the only sign of known metadata. */
function readTotalSize(draft: Draft, value: unknown): void {
  const size = countIn(value) ?? 0
  draft.patch.sizeTotal = size > 0 ? size : undefined
  if (!draft.setting.newList) mark(draft, HAS_METADATA, METADATA | STATE, size > 0)
}

function readHasMetadata(draft: Draft, value: unknown): void {
  mark(draft, HAS_METADATA, METADATA | STATE, flagIn(value))
}

/** 0 without metadata too: that is not complete. */
function readAmountLeft(draft: Draft, value: unknown): void {
  draft.patch.amountLeft = countIn(value)
  mark(draft, NOTHING_LEFT, METADATA, draft.patch.amountLeft === 0)
}

function readProgress(draft: Draft, value: unknown): void {
  const progress = Math.min(1, countIn(value) ?? 0)
  draft.table.columns.progress[draft.row] = progress
  draft.patch.progress = progress
  draft.touched |= STATE
}

function readAvailability(draft: Draft, value: unknown): void {
  draft.table.columns.availability[draft.row] = numberIn(value) ?? -1
  draft.touched |= STATE
}

function readPriority({table, row, patch, setting}: Draft, value: unknown): void {
  const priority = secondsIn(value)
  table.columns.priority[row] = priority
  patch.queuePosition = positionOf(priority, setting)
}

/** The tracker that works; '' while none does, as when stopped. */
function readTracker(draft: Draft, value: unknown): void {
  const {table, row} = draft
  const url = textIn(value)
  table.columns.workingHost[row] = url === '' ? 0 : table.words.number(table.announceHosts.of(url))
  draft.touched |= TRACKER
}

function readTrackersCount(draft: Draft, value: unknown): void {
  const hasAny = (countIn(value) ?? 0) > 0
  mark(draft, HAS_TRACKERS, TRACKER, hasAny)
}

/** 8640000 = no end in sight, in every version. */
function readEta(draft: Draft, value: unknown): void {
  const eta = numberIn(value) ?? -1
  tick(draft, 'eta', ETA, eta < 0 || eta >= 8_640_000 ? NO_ETA : Math.floor(eta))
}

/** The server computes it as now − idle time, so it flickers by a second. */
function readLastActivity(draft: Draft, value: unknown): void {
  const at = secondsIn(value)
  const known = draft.table.columns.lastActivity[draft.row]!
  const isFlicker = at > 0 && Math.abs(at - known) <= 2
  if (!isFlicker || draft.isWhole) tick(draft, 'lastActivity', LAST_ACTIVITY, isFlicker ? known : at)
}

/** Seconds to go → when, in whole tens, and only moved when it moved by more than that. */
function readReannounce(draft: Draft, value: unknown): void {
  const left = secondsIn(value)
  const at = left === 0 ? 0 : Math.floor((draft.setting.nowMs / 1000 + left) / 10) * 10
  const known = draft.table.columns.nextAnnounce[draft.row]!
  const isSame = known === at || (known > 0 && at > 0 && Math.abs(at - known) <= 10)
  if (!isSame || draft.isWhole) tick(draft, 'nextAnnounce', NEXT_ANNOUNCE, isSame ? known : at)
}

function unixIn(value: unknown): number | null {
  return epochFromUnix(numberIn(value) ?? 0)
}

function mark(draft: Draft, flag: number, touches: number, on: boolean): void {
  draft.table.setFlag(draft.row, flag, on)
  draft.touched |= touches
}

function flow(draft: Draft, flag: number, value: unknown): number {
  const rate = countIn(value) ?? 0
  mark(draft, flag, STATE, rate > 0)
  return rate
}

function keep(
  draft: Draft,
  column: 'completed' | 'downloaded' | 'uploaded',
  value: unknown,
): number | undefined {
  const bytes = countIn(value)
  draft.table.columns[column][draft.row] = bytes ?? NaN
  draft.touched |= RATIO
  return bytes
}

type Ticking = 'eta' | 'activeTime' | 'seedingTime' | 'lastActivity' | 'nextAnnounce'

function tick(draft: Draft, column: Ticking, bit: number, value: number): void {
  const {columns} = draft.table
  columns[column][draft.row] = value
  columns.unsaid[draft.row] = columns.unsaid[draft.row]! | bit
}

/** Positions are told while queueing is off too; then they mean nothing. */
export function positionOf(priority: number, {queueing}: Setting): number | null {
  return queueing && priority > 0 ? priority : null
}
