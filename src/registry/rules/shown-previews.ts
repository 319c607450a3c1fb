/**
 * Which torrents a preview showed, for a while: what somebody has a rule look at afterwards are these and no others.
 * Of very many the oldest previews are forgotten first.
 */
import {randomUUID} from 'node:crypto'
import type {Clock} from '#lib/clock.ts'
import type {RuleId} from '#model/rule.ts'

interface Shown {
  readonly person: string
  readonly ruleId: RuleId
  readonly keys: ReadonlySet<string>
  /** By the clock that does not jump. */
  readonly at: number
}

const KEPT_MS = 10 * 60_000
/** Of all of them together. */
const MOST_KEYS = 300_000
const MOST = 2_000

export class ShownPreviews {
  readonly #clock: Pick<Clock, 'monotonic'>
  /** Oldest first. */
  readonly #all = new Map<string, Shown>()
  #keys = 0

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock
  }

  /** @returns by which it is asked for */
  keep(person: string, ruleId: RuleId, keys: ReadonlySet<string>): string {
    const id = randomUUID()
    this.#all.set(id, {person, ruleId, keys, at: this.#clock.monotonic()})
    this.#keys += keys.size
    this.#forget()
    return id
  }

  /** `null` = it was not shown to this person, is of another rule, or was shown too long ago. */
  of(person: string, ruleId: RuleId, id: string): ReadonlySet<string> | null {
    this.#forget()
    const shown = this.#all.get(id)
    return shown?.person === person && shown.ruleId === ruleId ? shown.keys : null
  }

  #forget(): void {
    const oldest = this.#clock.monotonic() - KEPT_MS
    for (const [id, {at, keys}] of this.#all) {
      if (at > oldest && this.#keys <= MOST_KEYS && this.#all.size <= MOST) return
      this.#all.delete(id)
      this.#keys -= keys.size
    }
  }
}
