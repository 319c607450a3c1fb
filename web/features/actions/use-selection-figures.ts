import {keepPreviousData, useQuery} from '@tanstack/react-query'
import {useEffect, useState} from 'react'
import type {SelectionFigures} from '../../api/actions.ts'
import {useActionDialog} from './dialogs/action-dialogs.ts'
import {figuresNow, frozenQuery, hasTooManyNames, type ActionTarget} from './target.ts'

/** While somebody goes on choosing nothing is asked. */
const QUIET_MS = 200
const REFRESH_MS = 10_000
const noTorrents: ActionTarget = {kind: 'some', names: new Set()}

/**
 * Count, size, states and what can be done with what is chosen; `null` = not known. The server keeps sets of so many
 * torrents for one person and no more: of all that match none is frozen without need, and none at all for anybody else
 * while a dialog is open.
 *
 * @param isWanted also of all that match: somebody reads them, or is about to act
 * @param everyMs looked at again
 */
export function useSelectionFigures(
  target: ActionTarget,
  isWanted = false,
  everyMs = REFRESH_MS,
): SelectionFigures | null {
  const settled = useSettled(target)
  const isAsked = isWanted || (settled.kind === 'some' && !hasTooManyNames(settled))
  const isFree = useActionDialog() === null
  // Of nobody: who does not ask does not keep a set either that others froze.
  const {data: set, isPlaceholderData: isOld} = useQuery({
    ...frozenQuery(isAsked ? settled : noTorrents),
    enabled: isAsked && isFree,
    placeholderData: keepPreviousData,
  })
  const {data: figures} = useQuery({
    queryKey: ['figures', set?.selection_id],
    queryFn: () => figuresNow(settled),
    enabled: isAsked && isFree && set !== undefined && !isOld,
    initialData: set,
    refetchInterval: everyMs,
    gcTime: 30_000,
  })
  return isAsked ? (figures ?? null) : null
}

function useSettled(target: ActionTarget): ActionTarget {
  const [settled, setSettled] = useState(target)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(target), QUIET_MS)
    return () => clearTimeout(timer)
  }, [target])
  return settled
}
