/**
 * Every visible torrent's name, folded, one behind the other: what text search reads and names are ordered by. Kept up
 * to date by looking only at rows that changed; a row whose name stayed keeps its entry. 65 bytes per torrent, and only
 * once somebody sorts or searches.
 */
import type {Rows} from '#fleet/rows.ts'
import {ByteStore} from './fold.ts'
import type {Work} from './work.ts'

/** What stands for the place of a name we have not read, and of an empty one. */
const UNREAD = 0xffffffff
const EMPTY = 0xfffffffe
/** Rows between two chances to pause. */
const STRIDE = 256
const WORTH_TIDYING = 1 << 20

export class FoldedNames {
  store = new ByteStore(1 << 16)
  /** Entries run from 1 to `entries`; entry e has the bytes from `starts[e]` to `starts[e + 1]`. */
  entries = 0
  starts = new Uint32Array(1024)
  /** By entry: its row, which may have a newer entry (`entryOf`) or be gone. */
  rowOf = new Uint32Array(1024)
  /** By row: its entry; 0 = none. */
  entryOf = new Uint32Array(0)
  /** The fleet's generation up to which changes were seen. */
  seen = 0
  /** Rises when entries are numbered again. */
  numbering = 0
  readonly #rows: Rows
  /** By row: where in the arena the name stood that the entry was made of. */
  #places = new Uint32Array(0)
  #moves = 0
  #wasted = 0

  constructor(rows: Rows) {
    this.#rows = rows
  }

  *refresh(): Work {
    const rows = this.#rows
    const target = rows.generation
    const moved = this.#moves !== rows.arena.moves
    if (!moved && rows.columns.name.generation <= this.seen && rows.membership <= this.seen) {
      this.seen = target
      return
    }
    this.#makeRoom()
    if (moved) this.#places.fill(UNREAD)
    this.#moves = rows.arena.moves
    const end = rows.end
    for (let row = 0; row < end; row++) {
      if (moved || rows.generations[row]! > this.seen) this.#look(row)
      if (row % STRIDE === 0) yield
    }
    this.seen = target
    if (this.#wasted > WORTH_TIDYING && this.#wasted * 2 > this.store.used) this.#tidy()
  }

  #look(row: number): void {
    if (!this.#rows.isShown(row)) return this.#forget(row)
    const reborn = this.#rows.births[row]! > this.seen
    const {name} = this.#rows.columns
    const [offset, length] = [name.offset(row), name.length(row)]
    const place = length === 0 ? EMPTY : offset
    const known = this.entryOf[row]!
    if (!reborn && known !== 0 && this.#places[row] === place) return
    const start = this.store.used
    this.store.appendFolded(name.arena.buffer, offset, offset + length)
    this.#places[row] = place
    if (!reborn && known !== 0 && this.#equals(known, start)) this.store.used = start
    else this.#addEntry(row, start)
  }

  #equals(entry: number, start: number): boolean {
    const from = this.starts[entry]!
    const to = this.starts[entry + 1]!
    const {bytes, used} = this.store
    return to - from === used - start && bytes.compare(bytes, from, to, start, used) === 0
  }

  #addEntry(row: number, start: number): void {
    this.#forget(row)
    const entry = ++this.entries
    if (entry + 1 >= this.starts.length) {
      this.starts = enlarged(this.starts, entry * 2)
      this.rowOf = enlarged(this.rowOf, entry * 2)
    }
    this.starts[entry] = start
    this.starts[entry + 1] = this.store.used
    this.rowOf[entry] = row
    this.entryOf[row] = entry
  }

  #forget(row: number): void {
    const entry = this.entryOf[row]!
    if (entry === 0) return
    this.#wasted += this.starts[entry + 1]! - this.starts[entry]!
    this.entryOf[row] = 0
  }

  #makeRoom(): void {
    const capacity = this.#rows.generations.length
    if (this.entryOf.length >= capacity) return
    const old = this.#places.length
    this.entryOf = enlarged(this.entryOf, capacity)
    this.#places = enlarged(this.#places, capacity).fill(UNREAD, old)
  }

  /** Leaves the dead entries out. */
  #tidy(): void {
    const {store: old, starts, entries, rowOf} = this
    this.store = new ByteStore(old.used - this.#wasted)
    this.entries = 0
    this.#wasted = 0
    for (let entry = 1; entry <= entries; entry++) {
      const row = rowOf[entry]!
      if (this.entryOf[row] !== entry) continue
      const start = this.store.used
      this.store.room(starts[entry + 1]! - starts[entry]!)
      this.store.used += old.bytes.copy(this.store.bytes, start, starts[entry], starts[entry + 1])
      this.entryOf[row] = 0
      this.#addEntry(row, start)
    }
    this.numbering++
  }
}

function enlarged(old: Uint32Array<ArrayBuffer>, capacity: number): Uint32Array<ArrayBuffer> {
  const bigger = new Uint32Array(capacity)
  bigger.set(old)
  return bigger
}
