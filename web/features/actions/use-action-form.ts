import {useQuery} from '@tanstack/react-query'
import {useState} from 'react'
import {freeze, type ChosenBody, type SelectionFigures} from '../../api/actions.ts'
import {Problem} from '../../api/problem.ts'
import {partsOf} from '../torrents/selection.ts'
import {closeActionDialog} from './action-dialogs.ts'
import {NAMED_AT_MOST} from './chosen-body.ts'
import {actOn, wordsOf, type Wish} from './run-action.ts'
import {countOf, targetText, wishOf, type ActionTarget} from './target.ts'

export interface ActionForm {
  /** The set that the dialog names, and what can be done with it; `null` = not known yet. */
  readonly frozen: SelectionFigures | null
  readonly count: number
  readonly isBusy: boolean
  /** What was not accepted, in words; `null` = nothing. */
  readonly fault: string | null
  /** Sends these one after the other, and closes the dialog when they were taken. */
  readonly send: (wishes: readonly Wish[]) => Promise<void>
}

/** A dialog about torrents: the set is frozen as it opens, and what was typed stays when it is not accepted. */
export function useActionForm(target: ActionTarget): ActionForm {
  const {data: frozen = null, error} = useQuery({
    queryKey: ['frozen', targetText(target)],
    queryFn: ({signal}) => freeze(wishOf(target), signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
  const [isBusy, setBusy] = useState(false)
  const [fault, setFault] = useState<string | null>(null)
  const send = async (wishes: readonly Wish[]) => {
    setBusy(true)
    setFault(null)
    try {
      const chosen = await chosenBy(target, frozen)
      for (const wish of wishes) await actOn(chosen, wish)
      closeActionDialog()
    } catch (caught) {
      setFault(wordsOf(caught))
    } finally {
      setBusy(false)
    }
  }
  const refusal = error instanceof Problem ? wordsOf(error) : null
  return {frozen, count: frozen?.count ?? countOf(target), isBusy, fault: fault ?? refusal, send}
}

async function chosenBy(target: ActionTarget, frozen: SelectionFigures | null): Promise<ChosenBody> {
  if (target.kind === 'some' && target.names.size <= NAMED_AT_MOST) {
    return {keys: [...target.names].map(partsOf)}
  }
  return {selection_id: (frozen ?? (await freeze(wishOf(target)))).selection_id}
}
