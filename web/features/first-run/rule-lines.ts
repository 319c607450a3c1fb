/** The rules that the setup offers, their values, and their lines. */
import {secondsOf} from '#lib/units.ts'
import type {Rule} from '../../api/rules.ts'
import type {FileObstacle, SettingKey, Settings} from '../../api/sections.ts'
import type {TextKey} from '../../i18n/text.ts'

/**
 * Values in the sentences of the last step. They are settings of the Arrs whose rules the sentences are about, so they
 * are what the rules have from then on. Pure.
 */
export type ValueName = 'stalled' | 'slow' | 'time' | 'ratio'

/** Values of rules that are settings of their Arrs. share: up to how far a download may be given up. */
export type RuleSetting = ValueName | 'share'

type Unit = 'seconds' | 'minutes'
type Key = Pick<SettingKey, 'path' | 'standard' | 'unit'>

const SEEDING = 'Torrent.SeedingMode.'
const REMOVE = `${SEEDING}RemoveTorrent`
/** Remove at either limit: what the sentence says when nobody had it remove anything. */
const AT_EITHER = 3

/** The setting that each value is. */
export const pathOfValue: Readonly<Record<RuleSetting, string>> = {
  stalled: 'Torrent.StalledDelay',
  slow: 'Torrent.MaximumETA',
  time: `${SEEDING}MaxSeedingTime`,
  ratio: `${SEEDING}MaxUploadRatio`,
  share: 'Torrent.MaximumDeletablePercentage',
}

/** When an Arr has torrents removed that have seeded enough. */
type RemovalMode = 'never' | 'ratio' | 'time' | 'either' | 'both'

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
  if (name !== 'ratio') return shownSpan(value, key?.unit ?? 'seconds')
  const figure = figureOf(value)
  return figure === null ? unread(value) : figure <= 0 ? null : String(figure)
}

/** A time as a section has it: "15 min"; `null` = never. @param unit of a bare figure */
export function shownSpan(value: unknown, unit: Unit): string | null {
  const figure = figureOf(value)
  if (figure !== null) return figure <= 0 ? null : spanWords(figure * unitSeconds[unit])
  const seconds = typeof value === 'string' ? spanOf(value) : undefined
  if (seconds === undefined) return unread(value)
  return spanWords(unit === 'minutes' ? Math.max(seconds, unitSeconds.minutes) : seconds)
}

function figureOf(value: unknown): number | null {
  const figure = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof figure === 'number' && !Number.isNaN(figure) ? figure : null
}

/** As it stands there. */
function unread(value: unknown): string | null {
  return typeof value === 'string' && value !== '–' && value !== '' ? value : null
}

/** What several Arrs have. @returns `null` = never, `undefined` = they differ */
export function sharedValue(values: readonly (string | null)[]): string | null | undefined {
  return values.every((it) => it === values[0]) ? (values[0] ?? null) : undefined
}

type TypedValue =
  /** What is sent. */
  | {readonly value: string | number}
  /** What is missing or wrong. */
  | {readonly fault: 'unit' | 'time' | 'number' | 'percent'}

const NEVER = -1

/**
 * What somebody typed. A time without a unit is not taken: 14 would be 14 seconds, and what was meant are days.
 * @param never how the page words that there is no limit
 */
export function readValue(name: RuleSetting, typed: string, never: string): TypedValue {
  const words = typed.trim()
  if (words === '' || words.toLowerCase() === never.toLowerCase()) return {value: NEVER}
  if (name === 'ratio') {
    const figure = words.replace(',', '.')
    return /^\d+(\.\d+)?$/.test(figure) ? {value: Number(figure)} : {fault: 'number'}
  }
  if (name === 'share') {
    const [, figure] = /^(\d+(?:[.,]\d+)?)\s*%$/.exec(words) ?? []
    const percent = Number(figure?.replace(',', '.'))
    return percent <= 100 ? {value: percent / 100} : {fault: 'percent'}
  }
  if (/^\d+([.,]\d+)?$/.test(words)) return {fault: 'unit'}
  return spanOf(words) === undefined ? {fault: 'time'} : {value: words.replaceAll(/\s+/g, '')}
}

/** What is changed at an Arr. A limit for seeding has torrents removed there, as its sentence says. */
export function changeOf(
  name: RuleSetting,
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

/** The last step: what Commodarr will do, as few sentences, each for the rules of all Arrs that do it. */
export const cautions = ['watch', 'ask', 'act'] as const
export type Caution = (typeof cautions)[number]

export interface RuleLine {
  readonly id: string
  readonly says: TextKey
  /** Values of it that can be changed in place, in the order of its sentence. */
  readonly values: readonly ValueName[]
  /** Arrs whose settings its values are. */
  readonly arrs: readonly ArrValues[]
  /** Where Arrs differ, a sentence is about some of them. */
  readonly isOfSome: boolean
  /** Of all that do it, each of its own Arr. */
  readonly rules: readonly Rule[]
}

/** An Arr, by what it has been told to do. */
export interface ArrValues {
  readonly id: string
  readonly name: string
  readonly settings: Settings
  /** Why nothing can be changed at it; `null` = it can. */
  readonly obstacle: FileObstacle | null
}

interface Kind {
  readonly says: TextKey
  readonly reasons: readonly string[]
  /** What is said of an Arr, with which values; `null` = there are none to change. */
  readonly ofArr?: (arr: ArrValues) => {readonly says: TextKey; readonly values: readonly ValueName[]}
}

const kinds: readonly Kind[] = [
  {says: 'setup.rules.import', reasons: ['imported', 'importRejected']},
  {
    says: 'setup.rules.stalled',
    reasons: ['stalled', 'slow', 'unavailable', 'metadataStuck', 'errored'],
    ofArr: ({settings}) =>
      replacesSlow(settings)
        ? {says: 'setup.rules.stalled.slow', values: ['stalled', 'slow']}
        : {says: 'setup.rules.stalled.for', values: ['stalled']},
  },
  {says: 'setup.rules.files', reasons: ['unwantedFiles', 'nothingWanted', 'mediaUnreadable', 'missingFiles']},
  {
    says: 'setup.rules.seeding',
    reasons: ['seedingDone'],
    ofArr: ({settings}) => seedingSentences[removalModeOf(settings)],
  },
  {says: 'setup.rules.trackers', reasons: ['unregistered', 'trackerUpkeep']},
  {says: 'setup.rules.space', reasons: ['freeSpace']},
]

const either = {says: 'setup.rules.seeding.either', values: ['time', 'ratio']} as const
const seedingSentences = {
  // What it does as soon as somebody gives it a limit.
  never: either,
  either,
  both: {says: 'setup.rules.seeding.both', values: ['time', 'ratio']},
  time: {says: 'setup.rules.seeding.time', values: ['time']},
  ratio: {says: 'setup.rules.seeding.ratio', values: ['ratio']},
} as const

/**
 * What there are rules for, and what can be had of Arrs by a value; what fits none of the sentences is together in the
 * last one.
 */
export function ruleLines(rules: readonly Rule[], arrs: readonly ArrValues[] = []): readonly RuleLine[] {
  const known = kinds.flatMap((kind) => {
    const its = rules.filter(({reason}) => reason !== null && kind.reasons.includes(reason))
    const ofArrs = linesOfArrs(kind, its, arrs)
    const shown = new Set(ofArrs.flatMap((line) => line.rules))
    return [
      ...ofArrs,
      plainLine(
        kind.reasons[0]!,
        kind.says,
        its.filter((rule) => !shown.has(rule)),
      ),
    ]
  })
  const named = new Set(known.flatMap((line) => line.rules))
  const others = plainLine(
    'others',
    'setup.rules.others',
    rules.filter((rule) => !named.has(rule)),
  )
  return [...known, others].filter((line) => line.rules.length > 0 || line.values.length > 0)
}

function linesOfArrs({reasons, ofArr}: Kind, rules: readonly Rule[], arrs: readonly ArrValues[]): RuleLine[] {
  if (ofArr === undefined) return []
  const groups = [...Map.groupBy(arrs, (arr) => ofArr(arr).says)]
  return groups.map(([says, its]) => ({
    id: `${reasons[0]!} ${says}`,
    says,
    values: ofArr(its[0]!).values,
    arrs: its,
    isOfSome: groups.length > 1,
    rules: rules.filter((rule) => its.some(({id}) => rule.arrs.includes(id))),
  }))
}

function plainLine(id: string, says: TextKey, rules: readonly Rule[]): RuleLine {
  return {id, says, values: [], arrs: [], isOfSome: false, rules}
}

/** Of its rules those that do what its sentence says; others only label it, or check it. */
export function actingRules({rules, values}: Pick<RuleLine, 'rules' | 'values'>): readonly Rule[] {
  const isActing = (action: string) =>
    values.length > 0 ? destructive.has(action) : action !== 'tag' && action !== 'untag'
  return rules.filter(({actions}) => actions.some(isActing))
}

const destructive: ReadonlySet<string> = new Set([
  'remove',
  'removeWithData',
  'recycle',
  'failDownload',
  'quarantine',
  'extraFiles.recycle',
  'orphan.recycle',
])

interface ModeChange {
  readonly id: string
  readonly mode: Rule['mode']
}

/**
 * What has to be switched before they may act: off is what somebody switched off, and who is asked first is asked before
 * anything is removed.
 * @param off ids of lines
 */
export function modesFor(
  lines: readonly RuleLine[],
  off: ReadonlySet<string>,
  caution: Caution,
): readonly ModeChange[] {
  return lines.flatMap(({id: line, rules}) =>
    rules.flatMap(({id, mode, actions}): ModeChange[] => {
      if (mode === 'off') return []
      if (off.has(line)) return [{id, mode: 'off'}]
      const asks = caution === 'ask' && mode === 'live' && actions.some((it) => destructive.has(it))
      return asks ? [{id, mode: 'ask'}] : []
    }),
  )
}
