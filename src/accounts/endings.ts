/**
 * What ends what, in one place: a password, an account or a provider that lets somebody in no longer ends every way in
 * of his at once, and whoever still listens with one of them (live connections) is told. The table of causes is in
 * docs/use/accounts.md; what keys have made is suspended by `ApiKeys.onEnd`.
 *
 *   cause ──within──▶ rows of every kind go, in its own transaction
 *         ──after───▶ every kind forgets them ──▶ onEnd: connections ask who is there
 */
import type {UserId} from '#model/access.ts'
import type {Actor} from '#model/command.ts'
import type {Db} from '#store/store.ts'

/** What of somebody goes on. */
export interface Spared {
  /** The session that goes on; `null` = none does. */
  readonly session: string | null
  readonly keys: boolean
}

export const nothingSpared: Spared = {session: null, keys: false}

/** One kind of ways in: sessions, keys. */
export interface WaysIn {
  endIn(db: Db, userId: UserId, spared: Spared): Promise<void>
  /** After that transaction: they open nothing any more. */
  forget(userId: UserId, spared: Spared, by: Actor): void
}

export class Endings {
  readonly #kinds: WaysIn[] = []
  readonly #listeners = new Set<(userId: UserId) => void>()

  /** Every kind names itself once, when it is loaded. */
  include(kind: WaysIn): void {
    this.#kinds.push(kind)
  }

  /** Within the transaction of what ends them. */
  async within(db: Db, userId: UserId, spared: Spared): Promise<void> {
    for (const kind of this.#kinds) await kind.endIn(db, userId, spared)
  }

  /** Once that transaction is through. */
  after(userId: UserId, spared: Spared, by: Actor): void {
    for (const kind of this.#kinds) kind.forget(userId, spared, by)
    this.ended(userId)
  }

  /** A single way in of his has ended, or allows something else than before. */
  ended(userId: UserId): void {
    for (const listener of this.#listeners) listener(userId)
  }

  /** @param listener told whose ways in are fewer from now on. @returns how to stop */
  onEnd(listener: (userId: UserId) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }
}
