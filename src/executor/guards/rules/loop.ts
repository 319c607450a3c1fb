/**
 * What comes back each time it was given up is not given up for ever: an indexer that tells no hash offers what is
 * blocklisted again, and each round costs a download and a search. A person has to say yes, or to look why.
 * Source: Sonarr and Radarr.
 */
import type {ActionName} from '#model/rule.ts'
import {numberOf, type DecisionGuard} from './decision-guard.ts'

export const COMES_BACK = 'comes_back'

const givesUp: ReadonlySet<ActionName> = new Set<ActionName>(['failDownload', 'arr.blocklist', 'arr.search'])

export const loop: DecisionGuard = {
  name: 'loop',
  guards: ({action, key, isAnswered}) => key !== null && !isAnswered && givesUp.has(action.action),
  look(item) {
    const {maxRoundsOfTorrent, maxRoundsOfItem} = item.limits
    const removed = numberOf(item, 'memory.timesRemoved') ?? 0
    const {givenUp} = item.download
    if (removed < maxRoundsOfTorrent && givenUp < maxRoundsOfItem) return null
    const lift =
      removed >= maxRoundsOfTorrent
        ? `It was removed ${removed} times and came back. A person has to approve it, or find the cause.`
        : `${givenUp} releases of its item were given up within a week. A person has to approve it, or find the cause.`
    return {verdict: 'block', code: COMES_BACK, detail: {removed, givenUp}, lift}
  },
}
