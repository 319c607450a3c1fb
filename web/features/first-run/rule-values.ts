/**
 * Values in the sentences of the last step. They are settings of the Arrs whose rules the sentences are about, so they
 * are what the rules have from then on. Pure.
 */
import {secondsOf} from '#lib/units.ts'
import type {SettingKey, Settings} from '../../api/sections.ts'

export type ValueName = 'stalled' | 'slow' | 'time' | 'ratio'

type Unit = 'seconds' | 'minutes'
type Key = Pick<SettingKey, 'path' | 'standard' | 'unit'>

const SEEDING = 'Torrent.SeedingMode.'
const REMOVE = `${SEEDING}RemoveTorrent`
/** Remove at either limit: what the sentence says when nobody had it remove anything. */
const AT_EITHER = 3

/** The setting that each value is. */
export const pathOfValue: Readonly<Record<ValueName, string>> = {
  stalled: 'Torrent.StalledDelay',
  slow: 'Torrent.MaximumETA',
  time: `${SEEDING}MaxSeedingTime`,
  ratio: `${SEEDING}MaxUploadRatio`,
}

/** When an Arr has torrents removed that have seeded enough. */
export type RemovalMode = 'never' | 'ratio' | 'time' | 'either' | 'both'

const removalModes: Readonly<Record<string, RemovalMode>> = {1: 'ratio', 2: 'time', 3: 'either', 4: 'both'}

export function removalModeOf(settings: Settings): RemovalMode {
  return removalModes[String(settingAt(settings, REMOVE))] ?? 'never'
}

/** Are its slow downloads replaced at all? */
export function replacesSlow(settings: Settings): boolean {
  return settingAt(settings, 'Torrent.DoNotRemoveSlow') !== true
}

/** A value as a sentence shows it: "15 min", "14 d", "2"; `null` = never. */
export function shownSetting(name: ValueName, settings: Settings, keys: readonly Key[]): string | null {
  const path = pathOfValue[name]
  const key = keys.find((it) => it.path === path)
  const value = settingAt(settings, path) ?? key?.standard ?? null
  const figure = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof figure === 'number' && !Number.isNaN(figure)) {
    if (figure <= 0) return null
    return name === 'ratio' ? String(figure) : spanWords(figure * unitSeconds[key?.unit ?? 'seconds'])
  }
  const seconds = typeof value === 'string' ? spanOf(value) : undefined
  if (seconds === undefined) return typeof value === 'string' && value !== '–' ? value : null
  return spanWords(key?.unit === 'minutes' ? Math.max(seconds, unitSeconds.minutes) : seconds)
}

/** What several Arrs have. @returns `null` = never, `undefined` = they differ */
export function sharedValue(values: readonly (string | null)[]): string | null | undefined {
  return values.every((it) => it === values[0]) ? (values[0] ?? null) : undefined
}

export type TypedValue =
  /** What is sent. */
  | {readonly value: string | number}
  /** What is missing or wrong. */
  | {readonly fault: 'unit' | 'time' | 'number'}

const NEVER = -1

/**
 * What somebody typed. A time without a unit is not taken: 14 would be 14 seconds, and what was meant are days.
 * @param never how the page words that there is no limit
 */
export function readValue(name: ValueName, typed: string, never: string): TypedValue {
  const words = typed.trim()
  if (words === '' || words.toLowerCase() === never.toLowerCase()) return {value: NEVER}
  if (name === 'ratio') {
    const figure = words.replace(',', '.')
    return /^\d+(\.\d+)?$/.test(figure) ? {value: Number(figure)} : {fault: 'number'}
  }
  if (/^\d+([.,]\d+)?$/.test(words)) return {fault: 'unit'}
  return spanOf(words) === undefined ? {fault: 'time'} : {value: words.replaceAll(/\s+/g, '')}
}

/** What is changed at an Arr. A limit for seeding has torrents removed there, as its sentence says. */
export function changeOf(
  name: ValueName,
  value: string | number,
  settings: Settings,
): Readonly<Record<string, string | number>> {
  const isSeeding = name === 'time' || name === 'ratio'
  const begins = isSeeding && value !== NEVER && removalModeOf(settings) === 'never'
  return {[pathOfValue[name]]: value, ...(begins && {[REMOVE]: AT_EITHER})}
}

const unitSeconds: Readonly<Record<Unit, number>> = {seconds: 1, minutes: 60}

/** As people and files write it: "1h30m", "14 days". */
function spanOf(words: string): number | undefined {
  const plain = words.replaceAll(/\s+/g, '')
  const parts = [...plain.matchAll(/(\d+(?:\.\d+)?)([a-z]+)/gi)]
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== plain) return undefined
  let seconds = 0
  for (const [, figure, unit] of parts) {
    const size = secondsOf(unit!)
    if (size === undefined) return undefined
    seconds += Number(figure) * size
  }
  return Math.round(seconds)
}

const spans = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
  [1, 's'],
] as const

/** Exact, and so that it can be typed again: "1 h 30 min". */
function spanWords(seconds: number): string {
  const parts: string[] = []
  let left = Math.round(seconds)
  for (const [size, unit] of spans) {
    const whole = Math.floor(left / size)
    left -= whole * size
    if (whole > 0) parts.push(`${whole} ${unit}`)
  }
  return parts.join(' ')
}

function settingAt(settings: Settings, path: string): unknown {
  let at: unknown = settings
  for (const key of path.split('.')) at = (at as Settings | null | undefined)?.[key]
  return at
}
