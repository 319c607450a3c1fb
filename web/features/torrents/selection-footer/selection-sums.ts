/** What the ledger says of a selection: live where it is small, else as the server reckoned it last. */
import type {LiveTotals} from '#model/live.ts'
import type {SelectionFigures} from '../../../api/actions.ts'
import {partsOf, type Selected, type TorrentName} from '../../torrent-rows/selection.ts'

export interface SelectionSums {
  readonly count: number
  readonly size: number
  readonly down: number
  readonly up: number
  /** `undefined` = not known of all, or infinite. */
  readonly ratio: number | undefined
  /** Names of the servers it is on. */
  readonly servers: readonly string[]
}

/** What totals of live views say; `null` = there is no such view, or no answer yet. */
interface LiveSums {
  /** Of the chosen ones by name, or of those that are left out. */
  readonly named: LiveTotals | null
  /** Of all that match. */
  readonly matching: LiveTotals | null
}

/** @param figures the server's; `null` = not yet */
export function sumsOf(
  selected: Selected,
  {named, matching}: LiveSums,
  figures: SelectionFigures | null,
  nameOf: (id: string) => string,
): SelectionSums | null {
  if (selected.kind === 'matching') return selected.except.size === 0 || named ? less(matching, named) : null
  const ratio = figures?.ratio
  const servers = serversOf(selected.names).map(nameOf)
  if (named) return {...summed(named), ratio, servers}
  if (!figures) return null
  const {count, size, down_speed: down, up_speed: up} = figures
  return {count, size, down, up, ratio, servers}
}

function summed({count, size, down_speed: down, up_speed: up}: LiveTotals) {
  return {count, size, down, up}
}

/** All that match without those that are left out; where they are is said by the list. */
function less(all: LiveTotals | null, out: LiveTotals | null): SelectionSums | null {
  if (all === null) return null
  const {count = 0, size = 0, down = 0, up = 0} = out ? summed(out) : {}
  const sums = summed(all)
  return {
    count: sums.count - count,
    size: sums.size - size,
    down: sums.down - down,
    up: sums.up - up,
    ratio: undefined,
    servers: [],
  }
}

/** Ids, each once. */
export function serversOf(names: ReadonlySet<TorrentName>): readonly string[] {
  return [...new Set([...names].map((name) => partsOf(name).server_id))]
}

/** Those that are not among the ones that are there. */
export function missing(
  names: ReadonlySet<TorrentName>,
  there: readonly (readonly [serverId: string, infoHash: string])[],
): readonly TorrentName[] {
  const present = new Set(there.map(([serverId, hash]) => `${serverId}~${hash}`))
  return [...names].filter((name) => !present.has(name))
}

/** A query for a few torrents; `null` = there are too many for one. */
export function queryFor(names: readonly TorrentName[]): string | null {
  if (names.length === 0 || names.length > MOST_NAMED) return null
  return `hash:${[...new Set(names.map((name) => partsOf(name).info_hash))].join(',')}`
}

/** A query has at most 2,000 characters; a hash takes 41. */
const MOST_NAMED = 40
