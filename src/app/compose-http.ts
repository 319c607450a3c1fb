/** What `http` is handed: the ways to sign in, the routes of accounts, of rules and what they judge, and actions. */
import type {RuleActionUndo} from '#automation/undo/rule-action-undo.ts'
import type {ActingOfApp} from './compose-managers.ts'
import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {stranger} from '#accounts/admission.ts'
import {KeyAttempts} from '#accounts/attempts.ts'
import {accessOf} from '#accounts/grants.ts'
import {encryptWithPassphrase} from '#accounts/passphrase.ts'
import {localPrincipal, tokenPrincipal} from '#accounts/principals.ts'
import {fileTrackers, type FileTracker} from '#automation/supervision/file-trackers.ts'
import {modeOfAdded} from '#automation/supervision/presets-in-force.ts'
import type {LoadedConfig} from '#config/config.ts'
import type {MetainfoReader} from '#clients/port.ts'
import type {WebUi} from '#config/schema/schema.ts'
import {hasProxyLogIn} from '#config/web-ui.ts'
import type {History} from '#history/history.ts'
import type {TrafficHistory} from '#history/traffic-history.ts'
import type {PeopleRouteDeps} from '#http/sign-in/people-parts.ts'
import {inspectTorrents} from '#http/routes/add-torrents.ts'
import {arrHintRoutes} from '#http/routes/arr-hints.ts'
import type {ArrViewing} from '#http/rows/arr-views.ts'
import {arrPosterRoutes} from '#http/routes/arr-posters.ts'
import {arrTriageRoutes} from '#http/routes/arr-triage.ts'
import {arrAskingRoutes, arrQueueRoutes, arrRoutes} from '#http/routes/arrs.ts'
import {departedServerRoutes, type KnownDeparted} from '#http/routes/departed-servers.ts'
import {diskRoutes, type KnownDisks} from '#http/routes/disks.ts'
import {historyRoutes, torrentHistoryRoutes} from '#http/routes/history.ts'
import {activityNextRoutes} from '#http/routes/activity-next.ts'
import {activityRoutes, type ActivityRouteDeps} from '#http/routes/activity.ts'
import {auditRoutes, journalRoutes} from '#http/routes/journal.ts'
import {keyRoutes} from '#http/routes/keys.ts'
import {configurationRoutes} from '#http/routes/configuration.ts'
import {moveInRoutes} from '#http/routes/move-in.ts'
import {oidcCallback, oidcRoutes} from '#http/routes/oidc.ts'
import {orphanRoutes} from '#http/routes/orphans.ts'
import {ownAccountRoutes, preferenceRoutes} from '#http/routes/own-account.ts'
import {processRoutes} from '#http/routes/processes.ts'
import {releaseRoutes} from '#http/routes/releases.ts'
import {profileSwitchRoutes, type ProfileSwitchRouteDeps} from '#http/routes/profile-switches.ts'
import {
  absentRuleRoutes,
  approvalRoutes,
  ruleRoutes,
  ruleRunRoutes,
  ruleTallyRoutes,
  torrentExplanation,
} from '#http/routes/rules.ts'
import {viewRoutes} from '#http/routes/saved-views.ts'
import {serverImportRoutes} from '#http/routes/server-import.ts'
import {serverEditing, serverMappings, serverSharing} from '#http/routes/servers.ts'
import {sessionListRoutes, sessionRoutes, twoStepRoutes} from '#http/routes/session.ts'
import {sectionRoutes, settingsRoutes, type RoomWith} from '#http/routes/settings.ts'
import {searchesRoutes} from '#http/routes/searches.ts'
import {todayRoutes} from '#http/routes/today.ts'
import {trackerRoutes} from '#http/routes/trackers.ts'
import {trashRoutes} from '#http/routes/trash.ts'
import {invitationRoutes, setUpRoutes, userRoutes} from '#http/routes/users.ts'
import {httpsCheck, type Surroundings} from '#http/security/hardening.ts'
import {allowedHosts} from '#lib/host-names.ts'
import {proxiesToBelieve, trustedProxies} from '#lib/trusted-proxies.ts'
import type {AuthenticationDeps} from '#http/sign-in/authentication.ts'
import {Cookies} from '#http/sign-in/cookies.ts'
import {keySignIn} from '#http/sign-in/key.ts'
import {proxySignIn} from '#http/sign-in/proxy.ts'
import {sessionOpener, sessionSignIn} from '#http/sign-in/session.ts'
import {openSignIn, localSignIn, type SignIn} from '#http/sign-in/sign-in.ts'
import type {Audit} from '#journal/audit.ts'
import type {Clock} from '#lib/clock.ts'
import {personOf} from '#lib/fair-turns.ts'
import {adviceFor} from '#links/advice.ts'
import type {TriedBy} from '#links/links.ts'
import type {Acting, Requester, UserId} from '#model/access.ts'
import type {
  ArrAsker,
  ArrManagers,
  ArrInstances,
  ArrWebhooks,
  Processes,
  ReleaseAsker,
} from '#model/arr-service.ts'
import type {AuditEvent} from '#model/audit-event.ts'
import {
  NotReady,
  type ApprovalQueue,
  type ComingOfRules,
  type Explainer,
  type RuleTimers,
} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import type {Orphans} from '#model/orphans.ts'
import type {MoveIn} from '#model/qbitrr-migration.ts'
import type {RuleId} from '#model/rule.ts'
import type {MappingCheck, ServerDefinition} from '#model/server.ts'
import type {SearchOrders} from '#model/searches.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {FleetReader, ServerTrial} from '#model/services.ts'
import type {Trash} from '#model/trash.ts'
import type {AwaitedCommand, UnfinishedAction} from '#model/unfinished.ts'
import {ArrPosters, type ArrPostersDeps} from '#registry/arrs/posters.ts'
import {ReleaseLists} from '#registry/arrs/release-lists.ts'
import {ArrRequests, type ArrRequestsDeps} from '#registry/arrs/requests.ts'
import {SearchRequests} from '#registry/arrs/search-requests.ts'
import {ServerExport} from '#registry/import/export.ts'
import {ServerImport} from '#registry/import/import.ts'
import {RuleUnknown} from '#registry/rules/rights.ts'
import {trackerNames} from '#registry/trackers/directory.ts'
import {TrackerProfileUnknown} from '#registry/trackers/draft.ts'
import {ServerDiscovery} from '#registry/import/discover.ts'
import {openLocalPorts} from '#registry/servers/local-ports.ts'
import {ServerTester} from '#registry/servers/test-server.ts'
import {listReader} from '#request-work/readers.ts'
import type {RequestReader} from '#request-work/request-work.ts'
import {appendEvent} from '#store/repositories/journal.ts'
import type {Store} from '#store/store.ts'
import {nothingMoved} from './compose-move-in.ts'
import type {PeopleOfApp} from './compose-people.ts'

export interface AppHttpDeps {
  readonly people: PeopleOfApp
  readonly fleet: Pick<FleetReader, 'get'>
  readonly audit: Audit
  readonly history: History
  readonly traffic: TrafficHistory
  readonly store: Pick<Store, 'write'>
  readonly webui: WebUi
  readonly demo: boolean
  readonly clock: Clock
  readonly log: Record<'warn' | 'error', (about: object, text: string) => void>
  readonly tryOut: (definition: ServerDefinition, asker: TriedBy) => Promise<ServerTrial>
  readonly arrAsker: ArrAsker
  readonly managers: ArrManagers
  /** Downloads that Arrs do not import, and that need a person. */
  readonly imports: ArrViewing['imports']
  readonly requestWork: RequestReader
  readonly metainfo: MetainfoReader
  /** What an Arr searched; absent = nothing. */
  readonly searches?: ArrRequestsDeps['searches']
  /** What people order of searches; absent = nothing is searched. */
  readonly searchOrders?: SearchOrders
  /** Pictures of what Arrs have; absent = they have none. */
  readonly posters?: Pick<ArrPostersDeps, 'kept' | 'ask'>
  /** What indexers of Arrs have; absent = nothing. */
  readonly releases?: ReleaseAsker
  /** Nobody is called when absent. */
  readonly webhooks?: ArrWebhooks
  readonly instances?: ArrInstances
  readonly processes: Processes
  readonly mediaProbe: Parameters<typeof processRoutes>[1]
  readonly disks: KnownDisks
  readonly departed: KnownDeparted
  readonly mappingsOf: (id: ServerId) => readonly MappingCheck[]
  /** What rules judge; nobody does when absent. */
  readonly ruleRoutes?: RuleRoutesDeps
  /** What downloads do once so much of disks is to stay free; nothing when absent. */
  readonly roomWith?: RoomWith
  /** What has a temporary quality profile; nothing when absent. */
  readonly profileSwitches?: ProfileSwitchRouteDeps['switches']
  /** Who comes from the older program; nobody when absent. */
  readonly moveIn?: MoveIn
  /** The file that is in force; none when absent. */
  readonly configuration?: Parameters<typeof configurationRoutes>[0]
  /** The clock of the machine is right, whatever we thought of it. */
  readonly confirmClock: () => void
  /** What the configuration does not name any more. */
  readonly lostSettings: Parameters<typeof configurationRoutes>[1]
  /** For tests: seals lists at less cost. */
  readonly encrypt?: typeof encryptWithPassphrase
}

export function surroundingsOf({TrustedProxies, BehindHttpsProxy}: WebUi): Surroundings {
  return {trustedProxies: TrustedProxies, behindHttpsProxy: BehindHttpsProxy}
}

function cookiesOf(webui: WebUi): Cookies {
  return new Cookies(webui.UrlBase, httpsCheck(surroundingsOf(webui)))
}

/** The first way that a request tries decides; no account at all comes last, so that whoever logged in is himself. */
export function authenticationOf(parts: AppHttpDeps): AuthenticationDeps {
  const {people, webui} = parts
  const {directory, keys, localAccess} = people
  const cookies = cookiesOf(webui)
  const isOpenToAnyone = localAccess !== null && webui.AllowInsecureExposure
  return {
    signIns: [
      keySignIn(
        [webui.Token, localAccess?.token ?? null].filter((it) => it !== null),
        webui.AllowInsecureTokenQuery,
        tokenPrincipal(directory, webui.Token),
        keys,
        new KeyAttempts(parts.clock, (address) => recordRefusedKey(parts, address)),
      ),
      ...proxySignIns(parts),
      sessionSignIn(people, cookies),
      ...(localAccess === null ? [] : [localSignIn(localAccess, cookies, localPrincipal(directory))]),
      ...(isOpenToAnyone ? [openSignIn(localPrincipal(directory))] : []),
    ],
    // A rebound DNS name would let any page be ours; whoever wants to be reached by names logs people in.
    hosts: localAccess !== null && !isOpenToAnyone ? 'this machine' : webui.AllowedHosts,
    stranger: () => (localAccess === null ? people.setUp.stranger() : localAccess.stranger()),
  }
}

/** What comes after it from there within the hour is counted, not told. */
function recordRefusedKey({store, clock, log}: AppHttpDeps, address: string): void {
  log.warn({address}, 'a key or token that is not a good one was refused')
  const refused = new CommodarrError('unauthorised', 'This key or token is not, or no longer, a good one.')
  const event = {subject: 'session', verb: 'log-in', name: '', serverId: null, args: {via: 'key'}} as const
  const actor = stranger({address, userAgent: ''})
  store
    .write((db) => appendEvent(db, {...event, actor, refused}, clock.now()))
    .catch((error: unknown) => log.warn({err: error}, 'a refused key or token could not be written down'))
}

function proxySignIns({people, webui, log}: AppHttpDeps): SignIn[] {
  if (!hasProxyLogIn(webui)) return []
  const {kept} = proxiesToBelieve(webui.TrustedProxies)
  return [
    proxySignIn(
      webui.ForwardedUserHeader!,
      trustedProxies(kept),
      allowedHosts(webui.AllowedHosts).lists,
      people.forwarded,
      (address) => log.warn({address}, 'names a user as only a trusted proxy may; it is not believed'),
    ),
  ]
}

/** Below `/api`. */
export function nounsOf(parts: AppHttpDeps): readonly FastifyPluginAsyncZod[] {
  const {people, audit, history, traffic, clock} = parts
  const {users, settings, keys, twoSteps, proof, serverService} = people
  const accounts = accountParts(parts)
  const lists = listParts(parts)
  const {arrivals} = parts.ruleRoutes ?? noRuleRoutes
  const arrs = arrParts(parts, lists)
  return [
    setUpRoutes(accounts),
    sessionRoutes(accounts),
    sessionListRoutes(accounts),
    userRoutes(accounts),
    ownAccountRoutes(accounts),
    invitationRoutes(accounts),
    keyRoutes(keys, users, proof),
    twoStepRoutes(twoSteps, users, proof),
    oidcRoutes(people.oidc, cookiesOf(parts.webui)),
    serverEditing(
      serverService,
      new ServerTester(serverService, parts.tryOut, adviceFor, clock),
      (id) => users.get(id)?.name ?? null,
    ),
    serverSharing({editor: serverService}),
    serverMappings(parts.mappingsOf),
    sectionRoutes(people.sections, parts.roomWith ?? (() => ({stops: [], starts: [], unknown: []}))),
    serverImportRoutes(lists.imports, lists.exports, lists.discovery, lists.localPorts),
    arrRoutes(arrs.service, arrs.newRules, arrs, (parts.ruleRoutes ?? noRuleRoutes).rulesWith),
    arrAskingRoutes(arrs),
    arrQueueRoutes(arrs),
    searchesRoutes(arrs.searchRequests, clock),
    profileSwitchRoutes({
      seenBy: arrs.seenBy,
      mayCommand: people.arrService.mayCommand.bind(people.arrService),
      note: recorder(parts),
      switches: parts.profileSwitches ?? noSwitches,
    }),
    arrTriageRoutes(arrs),
    arrPosterRoutes(new ArrPosters({directory: people.arrDirectory, ...(parts.posters ?? noPosters)})),
    releaseRoutes(
      new ReleaseLists({
        directory: people.arrDirectory,
        service: people.arrService,
        managers: parts.managers,
        asker: parts.releases ?? noReleases,
        clock,
        log: parts.log,
      }),
    ),
    arrHintRoutes(arrs),
    processRoutes(parts.processes, parts.mediaProbe, parts.confirmClock, recorder(parts)),
    diskRoutes(parts.disks, recorder(parts)),
    departedServerRoutes(parts.departed, recorder(parts)),
    auditRoutes(audit),
    ...ruleNouns(parts.ruleRoutes ?? noRuleRoutes, {
      audit,
      clock,
      managers: parts.managers,
      userName: (id) => users.get(id)?.name ?? null,
      leftName: (id) => parts.departed.former(id)?.name ?? null,
    }),
    absentRuleRoutes((parts.ruleRoutes ?? noRuleRoutes).absentRules, people.arrService),
    inspectTorrents((bytes, {actor}) => parts.metainfo.read(bytes, personOf(actor))),
    historyRoutes(
      history,
      traffic,
      ({actor, access}) => trackerNames(people.trackerProfiles.inForce(), access.servers, actor.userId),
      clock,
    ),
    torrentHistoryRoutes(traffic, audit, (parts.ruleRoutes ?? noRuleRoutes).milestones, clock),
    activityRoutes({
      audit,
      history,
      clock,
      managers: parts.managers,
      arrivals,
      trash: (parts.ruleRoutes ?? noRuleRoutes).trash,
      userName: (id) => users.get(id)?.name ?? null,
    }),
    todayRoutes({audit, history, clock, managers: parts.managers, arrivals}),
    trackerRoutes((parts.ruleRoutes ?? noRuleRoutes).trackerService, {
      inForce: () => people.trackerProfiles.inForce(),
      fileTrackers: () => fileTrackersOf(parts.configuration?.() ?? null),
      userName: (id) => users.get(id)?.name ?? null,
    }),
    settingsRoutes(settings),
    moveInRoutes(parts.moveIn ?? nothingMoved),
    configurationRoutes(parts.configuration ?? (() => null), parts.lostSettings),
    viewRoutes(people.savedViews, (id) => people.users.get(id)?.name ?? null),
    preferenceRoutes(people.preferences),
  ]
}

/** Beside `/api`, below the base path. */
export function pagesOf({people, webui}: AppHttpDeps): readonly FastifyPluginAsyncZod[] {
  const {oidc, attempts, logIn} = people
  const cookies = cookiesOf(webui)
  return [oidcCallback(oidc, cookies, attempts, sessionOpener(cookies, logIn))]
}

function accountParts({people, webui, demo, moveIn = nothingMoved}: AppHttpDeps): PeopleRouteDeps {
  const ways = {oidc: people.oidc !== null, proxy: hasProxyLogIn(webui)}
  const {localAccess: access, directory} = people
  const local = access && {access, principal: localPrincipal(directory)}
  const cookies = cookiesOf(webui)
  return {cookies, people, local, demo, ways: () => ways, endSetUp: () => moveIn.endSetUp()}
}

function listParts(parts: AppHttpDeps) {
  const {people, clock, arrAsker, encrypt = encryptWithPassphrase} = parts
  const {serverService, directory} = people
  const former = directory.former.bind(directory)
  return {
    imports: new ServerImport(listReader(parts.requestWork), serverService, former),
    exports: new ServerExport(serverService, former, recorder(parts), encrypt, clock),
    discovery: new ServerDiscovery(
      (way) => arrAsker.clients(way),
      directory.reachForArr.bind(directory),
      serverService,
      clock,
    ),
    localPorts: (by: Acting) => openLocalPorts(serverService, clock, () => parts.webui.Port, by),
  }
}

const noSwitches: ProfileSwitchRouteDeps['switches'] = {
  list: async () => ({items: [], total: 0, arrs: []}),
  get: () => null,
  restore: async () => null,
}
const noWebhooks: ArrWebhooks = {take: () => false, viewOf: () => null}
const noPosters: Pick<ArrPostersDeps, 'kept' | 'ask'> = {
  kept: {of: async () => 'none'},
  ask: async () => null,
}
const noReleases: ReleaseAsker = {releases: async () => [], grab: async () => false}
const nothingSearched: SearchOrders = {searchNow: notYet, hold: notYet, pause: notYet, resume: notYet}
const alone: ArrInstances = {otherAt: () => null, takeOver: async () => undefined}

function arrParts(parts: AppHttpDeps, {discovery}: Pick<ReturnType<typeof listParts>, 'discovery'>) {
  const {clock, fleet, managers, imports, arrAsker: asker, people} = parts
  const {webhooks = noWebhooks, instances = alone} = parts
  const {arrDirectory: directory, arrService: service, users} = people
  const {searches = async () => [], moveIn = nothingMoved} = parts
  return {
    service,
    newRules: (by: UserId | null) =>
      moveIn.view().observing === null ? modeOfAdded(by, moveIn.confirmed) : ('simulate' as const),
    managers,
    imports,
    webhooks,
    instances,
    clock,
    seenBy: service.seenBy.bind(service),
    userName: (id: UserId) => users.get(id)?.name ?? null,
    searchRequests: new SearchRequests({directory, service, orders: parts.searchOrders ?? nothingSearched}),
    requests: new ArrRequests({
      directory,
      service,
      asker,
      managers,
      servers: discovery,
      fleet,
      instances,
      searches,
      clock,
    }),
  }
}

/** @param loaded `null` = no file is read at all */
function fileTrackersOf(loaded: Pick<LoadedConfig, 'config' | 'placeOf'> | null): readonly FileTracker[] {
  return loaded === null ? [] : fileTrackers(loaded)
}

function recorder({store, clock}: AppHttpDeps): (event: AuditEvent) => Promise<void> {
  return (event) => store.write((db) => appendEvent(db, event, clock.now()))
}

/** What stands behind the routes of what rules judge, keep and ask. */
interface RuleRoutesDeps {
  /** What every rule says of a torrent now. */
  readonly explainer: Explainer
  /** The rule action queue, as far as people answer it. */
  readonly approvals: ApprovalQueue
  readonly trash: Trash
  readonly orphans: Orphans
  /** Rules of people, and those of the configuration as far as people change them. */
  readonly ruleService: Parameters<typeof ruleRoutes>[0]
  /** Tracker profiles of people. */
  readonly trackerService: Parameters<typeof trackerRoutes>[0]
  /** What a rule that is not saved would do. */
  readonly rulePreviews: Parameters<typeof ruleRoutes>[1] & Parameters<typeof ruleTallyRoutes>[2]
  /** What the settings of an Arr leave out. */
  readonly absentRules: Parameters<typeof absentRuleRoutes>[0]
  readonly rulesWith: NonNullable<Parameters<typeof arrRoutes>[3]>
  /** What people have look now. */
  readonly ruleRuns: Parameters<typeof ruleRunRoutes>[0]
  readonly milestones: ActingOfApp['milestones']
  readonly arrivals: ActivityRouteDeps['arrivals']
  readonly coming: ComingOfRules
  /** What people do about rules whose time runs. */
  readonly timers: RuleTimers
  /** Actions of several steps that are not finished, and commands whose effect is not seen. */
  readonly unfinished: () => readonly UnfinishedAction[]
  readonly awaited: () => readonly AwaitedCommand[]
  readonly entryUndo: Pick<RuleActionUndo, 'undo'>
  /** Of rules that stand; `null` = there is none (any more). */
  readonly ruleName: (id: RuleId) => string | null
}

/** Nobody judges yet, so that nothing waits and nothing was set aside. */
export const noRuleRoutes: RuleRoutesDeps = {
  explainer: {
    explain: async (key) => {
      throw new NotReady({...key})
    },
  },
  approvals: {waiting: () => [], approve: noAction, decline: noAction, reopen: noAction},
  trash: {list: () => [], restore: nothingThere, purge: nothingThere},
  orphans: {
    state: () => ({isLooking: false, progress: null, report: null, nextAt: 0}),
    look: () => undefined,
    cancelLook: () => undefined,
    act: async () => [],
  },
  ruleService: {
    seenBy: () => [],
    seen: (_by, id) => {
      throw new RuleUnknown(id)
    },
    create: notYet,
    copy: notYet,
    replace: notYet,
    change: notYet,
    move: notYet,
    remove: notYet,
    restore: notYet,
    resume: notYet,
    versions: notYet,
  },
  trackerService: {
    seenWholeBy: () => [],
    seen: (_by, id) => {
      throw new TrackerProfileUnknown(id)
    },
    create: notYet,
    change: notYet,
    remove: notYet,
  },
  rulePreviews: {of: notYet, overlaps: notYet, wantedLately: () => [], matchesAll: notYet},
  ruleRuns: {run: notYet},
  absentRules: () => [],
  rulesWith: () => [],
  milestones: () => [],
  arrivals: () => [],
  coming: async () => ({actions: [], isAll: false}),
  timers: {waits: () => [], putOff: notYet, doNow: notYet},
  unfinished: () => [],
  awaited: () => [],
  entryUndo: {undo: notYet},
  ruleName: () => null,
}

/** Below `/api`. */
function ruleNouns(
  {
    explainer,
    approvals,
    trash,
    orphans,
    ruleService,
    rulePreviews,
    ruleRuns,
    milestones,
    coming,
    timers,
    unfinished,
    awaited,
    entryUndo,
    ruleName,
  }: RuleRoutesDeps,
  {
    audit,
    clock,
    managers,
    userName,
    leftName,
  }: Pick<AppHttpDeps, 'audit' | 'clock' | 'managers'> & {
    readonly userName: (id: UserId) => string | null
    readonly leftName: (id: ServerId) => string | null
  },
): readonly FastifyPluginAsyncZod[] {
  return [
    torrentExplanation({explainer}),
    journalRoutes(audit, clock, entryUndo, milestones),
    trashRoutes(trash, userName, ruleName, leftName),
    orphanRoutes(orphans),
    approvalRoutes(approvals, ruleService, ruleName),
    activityNextRoutes({approvals, managers, coming, timers, trash, unfinished, awaited, ruleName, clock}),
    ruleRoutes(ruleService, rulePreviews, userName),
    ruleRunRoutes(ruleRuns),
    ruleTallyRoutes(audit, ruleService, rulePreviews, clock),
  ]
}

async function noAction(): Promise<never> {
  throw new CommodarrError('action_unknown', 'Nothing of this name waits for an answer.')
}

async function notYet(): Promise<never> {
  throw new NotReady()
}

async function nothingThere(): Promise<never> {
  throw new CommodarrError('trash_unknown', 'There is nothing of this name in the trash.')
}

/** Who may come in, and with what. */
type ActingPeople = Pick<PeopleOfApp, 'users' | 'keys' | 'directory'>

/**
 * Who wanted something a moment ago, as he would come in now. That he logged out meanwhile changes nothing; that his
 * account was disabled or removed, or his key revoked, does. Who came without an account keeps what he had.
 */
export function actingNow(by: Requester, {users, keys, directory}: ActingPeople, now: number): Acting | null {
  const {userId} = by.actor
  if (userId === null) return by
  const user = users.get(userId)
  if (user === null || user.disabled) return null
  const limits = {scopes: null, servers: null}
  if (by.via !== 'api_key') return {...by, access: accessOf({userId, role: user.role, ...limits}, directory)}
  const key = keys.get(by.credentialId ?? '')
  if (key === null || (key.expiresAt !== null && key.expiresAt <= now)) return null
  const {scopes, servers} = key
  return {...by, access: accessOf({userId, role: user.role, scopes, servers}, directory)}
}
