import {useEffect, useMemo, useSyncExternalStore} from 'react'
import type {RankRange, ViewWish} from '#model/live.ts'
import {liveSocket} from './socket.ts'
import {LiveView} from './view.ts'

/**
 * A view that lives as long as the component; another wish is asked for when it differs by value. Whatever the view
 * tells, the component is not rendered for it: parts of it are that need to be.
 *
 * @param ranges that are shown at first; none at all where only totals are wanted
 */
export function useOpenView(wish: ViewWish, ranges?: readonly RankRange[]): LiveView {
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  const view = useMemo(() => new LiveView(liveSocket, wish, ranges), [])
  const asText = JSON.stringify(wish)
  useEffect(() => view.start(), [view])
  useEffect(() => {
    if (JSON.stringify(view.wish) !== asText) view.change(JSON.parse(asText) as ViewWish)
  }, [view, asText])
  return view
}

/** The same for few torrents: renders again whenever one of them comes, goes or stands elsewhere. */
export function useLiveView(wish: ViewWish, ranges?: readonly RankRange[]): LiveView {
  const view = useOpenView(wish, ranges)
  useViewVersion(view)
  return view
}

/** Renders again whenever order, totals, groups or facets change. */
export function useViewVersion(view: LiveView): number {
  return useSyncExternalStore(view.changes.listen, () => view.version)
}

/** Renders again when totals, groups or facets change; not when others are shown of the same order, as by scrolling. */
export function useViewFigures(view: LiveView): number {
  return useSyncExternalStore(view.changes.listen, () => view.figuresVersion)
}
