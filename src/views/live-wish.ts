/** What a live view is of. */
import type {FacetName, GroupName, SortKey, TorrentFilter} from '#model/query.ts'
import type {ServerId} from '#model/torrent-key.ts'

export interface LiveWish {
  readonly filter: TorrentFilter
  readonly sort: readonly SortKey[]
  /** The sort applies within the groups. */
  readonly group: GroupName | null
  readonly facets: readonly FacetName[]
}

/** Equal for equal wishes over the same servers: who asks so is answered once. */
export function questionOf(wish: LiveWish, scope: readonly ServerId[]): string {
  // The order of the scope is seen in nothing but groups of servers.
  const servers = wish.group === 'server' ? scope : [...scope].sort()
  return JSON.stringify([servers, wish], inOneOrder)
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
