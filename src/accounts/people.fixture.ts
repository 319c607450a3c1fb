/** For tests: people and servers in memory, and the rows of the people in a store. */
import {asUserId, type Acting, type Role, type User, type UserId, type UserRepository} from '#model/access.ts'
import type {ServerCard} from '#model/server.ts'
import type {ServerRegistry} from '#model/services.ts'
import {asServerId, type ServerId} from '#model/torrent-key.ts'
import type {Store} from '#store/store.ts'
import {accessOf} from './grants.ts'

export function person(name: string, role: Role, change: Partial<User> = {}): User {
  return {
    id: asUserId(`id-${name}`),
    name,
    role,
    origin: 'local',
    disabled: false,
    hasPassword: true,
    twoStep: false,
    createdAt: 0,
    lastSeenAt: null,
    ...change,
  }
}

export class FakePeople implements UserRepository {
  readonly #users = new Map<UserId, User>()
  readonly #subjects = new Map<string, UserId>()

  constructor(...users: User[]) {
    for (const user of users) this.put(user)
  }

  put(user: User): User {
    this.#users.set(user.id, user)
    return user
  }

  change(id: UserId, change: Partial<User>): void {
    this.put({...this.get(id)!, ...change})
  }

  remove(id: UserId): void {
    this.#users.delete(id)
  }

  subject(issuer: string, subject: string, id: UserId): void {
    this.#subjects.set(`${issuer} ${subject}`, id)
  }

  list(): readonly User[] {
    return [...this.#users.values()]
  }

  get(id: UserId): User | null {
    return this.#users.get(id) ?? null
  }

  byName(name: string): User | null {
    const key = (text: string) => text.normalize('NFKC').toLowerCase()
    return this.list().find((it) => key(it.name) === key(name)) ?? null
  }

  bySubject(issuer: string, subject: string): User | null {
    const id = this.#subjects.get(`${issuer} ${subject}`)
    return id === undefined ? null : this.get(id)
  }
}

/** Servers of one owner each; `null` = of the file, for everyone to control. */
export function fakeServers(
  owners: Readonly<Record<string, UserId | null>>,
): ServerRegistry & {add(id: string, owner: UserId): void} {
  const cards = Object.entries(owners).map(([id, owner], position) => cardOf(asServerId(id), owner, position))
  const registry = {
    revision: 1,
    cards: () => cards,
    card: (id: ServerId) => cards.find((it) => it.id === id) ?? null,
    add(id: string, owner: UserId) {
      cards.push(cardOf(asServerId(id), owner, cards.length))
      registry.revision++
    },
  }
  return registry
}

function cardOf(id: ServerId, ownerId: UserId | null, position: number): ServerCard {
  return {
    id,
    position,
    origin: ownerId === null ? 'file' : 'user',
    ownerId,
    tags: [],
    colour: null,
    icon: null,
    defaultForAdding: false,
    sharing: ownerId === null ? [{with: 'everyone', level: 'control'}] : [],
  }
}

export function acting(user: User, servers: ServerRegistry = fakeServers({})): Acting {
  return {
    actor: {name: user.name, origin: 'user', userId: user.id, address: '192.0.2.1'},
    access: accessOf({userId: user.id, role: user.role, scopes: null, servers: null}, servers),
  }
}

/** What the books of others refer to. */
export async function insertPeople(store: Pick<Store, 'write'>, ...users: readonly User[]): Promise<void> {
  await store.write(async (db) => {
    for (const {id, name, role, origin} of users) {
      await db
        .insertInto('users')
        .values({
          id,
          name,
          nameKey: name.toLowerCase(),
          role,
          origin,
          passwordHash: null,
          disabled: 0,
          totpSecret: null,
          totpStep: null,
          recoveryCodes: '[]',
          oidcIssuer: null,
          oidcSubject: null,
          createdAt: 0,
          updatedAt: 0,
          lastSeenAt: null,
        })
        .execute()
    }
  })
}

/** Verbs of the audit, with `refused` where they were. */
export async function entriesOf(store: Pick<Store, 'read'>): Promise<readonly string[]> {
  const rows = await store.read((db) => db.selectFrom('journal').selectAll().orderBy('seq').execute())
  return rows.map(({actor, subject, verb, name, phase, code}) =>
    [actor, subject, verb, name, ...(phase === 'refused' ? ['refused', code] : [])].join(' '),
  )
}
