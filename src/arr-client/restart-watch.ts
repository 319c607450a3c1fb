/**
 * Whether an Arr began a moment ago. Its queue is only in its memory: after a start it is empty until the first look at
 * its clients, and then without what was said of each download before, until the next step of its import. What is absent
 * there in the first minutes is not known, and not gone.
 *
 *   the channel came back; a question failed ─▶ in doubt ─ it answers ─▶ since when does it run? ─┬─ as before ─▶ settled
 *                                                                                                 └─ again ─▶ two minutes
 * Source: Sonarr and Radarr.
 */
import type {Clock} from '#lib/clock.ts'
import type {EpochMs} from '#model/units.ts'
import type {ArrPort} from './api/port.ts'

interface RestartWatchDeps {
  readonly port: Pick<ArrPort, 'status' | 'readStatus'>
  readonly clock: Clock
  /** It is settled now, or is not any more. */
  readonly changed: () => void
  /** It began again, perhaps with another database. */
  readonly restarted: () => void
}

const SETTLING_MS = 120_000

export class RestartWatch {
  readonly #parts: RestartWatchDeps
  readonly #stopping = new AbortController()
  #startedAt: EpochMs | null
  /** By the duration clock. */
  #settledAt = Number.NEGATIVE_INFINITY
  #isInDoubt = false
  #isAsking = false
  #cancel: () => void = () => undefined

  constructor(parts: RestartWatchDeps) {
    this.#parts = parts
    this.#startedAt = parts.port.status.startedAt
    if (this.#startedAt === null) return
    // A start that lies ahead is a wrong clock, and may have been just now.
    const age = Math.max(0, parts.clock.now() - this.#startedAt)
    if (age < SETTLING_MS) this.#settleIn(SETTLING_MS - age)
  }

  /** What its queue lacks counts. */
  get isSettled(): boolean {
    return !this.#isInDoubt && !this.#isAsking && this.#parts.clock.monotonic() >= this.#settledAt
  }

  stop(): void {
    this.#stopping.abort()
    this.#cancel()
  }

  /** Nobody heard it for a while. */
  lost(): void {
    this.#isInDoubt = true
  }

  /** It answers. */
  answered(): void {
    if (this.#isInDoubt && !this.#isAsking) void this.#ask()
  }

  async #ask(): Promise<void> {
    const {port, changed, restarted} = this.#parts
    this.#isAsking = true
    this.#isInDoubt = false
    let startedAt: EpochMs | null
    try {
      startedAt = (await port.readStatus(this.#stopping.signal)).startedAt
    } catch {
      // Its queue tells what ails it; it is asked again when it answers.
      this.#isInDoubt = true
      return
    } finally {
      this.#isAsking = false
    }
    if (this.#stopping.signal.aborted) return
    const isRestarted = startedAt !== this.#startedAt
    this.#startedAt = startedAt
    if (isRestarted) {
      this.#settleIn(SETTLING_MS)
      restarted()
    }
    changed()
  }

  #settleIn(ms: number): void {
    const {clock, changed} = this.#parts
    this.#settledAt = clock.monotonic() + ms
    this.#cancel()
    this.#cancel = clock.after(ms, changed)
  }
}
