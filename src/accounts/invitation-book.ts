/** Links that were given away: to become a user, or to choose a new password. What is kept of each is a hash. */
import {randomUUID} from 'node:crypto'
import type {Clock} from '#lib/clock.ts'
import type {UserId} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
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
import type {Db, Store} from '#store/store.ts'
import {isToken, newToken, tokenHash} from './tokens.ts'
import {isAdministrator, isDeclared} from './user-rules.ts'
import type {Users} from './users.ts'

export type KeptLink = KeptInvitation | KeptReset

export interface InvitationBookParts {
  readonly store: Pick<Store, 'read'>
  readonly clock: Clock
  readonly users: Users
}

/** What every link has. */
export interface LinkHead {
  readonly id: string
  readonly tokenHash: string
  readonly createdBy: UserId | null
  readonly createdAt: EpochMs
  readonly expiresAt: EpochMs
}

export class InvitationBook {
  readonly #parts: InvitationBookParts
  readonly #byHash = new Map<string, KeptLink>()

  private constructor(parts: InvitationBookParts, links: readonly KeptLink[]) {
    this.#parts = parts
    for (const link of links) this.#byHash.set(link.tokenHash, link)
  }

  /** @throws {StorageFault} */
  static async load(parts: InvitationBookParts): Promise<InvitationBook> {
    return new InvitationBook(parts, await parts.store.read(readInvitations))
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
    const {users, clock} = this.#parts
    if (this.#byHash.get(link.tokenHash) !== link || link.expiresAt <= clock.now()) return false
    const maker = link.createdBy === null ? null : users.get(link.createdBy)
    if (link.createdBy !== null && (!maker || !isAdministrator(maker))) return false
    const subject = link.kind === 'reset' ? users.get(link.userId) : null
    return link.kind === 'invitation' || (subject !== null && !subject.disabled && !isDeclared(subject))
  }

  head(createdBy: UserId | null, lastsMs: number): {head: LinkHead; token: Secret} {
    const now = this.#parts.clock.now()
    const token = newToken()
    const head = {
      ...{id: randomUUID(), tokenHash: tokenHash(token), createdBy, createdAt: now},
      expiresAt: now + lastsMs,
    }
    return {head, token: new Secret(token)}
  }

  async insertIn(db: Db, link: KeptLink): Promise<void> {
    await deleteExpiredInvitations(db, this.#parts.clock.now())
    if (link.kind === 'reset') await deleteResetsOf(db, link.userId)
    await insertInvitation(db, link)
  }

  /** After the transaction. */
  put(link: KeptLink): void {
    if (link.kind === 'reset') this.dropResetsOf(link.userId)
    for (const old of this.#byHash.values())
      if (old.expiresAt <= this.#parts.clock.now()) this.#byHash.delete(old.tokenHash)
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

export function invalid(): CommodarrError {
  return new CommodarrError('invitation_invalid', 'This link was used, has expired or never was.')
}
