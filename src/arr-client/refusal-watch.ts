/**
 * What the download client of one Arr refuses, whoever made the Arr choose it: its feeds, a search of its own, a person.
 * An Arr keeps no row of such a release and sends nothing about it: a line in its log is all that is left.
 *
 *   start ─▶ after five minutes ─▶ read its log ─▶ again after an hour, also when it could not be read
 *
 * One question an hour. The first reading tells of the last day, each later one of lines that the one before did not have.
 */
import type {Clock} from '#lib/clock.ts'
import type {RefusedGrab} from '#model/arr.ts'
import {CommodarrError} from '#model/errors.ts'
import {DAY} from '#model/units.ts'
import type {ArrPort} from './api/port.ts'

interface RefusalWatchDeps {
  readonly port: Pick<ArrPort, 'refusedGrabs'>
  readonly clock: Clock
  /** Each release once, the newest first. */
  readonly refused: (releases: readonly RefusedGrab[]) => void
}

/** Not at once: an Arr that comes and goes would be asked each time. */
const FIRST_MS = 300_000
const APART_MS = 3_600_000
/** A feed is read a few times an hour, and each time refused again: more names than that are no news. */
const MOST = 20

export class RefusalWatch {
  readonly #parts: RefusalWatchDeps
  readonly #stopping = new AbortController()
  /** Lines of the last reading; `null` = there was none. */
  #seen: ReadonlySet<string> | null = null
  #cancel: () => void = () => undefined

  constructor(parts: RefusalWatchDeps) {
    this.#parts = parts
  }

  start(): void {
    this.#later(FIRST_MS)
  }

  stop(): void {
    this.#stopping.abort()
    this.#cancel()
  }

  #later(ms: number): void {
    this.#cancel = this.#parts.clock.after(ms, () => void this.#read())
  }

  async #read(): Promise<void> {
    const {port, clock, refused} = this.#parts
    const {signal} = this.#stopping
    try {
      const lines = await port.refusedGrabs(signal)
      if (signal.aborted) return
      const seen = this.#seen
      // The clock of an Arr may be wrong: what is new is known by the lines themselves, once there are any to compare with.
      const fresh = lines.filter((line) =>
        seen === null ? line.at > clock.now() - DAY * 1_000 : !seen.has(keyOf(line)),
      )
      this.#seen = new Set(lines.map(keyOf))
      const first = new Map(fresh.toReversed().map((line) => [line.title, line]))
      if (first.size > 0) refused([...first.values()].slice(-MOST).toReversed())
    } catch (error) {
      if (signal.aborted) return
      // What ails the Arr its queue tells.
      if (!(error instanceof CommodarrError)) throw error
    }
    if (!signal.aborted) this.#later(APART_MS)
  }
}

function keyOf({at, title}: RefusedGrab): string {
  return `${at} ${title}`
}
