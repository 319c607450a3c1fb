/** What a condition says with other answers of some of its comparisons; the others stand as they were. */
import type {ConditionTrace, LeafTrace, Verdict} from '#model/decision.ts'
import {factOf, type Fact, type FactName} from '#model/fact.ts'
import type {Leaf} from '#model/rule.ts'
import {verdictReader} from './leaf.ts'
import {allOf, anyOf, not} from './verdict.ts'

/** All comparisons of a condition. */
export function leavesOf(trace: ConditionTrace): readonly LeafTrace[] {
  return 'branch' in trace ? trace.parts.flatMap(leavesOf) : [trace]
}

/** @param now what each comparison says */
function traceNow(trace: ConditionTrace, now: (leaf: LeafTrace) => Verdict): Verdict {
  if (!('branch' in trace)) return now(trace)
  const parts = trace.parts.map((part) => traceNow(part, now))
  if (trace.branch === 'not') return not(parts[0]!)
  return trace.branch === 'all' ? allOf(parts) : anyOf(parts)
}

/** A comparison with a fact that takes a look: what was seen then may be otherwise by now, and nobody tells. */
function takesALook({fact, op, window}: LeafTrace): boolean {
  return factOf(fact).cost === 'lazy' && !fact.startsWith('arr.') && op !== 'exists' && window === null
}

/** Facts of a condition that take a look. */
export function lookedAt(trace: ConditionTrace): readonly FactName[] {
  return [
    ...new Set(
      leavesOf(trace)
        .filter(takesALook)
        .map(({fact}) => fact),
    ),
  ]
}

/**
 * Whether a condition is true still, by a new look at what takes one.
 * @returns the fact by which it is not, or not surely; `null` = it is
 */
export function noLongerBy(trace: ConditionTrace, fact: (name: FactName) => Fact): FactName | null {
  const verdictOf = (leaf: LeafTrace): Verdict => {
    if (!takesALook(leaf)) return leaf.verdict
    const now = fact(leaf.fact)
    if (!('value' in now)) return 'unknown'
    return verdictReader({fact: leaf.fact, op: leaf.op, value: leaf.threshold} as Leaf)(now.value)
  }
  if (traceNow(trace, verdictOf) === 'yes') return null
  const changed = leavesOf(trace).find((leaf) => takesALook(leaf) && verdictOf(leaf) !== leaf.verdict)
  return changed?.fact ?? null
}
