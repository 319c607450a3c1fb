/**
 * How often an Arr is asked: once a minute, in slots, and beside them whenever it says that something happened: quickly
 * at first, four times a minute while that goes on, as often as slots when it does not end.
 */
import type {Clock} from '#lib/clock.ts'

const SLOT_MS = 60_000
/** Questions that hints may take at once; one comes back each `EACH_MS`. */
const AT_ONCE = 20
const EACH_MS = 60_000
/** So many of them come quickly after each other. */
const QUICK = 6
const QUICK_APART_MS = 5_000
const APART_MS = 15_000

export class Slots {
  readonly #clock: Clock
  /** By the duration clock, ms, as all times here. */
  #nextAt = Number.NEGATIVE_INFINITY
  /** Questions left for hints, at `countedAt`. */
  #left = AT_ONCE
  #countedAt: number
  #hintedAt = Number.NEGATIVE_INFINITY

  constructor(clock: Clock) {
    this.#clock = clock
    this.#countedAt = clock.monotonic()
  }

  /** Until the next one, ms. */
  get wait(): number {
    return Math.max(0, this.#nextAt - this.#clock.monotonic())
  }

  /** Until a hint may be looked into, ms. */
  get hintWait(): number {
    this.#count()
    const apart = this.#left > AT_ONCE - QUICK ? QUICK_APART_MS : APART_MS
    const lacking = Math.ceil((1 - this.#left) * EACH_MS)
    return Math.max(0, lacking, this.#hintedAt + apart - this.#countedAt)
  }

  /** Something was asked, in a slot or because somebody waits for it: the next one is a minute away. */
  take(): void {
    this.#nextAt = Math.max(this.#nextAt, this.#clock.monotonic() + SLOT_MS)
  }

  /** A hint is looked into. One that could be looked into at all may ask for more than was left. */
  takeHint(questions: number): void {
    this.#count()
    this.#left -= questions
    this.#hintedAt = this.#countedAt
  }

  #count(): void {
    const now = this.#clock.monotonic()
    this.#left = Math.min(AT_ONCE, this.#left + (now - this.#countedAt) / EACH_MS)
    this.#countedAt = now
  }
}
