/** One simulated Arr: everything it holds. What it does stands in the files beside, as functions over this. */
import type {TorrentBackend} from './backends/backend.ts'
import type {Commands} from './commands.ts'
import type {
  ArrSettings,
  DownloadClientConfig,
  IndexerConfig,
  InstanceConfig,
  ProfileConfig,
} from './config.ts'
import type {Description} from './description.ts'
import type {ApiVersion, Dialect} from './dialects.ts'
import type {ArrFaults} from './faults.ts'
import type {Library, Unit} from './library.ts'
import type {LiveHub} from './live-hub.ts'
import type {Blocklist, History} from './records.ts'
import type {Release, Releases} from './releases.ts'
import type {Stats} from './stats.ts'
import type {TimeLine} from './time-line.ts'
import type {Webhooks} from './webhooks.ts'

export interface ArrClient extends Required<
  Omit<DownloadClientConfig, 'category' | 'fields' | 'backend' | 'removeCompletedDownloads'>
> {
  readonly id: number
  category: string
  fields: Readonly<Record<string, unknown>>
  readonly backend: TorrentBackend
  removeCompletedDownloads: boolean
  removeFailedDownloads: boolean
}

type TrackedState = 'downloading' | 'importPending' | 'importBlocked' | 'importing' | 'importFailed'

/** A download that shows in the queue. */
export interface Tracked {
  readonly client: ArrClient
  /** Upper-case hash. */
  readonly downloadId: string
  readonly title: string
  readonly parentId: number | null
  readonly unitIds: readonly number[]
  readonly release: Release | undefined
  readonly addedAt: number | null
  size: number
  left: number
  speed: number
  outputPath: string
  status: string
  state: TrackedState
  warning: string[]
  errorMessage: string | null
  /** Attempts at its import so far. */
  attempts: number
  /** ManualInteractionRequired was told. */
  told: boolean
}

export interface PendingGrab {
  readonly release: Release
  readonly source: GrabSource
  readonly since: number
  readonly reason: 'delay' | 'downloadClientUnavailable'
}

export type GrabSource = 'Rss' | 'Search' | 'UserInvokedSearch' | 'InteractiveSearch' | 'ReleasePush'

export interface IndexerState {
  readonly config: IndexerConfig
  readonly id: number
  left: number
  disabledUntil: number
  rejectsBlocklisted: boolean
}

export interface Arr {
  readonly name: string
  readonly config: InstanceConfig
  /** Another one once the app is updated. */
  dialect: Dialect
  readonly time: TimeLine
  readonly settings: {-readonly [K in keyof ArrSettings]: ArrSettings[K]}
  readonly clients: readonly ArrClient[]
  readonly indexers: readonly IndexerState[]
  readonly rootFolders: readonly string[]
  readonly profiles: readonly ProfileConfig[]
  readonly tags: Map<number, string>
  readonly startedAt: number
  /** What the app says of this API. */
  readonly described: (api: ApiVersion) => Description
  readonly library: Library
  readonly releases: Releases
  readonly history: History
  readonly blocklist: Blocklist
  /** By download id, in the order of the first refresh that saw them. */
  readonly queue: Map<string, Tracked>
  /** Waiting for a torrent server or a delay, by their row id. */
  readonly pending: Map<number, PendingGrab>
  /** Seen and done with, until they leave the torrent server. */
  readonly imported: Set<string>
  /** Downloads that were grabbed by a person. */
  readonly interactive: Set<string>
  /** Told once per run: ManualInteractionRequired. */
  readonly told: Set<string>
  readonly downClients: Set<number>
  /** What was red when it said so last. */
  healthTold: string
  readonly commands: Commands
  readonly hooks: Webhooks
  readonly live: LiveHub
  readonly faults: ArrFaults
  readonly stats: Stats
  /** A refresh is due, 5 s after what asked for it. */
  debounce: (() => void) | null
}

/** Is the unit something the Arr waits for, today? */
export function isAired(arr: Arr, unit: Unit): boolean {
  return arr.library.family === 'movies'
    ? arr.library.parent(unit.parentId)!.available
    : unit.airAt <= arr.time.now()
}

/** The outside path of a client's file as the Arr sees it. */
export function mapped(arr: Arr, client: ArrClient, path: string): string {
  if (path === '' || arr.faults.domain('pathMappingMissing')) return path
  const host = (typeof client.fields.host === 'string' ? client.fields.host : '').toLowerCase()
  for (const {host: of, remotePath, localPath} of arr.config.remotePathMappings ?? []) {
    if (of.toLowerCase() !== host) continue
    const prefix = remotePath.endsWith('/') ? remotePath : `${remotePath}/`
    if (`${path}/`.startsWith(prefix)) {
      return `${localPath.replace(/\/$/, '')}/${path.slice(prefix.length)}`.replace(/\/$/, '')
    }
  }
  return path
}
