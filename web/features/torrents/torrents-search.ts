/**
 * What the address of the torrent list says: query, servers, order, grouping, saved view, and which torrent is looked
 * at. One truth: whatever shows or changes one of these reads and writes the address.
 */
import {useNavigate, useSearch} from '@tanstack/react-router'
import {useMemo, useSyncExternalStore} from 'react'
import {groupNames, type GroupName} from '#model/query.ts'
import type {LiveView} from '../../live/view.ts'
import type {TorrentName} from '../torrent-rows/selection.ts'

/** In the order of their keys, 1 to 7; `why` has its own. */
export const detailTabs = [
  'overview',
  'files',
  'trackers',
  'peers',
  'pieces',
  'history',
  'links',
  'why',
] as const
export type DetailTab = (typeof detailTabs)[number]

/** What tabs were called before: addresses are kept and sent. */
const formerTabs: Readonly<Record<string, DetailTab>> = {
  general: 'overview',
  webseeds: 'trackers',
  timeline: 'history',
}

export interface TorrentsSearch {
  /** The query language; absent = everything. */
  readonly q?: string
  /** Ids of servers by commas; absent = all in sight. The scope of the whole program. */
  readonly servers?: string
  /** Columns by commas, `-` turns one round; absent = that of the view. */
  readonly sort?: string
  readonly group?: GroupName
  /** Id of a saved view, whose columns and density hold. */
  readonly view?: string
  /** `serverId~infoHash` of the torrent in the details. */
  readonly at?: string
  readonly tab?: DetailTab
}

/** Unknown and misspelt parts are left out: an old address still leads to a list. */
export function readTorrentsSearch(found: Readonly<Record<string, unknown>>): TorrentsSearch {
  const {group} = found
  const tab = readDetailTab(found['tab'])
  return {...textsOf(found), ...(isOne(groupNames, group) && {group}), ...(tab && {tab})}
}

/** @returns `undefined` = none is named, or there is no such tab */
function readDetailTab(found: unknown): DetailTab | undefined {
  if (isOne(detailTabs, found)) return found
  return typeof found === 'string' && Object.hasOwn(formerTabs, found) ? formerTabs[found] : undefined
}

function textsOf(found: Readonly<Record<string, unknown>>): TorrentsSearch {
  const texts: Record<string, string> = {}
  for (const name of ['q', 'servers', 'sort', 'view', 'at']) {
    const value = found[name]
    // The router reads what looks like JSON: a query of figures alone comes as a number.
    if (typeof value === 'string' || typeof value === 'number') texts[name] = String(value)
  }
  // No list can be asked for where a torrent stands that cannot be one.
  if (texts['at'] !== undefined && !aTorrent.test(texts['at'])) delete texts['at']
  return texts
}

/** Its server, whose id may hold a `~`, and its hash. */
const aTorrent = /^.+~[0-9a-f]{40}$/

function isOne<T extends string>(all: readonly T[], found: unknown): found is T {
  return (all as readonly unknown[]).includes(found)
}

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

let lastQuery = ''

/** The query that the list showed last, wherever the page is by now; '' = it showed everything. */
export function queryShown(): string {
  return lastQuery
}

export function showsQuery(q: string): void {
  lastQuery = q
}

function without(search: SearchChange): TorrentsSearch {
  const kept = Object.entries(search).filter(([, value]) => value !== undefined && value !== '')
  return Object.fromEntries(kept) as TorrentsSearch
}

export interface PlaceInView {
  /** Counted from 1. */
  readonly rank: number
  readonly total: number
}

/** Where a torrent stands in the list, wherever that is scrolled to; `null` = it left the list, absent = not known. */
export function usePlaceInView(view: LiveView, name: TorrentName): PlaceInView | null | undefined {
  const rank = useSyncExternalStore(view.changes.listen, () => view.rankOf(name))
  const total = useSyncExternalStore(view.changes.listen, () => view.totals?.count ?? 0)
  return rank == null ? rank : {rank: rank + 1, total}
}
