/** Why something was decided, as short as the journal keeps it: it leaves out what is longer than 16,384 characters. */
import type {ConditionTrace, Decision} from '#model/decision.ts'
import type {Judgement} from '../guards/decision/judge.ts'
import {shownMessage} from '../shown.ts'

const LEAVES = 20
const CHARS = 200

export function becauseOf(decision: Decision, judgement: Judgement | null): object {
  const leaves = leavesOf(decision.evidence)
  return {
    rule: decision.ruleId,
    revision: decision.ruleRevision,
    reason: decision.reason,
    evidence: leaves.slice(0, LEAVES),
    ...(leaves.length > LEAVES && {more: leaves.length - LEAVES}),
    ...(judgement && {guards: judgement.verdicts.map(({guard, verdict}) => `${guard} ${verdict}`)}),
  }
}

function leavesOf(trace: ConditionTrace): readonly string[] {
  if ('branch' in trace) return trace.parts.flatMap(leavesOf)
  const {fact, op, threshold, actual, verdict} = trace
  const is = 'unknown' in actual ? `unknown: ${actual.unknown}` : shown(actual.value)
  const asked = threshold === undefined ? '' : ` ${shown(threshold)}`
  return [`${fact} = ${is}, ${op}${asked}: ${verdict}`]
}

function shown(value: unknown): string {
  // Trackers put passkeys into their words.
  const text = shownMessage(JSON.stringify(value))
  return text.length > CHARS ? `${text.slice(0, CHARS)}…` : text
}
