/**
 * Whose content lies where: torrents of a server whose content is the same as, inside or around another's
 * (cross-seeds). Rows are grouped by the folder their content lies in; folders are few, so both directions are cheap.
 * Paths are compared part by part, repeated and closing separators aside, on Windows any case.
 */
import {isWindowsPath} from './path-and-hash-columns.ts'
import type {Rows} from './rows.ts'

/** Rows whose content lies directly in one folder, and where in them its last part stands; made when first asked for. */
interface Folder {
  readonly rows: number[]
  leaves: LeafIndex | null
}

interface Groups {
  readonly membership: number
  readonly paths: number
  /** By name (normalised, without closing separator). */
  readonly folders: ReadonlyMap<string, Folder>
  /** The same names in order: those below a place stand together. */
  readonly names: readonly string[]
}

/** Fewer rows are looked through as they are. */
const WORTH_AN_INDEX = 32

export class SharedContent {
  readonly #rows: Rows
  /** By server number; built when asked for, again after somebody came, went or moved. */
  readonly #groups = new Map<number, Groups>()

  constructor(rows: Rows) {
    this.#rows = rows
  }

  /** Visible rows of the server with this number with content at, in or around that of `row`, itself excluded. */
  with(row: number, server: number): number[] {
    const path = this.#rows.columns.contentPath.read(row)
    if (path === undefined || path === '') return []
    const place = normalised(path)
    const groups = this.#groupsOf(server)
    const found = rowsBelow(groups, place)
    for (const at of [place, ...foldersAround(place)]) {
      found.push(...this.#rowsAt(groups.folders.get(folderOf(at)), at, isWindowsPath(path)))
    }
    return found.filter((other) => other !== row)
  }

  #rowsAt(folder: Folder | undefined, place: string, windows: boolean): number[] {
    if (!folder) return []
    const leaf = Buffer.from(place.slice(place.lastIndexOf('/') + 1))
    const candidates = this.#candidates(folder, windows, () => hashOf(windows ? Buffer.from(place) : leaf))
    if (windows) return candidates.filter((row) => normalised(this.#path(row)) === place)
    const closed = Buffer.concat([leaf, Buffer.from('/')])
    const {leaf: leaves} = this.#rows.columns.contentPath
    return candidates.filter((row) => leaves.holds(row, leaf) || leaves.holds(row, closed))
  }

  /** A folder may hold a hundred thousand, and a command may ask for ten thousand of them. */
  #candidates(folder: Folder, windows: boolean, hash: () => number): readonly number[] {
    if (folder.rows.length < WORTH_AN_INDEX) return folder.rows
    const {leaf} = this.#rows.columns.contentPath
    folder.leaves ??= new LeafIndex(folder.rows, (row) =>
      hashOf(windows ? Buffer.from(normalised(this.#path(row))) : withoutSeparator(leaf.bytesAt(row))),
    )
    return folder.leaves.rowsOf(hash())
  }

  #path(row: number): string {
    return this.#rows.columns.contentPath.read(row) ?? ''
  }

  #groupsOf(server: number): Groups {
    const {membership, columns} = this.#rows
    const paths = columns.contentPath.generation
    const known = this.#groups.get(server)
    if (known?.membership === membership && known.paths === paths) return known
    const folders = this.#group(server)
    const groups = {membership, paths, folders, names: [...folders.keys()].sort()}
    this.#groups.set(server, groups)
    return groups
  }

  #group(server: number): ReadonlyMap<string, Folder> {
    const {contentPath} = this.#rows.columns
    const byId: number[][] = []
    const {from, to} = this.#rows.spanOf(server)
    for (let row = from; row < to; row++) {
      if (this.#rows.servers[row] !== server || !this.#rows.isVisible(row)) continue
      const id = contentPath.folder.code(row)
      const group = byId[id]
      if (group) group.push(row)
      else byId[id] = [row]
    }
    const folders = new Map<string, Folder>()
    byId.forEach((rows, id) => {
      const name = contentPath.folder.interner.values[id]
      if (name === undefined) return
      const known = folders.get(normalised(name))
      if (known) for (const row of rows) known.rows.push(row)
      else folders.set(normalised(name), {rows, leaves: null})
    })
    return folders
  }
}

/** Rows by a hash of what their path ends in. */
class LeafIndex {
  readonly #rows: readonly number[]
  /** By hash: place + 1 of the first row, and by place that of the next one with the same hash. */
  readonly #first = new Map<number, number>()
  readonly #next: Uint32Array

  constructor(rows: readonly number[], hashAt: (row: number) => number) {
    this.#rows = rows
    this.#next = new Uint32Array(rows.length)
    rows.forEach((row, place) => {
      const hash = hashAt(row)
      this.#next[place] = this.#first.get(hash) ?? 0
      this.#first.set(hash, place + 1)
    })
  }

  rowsOf(hash: number): number[] {
    const found: number[] = []
    for (let at = this.#first.get(hash) ?? 0; at > 0; at = this.#next[at - 1]!)
      found.push(this.#rows[at - 1]!)
    return found
  }
}

/** FNV-1a. */
function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193)
  return hash >>> 0
}

function withoutSeparator(leaf: Uint8Array): Uint8Array {
  return leaf.at(-1) === 0x2f ? leaf.subarray(0, -1) : leaf
}

function rowsBelow({folders, names}: Groups, place: string): number[] {
  const found = [...(folders.get(place)?.rows ?? [])]
  const inside = `${place}/`
  for (let at = firstFrom(names, inside); at < names.length && names[at]!.startsWith(inside); at++) {
    for (const row of folders.get(names[at]!)!.rows) found.push(row)
  }
  return found
}

/** Place of the first name that is not before `wanted`. */
function firstFrom(names: readonly string[], wanted: string): number {
  let [low, high] = [0, names.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (names[middle]! < wanted) low = middle + 1
    else high = middle
  }
  return low
}

function normalised(path: string): string {
  const slashed = isWindowsPath(path) ? path.replaceAll('\\', '/').toLowerCase() : path
  return slashed.replaceAll(/\/(?:\.?\/)+/g, '/').replace(/\/+$/, '')
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

function foldersAround(path: string): string[] {
  const folders: string[] = []
  for (let folder = folderOf(path); folder !== ''; folder = folderOf(folder)) folders.push(folder)
  return folders
}
