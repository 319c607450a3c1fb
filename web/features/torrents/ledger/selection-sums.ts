/** What the ledger says of a selection: live where it is small, else as the server reckoned it last. */
import type {LiveTotals} from '#model/live.ts'
import type {SelectionFigures} from '../../../api/actions.ts'
import {partsOf, type Chosen, type TorrentName} from '../selection.ts'

export interface SelectionSums {
  readonly size: number
  readonly down: number
  readonly up: number
  /** `undefined` = not known of all, or infinite. */
  readonly ratio: number | undefined
  /** Names of the servers it is on. */
  readonly servers: readonly string[]
}

/** @param live of just these torrents; `null` = there is no such view @param figures the server's; `null` = not yet */
export function sumsOf(
  chosen: Chosen,
  live: LiveTotals | null,
  figures: SelectionFigures | null,
  nameOf: (id: string) => string,
): SelectionSums | null {
  const ratio = figures?.ratio
  const servers =
    chosen.kind === 'some'
      ? serversOf(chosen.names).map(nameOf)
      : (figures?.servers.map(({server_name: name}) => name) ?? [])
  if (live) return {size: live.size, down: live.down_speed, up: live.up_speed, ratio, servers}
  if (!figures) return null
  const {size, down_speed: down, up_speed: up} = figures
  return {size, down, up, ratio, servers}
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
