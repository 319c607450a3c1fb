/**
 * Torrents of which somebody undid what a rule did: that rule, as it stands, leaves them alone for a day. It would do
 * the same again in its next pass otherwise.
 */
import type {Deadlines} from '#automation-state/deadlines.ts'
import type {Clock} from '#lib/clock.ts'
import type {Decision} from '#model/decision.ts'
import {DAY} from '#model/units.ts'
import {nameOf} from './quarantines.ts'

interface LeftAloneDeps {
  readonly clock: Clock
  readonly deadlines: Pick<Deadlines, 'of' | 'due' | 'set' | 'cancel'>
}

/** Whose deed was undone, and on what. */
export type UndoneDecision = Pick<Decision, 'ruleId' | 'ruleRevision' | 'subject'>

const UNDONE = 'undone'
const VERSION = 1
const REST_MS = DAY * 1_000

export const leftAlone = {
  outcome: 'postponed',
  code: 'undone_by_hand',
  message: 'A day after a person undid its last action.',
} as const

export class UserOverrides {
  readonly #parts: LeftAloneDeps

  constructor(parts: LeftAloneDeps) {
    this.#parts = parts
  }

  /** His no counts for the rule as it stands; whoever changes it wants something else. */
  isSo(decision: UndoneDecision): boolean {
    const {deadlines} = this.#parts
    const record = deadlines.of(UNDONE, nameOf(decision))
    if (record === null || deadlines.due().includes(record)) return false
    return (record.detail as Partial<UndoneDecision> | null)?.ruleRevision === decision.ruleRevision
  }

  /** From now on, also over a restart. @throws {StorageFault} then it is not left alone */
  async begin(decision: UndoneDecision): Promise<void> {
    const {clock, deadlines} = this.#parts
    for (const over of deadlines.due()) if (over.kind === UNDONE) await deadlines.cancel(UNDONE, over.subject)
    const now = clock.now()
    const detail = {ruleRevision: decision.ruleRevision}
    const ends = {dueAt: now + REST_MS, createdAt: now}
    await deadlines.set({kind: UNDONE, subject: nameOf(decision), ...ends, version: VERSION, detail})
  }

  /** It was not undone after all. @throws {StorageFault} */
  async end(decision: UndoneDecision): Promise<void> {
    await this.#parts.deadlines.cancel(UNDONE, nameOf(decision))
  }
}
