/** When nearly all trackers fail, it is our connection and not theirs. */
import type {ReasonCode} from '#model/decision.ts'
import type {FactName} from '#model/fact.ts'
import {MINUTE} from '#model/units.ts'
import type {DecisionGuard, DecisionItem} from './decision-guard.ts'
import {factsOf, isGrave} from './decision-guard.ts'

const FAILING = 0.8
const SETTLING = 10 * MINUTE
const ofSwarm = new Set<FactName>([
  ...(['stalledFor', 'metadataFor', 'gained', 'avgDown', 'downSpeed', 'eta', 'availability'] as const),
  ...(['seedsConnected', 'peersConnected', 'seedsSwarm', 'peersSwarm'] as const),
])

/** Whatever they look at, without a connection it is so. */
const ofStillness: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'stalled',
  'metadataStuck',
  'slow',
  'unavailable',
])

export const internet: DecisionGuard = {
  name: 'internet',
  guards: (item) =>
    (isGrave(item) || item.action.action === 'arr.search') &&
    (ofStillness.has(item.decision.reason) || looksOutside(item)),
  look(item) {
    const {trackersFailing, sinceInternetFault} = item.server
    const lift = 'Trackers have to answer, and ten minutes to pass.'
    // Where no torrent has a tracker that tells, nothing speaks against our connection.
    const isUnknown = trackersFailing === undefined && looksOutside(item)
    if (isUnknown || (trackersFailing ?? 0) >= FAILING) {
      return {verdict: 'postpone', code: 'internet_down', detail: {failing: trackersFailing ?? null}, lift}
    }
    if (sinceInternetFault === null || sinceInternetFault >= SETTLING) return null
    const detail = {left: SETTLING - sinceInternetFault}
    return {verdict: 'postpone', code: 'internet_settling', detail, lift}
  },
}

function looksOutside({decision}: DecisionItem): boolean {
  return factsOf(decision.evidence).some((fact) => fact.startsWith('tracker.') || ofSwarm.has(fact))
}
