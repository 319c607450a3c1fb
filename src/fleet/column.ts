/**
 * One column of the fleet: a value per row, as small as its kind allows. A column nobody ever wrote to takes no memory.
 * A write answers whether the cell really changed; who writes keeps the generations.
 */
import type {Limit, TorrentField, TorrentPatch} from '#model/torrent.ts'

/** Cells of chosen rows for the snapshot: raw bytes, and what has no fixed size. */
export interface Packed {
  readonly data: Uint8Array
  readonly words: readonly unknown[]
}

export interface Column<T> {
  /** The fleet's generation in which a cell last changed. */
  generation: number
  read(row: number): T
  write(row: number, value: T): boolean
  /** Would the two read back the same? */
  same(a: T, b: T): boolean
  /** Back to "nothing known", giving back what the cell held. A new row is reset before it is used. */
  reset(row: number): void
  /**
   * Writes one field of many new rows in one go: what `patches` say, else "nothing known", whatever the cells held before.
   * `rows` and `patches` have the same order. Nothing is compared: a first list costs half as much so.
   */
  fill(rows: readonly number[], patches: readonly TorrentPatch[], field: TorrentField): void
  /** Room for `capacity` rows; `used` of them have been handed out. */
  grow(capacity: number, used: number): void
  readonly bytes: number
  pack(rows: Uint32Array): Packed
  /** Rows must be fresh (just reset). */
  unpack(rows: Uint32Array, packed: Packed): void
}

type Cells = Float64Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>
type CellsOf<A extends Cells> = new (source: number | ArrayBuffer) => A

const noWords: readonly unknown[] = []

/** What all columns over one typed array share. `A` is allocated when the first cell differs from `initial`. */
export abstract class ArrayColumn<A extends Cells> {
  generation = 0
  values: A
  readonly initial: number
  readonly #make: CellsOf<A>
  #capacity = 0

  constructor(make: CellsOf<A>, initial: number) {
    this.#make = make
    this.initial = initial
    this.values = new make(0)
  }

  get bytes(): number {
    return this.values.byteLength
  }

  /** The raw cell, also of a row the array does not reach yet. */
  code(row: number): number {
    return row < this.values.length ? this.values[row]! : this.initial
  }

  put(row: number, code: number): void {
    if (row >= this.values.length) {
      if (code === this.initial) return
      this.#allocate()
    }
    this.values[row] = code
  }

  grow(capacity: number, used: number): void {
    this.#capacity = capacity
    if (this.values.length === 0 || this.values.length >= capacity) return
    const old = this.values
    this.values = new this.#make(capacity)
    this.values.set(old.subarray(0, used))
  }

  protected packCells(rows: Uint32Array): A {
    if (this.values.length === 0) return new this.#make(0)
    const cells = new this.#make(rows.length)
    for (let i = 0; i < rows.length; i++) cells[i] = this.values[rows[i]!]!
    return cells
  }

  protected unpackCells(rows: Uint32Array, data: Uint8Array): A {
    const cells = new this.#make(new Uint8Array(data).buffer)
    if (cells.length !== 0 && cells.length !== rows.length)
      throw new RangeError('cells and rows differ in number')
    return cells
  }

  #allocate(): void {
    this.values = new this.#make(this.#capacity).fill(this.initial) as A
  }
}

export function asBytes(cells: Cells): Uint8Array {
  return new Uint8Array(cells.buffer, cells.byteOffset, cells.byteLength)
}

type Cell = Limit | undefined

/** Any number, exactly. NaN = unknown; a number that is none (NaN, infinite) counts as unknown. */
export class NumberColumn<T extends Cell>
  extends ArrayColumn<Float64Array<ArrayBuffer>>
  implements Column<T>
{
  constructor() {
    super(Float64Array, Number.NaN)
  }

  read(row: number): T {
    const code = this.code(row)
    if (Number.isFinite(code)) return code as T
    return (Number.isNaN(code) ? undefined : code > 0 ? 'inherit' : null) as T
  }

  /** NaN where there is no number. */
  number(row: number): number {
    const code = this.code(row)
    return Number.isFinite(code) ? code : Number.NaN
  }

  write(row: number, value: T): boolean {
    const code = this.#encode(value)
    const old = this.code(row)
    if (old === code || (Number.isNaN(old) && Number.isNaN(code))) return false
    this.put(row, code)
    return true
  }

  same(a: T, b: T): boolean {
    return Object.is(this.#encode(a), this.#encode(b))
  }

  reset(row: number): void {
    if (row < this.values.length) this.values[row] = this.initial
  }

  fill(rows: readonly number[], patches: readonly TorrentPatch[], field: TorrentField): void {
    for (let i = 0; i < rows.length; i++) this.put(rows[i]!, this.#encode(patches[i]![field] as T))
  }

  pack(rows: Uint32Array): Packed {
    return {data: asBytes(this.packCells(rows)), words: noWords}
  }

  unpack(rows: Uint32Array, packed: Packed): void {
    const cells = this.unpackCells(rows, packed.data)
    for (let i = 0; i < cells.length; i++) this.put(rows[i]!, cells[i]!)
  }

  #encode(value: T): number {
    if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : this.initial
    if (value === undefined) return this.initial
    return value === null ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  }
}

const WHOLE_UNKNOWN = 0xffffffff
const WHOLE_NONE = 0xfffffffe
const WHOLE_INHERIT = 0xfffffffd
const WHOLE_ELSEWHERE = 0xfffffffc
const WHOLE_LARGEST = 0xfffffffb

/**
 * Whole multiples of `unit` from 0 to four thousand million in 4 bytes; anything else is kept exactly, elsewhere.
 * For counts, seconds and limits, and with unit 1000 for times (servers tell whole seconds).
 */
export class WholeColumn<T extends Cell> extends ArrayColumn<Uint32Array<ArrayBuffer>> implements Column<T> {
  readonly #unit: number
  readonly #elsewhere = new Map<number, number>()

  /** @param initial what a row shows before anything is known: 0 where the field must be a number */
  constructor(unit: 1 | 1000, initial: T & (0 | undefined)) {
    super(Uint32Array, initial === undefined ? WHOLE_UNKNOWN : 0)
    this.#unit = unit
  }

  read(row: number): T {
    const code = this.code(row)
    if (code <= WHOLE_LARGEST) return (code * this.#unit) as T
    if (code === WHOLE_ELSEWHERE) return this.#elsewhere.get(row) as T
    return (code === WHOLE_UNKNOWN ? undefined : code === WHOLE_NONE ? null : 'inherit') as T
  }

  number(row: number): number {
    const code = this.code(row)
    if (code <= WHOLE_LARGEST) return code * this.#unit
    return code === WHOLE_ELSEWHERE ? this.#elsewhere.get(row)! : Number.NaN
  }

  write(row: number, value: T): boolean {
    const code = this.#encode(value)
    const old = this.code(row)
    if (code === WHOLE_ELSEWHERE) return this.#writeElsewhere(row, old, (value as number) + 0)
    if (old === code) return false
    if (old === WHOLE_ELSEWHERE) this.#elsewhere.delete(row)
    this.put(row, code)
    return true
  }

  same(a: T, b: T): boolean {
    const code = this.#encode(a)
    return code === this.#encode(b) && (code !== WHOLE_ELSEWHERE || a === b)
  }

  reset(row: number): void {
    if (row >= this.values.length) return
    if (this.values[row] === WHOLE_ELSEWHERE) this.#elsewhere.delete(row)
    this.values[row] = this.initial
  }

  fill(rows: readonly number[], patches: readonly TorrentPatch[], field: TorrentField): void {
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!
      const value = patches[i]![field] as T
      const code = this.#encode(value)
      if (code === WHOLE_ELSEWHERE) this.#elsewhere.set(row, (value as number) + 0)
      else if (this.code(row) === WHOLE_ELSEWHERE) this.#elsewhere.delete(row)
      this.put(row, code)
    }
  }

  pack(rows: Uint32Array): Packed {
    const cells = this.packCells(rows)
    const words: (number | undefined)[] = []
    for (let i = 0; i < cells.length; i++) {
      if (cells[i] === WHOLE_ELSEWHERE) words.push(this.#elsewhere.get(rows[i]!))
    }
    return {data: asBytes(cells), words}
  }

  unpack(rows: Uint32Array, packed: Packed): void {
    const cells = this.unpackCells(rows, packed.data)
    const words = packed.words.values()
    for (let i = 0; i < cells.length; i++) {
      const code = cells[i]!
      if (code === WHOLE_ELSEWHERE) this.#elsewhere.set(rows[i]!, words.next().value as number)
      this.put(rows[i]!, code)
    }
  }

  #writeElsewhere(row: number, old: number, value: number): boolean {
    if (old === WHOLE_ELSEWHERE && this.#elsewhere.get(row) === value) return false
    this.#elsewhere.set(row, value)
    this.put(row, WHOLE_ELSEWHERE)
    return true
  }

  #encode(value: T): number {
    if (typeof value === 'number') {
      const code = value / this.#unit
      if (code >= 0 && code <= WHOLE_LARGEST && Number.isInteger(code)) return code
      return Number.isFinite(value) ? WHOLE_ELSEWHERE : this.initial
    }
    if (value === undefined) return this.initial
    return value === null ? WHOLE_NONE : WHOLE_INHERIT
  }
}

const flags: readonly (boolean | null | undefined)[] = [false, true, null, undefined]

/** Yes, no, none, unknown in a byte. */
export class FlagColumn<T extends boolean | null | undefined>
  extends ArrayColumn<Uint8Array<ArrayBuffer>>
  implements Column<T>
{
  constructor(initial: T & (false | undefined)) {
    super(Uint8Array, flags.indexOf(initial))
  }

  read(row: number): T {
    return flags[this.code(row)] as T
  }

  /** 0 or 1; NaN for none and unknown. */
  number(row: number): number {
    const code = this.code(row)
    return code < 2 ? code : Number.NaN
  }

  write(row: number, value: T): boolean {
    const code = this.#encode(value)
    if (this.code(row) === code) return false
    this.put(row, code)
    return true
  }

  same(a: T, b: T): boolean {
    return this.#encode(a) === this.#encode(b)
  }

  reset(row: number): void {
    if (row < this.values.length) this.values[row] = this.initial
  }

  fill(rows: readonly number[], patches: readonly TorrentPatch[], field: TorrentField): void {
    for (let i = 0; i < rows.length; i++) this.put(rows[i]!, this.#encode(patches[i]![field] as T))
  }

  pack(rows: Uint32Array): Packed {
    return {data: asBytes(this.packCells(rows)), words: noWords}
  }

  unpack(rows: Uint32Array, packed: Packed): void {
    const cells = this.unpackCells(rows, packed.data)
    for (let i = 0; i < cells.length; i++) this.put(rows[i]!, Math.min(cells[i]!, 3))
  }

  #encode(value: T): number {
    if (value === true) return 1
    if (value === false) return 0
    return value === null ? 2 : this.initial
  }
}

const NO_WORD = 255

/** One of a fixed list of words in a byte; the order of the list is the order of sorting. */
export class EnumColumn<T extends string | undefined>
  extends ArrayColumn<Uint8Array<ArrayBuffer>>
  implements Column<T>
{
  readonly words: readonly NonNullable<T>[]
  readonly #codes: ReadonlyMap<unknown, number>

  constructor(words: readonly NonNullable<T>[], initial: T) {
    super(Uint8Array, initial === undefined ? NO_WORD : words.indexOf(initial))
    this.words = words
    this.#codes = new Map(words.map((word, code) => [word, code]))
  }

  read(row: number): T {
    return this.words[this.code(row)] as T
  }

  number(row: number): number {
    const code = this.code(row)
    return code === NO_WORD ? Number.NaN : code
  }

  write(row: number, value: T): boolean {
    const code = this.#encode(value)
    if (this.code(row) === code) return false
    this.put(row, code)
    return true
  }

  same(a: T, b: T): boolean {
    return this.#encode(a) === this.#encode(b)
  }

  reset(row: number): void {
    if (row < this.values.length) this.values[row] = this.initial
  }

  fill(rows: readonly number[], patches: readonly TorrentPatch[], field: TorrentField): void {
    for (let i = 0; i < rows.length; i++) this.put(rows[i]!, this.#encode(patches[i]![field] as T))
  }

  pack(rows: Uint32Array): Packed {
    return {data: asBytes(this.packCells(rows)), words: noWords}
  }

  unpack(rows: Uint32Array, packed: Packed): void {
    const cells = this.unpackCells(rows, packed.data)
    for (let i = 0; i < cells.length; i++) {
      this.put(rows[i]!, cells[i]! < this.words.length ? cells[i]! : this.initial)
    }
  }

  #encode(value: T): number {
    return this.#codes.get(value) ?? this.initial
  }
}
