/** What the page asks the server for: the address, and what the columns on screen are written from. */
import {useMemo} from 'react'
import {facetNames} from '#model/query.ts'
import type {ViewWish} from '#model/live.ts'
import {readScope} from '../servers/switcher/scope.ts'
import {columnOf, wireColumnsFor, type Column} from './columns.ts'
import {chosenColumns, type ColumnChoice} from './table/column-layout.ts'
import {readSort, standardSort, writeSort, type SortKey} from './table/sort-keys.ts'
import type {TorrentsSearch} from './torrents-search.ts'

export interface TorrentWish {
  readonly wish: ViewWish
  readonly sort: readonly SortKey[]
  /** Differs when other torrents are shown, or in another order. */
  readonly contentKey: string
}

const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone

export function useTorrentWish(search: TorrentsSearch, saved: ColumnChoice | null): TorrentWish {
  const {q = '', servers, sort = standardSort, group = null} = search
  return useMemo(() => {
    const keys = readSort(sort)
    const scope = readScope(servers)
    const content = {
      q,
      ...(scope !== null && {servers: scope}),
      sort: writeSort(keys).split(',').filter(Boolean),
      group,
    }
    return {
      wish: {...content, columns: wireColumnsFor(columnsOf(saved)), facets: facetNames, time_zone: timeZone},
      sort: keys,
      contentKey: JSON.stringify(content),
    }
  }, [q, servers, sort, group, saved])
}

/** Also those that find no room: when the window grows they are there. */
function columnsOf(saved: ColumnChoice | null): Column[] {
  return chosenColumns(saved).flatMap(({id, hidden}) => (hidden ? [] : (columnOf(id) ?? [])))
}
