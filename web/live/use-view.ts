import {useEffect, useMemo, useSyncExternalStore} from 'react'
import type {RankRange, ViewWish} from '#model/live.ts'
import {liveSocket} from './socket.ts'
import {LiveView} from './view.ts'

/**
 * A view that lives as long as the component; another wish is asked for when it differs by value.
 *
 * @param ranges that are shown at first; none at all where only totals are wanted
 */
export function useLiveView(wish: ViewWish, ranges?: readonly RankRange[]): LiveView {
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  const view = useMemo(() => new LiveView(liveSocket, wish, ranges), [])
  const asText = JSON.stringify(wish)
  useEffect(() => view.start(), [view])
  useEffect(() => {
    if (JSON.stringify(view.wish) !== asText) view.change(JSON.parse(asText) as ViewWish)
  }, [view, asText])
  useViewVersion(view)
  return view
}

/** Renders again when order, totals, groups or facets change. */
export function useViewVersion(view: LiveView): number {
  return useSyncExternalStore(view.changes.listen, () => view.version)
}
