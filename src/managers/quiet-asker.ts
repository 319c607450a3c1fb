/**
 * Questions to an Arr that nobody waits for: one at a time, some time apart, each once while it waits. While the Arr
 * fails, later each time; what failed is dropped, as whoever wants to know asks again.
 */
import {backoffMs} from '#kit/backoff.ts'
import type {Clock} from '#kit/clock.ts'
import {CommodarrError} from '#model/errors.ts'

/** From one to the next: 60 a minute at most, while people and imports have the Arr to themselves. */
const BETWEEN_MS = 1_000
/** What comes behind these is not taken: it is wanted again in the next pass. */
const MOST_WAITING = 2_000

export interface QuietAskerParts {
  readonly clock: Clock
  readonly random: () => number
}

export class QuietAsker {
  readonly #parts: QuietAskerParts
  readonly #waiting = new Map<string, (signal: AbortSignal) => Promise<void>>()
  readonly #stopping = new AbortController()
  #cancel: (() => void) | null = null
  #isAsking = false
  #failures = 0
  /** By the duration clock. */
  #freeAt = Number.NEGATIVE_INFINITY

  constructor(parts: QuietAskerParts) {
    this.#parts = parts
  }

  /**
   * @param ask any fault but those of an Arr is a mistake of ours, and is thrown as that
   * @returns false = too many wait already
   */
  put(name: string, ask: (signal: AbortSignal) => Promise<void>): boolean {
    if (this.#stopping.signal.aborted) return false
    if (!this.#waiting.has(name) && this.#waiting.size >= MOST_WAITING) return false
    this.#waiting.set(name, ask)
    this.#plan()
    return true
  }

  stop(): void {
    this.#stopping.abort()
    this.#waiting.clear()
    this.#cancel?.()
  }

  #plan(): void {
    if (this.#cancel !== null || this.#isAsking || this.#waiting.size === 0) return
    const {clock} = this.#parts
    this.#cancel = clock.after(Math.max(0, this.#freeAt - clock.monotonic()), () => {
      this.#cancel = null
      void this.#askNext()
    })
  }

  async #askNext(): Promise<void> {
    const [next] = this.#waiting
    if (!next) return
    const {clock, random} = this.#parts
    const {signal} = this.#stopping
    this.#waiting.delete(next[0])
    this.#isAsking = true
    this.#freeAt = clock.monotonic() + BETWEEN_MS
    try {
      await next[1](signal)
      this.#failures = 0
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof CommodarrError)) throw error
      this.#freeAt = clock.monotonic() + backoffMs(++this.#failures, random(), {leastMs: BETWEEN_MS})
    } finally {
      this.#isAsking = false
    }
    if (!signal.aborted) this.#plan()
  }
}
