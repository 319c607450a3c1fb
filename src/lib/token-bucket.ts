import type {Clock} from './clock.ts'

const DAY_MS = 86_400_000
/** Names of whoever took something lately. The fullest are forgotten first: they lose least. */
const MOST_NAMES = 10_000

export interface BucketSize {
  /** So much at once. */
  readonly atOnce: number
  /** So much comes back in a day. */
  readonly perDay: number
}

/** So much at once, and so much a day in the long run, for each name by itself. By the duration clock. */
export class TokenBuckets {
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #size: BucketSize
  readonly #left = new Map<string, {left: number; at: number}>()

  constructor(clock: Pick<Clock, 'monotonic'>, size: BucketSize) {
    this.#clock = clock
    this.#size = size
  }

  /** All or none. @returns `null` = taken; else in how many ms there may be enough */
  take(name: string, count = 1): number | null {
    const waitMs = this.waitMs(name, count)
    if (waitMs === null) this.charge(name, count)
    return waitMs
  }

  /** What `take` would return; nothing is taken. */
  waitMs(name: string, count: number): number | null {
    const {atOnce, perDay} = this.#size
    // More than there ever is takes a full one: else it could never be taken.
    const lacking = Math.min(count, atOnce) - this.#leftOf(name)
    return lacking > 0 ? Math.ceil((lacking / perDay) * DAY_MS) : null
  }

  /** For what was begun already: also what is not there, which has to come back first. */
  charge(name: string, count: number): void {
    const left = this.#leftOf(name) - count
    this.#left.delete(name)
    this.#left.set(name, {left, at: this.#clock.monotonic()})
    if (this.#left.size > MOST_NAMES) this.#forget()
  }

  /** What is left to those that lack something, less than nothing where more was charged than there was. */
  lacking(): ReadonlyMap<string, number> {
    const all = new Map<string, number>()
    for (const name of this.#left.keys()) {
      const left = this.#leftOf(name)
      if (left < this.#size.atOnce) all.set(name, left)
    }
    return all
  }

  /** What was left to it so long ago, in an earlier life of the program; nothing was taken since. */
  restore(name: string, left: number, agoMs: number): void {
    this.#left.set(name, {left, at: this.#clock.monotonic() - Math.max(0, agoMs)})
    if (this.#left.size > MOST_NAMES) this.#forget()
  }

  #leftOf(name: string): number {
    const {atOnce, perDay} = this.#size
    const known = this.#left.get(name)
    if (known === undefined) return atOnce
    return Math.min(atOnce, known.left + ((this.#clock.monotonic() - known.at) / DAY_MS) * perDay)
  }

  #forget(): void {
    const fullest = [...this.#left.keys()].reduce((one, other) =>
      this.#leftOf(other) > this.#leftOf(one) ? other : one,
    )
    this.#left.delete(fullest)
  }
}
