/**
 * Who is logged in from where. A session is known by a token that only the browser has; here and in the database stands
 * its hash. It ends by itself when it was not used for long, and in any case long after the log-in; how long is a
 * setting (30 and 180 days), and a shorter one holds at once.
 */
import {randomUUID} from 'node:crypto'
import type {Clock} from '#lib/clock.ts'
import type {UserId} from '#model/access.ts'
import type {Actor} from '#model/command.ts'
import {CommodarrError} from '#model/errors.ts'
import {Secret} from '#model/secret.ts'
import type {EpochMs} from '#model/units.ts'
import {appendEvent} from '#store/repositories/journal.ts'
import {
  deleteExpiredSessions,
  deleteSession,
  deleteSessionsOf,
  insertSession,
  putSessionUses,
  readSessions,
  type KeptSession,
} from '#store/repositories/sessions.ts'
import type {Db, Store} from '#store/store.ts'
import type {Endings, Spared, WaysIn} from './endings.ts'
import {LastUses} from './last-uses.ts'
import type {SettingValues} from '#model/setting-values.ts'
import {isOver, isPast, latestTime, type Term} from './terms.ts'
import {isToken, newToken, tokenHash} from './tokens.ts'

const DAY_MS = 86_400_000
/** Somebody who logs in again and again ends his own oldest sessions. */
export const MOST_PER_USER = 100
const MOST_AGENT_LENGTH = 256

/** A session as people see it: nothing that opens a door. */
export type Session = Omit<KeptSession, 'tokenHash'>

/** Where somebody logs in from. */
export interface Whereabouts {
  readonly address: string
  /** What the browser calls itself; '' = nothing. */
  readonly userAgent: string
}

/** A session that is about to begin. */
export interface NewSession {
  readonly session: KeptSession
  /** For the browser, and for nobody else. */
  readonly token: Secret
  /** How long it lasts at most. */
  readonly longestMs: number
  /** Sessions that end by it. */
  readonly replaces: readonly string[]
}

/** How long they last, as the settings say. */
interface SessionLength {
  readonly values: Pick<SettingValues, 'sessionIdleDays' | 'sessionAbsoluteDays'>
}

type Mutable<T> = {-readonly [K in keyof T]: T[K]}

export class Sessions implements WaysIn {
  readonly #store: Pick<Store, 'read' | 'write'>
  readonly #clock: Clock
  readonly #endings: Endings
  readonly #settings: SessionLength
  readonly #byId = new Map<string, Mutable<KeptSession>>()
  readonly #byHash = new Map<string, Mutable<KeptSession>>()
  readonly #uses: LastUses<string>

  private constructor(
    store: Pick<Store, 'read' | 'write'>,
    clock: Clock,
    endings: Endings,
    settings: SessionLength,
    onFault: (error: unknown) => void,
    sessions: readonly KeptSession[],
  ) {
    this.#store = store
    this.#clock = clock
    this.#endings = endings
    this.#settings = settings
    this.#uses = new LastUses(clock, (uses) => this.#writeUses([...uses.keys()]), onFault)
    for (const session of sessions) if (!this.#isPast(session)) this.#add(session)
    endings.include(this)
  }

  /**
   * @param onFault hears that times of last use could not be written; they are tried again
   * @throws {StorageFault}
   */
  static async load(
    store: Pick<Store, 'read' | 'write'>,
    clock: Clock,
    endings: Endings,
    settings: SessionLength,
    onFault: (error: unknown) => void,
  ): Promise<Sessions> {
    return new Sessions(store, clock, endings, settings, onFault, await store.read(readSessions))
  }

  /** The session that this token opens, which was used now; `null` = none, or it has ended. */
  use(token: string): Pick<Session, 'id' | 'userId'> | null {
    const session = isToken(token) ? this.#byHash.get(tokenHash(token)) : undefined
    if (!session || this.#isOver(session)) return null
    // Use in a time that is not sure makes it last no longer, unless it was begun then.
    session.lastUsedAt = Math.max(session.createdAt, this.#clock.now())
    session.expiresAt = this.#endOf(session)
    this.#uses.note(session.id, session.lastUsedAt)
    return session
  }

  get(id: string): Session | null {
    const session = this.#byId.get(id)
    return session && !this.#isOver(session) ? this.#shown(session) : null
  }

  /** In the order of log-in. */
  listOf(userId: UserId): readonly Session[] {
    return this.#letting(userId).map((it) => this.#shown(it))
  }

  /** Changes nothing yet: `insertIn` the transaction, and `put` when that is done. */
  make(userId: UserId, via: string, from: Whereabouts, replaces: string | null): NewSession {
    const now = latestTime(this.#clock)
    const token = newToken()
    const times = {createdAt: now, lastUsedAt: now}
    const session = {
      id: randomUUID(),
      tokenHash: tokenHash(token),
      userId,
      via,
      address: from.address,
      userAgent: agentText(from.userAgent),
      ...times,
      expiresAt: this.#endOf(times),
    }
    const longestMs = this.#settings.values.sessionAbsoluteDays * DAY_MS
    return {session, token: new Secret(token), longestMs, replaces: this.#replacedBy(userId, replaces)}
  }

  async insertIn(db: Db, {session, replaces}: NewSession): Promise<void> {
    for (const id of replaces) await deleteSession(db, id)
    await insertSession(db, session)
  }

  put({session, replaces}: NewSession): void {
    for (const id of replaces) this.#drop(id)
    this.#add(session)
  }

  /** Works at once: the next request with it is a stranger's. @throws {CommodarrError} session_unknown, or a storage fault */
  async end(id: string, verb: 'log-out' | 'revoke', userName: string, by: Actor): Promise<void> {
    const session = this.get(id)
    if (!session) throw new CommodarrError('session_unknown', 'There is no such session.', {id})
    await this.#write(verb, userName, by, {id}, (db) => deleteSession(db, id))
    this.#drop(id)
    this.#endings.ended(session.userId)
  }

  /** @param exceptId the one that goes on; `null` = none does. @returns how many ended */
  async endAllOf(user: {id: UserId; name: string}, exceptId: string | null, by: Actor): Promise<number> {
    const count = this.#of(user.id).filter((it) => it.id !== exceptId).length
    if (count === 0) return 0
    await this.#write('revoke', user.name, by, {count}, (db) => deleteSessionsOf(db, user.id, exceptId))
    this.forget(user.id, {session: exceptId})
    this.#endings.ended(user.id)
    return count
  }

  async endIn(db: Db, userId: UserId, {session}: Pick<Spared, 'session'>): Promise<void> {
    await deleteSessionsOf(db, userId, session)
  }

  forget(userId: UserId, {session}: Pick<Spared, 'session'>): void {
    for (const {id} of this.#of(userId)) if (id !== session) this.#drop(id)
  }

  /** Writes what waits to be written; for the end of the program. */
  close(): Promise<void> {
    return this.#uses.flush()
  }

  async #write(
    verb: string,
    name: string,
    actor: Actor,
    args: object,
    work: (db: Db) => Promise<void>,
  ): Promise<void> {
    await this.#store.write(async (db) => {
      await work(db)
      await appendEvent(db, {actor, subject: 'session', verb, name, serverId: null, args}, this.#clock.now())
    })
  }

  async #writeUses(ids: readonly string[]): Promise<void> {
    const now = this.#clock.now()
    const used = ids.map((id) => this.#byId.get(id)).filter((it) => it !== undefined)
    await this.#store.write(async (db) => {
      await putSessionUses(db, used)
      await deleteExpiredSessions(db, now)
    })
    for (const session of this.#byId.values()) if (this.#isPast(session)) this.#drop(session.id)
  }

  #replacedBy(userId: UserId, replaces: string | null): readonly string[] {
    const others = this.#of(userId).filter((it) => it.id !== replaces)
    others.sort((a, b) => Number(this.#isOver(b)) - Number(this.#isOver(a)) || a.lastUsedAt - b.lastUsedAt)
    const surplus = others.slice(0, Math.max(0, others.length + 1 - MOST_PER_USER)).map((it) => it.id)
    return replaces === null ? surplus : [replaces, ...surplus]
  }

  /** Those too that let nobody in while the clock is in doubt. A user has few, but there may be many users. */
  #of(userId: UserId): Mutable<KeptSession>[] {
    return [...this.#byId.values()].filter((it) => it.userId === userId && !this.#isPast(it))
  }

  #letting(userId: UserId): Mutable<KeptSession>[] {
    return this.#of(userId).filter((it) => !this.#isOver(it))
  }

  #isOver(session: KeptSession): boolean {
    return isOver(this.#termOf(session), this.#clock)
  }

  #isPast(session: KeptSession): boolean {
    return isPast(this.#termOf(session), this.#clock)
  }

  #termOf(session: KeptSession): Term {
    return {from: session.createdAt, to: this.#endOf(session)}
  }

  #endOf({createdAt, lastUsedAt}: Pick<KeptSession, 'createdAt' | 'lastUsedAt'>): EpochMs {
    const {sessionIdleDays, sessionAbsoluteDays} = this.#settings.values
    return Math.min(lastUsedAt + sessionIdleDays * DAY_MS, createdAt + sessionAbsoluteDays * DAY_MS)
  }

  #shown(kept: KeptSession): Session {
    const {tokenHash: _, ...session} = kept
    return {...session, expiresAt: this.#endOf(kept)}
  }

  #add(session: KeptSession): void {
    const own = {...session}
    this.#byId.set(own.id, own)
    this.#byHash.set(own.tokenHash, own)
  }

  #drop(id: string): void {
    const session = this.#byId.get(id)
    if (!session) return
    this.#byId.delete(id)
    this.#byHash.delete(session.tokenHash)
    this.#uses.forget(id)
  }
}

/** Somebody reads it later. */
function agentText(text: string): string {
  return text.replace(/\p{C}/gu, '').slice(0, MOST_AGENT_LENGTH)
}
