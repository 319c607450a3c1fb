/** For tests: the service of Arrs over a database in memory, with people, and a file of sections. */
import {accessOf} from '#accounts/grants.ts'
import {insertPeople, person} from '#accounts/people.fixture.ts'
import {Sealer, EncryptionKey} from '#accounts/secrets.ts'
import {readArrTable} from '#config/arrs.ts'
import type {ArrEdit, FileArrs, SaidSection} from '#config/edit/config-file.ts'
import type {PathEdit} from '#config/edit/toml-edit.ts'
import type {ArrConfig} from '#config/schema/schema-arrs.ts'
import {permissions, type Permission, type Principal, type Role, type UserId} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
import {Secret} from '#model/secret.ts'
import type {ServerRegistry} from '#model/services.ts'
import {Store} from '#store/store.ts'
import {everyRefusal} from '#test/doubles/every-refusal.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {plainReach} from '#model/server.ts'
import {ArrDirectory, type ArrSections} from './directory.ts'
import type {ArrDraft} from './draft.ts'
import {OwnedWrites} from '../owned/writes.ts'
import {arrTable} from './table.ts'
import {ArrService} from './service.ts'

const people = {
  ada: person('ada', 'administrator'),
  ann: person('ann', 'member'),
  bob: person('bob', 'member'),
  vic: person('vic', 'viewer'),
}
export type Name = keyof typeof people

export interface ArrHarness {
  readonly store: Store
  readonly clock: VirtualClock
  readonly directory: ArrDirectory
  readonly service: ArrService
  /** What was asked of the file. */
  readonly asked: (readonly [string, string, (readonly PathEdit[])?])[]
  /** What an edit of the file comes to, and what its sections say. */
  readonly world: {edit: ArrEdit; readonly said: Map<string, SaidSection>}
  readonly roles: Map<UserId, Role>
  /** Ids of keys (`key of ann`) that allow nothing any more. */
  readonly keysOver: Set<string>
  /** @param limits of the key he comes with; absent = he is logged in */
  as(name: Name, limits?: {scopes: readonly Permission[]; everywhere?: boolean}): Principal
  id(name: Name): UserId
  entries(): Promise<{id: string; verb: string; name: string | null; args: unknown; code: string | null}[]>
  /** Another program over the same database. @param sealer with another key, when given */
  restarted(sealer?: Sealer): Promise<ArrHarness>
}

export function sectionNamed(id: string, change: object = {}): ArrConfig {
  const name = id.toLowerCase()
  const table = {URI: `http://${name}:7878`, APIKey: 'of-the-file', Category: name, Managed: true, ...change}
  return readArrTable(id, 'radarr', table).arr!
}

export function draft(change: Partial<ArrDraft> = {}): ArrDraft {
  return {
    kind: 'radarr',
    name: 'Films',
    url: 'http://films.example:7878',
    category: 'films',
    skipVerify: false,
    enabled: true,
    apiKey: new Secret('canary-key'),
    settings: {},
    ...change,
  }
}

export async function arrHarness(arrs: readonly ArrConfig[] = []): Promise<ArrHarness> {
  const store = await Store.sqlite(':memory:')
  await insertPeople(store, ...Object.values(people))
  return harnessOver(store, {arrs, off: [], written: {}}, new Sealer(EncryptionKey.random()))
}

async function harnessOver(store: Store, sections: ArrSections, sealer: Sealer): Promise<ArrHarness> {
  const clock = new VirtualClock()
  const roles = new Map<UserId, Role>(Object.values(people).map(({id, role}) => [id, role]))
  const asked: (readonly [string, string, (readonly PathEdit[])?])[] = []
  const keysOver = new Set<string>()
  const directory = new ArrDirectory(
    (id) => roles.get(id) ?? null,
    () => plainReach.guarded,
    (owner) => owner === null || owner !== people.bob.id,
    {limitsOf: (id) => (keysOver.has(id) ? null : {scopes: permissions, servers: null})},
  )
  directory.setFile(sections)
  const world: ArrHarness['world'] = {edit: {lines: [], conflicts: []}, said: new Map()}
  const file: FileArrs = {
    change: async (id, edits) => {
      asked.push(['change', id, edits])
      return world.edit
    },
    preview: async () => world.edit,
    remove: async (id) => void asked.push(['remove', id]),
    obstacle: async () => null,
    said: (id) => world.said.get(id) ?? {keys: {}, values: []},
  }
  const service = new ArrService(
    new OwnedWrites(
      {store, directory, sealer, clock, log: {error: () => {}}, refusals: everyRefusal},
      arrTable,
    ),
    directory,
    file,
    (url) => (url.includes('169.254') ? new CommodarrError('address_forbidden', 'Not there.') : null),
    (id) => roles.has(id),
  )

  await service.writes.load()
  return {
    store,
    clock,
    directory,
    service,
    asked,
    world,
    roles,
    keysOver,
    id: (name) => people[name].id,
    as(name, limits) {
      const {id, role} = people[name]
      const servers = limits?.everywhere === false ? [] : null
      const who = {userId: id, role, scopes: limits?.scopes ?? null, servers}
      return {
        userId: id,
        name,
        role,
        credentialId: limits ? `key of ${name}` : null,
        via: limits ? 'api_key' : 'session',
        actor: {name, origin: limits ? 'api' : 'user', userId: id, address: null},
        access: accessOf(who, noServers),
      }
    },
    async entries() {
      const rows = await store.read((db) => db.selectFrom('journal').selectAll().orderBy('seq').execute())
      return rows.map(({id, verb, name, args, code}) => ({
        id,
        verb,
        name,
        code,
        args: JSON.parse(args) as unknown,
      }))
    },
    restarted: (other = sealer) => harnessOver(store, sections, other),
  }
}

const noServers: ServerRegistry = {revision: 0, cards: () => [], card: () => null}
