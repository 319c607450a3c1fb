/**
 * The wall clock as far as it can be believed. It jumps when somebody sets it, when a wrong one is corrected, and when
 * the machine slept; ages and deadlines must not jump along. While it is not where durations say it should be, nobody
 * knows what time it is; when it has stayed there for an hour, it is believed.
 */
import type {EpochMs} from '#model/units.ts'
import type {Clock} from './clock.ts'

/** Clocks that are kept right by the network are moved by less. */
const DRIFT_MS = 60_000
const SETTLE_MS = 3_600_000

export class TrustedTime {
  readonly #clock: Clock
  /** Wall clock minus duration clock, as it is believed. */
  #offset: number
  /** Another one that was seen, and since when by the duration clock; `null` = it is where it should be. */
  #other: {readonly offset: number; readonly since: number} | null = null

  constructor(clock: Clock) {
    this.#clock = clock
    this.#offset = clock.now() - clock.monotonic()
  }

  /** `undefined` = the clock jumped, and it is not clear yet which time is the right one. */
  now(): EpochMs | undefined {
    if (this.#clock.isSure) return this.#clock.isSure() ? this.#clock.now() : undefined
    const now = this.#clock.now()
    const at = this.#clock.monotonic()
    const offset = now - at
    if (isNear(offset, this.#offset)) {
      // Small corrections are followed, so that they do not add up to a jump.
      this.#offset = offset
      this.#other = null
      return now
    }
    if (this.#other === null || !isNear(offset, this.#other.offset)) this.#other = {offset, since: at}
    if (at - this.#other.since < SETTLE_MS) return undefined
    this.#offset = offset
    this.#other = null
    return now
  }
}

function isNear(one: number, other: number): boolean {
  return Math.abs(one - other) <= DRIFT_MS
}
