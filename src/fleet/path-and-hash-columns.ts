/** Two columns with a story: paths that mostly end in the name, and hashes that mostly are the key. */
import type {TorrentField, TorrentPatch} from '#model/torrent.ts'
import {FlagColumn, type Column, type Packed} from './column.ts'
import {InternedColumn} from './interned-columns.ts'
import type {TextArena} from './text-arena.ts'
import {TextColumn} from './text-column.ts'

/**
 * A path, kept as its folder (few distinct ones) and its last part (mostly the torrent's name, whose bytes it shares).
 * The folder keeps its closing separator, so that both together are exactly what the server wrote.
 */
export class PathColumn implements Column<string | undefined> {
  generation = 0
  readonly folder = new InternedColumn<string | undefined>(undefined)
  readonly leaf: TextColumn<string>

  constructor(arena: TextArena, name: TextColumn<string>) {
    this.leaf = new TextColumn<string>(arena, '', name)
  }

  get bytes(): number {
    return this.folder.bytes + this.leaf.bytes
  }

  isKnown(row: number): boolean {
    return this.folder.read(row) !== undefined
  }

  read(row: number): string | undefined {
    const folder = this.folder.read(row)
    return folder === undefined ? undefined : folder + this.leaf.read(row)
  }

  write(row: number, value: string | undefined): boolean {
    const cut = value === undefined ? 0 : leafStart(value)
    const folder = this.folder.write(row, value?.slice(0, cut).toWellFormed())
    return this.leaf.write(row, value?.slice(cut) ?? '') || folder
  }

  same(a: string | undefined, b: string | undefined): boolean {
    return a?.toWellFormed() === b?.toWellFormed()
  }

  reset(row: number): void {
    this.folder.reset(row)
    this.leaf.reset(row)
  }

  fill(rows: readonly number[], patches: readonly TorrentPatch[], field: TorrentField): void {
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!
      const value = patches[i]![field] as string | undefined
      const cut = value === undefined ? 0 : leafStart(value)
      this.folder.reset(row)
      this.folder.write(row, value?.slice(0, cut).toWellFormed())
      this.leaf.fillOne(row, value?.slice(cut) ?? '')
    }
  }

  grow(capacity: number, used: number): void {
    this.folder.grow(capacity, used)
    this.leaf.grow(capacity, used)
  }

  pack(rows: Uint32Array): Packed {
    const folder = this.folder.pack(rows)
    const leaf = this.leaf.pack(rows)
    return {data: leaf.data, words: [folder.words, [...new Uint32Array(new Uint8Array(folder.data).buffer)]]}
  }

  unpack(rows: Uint32Array, packed: Packed): void {
    const [words, cells] = packed.words as [readonly string[] | undefined, readonly number[] | undefined]
    this.folder.unpack(rows, {data: new Uint8Array(new Uint32Array(cells ?? []).buffer), words: words ?? []})
    this.leaf.unpack(rows, packed)
  }
}

/** Where the last part begins, a closing separator counted to it. Windows servers write backslashes. */
function leafStart(path: string): number {
  const windows = isWindowsPath(path)
  for (let at = path.length - 2; at >= 0; at--) {
    const letter = path[at]
    if (letter === '/' || (windows && letter === '\\')) return at + 1
  }
  return 0
}

/** `C:\\…`, `C:/…` or a share. Elsewhere a backslash is a letter like any other. */
function isWindowsPath(path: string): boolean {
  return /^(?:[A-Za-z]:|\\\\)/.test(path)
}

type Whole = string | null | undefined

/**
 * The whole info hashes. For nearly every torrent one equals the key and the other is none, so only the exceptions
 * are kept, and those can be looked up.
 */
export class HashColumn implements Column<Whole> {
  generation = 0
  readonly #ownHash: (row: number) => string
  /** True: the same as the key. False: see `#others`. */
  readonly #isOwn = new FlagColumn<boolean | null | undefined>(undefined)
  readonly #others = new Map<number, string>()
  readonly #rows = new Map<string, Set<number>>()

  constructor(ownHash: (row: number) => string) {
    this.#ownHash = ownHash
  }

  get bytes(): number {
    return this.#isOwn.bytes
  }

  read(row: number): Whole {
    const own = this.#isOwn.read(row)
    if (own === true) return this.#ownHash(row)
    return own === false ? this.#others.get(row) : own
  }

  write(row: number, value: Whole): boolean {
    if (this.read(row) === value) return false
    this.#forget(row)
    const own = typeof value === 'string' ? value === this.#ownHash(row) : value
    this.#isOwn.write(row, own)
    if (own === false) this.#remember(row, value as string)
    return true
  }

  same(a: Whole, b: Whole): boolean {
    return a === b
  }

  reset(row: number): void {
    this.#forget(row)
    this.#isOwn.reset(row)
  }

  fill(rows: readonly number[], patches: readonly TorrentPatch[], field: TorrentField): void {
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!
      const value = patches[i]![field] as Whole
      this.#forget(row)
      const own = typeof value === 'string' ? value === patches[i]!.hash : value
      this.#isOwn.write(row, own)
      if (own === false) this.#remember(row, value as string)
    }
  }

  grow(capacity: number, used: number): void {
    this.#isOwn.grow(capacity, used)
  }

  /** Rows with this hash whose key is another one. */
  rowsOf(hash: string): Iterable<number> {
    return this.#rows.get(hash) ?? []
  }

  pack(rows: Uint32Array): Packed {
    const words: [number, string][] = []
    for (let i = 0; i < rows.length; i++) {
      const other = this.#others.get(rows[i]!)
      if (other !== undefined) words.push([i, other])
    }
    return {data: this.#isOwn.pack(rows).data, words}
  }

  unpack(rows: Uint32Array, packed: Packed): void {
    this.#isOwn.unpack(rows, packed)
    for (const [i, hash] of packed.words as readonly [number, string][]) this.#remember(rows[i]!, hash)
  }

  #remember(row: number, hash: string): void {
    this.#others.set(row, hash)
    const rows = this.#rows.get(hash)
    if (rows) rows.add(row)
    else this.#rows.set(hash, new Set([row]))
  }

  #forget(row: number): void {
    const hash = this.#others.get(row)
    if (hash === undefined) return
    this.#others.delete(row)
    const rows = this.#rows.get(hash)
    rows?.delete(row)
    if (rows?.size === 0) this.#rows.delete(hash)
  }
}
