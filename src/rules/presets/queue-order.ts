/** `SortTorrents`: the queue of a server follows the priority of trackers, then the newest. Source: qBitrr. */
import type {EpochMs} from '#model/units.ts'
import type {InheritedTracker} from './inherited.ts'
import {bestRow} from './tracker-cases.ts'

export interface QueuedTorrent {
  readonly key: string
  readonly position: number
  readonly addedAt: EpochMs
  readonly hosts: readonly string[]
}

/**
 * @param rowsOf of the section that looks after a torrent. Where no row of any of them sorts, the queue stays as it is
 * @returns whom to put on top, one after the other, with as few moves as that takes; empty = it is in order
 */
export function queueMoves(
  queue: readonly QueuedTorrent[],
  rowsOf: (torrent: QueuedTorrent) => readonly InheritedTracker[],
): readonly string[] {
  const all = queue.map((torrent) => ({torrent, rows: rowsOf(torrent)}))
  if (!all.some(({rows}) => rows.some(({sorts}) => sorts))) return []
  const ranked = all.map(({torrent, rows}) => ({
    torrent,
    rank: bestRow(rows, torrent.hosts)?.priority ?? null,
  }))
  const wanted = ranked
    .toSorted((one, other) => byRank(one.rank, other.rank) || byAge(one.torrent, other.torrent))
    .map(({torrent}) => torrent)
  // Who goes to the top leaves the others as they stand: those at the end that stand right stay.
  let staying = wanted.length - 1
  while (staying > 0 && wanted[staying - 1]!.position < wanted[staying]!.position) staying--
  return wanted
    .slice(0, Math.max(0, staying))
    .map(({key}) => key)
    .toReversed()
}

/** Who fits no row comes last. */
function byRank(one: number | null, other: number | null): number {
  if (one === null || other === null) return Number(one === null) - Number(other === null)
  return other - one
}

function byAge(one: QueuedTorrent, other: QueuedTorrent): number {
  return other.addedAt - one.addedAt || (one.key < other.key ? -1 : 1)
}
