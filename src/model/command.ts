/** What can be asked of a server. One table gives verbs, their arguments and (in `clients/port.ts`) the methods. */
import type {UserId} from './access.ts'
import type {CopyArgs} from './copies.ts'
import type {Limit, Priority} from './torrent.ts'
import type {InfoHash, ServerId} from './torrent-key.ts'
import type {Bytes, BytesPerSecond, Seconds} from './units.ts'

export const filePriorities = ['skip', 'low', 'normal', 'high', 'maximum'] as const
export type FilePriority = (typeof filePriorities)[number]

type None = Readonly<Record<string, never>>

/** What a person was told of others' files and wants anyway. Rules never say it; servers do not hear of it. */
export interface Confirmed {
  /** Others lose files by it, or files of others are replaced or changed. */
  readonly acceptsOthers?: boolean | undefined
  /** Nobody can say whether it does, or whether there is space for it. */
  readonly acceptsDoubt?: boolean | undefined
}

/** What a refusal may ask a person to confirm, by the name of the parameter that does. */
export const confirmations = ['accepts_others', 'accepts_doubt', 'accepts_moves'] as const
export type Confirmation = (typeof confirmations)[number]

/** Paths inside a torrent, as it is and as it will be. */
export interface Renamed {
  readonly from: string
  readonly to: string
}

/** Verbs on torrents, with their arguments. `remove` and `removeWithData` go through another door (`erase.ts`). */
export interface TorrentVerbs {
  start: Confirmed
  forceStart: Confirmed
  stop: Confirmed
  recheck: None
  reannounce: None
  /** Absolute path on the server; `moveData` false = the data is there already. */
  setLocation: {path: string; moveData: boolean} & Confirmed
  /** One torrent at a time: display name, or a path inside the torrent. */
  rename: {name: string} & Confirmed
  renameFile: {from: string; to: string} & Confirmed
  /** Several files of one torrent: all of them or none. */
  renameFiles: {files: readonly Renamed[]} & Confirmed
  renameFolder: {from: string; to: string} & Confirmed
  /** '' removes the category. */
  setCategory: {category: string} & Confirmed
  addTags: {tags: readonly string[]}
  removeTags: {tags: readonly string[]}
  setTags: {tags: readonly string[]}
  /** One torrent at a time; indexes as in `TorrentFile.index`. */
  setFilePriority: {files: readonly number[]; priority: FilePriority}
  /** Announce URLs, each list one tier below the ones before it. */
  addTrackers: {tiers: readonly (readonly string[])[]}
  editTracker: {from: string; to: string}
  removeTrackers: {urls: readonly string[]}
  /** `ip:port`, `[ip6]:port`. */
  addPeers: {peers: readonly string[]}
  addWebSeeds: {urls: readonly string[]}
  removeWebSeeds: {urls: readonly string[]}
  /** bytes/s; `null` lifts the limit; absent = unchanged. */
  setSpeedLimits: {down?: BytesPerSecond | null | undefined; up?: BytesPerSecond | null | undefined}
  /** ratio; seconds; seconds idle. Absent = unchanged. */
  setShareLimits: {
    ratio?: Limit | undefined
    seedingTime?: Limit | undefined
    idleTime?: Limit | undefined
  } & Confirmed
  moveInQueue: {to: 'top' | 'up' | 'down' | 'bottom'}
  setPriority: {priority: Priority}
  setSuperSeeding: {on: boolean}
  setSequential: {on: boolean}
  setFirstLast: {on: boolean}
  setAutoManaged: {on: boolean} & Confirmed
  setComment: {comment: string}
}

interface RemovalVerbs {
  remove: RemovalWay
  removeWithData: RemovalWay
}

/** What shall become of what a person removes. Servers do not hear of it; what reaches one is done as its verb says. */
interface RemovalWay {
  /** Past the trash. */
  readonly freeAtOnce?: boolean | undefined
  /** Where there is no trash for some files, as he was told: these may go permanently. Absent = nowhere. */
  readonly freeOn?: readonly string[] | undefined
  /** He was told that servers may need the data of which nobody can say what they have, and which. */
  readonly acceptsDoubt?: boolean | undefined
}

/** He was told which torrents move by it. */
interface ConfirmedMoves {
  readonly acceptsMoves?: boolean | undefined
}

/** Verbs on a whole server. */
export interface ServerVerbs {
  addTorrent: AddTorrent
  createCategory: {name: string; savePath?: string | undefined}
  editCategory: {name: string; savePath: string} & ConfirmedMoves
  removeCategories: {names: readonly string[]} & ConfirmedMoves
  createTags: {tags: readonly string[]}
  deleteTags: {tags: readonly string[]}
  banPeers: {peers: readonly string[]}
  /** bytes/s of the ordinary limits; `null` lifts; absent = unchanged. */
  setGlobalLimits: {down?: BytesPerSecond | null | undefined; up?: BytesPerSecond | null | undefined}
  /** The alternative limits, and whether they are in force. */
  setAltSpeed: {
    on?: boolean | undefined
    down?: BytesPerSecond | null | undefined
    up?: BytesPerSecond | null | undefined
  }
  /** The server's own settings by its own names. */
  setPreferences: {values: Readonly<Record<string, unknown>>} & ConfirmedMoves &
    Pick<Confirmed, 'acceptsDoubt'>
}

export type PlainTorrentVerb = keyof TorrentVerbs
/** Verbs that a person confirms after being told of files of others. */
export type ConfirmedVerb = {
  [V in PlainTorrentVerb]: TorrentVerbs[V] extends None
    ? never
    : 'acceptsOthers' extends keyof TorrentVerbs[V]
      ? V
      : never
}[PlainTorrentVerb]
export type RemovalVerb = keyof RemovalVerbs
export type TorrentVerb = PlainTorrentVerb | RemovalVerb
export type ServerVerb = keyof ServerVerbs

/** One verb with its arguments. */
export type TorrentCommand = {
  [V in PlainTorrentVerb]: {readonly verb: V; readonly args: Readonly<TorrentVerbs[V]>}
}[PlainTorrentVerb]
export type RemovalCommand = {
  [V in RemovalVerb]: {readonly verb: V; readonly args: Readonly<RemovalVerbs[V]>}
}[RemovalVerb]
export type AnyTorrentCommand = TorrentCommand | RemovalCommand

/** To another server. It reaches none as it is: it is carried out in several steps, which take hours or days. */
export interface CopyCommand {
  readonly verb: 'copyTo' | 'moveTo'
  readonly args: CopyArgs
}
/** What a person can order. */
export type OrderedCommand = AnyTorrentCommand | CopyCommand

export function isCopy(command: OrderedCommand): command is CopyCommand {
  return command.verb === 'copyTo' || command.verb === 'moveTo'
}

export function isRemoval(command: OrderedCommand): command is RemovalCommand {
  return command.verb === 'remove' || command.verb === 'removeWithData'
}

export type ServerCommand = {
  [V in ServerVerb]: {readonly verb: V; readonly args: Readonly<ServerVerbs[V]>}
}[ServerVerb]

export type AddSource =
  | {readonly magnet: string}
  | {readonly url: string}
  | {readonly torrent: Uint8Array; readonly fileName: string}

type ContentLayout = 'original' | 'subfolder' | 'noSubfolder'

export interface AddTorrent extends Confirmed {
  readonly source: AddSource
  readonly savePath?: string | undefined
  readonly category?: string | undefined
  readonly tags?: readonly string[] | undefined
  readonly start: boolean
  readonly skipCheck?: boolean | undefined
  /**
   * brought: somebody brings its data to `savePath`, so it is looked for there, and not where this server has what is
   * unfinished. shared: there others use the very files, so who would move or rename what he does not find whole
   * refuses it.
   */
  readonly data?: 'brought' | 'shared' | undefined
  /** It comes back to where its own files lie, whole or not. */
  readonly comesBack?: boolean | undefined
  /** Nobody knows its files yet: it writes nothing before its server does, where the server can wait with that. */
  readonly waitsForFiles?: boolean | undefined
  readonly sequential?: boolean | undefined
  readonly firstLast?: boolean | undefined
  readonly downLimit?: BytesPerSecond | undefined
  readonly upLimit?: BytesPerSecond | undefined
  readonly ratioLimit?: Limit | undefined
  readonly seedingTimeLimit?: Seconds | null | 'inherit' | undefined
  /** `null` = it may seed without a peer for as long as it likes; absent = as its server has it for all. */
  readonly idleLimit?: null | undefined
  readonly rename?: string | undefined
  readonly stopCondition?: 'none' | 'metadata' | 'filesChecked' | undefined
  readonly contentLayout?: ContentLayout | undefined
  /**
   * The folder that its server saves to by its own settings, where `savePath` names none: said all the same, so that it
   * is the one that was compared.
   */
  readonly defaultPath?: string | undefined
  /**
   * Where its server moves it once it is complete, by its own settings: compared and said like `defaultPath`. `null` = it
   * stays where it is saved; absent = nothing was decided, or such a server moves nothing then.
   */
  readonly completedPath?: string | null | undefined
  /** Its server manages it automatically, in the folder of its category; absent = as its server is set. */
  readonly autoManaged?: boolean | undefined
  readonly forceStart?: boolean | undefined
  readonly topOfQueue?: boolean | undefined
  readonly cookies?: string | undefined
  /** Largest .torrent we accept to hand on. */
  readonly maxBytes?: Bytes | undefined
}

/** What a server decides by its settings of an addition that leaves it open. */
export interface AdditionDefaults {
  /** `null` = it does not report its folder. */
  readonly savePath: string | null
  readonly isAutomatic: boolean
  /** What is managed by hand is saved in the folder of its category, too. */
  readonly usesCategoryFolders: boolean
  readonly contentLayout: ContentLayout
  /** Where it moves what is complete; `null` = nowhere; absent = such a server moves nothing then. */
  readonly completedPath?: string | null
}

/** An address that a daemon is to ask because somebody gave it: a URL, or `host:port` of a peer. */
export interface TypedAddress {
  readonly kind: 'tracker' | 'web seed' | 'peer'
  readonly text: string
}

/** What a server still fetches, by what it finds the torrent that came of it. */
export interface FetchedAddress {
  readonly mark: string
  /** It is to run past the queue once it is there. */
  readonly forceStart: boolean
}

/** What became of an added torrent. */
export interface AddOutcome {
  /** `pending`: the server fetches it itself and has not said how that went. */
  readonly status: 'added' | 'duplicate' | 'pending'
  /** Unknown when the server fetches a URL and does not say. */
  readonly hash: InfoHash | null
  /** It waits, stopped, for somebody to say that its files harm nobody (`waitsForFiles`). */
  readonly isHeld?: boolean
  /** Of an address that it still fetches and whose torrent it does not list. */
  readonly fetching?: FetchedAddress
  /** The server took it, and this failed afterwards: it was not found in the list, or not all that was asked for is done. */
  readonly fault?: Error
}

/** What somebody wanted who added a link, for when its files are known. */
export interface LinkAdded extends Confirmed {
  readonly isHeld: boolean
  readonly start: 'start' | 'forceStart'
  /** It comes back, and its own files lie there already. */
  readonly hasItsFiles?: boolean | undefined
}

/** postponed: it is tried again later. unconfirmed: no answer came, so it may be done. */
type Undone = 'refused' | 'postponed' | 'unconfirmed' | 'failed'

/** Why an action is not done, or not known to be. */
export interface NotDone<End extends string = Undone> {
  readonly outcome: End
  /** Of `model/errors.ts`, or of the guard that objects. */
  readonly code: string
  readonly message: string
  /** What does it anyway; absent = nothing that a person can confirm. */
  readonly confirmWith?: Confirmation | undefined
}

/** What became of an action, by whatever carries it out. Of one that takes several steps `done` means: it has begun. */
export type ActionResult<Data = unknown, End extends string = Undone> =
  | ({readonly outcome: 'done'} & Data)
  | NotDone<End>

/** What became of one torrent in a command, which is sent now or not at all. */
export type CommandResult = ActionResult<unknown, Exclude<Undone, 'postponed'>>

/** Who asked. system: Commodarr itself, or what it is configured by, and no rule. */
export const origins = ['user', 'api', 'rule', 'arr', 'system'] as const
export type Origin = (typeof origins)[number]

export interface Actor {
  readonly name: string
  readonly origin: Origin
  /** `null` = nobody with an account: the token of the configuration, a rule, this machine. */
  readonly userId: UserId | null
  /** Where the request came from; `null` = from within. */
  readonly address: string | null
}

/** @param name of the part that acts, for people */
export function systemActor(name: string): Actor {
  return {name, origin: 'system', userId: null, address: null}
}

/** Nobody is there who could be asked, or who said it now. */
export function isAutomatic({origin}: Actor): boolean {
  return origin === 'rule' || origin === 'system'
}

declare const approval: unique symbol
/** A command that passed the guards. Made in `executor/approve.ts` alone; only these reach a server. */
export type Approved<C> = C & {readonly [approval]: true}

/** Torrents of one server and what to do with them, as the executor hands it to a link. */
export type LinkOrder = ChangeOrder | LinkRemoval

/** What can be taken back is judged once, before it waits for its turn. */
interface ChangeOrder {
  readonly serverId: ServerId
  readonly hashes: readonly InfoHash[]
  readonly command: Approved<TorrentCommand>
  /** How often the program had stood still when it was judged (`ListFreshness`): once more, and it is not sent. */
  readonly standstills: number
}

/** A removal is not approved before its turn has come: each part of it is judged right before it is sent. */
export interface LinkRemoval {
  readonly serverId: ServerId
  readonly hashes: readonly InfoHash[]
  readonly verb: RemovalVerb
  /** Judges some of its torrents by what their servers say in this moment. */
  readonly lastLook: (hashes: readonly InfoHash[]) => Promise<ApprovedRemoval>
}

/** What of a removal may be sent in this moment. */
interface ApprovedRemoval {
  readonly hashes: readonly InfoHash[]
  readonly command: Approved<RemovalCommand>
  /** The others, each with its reason. */
  readonly refused: ReadonlyMap<InfoHash, CommandResult>
  /** As in a `ChangeOrder`, at the beginning of the look. */
  readonly standstills: number
}
