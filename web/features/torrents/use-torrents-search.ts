import {useNavigate, useSearch} from '@tanstack/react-router'
import {useMemo} from 'react'
import {readTorrentsSearch, type TorrentsSearch} from './torrents-search.ts'

/** The part of a search that changes; `undefined` takes a part out. */
type SearchChange = {readonly [K in keyof TorrentsSearch]?: TorrentsSearch[K] | undefined}

/** The address of the list, and how to change it. `replace` leaves no step to go back to: for typing. */
export function useTorrentsSearch(): readonly [
  search: TorrentsSearch,
  change: (change: SearchChange, how?: {replace?: boolean}) => void,
] {
  // What a route leaves out the router has put in before: as it found it.
  const found = useSearch({strict: false})
  const search = useMemo(() => readTorrentsSearch(found), [found])
  const navigate = useNavigate()
  return [
    search,
    (change, {replace = false} = {}) =>
      void navigate({
        to: '/torrents',
        replace,
        search: (before) => without({...readTorrentsSearch(before), ...change}),
      }),
  ]
}

function without(search: SearchChange): TorrentsSearch {
  const kept = Object.entries(search).filter(([, value]) => value !== undefined && value !== '')
  return Object.fromEntries(kept) as TorrentsSearch
}
