/**
 * Notices that time passed in which the program could not look: it was stopped, or its machine slept, was frozen or
 * swapped. Then timers fire first and answers are read after, so whoever is about to act asks here before.
 *
 *   looks, a second apart ──▶ more time since the last one than that   the process stood still (duration clock)
 *                         └─▶ wall and duration clock went apart       the machine slept, or somebody set its clock
 */
import {machineTime, type Clock} from '#lib/clock.ts'

const LOOK_MS = 1_000

export class Standstill {
  readonly #clock: Clock
  /** Less is no standstill: a busy loop, a slow disk, ms. */
  readonly #leastMs: number
  /** Told once for each, in the moment in which it is noticed. */
  readonly #onNoticed: (seconds: number) => void
  #lookedAt: number
  /** Wall clock minus duration clock. */
  #offset: number
  #cancel: () => void = () => {}

  constructor(clock: Clock, leastMs: number, onNoticed: (seconds: number) => void) {
    this.#clock = clock
    this.#leastMs = leastMs
    this.#onNoticed = onNoticed
    this.#lookedAt = clock.monotonic()
    this.#offset = this.#offsetNow()
  }

  /** Looks each second from now on. */
  start(): void {
    this.look()
    this.#cancel()
    this.#cancel = this.#clock.after(LOOK_MS, () => this.start())
  }

  stop(): void {
    this.#cancel()
  }

  /** Did it stand still since the last look? Then `onNoticed` was told by the end of this. */
  look(): void {
    const at = this.#clock.monotonic()
    const offset = this.#offsetNow()
    const missedMs = Math.max(at - this.#lookedAt - LOOK_MS, Math.abs(offset - this.#offset))
    this.#lookedAt = at
    this.#offset = offset
    if (missedMs >= this.#leastMs) this.#onNoticed(Math.round(missedMs / 1000))
  }

  #offsetNow(): number {
    return machineTime(this.#clock) - this.#clock.monotonic()
  }
}
