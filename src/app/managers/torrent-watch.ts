/**
 * Keeps what is ours to know of each torrent: when we first saw it, how long we saw it seed, that it is gone. It begins
 * when the first rule stands; before that nobody asks.
 */
import type {Fleet} from '#fleet/fleet.ts'
import type {Clock} from '#kit/clock.ts'
import type {Turns} from '#kit/turns.ts'
import {CategoryTrail} from '#managers/category-trail.ts'
import type {TorrentFacts} from '#memory/torrent-facts.ts'
import type {HealthStatus} from '#model/server.ts'
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'

/** How often seeding is counted. */
const LOOK_MS = 60_000
/** Torrents that are handed over at once. */
const PORTION = 1_000
/** A longer pause between two looks was not watched. */
const LONGEST_MS = 3 * LOOK_MS

const seeds: ReadonlySet<string> = new Set(['seeding', 'stalledUp'])

export interface TorrentWatchParts {
  readonly fleet: Pick<Fleet, 'serverIds' | 'serverAt' | 'rowsOf' | 'keyAt' | 'valueAt' | 'onChange' | 'rows'>
  readonly torrents: Pick<TorrentFacts, 'seen' | 'gone' | 'seeded' | 'change'>
  /** Categories for failures and checks. */
  readonly passages: () => Iterable<string>
  readonly health: (id: ServerId) => HealthStatus | null
  readonly clock: Clock
  readonly turns: Turns
}

export class TorrentWatch {
  readonly #parts: TorrentWatchParts
  readonly #trail = new CategoryTrail()
  #cancel: () => void = () => undefined
  #lookedAt: number | null = null
  #looking: Promise<void> = Promise.resolve()
  #isStopped = false

  constructor(parts: TorrentWatchParts) {
    this.#parts = parts
  }

  /** @returns how to stop */
  start(): () => Promise<void> {
    const {fleet, torrents, clock} = this.#parts
    const end = fleet.onChange(({added, removed, changed}) => {
      const now = clock.now()
      for (const {row} of removed) this.#trail.forget(row)
      this.#trail.takePassages(this.#parts.passages())
      for (const row of [...added, ...changed]) this.#follow(row, now)
      if (removed.length > 0)
        torrents.gone(
          removed.map(({key}) => key),
          now,
        )
      if (added.length > 0)
        torrents.seen(
          added.map((row) => fleet.keyAt(row)),
          now,
        )
    })
    this.#looking = this.#seeAll()
    this.#plan()
    return async () => {
      this.#isStopped = true
      end()
      this.#cancel()
      await this.#looking
    }
  }

  /** Where it comes from, when somebody moved it into a category for failures or checks. */
  #follow(row: number, now: EpochMs): void {
    const {fleet, torrents} = this.#parts
    if (fleet.serverAt(row) === null) return
    const before = this.#trail.see(row, fleet.valueAt(row, 'category'))
    if (before !== null) torrents.change(fleet.keyAt(row), {categoryBefore: before}, now)
  }

  #plan(): void {
    this.#cancel = this.#parts.clock.after(LOOK_MS, () => {
      this.#looking = this.#looking.then(() => this.#count())
      this.#plan()
    })
  }

  async #seeAll(): Promise<void> {
    const {torrents, clock} = this.#parts
    this.#trail.takePassages(this.#parts.passages())
    await this.#each(
      (row) => {
        this.#follow(row, clock.now())
        return true
      },
      (keys) => torrents.seen(keys, clock.now()),
    )
  }

  /** Only what a server says while it is believed. */
  async #count(): Promise<void> {
    const {torrents, clock, fleet, health} = this.#parts
    const now = clock.monotonic()
    const passed = this.#lookedAt === null ? null : now - this.#lookedAt
    this.#lookedAt = now
    if (passed === null || passed > LONGEST_MS) return
    const isUp = (id: ServerId) => ['online', 'degraded'].includes(health(id) ?? '')
    await this.#each(
      (row, id) => isUp(id) && fleet.rows.isSeen(row) && seeds.has(fleet.valueAt(row, 'state')),
      (keys) => torrents.seeded(keys, passed / 1_000),
    )
  }

  async #each(
    test: (row: number, id: ServerId) => boolean,
    take: (keys: readonly TorrentKey[]) => void,
  ): Promise<void> {
    const {fleet, turns} = this.#parts
    for (const id of fleet.serverIds) {
      const rows = [...fleet.rowsOf(id)]
      for (let at = 0; at < rows.length && !this.#isStopped; at += PORTION) {
        // A row may be another's by now: what is taken here is looked at in the same turn.
        const some = rows.slice(at, at + PORTION).filter((row) => fleet.serverAt(row) === id && test(row, id))
        take(some.map((row) => fleet.keyAt(row)))
        if (turns.due()) await turns.next()
      }
    }
  }
}
