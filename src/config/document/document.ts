/**
 * The parsed file on its way to a configuration: migrations of older generations and environment variables change it
 * in memory, and every value still knows where it came from. The file itself is never written here.
 */
import {locate, type Locations} from './locate.ts'
import {nowhere, type Place} from './findings.ts'
import {pathId, type KeyPath} from './key-path.ts'

/** Tables have no prototype: a key named `__proto__` or `constructor` is a key like any other. */
export type RawTable = {[key: string]: unknown}

/** Where a value was written: in a variable, or at this path of the file. */
type Origin = {readonly variable: string} | {readonly path: KeyPath}

/** A value taken out of the document, with what is known of its origin and of the origins within it. */
interface Cutting {
  readonly value: unknown
  readonly origin: Origin
  readonly within: readonly {readonly below: KeyPath; readonly origin: Origin}[]
}

export class Document {
  readonly root: RawTable
  readonly #locations: Locations
  /** Names of what stood at the top of the file. */
  readonly #written: ReadonlySet<string>
  /** Only of values that stand elsewhere than where they were written. */
  readonly #origins = new Map<string, {readonly at: KeyPath; readonly origin: Origin}>()

  /** @param text what `parsed` was read from */
  constructor(parsed: object, text: string) {
    this.root = copyTree(parsed) as RawTable
    this.#locations = locate(text)
    this.#written = new Set(Object.keys(parsed))
  }

  get(path: KeyPath): unknown {
    let value: unknown = this.root
    for (const part of path) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined
      value = Reflect.get(value, part)
    }
    return value
  }

  has(path: KeyPath): boolean {
    return this.get(path) !== undefined
  }

  /** The table at `path`; `null` when there is none or something else stands there. */
  table(path: KeyPath): RawTable | null {
    const value = this.get(path)
    return isTable(value) ? value : null
  }

  sections(): string[] {
    return Object.keys(this.root)
  }

  /** The name that a section has in the file; `null` = variables alone declare it. */
  writtenAs(section: string): string | null {
    const origin = this.#originOf([section])
    if ('variable' in origin) return null
    const name = String(origin.path[0])
    return origin.path.length === 1 && this.#written.has(name) ? name : null
  }

  /** A new value in place of what the owner wrote at `path`. */
  replace(path: KeyPath, value: unknown): void {
    this.#write(path, value)
  }

  setFromVariable(path: KeyPath, value: unknown, variable: string): void {
    this.paste(path, {value, origin: {variable}, within: []})
  }

  /** A copy: the original stays. */
  cut(path: KeyPath): Cutting {
    const within = [...this.#origins.values()]
      .filter(({at}) => at.length > path.length && startsWith(at, path))
      .map(({at, origin}) => ({below: at.slice(path.length), origin}))
    return {value: copyTree(this.get(path)), origin: this.#originOf(path), within}
  }

  /** Makes the tables above it; whatever is no table on the way there is replaced. */
  paste(path: KeyPath, {value, origin, within}: Cutting): void {
    for (const [id, {at}] of this.#origins) if (startsWith(at, path)) this.#origins.delete(id)
    this.#write(path, value)
    this.#origins.set(pathId(path), {at: path, origin})
    for (const {below, origin: inner} of within) {
      const at = [...path, ...below]
      this.#origins.set(pathId(at), {at, origin: inner})
    }
  }

  copy(from: KeyPath, to: KeyPath): void {
    this.paste(to, this.cut(from))
  }

  /** The value still knows its place in the file. */
  move(from: KeyPath, to: KeyPath): void {
    this.copy(from, to)
    this.remove(from)
  }

  remove(path: KeyPath): void {
    const parent = this.get(path.slice(0, -1))
    if (typeof parent === 'object' && parent !== null) Reflect.deleteProperty(parent, path.at(-1)!)
  }

  /** Where a value comes from; for one that is absent, the section or table it would stand in. */
  placeOf(path: KeyPath): Place {
    const origin = this.#originOf(path)
    if ('variable' in origin) return {...nowhere, variable: origin.variable}
    for (let length = origin.path.length; length > 0; length--) {
      const position = this.#locations.of(origin.path.slice(0, length))
      if (position) return {...position, variable: null}
    }
    return nowhere
  }

  #originOf(path: KeyPath): Origin {
    for (let length = path.length; length > 0; length--) {
      const moved = this.#origins.get(pathId(path.slice(0, length)))
      if (!moved) continue
      if ('variable' in moved.origin) return moved.origin
      return {path: [...moved.origin.path, ...path.slice(length)]}
    }
    return {path}
  }

  #write(path: KeyPath, value: unknown): void {
    let at: RawTable = this.root
    for (const part of path.slice(0, -1)) {
      const next = Object.hasOwn(at, part) ? at[part] : undefined
      at = isTable(next) || Array.isArray(next) ? (next as RawTable) : (at[part] = emptyTable())
    }
    at[path.at(-1)!] = value
  }
}

function startsWith(path: KeyPath, prefix: KeyPath): boolean {
  return prefix.every((part, i) => path[i] === part)
}

export function isTable(value: unknown): value is RawTable {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}

function emptyTable(): RawTable {
  return Object.create(null) as RawTable
}

/** A deep copy whose tables have no prototype. Dates stay as they are. */
function copyTree(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyTree)
  if (!isTable(value)) return value
  const copy = emptyTable()
  for (const key of Object.keys(value)) copy[key] = copyTree(value[key])
  return copy
}
