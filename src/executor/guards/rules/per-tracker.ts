/** What one tracker says wrongly hits all of its torrents at once. */
import {hangsOn} from '#model/decision.ts'
import {factsOf, isGrave, type DecisionGuard} from './decision-guard.ts'

export const perTracker: DecisionGuard = {
  name: 'maxPerTracker',
  guards: (item) =>
    isGrave(item) && factsOf(hangsOn(item.decision)).some((fact) => fact.startsWith('tracker.')),
  look({budgets, limits, rule}) {
    const most = Math.min(rule.guards.maxPerTracker ?? limits.maxPerTracker, limits.maxPerTracker)
    if (budgets.runOfTracker < most) return null
    const detail = {done: budgets.runOfTracker, most}
    return {verdict: 'postpone', code: 'max_per_tracker', detail, lift: 'It goes on with the next run.'}
  },
}
