/** Torrents that were set aside, with all that is needed to bring them back, until their time is over. */
import type {Clock} from '#lib/clock.ts'
import {Countdowns} from '#lib/countdowns.ts'
import type {TrashRecord, TrashState} from '#model/automation-state.ts'
import type {EpochMs} from '#model/units.ts'
import {
  deleteTrash,
  deleteTrashMetainfo,
  pruneTrash,
  putTrash,
  putTrashMetainfo,
  trashMetainfo,
  type TrashEnds,
} from '#store/repositories/trash.ts'
import type {Store} from '#store/store.ts'
import type {MemoryWriter} from './writer.ts'

export class TrashRepository {
  readonly #writer: MemoryWriter
  readonly #store: Pick<Store, 'read'>
  readonly #records = new Map<string, TrashRecord>()
  readonly #countdowns: Countdowns
  /** Changes of each that are under way, one after the other. */
  readonly #turns = new Map<string, Promise<unknown>>()

  constructor(
    writer: MemoryWriter,
    store: Pick<Store, 'read'>,
    clock: Clock,
    records: readonly TrashRecord[],
  ) {
    this.#writer = writer
    this.#store = store
    this.#countdowns = new Countdowns(clock, (ids, ms) => this.#move(ids, ms))
    for (const record of records) this.#remember(record, true)
  }

  /** Also those that came back or are gone permanently, for as long as they are told of. */
  all(): readonly TrashRecord[] {
    return [...this.#records.values()]
  }

  of(id: string): TrashRecord | null {
    return this.#records.get(id) ?? null
  }

  /**
   * The torrent may be removed when this resolves.
   * @param metainfo the torrent file; `null` = its server does not give it away
   * @throws {StorageFault} then it is not in the trash
   */
  async setAside(record: TrashRecord, metainfo: Uint8Array | null): Promise<void> {
    await this.#writer.commit(async (db) => {
      await putTrash(db, record)
      if (metainfo !== null) await putTrashMetainfo(db, record.id, metainfo)
    })
    this.#remember(record)
  }

  /** It was not set aside after all. @throws {StorageFault} */
  forget(id: string): Promise<void> {
    return this.#inTurn(id, async () => {
      await this.#writer.commit((db) => deleteTrash(db, id))
      this.#records.delete(id)
      this.#countdowns.drop(id)
    })
  }

  /**
   * Changes what is known of it, one change after the other: `how` is asked when those before it are written, so that
   * nothing that was read before a wait is ever written back. Its torrent file goes with its end.
   * @param how the record as it is then; `null` = it stays as it is
   * @returns as it is now; `null` = nothing was changed, or there is no such record @throws {StorageFault} then it is as it was
   */
  change(id: string, how: (now: TrashRecord) => TrashRecord | null): Promise<TrashRecord | null> {
    return this.#inTurn(id, async () => {
      const before = this.#records.get(id)
      const record = before === undefined ? null : how(before)
      if (record === null) return null
      await this.#writer.commit(async (db) => {
        await putTrash(db, record)
        if (hasEnded(record)) await deleteTrashMetainfo(db, id)
      })
      this.#remember(record)
      return record
    })
  }

  /** `null` = none was kept, or it is not needed any more. @throws {StorageFault} */
  metainfo(id: string): Promise<Uint8Array | null> {
    return this.#store.read((db) => trashMetainfo(db, id))
  }

  /** Kept, and their time is over, or within so many ms. A jump of the clock ends nobody's time. */
  due(withinMs = 0): readonly TrashRecord[] {
    return this.#countdowns.due(withinMs).map((id) => this.#records.get(id)!)
  }

  /** ms until the next one's time is over; `null` = there is none. */
  next(): number | null {
    return this.#countdowns.next()
  }

  /** Forgets those that ended before these moments. @throws {StorageFault} */
  async expire(before: TrashEnds): Promise<void> {
    await this.#writer.commit((db) => pruneTrash(db, before))
    for (const {id, state, stateAt} of this.all())
      if ((state === 'restored' || state === 'purged') && stateAt < before[state]) this.#records.delete(id)
  }

  /** The clock was put right. What cannot be written now has its former end at the next start. */
  #move(ids: readonly string[], ms: number): void {
    for (const id of ids)
      void this.#inTurn(id, async () => {
        const before = this.#records.get(id)
        if (before === undefined) return
        const moved = {...before, until: before.until + ms}
        this.#records.set(id, moved)
        await this.#writer.commit((db) => putTrash(db, moved)).catch(() => {})
      })
  }

  async #inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
    const done = (this.#turns.get(id) ?? Promise.resolve()).then(work)
    const turn = Promise.allSettled([done])
    this.#turns.set(id, turn)
    try {
      return await done
    } finally {
      if (this.#turns.get(id) === turn) this.#turns.delete(id)
    }
  }

  #remember(record: TrashRecord, isOld = false): void {
    const before = this.of(record.id)
    const isOther = before?.state !== 'kept' || before.until !== record.until
    this.#records.set(record.id, record)
    if (record.state !== 'kept') this.#countdowns.drop(record.id)
    else if (isOther) this.#countdowns.begin(record.id, record.until, isOld)
  }
}

/** For `change`. @param message for people; `null` = what was said before does not hold any more */
export function becomes(
  state: TrashState,
  now: EpochMs,
  message: string | null = null,
): (record: TrashRecord) => TrashRecord {
  return (record) => ({...record, state, stateAt: now, message})
}

function hasEnded({state}: TrashRecord): boolean {
  return state === 'restored' || state === 'purged'
}
