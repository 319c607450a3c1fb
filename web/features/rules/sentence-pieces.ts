/** What sentences about rules are made of: text, and values that stand in it. Pure. */
import {secondsOf, wholeSize} from '#lib/units.ts'
import {text, textIfAny} from '../../i18n/text.ts'
import {bytes, exactDuration, fullSpeed, written} from '../../ui/format.ts'
import type {Place} from './form/rule-document.ts'

/** A value that stands in a sentence, or conditions that are only counted there. */
export interface Blank {
  readonly place: Place
  /** What it is: "age". */
  readonly label: string
  readonly shown: string
  /** As it stands in the rule. */
  readonly value: unknown
  /** Of a quantity; `null` = it is none. */
  readonly unit: string | null
  /** How it is typed in place; `null` = it is selected on the page of the rule. */
  readonly entry: Entry | null
}

/** How a value is typed in place. */
export type Entry =
  /** One figure with its unit, or `none`. */
  | {readonly is: 'quantity'}
  /** One entry per line. @param asked what each of them is compared with */
  | {readonly is: 'list'; readonly asked: Asked | null}
  /** A name, a piece of a text or a pattern. @param options what it usually is */
  | {readonly is: 'text'; readonly asked: Asked | null; readonly options: readonly string[]}
  /** Two figures, both ends of a range. */
  | {readonly is: 'pair'}
  /** One of a few, yes and no among them. */
  | {readonly is: 'choice'; readonly options: readonly Option[]}

export interface Option {
  /** As it stands in the rule. */
  readonly value: string | boolean
  readonly shown: string
}

/** A comparison without its value: what fits a value now can be looked up by it. */
export interface Asked {
  readonly fact: string
  readonly op: string
}

export const quantityEntry: Entry = {is: 'quantity'}

export function listEntry(asked: Asked | null): Entry {
  return {is: 'list', asked}
}

export function textEntry(asked: Asked | null, options: readonly string[] = []): Entry {
  return {is: 'text', asked, options}
}

export const pairEntry: Entry = {is: 'pair'}

export type ChoiceEntry = Extract<Entry, {is: 'choice'}>

export function yesNoEntry(yes = text('sentence.yes'), no = text('sentence.no')): ChoiceEntry {
  return {
    is: 'choice',
    options: [
      {value: true, shown: yes},
      {value: false, shown: no},
    ],
  }
}

export type Piece = string | Blank

export type Pieces = readonly Piece[]

/** As one text, without what is a blank. */
export function plainText(pieces: Pieces): string {
  return pieces.map((it) => (typeof it === 'string' ? it : it.shown)).join('')
}

const FIRST_MARK = 0xe000

/** A character that stands in no text. */
function mark(at: number): string {
  return String.fromCodePoint(FIRST_MARK + at)
}

/** Stands for the Arr in a text until it is known what it is called there: as long as "its Arr", by which lines are measured. */
const ARR_MARK = '\uF8FE'.repeat(7)

/** A text with pieces at its marks, in which `{{arr}}` stays open. @param key of a text that there is */
export function put(key: string, given: Readonly<Record<string, Pieces>>): Pieces {
  const values: Readonly<Record<string, Pieces>> = {...given, arr: [ARR_MARK]}
  const names = Object.keys(values)
  const marked = textIfAny(key, Object.fromEntries(names.map((name, at) => [name, mark(at)]))) ?? key
  const pieces = marked.split(/([\uE000-\uE0FF])/u).flatMap((part): Pieces => {
    const at = part.length === 1 ? part.codePointAt(0)! - FIRST_MARK : -1
    return at >= 0 && at < names.length ? values[names[at]!]! : [part]
  })
  return pieces.filter((it) => it !== '')
}

/** Where a text left open which Arr it is about, that is put in. */
export function withArr(pieces: Pieces, arr: string): Pieces {
  return pieces.map((it) => (typeof it === 'string' ? it.replaceAll(ARR_MARK, arr) : it))
}

/** "A, B and C". */
export function joined(all: readonly Pieces[], last: 'sentence.and' | 'sentence.or'): Pieces {
  return all.flatMap((pieces, at): Pieces => {
    if (at === 0) return pieces
    const isLast = at === all.length - 1
    return [text(isLast ? last : 'sentence.comma'), ...pieces]
  })
}

export function capital([first, ...rest]: Pieces): Pieces {
  if (typeof first !== 'string') return first === undefined ? [] : [first, ...rest]
  return [first.charAt(0).toUpperCase() + first.slice(1), ...rest]
}

export function blankOf(
  place: Place,
  label: string,
  value: unknown,
  shown: string,
  unit: string | null,
  entry: Entry | null,
): Blank {
  return {place, label, value, shown, unit, entry}
}

/** Conditions that are only counted. */
export function more(count: number, place: Place): Blank {
  const shown = text('sentence.conditions', {count})
  return blankOf(place, text('sentence.conditions.label'), undefined, shown, null, null)
}

export function eventWords(events: readonly unknown[]): string {
  const words = events.map((it) => [textIfAny(`sentence.event.${String(it)}`) ?? String(it)])
  return plainText(joined(words, 'sentence.or'))
}

/** More of them are counted. */
const MOST_VALUES = 3

const LONGEST_VALUE = 40

export function shownList(values: readonly unknown[]): string {
  if (values.length === 0) return text('sentence.values.none')
  if (values.length > MOST_VALUES) return text('sentence.values', {count: values.length})
  return plainText(
    joined(
      values.map((it) => [shownText(it)]),
      'sentence.or',
    ),
  )
}

/** As it stands in the rule. */
export function rawText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** "2 and 5". */
export function shownPair(ends: readonly string[]): string {
  return plainText(
    joined(
      ends.map((it) => [it]),
      'sentence.and',
    ),
  )
}

export function shownText(value: unknown): string {
  const words = rawText(value)
  if (words === '') return text('sentence.values.none')
  return words.length > LONGEST_VALUE ? `${words.slice(0, LONGEST_VALUE)}…` : words
}

/** A quantity as a rule has it, in words: "15m" is "15 min", 0.5 of a share is "50 %". */
export function quantityWords(value: string | number, unit: string | null): string {
  if (typeof value === 'number') {
    if (unit === 'seconds') return exactDuration(value)
    if (unit === 'bytes' || unit === 'bytesPerSecond') return setSize(value, unit === 'bytes')
    return unit === 'share' ? `${Math.round(value * 1_000) / 10}\u00a0%` : String(value)
  }
  if (unit === 'share') return value.replace(/\s*%$/, '\u00a0%')
  if (unit !== 'seconds') return value.replace(' ', '\u00a0')
  return value.replaceAll(/(\d)\s*([a-z]+)/gi, (_, figure: string, name: string) =>
    name === 'm' ? `${figure}\u00a0min` : `${figure}\u00a0${name}`,
  )
}

/** As it was set where that is a short whole number of some unit: 30 GB, and not 27.9 GiB. */
function setSize(value: number, isSize: boolean): string {
  const [count, unit] = wholeSize(value)
  if (count < 10_000) return `${count}\u00a0${unit}${isSize ? '' : '/s'}`
  return written(isSize ? bytes(value) : fullSpeed(value))
}

/** `undefined` = it is no time. */
export function secondsIn(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  const parts = typeof value === 'string' ? [...value.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/gi)] : []
  if (parts.length === 0) return undefined
  return parts.reduce((sum, [, figure, name]) => sum + Number(figure) * (secondsOf(name!) ?? 0), 0)
}
