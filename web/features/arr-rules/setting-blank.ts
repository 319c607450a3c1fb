/** A key of an Arr's section as a blank of a sentence: what it is in words, and what it is usually. Pure. */
import type {SettingKey, Settings} from '../../api/sections.ts'
import {text, textIfAny} from '../../i18n/text.ts'
import {fullSpeed, written} from '../../ui/format.ts'
import {shownSpan} from '../first-run/rule-lines.ts'
import {
  plainMeaning,
  settingsPatch,
  typedFrom,
  valueAt,
  type TypedSettings,
} from '../settings/typed-settings.ts'

const KIB = 1_024

/** "search again", "15 min", "7 entries". @param settings of the Arr, as they were set */
export function settingWords(key: SettingKey, settings: Settings): string {
  const {path, input, standard, unit} = key
  const set = valueAt(settings, path.split('.'))
  const value = set ?? standardOf(key)
  const leaf = path.slice(path.lastIndexOf('.') + 1)
  const own = (value: string) => textIfAny(`arr-rules.value.${leaf}.${value}`)
  if (input === 'list' || input === 'rows') {
    const entries = Array.isArray(value) ? value : typeof value === 'string' && value !== '' ? [value] : []
    if (entries.length === 0) return own('none') ?? text('arr-rules.value.none')
    return (
      textIfAny(`arr-rules.value.${leaf}`, {count: entries.length}) ??
      text('arr-rules.value.list', {count: entries.length})
    )
  }
  if (input === 'flag') {
    const word = String(value)
    return own(word) ?? text(word === 'true' ? 'setting.yes' : 'setting.no')
  }
  const word = typeof value === 'string' ? value : JSON.stringify(value)
  if (path.endsWith('RateLimitPerTorrent')) {
    const figure = Number(word)
    return own(word) ?? (Number.isNaN(figure) ? word : written(fullSpeed(figure * KIB)))
  }
  if (unit !== null) {
    const span = shownSpan(value, unit)
    if (span === null) return own(word) ?? text('arr-rules.value.never')
    return textIfAny(`arr-rules.value.${leaf}.some`, {value: span}) ?? span
  }
  return own(word) ?? (word === '' ? standard : word)
}

/** What it is without being set: "–" of a list is none. */
function standardOf({input, standard}: SettingKey): unknown {
  if (input === 'list' || input === 'rows') return []
  return standard.replaceAll(/["`]/g, '')
}

/** What it is called: "file types"; of others the begin of what they mean. */
export function settingLabel({path, means}: Pick<SettingKey, 'path' | 'means'>): string {
  const own = textIfAny(`arr-rules.label.${path.slice(path.lastIndexOf('.') + 1)}`)
  if (own !== null) return own
  const [first = ''] = plainMeaning(means).split(/;|: |\. /)
  return first.replace(/\.$/, '')
}

/** A key as it is typed; '' = as when it is absent. */
export function typedSetting(key: SettingKey, settings: Settings): string {
  const typed = typedFrom(settings, [key])[key.path]
  return typeof typed === 'string' ? typed : ''
}

/** The change of one key, and the one that takes it back. */
export function settingEdit(
  key: SettingKey,
  settings: Settings,
  typed: string,
): {readonly change: Settings; readonly back: Settings} {
  const before: TypedSettings = typedFrom(settings, [key])
  const after = {[key.path]: typed}
  return {change: settingsPatch(before, after, [key]), back: settingsPatch(after, before, [key])}
}

/** Of keys without words of their own, as a line of figures: about what people have. */
export function usualSettings({path, unit, input}: SettingKey): readonly string[] {
  if (input !== 'figure') return []
  if (path.endsWith('RateLimitPerTorrent')) return ['-1', '0', '512', '1024', '5120']
  if (path.endsWith('Ratio')) return ['-1', '1', '1.5', '2', '3']
  if (path.endsWith('MaxSeedingTime')) return ['-1', '3d', '7d', '14d', '30d']
  if (path.endsWith('MaximumETA')) return ['6h', '12h', '1d', '3d']
  if (path.endsWith('RssSyncTimer')) return ['0', '15m', '30m', '1h']
  if (path.endsWith('RefreshDownloadsTimer')) return ['0', '1m', '2m', '5m']
  return unit === 'minutes'
    ? ['5m', '15m', '1h', '6h', '1d']
    : unit === 'seconds'
      ? ['1m', '3m', '10m', '1h']
      : []
}

/** Of them one is selected; the first is as when the key is absent. [] = it is typed. */
export function settingChoices(key: SettingKey): readonly {readonly value: string; readonly label: string}[] {
  const {input, words} = key
  const all = input === 'flag' ? ['true', 'false'] : words
  return all.map((value) => ({value, label: settingWords(key, nested(key.path, value))}))
}

function nested(path: string, value: string): Settings {
  return path.split('.').reduceRight<unknown>((inner, key) => ({[key]: inner}), value) as Settings
}
