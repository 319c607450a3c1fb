/**
 * What the download client of one Arr refuses, whoever made the Arr choose it: its feeds, a search of its own, a person.
 * An Arr keeps no row of such a release and sends nothing about it: a line in its log is all that is left.
 *
 *   it may have chosen releases (`hear`) ─▶ its log is read, once an hour at most
 *   what a search of ours was refused is read ─▶ the same log: nothing is due any more
 *   a reading failed ─▶ due again after an hour
 *
 * An Arr that chooses nothing is not asked. The first reading tells of the last day, each later one of lines that the
 * one before did not have.
 */
import type {Clock} from '#lib/clock.ts'
import type {RefusedGrab} from '#model/arr.ts'
import {CommodarrError} from '#model/errors.ts'
import {DAY} from '#model/units.ts'
import type {ArrPort} from './api/port.ts'

const APART_MS = 3_600_000
/** After a connection: an Arr that comes and goes would be asked each time. */
const FIRST_MS = 300_000
/** An Arr writes its log after it said that it is done. */
const SETTLED_MS = 5_000
/** A feed is read a few times an hour, and each time refused again: more names than that are no news. */
const MOST = 20

export class RefusalWatch {
  readonly #port: Pick<ArrPort, 'refusedGrabs'>
  readonly #clock: Clock
  /** Each release once, the newest first. */
  readonly #refused: (releases: readonly RefusedGrab[]) => void
  readonly #stopping = new AbortController()
  /** Lines of the last reading; `null` = there was none. */
  #seen: ReadonlySet<string> | null = null
  /** When it is read at the soonest; by the duration clock, ms. */
  #notBefore: number
  /** Ends the timer of the reading that is due; `null` = none is. */
  #cancel: (() => void) | null = null

  constructor(
    port: Pick<ArrPort, 'refusedGrabs'>,
    clock: Clock,
    refused: (releases: readonly RefusedGrab[]) => void,
  ) {
    this.#port = port
    this.#clock = clock
    this.#refused = refused
    this.#notBefore = clock.monotonic() + FIRST_MS
  }

  /** Whoever waits for a reading is told so. */
  stop(): void {
    this.#stopping.abort(new CommodarrError('arr_not_ready', 'This Arr is not asked any more.'))
    this.#cancel?.()
  }

  /** It may have chosen releases since its log was read last. */
  hear(): void {
    if (this.#cancel !== null || this.#stopping.signal.aborted) return
    const inMs = Math.max(SETTLED_MS, this.#notBefore - this.#clock.monotonic())
    this.#cancel = this.#clock.after(inMs, () => void this.#readDue())
  }

  /** All that stands in its log, newest first, for somebody who waits for it. @throws {CommodarrError} */
  async refusedGrabs(): Promise<readonly RefusedGrab[]> {
    const {signal} = this.#stopping
    this.#cancel?.()
    this.#cancel = null
    this.#notBefore = this.#clock.monotonic() + APART_MS
    try {
      const lines = await this.#port.refusedGrabs(signal)
      if (!signal.aborted) this.#take(lines)
      return lines
    } catch (error) {
      this.hear()
      throw error
    }
  }

  async #readDue(): Promise<void> {
    try {
      await this.refusedGrabs()
    } catch (error) {
      // What ails the Arr its queue tells.
      if (!(error instanceof CommodarrError)) throw error
    }
  }

  #take(lines: readonly RefusedGrab[]): void {
    const seen = this.#seen
    // The clock of an Arr may be wrong: what is new is known by the lines themselves, once there are any to compare with.
    const fresh = lines.filter((line) =>
      seen === null ? line.at > this.#clock.now() - DAY * 1_000 : !seen.has(keyOf(line)),
    )
    this.#seen = new Set(lines.map(keyOf))
    const first = new Map(fresh.toReversed().map((line) => [line.title, line]))
    if (first.size > 0) this.#refused([...first.values()].slice(-MOST).toReversed())
  }
}

function keyOf({at, title}: RefusedGrab): string {
  return `${at} ${title}`
}
