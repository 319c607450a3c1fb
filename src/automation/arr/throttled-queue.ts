/**
 * Questions to an Arr that nobody waits for: one at a time, some time apart, each once while it waits, what something
 * happened to before what a rule merely wants to know. While the Arr fails, later each time; what failed is dropped, as
 * whoever wants to know asks again.
 */
import {backoffMs} from '#lib/backoff.ts'
import type {Clock} from '#lib/clock.ts'
import {CommodarrError} from '#model/errors.ts'

/** From one to the next, while people and imports have the Arr to themselves. */
const BETWEEN_MS = 1_000
/** So many may come right after each other; from then on one in `EACH_MS`. */
const AT_ONCE = 60
const EACH_MS = 60_000
/** What comes behind these is not taken: it is wanted again in the next pass. */
const MOST_WAITING = 2_000

type Ask = (signal: AbortSignal) => Promise<void>

export class ThrottledQueue {
  readonly #clock: Clock
  readonly #random: () => number
  readonly #urgent = new Map<string, Ask>()
  readonly #waiting = new Map<string, Ask>()
  readonly #stopping = new AbortController()
  #cancel: (() => void) | null = null
  #isAsking = false
  #failures = 0
  /** How many may be asked now, at `countedAt`. */
  #left = AT_ONCE
  /** These by the duration clock. */
  #countedAt: number
  #freeAt = Number.NEGATIVE_INFINITY

  constructor(clock: Clock, random: () => number) {
    this.#clock = clock
    this.#random = random
    this.#countedAt = clock.monotonic()
  }

  /**
   * @param ask any fault but those of an Arr is a mistake of ours, and is thrown as that
   * @param isUrgent something happened: it goes before what only waits to be known
   * @returns false = too many wait already
   */
  put(name: string, ask: Ask, isUrgent = false): boolean {
    if (this.#stopping.signal.aborted) return false
    const lane = isUrgent ? this.#urgent : this.#waiting
    if (!lane.has(name) && lane.size >= MOST_WAITING) return false
    if (isUrgent) this.#waiting.delete(name)
    else if (this.#urgent.has(name)) return true
    lane.set(name, ask)
    this.#plan()
    return true
  }

  stop(): void {
    this.#stopping.abort()
    this.#urgent.clear()
    this.#waiting.clear()
    this.#cancel?.()
  }

  #plan(): void {
    if (this.#isAsking || this.#next === null) return
    this.#cancel?.()
    this.#cancel = this.#clock.after(this.#waitMs(), () => {
      this.#cancel = null
      void this.#askNext()
    })
  }

  get #next(): {readonly lane: Map<string, Ask>; readonly name: string; readonly ask: Ask} | null {
    const lane = this.#urgent.size > 0 ? this.#urgent : this.#waiting
    const [first] = lane
    return first ? {lane, name: first[0], ask: first[1]} : null
  }

  /** What is urgent is rare, and takes of the same share. */
  #waitMs(): number {
    this.#count()
    const mayBe = this.#left >= 1 || this.#urgent.size > 0
    return Math.max(0, this.#freeAt - this.#countedAt, mayBe ? 0 : Math.ceil((1 - this.#left) * EACH_MS))
  }

  #count(): void {
    const now = this.#clock.monotonic()
    this.#left = Math.min(AT_ONCE, this.#left + (now - this.#countedAt) / EACH_MS)
    this.#countedAt = now
  }

  async #askNext(): Promise<void> {
    const next = this.#next
    if (!next) return
    const {signal} = this.#stopping
    next.lane.delete(next.name)
    this.#isAsking = true
    this.#count()
    this.#left -= 1
    this.#freeAt = this.#clock.monotonic() + BETWEEN_MS
    try {
      await next.ask(signal)
      this.#failures = 0
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof CommodarrError)) throw error
      this.#freeAt = this.#clock.monotonic() + backoffMs(++this.#failures, this.#random())
    } finally {
      this.#isAsking = false
    }
    if (!signal.aborted) this.#plan()
  }
}
