/**
 * Why a torrent stays or goes, as phrases: a key of a text and its values, so that whoever shows it writes moments and
 * figures in the language and the time zone of who reads it. The texts themselves: `verdict-texts.ts`.
 */
import type {FactName, FactUnit} from './fact.ts'
import type {RuleId} from './rule.ts'
import type {EpochMs} from './units.ts'
import type {VerdictKey} from './verdict-texts.ts'

/**
 * What a value is written as. `until`, `when` and `since` are moments, epoch ms: "3 December", "in 14 min", "06:57".
 * `span` and `more` are seconds: "10 days", "10 more days". `phrase` is the key of a text with the same values.
 */
export const phraseUnits = [
  'text',
  'phrase',
  'until',
  'when',
  'since',
  'span',
  'more',
  'share',
  'plain',
  'count',
] as const
export type PhraseUnit = (typeof phraseUnits)[number]

export interface PhraseValue {
  readonly unit: PhraseUnit
  readonly value: string | number
}

export interface Phrase {
  readonly key: VerdictKey
  readonly values: Readonly<Record<string, PhraseValue>>
}

/**
 * stays: until a moment, or as long as nothing changes; forGood: no rule removes it; goes: a rule removes it; imports: its
 * Arr takes it in; asks: a person has to answer; works: it downloads, or its server is busy with it; undecided: what it
 * hangs on is not known.
 */
export const verdictKinds = ['stays', 'forGood', 'goes', 'imports', 'asks', 'works', 'undecided'] as const
export type VerdictKind = (typeof verdictKinds)[number]

export const countedThings = [
  'seeding',
  'ratio',
  'age',
  'sinceCompleted',
  'idle',
  'held',
  'strikes',
  'progress',
] as const
export type CountedThing = (typeof countedThings)[number]

/** How far something that is counted has come. */
export interface Counted {
  readonly what: CountedThing
  readonly done: number
  readonly needed: number
  readonly unit: Extract<FactUnit, 'seconds' | 'plain' | 'count' | 'share'>
}

/** Where what decided can be changed. `fact` `null` = the time that its condition has to hold. */
type ChangePlace =
  | {readonly kind: 'rule'; readonly ruleId: RuleId; readonly name: string; readonly fact: FactName | null}
  | {readonly kind: 'tracker'}

export interface VerdictReason {
  readonly says: Phrase
  /** Quietly behind it; `null` = nothing. */
  readonly more: Phrase | null
  /** This keeps it as it is. */
  readonly blocks: boolean
  readonly counted: readonly Counted[]
  /** The value that would be another, written as it stands there; `null` = nothing to be changed. */
  readonly change: {readonly place: ChangePlace; readonly value: PhraseValue | null} | null
}

/** From when on a rule may remove it. `unplanned`: it hangs on more than time. */
export type MayBeRemoved =
  | {readonly kind: 'from'; readonly at: EpochMs}
  | {readonly kind: 'never' | 'unplanned' | 'unknown'}

export interface TorrentVerdict {
  readonly kind: VerdictKind
  readonly says: Phrase
  /** What follows from it; `null` = nothing. */
  readonly follows: Phrase | null
  /** Up to four, what keeps it first. */
  readonly reasons: readonly VerdictReason[]
  /** What comes next if nothing changes, soonest first. */
  readonly next: readonly {readonly at: EpochMs; readonly says: Phrase}[]
  readonly mayBeRemoved: MayBeRemoved
  /** Which rule decides; `null` = none does. */
  readonly ruleId: RuleId | null
}

/** How somebody writes the values of a phrase. */
export interface PhraseWriter {
  /** A text by its key; `count` chooses the plural form. */
  readonly text: (key: string, values: Readonly<Record<string, string | number>>) => string
  /** "06:57". */
  readonly timeOfDay: (at: EpochMs) => string
  /** "3 December", of another year "3 December 2027". */
  readonly date: (at: EpochMs) => string
  /** Days of the calendar from today: -1 = yesterday. */
  readonly daysAway: (at: EpochMs) => number
  readonly share: (value: number) => string
  readonly number: (value: number) => string
}

const [MINUTE, HOUR, DAY] = [60, 3600, 86_400]

/** @param phrase with a key of the texts of `by`. @param now epoch ms */
export function writePhrase(
  phrase: {readonly key: string; readonly values: Phrase['values']},
  now: EpochMs,
  by: PhraseWriter,
): string {
  const plain: Record<string, string | number> = {}
  for (const [name, value] of Object.entries(phrase.values)) {
    // A text chooses its plural by the number.
    if (name === 'count') plain[name] = value.value
    else if (value.unit !== 'phrase') plain[name] = writeValue(value, now, by)
  }
  for (const [name, {unit, value}] of Object.entries(phrase.values)) {
    if (unit === 'phrase') plain[name] = by.text(String(value), plain)
  }
  return by.text(phrase.key, plain)
}

export function writeValue({unit, value}: PhraseValue, now: EpochMs, by: PhraseWriter): string {
  if (typeof value === 'string') return value
  switch (unit) {
    case 'when':
      return whenWords(value, now, by)
    case 'until':
    case 'since':
      return momentWords(value, by)
    case 'span':
      return spanWords(value, 'span', by)
    case 'more':
      return spanWords(value, 'more', by)
    case 'share':
      return by.share(value)
    default:
      return by.number(value)
  }
}

/** "in 14 min", "today at 14:10", "tomorrow at 08:10", "on 3 December". */
function whenWords(at: EpochMs, now: EpochMs, by: PhraseWriter): string {
  const left = Math.ceil((at - now) / 1000)
  if (left < MINUTE) return by.text('fate.when.now', {})
  if (left < HOUR) return by.text('fate.when.in', {time: spanWords(left, 'span', by)})
  const days = by.daysAway(at)
  if (days > 1) return by.text('fate.when.on', {date: by.date(at)})
  return by.text(days === 1 ? 'fate.when.tomorrow' : 'fate.when.today', {time: by.timeOfDay(at)})
}

/** "06:57", "yesterday 06:57", "tomorrow 06:57", "3 December". */
function momentWords(at: EpochMs, by: PhraseWriter): string {
  const days = by.daysAway(at)
  if (days === 0) return by.timeOfDay(at)
  if (Math.abs(days) > 1) return by.date(at)
  return by.text(days === 1 ? 'fate.moment.tomorrow' : 'fate.moment.yesterday', {time: by.timeOfDay(at)})
}

/** One unit, rounded up: what is left is never said to be over. */
function spanWords(seconds: number, form: 'span' | 'more', by: PhraseWriter): string {
  const [size, unit] =
    seconds >= 2 * DAY
      ? [DAY, 'days']
      : seconds > 90 * MINUTE
        ? [HOUR, 'hours']
        : seconds >= MINUTE
          ? [MINUTE, 'minutes']
          : [1, 'seconds']
  return by.text(`fate.${form}.${unit}`, {count: Math.ceil(Number((seconds / size).toPrecision(9)))})
}
