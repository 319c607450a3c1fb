/**
 * Who may ask an Arr again that failed. Each download is tried once by itself, until two of them failed; then one at a time
 * tries, whoever was not tried yet before those that failed, and of these whoever has waited longest, with pauses that
 * grow. An Arr that refuses is so asked as seldom for a hundred downloads as for one, and a download that it refuses alone
 * holds back none of the others.
 */
import {backoffMs} from '#lib/backoff.ts'
import type {Clock} from '#lib/clock.ts'

/** What several ask of one Arr, and fail at. */
interface Place {
  /** Not tried yet, and wait; the one that came first is first, with when it was heard of last, by the clock that does not jump, ms. */
  readonly fresh: Map<string, number>
  /** The one that failed longest ago first, with the same. */
  readonly failed: Map<string, number>
  /** How often it failed, also those that one had while it was alone. */
  faults: number
  /** The next one may try from then on, by the same clock. */
  openAt: number
}

/** After so many it is no matter of a moment. */
const SOON_FAULTS = 8
/** Each time it is looked again whether the download is still to be given up, which asks its Arr a dozen questions. */
const RARE = {firstMs: 600_000, mostMs: 600_000}
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

  /**
   * Whoever may try has the turn for the length of a pause, or until it failed.
   * @param place an Arr, and what it is asked for
   * @returns ms until it may try, or look again whether it may; 0 = now
   */
  waitMs(place: string, saga: string): number {
    const now = this.#clock.monotonic()
    const at = this.#placeAt(place, now)
    if (!at) return 0
    const isFresh = !at.failed.has(saga)
    // Whoever is alone has the pauses of its own.
    if (isFresh && at.failed.size < 2) return 0
    // Its place in the row stays.
    const row = isFresh ? at.fresh : at.failed
    row.set(saga, now)
    for (const known of [at.fresh, at.failed])
      for (const [other, heardAt] of known) if (now - heardAt > OVER_MS) known.delete(other)
    if (at.fresh.size + at.failed.size === 1) return 0
    const leftMs = Math.max(0, at.openAt - now)
    const [first] = [...at.fresh.keys(), ...at.failed.keys()]
    if (first !== saga) return Math.max(leftMs, NOT_YET_MS)
    if (leftMs === 0) at.openAt = now + pauseMs(at)
    return leftMs
  }

  /** The Arr failed, or refused it. */
  failed(place: string, saga: string): void {
    const now = this.#clock.monotonic()
    const at = this.#placeAt(place, now) ?? {fresh: new Map(), failed: new Map(), faults: 0, openAt: now}
    this.#places.set(place, at)
    at.faults++
    at.fresh.delete(saga)
    // The one that failed last goes last.
    at.failed.delete(saga)
    at.failed.set(saga, now)
    at.openAt = now + pauseMs(at)
  }

  /** The Arr did as it was asked: all may try. */
  answered(place: string): void {
    this.#places.delete(place)
  }

  ended(saga: string): void {
    for (const {fresh, failed} of this.#places.values()) {
      fresh.delete(saga)
      failed.delete(saga)
    }
  }

  /** How often it failed counts for those that come next, also when all that it failed for ended. */
  #placeAt(place: string, now: number): Place | null {
    const at = this.#places.get(place)
    if (!at) return null
    if (at.failed.size > 0 || now - at.openAt <= OVER_MS) return at
    this.#places.delete(place)
    return null
  }
}

/** The first that several share is that after the second fault. */
function pauseMs({faults}: Place): number {
  return backoffMs(Math.max(1, faults - 1), 1, faults >= SOON_FAULTS ? RARE : {})
}
