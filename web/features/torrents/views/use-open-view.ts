import {useQuery} from '@tanstack/react-query'
import {viewsQuery, type SavedView} from '../../../api/views.ts'
import {useTorrentsSearch} from '../use-torrents-search.ts'

/** The saved view that the address names; `null` = none, or somebody else's: then the address alone says it all. */
export function useOpenView(): SavedView | null {
  const [{view: id}] = useTorrentsSearch()
  const {data: views} = useQuery(viewsQuery)
  return views?.find((view) => view.id === id) ?? null
}
