/** What rules did day by day, counted by kind and outcome: every action, however many there are. */
import type {Principal} from '#model/access.ts'
import type {RuleId} from '#model/rule.ts'
import type {EpochMs} from '#model/units.ts'
import type {Audit} from './audit.ts'
import type {JournalPhase} from './entry.ts'
import {outcomeOf, type EntryOutcome} from './outcomes.ts'
import {didKindOf, type DidKind} from './story-kinds.ts'

export interface RuleTally {
  readonly ruleId: RuleId
  readonly kind: DidKind
  readonly outcome: EntryOutcome
  /** From 0, of 24 hours each. */
  readonly day: number
  readonly count: number
  /** That went, or would have, as far as known. */
  readonly bytes: number
}

/** Since then, as far as this person may see it. `isAll` = no more than is counted at most. @throws {StorageFault} */
export async function ruleTallies(
  audit: Pick<Audit, 'tallies'>,
  who: Principal,
  since: EpochMs,
): Promise<{readonly tallies: readonly RuleTally[]; readonly isAll: boolean}> {
  const read = await audit.tallies(who, since)
  const tallies = read.tallies.map(({ruleId, verb, phase, code, ...rest}) => ({
    ...rest,
    ruleId: ruleId as RuleId,
    kind: didKindOf(verb),
    outcome: outcomeOf(phase as JournalPhase, code === '' ? null : code),
  }))
  const alike = Map.groupBy(tallies, ({ruleId, kind, outcome, day}) =>
    JSON.stringify([ruleId, kind, outcome, day]),
  )
  const together = Array.from(alike.values(), (its) => ({
    ...its[0]!,
    count: its.reduce((sum, {count}) => sum + count, 0),
    bytes: its.reduce((sum, {bytes}) => sum + bytes, 0),
  }))
  return {tallies: together, isAll: read.isAll}
}
