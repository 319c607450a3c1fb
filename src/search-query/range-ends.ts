/** A value that is compared with: what it stands for, or what is wrong with it. */
import {didYouMean} from '#lib/did-you-mean.ts'
import type {QuantityField, TimeAsked} from './fields.ts'
import type {Mistakes} from './mistakes.ts'
import {families, quantityOf, type UnitFamily} from './quantities.ts'
import type {FieldTerm, Value} from './terms.ts'
import {momentOf, type Calendar} from './times.ts'

export interface End {
  /** Ages are seconds. */
  readonly kind: 'number' | 'age'
  /** First and last number that it stands for: of a date its first and last millisecond. */
  readonly interval: readonly [number, number]
}

/** `null` = it is complained of. */
export function endOf(
  field: QuantityField | TimeAsked,
  term: FieldTerm,
  value: Value,
  calendar: Calendar,
  mistakes: Mistakes,
): End | null {
  const complaint = {term, at: value}
  if (field.takes === 'time') return timeEnd(value.text, calendar, mistakes, complaint)
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

function timeEnd(text: string, calendar: Calendar, mistakes: Mistakes, place: Place): End | null {
  const moment = momentOf(text, calendar)
  if ('span' in moment) return {kind: 'number', interval: moment.span}
  if ('age' in moment) return {kind: 'age', interval: [moment.age, moment.age]}
  if (moment.wrong === 'unit') complainOfUnit(moment, 'duration', mistakes, place)
  else {
    const accepted = ['7d', '3h', '2026-01-31', '2026-01', '2026', 'today', 'yesterday']
    const suggestion = didYouMean(text, ['today', 'yesterday'])
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

const examples: Readonly<Record<UnitFamily, readonly string[]>> = {
  size: ['10GB', '700MiB'],
  speed: ['5MB/s', '500KiB/s'],
  duration: ['90s', '1h30m', '7d'],
  share: ['50%', '0.5'],
  number: ['1', '0.5'],
  count: ['0', '12'],
}

function complainOfNumber(family: UnitFamily, mistakes: Mistakes, place: Place): void {
  mistakes.add({...place, code: 'not_a_number', says: 'not a number', accepted: examples[family]})
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
