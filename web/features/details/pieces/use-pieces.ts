import {piecesQuery, type Pieces} from '../../../api/details.ts'
import {text} from '../../../i18n/text.ts'
import type {Torrent} from '../torrent.ts'
import {useAbilities} from '../use-abilities.ts'
import {usePart} from '../use-part.ts'

const EVERY_MS = 5_000

/** The pieces of a torrent, read while somebody looks. @param isWanted `false` = what its row tells is enough */
export function usePieces(torrent: Torrent, isWanted = true) {
  const {whyNot, noteOn} = useAbilities(torrent.server_id)
  const hasFiles = torrent.has_metadata !== false
  const reason = hasFiles ? whyNot('pieces') : text('details.pieces.none')
  const query = {...piecesQuery(torrent), enabled: isWanted && reason === null}
  const part = usePart(torrent.server_id, query, () => EVERY_MS)
  return {
    part,
    /** Why they cannot be read; `null` = they can. */
    reason,
    /** Why this kind of server tells no copies; `null` = it does. */
    whyNoCopies: whyNot('pieceCopies'),
    /** Of which pieces it tells none; '' = of all it does. */
    noteOnCopies: noteOn('pieceCopies'),
  }
}

/** As they are told of each piece; `null` = of none, or not of all of them. */
export function copiesOf({count, availability}: Pieces): readonly (number | null)[] | null {
  return availability !== undefined && availability.length === count && count > 0 ? availability : null
}
