/**
 * What the main thread and the managers tell each other. A manager judges the torrents of one Arr, or those that no Arr
 * owns; it runs in another thread, and nothing but these plain records goes between.
 */
import type {UserId} from './access.ts'
import type {ArrId} from './arr.ts'
import type {FactName, FactValue, NamedServer, UnknownReason} from './fact.ts'
import type {Category, HealthStatus} from './server.ts'
import type {TorrentRecord} from './torrent.ts'
import type {Branded, ServerId, TorrentKey} from './torrent-key.ts'
import type {Bytes, BytesPerSecond, EpochMs, Seconds, Share} from './units.ts'

/** Of an Arr its own id; `fleet` for the one of all other torrents. */
export type ManagerId = Branded<string, 'ManagerId'>

export const fleetManagerId = 'fleet' as ManagerId

export function managerOf(id: ArrId): ManagerId {
  return id as string as ManagerId
}

/** A torrent as its manager knows it. How fresh it is, its server's state tells, which comes by itself. */
export interface ManagedRow extends Omit<TorrentRecord, 'seenAt' | 'stale'> {
  /** It was in its server's last whole list, or was told of since. */
  readonly isListed: boolean
}

/** What changed of the torrents that a manager judges. */
export interface RowsMessage {
  /** All that it was told before is void: it began again. */
  readonly isWhole: boolean
  readonly rows: readonly ManagedRow[]
  /** Gone, or judged by another manager from now on. */
  readonly gone: readonly TorrentKey[]
}

/**
 * Our own way to the internet, where a server is: `settling` = it is back, and not yet for long; `unknown` = nothing
 * there has shown yet how it is, so it is not in doubt, and cannot vouch for anything either.
 */
export type InternetState = 'unknown' | 'well' | 'down' | 'settling'

/** A server as managers and guards judge by it. */
export interface ManagedServer {
  readonly id: ServerId
  readonly name: string
  /** `null` = nobody's own: of the file. */
  readonly ownerId: UserId | null
  readonly status: HealthStatus
  /** Since when it is what it is. */
  readonly since: EpochMs
  /** Seconds that it has been online without a break, and whole lists since this epoch began, when this was told. */
  readonly onlineFor: Seconds
  readonly fullLists: number
  /** Of our life span, too: after a restart of ours it is another one. */
  readonly epoch: string
  /** Last answer that was applied; `null` = none yet. */
  readonly syncedAt: EpochMs | null
  readonly lastFullSyncAt: EpochMs | null
  readonly pollMs: number | null
  /** `undefined` = it does not tell, or has not yet. */
  readonly altSpeed: boolean | undefined
  readonly downSpeed: BytesPerSecond | undefined
  /** `null` = no limit. */
  readonly downLimit: BytesPerSecond | null | undefined
  readonly freeBytes: Bytes | undefined
  /** Why nobody knows, although it tells; absent = it is known, or it does not tell. */
  readonly whyNoFreeBytes?: string | undefined
  /** Less is free there than is to stay free; `undefined` = it never was known. */
  readonly isDiskLow: boolean | undefined
  readonly categories: readonly Category[]
  /** Its seeding times are what it counted; else times in which a torrent stood still may be in them. */
  readonly countsSeeding: boolean
  /** Its clock is ours: dates that it tells are what they say. */
  readonly isClockRight: boolean
  readonly population: number
  /** Share of the torrents of the last stable list that are missing. */
  readonly populationDrop: Share | undefined
  readonly internet: InternetState
  /** Before that fell last nothing had shown it for so long: what stood still then may have been cut off already. */
  readonly unprovenFor: Seconds
}

/** Which files of a torrent are unwanted, as the section of its Arr writes it. */
export interface FileRulesReport {
  readonly CaseSensitiveMatches: boolean
  readonly FolderExclusionRegex: readonly string[]
  readonly FileNameExclusionRegex: readonly string[]
  readonly FileExtensionAllowlist: readonly string[]
}

/** What a fact that costs a request or a look at a disk is, or why nobody can say. */
export interface LookUpAnswer {
  readonly key: TorrentKey
  readonly fact: FactName
  /** `undefined` = it cannot be known now. */
  readonly value: FactValue | undefined
  /** When it was seen, or looked for in vain. */
  readonly at: EpochMs
  /** `null` = it is known. */
  readonly whyUnknown: {
    readonly reason: UnknownReason
    /** For people; no secrets in it. */
    readonly detail: string
    /** That is why: another than its own. */
    readonly server?: NamedServer
  } | null
  /** For so long the same answer comes, ms, unless the torrent changes. */
  readonly keptMs: number
}

/* What supervised threads say of themselves, and what people see of them. Everything else they say is their own. */

/** From a thread to who keeps it alive. */
export type ThreadSign<Message> =
  /** It took what it was started with, and works from now on. */
  | {readonly sign: 'ready'}
  /** It is alive: its loop turns. */
  | {readonly sign: 'pulse'; readonly pulse: ThreadPulse}
  | {readonly sign: 'message'; readonly message: Message}

export interface ThreadPulse {
  readonly heapUsed: Bytes
  /** When it last judged, and when it will again at the latest; `null` = not yet, or not planned. */
  readonly lastPassAt: EpochMs | null
  readonly nextPassAt: EpochMs | null
}

export const threadStates = ['starting', 'running', 'waiting', 'given_up', 'stopped'] as const
/**
 * `waiting`: it died and will be started again · `given_up`: it died too often, somebody has to look · `stopped`: on
 * purpose.
 */
export type ThreadState = (typeof threadStates)[number]

/** Why a thread ended. */
export type ThreadEnd = 'crashed' | 'silent' | 'out_of_memory' | 'slow_start' | 'asked'

export interface ThreadView {
  /** Unique among all threads: `radarr-4k`. */
  readonly id: string
  readonly kind: string
  readonly name: string
  readonly state: ThreadState
  readonly since: EpochMs
  /** Starts after the first one, since the program began. */
  readonly restarts: number
  /** The last time it did not end on purpose; `null` = never. */
  readonly lastEnd: {readonly at: EpochMs; readonly why: ThreadEnd; readonly message: string} | null
  /** While it waits. */
  readonly nextStartAt: EpochMs | null
  /** `null` = it has not said anything yet, or does not run. */
  readonly pulse: ThreadPulse | null
}
