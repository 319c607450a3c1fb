/** Which Arrs a rule names. Pure. */
import type {ListedRule} from '../../api/rules.ts'

/** Ids in its scope and in its conditions, each once. */
export function arrsNamed({rule}: Pick<ListedRule, 'rule'>): ReadonlySet<string> {
  if (!rule) return new Set()
  const {scope} = rule as {readonly scope?: {readonly arrs?: unknown}}
  return new Set([...textsIn(scope?.arrs), ...askedIn(rule['when']), ...askedIn(rule['do'])])
}

function askedIn(part: unknown): readonly string[] {
  if (Array.isArray(part)) return part.flatMap(askedIn)
  if (typeof part !== 'object' || part === null) return []
  const {fact, value} = part as {readonly fact?: unknown; readonly value?: unknown}
  return fact === 'arr.id' ? textsIn(value) : Object.values(part).flatMap(askedIn)
}

function textsIn(value: unknown): readonly string[] {
  return [value ?? []].flat().filter((it) => typeof it === 'string')
}
