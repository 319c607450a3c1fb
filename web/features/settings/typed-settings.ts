/**
 * Keys of a section as a form holds them, and as they travel. '' = as when the key is absent; what differs from how it
 * was is sent, and nothing else.
 */
import type {ArrDefinition} from '../../api/arrs.ts'
import {Problem} from '../../api/problem.ts'
import type {SettingColumn, SettingKey, Settings, ValueSource, ValueSources} from '../../api/sections.ts'

/** A row of a list of tables. What no column shows stays in it. */
export interface TypedRow {
  /** Of this form alone. */
  readonly id: string
  readonly kept: Settings
  readonly typed: Readonly<Record<string, string>>
}

/** What is typed; `null` = a secret is taken out. */
export type TypedValue = string | null | readonly TypedRow[]
/** By path. */
export type TypedSettings = Readonly<Record<string, TypedValue>>
type Key = Pick<SettingKey, 'path' | 'input' | 'columns'>
type Column = Pick<SettingColumn, 'path' | 'input'>

export function typedFrom(settings: Settings, keys: readonly Key[]): TypedSettings {
  return Object.fromEntries(
    keys.map((key) => {
      return [key.path, typedValue(valueAt(settings, key.path.split('.')), key)]
    }),
  )
}

/** `null` in it = as when the key is absent. */
export function settingsPatch(
  before: TypedSettings,
  after: TypedSettings,
  keys: readonly Key[],
): Record<string, unknown> {
  const patch: Record<string, unknown> = {}
  for (const key of keys) {
    const {[key.path]: was = ''} = before
    const {[key.path]: is = ''} = after
    const path = key.path.split('.')
    if (isRows(was) && isRows(is)) {
      const [one, other] = [was, is].map((rows) => rows.map((row) => rowValue(row, key.columns)))
      if (JSON.stringify(one) !== JSON.stringify(other)) put(patch, path, other)
    } else if (text(was) !== text(is)) put(patch, path, valueOf(key, text(is), text(was)))
  }
  return patch
}

/** Which keys differ, in the order of `keys`. */
export function changedKeys<K extends Key>(
  before: TypedSettings,
  after: TypedSettings,
  keys: readonly K[],
): readonly K[] {
  return keys.filter((key) => Object.keys(settingsPatch(before, after, [key])).length > 0)
}

/** What the keys are, by their paths; `null` = absent. Secrets are not in it: no page knows what they are. */
export function valuesOf(settings: Settings, keys: readonly Key[]): Settings {
  return Object.fromEntries(
    keys
      .filter(({input}) => input !== 'secret')
      .map(({path}) => [path, valueAt(settings, path.split('.')) ?? null]),
  )
}

/** Of keys that are being changed what they were, as far as it is known. */
export function wasOf(changed: readonly Key[], values: Settings): Settings {
  return Object.fromEntries(
    changed.flatMap(({path}) => (Object.hasOwn(values, path) ? [[path, values[path]]] : [])),
  )
}

/** Where each value comes from that is in force: of an Arr of config.toml, of variables and of people alike. */
export function sourcesOfArr({sources}: Pick<ArrDefinition, 'sources'>): ValueSources {
  return new Map(
    sources.map(({key, from, line, variable, value}): [string, ValueSource] => [
      key,
      from === 'variable' ? {from, variable: variable ?? '', value} : from === 'file' ? {from, line} : {from},
    ]),
  )
}

/** What a key is for, without the marks and links that documents have. */
export function plainMeaning(means: string): string {
  return means
    .replaceAll(/\s*\(\[[^\]]*\]\([^)]*\)\)/g, '')
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll('`', '')
}

/** A row that nobody filled in yet. */
export function newRow(id: string): TypedRow {
  return {id, kept: {}, typed: {}}
}

export interface SettingFault {
  readonly found: string
  readonly accepted: string
}
/** By path; of a row by list, place and column: `Trackers[0].URI`. */
export type SettingFaults = Readonly<Record<string, SettingFault>>

/** `null` = it is about something else. */
export function settingFaults(error: Error | null): SettingFaults | null {
  if (!(error instanceof Problem) || error.fields.length === 0) return null
  const mine = error.fields.filter(({field}) => field.startsWith(SETTINGS))
  if (mine.length < error.fields.length) return null
  return Object.fromEntries(
    mine.map(({field, found, accepted}) => [
      field.slice(SETTINGS.length),
      {found: shown(found), accepted: typeof accepted === 'string' ? accepted : accepted.join(', ')},
    ]),
  )
}

/** Those that stand at no field: somebody has to read them anyway. */
export function strayFaults(faults: SettingFaults, keys: readonly Key[]): readonly [string, SettingFault][] {
  const fields = new Set(
    keys.flatMap(({path, columns}) => [path, ...columns.map((column) => `${path}[].${column.path}`)]),
  )
  return Object.entries(faults).filter(([path]) => !fields.has(path.replace(/\[\d+\]/, '[]')))
}

const SETTINGS = 'settings.'

function rowsFrom(value: unknown, columns: readonly Column[]): readonly TypedRow[] {
  if (!Array.isArray(value)) return []
  return (value as Settings[]).map((kept, place) => ({
    id: String(place),
    kept,
    typed: Object.fromEntries(columns.map(({path}) => [path, shown(kept[path])])),
  }))
}

function rowValue({kept, typed}: TypedRow, columns: readonly Column[]): Settings {
  const row: Record<string, unknown> = {...kept}
  for (const column of columns) {
    const [was, is] = [shown(kept[column.path]), typed[column.path] ?? '']
    if (was.trim() === is.trim()) continue
    const value = valueOf(column, is.trim(), was)
    if (value === null) delete row[column.path]
    else row[column.path] = value
  }
  return row
}

function isRows(value: TypedValue): value is readonly TypedRow[] {
  return typeof value === 'object' && value !== null
}

/** What is typed, without blanks around it; `null` = to be taken out. */
function text(value: TypedValue): string | null {
  return typeof value === 'string' ? value.trim() : null
}

function valueOf({input}: Column, typed: string | null, before: string | null): unknown {
  if (typed === null || (typed === '' && input !== 'pairs')) return null
  switch (input) {
    case 'flag':
      return typed === 'true'
    case 'list':
      return linesOf(typed)
    case 'pairs':
      return {...Object.fromEntries(pairsOf(before ?? '').map(([key]) => [key, null])), ...pairs(typed)}
    case 'word':
      if (typed === 'true' || typed === 'false') return typed === 'true'
      return asFigure(typed)
    case 'figure':
      return asFigure(typed)
    default:
      return typed
  }
}

function asFigure(typed: string): string | number {
  return /^-?\d+(\.\d+)?$/.test(typed) ? Number(typed) : typed
}

function linesOf(typed: string): string[] {
  return typed.split('\n').flatMap((line) => line.trim() || [])
}

function pairs(typed: string): Readonly<Record<string, string>> {
  return Object.fromEntries(pairsOf(typed))
}

/** A line without "=" is a key of nothing yet. */
function pairsOf(typed: string): [string, string][] {
  return linesOf(typed).map((line) => {
    const at = line.indexOf('=')
    return at === -1 ? [line, ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()]
  })
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.join('\n')
  if (typeof value !== 'object') return JSON.stringify(value)
  return Object.entries(value)
    .map(([key, inner]) => `${key} = ${shown(inner)}`)
    .join('\n')
}

/** As a form holds what the file has of one key. */
export function typedValue(value: unknown, key: Key): TypedValue {
  return key.input === 'rows' ? rowsFrom(value, key.columns) : shown(value)
}

export function valueAt(settings: Settings, path: readonly string[]): unknown {
  let at: unknown = settings
  for (const key of path) at = (at as Settings | null | undefined)?.[key]
  return at
}

function put(patch: Record<string, unknown>, [key, ...below]: readonly string[], value: unknown): void {
  if (below.length === 0) patch[key!] = value
  else put((patch[key!] ??= {}) as Record<string, unknown>, below, value)
}
