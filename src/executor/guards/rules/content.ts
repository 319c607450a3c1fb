/**
 * Bytes go only where nobody else needs them: what we set aside ourselves goes file by file, else the torrent goes alone,
 * and what was to be moved stays. Unknown owners wait.
 */
import {hangsOn} from '#model/decision.ts'
import {
  factsOf,
  movesData,
  movesFiles,
  numberOf,
  touchesData,
  valueOf,
  type DecisionGuard,
} from './decision-guard.ts'

export const content: DecisionGuard = {
  name: 'content',
  guards: (item) => touchesData(item) && item.key !== null,
  look(item) {
    const others = numberOf(item, 'content.ownersOther')
    if (others === undefined) {
      const fact = item.fact('content.ownersOther')
      const why = 'unknown' in fact ? fact.detail : undefined
      return waitFor('owners_unknown', why ?? 'It has to be known who else uses its data.')
    }
    const namesLinks = factsOf(hangsOn(item.decision)).includes('content.linksOutside')
    if (namesLinks && valueOf(item, 'content.linksOutside') === undefined) {
      return waitFor('links_unknown', 'Its hard links have to be readable.')
    }
    if (others === 0) return null
    if (movesData(item)) {
      return {
        verdict: 'block',
        code: 'other_owners',
        detail: {others},
        lift: 'The others use it where it is.',
      }
    }
    const alone = numberOf(item, 'content.exclusiveFiles') ?? 0
    if (movesFiles(item) && alone > 0) return null
    // A number alone: whose they are may be nobody's business.
    const lift = 'It goes without its data, which others need; for that they have to go first.'
    return {verdict: 'degrade', code: 'other_owners', detail: {others}, lift}
  },
}

function waitFor(code: string, lift: string) {
  return {verdict: 'postpone', code, detail: {}, lift} as const
}
