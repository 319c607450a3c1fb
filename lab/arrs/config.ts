/** What a test says about the Arrs it wants. */
import type {ArrApp} from './dialects.ts'
import type {Fault} from './faults.ts'
import type {LibraryConfig} from './library.ts'

export interface InstanceConfig {
  readonly name: string
  readonly app: ArrApp
  readonly library?: LibraryConfig
  /** 32 hex digits; default made from the name. */
  readonly apiKey?: string
  /** Before every path, such as `/radarr`. */
  readonly urlBase?: string
  readonly rootFolders?: readonly string[]
  /** Default: `HD-1080p` (1) and `Any` (2). */
  readonly qualityProfiles?: readonly ProfileConfig[]
  /** Labels; their ids count from 1. */
  readonly tags?: readonly string[]
  readonly downloadClients?: readonly DownloadClientConfig[]
  readonly remotePathMappings?: readonly PathMapping[]
  readonly indexers?: readonly IndexerConfig[]
  readonly config?: Partial<ArrSettings>
  readonly faults?: readonly Fault[]
  /** Rows made up from the seed: history 2,000,000 costs nothing until it is asked for. */
  readonly generated?: {readonly history?: number}
  /** What is in its library has posters. Default: nothing has one. */
  readonly posters?: boolean
  /** `real`: imports touch the disk. Default `virtual`. */
  readonly files?: 'real' | 'virtual'
}

export interface ProfileConfig {
  readonly name: string
  readonly upgradeAllowed?: boolean
  readonly minScore?: number
  readonly cutoffScore?: number
}

export interface DownloadClientConfig {
  readonly name: string
  /** Default QBittorrent. */
  readonly implementation?: string
  /** Name of the torrent backend; default its own name. */
  readonly backend?: string
  readonly category?: string
  readonly postImportCategory?: string
  readonly removeCompletedDownloads?: boolean
  readonly enable?: boolean
  readonly protocol?: 'torrent' | 'usenet'
  readonly tags?: readonly number[]
  /** More fields, or others than the usual ones, as `GET downloadclient` shows them. */
  readonly fields?: Readonly<Record<string, unknown>>
}

interface PathMapping {
  readonly host: string
  readonly remotePath: string
  readonly localPath: string
}

export interface IndexerConfig {
  readonly name: string
  /** Candidates it makes up for each item that is searched. Default 0: only releases that a test defined. */
  readonly releasesPerItem?: number
  /** Its results carry the info hash. Default true. */
  readonly infoHash?: boolean
  readonly rejectBlocklistedHashes?: boolean
  /** Searches until it disables itself, and for how long. Default: no end, 15. */
  readonly budget?: number
  readonly disabledMinutes?: number
}

export interface ArrSettings {
  readonly enableCompletedDownloadHandling: boolean
  readonly autoRedownloadFailed: boolean
  readonly autoRedownloadFailedFromInteractiveSearch: boolean
  /** Minutes. What is due is looked for every 30 s, so that one minute is one and a half. */
  readonly checkForFinishedDownloadInterval: number
  /** Minutes; 0 = never. */
  readonly rssSyncInterval: number
  readonly copyUsingHardlinks: boolean
  readonly recycleBin: string
  /** MB. */
  readonly minimumFreeSpaceWhenImporting: number
  /** Language of `errorMessage` and health. */
  readonly uiLanguage: string
  /** One search on one worker, ms. */
  readonly searchDuration: number
  /** One look at a finished download, whatever comes of it, ms. */
  readonly importDuration: number
  readonly freeSpace: number
}

export const defaultSettings: ArrSettings = {
  enableCompletedDownloadHandling: true,
  autoRedownloadFailed: true,
  autoRedownloadFailedFromInteractiveSearch: true,
  checkForFinishedDownloadInterval: 1,
  rssSyncInterval: 60,
  copyUsingHardlinks: true,
  recycleBin: '',
  minimumFreeSpaceWhenImporting: 100,
  uiLanguage: 'en',
  searchDuration: 1_000,
  importDuration: 1_500,
  freeSpace: 500_000_000_000,
}
