/**
 * What every kind of server looks like to the rest of the house. One folder per kind implements it; what a kind or
 * version lacks is declared in its `features.ts` and refused with a reason, never guessed by the caller.
 */
import type {Clock} from '#lib/clock.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import type {
  AddOutcome,
  FetchedAddress,
  CommandResult,
  PlainTorrentVerb,
  ServerVerbs,
  TorrentVerbs,
  TypedAddress,
} from '#model/command.ts'
import type {Peer, Pieces, TorrentFile, Tracker, WebSeed} from '#model/details.ts'
import type {LimitEnd} from '#model/limit-end.ts'
import type {Category, ServerDefinition, ServerInfo, ServerStats} from '#model/server.ts'
import type {GlobalLimitsView} from '#model/services.ts'
import type {TorrentPatch} from '#model/torrent.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import type {Bytes, EpochMs} from '#model/units.ts'
import type {ServerKind} from './kinds/kinds.ts'
import type {Transport} from './transport.ts'

/** What a .torrent file says of itself. */
export interface Metainfo {
  /** Set when the torrent can be loaded as v1 (a hybrid has both). */
  readonly infoHashV1: InfoHash | null
  /** 64 hex digits; set for v2 and hybrid torrents. Its first 40 are what v2 servers use as an id. */
  readonly infoHashV2: string | null
  readonly name: string
  readonly size: Bytes
  readonly files: readonly MetainfoFile[]
  /** Announce URLs by tier, the first tier first. */
  readonly trackers: readonly (readonly string[])[]
  /** Whom clients may come to ask for it: trackers, also those that others replace, web seeds, nodes of the DHT. */
  readonly asked: readonly TypedAddress[]
  readonly isPrivate: boolean
  readonly pieceSize: Bytes
}

export interface MetainfoFile {
  /** `/` between the parts; in a torrent of several files the top folder (`name`) is the first of them. */
  readonly path: string
  readonly size: Bytes
}

/** Reads .torrent files. They come from strangers, so a thread of its own does it (`request-work/`). */
export interface MetainfoReader {
  /**
   * @param bytes are not changed while somebody holds them: they are read once
   * @param who it is done for, as `personOf` calls him; absent = for the program itself
   * @throws {CommodarrError} `torrent_invalid`: too large, not bencode, no usable info dictionary, or a file path that
   *   leads out of its folder; the message says which. `too_expensive`
   */
  read(bytes: Uint8Array, who?: string): Promise<Metainfo>
}

/** What a client is made of. */
export interface ClientDeps {
  readonly definition: ServerDefinition
  readonly clock: Clock
  /** Shares the main thread: asked after every parsed row. */
  readonly turns: TimeSlice
  readonly metainfo: MetainfoReader
  /** Default: over sockets. */
  readonly ways?: Transport | undefined
}

/** Bounds of one call; every answer is bounded in time and size (`links/budget.ts`). */
export interface CallBounds {
  readonly timeoutMs: number
  /** Without a byte, before the first one and between two; absent = as long as `timeoutMs`. */
  readonly silenceMs?: number | undefined
  readonly maxBytes: Bytes
  /** Of a list that is read in pieces, where it may be longer than other answers; absent = `maxBytes`. */
  readonly maxListBytes?: Bytes | undefined
  readonly signal?: AbortSignal | undefined
}

/** Whether something takes connections there. `shut`: nothing does, for sure. `unknown`: silence, or no way there. */
export type PortState = 'open' | 'shut' | 'unknown'

export interface TorrentClient {
  readonly kind: ServerKind
  /** It keeps the moment when each torrent was added over its restarts, and never tells another one. */
  readonly keepsAddedAt: boolean
  /**
   * Logs in where needed, detects the version and computes the features. Called at the start of each connection, so
   * again after a lost one: a server may come back upgraded. Logs in at most once.
   * @throws {ServerFault} with the health reason: wrong credentials, login page, not such a server, too old, …
   */
  connect(bounds: CallBounds): Promise<ServerInfo>
  /** The cheapest question that proves it is alive and we are logged in. */
  probe(bounds: CallBounds): Promise<void>
  /**
   * A question without credentials, which no server counts as a login: is it there behind what may stand in front of
   * it? Never throws. Absent = there is no such question.
   */
  look?(bounds: CallBounds): Promise<PortState>
  /** How far the clock of its machine is ahead of ours, as it told last, to the second; `null` = it did not tell. */
  readonly clockAheadMs?: () => number | null
  readonly sync: SyncDriver
  readonly control: TorrentControl
  readonly server: ServerControl
  readonly details: DetailReader
  /**
   * Ends its session where there is one, and all connections in any case; never throws.
   * @returns why its session was not ended: its server keeps it until its age ends it
   */
  close(): Promise<Error | void>
}

/* ───────────────────────────── sync ───────────────────────────── */

export interface SyncDriver {
  /**
   * One step of the protocol's sync: whatever its plan has due now. Rows go to the sink as their bytes are parsed.
   * Single flight: the caller never starts a second step before the first one ended. A step that throws after
   * `sink.begin` counts as a list that broke off; the driver must then start its next step from a whole list
   * (a delta that was sent but not fully applied is lost for ever).
   */
  step(want: SyncWant, sink: SyncSink, bounds: SyncBounds): Promise<SyncReport>
}

export interface SyncWant {
  /**
   * `full`: fetch a whole list now (first contact, drift check, warming, after an error).
   * `paged`: the same in pages: the whole answer was cut twice. `delta`: whatever is cheapest and due.
   */
  readonly list: 'delta' | 'full' | 'paged'
  /** Somebody looks, or something downloads: volatile figures are worth fetching. */
  readonly attentive: boolean
  /** Of these all is read that the list tells, however seldom it is read otherwise: something hangs on it now. */
  readonly closely?: readonly InfoHash[]
  /** Something hangs on who is there: at its end that is known as of its beginning, whatever is due. */
  readonly members?: boolean
}

export interface SyncBounds {
  readonly delta: CallBounds
  readonly full: CallBounds
}

export interface SyncSink {
  /**
   * A whole list begins: every torrent of the server follows as `row` (even if only with its hash), then `end`.
   * `fresh`: unrelated to what came before (server restarted, session lost): a new epoch.
   */
  begin(fresh: boolean): void
  /** New or changed. May reuse nothing: the sink keeps the object for a moment. */
  row(patch: TorrentPatch): void
  /** The server itself named this torrent as removed. Absence from a list is said by `begin … end`, not here. */
  removed(hash: InfoHash): void
  end(): void
  stats(stats: ServerStats): void
  categories(categories: readonly Category[]): void
  tags(tags: readonly string[]): void
}

export interface SyncReport {
  /** Bytes read from the server, as decoded. */
  readonly bytes: Bytes
  readonly requests: number
  /** Rows handed to the sink in this step. */
  readonly rows: number
  /**
   * `whole`: with this step the driver vouches for the server's complete membership as of now (a list came, or an
   * unbroken chain of deltas, or counts that match). `partial`: it saw only some.
   */
  readonly membership: 'whole' | 'partial'
  /** Torrents that came and went against the driver's own table since its last step. */
  readonly joined: number
  readonly left: number
  /** Torrents the driver knows on this server now. */
  readonly known: number
  /** Server-side time of the slowest request of the step, ms: cadence grows with it. */
  readonly answerMs: number
  /** Time a person's settings or the daemon ask between two polls; `null` = no wish. */
  readonly leastIntervalMs: number | null
}

/* ─────────────────────────── commands ─────────────────────────── */

/**
 * One method per verb of `model/command.ts`. Each takes up to `batchLimit` torrents of this server.
 * Resolves with one outcome per hash, or with nothing when all of them were accepted.
 * @throws {CommandRefused | NotSupported | BadArgument | TorrentNotFound} when the whole call was refused;
 * @throws {ServerFault} when the server could not be reached or its answer was lost (`outcomeUnknown`).
 */
export type TorrentControl = {
  [V in PlainTorrentVerb]: (
    hashes: readonly InfoHash[],
    args: Readonly<TorrentVerbs[V]>,
    bounds: CallBounds,
  ) => Promise<ReadonlyMap<InfoHash, CommandResult> | void>
} & {readonly batchLimit: number}

export interface ServerControl {
  addTorrent(add: Readonly<ServerVerbs['addTorrent']>, bounds: CallBounds): Promise<AddOutcome>
  /**
   * The torrent that came of an address which was still fetched; `null` = none is listed. Absent where an addition
   * waits for what it brings.
   */
  findFetched?(address: FetchedAddress, bounds: CallBounds): Promise<InfoHash | null>
  /** What is left to do of it once its torrent is known: its mark goes. It may be done again. Absent as `findFetched`. */
  finishFetched?(hash: InfoHash, address: FetchedAddress, bounds: CallBounds): Promise<void>
  createCategory(args: Readonly<ServerVerbs['createCategory']>, bounds: CallBounds): Promise<void>
  editCategory(args: Readonly<ServerVerbs['editCategory']>, bounds: CallBounds): Promise<void>
  removeCategories(args: Readonly<ServerVerbs['removeCategories']>, bounds: CallBounds): Promise<void>
  createTags(args: Readonly<ServerVerbs['createTags']>, bounds: CallBounds): Promise<void>
  deleteTags(args: Readonly<ServerVerbs['deleteTags']>, bounds: CallBounds): Promise<void>
  banPeers(args: Readonly<ServerVerbs['banPeers']>, bounds: CallBounds): Promise<void>
  setGlobalLimits(args: Readonly<ServerVerbs['setGlobalLimits']>, bounds: CallBounds): Promise<void>
  setAltSpeed(args: Readonly<ServerVerbs['setAltSpeed']>, bounds: CallBounds): Promise<void>
  setPreferences(args: Readonly<ServerVerbs['setPreferences']>, bounds: CallBounds): Promise<void>
}

/** @throws {TorrentNotFound} for a hash the server does not have. */
export interface DetailReader {
  files(hash: InfoHash, bounds: CallBounds): Promise<readonly TorrentFile[]>
  trackers(hash: InfoHash, bounds: CallBounds): Promise<readonly Tracker[]>
  peers(hash: InfoHash, bounds: CallBounds): Promise<readonly Peer[]>
  webSeeds(hash: InfoHash, bounds: CallBounds): Promise<readonly WebSeed[]>
  pieces(hash: InfoHash, bounds: CallBounds): Promise<Pieces>
  /** Fields that the list does not carry (comment, created by, piece counts, private on old versions …). */
  more(hash: InfoHash, bounds: CallBounds): Promise<TorrentPatch>
  /** The .torrent file. @throws {NotSupported} where the server does not hand it out. */
  exportTorrent(hash: InfoHash, bounds: CallBounds): Promise<Uint8Array>
  stats(bounds: CallBounds): Promise<ServerStats>
  limits(bounds: CallBounds): Promise<GlobalLimitsView>
  categories(bounds: CallBounds): Promise<readonly Category[]>
  tags(bounds: CallBounds): Promise<readonly string[]>
  /** bytes free where `path` lies on the server; `null` path = default save path. Unknown = undefined. */
  freeSpace(path: string | null, bounds: CallBounds): Promise<Bytes | undefined>
  preferences(bounds: CallBounds): Promise<Readonly<Record<string, unknown>>>
  /** The port at which it listens for peers now, also where it drew one, as it writes it; absent = its settings alone say it. */
  peerPort?(bounds: CallBounds): Promise<unknown>
  /** The settings that count for what is added to this category; absent = its `preferences`. */
  preferencesFor?(category: string, bounds: CallBounds): Promise<Readonly<Record<string, unknown>>>
  /** What it does by itself with these once they reach a share limit; those that it does not have are not in it. */
  limitEnds(hashes: readonly InfoHash[], bounds: CallBounds): Promise<ReadonlyMap<InfoHash, LimitEnd>>
  /** The same once they are force started no longer, with a limit that acts on them then. Absent = that spares them nothing. */
  limitEndsOfForced?(
    hashes: readonly InfoHash[],
    bounds: CallBounds,
  ): Promise<ReadonlyMap<InfoHash, LimitEnd>>
  /**
   * What it does with these as soon as they are started, not by force: of what is stopped, or was spared its limits until
   * then. What has passed no limit stays. Absent = a start lets no limit act (Transmission stops at limits; Deluge starts
   * nothing that is past its ratio).
   */
  limitEndsOfStarted?(
    hashes: readonly InfoHash[],
    bounds: CallBounds,
  ): Promise<ReadonlyMap<InfoHash, LimitEnd>>
  /** The same with one that would be added to this category. */
  limitEndOfAdded(category: string | null, bounds: CallBounds): Promise<LimitEnd>
  /**
   * The gravest that a change of its own brings to some of its torrents: categories that are removed, or limits that all get
   * (`null`). What its setting for all torrents says of the latter is not in it. Absent = it has no other settings.
   */
  limitEndOfChange?(removed: readonly string[] | null, bounds: CallBounds): Promise<LimitEnd>
}

/** Unix seconds of a server → epoch ms; what a server uses for "never" (0, −1, below) → `null`. */
export function epochFromUnix(seconds: number): EpochMs | null {
  return seconds > 0 ? seconds * 1000 : null
}
