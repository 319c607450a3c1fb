import type {TorrentField, TorrentPatch} from '#model/torrent.ts'
import type {Column, Packed} from './column.ts'
import type {ArenaOwner, TextArena} from './text-arena.ts'

/** What stands for the length of a text that is unknown. */
const UNKNOWN_LENGTH = 0xffffffff

/** A text of its own in every row, as UTF-8 in the arena. An offset stands for its bytes until the arena moves. */
export class TextColumn<T extends string | undefined> implements Column<T>, ArenaOwner {
  generation = 0
  readonly arena: TextArena
  readonly #initial: number
  /** Whose bytes may be shared when the texts are equal (a content path mostly ends in the name). */
  readonly #neighbour: TextColumn<string> | null
  #offsets = new Uint32Array(0)
  #lengths = new Uint32Array(0)
  #capacity = 0

  constructor(arena: TextArena, initial: T & ('' | undefined), neighbour: TextColumn<string> | null = null) {
    this.arena = arena
    this.#initial = initial === undefined ? UNKNOWN_LENGTH : 0
    this.#neighbour = neighbour
    arena.owns(this)
  }

  get bytes(): number {
    return this.#offsets.byteLength + this.#lengths.byteLength
  }

  offset(row: number): number {
    return row < this.#offsets.length ? this.#offsets[row]! : 0
  }

  /** In bytes; 0 when unknown. */
  length(row: number): number {
    const length = this.#code(row)
    return length === UNKNOWN_LENGTH ? 0 : length
  }

  isKnown(row: number): boolean {
    return this.#code(row) !== UNKNOWN_LENGTH
  }

  /** UTF-8, valid until the next write. */
  bytesAt(row: number): Uint8Array {
    return this.arena.bytes(this.offset(row), this.length(row))
  }

  /** Is the cell exactly this text? Compares from the end, where paths differ. */
  holds(row: number, text: Uint8Array): boolean {
    if (this.length(row) !== text.length) return false
    const {buffer} = this.arena
    const offset = this.offset(row)
    for (let i = text.length - 1; i >= 0; i--) if (buffer[offset + i] !== text[i]) return false
    return true
  }

  read(row: number): T {
    const length = this.#code(row)
    return (length === UNKNOWN_LENGTH ? undefined : this.arena.text(this.#offsets[row] ?? 0, length)) as T
  }

  write(row: number, value: T): boolean {
    if (value === undefined || value === '') return this.#writeEmpty(row, value)
    this.arena.draft(value)
    const length = this.#code(row)
    if (length !== UNKNOWN_LENGTH && this.arena.draftEquals(this.#offsets[row] ?? 0, length)) return false
    this.#waste(row)
    this.#put(row, this.#shared(row) ?? this.arena.keepDraft(), this.arena.drafted)
    return true
  }

  same(a: T, b: T): boolean {
    return this.#wellFormed(a) === this.#wellFormed(b)
  }

  reset(row: number): void {
    if (row >= this.#lengths.length) return
    this.#waste(row)
    this.#offsets[row] = 0
    this.#lengths[row] = this.#initial
  }

  fill(rows: readonly number[], patches: readonly TorrentPatch[], field: TorrentField): void {
    for (let i = 0; i < rows.length; i++) this.fillOne(rows[i]!, patches[i]![field] as T)
  }

  /** One cell of a new row. */
  fillOne(row: number, value: T): void {
    this.reset(row)
    if (value === undefined || value === '') return void this.#writeEmpty(row, value)
    this.arena.draft(value)
    this.#put(row, this.#shared(row) ?? this.arena.keepDraft(), this.arena.drafted)
  }

  grow(capacity: number, used: number): void {
    this.#capacity = capacity
    if (this.#lengths.length === 0 || this.#lengths.length >= capacity) return
    this.#offsets = enlarged(this.#offsets, capacity, used)
    this.#lengths = enlarged(this.#lengths, capacity, used)
  }

  moveTexts(move: (offset: number, length: number) => number): void {
    for (let row = 0; row < this.#lengths.length; row++) {
      const length = this.length(row)
      if (length > 0) this.#offsets[row] = move(this.#offsets[row]!, length)
    }
  }

  /** Lengths first, then all bytes. */
  pack(rows: Uint32Array): Packed {
    if (this.#lengths.length === 0) return {data: new Uint8Array(0), words: []}
    const lengths = new Uint32Array(rows.length)
    let total = 0
    for (let i = 0; i < rows.length; i++) {
      lengths[i] = this.#lengths[rows[i]!]!
      total += this.length(rows[i]!)
    }
    const data = new Uint8Array(lengths.byteLength + total)
    data.set(new Uint8Array(lengths.buffer))
    let at = lengths.byteLength
    for (const row of rows) {
      data.set(this.bytesAt(row), at)
      at += this.length(row)
    }
    return {data, words: []}
  }

  unpack(rows: Uint32Array, packed: Packed): void {
    if (packed.data.length === 0) return
    const lengths = new Uint32Array(new Uint8Array(packed.data.subarray(0, rows.length * 4)).buffer)
    const text = Buffer.from(packed.data.buffer, packed.data.byteOffset, packed.data.byteLength)
    let at = lengths.byteLength
    for (let i = 0; i < rows.length; i++) {
      const length = lengths[i]!
      if (length === UNKNOWN_LENGTH) this.write(rows[i]!, undefined as T)
      else {
        this.write(rows[i]!, text.toString('utf8', at, at + length) as T)
        at += length
      }
    }
  }

  #code(row: number): number {
    return row < this.#lengths.length ? this.#lengths[row]! : this.#initial
  }

  #writeEmpty(row: number, value: T): boolean {
    const code = value === '' ? 0 : this.#initial
    if (this.#code(row) === code) return false
    this.#waste(row)
    this.#put(row, 0, code)
    return true
  }

  #put(row: number, offset: number, length: number): void {
    if (row >= this.#lengths.length) {
      this.#offsets = new Uint32Array(this.#capacity)
      this.#lengths = new Uint32Array(this.#capacity).fill(this.#initial)
    }
    this.#offsets[row] = offset
    this.#lengths[row] = length
  }

  /** Where the neighbour keeps the very text that was just drafted. */
  #shared(row: number): number | null {
    const neighbour = this.#neighbour
    if (!neighbour) return null
    const offset = neighbour.offset(row)
    return this.arena.draftEquals(offset, neighbour.length(row)) ? offset : null
  }

  #waste(row: number): void {
    const length = this.length(row)
    if (length === 0 || this.#neighbour?.offset(row) === this.#offsets[row]) return
    this.arena.wasted += length
  }

  #wellFormed(value: T): string | undefined {
    if (value === undefined) return this.#initial === UNKNOWN_LENGTH ? undefined : ''
    return value.toWellFormed()
  }
}

function enlarged(old: Uint32Array<ArrayBuffer>, capacity: number, used: number): Uint32Array<ArrayBuffer> {
  const cells = new Uint32Array(capacity)
  cells.set(old.subarray(0, used))
  return cells
}
