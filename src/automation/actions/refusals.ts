/**
 * What a server refused: it refuses it the next time, too, unless somebody does something about it. The same is tried
 * again after an hour, and then ever later, once a day in the end. What it takes after all is forgotten.
 */
import type {Deadlines} from '#automation-state/deadlines.ts'
import {backoffStepMs} from '#lib/backoff.ts'
import type {Clock} from '#lib/clock.ts'
import type {Decision, WantedAction} from '#model/decision.ts'
import {DAY, type EpochMs} from '#model/units.ts'
import {waits} from '#model/waits.ts'

/** Why something is not tried now. */
export interface Refused {
  readonly count: number
  /** When it may be tried again. */
  readonly nextAt: EpochMs
  /** In the words of who refused it. */
  readonly why: string
}

const REFUSED = 'refusal'
const VERSION = 1
const LONGEST_MS = DAY * 1_000
const FORGOTTEN_MS = 7 * DAY * 1_000
/** By the server, for what this command is: not for how anything is at the moment. */
const lasting: ReadonlySet<string> = new Set(['command_refused', 'path_refused'])

export class Refusals {
  readonly #deadlines: Pick<Deadlines, 'of' | 'isOver' | 'set' | 'cancel'>
  readonly #clock: Clock

  constructor(deadlines: Pick<Deadlines, 'of' | 'isOver' | 'set' | 'cancel'>, clock: Clock) {
    this.#deadlines = deadlines
    this.#clock = clock
  }

  /** `null` = it may be tried. */
  of(decision: Decision, {action}: WantedAction): Refused | null {
    const known = this.#known(decision, action)
    return known !== null && this.#clock.now() < known.nextAt ? known : null
  }

  /** @param code and why, as its server said. @throws {StorageFault} */
  async count(decision: Decision, {action}: WantedAction, code: string, why: string): Promise<void> {
    if (!lasting.has(code)) return
    const count = (this.#known(decision, action)?.count ?? 0) + 1
    const at = this.#clock.now()
    const detail: Refused = {
      count,
      nextAt: at + backoffStepMs(count, {firstMs: waits.refused.ms, mostMs: LONGEST_MS}),
      why,
    }
    const subject = subjectOf(decision, action)
    await this.#deadlines.set({
      kind: REFUSED,
      subject,
      version: VERSION,
      detail,
      createdAt: at,
      dueAt: at + FORGOTTEN_MS,
    })
  }

  /** It was taken. @throws {StorageFault} */
  async forget(decision: Decision, {action}: WantedAction): Promise<void> {
    if (this.#known(decision, action)) await this.#deadlines.cancel(REFUSED, subjectOf(decision, action))
  }

  #known(decision: Decision, action: WantedAction['action']): Refused | null {
    const subject = subjectOf(decision, action)
    const record = this.#deadlines.of(REFUSED, subject)
    if (record?.version !== VERSION || this.#deadlines.isOver(REFUSED, subject)) return null
    return record.detail as Refused
  }
}

/** Of one revision of a rule: who changes it wants to see what comes of that. */
function subjectOf({ruleId, ruleRevision, subject}: Decision, action: WantedAction['action']): string {
  return `${ruleId} ${ruleRevision} ${action} ${subject.key}`
}
