/** A torrent server as an Arr sees it: listed, added to, deleted from, labelled. */

export type BackendState =
  | 'metadata'
  | 'queued'
  | 'checking'
  | 'downloading'
  | 'stalled'
  | 'error'
  | 'missingFiles'
  | 'stopped'
  | 'completed'

export interface BackendTorrent {
  /** Upper case, as the Arrs send it. */
  readonly hash: string
  readonly name: string
  readonly category: string
  readonly state: BackendState
  /** Bytes. */
  readonly size: number
  readonly left: number
  /** Bytes/s. */
  readonly speed: number
  /**
   * As the server sees it: the file where there is but one, else the folder. Empty until complete, as qBittorrent's
   * `content_path` in an Arr.
   */
  readonly outputPath: string
  /** Stopped and its seed goal reached. */
  readonly seedingDone: boolean
}

export interface ContentFile {
  readonly path: string
  readonly size: number
  readonly kind: 'video' | 'audio' | 'book' | 'sample' | 'archive' | 'exe' | 'nfo' | 'sub'
}

export interface NewTorrent {
  readonly hash: string
  readonly name: string
  readonly category: string
  readonly content: readonly ContentFile[]
  readonly life: TorrentLife
}

/** The script of a simulated torrent, in seconds since it was added. */
export interface TorrentLife {
  readonly metadataAfter?: number
  /** When it has everything, stalls not counted. Default 60; `null` = never. */
  readonly completeAfter?: number | null
  /** Seconds and shares instead of a straight line. */
  readonly points?: readonly (readonly [second: number, progress: number])[]
  readonly stalls?: readonly {readonly from: number; readonly to?: number}[]
  /** Says so instead of what its time would give. */
  readonly state?: Exclude<BackendState, 'completed'>
  readonly ratioPerHour?: number
  /** Stops when this ratio is reached. */
  readonly ratioLimit?: number
}

/** It has that hash already, whoever added it. Source: qBittorrent, which says "Fails." */
export class RefusedTorrent extends Error {
  constructor() {
    super('Download client failed to add torrent')
  }
}

export interface TorrentBackend {
  /** Everything it has; the Arr filters by its category. @throws when it does not answer */
  list(): Promise<BackendTorrent[]>
  /** @throws {RefusedTorrent} when it has it already; whatever else, when it does not answer */
  add(torrent: NewTorrent): Promise<void>
  /** With its data, as an Arr always does it. */
  remove(hash: string): Promise<void>
  setCategory(hash: string, category: string): Promise<void>
  /** Where it puts downloads of a category, as it sees it. */
  rootOf?(category: string): string | undefined
  /** Another script; only where torrents live by one. @returns false = there is no such torrent */
  setLife?(hash: string, life: TorrentLife): boolean
  /** The files of one torrent, below `outputPath`'s folder. */
  files(hash: string): Promise<readonly {readonly path: string; readonly size: number}[]>
}
