/**
 * The time of a world in which hours pass in minutes: the wall clock with a factor, and leaps ahead while nothing
 * happens. Simulated Arrs live by it in this process, the program in one of its own (`program-clock.ts`); real daemons
 * and answers on their way take the time they take.
 */
import {afterRealTime, type Clock} from '#lib/clock.ts'

/** What a process has to know to live in the same time. */
export interface WorldTime {
  /** Epoch ms by the wall clock, and what it was in the world then. */
  readonly realAt: number
  readonly worldAt: number
  readonly factor: number
  /** How far one leap goes, ms. */
  readonly leapMs: number
  /** A leap is of the wall clock alone: somebody set it, and no time passed. */
  readonly isSet?: boolean
}

/** Where a process finds it, as JSON. */
export const WORLD_TIME = 'LAB_WORLD_TIME'

export class WorldClock implements Clock {
  readonly #factor: number
  readonly #leapMs: number
  readonly #isSet: boolean
  readonly #startedAt = Date.now()
  readonly #began = performance.now()
  #leapt = 0

  constructor({factor, leapMs, isSet = false}: Pick<WorldTime, 'factor' | 'leapMs' | 'isSet'>) {
    this.#factor = factor
    this.#leapMs = leapMs
    this.#isSet = isSet
  }

  now(): number {
    return Math.round(this.#startedAt + this.monotonic() + (this.#isSet ? this.#leapt : 0))
  }

  monotonic(): number {
    return (performance.now() - this.#began) * this.#factor + (this.#isSet ? 0 : this.#leapt)
  }

  /** A leap does not hasten it, as little as it hastens a server. */
  after(ms: number, task: () => void): () => void {
    return afterRealTime(ms / this.#factor, task)
  }

  leap(): void {
    this.#leapt += this.#leapMs
  }

  /** For a process that starts now. */
  environment(): Readonly<Record<string, string>> {
    const [factor, leapMs] = [this.#factor, this.#leapMs]
    const time: WorldTime = {realAt: Date.now(), worldAt: this.now(), factor, leapMs, isSet: this.#isSet}
    return {[WORLD_TIME]: JSON.stringify(time)}
  }
}
