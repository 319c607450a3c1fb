/**
 * What rules bring back to where a rule had it before, again and again, no rule moves a further time: each time costs all
 * of its bytes, and none of them is right. A person has to say which.
 */
import type {WantedAction} from '#model/decision.ts'
import {movesData, valueOf, type DecisionGuard} from './decision-guard.ts'

/** The place that this action asks for, as its rule names it. */
export function placeWanted({action, params}: Pick<WantedAction, 'action' | 'params'>): string {
  return `${action} ${JSON.stringify(params[action === 'category' ? 'category' : 'path'] ?? '')}`
}

export const movedBack: DecisionGuard = {
  name: 'movedBack',
  guards: (item) => mayMove(item) && item.key !== null && !item.isAnswered,
  look({moves: {returns, isReturn, rules}, limits: {maxReturns}}) {
    if (!isReturn || returns < maxReturns) return null
    const lift =
      rules.length === 1
        ? `This rule brought it back ${returns} times within a week: something else moves it away. Find out what, or approve it.`
        : `${rules.length} rules moved it to and fro within a week (${rules.map((name) => `“${name}”`).join(', ')}). Change one of them, or approve it.`
    return {verdict: 'block', code: 'moved_to_and_fro', detail: {returns, rules}, lift}
  },
}

/** A category moves what its server manages automatically, also where the rule does not ask for it. */
export function mayMove(item: Parameters<DecisionGuard['guards']>[0]): boolean {
  return movesData(item) || (item.action.action === 'category' && valueOf(item, 'autoManaged') !== false)
}
