/**
 * What the main thread and the managers tell each other. A manager judges the torrents of one Arr, or those that no Arr
 * owns; it runs in a thread of its own, and nothing but these plain records goes between.
 */
import type {Branded, TorrentKey} from './torrent-key.ts'
import type {TorrentRecord} from './torrent.ts'

/** Of an Arr its own id; `fleet` for the one of all other torrents. */
export type ManagerId = Branded<string, 'ManagerId'>

export const fleetManagerId = 'fleet' as ManagerId

/** A torrent as its manager knows it. How fresh it is, its server's state tells, which comes by itself. */
export interface ManagedRow extends Omit<TorrentRecord, 'seenAt' | 'stale'> {
  /** It was in its server's last whole list, or was told of since. */
  readonly isListed: boolean
}

/** What changed of the torrents that a manager judges. */
export interface RowsTold {
  /** All that it was told before is void: it began anew. */
  readonly isWhole: boolean
  readonly rows: readonly ManagedRow[]
  /** Gone, or judged by another manager from now on. */
  readonly gone: readonly TorrentKey[]
}
