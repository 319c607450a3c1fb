/**
 * Files that a rule wants gone are left where they are for a while first: nothing about them can be stopped or marked. It
 * goes on for as long as every pass of the rule wants them, exactly as they are; when one does not, it begins again. It
 * outlives a restart.
 */
import type {Deadlines} from '#automation-state/deadlines.ts'
import type {DecisionItem} from '#executor/guards/rules/decision-guard.ts'
import type {Clock} from '#lib/clock.ts'
import type {DeadlineRecord} from '#model/automation-state.ts'
import type {Decision} from '#model/decision.ts'
import type {Seconds} from '#model/units.ts'

type Wanted = Pick<Decision, 'ruleId' | 'ruleRevision' | 'subject'>

const WATCHED = 'pathQuarantine'
const VERSION = 1

export class PathQuarantines {
  readonly #deadlines: Pick<Deadlines, 'of' | 'ofKind' | 'isOver' | 'set' | 'cancel'>
  readonly #clock: Clock

  constructor(deadlines: Pick<Deadlines, 'of' | 'ofKind' | 'isOver' | 'set' | 'cancel'>, clock: Clock) {
    this.#deadlines = deadlines
    this.#clock = clock
  }

  /** `null` = it is in none of this rule as it stands. */
  of(decision: Wanted): DecisionItem['quarantine'] {
    const record = this.#deadlines.of(WATCHED, nameOf(decision))
    if (record === null || wantedOf(record)?.ruleRevision !== decision.ruleRevision) return null
    return {isOver: this.#deadlines.isOver(WATCHED, record.subject), until: record.dueAt, isTakenBack: false}
  }

  /** @throws {StorageFault} then it is in none */
  async begin({ruleId, ruleRevision, subject}: Wanted, needed: Seconds): Promise<void> {
    const now = this.#clock.now()
    const detail: Wanted = {ruleId, ruleRevision, subject}
    const ends = {dueAt: now + needed * 1_000, createdAt: now}
    await this.#deadlines.set({kind: WATCHED, subject: nameOf(detail), ...ends, version: VERSION, detail})
  }

  /**
   * After a pass: what its rule did not want in it begins again.
   * @param isUnknown nobody asked its rule, or could say what is so of it: it goes on
   * @throws {StorageFault}
   */
  async keep(decisions: readonly Wanted[], isUnknown: (it: Wanted) => boolean): Promise<void> {
    const wanted = new Set(decisions.map((it) => `${nameOf(it)} ${it.ruleRevision}`))
    for (const record of this.#deadlines.ofKind(WATCHED)) {
      const it = wantedOf(record)
      const isWanted = it !== null && wanted.has(`${record.subject} ${it.ruleRevision}`)
      if (!isWanted && (it === null || !isUnknown(it))) await this.#deadlines.cancel(WATCHED, record.subject)
    }
  }
}

/** `null` = another program wrote it. */
function wantedOf({version, detail}: DeadlineRecord): Wanted | null {
  return version === VERSION ? (detail as Wanted) : null
}

function nameOf({ruleId, subject}: Pick<Decision, 'ruleId' | 'subject'>): string {
  return `${ruleId} ${subject.key}`
}
