/**
 * What the configuration names, of what protects: a value that is another one was edited, a key that is gone may have been
 * cut off with the end of the file. Taken after older generations and variables were read, so that a key that stands
 * elsewhere now, or in a variable, is named still.
 */
import {isTable, type Document, type RawTable} from './document/document.ts'
import type {KeyClasses} from './schema/protecting-keys.ts'
import {isProgramSection, keyClassesOf, serverKindOf} from './schema/sections.ts'
import {trackerHost} from './tracker-host.ts'

/**
 * By section, table and key, as the file is nested; `true` = a key. Rows of trackers are `[host]`, those of categories
 * `[name]`. Tables stand here as soon as the file has them, and hold only keys that protect.
 */
export interface NamedKeys {
  readonly [name: string]: NamedKeys | true
}

/** From the section on; a row is a part of its own, such as `[tracker.org]`. */
type NamedPath = readonly string[]

/** That a server or an Arr is named at all. */
const ITSELF = ''
/** The only key whose inner names are kept: of any other one, such as a password, nothing is but that it is there. */
const PATHS = 'PathMappings'

export function namedKeys(document: Document): NamedKeys {
  const entries = document.sections().flatMap((section): [string, NamedKeys][] => {
    const table = document.table([section])
    const about = table && aboutSection(section)
    if (!table || !about) return []
    const all = about.isServer ? underOneName(table) : table
    return [[section, {...about.itself, ...namedIn(all, about.classes)}]]
  })
  return Object.fromEntries(entries)
}

interface SectionAbout {
  readonly classes: KeyClasses
  readonly itself: NamedKeys
  readonly isServer: boolean
}

function aboutSection(section: string): SectionAbout | null {
  const classes = keyClassesOf(section)
  if (classes === null) return null
  const itself = isProgramSection(section) ? {} : ({[ITSELF]: true} as const)
  return {classes, itself, isServer: serverKindOf(section) !== null}
}

/** `URI` and `Url` of a server are one key: who writes the other one lost nothing. */
function underOneName({URI, Url, ...others}: RawTable): RawTable {
  return {...others, Url: Url ?? URI}
}

function namedIn(table: RawTable, classes: KeyClasses): NamedKeys {
  const entries = Object.entries(table).flatMap(([key, value]): [string, NamedKeys | true][] => {
    const its = Object.hasOwn(classes, key) ? classes[key]! : 'harmless'
    if (value === undefined) return []
    if (its === 'protects') return [[key, key === PATHS ? keysIn(value) : true]]
    if (typeof its === 'string') return []
    if (Array.isArray(value)) return [[key, rowsIn(value.filter(isTable), its)]]
    return [[key, isTable(value) ? namedIn(value, its) : {}]]
  })
  return Object.fromEntries(entries)
}

/** Path mappings are a table, or a list of tables: each is named by its path on the server. */
function keysIn(value: unknown): NamedKeys | true {
  const rows = Array.isArray(value) ? value.filter(isTable) : []
  if (!isTable(value) && rows.length === 0) return true
  const names = isTable(value) ? Object.keys(value) : rows.map(({Server}) => String(Server))
  return Object.fromEntries([ITSELF, ...names].map((key) => [key, true as const]))
}

/** What names nothing has no effect. Of several of one name all that they say together. */
function rowsIn(rows: readonly RawTable[], classes: KeyClasses): NamedKeys {
  const all: Record<string, NamedKeys> = {}
  for (const row of rows) {
    const name = rowName(row)
    if (name === '') continue
    const key = `[${name}]`
    const before = Object.hasOwn(all, key) ? all[key]! : {}
    Object.defineProperty(all, key, {
      value: {...before, ...namedIn(row, classes)},
      enumerable: true,
      writable: true,
    })
  }
  return all
}

/** Nothing secret: an announce address may end with a passkey. */
function rowName({URI, Name}: RawTable): string {
  if (typeof URI === 'string') return trackerHost(URI)
  return typeof Name === 'string' ? Name.trim() : ''
}

/** Of names that were kept only what protects by the classes of today. */
export function protectingKeys(kept: NamedKeys): NamedKeys {
  const entries = Object.entries(kept).flatMap(([section, inner]): [string, NamedKeys][] => {
    const about = aboutSection(section)
    return about && inner !== true ? [[section, protectingIn(inner, about.classes)]] : []
  })
  return Object.fromEntries(entries)
}

function protectingIn(kept: NamedKeys, classes: KeyClasses): NamedKeys {
  const entries = Object.entries(kept).flatMap(([name, inner]): [string, NamedKeys | true][] => {
    if (name === ITSELF) return [[name, inner]]
    if (name.startsWith('[')) return inner === true ? [] : [[name, protectingIn(inner, classes)]]
    const its = Object.hasOwn(classes, name) ? classes[name]! : 'harmless'
    if (its === 'protects') return [[name, inner]]
    if (typeof its === 'string') return []
    return [[name, inner === true ? inner : protectingIn(inner, its)]]
  })
  return Object.fromEntries(entries)
}

/** What `before` names and `now` does not; of a section, a table or a row that is gone only that. */
export function lostKeys(before: NamedKeys, now: NamedKeys, path: NamedPath = []): readonly NamedPath[] {
  return Object.entries(before).flatMap(([name, inner]): readonly NamedPath[] => {
    const at = name === ITSELF ? path : [...path, name]
    if (!Object.hasOwn(now, name)) return holdsAny(inner) ? [at] : []
    if (inner === true) return []
    const there = now[name]!
    return lostKeys(inner, there === true ? {[ITSELF]: true} : there, at)
  })
}

function holdsAny(keys: NamedKeys | true): boolean {
  return keys === true || Object.values(keys).some(holdsAny)
}

/** What either of them names. */
export function withKeys(one: NamedKeys, other: NamedKeys): NamedKeys {
  const all: Record<string, NamedKeys | true> = Object.fromEntries(Object.entries(one))
  const entries = Object.entries(other).map(([name, inner]): [string, NamedKeys | true] => {
    const before = Object.hasOwn(all, name) ? all[name]! : {}
    if (inner === true || before === true) return [name, inner === true ? inner : withKeys({}, inner)]
    return [name, withKeys(before, inner)]
  })
  return Object.fromEntries([...Object.entries(all), ...entries])
}

/** @param paths of keys, tables and sections, as `lostKeys` tells them */
export function withoutKeys(keys: NamedKeys, paths: readonly NamedPath[]): NamedKeys {
  const entries = Object.entries(keys).flatMap(([name, inner]): [string, NamedKeys | true][] => {
    const below = paths.flatMap(([first, ...rest]) => (first === name ? [rest] : []))
    if (below.some((rest) => rest.length === 0)) return []
    return [[name, inner === true || below.length === 0 ? inner : withoutKeys(inner, below)]]
  })
  return Object.fromEntries(entries)
}

/** As a person finds it in the file: `Radarr-4K.Torrent.Trackers[tracker.org].MinSeedRatio`. */
export function namedPathText(path: NamedPath): string {
  return path.reduce((text, part) => {
    if (part.startsWith('[')) return text + part
    const key = /^[A-Za-z0-9_-]+$/.test(part) ? part : JSON.stringify(part)
    return text === '' ? key : `${text}.${key}`
  }, '')
}

/** The same for a sentence: rows of one list together. */
export function namedPathWords(paths: readonly NamedPath[]): readonly string[] {
  const groups = Map.groupBy(paths, (path) =>
    path.at(-1)!.startsWith('[') && path.length > 1
      ? `${namedPathText(path.slice(0, -1))}[]`
      : namedPathText(path),
  )
  return Array.from(groups, ([name, some]) => {
    if (!name.endsWith('[]')) return name
    return `${name.slice(0, -2)} (${some.length === 1 ? '1 row' : `${some.length} rows`})`
  })
}
