/**
 * How a change of Arrs is written: to the database first, whole and with its action, then to the directory that the
 * running program reads. One change at a time: what was read before still holds when it is written.
 */
import type {Sealer} from '#accounts/secrets.ts'
import {sleep, type Clock} from '#lib/clock.ts'
import {Semaphore} from '#lib/semaphore.ts'
import {asArrId, type ArrId} from '#model/arr.ts'
import type {AuditEvent} from '#model/audit-event.ts'
import {
  deleteArr,
  insertArr,
  readArrs,
  replaceArrGrants,
  updateArr,
  type ArrRow,
} from '#store/repositories/arrs.ts'
import {appendEvent} from '#store/repositories/journal.ts'
import type {Db, Store} from '#store/store.ts'
import type {ArrDirectory} from './directory.ts'
import {rowOf, storedOf, type StoredArr} from './stored.ts'

export interface WriteDeps {
  readonly store: Pick<Store, 'read' | 'write'>
  readonly directory: ArrDirectory
  readonly sealer: Sealer
  readonly clock: Clock
  readonly log: {error(about: object, text: string): void}
}

/** Nobody waits longer until managers have followed. */
const FOLLOW_MS = 2_000

export class ArrWrites {
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
  async put(arr: StoredArr, event: AuditEvent): Promise<void> {
    const {store, directory, clock} = this.#parts
    const now = clock.now()
    await store.write(async (db) => {
      await putArr(db, arr, directory.stored(arr.id), now)
      await appendEvent(db, event, now)
    })
    directory.put([arr])
  }

  /** Within a turn. @throws {StorageFault} */
  async remove(id: ArrId, event: AuditEvent): Promise<void> {
    const {store, directory, clock} = this.#parts
    await store.write(async (db) => {
      await deleteArr(db, id)
      await appendEvent(db, event, clock.now())
    })
    directory.put([], [id])
  }

  /** An action alone: of what is not written here, before it is done. */
  async note(event: AuditEvent): Promise<void> {
    const {store, clock} = this.#parts
    await store.write((db) => appendEvent(db, event, clock.now()))
  }

  /** Everything there is, read again. */
  async load(): Promise<void> {
    const {store, directory, sealer, log} = this.#parts
    const {arrs, grants} = await store.read(readArrs)
    const grantsOf = Map.groupBy(grants, ({arrId}) => arrId)
    const stored = arrs.map((row) =>
      storedOf(row, grantsOf.get(row.id) ?? [], sealer, directory.stored(asArrId(row.id))),
    )
    for (const {id, origin, own} of stored) {
      if (origin === 'user' && own === null) {
        log.error({arr: id}, 'the settings of this Arr cannot be read; they are kept, and not used')
      }
    }
    directory.setStored(stored)
  }

  async followed(): Promise<void> {
    const {directory, clock, log} = this.#parts
    const followed = directory.followed().catch((error: unknown) => {
      log.error({err: error}, 'a change of Arrs could not be followed')
    })
    await Promise.race([followed, sleep(clock, FOLLOW_MS)])
  }
}

/** Only what changed: what could not be read must not be written over. */
async function putArr(db: Db, arr: StoredArr, before: StoredArr | null, now: number): Promise<void> {
  const {id, ownerId: _owner, createdAt: _at, secrets, ceiling, ...plain} = rowOf(arr)
  if (before === null) await insertArr(db, {...rowOf(arr), updatedAt: now})
  else {
    const changes: Partial<ArrRow> = {
      ...(arr.own !== before.own && plain),
      ...(arr.encrypted !== before.encrypted && {secrets}),
      ceiling,
      position: plain.position,
      updatedAt: now,
    }
    await updateArr(db, id, changes)
  }
  if (before?.grants !== arr.grants) await replaceArrGrants(db, id, arr.grants)
}
