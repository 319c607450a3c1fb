/** When nearly all trackers fail, it is our connection and not theirs. */
import {hangsOn, type ConditionTrace, type Decision, type ReasonCode} from '#model/decision.ts'
import type {FactName} from '#model/fact.ts'
import {waits} from '#model/waits.ts'
import {factsOf, isGrave, type DecisionGuard, type DecisionItem} from './decision-guard.ts'

const FAILING = 0.8
const ofSwarm = new Set<FactName>([
  ...([
    'stalledFor',
    'metadataFor',
    'gained',
    'avgDown',
    'avgEta',
    'downSpeed',
    'eta',
    'availability',
  ] as const),
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
    (isGrave(item) || item.action.action === 'arr.search' || takesOffTheSilent(item)) &&
    (ofStillness.has(item.decision.reason) || standsOutside(item.decision)),
  look(item) {
    const {trackersFailing, sinceInternetFault} = item.server
    const lift = 'Trackers have to answer, and ten minutes to pass.'
    // Where no torrent has a tracker that tells, nothing speaks against our connection.
    const isUnknown = trackersFailing === undefined && standsOutside(item.decision)
    if (isUnknown || sinceInternetFault === 0 || (trackersFailing ?? 0) >= FAILING) {
      return {verdict: 'postpone', code: 'internet_down', detail: {failing: trackersFailing ?? null}, lift}
    }
    if (sinceInternetFault === null || sinceInternetFault >= waits.internetBack.seconds) return null
    const detail = {left: waits.internetBack.seconds - sinceInternetFault}
    return {verdict: 'postpone', code: 'internet_settling', detail, lift}
  },
}

/** Trackers that are taken off by name are so whether they answer or not. */
function takesOffTheSilent({action, decision}: DecisionItem): boolean {
  const isSaid = (fact: FactName) => fact.startsWith('tracker.') && !fact.startsWith('tracker.host')
  return action.action === 'tracker.remove' && factsOf(decision.evidence).some(isSaid)
}

/** It looks at what only a torrent that runs can show. */
export function looksOutside(decision: Pick<Decision, 'evidence' | 'besides'>): boolean {
  return factsOf(hangsOn(decision)).some(isOutside)
}

/** That is what makes it true. */
function standsOutside(decision: Pick<Decision, 'evidence' | 'besides'>): boolean {
  return supporting(hangsOn(decision)).some(isOutside)
}

/** Of what is one way of several to be true only those that are. */
function supporting(trace: ConditionTrace): readonly FactName[] {
  if (!('branch' in trace)) return [trace.fact]
  const isOneOfSeveral = trace.branch === 'any' && trace.verdict === 'yes'
  const parts = isOneOfSeveral ? trace.parts.filter(({verdict}) => verdict === 'yes') : trace.parts
  return parts.flatMap(supporting)
}

function isOutside(fact: FactName): boolean {
  return fact.startsWith('tracker.') || ofSwarm.has(fact)
}
