/**
 * Rows with the same hash, on whatever server. Made in pieces when somebody asks for duplicates
 * and rows came or went since.
 */
import type {Rows} from '#fleet/rows.ts'
import type {RowMatch, Work} from './work.ts'

const STRIDE = 1000
const NO_ROW = -1

export class HashGroups {
  readonly #rows: Rows
  /** By row: the first row with its hash. */
  #first = new Int32Array(0)
  #membership = -1

  constructor(rows: Rows) {
    this.#rows = rows
  }

  *refresh(): Work {
    const rows = this.#rows
    if (this.#membership === rows.membership) return
    const {membership, end} = rows
    const first = new Int32Array(end).fill(NO_ROW)
    const places = new Int32Array(2 ** Math.ceil(Math.log2(end * 2 + 2))).fill(NO_ROW)
    for (let row = 0; row < end; row++) {
      if (rows.isVisible(row)) first[row] = firstLike(rows, row, places)
      if (row % STRIDE === 0) yield
    }
    // Whoever changed meanwhile raised the fleet's membership, and this is done again.
    this.#first = first
    this.#membership = membership
  }

  /**
   * A server has a hash once, so two rows of a hash are two servers.
   *
   * @param inSight rows that count as copies: all that who asks may see, also where he wants to see a few of them
   */
  copied(inSight: RowMatch): RowMatch {
    const first = this.#first
    const counts = new Uint32Array(first.length)
    for (let row = 0; row < first.length; row++) if (inSight(row)) counts[first[row]!]!++
    return (row) => (counts[first[row]!] ?? 0) > 1
  }
}

function firstLike(rows: Rows, row: number, places: Int32Array): number {
  const hash = rows.hashBytes(row)
  const mask = places.length - 1
  let place = (hash[0]! | (hash[1]! << 8) | (hash[2]! << 16) | (hash[3]! << 24)) & mask
  for (;;) {
    const other = places[place]!
    if (other === NO_ROW) {
      places[place] = row
      return row
    }
    if (rows.compareHashes(other, row) === 0) return other
    place = (place + 1) & mask
  }
}
