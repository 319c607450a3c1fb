import type {Sliced} from '../../../lib/slices.ts'

/** Comparisons between two pauses: of names, half a millisecond. */
export const COMPARED_AT_ONCE = 512

/**
 * Sorts a list of any length in slices. What is in order already is found and merged (natural merge sort): names that
 * come sorted, as they mostly do, cost one look each. Equal ones keep their order.
 */
export function* sorted<T>(list: readonly T[], compare: (a: T, b: T) => number): Sliced<readonly T[]> {
  let compared = 0
  const isDue = () => ++compared % COMPARED_AT_ONCE === 0

  function* merged(left: readonly T[], right: readonly T[]): Sliced<readonly T[]> {
    const both: T[] = []
    let [atLeft, atRight] = [0, 0]
    while (atLeft < left.length && atRight < right.length) {
      if (isDue()) yield
      both.push(compare(left[atLeft]!, right[atRight]!) <= 0 ? left[atLeft++]! : right[atRight++]!)
    }
    for (; atLeft < left.length; atLeft++) both.push(left[atLeft]!)
    for (; atRight < right.length; atRight++) both.push(right[atRight]!)
    return both
  }

  let runs: (readonly T[])[] = []
  for (let from = 0, at = 1; at <= list.length; at++) {
    if (isDue()) yield
    if (at < list.length && compare(list[at - 1]!, list[at]!) <= 0) continue
    runs.push(list.slice(from, at))
    from = at
  }
  while (runs.length > 1) {
    const next: (readonly T[])[] = []
    for (let at = 0; at < runs.length; at += 2) {
      const right = runs[at + 1]
      next.push(right ? yield* merged(runs[at]!, right) : runs[at]!)
    }
    runs = next
  }
  return runs[0] ?? []
}
