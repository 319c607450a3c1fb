/** What becomes of somebody's servers when he goes. */
import type {ServersOfUsers} from '#accounts/users.ts'
import type {Clock} from '#lib/clock.ts'
import type {UserId} from '#model/access.ts'
import {deleteGrantsTo, deleteServer, moveServers, serversOf} from '#store/repositories/servers.ts'
import type {Db} from '#store/store.ts'
import type {ServerDirectory} from './directory.ts'
import type {ServerWrites} from './writes.ts'

interface OwnedServersDeps {
  readonly directory: ServerDirectory
  readonly writes: ServerWrites
  readonly clock: Clock
}

export class OwnedServers implements ServersOfUsers {
  readonly #parts: OwnedServersDeps

  constructor(parts: OwnedServersDeps) {
    this.#parts = parts
  }

  /** Also those whose definition cannot be read any more. */
  countOf(userId: UserId): number {
    return this.#parts.directory.storedOf(userId).length
  }

  /** With their secrets: who gets them uses them, but cannot lead them elsewhere (`definition-of.ts`). */
  async transfer(db: Db, from: UserId, to: UserId): Promise<void> {
    await moveServers(db, from, to, this.#parts.clock.now())
    await deleteGrantsTo(db, from)
  }

  async remove(db: Db, from: UserId): Promise<void> {
    for (const id of await serversOf(db, from)) await deleteServer(db, id)
    await deleteGrantsTo(db, from)
  }

  async refresh(): Promise<void> {
    const {writes} = this.#parts
    await writes.inTurn(() => writes.load())
    await writes.followed()
  }
}
