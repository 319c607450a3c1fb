/** From what a page wishes to see to a question to the fleet. Pure. */
import {filterOf, type Reader} from '#search-query/filter-of.ts'
import type {QueryMistake} from '#model/live.ts'
import type {TorrentFilter} from '#model/query.ts'
import {asServerId} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import type {LiveWish} from '#views/live-views.ts'
import {asKey} from '../scope/scope.ts'
import type {CheckedWish} from '../schemas/live.ts'
import {sortKey} from '../rows/torrent-query.ts'

export interface ReadWish {
  readonly wish: LiveWish
  readonly mistakes: readonly QueryMistake[]
}

/**
 * @param inSight servers and Arrs that may be asked about; any other is unknown
 * @throws {RequestInvalid} for a column to sort by that does not exist
 */
export function readWish(
  asked: CheckedWish,
  inSight: Pick<Reader, 'servers' | 'arrs'>,
  now: EpochMs,
): ReadWish {
  const {filter, mistakes} = filterOf(asked.q, {...inSight, now, timeZone: asked.time_zone})
  const {group, facets} = asked
  return {
    wish: {
      ...(asked.servers && {servers: asked.servers.map(asServerId)}),
      filter: {...filter, ...keysOf(asked)},
      sort: asked.sort.map(sortKey),
      ...{group, facets},
    },
    mistakes,
  }
}

function keysOf({keys}: CheckedWish): Pick<TorrentFilter, 'keys'> {
  if (keys === undefined) return {}
  return {keys: keys.map(asKey)}
}
