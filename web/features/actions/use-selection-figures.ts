import {keepPreviousData, useQuery} from '@tanstack/react-query'
import {useEffect, useState} from 'react'
import {freeze, frozenFigures, type SelectionFigures} from '../../api/actions.ts'
import {queries} from '../../api/queries.ts'
import {targetText, wishOf, type ActionTarget} from './target.ts'

/** While somebody goes on choosing nothing is asked. */
const QUIET_MS = 200
const REFRESH_MS = 10_000

/** Count, size, states and what can be done with what is chosen; `null` until the first answer. @param everyMs looked at again */
export function useSelectionFigures(
  target: ActionTarget | null,
  everyMs = REFRESH_MS,
): SelectionFigures | null {
  const settled = useSettled(target)
  const queryKey = ['selection', settled === null ? '' : targetText(settled)]
  const {data} = useQuery({
    queryKey,
    queryFn: ({signal}) => figuresNow(settled!, queries.getQueryData(queryKey), signal),
    enabled: settled !== null,
    refetchInterval: everyMs,
    placeholderData: keepPreviousData,
    gcTime: 30_000,
  })
  return target === null ? null : (data ?? null)
}

/** The set is frozen once and then looked at again, for as long as the server keeps it. */
async function figuresNow(
  target: ActionTarget,
  known: SelectionFigures | undefined,
  signal: AbortSignal,
): Promise<SelectionFigures> {
  const again = known && (await frozenFigures(known.selection_id, signal).catch(() => null))
  return again ?? freeze(wishOf(target), signal)
}

function useSettled(target: ActionTarget | null): ActionTarget | null {
  const [settled, setSettled] = useState(target)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(target), QUIET_MS)
    return () => clearTimeout(timer)
  }, [target])
  return settled
}
