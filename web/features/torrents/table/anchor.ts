/**
 * What is seen stays where it is when rows come or go above it, however many. In a new order each row moves by itself,
 * and then the list stays where it is scrolled to.
 */

/** Rows that moved alike may have had others come between them: so many of what lies above may be new. */
const FEW = 0.1

interface Move<T> {
  readonly row: T
  readonly item: number
  readonly by: number
}

/**
 * Who keeps its place on screen; `null` = the list stays where it is scrolled to.
 *
 * @param before what was seen where, from the upper edge down
 * @param after where it stands now, as far as that is known
 * @param current where somebody is, if that is among what was seen
 */
export function anchorOf<T>(
  before: ReadonlyMap<T, number>,
  after: ReadonlyMap<T, number>,
  current: T | null,
): T | null {
  const moves = [...before].flatMap(([row, item]) => {
    const now = after.get(row)
    return now === undefined ? [] : [{row, item: now, by: now - item}]
  })
  const alike = Map.groupBy(moves, ({by}) => by)
  const most = [...alike.values()].find((rows) => rows.length * 2 > before.size)
  if (most) {
    const beside = [...alike.values()].find((rows) => rows.some(({row}) => row === current))
    return beside && beside.length * 4 >= before.size ? current : most[0]!.row
  }
  const together = movedTogether(moves, before.size)
  return together.find(({row}) => row === current)?.row ?? together[0]?.row ?? null
}

/** Those that went about as far as the one in the middle, if these are most and kept their order. */
function movedTogether<T>(moves: readonly Move<T>[], seen: number): readonly Move<T>[] {
  const middle = moves.map(({by}) => by).sort((a, b) => a - b)[moves.length >> 1]
  if (middle === undefined) return []
  const slack = seen + Math.abs(middle) * FEW
  const near = moves.filter(({by}) => Math.abs(by - middle) <= slack)
  const inOrder = near.filter(({item}, at) => at === 0 || near[at - 1]!.item < item)
  return near.length * 2 > moves.length && inOrder.length * 4 >= near.length * 3 ? near : []
}
