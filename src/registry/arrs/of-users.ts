/** What becomes of somebody's Arrs when he goes. */
import type {ServersOfUsers} from '#accounts/users.ts'
import type {Clock} from '#lib/clock.ts'
import type {UserId} from '#model/access.ts'
import {arrsOf, deleteArr, deleteArrGrantsTo, moveArrs} from '#store/repositories/arrs.ts'
import type {Db} from '#store/store.ts'
import type {ArrDirectory} from './directory.ts'
import type {ArrWrites} from './writes.ts'

interface OwnedArrsDeps {
  readonly directory: ArrDirectory
  readonly writes: ArrWrites
  readonly clock: Clock
}

export class OwnedArrs implements ServersOfUsers {
  readonly #parts: OwnedArrsDeps

  constructor(parts: OwnedArrsDeps) {
    this.#parts = parts
  }

  /** Also those whose settings cannot be read any more. */
  countOf(userId: UserId): number {
    return this.#parts.directory.storedOf(userId).length
  }

  /** With their secrets: who gets them uses them, but cannot lead them elsewhere (`section.ts`). */
  async transfer(db: Db, from: UserId, to: UserId): Promise<void> {
    await moveArrs(db, from, to, this.#parts.clock.now())
    await deleteArrGrantsTo(db, from)
  }

  async remove(db: Db, from: UserId): Promise<void> {
    for (const id of await arrsOf(db, from)) await deleteArr(db, id)
    await deleteArrGrantsTo(db, from)
  }

  async refresh(): Promise<void> {
    const {writes} = this.#parts
    await writes.inTurn(() => writes.load())
    await writes.followed()
  }
}
