/** Somebody proved who he is and comes in: his session and the action that tells of it, along with whatever let him in. */
import type {Clock} from '#lib/clock.ts'
import type {TokenBuckets} from '#lib/token-bucket.ts'
import type {User} from '#model/access.ts'
import type {Actor} from '#model/command.ts'
import {QuotaUsedUp} from '#model/errors.ts'
import type {Secret} from '#model/secret.ts'
import {appendEvent} from '#store/repositories/journal.ts'
import type {Db} from '#store/store.ts'
import type {KnownDevices, Origin} from './known-devices.ts'
import type {NewSession, Sessions, Whereabouts} from './sessions.ts'
import type {Along} from './users.ts'

/** Where he comes from. */
export interface Visit extends Whereabouts, Origin {
  /** The session this browser has already, which ends by the new one; `null` = none. */
  readonly replaces: string | null
}

export interface Admitted {
  readonly user: User
  readonly sessionId: string
  /** For the browser, and for nobody else. */
  readonly token: Secret
  /** How long the session lasts at most. */
  readonly longestMs: number
  /** By what this browser is known from now on; `null` = by nothing. */
  readonly device: Secret | null
}

/** Of one member: one each minute, for whoever has a program log in. */
export const memberLogIns = {atOnce: 1_000, perDay: 1_500}

/** Lets those in who proved who they are, and out again. */
export class Admissions {
  readonly sessions: Sessions
  readonly devices: KnownDevices
  readonly clock: Clock
  /** Each is a line of everybody's journal. */
  readonly logIns: TokenBuckets

  constructor(sessions: Sessions, devices: KnownDevices, clock: Clock, logIns: TokenBuckets) {
    this.sessions = sessions
    this.devices = devices
    this.clock = clock
    this.logIns = logIns
  }

  /** @param via password, oidc, invitation … */
  begin(via: string, from: Visit): Admission {
    return new Admission(this, via, from)
  }

  /** @throws {CommodarrError} session_unknown, or a storage fault */
  async end(sessionId: string, user: User, from: Whereabouts): Promise<void> {
    await this.sessions.end(sessionId, 'log-out', user.name, ownActor(user, from))
  }
}

class Admission implements Along {
  readonly #parts: Admissions
  readonly #via: string
  readonly #from: Visit
  #begun: NewSession | null = null
  #admitted: Admitted | null = null

  constructor(parts: Admissions, via: string, from: Visit) {
    this.#parts = parts
    this.#via = via
    this.#from = from
  }

  async within(db: Db, user: User): Promise<void> {
    const {sessions, clock, logIns} = this.#parts
    const waitMs = user.role === 'administrator' ? null : logIns.take(user.id)
    if (waitMs !== null)
      throw new QuotaUsedUp(
        clock.now() + waitMs,
        'You logged in too often; use a session or a key for longer.',
      )
    this.#begun = sessions.make(user.id, this.#via, this.#from, this.#from.replaces)
    await sessions.insertIn(db, this.#begun)
    const args = {id: this.#begun.session.id, via: this.#via}
    const event = {
      actor: ownActor(user, this.#from),
      subject: 'session',
      verb: 'log-in',
      name: user.name,
    } as const
    await appendEvent(db, {...event, serverId: null, args}, clock.now())
  }

  after(user: User): void {
    if (!this.#begun) throw new Error('A session was taken up that was never written.')
    this.#parts.sessions.put(this.#begun)
    const {session, token, longestMs} = this.#begun
    const device = this.#parts.devices.cookieFor(user, this.#from)
    this.#admitted = {user, sessionId: session.id, token, longestMs, device}
  }

  /** After all of it is through. */
  get admitted(): Admitted {
    if (!this.#admitted) throw new Error('No user was admitted.')
    return this.#admitted
  }
}

/** Whoever acts for himself, from there. */
export function ownActor({id, name}: Pick<User, 'id' | 'name'>, {address}: Whereabouts): Actor {
  return {name, origin: 'user', userId: id, address}
}

/** Whoever could not prove who he is, from there. */
export function stranger({address}: Whereabouts): Actor {
  return {name: 'stranger', origin: 'user', userId: null, address}
}
