/** The program's own copy of everybody who has an account. Changed only after the database was. */
import type {User, UserId, UserRepository} from '#model/access.ts'
import type {EpochMs} from '#model/units.ts'
import type {ReadUser} from '#store/repositories/users.ts'
import {nameKey} from './names.ts'

interface Entry {
  readonly kept: ReadUser
  readonly user: User
}

export class MemoryUserRepository implements UserRepository {
  readonly #entries = new Map<UserId, Entry>()
  readonly #byName = new Map<string, UserId>()
  readonly #bySubject = new Map<string, UserId>()
  #list: readonly User[] | null = null

  constructor(users: readonly ReadUser[]) {
    for (const user of users) this.put(user)
  }

  /** In the order they were made; the same array until something changes. */
  list(): readonly User[] {
    return (this.#list ??= [...this.#entries.values()].map((it) => it.user))
  }

  get(id: UserId): User | null {
    return this.#entries.get(id)?.user ?? null
  }

  byName(name: string): User | null {
    return this.#find(this.#byName.get(nameKey(name)))
  }

  bySubject(issuer: string, subject: string): User | null {
    return this.#find(this.#bySubject.get(subjectKey(issuer, subject)))
  }

  /** With what nobody is shown. */
  kept(id: UserId): ReadUser | null {
    return this.#entries.get(id)?.kept ?? null
  }

  allKept(): readonly ReadUser[] {
    return [...this.#entries.values()].map((it) => it.kept)
  }

  /** New, or as he is from now on. */
  put(kept: ReadUser): User {
    this.#unname(kept.id)
    const user = shown(kept)
    this.#entries.set(kept.id, {kept, user})
    this.#byName.set(kept.nameKey, kept.id)
    if (kept.subject) this.#bySubject.set(subjectKey(kept.subject.issuer, kept.subject.subject), kept.id)
    this.#list = null
    return user
  }

  delete(id: UserId): void {
    this.#unname(id)
    this.#entries.delete(id)
    this.#list = null
  }

  see(id: UserId, at: EpochMs): void {
    const kept = this.kept(id)
    if (kept) this.put({...kept, lastSeenAt: at})
  }

  #find(id: UserId | undefined): User | null {
    return id === undefined ? null : this.get(id)
  }

  #unname(id: UserId): void {
    const before = this.kept(id)
    if (!before) return
    this.#byName.delete(before.nameKey)
    if (before.subject) this.#bySubject.delete(subjectKey(before.subject.issuer, before.subject.subject))
  }
}

function subjectKey(issuer: string, subject: string): string {
  return JSON.stringify([issuer, subject])
}

/** As others see him. */
export function shown(kept: ReadUser): User {
  const {passwordHash, nameKey: _, subject: __, ...user} = kept
  return {...user, hasPassword: passwordHash !== null}
}
