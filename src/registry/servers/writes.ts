/**
 * How a change of servers is written: to the database first, whole and with its action, then to the directory that the
 * running program reads, and then everybody who follows gets a moment to do so. One change at a time: what was read
 * before still holds when it is written.
 */
import type {Sealer} from '#accounts/secrets.ts'
import {sleep, type Clock} from '#lib/clock.ts'
import {Semaphore} from '#lib/semaphore.ts'
import type {AuditEvent} from '#model/audit-event.ts'
import {asServerId, type ServerId} from '#model/torrent-key.ts'
import {appendEvent} from '#store/repositories/journal.ts'
import {
  deleteServer,
  insertServer,
  readServers,
  replaceGrants,
  updateServer,
  type ServerRowChanges,
} from '#store/repositories/servers.ts'
import type {Db, Store} from '#store/store.ts'
import type {ServerDirectory} from './directory.ts'
import {storedOf, type StoredServer} from './stored.ts'

export interface WriteDeps {
  readonly store: Pick<Store, 'read' | 'write'>
  readonly directory: ServerDirectory
  readonly sealer: Sealer
  readonly clock: Clock
  readonly log: {error(about: object, text: string): void}
}

/** What is to be in the database; rows of servers of the file are made when they are not there. */
export interface Writing {
  readonly put?: readonly StoredServer[] | undefined
  readonly remove?: readonly ServerId[] | undefined
  readonly event: AuditEvent
}

/** Nobody waits longer until links have followed: a daemon that is slow to say goodbye is not the writer's business. */
const FOLLOW_MS = 2_000

export class ServerWrites {
  readonly #parts: WriteDeps
  readonly #turns = new Semaphore(1)

  constructor(parts: WriteDeps) {
    this.#parts = parts
  }

  /** One after the other. Not to be nested. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.#turns.run(work)
  }

  /** Within a turn. @throws {StorageFault} then nothing of it was done */
  async write({put = [], remove = [], event}: Writing): Promise<void> {
    const {store, directory, clock} = this.#parts
    const now = clock.now()
    await store.write(async (db) => {
      for (const server of put) await putServer(db, server, directory.stored(server.id), now)
      for (const id of remove) await deleteServer(db, id)
      await appendEvent(db, event, now)
    })
    directory.put(put, remove)
  }

  /** An action alone: of what is not written here, before it is done. */
  async note(event: AuditEvent): Promise<void> {
    const {store, clock} = this.#parts
    await store.write((db) => appendEvent(db, event, clock.now()))
  }

  /** Everything there is, read again. */
  async load(): Promise<void> {
    const {store, directory, sealer, log} = this.#parts
    const {servers, grants} = await store.read(readServers)
    const grantsOf = Map.groupBy(grants, ({serverId}) => serverId)
    const stored = servers.map((row) =>
      storedOf(row, grantsOf.get(row.id) ?? [], sealer, directory.stored(asServerId(row.id))),
    )
    for (const {id, origin, own} of stored) {
      if (origin === 'user' && own === null) {
        log.error({server: id}, 'the definition of this server cannot be read; it is kept, and not used')
      }
    }
    directory.setStored(stored)
  }

  async followed(): Promise<void> {
    const {directory, clock, log} = this.#parts
    const followed = directory.followed().catch((error: unknown) => {
      log.error({err: error}, 'a change of servers could not be followed')
    })
    await Promise.race([followed, sleep(clock, FOLLOW_MS)])
  }
}

/** Only what changed: what could not be read must not be written over. */
async function putServer(
  db: Db,
  server: StoredServer,
  before: StoredServer | null,
  now: number,
): Promise<void> {
  const {id, origin, ownerId, own, encrypted, look, grants, createdAt} = server
  const changes: ServerRowChanges = {
    ...look,
    updatedAt: now,
    ...(own !== before?.own && {definition: own}),
    ...(encrypted !== before?.encrypted && {secrets: encrypted}),
  }
  if (before !== null) await updateServer(db, id, changes)
  else
    await insertServer(db, {
      definition: own,
      secrets: encrypted,
      ...look,
      updatedAt: now,
      id,
      origin,
      ownerId,
      createdAt,
    })
  if (before?.grants !== grants) await replaceGrants(db, id, grants)
}
