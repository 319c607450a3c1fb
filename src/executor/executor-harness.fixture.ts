/** The executor in a house of two servers that remember what they were told. */
import type {DiskSpace} from '#disk/free-space.ts'
import {unseen} from '#disk/fs-errors.ts'
import type {JournalEntry} from '#journal/entry.ts'
import type {Access, Acting, Requester} from '#model/access.ts'
import type {
  AdditionDefaults,
  AddOutcome,
  FetchedAddress,
  CommandResult,
  LinkAdded,
  RemovalCommand,
  ServerCommand,
  TorrentCommand,
  TypedAddress,
} from '#model/command.ts'
import type {ActionEnded} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import {staysAtLimit, type LimitEnd} from '#model/limit-end.ts'
import {
  believedFree,
  type Category,
  type DefaultFolders,
  type Features,
  type ServerFigures,
} from '#model/server.ts'
import type {LimitEndReader, RemovalWaits, ServerView} from '#model/services.ts'
import {labelKey, type TorrentRecord} from '#model/torrent.ts'
import {asServerId, keyText, type InfoHash, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import type {Bytes} from '#model/units.ts'
import {everyRefusal} from '#test/doubles/every-refusal.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {CommandExecutor} from './executor.ts'
import type {Settled} from './expected.ts'
import {AllowedFolders} from './guards/allowed-folders.ts'
import {LateEffects} from './late-effects.ts'
import {DestinationSpace} from './destination-space.ts'
import {MoveSpace} from './move-space.ts'
import {orderedAs, type OrderedAs} from './guards/ordered-as.ts'
import {UnconfirmedRemovals} from './unconfirmed-removals.ts'
import type {Doubt} from '#ownership/doubts.ts'
import type {FoldersChange, ServerPlaces, TorrentFiles} from '#ownership/file-changes.ts'
import {isUncertain, type Ownership, type TouchedFiles} from '#ownership/ownership.ts'

export const hash = (n: number) => n.toString(16).padStart(40, '0') as InfoHash
export const [A, B] = [asServerId('A'), asServerId('B')]
export const key = (serverId: ServerId, n: number): TorrentKey => ({serverId, hash: hash(n)})
export const actor = {name: 'test', origin: 'api', userId: null, address: null} as const
const everything: Access = {everywhere: true, permits: () => true, may: () => true, servers: []}
export const by: Requester = {actor, access: everything, via: 'token', credentialId: null}

export const untouched: TouchedFiles = {taken: [], landedOn: [], occupied: [], doubts: []}

/** What a server is told. */
export interface SentOrder {
  readonly serverId: ServerId
  readonly hashes: readonly InfoHash[]
  readonly command: TorrentCommand | RemovalCommand
  readonly standstills: number
}

/** A house of two servers: what reaches the gate, the journal and the fleet is written down. */
export class Harness {
  readonly clock = new VirtualClock()
  readonly torrents = new Map<string, TorrentRecord>()
  readonly orders: SentOrder[] = []
  readonly serverCommands: ServerCommand[] = []
  /** Folders that who does not manage a server may name. */
  allowed: readonly string[] = ['/d']
  /** Servers have told which folders they use. */
  foldersAreReported = true
  /** Addresses that are not for him. */
  readonly forbiddenAddresses = new Set<string>()
  /** What a magnet link or a torrent file names. */
  addresses: readonly TypedAddress[] = []
  /** URLs that were fetched from here. */
  readonly fetched: string[] = []
  addStatus: AddOutcome['status'] = 'added'
  addHash: InfoHash | null = null
  addIsHeld = false
  /** What a server still fetches. */
  addFetching: FetchedAddress | null = null
  /** What came of it, by how often it was asked; what throws could not be asked. */
  findFetched: (times: number) => InfoHash | null = () => null
  finishFetched: (hash: InfoHash, address: FetchedAddress) => void = () => {}
  fetchLooks = 0
  addFault: Error | null = null
  /** What a link or a file says of its hashes. */
  addHashes: readonly InfoHash[] = [hash(0xadd)]
  /** The server knows how to stop with metadata. */
  canWait = true
  readonly journal: JournalEntry[] = []
  readonly expected: string[] = []
  readonly withdrawn: string[] = []
  offline = new Set<ServerId>()
  fault: Error | null = null
  none: string[] = []
  shared = new Map<string, TorrentKey[]>()
  /** By the text of the key. */
  readonly linksOut = new Map<string, string>()
  /** Why some of their files are not theirs, by the text of the key. */
  readonly strangers = new Map<string, string>()
  readonly pinned = new Set<string>()
  /** Watched because they may be checked, in order. */
  readonly checked: string[] = []
  /** Of these, what no server took. */
  readonly notChecked: string[] = []
  /** Lost in a check. */
  readonly lost = new Set<string>()
  /** Tags that rules ignore. */
  readonly ignored = new Set<string>()
  /** What commands touch, by the text of the key. */
  readonly touched = new Map<string, TouchedFiles>()
  /** Changes of folders, as ownership was asked about them. */
  readonly changes: FoldersChange[] = []
  /** What a change of a category moves. */
  moved: {readonly moved: readonly TorrentKey[]; readonly touched: readonly TouchedFiles[]} = {
    moved: [],
    touched: [],
  }
  /** Why removals wait, by their ids, with the torrents. */
  readonly waiting = new Map<string, readonly string[]>()
  readonly waits: RemovalWaits = {
    waitForRemoval: (id, keys, why) => void this.waiting.set(id, [...Array.from(keys, keyText), why]),
    endRemovalWait: (id) => void this.waiting.delete(id),
  }
  /** Of each server. */
  categories: readonly Category[] = []
  /** Of the daemon; `null` = it does not answer. */
  settings: Readonly<Record<string, unknown>> | null = {}
  /** What servers do at a share limit; `null` = they do not tell. */
  limitEnd: LimitEnd | null = staysAtLimit
  /** How many torrents each question about a start named. */
  readonly askedOfStarts: number[] = []
  /** Torrents that have not passed a limit of theirs. */
  readonly belowLimit = new Set<InfoHash>()
  /** Of categories that are removed, and of limits for all. */
  changeEnd: LimitEnd | null = staysAtLimit
  /** Of categories with an end of their own. */
  readonly categoryEnds = new Map<string, LimitEnd>()
  /** Torrents whose files are not whole. */
  unfinished: readonly TorrentKey[] = []
  /** What each server says is free in a folder, once a test is about that; absent = it does not say. */
  free: ReadonlyMap<string, Bytes> | null = null
  /** Our disks, by the folders that both servers map to the same path. */
  readonly disks = new Map<string, DiskSpace>()
  readonly space = new MoveSpace(
    {
      get: (of) => this.torrents.get(keyText(of)) ?? null,
      stateOf: (of) => {
        const torrent = this.torrents.get(keyText(of))
        return torrent === undefined ? null : {state: torrent.state, stale: torrent.stale}
      },
    },
    new DestinationSpace(
      () => [...this.disks.keys()].map((path) => ({server: path, ours: path})),
      async (path) =>
        this.disks.get([...this.disks.keys()].find((it) => path.startsWith(it)) ?? '') ??
        unseen('missing', 'It is not there.'),
      {whyEmpty: async () => null},
      {
        freeSpace: async (_id, path) => {
          const free = this.free === null ? Infinity : this.free.get(path ?? '')
          return free === undefined ? {} : {freeSpace: believedFree(free)}
        },
      },
      () => null,
    ),
    {neighbours: () => [...this.neighbours.keys()], polls: () => 0},
    {reserve: () => 0, copies: () => []},
    this.clock,
  )
  /** What a torrent file that is added names. */
  added: TorrentFiles | null = null
  doubts: readonly Doubt[] = []
  answers = new Map<InfoHash, CommandResult>()
  journalFails: boolean | 'after sending' = false
  journalFault: Error = new Error('disk full')
  readonly logged: string[] = []
  status: ServerView['health']['status'] = 'online'
  standstills = 0
  /** Who was waited for, in order. */
  readonly caughtUp: string[] = []
  /** What files meet in a folder, whoever they are of. */
  readonly inFolders = new Map<string, TouchedFiles>()
  /** Where torrents go by a command once they are complete, as it was asked whose files that touches. */
  readonly completions: ServerPlaces['completion'][] = []
  /** Settings that a category has instead. */
  readonly categorySettings = new Map<string, Readonly<Record<string, unknown>>>()
  /** What servers decide of additions. */
  additionDefaults: (settings: Readonly<Record<string, unknown>>) => AdditionDefaults | null = () => null
  /** What happens while they are waited for. */
  whileCaughtUp: () => void = () => {}
  objection = (id: ServerId) =>
    this.offline.has(id) ? new CommodarrError('server_not_online', `${id} is unreachable.`) : null
  /** Servers on the same machine. */
  readonly neighbours = new Map<ServerId, ServerView>()
  /** What was told of links that servers took, and those that nobody may start yet. */
  readonly linksAdded: [string, LinkAdded][] = []
  readonly linksForgotten: string[] = []
  /** What torrents of links meet when they are started, by the text of the key. */
  readonly startTouches = new Map<string, TouchedFiles>()
  readonly heldLinks = new Set<string>()
  beforeWriteEnds: () => void = () => {}
  beforeSent: () => void = () => {}
  /** Of a removal: the commands before it are under way. */
  beforeTurn: () => Promise<void> = async () => {}
  readNow = async (_id: ServerId, _hashes: readonly InfoHash[]): Promise<boolean> => true
  /** A real journal, for a test of both. */
  alsoWrite: ((entries: readonly JournalEntry[]) => Promise<void>) | null = null
  /** The fleet has the torrents by which an effect would be seen. */
  expects = () => true
  settle: (settled: Settled) => void = () => {}
  onEnd: (end: ActionEnded) => void = () => {}
  asOf(of: TorrentKey): OrderedAs | null {
    const torrent = this.torrents.get(keyText(of))
    return torrent
      ? orderedAs(torrent, this.pinned.has(keyText(of)), (tags) =>
          tags.map(labelKey).filter((it) => this.ignored.has(it)),
        )
      : null
  }
  /** Of what the journal was told. */
  readonly removals = new UnconfirmedRemovals(
    {presence: (of) => (this.torrents.has(keyText(of)) ? 'there' : 'gone'), readNow: async () => true},
    this.waits,
    async (entries) => void this.journal.push(...entries),
    this.clock,
    {error: (_about, text) => void this.logged.push(text)},
    [],
  )
  readonly folders = new AllowedFolders(
    {get: () => ({stats: {} as ServerFigures, categories: [], syncedAt: this.foldersAreReported ? 1 : null})},
    {savePaths: () => []},
    () => [],
    () => (this.foldersAreReported ? this.allowed : []),
  )
  /** Of what the journal was told, too. */
  readonly late = new LateEffects(
    {
      presence: (of) => (this.torrents.has(keyText(of)) ? 'there' : 'gone'),
      readNow: (id, hashes) => this.readNow(id, hashes),
    },
    {get: (of) => this.torrents.get(keyText(of)) ?? null},
    async (entries) => void this.journal.push(...entries),
    this.clock,
    {error: (_about, text) => void this.logged.push(text)},
    [],
  )
  readonly limitEnds: LimitEndReader = {
    of: async (_id, hashes) => {
      const end = this.limitEnd
      if (end === null) throw new CommodarrError('server_unreachable', 'It is silent.')
      return new Map(hashes.map((hash) => [hash, end]))
    },
    ofForced: async (_id, hashes) => {
      const end = this.limitEnd
      if (end === null) throw new CommodarrError('server_unreachable', 'It is silent.')
      return new Map(hashes.map((hash) => [hash, end]))
    },
    ofStarted: async (_id, hashes) => {
      this.askedOfStarts.push(hashes.length)
      const end = this.limitEnd
      if (end === null) throw new CommodarrError('server_unreachable', 'It is silent.')
      const isSpared = (of: InfoHash) => this.belowLimit.has(of)
      return new Map(hashes.map((of) => [of, isSpared(of) ? staysAtLimit : end]))
    },
    ofAdded: async (_id, category) => {
      const end = this.categoryEnds.get(category ?? '') ?? this.limitEnd
      if (end === null) throw new CommodarrError('server_unreachable', 'It is silent.')
      return end
    },
    ofChange: async () => {
      if (this.changeEnd === null) throw new CommodarrError('server_unreachable', 'It is silent.')
      return this.changeEnd
    },
  }
  readonly executor = new CommandExecutor({
    refusals: everyRefusal,
    fleet: {
      get: (of) => this.torrents.get(keyText(of)) ?? null,
      holders: () => [],
      expect: (of, _, {id}) => this.expects() && this.expected.push(`${keyText(of)} ${id}`) > 0,
      expectRemoved: (of, {id}) => this.expects() && this.expected.push(`${keyText(of)} ${id}`) > 0,
      withdraw: (id) => void this.withdrawn.push(id),
      onSettled: (listener) => {
        this.settle = listener
        return () => {}
      },
    },
    gate: {
      torrents: async (order) => {
        const refused = new Map<InfoHash, CommandResult>()
        let sent: Omit<SentOrder, 'serverId'>
        if ('lastLook' in order) {
          await this.beforeTurn()
          const looked = await order.lastLook(order.hashes)
          for (const [one, outcome] of looked.refused) refused.set(one, outcome)
          if (looked.hashes.length === 0) return refused
          sent = looked
        } else sent = order
        this.orders.push({...sent, serverId: order.serverId})
        this.beforeSent()
        if (sent.standstills !== this.standstills) return refused
        for (const one of sent.hashes) refused.set(one, this.answers.get(one) ?? {outcome: 'done'})
        return refused
      },
      findFetched: async () => this.findFetched(++this.fetchLooks),
      finishFetched: async (_serverId, of, address) => this.finishFetched(of, address),
      server: async (serverId, command) => {
        this.orders.push({serverId} as SentOrder)
        this.serverCommands.push(command)
        if (this.fault) throw this.fault
        if (command.verb === 'addTorrent')
          return {
            status: this.addStatus,
            hash: this.addHash,
            ...(this.addIsHeld && {isHeld: true}),
            ...(this.addFetching && {fetching: this.addFetching}),
            ...(this.addFault !== null && {fault: this.addFault}),
          }
      },
    },
    freshness: {
      standstills: () => ({count: this.standstills, seconds: 0}),
      caughtUp: async (ids) => {
        this.caughtUp.push(ids === 'all' ? ids : ids.join())
        this.whileCaughtUp()
      },
    },
    space: this.space,
    movesByCategory: () => false,
    filesIn: async () => this.added,
    identityOf: async (source) => ({hashes: 'url' in source ? [] : this.addHashes, name: 'added'}),
    asOf: (of) => this.asOf(of),
    ownership: {
      couldObject: (id) => [id, asServerId('who could object')],
      look: async (keys) => new Map(keys.map((of) => [keyText(of), this.#ownershipOf(of)])),
      linksOut: async () => this.linksOut,
      touchedBy: async (_command, keys, {completion}) => {
        this.completions.push(completion)
        return new Map(
          keys.flatMap((of) =>
            this.touched.has(keyText(of)) ? [[keyText(of), this.touched.get(keyText(of))!]] : [],
          ),
        )
      },
      landed: async (landings) =>
        new Map(landings.map(({key: of, lands}) => [keyText(of), this.#touchedAt(of, lands.folder)])),
      liesAt: async (of, folder) => this.#touchedAt(of, folder),
      movedBy: async (_id, change) => {
        this.changes.push(change)
        return this.moved.moved.map((of) => ({key: of, folder: '/elsewhere'}))
      },
      touchedByMoves: async () => this.moved.touched,
      unfinishedOn: async () => this.unfinished,
      touchedByRenames: async () => this.moved.touched,
      serverOf: (id) =>
        this.neighbours.get(id) ?? ({id, name: id, health: {status: this.status}} as unknown as ServerView),
      nameOf: (of) => this.torrents.get(keyText(of))?.name,
      hasLeft: () => false,
    },
    objection: (id) => this.objection(id),
    settingNeeds: (_kind, name) => (name === 'dht' ? 'manage' : 'admin'),
    foldersIn: (
      _kind,
      {save_path: saves, temp_path: keeps, temp_path_enabled: isOn, incomplete_files_ext: ext},
    ) => {
      const folders: DefaultFolders = {
        ...(typeof saves === 'string' && {savePath: saves}),
        ...(typeof keeps === 'string' && {incompletePath: keeps}),
        ...(typeof isOn === 'boolean' && {usesIncompletePath: isOn}),
        ...(ext !== undefined && {renamesUnfinished: true}),
      }
      return Object.keys(folders).length === 0 ? null : folders
    },
    mayEndFiles: (_kind, values, then) => values['max_ratio'] !== undefined && then['max_ratio_act'] !== 0,
    setsLimits: (_kind, values) => values['max_ratio'] !== undefined,
    additionDefaults: (_kind, values) => this.additionDefaults(values),
    settingsNow: async (_id, category = '') => {
      if (this.settings === null) throw new CommodarrError('server_unreachable', 'It is silent.')
      return {...this.settings, ...this.categorySettings.get(category)}
    },
    strangeFiles: {of: async () => this.strangers},
    limitEnds: this.limitEnds,
    removals: this.removals,
    readNow: (id, hashes) => this.readNow(id, hashes),
    folders: this.folders,
    addresses: {
      of: async () => this.addresses,
      objection: ({text}) => (this.forbiddenAddresses.has(text) ? `${text} is not for this.` : null),
      fetch: async (url) => {
        this.fetched.push(url)
        return {torrent: new Uint8Array([1]), fileName: 'fetched.torrent'}
      },
    },
    server: (id) =>
      this.neighbours.get(id) ??
      ({
        kind: 'qbittorrent',
        categories: this.categories,
        stats: {defaultSavePath: '/d'},
        pollMs: 2_000,
        wholeLists: 2,
        lastWholeListAt: null,
        name: id,
        health: {status: this.status},
        features: Object.fromEntries([
          ['addStopCondition', {support: this.canWait ? 'native' : 'none', reason: ''}],
          ...this.none.map((verb) => [verb, {support: 'none', reason: 'It cannot.'}] as const),
        ]) as unknown as Features,
      } as unknown as ServerView),
    write: async (entries) => {
      const isBefore = entries.some(({phase}) => phase === 'intended' || phase === 'sending')
      if (this.journalFails && !(isBefore && this.journalFails === 'after sending')) {
        this.removals.takeUnwritten(entries)
        throw this.journalFault
      }
      if (this.alsoWrite) await this.alsoWrite(entries)
      this.journal.push(...entries)
      this.removals.take(entries)
      this.late.take(entries)
      this.beforeWriteEnds()
    },
    clock: this.clock,
    log: {error: (_about, text) => void this.logged.push(text)},
  })

  constructor() {
    this.executor.watch({
      ends: {publish: (end) => this.onEnd(end)},
      rechecks: {
        begin: async (keys) => void this.checked.push(...keys.map(keyText)),
        notTaken: (keys) => void this.notChecked.push(...keys.map(keyText)),
        isLost: (of) => this.lost.has(keyText(of)),
      },
      links: {
        added: async (of, about) => void this.linksAdded.push([keyText(of), about]),
        forget: (keys) => void this.linksForgotten.push(...keys.map(keyText)),
        isHeld: (of) => this.heldLinks.has(keyText(of)),
        touchedBy: async (keys) =>
          new Map(keys.map(keyText).flatMap((of) => [...this.startTouches].filter(([name]) => name === of))),
      },
    })
    for (const server of [A, B]) {
      for (let n = 1; n <= 3; n++) {
        const record = {
          key: key(server, n),
          name: `${server}${n}`,
          hasMetadata: true,
          complete: true,
          tags: [],
          size: 1_000,
          completed: 1_000,
          savePath: '/d',
          contentPath: `/d/${n}`,
        }
        this.torrents.set(keyText(key(server, n)), record as unknown as TorrentRecord)
      }
    }
  }

  run(keys: readonly TorrentKey[], command: TorrentCommand | RemovalCommand, who: Acting = by) {
    return this.executor.run({by: who, keys, command})
  }

  #touchedAt(of: TorrentKey, folder: string): TouchedFiles {
    return this.inFolders.get(folder) ?? this.touched.get(keyText(of)) ?? untouched
  }

  #ownershipOf(of: TorrentKey): Ownership {
    const {contentPath, hasMetadata} = this.torrents.get(keyText(of)) ?? {hasMetadata: false}
    const doubts: Doubt[] = [...this.doubts]
    if (!contentPath && hasMetadata)
      doubts.push({
        code: 'path',
        serverId: null,
        torrent: null,
        detail: 'Its server does not report where its data is.',
      })
    if (contentPath)
      for (const [serverId, server] of this.neighbours)
        if (isUncertain(server)) doubts.push({code: 'away', serverId, torrent: null, detail: ''})
    if (this.status === 'warming')
      doubts.push({code: 'away', serverId: of.serverId, torrent: null, detail: ''})
    const owners = (this.shared.get(keyText(of)) ?? []).map((key) => ({key, files: 'all'}) as const)
    return {owners, doubts, spare: null}
  }

  phases(): string[] {
    return this.journal.map(({serverId, hash: of, phase}) => `${serverId}${Number(of)} ${phase}`)
  }
}

export const stop: TorrentCommand = {verb: 'stop', args: {}}
export const removeWithData: RemovalCommand = {verb: 'removeWithData', args: {}}

/** Since when it is what it is. */
const SHED_SINCE = Date.UTC(2026, 0, 1, 3, 12)

/** A server on the machine of another one, unreachable when nothing else is said. */
export function neighbour(
  id: ServerId,
  {
    status = 'unreachable',
    enabled = true,
    isNeverListed = false,
  }: {readonly isNeverListed?: boolean; readonly enabled?: boolean; readonly status?: string},
): ServerView {
  return {id, name: 'Shed', enabled, isNeverListed, health: {status, since: SHED_SINCE}} as ServerView
}
