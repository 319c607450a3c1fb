/** For tests: the service of tracker profiles over a database in memory, with people, a server of the file and one of Ann. */
import {accessOf} from '#accounts/grants.ts'
import {fakeServers, insertPeople, person} from '#accounts/people.fixture.ts'
import {EncryptionKey, Sealer} from '#accounts/secrets.ts'
import {machine} from '#accounts/accounts.fixture.ts'
import type {Permission, Principal, Role, UserId} from '#model/access.ts'
import type {AuditEvent} from '#model/audit-event.ts'
import {
  noLimits,
  nothingChanges,
  type OwingChange,
  type TrackerProfileContent,
} from '#model/tracker-profile.ts'
import type {ServerRegistry} from '#model/services.ts'
import {DAY} from '#model/units.ts'
import {Store} from '#store/store.ts'
import {everyRefusal} from '#test/doubles/every-refusal.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {OwnedWrites} from '../owned/writes.ts'
import {TrackerProfileDirectory} from './directory.ts'
import {profilesOfUsers} from './of-users.ts'
import {TrackerProfileService} from './service.ts'
import {trackerProfileTable} from './stored.ts'

export const people = {
  ada: person('ada', 'administrator'),
  eve: person('eve', 'administrator'),
  ann: person('ann', 'member'),
  vic: person('vic', 'viewer'),
}
type Name = keyof typeof people

export const once = {frees: 0, preview: false}
export const edit = {...once, revision: null}

/** Of what a test writes past the service. */
export const aboutProfiles: AuditEvent = {
  actor: machine,
  subject: 'tracker',
  verb: 'change',
  name: '',
  serverId: null,
  args: {},
}

export function draft(change: Partial<TrackerProfileContent> = {}): TrackerProfileContent {
  return {
    name: 'Tidemark',
    colour: '#12ab34',
    hosts: ['tidemark.example'],
    servers: null,
    obligation: {need: 'either', ratio: 1, time: 3 * DAY, grace: 0, fromProgress: 0.1, partialRatio: 1},
    limits: noLimits,
    phrases: {unregistered: [], ignored: []},
    ...change,
  }
}

/** @param registry absent = a server of the file, and one of Ann */
export async function trackersHarness(registry?: ServerRegistry) {
  const store = await Store.sqlite(':memory:')
  await insertPeople(store, ...Object.values(people))
  return over(store, registry ?? fakeServers({house: null, anns: people.ann.id}))
}

async function over(store: Store, registry: ServerRegistry) {
  const roles = new Map<UserId, Role>(Object.values(people).map(({id, role}) => [id, role]))
  const directory = new TrackerProfileDirectory((id) => roles.get(id) ?? null, registry)
  const clock = new VirtualClock()
  const sealer = new Sealer(EncryptionKey.random())
  const writes = new OwnedWrites(
    {store, directory, sealer, clock, log: {error: () => {}}, refusals: everyRefusal},
    trackerProfileTable,
  )
  await writes.load()
  const effect: {is: OwingChange} = {is: nothingChanges}
  const service = new TrackerProfileService(writes, directory, async () => effect.is)
  const as = (
    name: Name,
    scopes: readonly Permission[] | null = null,
    servers: null | [] = null,
    among = registry,
  ): Principal => {
    const {id, role} = people[name]
    const access = accessOf({userId: id, role, scopes, servers}, among)
    const actor = {userId: id, name, origin: 'api', address: null} as unknown as Principal['actor']
    return {userId: id, name, role, actor, access, via: 'session', credentialId: null}
  }
  const nameOf = (id: UserId) =>
    (Object.keys(people) as Name[]).find((name) => people[name].id === id) ?? null
  const ofUsers = profilesOfUsers(writes, directory, registry, clock)
  const restarted = () => over(store, registry)
  return {service, directory, effect, as, nameOf, writes, ofUsers, roles, store, restarted}
}
