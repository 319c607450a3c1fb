/** One running torrent daemon: how it is reached, what it can do, how it does. */
import type {ServerKind} from '#clients/kinds/kinds.ts'
import type {Share, UserId} from './access.ts'
import type {FilePriority, ServerVerb, TorrentVerb} from './command.ts'
import type {Secret} from './secret.ts'
import type {Branded, ServerId} from './torrent-key.ts'
import type {Bytes, BytesPerSecond, EpochMs, Seconds} from './units.ts'

interface TlsOptions {
  /** PEM text of the authority that signed the server's certificate; `null` = the system's authorities. */
  readonly ca: string | null
  /** Accept any certificate. */
  readonly skipVerify: boolean
}

/** Where a server's paths lie in our own file system: a longest-prefix map. Empty = we do not see its disk. */
export interface PathMapping {
  readonly server: string
  readonly ours: string
}

/**
 * proven: files of several complete torrents lie where it leads, with their sizes, and a download was seen to grow there.
 * contradicted: the disk is there, and they do not. unproven: nobody can say.
 */
export const mappingVerdicts = ['proven', 'unproven', 'contradicted'] as const
export type MappingVerdict = (typeof mappingVerdicts)[number]

/** What is known of a mapping. */
export interface MappingCheck {
  /** As the server writes it. */
  readonly from: string
  /** Ours. */
  readonly to: string
  readonly verdict: MappingVerdict
  /** What was found and, where it is contradicted, how that ends; for people. */
  readonly reason: string
  /** `null` = not yet. */
  readonly checkedAt: EpochMs | null
}

/** How a server is reached. The same record whether it came from the file or from a person. */
export interface ServerDefinition {
  readonly id: ServerId
  readonly name: string
  readonly kind: ServerKind
  /**
   * Scheme http, https, scgi (`scgi://host:port`) or scgi+unix (`scgi+unix:///path`), host, port and base path; never
   * with credentials in it. For Transmission the whole RPC address (`http://host:9091/transmission/rpc`).
   */
  readonly url: string
  /** `null` = the server asks for none (authentication bypassed). */
  readonly username: string | null
  readonly password: Secret | null
  /** qBittorrent 5.2+; used instead of a password where set. */
  readonly apiKey: Secret | null
  /** HTTP Basic of a reverse proxy in front; for Transmission and rTorrent `username`/`password` are already that. */
  readonly basicAuth: {readonly username: string; readonly password: Secret} | null
  readonly tls: TlsOptions
  /** `http://host:port` of a proxy on the way to the server; may carry credentials. */
  readonly httpProxy: Secret | null
  readonly paths: readonly PathMapping[]
  /** What people call its disk: servers of one name share it, those of two names do not; `null` = nobody said. */
  readonly storage: string | null
  /** Transmission and rTorrent have no categories of their own: where theirs stand. */
  readonly categorySource: CategorySource
  /** rTorrent only: may we run `execute.*` on the server's host to remove or move data? */
  readonly allowExecute: boolean
  /** rTorrent only: roots below which data may be removed, as the server writes them; empty = its default directory. */
  readonly downloadRoots: readonly string[]
  readonly pace: ServerPace
  readonly reach: Reach
  readonly enabled: boolean
  /** Why nothing may be sent to it although it is enabled; `null` = nothing stands in the way. */
  readonly obstacle: 'secret_unreadable' | null
}

/** How often it is asked and how long it is waited for. `null` = as Commodarr does by itself. */
export interface ServerPace {
  /** Seconds between two polls while somebody looks, 1 to 300. */
  readonly pollSeconds: Seconds | null
  /** Seconds an answer may take, 2 to 600; full lists and adding get more. */
  readonly timeoutSeconds: Seconds | null
}

/** Where something takes connections. */
export interface Place {
  /** A name or an address, as the host of a URL: lower case, without brackets. */
  readonly host: string
  readonly port: number
}

/**
 * anywhere: declared in the file by whoever runs the machine. guarded: made by a person here, so no link-local and
 * metadata addresses and no ports of other protocols. public: the same, and no private ranges and no loopback either.
 */
export type ReachRange = 'anywhere' | 'guarded' | 'public'

/**
 * Where our requests for somebody may go. Decided in the server directory alone, and held to when a connection is made,
 * by the address that a name leads to and the port (`clients/outgoing.ts`).
 */
export interface Reach {
  readonly range: ReachRange
  /** Administrators allow these although they are private, or taken; never what nobody may reach. */
  readonly allowed: readonly Place[]
  /** Servers of others are there. As it is at the moment when it is read. */
  readonly taken: readonly Place[]
}

/** Where nobody's servers are in the way, and nothing is allowed beside the range. */
export const plainReach: {readonly [R in ReachRange]: Reach} = {
  anywhere: {range: 'anywhere', allowed: [], taken: []},
  guarded: {range: 'guarded', allowed: [], taken: []},
  public: {range: 'public', allowed: [], taken: []},
}

/** What people wrote beside a server: whose it is, how it looks, with whom it is shared. */
export interface ServerCard {
  readonly id: ServerId
  /** file: a section of the configuration declares it. user: somebody added it here. */
  readonly origin: 'file' | 'user'
  /** `null` = nobody's own: of the file. */
  readonly ownerId: UserId | null
  readonly tags: readonly string[]
  /** `#rrggbb`; `null` = chosen by the page. */
  readonly colour: string | null
  /** Name of an icon; `null` = that of its kind. */
  readonly icon: string | null
  /** Smaller comes first. */
  readonly position: number
  readonly defaultForAdding: boolean
  readonly sharing: readonly Share[]
}

export type CategorySource =
  | {readonly from: 'label'}
  | {readonly from: 'labelPrefix'; readonly prefix: string}
  | {readonly from: 'path'}

export const healthStatuses = [
  'unknown',
  'connecting',
  'warming',
  'online',
  'degraded',
  'auth_failed',
  'banned',
  'unreachable',
  'incompatible',
  'paused',
] as const
export type HealthStatus = (typeof healthStatuses)[number]

/** Why a server is as it is; each has its advice text in `links/advice.ts`. */
export const healthReasons = [
  'none',
  'disabled',
  'wrong_credentials',
  'banned',
  'logins_held',
  'refused',
  'timed_out',
  'dns',
  'unreachable_host',
  'connection_reset',
  'certificate',
  'tls',
  'proxy',
  'not_a_torrent_server',
  'login_page',
  'wrong_path',
  'host_rejected',
  'access_denied',
  'rate_limited',
  'server_error',
  'cut_answer',
  'garbled_answer',
  'answer_too_large',
  'over_quota',
  'session_lost',
  'version_too_old',
  'old_version',
  'list_growing',
  'list_dropped',
  'another_server',
  'slow',
  'secret_unreadable',
  'address_forbidden',
] as const
export type HealthReason = (typeof healthReasons)[number]

export interface ServerHealth {
  readonly status: HealthStatus
  readonly reason: HealthReason
  /** The server's or system's own words, without secrets; '' = none. */
  readonly detail: string
  /** One sentence for a person: what to do about `reason`; '' when all is well. */
  readonly advice: string
  readonly since: EpochMs
  readonly lastOkAt: EpochMs | null
  readonly nextTryAt: EpochMs | null
  /** Of the last 100 answers, ms. */
  readonly latencyP50Ms: number | null
  readonly latencyP95Ms: number | null
  readonly consecutiveFailures: number
  readonly version: string | null
}

/** What a daemon tells of itself that outlives its restarts; `null` = it does not tell, or has not yet. */
export interface ServerTraits {
  readonly version: string | null
  readonly defaultSavePath: string | null
  /** What it moved in all its life, both ways. */
  readonly allTime: Bytes | null
}

/** What a person says of a server at whose address another daemon seems to answer. */
export const serverIdentityWords = ['same', 'another'] as const
export type ServerIdentityWord = (typeof serverIdentityWords)[number]

/** What the daemon said of itself when we connected. */
export interface ServerInfo {
  readonly kind: ServerKind
  /** As a person writes it: `5.1.4`, `4.1.0-beta.2`, `0.9.8`. */
  readonly version: string
  /** Of its API: `2.11.4`, `rpc 17`, `api 10`. */
  readonly apiVersion: string
  readonly features: Features
  /** Set when the version works with less: shown as `degraded`, with this sentence. */
  readonly limitation: string | null
}

/** How a server kind and version does something. `reason` says what is missing or how it is done instead. */
export interface Feature {
  readonly support: 'native' | 'limited' | 'emulated' | 'none'
  readonly reason: string
}

/** Kinds differ in the priorities of files. */
export interface FilePriorityFeature extends Feature {
  /** The least first; any other is refused with the reason. */
  readonly takes: readonly FilePriority[]
}

/** What can be asked of a server besides the verbs: options when adding, reads. */
const extraFeatures = [
  'categories',
  'categoryPaths',
  'tags',
  'addStopCondition',
  'addContentLayout',
  'addSkipCheck',
  'addSequential',
  'addFirstLast',
  'addLimits',
  'addRename',
  'addCookies',
  'exportTorrent',
  'pieces',
  'pieceCopies',
  'webSeeds',
  'peers',
  'freeSpaceAnyPath',
  'preferences',
  'privateFlag',
  /** Counts how long a torrent has seeded; `emulated` = what it tells may be too much. */
  'seedingTime',
] as const
export type ExtraFeature = (typeof extraFeatures)[number]

/** Computed once per connect (`clients/<kind>/features.ts`); nobody outside the client asks for versions. */
export type Features = {
  readonly [F in Exclude<TorrentVerb, 'setFilePriority'> | ServerVerb | ExtraFeature]: Feature
} & {readonly setFilePriority: FilePriorityFeature}

/**
 * It does not report categories now, and people may have set some there: Deluge keeps its labels while its Label plugin is
 * off. So what was reported last stands, and may be all that a person protects a torrent by.
 */
export function hidesCategories(features: Features | null): boolean {
  return features?.categories.support === 'none'
}

/** Figures of the whole server, as it tells them. `undefined` = unknown to this kind. */
export interface ServerStats {
  readonly downSpeed: BytesPerSecond
  readonly upSpeed: BytesPerSecond
  readonly sessionDownloaded?: Bytes | undefined
  readonly sessionUploaded?: Bytes | undefined
  readonly allTimeDownloaded?: Bytes | undefined
  readonly allTimeUploaded?: Bytes | undefined
  /** Of the default save path. */
  readonly freeSpace?: Bytes | undefined
  /** Of the disk of the default save path. */
  readonly diskSize?: Bytes | undefined
  readonly defaultSavePath?: string | undefined
  /** `null` = no limit. The limits in force now (normal or alternative). */
  readonly downLimit?: BytesPerSecond | null | undefined
  readonly upLimit?: BytesPerSecond | null | undefined
  readonly altSpeed?: boolean | undefined
  readonly queueing?: boolean | undefined
  readonly connection?: 'connected' | 'firewalled' | 'disconnected' | undefined
  readonly dhtNodes?: number | undefined
  readonly peers?: number | undefined
  readonly uptime?: Seconds | undefined
}

/** Room on a disk that is the one meant: `lookups/server-rooms.ts` alone says so. */
type FreeBytes = Branded<Bytes, 'FreeBytes'>

/** Its disk was looked at, or can be seen by its server alone. */
export function believedFree(bytes: Bytes): FreeBytes {
  return bytes as FreeBytes
}

/** What is free on a disk, as far as that is known. */
export interface BelievedRoom {
  /** absent = its server does not tell, or nobody can say which disk it tells of. */
  readonly freeSpace?: FreeBytes | undefined
  /** How large that disk is: as its server tells it, else as we see it; absent = not known, or not of the same disk. */
  readonly diskSize?: Bytes | undefined
  /** Why what its server tells does not count: its disk is away, another one, read-only, or was not seen yet. */
  readonly freeSpaceUnknown?: string | undefined
}

/** Figures of the whole server as they may be believed. */
export type ServerFigures = Omit<ServerStats, 'freeSpace' | 'diskSize'> & BelievedRoom

/** Folders of a whole server, as settings of its daemon change them. What is absent stays as it is. */
export interface DefaultFolders {
  readonly savePath?: string
  /** Where it keeps what is not complete. */
  readonly incompletePath?: string
  /** Whether what is not complete lies there. */
  readonly usesIncompletePath?: boolean
  /** Files that are not whole get other names or another folder by it, whoever manages their torrent. */
  readonly renamesUnfinished?: true
}

export interface Category {
  readonly name: string
  /** '' or unknown = the server's default. */
  readonly savePath?: string | undefined
}
