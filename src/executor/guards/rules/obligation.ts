/** What a tracker asks for is paid before anything goes; unknown is not paid. */
import {isGrave, leavesTorrent, valueOf, type DecisionGuard, type DecisionItem} from './decision-guard.ts'
import {isUnfinishedDownload} from './once-complete.ts'

/** What its trackers do not know is free when they have said so for a day: that is a state of the obligation. */
const givenUp = new Set(['stalled', 'unavailable', 'metadataStuck'])

export const obligation: DecisionGuard = {
  name: 'obligation',
  guards: (item) => isGrave(item) && item.key !== null && !leavesTorrent(item),
  look(item) {
    const met = valueOf(item, 'obligation.met')
    if (met === 'yes' || met === 'none') return null
    if (item.rule.guards.obligationOverride) return null
    if (isFailedDownload(item)) return null
    const detail = {met: met ?? 'unknown', timeLeft: valueOf(item, 'obligation.timeLeft') ?? null}
    const lift = 'It has to seed as its tracker asks; or its rule says in writing why not.'
    return {verdict: 'block', code: met === 'no' ? 'obligation_owed' : 'obligation_unknown', detail, lift}
  },
}

/** One that never was complete, and can not be completed, can not pay either. */
export function isFailedDownload(item: DecisionItem): boolean {
  const {action, reason} = {action: item.action.action, reason: item.decision.reason}
  return action === 'failDownload' && givenUp.has(reason) && isUnfinishedDownload(item)
}
