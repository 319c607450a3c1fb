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

const SETTLING_MS = 120_000

export class RestartWatch {
  readonly #port: Pick<ArrPort, 'status' | 'readStatus'>
  readonly #clock: Clock
  /** It is settled now, or is not any more. */
  readonly #changed: () => void
  /** It began again, perhaps with another database. */
  readonly #restarted: () => void
  readonly #stopping = new AbortController()
  #startedAt: EpochMs | null
  /** By the duration clock. */
  #settledAt = Number.NEGATIVE_INFINITY
  #isInDoubt = false
  #isAsking = false
  #cancel: () => void = () => undefined

  constructor(
    port: Pick<ArrPort, 'status' | 'readStatus'>,
    clock: Clock,
    changed: () => void,
    restarted: () => void,
  ) {
    this.#port = port
    this.#clock = clock
    this.#changed = changed
    this.#restarted = restarted
    this.#startedAt = port.status.startedAt
    if (this.#startedAt === null) return
    // A start that lies ahead is a wrong clock, and may have been just now.
    const age = Math.max(0, clock.now() - this.#startedAt)
    if (age < SETTLING_MS) this.#settleIn(SETTLING_MS - age)
  }

  /** What its queue lacks counts. */
  get isSettled(): boolean {
    return !this.#isInDoubt && !this.#isAsking && this.#clock.monotonic() >= this.#settledAt
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
    this.#isAsking = true
    this.#isInDoubt = false
    let startedAt: EpochMs | null
    try {
      startedAt = (await this.#port.readStatus(this.#stopping.signal)).startedAt
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
      this.#restarted()
    }
    this.#changed()
  }

  #settleIn(ms: number): void {
    this.#settledAt = this.#clock.monotonic() + ms
    this.#cancel()
    this.#cancel = this.#clock.after(ms, this.#changed)
  }
}
