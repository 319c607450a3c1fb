/**
 * The first administrator. He is made from this very machine, or with a token that is printed at the start and good
 * until the next one; of several who try at the same moment exactly one becomes it.
 */
import type {Clock} from '#lib/clock.ts'
import {CommodarrError} from '#model/errors.ts'
import {Secret} from '#model/secret.ts'
import {appendDeed} from '#store/repositories/journal.ts'
import type {Store} from '#store/store.ts'
import {Admission, himself, stranger, type Admitted, type Visit} from './admission.ts'
import {RefusedAttempt, type Attempts} from './attempts.ts'
import {readName} from './names.ts'
import {checkNewPassword} from './password-rules.ts'
import type {Passwords} from './passwords.ts'
import type {Sessions} from './sessions.ts'
import {isSameText, newToken} from './tokens.ts'
import type {Users} from './users.ts'

export interface SetUpDeps {
  readonly store: Pick<Store, 'write'>
  readonly clock: Clock
  readonly users: Users
  readonly sessions: Sessions
  readonly passwords: Passwords
  readonly attempts: Attempts
  /** A proxy is known to stand in front: what comes from this machine may be anybody. */
  readonly behindProxy: boolean
  /** Can somebody come in without an account: a token of the configuration, a provider, a proxy, an open door? */
  readonly otherWays: () => boolean
}

interface FirstUser {
  readonly username: string
  readonly password: string
  /** `null` = none was sent. */
  readonly token: string | null
}

interface SetUpVisit extends Visit {
  /** Nothing stands between: the connection itself comes from loopback, and no header tells of a way before it. */
  readonly isThisMachine: boolean
}

export class SetUp {
  readonly #parts: SetUpDeps
  /** To be printed at the start. */
  readonly token = new Secret(newToken())

  constructor(parts: SetUpDeps) {
    this.#parts = parts
  }

  /** While nobody could administer. */
  isOpen(): boolean {
    return !this.#parts.users.hasAdministrator()
  }

  /**
   * Without a token only as long as nobody has an account: who is on this machine but has only a small one must not
   * give himself a large one.
   */
  needsToken(isThisMachine: boolean): boolean {
    return !isThisMachine || this.#parts.behindProxy || this.#parts.users.list().length > 0
  }

  /**
   * @throws {CommodarrError} setup_done, setup_needed (a token is), sign_in_refused (another one is), too_many_attempts,
   *   weak_password, name_taken, bad_argument, or a storage fault
   */
  async first({username, password, token}: FirstUser, from: SetUpVisit): Promise<Admitted> {
    if (!this.isOpen()) throw done()
    await this.#checkToken(token, from)
    const {name} = readName(username)
    checkNewPassword(password, name)
    const passwordHash = await this.#parts.passwords.hash(password)
    const admission = new Admission(this.#parts, 'password', from)
    await this.#parts.users.create(
      {name, role: 'administrator', passwordHash},
      (user) => himself(user, from),
      {
        within: async (db, user) => {
          if (!this.isOpen()) throw done()
          await admission.within(db, user)
        },
        after: (user) => admission.after(user),
      },
    )
    return admission.admitted
  }

  /** What somebody unknown is told. */
  stranger(): CommodarrError {
    const {users, otherWays} = this.#parts
    if (users.list().length > 0 || otherWays()) {
      return new CommodarrError(
        'unauthorised',
        'Log in, or send a key as X-API-Token or Authorization: Bearer.',
      )
    }
    return new CommodarrError(
      'setup_needed',
      'Nobody has an account yet: make the first administrator with the command that was printed at the start (POST /api/setup).',
    )
  }

  async #checkToken(token: string | null, from: SetUpVisit): Promise<void> {
    if (token === null) {
      if (!this.needsToken(from.isThisMachine)) return
      throw new CommodarrError('setup_needed', 'Send the token that was printed when Commodarr started.')
    }
    await this.#parts.attempts.judge(from.address, null, async () => {
      if (!isSameText(token, this.token.reveal())) throw await this.#refuse(from)
    })
  }

  #refuse(from: SetUpVisit): Promise<RefusedAttempt> {
    const {store, clock} = this.#parts
    const refused = new CommodarrError('sign_in_refused', 'This is not the token of this start.')
    const deed = {actor: stranger(from), subject: 'user', verb: 'set-up', name: '', serverId: null} as const
    return RefusedAttempt.told(
      refused,
      store.write((db) => appendDeed(db, {...deed, args: {}, refused}, clock.now())),
    )
  }
}

function done(): CommodarrError {
  return new CommodarrError('setup_done', 'The first administrator exists already.')
}
