/** Orders that people look at a list by. */
import type {SortKey} from '#model/query.ts'

/** Columns of every sort of value: figures, times, words, lists of words. */
export const usualColumns = [
  'size',
  'ratio',
  'addedAt',
  'upSpeed',
  'category',
  'state',
  'progress',
  'eta',
  'server',
] as const satisfies readonly SortKey['by'][]

export function by(field: SortKey['by'], descending = false): readonly SortKey[] {
  return [{by: field, descending}]
}
