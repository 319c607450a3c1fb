/**
 * The house as one person sees it. Made for each request from his access; routes are handed nothing else of servers and
 * torrents, so that nobody can forget to ask whose they are. A server that he may not see is not there: it is in no
 * list, count, facet or error, and what names it is answered like what names nothing.
 *
 *   request.principal ─▶ scopeOf ─▶ request.scope: servers · fleet · views · reader · details · executor · actions
 */
import type {FastifyInstance, FastifyRequest} from 'fastify'
import {hearsOf} from '#executor/authorise.ts'
import type {FrozenKeys} from '#executor/frozen-keys.ts'
import type {Selection} from '#executor/selections.ts'
import type {LibraryItemDetails, LibraryQuery, LibraryWindow} from '#library/library-query.ts'
import {personOf} from '#lib/fair-turns.ts'
import {mapInTurns, type TimeSlice} from '#lib/time-slice.ts'
import type {Access, Principal, UserId} from '#model/access.ts'
import {asArrId, type ArrId} from '#model/arr.ts'
import type {AddOutcome, AddTorrent, ServerCommand} from '#model/command.ts'
import type {CopyArgs, CopyPreview} from '#model/copies.ts'
import {ServerUnknown} from '#model/errors.ts'
import type {LibraryKey, LibraryState} from '#model/library.ts'
import type {SearchRun} from '#model/automation-state.ts'
import type {SearchesOfArr, SearchesQuery, SearchesWindow} from '#model/searches.ts'
import type {RequestView} from '#model/requests.ts'
import type {WantedQuery, WantedWindow} from '#model/searching.ts'
import type {
  FacetCount,
  FacetName,
  TorrentFilter,
  TorrentMatches,
  TorrentQuery,
  TorrentWindow,
  KnownRule,
  NamedTracker,
  TrackerSum,
} from '#model/query.ts'
import type {ServerCard, ServerIdentityWord} from '#model/server.ts'
import type {
  ContentLinks,
  ContentUse,
  FileContent,
  FileToRead,
  LibraryOnServer,
  LibraryUse,
  ServerReader,
  ServerTest,
  ServerView,
  TorrentReader,
} from '#model/services.ts'
import {
  asInfoHash,
  asServerId,
  keyText,
  type InfoHash,
  type ServerId,
  type TorrentKey,
} from '#model/torrent-key.ts'
import {doubtWords} from '#ownership/doubts.ts'
import {ArrUnknown} from '#registry/arrs/draft.ts'
import type {NoTrash} from '#trash/trash-disk.ts'
import {shownPaths, type ShownPaths} from '../security/local-paths.ts'
import {columnsWithoutPasskeys, trackerWithoutPasskey, webSeedWithoutPasskey} from '../security/passkeys.ts'
import type {ByteRange, FileDownloads} from './file-downloads.ts'
import {scopedActions, type ScopedActions} from './scoped-actions.ts'
import {ScopedFleet, type VisibleRows} from './scoped-fleet.ts'
import type {ScopeSources, SeenArr} from './sources.ts'
import {Visibility, type AccessLevel} from './visibility.ts'

/** A question by somebody: its scope is his. */
export type OwnQuery = Omit<TorrentQuery, 'scope'>

interface ScopedViews {
  matching(filter: TorrentFilter): TorrentMatches | Promise<TorrentMatches>
  query(query: OwnQuery): TorrentWindow | Promise<TorrentWindow>
  countsPerServer(facet: FacetName): ReadonlyMap<ServerId, readonly FacetCount[]>
  trackerSums(): Promise<readonly TrackerSum[]>
}

interface ScopedServers {
  /** In the order people see them. */
  list(): readonly ServerView[]
  get(id: ServerId): ServerView | null
  /** @throws {CommodarrError} server_unknown */
  card(id: ServerId): ServerCardView
  /** @throws {CommodarrError} server_unknown, forbidden */
  test(id: ServerId): Promise<ServerTest>
  /** @throws {CommodarrError} server_unknown, forbidden, server_not_in_doubt */
  identify(id: ServerId, is: ServerIdentityWord): Promise<void>
}

/**
 * Commands for a server and additions, as who asked; nobody else can be named. Commands for torrents are `actions`, so
 * that each can be found again, undone and tried again.
 */
interface ScopedExecutor {
  runOnServer(serverId: ServerId, command: ServerCommand): Promise<void>
  add(serverId: ServerId, add: AddTorrent): Promise<AddOutcome>
}

/** Sets of torrents that he froze. */
interface ScopedSelections {
  /** @throws {BadArgument} too many */
  freeze(keys: readonly TorrentKey[], from: Selection | null): Promise<Selection>
  /** @throws {CommodarrError} selection_unknown */
  get(id: string): Selection
}

/** Libraries of the Arrs that he may see: what others have is in no row and no count. */
interface ScopedLibrary {
  query(query: Omit<LibraryQuery, 'arrs'>): Promise<LibraryWindow>
  /** `null` = it is not known. @throws {CommodarrError} arr_unknown */
  item(arrId: string, key: LibraryKey): Promise<LibraryItemDetails | null>
  /** How far the library of each is known. */
  states(): readonly (SeenArr & LibraryState)[]
}

/** Searches of the Arrs that he may see. */
interface ScopedSearches {
  query(query: Omit<SearchesQuery, 'arrs'>): Promise<SearchesWindow>
  /** `null` = there is none that he may see. */
  get(id: string): Promise<SearchRun | null>
  titleOf(run: SearchRun): string | null
  standing(): readonly SearchesOfArr[]
}

/** Who else needs the data of a torrent. */
export interface ContentOwners {
  readonly seen: readonly TorrentKey[]
  /** Others that he may not see: that there are any is all he is told of them. */
  readonly hidden: boolean
  /** Of its files some are nobody else's. */
  readonly hasOwnFiles: boolean
  /** Why nobody can say who needs it; `null` = it can be said. */
  readonly doubt: string | null
}

/** An Arr whose library may be what lies on a server. */
export interface AskedLibrary {
  readonly id: ArrId
  /** `null` = he may not see it. */
  readonly name: string | null
}

export interface Scope {
  readonly access: Access
  /** What somebody's server or Arr said may be long: it is gone through in turns. */
  readonly turns: Turns
  readonly servers: ScopedServers
  /**
   * Torrents of others are not there; where he may only look, addresses in texts lose their passkeys; what an Arr says
   * that he may not see is unknown.
   */
  readonly fleet: VisibleRows
  /** Those that he may see. */
  readonly arrs: readonly SeenArr[]
  readonly library: ScopedLibrary
  /** What is to be searched of the Arrs that he may see. @param arr of this one alone @throws {CommodarrError} arr_unknown */
  readonly wanted: (query: Omit<WantedQuery, 'arrs'>, arr?: string) => Promise<WantedWindow>
  readonly searches: ScopedSearches
  /**
   * What people asked for in request managers, of the Arrs that he may see; what no Arr has only where he sees all that
   * take requests of its manager. Who asked is named to administrators and to who may command the Arr.
   * @param arr of this one alone
   * @throws {CommodarrError} arr_unknown
   */
  readonly requests: (arr?: string) => Promise<readonly RequestView[]>
  /** Names of trackers on servers in sight. */
  readonly trackers: readonly NamedTracker[]
  /** Rules that he may see, as his searches call them. */
  readonly rules: readonly KnownRule[]
  /** `false` also for one that he may not see. */
  readonly mayCommandArr: (id: ArrId) => boolean
  /** Words that may name paths of our machine, as he may read them. */
  readonly paths: ShownPaths
  readonly views: ScopedViews
  readonly reader: ServerReader
  readonly details: TorrentReader
  readonly executor: ScopedExecutor
  readonly actions: ScopedActions
  readonly selections: ScopedSelections
  /** What copying these to another server would do: as if he ordered it. */
  readonly previewCopies: (keys: Iterable<TorrentKey>, args: CopyArgs) => Promise<CopyPreview>
  /** As the executor would find them, by the text of the key; not of torrents that he may not remove. */
  readonly contentOwners: (keys: readonly TorrentKey[]) => Promise<ReadonlyMap<string, ContentOwners>>
  /** Why the trash cannot take the files of a torrent; `null` = it can, or he may not remove it. */
  readonly noTrash: (key: TorrentKey) => Promise<NoTrash | null>
  /** It still owes its tracker seeding. */
  readonly owes: (key: TorrentKey) => boolean
  /** So many settings that protect data the configuration lacks. */
  readonly lostSettings: () => number
  /** Who holds its bytes beside torrents; `null` = not known, or he may not remove it. */
  readonly links: (key: TorrentKey) => Promise<ContentLinks | null>
  /**
   * Arrs whose libraries may be what lies on that server: those that he may see, and those of its owner; none where he may
   * not remove anything. What a member's Arr says counts for nobody else.
   */
  readonly librariesOn: (id: ServerId) => readonly AskedLibrary[]
  /**
   * How many files of the library of one of these go with the data of a torrent; `null` = it cannot be known now, or he
   * may not remove it.
   */
  readonly libraryFiles: (key: TorrentKey, arr: ArrId) => Promise<number | null>
  /** Which names its bytes have on their disk; else why that is not known, also as he may not remove it. */
  readonly contentUse: (key: TorrentKey) => Promise<SeenContentUse | {readonly detail: string}>
  /** Which files of the library of one of these came in from it; `null` as above. */
  readonly libraryUse: (key: TorrentKey, arr: ArrId) => Promise<LibraryUse | null>
  /** @throws {CommodarrError} server_unknown, forbidden, and as `FileDownloads.read` */
  readonly readFile: (
    key: TorrentKey,
    index: number,
    rangeOf: (file: FileToRead) => ByteRange,
  ) => ReturnType<FileDownloads['read']>
  /** @throws {CommodarrError} server_unknown, forbidden; it cannot be looked at, and why */
  readonly fileContent: (key: TorrentKey, index: number) => Promise<FileContent>
}

/** As somebody sees it: of torrents that he may not see that there are any is all he is told. */
interface SeenContentUse extends ContentUse {
  readonly hidden: boolean
}

type Turns = Pick<TimeSlice, 'due' | 'next'>

/** Costs some object literals: everything in it asks `access` when it is used. @param turns for long lists */
export function scopeOf(by: Principal, sources: ScopeSources, turns: Turns): Scope {
  const {access} = by
  const sight = new Visibility(access)
  const arrs = onceAsked(() => sources.arrsOf(by))
  const paths = shownPaths(access, sources)
  /** Who requested something there is named to them. */
  const isNamedIn = (ids: readonly string[]) =>
    (access.permits('admin') && access.everywhere) ||
    ids.every((id) => sources.mayCommandArr(by, asArrId(id)))
  return {
    access,
    turns,
    servers: scopedServers(by, sight, sources),
    fleet: new ScopedFleet(sight, sources.fleet, arrs, paths),
    get arrs() {
      return arrs()
    },
    library: {
      query: (query) => sources.library.query({...query, arrs: new Set(arrs().map(({id}) => id))}),
      async item(arrId, key) {
        if (!arrs().some(({id}) => id === arrId)) throw new ArrUnknown(arrId)
        return sources.library.item(asArrId(arrId), key)
      },
      states: () => arrs().map(({id, kind, name}) => ({id, kind, name, ...sources.library.stateOf(id)})),
    },
    async wanted(query, arr) {
      const ids = arrs().map(({id}) => id as string)
      if (arr !== undefined && !ids.includes(arr)) throw new ArrUnknown(arr)
      const window = await sources.wanted({...query, arrs: arr === undefined ? ids : [arr]})
      const items = window.items.map((it) => (isNamedIn([it.arrId]) ? it : {...it, requester: null}))
      return {...window, items}
    },
    searches: {
      query: (query) => sources.searches.query({...query, arrs: arrs().map(({id}) => id)}),
      async get(id) {
        const run = await sources.searches.get(id)
        return arrs().some((arr) => arr.id === run?.arrId) ? run : null
      },
      titleOf: (run) => sources.searches.titleOf(run),
      standing: () => sources.searches.standing(arrs().map(({id}) => id)),
    },
    async requests(arr) {
      const ids = new Set<string>(arrs().map(({id}) => id))
      if (arr !== undefined && !ids.has(arr)) throw new ArrUnknown(arr)
      const found: RequestView[] = []
      for (const view of await sources.requests()) {
        const its = view.arrId === null ? view.arrs : [view.arrId]
        if (!its.every((id) => ids.has(id)) || (arr !== undefined && view.arrId !== arr)) continue
        found.push(isNamedIn(its) ? view : {...view, request: {...view.request, requester: null}})
        if (turns.due()) await turns.next()
      }
      return found
    },
    get trackers() {
      return sources.trackersOn(by.actor.userId, access.servers)
    },
    get rules() {
      return sources.rulesOf(by)
    },
    mayCommandArr: (id) => sources.mayCommandArr(by, id),
    paths,
    views: {
      matching: (filter) => sources.views.matching({filter, scope: access.servers, by: personOf(by.actor)}),
      query: (query) => sources.views.query({...query, scope: access.servers, by: personOf(by.actor)}),
      countsPerServer: (facet) => sources.views.countsPerServer(facet, access.servers),
      trackerSums: () => sources.views.trackerSums(access.servers),
    },
    reader: scopedReader(sources, sight),
    details: scopedDetails(sources.details, sight, turns),
    executor: {
      runOnServer: (serverId, command) => sources.executor.runOnServer(by, serverId, command),
      add: (serverId, add) => sources.executor.add(by, serverId, add),
    },
    actions: scopedActions(by, sources.actions, paths),
    selections: {
      freeze: (keys, from) => sources.selections.freeze(by, keys, from),
      get: (id) => sources.selections.get(by, id),
    },
    previewCopies: (keys, args) => sources.previewCopies(access, keys, args),
    contentOwners: (keys) => contentOwnersOf(keys, sight, paths, sources),
    noTrash: async (key) => {
      const no = sight.controls(key.serverId) ? await sources.noTrash(key) : null
      return no && {...no, why: paths.text(key.serverId, no.why)}
    },
    lostSettings: () => sources.lostSettings(),
    owes: (key) => sight.sees(key.serverId) && sources.owes(key),
    links: async (key) => (sight.controls(key.serverId) ? sources.links(key) : null),
    librariesOn: (id) => (sight.controls(id) ? librariesOf(sources.librariesOn(id), arrs()) : []),
    libraryFiles: async (key, arr) => (sight.controls(key.serverId) ? sources.libraryFiles(key, arr) : null),
    contentUse: async (key) => contentUseSeen(key, sight, paths, sources),
    readFile: async (key, index, rangeOf) => {
      sight.demand('manage', key.serverId)
      return sources.downloads.read(by, key, index, rangeOf)
    },
    fileContent: async (key, index) => {
      sight.demand('control', key.serverId)
      const found = await sources.fileContent(key, index)
      return 'unknown' in found ? {unknown: paths.text(key.serverId, found.unknown)} : found
    },
    libraryUse: async (key, arr) => {
      const use = sight.controls(key.serverId) ? await sources.libraryUse(key, arr) : null
      return use && {...use, files: use.files.map((it) => ({...it, path: paths.text(key.serverId, it.path)}))}
    },
  }
}

function onceAsked<T>(ask: () => T): () => T {
  let answer: {readonly is: T} | null = null
  return () => (answer ??= {is: ask()}).is
}

const MAY_NOT_LOOK = 'You may only view its server, so it is not shown who else uses its data.'

async function contentUseSeen(
  key: TorrentKey,
  sight: Visibility,
  paths: ShownPaths,
  sources: ScopeSources,
): Promise<SeenContentUse | {readonly detail: string}> {
  if (!sight.controls(key.serverId)) return {detail: MAY_NOT_LOOK}
  const use = await sources.contentUse(key)
  if ('detail' in use) return {detail: paths.text(key.serverId, use.detail)}
  const holders = use.holders.filter(({serverId}) => sight.sees(serverId))
  return {...use, holders, hidden: holders.length < use.holders.length}
}

function librariesOf(all: readonly LibraryOnServer[], seen: readonly SeenArr[]): readonly AskedLibrary[] {
  const names = new Map(seen.map(({id, name}) => [id, name]))
  return all.flatMap(({id, isOfSameOwner}) =>
    names.has(id) || isOfSameOwner ? [{id, name: names.get(id) ?? null}] : [],
  )
}

async function contentOwnersOf(
  keys: readonly TorrentKey[],
  sight: Visibility,
  paths: ShownPaths,
  {ownership}: ScopeSources,
): Promise<ReadonlyMap<string, ContentOwners>> {
  const own = keys.filter(({serverId}) => sight.controls(serverId))
  const found = await ownership.look(own)
  const words = {
    server: (id: ServerId) => ownership.serverOf(id),
    sees: (id: ServerId) => hearsOf(sight.access, id, ownership.hasLeft(id)),
    hasLeft: (id: ServerId) => ownership.hasLeft(id),
    nameOf: (key: TorrentKey) => ownership.nameOf(key),
  }
  return new Map(
    own.flatMap((key): [string, ContentOwners][] => {
      const name = keyText(key)
      const its = found.get(name)
      if (!its) return []
      const {owners, doubts, spare} = its
      const seen = owners.map((it) => it.key).filter(({serverId}) => sight.sees(serverId))
      const doubt = doubts[0] ? paths.text(key.serverId, doubtWords(doubts[0], words)) : null
      const hasOwnFiles = owners.length === 0 || (spare?.size ?? 0) > 0
      return [[name, {seen, hidden: seen.length < owners.length, hasOwnFiles, doubt}]]
    }),
  )
}

function scopedServers(by: Principal, sight: Visibility, sources: ScopeSources): ScopedServers {
  const {servers, registry, userName} = sources
  let places: ReadonlyMap<ServerId, number> | undefined
  const placeOf = (id: ServerId) => {
    places ??= new Map(sight.access.servers.map((it, at) => [it, at]))
    return places.get(id)!
  }
  return {
    list: () => sight.access.servers.flatMap((id) => servers.get(id) ?? []),
    get: (id) => (sight.sees(id) ? servers.get(id) : null),
    card: (id) => {
      const card = sight.sees(id) ? registry.card(id) : null
      if (!card) throw new ServerUnknown(id)
      // Its own place runs over everybody's servers, and would tell of them.
      return {...seenCard(card, sight.levelOn(id), userName), position: placeOf(id)}
    },
    test: async (id) => {
      sight.demand('control', id)
      return servers.test(id)
    },
    identify: async (id, is) => {
      sight.demand('manage', id)
      await sources.identify(by, id, is)
    },
  }
}

function seenCard(card: ServerCard, access: AccessLevel, userName: ScopeSources['userName']): ServerCardView {
  const {id: _id, ownerId, sharing: _sharing, tags, ...rest} = card
  const name = ownerId === null ? null : userName(ownerId)
  return {
    ...rest,
    owner: ownerId === null || name === null ? null : {id: ownerId, name},
    access,
    serverTags: tags,
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The house as who asks may see it. @throws {CommodarrError} unauthorised, when nobody is known */
    readonly scope: Scope
    /** What `scope` made; ask that. */
    madeScope: Scope | null
  }
}

/** Gives every request its `scope`, made when it is first asked for. Must come after the door. */
export function addScope(app: FastifyInstance, sources: ScopeSources, turns: Turns): void {
  app.decorateRequest('madeScope', null)
  app.decorateRequest('scope', {
    getter(this: FastifyRequest): Scope {
      this.madeScope ??= scopeOf(this.principal, sources, turns)
      return this.madeScope
    },
  })
}

/** From the torrents that a body names to those that are meant. */

interface WireKey {
  readonly server_id: string
  readonly info_hash: string
}

/** One of both is there. @throws {CommodarrError} selection_unknown */
export function selectedBy(
  {
    keys,
    selection_id: id,
  }: {readonly keys?: readonly WireKey[] | undefined; readonly selection_id?: string | undefined},
  scope: Scope,
): readonly TorrentKey[] | FrozenKeys {
  return id === undefined ? (keys ?? []).map(asKey) : scope.selections.get(id).keys
}

export function asKey(key: WireKey): TorrentKey {
  return {serverId: asServerId(key.server_id), hash: asInfoHash(key.info_hash) as InfoHash}
}

/** What people wrote beside a server, as who may see it is shown. */
export interface ServerCardView extends Omit<ServerCard, 'id' | 'ownerId' | 'sharing' | 'tags'> {
  readonly owner: {readonly id: UserId; readonly name: string} | null
  readonly access: AccessLevel
  readonly serverTags: readonly string[]
}

/* What is asked of servers when somebody looks, for who may look. */

/**
 * Preferences hold what lets people into the machine: they are its owner's. Who asks about folders one by one learns
 * which there are, and on which disk: that is for who may put things there, in just these folders.
 */
function scopedReader(
  {reader, executor}: Pick<ScopeSources, 'reader' | 'executor'>,
  sight: Visibility,
): ServerReader {
  return {
    limits: async (id) => {
      sight.demand('read', id)
      return reader.limits(id)
    },
    stats: async (id) => {
      sight.demand('read', id)
      return reader.stats(id)
    },
    freeSpace: async (id, path) => {
      sight.demand(path === null ? 'read' : 'control', id)
      const no = path === null ? null : executor.objectionToFolder(sight.access, id, path)
      if (no) throw no
      return reader.freeSpace(id, path)
    },
    preferences: async (id) => {
      sight.demand('manage', id)
      return reader.preferences(id)
    },
  }
}

/** Where he may only look, addresses come without passkeys, and the .torrent file, which holds them, not at all. */
function scopedDetails(details: TorrentReader, sight: Visibility, turns: Turns): TorrentReader {
  const controls = ({serverId}: TorrentKey) => sight.controls(serverId)
  const see = ({serverId}: TorrentKey) => sight.demand('read', serverId)
  return {
    files: async (key) => {
      see(key)
      return details.files(key)
    },
    trackers: async (key) => {
      see(key)
      const trackers = await details.trackers(key)
      return controls(key) ? trackers : mapInTurns(trackers, turns, trackerWithoutPasskey)
    },
    peers: async (key) => {
      see(key)
      return details.peers(key)
    },
    webSeeds: async (key) => {
      see(key)
      const seeds = await details.webSeeds(key)
      return controls(key) ? seeds : mapInTurns(seeds, turns, webSeedWithoutPasskey)
    },
    pieces: async (key) => {
      see(key)
      return details.pieces(key)
    },
    more: async (key) => {
      see(key)
      const columns = await details.more(key)
      return controls(key) ? columns : columnsWithoutPasskeys(columns)
    },
    exportTorrent: async (key) => {
      sight.demand('control', key.serverId)
      return details.exportTorrent(key)
    },
  }
}
