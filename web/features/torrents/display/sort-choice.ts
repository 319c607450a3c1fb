/** Changes to what the list is sorted by. */
import {columns} from '../columns.ts'
import type {SortKey} from '../table/sort-keys.ts'

/** Another column at this place, or none; figures and times begin with the greatest. */
export function withKey(keys: readonly SortKey[], at: number, by: string | null): readonly SortKey[] {
  if (by === null) return keys.toSpliced(at, 1)
  const isFigure = columns.find((column) => column.sort === by)?.align === 'right'
  return keys.toSpliced(at, 1, {by, isDown: isFigure})
}

export function withDirection(keys: readonly SortKey[], at: number, isDown: boolean): readonly SortKey[] {
  return keys.map((key, place) => (place === at ? {...key, isDown} : key))
}
