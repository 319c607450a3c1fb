/** What was set aside instead of being lost, for whoever may bring it back. */
import type {Acting} from './access.ts'
import type {TrashRecord} from './memory.ts'
import type {InfoHash, ServerId} from './torrent-key.ts'
import type {Bytes, EpochMs} from './units.ts'

/** recycle: its files were moved out of the way. The others: the torrent went, and can be added again. */
export type TrashVerb = 'recycle' | 'remove' | 'removeWithData'

export interface TrashItem {
  readonly id: string
  readonly serverId: ServerId
  readonly hash: InfoHash
  readonly name: string
  readonly verb: TrashVerb
  /** That lie in the recycle area; 0 = its data was left where it was, or went for good. */
  readonly files: number
  readonly bytes: Bytes
  readonly setAsideAt: EpochMs
  /** Then it goes for good by itself. */
  readonly until: EpochMs
  readonly state: TrashRecord['state']
  readonly stateAt: EpochMs
  /** What kept it from being restored or purged; `null` = nothing did. */
  readonly message: string | null
  /** `null` = a person did it. */
  readonly rule: TrashRecord['rule']
  readonly userId: string | null
}

export interface Trash {
  /** Of the servers that he may see, newest first; also what came back or went, for a month. */
  list(by: Acting): readonly TrashItem[]
  /**
   * Its files back to where they were, and the torrent added to its server again, stopped, as it was.
   * @throws {CommodarrError} trash_unknown, forbidden, undo_impossible, path_refused, content_shared, disk_failed, …
   */
  restore(by: Acting, id: string): Promise<void>
  /** For good. @throws {CommodarrError} as `restore` */
  purge(by: Acting, id: string): Promise<void>
}
