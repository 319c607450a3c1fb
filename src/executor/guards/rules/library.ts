/**
 * A torrent may be saved in the folders of a library, and no Arr know it as a download: its data is the only copy of that
 * library. It stays where it is; and while it is unknown whether it is one, it waits. Where the data stays, as others need
 * it, nothing is lost. Source: scenario S51.
 */
import {claimWords} from '#model/arr.ts'
import {movesData, movesFiles, numberOf, touchesData, type DecisionGuard} from './decision-guard.ts'

export const library: DecisionGuard = {
  name: 'library',
  guards: (item) => touchesData(item) && item.key !== null,
  look(item) {
    const {library: claim} = item
    if (claim === null) return null
    const isLeft = (numberOf(item, 'content.ownersOther') ?? 0) > 0 && !movesFiles(item) && !movesData(item)
    if (isLeft) return null
    const [verdict, code] =
      claim.is === 'has' ? (['block', 'in_library'] as const) : (['postpone', 'library_unknown'] as const)
    return {verdict, code, detail: {...claim}, lift: claimWords(claim)}
  },
}
