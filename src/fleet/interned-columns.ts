/** Columns of words that repeat: each distinct value is kept once and a row holds its number. */
import type {TorrentField, TorrentPatch} from '#model/torrent.ts'
import {ArrayColumn, asBytes, type Column, type Packed} from './column.ts'
import {Interner, ListInterner, NONE_ID, UNKNOWN_ID} from './interner.ts'

type Ids = Uint32Array<ArrayBuffer>

/** A number per distinct value; what all interned columns share. Ids: 0 unknown, 1 none, then `interner.values`. */
abstract class IdColumn<V, T, I extends Interner<V> = Interner<V>>
  extends ArrayColumn<Ids>
  implements Column<T>
{
  readonly interner: I

  /** @param fallback what a row shows before anything is known; held for ever, so that it needs no counting */
  constructor(interner: I, fallback: V | undefined) {
    super(Uint32Array, fallback === undefined ? UNKNOWN_ID : interner.acquire(fallback))
    this.interner = interner
  }

  abstract read(row: number): T
  abstract write(row: number, value: T): boolean
  abstract same(a: T, b: T): boolean

  reset(row: number): void {
    if (row >= this.values.length) return
    this.#release(this.values[row]!)
    this.values[row] = this.initial
  }

  fill(rows: readonly number[], patches: readonly TorrentPatch[], field: TorrentField): void {
    for (let i = 0; i < rows.length; i++) {
      this.reset(rows[i]!)
      this.write(rows[i]!, patches[i]![field] as T)
    }
  }

  pack(rows: Uint32Array): Packed {
    const cells = this.packCells(rows)
    const places = new Map<number, number>()
    const words: unknown[] = []
    for (let i = 0; i < cells.length; i++) {
      const id = cells[i]!
      if (id <= NONE_ID) continue
      let place = places.get(id)
      if (place === undefined) {
        place = words.push(this.interner.values[id]) - 1
        places.set(id, place)
      }
      cells[i] = place + NONE_ID + 1
    }
    return {data: asBytes(cells), words}
  }

  unpack(rows: Uint32Array, packed: Packed): void {
    const cells = this.unpackCells(rows, packed.data)
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[i]!
      this.swap(
        rows[i]!,
        cell <= NONE_ID ? cell : this.acquire(Object.freeze(packed.words[cell - NONE_ID - 1]) as V),
      )
    }
  }

  /** A use of `value`; the fallback is held once and not counted. */
  protected acquire(value: V): number {
    const id = this.interner.acquire(value)
    if (id === this.initial) this.interner.release(id)
    return id
  }

  /** Puts an acquired id into the cell and gives back the old one. */
  protected swap(row: number, id: number): boolean {
    const old = this.code(row)
    if (old === id) {
      this.#release(id)
      return false
    }
    this.put(row, id)
    this.#release(old)
    return true
  }

  #release(id: number): void {
    if (id !== this.initial) this.interner.release(id)
  }
}

/** One word of few: category, tracker host, path, message. */
export class InternedColumn<T extends string | null | undefined> extends IdColumn<string, T> {
  readonly #fallback: T

  constructor(initial: T & ('' | undefined)) {
    super(new Interner((text) => text), initial)
    this.#fallback = initial
  }

  read(row: number): T {
    const id = this.code(row)
    return (id === NONE_ID ? null : this.interner.values[id]) as T
  }

  write(row: number, value: T): boolean {
    const asked = value === undefined ? this.#fallback : value
    if (asked === undefined || asked === null) return this.swap(row, asked === null ? NONE_ID : UNKNOWN_ID)
    if (this.interner.values[this.code(row)] === asked) return false
    return this.swap(row, this.acquire(asked))
  }

  same(a: T, b: T): boolean {
    return (a === undefined ? this.#fallback : a) === (b === undefined ? this.#fallback : b)
  }
}

const nothing: readonly string[] = []

/**
 * A list of words as one value; the same list is kept once. Read lists are shared and frozen.
 * `sorted`: order and repeats mean nothing (tags), so they are not kept.
 */
export class SetColumn<T extends readonly string[] | undefined> extends IdColumn<
  readonly string[],
  T,
  ListInterner
> {
  readonly #sorted: boolean
  readonly #fallback: T

  constructor(initial: T, sorted: boolean) {
    super(new ListInterner(), initial === undefined ? undefined : nothing)
    this.#sorted = sorted
    this.#fallback = initial
  }

  read(row: number): T {
    return this.interner.values[this.code(row)] as T
  }

  write(row: number, value: T): boolean {
    const asked = value ?? this.#fallback
    if (asked === undefined) return this.swap(row, UNKNOWN_ID)
    const old = this.interner.values[this.code(row)]
    if (old !== undefined && equalLists(old, asked)) return false
    return this.swap(row, this.acquire(this.#canonical(asked)))
  }

  same(a: T, b: T): boolean {
    const left = a ?? this.#fallback
    const right = b ?? this.#fallback
    if (left === undefined || right === undefined) return left === right
    return equalLists(this.#canonical(left), this.#canonical(right))
  }

  #canonical(words: readonly string[]): readonly string[] {
    return Object.freeze(this.#sorted ? [...new Set(words)].sort() : [...words])
  }
}

function equalLists(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
