/**
 * What happened to torrents while a rule could not say yet what it wants: facts had to be looked up. It is told again
 * a few times, to that rule and of those torrents alone: facts come one after the other, and some never.
 */
import type {Clock} from '#lib/clock.ts'
import type {RuleEvent, RuleId} from '#model/rule.ts'

export interface OpenEvent {
  readonly event: RuleEvent
  readonly rules: ReadonlySet<RuleId>
  readonly keys: ReadonlySet<string>
  /** How often it was told again. */
  readonly tries: number
}

/** Look-ups of a few hundred torrents take so long. */
const FIRST_MS = 30_000
/** The last one is a quarter of an hour after it happened. */
const MOST_TRIES = 5

export class OpenEvents {
  readonly #clock: Clock
  #open: readonly (OpenEvent & {readonly at: number})[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** By the duration clock, ms; `null` = nothing is open. */
  get nextAt(): number | null {
    return this.#open.length === 0 ? null : Math.min(...this.#open.map(({at}) => at))
  }

  /** It was told `tries` times again, and is open still. */
  put(open: OpenEvent): void {
    if (open.tries >= MOST_TRIES) return
    this.#open = [...this.#open, {...open, at: this.#clock.monotonic() + FIRST_MS * 2 ** open.tries}]
  }

  takeDue(): readonly OpenEvent[] {
    const now = this.#clock.monotonic()
    const due = this.#open.filter(({at}) => at <= now)
    this.#open = this.#open.filter(({at}) => at > now)
    return due
  }
}
