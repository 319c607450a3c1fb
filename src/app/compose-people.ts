/**
 * What people keep here and by what they come in, put together: the key that seals, settings, servers, Arrs, accounts, keys,
 * the second step, the log-in provider, saved views and preferences. All of it works on its own copy of the database
 * (decision 008).
 */
import {ForwardedUsers} from '#accounts/forwarded-user.ts'
import {accessOf} from '#accounts/grants.ts'
import {openKeys} from '#accounts/key-file.ts'
import {LocalAccess} from '#accounts/local-access.ts'
import {Oidc} from '#accounts/oidc.ts'
import {Discovery} from '#accounts/oidc-discovery.ts'
import {readOidcSettings, type OidcSettings} from '#accounts/oidc-settings.ts'
import {openPeople, type People, type PeopleDeps} from '#accounts/people.ts'
import {Preferences} from '#accounts/preferences.ts'
import {SavedViews} from '#accounts/saved-views.ts'
import {Sealer} from '#accounts/secrets.ts'
import {SetUpTokenFile} from '#accounts/set-up.ts'
import {Settings} from '#accounts/settings.ts'
import {TwoSteps} from '#accounts/two-step.ts'
import type {OwnedByUsers, ServersOfUsers} from '#accounts/users.ts'
import {isAllowed, isForbidden, objectionTo, placeAt} from '#clients/outgoing.ts'
import {isSearchOnly} from '#config/environment.ts'
import type {WebUi} from '#config/schema/schema.ts'
import {hasProxyLogIn} from '#config/web-ui.ts'
import {RefusalCounter} from '#journal/refusal-counter.ts'
import type {Clock} from '#lib/clock.ts'
import type {KeyRights, Role, UserId} from '#model/access.ts'
import type {TrackerProfileId} from '#model/tracker-profile.ts'
import {CommodarrError} from '#model/errors.ts'
import type {ServerDefinition} from '#model/server.ts'
import type {ServerView} from '#model/services.ts'
import {ArrDirectory, type ArrSections} from '#registry/arrs/directory.ts'
import {ArrService} from '#registry/arrs/service.ts'
import {ServerDirectory} from '#registry/servers/directory.ts'
import {SectionService} from '#registry/servers/sections.ts'
import {OwnedWrites} from '#registry/owned/writes.ts'
import {serverTable} from '#registry/servers/table.ts'
import {arrTable, putFirstArrs} from '#registry/arrs/table.ts'
import {ServerService} from '#registry/servers/service.ts'
import {TrackerProfileDirectory} from '#registry/trackers/directory.ts'
import {profilesOfUsers} from '#registry/trackers/of-users.ts'
import {trackerProfileTable, type StoredTrackerProfile} from '#registry/trackers/stored.ts'
import {hasEncrypted} from '#store/repositories/encrypted.ts'
import type {Store} from '#store/store.ts'
import type {Logger} from 'pino'
import type {AppDeps} from './compose-base.ts'
import {owed} from './owed.ts'
import type {RestingServer} from './start-text.ts'

/** What the file says of people and of what is theirs, and where that is kept. */
type ToOpenPeople = Pick<
  AppDeps,
  'servers' | 'arrs' | 'firstArrs' | 'file' | 'arrFile' | 'sectionFile' | 'webui' | 'isOpen' | 'env'
> &
  Pick<PeopleDeps, 'hashing'> & {
    readonly store: Pick<Store, 'read' | 'write'>
    /** Where the key that seals secrets lies; `null` = nothing outlives this run (a demonstration). */
    readonly dataFolder: string | null
    readonly clock: Clock
    readonly log: Pick<Logger, 'info' | 'warn' | 'error'>
  }

export interface PeopleOfApp extends People {
  /** How people come in who have no account; `null` = everybody has to log in. */
  readonly localAccess: LocalAccess | null
  /** The file with the token that makes the first administrator; `null` = there is none. */
  readonly setUpTokenPath: string | null
  readonly refusals: RefusalCounter
  readonly settings: Settings
  readonly directory: ServerDirectory
  readonly serverService: ServerService
  readonly sections: SectionService
  readonly arrDirectory: ArrDirectory
  readonly arrService: ArrService
  readonly trackerProfiles: TrackerProfileDirectory
  /** Of `trackerProfiles`: a change has to say what torrents owe then. */
  readonly trackerWrites: OwnedWrites<TrackerProfileId, StoredTrackerProfile>
  readonly sealer: Sealer
  readonly twoSteps: TwoSteps
  /** `null` = none is set up. */
  readonly oidc: Oidc | null
  readonly forwarded: ForwardedUsers
  readonly savedViews: SavedViews
  readonly preferences: Preferences
  /** The file was read again; what is absent is as it was. */
  follow(servers: readonly ServerDefinition[], webui: WebUi, arrs?: ArrSections): Promise<void>
}

/** @throws {StorageFault}, or config_invalid for a sealing key that is none */
export async function openPeopleOfApp(parts: ToOpenPeople): Promise<PeopleOfApp> {
  const {store, clock, log, webui, isOpen} = parts
  const sealer = await sealerOf(parts)
  const onFault = (error: unknown) => log.warn({err: error}, 'could not be written; it is tried again')
  const otherWays = () => isOpen || webui.Token !== null || webui.OIDCEnabled || hasProxyLogIn(webui)
  const settings = await Settings.load(store, clock, otherWays, log)
  const roles: {of: (id: UserId) => Role | null} = {of: () => null}
  const keys: {limitsOf: KeyRights['limitsOf']} = {limitsOf: () => null}
  const saved: {views: SavedViews | null} = {views: null}
  const refusals = new RefusalCounter(clock, log)
  const owned = await openOwned(parts, {
    sealer,
    settings,
    refusals,
    roleOf: (id) => roles.of(id),
    keys: {limitsOf: (id) => keys.limitsOf(id)},
  })
  const {directory, serverService, arrDirectory, arrService, trackerProfiles, trackerWrites} = owned
  const tokenFile = parts.dataFolder === null || isOpen ? null : new SetUpTokenFile(parts.dataFolder, log)
  const people = await openPeople({
    store,
    clock,
    refusals,
    sealer,
    settings,
    servers: directory,
    token: webui.Token,
    onFault,
    otherWays,
    hashing: parts.hashing,
    serversOfUsers: all(
      [
        serverService.writes.ofUsers,
        arrService.writes.ofUsers,
        openedLater(() => saved.views?.ofUsers ?? null),
      ],
      profilesOfUsers(trackerWrites, trackerProfiles, directory, clock),
    ),
    onSetUp: () => tokenFile?.remove(),
    twoStep: (users) => {
      const onChange = (id: UserId, isOn: boolean) => users.noteTwoStep(id, isOn)
      return TwoSteps.load(store, sealer, users, clock, onChange)
    },
  })
  const {users, principals} = people
  roles.of = (id) => users.get(id)?.role ?? null
  keys.limitsOf = (id) => people.keys.limitsOf(id)
  const reevaluate = () => {
    directory.reevaluate()
    arrDirectory.reevaluate()
    trackerProfiles.reevaluate()
  }
  reevaluate()
  users.onRole(reevaluate)
  settings.onChange(reevaluate)
  directory.onChange(() => {
    arrDirectory.reevaluate()
    trackerProfiles.reevaluate()
  })
  // What has ended by the clock of the machine lets nobody in, and lets nothing act; once it is right, perhaps again.
  clock.onTime?.(() =>
    clock.after(0, () => {
      reevaluate()
      for (const {id} of users.list()) people.endings.ended(id)
    }),
  )
  people.keys.onEnd(async ({endOf}) => {
    const made = arrDirectory.madeWith((id) => endOf(id) !== null)
    arrDirectory.reevaluate()
    return made.map(({id, name}) => ({kind: 'arr', id, name}))
  })
  const savedViews = await SavedViews.load(store, users, clock)
  saved.views = savedViews
  const preferences = await Preferences.load(store, users, clock)
  const follow = async (file: WebUi) => {
    const problem = await people.fileUser.followFile(file)
    if (problem !== null) log.warn({}, problem)
  }
  const stopFollowing = await owed({clock, log}, 'what WebUI says of its user', () => follow(webui))
  if (people.setUp.isOpen()) tokenFile?.write(people.setUp.token)
  else tokenFile?.remove()
  return {
    ...people,
    localAccess: isOpen ? new LocalAccess(store, clock, people.attempts, people.proofs) : null,
    setUpTokenPath: people.setUp.isOpen() && tokenFile !== null ? tokenFile.path : null,
    ...owned,
    refusals,
    settings,
    sealer,
    twoSteps: people.twoStep,
    oidc: oidcOf(parts, people),
    savedViews,
    preferences,
    forwarded: new ForwardedUsers(users, principals, webui.ForwardedUserRole),
    async follow(servers, file, arrs) {
      directory.setFile(servers)
      if (arrs) arrDirectory.setFile(arrs)
      await directory.followed()
      await arrDirectory.followed()
      await follow(file)
    },
    async close() {
      stopFollowing()
      tokenFile?.remove()
      await refusals.close()
      await people.close()
    },
  }
}

/** The servers and Arrs that members and the file have, and what changes them. */
async function openOwned(
  parts: ToOpenPeople,
  by: {
    readonly sealer: Sealer
    readonly settings: Settings
    readonly refusals: RefusalCounter
    readonly roleOf: (id: UserId) => Role | null
    readonly keys: {readonly limitsOf: KeyRights['limitsOf']}
  },
): Promise<
  Pick<
    PeopleOfApp,
    | 'directory'
    | 'serverService'
    | 'sections'
    | 'arrDirectory'
    | 'arrService'
    | 'trackerProfiles'
    | 'trackerWrites'
  >
> {
  const {store, clock, log} = parts
  const {sealer, settings, refusals, roleOf, keys} = by
  const directory = new ServerDirectory(roleOf, settings, placeAt, isSearchOnly(parts.env))
  directory.setFile(parts.servers)
  const serverService = new ServerService(
    new OwnedWrites({store, directory, sealer, clock, log, refusals}, serverTable),
    directory,
    parts.file,
    objectionFor,
    (id) => roleOf(id) !== null,
  )

  await serverService.writes.load()
  const sections = new SectionService(directory, serverService.writes, parts.sectionFile ?? null)
  const arrDirectory = new ArrDirectory(
    roleOf,
    (ownerId) => directory.reachForArr(ownerId),
    (ownerId, id) => {
      const role = ownerId === null ? 'administrator' : roleOf(ownerId)
      if (role === null) return false
      return accessOf({userId: ownerId, role, scopes: null, servers: null}, directory).may('control', id)
    },
    keys,
  )
  if (parts.arrs) arrDirectory.setFile(parts.arrs)
  const arrService = new ArrService(
    new OwnedWrites({store, directory: arrDirectory, sealer, clock, log, refusals}, arrTable),
    arrDirectory,
    parts.arrFile ?? null,
    (url, reach) => objectionFor({url, httpProxy: null, reach}),
    (id) => roleOf(id) !== null,
  )

  if (parts.firstArrs) await store.write((db) => putFirstArrs(db, parts.firstArrs!, sealer, clock.now()))
  await arrService.writes.load()
  const trackerProfiles = new TrackerProfileDirectory(roleOf, directory)
  const trackerWrites = new OwnedWrites(
    {store, directory: trackerProfiles, sealer, clock, log, refusals},
    trackerProfileTable,
  )
  await trackerWrites.load()
  return {directory, serverService, sections, arrDirectory, arrService, trackerProfiles, trackerWrites}
}

async function sealerOf({store, dataFolder, env, log}: ToOpenPeople): Promise<Sealer> {
  if (dataFolder === null) return Sealer.ofThisRun()
  const {sealer, notices} = await openKeys({dataFolder, env}, await store.read(hasEncrypted))
  for (const notice of notices) log.warn({}, notice)
  return sealer
}

/** Of what is opened after the users, whose it is: until then they have none. */
function openedLater(opened: () => OwnedByUsers | null): OwnedByUsers {
  return {
    countOf: (id) => opened()?.countOf(id) ?? 0,
    transfer: async (...moved) => opened()?.transfer(...moved),
    remove: async (...removed) => opened()?.remove(...removed),
    refresh: async () => opened()?.refresh(),
  }
}

/** What somebody who goes has, of every kind. */
function all(others: readonly OwnedByUsers[], profiles: ServersOfUsers): ServersOfUsers {
  // What is said of trackers goes first: it depends on whose servers there were.
  const owned = [profiles, ...others]
  return {
    promote: (db, id) => profiles.promote(db, id),
    demote: (db, id, heir, by) => profiles.demote(db, id, heir, by),
    countOf: (id) => owned.reduce((count, its) => count + its.countOf(id), 0),
    transfer: async (db, from, to, by) => {
      for (const its of owned) await its.transfer(db, from, to, by)
    },
    remove: async (db, from, heir, by) => {
      for (const its of owned) await its.remove(db, from, heir, by)
    },
    refresh: async () => {
      for (const its of owned) await its.refresh()
    },
  }
}

/** Of members, where nothing but `members_public_only` is in the way, as far as it can be told. */
export function serversAtPrivateAddresses(
  servers: readonly Pick<ServerView, 'id' | 'name' | 'url' | 'health'>[],
  {directory, users}: Pick<PeopleOfApp, 'directory' | 'users'>,
): readonly RestingServer[] {
  const reaches = new Map(directory.definitions().map((it) => [it.id, it]))
  return servers.flatMap(({id, name, url, health}) => {
    const definition = reaches.get(id)
    const ownerId = directory.card(id)?.ownerId ?? null
    if (health.reason !== 'address_forbidden' || definition?.reach.range !== 'public' || ownerId === null)
      return []
    const {allowed, taken} = definition.reach
    if (objectionTo({...definition, reach: {range: 'guarded', allowed, taken}}) !== null) return []
    return [{name, url, owner: users.get(ownerId)?.name ?? ownerId}]
  })
}

/**
 * Whether a server of a member has a private address that requests may go to.
 * @param addressesAt where a name leads now
 */
export async function isPrivatelyReached(
  definition: ServerDefinition | undefined,
  addressesAt: (host: string) => Promise<readonly string[]>,
): Promise<boolean> {
  if (!definition || objectionTo(definition) !== null) return false
  if (definition.reach.range === 'public' && !isAllowed(definition)) return false
  const place = placeAt(definition.url)
  return place !== null && (await addressesAt(place.host)).some((address) => isForbidden(address, 'public'))
}

function objectionFor(to: Pick<ServerDefinition, 'url' | 'httpProxy' | 'reach'>): CommodarrError | null {
  const fault = objectionTo(to)
  return fault && new CommodarrError('address_forbidden', fault.message)
}

/** A provider that is set up wrongly keeps nobody from logging in by other ways. */
function oidcOf({webui, clock, log}: ToOpenPeople, {users, proofs}: People): Oidc | null {
  if (!webui.OIDCEnabled) return null
  const warn = (about: object, text: string) => log.warn(about, text)
  let settings: OidcSettings
  try {
    settings = readOidcSettings(webui.OIDC)
  } catch (error) {
    log.error({err: error}, 'no user can log in through the provider')
    return null
  }
  const discovery = new Discovery(settings, clock, Math.random, warn)
  // A flow lasts minutes: what seals it need not outlive this run, nor wait for a lost key.
  return new Oidc({settings, discovery, sealer: Sealer.ofThisRun(), users, proofs, clock, warn})
}
