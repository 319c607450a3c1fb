/**
 * The last stage of the program: what people see. Live views, figures over time, and the routes.
 */
import {ActionRegistry} from '#executor/actions.ts'
import {MovesOfActions, OrderedTorrents, PersonOrders} from '#executor/person-orders.ts'
import {SelectionStore} from '#executor/selections.ts'
import {RuleActionUndo} from '#automation/undo/rule-action-undo.ts'
import {BlocklistUndo, ReverseCommands, RulesLeftAlone} from '#automation/undo/undo-steps.ts'
import {awaitedCommands} from '#executor/awaited.ts'
import {countsByServer} from '#fleet/counts.ts'
import {TorrentTraffic} from '#fleet/traffic.ts'
import {History, ServerSamples} from '#history/history.ts'
import {HistoryRetention} from '#history/retention.ts'
import {RetentionRounds, Sampler, ServerLook} from '#history/sampler.ts'
import {HistoryStore} from '#history/write.ts'
import {SpaceForecasts} from '#history/space-forecasts.ts'
import {TrackerTotals} from '#history/tracker-totals.ts'
import {TrafficHistory} from '#history/traffic-history.ts'
import {Traffic} from '#history/traffic.ts'
import type {Readiness, HttpDeps} from '#http/parts.ts'
import {FileDownloads} from '#http/scope/file-downloads.ts'
import {textWithoutPasskey} from '#http/security/passkeys.ts'
import {createHttp} from '#http/server.ts'
import {Audit} from '#journal/audit.ts'
import {JournalRetention} from '#journal/retention.ts'
import {collect} from '#lib/collect.ts'
import {KeptPosters} from '#lookups/kept-posters.ts'
import type {Links} from '#links/links.ts'
import {withHistory} from '#links/quotas.ts'
import type {Principal} from '#model/access.ts'
import type {TorrentQuery} from '#model/query.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {RuleRuns} from '#registry/rules/runs.ts'
import {isOfUser} from '#registry/servers/service.ts'
import {trackerNames} from '#registry/trackers/directory.ts'
import {LiveViews} from '#views/live-views.ts'
import {Views} from '#views/query.ts'
import {randomUUIDv7} from 'node:crypto'
import {join} from 'node:path'
import {arrAsker, posterAsker, releaseAsker} from './arr-asker.ts'
import type {AppDeps, Base} from './compose-base.ts'
import type {Commands} from './compose-commands.ts'
import {
  actingNow,
  authenticationOf,
  noRuleRoutes,
  nounsOf,
  pagesOf,
  surroundingsOf,
  type AppHttpDeps,
} from './compose-http.ts'
import type {ActingOfApp} from './compose-managers.ts'
import type {Servers} from './compose-servers.ts'
import type {Surroundings} from './compose-surroundings.ts'
import {version} from './version.ts'

/** What the stages before have built. */
export interface Built {
  readonly base: Base
  readonly servers: Servers
  readonly commands: Commands
  readonly surroundings: Surroundings
  readonly acting: ActingOfApp
}

/** @param ofPeople their actions and selections */
export async function openPages(parts: AppDeps, built: Built, ofPeople: ActionsOfApp) {
  const {base, servers, acting} = built
  const {links} = servers
  const {clock, turns, fleet} = base
  const views = new Views(fleet, turns, clock, textWithoutPasskey, undefined, acting.searched)
  const liveViews = new LiveViews(fleet, views, clock, () => giveBack())
  let isGivenBack = false
  // What the first lists left behind, 22 MB with 20,000 torrents, once all are in: it stands still for that, so at a
  // moment when nobody looks.
  const giveBack = (): void => {
    if (isGivenBack || !liveViews.isIdle || links.areOnTheWay()) return
    isGivenBack = true
    void collect()
  }
  links.onStatus(giveBack)
  const over = historyOf(parts, built)
  const arrsAtWork = (by: Principal) =>
    base.people.arrService.seenBy(by).map((card) => ({card, running: acting.managers.of(card.id)}))
  const shared = {views, liveViews, ...ofPeople, ...over, arrsAtWork}
  const http = await createHttp(httpOf(parts, built, shared))
  return {http, liveViews, ...ofPeople, ...over}
}

export type Pages = Awaited<ReturnType<typeof openPages>>

/** Actions and selections of people. */
export function actionsFor({log}: AppDeps, {base, servers, commands, acting}: Built) {
  const {people, fleet, turns, clock} = base
  const {executor, asOf, lateEffects, writeUndone} = commands
  const {details, links, moveSpace, onRemoved} = servers
  const actions = new ActionRegistry(
    new OrderedTorrents(fleet, fleet, details.torrents, asOf, turns),
    new PersonOrders(executor, acting.removals, acting.copies, (by) => actingNow(by, people, clock.now())),
    new MovesOfActions(lateEffects, moveSpace),
    {clock, log, journal: {write: writeUndone}},
  )
  // Before they go on: their ends are heard.
  actions.resumeCopies()
  const selections = new SelectionStore(clock, turns, asOf)
  const forget = (id: ServerId) => {
    actions.forgetServer(id)
    selections.forgetServer(id)
  }
  onRemoved(forget)
  links.onTurnover(forget)
  return {actions, selections}
}

type ActionsOfApp = ReturnType<typeof actionsFor>

/** Figures over time. */
function historyOf({store, log}: AppDeps, {base, servers}: Built) {
  const {people, memberOf, fleet, turns, clock, journal} = base
  const {links, compartmentOf} = servers
  const {directory} = people
  const days = () => people.settings.values.historyDays
  const traffic = new Traffic(store, new TorrentTraffic(fleet), compartmentOf, turns, log)
  const listed = {list: () => withHistory(links.list(), directory.cards(), memberOf)}
  const there = () => new Set(directory.cards().map(({id}) => id))
  const retention = new HistoryRetention(store, days, (id) => !isOfUser(id), compartmentOf)
  const sampler = new Sampler(
    new ServerLook(listed, {countsByServer: () => countsByServer(fleet)}, turns),
    new HistoryStore(store),
    traffic,
    new RetentionRounds(retention, there),
    {clock, turns, log},
  )
  const journalRetention = new JournalRetention(
    journal,
    store,
    clock,
    () => people.settings.values.auditDays,
    log,
  )
  const history = new History(store, sampler, clock, turns, days)
  return {days, traffic, sampler, journalRetention, history}
}

type Shared = ActionsOfApp &
  ReturnType<typeof historyOf> & {
    readonly views: Views
    readonly liveViews: LiveViews
    readonly arrsAtWork: HttpDeps['arrsAtWork']
  }

/** For the routes that need accounts. */
function accountsOf(parts: AppDeps, built: Built, shared: Shared, httpLog: AppHttpDeps['log']): AppHttpDeps {
  const {store, webui, demo} = parts
  const {base, servers, commands, acting, surroundings} = built
  const {people, fleet, clock, turns, requestWork, metainfo, lostSettings} = base
  const {links, departed, details} = servers
  const {unconfirmed, lateEffects, executor, writeUndone} = commands
  const {webhooks, instances} = surroundings
  const {actions, history, traffic, sampler, days} = shared
  const undone = {clock, journal: {write: writeUndone}}
  const entryUndo = new RuleActionUndo(
    fleet,
    new ReverseCommands(actions, details.torrents),
    new BlocklistUndo(acting.blockingArrs, undone),
    new RulesLeftAlone(acting.actionQueue.leftAlone, acting.ruleName),
    undone,
  )
  return {
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
    tryOut: links.tryOut.bind(links),
    history,
    traffic: new TrafficHistory(new ServerSamples(store, sampler), traffic, clock, turns, days),
    arrAsker: arrAsker(base.askArr, base.clock, base.arrFixes),
    posters: {kept: new KeptPosters(join(parts.dataFolder, 'posters'), clock), ask: posterAsker(base.askArr)},
    releases: releaseAsker(base.askArr),
    managers: acting.managers,
    imports: acting.rejectedImports,
    searches: (id, page) => acting.searchRuns.of(id, page),
    searchOrders: acting.searchOrders,
    processes: acting.managers,
    mediaProbe: () => acting.mediaProbe(),
    webhooks,
    instances,
    disks: base.memory.mounts,
    confirmClock: () => clock.confirm(),
    lostSettings,
    departed,
    mappingsOf: acting.mappingsOf,
    ...(parts.moveIn && {moveIn: parts.moveIn}),
    ...(parts.configuration && {configuration: parts.configuration}),
    roomWith: acting.roomWith,
    profileSwitches: acting.profileSwitches,
    ruleRoutes: {
      ...noRuleRoutes,
      ruleService: acting.ruleService,
      trackerService: acting.trackerService,
      rulePreviews: acting.previews,
      absentRules: acting.absentRules,
      rulesWith: acting.rulesWith,
      ruleRuns: new RuleRuns(acting.ruleService, acting.previews, (...run) => acting.managers.runNow(...run)),
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
      entryUndo,
      ruleName: acting.ruleName,
    },
  }
}

function httpOf(parts: AppDeps, built: Built, shared: Shared): HttpDeps {
  const {store, webui, demo} = parts
  const {base, servers, commands, acting} = built
  const {people, fleet, clock, turns, journal, lostSettings, mounted, memory} = base
  const {links, details, ownership, diskOf} = servers
  const {executor} = commands
  const {actions, selections, views, arrsAtWork} = shared
  const {directory, users} = people
  // Where it listens is told by whoever starts it, to a person.
  const httpLog = parts.log.child({}, {level: 'warn'})
  const httpDeps = accountsOf(parts, built, shared, httpLog)
  const trackerTotals = new TrackerTotals(httpDeps.traffic, clock)
  return {
    fleet,
    // Whoever reads torrents looks at their servers: they are polled at a pace worth looking at.
    views: {
      query: (query: TorrentQuery) => {
        links.watch(query.scope)
        return views.query(query)
      },
      matching: views.matching.bind(views),
      countsPerServer: views.countsPerServer.bind(views),
      trackerSums: async (scope) => views.trackerSums(scope, await acting.owingRows()),
    },
    live: liveOf(parts, built, shared),
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
    library: acting.library,
    wanted: (query) => acting.wanted(query),
    searches: acting.searches,
    requests: () => acting.requests(),
    trackersOn: (by, servers) => trackerNames(people.trackerProfiles.inForce(), servers, by),
    rulesOf: (by) => acting.ruleService.searchedBy(by),
    mayCommandArr: (by, id) => people.arrService.mayCommand(by, id),
    reader: details.servers,
    details: details.torrents,
    executor,
    actions,
    selections,
    previewCopies: (...asked) => acting.copies.preview(...asked),
    ownership,
    noTrash: (key) => acting.noTrash(key),
    owes: (key) => acting.owes(key),
    lostSettings: () => lostSettings.count,
    links: (key) => acting.links(key),
    librariesOn: (id) => acting.librariesOn(id),
    libraryFiles: (key, arr) => acting.libraryFiles(key, arr),
    contentUse: (key) => acting.contentUse(key),
    libraryUse: (key, arr) => acting.libraryUse(key, arr),
    downloads: new FileDownloads({
      open: (key, index) => acting.openFile(key, index),
      isOfMember: (id) => servers.compartmentOf(id) !== null,
      nameOf: (key) => fleet.get(key)?.name ?? null,
      journal,
      clock,
    }),
    fileContent: (key, index) => acting.fileContent(key, index),
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
    observing: () => parts.moveIn?.observing ?? null,
    automation: () => acting.figures(),
    diskFigures: () => {
      const mapped = directory.definitions().flatMap(({paths}) => paths.map(({ours}) => ours))
      const known = memory.mounts.all().map(({path}) => path)
      return mounted.diskFigures([...mapped, ...known])
    },
    trackerTotals: (servers, called) => trackerTotals.of(servers, called),
    arrsAtWork,
  }
}

/** For the live socket. */
function liveOf({log, store}: AppDeps, {base, servers, acting}: Built, shared: Shared): HttpDeps['live'] {
  const {clock, people, board, notices} = base
  const {links} = servers
  const {liveViews, history, arrsAtWork} = shared
  const {directory, users} = people
  return {
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
      disks: new SpaceForecasts(
        history,
        () => directory.definitions().flatMap(({id, enabled}) => (enabled ? [id] : [])),
        clock,
        log,
      ),
    },
    onEnd(listener) {
      people.endings.onEnd(listener)
      users.onRole(() => listener(null))
    },
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
