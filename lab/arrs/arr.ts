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
import type {CheckName, HealthItem} from './health.ts'
import type {Library, Parent, Unit} from './library.ts'
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

/** A title without lines says that of the whole download; else the lines are about a file, or about the download. */
export interface StatusMessage {
  readonly title: string
  readonly messages: readonly string[]
}

/** A download that shows in the queue. */
export interface Tracked {
  readonly client: ArrClient
  /** Upper-case hash. */
  readonly downloadId: string
  /** As the torrent server calls it: the file, of a torrent without a folder. */
  readonly name: string
  /** `null` = it could not be placed, or what it is for was deleted. */
  parentId: number | null
  /** Without those that were deleted since. */
  unitIds: readonly number[]
  /** Of its episodes, as its name says. */
  readonly seasons: readonly number[]
  /** Of its units that had a file when it was placed. */
  readonly withFiles: number
  readonly release: Release | undefined
  /** `null` = this Arr did not grab it. */
  readonly addedAt: number | null
  size: number
  left: number
  speed: number
  outputPath: string
  status: string
  state: TrackedState
  messages: readonly StatusMessage[]
  errorMessage: string | null
  /** Attempts at its import so far. */
  attempts: number
  /** ManualInteractionRequired was told. */
  reported: boolean
}

export interface PendingGrab {
  readonly release: Release
  readonly source: GrabSource
  readonly since: number
  readonly reason: 'delay' | 'downloadClientUnavailable'
}

export type GrabSource = 'Rss' | 'Search' | 'UserInvokedSearch' | 'InteractiveSearch' | 'ReleasePush'

export interface IndexerState {
  /** Another once it is edited. */
  config: IndexerConfig
  readonly id: number
  left: number
  disabledUntil: number
  /** How often it failed in a row, more or less; 0 = it does not. */
  level: number
  /** Since when it fails. */
  failingSince: number | null
  rejectsBlocklisted: boolean
}

/** What an interactive search showed may be picked for a while. */
interface Shown {
  readonly release: Release
  readonly until: number
}

/** Where the library lies: seen, not mounted, another that is empty, or one that cannot be written. */
export type LibraryDisk = 'here' | 'away' | 'empty' | 'readOnly'

interface LogLine {
  readonly time: number
  readonly level: 'warn'
  readonly logger: string
  readonly message: string
  readonly exception: string
  readonly exceptionType: string
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
  /** Of the first root folder, where everything lies. With real files it is looked at, too. */
  libraryDisk: LibraryDisk
  /** Files of the library that are not on its disk any more, and of which the database does not know it. */
  readonly lostFiles: Set<number>
  /** Their ids count from 1. */
  readonly profiles: ProfileConfig[]
  readonly tags: Map<number, string>
  /** Another one after a restart. */
  startedAt: number
  /** What the app says of this API. */
  readonly described: (api: ApiVersion) => Description
  readonly library: Library
  readonly releases: Releases
  /** With rows of what is gone; see `isShown`. */
  readonly history: History
  readonly blocklist: Blocklist
  /** By download id, in the order of the first refresh that saw them. */
  readonly queue: Map<string, Tracked>
  /** By `{indexer id}_{guid}`, what interactive searches showed. */
  readonly shown: Map<string, Shown>
  /** Waiting for a torrent server or a delay, by their row id. */
  readonly pending: Map<number, PendingGrab>
  /** Seen and done with, until they leave the torrent server. */
  readonly imported: Set<string>
  /** A person told it to let these be, and it looked since: known until a restart, also where the history of it is gone. */
  readonly ignored: Set<string>
  /** Downloads that were grabbed by a person. */
  readonly interactive: Set<string>
  /** Told once per run: ManualInteractionRequired. */
  readonly leftAlone: Set<string>
  /** Clients that did not answer at the last refresh, since when. */
  readonly downClients: Map<number, number>
  /** What was red when it was checked last, by the name of the check. */
  readonly health: Map<CheckName, HealthItem>
  /** In the first minutes nobody is told what is red. */
  healthReported: boolean
  /** Checks that run in a moment, whether or not it has begun to wait for it. */
  readonly checksDue: Set<CheckName>
  checkIsDue: boolean
  /** Counters of the queue are told in a moment. */
  countersAreDue: boolean
  readonly commands: Commands
  readonly hooks: Webhooks
  readonly live: LiveHub
  readonly faults: ArrFaults
  readonly stats: Stats
  /** What it wrote of its troubles, oldest first. */
  readonly log: LogLine[]
  /** A refresh is due, 5 s after what asked for it. */
  debounce: (() => void) | null
  /** Its process starts. */
  begin(): void
}

/** The Arrs read their history together with its items: rows of what is gone are not in any answer. */
export function isShown({library}: Arr, row: {readonly parentId: number; readonly unitId: number}): boolean {
  return library.parent(row.parentId) !== undefined && library.unit(row.unitId) !== undefined
}

/** It is on air, or was. */
export function hasBegun({time}: Arr, {airAt}: Pick<Unit, 'airAt'>): boolean {
  return airAt !== null && airAt <= time.now()
}

/** Is the unit something the Arr waits for, today? Episodes are once they are over. */
export function isAired(arr: Arr, {parentId, airAt}: Pick<Unit, 'parentId' | 'airAt'>): boolean {
  if (arr.library.family === 'movies') return isAvailable(arr, arr.library.parent(parentId)!)
  return airAt !== null && airAt + runtimeOf(arr) <= arr.time.now()
}

const MINUTE = 60_000
const DAY = 86_400_000
const UNTIL_HOME = 90 * DAY

function runtimeOf({library}: Arr): number {
  return library.family === 'series' ? RUNTIME.series * MINUTE : 0
}

/** Minutes. */
export const RUNTIME = {movies: 100, series: 45, music: 0, books: 0} as const

/** A film that is out, by what is wanted of it: in cinemas, or to have at home. */
export function isAvailable(arr: Arr, parent: Parent): boolean {
  const {releases, minimumAvailability, available} = parent
  if (minimumAvailability === 'tba' || minimumAvailability === 'announced') return true
  if (releases === null) return available
  const {inCinemas, digital, physical} = releases
  const home = Math.min(digital ?? Infinity, physical ?? Infinity)
  const released = home === Infinity ? (inCinemas ?? Infinity) + UNTIL_HOME : home
  const out = minimumAvailability === 'inCinemas' ? (inCinemas ?? Infinity) : released
  return out + arr.settings.availabilityDelay * DAY <= arr.time.now()
}

/** The outside path of a client's file as the Arr sees it. */
export function mapped(arr: Arr, client: ArrClient, path: string): string {
  if (path === '' || arr.faults.domain('pathMappingMissing')) return path
  const wrong = arr.faults.domain('wrongMapping')
  if (wrong) return `${wrong.folder}/${path.split('/').at(-1)!}`
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
