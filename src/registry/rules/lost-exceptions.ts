/**
 * Servers and Arrs that a rule leaves out by their ids, and that there are not (any more): whatever was to be spared there
 * would not be, so that such a rule may not act. What keeps stands with these in doubt instead (`lost-names.ts`).
 */
import type {Condition, Rule} from '#model/rule.ts'
import {keeps} from '#rules/rule-order.ts'
import {idsIn, isOfIds, type IdFact} from './draft.ts'

/** `null` = not known which there are. */
type Known = Readonly<Record<IdFact, readonly string[] | null>>

/** @returns their ids, each once */
export function lostExceptions(rule: Rule, known: Known): readonly string[] {
  if (keeps(rule)) return []
  const {when, hold, do: actions} = rule
  const ids = [
    ...lostIn(when, true, known),
    // What would clear a hold keeps the rule from acting.
    ...(hold?.resetOn ? lostIn(hold.resetOn, false, known) : []),
    ...actions.flatMap((it) => (it.if ? lostIn(it.if, true, known) : [])),
  ]
  return [...new Set(ids)]
}

/** @param isWanted the rule does something where this is true, not where it is false */
function lostIn(condition: Condition, isWanted: boolean, known: Known): readonly string[] {
  if ('all' in condition) return condition.all.flatMap((it) => lostIn(it, isWanted, known))
  if ('any' in condition) return condition.any.flatMap((it) => lostIn(it, isWanted, known))
  if ('not' in condition) return lostIn(condition.not, !isWanted, known)
  const {fact, op} = condition
  const isTurned = op === 'ne' || op === 'notIn'
  if (!isOfIds(fact) || isWanted !== isTurned) return []
  const there = known[fact]
  if (there === null) return []
  const ids = new Set(there.map((id) => id.toLowerCase()))
  return idsIn(condition).filter((id) => !ids.has(id.toLowerCase()))
}
