import {useServers} from '../../../live/servers.ts'
import {useSelectionFigures} from '../../actions/use-selection-figures.ts'
import type {Chosen} from '../selection.ts'
import {sumsOf, type SelectionSums} from './selection-sums.ts'
import {liveNames, useExceptionTotals, useMatchingTotals, useSettled, useWholeView} from './use-keys-view.ts'
import {useLeavingGone} from './use-leaving-gone.ts'

/** What is selected in figures; `null` = not known yet. */
export function useSelectionSums(chosen: Chosen): SelectionSums | null {
  const names = useSettled(liveNames(chosen))
  const whole = useWholeView(names)
  const matching = useMatchingTotals(chosen)
  const left = useExceptionTotals(chosen)
  const figures = useSelectionFigures(chosen)
  const servers = useServers()
  useLeavingGone(whole, names)
  const nameOf = (id: string) => servers?.find((it) => it.server_id === id)?.server_name ?? id
  const named = names.size > 0 ? whole.totals : left
  return sumsOf(chosen, {named, matching}, figures, nameOf)
}
