/**
 * Sorting by numbers without comparing: a stable pass per 16 bits, least significant first. Rows that were in the order
 * of names before stay so among equals. 100,000 rows: 1 to 4 ms.
 */
import type {Work} from './work.ts'

const BUCKETS = 1 << 16
const LAST = 0xffffffff

/** Sort keys by row: the number's bits, turned so that unsigned order is numeric order. */
export interface RadixKeys {
  readonly high: Uint32Array
  readonly low: Uint32Array
}

/**
 * Of the rows from 0 to `end` - 1, read one after the other: half the time of reading them in the order to be sorted.
 * @param read NaN = no number: such rows come last in both directions
 */
export function radixKeys(end: number, read: (row: number) => number, descending: boolean): RadixKeys {
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
export function* radixSort(order: Uint32Array, {high, low}: RadixKeys): Work {
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
