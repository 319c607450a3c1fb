import type {Clock} from './clock.ts'

/**
 * One question at a time per key: who asks while it is under way gets the same answer, who asks within `keepMs` after
 * it gets the kept one. Failures are shared by those who waited, and not kept.
 */
export class SingleFlight<T> {
  readonly #clock: Clock
  readonly #keepMs: number
  readonly #flights = new Map<string, Flight<T>>()

  constructor(clock: Clock, keepMs: number) {
    this.#clock = clock
    this.#keepMs = keepMs
  }

  ask(key: string, question: () => Promise<T>): Promise<T> {
    const known = this.#flights.get(key)
    if (known && (known.landedAt === null || this.#clock.monotonic() - known.landedAt < this.#keepMs))
      return known.answer
    const flight: Flight<T> = {answer: question(), landedAt: null}
    this.#flights.set(key, flight)
    void this.#land(key, flight)
    return flight.answer
  }

  /** Whoever asked hears of a failure; here it only ends the keeping. */
  async #land(key: string, flight: Flight<T>): Promise<void> {
    const [landed] = await Promise.allSettled([flight.answer])
    if (landed.status === 'rejected') return this.#drop(key, flight)
    flight.landedAt = this.#clock.monotonic()
    this.#clock.after(this.#keepMs, () => this.#drop(key, flight))
  }

  #drop(key: string, flight: object): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key)
  }
}

interface Flight<T> {
  readonly answer: Promise<T>
  /** `null` while it is under way. */
  landedAt: number | null
}

/**
 * One question at a time per key. Who asks while it is under way gets the answer to the next one, with all who ask until
 * that begins: what was so when he asked is in it. Failures are shared, too. Nothing is kept.
 */
export class SharedAnswers<T> {
  readonly #running = new Map<string, Promise<void>>()
  readonly #next = new Map<string, Promise<T>>()

  /** @param question that of whoever asks first */
  ask(key: string, question: () => Promise<T>): Promise<T> {
    const running = this.#running.get(key)
    if (!running) return this.#begin(key, question)
    const waiting = this.#next.get(key)
    if (waiting) return waiting
    const next = running.then(() => {
      this.#next.delete(key)
      return this.#begin(key, question)
    })
    this.#next.set(key, next)
    return next
  }

  #begin(key: string, question: () => Promise<T>): Promise<T> {
    const answer = question()
    // Before whoever waits for the next one.
    const ended = Promise.allSettled([answer]).then(() => void this.#running.delete(key))
    this.#running.set(key, ended)
    return answer
  }
}
