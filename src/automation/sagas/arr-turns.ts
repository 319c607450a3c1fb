/**
 * Who may ask an Arr again that failed. Each download is tried once by itself; of those that failed, one at a time tries
 * again, whoever has waited longest, with pauses that grow. An Arr that refuses is so asked as seldom for a hundred
 * downloads as for one, and a download that it refuses alone holds back none of the others.
 */
import {backoffMs} from '#lib/backoff.ts'
import type {Clock} from '#lib/clock.ts'

/** What several ask of one Arr, and fail at. */
interface Place {
  /** The one that failed longest ago first, with when it was heard of last, by the clock that does not jump, ms. */
  readonly failed: Map<string, number>
  /** How often one of them failed once more. */
  rounds: number
  /** The next one may try from then on, by the same clock. */
  openAt: number
}

/** As the runner's own: after so many it is no matter of a moment. */
const SOON_ROUNDS = 6
const RARE = {leastMs: 300_000, mostMs: 420_000}
/** Whose turn it is not looks again after so long. */
const NOT_YET_MS = 60_000
/** Longer than any pause: one that was not heard of meanwhile is over. */
const OVER_MS = 1_200_000

export class ArrTurns {
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #places = new Map<string, Place>()

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock
  }

  /** @param place an Arr, and what it is asked for @returns ms until it may try, or look again whether it may; 0 = now */
  waitMs(place: string, saga: string): number {
    const at = this.#places.get(place)
    if (!at?.failed.has(saga)) return 0
    const now = this.#clock.monotonic()
    // Its place in the row stays.
    at.failed.set(saga, now)
    for (const [other, heardAt] of at.failed) if (now - heardAt > OVER_MS) at.failed.delete(other)
    // Whoever is alone has the pauses of its own.
    if (at.failed.size === 1) return 0
    const leftMs = Math.max(0, at.openAt - now)
    const [first] = at.failed.keys()
    return first === saga ? leftMs : Math.max(leftMs, NOT_YET_MS)
  }

  /** The Arr failed, or refused it. */
  failed(place: string, saga: string): void {
    const now = this.#clock.monotonic()
    const at = this.#places.get(place) ?? {failed: new Map(), rounds: 0, openAt: now}
    this.#places.set(place, at)
    if (at.failed.delete(saga)) at.rounds++
    at.failed.set(saga, now)
    at.openAt = now + backoffMs(at.rounds + 1, 1, at.rounds >= SOON_ROUNDS ? RARE : {})
  }

  /** The Arr did as it was asked: all may try. */
  answered(place: string): void {
    this.#places.delete(place)
  }

  ended(saga: string): void {
    for (const [place, {failed}] of this.#places)
      if (failed.delete(saga) && failed.size === 0) this.#places.delete(place)
  }
}
