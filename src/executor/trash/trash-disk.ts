/** What the trash is handed of our own disks: where a torrent's files lie, and who else needs what lies there. */
import type {OwnerOf} from '#disk/erase.ts'
import type {RecyclePlan, RecycleWish} from '#disk/recycle.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import type {Bytes} from '#model/units.ts'

/** `why` = it can not be told, or its server does not share its disk with us; for people. */
export type OurFiles = Pick<RecycleWish, 'roots' | 'files' | 'folder'> | {readonly why: string}

export interface TrashDisk {
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
}

/** Of the shape of `ResumeFacts`. */
export const RESUME_VERSION = 1

export function bytesOf(plan: RecyclePlan | null): Bytes {
  return plan?.files.reduce((sum, {size}) => sum + size, 0) ?? 0
}
