/**
 * How a change of what people own beside the file is written: to the database first, whole and with its journal entry,
 * then to the directory that the running program reads, and then everybody who follows gets a moment to do so.
 */
import {randomUUIDv7} from 'node:crypto'
import type {Sealer} from '#accounts/secrets.ts'
import type {OwnedByUsers} from '#accounts/users.ts'
import {sleep, type Clock} from '#lib/clock.ts'
import type {UserId} from '#model/access.ts'
import type {AuditEvent, RefusalNotes} from '#model/audit-event.ts'
import {CommodarrError} from '#model/errors.ts'
import type {EpochMs} from '#model/units.ts'
import type {Db, Store} from '#store/store.ts'
import {Changes} from './changes.ts'

/** What the database has of one, also of what is beside a section of the file. */
interface Stored<Id> {
  readonly id: Id
  readonly origin: 'user' | 'file'
  /** `null` = of the file, or it cannot be read any more. */
  readonly own: object | null
}

/** How one kind of them lies in the database. */
export interface OwnedTable<Id extends string, S extends Stored<Id>> {
  readonly subject: 'server' | 'arr' | 'tracker'
  /** @param known as it was known, for what did not change */
  read(db: Db, sealer: Sealer, known: (id: string) => S | null): Promise<readonly S[]>
  put(db: Db, one: S, before: S | null, now: EpochMs): Promise<void>
  /** With all its grants. */
  remove(db: Db, id: string): Promise<void>
  idsOf(db: Db, ownerId: UserId): Promise<readonly string[]>
  /** Somebody's get another owner. */
  move(db: Db, from: UserId, to: UserId, now: EpochMs): Promise<unknown>
  /** Nothing is shared with him any more. */
  removeGrantsTo(db: Db, grantee: UserId): Promise<void>
}

interface OwnedDirectory<Id, S> {
  stored(id: Id): S | null
  storedOf(ownerId: UserId | null): readonly S[]
  setStored(all: readonly S[]): void
  put(changed: readonly S[], removed?: readonly Id[]): void
  followed(): Promise<void>
}

interface WriteDeps<Id, S> {
  readonly store: Pick<Store, 'read' | 'write'>
  readonly directory: OwnedDirectory<Id, S>
  readonly sealer: Sealer
  readonly clock: Clock
  readonly log: {error(about: object, text: string): void}
  readonly refusals: RefusalNotes
}

/** Nobody waits longer until all have followed: a daemon that is slow to say goodbye is not the writer's business. */
const FOLLOW_MS = 2_000

export class OwnedWrites<Id extends string, S extends Stored<Id>> extends Changes {
  readonly sealer: Sealer
  readonly #deps: WriteDeps<Id, S>
  readonly #table: OwnedTable<Id, S>

  constructor(deps: WriteDeps<Id, S>, table: OwnedTable<Id, S>) {
    super(deps.store, deps.clock, deps.log, deps.refusals)
    this.sealer = deps.sealer
    this.#deps = deps
    this.#table = table
  }

  override async attempt<T>(event: () => AuditEvent, work: () => Promise<T>): Promise<T> {
    const done = await super.attempt(event, work)
    await this.followed()
    return done
  }

  /** Within a turn; rows beside the file are made when they are not there. @throws {StorageFault} then nothing of it was done */
  async put(all: readonly S[], event: AuditEvent): Promise<void> {
    const {directory} = this.#deps
    await this.write(event, async (db, now) => {
      for (const one of all) await this.#table.put(db, one, directory.stored(one.id), now)
    })
    directory.put(all)
  }

  /** Within a turn. @throws {StorageFault} */
  async remove(id: Id, event: AuditEvent): Promise<void> {
    await this.write(event, (db) => this.#table.remove(db, id))
    this.#deps.directory.put([], [id])
  }

  /** @param file `null` = there is none to write. @throws {CommodarrError} forbidden, and whatever keeps it from being written */
  async inFile<File>(
    file: File | null,
    event: AuditEvent,
    work: (file: File) => Promise<void>,
  ): Promise<void> {
    if (file === null) throw new CommodarrError('forbidden', 'There is no configuration file to change.')
    await this.announced({...event, id: randomUUIDv7()}, () => work(file))
  }

  /** Everything there is, read again. */
  load(): Promise<void> {
    const {directory, store, sealer, log} = this.#deps
    return loadOwned(this.#table, directory, store, sealer, log)
  }

  async followed(): Promise<void> {
    const {directory, clock, log} = this.#deps
    const followed = directory.followed().catch((error: unknown) => {
      log.error({err: error, subject: this.#table.subject}, 'a change could not be followed')
    })
    await Promise.race([followed, sleep(clock, FOLLOW_MS)])
  }

  /** What becomes of what somebody has when he goes. */
  get ofUsers(): OwnedByUsers {
    const {directory, clock} = this.#deps
    const table = this.#table
    return {
      // Also what cannot be read any more.
      countOf: (userId) => directory.storedOf(userId).length,
      // With its secrets: who gets it uses it, but cannot lead it elsewhere (`secrets.ts`).
      async transfer(db, from, to) {
        await table.move(db, from, to, clock.now())
        await table.removeGrantsTo(db, from)
      },
      async remove(db, from) {
        for (const id of await table.idsOf(db, from)) await table.remove(db, id)
        await table.removeGrantsTo(db, from)
      },
      refresh: async () => {
        await this.inTurn(() => this.load())
        await this.followed()
      },
    }
  }
}

/** Everything there is, read into its directory. */
export async function loadOwned<Id extends string, S extends Stored<Id>>(
  table: OwnedTable<Id, S>,
  directory: Pick<OwnedDirectory<Id, S>, 'stored' | 'setStored'>,
  store: Pick<Store, 'read'>,
  sealer: Sealer,
  log: {error(about: object, text: string): void},
): Promise<void> {
  const all = await store.read((db) => table.read(db, sealer, (id) => directory.stored(id as Id)))
  for (const {id, origin, own} of all) {
    if (origin === 'user' && own === null)
      log.error({[table.subject]: id}, 'what is kept of it cannot be read; it stays, and is not used')
  }
  directory.setStored(all)
}

/** Who follows changes of what there is, and when they have. */
export class Followers {
  readonly #listeners: (() => void | Promise<void>)[] = []
  #followed: Promise<void> = Promise.resolve()

  add(listener: () => void | Promise<void>): void {
    this.#listeners.push(listener)
  }

  /** When everybody has followed the last change. Rejects with the first who could not. */
  get followed(): Promise<void> {
    return this.#followed
  }

  notify(): void {
    this.#followed = this.#tellAll()
    // Whoever waits hears of it; nobody may be waiting.
    this.#followed.catch(() => {})
  }

  async #tellAll(): Promise<void> {
    await Promise.all(this.#listeners.map(async (listener) => listener()))
  }
}
