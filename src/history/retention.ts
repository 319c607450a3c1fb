/** How long what is kept: by age, and what servers that went leave behind. */
import {setImmediate as nextTurn} from 'node:timers/promises'
import type {ServerId} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import {
  lastHealthChange,
  nextServerWithChanges,
  pruneHealthChanges,
} from '#store/repositories/health-changes.ts'
import {lastSampledAt, nextSampledServer, pruneSamples, removeSamples} from '#store/repositories/samples.ts'
import {
  countTraffic,
  nextServerWithTraffic,
  oldestTraffic,
  removeTraffic,
  type TrafficKind,
} from '#store/repositories/traffic.ts'
import type {Db, Store} from '#store/store.ts'
import {spans, type Span} from './sample.ts'
import {boundsOf, type TrafficBounds} from './traffic.ts'

/** Days. */
export interface HistoryDays {
  readonly minutes: number
  readonly hours: number
  readonly days: number
}

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** What lies further ahead was measured by a clock that went wrong. */
const AHEAD = DAY
/** A section of the file that is not there for so long does not come back. */
const GONE = 30 * DAY
/** Rows of one transaction: some 5 ms in SQLite. */
const PORTION = 500
/** Rows of a server that began so long after each other are counted at once. */
const COUNTED = 7 * DAY

export function keptMs(span: Span, {minutes, hours, days}: HistoryDays): number {
  return {10: HOUR, 60: minutes * DAY, 3_600: hours * DAY, 86_400: days * DAY}[span]
}

export class HistoryRetention {
  readonly #store: Pick<Store, 'read' | 'write'>
  /** Asked again each time. */
  readonly #days: () => HistoryDays
  /** May a server be there again under this id? */
  readonly #comesBack: (id: ServerId) => boolean
  /** Who pays for what is kept of a server; `null` = the administrators. */
  readonly #ownerOf: (id: ServerId) => string | null
  /** What is kept of the traffic of one owner's servers. */
  readonly #bounds: (owner: string | null) => Pick<TrafficBounds, 'rows'>

  constructor(
    store: Pick<Store, 'read' | 'write'>,
    days: () => HistoryDays,
    comesBack: (id: ServerId) => boolean,
    ownerOf: (id: ServerId) => string | null,
    bounds: (owner: string | null) => Pick<TrafficBounds, 'rows'> = boundsOf,
  ) {
    this.#store = store
    this.#days = days
    this.#comesBack = comesBack
    this.#ownerOf = ownerOf
    this.#bounds = bounds
  }

  /** Removes samples that are too old. @throws {StorageFault} */
  async prune(now: EpochMs): Promise<void> {
    for (const span of spans) {
      const before = now - keptMs(span, this.#days())
      await this.#remove((db) => pruneSamples(db, span, {before}, PORTION))
      await this.#remove((db) => pruneSamples(db, span, {after: now + AHEAD}, PORTION))
    }
    // A row stands for a day.
    const before = now - keptMs(86_400, this.#days())
    await this.#remove((db) => removeTraffic(db, {before}, PORTION))
    await this.#remove((db) => removeTraffic(db, {after: now + AHEAD}, PORTION))
  }

  /**
   * Removes the oldest days of what torrents and trackers moved, of each owner who has more than is kept of one.
   * @throws {StorageFault}
   */
  async pruneCrowded(there: ReadonlySet<ServerId>, now: EpochMs): Promise<void> {
    for (const [owner, ids] of Map.groupBy(there, this.#ownerOf)) {
      for (const kind of ['torrent', 'tracker'] as const) {
        let surplus = (await this.#rowsOf(ids, kind, now)) - this.#bounds(owner).rows
        while (surplus > 0) surplus -= await this.#removeOldestDay(ids, kind, surplus)
      }
    }
  }

  /**
   * Removes what is left of servers that went, and do not come back: of those that people removed at once.
   * @param there servers that there are, switched off or not
   * @throws {StorageFault}
   */
  async removeGone(there: ReadonlySet<ServerId>, now: EpochMs): Promise<void> {
    for (const next of [nextSampledServer, nextServerWithChanges, nextServerWithTraffic]) {
      let id = await this.#store.read((db) => next(db, ''))
      while (id !== null) {
        const one = id
        if (!there.has(one) && (await this.#isGone(one, now))) await this.#removeAll(one)
        id = await this.#store.read((db) => next(db, one))
        await nextTurn()
      }
    }
  }

  async #isGone(id: ServerId, now: EpochMs): Promise<boolean> {
    return !this.#comesBack(id) || (await this.#lastAt(id)) <= now - GONE
  }

  async #removeAll(id: ServerId): Promise<void> {
    await this.#remove((db) => removeTraffic(db, {serverId: id}, PORTION))
    await this.#remove((db) => removeSamples(db, id, PORTION))
    await this.#store.write((db) => pruneHealthChanges(db, id, 0))
  }

  async #lastAt(id: ServerId): Promise<EpochMs> {
    const sampledAt = await this.#store.read((db) => lastSampledAt(db, id))
    const change = await this.#store.read((db) => lastHealthChange(db, id))
    return Math.max(sampledAt ?? 0, change?.at ?? 0)
  }

  async #rowsOf(ids: readonly ServerId[], kind: TrafficKind, now: EpochMs): Promise<number> {
    let rows = 0
    for (const serverId of ids) {
      const oldest = await this.#store.read((db) => oldestTraffic(db, serverId, kind))
      for (let from = oldest ?? Infinity; from <= now + AHEAD; from += COUNTED) {
        const stretch = {serverId, kind, from, to: from + COUNTED}
        rows += await this.#store.read((db) => countTraffic(db, stretch))
        await nextTurn()
      }
      await nextTurn()
    }
    return rows
  }

  /** The oldest that one of them has, at most `most` rows. @returns how many went; `Infinity` = none is left */
  async #removeOldestDay(ids: readonly ServerId[], kind: TrafficKind, most: number): Promise<number> {
    const oldest: {readonly serverId: ServerId; readonly at: EpochMs}[] = []
    for (const serverId of ids) {
      const at = await this.#store.read((db) => oldestTraffic(db, serverId, kind))
      if (at !== null) oldest.push({serverId, at})
      await nextTurn()
    }
    const day = Math.min(...oldest.map(({at}) => at))
    let gone = 0
    for (const {serverId, at} of oldest) {
      if (at !== day || gone >= most) continue
      const limit = Math.min(PORTION, most - gone)
      gone += await this.#store.write((db) => removeTraffic(db, {serverId, kind, at}, limit))
      await nextTurn()
    }
    return gone === 0 ? Infinity : gone
  }

  async #remove(some: (db: Db) => Promise<number>): Promise<void> {
    while ((await this.#store.write(some)) === PORTION) await nextTurn()
  }
}
