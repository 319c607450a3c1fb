/**
 * The rows of the fleet: which torrent stands where, and what is known of the row itself. A row keeps its number while
 * its torrent lives; afterwards the number is given out again.
 *
 *   free ──add──▶ staged ──show──▶ visible ──drop──▶ free      `preview` shows a staged row to people, and to nobody
 *                    │             │    ▲            ▲ ▲       who decides (`isShown` against `isVisible`)
 *                    │            hide  revive       │ │
 *                    │             ▼    │            │ │
 *                    │             hidden ───drop────┘ │
 *                    └───────────drop──────────────────┘
 */
import type {TorrentField, TorrentPatch} from '#model/torrent.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import type {Column} from './column.ts'
import {createColumns, type TorrentColumns} from './columns.ts'
import {HASH_BYTES, RowIndex} from './row-index.ts'
import {TextArena} from './text-arena.ts'

const FIRST_CAPACITY = 1024
/** From here on room grows by a quarter instead of a half: spare rows begin to weigh. */
const LARGE = 1 << 16
const NO_ROW = -1

/** Readers see it. A row without this was introduced by a list that is still open. */
const VISIBLE = 1
/** Staged, and shown to people: its server tells its first list, which may take a while and may still break off. */
const PREVIEWED = 16
/** Its server's last whole list, or something later, had it. */
const SEEN = 2
/** The list that is open at the moment had it. */
const LISTED = 4
/** Something is expected of it (`expectations.ts`). */
const AWAITED = 8

export class Rows {
  /** Row numbers run from 0 to `end` - 1, free ones included. */
  end = 0
  readonly arena = new TextArena()
  readonly columns: TorrentColumns
  /** Rises with every batch of changes. */
  generation = 1
  /** The generation in which rows last came, went or became visible. */
  membership = 0
  /** By row: its server's number, and the generation of the last change. */
  servers = new Uint16Array(FIRST_CAPACITY)
  generations = new Uint32Array(FIRST_CAPACITY)
  /** By row: the generation in which the number was given out. */
  births = new Uint32Array(FIRST_CAPACITY)
  readonly #list: readonly Column<unknown>[]
  readonly #fields: readonly TorrentField[]
  readonly #index: RowIndex
  readonly #spans = new Spans()
  readonly #free: number[] = []
  readonly #scratch = new Uint8Array(HASH_BYTES)
  #parsed = ''
  #capacity = FIRST_CAPACITY
  #grown = 0
  #growNextAt = 0
  #flags = new Uint8Array(FIRST_CAPACITY)
  #seenAt = new Float64Array(FIRST_CAPACITY)
  #hashes = new Uint8Array(FIRST_CAPACITY * HASH_BYTES)

  constructor() {
    this.columns = createColumns(this.arena, (row) => this.hash(row))
    this.#list = Object.values(this.columns)
    this.#fields = Object.keys(this.columns) as TorrentField[]
    this.#index = new RowIndex(this.#hashes)
    this.#index.rebase(this.#hashes, FIRST_CAPACITY)
    for (const column of this.#list) column.grow(FIRST_CAPACITY, 0)
    this.#planGrowth()
  }

  /** Bytes of everything kept per row; reserved but untouched room included. */
  get bytes(): number {
    const own = [this.servers, this.generations, this.births, this.#flags, this.#seenAt, this.#hashes]
    const cells = this.#list.reduce((sum, column) => sum + column.bytes, 0)
    return (
      own.reduce((sum, array) => sum + array.byteLength, cells) + this.#index.bytes + this.arena.buffer.length
    )
  }

  /* ── which row ── */

  /** @returns -1 when that server has no such torrent, visible or staged */
  find(server: number, hash: InfoHash): number {
    for (let row = this.#index.first(this.#parse(hash)); row !== NO_ROW; row = this.#index.next(row)) {
      if (this.servers[row] === server) return row
    }
    return NO_ROW
  }

  /** The visible rows of a hash on all servers. */
  withHash(hash: InfoHash): number[] {
    const rows: number[] = []
    for (let row = this.#index.first(this.#parse(hash)); row !== NO_ROW; row = this.#index.next(row)) {
      if (this.isVisible(row)) rows.push(row)
    }
    return rows
  }

  /** Where all rows of a server lie, visible or not; others may lie between them. Valid until the next row is added. */
  spanOf(server: number): Span {
    return this.#spans.of(server)
  }

  hash(row: number): InfoHash {
    const at = row * HASH_BYTES
    return Buffer.from(this.#hashes.buffer, at, HASH_BYTES).toString('hex') as InfoHash
  }

  /** The raw 20 bytes, valid until the next row is added. */
  hashBytes(row: number): Uint8Array {
    return this.#hashes.subarray(row * HASH_BYTES, (row + 1) * HASH_BYTES)
  }

  /** Writes the raw 20 bytes to that place. */
  copyHash(row: number, to: Uint8Array, at: number): void {
    const from = row * HASH_BYTES
    for (let i = 0; i < HASH_BYTES; i++) to[at + i] = this.#hashes[from + i]!
  }

  compareHashes(a: number, b: number): number {
    const left = a * HASH_BYTES
    const right = b * HASH_BYTES
    for (let i = 0; i < HASH_BYTES; i++) {
      const difference = this.#hashes[left + i]! - this.#hashes[right + i]!
      if (difference !== 0) return difference
    }
    return 0
  }

  /* ── coming and going ── */

  /** A staged row with nothing known. The caller made sure that the server has none of this hash. */
  add(server: number, hash: InfoHash): number {
    const row = this.reserve(server, hash)
    for (const column of this.#list) column.reset(row)
    return row
  }

  /** The same with cells that hold anything: whoever reserves rows fills every column of them (`fill`). */
  reserve(server: number, hash: InfoHash): number {
    this.#prepareRoom()
    const row = this.#free.pop() ?? this.end++
    this.servers[row] = server
    this.#spans.add(server, row)
    this.#flags[row] = 0
    this.#hashes.set(this.#parse(hash), row * HASH_BYTES)
    this.#index.add(row)
    this.births[row] = this.generation
    this.generations[row] = this.generation
    return row
  }

  /** Fills new rows with what was told of them. */
  fill(rows: readonly number[], patches: readonly TorrentPatch[]): void {
    // First, because the content path shares its bytes.
    this.columns.name.fill(rows, patches, 'name')
    for (const field of this.#fields) {
      const column = this.columns[field]
      if (field !== 'name') column.fill(rows, patches, field)
      column.generation = this.generation
    }
  }

  /** Shows a staged row to people. */
  preview(row: number): void {
    this.#set(row, PREVIEWED, true)
    this.generations[row] = this.generation
    this.membership = this.generation
  }

  show(row: number): void {
    this.#set(row, PREVIEWED, false)
    this.#set(row, VISIBLE, true)
    this.generations[row] = this.generation
    this.membership = this.generation
  }

  /** Out of sight with all its cells: its torrent went, and may have to be shown again. */
  hide(row: number): void {
    this.#flags[row] = 0
    this.generations[row] = this.generation
    this.membership = this.generation
  }

  /** Shows a hidden row again. For readers it is a new one; nobody has told of it. */
  revive(row: number): void {
    this.births[row] = this.generation
    for (const column of this.#list) column.generation = this.generation
    this.show(row)
  }

  /** Gives the row back. Its cells are cleared when the number is given out again, those that hold much at once. */
  drop(row: number): void {
    this.#index.remove(row)
    this.#spans.drop(this.servers[row]!)
    const {contentPath, name, comment, infoHashV1, infoHashV2} = this.columns
    for (const column of [contentPath, name, comment, infoHashV1, infoHashV2]) column.reset(row)
    this.#flags[row] = 0
    this.generations[row] = this.generation
    this.membership = this.generation
    this.#free.push(row)
  }

  /* ── the row itself ── */

  isVisible(row: number): boolean {
    return (this.#flags[row]! & VISIBLE) !== 0
  }

  /** For lists that people look at, and nothing else: its server may not have told its first list to the end. */
  isShown(row: number): boolean {
    return (this.#flags[row]! & (VISIBLE | PREVIEWED)) !== 0
  }

  isSeen(row: number): boolean {
    return (this.#flags[row]! & SEEN) !== 0
  }

  isListed(row: number): boolean {
    return (this.#flags[row]! & LISTED) !== 0
  }

  isAwaited(row: number): boolean {
    return (this.#flags[row]! & AWAITED) !== 0
  }

  setSeen(row: number, on: boolean): void {
    this.#set(row, SEEN, on)
  }

  setListed(row: number, on: boolean): void {
    this.#set(row, LISTED, on)
  }

  setAwaited(row: number, on: boolean): void {
    this.#set(row, AWAITED, on)
  }

  seenAt(row: number): EpochMs {
    return this.#seenAt[row]!
  }

  setSeenAt(row: number, at: EpochMs): void {
    this.#seenAt[row] = at
  }

  #set(row: number, bit: number, on: boolean): void {
    if (on) this.#flags[row]! |= bit
    else this.#flags[row]! &= ~bit
  }

  /** Of the hash that was asked for last: the same one is mostly asked for several times in a row. */
  #parse(hash: InfoHash): Uint8Array {
    if (hash === this.#parsed) return this.#scratch
    this.#parsed = hash
    for (let i = 0; i < HASH_BYTES; i++) {
      this.#scratch[i] = (digit(hash.charCodeAt(2 * i)) << 4) | digit(hash.charCodeAt(2 * i + 1))
    }
    return this.#scratch
  }

  /* ── room ── */

  /**
   * Copying every column at once would block for 10 ms at 100,000 rows; so from four fifths on one column grows every
   * few rows, and all have grown before the last row is taken.
   */
  #prepareRoom(): void {
    if (this.#free.length > 0) return
    while (this.end >= this.#growNextAt) {
      const wanted = this.#capacity + (this.#capacity >>> (this.#capacity > LARGE ? 2 : 1))
      const column = this.#list[this.#grown++]
      if (column) column.grow(wanted, this.end)
      else this.#growOwn(wanted)
      this.#growNextAt += this.#growthStep()
    }
  }

  #growOwn(capacity: number): void {
    this.servers = copied(this.servers, new Uint16Array(capacity))
    this.generations = copied(this.generations, new Uint32Array(capacity))
    this.births = copied(this.births, new Uint32Array(capacity))
    this.#flags = copied(this.#flags, new Uint8Array(capacity))
    this.#seenAt = copied(this.#seenAt, new Float64Array(capacity))
    this.#hashes = copied(this.#hashes, new Uint8Array(capacity * HASH_BYTES))
    this.#index.rebase(this.#hashes, capacity)
    this.#capacity = capacity
    this.#planGrowth()
  }

  #planGrowth(): void {
    this.#grown = 0
    this.#growNextAt = Math.floor(this.#capacity * 0.8)
  }

  #growthStep(): number {
    return Math.floor((this.#capacity * 0.2) / (this.#list.length + 2))
  }
}

function copied<A extends Uint8Array | Uint16Array | Uint32Array | Float64Array>(from: A, to: A): A {
  to.set(from)
  return to
}

function digit(code: number): number {
  return code < 58 ? code - 48 : code - 87
}

/**
 * Between which row numbers each server's rows lie. Servers tell their lists one after the other, so with thousands of
 * them that is nearly their own rows: what is about one server need not look through those of all.
 */
interface Span {
  readonly from: number
  /** Not included. */
  readonly to: number
}

const nothing: Span = {from: 0, to: 0}

class Spans {
  readonly #byServer = new Map<number, {from: number; to: number; count: number}>()

  /** Never too narrow; wider than need be until the server's last row went. Rows of others may lie in it. */
  of(server: number): Span {
    return this.#byServer.get(server) ?? nothing
  }

  add(server: number, row: number): void {
    const span = this.#byServer.get(server)
    if (!span) {
      this.#byServer.set(server, {from: row, to: row + 1, count: 1})
      return
    }
    if (row < span.from) span.from = row
    if (row >= span.to) span.to = row + 1
    span.count++
  }

  drop(server: number): void {
    const span = this.#byServer.get(server)
    if (span && --span.count === 0) this.#byServer.delete(server)
  }
}
