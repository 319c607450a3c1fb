/** All that match, each at its rank: what live views show windows of. Never changed once it was made. */
import type {Fleet} from '#fleet/fleet.ts'
import type {FacetName, GroupName, NamedTracker, SortKey, TorrentTotals} from '#model/query.ts'
import {isSameSelection, type Facets} from './facets.ts'
import type {Selection} from './filter.ts'
import type {Refusals} from './filter-bits.ts'
import {grouped, type RankGroup} from './groups.ts'
import type {Selected} from './selected.ts'

export interface Ranking {
  /** By rank: the fleet's own row number. */
  readonly rows: Uint32Array
  /** Of the fleet, when it was reckoned: a row born later holds another torrent. */
  readonly generation: number
  readonly totals: TorrentTotals
  /** In the order of the rows; `null` = it is not grouped. */
  readonly groups: readonly RankGroup[] | null
}

export interface RankQuery extends Selection {
  readonly sort: readonly SortKey[]
  /** The sort applies within the groups. Servers come in the order of the scope. */
  readonly group: GroupName | null
  /** Names of trackers, where rows are grouped by them or their torrents are counted. */
  readonly trackers?: readonly NamedTracker[] | undefined
  readonly facets: readonly FacetName[]
}

/** Everything a live view tells, of one moment. */
export interface Reckoned {
  readonly ranking: Ranking
  readonly facets: Facets
  /** Of everything in the scope, before the filter. */
  readonly scopeTotals: TorrentTotals
  /** What it was reckoned of, so that the next one can take over what stayed. */
  readonly basis: Basis
}

interface Basis {
  readonly order: Uint32Array
  readonly refused: Refusals
  /** Of the fleet. */
  readonly generation: number
}

/**
 * @param order all visible rows, in the order wished for
 * @param before the last answer to the same question: what stayed is taken over
 */
export function reckon(
  fleet: Fleet,
  query: RankQuery,
  {order, selected}: {readonly order: Uint32Array; readonly selected: Selected},
  before: Reckoned | null,
): Reckoned {
  const {refused} = selected
  const {found, inScope} = selected.totals
  const {generation} = fleet.rows
  const stays = before?.basis.order === order && isSameSelection(fleet, refused, before.basis)
  const ranking =
    stays && query.group === null
      ? {...before.ranking, totals: found}
      : {...inGroups(fleet, query, left(order, refused, found.count)), generation, totals: found}
  return {
    ranking,
    facets: selected.facets(query.facets, query.trackers),
    scopeTotals: inScope,
    basis: {order, refused, generation},
  }
}

function inGroups(
  fleet: Fleet,
  {group, scope, trackers}: RankQuery,
  rows: Uint32Array,
): Pick<Ranking, 'rows' | 'groups'> {
  return group === null ? {rows, groups: null} : grouped(group, fleet, scope, rows, trackers)
}

function left(order: Uint32Array, refused: Refusals, count: number): Uint32Array {
  const rows = new Uint32Array(count)
  let rank = 0
  for (let i = 0; i < order.length; i++) if (refused[order[i]!] === 0) rows[rank++] = order[i]!
  return rows
}
