/** What a tracker asks for is paid before anything goes; unknown is not paid. */
import {
  isGrave,
  leavesTorrent,
  valueOf,
  type DecisionGuard,
  type DecisionItem,
  type Objection,
} from './decision-guard.ts'
import {isInDoubt} from './mount.ts'
import {isUnfinishedDownload} from './once-complete.ts'

/** What its trackers do not know is free when they have said so for a day: that is a state of the obligation. */
const givenUp = new Set(['stalled', 'unavailable', 'metadataStuck'])

export const obligation: DecisionGuard = {
  name: 'obligation',
  guards: (item) => isGrave(item) && item.key !== null && !leavesTorrent(item),
  look(item) {
    const met = valueOf(item, 'obligation.met')
    if (met === 'yes' || met === 'none') return null
    if (isFailedDownload(item)) return null
    if (isOverridden(item)) return overrideUnproven(item)
    const detail = {met: met ?? 'unknown', timeLeft: valueOf(item, 'obligation.timeLeft') ?? null}
    const lift = 'It has to seed as its tracker asks; or its rule says in writing why not.'
    return {verdict: 'block', code: met === 'no' ? 'obligation_owed' : 'obligation_unknown', detail, lift}
  },
}

/** Its rule says in writing why it may act before a tracker is paid. */
export function isOverridden({rule}: DecisionItem): boolean {
  return Boolean(rule.guards.obligationOverride)
}

/**
 * What its server cannot read is lost only where other files of its disk are seen: until then the disk may be away, and
 * what is owed can be paid when it is back. `null` = the word of its rule counts.
 */
export function overrideUnproven(item: DecisionItem): Objection | null {
  if (!isInDoubt(item) || valueOf(item, 'path.othersFound') === true) return null
  const seen = valueOf(item, 'path.othersFound') ?? null
  const lift =
    'It still has to seed, and its disk may be away: files of other torrents that are saved near it have to be seen; or remove it yourself.'
  return {verdict: 'block', code: 'obligation_disk_unproven', detail: {othersFound: seen}, lift}
}

/** One that never was complete, and cannot be completed, cannot pay either. */
export function isFailedDownload(item: DecisionItem): boolean {
  const {action, reason} = {action: item.action.action, reason: item.decision.reason}
  return action === 'failDownload' && givenUp.has(reason) && isUnfinishedDownload(item)
}
