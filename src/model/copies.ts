/** Copies of torrents on other servers that people order, and what is known of them before. */
import type {Access, Acting, Requester} from './access.ts'
import type {CopyCommand} from './command.ts'
import type {ItemResult} from './services.ts'
import type {ServerId, TorrentKey} from './torrent-key.ts'
import type {Bytes, EpochMs} from './units.ts'

/**
 * How data comes to another server. place: it sees the very files. links: both lie on one disk. copies: Commodarr copies
 * the files. download: no disk of ours shows both, so that the other server downloads it.
 */
export const copyWays = ['place', 'links', 'copies', 'download'] as const
export type CopyWay = (typeof copyWays)[number]

/** What becomes of a source once its copy stands. deleted: with its files, past the trash. */
export const sourceEnds = ['stays', 'trash', 'deleted'] as const
export type SourceEnd = (typeof sourceEnds)[number]

export interface CopyArgs {
  /** Where it goes. */
  readonly server: ServerId
  /** As that server writes it; absent = where the data lies, the same folder of its disk, or where it saves by default. */
  readonly path?: string | undefined
  /** Absent = as the source has it. */
  readonly category?: string | undefined
  readonly tags?: readonly string[] | undefined
  /** It runs there; absent = as the source does, but for a private torrent whose source stays. */
  readonly start?: boolean | undefined
  readonly source: SourceEnd
  /** What no disk of ours shows may be downloaded there. */
  readonly download?: boolean | undefined
  /** What the other server has already is checked there, and the source removed. */
  readonly existing?: boolean | undefined
}

/** What an order would do with the torrents that it names. */
export interface CopyPreview {
  /** By how their data comes there. */
  readonly ways: readonly {readonly way: CopyWay; readonly count: number; readonly bytes: Bytes}[]
  /** Where they come there, as that server writes it; the folder of most torrents first. */
  readonly folders: readonly {readonly path: string; readonly count: number}[]
  /** The other server has them already, and their sources go once it has checked them. */
  readonly existing: number
  /** So many more with `existing`. */
  readonly mayBeExisting: number
  /** So many more with `download`, and how many of them are private: their tracker counts a download. */
  readonly mayDownload: {readonly count: number; readonly private: number; readonly bytes: Bytes}
  /** From which servers downloads come, also those that are not permitted yet; why the swarm alone brings them: `null` = the source itself does. */
  readonly downloads: readonly {
    readonly from: ServerId
    readonly count: number
    readonly whySwarm: string | null
    /** Addresses of one of both servers that the other one is given for it; none = the swarm alone brings them. */
    readonly peers: readonly string[]
  }[]
  /** Private ones that stay stopped there, as their source stays. */
  readonly staysStopped: number
  /** Private ones that would run on both servers. */
  readonly runTwice: number
  /** Those whose tags stay behind, as the other server has none. */
  readonly withoutTags: number
  /** What cannot be copied, by its reason. */
  readonly refused: readonly CopyRefusal[]
  /** Torrents of the selection that were not looked at. */
  readonly omitted: number
}

export interface CopyRefusal {
  readonly code: string
  readonly message: string
  readonly keys: readonly TorrentKey[]
}

type AsOf = {readonly life: number; readonly place: number; readonly care: number}

/** Which action of its requester it is. */
interface CopyAction {
  readonly id: string
  readonly at: EpochMs
}

/** An order of an earlier run of the program, as far as it has not ended. */
export interface ResumedCopies {
  readonly action: CopyAction
  readonly by: Requester
  readonly command: CopyCommand
  readonly keys: readonly TorrentKey[]
}

export interface CopyRun {
  readonly action: CopyAction
  readonly by: Requester
  readonly command: CopyCommand
  readonly keys: readonly TorrentKey[]
  /** Of its line in the journal. */
  readonly entryId: (key: TorrentKey) => string
  /** How it was when this was ordered; `null` = not known. */
  readonly asOf: (key: TorrentKey) => AsOf | null
  /** It is under way, and so many bytes are brought there. */
  readonly onBegun: (entryId: string, bytes: Bytes) => void
  readonly onResult: (item: ItemResult) => void
}

/** What people order of copies, carried out: for the registry of their actions, and for previews. */
export interface CopyService {
  /** Each is told once, when it has ended: that may take days. Resolves when all have. */
  run(order: CopyRun): Promise<void>
  /** What an earlier run began, and has not ended; each order goes on, and is followed once. */
  resumed(): readonly ResumedCopies[]
  /** As `run`, of what was begun before. */
  follow(order: CopyRun): Promise<void>
  /**
   * Those that have not ended are taken back, and what they made goes; others stay.
   * Resolves when a restart knows it, too. @throws {StorageFault} then a restart may go on with them
   */
  cancel(entryIds: readonly string[]): Promise<void>
  /** Removes what copies made, where it is as it was made and its source is complete. */
  undo(by: Acting, server: ServerId, keys: readonly TorrentKey[]): Promise<readonly ItemResult[]>
  /** Bytes of it that are there; `null` = nothing of it is on its way now. */
  bytesThere(key: TorrentKey, server: ServerId): Bytes | null
  preview(access: Access, keys: Iterable<TorrentKey>, args: CopyArgs): Promise<CopyPreview>
}

/** More in one order would keep servers at work for weeks. */
export const MOST_COPIES = 1_000
