/** What a live view is of. */
import type {FacetName, GroupName, SortKey, TorrentFilter} from '#model/query.ts'
import type {ServerId} from '#model/torrent-key.ts'

export interface LiveWish {
  /** Of the servers in sight only these are shown and counted; absent = all. */
  readonly servers?: readonly ServerId[] | undefined
  readonly filter: TorrentFilter
  readonly sort: readonly SortKey[]
  /** The sort applies within the groups. */
  readonly group: GroupName | null
  readonly facets: readonly FacetName[]
}

/** The servers that the answer to a wish is about. */
export interface LiveScope {
  readonly scope: readonly ServerId[]
  /** Where copies of its torrents count; the scope itself when the wish asks for none. */
  readonly sight: readonly ServerId[]
}

/** @param sight the servers that who wishes may see */
export function liveScopeOf({servers, filter}: LiveWish, sight: readonly ServerId[]): LiveScope {
  const scope = servers === undefined ? sight : sight.filter((id) => servers.includes(id))
  return {scope, sight: filter.duplicate === undefined ? scope : sight}
}

/** Equal for equal wishes over the same servers: who asks so is answered once. */
export function questionOf(wish: LiveWish, {scope, sight}: LiveScope): string {
  const {servers: _servers, ...asked} = wish
  // The order of the scope is seen in nothing but groups of servers.
  const shown = wish.group === 'server' ? scope : scope.toSorted()
  return JSON.stringify([shown, sight.toSorted(), asked], inOneOrder)
}

/** The parts of a filter mean the same in whatever order they were written. */
function inOneOrder(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Does its answer change by itself, as time goes on? */
export function isAboutTime({filter}: LiveWish): boolean {
  return Object.keys(filter.ages ?? {}).length > 0
}
