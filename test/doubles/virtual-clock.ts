import type {Clock, Uptime} from '#lib/clock.ts'

/** A clock that stands still until a test moves it: timers run in order of their time. */
export class VirtualClock implements Clock {
  #now: number
  #monotonic = 0
  readonly #settle: () => Promise<void>
  /** The next one last. */
  readonly #timers: Timer[] = []
  #order = 0
  #boots = 0
  /** ms that the machine slept, in which its clock of durations did, too. */
  #slept = 0

  /** @param settle resolves when all that was begun waits for this clock */
  constructor(startAt = Date.UTC(2026, 0, 1), settle = tenTurns) {
    this.#now = startAt
    this.#settle = settle
  }

  /** Whole, as of any machine, also where timers ring between two milliseconds. */
  now(): number {
    return Math.floor(this.#now)
  }

  monotonic(): number {
    return this.#monotonic
  }

  readonly uptime = (): Uptime => ({boot: `virtual ${this.#boots}`, ms: this.#monotonic + this.#slept})

  after(ms: number, task: () => void): () => void {
    const timer: Timer = {at: this.#monotonic + Math.max(0, ms), order: this.#order++, task}
    this.#timers.splice(this.#placeOf(timer), 0, timer)
    return () => {
      const place = this.#placeOf(timer)
      if (this.#timers[place] === timer) this.#timers.splice(place, 1)
    }
  }

  /** Moves both clocks on and runs what falls due, giving promises a chance after each timer. */
  async advance(ms: number): Promise<void> {
    const end = this.#monotonic + ms
    for (;;) {
      await this.#settle()
      const next = this.#timers.at(-1)
      if (!next || !(next.at <= end)) break
      this.#timers.pop()
      const step = Math.max(0, next.at - this.#monotonic)
      this.#monotonic += step
      this.#now += step
      next.task()
    }
    this.#now += end - this.#monotonic
    this.#monotonic = end
    await this.#settle()
  }

  /** The wall clock jumps (somebody set it); durations do not notice. */
  jump(ms: number): void {
    this.#now += ms
  }

  /** The machine sleeps for so long, and with it its clock of durations. */
  sleep(ms: number): void {
    this.#now += ms
    this.#slept += ms
  }

  /** The machine is started again, with its clock at `now`: how long it was off nobody can say. */
  reboot(now: number): void {
    this.#boots++
    this.#now = now
  }

  /** The program stands still for so long: time passes, and what should have rung rings when it is moved on. */
  standStill(ms: number): void {
    this.#now += ms
    this.#monotonic += ms
  }

  /** Where it stands, or would. */
  #placeOf({at, order}: Timer): number {
    let [from, to] = [0, this.#timers.length]
    while (from < to) {
      const middle = (from + to) >> 1
      const other = this.#timers[middle]!
      if (other.at > at || (other.at === at && other.order > order)) from = middle + 1
      else to = middle
    }
    return from
  }
}

interface Timer {
  readonly at: number
  readonly order: number
  readonly task: () => void
}

async function tenTurns(): Promise<void> {
  for (let i = 0; i < 10; i++) await new Promise((done) => setImmediate(done))
}
