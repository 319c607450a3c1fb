/**
 * What does not help three times helps no fourth time: the cause is its disk or its server. Somebody has to look there.
 * Each check waits twice as long as the one before.
 */
import {valueOf, type DecisionGuard} from './decision-guard.ts'

const MOST_CHECKS = 3

export const repairs: DecisionGuard = {
  name: 'repairs',
  guards: ({action, key, isAnswered}) => action.action === 'recheck' && key !== null && !isAnswered,
  look(item) {
    const {count, nextAt} = item.rechecks
    if (count >= MOST_CHECKS) {
      const place = valueOf(item, 'savePath')
      const lift =
        `It was checked ${count} times within a week, and that did not mend it: look at its disk` +
        `${typeof place === 'string' ? ` (${place})` : ''} and at its server, then check it yourself.`
      return {verdict: 'block', code: 'checked_often', detail: {count}, lift}
    }
    if (nextAt === null || item.now === undefined || item.now >= nextAt) return null
    const left = Math.ceil((nextAt - item.now) / 1_000)
    return {
      verdict: 'postpone',
      code: 'checked_lately',
      detail: {count, left},
      lift: 'Some time after the last check.',
    }
  },
}
