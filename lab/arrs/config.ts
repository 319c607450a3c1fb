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
  /** Their ids count from 1. */
  readonly customFormats?: readonly FormatConfig[]
  /** Behind these the one that every app has: for all, without a delay. */
  readonly delayProfiles?: readonly DelayProfileConfig[]
  /** By quality: how large a release may be, MB for each minute. Default: any size. */
  readonly sizeLimits?: Readonly<Record<number, {readonly min?: number; readonly max?: number}>>
  /** Where ids of items and of their parts begin. Default 1: another database has the same items under other ids. */
  readonly firstId?: number
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
  /** Default true. */
  readonly upgradeAllowed?: boolean
  /** Qualities by their ids, see `quality.ts`; default all. */
  readonly allowed?: readonly number[]
  /** A quality that is good enough; default WEBDL-1080p (3). */
  readonly cutoff?: number
  readonly minScore?: number
  readonly cutoffScore?: number
  /** An upgrade by its formats is at least so much better. Default 1. */
  readonly minUpgradeScore?: number
  /** What each custom format is worth here, by its name. Default 0. */
  readonly scores?: Readonly<Record<string, number>>
}

export interface FormatConfig {
  readonly name: string
  /** A regular expression over the title of a release. */
  readonly pattern: string
}

export interface DelayProfileConfig {
  readonly tags?: readonly number[]
  readonly order?: number
  /** Minutes. */
  readonly torrentDelay: number
  /** Default true; else nothing of a torrent indexer is taken. */
  readonly enableTorrent?: boolean
  readonly bypassIfHighestQuality?: boolean
  readonly bypassIfAboveCustomFormatScore?: boolean
  readonly minimumCustomFormatScore?: number
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
  /** Questions until it disables itself, and for how long. Default: no end, 15. */
  readonly budget?: number
  readonly disabledMinutes?: number
  /** What it is used for. Default: everything. */
  readonly enableRss?: boolean
  readonly enableAutomaticSearch?: boolean
  readonly enableInteractiveSearch?: boolean
  /** It is asked only for items that have one of these. */
  readonly tags?: readonly number[]
  /** Of equal releases those of the lower number are taken. Default 25. */
  readonly priority?: number
  readonly minimumSeeders?: number
  /** Days; once a season is over for so long, a search for it takes no single episodes of this one. Default 0: it does. */
  readonly seasonSearchMaximumSingleEpisodeAge?: number
  /** Default `https://indexer.invalid`; of one that Prowlarr brought its address and number there. */
  readonly baseUrl?: string
  /** Who answers in its place, such as a simulated Prowlarr. */
  readonly source?: IndexerSource
}

/** What is behind an indexer. */
export interface IndexerSource {
  /** Seconds until it may be asked again; absent where it does not say so. */
  ask(what: 'rss' | 'search'): {readonly status: number; readonly retryAfter?: number}
  /** A torrent of it is fetched. */
  grab(): {readonly status: number}
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
  /** One question to all indexers together, ms. */
  readonly searchDuration: number
  /** From what was found to what comes of it, and from there to the end, ms each. */
  readonly decidingDuration: number
  /** Films count as out so many days after they are. */
  readonly availabilityDelay: number
  /** When a pack of a season is better than the files that are there. Sonarr 5. */
  readonly seasonPackUpgrade: 'all' | 'threshold' | 'any'
  readonly seasonPackUpgradeThreshold: number
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
  decidingDuration: 120,
  availabilityDelay: 0,
  seasonPackUpgrade: 'all',
  seasonPackUpgradeThreshold: 100,
  importDuration: 1_500,
  freeSpace: 500_000_000_000,
}
