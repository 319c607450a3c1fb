import type {Clock} from '#lib/clock.ts'
import type {EpochMs} from '#model/units.ts'

/**
 * Ends that a jump of the wall clock neither brings nearer nor puts off: how long each still has is told from the wall
 * clock once, when it is begun, and counted by the other.
 */
export class Countdowns {
  readonly #clock: Clock
  readonly #ends = new Map<string, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  begin(name: string, dueAt: EpochMs): void {
    this.#ends.set(name, this.#clock.monotonic() + dueAt - this.#clock.now())
  }

  drop(name: string): void {
    this.#ends.delete(name)
  }

  isOver(name: string): boolean {
    return (this.#ends.get(name) ?? Infinity) <= this.#clock.monotonic()
  }

  /** Names of those that are over, the longest first. */
  due(): readonly string[] {
    const now = this.#clock.monotonic()
    const over = [...this.#ends].filter(([, end]) => end <= now)
    return over.sort(([, a], [, b]) => a - b).map(([name]) => name)
  }

  /** ms until the next is over; `null` = there is none. */
  next(): number | null {
    if (this.#ends.size === 0) return null
    let first = Infinity
    for (const end of this.#ends.values()) first = Math.min(first, end)
    return Math.max(0, first - this.#clock.monotonic())
  }
}
