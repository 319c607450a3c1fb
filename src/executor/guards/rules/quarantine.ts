/** Where whole crowds are hit by one mistake, things are set aside first, and go when it still holds at the end. */
import {
  isGrave,
  isMovedAway,
  isOfPath,
  numberOf,
  type DecisionGuard,
  type DecisionItem,
} from './decision-guard.ts'

const crowds = new Set(['unregistered', 'orphaned', 'freeSpace'])

export const quarantine: DecisionGuard = {
  name: 'quarantine',
  // What is in the trash was set aside already, for longer; what is moved away is there again.
  guards: (item) =>
    isOfPath(item)
      ? isGrave(item)
      : item.action.class === 'destructive' &&
        item.action.action !== 'purge' &&
        !isMovedAway(item.action) &&
        (crowds.has(item.decision.reason) || item.rule.guards.quarantine !== undefined),
  look(item) {
    const {quarantine: now, rule, limits, decision} = item
    if (now?.isOver && (!isOfPath(item) || wasWatched(item))) return null
    const instance = isOfPath(item) || crowds.has(decision.reason) ? limits.quarantine : 0
    const needed = Math.max(rule.guards.quarantine ?? 0, instance)
    if (needed === 0) return null
    const lift = 'It has to be true still when the quarantine ends.'
    if (now) return {verdict: 'postpone', code: 'in_quarantine', detail: {until: now.until}, lift}
    return {verdict: 'quarantine', code: 'quarantine_first', detail: {needed}, lift}
  },
}

/** For good goes only what this program itself found unclaimed for so long. */
function wasWatched(item: DecisionItem): boolean {
  const {action, limits} = item
  return !action.losesBytes || (numberOf(item, 'path.unclaimedFor') ?? 0) >= limits.quarantine
}
