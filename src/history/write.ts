/** From the outbox into the database, and back from it where an earlier life stopped. */
import {setImmediate as nextTurn} from 'node:timers/promises'
import type {ServerId} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import {
  insertHealthChanges,
  lastHealthChange,
  pruneHealthChanges,
  type HealthChange,
} from '#store/repositories/health-changes.ts'
import {latestSamples, putSamples} from '#store/repositories/samples.ts'
import type {Db, Store} from '#store/store.ts'
import {Outbox, usualLimits} from './outbox.ts'
import {reopened, type Ladder} from './roll-up.ts'
import {spans, type Sample} from './sample.ts'

/** Of each server so many changes of health are kept. */
const CHANGES_KEPT = 1_000
/** So many more before the surplus is removed. */
const CHANGES_MORE = 100
/** Some 5 ms of everybody's time in SQLite. */
const PRUNED_AT_ONCE = 200
/** Samples of one transaction: after a long time without the database there may be many. */
const AT_ONCE = 20_000

/** As many as fit into the next coarser span; of days only the newest. */
const enough = [6, 60, 24, 1] as const

export class HistoryStore {
  readonly outbox: Outbox
  readonly #store: Pick<Store, 'read' | 'write'>
  /** Changes written since the surplus of a server was last removed. */
  readonly #more = new Map<ServerId, number>()

  constructor(store: Pick<Store, 'read' | 'write'>, limits = usualLimits) {
    this.#store = store
    this.outbox = new Outbox(limits)
  }

  /**
   * The minute, hour and day that were open, so that they go on as if nothing had happened.
   * @param by only what had ended then: after the clock was set back, later samples are of a time that never was
   * @throws {StorageFault}
   */
  resumed(serverId: ServerId, by: EpochMs): Promise<Ladder> {
    return this.#store.read(async (db) => {
      const kept = []
      for (const [step, span] of spans.entries())
        kept.push(await latestSamples(db, serverId, span, by, enough[step]!))
      return reopened(kept)
    })
  }

  /** `null` = none is kept. @throws {StorageFault} */
  lastHealthChange(serverId: ServerId): ReturnType<typeof lastHealthChange> {
    return this.#store.read((db) => lastHealthChange(db, serverId))
  }

  /** Everything that waits, oldest first. @throws {StorageFault} what is not written waits on */
  async write(): Promise<void> {
    const {outbox} = this
    while (outbox.samples.length + outbox.changes.length > 0) {
      const samples = outbox.samples.slice(0, AT_ONCE)
      const changes = outbox.changes.slice()
      const crowded = this.#crowded(changes)
      await this.#store.write(async (db) => {
        await putSamples(db, unique(samples))
        await insertHealthChanges(db, changes)
        await this.#prune(db, crowded)
      })
      outbox.drop(samples.length, changes.length)
      this.#count(changes, crowded)
    }
  }

  /** After our start that is each server that does otherwise than before: thousands of them take turns with others. */
  async #prune(db: Db, crowded: ReadonlySet<ServerId>): Promise<void> {
    let pruned = 0
    for (const id of crowded) {
      await pruneHealthChanges(db, id, CHANGES_KEPT)
      if (++pruned % PRUNED_AT_ONCE === 0) await nextTurn()
    }
  }

  #crowded(changes: readonly HealthChange[]): ReadonlySet<ServerId> {
    const ids = new Set(changes.map(({serverId}) => serverId))
    return new Set([...ids].filter((id) => (this.#more.get(id) ?? CHANGES_MORE) >= CHANGES_MORE))
  }

  #count(changes: readonly HealthChange[], crowded: ReadonlySet<ServerId>): void {
    for (const id of crowded) this.#more.set(id, 0)
    for (const {serverId} of changes) this.#more.set(serverId, this.#more.get(serverId)! + 1)
  }
}

/** One statement writes no row twice; of the same time the later one counts. */
function unique(samples: readonly Sample[]): readonly Sample[] {
  const byPlace = new Map(samples.map((it) => [`${it.span} ${it.at} ${it.serverId}`, it]))
  return byPlace.size === samples.length ? samples : [...byPlace.values()]
}
