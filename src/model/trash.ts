/** What was set aside instead of being lost, for whoever may bring it back. */
import type {Acting, Requester} from './access.ts'
import type {ArrId} from './arr.ts'
import type {TrashRecord} from './automation-state.ts'
import {asInfoHash, type InfoHash, type ServerId} from './torrent-key.ts'
import type {Bytes, EpochMs, Share} from './units.ts'

/**
 * recycle: its files were moved out of the way. extraFiles.recycle: files that it does not want were; it is still
 * there. orphan.recycle: files that no torrent claimed were. The others: the torrent went, and can be added again.
 */
export type TrashVerb = 'recycle' | 'extraFiles.recycle' | 'orphan.recycle' | 'remove' | 'removeWithData'

/** Also the verb of its entry in the journal, and the kind of its saga. */
export const EXTRA_FILES = 'extraFiles.recycle' satisfies TrashVerb
/** The kind of its saga, too. */
export const ORPHAN = 'orphan.recycle' satisfies TrashVerb
/** Of what belongs to no torrent. */
export const NO_HASH = asInfoHash('0'.repeat(40))!

/** files: they are moved back, and its server is told of it. check: its server checks them. settings: all else. */
export const restoringSteps = ['files', 'check', 'settings'] as const

export interface RestoringView {
  readonly step: (typeof restoringSteps)[number]
  /** How much its server has checked; `null` = it does not check now, or does not tell. */
  readonly progress: Share | null
}

/** A file that did not come back. */
export interface NotRestored {
  /** Below the folder that its torrent lay in, or the mapped one. */
  readonly path: string
  /** For people. */
  readonly reason: string
}

export interface TrashItem {
  readonly id: string
  readonly serverId: ServerId
  readonly hash: InfoHash
  readonly name: string
  readonly verb: TrashVerb
  /** That lie in the recycle area; 0 = its data was left where it was, or went permanently. */
  readonly files: number
  readonly bytes: Bytes
  readonly setAsideAt: EpochMs
  /** Then it goes permanently by itself. */
  readonly until: EpochMs
  readonly state: TrashRecord['state']
  /** Its server is not configured any more: it is kept beyond its time, until an administrator decides. */
  readonly hasServerLeft: boolean
  /** It lay in a trash folder and in no list, as the database is an older copy: kept as long as that. */
  readonly isFound: boolean
  /** It is still being set aside: whether it went is not known yet, and it cannot be brought back or let go. */
  readonly isUnderWay: boolean
  readonly stateAt: EpochMs
  /** While it is `restoring`: which step it is at; `null` else. */
  readonly restoring: RestoringView | null
  /** What could not be done with it last, `message` tells why; `null` = nothing was tried, or it went well. */
  readonly failed: 'restore' | 'purge' | null
  /** What kept it from being restored or purged, or what its restoring waits for; `null` = nothing did. */
  readonly message: string | null
  /** Files that did not come back, the first 1,000 of them. */
  readonly notRestored: readonly NotRestored[]
  /** Its files were the library of an Arr, or a part of it; `null` = not known, or none were set aside. */
  readonly inLibrary: boolean | null
  /** Whose download it was; `null` = of no Arr, absent = not known. */
  readonly arrId?: ArrId | null
  /** Its files may be the last copy of what an Arr imported: nobody sees its library now. It is kept meanwhile. */
  readonly libraryAway: LibraryAway['is'] | null
  /** `null` = a person did it. */
  readonly rule: TrashRecord['rule']
  readonly userId: string | null
}

/** Why nobody can say that the library of an Arr has what was imported into it. */
export const librariesAway = ['unreachable', 'unseen'] as const

export interface LibraryAway {
  readonly arrId: ArrId
  /** unreachable: the Arr does not answer. unseen: it, or we, do not see its library. */
  readonly is: (typeof librariesAway)[number]
  /** For who may know the Arr. */
  readonly why: string
}

export interface Trash {
  /** Of the servers that he may see, newest first; also what came back or went, for a month. */
  list(by: Acting): readonly TrashItem[]
  /**
   * Its files back to where they were, and the torrent added to its server again as it was; stopped, where its data is
   * gone. Where its server is not configured any more, its files alone.
   * @throws {CommodarrError} trash_unknown, forbidden, undo_impossible, path_refused, content_shared, disk_failed, …
   */
  restore(by: Requester, id: string): Promise<void>
  /** For good. @throws {CommodarrError} as `restore` */
  purge(by: Acting, id: string): Promise<void>
}
