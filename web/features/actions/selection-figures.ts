/** What the selected torrents are together: as the server sums them up, and live where they are few. */
import {keepPreviousData, useQuery} from '@tanstack/react-query'
import type {LiveTotals} from '#model/live.ts'
import type {SelectionFigures} from '../../api/actions.ts'
import {partsOf, type Selected, type TorrentName} from '../torrent-rows/selection.ts'
import {useActionDialog} from './action-dialogs.ts'
import {figuresNow, frozenQuery, hasTooManyNames, type ActionTarget} from './target.ts'
import {useSettled} from '../../ui/use-settled.ts'

/** While somebody goes on choosing nothing is asked. */
const QUIET_MS = 200
const REFRESH_MS = 10_000
const noTorrents: ActionTarget = {kind: 'some', names: new Set()}

/**
 * Count, size, states and what can be done with what is chosen; `null` = not known. The server keeps sets of so many
 * torrents for one person and no more: of all that match none is frozen without need, and none at all for anybody else
 * while a dialog is open.
 *
 * @param isWanted also of all that match: somebody reads them, or is about to act
 * @param everyMs looked at again
 */
export function useSelectionFigures(
  target: ActionTarget,
  isWanted = false,
  everyMs = REFRESH_MS,
): SelectionFigures | null {
  const settled = useSettled(target, QUIET_MS)
  const isAsked = isWanted || (settled.kind === 'some' && !hasTooManyNames(settled))
  const isFree = useActionDialog() === null
  // Of nobody: who does not ask does not keep a set either that others froze.
  const {data: set, isPlaceholderData: isOld} = useQuery({
    ...frozenQuery(isAsked ? settled : noTorrents),
    enabled: isAsked && isFree,
    placeholderData: keepPreviousData,
  })
  const {data: figures} = useQuery({
    queryKey: ['figures', set?.selection_id],
    queryFn: () => figuresNow(settled),
    enabled: isAsked && isFree && set !== undefined && !isOld,
    initialData: set,
    refetchInterval: everyMs,
    gcTime: 30_000,
  })
  return isAsked ? (figures ?? null) : null
}

/** What the ledger says of a selection: live where it is small, else as the server reckoned it last. */
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
