/**
 * The first administrator. It takes a token that is printed at the start, lies in the data folder, and is good until the
 * next start: whoever has it has access to this machine. That a request comes from loopback proves nothing, because
 * behind a plain reverse proxy all of them do. Of several who try at the same moment exactly one becomes it.
 */
import {rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {CommodarrError} from '#model/errors.ts'
import {Secret} from '#model/secret.ts'
import {ownActor, stranger, type Admissions, type Admitted, type Visit} from './admission.ts'
import type {Attempts, RefusedAttempt} from './attempts.ts'
import {readName} from './names.ts'
import type {RefusedProofs} from './own-proof.ts'
import {checkNewPassword} from './password-rules.ts'
import type {Passwords} from './passwords.ts'
import {isSameText, newToken} from './tokens.ts'
import type {Users} from './users.ts'

export interface SetUpDeps {
  readonly admissions: Admissions
  readonly users: Users
  readonly passwords: Passwords
  readonly attempts: Attempts
  readonly proofs: RefusedProofs
  /** Can somebody come in without an account: a token of the configuration, a provider, a proxy, no log-in at all? */
  readonly otherWays: () => boolean
  /** The token was used up: whatever keeps it is to go. */
  readonly onDone?: (() => void) | undefined
}

interface FirstUser {
  readonly username: string
  readonly password: string
  /** `null` = none was sent. */
  readonly token: string | null
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
   * @throws {CommodarrError} setup_done, setup_needed (a token is), sign_in_refused (another one is), too_many_attempts,
   *   weak_password, name_taken, bad_argument, or a storage fault
   */
  async first({username, password, token}: FirstUser, from: Visit): Promise<Admitted> {
    if (!this.isOpen()) throw done()
    await this.#checkToken(token, from)
    const {name} = readName(username)
    checkNewPassword(password, name)
    const passwordHash = await this.#parts.passwords.hash(password)
    const admission = this.#parts.admissions.begin('password', from)
    await this.#parts.users.create(
      {name, role: 'administrator', passwordHash},
      (user) => ownActor(user, from),
      {
        within: async (db, user) => {
          if (!this.isOpen()) throw done()
          await admission.within(db, user)
        },
        after: (user) => {
          admission.after(user)
          this.#parts.onDone?.()
        },
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
      'There is no account yet. Create the first one at the address that was printed at the start (POST /api/setup).',
    )
  }

  async #checkToken(token: string | null, from: Visit): Promise<void> {
    if (token === null) {
      throw new CommodarrError('setup_needed', 'Send the token that was printed when Commodarr started.')
    }
    const opened = isSameText(token, this.token.reveal()) ? token : null
    await this.#parts.attempts.open(from.address, opened, () => this.#refuse(from))
  }

  #refuse(from: Visit): Promise<RefusedAttempt> {
    const what = {actor: stranger(from), subject: 'user', verb: 'set-up', name: '', args: {}} as const
    const refused = new CommodarrError('sign_in_refused', 'This is not the token of this start.')
    return this.#parts.proofs.attempt(what, refused)
  }
}

/** The token as a file of the data folder, for whoever does not see what was printed at the start. */
export class SetUpTokenFile {
  readonly path: string
  readonly #log: {warn(about: object, text: string): void}

  constructor(dataFolder: string, log: {warn(about: object, text: string): void}) {
    this.path = join(dataFolder, 'setup-token')
    this.#log = log
  }

  /** Nobody but the user of the program reads it. Without it the printed token does as well. */
  write(token: Secret): void {
    this.#attempt('is not written', () => {
      // What lies there may be of a start that was killed, or lead elsewhere.
      rmSync(this.path, {force: true})
      writeFileSync(this.path, `${token.reveal()}\n`, {flag: 'wx', mode: 0o600})
    })
  }

  remove(): void {
    this.#attempt('is not removed', () => rmSync(this.path, {force: true}))
  }

  #attempt(fault: string, work: () => void): void {
    try {
      work()
    } catch (error) {
      this.#log.warn({err: error, path: this.path}, `the file with the set-up token ${fault}`)
    }
  }
}

function done(): CommodarrError {
  return new CommodarrError('setup_done', 'The first administrator exists already.')
}
