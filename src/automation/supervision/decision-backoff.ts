/**
 * When a rule may decide the same of a torrent again, by what became of it. What was done is in the list soon, and what
 * was cancelled is judged by what is true now; a rule that wants the same again and again waits longer each time, and so
 * does what was put off after somebody was asked.
 */
import type {Clock} from '#lib/clock.ts'
import type {DecisionEnd} from '#model/decision.ts'
import type {DecisionResult} from '../manager/messages.ts'

type Ended = Pick<DecisionEnd, 'ruleId' | 'subject' | 'outcome' | 'isCostly'>

interface Pace {
  readonly firstMs: number
  /** So much longer each time. */
  readonly longer: number
}

const done: Pace = {firstMs: 2_000, longer: 4}
/** The rest is decided anew in its own time. */
const paces: Readonly<Partial<Record<DecisionEnd['outcome'], Pace>>> = {
  confirmed: done,
  unconfirmed: done,
  sent: done,
  cancelled: {firstMs: 5_000, longer: 4},
  postponed: {firstMs: 60_000, longer: 2},
}
const MOST_MS = 600_000
/** A rule that was silent for so long begins anew. */
const FORGOTTEN_MS = 1_800_000

interface Lately {
  readonly times: number
  /** By the duration clock. */
  readonly at: number
}

export class DecisionBackoff {
  readonly #clock: Clock
  /** By rule, subject and whether it was put off; ended last at the end. */
  readonly #lately = new Map<string, Lately>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** From now on; `null` = in its own time. */
  after({ruleId, subject, outcome, isCostly}: Ended): Pick<DecisionResult, 'restMs' | 'isPutOff'> | null {
    const pace = paces[outcome]
    if (!pace) return null
    const isPutOff = outcome === 'postponed'
    // Nobody was asked: it is looked at as often as everything.
    if (isPutOff && !isCostly) return {restMs: pace.firstMs, isPutOff}
    const times = this.#count(`${isPutOff} ${ruleId} ${subject.key}`)
    return {restMs: Math.min(MOST_MS, pace.firstMs * pace.longer ** times), isPutOff}
  }

  /** @returns how often it was so lately */
  #count(name: string): number {
    const now = this.#clock.monotonic()
    this.#forget(now)
    const times = this.#lately.get(name)?.times ?? 0
    this.#lately.delete(name)
    this.#lately.set(name, {times: times + 1, at: now})
    return times
  }

  #forget(now: number): void {
    for (const [name, {at}] of this.#lately) {
      if (now - at < FORGOTTEN_MS) return
      this.#lately.delete(name)
    }
  }
}
