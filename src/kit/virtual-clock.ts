import type {Clock} from './clock.ts'

/** A clock that stands still until a test moves it: timers run in order of their time. */
export class VirtualClock implements Clock {
  #now: number
  #monotonic = 0
  #timers: {at: number; order: number; task: () => void}[] = []
  #order = 0

  constructor(startAt = Date.UTC(2026, 0, 1)) {
    this.#now = startAt
  }

  now(): number {
    return this.#now
  }

  monotonic(): number {
    return this.#monotonic
  }

  after(ms: number, task: () => void): () => void {
    const timer = {at: this.#monotonic + ms, order: this.#order++, task}
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  /** Moves both clocks on and runs what falls due, giving promises a chance after each timer. */
  async advance(ms: number): Promise<void> {
    const end = this.#monotonic + ms
    for (;;) {
      await settle()
      const next = this.#timers
        .filter((timer) => timer.at <= end)
        .sort((a, b) => a.at - b.at || a.order - b.order)[0]
      if (!next) break
      this.#timers = this.#timers.filter((timer) => timer !== next)
      const step = Math.max(0, next.at - this.#monotonic)
      this.#monotonic += step
      this.#now += step
      next.task()
    }
    this.#now += end - this.#monotonic
    this.#monotonic = end
    await settle()
  }

  /** The wall clock jumps (somebody set it); durations do not notice. */
  jump(ms: number): void {
    this.#now += ms
  }
}

async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await new Promise((done) => setImmediate(done))
}
