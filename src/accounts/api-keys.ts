/**
 * Keys for programs: `cmdr_` and 32 random bytes, shown once, of which only a hash is kept. A key acts for its user and
 * never beyond him: what it may do is what its scopes, its servers and his role have in common at this moment.
 */
import {randomUUID} from 'node:crypto'
import type {Clock} from '#lib/clock.ts'
import {Semaphore} from '#lib/semaphore.ts'
import {
  permissions,
  type Access,
  type Acting,
  type KeyEnd,
  type KeyLimits,
  type KeyRights,
  type Permission,
  type Principal,
  type Role,
  type User,
  type UserId,
  type UserRepository,
} from '#model/access.ts'
import {systemActor, type Actor} from '#model/command.ts'
import {BadArgument, CommodarrError} from '#model/errors.ts'
import {Secret} from '#model/secret.ts'
import type {ServerRegistry} from '#model/services.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import {
  deleteKey,
  deleteKeysOf,
  insertKey,
  putKeyUses,
  readKeys,
  updateKey,
  type KeptKey,
} from '#store/repositories/api-keys.ts'
import {appendEvent} from '#store/repositories/journal.ts'
import type {Db, Store} from '#store/store.ts'
import type {Endings, Spared, WaysIn} from './endings.ts'
import {accessOf, covers} from './grants.ts'
import {LastUses} from './last-uses.ts'
import {tokenCredential} from './principals.ts'
import {isOver, isPast, latestTime, type Term} from './terms.ts'
import {isToken, newToken, tokenHash} from './tokens.ts'

export const KEY_PREFIX = 'cmdr_'
const MOST_PER_USER = 100
const MOST_NAME_LENGTH = 64
const YEAR_MS = 365 * 86_400_000

/** A key as its owner sees it: nothing that opens a door. */
export type ApiKey = Omit<KeptKey, 'keyHash'>

interface KeyDraft {
  /** 1 to 64 characters. */
  readonly name: string
  /** `read` is always among them. */
  readonly scopes: readonly Permission[]
  readonly servers: readonly ServerId[] | null
  /** `null` = never. */
  readonly expiresAt: EpochMs | null
}

/** Absent = as it is. */
type KeyPatch = {readonly [F in keyof KeyDraft]?: KeyDraft[F] | undefined}

/** What was suspended because the key that made it, or lets it act, has ended or allows less. */
interface MadeByKey {
  readonly kind: 'rule' | 'arr'
  readonly id: string
  readonly name: string
}

/** Keys that do not stand any more as they did. */
export interface EndOfKeys {
  /** `null` = this one is not meant. */
  readonly endOf: (keyId: string) => KeyEnd | null
  readonly actor: Actor
}

/** Suspends what was made with them, and tells what that is. Never rejects: it does nothing any more in any case. */
type KeyListener = (ended: EndOfKeys) => Promise<readonly MadeByKey[]>

export interface ApiKeyDeps {
  readonly endings: Endings
  /** `WebUI.Token`, which makes things, too; absent or `null` = there is none. */
  readonly token?: Secret | null
  readonly store: Pick<Store, 'read' | 'write'>
  readonly users: UserRepository
  readonly servers: ServerRegistry
  readonly clock: Clock
  /** Times of last use could not be written; they are tried again. */
  readonly onFault: (error: unknown) => void
}

/** What is in the book of one key; `access` follows the role its user had when it was worked out. */
interface Entry {
  key: KeptKey
  access: Access | null
  role: Role | null
}

export class ApiKeys implements KeyRights, WaysIn {
  readonly #parts: ApiKeyDeps
  readonly #entries = new Map<string, Entry>()
  readonly #byHash = new Map<string, Entry>()
  readonly #uses: LastUses<string>
  /** One change at a time: a key that is being revoked cannot come back by a change that began before. */
  readonly #changes = new Semaphore(1)
  readonly #listeners: KeyListener[] = []
  /** Whose end was told. */
  readonly #expired = new Set<string>()
  #cancelExpiry: () => void = () => {}
  readonly #stopFollowing: () => void

  private constructor(parts: ApiKeyDeps, keys: readonly KeptKey[]) {
    this.#parts = parts
    for (const key of keys) this.#put(key)
    this.#uses = new LastUses(
      parts.clock,
      (uses) => parts.store.write((db) => putKeyUses(db, uses)),
      parts.onFault,
    )
    for (const key of keys) if (isPast(termOf(key), parts.clock)) this.#expired.add(key.id)
    parts.endings.include(this)
    this.#planExpiry()
    this.#stopFollowing = parts.clock.onCorrected?.(() => this.#planExpiry()) ?? (() => {})
  }

  /** @throws {StorageFault} */
  static async load(parts: ApiKeyDeps): Promise<ApiKeys> {
    return new ApiKeys(parts, await parts.store.read(readKeys))
  }

  /** Whoever shows this key now; `null` = it is none, has expired, or its user may not come in. */
  principalOf(offered: string, address: string): Principal | null {
    const entry = looksLikeKey(offered) ? this.#byHash.get(tokenHash(offered)) : undefined
    if (entry === undefined) return null
    const user = this.#parts.users.get(entry.key.userId)
    const {clock} = this.#parts
    if (user === null || user.disabled || isOver(termOf(entry.key), clock)) return null
    const now = clock.now()
    entry.key = {...entry.key, lastUsedAt: now}
    this.#uses.note(entry.key.id, now)
    return {
      actor: {name: `${user.name} (key ${entry.key.name})`, origin: 'api', userId: user.id, address},
      access: this.#accessOf(entry, user),
      userId: user.id,
      name: user.name,
      role: user.role,
      via: 'api_key',
      credentialId: entry.key.id,
    }
  }

  limitsOf(keyId: string): KeyLimits | null {
    const {token = null, clock} = this.#parts
    if (keyId === tokenCredential(token)) return {scopes: permissions, servers: null}
    const key = this.#entries.get(keyId)?.key
    return key === undefined || isOver(termOf(key), clock) ? null : key
  }

  /** Why it never allows anything again to what was made with it; `null` = it may, once the clock is sure. */
  endOf(keyId: string): KeyEnd | null {
    if (this.limitsOf(keyId) !== null) return null
    const key = this.#entries.get(keyId)?.key
    if (key === undefined) return 'key_revoked'
    return isPast(termOf(key), this.#parts.clock) ? 'key_expired' : null
  }

  /** It lets nobody in now. */
  isOver(key: ApiKey): boolean {
    return isOver(termOf(key), this.#parts.clock)
  }

  /** Of whoever knows what keys have made. */
  onEnd(listener: KeyListener): void {
    this.#listeners.push(listener)
  }

  /** When a key ends of which nobody said it: who forgets one must not leave it behind permanently. */
  usualEnd(): EpochMs {
    return latestTime(this.#parts.clock) + YEAR_MS
  }

  /** In the order they were made, expired ones too. */
  list(userId: UserId): readonly ApiKey[] {
    return [...this.#entries.values()].filter(({key}) => key.userId === userId).map(({key}) => shown(key))
  }

  get(id: string): ApiKey | null {
    const entry = this.#entries.get(id)
    return entry === undefined ? null : shown(entry.key)
  }

  /**
   * @returns the key itself, for the only time
   * @throws {CommodarrError} forbidden (more than its user may), server_unknown, bad_argument, or a storage fault
   */
  make(by: Acting, owner: User, draft: KeyDraft): Promise<{key: ApiKey; token: Secret}> {
    return this.#changes.run(async () => {
      if (this.list(owner.id).length >= MOST_PER_USER) {
        throw new BadArgument(`A user can have at most ${MOST_PER_USER} keys. Revoke one first.`)
      }
      const token = KEY_PREFIX + newToken()
      const key: KeptKey = {
        ...this.#checked(owner, draft),
        id: randomUUID(),
        userId: owner.id,
        keyHash: tokenHash(token),
        createdAt: this.#parts.clock.now(),
        lastUsedAt: null,
      }
      await this.#write(by, 'create', key, (db) => insertKey(db, key))
      this.#put(key)
      this.#planExpiry()
      return {key: shown(key), token: new Secret(token)}
    })
  }

  /** @throws {CommodarrError} as `make`, and key_unknown */
  change(by: Acting, owner: User, id: string, patch: KeyPatch): Promise<ApiKey> {
    return this.#changes.run(async () => {
      const before = this.#entries.get(id)?.key
      if (before === undefined || before.userId !== owner.id) throw unknown(id)
      const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined))
      const after = {...before, ...this.#checked(owner, {...before, ...given}, given)}
      await this.#write(by, 'change', after, (db) => updateKey(db, after))
      this.#put({...after, lastUsedAt: this.#entries.get(id)?.key.lastUsedAt ?? null})
      if (!isPast(termOf(after), this.#parts.clock)) this.#expired.delete(id)
      this.#planExpiry()
      this.#parts.endings.ended(owner.id)
      if (!covers(after, before)) await this.#report([id], 'key_narrowed', by.actor)
      return shown(after)
    })
  }

  /**
   * Works at once: the next request with it is refused, and what it made does nothing until somebody looked.
   * @returns what that is
   * @throws {CommodarrError} key_unknown, or a storage fault
   */
  revoke(by: Acting, id: string): Promise<readonly MadeByKey[]> {
    return this.#changes.run(async () => {
      const key = this.#entries.get(id)?.key
      if (key === undefined) throw unknown(id)
      await this.#write(by, 'revoke', key, (db) => deleteKey(db, id))
      this.#drop(key)
      this.#parts.endings.ended(key.userId)
      return this.#report([id], 'key_revoked', by.actor)
    })
  }

  async endIn(db: Db, userId: UserId, {keys}: Spared): Promise<void> {
    if (!keys) await deleteKeysOf(db, userId)
  }

  forget(userId: UserId, {keys}: Spared, by: Actor): void {
    if (keys) return
    const own = [...this.#entries.values()].flatMap(({key}) => (key.userId === userId ? [key] : []))
    for (const key of own) this.#drop(key)
    const ids = own.map(({id}) => id)
    if (ids.length > 0) void this.#report(ids, 'key_revoked', by)
  }

  /** Writes what waits to be written; for the end of the program. */
  close(): Promise<void> {
    this.#stopFollowing()
    this.#cancelExpiry()
    return this.#uses.flush()
  }

  async #report(ids: readonly string[], end: KeyEnd, actor: Actor): Promise<readonly MadeByKey[]> {
    const endOf = (id: string) => (ids.includes(id) ? end : null)
    const made = await Promise.all(this.#listeners.map((listener) => listener({endOf, actor})))
    return made.flat()
  }

  /** The next of them, whenever that is. */
  #planExpiry(): void {
    this.#cancelExpiry()
    const {clock} = this.#parts
    const ends = [...this.#entries.values()].flatMap(({key: {id, expiresAt}}) =>
      expiresAt === null || this.#expired.has(id) ? [] : [expiresAt],
    )
    if (ends.length === 0) return
    const next = ends.reduce((first, it) => Math.min(first, it))
    this.#cancelExpiry = clock.after(Math.max(0, next - clock.now()), () => this.#expire())
  }

  #expire(): void {
    const {clock, endings} = this.#parts
    const over = [...this.#entries.values()].flatMap(({key}) =>
      isPast(termOf(key), clock) && !this.#expired.has(key.id) ? [key] : [],
    )
    for (const {id, userId} of over) {
      this.#expired.add(id)
      endings.ended(userId)
    }
    const ids = over.map(({id}) => id)
    if (ids.length > 0) void this.#report(ids, 'key_expired', theCalendar)
    this.#planExpiry()
  }

  #drop({id, keyHash}: KeptKey): void {
    this.#entries.delete(id)
    this.#byHash.delete(keyHash)
    this.#uses.forget(id)
    this.#expired.delete(id)
    this.#planExpiry()
  }

  /** Works again only when his role is another one. */
  #accessOf(entry: Entry, {id, role}: User): Access {
    if (entry.access === null || entry.role !== role) {
      const {scopes, servers} = entry.key
      entry.access = accessOf({userId: id, role, scopes, servers}, this.#parts.servers)
      entry.role = role
    }
    return entry.access
  }

  /** @param given what is new in it: what stays as it was is not judged again */
  #checked(owner: User, draft: KeyDraft, given: KeyPatch = draft): KeyDraft {
    const name = draft.name.normalize('NFC').trim()
    if (name === '' || [...name].length > MOST_NAME_LENGTH || /\p{Cc}/u.test(name)) {
      throw new BadArgument(`The name of a key has 1 to ${MOST_NAME_LENGTH} characters.`, {field: 'name'})
    }
    const access = accessOf(
      {userId: owner.id, role: owner.role, scopes: null, servers: null},
      this.#parts.servers,
    )
    if (given.scopes !== undefined) checkScopes(given.scopes, access)
    if (given.servers !== undefined) checkServers(given.servers, access)
    if (typeof given.expiresAt === 'number' && isOver({from: 0, to: given.expiresAt}, this.#parts.clock)) {
      throw new BadArgument('The end of a key must be in the future.', {field: 'expires_at'})
    }
    return {
      name,
      scopes: permissions.filter((it) => it === 'read' || draft.scopes.includes(it)),
      servers: draft.servers === null ? null : [...new Set(draft.servers)],
      expiresAt: draft.expiresAt,
    }
  }

  #put(key: KeptKey): void {
    const entry: Entry = {key, access: null, role: null}
    this.#entries.set(key.id, entry)
    this.#byHash.set(key.keyHash, entry)
  }

  async #write(
    {actor}: Acting,
    verb: 'create' | 'change' | 'revoke',
    key: KeptKey,
    work: (db: Db) => Promise<void>,
  ): Promise<void> {
    const {clock, store, users} = this.#parts
    const {scopes, servers, expiresAt} = key
    const args = {
      id: key.id,
      user: users.get(key.userId)?.name ?? null,
      ...(verb !== 'revoke' && {scopes, servers, expiresAt}),
    }
    await store.write(async (db) => {
      await work(db)
      await appendEvent(db, {actor, subject: 'key', verb, name: key.name, serverId: null, args}, clock.now())
    })
  }
}

function looksLikeKey(offered: string): boolean {
  return offered.startsWith(KEY_PREFIX) && isToken(offered.slice(KEY_PREFIX.length))
}

/** Nobody's action: its time was over. */
export const theCalendar: Actor = systemActor('Commodarr')

/** Its end is a date that somebody chose: it counts from when it was made only in his head. */
function termOf({expiresAt}: Pick<KeptKey, 'expiresAt'>): Term {
  return {from: 0, to: expiresAt}
}

function checkScopes(scopes: readonly Permission[], access: Access): void {
  const beyond = scopes.filter((scope) => !access.permits(scope))
  if (beyond.length > 0) {
    throw new CommodarrError(
      'forbidden',
      `A key cannot have more rights than its user: ${beyond.join(', ')}.`,
      {scopes: beyond},
    )
  }
}

/** A server he may not see is one that is not there. */
function checkServers(servers: readonly ServerId[] | null, access: Access): void {
  if (servers?.length === 0) throw new BadArgument('A key for no server opens nothing.', {field: 'servers'})
  const strange = servers?.find((id) => !access.may('read', id))
  if (strange !== undefined) {
    throw new CommodarrError('server_unknown', 'There is no server with this id.', {server_id: strange})
  }
}

function shown({id, userId, name, scopes, servers, createdAt, expiresAt, lastUsedAt}: KeptKey): ApiKey {
  return {id, userId, name, scopes, servers, createdAt, expiresAt, lastUsedAt}
}

function unknown(id: string): CommodarrError {
  return new CommodarrError('key_unknown', 'There is no such key.', {id})
}
