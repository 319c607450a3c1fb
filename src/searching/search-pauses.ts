/**
 * Why nothing of an Arr is searched now, or nothing for this reason, and until when. Pure: what is known is handed in; the
 * first that holds is named. A person passes all but what makes a search impossible or a guess; after a failure neither a
 * full queue nor a quiet hour is waited for.
 *
 *   what is known of the Arr and its surroundings ─▶ pausesOf: all that hold ─▶ pauseOf: the first for this reason
 */
import {isStuck, type ArrHealthItem, type LibraryRoom, type QueueRow} from '#model/arr.ts'
import type {SearchPause, SearchReason, Waiting} from '#model/searching.ts'
import {HOUR, MINUTE, type EpochMs} from '#model/units.ts'

/** What is known of an Arr and what it depends on. What is not known is `null`, and holds back what depends on it. */
export interface Surroundings {
  /** Its section wants searches on a schedule. */
  readonly isOn: boolean
  /** Rules only report there: while Commodarr observes, or as it is only watched. */
  readonly isObserved: boolean
  /** Downloads alone are looked after, everywhere. */
  readonly isProcessingOnly: boolean
  /** The database takes rows: without one no search. */
  readonly isStorageWell: boolean
  /** Since when it answers; `null` = it does not. */
  readonly onlineSince: EpochMs | null
  /** Its library was read, and there is no doubt about it. */
  readonly isLibrarySure: boolean
  /** The wall clock did not jump lately. */
  readonly isClockSure: boolean
  /** A person, or the freeze of all rules; until then, `null` = until it is ended. `false` = not paused. */
  readonly pausedUntil: EpochMs | null | false
  /** Since when our own internet is up; `null` = it is down. */
  readonly internetSince: EpochMs | null
  /** A search command of ours does not end. */
  readonly isCommandStuck: boolean
  /** Search commands that are queued or running there, anyone's. */
  readonly searchCommands: number
  /** `null` = it cannot be read. */
  readonly queue: readonly QueueRow[] | null
  /** Rows of the queue that wait to be imported for longer than an hour, by their number. */
  readonly stuckRows: ReadonlySet<number>
  readonly checks: readonly ArrHealthItem[]
  /** What the disks of its library have left; `null` = it was not read. */
  readonly room: LibraryRoom | null
  /** Its download client is set, and one of its servers is online. */
  readonly hasServer: boolean
  /** All its servers are below the free space that they shall keep. */
  readonly areServersFull: boolean
  /** Indexers are blocked, with so much of what was grabbed in 90 days, 0 to 1. */
  readonly blockedShare: number
  /** When the last of them is free; `null` = none is blocked, or it is not known. */
  readonly blockedUntil: EpochMs | null
}

export interface PauseChoice {
  /** So many unfinished downloads fill the queue. */
  readonly activeDownloads: number
  /** While so many search commands are queued or running there, nothing is added. */
  readonly mostCommands: number
  /** Whether this is a quiet hour; `until` = its end. */
  readonly quietUntil: (now: EpochMs) => EpochMs | null
}

/** After it came back the feeds and the queue come first. */
const STARTING_MS = 2 * MINUTE * 1_000
const INTERNET_MS = 10 * MINUTE * 1_000
/** What has so large a part of all grabs is missed in every search. */
const LARGE_SHARE = 0.3
const MIB = 1_048_576

type Pauses = ReadonlyMap<SearchPause, EpochMs | null>

/** All that hold, in the order in which they are named. */
export function pausesOf(it: Surroundings, choice: PauseChoice, now: EpochMs): Pauses {
  const pauses = new Map<SearchPause, EpochMs | null>()
  const add = (code: SearchPause, holds: boolean, until: EpochMs | null = null) => {
    if (holds) pauses.set(code, until)
  }
  const startedAt = it.onlineSince === null ? null : it.onlineSince + STARTING_MS
  const internetAt = it.internetSince === null ? null : it.internetSince + INTERNET_MS
  const quietUntil = choice.quietUntil(now)

  add('observed', it.isObserved)
  add('processing_only', it.isProcessingOnly)
  add('off', !it.isOn)
  add('storage', !it.isStorageWell)
  add('arr_offline', startedAt === null || it.queue === null)
  add('arr_starting', startedAt !== null && startedAt > now, startedAt)
  add('library_unsure', !it.isLibrarySure)
  add('clock', !it.isClockSure)
  add('paused', it.pausedUntil !== false, it.pausedUntil || null)
  add('internet', internetAt === null || internetAt > now, internetAt)
  add('command_stuck', it.isCommandStuck)
  add('no_indexer', it.checks.some(hasNoIndexer))
  add('servers_offline', !it.hasServer || it.checks.some(isRed('DownloadClientStatusCheck')))
  add('disk_low', it.areServersFull || (it.room !== null && isLibraryFull(it.room)))
  add(
    'import_waiting',
    (it.queue ?? []).some((row) => isImporting(row) && !it.stuckRows.has(row.id)),
  )
  add('queue_full', unfinishedIn(it.queue ?? []) >= choice.activeDownloads)
  add('quiet_hours', quietUntil !== null, quietUntil)
  add('indexer_blocked', it.blockedShare >= LARGE_SHARE, it.blockedUntil)
  add('others_searching', it.searchCommands >= choice.mostCommands)
  return pauses
}

/** What not even a person passes. */
const hard: ReadonlySet<SearchPause> = new Set<SearchPause>([
  'storage',
  'arr_offline',
  'arr_starting',
  'library_unsure',
])
/** What was given up is searched again as a part of looking after downloads. */
const passedByFailure: ReadonlySet<SearchPause> = new Set<SearchPause>([
  'processing_only',
  'off',
  'queue_full',
  'quiet_hours',
])
/** Keys of their own switch these on. */
const passesOff: ReadonlySet<SearchReason> = new Set<SearchReason>(['request', 'rule'])
const backlog: ReadonlySet<SearchReason> = new Set<SearchReason>([
  'missing',
  'minimum',
  'cutoff',
  'score',
  'upgrade',
])

/** @returns `null` = something of this reason may be searched */
export function pauseOf(pauses: Pauses, reason: SearchReason): Waiting<SearchPause> | null {
  for (const [code, until] of pauses) if (!passes(reason, code)) return {code, until}
  return null
}

function passes(reason: SearchReason, code: SearchPause): boolean {
  if (code === 'indexer_blocked') return !backlog.has(reason)
  if (code === 'off' && passesOff.has(reason)) return true
  if (reason === 'person') return !hard.has(code)
  return reason === 'failure' && passedByFailure.has(code)
}

function isImporting({state}: QueueRow): boolean {
  return state === 'importPending' || state === 'importing'
}

/** Downloads that are not complete; what stalls may never be. */
function unfinishedIn(rows: readonly QueueRow[]): number {
  const running = rows.filter(
    ({downloadId, state, status, sizeLeft}) =>
      downloadId !== null && state === 'downloading' && status !== 'warning' && sizeLeft > 0,
  )
  return new Set(running.map(({downloadId}) => downloadId)).size
}

/** One of its folders is away, or has no room for an import: nobody can say into which of them a release would go. */
export function isLibraryFull({roots, minimumFreeMiB}: LibraryRoom): boolean {
  return roots.some(
    ({accessible, freeSpace}) => !accessible || (freeSpace !== null && freeSpace < minimumFreeMiB * MIB),
  )
}

const isRed =
  (name: string) =>
  ({source, level}: ArrHealthItem): boolean =>
    source === name && level === 'error'

/** It is a warning with three meanings, which the end of its address tells apart; one of them is about people alone. */
const withoutSearch = /#(no-indexers-available-with-automatic-search|indexers-are-unavailable)/

function hasNoIndexer(item: ArrHealthItem): boolean {
  if (item.source !== 'IndexerSearchCheck') return false
  return item.level === 'error' || withoutSearch.test(item.wikiUrl)
}

/** Since when rows wait to be imported: what waits for longer than an hour does not end by waiting. */
export class ImportWaits {
  /** By the number of the row; by a clock that does not jump, ms. */
  #since = new Map<number, number>()

  /** @returns rows that wait for so long already */
  stuckIn(rows: readonly QueueRow[], steady: number): ReadonlySet<number> {
    const waiting = rows.filter((row) => isImporting(row) || isStuck(row))
    this.#since = new Map(waiting.map(({id}) => [id, this.#since.get(id) ?? steady]))
    const stuck = [...this.#since].filter(([, since]) => steady - since >= HOUR * 1_000)
    return new Set(stuck.map(([id]) => id))
  }
}
