/**
 * When disks of servers end at the pace of the last week. Reckoned from the history when somebody wants to know and what
 * is known is older than ten minutes; nobody waits for it.
 */
import type {Clock} from '#lib/clock.ts'
import {spaceForecast, type SpaceForecast} from '#model/space-forecast.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {HOUR} from '#model/units.ts'
import type {History} from './history.ts'

const LOOK_MS = 600_000
const WEEK_MS = 7 * 86_400_000

export class SpaceForecasts {
  readonly #history: Pick<History, 'series'>
  readonly #servers: () => readonly ServerId[]
  readonly #clock: Pick<Clock, 'now' | 'monotonic'>
  readonly #log: {warn(about: object, text: string): void}
  #known: ReadonlyMap<ServerId, SpaceForecast> = new Map()
  /** By the duration clock; `null` = never. */
  #lookedAt: number | null = null

  constructor(
    history: Pick<History, 'series'>,
    servers: () => readonly ServerId[],
    clock: Pick<Clock, 'now' | 'monotonic'>,
    log: {warn(about: object, text: string): void},
  ) {
    this.#history = history
    this.#servers = servers
    this.#clock = clock
    this.#log = log
  }

  /** `null` = not within a month, or not known (yet). */
  of(id: ServerId): SpaceForecast | null {
    const now = this.#clock.monotonic()
    if (this.#lookedAt === null || now - this.#lookedAt >= LOOK_MS) {
      this.#lookedAt = now
      void this.#look()
    }
    return this.#known.get(id) ?? null
  }

  /** What cannot be read is known no more, and read again at the next time. */
  async #look(): Promise<void> {
    const now = this.#clock.now()
    const known = new Map<ServerId, SpaceForecast>()
    try {
      for (const id of this.#servers()) {
        const range = {from: now - WEEK_MS, to: now, span: HOUR, metrics: ['freeSpace']} as const
        const {at, servers: series} = await this.#history.series({serverIds: [id], ...range})
        const forecast = spaceForecast(at, series?.[0]?.values.freeSpace ?? [], now)
        if (forecast) known.set(id, forecast)
      }
    } catch (error) {
      this.#log.warn({err: error}, 'when disks will be full could not be reckoned')
    }
    this.#known = known
  }
}
