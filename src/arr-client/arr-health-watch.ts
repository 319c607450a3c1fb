/**
 * The health checks of one Arr as they were read last. An Arr checks itself every few hours and whenever something fails
 * there, and says so on its live channel, also where nothing changed:
 *
 *   start ─▶ read ── something is to be removed, or held back because of it ─▶ the Arr checks again, waited for, and read
 *              │        again: once a minute at most for all who ask, and later each time while the same stays red
 *              ├─ it says "health", it is away and back ─▶ read when that was five seconds ago, twice a minute at most
 *              ├─ red, and it holds removals back ─▶ the Arr checks again, read again: what was red may long be well
 *              ├─ red ─▶ again after ten minutes: it may say nothing when it is well
 *              ├─ well ─▶ again after half an hour, of one that is heard after an hour, whatever was missed
 *              └─ fault ─▶ unknown, again after a minute, later each time
 *
 * It checks again, too, when it does not find what a server has; nobody waits for that. While nothing is to be removed, six
 * questions an hour at most, and one for each check; two while all is well and nothing is said, one of an Arr that is
 * heard; and for what it says twenty in any hour, as it says so at many events that change nothing.
 * Source: Sonarr and Radarr.
 */
import {backoffStepMs} from '#lib/backoff.ts'
import type {Clock} from '#lib/clock.ts'
import type {ArrCheck, ArrHealthItem} from '#model/arr.ts'
import type {ArrPort} from './api/port.ts'
import type {CategoryWatch} from './category-watch.ts'
import {checksOf, suspensionOf} from './arr-health.ts'
import {commandEnd} from './command-end.ts'

const APART_MS = 600_000
/** What is to be removed, or held back, goes by what the Arr found so lately. */
const FRESH_MS = 60_000
const WELL_MS = 1_800_000
/** Of one that is well and heard: of 15 questions an hour to an idle Arr the other one goes to its log. */
const HEARD_WELL_MS = 3_600_000
const FAULT_PACE = {firstMs: 60_000, mostMs: APART_MS}
/** All its checks take less than half a second; where one hangs on a disk, what it said before has to do. */
const CHECKING_MS = 15_000
/** What it says comes in bursts. */
const SETTLED_MS = 5_000
const HEARD_APART_MS = 30_000
/** So often it is read soon after it said something; one comes back each `EACH_MS`. */
const AT_ONCE = 10
const EACH_MS = 360_000

export class ArrHealthWatch {
  readonly #port: Pick<ArrPort, 'health' | 'command' | 'commandState'>
  readonly #clock: Clock
  readonly #categories: Pick<CategoryWatch, 'names'>
  /** While it is live it says when something changes. */
  readonly #replica: {readonly isLive: boolean}
  /** They are others than before, or not known any more. */
  readonly #changed: () => void
  readonly #stopping = new AbortController()
  #items: readonly ArrHealthItem[] | null = null
  /** When it was had check itself last. */
  #checkedAt = Number.NEGATIVE_INFINITY
  #askedAt = Number.NEGATIVE_INFINITY
  #faults = 0
  #reading: Promise<void> | null = null
  #checking: Promise<void> | null = null
  /** How often in a row it checked itself and found the same red. */
  #stayedRed = 0
  /** It was told of a change that is not read yet. */
  #isOld = false
  /** How often what it says is read soon, at `countedAt`. */
  #left = AT_ONCE
  #countedAt: number
  /** When it is read next. */
  #dueAt = Number.POSITIVE_INFINITY
  #cancel: () => void = () => undefined

  constructor(
    port: Pick<ArrPort, 'health' | 'command' | 'commandState'>,
    clock: Clock,
    categories: Pick<CategoryWatch, 'names'>,
    replica: {readonly isLive: boolean},
    changed: () => void,
  ) {
    this.#port = port
    this.#clock = clock
    this.#categories = categories
    this.#replica = replica
    this.#changed = changed
    this.#countedAt = clock.monotonic()
  }

  /** What is not as it should be; `null` = not known (yet). */
  get checks(): readonly ArrCheck[] | null {
    return this.#items && checksOf(this.#items, this.#categories.names)
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
    if (this.#faults > 0) return
    this.#isOld = true
    if (this.#reading !== null) return
    const inMs = this.#heardWait()
    if (this.#clock.monotonic() + inMs < this.#dueAt) this.#later(inMs)
  }

  /** It does not find what its server has: it is had check itself, so that it says why. */
  suspect(): void {
    if (this.#faults === 0) void this.#checkAgain(APART_MS)
  }

  /**
   * Something is to be removed, or held back, because of what is known: resolves when the Arr checked itself within the
   * last minute and that was read, or when it cannot be known. One answer serves all who ask meanwhile.
   */
  async renewed(): Promise<void> {
    await this.#reading
    if (this.#faults > 0) return
    await this.#checkAgain(Math.min(APART_MS, FRESH_MS * 2 ** this.#stayedRed))
    // One that may not be told to check itself says what it found last.
    if (this.#faults === 0 && this.#pause(FRESH_MS) === 0) await this.#read()
  }

  #read(): Promise<void> {
    this.#cancel()
    this.#reading ??= this.#ask()
    return this.#reading
  }

  /** Checks, and reads what came of it; who comes meanwhile waits for the same. */
  #checkAgain(apartMs: number): Promise<void> {
    const since = this.#clock.monotonic() - this.#checkedAt
    if (this.#checking === null && since >= apartMs && !this.#stopping.signal.aborted) {
      this.#checking = this.#checkAndRead().finally(() => {
        this.#checking = null
      })
    }
    return this.#checking ?? Promise.resolve()
  }

  async #checkAndRead(): Promise<void> {
    const before = this.#red
    if (!(await this.#check())) return
    // What was asked for before it checked itself tells what it found earlier.
    await this.#reading
    if (this.#stopping.signal.aborted) return
    await this.#read()
    const now = this.#red
    this.#stayedRed = now !== null && now === before ? this.#stayedRed + 1 : 0
  }

  /** What holds removals back, to compare with; `null` = nothing does, or nobody knows. */
  get #red(): string | null {
    const red = this.checks?.filter(({holds}) => holds === 'removals') ?? []
    return red.length === 0 ? null : JSON.stringify(red)
  }

  async #ask(): Promise<void> {
    const {signal} = this.#stopping
    this.#askedAt = this.#clock.monotonic()
    if (this.#isOld) this.#left = this.#allowed() - 1
    this.#isOld = false
    const before = JSON.stringify(this.checks)
    let items: readonly ArrHealthItem[] | null = null
    try {
      items = await this.#port.health(signal)
      this.#faults = 0
    } catch {
      // What ails the Arr its queue tells; here it only means that nobody knows.
      this.#faults++
    }
    this.#reading = null
    if (signal.aborted) return
    this.#items = items
    this.#later(this.#rest())
    if (JSON.stringify(this.checks) !== before) this.#changed()
    if (items !== null && holdsRemovals(items)) void this.#checkAgain(APART_MS)
  }

  /** It checks itself, and is waited for. @returns whether it did: one that may not be told to says what it knows */
  async #check(): Promise<boolean> {
    const {signal} = this.#stopping
    this.#checkedAt = this.#clock.monotonic()
    try {
      const {id} = await this.#port.command({what: 'checkHealth'}, signal)
      return (
        (await commandEnd(this.#port, id, {clock: this.#clock, mostMs: CHECKING_MS, signal})) !== 'running'
      )
    } catch {
      // What ails it the question after this one meets as well.
    }
    return false
  }

  /** Until it is read again, ms. */
  #rest(): number {
    if (this.#faults > 0) return this.#pause(backoffStepMs(this.#faults, FAULT_PACE))
    if (this.#isOld) return this.#heardWait()
    return this.#pause(this.#isWell ? WELL_MS : APART_MS)
  }

  get #isWell(): boolean {
    return this.#faults === 0 && !this.#isOld && !this.checks?.some(({holds}) => holds !== null)
  }

  /** One that fell silent meanwhile is read at the time of those that are not heard. */
  #readUnlessHeard(): void {
    const leftMs = this.#isWell && this.#replica.isLive ? this.#pause(HEARD_WELL_MS) : 0
    if (leftMs > 0) this.#later(Math.min(leftMs, WELL_MS))
    else void this.#read()
  }

  /** Until what it says is read, ms. */
  #heardWait(): number {
    return Math.max(SETTLED_MS, this.#pause(this.#allowed() >= 1 ? HEARD_APART_MS : APART_MS))
  }

  #allowed(): number {
    const now = this.#clock.monotonic()
    this.#left = Math.min(AT_ONCE, this.#left + (now - this.#countedAt) / EACH_MS)
    this.#countedAt = now
    return this.#left
  }

  /** Until so long after the last question, ms. */
  #pause(ms: number): number {
    return Math.max(0, this.#askedAt + ms - this.#clock.monotonic())
  }

  #later(ms: number): void {
    this.#cancel()
    this.#dueAt = this.#clock.monotonic() + ms
    if (!this.#stopping.signal.aborted) this.#cancel = this.#clock.after(ms, () => this.#readUnlessHeard())
  }
}

function holdsRemovals(items: readonly ArrHealthItem[]): boolean {
  return suspensionOf(items).destruction
}
