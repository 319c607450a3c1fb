/**
 * Everybody who has an account. One change at a time, written to the database first, then to the copy that the running
 * program reads; each is a entry in the journal, in the same transaction. There is always somebody left who can
 * administer; who is declared by the configuration file is changed there and nowhere else.
 */
import {randomUUID} from 'node:crypto'
import type {Clock} from '#lib/clock.ts'
import {Semaphore} from '#lib/semaphore.ts'
import {
  asUserId,
  type Role,
  type User,
  type UserId,
  type UserOrigin,
  type UserRepository,
} from '#model/access.ts'
import type {Actor} from '#model/command.ts'
import {CommodarrError} from '#model/errors.ts'
import {appendEvent} from '#store/repositories/journal.ts'
import {
  deleteUser,
  insertUser,
  putUserSightings,
  readUsers,
  updateUser,
  type ReadUser,
} from '#store/repositories/users.ts'
import type {Db, Store} from '#store/store.ts'
import {nothingSpared, type Endings, type Spared} from './endings.ts'
import {LastUses} from './last-uses.ts'
import {readName, type UserName} from './names.ts'
import {MemoryUserRepository, shown} from './user-repository.ts'
import {declaredInFile, heirOf, isAdministrator, isDeclared, keepAdministrator} from './user-rules.ts'

/** What becomes of what a user has who goes. */
export interface OwnedByUsers {
  countOf(userId: UserId): number
  /** @param by who has it moved, for the journal */
  transfer(db: Db, from: UserId, to: UserId, by: Actor): Promise<void>
  /** @param heir gets what has to stay in force; `null` = there is no administrator with an account */
  remove(db: Db, from: UserId, heir: UserId | null, by: Actor): Promise<void>
  /** After the transaction: whatever was read of servers and shares is read again. */
  refresh(): Promise<void>
}

/** Of the rooms that have servers, Arrs and what is said of trackers. */
export interface ServersOfUsers extends OwnedByUsers {
  /** They become an administrator: what they said for themselves does not become the word of the house. */
  promote(db: Db, userId: UserId): Promise<void>
  /** They are one no longer: what they said for the house stays its word. @param heir as of `remove` */
  demote(db: Db, userId: UserId, heir: UserId | null, by: Actor): Promise<void>
}

export interface UserDraft {
  readonly name: string
  readonly role: Role
  /** Absent = local. */
  readonly origin?: UserOrigin
  /** A hash, not a password; absent = logs in elsewhere, or by a reset. */
  readonly passwordHash?: string
  readonly subject?: {readonly issuer: string; readonly subject: string}
}

/** Absent = as it is. */
interface UserPatch {
  readonly name?: string | undefined
  readonly role?: Role | undefined
  /** True ends all his sessions and keys at once. */
  readonly disabled?: boolean | undefined
}

/** What is done together with a change: in its transaction, and once that is through. Throwing takes all of it back. */
export interface Along {
  readonly within?: (db: Db, user: User) => Promise<void>
  readonly after?: (user: User) => void
}

/** When somebody was seen is not of interest to the second. */
const SIGHT_MS = 60_000

export class Users implements UserRepository {
  readonly #store: Pick<Store, 'read' | 'write'>
  readonly #clock: Clock
  readonly #endings: Pick<Endings, 'within' | 'after'>
  readonly #servers: ServersOfUsers
  readonly #users: MemoryUserRepository
  readonly #sights: LastUses<UserId>
  readonly #changes = new Semaphore(1)
  readonly #onRole: (() => void)[] = []

  private constructor(
    store: Pick<Store, 'read' | 'write'>,
    clock: Clock,
    endings: Pick<Endings, 'within' | 'after'>,
    servers: ServersOfUsers,
    onFault: (error: unknown) => void,
    users: readonly ReadUser[],
  ) {
    this.#store = store
    this.#clock = clock
    this.#endings = endings
    this.#servers = servers
    this.#users = new MemoryUserRepository(users)
    this.#sights = new LastUses(clock, (seen) => store.write((db) => putUserSightings(db, seen)), onFault)
  }

  /**
   * @param onFault hears that times of last sight could not be written; they are tried again
   * @throws {StorageFault}
   */
  static async load(
    store: Pick<Store, 'read' | 'write'>,
    clock: Clock,
    endings: Pick<Endings, 'within' | 'after'>,
    servers: ServersOfUsers,
    onFault: (error: unknown) => void,
  ): Promise<Users> {
    return new Users(store, clock, endings, servers, onFault, await store.read(readUsers))
  }

  list(): readonly User[] {
    return this.#users.list()
  }

  get(id: UserId): User | null {
    return this.#users.get(id)
  }

  byName(name: string): User | null {
    return this.#users.byName(name)
  }

  bySubject(issuer: string, subject: string): User | null {
    return this.#users.bySubject(issuer, subject)
  }

  /** @throws {CommodarrError} user_unknown */
  known(id: UserId): User {
    const user = this.get(id)
    if (!user) throw new CommodarrError('user_unknown', 'There is no such user.', {id})
    return user
  }

  /** Can anybody administer here, when he logs in? */
  hasAdministrator(): boolean {
    return this.list().some(isAdministrator)
  }

  /** Could nobody administer without him? */
  isLastAdministrator(id: UserId): boolean {
    const administrators = this.list().filter(isAdministrator)
    return administrators.length === 1 && administrators[0]!.id === id
  }

  /** For whoever checks passwords; `null` = he has none. */
  passwordHashOf(id: UserId): string | null {
    return this.#users.kept(id)?.passwordHash ?? null
  }

  /** A bcrypt hash that somebody here still has; `null` = nobody. */
  someBcrypt(): string | null {
    return this.#users.allKept().find((it) => it.passwordHash?.startsWith('$2'))?.passwordHash ?? null
  }

  /** He was here just now. Written together with others, later. */
  see(id: UserId): void {
    const now = this.#clock.now()
    const lastSeenAt = this.get(id)?.lastSeenAt ?? null
    if (lastSeenAt !== null && Math.abs(now - lastSeenAt) < SIGHT_MS) return
    this.#users.see(id, now)
    this.#sights.note(id, now)
  }

  /** The second step of somebody was set up or taken away; that is kept by whoever did it. */
  noteTwoStep(id: UserId, isOn: boolean): void {
    const kept = this.#users.kept(id)
    if (kept) this.#users.put({...kept, twoStep: isOn})
  }

  /**
   * @param by whoever makes him; a function when he makes himself
   * @throws {CommodarrError} bad_argument, name_taken, or a storage fault
   */
  create(draft: UserDraft, by: Actor | ((user: User) => Actor), along: Along = {}): Promise<User> {
    return this.inTurn(async () => {
      const {role, origin = 'local', passwordHash = null, subject = null} = draft
      const {name, key} = this.#freeName(draft.name, null)
      const user: ReadUser = {
        id: asUserId(randomUUID()),
        name,
        nameKey: key,
        role,
        origin,
        passwordHash,
        subject,
        disabled: false,
        createdAt: this.#clock.now(),
        lastSeenAt: null,
        twoStep: false,
      }
      const actor = typeof by === 'function' ? by(shown(user)) : by
      const event = {verb: 'create', name, args: {id: user.id, role, origin}}
      return this.#write(user, actor, event, (db) => insertUser(db, user), along)
    })
  }

  /** @throws {CommodarrError} user_unknown, forbidden, bad_argument, name_taken, last_administrator, or a storage fault */
  change(id: UserId, patch: UserPatch, by: Actor): Promise<User> {
    return this.inTurn(async () => {
      const before = this.#changeable(id)
      const {name, key} =
        patch.name === undefined
          ? {name: before.name, key: before.nameKey}
          : this.#freeName(patch.name, before.id)
      const {role = before.role, disabled = before.disabled} = patch
      const after = {...before, name, nameKey: key, role, disabled}
      keepAdministrator(this.list(), before, after)
      const args = changesOf(before, after)
      if (Object.keys(args).length === 0) return this.known(id)
      const isOut = disabled && !before.disabled
      const write = async (db: Db) => {
        await updateUser(db, after, this.#clock.now())
        await this.roleWithin(db, before, role, by)
        if (isOut) await this.#endings.within(db, id, nothingSpared)
      }
      const user = await this.#write(after, by, {verb: 'change', name: before.name, args}, write)
      if (isOut) this.#endings.after(id, nothingSpared, by)
      return user
    })
  }

  /**
   * Ends every way in of his that is not spared. Whoever was declared by the file once and is no more becomes one of ours
   * by it.
   * @param hash of the new password
   * @throws {CommodarrError} user_unknown, forbidden, or a storage fault
   */
  setPassword(id: UserId, hash: string, spared: Spared, by: Actor, along: Along = {}): Promise<User> {
    return this.inTurn(async () => {
      const before = this.kept(id)
      if (isDeclared(before)) throw declaredInFile()
      const after: ReadUser = {
        ...before,
        passwordHash: hash,
        origin: before.origin === 'file' ? 'local' : before.origin,
      }
      const write = async (db: Db) => {
        await updateUser(db, after, this.#clock.now())
        await this.#endings.within(db, id, spared)
      }
      const event = {verb: 'change', name: before.name, args: {password: 'changed'}}
      return this.#write(after, by, event, write, {
        ...along,
        after: (user) => {
          this.#endings.after(id, spared, by)
          along.after?.(user)
        },
      })
    })
  }

  /**
   * Every way in of his ends, as when the provider by which he logs in lets him in no longer. His account stays.
   * @throws {CommodarrError} user_unknown, last_administrator, or a storage fault
   */
  lockOut(id: UserId, why: string, by: Actor): Promise<void> {
    return this.inTurn(async () => {
      const user = this.kept(id)
      keepAdministrator(this.list(), user, null)
      const {name} = user
      const event = {
        actor: by,
        subject: 'user',
        verb: 'lock-out',
        name,
        serverId: null,
        args: {id, why},
      } as const
      await this.#store.write(async (db) => {
        await this.#endings.within(db, id, nothingSpared)
        await appendEvent(db, event, this.#clock.now())
      })
      this.#endings.after(id, nothingSpared, by)
    })
  }

  /**
   * With his sessions, keys and invitations.
   * @param servers what becomes of his: refuse = he stays while he has some; transfer = to whoever acts when that is
   *   another administrator, else to the first one there is
   * @throws {CommodarrError} user_unknown, forbidden, last_administrator, user_has_servers, or a storage fault
   */
  remove(id: UserId, servers: 'refuse' | 'transfer' | 'remove', by: Actor): Promise<void> {
    return this.inTurn(async () => {
      const user = this.kept(id)
      if (isDeclared(user)) throw declaredInFile()
      keepAdministrator(this.list(), user, null)
      const count = this.#servers.countOf(id)
      const heir = count > 0 && servers === 'transfer' ? heirOf(this.list(), id, by) : null
      if (count > 0 && servers === 'refuse') throw hasServers(count)
      await this.#store.write(async (db) => {
        if (heir) await this.#servers.transfer(db, id, heir.id, by)
        else if (count > 0) await this.#servers.remove(db, id, this.#heirOrNone(id, by), by)
        await deleteUser(db, id)
        const args = {id, ...(count > 0 && {servers, count}), ...(heir && {to: heir.name})}
        const event = {
          actor: by,
          subject: 'user',
          verb: 'remove',
          name: user.name,
          serverId: null,
          args,
        } as const
        await appendEvent(db, event, this.#clock.now())
      })
      this.#users.delete(id)
      this.#sights.forget(id)
      this.#endings.after(id, nothingSpared, by)
      await this.#servers.refresh()
      this.#reportRoles()
    })
  }

  /**
   * Called when somebody has another role than before, is disabled or enabled, or is gone: what follows from that
   * elsewhere is to be judged again.
   */
  onRole(listener: () => void): void {
    this.#onRole.push(listener)
  }

  /** One change of people at a time: what was checked before still holds when it is written. Not to be nested. */
  inTurn<T>(task: () => Promise<T>): Promise<T> {
    return this.#changes.run(task)
  }

  /** For the room's own, in turn: with what nobody is shown. @throws {CommodarrError} user_unknown */
  kept(id: UserId): ReadUser {
    this.known(id)
    return this.#users.kept(id)!
  }

  /** For the room's own, in turn: what has to be written with another role of a user. `roleFollowed` comes behind it. */
  async roleWithin(
    db: Db,
    {id, role: before}: Pick<ReadUser, 'id' | 'role'>,
    role: Role,
    by: Actor,
  ): Promise<void> {
    if (before === role) return
    if (role === 'administrator') await this.#servers.promote(db, id)
    if (before === 'administrator') await this.#servers.demote(db, id, this.#heirOrNone(id, by), by)
  }

  /** After the database, and before another role counts: until then what was moved must not have another meaning. */
  async roleFollowed(before: Role, role: Role): Promise<void> {
    if (before !== role && [before, role].includes('administrator')) await this.#servers.refresh()
  }

  /** For the room's own, in turn and after the database. */
  put(user: ReadUser): User {
    // Both are noted at any time, also while this was being written.
    const {lastSeenAt, twoStep} = this.#users.kept(user.id) ?? user
    const before = this.get(user.id)
    const after = this.#users.put({...user, lastSeenAt, twoStep})
    const isOther = before?.role !== after.role || before.disabled !== after.disabled
    if (before !== null && isOther) this.#reportRoles()
    return after
  }

  /** Writes what waits to be written; for the end of the program. */
  close(): Promise<void> {
    return this.#sights.flush()
  }

  async #write(
    after: ReadUser,
    actor: Actor,
    event: {verb: string; name: string; args: object},
    work: (db: Db) => Promise<void>,
    along: Along = {},
  ): Promise<User> {
    await this.#store.write(async (db) => {
      await work(db)
      await appendEvent(db, {...event, actor, subject: 'user', serverId: null}, this.#clock.now())
      await along.within?.(db, shown(after))
    })
    try {
      await this.roleFollowed(this.get(after.id)?.role ?? after.role, after.role)
    } finally {
      this.put(after)
    }
    const user = this.known(after.id)
    along.after?.(user)
    return user
  }

  #heirOrNone(id: UserId, by: Actor): UserId | null {
    return this.list().some((it) => it.id !== id && isAdministrator(it))
      ? heirOf(this.list(), id, by).id
      : null
  }

  #reportRoles(): void {
    for (const listener of this.#onRole) listener()
  }

  #changeable(id: UserId): ReadUser {
    const kept = this.kept(id)
    if (isDeclared(kept)) throw declaredInFile()
    if (kept.origin !== 'file') return kept
    const how = 'The configuration file no longer declares this user. Set a password here first.'
    throw new CommodarrError('forbidden', how, {id})
  }

  #freeName(text: string, ownId: UserId | null): UserName {
    const name = readName(text)
    const other = this.byName(name.name)
    if (other && other.id !== ownId) throw new CommodarrError('name_taken', 'This name is taken.')
    return name
  }
}

function hasServers(count: number): CommodarrError {
  const whose =
    count === 1
      ? 'A server, an Arr or a shared view belongs'
      : `${count} servers, Arrs and shared views belong`
  return new CommodarrError('user_has_servers', `${whose} to this user; say what becomes of them.`, {count})
}

/** Names and roles are nothing secret; what did not change is not told. */
function changesOf(before: ReadUser, after: ReadUser): Record<string, unknown> {
  const fields = ['name', 'role', 'disabled'] as const
  const changed = fields.filter((field) => before[field] !== after[field])
  return Object.fromEntries(changed.map((field) => [field, {from: before[field], to: after[field]}]))
}
