import {useQuery} from '@tanstack/react-query'
import {useEffect, useMemo} from 'react'
import {frozenFigures, type SelectionFigures} from '../../../api/actions.ts'
import {liveSocket} from '../../../live/socket.ts'
import {useViewVersion} from '../../../live/use-view.ts'
import {LiveView} from '../../../live/view.ts'
import {figuresNow} from '../frozen-sets.ts'
import {targetText, type ActionTarget} from '../target.ts'
import {factRanges, factsIn, factsWish, type ChosenFacts} from './chosen-facts.ts'

const nobody: ActionTarget = {kind: 'some', names: new Set()}

/**
 * How the chosen torrents are now; `null` = not known yet.
 * @param target `null` = nobody wants to know
 * @param figures of the same torrents: of very many nobody else says what is the same for all
 */
export function useChosenFacts(
  target: ActionTarget | null,
  figures: SelectionFigures | null,
): ChosenFacts | null {
  const asText = target && targetText(target)
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- the text says the same as the target, by value
  const view = useMemo(() => new LiveView(liveSocket, factsWish(target ?? nobody), factRanges), [asText])
  useEffect(() => (asText === null ? undefined : view.start()), [view, asText])
  const version = useViewVersion(view)
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- the view changes in place and counts its versions
  const facts = useMemo(() => (target ? factsIn(view, target, null) : null), [view, version])
  const isPart = facts?.isWhole === false
  // The set may have been frozen a while ago: what its torrents have is another thing than which they are.
  const {data = null, error} = useQuery({
    queryKey: ['figures of facts', figures?.selection_id],
    queryFn: () => frozenFigures(figures!.selection_id),
    enabled: isPart && figures !== null,
    staleTime: 0,
    gcTime: 0,
  })
  if (!isPart) return facts
  return data === null && error === null ? null : {...facts, figures: data}
}

const LONGEST_WAIT_MS = 5000

/** The same once, for keys that act without a dialog. Empty when nothing is heard. */
export function chosenFacts(target: ActionTarget): Promise<ChosenFacts> {
  const view = new LiveView(liveSocket, factsWish(target), factRanges)
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      forget()
      const facts = factsIn(view, target, null) ?? {rows: [], isWhole: false, count: 0, figures: null}
      stop()
      resolve(facts.isWhole || facts.count === 0 ? facts : withFigures(facts, target))
    }
    const timer = setTimeout(end, LONGEST_WAIT_MS)
    const forget = view.changes.listen(() => view.isCurrent && end())
    const stop = view.start()
  })
}

async function withFigures(facts: ChosenFacts, target: ActionTarget): Promise<ChosenFacts> {
  // What hinders it is told when the action itself is sent.
  const figures = await figuresNow(target).catch(() => null)
  return {...facts, figures}
}
