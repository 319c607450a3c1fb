/**
 * What each person has of something, in the program's own copy: written to the database first, then here. Whoever has no
 * account (the token of the configuration, this machine without log-in) shares what stands under `null`.
 */
import type {UserId} from '#model/access.ts'
import type {Users} from './users.ts'

export type Owner = UserId | null

export class OwnedRecords<T extends object> {
  readonly #users: Pick<Users, 'get' | 'known' | 'inTurn'>
  readonly #byOwner: Map<Owner, T>
  readonly #nothing: T

  constructor(users: Pick<Users, 'get' | 'known' | 'inTurn'>, byOwner: ReadonlyMap<Owner, T>, nothing: T) {
    this.#users = users
    this.#byOwner = new Map(byOwner)
    this.#nothing = nothing
  }

  /** Of all who are there. */
  *all(): Generator<readonly [owner: Owner, its: T], void, void> {
    for (const [owner, its] of this.#byOwner) {
      if (owner === null || this.#users.get(owner) !== null) yield [owner, its]
    }
  }

  /** As the database has them by now, after a change that was not made here. */
  replace(byOwner: ReadonlyMap<Owner, T>): void {
    this.#byOwner.clear()
    for (const [owner, its] of byOwner) this.#byOwner.set(owner, its)
  }

  of(owner: Owner): T {
    return this.#byOwner.get(owner) ?? this.#nothing
  }

  /**
   * One change at a time, and none while people change: nobody is removed before what is his is written.
   *
   * @param write from what he had to what he has then; when it throws, all stays as it was
   * @throws {CommodarrError} user_unknown, and what `write` throws
   */
  change(owner: Owner, write: (before: T) => Promise<T>): Promise<T> {
    return this.#users.inTurn(async () => {
      if (owner !== null) this.#users.known(owner)
      const after = await write(this.of(owner))
      this.#byOwner.set(owner, after)
      this.#forgetGone()
      return after
    })
  }

  /** Their rows went with them. */
  #forgetGone(): void {
    for (const owner of this.#byOwner.keys()) {
      if (owner !== null && this.#users.get(owner) === null) this.#byOwner.delete(owner)
    }
  }
}
