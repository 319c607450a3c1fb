/** Links by which somebody becomes a user, and the door where such a link, or one for a new password, is shown. */
import type {Clock} from '#lib/clock.ts'
import type {Role} from '#model/access.ts'
import type {Actor} from '#model/command.ts'
import {BadArgument, CommodarrError} from '#model/errors.ts'
import type {Secret} from '#model/secret.ts'
import {appendDeed} from '#store/repositories/journal.ts'
import {deleteInvitation, type KeptInvitation} from '#store/repositories/invitations.ts'
import type {Store} from '#store/store.ts'
import {Admission, himself, stranger, type Admitted, type Visit} from './admission.ts'
import {RefusedAttempt, type Attempts} from './attempts.ts'
import {invalid, type InvitationBook} from './invitation-book.ts'
import {switchedOff} from './log-in.ts'
import {readName} from './names.ts'
import type {PasswordChanges} from './password-changes.ts'
import {checkNewPassword} from './password-rules.ts'
import type {Passwords} from './passwords.ts'
import type {Sessions} from './sessions.ts'
import type {SettingValues} from './settings.ts'
import type {Users} from './users.ts'

const DAY_MS = 86_400_000
export const USUAL_DAYS = 7
export const MOST_DAYS = 30

/** As administrators see it: nothing that opens a door. */
export type Invitation = Omit<KeptInvitation, 'tokenHash' | 'kind'>

export interface InvitationDraft {
  readonly role: Role
  /** `null` = whoever comes chooses it. */
  readonly name: string | null
  /** 1 to 30. */
  readonly days: number
}

export interface Acceptance {
  readonly token: string
  /** Needed by an invitation without a name; without meaning otherwise. */
  readonly username: string | null
  readonly password: string
  /** Of the second step, for a new password of somebody who has one; `null` = none was sent. */
  readonly code: string | null
}

export interface InvitationParts {
  readonly store: Pick<Store, 'write'>
  readonly clock: Clock
  readonly book: InvitationBook
  readonly users: Users
  readonly sessions: Sessions
  readonly passwords: Passwords
  readonly passwordChanges: PasswordChanges
  readonly attempts: Attempts
  readonly settings: {readonly values: Pick<SettingValues, 'passwordLogIn'>}
}

export class Invitations {
  readonly #parts: InvitationParts

  constructor(parts: InvitationParts) {
    this.#parts = parts
  }

  list(): readonly Invitation[] {
    return this.#parts.book.list().map(shown)
  }

  /** @throws {CommodarrError} name_taken, bad_argument, or a storage fault */
  async invite(draft: InvitationDraft, by: Actor): Promise<{invitation: Invitation; token: Secret}> {
    const {book, store, clock} = this.#parts
    if (draft.days < 1 || draft.days > MOST_DAYS)
      throw new BadArgument(`An invitation lasts 1 to ${MOST_DAYS} days.`)
    const name = draft.name === null ? null : this.#freeName(draft.name)
    const {head, token} = book.head(by.userId, draft.days * DAY_MS)
    const link: KeptInvitation = {...head, kind: 'invitation', role: draft.role, name}
    await store.write(async (db) => {
      await book.insertIn(db, link)
      const {id, role, expiresAt} = link
      const deed = {
        actor: by,
        subject: 'invitation',
        verb: 'create',
        name: name ?? '',
        serverId: null,
      } as const
      await appendDeed(db, {...deed, args: {id, role, expiresAt}}, clock.now())
    })
    book.put(link)
    return {invitation: shown(link), token}
  }

  /** @throws {CommodarrError} invitation_invalid, or a storage fault */
  async withdraw(id: string, by: Actor): Promise<void> {
    const {book, store, clock} = this.#parts
    const link = book.list().find((it) => it.id === id)
    if (!link) throw invalid()
    await store.write(async (db) => {
      if (!(await deleteInvitation(db, id))) throw invalid()
      const deed = {actor: by, subject: 'invitation', verb: 'remove', name: link.name ?? ''} as const
      await appendDeed(db, {...deed, serverId: null, args: {id}}, clock.now())
    })
    book.drop(link)
  }

  /**
   * A link works once. Whoever shows it is logged in by it.
   * @throws {CommodarrError} invitation_invalid, too_many_attempts, forbidden (passwords are switched off), name_taken,
   *   weak_password, bad_argument, code_required, sign_in_refused, or a storage fault
   */
  async accept({token, username, password, code}: Acceptance, from: Visit): Promise<Admitted> {
    const {attempts, book, passwordChanges} = this.#parts
    const link = await attempts.judge(from.address, null, async () => {
      const found = book.find(token)
      if (!found) throw await this.#refuse(from)
      return found
    })
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
    const {book, users, passwords, settings} = this.#parts
    if (!settings.values.passwordLogIn) throw switchedOff()
    const wanted = link.name ?? username
    if (wanted === null) throw new BadArgument('Choose a name.', {field: 'username'})
    const name = this.#freeName(wanted)
    checkNewPassword(password, name)
    const passwordHash = await passwords.hash(password)
    const admission = new Admission(this.#parts, 'invitation', from)
    await users.create({name, role: link.role, passwordHash}, (user) => himself(user, from), {
      within: async (db, user) => {
        await book.takeIn(db, link)
        await admission.within(db, user)
      },
      after: (user) => {
        book.drop(link)
        admission.after(user)
      },
    })
    return admission.admitted
  }

  /** Before a password is hashed for nothing; what counts is asked again when he is written. */
  #freeName(text: string): string {
    const {name} = readName(text)
    if (this.#parts.users.byName(name))
      throw new CommodarrError('name_taken', 'Somebody has this name already.')
    return name
  }

  #refuse(from: Visit): Promise<RefusedAttempt> {
    const {store, clock} = this.#parts
    const refused = invalid()
    const deed = {actor: stranger(from), subject: 'invitation', verb: 'accept', name: ''} as const
    return RefusedAttempt.told(
      refused,
      store.write((db) => appendDeed(db, {...deed, serverId: null, args: {}, refused}, clock.now())),
    )
  }
}

function shown(link: KeptInvitation): Invitation {
  const {tokenHash: _, kind: __, ...invitation} = link
  return invitation
}
