/**
 * What the address of the torrent list says: query, servers, order, grouping, saved view, and which torrent is looked
 * at. One truth: whatever shows or changes one of these reads and writes the address.
 */
import {groupNames, type GroupName} from '#model/query.ts'

export const detailTabs = ['general', 'why', 'files', 'trackers', 'peers', 'webseeds', 'timeline'] as const
export type DetailTab = (typeof detailTabs)[number]

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
  const {group, tab} = found
  return {...textsOf(found), ...(isOne(groupNames, group) && {group}), ...(isOne(detailTabs, tab) && {tab})}
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
