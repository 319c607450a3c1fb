/** What copies to another server are handed of disks: where the data shall lie there, and how it comes there. */
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'
import type {Bytes} from '#model/units.ts'

/** place: the other server sees the very files. links: both lie on one disk. copies: there is room for them. */
export type CopyWay = 'place' | 'links' | 'copies'

export interface CopyPlan {
  /** As the other server writes it. */
  readonly savePath: string
  readonly way: CopyWay
  /** Of the room there that it will take. */
  readonly bytes: Bytes
}

export interface CopyDisk {
  /**
   * @param path as the other server writes it; `null` = where the data lies, or the same folder of its disk
   * @param promised room there that others will take
   * @returns `why` = it can not be done, for people
   * @throws {CommodarrError} its server does not answer
   */
  planFor(
    source: TorrentKey,
    target: ServerId,
    path: string | null,
    promised: Bytes,
  ): Promise<CopyPlan | {readonly why: string}>
  /**
   * Lays the files of the one where the other looks for its own. May be begun again.
   * @throws {CommodarrError} `bad_argument` = they are not the same files; as `layFiles`; a server does not answer
   */
  lay(source: TorrentKey, target: TorrentKey, way: CopyWay): Promise<void>
}
