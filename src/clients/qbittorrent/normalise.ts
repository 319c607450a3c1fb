/**
 * What several fields of a torrent decide together: state, completeness, ratio, tracker status. Read from the table, so
 * that it holds for deltas too, and told only when it changed. Source: the order of states in the server's own
 * `TorrentImpl::state` and the Web API sheets 4.4 to 5.3.
 */
import type {FilePriority} from '#model/command.ts'
import {ratioOf, type TorrentState, type TrackerStatus} from '#model/torrent.ts'
import {METADATA, RATIO, STATE, TRACKER, type Draft} from './fields.ts'
import {
  DOWN_FLOWS,
  HAS_METADATA,
  HAS_TRACKERS,
  NOTHING_LEFT,
  TRACKER_ERROR,
  TRACKER_UNREACHABLE,
  TRACKER_WARNING,
  UP_FLOWS,
} from './torrent-table.ts'
import type {TrackerIndex} from './trackers.ts'

/** What the table had of a row before the readers went over it. */
interface Before {
  readonly flags: number
  readonly state: number
  readonly availability: number
  readonly workingHost: number
}

export function derive(draft: Draft, before: Before, trackers: TrackerIndex): void {
  const {touched, isWhole} = draft
  if (isWhole) deriveConstants(draft)
  if (touched & STATE || isWhole) deriveState(draft, before)
  if (touched & METADATA || isWhole) deriveMetadata(draft, before)
  if (touched & RATIO) deriveRatio(draft)
  if (touched & TRACKER || isWhole) deriveTracker(draft, before, trackers)
}

/** 4.x says paused where 5.x says stopped. */
const states: ReadonlyMap<string, TorrentState> = new Map([
  ['error', 'error'],
  ['missingFiles', 'missingFiles'],
  ['moving', 'moving'],
  ['checkingUP', 'checking'],
  ['checkingDL', 'checking'],
  ['checkingResumeData', 'checking'],
  ['allocating', 'checking'],
  ['metaDL', 'metadata'],
  ['forcedMetaDL', 'metadata'],
  ['downloading', 'downloading'],
  ['forcedDL', 'downloading'],
  ['stalledDL', 'stalledDown'],
  ['uploading', 'seeding'],
  ['forcedUP', 'seeding'],
  ['stalledUP', 'stalledUp'],
  ['queuedDL', 'queuedDown'],
  ['queuedUP', 'queuedUp'],
  ['stoppedDL', 'stopped'],
  ['stoppedUP', 'stopped'],
  ['pausedDL', 'stopped'],
  ['pausedUP', 'stopped'],
])

/** Forced ones are not told apart from stalled ones by the server: the rate does it. */
function stateOf(word: string, flags: number): TorrentState {
  if (word === 'forcedDL' && (flags & DOWN_FLOWS) === 0) return 'stalledDown'
  if (word === 'forcedUP' && (flags & UP_FLOWS) === 0) return 'stalledUp'
  return states.get(word) ?? 'unknown'
}

function deriveConstants({patch, setting}: Draft): void {
  patch.queuedCheck = false
  if (!setting.fullHashes) {
    patch.infoHashV1 = patch.hash
    patch.infoHashV2 = null
  }
}

function deriveState({table, row, patch, isWhole}: Draft, before: Before): void {
  const {columns, words} = table
  const flags = columns.flags[row]!
  const state = stateOf(words.at(columns.state[row]!), flags)
  const was = stateOf(words.at(before.state), before.flags)
  if (isWhole || state !== was) patch.state = state
  if (isWhole || state === 'checking' || was === 'checking') {
    patch.taskProgress = state === 'checking' ? columns.progress[row]! : null
  }
  const availability = availabilityOf(columns.availability[row]!, state, flags)
  if (isWhole || availability !== availabilityOf(before.availability, was, before.flags)) {
    patch.availability = availability
  }
}

/** −1 when complete, 0 while stopped or without metadata: neither is known. */
function availabilityOf(availability: number, state: TorrentState, flags: number): number | undefined {
  if (availability < 0 || state === 'stopped' || (flags & HAS_METADATA) === 0) return undefined
  return availability
}

function deriveMetadata({table, row, patch, isWhole}: Draft, {flags: flagsBefore}: Before): void {
  const flags = table.columns.flags[row]!
  const hasMetadata = (flags & HAS_METADATA) !== 0
  const hadMetadata = (flagsBefore & HAS_METADATA) !== 0
  if (isWhole || hasMetadata !== hadMetadata) patch.hasMetadata = hasMetadata
  const complete = isComplete(flags)
  if (isWhole || complete !== isComplete(flagsBefore)) patch.complete = complete
  if (!hasMetadata) {
    patch.size = undefined
    patch.amountLeft = undefined
  } else if (!hadMetadata) {
    // It was 0 before and still is, so the server does not repeat it.
    if (!('size' in patch)) patch.size = 0
    if (!('amountLeft' in patch)) patch.amountLeft = 0
  }
}

function isComplete(flags: number): boolean {
  return (flags & (HAS_METADATA | NOTHING_LEFT)) === (HAS_METADATA | NOTHING_LEFT)
}

function deriveRatio({table: {columns}, row, patch}: Draft): void {
  patch.ratio = ratioOf(
    knownBytes(columns.uploaded[row]!),
    knownBytes(columns.downloaded[row]!),
    knownBytes(columns.completed[row]!),
  )
}

function knownBytes(bytes: number): number | undefined {
  return Number.isNaN(bytes) ? undefined : bytes
}

function deriveTracker({table, row, patch, isWhole}: Draft, before: Before, trackers: TrackerIndex): void {
  const {columns} = table
  const status = trackerStatusOf(columns.flags[row]!, columns.workingHost[row]! !== 0)
  if (isWhole || status !== trackerStatusOf(before.flags, before.workingHost !== 0)) {
    patch.trackerStatus = status
    patch.trackerProblem = status === 'error' || status === 'unreachable'
  }
  trackers.rowChanged(row, before)
  if (!isWhole && before.workingHost === columns.workingHost[row]) return
  const host = trackers.primaryHost(row)
  // Which trackers a torrent has comes behind all torrents; until then the host of a new one is not told.
  if (host !== undefined || !isWhole || !trackers.isReported) patch.trackerHost = host
  if (isWhole && !trackers.isReported) patch.trackerHosts = undefined
}

function trackerStatusOf(flags: number, works: boolean): TrackerStatus {
  if (flags & TRACKER_ERROR) return 'error'
  if (flags & TRACKER_UNREACHABLE) return 'unreachable'
  if (flags & TRACKER_WARNING) return 'warning'
  if (works) return 'ok'
  return flags & HAS_TRACKERS ? 'unknown' : 'none'
}

/** Priorities of files as the server counts them; there is no low. Source: Web API sheet §6.1, `torrents/filePrio`. */
const numbers = {skip: 0, normal: 1, high: 6, maximum: 7} as const satisfies {[P in FilePriority]?: number}

/** The least first. */
export const filePriorities = Object.keys(numbers) as readonly FilePriority[]

/** `null` = it has no such priority. */
export function filePriorityNumber(priority: FilePriority): number | null {
  return priority in numbers ? numbers[priority as keyof typeof numbers] : null
}

/** Numbers that mean nothing here (libtorrent has eight steps) are somewhere between: normal. */
export function filePriorityOf(number: number | undefined): FilePriority {
  return filePriorities.find((priority) => filePriorityNumber(priority) === number) ?? 'normal'
}
