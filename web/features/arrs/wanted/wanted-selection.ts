/** Which rows of what is wanted somebody selected. It is kept while the list changes; what left it is searched in vain. */
import {useState} from 'react'
import type {WantedUnit} from '../../../api/searches.ts'

export interface WantedSelection {
  readonly units: readonly WantedUnit[]
  has(unit: WantedUnit): boolean
  put(unit: WantedUnit, is: boolean): void
  clear(): void
}

/** One request takes no more. */
const MOST = 1_000

export function useWantedSelection(): WantedSelection {
  const [selected, setSelected] = useState<ReadonlyMap<string, WantedUnit>>(new Map())
  return {
    units: [...selected.values()],
    has: (unit) => selected.has(keyOf(unit)),
    put: ({arr_id, unit}, is) =>
      setSelected((before) => {
        const after = new Map(before)
        if (!is) after.delete(keyOf({arr_id, unit}))
        else if (after.size < MOST) after.set(keyOf({arr_id, unit}), {arr_id, unit})
        return after
      }),
    clear: () => setSelected(new Map()),
  }
}

function keyOf({arr_id: arr, unit}: WantedUnit): string {
  return `${unit} ${arr}`
}
