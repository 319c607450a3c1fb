/** Links by which somebody becomes a user, and the door where such a link, or one for a new password, is shown. */
import {randomUUID} from 'node:crypto'
import type {Clock} from '#lib/clock.ts'
import type {Role, UserId} from '#model/access.ts'
import type {Actor} from '#model/command.ts'
import {BadArgument, CommodarrError} from '#model/errors.ts'
import {Secret} from '#model/secret.ts'
import type {EpochMs} from '#model/units.ts'
import {
  deleteExpiredInvitations,
  deleteInvitation,
  deleteResetsOf,
  insertInvitation,
  readInvitations,
  type KeptInvitation,
  type KeptReset,
} from '#store/repositories/invitations.ts'
import {appendEvent} from '#store/repositories/journal.ts'
import type {Db, Store} from '#store/store.ts'
import {ownActor, stranger, type Admissions, type Admitted, type Visit} from './admission.ts'
import type {Attempts, RefusedAttempt} from './attempts.ts'
import {switchedOff} from './log-in.ts'
import {readName} from './names.ts'
import type {RefusedProofs} from './own-proof.ts'
import type {PasswordChanges} from './password-changes.ts'
import {checkNewPassword} from './password-rules.ts'
import type {Passwords} from './passwords.ts'
import type {SettingValues} from '#model/setting-values.ts'
import {isOver, isPast, latestTime, type Term} from './terms.ts'
import {isToken, newToken, tokenHash} from './tokens.ts'
import {isAdministrator, isDeclared} from './user-rules.ts'
import type {Users} from './users.ts'

const DAY_MS = 86_400_000
export const USUAL_DAYS = 7
export const MOST_DAYS = 30

/** As administrators see it: nothing that opens a door. */
type Invitation = Omit<KeptInvitation, 'tokenHash' | 'kind'>

interface InvitationDraft {
  readonly role: Role
  /** `null` = whoever comes chooses it. */
  readonly name: string | null
  /** 1 to 30. */
  readonly days: number
}

interface Acceptance {
  readonly token: string
  /** Needed by an invitation without a name; without meaning otherwise. */
  readonly username: string | null
  readonly password: string
  /** Of the second step, for a new password of somebody who has one; `null` = none was sent. */
  readonly code: string | null
}

interface InvitationDeps {
  readonly admissions: Admissions
  readonly clock: Clock
  readonly store: Pick<Store, 'write'>
  readonly repository: InvitationRepository
  readonly users: Users
  readonly passwords: Passwords
  readonly passwordChanges: PasswordChanges
  readonly attempts: Attempts
  readonly proofs: RefusedProofs
  readonly settings: {readonly values: Pick<SettingValues, 'passwordLogIn'>}
}

export class Invitations {
  readonly #parts: InvitationDeps

  constructor(parts: InvitationDeps) {
    this.#parts = parts
  }

  list(): readonly Invitation[] {
    return this.#parts.repository.list().map(shown)
  }

  /** @throws {CommodarrError} name_taken, bad_argument, or a storage fault */
  async invite(draft: InvitationDraft, by: Actor): Promise<{invitation: Invitation; token: Secret}> {
    const {repository, store, clock} = this.#parts
    if (draft.days < 1 || draft.days > MOST_DAYS)
      throw new BadArgument(`An invitation lasts 1 to ${MOST_DAYS} days.`)
    const name = draft.name === null ? null : this.#freeName(draft.name)
    const {head, token} = repository.head(by.userId, draft.days * DAY_MS)
    const link: KeptInvitation = {...head, kind: 'invitation', role: draft.role, name}
    await store.write(async (db) => {
      await repository.insertIn(db, link)
      const {id, role, expiresAt} = link
      const event = {
        actor: by,
        subject: 'invitation',
        verb: 'create',
        name: name ?? '',
        serverId: null,
      } as const
      await appendEvent(db, {...event, args: {id, role, expiresAt}}, clock.now())
    })
    repository.put(link)
    return {invitation: shown(link), token}
  }

  /** @throws {CommodarrError} invitation_invalid, or a storage fault */
  async withdraw(id: string, by: Actor): Promise<void> {
    const {repository, store, clock} = this.#parts
    const link = repository.list().find((it) => it.id === id)
    if (!link) throw invalid()
    await store.write(async (db) => {
      if (!(await deleteInvitation(db, id))) throw invalid()
      const event = {actor: by, subject: 'invitation', verb: 'remove', name: link.name ?? ''} as const
      await appendEvent(db, {...event, serverId: null, args: {id}}, clock.now())
    })
    repository.drop(link)
  }

  /**
   * A link works once. Whoever shows it is logged in by it.
   * @throws {CommodarrError} invitation_invalid, too_many_attempts, forbidden (passwords are switched off), name_taken,
   *   weak_password, bad_argument, code_required, sign_in_refused, or a storage fault
   */
  async accept({token, username, password, code}: Acceptance, from: Visit): Promise<Admitted> {
    const {attempts, repository, passwordChanges} = this.#parts
    const link = await attempts.open(from.address, repository.find(token), () => this.#refuse(from))
    return link.kind === 'reset'
      ? passwordChanges.byReset(link, password, code, from)
      : this.#become(link, username, password, from)
  }

  async #become(
    link: KeptInvitation,
    username: string | null,
    password: string,
    from: Visit,
  ): Promise<Admitted> {
    const {repository, users, passwords, settings} = this.#parts
    if (!settings.values.passwordLogIn) throw switchedOff()
    const wanted = link.name ?? username
    if (wanted === null) throw new BadArgument('Enter a name.', {field: 'username'})
    const name = this.#freeName(wanted)
    checkNewPassword(password, name)
    const passwordHash = await passwords.hash(password)
    const admission = this.#parts.admissions.begin('invitation', from)
    await users.create({name, role: link.role, passwordHash}, (user) => ownActor(user, from), {
      within: async (db, user) => {
        await repository.takeIn(db, link)
        await admission.within(db, user)
      },
      after: (user) => {
        repository.drop(link)
        admission.after(user)
      },
    })
    return admission.admitted
  }

  /** Before a password is hashed for nothing; what counts is asked again when he is written. */
  #freeName(text: string): string {
    const {name} = readName(text)
    if (this.#parts.users.byName(name)) throw new CommodarrError('name_taken', 'This name is taken.')
    return name
  }

  #refuse(from: Visit): Promise<RefusedAttempt> {
    const what = {actor: stranger(from), subject: 'invitation', verb: 'accept', name: '', args: {}} as const
    return this.#parts.proofs.attempt(what, invalid())
  }
}

function shown(link: KeptInvitation): Invitation {
  const {tokenHash: _, kind: __, ...invitation} = link
  return invitation
}

type KeptLink = KeptInvitation | KeptReset

/** What every link has. */
interface LinkHead {
  readonly id: string
  readonly tokenHash: string
  readonly createdBy: UserId | null
  readonly createdAt: EpochMs
  readonly expiresAt: EpochMs
}

/** Links that were given away: to become a user, or to choose a new password. What is kept of each is a hash. */
export class InvitationRepository {
  readonly #clock: Clock
  readonly #users: Users
  readonly #byHash = new Map<string, KeptLink>()

  private constructor(clock: Clock, users: Users, links: readonly KeptLink[]) {
    this.#clock = clock
    this.#users = users
    for (const link of links) this.#byHash.set(link.tokenHash, link)
  }

  /** @throws {StorageFault} */
  static async load(store: Pick<Store, 'read'>, clock: Clock, users: Users): Promise<InvitationRepository> {
    return new InvitationRepository(clock, users, await store.read(readInvitations))
  }

  /** Those that still open something, in the order of making. */
  list(): readonly KeptInvitation[] {
    return [...this.#byHash.values()].filter((it) => it.kind === 'invitation').filter((it) => this.isGood(it))
  }

  find(token: string): KeptLink | null {
    const link = isToken(token) ? this.#byHash.get(tokenHash(token)) : undefined
    return link && this.isGood(link) ? link : null
  }

  /**
   * Judged when it is used: whoever made it may still do so, and whom it is for is still there. So nothing has to be
   * taken back when an administrator is none any more.
   */
  isGood(link: KeptLink): boolean {
    if (this.#byHash.get(link.tokenHash) !== link || isOver(termOf(link), this.#clock)) return false
    const maker = link.createdBy === null ? null : this.#users.get(link.createdBy)
    if (link.createdBy !== null && (!maker || !isAdministrator(maker))) return false
    const subject = link.kind === 'reset' ? this.#users.get(link.userId) : null
    return link.kind === 'invitation' || (subject !== null && !subject.disabled && !isDeclared(subject))
  }

  head(createdBy: UserId | null, lastsMs: number): {head: LinkHead; token: Secret} {
    const now = latestTime(this.#clock)
    const token = newToken()
    const head = {
      id: randomUUID(),
      tokenHash: tokenHash(token),
      createdBy,
      createdAt: now,
      expiresAt: now + lastsMs,
    }
    return {head, token: new Secret(token)}
  }

  async insertIn(db: Db, link: KeptLink): Promise<void> {
    await deleteExpiredInvitations(db, this.#clock.now())
    if (link.kind === 'reset') await deleteResetsOf(db, link.userId)
    await insertInvitation(db, link)
  }

  /** After the transaction. */
  put(link: KeptLink): void {
    if (link.kind === 'reset') this.dropResetsOf(link.userId)
    for (const old of this.#byHash.values())
      if (isPast(termOf(old), this.#clock)) this.#byHash.delete(old.tokenHash)
    this.#byHash.set(link.tokenHash, link)
  }

  /** Uses it up. @throws {CommodarrError} invitation_invalid, when it is not good any more */
  async takeIn(db: Db, link: KeptLink): Promise<void> {
    if (!this.isGood(link) || !(await deleteInvitation(db, link.id))) throw invalid()
  }

  /** After the transaction. */
  drop(link: KeptLink): void {
    this.#byHash.delete(link.tokenHash)
  }

  dropResetsOf(userId: UserId): void {
    for (const link of this.#byHash.values())
      if (link.kind === 'reset' && link.userId === userId) this.#byHash.delete(link.tokenHash)
  }
}

function termOf({createdAt, expiresAt}: KeptLink): Term {
  return {from: createdAt, to: expiresAt}
}

function invalid(): CommodarrError {
  return new CommodarrError(
    'invitation_invalid',
    'This link was used, has expired or never was. Ask an administrator for a new one.',
  )
}
