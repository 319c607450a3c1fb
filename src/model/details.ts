/** What is fetched only when someone looks or a rule needs it. `undefined` = this kind does not tell. */
import type {FilePriority} from './command.ts'
import type {Bytes, BytesPerSecond, EpochMs, Share} from './units.ts'

export interface TorrentFile {
  readonly index: number
  /** Path inside the torrent, `/` between the parts, the top folder included. */
  readonly path: string
  readonly size: Bytes
  readonly progress: Share
  readonly priority: FilePriority
  readonly availability?: number | undefined
}

export interface Tracker {
  readonly url: string
  /** 0 is asked first. */
  readonly tier: number
  readonly status: 'disabled' | 'waiting' | 'working' | 'updating' | 'error' | 'unreachable' | 'unknown'
  readonly message: string
  readonly seeds?: number | undefined
  readonly leeches?: number | undefined
  readonly peers?: number | undefined
  readonly downloaded?: number | undefined
  readonly lastAnnounceAt?: EpochMs | null | undefined
  readonly nextAnnounceAt?: EpochMs | null | undefined
  /** Its client does nothing about an announce that is asked for sooner; `null` = it may be asked at any time. */
  readonly mayAnnounceAt?: EpochMs | null | undefined
}

export interface Peer {
  /** `ip:port`, `[ip6]:port`. */
  readonly address: string
  readonly client: string
  readonly progress: Share
  readonly downSpeed: BytesPerSecond
  readonly upSpeed: BytesPerSecond
  readonly downloaded?: Bytes | undefined
  readonly uploaded?: Bytes | undefined
  /** The server's own letters. */
  readonly flags: string
  readonly encrypted?: boolean | undefined
  readonly incoming?: boolean | undefined
  readonly country?: string | undefined
}

export interface WebSeed {
  readonly url: string
}

export interface Pieces {
  readonly size: Bytes
  readonly count: number
  /** One digit a piece: 0 missing, 1 downloading, 2 held. */
  readonly states: string
  /** Copies of each piece among the peers, where the server tells; `null` = not of this one. */
  readonly availability?: readonly (number | null)[] | undefined
}
