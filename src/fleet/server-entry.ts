import type {Category, ServerStats} from '#model/server.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'

/** What the fleet keeps of one server besides its rows. */
export interface ServerEntry {
  readonly id: ServerId
  /** Its number in the rows' `servers`; given out again after the server went. */
  readonly number: number
  online: boolean
  /** -1 before the first list. */
  epoch: number
  seq: number
  /** Rows introduced by the list that is open; `null` = none is open. */
  staged: Set<number> | null
  /** The list that is open is the first one, and nothing else is known of it: people are shown its rows as they come. */
  isFirst: boolean
  /** Visible rows. */
  torrents: number
  /** Hidden rows of torrents that went, and when (ms of the monotonic clock), the first first. */
  readonly departed: Map<number, number>
  syncedAt: EpochMs | null
  stats: ServerStats | null
  categories: readonly Category[]
  tags: readonly string[]
}

/** The same for readers. */
export interface ServerFigures {
  readonly stats: ServerStats | null
  readonly categories: readonly Category[]
  readonly tags: readonly string[]
  readonly torrents: number
  readonly epoch: number
  readonly syncedAt: EpochMs | null
  readonly online: boolean
}

export function newServerEntry(id: ServerId, number: number): ServerEntry {
  return {
    id,
    number,
    online: false,
    epoch: -1,
    seq: -1,
    staged: null,
    isFirst: false,
    torrents: 0,
    departed: new Map(),
    syncedAt: null,
    stats: null,
    categories: [],
    tags: [],
  }
}
