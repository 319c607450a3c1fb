import type {SavedView, ViewDefinition} from '../../../api/views.ts'
import {useTorrentsSearch} from '../use-torrents-search.ts'
import {layoutDrafts, useListLayout, useOwnLayout} from './list-layout.ts'
import {definitionOf, differences, filledIn, searchOf, type ViewPart} from './saved-view.ts'
import {useOpenView} from './use-open-view.ts'

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
