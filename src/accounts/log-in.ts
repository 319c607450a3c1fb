/**
 * Coming in with a name and a password, and a code where a second step is on.
 *
 *   may one try now? ─▶ password ─▶ code ─▶ session
 *        │ no              │ wrong    │ missing: code_required (neither good nor bad)
 *        ▼                 ▼          ▼ wrong
 *   too_many_attempts     sign_in_refused: the same words and the same work whether the name, the password or the
 *                         code is wrong, or the account is switched off
 */
import type {Clock} from '#lib/clock.ts'
import type {User} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
import {updateUser} from '#store/repositories/users.ts'
import type {Store} from '#store/store.ts'
import {stranger, type Admissions, type Admitted, type Visit} from './admission.ts'
import type {Attempts, RefusedAttempt} from './attempts.ts'
import {nameKey} from './names.ts'
import type {RefusedProofs} from './own-proof.ts'
import type {Passwords} from './passwords.ts'
import type {Whereabouts} from './sessions.ts'
import type {SettingValues} from '#model/setting-values.ts'
import type {TwoStep} from './two-step.ts'
import type {Users} from './users.ts'

interface LogInDeps {
  readonly admissions: Admissions
  readonly clock: Clock
  readonly store: Pick<Store, 'write'>
  readonly users: Users
  readonly passwords: Passwords
  readonly attempts: Attempts
  readonly proofs: RefusedProofs
  readonly twoStep: TwoStep
  readonly settings: {readonly values: Pick<SettingValues, 'passwordLogIn'>}
}

interface Credentials {
  readonly username: string
  readonly password: string
  /** Of the second step; `null` = none was sent. */
  readonly code: string | null
}

export class LogIn {
  readonly #parts: LogInDeps

  constructor(parts: LogInDeps) {
    this.#parts = parts
  }

  /** Do people log in so? */
  takesPasswords(): boolean {
    const {settings, users} = this.#parts
    return settings.values.passwordLogIn && users.list().some((it) => it.hasPassword && !it.disabled)
  }

  /**
   * @throws {CommodarrError} forbidden (passwords are switched off), too_many_attempts, sign_in_refused, code_required,
   *   secret_unreadable, or a storage fault
   */
  async withPassword(given: Credentials, from: Visit): Promise<Admitted> {
    const {attempts, settings, admissions, users} = this.#parts
    if (!settings.values.passwordLogIn) throw switchedOff()
    const tally = admissions.devices.tallyOf(nameKey(given.username), users.byName(given.username), from)
    return attempts.check(from.address, tally, () => this.#check(given, from))
  }

  /**
   * Somebody else vouches for him: a provider, an invitation that was good.
   * @throws {CommodarrError} sign_in_refused (he is switched off or gone), or a storage fault
   */
  admit(user: User, via: string, from: Visit): Promise<Admitted> {
    return this.#admit(user, via, from, () => true)
  }

  /** @throws {CommodarrError} session_unknown, or a storage fault */
  async logOut(sessionId: string, user: User, from: Whereabouts): Promise<void> {
    await this.#parts.admissions.end(sessionId, user, from)
  }

  async #check({username, password, code}: Credentials, from: Visit): Promise<Admitted> {
    const {users, passwords, twoStep} = this.#parts
    const user = users.byName(username)
    const hash = user && !user.disabled ? users.passwordHashOf(user.id) : null
    const {good, outdated} = await passwords.check(password, hash, users.someBcrypt())
    if (!user || !good) throw await this.#refuse(user, from, 'password')
    if (twoStep.isOn(user.id)) {
      if (code === null) throw new CommodarrError('code_required', 'This account asks for a code, too.')
      if (!(await twoStep.check(user.id, code))) throw await this.#refuse(user, from, 'code')
    }
    const better = outdated && user.origin !== 'file' ? await passwords.hash(password) : null
    return this.#admit(user, 'password', from, () => users.passwordHashOf(user.id) === hash, better)
  }

  /**
   * In turn with every change of people: whoever was switched off meanwhile, or whose password was changed, does not
   * come in with what was right a moment ago.
   */
  #admit(
    {id}: User,
    via: string,
    from: Visit,
    stillHolds: () => boolean,
    betterHash: string | null = null,
  ): Promise<Admitted> {
    const {users, store, clock} = this.#parts
    return users.inTurn(async () => {
      const user = users.get(id)
      if (!user || user.disabled || !stillHolds()) throw refusal()
      const admission = this.#parts.admissions.begin(via, from)
      const kept = betterHash === null ? null : {...users.kept(id), passwordHash: betterHash}
      await store.write(async (db) => {
        if (kept) await updateUser(db, kept, clock.now())
        await admission.within(db, user)
      })
      if (kept) users.put(kept)
      admission.after(user)
      return admission.admitted
    })
  }

  /** Tells the journal. The name is told when it is one of ours only: people type their passwords there, too. */
  #refuse(user: User | null, from: Visit, wrong: 'password' | 'code'): Promise<RefusedAttempt> {
    const name = user?.name ?? 'unknown name'
    const args = {via: 'password', wrong}
    const what = {actor: stranger(from), subject: 'session', verb: 'log-in', name, args} as const
    return this.#parts.proofs.attempt(what, refusal())
  }
}

/** An administrator did so: people come in by a provider or proxy. */
export function switchedOff(): CommodarrError {
  return new CommodarrError('forbidden', 'Password login is turned off here. Use the other login.')
}

function refusal(): CommodarrError {
  return new CommodarrError(
    'sign_in_refused',
    'Name, password or code is wrong, or the account is switched off.',
  )
}
