/**
 * Brings what changes in the libraries into the database: gathered for a second, the last state of each row, in portions
 * with turns for others between them. What cannot be written waits, and is tried again.
 */
import {setImmediate as nextTurn} from 'node:timers/promises'
import {backoffMs} from '#lib/backoff.ts'
import type {Clock} from '#lib/clock.ts'
import type {ArrId} from '#model/arr.ts'
import type {LibraryKey, LibraryState} from '#model/library.ts'
import {StorageFault} from '#store/faults.ts'
import {
  deleteLibrary,
  deleteLibraryItems,
  putLibraryItems,
  putLibraryState,
} from '#store/repositories/library-items.ts'
import type {Db, Store} from '#store/store.ts'
import type {LibraryStore} from './library-store.ts'
import {keyFrom, keyNumber} from './row-columns.ts'

const GATHER_MS = 1_000
/** Rows of one transaction: some 10 ms of everybody's time in SQLite. */
const PORTION = 500

interface Waiting {
  /** As `keyNumber`. */
  readonly keys: Set<number>
  state: LibraryState | null
  /** All that was written before goes first. */
  isForgotten: boolean
}

export class LibraryWriter {
  readonly #db: Pick<Store, 'write'>
  readonly #rows: LibraryStore
  readonly #clock: Clock
  readonly #random: () => number
  readonly #log: {error(about: object, text: string): void}
  readonly #waiting = new Map<ArrId, Waiting>()
  #cancel: (() => void) | null = null
  #writing: Promise<void> = Promise.resolve()
  #failures = 0
  #isClosed = false

  constructor(
    db: Pick<Store, 'write'>,
    rows: LibraryStore,
    clock: Clock,
    random: () => number,
    log: {error(about: object, text: string): void},
  ) {
    this.#db = db
    this.#rows = rows
    this.#clock = clock
    this.#random = random
    this.#log = log
  }

  /** It is another one, or gone. */
  changed(arrId: ArrId, key: LibraryKey): void {
    this.#of(arrId).keys.add(keyNumber(key))
    this.#plan(GATHER_MS)
  }

  /** Written after all rows that changed before. */
  state(arrId: ArrId, state: LibraryState): void {
    this.#of(arrId).state = state
    this.#plan(GATHER_MS)
  }

  forget(arrId: ArrId): void {
    this.#waiting.set(arrId, {keys: new Set(), state: null, isForgotten: true})
    this.#plan(GATHER_MS)
  }

  /** Writes what waits; what comes later is not written any more. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#cancel?.()
    await this.#writing
    await this.#writeAll()
  }

  #of(arrId: ArrId): Waiting {
    const known = this.#waiting.get(arrId)
    if (known) return known
    const waiting: Waiting = {keys: new Set(), state: null, isForgotten: false}
    this.#waiting.set(arrId, waiting)
    return waiting
  }

  #plan(ms: number): void {
    if (this.#isClosed) return
    this.#cancel ??= this.#clock.after(ms, () => {
      this.#cancel = null
      this.#writing = this.#writing.then(() => this.#writeAll())
    })
  }

  async #writeAll(): Promise<void> {
    try {
      for (const [arrId, waiting] of this.#waiting) await this.#writeOne(arrId, waiting)
      this.#failures = 0
    } catch (error) {
      this.#log.error({err: error}, 'the library could not be written')
      // A row that no database takes is a mistake of ours: it is read and written again some day.
      if (!(error instanceof StorageFault)) this.#waiting.clear()
      const waitMs = backoffMs(++this.#failures, this.#random(), {firstMs: 2_000, mostMs: 60_000})
      if (this.#waiting.size > 0) this.#plan(waitMs)
    }
  }

  async #writeOne(arrId: ArrId, waiting: Waiting): Promise<void> {
    if (waiting.isForgotten) {
      await this.#db.write((db) => deleteLibrary(db, arrId))
      waiting.isForgotten = false
    }
    while (waiting.keys.size > 0) {
      const keys = [...waiting.keys.values().take(PORTION)]
      // What changes while it is written is written again.
      for (const key of keys) waiting.keys.delete(key)
      try {
        await this.#db.write((db) => this.#writeRows(db, arrId, keys.map(keyFrom)))
      } catch (error) {
        for (const key of keys) waiting.keys.add(key)
        throw error
      }
      await nextTurn()
    }
    const {state} = waiting
    if (state !== null) {
      await this.#db.write((db) => putLibraryState(db, arrId, state))
      if (waiting.state === state) waiting.state = null
    }
    const isDone = waiting.keys.size === 0 && waiting.state === null && !waiting.isForgotten
    if (isDone && this.#waiting.get(arrId) === waiting) this.#waiting.delete(arrId)
  }

  async #writeRows(db: Db, arrId: ArrId, keys: readonly LibraryKey[]): Promise<void> {
    const places = keys.map((key) => this.#rows.placeOf(arrId, key))
    const there = places.filter((place) => place !== null)
    await putLibraryItems(
      db,
      there.map((place) => ({row: this.#rows.rowAt(place), hash: this.#rows.hashAt(place)})),
    )
    await deleteLibraryItems(
      db,
      arrId,
      keys.filter((_, at) => places[at] === null),
    )
  }
}
