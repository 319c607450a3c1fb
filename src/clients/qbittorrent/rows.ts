/**
 * Rows of the server → patches for the sink, with the table kept in step. Values that only tick (times, countdowns)
 * never make a row by themselves more often than every ten seconds; held back, they are told when their time comes.
 */
import {fieldDefinitions} from '#model/torrent-fields.ts'
import type {TorrentField, TorrentPatch} from '#model/torrent.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import {epochFromUnix} from '../port.ts'
import {positionOf, readers, type Draft, type Mutable, type Setting} from './fields.ts'
import type {NativeTorrent} from './native.ts'
import {derive} from './normalise.ts'
import {
  ACTIVE_TIME,
  ETA,
  LAST_ACTIVITY,
  NEXT_ANNOUNCE,
  NO_ETA,
  SEEDING_TIME,
  type TorrentTable,
} from './torrent-table.ts'
import type {TrackerIndex} from './trackers.ts'

const TICK_SECONDS = 10

/** What its list never says, and trackers, which are told behind all torrents. */
const notListed: ReadonlySet<TorrentField> = new Set<TorrentField>([
  'message',
  'trackerMessage',
  'trackerHost',
  'trackerHosts',
  'completedPath',
  'priority',
  'fileCount',
  'arrId',
  'arrItem',
  'removableAt',
])

/**
 * What a list says of a torrent, unknown so far. A patch that grew field by field would be copied twenty times on the way.
 */
const unknownFields = Object.fromEntries(
  ['hash', ...fieldDefinitions.map(([field]) => field).filter((field) => !notListed.has(field))].map(
    (field) => [field, undefined],
  ),
)

export class RowWriter {
  readonly setting: Setting
  readonly #table: TorrentTable
  readonly #trackers: TrackerIndex
  readonly #draft: Draft
  /** Rows with ticking values that were held back. */
  #waiting: number[] = []

  constructor(table: TorrentTable, trackers: TrackerIndex) {
    this.#table = table
    this.#trackers = trackers
    this.setting = {nowMs: 0, seconds: 1, queueing: true, newList: true, fullHashes: true}
    const patch = {hash: '' as InfoHash}
    this.#draft = {table, setting: this.setting, row: 0, isWhole: false, touched: 0, patch}
  }

  /**
   * @param isWhole all fields are there; otherwise only the changed ones
   * @param isNew nothing was told of it before
   * @returns what to tell; `null` when nothing but ticking values changed and those were told a moment ago
   */
  patch(row: number, native: NativeTorrent, isWhole: boolean, isNew = false): TorrentPatch | null {
    const {columns} = this.#table
    const draft = this.#draft
    draft.row = row
    draft.isWhole = isWhole
    draft.touched = 0
    const hash = this.#table.hash(row)
    draft.patch = isNew ? {...unknownFields, hash} : {hash}
    const before = {
      flags: columns.flags[row]!,
      state: columns.state[row]!,
      availability: columns.availability[row]!,
      workingHost: columns.workingHost[row]!,
    }
    const unsaidBefore = columns.unsaid[row]!
    // What a whole row does not say is not known, whatever was known before.
    if (isWhole) columns.flags[row] = 0
    for (const field in native) readers.get(field)?.(draft, native[field])
    derive(draft, before, this.#trackers)
    if (!isWhole && !hasNews(draft.patch) && !this.#mayTick(row)) {
      if (unsaidBefore === 0 && columns.unsaid[row] !== 0) this.#waiting.push(row)
      return null
    }
    this.#emit(row, draft.patch)
    return hasNews(draft.patch) ? draft.patch : null
  }

  /** Patches of the ticking values that waited long enough. */
  *ticks(): Generator<TorrentPatch> {
    const waiting = this.#waiting
    this.#waiting = []
    for (const row of waiting) {
      if (this.#table.columns.unsaid[row] === 0) continue
      if (!this.#mayTick(row)) {
        this.#waiting.push(row)
        continue
      }
      const patch = {hash: this.#table.hash(row)}
      this.#emit(row, patch)
      yield patch
    }
  }

  /** Queueing was switched on or off: every position changes its meaning. */
  *positions(): Generator<TorrentPatch> {
    for (let row = 0; row < this.#table.top; row++) {
      const hash = this.#table.hash(row)
      const priority = this.#table.columns.priority[row]!
      if (hash !== '' && priority > 0) yield {hash, queuePosition: positionOf(priority, this.setting)}
    }
  }

  /** What is known of its trackers, after the index changed. */
  trackerPatch(row: number): TorrentPatch {
    return {
      hash: this.#table.hash(row),
      trackerHosts: this.#trackers.hosts(row),
      trackerHost: this.#trackers.primaryHost(row),
    }
  }

  #mayTick(row: number): boolean {
    return this.setting.seconds - this.#table.columns.emittedAt[row]! >= TICK_SECONDS
  }

  #emit(row: number, patch: Mutable<TorrentPatch>): void {
    const {columns} = this.#table
    const unsaid = columns.unsaid[row]!
    if (unsaid === 0) return
    // The first time of each row is spread, so that 100,000 of them are not all due in the same step later.
    const spread = columns.emittedAt[row] === 0 ? row % TICK_SECONDS : 0
    columns.emittedAt[row] = Math.max(1, this.setting.seconds - spread)
    columns.unsaid[row] = 0
    if (unsaid & ETA) patch.eta = columns.eta[row] === NO_ETA ? null : columns.eta[row]!
    if (unsaid & ACTIVE_TIME) patch.activeTime = columns.activeTime[row]!
    if (unsaid & SEEDING_TIME) patch.seedingTime = columns.seedingTime[row]!
    if (unsaid & LAST_ACTIVITY) patch.lastActivityAt = epochFromUnix(columns.lastActivity[row]!)
    if (unsaid & NEXT_ANNOUNCE) patch.nextAnnounceAt = epochFromUnix(columns.nextAnnounce[row]!)
  }
}

function hasNews(patch: TorrentPatch): boolean {
  let fields = 0
  for (const _ in patch) if (++fields > 1) return true
  return false
}
