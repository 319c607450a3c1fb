/**
 * The people of the access matrix, with everything that keeps them: users, sessions, keys, the servers they own and
 * share, the audit, the history, settings. All of it is put together by the functions of the program itself
 * (`src/app/compose-people.ts`, `src/app/compose-http.ts`), over a database in memory that is frozen when everything stands: whoever is
 * let in to change something gets as far as the database, and nothing changes for the next request.
 */
import {cheapCost, machine} from '#accounts/accounts.fixture.ts'
import type {ApiKeys} from '#accounts/api-keys.ts'
import {encryptWithPassphrase} from '#accounts/passphrase.ts'
import {argon2id, Passwords} from '#accounts/passwords.ts'
import type {People} from '#accounts/people.ts'
import {insertPeople} from '#accounts/people.fixture.ts'
import {localPrincipal} from '#accounts/principals.ts'
import {csrfTokenOf} from '#accounts/tokens.ts'
import type {AppHttpDeps} from '#app/compose-http.ts'
import {openPeopleOfApp, type PeopleOfApp} from '#app/compose-people.ts'
import {openRulesOfApp} from '#app/compose-rules.ts'
import {ruleWorld} from '#automation/facts/rule-world.ts'
import type {TorrentSubject} from '#automation/manager/torrent-subject.ts'
import {ServerFeed} from '#automation/supervision/server-feed.ts'
import {usualWebUi} from '#config/load.ts'
import type {WebUi} from '#config/schema/schema.ts'
import {countsByServer} from '#fleet/counts.ts'
import {TorrentTraffic} from '#fleet/traffic.ts'
import type {Fleet} from '#fleet/fleet.ts'
import {History, ServerSamples} from '#history/history.ts'
import {RetentionRounds, Sampler, ServerLook} from '#history/sampler.ts'
import {HistoryStore} from '#history/write.ts'
import {TrafficHistory} from '#history/traffic-history.ts'
import {Traffic} from '#history/traffic.ts'
import {Audit} from '#journal/audit.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import type {Permission} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
import {Secret} from '#model/secret.ts'
import type {Servers, ServerTrial} from '#model/services.ts'
import {accessOfOwners} from '#registry/rules/owners.ts'
import {noPaths, nothingWanted} from '#registry/rules/no-paths.fixture.ts'
import {RulePreviews} from '#registry/rules/previews.ts'
import {RuleRuns} from '#registry/rules/runs.ts'
import {TrackerProfileService} from '#registry/trackers/service.ts'
import type {RuleService} from '#registry/rules/service.ts'
import type {ServerDirectory} from '#registry/servers/directory.ts'
import {StorageFault} from '#store/faults.ts'
import {putSetting} from '#store/repositories/settings.ts'
import {Store, type Db} from '#store/store.ts'
import {ruleReader} from '#request-work/readers.ts'
import {noSection} from '#rules/presets/obligations.ts'
import {insideMetainfo, insideWork} from '#test/doubles/inside-work.ts'
import type {VirtualClock} from '../doubles/virtual-clock.ts'
import {madeUpArrs} from './access-arr.fixture.ts'
import {
  arrSectionOf,
  household,
  insertArrs,
  insertRules,
  insertServers,
  sectionOf,
  sharing,
  reportOf,
  type Name,
} from './access-belongings.fixture.ts'
import {fakeRuleRoutes} from './access-rule-routes.fixture.ts'
import {ownPassword} from './access-requests.fixture.ts'
import {startOfTime} from '../http/http-fakes.ts'
import {canaryOf, idOf, serverNames, type ServerName} from './access-servers.fixture.ts'

interface KeyOf {
  readonly of: Name
  readonly scopes: readonly Permission[]
  readonly servers: readonly ServerName[] | null
}

const keys: Readonly<Record<string, KeyOf>> = {
  'key read': {of: 'olga', scopes: ['read'], servers: null},
  'key control': {of: 'olga', scopes: ['control'], servers: null},
  'key add': {of: 'olga', scopes: ['add'], servers: null},
  'key manage': {of: 'olga', scopes: ['manage'], servers: null},
  'key of some': {of: 'olga', scopes: ['control', 'add', 'manage'], servers: ['own']},
  'key admin': {of: 'ada', scopes: ['admin'], servers: null},
  'key admin of some': {of: 'ada', scopes: ['admin'], servers: ['own', 'shown']},
  'key of dora': {of: 'dora', scopes: ['control'], servers: null},
}

/** A database that takes nothing any more once it is frozen: transactions run to their end, and are taken back. */
class FreezingStore {
  readonly #store: Store
  #frozen = false

  constructor(store: Store) {
    this.#store = store
  }

  freeze(): void {
    this.#frozen = true
  }

  read<T>(work: (db: Db) => Promise<T>): Promise<T> {
    return this.#store.read(work)
  }

  write<T>(work: (db: Db) => Promise<T>): Promise<T> {
    return this.#store.write(async (db) => {
      const result = await work(db)
      if (this.#frozen) throw new StorageFault('storage_read_only', 'Nothing is written here.', false)
      return result
    })
  }

  close(): Promise<void> {
    return this.#store.close()
  }
}

/** An administrator allows all members the address of each server, also of one that does not exist. */
const everyAddress = [...serverNames, 'ghost' as const].map((name) => ({
  userId: null,
  address: `${canaryOf(name)}.example`,
  port: 8080,
}))

export interface HouseholdDeps {
  /** Servers that exist. */
  readonly present: readonly ServerName[]
  /** May members have servers of their own where those of others are? */
  readonly mayShare: boolean
  readonly clock: VirtualClock
  readonly turns: TimeSlice
  /** For the history. */
  readonly servers: Servers
  readonly fleet: Fleet
}

export interface FleetHarness {
  /** What the program's door is made of. */
  readonly transport: AppHttpDeps
  /** Headers with which somebody comes in: with the cookie of his session, or with a key. */
  headersOf(who: string): Readonly<Record<string, string>>
  close(): Promise<void>
}

const fileToken = 'the-token-of-the-configuration'

/** Every way to come in is set up, so that every route is there; the provider is one that cannot be reached. */
export const webuiOfMatrix: WebUi = {
  ...usualWebUi,
  Token: new Secret(fileToken),
  OIDCEnabled: true,
  OIDC: {
    ...usualWebUi.OIDC,
    Authority: 'http://127.0.0.1:1',
    ClientId: 'commodarr',
    RequireHttpsMetadata: false,
  },
}

export async function openHousehold({
  present,
  clock,
  turns,
  servers,
  fleet,
  mayShare,
}: HouseholdDeps): Promise<FleetHarness> {
  const store = new FreezingStore(await Store.sqlite(':memory:'))
  const hashing = {cost: cheapCost, hashWith: argon2id}
  await insertPeople(store, ...Object.values(household))
  const passwordHash = await new Passwords(clock, hashing).hash(ownPassword)
  await store.write((db) => db.updateTable('users').set({passwordHash}).execute())
  await store.write((db) => insertServers(db, present))
  if (mayShare) await store.write((db) => putSetting(db, 'member_addresses', everyAddress, startOfTime))
  const ofFile = present.filter((name) => sharing[name].of === 'file')
  const log = {info: () => {}, warn: () => {}, error: () => {}}
  const people = await openPeopleOfApp({
    store,
    clock,
    log,
    hashing,
    webui: webuiOfMatrix,
    file: fileThatChanged,
    arrFile: fileThatChanged,
    sectionFile: fileThatChanged,
    isOpen: false,
    dataFolder: null,
    env: {},
    servers: ofFile.map(sectionOf),
    arrs: {arrs: ofFile.map(arrSectionOf), off: [], written: {}},
  })
  await store.write((db) => insertArrs(db, present, people.sealer))
  await people.arrService.writes.load()
  await store.write((db) => insertRules(db, present))
  const {ruleService} = await openRulesOfApp({
    people,
    store,
    clock,
    log,
    memory: nothingRemembered,
    readRule: ruleReader(insideWork),
    programs: () => [],
    sections: () => [],
  })
  const trackerService = new TrackerProfileService(
    people.trackerWrites,
    people.trackerProfiles,
    async () => ({stopsOwing: 0, bytesThatStop: 0, startsOwing: 0}),
  )
  const rulePreviews = previewsOf({people, ruleService, clock, turns, servers, fleet})
  const ruleRuns = new RuleRuns(ruleService, rulePreviews, async (_rule, keys) => keys.length)
  const credentials = new Map([
    ...(await makeSessions(store, people)),
    ...(await makeKeys(people.keys, people.directory, present)),
  ])
  await people.users.change(household.dora.id, {disabled: true}, machine)
  await store.write((db) => reportOf(db, present))
  const days = () => people.settings.values.historyDays
  const retention = {prune: async () => {}, pruneCrowded: async () => {}, removeGone: async () => {}}
  const counts = {countsByServer: () => countsByServer(fleet)}
  const there = () => new Set(people.directory.cards().map(({id}) => id))
  const traffic = new Traffic(store, new TorrentTraffic(fleet), () => null, turns, log)
  const sampler = new Sampler(
    new ServerLook(servers, counts, turns),
    new HistoryStore(store),
    traffic,
    new RetentionRounds(retention, there),
    {clock, turns, log},
  )
  for (let look = 0; look < LOOKS; look++) {
    await clock.advance(10_000)
    await sampler.tick()
  }
  store.freeze()
  return {
    transport: {
      requestWork: insideWork,
      metainfo: insideMetainfo,
      people,
      fleet,
      store,
      clock,
      log,
      webui: webuiOfMatrix,
      demo: false,
      audit: new Audit(store),
      history: new History(store, sampler, clock, turns, days),
      traffic: new TrafficHistory(new ServerSamples(store, sampler), traffic, clock, turns, days),
      tryOut: async () => silence,
      ...madeUpArrs(present),
      mediaProbe: () => null,
      confirmClock: () => {},
      lostSettings: {view: () => null, confirm: async () => {}},
      ruleRoutes: {...fakeRuleRoutes(present), ruleService, rulePreviews, ruleRuns, trackerService},
      encrypt: (text, passphrase) => encryptWithPassphrase(text, passphrase, 14),
    },
    headersOf: (who) => (who === 'token' ? {'x-api-token': fileToken} : (credentials.get(who) ?? {})),
    close: async () => {
      await people.close()
      await store.close()
    },
  }
}

/** Of rules: none has held anything, and none is held up. */
const nothingRemembered = {
  holds: {forgetRule: () => {}},
  suspensions: {of: () => null, suspend: async () => {}, lift: async () => {}},
}

/** Over the fleet itself, as in the program. */
function previewsOf({
  people,
  ruleService,
  ...parts
}: Omit<HouseholdDeps, 'present' | 'mayShare'> & {
  readonly people: PeopleOfApp
  readonly ruleService: RuleService
}): RulePreviews<TorrentSubject, never, never> {
  const {clock, turns, servers, fleet} = parts
  const feed = new ServerFeed(
    fleet,
    clock,
    {list: () => servers.list(), get: (id) => servers.get(id), onStatus: () => () => {}},
    {
      ownerOf: (id) => people.directory.card(id)?.ownerId ?? null,
      internetOf: () => ({internet: 'well', unprovenFor: 0}),
      isDiskLow: () => undefined,
    },
    'r',
  )
  const world = ruleWorld({
    libraries: {of: () => null},
    fleet,
    clock,
    timeZone: 'UTC',
    owing: () => ({sections: [], unmanaged: noSection, profiles: [], lostTimes: []}),
    memory: {torrents: {of: () => null}},
    server: (id) => feed.now().find((it) => it.id === id) ?? null,
    arrOf: () => null,
    seesArr: () => false,
    strikesOf: () => 0,
    lostSettings: () => 0,
    situation: () => ({
      fullSyncs: 9,
      epochFor: 1e6,
      trackersFailing: 0,
      sinceInternetFault: null,
      movesUnderWay: 0,
      hidesCategories: false,
    }),
  })
  return new RulePreviews({
    accessOf: accessOfOwners(people.users, people.directory, people.keys),
    world,
    paths: noPaths,
    wanted: nothingWanted,
    clock,
    turns,
    rules: ruleService,
    heldBy: () => new Map(),
    wantedBy: () => [],
    decidedBy: async function* () {},
    readRule: ruleReader(insideWork),
    programs: () => [],
    sections: () => [],
  })
}

/** Enough for a minute, and for what has not ended yet. */
const LOOKS = 9

/** Somebody edits the file all the time: whoever is let in to change it gets as far as that. */
const changedMeanwhile = () => Promise.reject(new CommodarrError('file_changed', 'The file was edited.'))
const fileThatChanged = {
  change: changedMeanwhile,
  remove: changedMeanwhile,
  add: changedMeanwhile,
  preview: changedMeanwhile,
  obstacle: async () => null,
  keysOf: () => ({}),
  said: () => ({keys: {}, values: []}),
}

const silence: ServerTrial = {
  ok: false,
  latencyMs: null,
  version: null,
  apiVersion: null,
  torrents: null,
  freeSpace: null,
  reason: 'timed_out',
  detail: '',
  advice: '',
}

/* ───────────────────────────── how they come in ───────────────────────────── */

type Credential = readonly [string, Readonly<Record<string, string>>]

/** Everybody logged in once; that of somebody who was disabled since has ended. */
async function makeSessions(store: FreezingStore, {sessions}: People): Promise<Credential[]> {
  const made: Credential[] = []
  for (const [who, {id}] of Object.entries(household)) {
    const session = sessions.make(id, 'password', {address: '192.0.2.1', userAgent: 'test'}, null)
    await store.write((db) => sessions.insertIn(db, session))
    sessions.put(session)
    const token = session.token.reveal()
    made.push([who, {cookie: `commodarr_session=${token}`, 'x-csrf-token': csrfTokenOf(token)}])
  }
  return made
}

/** Made by somebody who may name every server; a key for servers that do not exist is not made. */
async function makeKeys(
  apiKeys: ApiKeys,
  directory: ServerDirectory,
  present: readonly ServerName[],
): Promise<Credential[]> {
  const {access} = localPrincipal(directory)('127.0.0.1')
  const made: Credential[] = []
  for (const [name, {of, scopes, servers}] of Object.entries(keys)) {
    if (servers?.some((it) => !present.includes(it))) continue
    const draft = {name, scopes, expiresAt: null, servers: servers?.map(idOf) ?? null}
    const {token} = await apiKeys.make({actor: machine, access}, household[of], draft)
    made.push([name, {'x-api-token': token.reveal()}])
  }
  return made
}
