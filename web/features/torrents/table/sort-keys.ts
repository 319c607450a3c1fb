import {columns} from './columns.ts'

/** The order of the list, as its address says it: columns by commas, `-` turns one round. */
export interface SortKey {
  readonly by: string
  readonly isDown: boolean
}

/** What came last is looked at first. */
export const standardSort = '-added_at'

export function readSort(written: string): readonly SortKey[] {
  return written
    .split(',')
    .filter((it) => it !== '' && it !== '-')
    .map((it) => (it.startsWith('-') ? {by: it.slice(1), isDown: true} : {by: it, isDown: false}))
}

export function writeSort(keys: readonly SortKey[]): string {
  return keys.map(({by, isDown}) => (isDown ? `-${by}` : by)).join(',')
}

/**
 * The order after a click on a head: the first one sorts, the second turns round, the third takes it out.
 *
 * @param isFurther the others stay, and it comes after them @param downFirst figures begin with the greatest
 */
export function sortedBy(
  keys: readonly SortKey[],
  by: string,
  isFurther: boolean,
  downFirst: boolean,
): readonly SortKey[] {
  const known = keys.find((it) => it.by === by)
  const others = isFurther ? keys : keys.filter((it) => it.by === by)
  if (!known) return [...others, {by, isDown: downFirst}]
  if (known.isDown !== downFirst) return others.filter((it) => it !== known)
  return others.map((it) => (it === known ? {by, isDown: !downFirst} : it))
}

// Changes to what the list is sorted by.

/** Another column at this place, or none; figures and times begin with the greatest. */
export function withKey(keys: readonly SortKey[], at: number, by: string | null): readonly SortKey[] {
  if (by === null) return keys.toSpliced(at, 1)
  const isFigure = columns.find((column) => column.sort === by)?.align === 'right'
  return keys.toSpliced(at, 1, {by, isDown: isFigure})
}

export function withDirection(keys: readonly SortKey[], at: number, isDown: boolean): readonly SortKey[] {
  return keys.map((key, place) => (place === at ? {...key, isDown} : key))
}
