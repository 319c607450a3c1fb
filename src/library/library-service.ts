/**
 * The libraries of all Arrs, on the main thread: taken in from the threads that read them, kept in memory and in the
 * database, and asked by people.
 *
 *   start ─▶ rows of the database ─▶ store ─▶ `known` of each Arr ─▶ its reader
 *   reader ─ rows · gone · settings · whole · doubtful ─▶ `take` ─▶ store ─▶ writer ─▶ database
 */
import {setImmediate as nextTurn} from 'node:timers/promises'
import type {Clock} from '#lib/clock.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import type {ArrId} from '#model/arr.ts'
import type {LibraryKey, LibraryState} from '#model/library.ts'
import {readLibraryItems, readLibraryStates, type StoredRow} from '#store/repositories/library-items.ts'
import type {Store} from '#store/store.ts'
import {
  itemDetails,
  queryLibrary,
  type LibraryItemDetails,
  type LibraryQuery,
  type LibrarySources,
  type LibraryWindow,
} from './library-query.ts'
import {LibraryStore} from './library-store.ts'
import {LibraryWriter} from './library-writer.ts'
import type {LibraryKnown, LibraryPart} from './parts.ts'
import {frameOf, identityOf, keyFrom, keyNumber} from './row-columns.ts'

export interface LibraryDeps {
  readonly store: Pick<Store, 'read' | 'write'>
  readonly clock: Clock
  readonly random: () => number
  readonly turns: Pick<TimeSlice, 'due' | 'next'>
  readonly log: {error(about: object, text: string): void}
  /** There is such an Arr, or nobody can say that there is none. */
  readonly exists: (id: ArrId) => boolean
  /** Media that its queue has now, as `movie/17`, with their series, artists and authors. */
  readonly queued: (id: ArrId) => ReadonlySet<string>
}

const nothingRead: LibraryState = {readAt: null, doubtful: 'unread', settings: null}

/** Of one question to the database; the rows of a portion take some 10 ms of everybody's time. */
const PORTION = 400

/** @param keys what says something else than before, is new or is gone; `null` = anything may be another */
export type LibraryListener = (arrId: ArrId, keys: readonly LibraryKey[] | null) => void

export class LibraryService {
  readonly #deps: LibraryDeps
  readonly #rows = new LibraryStore()
  readonly #writer: LibraryWriter
  readonly #states = new Map<ArrId, LibraryState>()
  readonly #listeners: LibraryListener[] = []
  #loaded: Promise<void> = Promise.resolve()
  #waiting: {readonly arrId: ArrId; readonly part: LibraryPart}[] = []
  #isTaking = false
  /** Until all that came is taken. */
  #taking: Promise<void> = Promise.resolve()

  constructor(deps: LibraryDeps) {
    this.#deps = deps
    const {store, clock, random, log} = deps
    this.#writer = new LibraryWriter(store, this.#rows, clock, random, log)
  }

  /** Reads what is kept; whoever asks meanwhile waits. */
  start(): void {
    this.#loaded = this.#load().catch((error: unknown) => {
      // All of it is read again.
      this.#deps.log.error({err: error}, 'the library could not be loaded')
    })
  }

  async stop(): Promise<void> {
    await this.#loaded
    await this.#taking
    await this.#writer.close()
  }

  /** By which a reader tells what differs. */
  async known(arrId: ArrId): Promise<LibraryKnown> {
    await this.#loaded
    await this.#taking
    const places: number[] = []
    for (let place = 0; place < this.#rows.end; place++) {
      if (this.#rows.arrAt(place) === arrId) places.push(place)
      if (this.#deps.turns.due()) await this.#deps.turns.next()
    }
    const {length} = places
    const known = {
      readAt: this.stateOf(arrId).readAt,
      keys: new Float64Array(length),
      hashes: new Int32Array(length),
      parents: new Int32Array(length),
      foreigns: new Int32Array(length),
      titles: new Int32Array(length),
      files: new Int32Array(length),
      scores: new Float64Array(length),
    }
    let at = 0
    for (const place of places) {
      // It may have left meanwhile; its reader is not there to say anything else of it.
      if (this.#rows.arrAt(place) !== arrId) continue
      const row = this.#rows.rowAt(place)
      const {foreign, title} = identityOf(row)
      known.keys[at] = keyNumber(row)
      known.hashes[at] = this.#rows.hashAt(place)
      known.parents[at] = row.parentId ?? 0
      known.foreigns[at] = foreign
      known.titles[at] = title
      known.files[at] = row.fileId ?? 0
      known.scores[at] = row.score ?? Number.NaN
      at++
      if (this.#deps.turns.due()) await this.#deps.turns.next()
    }
    return known
  }

  /** What a reader said, in the order in which it did. However much comes at once, others have their turn. */
  take(arrId: ArrId, part: LibraryPart): void {
    this.#waiting.push({arrId, part})
    if (this.#isTaking) return
    this.#isTaking = true
    this.#taking = this.#takeAll()
  }

  async #takeAll(): Promise<void> {
    const {turns} = this.#deps
    for (const {arrId, part} of this.#waiting) {
      this.#takeOne(arrId, part)
      if (turns.due()) await turns.next()
    }
    this.#waiting = []
    this.#isTaking = false
  }

  #takeOne(arrId: ArrId, part: LibraryPart): void {
    if (!this.#deps.exists(arrId)) return
    switch (part.is) {
      case 'rows': {
        if (!this.#states.has(arrId)) this.#change(arrId, {})
        const keys: LibraryKey[] = []
        this.#rows.put(arrId, part.frame, (place) => void keys.push(this.#keyAt(place)))
        return this.#changed(arrId, keys)
      }
      case 'gone':
        return this.#changed(
          arrId,
          [...part.keys].map(keyFrom).filter((key) => this.#rows.remove(arrId, key)),
        )
      case 'scores':
        return this.#changed(
          arrId,
          [...part.keys].map(keyFrom).filter((key, at) => this.#rows.setScore(arrId, key, part.scores[at]!)),
        )
      case 'settings':
        return this.#change(arrId, {settings: part.settings})
      case 'whole':
        return this.#change(arrId, {readAt: part.readAt, doubtful: null})
      case 'doubtful':
        return this.#change(
          arrId,
          part.why === 'restored' ? {readAt: null, doubtful: part.why} : {doubtful: part.why},
        )
    }
  }

  /** All rows of all Arrs: a row keeps its place for as long as it is there. */
  get rows(): LibraryStore {
    return this.#rows
  }

  onChange(listener: LibraryListener): void {
    this.#listeners.push(listener)
  }

  /** Arrs changed: what is kept of those that are not there any more goes. */
  follow(): void {
    for (const arrId of this.#states.keys()) if (!this.#deps.exists(arrId)) this.#forget(arrId)
  }

  stateOf(arrId: ArrId): LibraryState {
    return this.#states.get(arrId) ?? nothingRead
  }

  /** `null` = it is not known. */
  async item(arrId: ArrId, key: LibraryKey): Promise<LibraryItemDetails | null> {
    await this.#loaded
    return itemDetails(arrId, key, this.#sources)
  }

  async query(query: LibraryQuery): Promise<LibraryWindow> {
    await this.#loaded
    return queryLibrary(query, this.#sources, this.#deps.turns)
  }

  get #sources(): LibrarySources {
    const {clock, queued} = this.#deps
    return {rows: this.#rows, stateOf: (id) => this.stateOf(id), queued, now: clock.now()}
  }

  async #load(): Promise<void> {
    const {store, exists} = this.#deps
    const states = await store.read(readLibraryStates)
    for (const [arrId, state] of states) {
      this.#states.set(arrId, state)
      if (!exists(arrId)) {
        this.#forget(arrId)
        continue
      }
      await this.#loadRows(arrId)
    }
    await this.#rows.prepareTitleOrder(this.#deps.turns)
  }

  async #loadRows(arrId: ArrId): Promise<void> {
    let after: LibraryKey | null = null
    for (;;) {
      const from = after
      const stored: readonly StoredRow[] = await this.#deps.store.read((db) =>
        readLibraryItems(db, arrId, from, PORTION),
      )
      for (const [readAt, some] of Map.groupBy(stored, ({row}) => row.readAt)) {
        const frame = frameOf(
          some.map(({row}) => row),
          readAt,
        )
        // By which their reader knows them: it saw more of them than is kept.
        this.#rows.put(arrId, {...frame, hashes: Int32Array.from(some, ({hash}) => hash)})
      }
      const last = stored.at(-1)
      if (!last || stored.length < PORTION) return
      after = {kind: last.row.kind, id: last.row.id}
      await nextTurn()
    }
  }

  #change(arrId: ArrId, change: Partial<LibraryState>): void {
    const state = {...this.stateOf(arrId), ...change}
    this.#states.set(arrId, state)
    this.#writer.state(arrId, state)
    for (const listener of this.#listeners) listener(arrId, null)
  }

  #changed(arrId: ArrId, keys: readonly LibraryKey[]): void {
    for (const key of keys) this.#writer.changed(arrId, key)
    if (keys.length > 0) for (const listener of this.#listeners) listener(arrId, keys)
  }

  #forget(arrId: ArrId): void {
    this.#states.delete(arrId)
    this.#rows.removeArr(arrId)
    this.#writer.forget(arrId)
  }

  #keyAt(place: number): LibraryKey {
    return {kind: this.#rows.kindAt(place), id: this.#rows.numberAt(place, 'id')}
  }
}
