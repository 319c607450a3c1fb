import {useEffect, useMemo} from 'react'
import {liveSocket} from '../../../live/socket.ts'
import {useViewVersion} from '../../../live/use-view.ts'
import {LiveView} from '../../../live/view.ts'
import {targetText, type ActionTarget} from '../target.ts'
import {factRanges, factsIn, factsWish, type ChosenFacts} from './chosen-facts.ts'

const nobody: ActionTarget = {kind: 'some', names: new Set()}

/** How the chosen torrents are now; `null` until the first answer. @param target `null` = nobody wants to know */
export function useChosenFacts(target: ActionTarget | null): ChosenFacts | null {
  const asText = target && targetText(target)
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- the text says the same as the target, by value
  const view = useMemo(() => new LiveView(liveSocket, factsWish(target ?? nobody), factRanges), [asText])
  useEffect(() => (asText === null ? undefined : view.start()), [view, asText])
  const version = useViewVersion(view)
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- the view changes in place and counts its versions
  return useMemo(() => (target ? factsIn(view, target) : null), [view, version])
}

const LONGEST_WAIT_MS = 5000

/** The same once, for keys that act without a dialog. Empty when nothing is heard. */
export function chosenFacts(target: ActionTarget): Promise<ChosenFacts> {
  const view = new LiveView(liveSocket, factsWish(target), factRanges)
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      forget()
      resolve(factsIn(view, target) ?? {rows: [], isWhole: false, count: 0})
      stop()
    }
    const timer = setTimeout(end, LONGEST_WAIT_MS)
    const forget = view.changes.listen(() => view.isCurrent && end())
    const stop = view.start()
  })
}
