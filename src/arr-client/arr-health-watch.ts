/**
 * The health checks of one Arr as they were read last. An Arr checks itself every few hours and whenever something fails
 * there, and says so on its live channel, also where nothing changed:
 *
 *   start ─▶ read ── it says "health", it is away and back, something is to be removed ─▶ read, ten minutes apart at least
 *              ├─ red ─▶ again after ten minutes: it may say nothing when it is well
 *              ├─ well ─▶ again after half an hour, whatever was missed
 *              └─ fault ─▶ unknown, again after a minute, later each time
 *
 * Six questions an hour at most, two while all is well and nothing is said.
 * Source: protocols/arr.md §9.1, §10.
 */
import type {Clock} from '#lib/clock.ts'
import type {ArrCheck} from '#model/arr.ts'
import type {ArrPort} from './api/port.ts'
import {checksOf} from './arr-health.ts'

interface HealthWatchDeps {
  readonly port: Pick<ArrPort, 'health'>
  readonly clock: Clock
  /** They are others than before, or not known any more. */
  readonly changed: () => void
}

const APART_MS = 600_000
const WELL_MS = 1_800_000
const FAULT_MS = 60_000

export class ArrHealthWatch {
  readonly #parts: HealthWatchDeps
  readonly #stopping = new AbortController()
  #checks: readonly ArrCheck[] | null = null
  #askedAt = Number.NEGATIVE_INFINITY
  #faults = 0
  #reading: Promise<void> | null = null
  /** It was told of a change while it was asked. */
  #isOld = false
  #cancel: () => void = () => undefined

  constructor(parts: HealthWatchDeps) {
    this.#parts = parts
  }

  /** What is not as it should be; `null` = not known (yet). */
  get checks(): readonly ArrCheck[] | null {
    return this.#checks
  }

  start(): void {
    void this.#read()
  }

  stop(): void {
    this.#stopping.abort()
    this.#cancel()
  }

  /** It may be otherwise now: it is read as soon as it may be. */
  hear(): void {
    if (this.#reading !== null) this.#isOld = true
    else if (this.#faults === 0) this.#later(this.#pause(APART_MS))
  }

  /** Something hangs on it: resolves when what is known is at most ten minutes old, or can not be known. */
  async renewed(): Promise<void> {
    if (this.#reading === null && this.#faults === 0 && this.#pause(APART_MS) === 0) void this.#read()
    await this.#reading
  }

  #read(): Promise<void> {
    this.#cancel()
    this.#reading ??= this.#ask()
    return this.#reading
  }

  async #ask(): Promise<void> {
    const {port, clock} = this.#parts
    const {signal} = this.#stopping
    this.#askedAt = clock.monotonic()
    this.#isOld = false
    let checks: readonly ArrCheck[] | null = null
    try {
      checks = checksOf(await port.health(signal))
      this.#faults = 0
    } catch {
      // What ails the Arr its queue tells; here it only means that nobody knows.
      this.#faults++
    }
    this.#reading = null
    if (signal.aborted) return
    const isOther = JSON.stringify(checks) !== JSON.stringify(this.#checks)
    this.#checks = checks
    this.#later(this.#pause(this.#rest()))
    if (isOther) this.#parts.changed()
  }

  #rest(): number {
    if (this.#faults > 0) return Math.min(APART_MS, FAULT_MS * 2 ** (this.#faults - 1))
    return this.#isOld || this.#checks?.some(({holds}) => holds !== null) ? APART_MS : WELL_MS
  }

  /** Until so long after the last question, ms. */
  #pause(ms: number): number {
    return Math.max(0, this.#askedAt + ms - this.#parts.clock.monotonic())
  }

  #later(ms: number): void {
    this.#cancel()
    if (!this.#stopping.signal.aborted) this.#cancel = this.#parts.clock.after(ms, () => void this.#read())
  }
}
