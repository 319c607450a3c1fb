/** What keeps a condition from being true: of everything it asks the least that would have to change. */
import type {ConditionTrace, LeafTrace, Verdict} from '#model/decision.ts'

export interface Blocker {
  readonly leaf: LeafTrace
  /** It would have to be no. */
  readonly negated: boolean
}

export function blockersOf(
  trace: ConditionTrace,
  wanted: Exclude<Verdict, 'unknown'> = 'yes',
): readonly Blocker[] {
  if (trace.verdict === wanted) return []
  if (!('branch' in trace)) return [{leaf: trace, negated: wanted === 'no'}]
  const {branch, parts} = trace
  if (branch === 'not') return blockersOf(parts[0]!, wanted === 'yes' ? 'no' : 'yes')
  const each = parts.map((part) => blockersOf(part, wanted))
  const needsEach = (branch === 'all') === (wanted === 'yes')
  return needsEach ? each.flat() : (each.toSorted((one, other) => one.length - other.length)[0] ?? [])
}

/**
 * Of what keeps it from being true that which decides it: what all ask for is not so by what is not so, whatever else is
 * unknown, and what any asks for is unknown by what is unknown, whatever else is not so.
 */
export function decidersOf(
  trace: ConditionTrace,
  wanted: Exclude<Verdict, 'unknown'> = 'yes',
): readonly Blocker[] {
  if (trace.verdict === wanted) return []
  if (!('branch' in trace)) return [{leaf: trace, negated: wanted === 'no'}]
  const {branch, parts, verdict} = trace
  if (branch === 'not') return decidersOf(parts[0]!, wanted === 'yes' ? 'no' : 'yes')
  const each = parts.filter((part) => part.verdict === verdict).map((part) => decidersOf(part, wanted))
  const needsEach = (branch === 'all') === (wanted === 'yes')
  return needsEach ? each.flat() : (each.toSorted((one, other) => one.length - other.length)[0] ?? [])
}

/** Leaves that made it true. */
export function supportOf(
  trace: ConditionTrace,
  wanted: Exclude<Verdict, 'unknown'> = 'yes',
): readonly Blocker[] {
  if (trace.verdict !== wanted) return []
  if (!('branch' in trace)) return [{leaf: trace, negated: wanted === 'no'}]
  const other = wanted === 'yes' ? 'no' : 'yes'
  return trace.parts.flatMap((part) => supportOf(part, trace.branch === 'not' ? other : wanted))
}
