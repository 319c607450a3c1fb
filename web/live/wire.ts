/** Cells as they travel, and as the pages hold them. */
import type {LiveCell} from '#model/live.ts'

/** `undefined` = unknown, `null` = none on purpose. */
export type Cell = string | number | boolean | null | readonly string[] | undefined

export function cellOf(cell: LiveCell): Cell {
  const isUnknown = typeof cell === 'object' && cell !== null && !Array.isArray(cell)
  return isUnknown ? undefined : (cell as Cell)
}
