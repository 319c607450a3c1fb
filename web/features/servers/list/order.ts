/** The order in which people see servers. */

/** One moves before or behind the place of another; who is not there changes nothing. */
export function movedTo<T>(list: readonly T[], from: number, to: number): readonly T[] {
  const isInside = (at: number) => at >= 0 && at < list.length
  if (from === to || !isInside(from) || !isInside(to)) return list
  const left = list.toSpliced(from, 1)
  return left.toSpliced(to, 0, list[from]!)
}

/** As somebody just put them, until the answer is known; who is not in it comes behind. */
export function inOrder<T>(
  list: readonly T[],
  ids: readonly string[] | null,
  idOf: (one: T) => string,
): readonly T[] {
  if (ids === null) return list
  const place = new Map(ids.map((id, at) => [id, at]))
  const rank = (one: T) => place.get(idOf(one)) ?? Number.POSITIVE_INFINITY
  return list.toSorted((a, b) => compare(rank(a), rank(b)))
}

/** Those that somebody may move take each other's places as they stand in `own`; all others stay where they are. */
export function amongOwn(ids: readonly string[], own: readonly string[]): readonly string[] {
  const movable = new Set(own)
  let next = 0
  return ids.map((id) => (movable.has(id) ? own[next++]! : id))
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a - b
}

/** In the order of a menu. */
export const steps = ['top', 'up', 'down', 'bottom'] as const
export type Step = (typeof steps)[number]

/** Where a step leads. */
export function stepTo(step: Step, at: number, count: number): number {
  if (step === 'top') return 0
  if (step === 'bottom') return count - 1
  return Math.min(count - 1, Math.max(0, step === 'up' ? at - 1 : at + 1))
}
