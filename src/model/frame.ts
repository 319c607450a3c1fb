/**
 * What a link tells the fleet. Frames of one server apply in order (`seq` rises by one; a gap ends the epoch).
 *
 *   begin ─▶ rows … rows ─▶ end        a whole list, in slices as its bytes arrive
 *                        └▶ abort      the list broke off: what it introduced is dropped, nothing is concluded
 *   rows                               a delta: changed rows and removals the server named
 *   missing                            removals the server named that are not believed: marked as not seen
 *   recall                             torrents that went a while ago are shown again, marked as not seen
 *   settle                             absence is believed now: rows marked as not seen are gone
 *   server                             figures, categories, tags
 *
 * Values are believed row by row as they arrive. Membership is not: rows a list introduces stay invisible, and rows it
 * lacks stay visible, until its `end`; and absence counts only when `end` says so (see `links/list-stability.ts`). Of a
 * server of which nothing else is known people are shown the rows of its first list as they come; nobody else is.
 */
import type {Category, ServerStats} from './server.ts'
import type {TorrentPatch} from './torrent.ts'
import type {InfoHash, ServerId} from './torrent-key.ts'
import type {EpochMs} from './units.ts'

interface FrameHead {
  readonly serverId: ServerId
  /** Life span of a full list: rises when the server restarted, the session was lost or a frame went missing. */
  readonly epoch: number
  readonly seq: number
  readonly at: EpochMs
}

export type ServerFrame = FrameHead &
  (
    | {readonly type: 'begin'}
    | {readonly type: 'rows'; readonly rows: readonly TorrentPatch[]; readonly removed: readonly InfoHash[]}
    | {
        readonly type: 'end'
        /** True: rows the list lacked are gone. False: they are kept and marked as not seen. */
        readonly believeAbsence: boolean
      }
    | {readonly type: 'abort'}
    /** The server named them as removed, and that is doubted: only those that a command of ours removes go. */
    | {readonly type: 'missing'; readonly hashes: readonly InfoHash[]}
    /** Too many went within a while: those of `hashes` that the fleet still keeps are shown again. */
    | {readonly type: 'recall'; readonly hashes: readonly InfoHash[]}
    | {
        /** The list proved stable without being fetched again: what its `end` only marked as not seen is gone. */
        readonly type: 'settle'
        /** It was doubted and stayed the same: nobody needs those that go any more. */
        readonly isProved: boolean
      }
    | {
        readonly type: 'server'
        readonly stats?: ServerStats | undefined
        readonly categories?: readonly Category[] | undefined
        readonly tags?: readonly string[] | undefined
      }
  )
