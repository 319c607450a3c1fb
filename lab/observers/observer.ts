/**
 * What a daemon says of itself when asked by its own interface in the plainest way: the witness of the contract suite,
 * which must not be our client. Values are in the units of the model; `undefined` = this kind does not say.
 */
import type {FilePriority} from '#model/command.ts'
import type {Limit, Priority} from '#model/torrent.ts'
import type {Bytes, BytesPerSecond, Share} from '#model/units.ts'

export interface SeenTorrent {
  readonly name: string
  /** Told to run. */
  readonly running: boolean
  readonly checking: boolean
  /** Its data is on its way to another folder. */
  readonly moving?: boolean | undefined
  readonly progress: Share
  readonly savePath: string
  readonly category: string
  /** In alphabetical order. */
  readonly tags: readonly string[]
  readonly downLimit?: BytesPerSecond | null | undefined
  readonly upLimit?: BytesPerSecond | null | undefined
  readonly ratioLimit?: Limit | undefined
  readonly seedingTimeLimit?: Limit | undefined
  readonly idleLimit?: Limit | undefined
  /** From 1. */
  readonly queuePosition?: number | undefined
  readonly priority?: Priority | undefined
  readonly sequential?: boolean | undefined
  readonly firstLast?: boolean | undefined
  readonly superSeeding?: boolean | undefined
  readonly autoManaged?: boolean | undefined
  readonly forceStart?: boolean | undefined
  readonly comment?: string | undefined
}

interface SeenFile {
  /** Top folder included. */
  readonly path: string
  readonly size: Bytes
  readonly priority: FilePriority
}

export interface SeenLimits {
  readonly down: BytesPerSecond | null
  readonly up: BytesPerSecond | null
  readonly altDown?: BytesPerSecond | null | undefined
  readonly altUp?: BytesPerSecond | null | undefined
  readonly altSpeed?: boolean | undefined
}

export interface Observer {
  hashes(): Promise<string[]>
  /** `null` = it has no such torrent. */
  torrent(hash: string): Promise<SeenTorrent | null>
  files(hash: string): Promise<readonly SeenFile[]>
  /** Announce URLs in use, the first tier first. */
  trackers(hash: string): Promise<readonly string[]>
  webSeeds(hash: string): Promise<readonly string[]>
  /** `ip:port` of the connected ones. */
  peers(hash: string): Promise<readonly string[]>
  /** Save path by name; `undefined` = it has none of its own. */
  categories(): Promise<Readonly<Record<string, string>> | undefined>
  tags(): Promise<readonly string[] | undefined>
  bannedPeers(): Promise<readonly string[] | undefined>
  limits(): Promise<SeenLimits>
  /** One of its settings by its own name. */
  preference(name: string): Promise<unknown>
}

/** '' for what is no text. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
