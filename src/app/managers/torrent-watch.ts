/**
 * Keeps what is ours to know of each torrent: when we first saw it, how long we saw it seed, that it is gone. It begins
 * when the first rule stands; before that nobody asks.
 */
import type {Fleet} from '#fleet/fleet.ts'
import type {Clock} from '#kit/clock.ts'
import type {Turns} from '#kit/turns.ts'
import type {TorrentFacts} from '#memory/torrent-facts.ts'
import type {HealthStatus} from '#model/server.ts'
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'

/** How often seeding is counted. */
const LOOK_MS = 60_000
/** Torrents that are handed over at once. */
const PORTION = 1_000
/** A longer pause between two looks was not watched. */
const LONGEST_MS = 3 * LOOK_MS

const seeds: ReadonlySet<string> = new Set(['seeding', 'stalledUp'])

export interface TorrentWatchParts {
  readonly fleet: Pick<Fleet, 'serverIds' | 'serverAt' | 'rowsOf' | 'keyAt' | 'valueAt' | 'onChange' | 'rows'>
  readonly torrents: Pick<TorrentFacts, 'seen' | 'gone' | 'seeded'>
  readonly health: (id: ServerId) => HealthStatus | null
  readonly clock: Clock
  readonly turns: Turns
}

export class TorrentWatch {
  readonly #parts: TorrentWatchParts
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
    const end = fleet.onChange(({added, removed}) => {
      const now = clock.now()
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

  #plan(): void {
    this.#cancel = this.#parts.clock.after(LOOK_MS, () => {
      this.#looking = this.#looking.then(() => this.#count())
      this.#plan()
    })
  }

  async #seeAll(): Promise<void> {
    const {torrents, clock} = this.#parts
    await this.#each(
      () => true,
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
