/**
 * A check, ours or one of its client, found much less than a torrent had: its disk may be away. Until a person decides, rules
 * may only stop it, so that it does not fill another disk. Where the check was ours, they have nothing else checked on
 * that disk. Source: scenario S55.
 */
import type {Bytes} from '#model/units.ts'
import type {DecisionGuard} from './decision-guard.ts'

export interface LostInCheck {
  /** It is this torrent; else one that a check of ours lost on the same disk of the same server. */
  readonly isOwn: boolean
  /** Of it before, and after. */
  readonly before: Bytes
  readonly found: Bytes
  /** The disk, as its server calls it; '' = its server has but one. */
  readonly place: string
}

export const lostInCheck: DecisionGuard = {
  name: 'lostInCheck',
  guards: ({key, action}) => key !== null && action.class !== 'harmless' && action.action !== 'stop',
  look({lostInCheck: lost, action}) {
    if (lost === null || (!lost.isOwn && action.action !== 'recheck')) return null
    const {isOwn, before, found, place} = lost
    const lift = isOwn
      ? 'See whether its disk is there, then check it again; or start it to download it again.'
      : `See whether the disk is there${place && ` (${place})`}: a check found much less there than there was.`
    return {verdict: 'block', code: 'lost_in_check', detail: {before, found, place}, lift}
  },
}
