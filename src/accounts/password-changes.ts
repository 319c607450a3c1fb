/** A new password: by its owner, by an administrator, or by a link that an administrator gave him. */
import type {Clock} from '#lib/clock.ts'
import type {User, UserId} from '#model/access.ts'
import type {Actor} from '#model/command.ts'
import {CommodarrError} from '#model/errors.ts'
import type {Secret} from '#model/secret.ts'
import type {EpochMs} from '#model/units.ts'
import {deleteResetsOf, type KeptReset} from '#store/repositories/invitations.ts'
import {appendEvent} from '#store/repositories/journal.ts'
import type {Store} from '#store/store.ts'
import {ownActor, stranger, type Admissions, type Admitted, type Visit} from './admission.ts'
import type {Attempts, RefusedAttempt} from './attempts.ts'
import {nothingSpared, type Spared} from './endings.ts'
import type {InvitationRepository} from './invitations.ts'
import type {OwnProof, RefusedProofs} from './own-proof.ts'
import {checkNewPassword} from './password-rules.ts'
import type {Passwords} from './passwords.ts'
import type {Whereabouts} from './sessions.ts'
import type {TwoStep} from './two-step.ts'
import {declaredInFile, isDeclared} from './user-rules.ts'
import type {Along, UserDraft, Users} from './users.ts'

/** How long a link for a new password works. */
export const RESET_MS = 86_400_000

interface PasswordChangeDeps {
  readonly admissions: Admissions
  readonly clock: Clock
  readonly store: Pick<Store, 'write'>
  readonly repository: InvitationRepository
  readonly users: Users
  readonly passwords: Passwords
  readonly attempts: Attempts
  readonly proof: OwnProof
  readonly proofs: RefusedProofs
  readonly twoStep: TwoStep
}

export class PasswordChanges {
  readonly #parts: PasswordChangeDeps

  constructor(parts: PasswordChangeDeps) {
    this.#parts = parts
  }

  /**
   * His own. Ends every other way in of his.
   * @param current the one he has: whoever finds an open browser must not take the account with it
   * @param spared the session that goes on, and whether his keys do: nobody but he knows whether they were found, too
   * @throws {CommodarrError} forbidden (he has none here), too_many_attempts, sign_in_refused, weak_password, or a storage
   *   fault
   */
  async own(user: User, current: string, next: string, spared: Spared, from: Whereabouts): Promise<void> {
    const {users, proof} = this.#parts
    if (users.passwordHashOf(user.id) === null || isDeclared(user)) throw elsewhere(user)
    checkNewPassword(next, user.name)
    await proof.shows(user, {password: current}, ofPassword, from)
    await this.#put(user, next, spared, ownActor(user, from))
  }

  /** A user with his first password. @throws {CommodarrError} weak_password, and as `Users.create` */
  async createWith(draft: UserDraft, password: string, by: Actor): Promise<User> {
    const {users, passwords} = this.#parts
    checkNewPassword(password, draft.name)
    return users.create({...draft, passwordHash: await passwords.hash(password)}, by)
  }

  /**
   * By an administrator. Ends all his sessions and keys, but the administrator's session when it is his own.
   * @throws {CommodarrError} user_unknown, forbidden (of the file), weak_password, or a storage fault
   */
  async set(userId: UserId, next: string, by: Actor, keepSession: string | null): Promise<void> {
    const user = this.#parts.users.known(userId)
    if (isDeclared(user)) throw elsewhere(user)
    checkNewPassword(next, user.name)
    await this.#put(user, next, {session: keepSession, keys: false}, by)
  }

  /**
   * A link by which he chooses a new one himself; an older link does not work any more.
   * @throws {CommodarrError} user_unknown, forbidden (of the file, or disabled), or a storage fault
   */
  async offerReset(userId: UserId, by: Actor): Promise<{token: Secret; expiresAt: EpochMs}> {
    const {users, repository, store, clock} = this.#parts
    const user = users.known(userId)
    if (isDeclared(user)) throw elsewhere(user)
    if (user.disabled) throw new CommodarrError('forbidden', 'This account is switched off.')
    const {head, token} = repository.head(by.userId, RESET_MS)
    const link: KeptReset = {...head, kind: 'reset', userId}
    await store.write(async (db) => {
      await repository.insertIn(db, link)
      const {id, expiresAt} = link
      const event = {actor: by, subject: 'user', verb: 'reset', name: user.name, serverId: null} as const
      await appendEvent(db, {...event, args: {id, expiresAt}}, clock.now())
    })
    repository.put(link)
    return {token, expiresAt: link.expiresAt}
  }

  /**
   * Whoever shows the link is logged in by it. It takes the place of a password, not of a second step.
   * @param code of the second step; `null` = none was sent
   * @throws {CommodarrError} invitation_invalid, weak_password, code_required, sign_in_refused (wrong code),
   *   too_many_attempts, or a storage fault
   */
  async byReset(link: KeptReset, next: string, code: string | null, from: Visit): Promise<Admitted> {
    const {repository, users} = this.#parts
    const user = users.known(link.userId)
    checkNewPassword(next, user.name)
    await this.#checkCode(user, code, from)
    const admission = this.#parts.admissions.begin('reset', from)
    await this.#put(user, next, nothingSpared, ownActor(user, from), {
      within: async (db, user) => {
        await repository.takeIn(db, link)
        await admission.within(db, user)
      },
      after: (user) => admission.after(user),
    })
    return admission.admitted
  }

  async #checkCode(user: User, code: string | null, from: Visit): Promise<void> {
    const {twoStep, attempts} = this.#parts
    if (!twoStep.isOn(user.id)) return
    if (code === null) throw new CommodarrError('code_required', 'This account asks for a code, too.')
    await attempts.checkKnown(`reset ${user.id}`, async () => {
      const isGood = await twoStep.check(user.id, code)
      if (!isGood) throw await this.#refuse(user, from)
    })
  }

  /** With the old password go the links that could have replaced it. */
  async #put({id}: User, next: string, spared: Spared, by: Actor, along: Along = {}): Promise<void> {
    const {users, passwords, repository} = this.#parts
    const hash = await passwords.hash(next)
    await users.setPassword(id, hash, spared, by, {
      within: async (db, user) => {
        await along.within?.(db, user)
        await deleteResetsOf(db, id)
      },
      after: (user) => {
        repository.dropResetsOf(id)
        along.after?.(user)
      },
    })
  }

  #refuse({name}: User, from: Visit): Promise<RefusedAttempt> {
    const refused = new CommodarrError('sign_in_refused', 'The code is wrong.')
    return this.#parts.proofs.attempt({...ofPassword, actor: stranger(from), name}, refused)
  }
}

/** In the journal. */
const ofPassword = {subject: 'user', verb: 'change', args: {password: 'changed'}} as const

function elsewhere(user: User): CommodarrError {
  if (isDeclared(user)) return declaredInFile()
  return new CommodarrError(
    'forbidden',
    'This account has no password here; an administrator can give it one.',
  )
}
