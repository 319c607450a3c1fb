/** Where whole crowds are hit by one mistake, things are set aside first, and go when it still holds at the end. */
import {isMovedAway, type DecisionGuard} from './decision-guard.ts'

const crowds = new Set(['unregistered', 'orphaned', 'freeSpace'])

export const quarantine: DecisionGuard = {
  name: 'quarantine',
  // What is in the trash was set aside already, for longer; what is moved away is there again.
  guards: ({action, decision, rule}) =>
    action.class === 'destructive' &&
    action.action !== 'purge' &&
    !isMovedAway(action) &&
    (crowds.has(decision.reason) || rule.guards.quarantine !== undefined),
  look({quarantine: now, rule, limits, decision}) {
    if (now?.isOver) return null
    const house = crowds.has(decision.reason) ? limits.quarantine : 0
    const needed = Math.max(rule.guards.quarantine ?? 0, house)
    if (needed === 0) return null
    const lift = 'It has to be true still when the quarantine ends.'
    if (now) return {verdict: 'postpone', code: 'in_quarantine', detail: {until: now.until}, lift}
    return {verdict: 'quarantine', code: 'quarantine_first', detail: {needed}, lift}
  },
}
