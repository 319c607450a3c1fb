/** Which row of a list is which one of the list that it becomes: nobody numbers rows, so the most alike are the same. */
import {isDeepStrictEqual} from 'node:util'

export type Row = Readonly<Record<string, unknown>>

/**
 * For each row that is wanted the place of the one it was; `null` = it is new. Rows do not overtake each other: who is
 * moved behind another one goes and comes.
 */
export function formerRows(before: readonly Row[], after: readonly Row[]): readonly (number | null)[] {
  const best = likenesses(before, after)
  const former: (number | null)[] = after.map(() => null)
  let [i, j] = [0, 0]
  while (i < before.length && j < after.length) {
    const here = best[i]![j]!
    if (here === likeness(before[i]!, after[j]!) + best[i + 1]![j + 1]!) former[j++] = i++
    else if (here === best[i + 1]![j]!) i++
    else j++
  }
  return former
}

/** How alike the rest of both lists can be made, from each pair of places on. */
function likenesses(before: readonly Row[], after: readonly Row[]): readonly (readonly number[])[] {
  const best = Array.from({length: before.length + 1}, () => Array<number>(after.length + 1).fill(0))
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      const together = likeness(before[i]!, after[j]!) + best[i + 1]![j + 1]!
      best[i]![j] = Math.max(together, best[i + 1]![j]!, best[i]![j + 1]!)
    }
  }
  return best
}

/** Words name a row; numbers and switches are the same in many. */
function likeness(one: Row, other: Row): number {
  const same = Object.keys(one).filter((key) => isDeepStrictEqual(one[key], other[key]))
  return same.reduce((sum, key) => sum + (typeof one[key] === 'string' ? 20 : 1), 1)
}
