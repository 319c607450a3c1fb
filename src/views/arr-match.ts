/**
 * Torrents by their Arr and by what they are for there. For who asks there are no Arrs but those in his sight: what any
 * other says of a torrent is not found, and does not keep it from being nobody's.
 */
import type {Fleet} from '#fleet/fleet.ts'
import type {Choice, TorrentFilter} from '#model/query.ts'
import {fold} from './fold.ts'
import type {RowMatch} from './work.ts'

const STRIDE = 256

/** Words that repeat are looked at once each. `null` = nothing of the kind is asked for. */
export function* arrMatch(
  fleet: Fleet,
  {arrs, arrItems, arrsInSight = []}: TorrentFilter,
): Generator<void, RowMatch | null, void> {
  if (!arrs && !arrItems) return null
  const {arrId, arrItem} = fleet.rows.columns
  const inSight = new Set<string>(arrsInSight)
  const ids = arrId.interner.values
  const isSeen = ids.map((id) => id !== undefined && inSight.has(id))
  const isChosen = ids.map((id, code) => isOneOf(isSeen[code] ? id! : '', arrs ?? {}))
  const isFor: boolean[] = []
  for (const [code, item] of arrItem.interner.values.entries()) {
    isFor[code] = arrItems === undefined || holds(item === undefined ? null : fold(item), arrItems)
    if (code % STRIDE === 0) yield
  }
  return (row) => {
    const code = arrId.code(row)
    // Of an Arr out of sight nobody knows what it is for.
    return isChosen[code]! && isFor[isSeen[code] ? arrItem.code(row) : UNKNOWN]!
  }
}

/** The code of an unknown word. */
const UNKNOWN = 0

function isOneOf(id: string, {any, none}: Choice<string>): boolean {
  return (any === undefined || any.includes(id)) && none?.includes(id) !== true
}

/** An unknown text holds no piece. */
function holds(text: string | null, {any, all = [], none = []}: Choice<string>): boolean {
  const has = (piece: string) => text !== null && text.includes(fold(piece))
  return (any === undefined || any.some(has)) && all.every(has) && !none.some(has)
}
