/** Torrents that were set aside, with all that is needed to bring them back, until their time is over. */
import type {Clock} from '#lib/clock.ts'
import type {TrashRecord, TrashState} from '#model/automation-state.ts'
import type {EpochMs} from '#model/units.ts'
import {
  deleteTrash,
  deleteTrashMetainfo,
  pruneTrash,
  putTrash,
  putTrashMetainfo,
  trashMetainfo,
} from '#store/repositories/trash.ts'
import type {Db, Store} from '#store/store.ts'
import {Countdowns} from './countdowns.ts'
import type {MemoryWriter} from './writer.ts'

export class TrashRepository {
  readonly #writer: MemoryWriter
  readonly #store: Pick<Store, 'read'>
  readonly #records = new Map<string, TrashRecord>()
  readonly #countdowns: Countdowns

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
  async forget(id: string): Promise<void> {
    await this.#writer.commit((db) => deleteTrash(db, id))
    this.#records.delete(id)
    this.#countdowns.drop(id)
  }

  /** In place of what was known of it; its state is as it was. @throws {StorageFault} */
  async replace(record: TrashRecord): Promise<void> {
    await this.#writer.commit((db) => putTrash(db, record))
    this.#remember(record)
  }

  /** The time of these is over at `until`, and not before. @throws {StorageFault} then it is over as before */
  async keepUntil(ids: readonly string[], until: EpochMs): Promise<void> {
    const kept = () => ids.flatMap((id) => this.#keptUntil(id, until))
    await this.#writer.commit(async (db) => {
      for (const record of kept()) await putTrash(db, record)
    })
    for (const record of kept()) {
      this.#records.set(record.id, record)
      this.#countdowns.begin(record.id, until)
    }
  }

  #keptUntil(id: string, until: EpochMs): readonly TrashRecord[] {
    const record = this.#records.get(id)
    return record?.state === 'kept' ? [{...record, until}] : []
  }

  /** Its torrent file goes with its end. @throws {StorageFault} then it is as it was */
  async change(id: string, state: TrashState, now: EpochMs, message: string | null = null): Promise<void> {
    const before = this.#records.get(id)
    if (before === undefined) throw new TypeError(`There is nothing ${id} in the trash.`)
    const record = {...before, state, stateAt: now, message}
    await this.#writer.commit(async (db) => {
      await putTrash(db, record)
      if (hasEnded(record)) await deleteTrashMetainfo(db, id)
    })
    this.#remember(record)
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

  /** Forgets those that ended before `at`. @throws {StorageFault} */
  async expire(at: EpochMs): Promise<void> {
    await this.#writer.commit((db) => pruneTrash(db, at))
    for (const record of this.all())
      if (hasEnded(record) && record.stateAt < at) this.#records.delete(record.id)
  }

  /** The clock was put right. What cannot be written now has its former end at the next start. */
  #move(ids: readonly string[], ms: number): void {
    const moved = ids.map((id) => {
      const record = this.#records.get(id)!
      return {...record, until: record.until + ms}
    })
    for (const record of moved) this.#records.set(record.id, record)
    const write = async (db: Db) => {
      for (const record of moved) await putTrash(db, record)
    }
    this.#writer.commit(write).catch(() => {})
  }

  #remember(record: TrashRecord, isOld = false): void {
    const isNew = this.of(record.id)?.state !== 'kept'
    this.#records.set(record.id, record)
    if (record.state !== 'kept') this.#countdowns.drop(record.id)
    else if (isNew) this.#countdowns.begin(record.id, record.until, isOld)
  }
}

function hasEnded({state}: TrashRecord): boolean {
  return state === 'restored' || state === 'purged'
}
