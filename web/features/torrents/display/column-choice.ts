/** Which columns are shown, in their order, and which could be. */
import {columnOf, columns, type Column} from '../columns.ts'
import {chosenColumns, withMoved, withShown, type ColumnChoice} from '../table/column-layout.ts'

interface OfferedColumns {
  /** In their order. */
  readonly shown: readonly Column[]
  readonly further: readonly Column[]
}

export function offeredColumns(saved: ColumnChoice | null): OfferedColumns {
  const shown = chosenColumns(saved)
    .filter(({hidden}) => !hidden)
    .flatMap(({id}) => columnOf(id) ?? [])
  return {shown, further: columns.filter((column) => !shown.includes(column))}
}

export function withColumn(saved: ColumnChoice | null, id: string, isShown: boolean): ColumnChoice {
  const chosen = chosenColumns(saved)
  // What comes back stands at the end, where it is seen.
  const others = isShown ? chosen.filter((it) => it.id !== id) : chosen
  return withShown(others, id, isShown)
}

/** At another place among those that are shown; hidden ones stay where they are. @param to 0 = first */
export function withPlace(saved: ColumnChoice | null, id: string, to: number): ColumnChoice {
  const chosen = chosenColumns(saved)
  const others = chosen.filter((it) => !it.hidden && it.id !== id)
  return withMoved(chosen, id, others[to]?.id ?? null)
}
