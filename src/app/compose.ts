/**
 * The composition root: who is built, in what order, and who is handed what. Nothing in here decides anything. What
 * people keep is built in `compose-people.ts`, who is let in to it in `compose-http.ts`.
 */
import type {PreferenceMap} from '#accounts/preferences.ts'
import {Patience as DiskPatience} from '#disk/patience.ts'
import {Places} from '#disk/places.ts'
import {copiesToCome} from '#automation/copies/copy-saga.ts'
import {believedRoom, diskAway, diskFigures, whyEmpty} from '#disk/verify-mount.ts'
import {orderedAs} from '#executor/ordered-as.ts'
import {makeFolderSync} from '#lib/make-folder.ts'
import {Machines} from '#links/machines.ts'
import {memberQuota, Quotas, withHistory} from '#links/quotas.ts'
import type {RunProgram} from '#media/ffprobe.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import type {EpochMs} from '#model/units.ts'
import {DepartedServers} from '#ownership/departed.ts'
import {OwnershipService, standsFor} from '#ownership/ownership.ts'
import {ServerDisks} from '#ownership/server-disks.ts'
import {randomUUIDv7} from 'node:crypto'
import {isIP} from 'node:net'
import {join} from 'node:path'
import type {Logger} from 'pino'
import {askArr} from '#arr-client/ask-arr.ts'
import {AlertBoard} from '#automation/alerts/active-alerts.ts'
import {PersonNotices} from '#automation/alerts/person-notices.ts'
import {PrivateServers} from '#automation/alerts/private-servers.ts'
import {LostSettings} from '#automation/alerts/lost-settings.ts'
import {presenceOf} from '#automation/facts/presence.ts'
import type {RuleConfig} from '#automation/supervision/inherited-sections.ts'
import type {ManagersDeps} from '#automation/supervision/managers.ts'
import {RuleActionUndo} from '#automation/undo/rule-action-undo.ts'
import {InstanceMarks} from '#automation/webhooks/instance-marks.ts'
import {webhookAsker, type MarkAsker, type WebhookAsker} from '#automation/webhooks/webhook-asker.ts'
import {fetchTorrent} from '#clients/fetch-torrent.ts'
import {addressesOf} from '#clients/outgoing.ts'
import type {MetainfoReader} from '#clients/port.ts'
import {
  additionDefaults,
  createClient,
  foldersIn,
  mayEndFiles,
  preferenceNeeds,
  setsLimits,
} from '#clients/registry.ts'
import type {Transport} from '#clients/transport.ts'
import {addressesIn, objectionToAddress} from '#clients/typed-addresses.ts'
import type {Config, Environment, LoadedConfig} from '#config/config.ts'
import type {FileArrs, FileSections, FileServers} from '#config/edit/config-file.ts'
import {usualSettings} from '#config/load.ts'
import type {WebUi} from '#config/schema/schema.ts'
import {CommandExecutor, type TypedAddresses} from '#executor/executor.ts'
import {awaitsEffect} from '#executor/expected.ts'
import {AllowedFolders} from '#executor/guards/allowed-folders.ts'
import {MoveSpace} from '#executor/move-space.ts'
import {movesSentBefore} from '#executor/moves-sent.ts'
import {awaitedCommands} from '#executor/awaited.ts'
import {LateEffects} from '#executor/late-effects.ts'
import {ASKED_MS, UnconfirmedRemovals} from '#executor/unconfirmed-removals.ts'
import {countsByServer} from '#fleet/counts.ts'
import {Fleet} from '#fleet/fleet.ts'
import {SnapshotService} from '#fleet/snapshot-service.ts'
import {TorrentTraffic} from '#fleet/traffic.ts'
import {History} from '#history/history.ts'
import {SpaceForecasts} from '#history/space-forecasts.ts'
import {HistoryRetention} from '#history/retention.ts'
import {Sampler} from '#history/sampler.ts'
import {TrafficHistory} from '#history/traffic-history.ts'
import {Traffic} from '#history/traffic.ts'
import {Listener} from '#http/listener.ts'
import type {HttpServer, Readiness} from '#http/parts.ts'
import {textWithoutPasskey} from '#http/security/passkeys.ts'
import {createHttp} from '#http/server.ts'
import {Audit} from '#journal/audit.ts'
import type {JournalEntry} from '#journal/entry.ts'
import {Journal} from '#journal/journal.ts'
import {LineQuota} from '#journal/line-quota.ts'
import {JournalRetention} from '#journal/retention.ts'
import {sleep, systemClock, type Clock} from '#lib/clock.ts'
import {collect} from '#lib/collect.ts'
import {personOf} from '#lib/fair-turns.ts'
import {InstanceClock} from '#lib/instance-clock.ts'
import {Lifecycle} from '#lib/lifecycle.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import type {Patience} from '#links/budget.ts'
import {detailReaders} from '#links/details.ts'
import {CommandDispatcher} from '#links/dispatcher.ts'
import type {HealthPolicy} from '#links/health.ts'
import {Links, type FleetFeed, type LeftServer, type LinksDeps} from '#links/links.ts'
import {HealthRepository} from '#links/persistence/health-memory.ts'
import {ServerRooms} from '#lookups/server-rooms.ts'
import {strangeFilesOf} from '#lookups/strange-files.ts'
import type {TorrentQuery} from '#model/query.ts'
import type {RuleId} from '#model/rule.ts'
import type {Reach, ServerDefinition} from '#model/server.ts'
import type {Compartment, Principal, UserId} from '#model/access.ts'
import {keyText, type InfoHash, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import type {ArrSections} from '#registry/arrs/directory.ts'
import {filesIn, identityOf} from '#request-work/additions.ts'
import {TorrentFileReader} from '#request-work/readers.ts'
import {RequestWork, type RequestReader} from '#request-work/request-work.ts'
import {LastSeen} from '#store/last-seen.ts'
import {isElsewhere} from '#registry/servers/same-place.ts'
import {isOfUser} from '#registry/servers/service.ts'
import {appendEvent} from '#store/repositories/journal.ts'
import type {Store} from '#store/store.ts'
import {LiveViews} from '#views/live-views.ts'
import {Views} from '#views/query.ts'
import {arrAsker, libraryAsker} from './arr-asker.ts'
import {
  actionsOf,
  authenticationOf,
  noRuleRoutes,
  nounsOf,
  pagesOf,
  surroundingsOf,
  type AppHttpDeps,
} from './compose-http.ts'
import type {HasLeftPermanently, OrphansOfAppDeps} from './compose-files.ts'
import {openActing} from './compose-managers.ts'
import type {MoveInOfApp} from './compose-move-in.ts'
import {isPrivatelyReached, openPeopleOfApp, type PeopleOfApp} from './compose-people.ts'
import {waysToArrs, webhooksOfApp} from './compose-webhooks.ts'
import {KnownServers} from './known-servers.ts'
import {owed} from './owed.ts'
import {version} from './version.ts'

/** How long requests under way may go on when the program ends. */
const GRACE_MS = 3_000

export interface AppDeps {
  /** Of the file. */
  readonly servers: readonly ServerDefinition[]
  /** Of the file, too; none when absent. */
  readonly arrs?: ArrSections
  /** Of the file, too: what decides about torrents. Absent = a file that says nothing of it. */
  readonly rules?: FileRules
  /** For who comes from the older program. */
  readonly moveIn?: MoveInOfApp
  /** The file that is in force; none when absent. */
  readonly configuration?: () => LoadedConfig
  /** Made when missing. */
  readonly dataFolder: string
  /** Closed with the program. */
  readonly store: Store
  /** How it is served and who is let in; of the file. */
  readonly webui: WebUi
  /** Listens already, and answers that we start (`listenerFor`); one of its own when absent. */
  readonly listener?: Listener
  /** Nobody needs an account (`AuthDisabled`, `--demo`): see `src/accounts/local-access.ts`. */
  readonly isOpen: boolean
  /** Writes the configuration file; `null` = there is none. */
  readonly file: FileServers | null
  /** The same for its Arrs. */
  readonly arrFile?: FileArrs | null
  readonly sectionFile?: FileSections | null
  /** For the key that seals secrets, and for pages that were built elsewhere. */
  readonly env: Environment
  readonly demo: boolean
  readonly log: Logger
  readonly clock?: Clock
  readonly healthPolicy?: HealthPolicy
  readonly patience?: Patience
  /** For simulations: servers without a network. */
  readonly ways?: Transport
  readonly knock?: LinksDeps['knock']
  /** For simulations: clients of their own. Default: those of the kinds, by `ways`. */
  readonly createClient?: typeof createClient
  /** For simulations: nobody will look at figures of the past. Default: they are kept. */
  readonly keepsSamples?: boolean
  /** For simulations: the list is written to the disk so seldom. Default: as `src/fleet/snapshot-service.ts` says. */
  readonly snapshotEveryMs?: number | undefined
  /** For simulations: chance, and turns that do not go by the real time of this machine. */
  readonly random?: () => number
  readonly turns?: TimeSlice
  /** For tests: managers without threads of their own. */
  readonly managerThread?: ManagersDeps['thread']
  /** The same for what requests have read. */
  readonly requestWork?: RequestReader
  /** For simulations: who runs ffprobe. Default: this machine. */
  readonly runFfprobe?: RunProgram
  /** For tests: libraries of Arrs without a network. */
  readonly libraryAsker?: typeof libraryAsker
  /** For the demo, in which nobody waits for ten minutes. Default: as `src/orphans/orphan-watch.ts` says. */
  readonly orphanPace?: Pick<OrphansOfAppDeps, 'firstLookMs' | 'settledMs'>
  /** The same for our webhooks there. */
  readonly webhookAsker?: WebhookAsker & MarkAsker
  /** Does this host on the internet answer? Nobody asks one that was not handed in. */
  readonly reachesHost: (host: string) => Promise<boolean>
}

/** What the file says of torrents, which of its keys protect them, and whether there was a text at all. */
type FileRules = RuleConfig & Pick<Config, 'named' | 'isRead'>

export interface App {
  readonly http: HttpServer
  readonly links: Links
  readonly fleet: Fleet
  readonly people: PeopleOfApp
  /**
   * The configuration changed: servers and Arrs appear, change and go.
   * @param isByUs people changed it on the pages, and we wrote the file
   */
  configure(
    servers: readonly ServerDefinition[],
    webui: WebUi,
    arrs?: ArrSections,
    rules?: FileRules,
    isByUs?: boolean,
  ): Promise<void>
  /** Ends everything in order: no new requests, no new polls, the list on disk, the database closed. */
  stop(): Promise<void>
}

/** What answers before `composeApp` has put anything together. */
export function listenerFor(webui: WebUi): Listener {
  return new Listener(surroundingsOf(webui), webui.UrlBase)
}

/** @throws {StorageFault}, or config_invalid for a sealing key that is none */
export async function composeApp(parts: AppDeps): Promise<App> {
  const {log, dataFolder, store, webui, demo} = parts
  const {random = Math.random, turns = new TimeSlice(), ways} = parts
  // Names of torrents and servers are nobody else's business.
  makeFolderSync(dataFolder, 0o700)
  const lastSeen = await LastSeen.open({store, dataFolder, log})
  const clock = new InstanceClock(parts.clock ?? systemClock, lastSeen.before)
  const people = await openPeopleOfApp({...parts, clock, dataFolder: demo ? null : dataFolder})
  const {directory, users} = people
  people.preferences.follow(looksOf(webui, parts.rules?.said))
  // Whoever manages the house owns nothing apart from it.
  const memberOf = (id: UserId | null) => (id === null || users.get(id)?.role === 'administrator' ? null : id)
  const requestThread = new RequestWork({log})
  const requestWork = parts.requestWork ?? requestThread
  const metainfo = new TorrentFileReader(requestWork, turns)
  const ruleOwners: {of: (id: RuleId) => UserId | null} = {of: () => null}
  const quota = await LineQuota.open({store, clock, memberOf, ownerOfRule: (id) => ruleOwners.of(id)})
  const journal = new Journal({store, awaitsEffect, quota})
  const startedAt = clock.now()
  let settle = () => journal.settleLeftovers(startedAt)
  let heard: (entries: readonly JournalEntry[]) => void = () => {}
  const stopSettling = await owed({clock, log}, 'what was left open in the journal', async () => {
    const leftovers = await settle()
    heard(leftovers.unconfirmed)
  })
  // Later on only what was begun before is an earlier life's.
  settle = () => journal.settleBefore(startedAt, clock.now())
  const fleet = new Fleet({clock, turns})
  const orderServers = () => fleet.orderServers(directory.cards().map(({id}) => id))
  orderServers()
  const snapshots = new SnapshotService({
    fleet,
    turns,
    clock,
    log,
    path: join(dataFolder, 'fleet.snapshot'),
    everyMs: parts.snapshotEveryMs,
  })
  const listedAt = (id: ServerId): EpochMs | null => links.get(id)?.syncedAt ?? null
  // Until it is read it may hold something of each.
  let isInTrash: (id: ServerId) => boolean = () => true
  let isSentToMove = (_key: TorrentKey): boolean => false
  const departed = await DepartedServers.load({
    isSentToMove: (key) => isSentToMove(key),
    mostOf: (owner) => (memberOf(owner) === null ? Infinity : memberQuota.rows),
    folder: join(dataFolder, 'departed'),
    isInTrash: (id) => isInTrash(id),
    isInDoubt: (id) => directory.hasLeft(id) && !hasLeftPermanently.server(id),
    clock,
    turns,
    listedAt,
    log,
  })
  const ownedBy = (id: ServerId) => directory.card(id)?.ownerId ?? null
  const summaries = () => directory.definitions().map((it) => ({...it, owner: ownedBy(it.id)}))
  // While the configuration is in doubt nobody has left for whoever waits for them.
  let isSettled = () => false
  const hasLeftPermanently: HasLeftPermanently = {
    server: (id) => isSettled() && directory.hasLeft(id) && !directory.isUnread(id),
    arr: (id) => isSettled() && people.arrDirectory.hasLeft(id),
  }
  // Those of the last run that left since are let in once more, for what they had.
  const left = (await departed.lastKnown()).filter(({id}) => directory.hasLeft(id))
  const allServers = [...directory.definitions(), ...left].map((server) => server.id)
  await snapshots.load(allServers)
  const kindOf = (id: ServerId) =>
    directory.former(id)?.definition.kind ?? left.find((it) => it.id === id)?.kind ?? null
  const earlier: Parameters<typeof movesSentBefore>[0] = {
    journal,
    listedAt: new Map(allServers.map((id) => [id, departed.lastListedAt(id)])),
    torrents: (id, categories) =>
      rowsOf(fleet, id).flatMap(({key, category}) =>
        categories === null || categories.includes(category) ? [key] : [],
      ),
    movesBySettings(id, values) {
      const kind = kindOf(id)
      return kind === null || foldersIn(kind, values) !== null
    },
  }
  const sentBefore = await movesSentBefore(earlier, clock.now())
  const sentNames = new Set(sentBefore.map(keyText))
  isSentToMove = (key) => sentNames.has(keyText(key))
  const health = await HealthRepository.load({store, sealer: people.sealer, clock, log, random})
  await health.adoptFile(join(dataFolder, 'health.json'), directory.definitions())
  const diskPatience = new DiskPatience(clock)
  const rooms = new ServerRooms({
    clock,
    disks: () => ({patience: diskPatience, mounts: acting.memory.mounts}),
    mappings: (id) => diskOf(id).mappings,
  })
  const links = new Links({
    quotas: new Quotas({
      ownerOf: (id) => memberOf(ownedBy(id)),
      record: (key) => fleet.get(key),
      count: (id) => fleet.count(id),
    }),
    rooms,
    clock,
    turns,
    random,
    log,
    fleet: feedOf(fleet, {
      leaving: (id, left) => void departed.leave(known.of(id)!, {rows: rowsOf(fleet, id), ...left}),
      removed(id) {
        actions.forgetServer(id)
        selections.forgetServer(id)
      },
    }),
    memory: health,
    createClient: (wanted) => (parts.createClient ?? createClient)({...wanted, metainfo, ways}),
    knock: parts.knock,
    // A simulated network has names of its own.
    addressesOf: parts.knock ? undefined : addressesOf,
    owners: directory,
    isKnown: (id, now) => departed.isKnown(id, now),
    policy: parts.healthPolicy,
    patience: parts.patience,
  })
  for (const server of left) {
    await departed.leave(server, {rows: rowsOf(fleet, server.id)})
    fleet.removeServer(server.id)
  }
  await departed.know(summaries())
  const known = new KnownServers({summaries, departed})
  directory.onChange(() => known.follow(() => links.configure(directory.definitions())))
  // What it has by its whole list counts alone.
  links.onStatus((id) => {
    const server = known.of(id)
    if (!server || links.get(id)?.health.status !== 'online') return
    const lists = (hash: InfoHash) => fleet.hasKey({serverId: id, hash})
    void departed.back(server, (it) => isElsewhere(it, server), lists)
  })
  links.onTurnover((id) => {
    folders.forget(id)
    actions.forgetServer(id)
    selections.forgetServer(id)
    void acting.forgetServer(id)
  })
  // After the links: whoever went has no torrents any more that would have to be ordered.
  directory.onChange(orderServers)
  const usable = links.usable.bind(links)
  const details = detailReaders({clock, usable, rooms})
  const compartmentOf = (id: ServerId): Compartment => {
    const leftId = standsFor(id)
    const left = leftId === null ? departed.of(id) : departed.former(leftId)
    return memberOf(left?.owner ?? ownedBy(id))
  }
  const disks = new ServerDisks({
    directory,
    departed,
    machines: (all) => new Machines(all),
    ownerOf: compartmentOf,
  })
  const diskOf = (id: ServerId) => disks.of(id)
  const places = new Places({patience: diskPatience, clock})
  const ownership = new OwnershipService({
    fleet,
    turns,
    servers: () => links.list(),
    readNow: (id, hashes) => links.readNow(id, hashes),
    departed,
    disk: diskOf,
    // Who does not tell them is in doubt.
    files: (key) => details.torrents.files(key).catch(() => null),
    places,
    diskAway: (path) => diskAway(path, {patience: diskPatience, mounts: acting.memory.mounts}),
    isSentToMove: (key) => isSentToMove(key),
  })
  const isPinned = (key: TorrentKey) => (acting.memory.torrents.of(key)?.pinnedAt ?? null) !== null
  const asOf = (key: TorrentKey) => {
    const torrent = fleet.get(key)
    return torrent && orderedAs(torrent, isPinned(key), acting.ignoredTags())
  }
  const folders = new AllowedFolders({
    server: (id) => links.get(id),
    mappings: (id) => directory.former(id)?.definition.paths ?? [],
    savePaths: (id) => fleet.savePaths(id),
    allowed: (id) =>
      people.settings.values.allowedFolders.flatMap(({serverId, folder}) => (serverId === id ? folder : [])),
  })
  const space = (path: string) => {
    const mapped = directory.definitions().flatMap(({paths}) => paths.map(({ours}) => ours))
    return believedRoom(path, {patience: diskPatience, mounts: acting.memory.mounts}, mapped)
  }
  const moveSpace = new MoveSpace({
    fleet,
    stateOf(key) {
      const row = fleet.rowOf(key)
      return row === null ? null : {state: fleet.valueAt(row, 'state'), stale: fleet.isStale(row)}
    },
    clock,
    space,
    whyEmpty: (path) => whyEmpty(path, {patience: diskPatience, mounts: acting.memory.mounts}),
    servers: details.servers,
    savesAt: (id) => links.get(id)?.stats?.defaultSavePath ?? null,
    mappings: (id) => diskOf(id).mappings,
    reserve: () => settings.FreeSpace ?? 0,
    // How much room a member's moves take is for his servers to say.
    neighbours: (id) => links.neighbours(id).filter((it) => compartmentOf(it) === compartmentOf(id)),
    copies: () => copiesToCome(acting.memory.sagas.unfinished()),
    polls: (id) => links.polls(id),
  })
  moveSpace.restore(sentBefore)
  isSentToMove = (key) => moveSpace.isUnshown(key)
  const executor = new CommandExecutor({
    folders,
    space: moveSpace,
    addresses: typedAddresses(() => directory.reachForTyped(), metainfo),
    refusals: people.refusals,
    fleet,
    gate: new CommandDispatcher(usable, () => links.standstills().count),
    objection: (id) => links.objection(id),
    server: (id) => links.get(id),
    readNow: (id, hashes) => links.readNow(id, hashes),
    freshness: links,
    ownership,
    movesByCategory: (id) =>
      directory.definitions().find((it) => it.id === id)?.categorySource.from === 'path',
    filesIn: (source, id, {actor}) => filesIn(source, id, (bytes) => metainfo.read(bytes, personOf(actor))),
    identityOf: (source, {actor}) => identityOf(source, (bytes) => metainfo.read(bytes, personOf(actor))),
    asOf,
    settingNeeds: preferenceNeeds,
    foldersIn,
    mayEndFiles,
    setsLimits,
    additionDefaults,
    settingsNow: details.settingsNow,
    limitEnds: details.limitEnds,
    strangeFiles: (keys) =>
      strangeFilesOf(keys, {fleet, disk: diskOf, details: details.torrents, patience: diskPatience}),
    removals: {objection: (key, but) => unconfirmed.objection(key, but)},
    async write(entries) {
      try {
        await journal.write(entries)
      } catch (error) {
        unconfirmed.takeUnwritten(entries)
        lateEffects.take(entries)
        throw error
      }
      acting.manualActions(entries)
      unconfirmed.take(entries)
      lateEffects.take(entries)
    },
    clock,
    log,
  })
  const leftUnconfirmed = await journal.unconfirmedSince(clock.now() - ASKED_MS)
  const unconfirmed = new UnconfirmedRemovals(
    {
      clock,
      log,
      write: (entries) => journal.write(entries),
      presence: (key) => presenceOf(key, {fleet, servers: links, hasLeft: hasLeftPermanently.server}),
      readNow: ({serverId, hash}) => links.readNow(serverId, [hash]),
      notRemoved: ({id}) => acting.trash.neverWent(id),
      waits: fleet,
    },
    leftUnconfirmed,
  )
  const lateEffects = new LateEffects(
    {
      clock,
      log,
      write: (entries) => journal.write(entries),
      torrent: (key) => fleet.get(key),
      presence: (key) => presenceOf(key, {fleet, servers: links, hasLeft: hasLeftPermanently.server}),
      readNow: (id, hashes) => links.readNow(id, hashes),
    },
    leftUnconfirmed,
  )
  heard = (entries) => {
    unconfirmed.take(entries)
    lateEffects.take(entries)
  }
  /** Of what was taken back no end is written any more. */
  const writeUndone = async (entries: readonly JournalEntry[]) => {
    await journal.write(entries)
    executor.take(entries)
    lateEffects.take(entries)
  }
  const {actions, selections} = actionsOf({
    people,
    executor,
    fleet,
    turns,
    clock,
    log,
    files: (key) => details.torrents.files(key),
    asOf,
    waits: fleet,
    write: writeUndone,
    removals: {run: (order) => acting.removals.run(order)},
  })
  let settings = parts.rules?.settings ?? usualSettings
  const observes = () => parts.moveIn?.isObserving ?? false
  const webhooks = await webhooksOfApp({
    people,
    store,
    clock,
    random,
    log,
    observes,
    asker: parts.webhookAsker,
    settings: () => settings,
    hint: (id) => acting.managers.hint(id),
    isOthers: (id) => instances.otherAt(id) !== null,
  })
  const arrWays = waysToArrs(people.arrDirectory)
  const board = new AlertBoard()
  const notices = await PersonNotices.open({store, clock, log})
  const privateServers = await PrivateServers.open({
    store,
    clock,
    log,
    notices,
    servers: () =>
      directory.cards().flatMap(({id, ownerId}) => {
        const definition = directory.former(id)?.definition
        if (memberOf(ownerId) === null || !definition) return []
        const {name, url} = definition
        return [{id, name, url, owner: users.get(ownerId!)?.name ?? ownerId!}]
      }),
    isPrivate: (id) =>
      isPrivatelyReached(
        directory.definitions().find((it) => it.id === id),
        // A simulated network has names of its own.
        parts.knock ? async (host) => (isIP(host) === 0 ? [] : [host]) : addressesOf,
      ),
  })
  const lookForPrivate = () => void privateServers.look()
  directory.onChange(lookForPrivate)
  links.onStatus((id) => {
    if (links.get(id)?.health.status === 'online') lookForPrivate()
  })
  lookForPrivate()
  const lostSettings = await LostSettings.open({
    board,
    clock,
    log,
    store,
    write: (entries) => journal.write(entries),
  })
  // Before any rule acts by it.
  void lostSettings.follow(parts.rules ?? {named: {}, isRead: true})
  isSettled = () => lostSettings.isSettled && !people.arrDirectory.hasFaults
  const instances = new InstanceMarks({
    board,
    clock,
    random,
    log,
    observes,
    ...arrWays,
    compartmentOf(id) {
      const card = people.arrDirectory.card(id)
      return card === null ? undefined : memberOf(card.ownerId)
    },
    ours: lastSeen,
    asker: parts.webhookAsker ?? webhookAsker(),
    seenNow: () => lastSeen.write(clock),
    write: (entries) => journal.write(entries),
    note: (event) => store.write((db) => appendEvent(db, event, clock.now())),
    changed(id) {
      acting.managers.hint(id)
      webhooks.follow()
    },
  })
  const acting = await openActing({
    board,
    notices,
    lost: lastSeen.lost,
    known: lastSeen.known,
    runs: lastSeen.runs,
    instances,
    people,
    store,
    fleet,
    clock,
    turns,
    log,
    requestWork,
    metainfo,
    journal,
    executor,
    removalsUnderWay: unconfirmed,
    disks,
    random,
    details: details.torrents,
    limitEnds: details.limitEnds,
    foldersOfServer: details.ownFolders,
    moveSpace,
    space,
    servers: links,
    ownership,
    places,
    compartmentOf,
    diskPatience,
    definitions: () => directory.definitions(),
    config: parts.rules ?? {
      settings: usualSettings,
      serverRules: new Map(),
      otherTrackers: new Map(),
      said: new Set<string>(),
      isInherited: false,
      isWrittenByQbitrr: false,
    },
    observes,
    lostSettings: () => lostSettings.count,
    hasLeftPermanently,
    arrAnswers(id) {
      instances.answers(id)
      webhooks.answers(id)
    },
    ...(parts.managerThread && {thread: parts.managerThread}),
    ...(parts.runFfprobe && {runFfprobe: parts.runFfprobe}),
    reachesHost: parts.reachesHost,
    libraryAsker: parts.libraryAsker ?? libraryAsker,
    orphanPace: parts.orphanPace,
  })
  isInTrash = (id) => acting.trash.holdsOf(id)
  ruleOwners.of = acting.ruleOwner
  const entryUndo = new RuleActionUndo({
    fleet,
    actions,
    clock,
    leftAlone: acting.actionQueue.leftAlone,
    ruleName: acting.ruleName,
    files: (key) => details.torrents.files(key),
    write: writeUndone,
    arrs: acting.blockingArrs,
  })
  parts.moveIn?.onConfirm(() => {
    void acting.configure()
    instances.follow()
    webhooks.follow()
  })
  const views = new Views({fleet, turns, clock, shown: textWithoutPasskey})
  const liveViews = new LiveViews({fleet, views, turns, clock, onIdle: () => giveBack()})
  let isGivenBack = false
  // What the first lists left behind, 22 MB with 20,000 torrents, once all are in: it stands still for that, so at a
  // moment when nobody looks.
  const giveBack = (): void => {
    if (isGivenBack || !liveViews.isIdle || links.areOnTheWay()) return
    isGivenBack = true
    void collect()
  }
  links.onStatus(giveBack)
  // Where it listens is told by whoever starts it, to a person.
  const httpLog = log.child({}, {level: 'warn'})
  const tryOut = links.tryOut.bind(links)
  const days = () => people.settings.values.historyDays
  const traffic = new Traffic({fleet: new TorrentTraffic(fleet), ownerOf: compartmentOf, store, turns, log})
  const sampler = new Sampler({
    traffic,
    servers: {list: () => withHistory(links.list(), directory.cards(), memberOf)},
    there: () => new Set(directory.cards().map(({id}) => id)),
    store,
    clock,
    turns,
    log,
    retention: new HistoryRetention({store, days, comesBack: (id) => !isOfUser(id), ownerOf: compartmentOf}),
    fleet: {countsByServer: () => countsByServer(fleet)},
  })
  const journalRetention = new JournalRetention({
    journal,
    store,
    clock,
    log,
    days: () => people.settings.values.auditDays,
  })
  const history = new History({store, sampler, clock, turns, days})
  const arrsAtWork = (by: Principal) =>
    people.arrService.seenBy(by).map((card) => ({card, running: acting.managers.of(card.id)}))
  const httpDeps: AppHttpDeps = {
    people,
    fleet,
    audit: new Audit(store),
    store,
    webui,
    demo,
    clock,
    log: httpLog,
    requestWork,
    metainfo,
    tryOut,
    askArr,
    history,
    traffic: new TrafficHistory({store, traffic, sampler, clock, turns, days}),
    arrAsker,
    managers: acting.managers,
    imports: acting.rejectedImports,
    searches: (id, page) => acting.searchRuns.of(id, page),
    processes: acting.managers,
    mediaProbe: () => acting.mediaProbe(),
    webhooks,
    instances,
    disks: acting.memory.mounts,
    confirmClock: () => clock.confirm(),
    lostSettings,
    departed,
    mappingsOf: acting.mappingsOf,
    ...(parts.moveIn && {moveIn: parts.moveIn}),
    ...(parts.configuration && {configuration: parts.configuration}),
    ruleRoutes: {
      ...noRuleRoutes,
      ruleService: acting.ruleService,
      rulePreviews: acting.previews,
      explainer: acting.explainer,
      approvals: acting.actionQueue,
      trash: acting.trash,
      orphans: acting.orphans,
      milestones: acting.milestones,
      arrivals: acting.arrivals,
      coming: () => acting.managers.coming(),
      timers: acting.actionQueue,
      unfinished: acting.unfinished,
      awaited: () =>
        awaitedCommands([...unconfirmed.awaited(), ...lateEffects.awaited(), ...executor.awaited()]),
      undoEntry: (by, entry) => entryUndo.undo(by, entry),
      ruleName: acting.ruleName,
    },
  }
  const http = await createHttp({
    fleet,
    // Whoever reads torrents looks at their servers: they are polled at a pace worth looking at.
    views: {
      query: (query: TorrentQuery) => {
        links.watch(query.scope)
        return views.query(query)
      },
      matching: views.matching.bind(views),
      countsPerServer: views.countsPerServer.bind(views),
    },
    live: {
      views: liveViews,
      watch: links.watch.bind(links),
      attention: {
        clock,
        alerts: board,
        storage: () => store.state,
        notices,
        processes: acting.managers,
        rules: acting.ruleService,
        approvals: acting.actionQueue,
        ruleName: acting.ruleName,
        arrs: arrsAtWork,
        imports: acting.rejectedImports,
        disks: new SpaceForecasts({
          history,
          clock,
          log,
          servers: () => directory.definitions().flatMap(({id, enabled}) => (enabled ? [id] : [])),
        }),
      },
      onEnd(listener) {
        people.endings.onEnd(listener)
        users.onRole(() => listener(null))
      },
    },
    servers: links,
    async identify({actor}, id, is) {
      const name = links.get(id)?.name ?? null
      links.identify(id, is)
      const about = {subject: 'server', serverId: id, hash: null, name, verb: 'identify', args: {is}} as const
      await journal.write([{id: randomUUIDv7(), at: clock.now(), actor, ...about, phase: 'confirmed'}])
    },
    registry: directory,
    userName: (id) => users.get(id)?.name ?? null,
    arrsOf: (by) => people.arrService.seenBy(by),
    mayCommandArr: (by, id) => people.arrService.mayCommand(by, id),
    reader: details.servers,
    details: details.torrents,
    executor,
    actions,
    selections,
    ownership,
    noTrash: (key) => acting.noTrash(key),
    owes: (key) => acting.owes(key),
    lostSettings: () => lostSettings.count,
    links: (key) => acting.links(key),
    librariesOn: (id) => acting.librariesOn(id),
    libraryFiles: (key, arr) => acting.libraryFiles(key, arr),
    mappingsOf: (id) => diskOf(id).mappings,
    clock,
    turns,
    log: httpLog,
    version,
    authentication: authenticationOf(httpDeps),
    nouns: nounsOf(httpDeps),
    pages: pagesOf(httpDeps),
    webFolder: parts.env['COMMODARR_PAGES'] ?? join(import.meta.dirname, '../../dist/web'),
    surroundings: surroundingsOf(webui),
    ...(parts.listener && {listener: parts.listener}),
    urlBase: webui.UrlBase,
    demo,
    readiness: () => readinessOf(links),
    storage: () => store.state,
    listensAt: () => ({host: webui.Host, port: webui.Port}),
    automation: () => acting.figures(),
    diskFigures: () => {
      const mapped = directory.definitions().flatMap(({paths}) => paths.map(({ours}) => ours))
      const {mounts} = acting.memory
      const known = mounts.all().map(({path}) => path)
      return diskFigures([...mapped, ...known], {patience: diskPatience, mounts})
    },
    arrsAtWork,
  })
  const life = new Lifecycle(log)
  life.put({name: 'database', stop: () => store.close()})
  life.put({name: 'last seen', stop: () => lastSeen.stop()})
  life.put({name: 'people', stop: () => people.close()})
  life.put({name: 'lost settings', stop: () => lostSettings.stop()})
  life.put({name: 'automation state', stop: () => acting.close()})
  life.put({name: 'journal', stop: () => journal.close()})
  // What they write of actions that nobody takes any more.
  life.put({name: 'held actions', stop: () => actions.close()})
  const keepsSamples = parts.keepsSamples !== false
  life.put({
    name: 'journal retention',
    start: () => journalRetention.start(),
    stop: () => journalRetention.stop(),
  })
  life.put({name: 'samples', ...(keepsSamples && {start: () => sampler.start()}), stop: () => sampler.stop()})
  life.put({name: 'snapshot', start: () => snapshots.start(), stop: () => snapshots.stop()})
  // What is still asked of a server has its end with the links.
  life.put({name: 'requests', stop: () => http.close()})
  life.put({name: 'health of servers', stop: () => health.close()})
  life.put({name: 'links', stop: () => links.stop()})
  life.put({name: 'departed servers', stop: () => departed.stop()})
  life.put({name: 'work of requests', stop: () => requestThread.stop()})
  life.put({name: 'automation', start: () => acting.start(), stop: () => acting.stop()})
  life.put({name: 'executor', stop: () => executor.stop()})
  life.put({name: 'late effects', start: () => lateEffects.start(), stop: () => lateEffects.stop()})
  life.put({name: 'unconfirmed removals', start: () => unconfirmed.start(), stop: () => unconfirmed.stop()})
  life.put({name: 'what the journal left open', stop: stopSettling})
  // Once all that hear of servers are there.
  life.put({name: 'servers', start: () => links.configure(directory.definitions())})
  // Not before: a start that fails leaves for the next one what the database lacks.
  life.put({name: 'this run', start: () => lastSeen.start(clock)})
  life.put({name: 'marks at Arrs', start: () => instances.start(), stop: () => instances.stop()})
  life.put({name: 'webhooks', stop: () => webhooks.stop()})
  life.put({name: 'live views', stop: () => liveViews.close()})
  // Commands under way get a moment. Then their links end under them, they come out as unconfirmed, and whoever
  // stopped us does not have to wait for a silent server.
  life.put({name: 'new requests', stop: () => Promise.race([http.close(), sleep(clock, GRACE_MS)])})
  // One entry of the trash for each that was sent, and none for others.
  life.put({name: 'removals', stop: () => acting.removals.stop()})
  // First: what is held is not sent any more. What they write has its time until the journal closes.
  life.put({name: 'actions', stop: () => void actions.close()})
  people.arrDirectory.onChange(() => instances.follow())
  await life.start()
  return {
    http: {
      ...http,
      async listen(where) {
        const addresses = await http.listen(where)
        // An Arr calls at once to try it.
        void instances.evidence.then(() => webhooks.start())
        return addresses
      },
    },
    links,
    fleet,
    people,
    async configure(servers, changed, arrs, rules, isByUs) {
      // First, as all that follows may have rules act.
      if (rules) void lostSettings.follow(rules, isByUs)
      settings = rules?.settings ?? settings
      people.preferences.follow(looksOf(changed, rules?.said))
      await people.follow(servers, changed, arrs)
      if (rules) await acting.configure(rules)
      webhooks.follow()
    },
    stop: () => life.stop(),
  }
}

/** Ready when every server was tried once: until then a list may look shorter than the fleet is. */
function readinessOf(links: Links): Readiness {
  const reasons = links
    .list()
    .filter(({health}) => health.status === 'unknown' || health.status === 'connecting')
    .map(({id, name}) => ({serverId: id, text: `${name} has not answered yet.`}))
  return {ready: reasons.length === 0, reasons}
}

/** The fleet as links feed it. @param onRemoved told of ids that mean another server from now on, or none */
export function feedOf(
  fleet: Fleet,
  listeners: {
    readonly leaving: (id: ServerId, left: LeftServer) => void
    readonly removed: (id: ServerId) => void
  },
): FleetFeed {
  return {
    addServer: (id) => fleet.addServer(id),
    removeServer(id, left) {
      // Its configuration may change once more while its link still ends.
      if (fleet.serverNumber(id) === null) return
      listeners.leaving(id, left)
      fleet.removeServer(id)
      listeners.removed(id)
    },
    markServer: (id, online) => fleet.markServer(id, online),
    apply: (frame) => fleet.apply(frame),
    count: (id) => fleet.count(id),
    holders: (hash) => fleet.holders(hash).map(({serverId}) => serverId),
    has: (key) => fleet.hasKey(key),
    addedAt: (key) => fleet.addedAt(key),
    absent: (id, isCounted) => fleet.absent(id, isCounted),
    departed: (id) => fleet.departed(id),
    unseen: (id) => fleet.unseen(id),
    figures: (id) => fleet.serverFigures(id),
  }
}

function rowsOf(fleet: Fleet, id: ServerId): readonly TorrentRecord[] {
  return fleet.rowsOf(id).flatMap((row) => fleet.record(row) ?? [])
}

/** How far what somebody types may lead servers that he does not manage, and us in their place. */
function typedAddresses(reach: () => Reach, metainfo: MetainfoReader): TypedAddresses {
  return {
    of: (source, {actor}) => addressesIn(source, (bytes) => metainfo.read(bytes, personOf(actor))),
    objection: (address) => objectionToAddress(address, reach()),
    async fetch(url, wish) {
      const fetched = await fetchTorrent({...wish, url, reach: reach()})
      return 'magnet' in fetched ? fetched : {...fetched, fileName: 'fetched.torrent'}
    },
  }
}

/** How the pages look for whoever has not chosen, where the file says so. */
export function looksOf(
  {Theme, ViewDensity}: Pick<WebUi, 'Theme' | 'ViewDensity'>,
  said: ReadonlySet<string> = new Set(),
): PreferenceMap {
  const looks = new Map<string, string>()
  if (said.has('WebUI.Theme')) looks.set('theme', Theme === 'Dark' ? 'dark' : 'light')
  if (said.has('WebUI.ViewDensity')) looks.set('density', ViewDensity === 'Compact' ? 'compact' : 'normal')
  return looks
}
