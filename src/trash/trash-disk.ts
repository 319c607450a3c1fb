/** What the trash is handed of our own disks: where a torrent's files lie, and who else needs what lies there. */
import type {OwnerOf} from '#disk/erase.ts'
import type {RecyclePlan, RecycleWish} from '#disk/recycle.ts'
import type {AddTorrent} from '#model/command.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import type {Bytes} from '#model/units.ts'

/** `why` = it can not be told, or its server does not share its disk with us; for people. */
export type OurFiles =
  | Pick<RecycleWish, 'roots' | 'files' | 'folder'>
  | {readonly why: string; /** None of its files is where they belong. */ readonly isNothing?: true}

/** Why files can not be set aside; for people. */
export interface NoTrash {
  readonly why: string
  /** What is configured says so, and not only how things are at the moment. */
  readonly isSettled: boolean
}

export interface TrashDisk {
  /** As far as it can be said without asking its server; `null` = nothing stands in the way. */
  noTrash(key: TorrentKey): Promise<NoTrash | null>
  filesOf(key: TorrentKey): Promise<OurFiles>
  /** @param contentPath as its server wrote it. Unknown owners are owners. */
  ownerOf(key: TorrentKey, contentPath: string): OwnerOf
}

/** All that brings a torrent back. */
export interface ResumeFacts {
  readonly savePath: string | null
  readonly category: string | null
  readonly tags: readonly string[]
  /** As its server wrote it; '' = it did not tell. */
  readonly contentPath: string
  /** Of its files; `null` = they were not set aside. */
  readonly plan: RecyclePlan | null
  /** Of the deed that set it aside. */
  readonly journalId: string
  /** It was not stopped; absent = an older program did not keep it. */
  readonly isRunning?: boolean
  /** Of its own; absent as `isRunning`. */
  readonly limits?: KeptLimits
  /** Announce addresses of what its server gives no torrent file of, in their order; absent as `isRunning`. */
  readonly trackers?: readonly string[]
}

/** What is not as its server has it for all. */
export type KeptLimits = Pick<AddTorrent, 'downLimit' | 'upLimit' | 'ratioLimit' | 'seedingTimeLimit'>

/** Of the shape of `ResumeFacts`. */
export const RESUME_VERSION = 1

/** Where a torrent has no limit of its own, nothing: not every server can be told so when it adds one. */
export function limitsOf(torrent: TorrentRecord): KeptLimits {
  const {downLimit: down, upLimit: up, ratioLimit: ratio, seedTimeLimit: seedTime} = torrent
  return {
    ...(down && {downLimit: down}),
    ...(up && {upLimit: up}),
    ...(typeof ratio === 'number' && {ratioLimit: ratio}),
    ...(typeof seedTime === 'number' && {seedingTimeLimit: seedTime}),
  }
}

export function bytesOf(plan: RecyclePlan | null): Bytes {
  return plan?.files.reduce((sum, {size}) => sum + size, 0) ?? 0
}
