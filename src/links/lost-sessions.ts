import type {Clock} from '#lib/clock.ts'
import type {EpochMs} from '#model/units.ts'

/** Lost sessions of so long ago do not count any more. */
const COUNTED_MS = 10 * 60_000
/** Each of them after the first makes the next wait so much longer, up to five times. */
const WAIT_MS = 60_000

/** Who forgets session after session would see log-ins with each of our tries. */
export class LostSessions {
  readonly #clock: Clock
  #at: readonly EpochMs[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** @returns when to log in again; `null` = it is the first for long */
  another(): EpochMs | null {
    const now = this.#clock.now()
    const before = this.#at.filter((at) => now - at < COUNTED_MS)
    this.#at = [...before, now]
    return before.length === 0 ? null : now + Math.min(5, before.length) * WAIT_MS
  }
}
