/**
 * The health checks of one Arr as they were read last. An Arr checks itself every few hours and whenever something fails
 * there, and says so on its live channel, also where nothing changed:
 *
 *   start ─▶ read ── it says "health", it is away and back, something is to be removed ─▶ read, ten minutes apart at least
 *              ├─ red, and it would hold removals back ─▶ the Arr checks anew, read again: what was red may long be well
 *              ├─ red ─▶ again after ten minutes: it may say nothing when it is well
 *              ├─ well ─▶ again after half an hour, whatever was missed
 *              └─ fault ─▶ unknown, again after a minute, later each time
 *
 * What is green may be as old as what is red, so it checks anew before something is removed, and when it does not find
 * what a server has. Six questions an hour at most, each with a check before it while something hangs on it; two while
 * all is well and nothing is said.
 * Source: protocols/arr.md §9.1, §10, §12.
 */
import {sleep, type Clock} from '#lib/clock.ts'
import type {ArrCheck, ArrHealthItem} from '#model/arr.ts'
import type {ArrPort} from './api/port.ts'
import {checksOf, suspensionOf} from './arr-health.ts'

interface HealthWatchDeps {
  readonly port: Pick<ArrPort, 'health' | 'command' | 'commandState'>
  readonly clock: Clock
  /** Names of its download clients, as far as they are known. */
  readonly clients: () => readonly string[]
  /** They are others than before, or not known any more. */
  readonly changed: () => void
}

const APART_MS = 600_000
const WELL_MS = 1_800_000
const FAULT_MS = 60_000
/** All its checks take less than half a second; where one hangs on a disk, what it said before has to do. */
const CHECKING_MS = 15_000
const POLL_MS = 500

export class ArrHealthWatch {
  readonly #parts: HealthWatchDeps
  readonly #stopping = new AbortController()
  #items: readonly ArrHealthItem[] | null = null
  /** When it was had check itself last. */
  #checkedAt = Number.NEGATIVE_INFINITY
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
    return this.#items && checksOf(this.#items, this.#parts.clients())
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

  /** It does not find what its server has: it is had check itself, so that it says why. */
  suspect(): void {
    void this.renewed()
  }

  /** Something hangs on it: resolves when it checked itself at most ten minutes ago, or it can not be known. */
  async renewed(): Promise<void> {
    await this.#reading
    const isOld = this.#parts.clock.monotonic() - this.#checkedAt >= APART_MS
    if (isOld && this.#faults === 0) await this.#read(true)
  }

  #read(isCheckedFirst = false): Promise<void> {
    this.#cancel()
    this.#reading ??= this.#ask(isCheckedFirst)
    return this.#reading
  }

  async #ask(isCheckedFirst: boolean): Promise<void> {
    const {port, clock} = this.#parts
    const {signal} = this.#stopping
    this.#askedAt = clock.monotonic()
    this.#isOld = false
    const before = JSON.stringify(this.checks)
    let items: readonly ArrHealthItem[] | null = null
    try {
      if (isCheckedFirst) await this.#check()
      items = await port.health(signal)
      if (!isCheckedFirst && holdsRemovals(items) && (await this.#check())) items = await port.health(signal)
      this.#faults = 0
    } catch {
      // What ails the Arr its queue tells; here it only means that nobody knows.
      this.#faults++
    }
    this.#reading = null
    if (signal.aborted) return
    this.#items = items
    this.#later(this.#pause(this.#rest()))
    if (JSON.stringify(this.checks) !== before) this.#parts.changed()
  }

  /** It checks itself, and is waited for. @returns whether it did: one that may not be told to says what it knows */
  async #check(): Promise<boolean> {
    const {port, clock} = this.#parts
    const {signal} = this.#stopping
    this.#checkedAt = clock.monotonic()
    try {
      const {id} = await port.command({what: 'checkHealth'}, signal)
      while (!signal.aborted && clock.monotonic() - this.#checkedAt < CHECKING_MS) {
        await sleep(clock, POLL_MS)
        const state = await port.commandState(id, signal)
        if (state?.status !== 'queued' && state?.status !== 'started') return true
      }
    } catch {
      // What ails it the question after this one meets as well.
    }
    return false
  }

  #rest(): number {
    if (this.#faults > 0) return Math.min(APART_MS, FAULT_MS * 2 ** (this.#faults - 1))
    return this.#isOld || this.checks?.some(({holds}) => holds !== null) ? APART_MS : WELL_MS
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

function holdsRemovals(items: readonly ArrHealthItem[]): boolean {
  return suspensionOf(items).destruction
}
