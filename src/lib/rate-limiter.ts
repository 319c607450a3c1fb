import type {EpochMs} from '#model/units.ts'
import type {Clock} from './clock.ts'

/** So many times within a span, for each name by itself. */
export class RateLimiter {
  readonly #clock: Clock
  readonly #times: number
  readonly #spanMs: number
  readonly #taken = new Map<string, EpochMs[]>()

  constructor({clock, times, spanMs}: {clock: Clock; times: number; spanMs: number}) {
    this.#clock = clock
    this.#times = times
    this.#spanMs = spanMs
  }

  /** `null` = once more is allowed, and was taken; else when it will be. */
  take(name: string): EpochMs | null {
    const now = this.#clock.now()
    this.#forget(now)
    const taken = this.#taken.get(name) ?? []
    if (taken.length >= this.#times) return taken[0]! + this.#spanMs
    this.#taken.set(name, [...taken, now])
    return null
  }

  /** Also what lies ahead: the clock was set back. */
  #forget(now: EpochMs): void {
    for (const [name, times] of this.#taken) {
      const kept = times.filter((at) => at <= now && now - at < this.#spanMs)
      if (kept.length > 0) this.#taken.set(name, kept)
      else this.#taken.delete(name)
    }
  }
}
