import type {AnyView, ViewDefinition} from '../../../api/views.ts'
import {useTorrentsSearch} from '../torrents-search.ts'
import {searchOf} from './saved-view.ts'
import {definitionOf, differences, filledIn, type ViewPart} from './view-differences.ts'
import {layoutDrafts, useListLayout, useOpenView, useOwnLayout} from './view-state.ts'

export interface ViewState {
  readonly open: AnyView | null
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
