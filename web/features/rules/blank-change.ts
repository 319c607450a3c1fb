/** What becomes of a rule when a blank of its sentence is filled in otherwise. Pure. */
import type {ListedRule} from '../../api/rules.ts'
import type {Settings} from '../../api/sections.ts'
import {changeOf, pathOfValue, type ValueName} from '../first-run/rule-lines.ts'
import {withValue, type Part, type Place} from './form/rule-document.ts'
import {quantityFrom} from './form/value-kind.ts'
import {secondsIn, type Blank} from './sentence-pieces.ts'

/** How the value of a blank is changed. */
export type BlankWay =
  /** In the text of its rule. */
  | {readonly is: 'text'}
  /** At its Arr: the rule follows from that setting. */
  | {readonly is: 'setting'; readonly name: ValueName; readonly path: string; readonly arr: string}
  /** On the page of the rule. */
  | {readonly is: 'page'; readonly focus: string | null}
  /** Not here: the configuration says it. */
  | {readonly is: 'locked'}

export function wayOf(rule: ListedRule, blank: Blank): BlankWay {
  if (rule.origin === 'preset') {
    const name = blank.isTyped ? settingOf(rule, blank) : null
    const [arr, ...others] = rule.arrs
    if (name === null || arr === undefined || others.length > 0) return {is: 'locked'}
    return {is: 'setting', name, path: pathOfValue[name], arr}
  }
  if (rule.may === 'edit' && blank.isTyped) return {is: 'text'}
  return {is: 'page', focus: focusOf(rule.rule ?? null, blank.place)}
}

/** Which setting of its Arr is this value of a preset? Those of single trackers stand elsewhere. */
function settingOf({id, rule}: Pick<ListedRule, 'id' | 'rule'>, {place}: Blank): ValueName | null {
  const behaviour = id.slice(id.lastIndexOf('.') + 1)
  const fact = focusOf(rule ?? null, place)
  const [part] = place
  switch (behaviour) {
    case 'stalled':
    case 'unavailable':
      return part === 'do' ? 'stalled' : null
    case 'metadata':
      return fact === 'hold' ? 'stalled' : null
    case 'slow':
      return fact === 'avgEta' && place.at(-1) === 'value' ? 'slow' : null
    case 'seeded':
      return fact === 'ratio' ? 'ratio' : fact === 'seedingTime' ? 'time' : null
    default:
      return null
  }
}

/** What the page of a rule calls a value: `hold`, or the name of its fact; `null` = it has no name. */
function focusOf(rule: Part | null, place: Place): string | null {
  if (place[0] === 'hold') return 'hold'
  let at: unknown = rule
  for (const key of place.slice(0, -1)) at = (at as Part | undefined)?.[key]
  const fact = (at as Part | null | undefined)?.['fact']
  return typeof fact === 'string' ? fact : null
}

const QUIET_S = 60
const LONGEST_SEEN_S = 86_400

/** The text of a rule with another value. @param typed as somebody wrote it */
export function filledIn(yaml: string, {place}: Pick<Blank, 'place'>, typed: string, way: BlankWay): string {
  const changed = withValue(yaml, place, quantityFrom(typed))
  if (way.is !== 'setting' || way.name !== 'stalled' || place[0] !== 'do') return changed
  // That a download stands still is said three times, the last minute apart.
  const seconds = Math.max(QUIET_S, secondsIn(typed) ?? QUIET_S)
  const held = withValue(changed, ['hold', 'for'], `${seconds - QUIET_S}s`)
  const seen = ['do', 0, 'if', 'any', 2, 'all', 1, 'window']
  return withValue(held, seen, `${Math.min(seconds, LONGEST_SEEN_S)}s`)
}

/** The change at an Arr, and the one that takes it back: what was not set is taken out. */
export function settingChange(
  name: ValueName,
  value: string | number,
  settings: Settings,
): {readonly change: Settings; readonly back: Settings} {
  const change = changeOf(name, value, settings)
  const back = Object.fromEntries(Object.keys(change).map((path) => [path, valueAt(settings, path)]))
  return {change, back}
}

function valueAt(settings: Settings, path: string): unknown {
  let at: unknown = settings
  for (const key of path.split('.')) at = (at as Settings | null | undefined)?.[key]
  return at ?? null
}

const removing: ReadonlySet<string> = new Set([
  'remove',
  'removeWithData',
  'recycle',
  'quarantine',
  'failDownload',
  'arr.queueRemove',
  'extraFiles.recycle',
  'orphan.recycle',
  'orphan.delete',
  'purge',
  'move',
])

/** Something goes by it: of such rules nobody lets more go without having seen what. */
export function isRemoving(rules: readonly Pick<ListedRule, 'actions'>[]): boolean {
  return rules.some(({actions}) => actions.some((it) => removing.has(it)))
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
export function usualValues({unit, value}: Pick<Blank, 'unit' | 'value'>): readonly string[] {
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
