/** The whole house, as `app/compose.ts` hands it in. Only `scope.ts` reads it; no route ever holds one of these. */
import type {ActionRegistry} from '#executor/actions.ts'
import type {SelectionStore} from '#executor/selections.ts'
import type {LibraryService} from '#library/library-service.ts'
import type {Principal, UserId} from '#model/access.ts'
import type {ArrId} from '#model/arr.ts'
import type {ArrCard} from '#model/arr-service.ts'
import type {CopyService} from '#model/copies.ts'
import type {
  FacetCount,
  FacetName,
  TorrentMatches,
  TorrentQuery,
  TorrentWindow,
  KnownRule,
  NamedTracker,
  TrackerSum,
} from '#model/query.ts'
import type {SearchRun} from '#model/automation-state.ts'
import type {SearchesOfArr, SearchesQuery, SearchesWindow} from '#model/searches.ts'
import type {RequestView} from '#model/requests.ts'
import type {WantedQuery, WantedWindow} from '#model/searching.ts'
import type {PathMapping, ServerIdentityWord} from '#model/server.ts'
import type {
  ContentLinks,
  ContentUse,
  Executor,
  FileContent,
  FleetReader,
  LibraryOnServer,
  LibraryUse,
  ServerRegistry,
  ServerReader,
  Servers,
  TorrentReader,
} from '#model/services.ts'
import type {TorrentField, TorrentFields, TorrentRecord} from '#model/torrent.ts'
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'
import type {NoTrash} from '#trash/trash-disk.ts'
import type {OwnershipService} from '#ownership/ownership.ts'
import type {FileDownloads} from './file-downloads.ts'

/** The fleet as routes read it: whole records, and single columns by the fleet's own row numbers. */
export interface FleetRows extends FleetReader {
  /** Whose torrent a row is; `null` when none stands there (any more). */
  serverAt(row: number): ServerId | null
  record(row: number): TorrentRecord | null
  /** Where a torrent stands; `null` = nowhere. */
  rowOf(key: TorrentKey): number | null
  /** Of a row that stands, as the next ones are. */
  keyAt(row: number): TorrentKey
  isStale(row: number): boolean
  /** Columns that show what a command should bring about. */
  pending(row: number): readonly TorrentField[]
  /** Why its removal waits; `null` = none does. */
  removalWaits(row: number): string | null
  valueAt<F extends TorrentField>(row: number, field: F): TorrentFields[F]
}

/** Answers questions to the fleet (`views/query.ts`). */
interface FleetViews {
  /** All that match, in no order that means anything. */
  matching(selection: Pick<TorrentQuery, 'scope' | 'filter' | 'by'>): TorrentMatches | Promise<TorrentMatches>
  query(query: TorrentQuery): TorrentWindow | Promise<TorrentWindow>
  countsPerServer(facet: FacetName, scope: readonly ServerId[]): ReadonlyMap<ServerId, readonly FacetCount[]>
  trackerSums(scope: readonly ServerId[]): Promise<readonly TrackerSum[]>
}

/** An Arr as far as who sees it may know it by name. */
export type SeenArr = Pick<ArrCard, 'id' | 'kind' | 'name'>

/** What was searched, and how searches stand. */
export interface SearchesSource {
  query(query: SearchesQuery): Promise<SearchesWindow>
  /** `null` = there is none (any more). */
  get(id: string): Promise<SearchRun | null>
  /** What its unit is called; `null` = not known. */
  titleOf(run: SearchRun): string | null
  /** Of these Arrs, as far as they are searched. */
  standing(arrs: readonly string[]): readonly SearchesOfArr[]
}

export interface ScopeSources {
  readonly fleet: FleetRows
  readonly views: FleetViews
  readonly servers: Servers
  /**
   * What somebody says of a server at whose address another daemon seems to answer.
   * @throws {CommodarrError} server_not_in_doubt
   */
  readonly identify: (by: Principal, id: ServerId, is: ServerIdentityWord) => Promise<void>
  readonly reader: ServerReader
  readonly details: TorrentReader
  /** Commands for torrents go through `actions`. */
  readonly executor: Pick<Executor, 'runOnServer' | 'add' | 'objectionToFolder'>
  /** What people did just now. */
  readonly actions: ActionRegistry
  readonly selections: SelectionStore
  /** What an order to copy torrents to another server would do. */
  readonly previewCopies: CopyService['preview']
  readonly ownership: Pick<OwnershipService, 'look' | 'serverOf' | 'nameOf' | 'hasLeft'>
  /** Why the trash cannot take the files of a torrent; `null` = it can. */
  readonly noTrash: (key: TorrentKey) => Promise<NoTrash | null>
  /** It still owes its tracker seeding. */
  readonly owes: (key: TorrentKey) => boolean
  /** So many settings that protect data the configuration lacks. */
  readonly lostSettings: () => number
  /** Who holds its bytes beside torrents; `null` = not known. */
  readonly links: (key: TorrentKey) => Promise<ContentLinks | null>
  /** Arrs that may have torrents on that server. */
  readonly librariesOn: (id: ServerId) => readonly LibraryOnServer[]
  /** How many files of the library of an Arr go with the data of a torrent; `null` = it cannot be known now. */
  readonly libraryFiles: (key: TorrentKey, arr: ArrId) => Promise<number | null>
  /** Which names its bytes have on their disk; else why that is not known. */
  readonly contentUse: (key: TorrentKey) => Promise<ContentUse | {readonly detail: string}>
  /** Which files of the library of an Arr came in from a torrent; `null` = it cannot be known now. */
  readonly libraryUse: (key: TorrentKey, arr: ArrId) => Promise<LibraryUse | null>
  /** What people read of files on our disks. */
  readonly downloads: Pick<FileDownloads, 'read'>
  /** What is in a media file of a torrent. @throws {CommodarrError} it cannot be looked at, and why */
  readonly fileContent: (key: TorrentKey, index: number) => Promise<FileContent>
  /** Where folders of a server lie on this machine. */
  readonly mappingsOf: (id: ServerId) => readonly PathMapping[]
  /** What people wrote beside the servers. */
  readonly registry: ServerRegistry
  /** The Arrs that somebody may see. */
  readonly arrsOf: (by: Principal) => readonly SeenArr[]
  readonly library: Pick<LibraryService, 'query' | 'item' | 'stateOf'>
  /** What is to be searched of these Arrs. */
  readonly wanted: (query: WantedQuery) => Promise<WantedWindow>
  readonly searches: SearchesSource
  /** What people asked for in request managers, the newest first. */
  readonly requests: () => Promise<readonly RequestView[]>
  /** Trackers by the names that the house and this user gave them, for who sees these servers. */
  readonly trackersOn: (by: UserId | null, servers: readonly ServerId[]) => readonly NamedTracker[]
  /** The rules that somebody may see, as searches call them. */
  readonly rulesOf: (by: Principal) => readonly KnownRule[]
  /** Somebody may have this one do something. */
  readonly mayCommandArr: (by: Principal, id: ArrId) => boolean
  /** Of somebody with an account; `null` = there is none (any more). */
  readonly userName: (id: UserId) => string | null
}

const sourceNames: {readonly [S in keyof ScopeSources]: true} = {
  fleet: true,
  views: true,
  servers: true,
  identify: true,
  reader: true,
  details: true,
  executor: true,
  registry: true,
  userName: true,
  arrsOf: true,
  library: true,
  wanted: true,
  searches: true,
  requests: true,
  trackersOn: true,
  rulesOf: true,
  actions: true,
  selections: true,
  previewCopies: true,
  ownership: true,
  mayCommandArr: true,
  noTrash: true,
  owes: true,
  lostSettings: true,
  links: true,
  librariesOn: true,
  libraryFiles: true,
  contentUse: true,
  libraryUse: true,
  downloads: true,
  fileContent: true,
  mappingsOf: true,
}

/** What is left for routes. */
export function withoutSources<P extends ScopeSources>(parts: P): Omit<P, keyof ScopeSources> {
  const left = Object.entries(parts).filter(([name]) => !(name in sourceNames))
  return Object.fromEntries(left) as unknown as Omit<P, keyof ScopeSources>
}
