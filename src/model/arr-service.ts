/**
 * What routes and the registry of Arrs are handed by rooms that they may not import: who asks an Arr over the network, who
 * keeps its manager, and what comes back. Only shapes; who stands behind them is decided in `app/`.
 */
import type {ServerKind} from '#clients/kinds/kinds.ts'
import type {Acting, Requester, Share, UserId} from './access.ts'
import type {
  ArrCheck,
  ArrId,
  ArrKind,
  ArrStatus,
  DownloadId,
  FoundRelease,
  ImportMode,
  MediaRef,
  QualityProfile,
  QueueRow,
  ReleaseClass,
  RemotePathMapping,
  RootFolder,
} from './arr.ts'
import type {ComingAction} from './decision.ts'
import type {ImportProof} from './import-triage.ts'
import type {ItemOfArr} from './item-chain.ts'
import type {ThreadView} from './manager.ts'
import type {Secret} from './secret.ts'
import type {PathMapping, Reach} from './server.ts'
import type {ServerId, TorrentKey} from './torrent-key.ts'
import type {EpochMs} from './units.ts'

/**
 * How careful the rules of an Arr begin, as the person who adds it chooses. watch: they only report. ask: they ask before
 * they remove something. act: they do what they say.
 */
export const arrCautions = ['watch', 'ask', 'act'] as const
export type ArrCaution = (typeof arrCautions)[number]

/** An Arr as people see it, with whose it is; nothing secret in it. */
export interface ArrCard {
  readonly id: ArrId
  readonly kind: ArrKind
  readonly name: string
  /** file: a section of the configuration declares it. user: somebody added it here. */
  readonly origin: 'file' | 'user'
  /** `null` = nobody's own: of the file, or of whoever has no account. */
  readonly ownerId: UserId | null
  readonly sharing: readonly Share[]
  /** Without credentials; `null` = not set, or not readable. */
  readonly url: string | null
  readonly category: string
  readonly enabled: boolean
  /** Why it stays off although it is enabled; `null` = nothing stands in the way. */
  readonly obstacle: ArrObstacle | null
  /** How careful its rules begin; absent = nobody chose. */
  readonly caution?: ArrCaution
}

export const arrObstacles = [
  'same_category',
  'same_address',
  'category_in_use',
  'section_off',
  'secret_missing',
  'secret_unreadable',
  'key_ended',
] as const

export interface ArrObstacle {
  /** key_ended: the API key that it was made with allows nothing any more. section_off: the section of the file has a fault; category_in_use: the file has it for something else; `detail` names it. */
  readonly code: (typeof arrObstacles)[number]
  readonly detail: string
  /** The others that have the same. */
  readonly with: readonly ArrId[]
}

/** Everything that is needed to ask an Arr. */
export interface ArrWay {
  readonly url: string
  readonly apiKey: Secret
  readonly skipVerify: boolean
  readonly reach: Reach
}

/** Asks an Arr over the network. @throws {CommodarrError} whatever ails it; a forbidden address */
export interface ArrAsker {
  status(way: ArrWay): Promise<ArrStatus>
  /** @param ours beside which it is judged; `null` = it is not here yet */
  discover(way: ArrWay, ours: OurSide | null): Promise<FoundArr>
  /** Which torrent servers it uses, and nothing else. */
  clients(way: ArrWay): Promise<ArrDownloadClients>
  diagnose(way: ArrWay, ours: OurSide): Promise<readonly ArrFinding[]>
  /**
   * What it has about a movie, episode, album or book; what it does not answer is named as such.
   * @param queue as it is known here; `null` = it is asked
   */
  item(way: ArrWay, id: number, queue: readonly QueueRow[] | null): Promise<ItemOfArr>
  /**
   * Does what is proposed about the findings of this code, as they are now.
   * @param about which of them; `null` = each
   * @returns those that something was done about; none = nothing of the kind is found any more
   * @throws {CommodarrError} also arr_busy
   */
  fix(way: ArrWay, ours: OurSide, code: string, about: string | null): Promise<readonly ArrFinding[]>
  /**
   * Puts back what a fix changed.
   * @returns false = nothing of the kind is kept, or it was changed since @throws {CommodarrError} as `fix`
   */
  undoFix(way: ArrWay, code: string, about: string): Promise<boolean>
}

/** Interactive searches. @throws {CommodarrError} whatever ails the Arr; a forbidden address */
export interface ReleaseAsker {
  /**
   * What its indexers have of a unit (`movie/17`, `season/5/3`), asked now: that may take minutes.
   * @throws {CommodarrError} also library_item_unknown, bad_argument for what such an Arr has none of
   */
  releases(way: ArrWay, unit: string, signal: AbortSignal): Promise<readonly OfferedRelease[]>
  /** @returns false = the Arr does not have it any more, or cannot match it */
  grab(way: ArrWay, release: Pick<OfferedRelease, 'guid' | 'indexerId'>): Promise<boolean>
}

/** One that indexers have, with what the Arr says against it, and what that is about. */
export interface OfferedRelease extends Omit<FoundRelease, 'rejections'> {
  readonly rejections: readonly {readonly class: ReleaseClass; readonly text: string}[]
}

/** A picture as it is kept; none: the Arr has none. unread: the Arr cannot be asked now, and nothing is kept. */
export type Poster = PosterPicture | 'none' | 'unread'

export interface PosterPicture {
  readonly bytes: Buffer
  readonly type: 'image/jpeg' | 'image/png' | 'image/webp' | 'image/gif'
  /** The same for the same bytes. */
  readonly tag: string
}

/** What is configured here, beside which the settings of an Arr are judged; as far as whoever asks sees it. */
export interface OurSide {
  /** Of its torrents, as its section says. */
  readonly category: string
  readonly others: readonly OtherArr[]
  readonly passages: readonly PassageCategory[]
  readonly placeOf: (client: ArrDownloadClient, arr: ArrIdentity) => ClientPlace
  /** Where a server has a download whose data is complete, as that server writes it; `null` = nobody knows. */
  readonly contentOf: (server: ServerId, download: DownloadId) => string | null
}

/** A category that means that something is to be done with what somebody moves there. */
export interface PassageCategory {
  /** Its key: `FailedCategory`. */
  readonly name: string
  readonly category: string
}

/** Another Arr that is looked after here. */
export interface OtherArr {
  readonly name: string
  readonly category: string
  /** Its clients that are switched on; `null` = not his to ask, or it did not answer. */
  readonly clients: readonly {readonly categories: readonly string[]; readonly place: ClientPlace}[] | null
}

/** Where a download client of an Arr leads. */
export interface ClientPlace {
  /** As it is reached from here; `null` = its address cannot be read. */
  readonly url: string | null
  /** absent: it is certainly none of ours. unknown: one of ours may have that address, too. */
  readonly server: PlacedServer | 'absent' | 'unknown'
}

export interface PlacedServer {
  readonly id: ServerId
  readonly name: string
  /** Only for who manages it; else empty. */
  readonly paths: readonly PathMapping[]
}

/** Everything an Arr tells of itself. */
export interface FoundArr {
  readonly status: ArrStatus
  /** Which torrent servers it uses. */
  readonly clients: ArrDownloadClients
  readonly mappings: readonly RemotePathMapping[]
  readonly rootFolders: readonly RootFolder[]
  readonly profiles: readonly QualityProfile[]
  readonly requestManagers: readonly {
    readonly kind: 'overseerr' | 'ombi'
    readonly name: string
    readonly origin: string
  }[]
  readonly findings: readonly ArrFinding[]
  /** What it handed to each of its clients lately, by their names: which torrents are there says who the server is. */
  readonly downloads: ReadonlyMap<string, readonly DownloadId[]>
  /** What was repaired from here and can be put back; absent = nothing. */
  readonly fixed?: readonly FixedFinding[]
}

/** A setting of an Arr that was repaired from here. */
export interface FixedFinding {
  readonly code: string
  /** The client, indexer or folder it is about; '' = the Arr. */
  readonly about: string
  /** What it meant before. */
  readonly sentence: string
  readonly at: EpochMs
}

/** A setting of an Arr that will hurt. */
export interface ArrFinding {
  readonly code: string
  readonly severity: 'error' | 'warning' | 'notice'
  readonly sentence: string
  /** The client, indexer or folder it is about; '' = the Arr. */
  readonly about: string
  /** We can put it right when asked to. */
  readonly fixable: boolean
}

/** What a person asks an Arr to do. */
export type ArrAction =
  | {readonly what: 'refresh' | 'rssSync'}
  | {readonly what: 'search'; readonly items: readonly MediaRef[]}
  /** Whatever the Arr has against it. */
  | {
      readonly what: 'importAnyway'
      readonly downloadId: DownloadId
      readonly mode: ImportMode
      /** Only if each of its files is proven to be of what it was grabbed for. */
      readonly isProven?: true
    }
  | {readonly what: 'blocklist'; readonly downloadId: DownloadId; readonly searchAgain: boolean}
  /** The Arr forgets it; the torrent stays. */
  | {readonly what: 'ignore'; readonly downloadId: DownloadId}
  /** Releases of this item (`movie/17`) were given up again and again: it is searched on. */
  | {readonly what: 'resumeSearches'; readonly item: string}

/** The managers of the Arrs that are on. */
export interface ArrManagers {
  /** `null` = it has not started, or its Arr is off. */
  of(id: ArrId): RunningArr | null
}

export interface RunningArr {
  /** What the Arr has in its queue; `null` = it could not be read: nothing follows from what is absent. */
  readonly queue: readonly QueueRow[] | null
  /** As read at `readAt`, also while it cannot be read: for people to see, nothing is decided by it. */
  readonly lastQueue: readonly QueueRow[]
  readonly readAt: EpochMs | null
  /** It said a minute ago or longer that something is new, and that is not read yet: by what is known nothing is decided. */
  readonly isBehind: boolean
  /** It tells of changes by itself. */
  readonly isLive: boolean
  /** Why the last question failed, in words for people; `null` = it did not. */
  readonly fault: string | null
  /** Since when it fails; `null` = it does not. */
  readonly faultSince: EpochMs | null
  /** It refuses our key: only a person gives another one. */
  readonly isKeyRefused: boolean
  /** When it is asked again, of one that fails; `null` = now, or it does not. */
  readonly nextTryAt: EpochMs | null
  readonly version: string | null
  /** What its own health checks found; none = all is well, `null` = not known (yet). */
  readonly checks: readonly ArrCheck[] | null
  /** Search commands that are queued or running there, anyone's, as far as it says so. */
  readonly searching: number
  /** The movie, episodes, album or book that a download is for; `null` = not known (yet). */
  titleOf(downloadId: DownloadId): string | null
  /**
   * What rules are about to do to these, as far as they wait for their time; of one torrent the nearest first.
   * @throws {CommodarrError} not_ready
   */
  coming(keys: readonly TorrentKey[]): Promise<readonly ComingAction[]>
  /** @throws {CommodarrError} what the Arr refused, or what ails it */
  act(by: Requester, action: ArrAction): Promise<void>
  /** Whether all of a download could be imported, whatever the Arr has against it. @throws {CommodarrError} */
  importProof(downloadId: DownloadId): Promise<ImportProof>
  /**
   * Who would search again, were it blocklisted and something else searched.
   * @throws {CommodarrError} it cannot be blocklisted
   */
  searcherAfter(downloadId: DownloadId): Promise<'us' | 'arr'>
  /** Of one that fails a person does not wait for the next try. */
  tryNow(): void
}

/** What looks into media before they are imported. */
export interface MediaProbeView {
  /** A path, or the name that is looked for in PATH. */
  readonly command: string
  /** As it writes it itself; `null` = there is none that runs. */
  readonly version: string | null
}

/** Whether an Arr was asked to call us when something happens. */
export interface WebhookView {
  readonly state: (typeof webhookStates)[number]
  /** Why not, in words for people; `null` = nothing failed. It is tried again. */
  readonly fault: string | null
}

export const webhookStates = ['registered', 'pending', 'failed'] as const

export interface ArrWebhooks {
  /** Somebody calls with this. @returns false = it is the token of no Arr */
  take(token: string): boolean
  /** `null` = it is not asked to: no address is configured, it is off, or we only observe. */
  viewOf(id: ArrId): WebhookView | null
}

/** Who else looks after an Arr. */
export interface OtherInstance {
  /** Of its database. */
  readonly instance: string
  /** When it said so last. */
  readonly at: EpochMs
  /** It is a copy of this one, of the same data folder. */
  readonly isCopy: boolean
}

export interface ArrInstances {
  /** `null` = as far as is known nobody else does. */
  otherAt(id: ArrId): OtherInstance | null
  /** A person says that the other one is gone: from now on this one looks after it. @throws {CommodarrError} what ails the Arr */
  takeOver(by: Acting, id: ArrId): Promise<void>
}

/** The threads that are kept alive beside this one. */
export interface Processes {
  list(): readonly ThreadView[]
  /** Ends it and starts it again, also one that was given up. @returns false = there is none of this id */
  restart(id: string): boolean
}

/* What an Arr knows of the servers it hands its downloads to. */

/** Where it answers, and with which key. */
export interface ArrToAsk {
  readonly url: string
  readonly apiKey: Secret
  readonly skipVerify: boolean
}

export interface ArrIdentity {
  /** As it calls itself: Radarr, Sonarr, … */
  readonly app: string
  /** As its owner called it; '' = as the app. */
  readonly name: string
  readonly version: string
  /** Without a slash at its end. */
  readonly url: string
  /** It runs in a container, so `localhost` and short names are those of its own network. */
  readonly inContainer: boolean
}

export interface ArrDownloadClient {
  readonly name: string
  /** The Arr's word for what it is: QBittorrent, Transmission, RTorrent, … */
  readonly implementation: string
  /** `null` = none that we know by name. */
  readonly kind: ServerKind | null
  readonly enabled: boolean
  /** As the Arr reaches it. */
  readonly host: string
  readonly port: number | null
  readonly tls: boolean
  /** Path below which it answers; '' = none. */
  readonly urlBase: string
  readonly username: string | null
  /** `null` = none, or the Arr does not tell. */
  readonly password: Secret | null
  readonly apiKey: Secret | null
  /** Secrets it has and does not tell. */
  readonly masked: readonly ('password' | 'apiKey')[]
  /** Its downloads are put there: before and after they were imported. */
  readonly categories: readonly string[]
}

export interface ArrDownloadClients {
  readonly arr: ArrIdentity
  /** For torrents alone. */
  readonly clients: readonly ArrDownloadClient[]
}
