/** What settings of an Arr become when a sentence of it is turned on, and which differ. Pure. */
import type {SettingKey, Settings} from '../../api/sections.ts'
import {valueAt} from '../settings/typed-settings.ts'
import {arrSentences, type OffSentence} from './arr-sentences.ts'

/** Paths of all values that differ, from the section on; lists are one value. */
export function changedPaths(before: Settings, after: Settings, above = ''): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) => {
    const [one, other] = [before[key], after[key]]
    if (isTable(one) || isTable(other)) {
      return changedPaths(isTable(one) ? one : {}, isTable(other) ? other : {}, `${above}${key}.`)
    }
    return JSON.stringify(one) === JSON.stringify(other) ? [] : [`${above}${key}`]
  })
}

function isTable(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Values without which a sentence would do nothing. */
const usualValues: Readonly<Record<string, unknown>> = {
  'Torrent.StalledDelay': 15,
  'Torrent.MaximumETA': '1d',
  'Torrent.SeedingMode.MaxUploadRatio': 2,
  'Torrent.SeedingMode.MaxSeedingTime': '14d',
}

/** Lists that have to have an entry before a sentence can be turned on. */
const neededLists: {readonly [S in OffSentence]?: string} = {
  leftovers: 'Torrent.FileExtensionAllowlist',
  dead: 'Torrent.SeedingMode.RemoveTrackerWithMessage',
}

/**
 * What turning a sentence on changes.
 * @returns change `null` = a value that is filled in does it. after: as the settings would be. lacks: a list that has to be
 * filled in first; `null` = none
 */
export function startOf(
  id: OffSentence,
  {settings, keys}: {readonly settings: Settings; readonly keys: ReadonlyMap<string, SettingKey>},
): {
  readonly change: Settings | null
  readonly back: Settings
  readonly after: Settings
  readonly lacks: string | null
} {
  const {start, keys: own} = arrSentences[id]
  if (start === null) return {change: null, back: {}, after: settings, lacks: null}
  const missing = own.filter(
    (path) => path in usualValues && !(path in start) && !isSet(path, settings, keys),
  )
  // Of two limits one is enough.
  const isLimited = id === 'seeded' && missing.length < 2
  const filled = Object.fromEntries((isLimited ? [] : missing).map((path) => [path, usualValues[path]]))
  const change = {...filled, ...start}
  const before = Object.fromEntries(
    Object.keys(change).map((path) => [path, valueAt(settings, path.split('.')) ?? null]),
  )
  const needed = neededLists[id]
  const list = needed === undefined ? undefined : valueAt(settings, needed.split('.'))
  const lacks = needed !== undefined && !(Array.isArray(list) && list.length > 0) ? needed : null
  return {change, back: before, after: laidOver(settings, change), lacks}
}

function isSet(path: string, settings: Settings, keys: ReadonlyMap<string, SettingKey>): boolean {
  const value = valueAt(settings, path.split('.')) ?? keys.get(path)?.standard
  return !(typeof value === 'number' ? value <= 0 : Number(value) <= 0)
}

function laidOver(settings: Settings, change: Readonly<Record<string, unknown>>): Settings {
  return Object.entries(change).reduce(
    (all, [path, value]) => withValue(all, path.split('.'), value),
    settings,
  )
}

function withValue(settings: Settings, [key, ...below]: readonly string[], value: unknown): Settings {
  const inner = settings[key!]
  return {
    ...settings,
    [key!]: below.length === 0 ? value : withValue(isTable(inner) ? inner : {}, below, value),
  }
}
