import type {ViewWish} from '#model/live.ts'
import type {SavedView, ViewDefinition} from '../../../api/views.ts'
import {useLiveView} from '../../../live/use-view.ts'
import {useTorrentsSearch} from '../use-torrents-search.ts'
import {layoutDrafts, useListLayout, useOpenView, useOwnLayout} from './list-layout.ts'
import {definitionOf, differences, filledIn, searchOf, type ViewPart} from './saved-view.ts'

export interface ViewState {
  readonly open: SavedView | null
  /** What would be saved now. */
  readonly now: ViewDefinition
  /** How the list differs from the open view. */
  readonly changed: readonly ViewPart[]
  readonly revert: () => void
}

/** The list as it is now, and as it was saved. */
export function useViewState(): ViewState {
  const [search, change] = useTorrentsSearch()
  const [layout] = useListLayout()
  const own = useOwnLayout()
  const open = useOpenView()
  const now = definitionOf(search, layout)
  return {
    open,
    now,
    changed: open ? differences(filledIn(open.definition, own), filledIn(now, own)) : [],
    revert: () => {
      if (!open) return
      layoutDrafts.drop(open.id)
      change({...nothing, ...searchOf(open)})
    },
  }
}

const nothing = {q: undefined, servers: undefined, sort: undefined, group: undefined}

const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone
const noRows = [] as const

/** How many torrents match, live: a view without rows. `null` = not known yet. */
export function useViewCount(q: string, servers: readonly string[] | null): number | null {
  return useLiveView(countWish(q, servers), noRows).totals?.count ?? null
}

function countWish(q: string, servers: readonly string[] | null): ViewWish {
  return {
    q,
    sort: [],
    group: null,
    columns: ['name'],
    facets: [],
    time_zone: timeZone,
    ...(servers !== null && {servers}),
  }
}
