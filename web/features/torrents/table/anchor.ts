/**
 * What is seen stays where it is when rows come or go above it. Rows that come in above move all that are seen alike; in
 * a new order each moves by itself, and then the list stays where it is scrolled to.
 */

/**
 * By how many items the list has to be scrolled, so that most of what was seen stays in its place; 0 = stay.
 *
 * @param before what stood where @param after where it stands now; who is not in it went out of sight
 */
export function anchorShift<T>(before: ReadonlyMap<T, number>, after: ReadonlyMap<T, number>): number {
  const shifts = new Map<number, number>()
  for (const [row, item] of before) {
    const now = after.get(row)
    if (now !== undefined) shifts.set(now - item, (shifts.get(now - item) ?? 0) + 1)
  }
  for (const [shift, rows] of shifts) if (rows * 2 > before.size) return shift
  return 0
}
