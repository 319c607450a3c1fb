/**
 * Which rules are about the same subjects, so that one of them decides alone: by scope and condition now, as if the time
 * of each had come. Pure.
 */
import type {SubjectName} from '#model/decision.ts'
import type {RuleId} from '#model/rule.ts'
import type {CompiledRule} from './compiled-rule.ts'
import {Conflicts} from './conflicts.ts'

interface RuleOverlap {
  /** Which decides. */
  readonly ruleId: RuleId
  /** Which would decide without it. */
  readonly otherId: RuleId
  readonly count: number
  /** The first 100 of them. */
  readonly first: readonly SubjectName[]
}

export interface OverlapReport {
  readonly looked: number
  readonly overlaps: readonly RuleOverlap[]
}

const NAMED = 100

/** With a pause after each subject. @param rules in the order in which they decide */
export function* overlapsOf<S>(
  rules: readonly CompiledRule<S>[],
  subjects: Iterable<S>,
): Generator<undefined, OverlapReport> {
  const found = new Map<string, {ruleId: RuleId; otherId: RuleId; count: number; first: SubjectName[]}>()
  const acting = rules.filter(({rule}) => rule.mode !== 'off')
  let looked = 0
  for (const subject of subjects) {
    looked++
    // What is decided of one says nothing of another.
    const conflicts = new Conflicts()
    for (const {rule, scope, when, readers} of acting) {
      if (scope.evaluate(subject) !== 'yes' || when.evaluate(subject) !== 'yes') continue
      const name = readers.name(subject)
      const ruleId = conflicts.keptBackBy(rule, name.key)
      if (ruleId === null) conflicts.decided(rule, name.key)
      else {
        const pair = `${ruleId} ${rule.id}`
        const overlap = found.get(pair) ?? {ruleId, otherId: rule.id, count: 0, first: []}
        found.set(pair, overlap)
        if (++overlap.count <= NAMED) overlap.first.push(name)
      }
    }
    yield
  }
  return {looked, overlaps: [...found.values()]}
}
