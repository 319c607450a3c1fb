import {useViewFigures} from '../../../live/use-view.ts'
import type {LiveView} from '../../../live/view.ts'
import {useChosen} from '../selection.ts'
import {SelectionLine} from './SelectionLine.tsx'
import {TotalsLine} from './TotalsLine.tsx'

/** One line below the list, always there: totals, or what is selected and what can be done with it. */
export function Ledger({view}: {view: LiveView}) {
  useViewFigures(view)
  const chosen = useChosen()
  const isSome = chosen.kind === 'matching' ? chosen.matched > chosen.except.size : chosen.names.size > 0
  return isSome ? <SelectionLine view={view} chosen={chosen} /> : <TotalsLine view={view} />
}
