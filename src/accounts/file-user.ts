/**
 * The administrator that the configuration file declares: `WebUI.LocalAuthEnabled`, `Username` and `PasswordHash`. The
 * file is the master: read at the start and after every edit, and what it says of him cannot be changed here. When it
 * declares him no longer he is disabled, not deleted, because servers and a history may be his.
 */
import {randomUUID} from 'node:crypto'
import type {Clock} from '#lib/clock.ts'
import {asUserId} from '#model/access.ts'
import {systemActor, type Actor} from '#model/command.ts'
import {appendEvent} from '#store/repositories/journal.ts'
import {insertUser, updateUser, type ReadUser} from '#store/repositories/users.ts'
import type {Db, Store} from '#store/store.ts'
import {nothingSpared, type Endings} from './endings.ts'
import {readFileLogIn, type DeclaredUser, type FileLogIn} from './file-log-in.ts'
import {isDeclared} from './user-rules.ts'
import type {Users} from './users.ts'

/** A user as he will be; `before` is `null` for a new one. */
interface Step {
  readonly before: ReadUser | null
  readonly after: ReadUser
}

const theFile: Actor = systemActor('config.toml')

export class FileUser {
  readonly #store: Pick<Store, 'write'>
  readonly #clock: Clock
  readonly #users: Users
  readonly #endings: Endings

  constructor(store: Pick<Store, 'write'>, clock: Clock, users: Users, endings: Endings) {
    this.#store = store
    this.#clock = clock
    this.#users = users
    this.#endings = endings
  }

  /**
   * Brings our users in step with the file.
   * @returns why the user that the file declares cannot be taken, one sentence; `null` = it is done. What is wrong with
   *   the values themselves is a finding of the configuration.
   * @throws {StorageFault} then nothing has changed
   */
  followFile(webui: FileLogIn): Promise<string | null> {
    const read = readFileLogIn(webui)
    const declared = read !== null && 'hash' in read ? read : null

    return this.#users.inTurn(async () => {
      const origin = declared === null ? undefined : this.#users.byName(declared.name)?.origin
      const isTaken = origin === 'oidc' || origin === 'proxy'
      const steps = this.#stepsTo(isTaken ? null : declared)
      if (steps.length > 0) await this.#take(steps)
      return isTaken
        ? 'WebUI.Username is the name of a user who logs in another way. Enter another name.'
        : null
    })
  }

  #stepsTo(wanted: DeclaredUser | null): readonly Step[] {
    const namesake = wanted && this.#users.byName(wanted.name)
    const kept = namesake ? this.#users.kept(namesake.id) : null
    const leaving = this.#users
      .list()
      .filter((it) => isDeclared(it) && it.id !== kept?.id)
      .map(({id}) => this.#users.kept(id))
    const steps: Step[] = leaving.map((before) => ({
      before,
      after: {...before, disabled: true, passwordHash: null},
    }))
    if (!wanted) return steps
    const after = fileUser(wanted, kept ?? blank(this.#clock.now()))
    return kept && isSame(kept, after) ? steps : [...steps, {before: kept, after}]
  }

  async #take(steps: readonly Step[]): Promise<void> {
    await this.#store.write(async (db) => {
      for (const step of steps) await this.#write(db, step, this.#clock.now())
    })
    for (const {before, after} of steps) {
      try {
        await this.#users.roleFollowed(before?.role ?? after.role, after.role)
      } finally {
        this.#users.put(after)
      }
      this.#endings.after(after.id, nothingSpared, theFile)
    }
  }

  /** Whatever the file changes of somebody, he logs in again, and makes new keys. */
  async #write(db: Db, {before, after}: Step, now: number): Promise<void> {
    if (before) {
      await updateUser(db, after, now)
      await this.#users.roleWithin(db, before, after.role, theFile)
    } else await insertUser(db, after)
    await this.#endings.within(db, after.id, nothingSpared)
    const {id, role, disabled} = after
    const event = {verb: before ? 'change' : 'create', name: after.name, args: {id, role, disabled}} as const
    await appendEvent(db, {...event, actor: theFile, subject: 'user', serverId: null}, now)
  }
}

function fileUser({name, key, hash}: DeclaredUser, kept: ReadUser): ReadUser {
  return {
    ...kept,
    name,
    nameKey: key,
    passwordHash: hash,
    role: 'administrator',
    origin: 'file',
    disabled: false,
  }
}

function blank(now: number): ReadUser {
  return {
    id: asUserId(randomUUID()),
    name: '',
    nameKey: '',
    role: 'administrator',
    origin: 'file',
    passwordHash: null,
    disabled: false,
    subject: null,
    createdAt: now,
    lastSeenAt: null,
    twoStep: false,
  }
}

function isSame(one: ReadUser, other: ReadUser): boolean {
  const fields = ['name', 'passwordHash', 'role', 'origin', 'disabled'] as const
  return fields.every((field) => one[field] === other[field])
}
