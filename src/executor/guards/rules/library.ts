/**
 * A torrent may be saved in the folders of a library, and no Arr know it as a download: its data is the only copy of that
 * library. It stays where it is; and while it is unknown whether it is one, it waits. Where the data stays, as others need
 * it, nothing is lost. Source: scenario S51.
 */
import {claimWords} from '#model/arr.ts'
import {
  movesData,
  movesFiles,
  numberOf,
  touchesData,
  valueOf,
  type DecisionGuard,
  type DecisionItem,
} from './decision-guard.ts'

/** Its data goes, or leaves its place: by us, or by a server that keeps what it manages in the folder of its category. */
export function leavesPlace(item: Pick<DecisionItem, 'action' | 'fact'>): boolean {
  const isMoved = item.action.action === 'category' && valueOf(item, 'autoManaged') === true
  return isMoved || touchesData(item)
}

export const library: DecisionGuard = {
  name: 'library',
  guards: (item) => leavesPlace(item) && item.key !== null,
  look(item) {
    const {library: claim} = item
    if (claim === null) return null
    if (staysForOthers(item)) return null
    const [verdict, code] =
      claim.is === 'has' ? (['block', 'in_library'] as const) : (['postpone', 'library_unknown'] as const)
    return {verdict, code, detail: {...claim}, lift: claimWords(claim)}
  },
}

function staysForOthers(item: DecisionItem): boolean {
  const isRemoved = item.action.losesBytes && !movesFiles(item) && !movesData(item)
  return isRemoved && (numberOf(item, 'content.ownersOther') ?? 0) > 0
}
