/** When nearly all trackers fail, it is our connection and not theirs. */
import type {FactName} from '#model/fact.ts'
import {MINUTE} from '#model/units.ts'
import type {DecisionGuard} from './decision-guard.ts'
import {factsOf, isGrave} from './decision-guard.ts'

const FAILING = 0.8
const SETTLING = 10 * MINUTE
const ofSwarm = new Set<FactName>([
  ...(['stalledFor', 'metadataFor', 'gained', 'avgDown', 'downSpeed', 'eta', 'availability'] as const),
  ...(['seedsConnected', 'peersConnected', 'seedsSwarm', 'peersSwarm'] as const),
])

export const internet: DecisionGuard = {
  name: 'internet',
  guards: (item) =>
    (isGrave(item) || item.action.action === 'arr.search') &&
    factsOf(item.decision.evidence).some((fact) => fact.startsWith('tracker.') || ofSwarm.has(fact)),
  look({server}) {
    const {trackersFailing, sinceInternetFault} = server
    const lift = 'Trackers have to answer, and ten minutes to pass.'
    if (trackersFailing === undefined || trackersFailing >= FAILING) {
      return {verdict: 'postpone', code: 'internet_down', detail: {failing: trackersFailing ?? null}, lift}
    }
    if (sinceInternetFault === null || sinceInternetFault >= SETTLING) return null
    const detail = {left: SETTLING - sinceInternetFault}
    return {verdict: 'postpone', code: 'internet_settling', detail, lift}
  },
}
