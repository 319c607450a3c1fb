/**
 * How often an Arr is asked: once a minute, in slots. Who is told that something happened may ask ahead of its time, by
 * three slots at most; those are not taken again.
 */
import type {Clock} from '#lib/clock.ts'

const SLOT_MS = 60_000
const MOST_AHEAD_MS = 3 * SLOT_MS

export class Slots {
  readonly #clock: Clock
  /** By the duration clock, ms. */
  #nextAt = Number.NEGATIVE_INFINITY

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Until the next one, ms. */
  get wait(): number {
    return Math.max(0, this.#nextAt - this.#clock.monotonic())
  }

  /** Something was asked, in a slot or because somebody waits for it: the next one is a minute away. */
  take(): void {
    this.#nextAt = Math.max(this.#nextAt, this.#clock.monotonic() + SLOT_MS)
  }

  /** So many questions may be asked now, whose turn is yet to come. */
  allowAhead(questions: number): boolean {
    return this.wait + questions * SLOT_MS <= MOST_AHEAD_MS
  }

  takeAhead(questions: number): void {
    this.#nextAt = Math.max(this.#nextAt, this.#clock.monotonic()) + questions * SLOT_MS
  }
}
