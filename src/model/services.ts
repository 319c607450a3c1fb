/**
 * What rooms are handed that may not know each other: routes reach links and details so, the executor reads the fleet
 * so. Only shapes; who stands behind them is decided in `app/compose.ts`.
 */
import type {Readable} from 'node:stream'
import type {ServerKind} from '#clients/kinds/kinds.ts'
import type {Access, Acting} from './access.ts'
import type {ArrId} from './arr.ts'
import type {
  AddOutcome,
  AddTorrent,
  Approved,
  FetchedAddress,
  CommandResult,
  LinkOrder,
  RemovalCommand,
  ServerCommand,
  TorrentCommand,
} from './command.ts'
import type {DecisionOutcome} from './decision.ts'
import type {Peer, Pieces, TorrentFile, Tracker, WebSeed} from './details.ts'
import type {CommodarrError, ErrorCode} from './errors.ts'
import type {LimitEnd} from './limit-end.ts'
import type {BelievedRoom, Category, Features, ServerCard, ServerHealth, ServerFigures} from './server.ts'
import type {TorrentPatch, TorrentRecord} from './torrent.ts'
import type {InfoHash, ServerId, TorrentKey} from './torrent-key.ts'
import type {Bytes, BytesPerSecond, EpochMs, Seconds, Share} from './units.ts'

/** A server as people see it; nothing secret in it. */
export interface ServerView {
  readonly id: ServerId
  readonly name: string
  readonly kind: ServerKind
  /** Without credentials. */
  readonly url: string
  readonly enabled: boolean
  readonly health: ServerHealth
  /** What the daemon said of its version; `null` before the first connection. */
  readonly version: string | null
  readonly apiVersion: string | null
  readonly features: Features | null
  /** `null` before the first answer. */
  readonly stats: ServerFigures | null
  readonly categories: readonly Category[]
  readonly tags: readonly string[]
  readonly torrents: number
  /**
   * Nobody knows what it has: it sent its whole list in no run, or what that said was lost. One that is switched off then
   * counts as one that is away.
   */
  readonly isNeverListed: boolean
  /** Of these, shown as they were last seen: it is not online, or the list that it tells since its start lacks them yet. */
  readonly stale: number
  readonly epoch: number
  /** Since this epoch began, unbroken chains of changes to one included. */
  readonly wholeLists: number
  readonly lastWholeListAt: EpochMs | null
  /** Last whole or delta answer applied. */
  readonly syncedAt: EpochMs | null
  /** Time between two polls at the moment, ms. */
  readonly pollMs: number | null
  /** Answers about its torrents since the program started, and how long they took together, ms. */
  readonly polls: {readonly count: number; readonly ms: number}
  /** How far its clock is ahead of ours, ms, to the second; `null` = it did not tell. */
  readonly clockAheadMs: number | null
}

/** What rules, and what carries them out, did since the start and have before them now. */
export interface AutomationFigures {
  /** How often a decision, or one of its actions, ended so since the start. */
  readonly decisions: ReadonlyMap<DecisionOutcome, number>
  /** What counts against the limits of removals: of the last 24 hours. */
  readonly removed: {readonly count: number; readonly bytes: Bytes}
  /** Torrents whose time of a rule runs. */
  readonly holds: number
  readonly suspendedRules: number
  /** What takes several steps and is not finished; `null` = nothing is. */
  readonly unfinished: {readonly count: number; readonly oldestAt: EpochMs | null}
  /** What lies in the trash. */
  readonly trash: {readonly count: number; readonly bytes: Bytes}
}

/** How full one of our disks is, and whether it is there. */
export interface DiskFigures {
  /** Ours. */
  readonly path: string
  /** The disk that was there before is there; `null` = nothing was seen there yet that could be missed. */
  readonly isThere: boolean | null
  /** Absent = not known. */
  readonly freeBytes?: Bytes
  readonly totalBytes?: Bytes
}

/** Every server there is, of the file and of people, with what people wrote beside it (`registry/servers/directory.ts`). */
export interface ServerRegistry {
  /** Rises with every change. */
  readonly revision: number
  /** In the order people see them. */
  cards(): readonly ServerCard[]
  card(id: ServerId): ServerCard | null
}

export interface ServerTest {
  readonly ok: boolean
  readonly latencyMs: number | null
  readonly version: string | null
  readonly torrents: number | null
  /** When not ok: the reason code, the words of the other side, and what to do. */
  readonly reason: ServerHealth['reason']
  readonly detail: string
  readonly advice: string
}

/** Of a server that is tried before it is saved. */
export interface ServerTrial extends ServerTest {
  readonly apiVersion: string | null
  /** Where it saves by default; `null` = it does not tell. */
  readonly freeSpace: Bytes | null
  /** Servers here that have most of its torrents, whatever they are called; absent = nobody compared. */
  readonly sameAs?: readonly ServerId[]
}

export interface Servers {
  list(): readonly ServerView[]
  get(id: ServerId): ServerView | null
  /** Tries the server now: probes it, and lets a waiting link try again at once. Never throws for the server's fault. */
  test(id: ServerId): Promise<ServerTest>
}

/**
 * Is what is known of a server as of now? Whoever sends an order asks for each server that could object, right before:
 * the program or its machine may have stood still since the list that the order was made from.
 */
export interface ListFreshness {
  /**
   * Since when the list of a server is as of now; `null` = it is not: it is not online, or has not told it since the
   * program stood still. It is asked at once then.
   */
  freshSince(id: ServerId): EpochMs | null
  /** Until now, this moment included: what was known at another number is not known any more. */
  standstills(): Standstills
  /** Resolves when each of them told its list since the program stood still last, or cannot be asked for it. */
  caughtUp(ids: readonly ServerId[] | 'all'): Promise<void>
}

/**
 * Whether a torrent is on its server, by a whole list of a server that is believed. left: its server is not configured
 * any more, so no list will ever say it.
 */
export type Presence = 'there' | 'gone' | 'unknown' | 'left'

/** Times in which the program could not look: it was stopped, its machine slept, or somebody set its clock. */
export interface Standstills {
  /** Of this run. */
  readonly count: number
  /** How long the last one was; 0 = there was none. */
  readonly seconds: Seconds
}

/** Figures and settings of one server, asked of it now (coalesced, kept for seconds). */
export interface ServerReader {
  limits(id: ServerId): Promise<GlobalLimitsView>
  stats(id: ServerId): Promise<ServerFigures>
  /** @param path as the server writes it; `null` = where it saves by default */
  freeSpace(id: ServerId, path: string | null): Promise<BelievedRoom>
  preferences(id: ServerId): Promise<Readonly<Record<string, unknown>>>
}

/** What servers do by themselves with torrents that reach a share limit, as they are set in this moment. @throws {CommodarrError} */
export interface LimitEndReader {
  /** What a server does not have is not in it. */
  of(id: ServerId, hashes: readonly InfoHash[]): Promise<ReadonlyMap<InfoHash, LimitEnd>>
  /** Of those that are force started, once they are so no longer; what has no limit, or is spared nothing so, stays. */
  ofForced(id: ServerId, hashes: readonly InfoHash[]): Promise<ReadonlyMap<InfoHash, LimitEnd>>
  /** Of those that are started, not by force: whether that lets their server delete them. What has passed no limit stays. */
  ofStarted(id: ServerId, hashes: readonly InfoHash[]): Promise<ReadonlyMap<InfoHash, LimitEnd>>
  ofAdded(id: ServerId, category: string | null): Promise<LimitEnd>
  /**
   * The gravest that comes to some of its torrents as these categories are removed, or limits are set for all (`null`):
   * of the latter what categories and torrents are set to, not what its setting for all says.
   */
  ofChange(id: ServerId, removed: readonly string[] | null): Promise<LimitEnd>
}

export interface GlobalLimitsView {
  readonly down: BytesPerSecond | null
  readonly up: BytesPerSecond | null
  /** `undefined` = this kind does not tell. */
  readonly altDown?: BytesPerSecond | null | undefined
  readonly altUp?: BytesPerSecond | null | undefined
  readonly altSpeed?: boolean | undefined
}

/** Details of one torrent, asked of its server now (coalesced, kept for seconds). @throws {CommodarrError} */
export interface TorrentReader {
  files(key: TorrentKey): Promise<readonly TorrentFile[]>
  trackers(key: TorrentKey): Promise<readonly Tracker[]>
  peers(key: TorrentKey): Promise<readonly Peer[]>
  webSeeds(key: TorrentKey): Promise<readonly WebSeed[]>
  pieces(key: TorrentKey): Promise<Pieces>
  more(key: TorrentKey): Promise<TorrentPatch>
  exportTorrent(key: TorrentKey): Promise<Uint8Array>
}

/** Torrents whose removal waits say so wherever they are shown. */
export interface RemovalWaits {
  /**
   * Until `endRemovalWait`; of a torrent that is not here nothing is shown.
   * @param id of what waits; begun again it says something else
   * @param why a sentence for whoever sees the torrent: it names nobody, and nothing of other servers
   */
  waitForRemoval(id: string, keys: Iterable<TorrentKey>, why: string): void
  endRemovalWait(id: string): void
}

/** What one torrent moved between two looks. At least one of the two is more than 0. */
export interface MovedTorrent extends TorrentKey {
  /** '' = it has no tracker, undefined = unknown. */
  readonly trackerHost: string | undefined
  readonly progress: Share | undefined
  readonly downloaded: Bytes
  readonly uploaded: Bytes
}

/** The replica as the executor and the details need it. The whole of it is `fleet/fleet.ts`. */
export interface FleetReader {
  get(key: TorrentKey): TorrentRecord | null
  /** Every server that holds this hash. */
  holders(hash: InfoHash): readonly TorrentKey[]
}

/** What a person, a key or a rule asks for. */
export interface TorrentOrder {
  readonly by: Acting
  readonly keys: readonly TorrentKey[]
  readonly command: TorrentCommand | RemovalCommand
  /**
   * By the text of the key, how they were when it was ordered: another life of a torrent is left alone, and a removal
   * leaves alone what was protected since, and what was not listed then. Absent = it is ordered in this moment.
   */
  readonly asOf?: ReadonlyMap<string, {readonly life: number; readonly place: number; readonly care: number}>
  /** What he may in this moment, as an order may run for long; `null` = nothing any more. Absent = as `by` says. */
  readonly actingNow?: () => Acting | null
  /** Whoever ordered it cancelled what is not sent yet; asked before each part goes. Absent = nobody can. */
  readonly isCancelled?: () => boolean
  /**
   * Of the command for this torrent in the journal: its id, and the one that it takes back. What is absent is a new id,
   * and none.
   */
  readonly entryOf?: (key: TorrentKey) => {readonly id?: string; readonly causeId?: string}
}

export interface RemovalOrder extends TorrentOrder {
  readonly command: RemovalCommand
}

export interface ItemResult {
  readonly key: TorrentKey
  readonly result: CommandResult
}

export interface Executor {
  /** One result per key, in the order of the keys. Never throws for one item's or one server's fault. */
  run(order: TorrentOrder): Promise<readonly ItemResult[]>
  /** @throws {CommodarrError} */
  runOnServer(by: Acting, serverId: ServerId, command: ServerCommand): Promise<void>
  /** @param causeId of the line in the journal that this takes back; absent = none. @throws {CommodarrError} */
  add(by: Acting, serverId: ServerId, add: AddTorrent, causeId?: string): Promise<AddOutcome>
  /**
   * Why somebody may not name this folder of a server, in a command or a question; `null` = he may.
   * @param folder as the server writes it
   */
  objectionToFolder(access: Access, serverId: ServerId, folder: string): CommodarrError | null
}

/** The only way an approved command leaves the house (`links/dispatcher.ts`). */
export interface CommandGate {
  /** Of torrents that the answer lacks nothing was sent: the program stood still after they were judged. */
  torrents(order: LinkOrder): Promise<ReadonlyMap<InfoHash, CommandResult>>
  /** @throws {CommodarrError} */
  server(serverId: ServerId, command: Approved<ServerCommand>): Promise<AddOutcome | void>
  /** The torrent of an address that the server still fetched; `null` = none is listed. @throws {CommodarrError} */
  findFetched(serverId: ServerId, address: FetchedAddress): Promise<InfoHash | null>
  /** Its torrent is known: its mark goes, and it runs past the queue where it is to. @throws {CommodarrError} */
  finishFetched(serverId: ServerId, hash: InfoHash, address: FetchedAddress): Promise<void>
}

/** Why a command cannot be sent to a server now; `null` = it can. */
export type ServerObjection = (serverId: ServerId) => CommodarrError | null

/** Whether what people keep can be written (`store/health.ts`). While it cannot, what is read goes on. */
export interface StorageState {
  readonly ok: boolean
  /** Since when it is so. */
  readonly since: EpochMs
  /** What ails it; `null` when all is well. */
  readonly code: ErrorCode | null
}

/** An Arr whose library may be what lies on a server. */
export interface LibraryOnServer {
  readonly id: ArrId
  /** Both are the house's, or both are of one member. */
  readonly isOfSameOwner: boolean
}

/** A file of a torrent on a disk of ours, opened to be read. */
export interface FileToRead {
  /** Inside the torrent. */
  readonly path: string
  readonly size: Bytes
  readonly modifiedAt: EpochMs
  /** From the first byte to the last one, both with it; it is closed when all of it was read, or its reader goes. */
  read(from: Bytes, to: Bytes): Readable
  close(): Promise<void>
}

/** What is in a media file; else why that is not known, for people. */
export type FileContent =
  | {
      /** Names of ffprobe: `matroska,webm`. */
      readonly container: string
      readonly duration: Seconds | null
      readonly streams: readonly {
        readonly type: 'video' | 'audio' | 'subtitle' | 'other'
        readonly codec: string
        readonly width?: number
        readonly height?: number
        readonly language?: string
        readonly channels?: number
      }[]
    }
  | {readonly unknown: string}

/** Which bytes a torrent has on a disk that we see, and which names these have. */
export interface ContentUse {
  /** That are there. */
  readonly files: number
  /** That they take. */
  readonly bytes: Bytes
  /** Of these bytes, as the disk counts them: its own, and those of others. */
  readonly names: number
  /** Names that no torrent has; `null` = not known. */
  readonly outside: number | null
  /** Other torrents with names of these bytes, as far as they were read. */
  readonly holders: readonly TorrentKey[]
}

/** Files that an Arr took in from a torrent, as they are now. */
export interface LibraryUse {
  /** Files of its library that lie in the data of the torrent: they go with it. */
  readonly inside: number
  /** The first of those that came in from it and lie elsewhere, as its server writes their paths. */
  readonly files: readonly {readonly path: string; readonly is: LibraryFileState}[]
  /** All that lie elsewhere. */
  readonly count: number
}

/**
 * linked: another name of the same bytes. copied: bytes of its own. there: one of both. own: it lies in the torrent's data
 * all the same. replaced: another download took its place. other: another file lies there. missing: none does. unseen:
 * nobody sees that disk from here.
 */
export const libraryFileStates = [
  'linked',
  'copied',
  'there',
  'own',
  'replaced',
  'other',
  'missing',
  'unseen',
] as const
export type LibraryFileState = (typeof libraryFileStates)[number]

/** Names of the bytes of a torrent on their disk that no torrent has: those of a library, for one. */
export interface ContentLinks {
  readonly outside: number
  /** Bytes that are free when the torrent and its files go; absent = not known. */
  readonly exclusive?: number
}
