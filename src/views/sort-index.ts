/**
 * Orders of all visible rows, one per wish, shared by all queries and brought up to date when asked for: nothing
 * changed → as it is; few rows changed → those are put in their places; many, or servers took other places → sorted
 * again by radix.
 */
import type {Fleet} from '#fleet/fleet.ts'
import type {SortKey} from '#model/query.ts'
import {changedSince, reordered} from './merge.ts'
import type {NameOrder} from './name-order.ts'
import {sortNumbers, type ShownText, type SortNumbers} from './sort-keys.ts'
import type {Work} from './work.ts'

/** Orders kept; each takes 4 bytes a row. */
const KEPT = 24
/** With more than a sixteenth of the rows changed, sorting again is faster. */
const MANY = 16

interface Index {
  order: Uint32Array<ArrayBuffer>
  /** Generation up to which changes are in it; -1 = never built. */
  seen: number
  readonly keys: readonly {readonly numbers: SortNumbers; readonly descending: boolean}[]
}

export class SortIndexes {
  readonly #fleet: Fleet
  readonly #names: NameOrder
  readonly #shown: ShownText
  readonly #indexes = new Map<string, Index>()

  constructor(fleet: Fleet, names: NameOrder, shown: ShownText) {
    this.#fleet = fleet
    this.#names = names
    this.#shown = shown
  }

  /** Visible rows in the order asked for. Current when its last run had no pause. */
  *order(sort: readonly SortKey[]): Generator<void, Uint32Array, void> {
    const names = this.#names
    if (isNameOrder(sort)) {
      yield* names.refresh()
      return names.order
    }
    const index = this.#index(sort)
    do {
      yield* names.refresh()
      for (const {numbers} of index.keys) yield* numbers.refresh()
    } while (names.seen !== this.#fleet.rows.generation)
    yield* this.#update(index)
    return index.order
  }

  *#update(index: Index): Work {
    const {rows} = this.#fleet
    const names = this.#names
    const latest = Math.max(
      rows.membership,
      rows.columns.name.generation,
      this.#fleet.serversMoved,
      ...index.keys.map((key) => key.numbers.generation),
    )
    if (latest <= index.seen) {
      index.seen = names.seen
      return
    }
    const moved = changedSince(rows, index.seen)
    const back = moved.filter((row) => rows.isShown(row))
    const isOther = index.seen < this.#fleet.serversMoved
    if (index.seen < 0 || isOther || back.length * MANY > names.order.length) yield* this.#sort(index)
    else {
      index.order = reordered(index.order, moved, back, (a, b) => this.#compare(index, a, b))
      index.seen = names.seen
    }
  }

  *#sort(index: Index): Work {
    const {names, end} = {names: this.#names, end: this.#fleet.rows.end}
    const order = names.order.slice()
    const seen = names.seen
    // All numbers are read before the first pause: the order is that of one moment.
    const keys = index.keys.map(({numbers, descending}) =>
      radixKeys(end, (row) => numbers.read(row), descending),
    )
    for (const key of keys.toReversed()) yield* radixSort(order, key)
    index.order = order
    index.seen = seen
  }

  #compare(index: Index, a: number, b: number): number {
    for (const {numbers, descending} of index.keys) {
      const x = numbers.read(a)
      const y = numbers.read(b)
      if (x === y) continue
      if (Number.isNaN(x) || Number.isNaN(y)) {
        if (Number.isNaN(x) && Number.isNaN(y)) continue
        return Number.isNaN(x) ? 1 : -1
      }
      return descending ? y - x : x - y
    }
    return this.#names.ranks[a]! - this.#names.ranks[b]!
  }

  #index(sort: readonly SortKey[]): Index {
    const wish = JSON.stringify(sort.map(({by, descending}) => [by, descending]))
    const index = this.#indexes.get(wish) ?? {
      order: new Uint32Array(0),
      seen: -1,
      keys: sort.map(({by, descending}) => ({
        numbers: sortNumbers(by, this.#fleet, this.#names, this.#shown),
        descending,
      })),
    }
    // The one used longest ago is the first, and goes.
    this.#indexes.delete(wish)
    this.#indexes.set(wish, index)
    if (this.#indexes.size > KEPT) this.#indexes.delete(this.#indexes.keys().next().value!)
    return index
  }
}

function isNameOrder(sort: readonly SortKey[]): boolean {
  return sort.length === 0 || (sort.length === 1 && sort[0]!.by === 'name' && !sort[0]!.descending)
}

/**
 * Sorting by numbers without comparing: a stable pass per 16 bits, least significant first. Rows that were in the order
 * of names before stay so among equals. 100,000 rows: 1 to 4 ms.
 */

const BUCKETS = 1 << 16
const LAST = 0xffffffff

/** Sort keys by row: the number's bits, turned so that unsigned order is numeric order. */
interface RadixKeys {
  readonly high: Uint32Array
  readonly low: Uint32Array
}

/**
 * Of the rows from 0 to `end` - 1, read one after the other: half the time of reading them in the order to be sorted.
 * @param read NaN = no number: such rows come last in both directions
 */
function radixKeys(end: number, read: (row: number) => number, descending: boolean): RadixKeys {
  const high = new Uint32Array(end)
  const low = new Uint32Array(end)
  const number = new Float64Array(1)
  const bits = new Uint32Array(number.buffer)
  const flip = descending ? LAST : 0
  for (let row = 0; row < end; row++) {
    // No negative zero: it would come before zero.
    const value = read(row) + 0
    if (Number.isNaN(value)) {
      high[row] = LAST
      low[row] = LAST
      continue
    }
    number[0] = value
    const sign = bits[1]! >>> 31 === 1 ? LAST : 0
    high[row] = bits[1]! ^ (sign | 0x80000000) ^ flip
    low[row] = bits[0]! ^ sign ^ flip
  }
  return {high, low}
}

/** Puts `order` into the order of the keys, in place. */
function* radixSort(order: Uint32Array, {high, low}: RadixKeys): Work {
  let from = order
  let to = new Uint32Array(order.length)
  for (const [words, shift] of [
    [low, 0],
    [low, 16],
    [high, 0],
    [high, 16],
  ] as const) {
    yield
    if (!pass(from, to, words, shift)) continue
    const swap = from
    from = to
    to = swap as Uint32Array<ArrayBuffer>
  }
  if (from !== order) order.set(from)
}

/** @returns false when all rows have the same 16 bits: nothing was moved */
function pass(from: Uint32Array, to: Uint32Array, words: Uint32Array, shift: number): boolean {
  const places = new Uint32Array(BUCKETS + 1)
  for (const row of from) places[((words[row]! >>> shift) & 0xffff) + 1]!++
  if (from.length === 0 || places[((words[from[0]!]! >>> shift) & 0xffff) + 1] === from.length) return false
  for (let bucket = 0; bucket < BUCKETS; bucket++) places[bucket + 1]! += places[bucket]!
  for (const row of from) to[places[(words[row]! >>> shift) & 0xffff]!++] = row
  return true
}
