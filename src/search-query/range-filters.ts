/** Terms that compare, to ranges and ages. */
import {didYouMean} from '#lib/did-you-mean.ts'
import type {Range} from '#model/query.ts'
import type {EpochMs} from '#model/units.ts'
import {excludes} from './choice-terms.ts'
import type {QuantityField, TimeAsked} from './fields.ts'
import type {FilterDraft} from './filter-draft.ts'
import type {Reader} from './filter-of.ts'
import type {Mistakes} from './mistakes.ts'
import {families, quantityExamples, quantityOf, type UnitFamily} from './quantities.ts'
import {rangeOf, turnedRound, type Comparison, type Scale} from './ranges.ts'
import type {FieldTerm, Value} from './terms.ts'
import {isOfAnyYear, momentOf, timeWords, type Calendar} from './times.ts'

interface Asked {
  readonly kind: End['kind']
  readonly range: Range
}

/** Adds what `terms`, all of one field, ask of its numbers. */
export function compare(
  field: QuantityField | TimeAsked,
  terms: readonly FieldTerm[],
  reader: Reader,
  draft: FilterDraft,
  mistakes: Mistakes,
): void {
  const read: ReadEnd = (term, value, now = reader.now) =>
    endOf(field, term, value, {...reader, now}, mistakes)
  for (const term of terms) {
    const asked = askedBy(field, term, read, mistakes)
    if (!asked) continue
    const ranges = excludes(term) ? turnedRound(asked.range, scaleOf(field, asked.kind)) : [asked.range]
    if (asked.kind === 'number') draft.range(field.column, ranges)
    else if (field.takes === 'time') draft.age(field.column, field.isAhead ? ranges.map(aheadOf) : ranges)
  }
}

/** What is to come has a negative age. */
function aheadOf({min, max}: Range): Range {
  return {...(max !== undefined && {min: -max}), ...(min !== undefined && {max: -min})}
}

/** @param now another than that of the reader: what has no year lies before it, or ahead of it */
type ReadEnd = (term: FieldTerm, value: Value, now?: EpochMs) => End | null

function askedBy(
  field: QuantityField | TimeAsked,
  term: FieldTerm,
  read: ReadEnd,
  mistakes: Mistakes,
): Asked | null {
  const [value, ...others] = term.values
  if (others.length > 0) {
    const says = `${field.name} takes one value; a range is written 1..2`
    mistakes.add({code: 'one_value_only', term, at: term.valuePart, says})
    return null
  }
  if (value!.text.includes('..')) return between(field, term, value!, read, mistakes)
  const end = read(term, value!)
  return end && {kind: end.kind, range: comparedTo(end, term, scaleOf(field, end.kind))}
}

const endless = {least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY}

function scaleOf(field: QuantityField | TimeAsked, kind: End['kind']): Scale {
  if (field.takes === 'quantity') return families[field.family]
  return {whole: kind === 'number', ...endless}
}

/** `added:7d` is within the last seven days; nothing is seven days old to the millisecond. */
function comparedTo({kind, interval}: End, {operator}: FieldTerm, scale: Scale): Range {
  const comparison: Comparison = operator === '!=' || operator === ':' ? '=' : operator
  return rangeOf(kind === 'age' && comparison === '=' ? '<=' : comparison, interval, scale)
}

/** `1GB..5GB`, `..5GB`, `1GB..`; ends may stand in any order. */
function between(
  field: QuantityField | TimeAsked,
  term: FieldTerm,
  value: Value,
  read: ReadEnd,
  mistakes: Mistakes,
): Asked | null {
  if (!mistakes.demandOperator(term, [':', '=', '!='])) return null
  const parts = endsIn(value)
  if (parts.every((part) => part.text === '')) {
    mistakes.add({code: 'value_missing', term, at: value, says: 'a value is missing'})
    return null
  }
  const ends = parts.map((part) => (part.text === '' ? 'open' : read(term, part)))
  const [first, last] = ends
  if (!first || !last) return null
  if (first === 'open') return openRange(field, last as End, 'before')
  if (last === 'open') return openRange(field, first, 'after')
  if (first.kind === last.kind) {
    const [one, other] = inOneTurn(field, term, parts, [first, last], read)
    return {kind: first.kind, range: spanning(one, other)}
  }
  mistakes.add({code: 'not_one_range', term, at: value, says: 'a range is of two dates or of two ages'})
  return null
}

/** `november..february`: where both have no year, they follow each other. */
function inOneTurn(
  field: QuantityField | TimeAsked,
  term: FieldTerm,
  parts: readonly Value[],
  ends: readonly [End, End],
  read: ReadEnd,
): readonly [End, End] {
  const [first, last] = ends
  const isTurned = first.interval[0] > last.interval[0]
  if (field.takes !== 'time' || !isTurned) return ends
  if (field.isAhead) {
    return isOfAnyYear(parts[1]!.text) ? [first, read(term, parts[1]!, first.interval[1]) ?? last] : ends
  }
  return isOfAnyYear(parts[0]!.text) ? [read(term, parts[0]!, last.interval[0]) ?? first, last] : ends
}

function endsIn({from, to, text, quoted}: Value): [Value, Value] {
  const middle = text.indexOf('..')
  const left = text.slice(0, middle)
  const right = text.slice(middle + '..'.length)
  // Inside quotes the places may be others; there it is the whole value that is complained of.
  const place = (start: number, end: number) => (quoted ? {from, to} : {from: start, to: end})
  return [
    {...place(from, from + left.length), text: left, quoted},
    {...place(to - right.length, to), text: right, quoted},
  ]
}

/** What is older has the greater age; what is to come later is further away. */
function openRange(
  field: QuantityField | TimeAsked,
  {kind, interval: [low, high]}: End,
  side: 'before' | 'after',
): Asked {
  const isAhead = field.takes === 'time' && field.isAhead === true
  const isUpwards = (side === 'after') === (kind === 'number' || isAhead)
  return {kind, range: isUpwards ? {min: low} : {max: high}}
}

function spanning(one: End, other: End): Range {
  const ends = [...one.interval, ...other.interval]
  return {min: Math.min(...ends), max: Math.max(...ends)}
}

/** A value that is compared with: what it stands for, or what is wrong with it. */
interface End {
  /** Ages are seconds. */
  readonly kind: 'number' | 'age'
  /** First and last number that it stands for: of a date its first and last millisecond. */
  readonly interval: readonly [number, number]
}

/** `null` = it is complained of. */
function endOf(
  field: QuantityField | TimeAsked,
  term: FieldTerm,
  value: Value,
  calendar: Calendar,
  mistakes: Mistakes,
): End | null {
  const complaint = {term, at: value}
  if (field.takes === 'time') {
    return timeEnd(value.text, {...calendar, isAhead: field.isAhead}, mistakes, complaint)
  }
  return quantityEnd(value.text, field.family, mistakes, complaint)
}

interface Place {
  readonly term: FieldTerm
  readonly at: Value
}

function quantityEnd(text: string, family: UnitFamily, mistakes: Mistakes, place: Place): End | null {
  const quantity = quantityOf(text, family)
  if ('wrong' in quantity) {
    if (quantity.wrong === 'unit') complainOfUnit(quantity, family, mistakes, place)
    else complainOfNumber(family, mistakes, place)
    return null
  }
  const {least, most} = families[family]
  const {amount} = quantity
  if (amount >= least && amount <= most) return {kind: 'number', interval: [amount, amount]}
  complainOfRange(text, amount, family, mistakes, place)
  return null
}

function timeEnd(
  text: string,
  calendar: Parameters<typeof momentOf>[1],
  mistakes: Mistakes,
  place: Place,
): End | null {
  const moment = momentOf(text, calendar)
  if ('span' in moment) return {kind: 'number', interval: moment.span}
  if ('age' in moment) return {kind: 'age', interval: [moment.age, moment.age]}
  if (moment.wrong === 'unit') complainOfUnit(moment, 'duration', mistakes, place)
  else {
    const accepted = ['7d', '3h', '2026-01-31', '2026-01', '2026', ...timeWords]
    const suggestion = didYouMean(text, timeWords)
    mistakes.add({...place, code: 'not_a_time', says: 'not an age or a date', accepted, suggestion})
  }
  return null
}

function complainOfUnit(
  {number, unit}: {number: string; unit: string},
  family: UnitFamily,
  mistakes: Mistakes,
  place: Place,
): void {
  const {shown, factors} = families[family]
  const says = unit === '' ? 'a unit is missing' : 'unknown unit'
  // A capital M is a month in config.toml, and a minute nowhere.
  const meant =
    unit === ''
      ? 'd'
      : family === 'duration' && unit === 'M'
        ? 'mo'
        : didYouMean(unit, [...shown, ...Object.keys(factors).filter(Boolean)])
  mistakes.add({
    ...place,
    code: 'unknown_unit',
    says,
    accepted: shown,
    suggestion: meant && `${number}${meant}`,
  })
}

function complainOfNumber(family: UnitFamily, mistakes: Mistakes, place: Place): void {
  mistakes.add({...place, code: 'not_a_number', says: 'not a number', accepted: quantityExamples[family]})
}

function complainOfRange(
  text: string,
  amount: number,
  family: UnitFamily,
  mistakes: Mistakes,
  place: Place,
): void {
  const {least, most} = families[family]
  const isPercent = family === 'share' && amount > 1 && amount <= 100 && !text.endsWith('%')
  const says = family === 'share' ? 'not between 0% and 100%' : `less than ${least}`
  const accepted = Number.isFinite(most) ? ['0%', '100%'] : [`${least}`]
  const suggestion = isPercent ? `${text}%` : ''
  mistakes.add({...place, code: 'out_of_range', says, accepted, suggestion})
}
