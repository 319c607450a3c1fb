/**
 * All visible rows by name, server, hash: the order every other order falls back on among equals. Built when first
 * asked for, then kept up to date.
 */
import type {Fleet} from '#fleet/fleet.ts'
import {FoldedNames} from './folded-names.ts'
import {changedSince, reordered} from './merge.ts'
import {compareNatural, firstNumbers, NaturalKeys, orderByKeys} from './natural-order.ts'
import type {Work} from './work.ts'

/** With more than a sixteenth of all rows moved, ordering again is faster than putting each in its place. */
const MANY = 16
const STRIDE = 512

export class NameOrder {
  readonly names: FoldedNames
  order = new Uint32Array(0)
  /** By row: its place in the order. */
  ranks = new Uint32Array(0)
  /** Rises when the order changed. */
  version = 0
  /** The fleet's generation up to which changes were seen. */
  seen = 0
  readonly #fleet: Fleet
  /** By row: the entry it was ordered by; 0 = it is not in the order. */
  #orderedBy = new Uint32Array(0)
  #numbering = 0
  #serverRanks: readonly number[] = []
  /** By row, made for who asks: rows of equal names have equal numbers. */
  #groups: Float64Array | null = null

  constructor(fleet: Fleet) {
    this.#fleet = fleet
    this.names = new FoldedNames(fleet.rows)
  }

  *refresh(): Work {
    const {names, ranks} = this
    const {rows} = this.#fleet
    // What changed during a pause is looked at before anything is compared.
    do yield* names.refresh()
    while (names.seen !== rows.generation)
    this.#makeRoom()
    this.#serverRanks = this.#fleet.serverRanks
    const serversMoved = this.#fleet.serversMoved > this.seen
    const seen = names.seen
    const moved = this.#moved()
    const back = moved.filter((row) => names.entryOf[row] !== 0)
    if (this.#numbering !== names.numbering || back.length * MANY > this.order.length) yield* this.#build()
    else {
      if (moved.length > 0) this.order = reordered(this.order, moved, back, (a, b) => this.#compare(a, b))
      if (serversMoved) yield* this.#settleTies()
    }
    if (moved.length > 0 || serversMoved || this.ranks !== ranks) this.#note(moved)
    this.seen = seen
  }

  /** By row: equal numbers for equal names, in their order. The order must be up to date. */
  *groups(): Generator<void, Float64Array, void> {
    if (this.#groups) return this.#groups
    const {order} = this
    const groups = new Float64Array(this.ranks.length)
    for (let place = 1; place < order.length; place++) {
      const isSame = this.#compareNames(order[place - 1]!, order[place]!) === 0
      groups[order[place]!] = groups[order[place - 1]!]! + (isSame ? 0 : 1)
      if (place % STRIDE === 0) yield
    }
    this.#groups = groups
    return groups
  }

  /** Rows that came, went or have another name. */
  #moved(): number[] {
    const {entryOf, numbering} = this.names
    if (this.#numbering !== numbering) this.#orderedBy.fill(0)
    const orderedBy = this.#orderedBy
    return changedSince(this.#fleet.rows, this.seen).filter((row) => orderedBy[row] !== entryOf[row])
  }

  *#build(): Work {
    const {entryOf, rowOf, starts, store, entries, numbering} = this.names
    const texts = new Uint32Array(entries)
    let count = 0
    for (let entry = 1; entry <= entries; entry++)
      if (entryOf[rowOf[entry]!] === entry) texts[count++] = entry
    yield
    const keys = new NaturalKeys(count, Math.ceil(store.used * 1.2))
    const rows = new Uint32Array(count)
    for (let i = 0; i < count; i++) {
      keys.add(store.bytes, starts[texts[i]!]!, starts[texts[i]! + 1]!)
      rows[i] = rowOf[texts[i]!]!
      if (i % STRIDE === 0) yield
    }
    const order = firstNumbers(count)
    yield* orderByKeys(order, keys, (a, b) => this.#compareTies(rows[a]!, rows[b]!))
    this.order = order.map((text) => rows[text]!)
    for (const row of this.order) this.#orderedBy[row] = entryOf[row]!
    this.#numbering = numbering
  }

  /** Servers took other places: so do torrents of one name. 100,000 rows, ten of each name: 90 ms when busy, in pieces. */
  *#settleTies(): Work {
    const order = this.order.slice()
    let first = 0
    for (let place = 1; place <= order.length; place++) {
      if (place % STRIDE === 0) yield
      if (place < order.length && this.#compareNames(order[first]!, order[place]!) === 0) continue
      if (place - first > 1) order.subarray(first, place).sort((a, b) => this.#compareTies(a, b))
      first = place
    }
    this.order = order
  }

  #note(moved: readonly number[]): void {
    for (const row of moved) this.#orderedBy[row] = this.names.entryOf[row]!
    const {order, ranks} = this
    for (let place = 0; place < order.length; place++) ranks[order[place]!] = place
    this.#groups = null
    this.version++
  }

  #compare(a: number, b: number): number {
    return this.#compareNames(a, b) || this.#compareTies(a, b)
  }

  #compareNames(a: number, b: number): number {
    const {store, starts, entryOf} = this.names
    const [x, y] = [entryOf[a]!, entryOf[b]!]
    return compareNatural(store.bytes, starts[x]!, starts[x + 1]!, store.bytes, starts[y]!, starts[y + 1]!)
  }

  #compareTies(a: number, b: number): number {
    const {rows} = this.#fleet
    const server = this.#serverRanks[rows.servers[a]!]! - this.#serverRanks[rows.servers[b]!]!
    return server || rows.compareHashes(a, b)
  }

  #makeRoom(): void {
    const capacity = this.names.entryOf.length
    if (this.ranks.length >= capacity) return
    this.ranks = new Uint32Array(capacity)
    const orderedBy = new Uint32Array(capacity)
    orderedBy.set(this.#orderedBy)
    this.#orderedBy = orderedBy
  }
}
