/** What becomes of a rule when a blank of its sentence is filled in otherwise. Pure. */
import type {ListedRule} from '../../api/rules.ts'
import type {Settings} from '../../api/sections.ts'
import {changeOf, pathOfValue, type RuleSetting} from '../first-run/rule-lines.ts'
import {withValue, type Part, type Place} from './form/rule-document.ts'
import {quantityFrom, shownValue} from './form/value-kind.ts'
import {
  secondsIn,
  shownList,
  shownPair,
  type Blank,
  type ChoiceEntry,
  type Option,
} from './sentence-pieces.ts'

/** How the value of a blank is changed. */
export type BlankWay =
  /** In the text of its rule. */
  | {readonly is: 'text'}
  /** At its Arr: the rule follows from that setting. */
  | {readonly is: 'setting'; readonly name: RuleSetting; readonly path: string; readonly arr: string}
  /** On the page of the rule. */
  | {readonly is: 'page'; readonly focus: string | null}
  /** Not here: @param by what keeps it */
  | {readonly is: 'locked'; readonly by: ValueLock}

/** What says a value that cannot be changed where it is read. */
export type ValueLock =
  /** Who looks may not change rules. */
  | {readonly is: 'permission'}
  /** It follows from what the configuration says of a section; `''` = of all. @param arr whose settings have it */
  | {readonly is: 'configuration'; readonly section: string; readonly arr: string | null}
  /** It follows from what the configuration says of one tracker. */
  | {readonly is: 'tracker'; readonly section: string; readonly host: string}

/** @param mayManage who looks may change rules */
export function wayOf(rule: ListedRule, blank: Blank, mayManage = true): BlankWay {
  if (!mayManage) return {is: 'locked', by: {is: 'permission'}}
  if (rule.origin === 'preset') {
    const name = blank.entry?.is === 'quantity' ? settingOf(rule, blank) : null
    const [arr, ...others] = rule.arrs
    if (name === null || arr === undefined || others.length > 0) return {is: 'locked', by: lockOf(rule)}
    return {is: 'setting', name, path: pathOfValue[name], arr}
  }
  if (rule.may === 'edit' && blank.entry !== null) return {is: 'text'}
  return {is: 'page', focus: focusOf(rule.rule ?? null, blank.place)}
}

/** A preset is called by its section and what it is there: "radarr-4k.seeded.tracker.example". */
function lockOf({id, name, arrs}: ListedRule): ValueLock {
  const end = name.indexOf(': ')
  const section = end < 0 ? '' : name.slice(0, end)
  const [, , ...host] = id.split('.')
  if (host.length > 1) return {is: 'tracker', section, host: host.join('.')}
  const [arr = null, ...others] = arrs
  return {is: 'configuration', section, arr: others.length > 0 ? null : arr}
}

/** Which setting of its Arr is this value of a preset? Those of single trackers stand elsewhere. */
function settingOf({id, rule}: Pick<ListedRule, 'id' | 'rule'>, {place}: Blank): RuleSetting | null {
  const behaviour = id.slice(id.lastIndexOf('.') + 1)
  const fact = focusOf(rule ?? null, place)
  const [part] = place
  switch (behaviour) {
    case 'stalled':
    case 'unavailable':
      return part === 'do' ? 'stalled' : fact === 'progress' ? 'share' : null
    case 'metadata':
      return fact === 'hold' ? 'stalled' : null
    case 'slow':
      if (fact === 'progress') return 'share'
      return fact === 'avgEta' && place.at(-1) === 'value' ? 'slow' : null
    case 'seeded':
      return fact === 'ratio' ? 'ratio' : fact === 'seedingTime' ? 'time' : null
    default:
      return null
  }
}

/** What the page of a rule calls a value: `hold`, or the name of its fact; `null` = it has no name. */
export function focusOf(rule: Part | null, place: Place): string | null {
  if (place[0] === 'hold') return 'hold'
  let at: unknown = rule
  for (const key of place.slice(0, -1)) at = (at as Part | undefined)?.[key]
  const fact = (at as Part | null | undefined)?.['fact']
  return typeof fact === 'string' ? fact : null
}

const QUIET_S = 60
const LONGEST_SEEN_S = 86_400

/** Names of servers and Arrs by their ids. */
export type Names = ReadonlyMap<string, string>

/** The value of a blank as it stands in its field. @param names by which what has an id is written */
export function typedOf({entry, value}: Pick<Blank, 'entry' | 'value'>, names: Names): string {
  if (entry?.is === 'pair') return pairTyped((value as readonly unknown[]).map(shownValue))
  if (entry?.is !== 'list') return shownValue(value)
  return [value]
    .flat()
    .map((it) => names.get(String(it)) ?? String(it))
    .join('\n')
}

/** The entries of a list as somebody typed them, each once. */
export function entriesIn(typed: string): readonly string[] {
  const lines = typed.split('\n').map((it) => it.trim())
  return [...new Set(lines.filter((it) => it !== ''))]
}

/** Both ends of a range as one text. */
export function pairTyped(ends: readonly string[]): string {
  return ends.join('\n')
}

export function endsIn(typed: string): readonly [from: string, to: string] {
  const [from = '', to = ''] = typed.split('\n').map((it) => it.trim())
  return [from, to]
}

/** A size, a speed or a time with the unit that it has now where somebody typed the figure alone. */
export function withUnit(
  {entry, unit, value}: Pick<Blank, 'entry' | 'unit' | 'value'>,
  typed: string,
): string {
  if (entry?.is === 'pair') {
    const had = Array.isArray(value) ? (value as readonly unknown[]) : []
    const ends = endsIn(typed).map((end, at) => withUnitOf(unit, had[at], end))
    return pairTyped(ends)
  }
  return entry?.is === 'quantity' ? withUnitOf(unit, value, typed) : typed
}

function withUnitOf(unit: string | null, had: unknown, typed: string): string {
  if (unit === null || !ofUnits.has(unit) || !/^\s*\d+(?:[.,]\d+)?\s*$/.test(typed)) return typed
  const its = typeof had === 'string' ? /^\s*\d+(?:\.\d+)?(\s*[a-z/%]+)\s*$/i.exec(had)?.[1] : undefined
  // Of "1d 12h", and where it was a figure alone, no one unit can be meant.
  return its === undefined ? typed : `${typed.trim().replace(',', '.')}${its}`
}

const ofUnits: ReadonlySet<string> = new Set(['seconds', 'bytes', 'bytesPerSecond', 'share'])

/** What was typed, in a few words. */
export function typedWords({entry}: Pick<Blank, 'entry'>, typed: string): string {
  if (entry?.is === 'pair') return shownPair(endsIn(typed))
  if (entry?.is === 'choice') return optionOf(entry, typed)?.shown ?? typed
  return entry?.is === 'list' ? shownList(entriesIn(typed)) : typed.trim()
}

/** Nothing, or only one end of two. */
export function isIncomplete({entry}: Pick<Blank, 'entry'>, typed: string): boolean {
  return entry?.is === 'pair' ? endsIn(typed).includes('') : typed.trim() === ''
}

function optionOf(entry: ChoiceEntry, typed: string): Option | undefined {
  return entry.options.find(({value}) => shownValue(value) === typed)
}

function valueFrom({entry}: Pick<Blank, 'entry'>, typed: string, names: Names): unknown {
  if (entry?.is === 'text') return typed.trim()
  if (entry?.is === 'pair') return endsIn(typed).map(quantityFrom)
  if (entry?.is === 'choice') return optionOf(entry, typed)?.value ?? typed
  if (entry?.is !== 'list') return quantityFrom(typed)
  const ids = new Map([...names].map(([id, name]) => [name.toLowerCase(), id]))
  return [...new Set(entriesIn(typed).map((it) => ids.get(it.toLowerCase()) ?? it))]
}

/** The text of a rule with another value. @param typed as somebody wrote it @param names as for `typedOf` */
export function filledIn(
  yaml: string,
  blank: Pick<Blank, 'place' | 'entry'>,
  typed: string,
  way: BlankWay,
  names: Names = new Map(),
): string {
  const {place} = blank
  const changed = withValue(yaml, place, valueFrom(blank, typed, names))
  if (way.is !== 'setting' || way.name !== 'stalled' || place[0] !== 'do') return changed
  // That a download stands still is said three times, the last minute apart.
  const seconds = Math.max(QUIET_S, secondsIn(typed) ?? QUIET_S)
  const held = withValue(changed, ['hold', 'for'], `${seconds - QUIET_S}s`)
  const seen = ['do', 0, 'if', 'any', 2, 'all', 1, 'window']
  return withValue(held, seen, `${Math.min(seconds, LONGEST_SEEN_S)}s`)
}

/** The change at an Arr, and the one that takes it back: what was not set is taken out. */
export function settingChange(
  name: RuleSetting,
  value: string | number,
  settings: Settings,
): {readonly change: Settings; readonly back: Settings} {
  const change = changeOf(name, value, settings)
  const back = Object.fromEntries(Object.keys(change).map((path) => [path, valueAt(settings, path)]))
  return {change, back}
}

/** `null` = it is not set. */
export function valueAt(settings: Settings, path: string): unknown {
  let at: unknown = settings
  for (const key of path.split('.')) at = (at as Settings | null | undefined)?.[key]
  return at ?? null
}

const usual: Readonly<Record<string, readonly string[]>> = {
  seconds: ['5m', '15m', '30m', '1h', '3h', '6h', '12h', '1d', '3d', '7d', '14d', '30d', '90d'],
  bytes: ['10 GiB', '50 GiB', '100 GiB', '200 GiB', '500 GiB', '1 TiB', '2 TiB'],
  bytesPerSecond: ['50 KiB/s', '100 KiB/s', '500 KiB/s', '1 MiB/s', '5 MiB/s', '10 MiB/s'],
  share: ['5%', '10%', '25%', '50%', '75%', '90%', '95%'],
  count: ['1', '3', '5', '10', '20', '50', '100'],
  plain: ['0.5', '1', '1.5', '2', '3', '5'],
}
const MOST_USUAL = 5

/** Values that people have, about as much as it is now. */
export function usualValues({
  unit,
  value,
  entry,
}: Pick<Blank, 'unit' | 'value' | 'entry'>): readonly string[] {
  if (entry?.is !== 'quantity') return entry?.is === 'text' ? entry.options : []
  const all = usual[unit ?? 'plain'] ?? []
  const now = unit === 'seconds' ? secondsIn(value) : Number.parseFloat(String(value))
  if (now === undefined || Number.isNaN(now)) return all.slice(0, MOST_USUAL)
  const amountOf = (it: string) => (unit === 'seconds' ? secondsIn(it)! : Number.parseFloat(it))
  // Of sizes the units differ: where among them it stands, does not matter much.
  const isOrdered = unit !== 'bytes' && unit !== 'bytesPerSecond'
  const at = isOrdered ? all.findIndex((it) => amountOf(it) >= now) : 0
  const from = Math.max(0, Math.min((at < 0 ? all.length : at) - 2, all.length - MOST_USUAL))
  return isOrdered ? all.slice(from, from + MOST_USUAL) : all.slice(-MOST_USUAL)
}
