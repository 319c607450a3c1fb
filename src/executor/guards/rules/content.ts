/**
 * Bytes go only where nobody else needs them: else the torrent goes alone, and what was to be moved stays. Unknown
 * owners wait.
 */
import {doubtOf} from '#ownership/uncertain-neighbour.ts'
import {factsOf, movesData, numberOf, touchesData, valueOf, type DecisionGuard} from './decision-guard.ts'

export const content: DecisionGuard = {
  name: 'content',
  guards: (item) => touchesData(item) && item.key !== null,
  look(item) {
    const neighbour = item.server.uncertainNeighbour
    if (neighbour) {
      const {id: server, health} = neighbour
      const detail = {server, status: health.status, since: health.since}
      const lift = doubtOf(neighbour, (id) => item.access.may('read', id))
      return {verdict: 'postpone', code: 'neighbour_away', detail, lift}
    }
    const others = numberOf(item, 'content.ownersOther')
    if (others === undefined) return waitFor('owners_unknown', 'It has to be known who else uses its data.')
    const namesLinks = factsOf(item.decision.evidence).includes('content.linksOutside')
    if (namesLinks && valueOf(item, 'content.linksOutside') === undefined) {
      return waitFor('links_unknown', 'Its hard links have to be readable.')
    }
    if (others === 0) return null
    if (movesData(item)) {
      return {
        verdict: 'block',
        code: 'other_owners',
        detail: {others},
        lift: 'The others use it where it lies.',
      }
    }
    // A number alone: whose they are may be nobody's business.
    return {verdict: 'degrade', code: 'other_owners', detail: {others}, lift: 'The others have to go first.'}
  },
}

function waitFor(code: string, lift: string) {
  return {verdict: 'postpone', code, detail: {}, lift} as const
}
