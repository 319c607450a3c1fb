/** For tests: the service of servers over a database in memory, with people, and a file of servers. */
import {placeAt} from '#clients/outgoing.ts'
import {Sealer, EncryptionKey} from '#accounts/secrets.ts'
import type {MemberAddress} from '#model/setting-values.ts'
import type {FileServerPatch, FileServers} from '#config/edit/config-file.ts'
import {asUserId, type Acting, type Role, type UserId} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
import {Secret} from '#model/secret.ts'
import {plainReach, type ServerDefinition} from '#model/server.ts'
import {asServerId, type ServerId} from '#model/torrent-key.ts'
import {Store, type Db} from '#store/store.ts'
import {everyRefusal} from '#test/doubles/every-refusal.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {ServerDirectory} from './directory.ts'
import {acting} from './drafts.fixture.ts'
import {OwnedWrites} from '../owned/writes.ts'
import {serverTable} from './table.ts'
import {ServerService} from './service.ts'

export const people: Readonly<Record<string, Role>> = {
  ada: 'administrator',
  ann: 'member',
  bob: 'member',
  vic: 'viewer',
}

/** A section of the file. */
export function section(name: string, change: Partial<ServerDefinition> = {}): ServerDefinition {
  return {
    id: asServerId(name),
    name,
    kind: 'qbittorrent',
    url: `http://${name.toLowerCase()}:8080`,
    username: 'admin',
    password: new Secret('of the file'),
    apiKey: null,
    basicAuth: null,
    httpProxy: null,
    tls: {ca: null, skipVerify: false},
    paths: [],
    storage: null,
    categorySource: {from: 'label'},
    allowExecute: false,
    downloadRoots: [],
    pace: {pollSeconds: null, timeoutSeconds: null},
    reach: plainReach.anywhere,
    enabled: true,
    obstacle: null,
    ...change,
  }
}

/** A file that is rewritten: what was asked of it, and what it says afterwards. */
class MadeUpFile implements FileServers {
  readonly asked: [string, ServerId, FileServerPatch?][] = []
  refuses: CommodarrError | null = null
  readonly #directory: ServerDirectory
  readonly #sections: () => readonly ServerDefinition[]

  constructor(directory: ServerDirectory, sections: () => readonly ServerDefinition[]) {
    this.#directory = directory
    this.#sections = sections
  }

  async change(id: ServerId, patch: FileServerPatch): Promise<void> {
    this.asked.push(['change', id, patch])
    if (this.refuses) throw this.refuses
    const changed = (it: ServerDefinition) => (it.id === id ? ({...it, ...patch} as ServerDefinition) : it)
    this.#directory.setFile(this.#sections().map(changed))
  }

  async remove(id: ServerId): Promise<void> {
    this.asked.push(['remove', id])
    if (this.refuses) throw this.refuses
    this.#directory.setFile(this.#sections().filter((it) => it.id !== id))
  }

  add(): Promise<ServerId> {
    throw new Error('nobody adds sections here')
  }
}

export interface Harness {
  readonly store: Store
  readonly directory: ServerDirectory
  readonly service: ServerService
  readonly clock: VirtualClock
  readonly file: MadeUpFile
  readonly settings: {membersPublicOnly: boolean; memberAddresses: readonly MemberAddress[]}
  readonly roles: Map<UserId, Role>
  readonly errors: object[]
  as(name: string, limits?: Parameters<typeof acting>[3]): Acting
  /** Another program over the same database. @param sealer with another key, when given */
  restarted(sealer?: Sealer): Promise<Harness>
  entries(): Promise<
    {verb: string; name: string | null; serverId: string | null; args: unknown; code: string | null}[]
  >
}

type ObjectionTo = ConstructorParameters<typeof ServerService>[3]

export function harness(sections: readonly ServerDefinition[] = []): Promise<Harness> {
  return harnessWith(() => null, sections)
}

/** @param objectionTo what speaks against addresses (`clients/outgoing.ts`) */
export async function harnessWith(
  objectionTo: ObjectionTo,
  sections: readonly ServerDefinition[],
): Promise<Harness> {
  const store = await Store.sqlite(':memory:')
  await store.write(async (db) => {
    for (const [name, role] of Object.entries(people)) await insertUser(db, name, role)
  })
  return harnessOver(store, new Sealer(EncryptionKey.random()), sections, objectionTo)
}

async function harnessOver(
  store: Store,
  sealer: Sealer,
  sections: readonly ServerDefinition[],
  objectionTo: ObjectionTo,
): Promise<Harness> {
  const clock = new VirtualClock()
  const roles = new Map(Object.entries(people).map(([name, role]) => [asUserId(name), role]))
  const settings: Harness['settings'] = {membersPublicOnly: false, memberAddresses: []}
  const errors: object[] = []
  const directory = new ServerDirectory((id) => roles.get(id) ?? null, {values: settings}, placeAt)
  let now = sections
  directory.onChange(() => {
    now = directory.definitions().filter(({id}) => directory.card(id)!.origin === 'file')
  })
  directory.setFile(sections)
  const file = new MadeUpFile(directory, () => now)
  const service = new ServerService(
    new OwnedWrites(
      {
        store,
        directory,
        sealer,
        clock,
        log: {error: (about) => void errors.push(about)},
        refusals: everyRefusal,
      },
      serverTable,
    ),
    directory,
    file,
    objectionTo,
    (id) => roles.has(id),
  )

  await service.writes.load()
  return {
    store,
    directory,
    service,
    clock,
    file,
    settings,
    roles,
    errors,
    as: (name, limits) => acting(name, name === '' ? 'administrator' : people[name]!, directory, limits),
    restarted: (other = sealer) => harnessOver(store, other, sections, objectionTo),
    entries: async () => {
      const rows = await store.read((db) => db.selectFrom('journal').selectAll().orderBy('seq').execute())
      return rows.map(({verb, name, serverId, args, code}) => ({
        verb,
        name,
        serverId,
        args: JSON.parse(args),
        code,
      }))
    },
  }
}

async function insertUser(db: Db, id: string, role: Role): Promise<void> {
  const nothing = {passwordHash: null, totpSecret: null, totpStep: null, oidcIssuer: null, oidcSubject: null}
  const times = {createdAt: 1, updatedAt: 1, lastSeenAt: null}
  const names = {id, name: id, nameKey: id, role, origin: 'local', recoveryCodes: '[]'}
  await db
    .insertInto('users')
    .values({...names, ...nothing, ...times, disabled: 0})
    .execute()
}

/** The code of what it throws; `done` when it does not. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'done',
    (error: unknown) => (error instanceof CommodarrError ? error.code : String(error)),
  )
}
