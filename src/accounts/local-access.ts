/**
 * Access without an account (`AuthDisabled`, `--demo`). It takes the token of this start, which is printed with the
 * address to open. The address of a connection is no proof instead: a plain reverse proxy, a tunnel or a container's
 * port driver passes on what strangers send from this very machine.
 *
 *   token ──▶ browsers: POST /api/session/local ──▶ cookie, good until Commodarr ends
 *        └──▶ programs: sent as a key with each request
 */
import {createHmac} from 'node:crypto'
import type {Clock} from '#lib/clock.ts'
import type {Actor} from '#model/command.ts'
import {CommodarrError} from '#model/errors.ts'
import {Secret} from '#model/secret.ts'
import {appendEvent} from '#store/repositories/journal.ts'
import type {Store} from '#store/store.ts'
import {stranger} from './admission.ts'
import type {Attempts} from './attempts.ts'
import type {RefusedProofs} from './own-proof.ts'
import type {Whereabouts} from './sessions.ts'
import {isSameText, newToken} from './tokens.ts'

export class LocalAccess {
  readonly #store: Pick<Store, 'write'>
  readonly #clock: Clock
  readonly #attempts: Attempts
  readonly #proofs: RefusedProofs
  /** To be printed at the start; every start has another one. */
  readonly token = new Secret(newToken())
  readonly #cookie = localCookieOf(this.token)

  constructor(store: Pick<Store, 'write'>, clock: Clock, attempts: Attempts, proofs: RefusedProofs) {
    this.#store = store
    this.#clock = clock
    this.#attempts = attempts
    this.#proofs = proofs
  }

  /**
   * @returns the cookie for a browser that shows the token
   * @throws {CommodarrError} sign_in_refused, too_many_attempts, or a storage fault
   */
  async admit(token: string, from: Whereabouts): Promise<Secret> {
    const opened = isSameText(token, this.token.reveal()) ? token : null
    await this.#attempts.open(from.address, opened, () => {
      const refused = new CommodarrError('sign_in_refused', 'This is not the token of this start.')
      return this.#proofs.attempt({...comesIn, actor: stranger(from)}, refused)
    })
    const actor: Actor = {name: 'local', origin: 'user', userId: null, address: from.address}
    await this.#store.write((db) => appendEvent(db, {...comesIn, actor, serverId: null}, this.#clock.now()))
    return this.#cookie
  }

  /** What somebody unknown is told. */
  stranger(): CommodarrError {
    return new CommodarrError(
      'unauthorised',
      'Open the address that Commodarr printed when it started, or send the token in it as X-API-Token.',
    )
  }

  isOpenedBy(cookie: string): boolean {
    return isSameText(cookie, this.#cookie.reveal())
  }
}

/** In the journal. */
const comesIn = {subject: 'session', verb: 'log-in', name: 'local', args: {via: 'local'}} as const

/** What a browser keeps in place of the token. It follows from the token, so nothing has to be remembered. */
export function localCookieOf(token: Secret): Secret {
  return new Secret(createHmac('sha256', token.reveal()).update('commodarr local access').digest('base64url'))
}
