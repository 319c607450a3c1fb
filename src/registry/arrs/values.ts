/**
 * What is in force of the settings of an Arr, and where each value comes from: alike for those of the file, of variables and
 * of people. Pages show this, and never what one of these sources says alone.
 */
import type {SaidSection} from '#config/edit/config-file.ts'
import type {SaidValue} from '#config/config.ts'
import {Secret} from '#model/secret.ts'
import type {SectionKeys} from './draft.ts'
import {isKeys, valueAt, withoutKey} from './keys.ts'
import {ownKeys, splitSecrets, type Former} from './section.ts'
import {settingKeys} from './setting-keys.ts'

/** pages: a person set it here. */
interface ValueSource {
  /** Its path, joined by dots. */
  readonly key: string
  readonly from: 'pages' | 'file' | 'variable'
  /** Where the file says it, from 1; `null` = it does not, or nobody can say. */
  readonly line: number | null
  /** The environment variable that decides it; `null` = none. */
  readonly variable: string | null
  /** What the variable says, shortened; `null` = none decides it, or it may be a secret. */
  readonly value: string | null
}

export interface ValuesInForce {
  /** What was set, whoever set it, without secrets; what is absent is as usual. */
  readonly inForce: SectionKeys
  /** Of each key that was set. */
  readonly sources: readonly ValueSource[]
}

/** @param said by the file and variables; `null` = it stands in neither */
export function valuesOf(settings: SectionKeys, said: SaidSection | null): ValuesInForce {
  if (said === null) {
    const set = keyPaths.filter((key) => valueAt(settings, key.split('.')) !== undefined)
    return {inForce: settings, sources: set.map((key) => ({...unsaid, key, from: 'pages'}))}
  }
  const sources = keyPaths.flatMap((key) => sourceOf(key, said.values) ?? [])
  return {inForce: settingsIn(said.keys), sources}
}

/** Of the file, which cannot be looked into: all that is known of it comes from there. */
export function valuesOfFile({settings}: Pick<Former, 'settings'>): ValuesInForce {
  const {inForce, sources} = valuesOf(settings, null)
  return {inForce, sources: sources.map((it) => ({...it, from: 'file'}))}
}

const unsaid = {line: null, variable: null, value: null} as const

const keyPaths: readonly string[] = [...ownKeys, ...settingKeys().map(({path}) => path)]

/** A key whose value is a table stands in several lines. */
function sourceOf(key: string, values: readonly SaidValue[]): ValueSource | null {
  const its = values.filter((it) => it.key === key || it.key.startsWith(`${key}.`))
  const deciding = its.find(({variable}) => variable !== null) ?? its[0]
  if (deciding === undefined) return null
  const {line, variable, value} = deciding
  return {key, from: variable === null ? 'file' : 'variable', line, variable, value}
}

/** What the file says beside what an Arr has as fields of its own; whatever may be a secret is left out. */
export function settingsIn(raw: unknown): SectionKeys {
  if (!isKeys(raw)) return {}
  const rest = ownKeys.reduce<SectionKeys>(
    (keys, key) => withoutKey(keys, [key]),
    withoutSecrets(raw) as SectionKeys,
  )
  return splitSecrets(rest).settings
}

function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((it) => !(it instanceof Secret)).map(withoutSecrets)
  if (!isKeys(value)) return value
  const kept = Object.entries(value).filter(([, inner]) => !(inner instanceof Secret))
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutSecrets(inner)]))
}
