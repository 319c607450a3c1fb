/** Small services in memory for the tests of the routes: they remember what they were asked. */
import {join} from 'node:path'
import pino from 'pino'
import {KeyAttempts} from '#accounts/attempts.ts'
import {localPrincipal, tokenPrincipal} from '#accounts/principals.ts'
import {ActionRegistry} from '#executor/actions.ts'
import {MovesOfActions, OrderedTorrents, PersonOrders} from '#executor/person-orders.ts'
import {orderedAs} from '#executor/guards/ordered-as.ts'
import {SelectionStore} from '#executor/selections.ts'
import type {AttentionSources} from '#http/live/parts.ts'
import type {HttpDeps, HttpServer, Readiness} from '#http/parts.ts'
import {createHttp} from '#http/server.ts'
import type {AuthenticationDeps} from '#http/sign-in/authentication.ts'
import {keySignIn} from '#http/sign-in/key.ts'
import {openSignIn, type SignIn} from '#http/sign-in/sign-in.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import type {Access, Acting, Principal, UserId} from '#model/access.ts'
import type {AddOutcome, AddTorrent, CommandResult, ServerCommand} from '#model/command.ts'
import type {CopyArgs, CopyPreview, CopyRun, CopyService} from '#model/copies.ts'
import {CommodarrError, TorrentNotFound} from '#model/errors.ts'
import {Secret} from '#model/secret.ts'
import {believedFree, type Feature, type Features, type ServerCard, type ServerHealth} from '#model/server.ts'
import type {
  Executor,
  ItemResult,
  ServerRegistry,
  ServerReader,
  Servers,
  ServerView,
  TorrentOrder,
  TorrentReader,
} from '#model/services.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {asInfoHash, asServerId, type InfoHash, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import {VirtualClock} from '../doubles/virtual-clock.ts'
import {FakeFleet} from './fake-fleet.ts'
import {FakeRankings} from './fake-rankings.ts'

export const hashOf = (letter: string) => asInfoHash(letter.repeat(40)) as InfoHash

export const startOfTime = Date.UTC(2026, 0, 1)

/** No Arr has anything. */
const emptyLibrary: HttpDeps['library'] = {
  query: async () => ({
    items: [],
    total: 0,
    states: {have: 0, partial: 0, missing: 0, queued: 0, unreleased: 0},
    belowCutoff: 0,
    belowMinimum: 0,
  }),
  item: async () => null,
  stateOf: () => ({readAt: null, doubtful: 'unread', settings: null}),
}

const nativeFeature: Feature = {support: 'native', reason: ''}

export function health(change: Partial<ServerHealth> = {}): ServerHealth {
  return {
    status: 'online',
    reason: 'none',
    detail: '',
    advice: '',
    since: startOfTime,
    lastOkAt: startOfTime,
    nextTryAt: null,
    latencyP50Ms: 3,
    latencyP95Ms: 9,
    consecutiveFailures: 0,
    version: '5.1.0',
    ...change,
  }
}

export function server(id: string, change: Partial<ServerView> = {}): ServerView {
  return {
    id: asServerId(id),
    name: id,
    kind: 'qbittorrent',
    url: 'http://127.0.0.1:8080',
    enabled: true,
    health: health(),
    version: '5.1.0',
    apiVersion: '2.11.4',
    features: {start: nativeFeature, setLocation: nativeFeature} as unknown as Features,
    stats: {downSpeed: 100, upSpeed: 10, downLimit: null, upLimit: 5000, altSpeed: false},
    categories: [{name: 'tv', savePath: '/data/tv'}],
    tags: ['hd'],
    torrents: 0,
    stale: 0,
    epoch: 1,
    syncedAt: startOfTime,
    pollMs: 2000,
    polls: {count: 4, ms: 200},
    wholeLists: 2,
    isNeverListed: false,
    lastWholeListAt: null,
    clockAheadMs: null,
    ...change,
  }
}

export function torrent(
  serverId: string,
  hash: InfoHash,
  change: Partial<TorrentRecord> = {},
): TorrentRecord {
  return {
    ...blank,
    key: {serverId: asServerId(serverId), hash},
    seenAt: startOfTime,
    stale: false,
    pending: [],
    name: `torrent ${hash.slice(0, 4)}`,
    size: 1000,
    downSpeed: 5,
    upLimit: null,
    addedAt: startOfTime,
    ...change,
  }
}

/** A torrent of which the server tells as little as it can. */
const blank = {
  state: 'downloading',
  nativeState: 'downloading',
  complete: false,
  queuedCheck: false,
  trackerProblem: false,
  hasMetadata: true,
  downSpeed: 0,
  upSpeed: 0,
  trackerStatus: 'ok',
  category: '',
  tags: [],
} as unknown as TorrentRecord

class FakeExecutor implements Executor {
  readonly orders: TorrentOrder[] = []
  readonly serverOrders: {by: Acting; serverId: string; command: ServerCommand}[] = []
  readonly added: {serverId: string; add: AddTorrent}[] = []
  /** What becomes of torrents of these servers; of all others: done. */
  readonly outcomes = new Map<string, CommandResult>()
  addOutcome: () => AddOutcome = () => ({status: 'added', hash: hashOf('a')})

  async run(order: TorrentOrder) {
    this.orders.push(order)
    return order.keys.map((key) => ({
      key,
      result: this.outcomes.get(key.serverId) ?? {outcome: 'done' as const},
    }))
  }

  /** Folders that nobody may name. */
  readonly forbiddenFolders = new Set<string>()

  objectionToFolder(_access: Access, _serverId: string, folder: string) {
    return this.forbiddenFolders.has(folder)
      ? new CommodarrError('folder_forbidden', `${folder} is not for you.`)
      : null
  }

  async runOnServer(by: Acting, serverId: string, command: ServerCommand) {
    this.serverOrders.push({by, serverId, command})
  }

  async add(_by: Acting, serverId: string, add: AddTorrent) {
    this.added.push({serverId, add})
    return this.addOutcome()
  }
}

export class FakeServers implements Servers {
  readonly all: ServerView[]
  constructor(all: ServerView[]) {
    this.all = all
  }
  list() {
    return this.all
  }
  get(id: string) {
    return this.all.find((it) => it.id === id) ?? null
  }
  async test() {
    const detail = 'connect ECONNREFUSED'
    const advice = 'Is it running?'
    return {
      ok: false,
      latencyMs: null,
      version: null,
      torrents: null,
      reason: 'refused',
      detail,
      advice,
    } as const
  }
}

const reader: ServerReader = {
  limits: async () => ({down: null, up: 5000, altDown: 1, altUp: undefined, altSpeed: true}),
  stats: async () => ({downSpeed: 0, upSpeed: 0}),
  freeSpace: async (_id, path) => (path === '/unknown' ? {} : {freeSpace: believedFree(123)}),
  preferences: async () => ({
    save_path: '/data',
    web_ui_password: 'hunter2',
    proxy: {password: 'hunter3', port: 1},
    max_ratio: -1,
  }),
}

const details: TorrentReader = {
  files: async () => [{index: 0, path: 'a/b.mkv', size: 5, progress: 0.5, priority: 'normal'}],
  trackers: async () => [
    {url: 'https://t.example/announce', tier: 0, status: 'working', message: '', lastAnnounceAt: null},
  ],
  peers: async () => [
    {address: '10.0.0.1:5', client: 'x', progress: 1, downSpeed: 1, upSpeed: 2, flags: 'D', encrypted: true},
  ],
  webSeeds: async () => [{url: 'https://seed.example/'}],
  pieces: async () => ({size: 16384, count: 3, states: '012'}),
  more: async (key) => ({hash: key.hash, createdBy: 'mktorrent', pieceCount: 3, comment: undefined}),
  exportTorrent: async (key) => {
    if (key.hash === hashOf('b')) throw new TorrentNotFound({...key})
    return new TextEncoder().encode('d4:infode')
  },
}

export interface FakeHarness {
  readonly http: HttpServer
  readonly fleet: FakeFleet
  /** What live views are told; reckoned when a test says so. */
  readonly rankings: FakeRankings
  /** Servers that live views looked at, each time. */
  readonly watched: (readonly string[])[]
  /** Something that somebody came in with has ended; `null` = of anybody. */
  readonly reportEnd: (userId: UserId | null) => void
  readonly servers: FakeServers
  readonly registry: FakeRegistry
  readonly executor: FakeExecutor
  readonly clock: VirtualClock
  readonly logged: string[]
  readonly parts: HttpDeps
}

export const nothingWaits: AttentionSources = {
  alerts: {list: () => []},
  storage: () => ({ok: true, since: 0, code: null}),
  processes: {list: () => []},
  rules: {seenBy: () => []},
  clock: {now: () => startOfTime},
  approvals: {waiting: () => []},
  notices: {list: () => []},
  ruleName: () => null,
  arrs: () => [],
  imports: {of: () => ({imports: [], asOf: null})},
  disks: {of: () => null},
}

/** Everybody may command every server: what is scoped is tested with people (`access-matrix.fleet.test.ts`). */
export class FakeRegistry implements ServerRegistry {
  readonly #servers: FakeServers
  /** Rises with each look: tests change the servers as they like. */
  #revision = 0
  /** What differs from a server of the file that is shared with everyone. */
  readonly changes = new Map<string, Partial<ServerCard>>()

  constructor(servers: FakeServers) {
    this.#servers = servers
  }

  get revision(): number {
    return this.#revision++
  }

  cards(): ServerCard[] {
    return this.#servers.all.map(({id}, position) => ({...cardOf(id, position), ...this.changes.get(id)}))
  }

  card(id: ServerId): ServerCard | null {
    return this.cards().find((it) => it.id === id) ?? null
  }
}

/** Where nobody has a key, and no refusal is told. */
export function signInByToken(
  token: string,
  tokenPrincipal: (address: string) => Principal,
  inQuery = false,
): SignIn {
  return keySignIn(
    [new Secret(token)],
    inQuery,
    tokenPrincipal,
    {principalOf: () => null},
    new KeyAttempts(new VirtualClock(), () => undefined),
  )
}

function fakeTransport(registry: ServerRegistry, tokenText: string | undefined): AuthenticationDeps {
  return {
    signIns: [
      tokenText === undefined
        ? openSignIn(localPrincipal(registry))
        : signInByToken(tokenText, tokenPrincipal(registry)),
    ],
    hosts: tokenText === undefined ? 'this machine' : [],
    stranger: () => new CommodarrError('unauthorised', 'Log in, or send a key as X-API-Token.'),
  }
}

function cardOf(id: ServerId, position: number): ServerCard {
  return {
    id,
    position,
    origin: 'file',
    ownerId: null,
    tags: [],
    colour: null,
    icon: null,
    defaultForAdding: false,
    sharing: [{with: 'everyone', level: 'control'}],
  }
}

/** Copies that were ordered, none of which ends unless a test says so. */
export class FakeCopies implements CopyService {
  readonly runs: CopyRun[] = []
  readonly cancelled: string[] = []
  readonly undone: TorrentKey[] = []
  found: CopyPreview = {
    ways: [],
    folders: [],
    existing: 0,
    mayBeExisting: 0,
    mayDownload: {count: 0, private: 0, bytes: 0},
    downloads: [],
    withoutTags: 0,
    staysStopped: 0,
    runTwice: 0,
    refused: [],
    omitted: 0,
  }
  /** Of what it was asked. */
  readonly previewed: CopyArgs[] = []

  run(order: CopyRun): Promise<void> {
    this.runs.push(order)
    const {promise, resolve} = Promise.withResolvers<void>()
    this.end = resolve
    return promise
  }

  /** The last order has ended. */
  end: () => void = () => {}

  resumed(): readonly [] {
    return []
  }

  async follow(): Promise<void> {}

  async cancel(entryIds: readonly string[]): Promise<void> {
    this.cancelled.push(...entryIds)
  }

  async undo(_by: Acting, _server: ServerId, keys: readonly TorrentKey[]): Promise<readonly ItemResult[]> {
    this.undone.push(...keys)
    return keys.map((key) => ({key, result: {outcome: 'done'}}))
  }

  bytesThere(): null {
    return null
  }

  async preview(_access: Access, _keys: Iterable<TorrentKey>, args: CopyArgs): Promise<CopyPreview> {
    this.previewed.push(args)
    return this.found
  }
}

/** Two servers online and one that is down; `a…` lies on both, `b…` on the first, `c…` on the one that is down. */
export async function fakeHarness(
  change: Partial<HttpDeps> & {tokenText?: string; commands?: Executor; copies?: FakeCopies} = {},
): Promise<FakeHarness> {
  const {tokenText, commands, copies = new FakeCopies(), ...given} = change
  const down = health({
    status: 'unreachable',
    reason: 'refused',
    detail: 'ECONNREFUSED',
    advice: 'Is it running?',
  })
  const servers = new FakeServers([
    server('qBit', {torrents: 2}),
    server('box', {kind: 'transmission', name: 'Seedbox', torrents: 1, url: 'https://box.example/rpc'}),
    server('down', {
      kind: 'rtorrent',
      url: 'scgi+unix:///run/rt.sock',
      torrents: 1,
      stale: 1,
      health: down,
      stats: null,
    }),
  ])
  const fleet = new FakeFleet([
    torrent('qBit', hashOf('a'), {category: 'tv', tags: ['hd']}),
    torrent('qBit', hashOf('b'), {pending: ['downSpeed'], ratioLimit: 'inherit'}),
    torrent('box', hashOf('a'), {state: 'stalledDown'}),
    torrent('down', hashOf('c'), {stale: true, category: 'tv'}),
  ])
  const registry = new FakeRegistry(servers)
  const rankings = new FakeRankings(fleet)
  const watched: (readonly string[])[] = []
  const listening: ((userId: UserId | null) => void)[] = []
  const executor = new FakeExecutor()
  const clock = new VirtualClock(startOfTime)
  const logged: string[] = []
  const log = pino({level: 'debug'}, {write: (line: string) => void logged.push(line)})
  const readiness = (): Readiness => ({ready: true, reasons: []})
  const storage = () => ({ok: true, since: startOfTime, code: null})
  const turns = new TimeSlice()
  const acting = {fleet, clock, ...given, executor: commands ?? executor}
  const asOf = (key: TorrentKey) => {
    const torrent = acting.fleet.get(key)
    return torrent && orderedAs(torrent, false, () => [])
  }
  const parts: HttpDeps = {
    fleet,
    views: fleet,
    live: {
      views: rankings,
      watch: (ids) => void watched.push(ids),
      attention: nothingWaits,
      onEnd: (listener) => void listening.push(listener),
    },
    servers,
    reader,
    details,
    executor: acting.executor,
    clock,
    log,
    version: '0.1.0',
    registry,
    userName: (id) => (id === 'u1' ? 'Olga' : null),
    arrsOf: () => [],
    library: emptyLibrary,
    wanted: async ({arrs}) => ({
      items: [],
      total: 0,
      counts: {ready: 0, resting: 0, coming: 0, unreleased: 0, held: 0},
      arrs: arrs.map((arrId) => ({arrId, wanted: 0, pause: null})),
    }),
    searches: {
      query: async () => ({items: [], total: 0, outcomes: new Map()}),
      get: async () => null,
      titleOf: () => null,
      standing: () => [],
    },
    requests: async () => [],
    trackersOn: () => [],
    rulesOf: () => [],
    mayCommandArr: () => false,
    authentication: fakeTransport(registry, tokenText),
    urlBase: '',
    demo: false,
    webFolder: join(import.meta.dirname, 'web-folder.fixture'),
    readiness,
    storage,
    listensAt: () => ({host: '127.0.0.1', port: 6969}),
    observing: () => null,
    automation: () => ({
      decisions: new Map(),
      removed: {count: 0, bytes: 0},
      holds: 0,
      suspendedRules: 0,
      unfinished: {count: 0, oldestAt: null},
      trash: {count: 0, bytes: 0},
    }),
    diskFigures: async () => [],
    trackerTotals: async () => [],
    arrsAtWork: () => [],
    turns,
    ownership: {
      look: async (keys) => (given.fleet instanceof FakeFleet ? given.fleet : fleet).ownershipOf(keys),
      serverOf: (id) => (given.servers ?? servers).get(id),
      nameOf: (key) => (given.fleet ?? fleet).get(key)?.name,
      hasLeft: () => false,
    },
    identify: async () => {},
    previewCopies: (...asked) => copies.preview(...asked),
    noTrash: async () => null,
    owes: () => false,
    lostSettings: () => 0,
    links: async () => null,
    librariesOn: () => [],
    libraryFiles: async () => null,
    contentUse: async () => ({detail: 'No path mapping says where we see this path of the server.'}),
    libraryUse: async () => null,
    downloads: {
      read: async () => {
        throw new CommodarrError('not_supported', 'No path mapping says where we see this file.')
      },
    },
    fileContent: async () => ({unknown: 'There is no ffprobe.'}),
    mappingsOf: () => [],
    actions: new ActionRegistry(
      new OrderedTorrents(
        acting.fleet,
        {waitForRemoval() {}, endRemovalWait() {}},
        {files: (key) => (given.details ?? details).files(key)},
        asOf,
        turns,
      ),
      new PersonOrders(acting.executor, {run: (order) => acting.executor.run(order)}, copies, (by) => by),
      new MovesOfActions({isOpen: () => false}, {isMoving: () => false}),
      {clock: acting.clock, log, journal: {write: async () => {}}},
    ),
    selections: new SelectionStore(acting.clock, turns, asOf),
    ...given,
  }
  return {
    http: await createHttp(parts),
    fleet,
    rankings,
    watched,
    reportEnd: (userId) => listening.forEach((listener) => listener(userId)),
    servers,
    registry,
    executor,
    clock,
    logged,
    parts,
  }
}
