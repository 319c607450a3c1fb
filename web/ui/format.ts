/**
 * Figures as people read them: three significant digits and a quiet unit, one unit of time, no false precision. What is
 * unknown is "?", what is nothing "–", what has no end "∞"; never a zero that means "unknown".
 */
import {fullTime} from '../i18n/format-time.ts'
import {locale, text} from '../i18n/text.ts'

/** A figure for a cell. */
export interface Quantity {
  readonly text: string
  /** Written quietly behind it; '' = none. */
  readonly unit: string
  /** The exact value, for a title. */
  readonly exact: string
}

/** `undefined` = we could not see it. */
export type Maybe<T> = T | undefined

type Units = 'binary' | 'decimal'

const unitNames: Readonly<Record<Units, readonly string[]>> = {
  binary: ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'],
  decimal: ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'],
}
let standardUnits: Units = 'binary'

/** What bytes are written in where nobody says otherwise. */
export function setUnits(units: Units): void {
  standardUnits = units
}

/** How many of a unit make the next one: 1024, or 1000 where units are decimal. */
export function unitStep(units: Units = standardUnits): number {
  return units === 'binary' ? 1024 : 1000
}

/** "9.41 GiB". @param value bytes */
export function bytes(value: Maybe<number>, units: Units = standardUnits): Quantity {
  if (value === undefined) return unknown()
  return {...scaled(value, units), exact: `${count(value)} B`}
}

/** As in the cells of a column whose head says "/s": "31.6 MiB", nothing is "–". @param value bytes/s */
export function speed(value: Maybe<number>, units: Units = standardUnits): Quantity {
  if (value === undefined) return unknown()
  if (value === 0) return {text: '–', unit: '', exact: '0 B/s'}
  return {...scaled(value, units), exact: `${count(value)} B/s`}
}

/** "31.6 MiB/s", also "0 B/s": where no head says what it is. */
export function fullSpeed(value: Maybe<number>, units: Units = standardUnits): Quantity {
  if (value === undefined) return unknown()
  const {text, unit} = scaled(value, units)
  return {text, unit: `${unit}/s`, exact: `${count(value)} B/s`}
}

/** "none" or "120 MiB/s". @param value bytes/s; `null` = no limit */
export function speedLimit(value: Maybe<number | null>, units: Units = standardUnits): Quantity {
  if (value === null) return {text: text('quantity.none'), unit: '', exact: text('quantity.none')}
  return fullSpeed(value, units)
}

/** Two decimals below 10, one below 100, none above: three digits find room in a column. @param value `null` or not finite = ∞ */
export function ratio(value: Maybe<number | null>): Quantity {
  if (value === undefined) return unknown()
  if (value === null || !Number.isFinite(value)) return endless()
  // Floored, so that a ratio is not shown as reached before it is.
  const digits = value < 10 ? 2 : value < 100 ? 1 : 0
  return {text: decimal(floorTo(value, digits), digits), unit: '', exact: decimal(value, 4)}
}

/** "99.9 %" until it is all: one decimal, floored; 0 and 100 are written plainly. @param share 0 to 1 */
export function percent(share: Maybe<number>): Quantity {
  if (share === undefined) return unknown()
  const floored = floorTo(share * 100, 1)
  const digits = floored === 0 || floored === 100 ? 0 : 1
  return {text: decimal(floored, digits), unit: '%', exact: `${decimal(share * 100, 4)} %`}
}

/** With separators: "12,480". */
export function count(value: number): string {
  return formatter(0, true).format(value)
}

/** A count that may be unknown. */
export function countOf(value: Maybe<number>): Quantity {
  return value === undefined ? unknown() : {text: count(value), unit: '', exact: count(value)}
}

const MINUTE = 60
const HOUR = 3600
const DAY = 86_400
const WEEK = 604_800

/** Seconds from which on a unit is used. Hours go on for a while: "41 h of 72 h" says more than "1 d". */
const timeUnits = [
  {from: 2 * 365 * DAY, size: 365 * DAY, key: 'unit.year'},
  {from: 2 * WEEK, size: WEEK, key: 'unit.week'},
  {from: 3 * DAY, size: DAY, key: 'unit.day'},
  {from: HOUR, size: HOUR, key: 'unit.hour'},
  {from: MINUTE, size: MINUTE, key: 'unit.minute'},
  {from: 0, size: 1, key: 'unit.second'},
] as const

/** One unit, rounded down: "18 s", "44 m", "31 h", "3 d", "5 w". @param seconds `null` = without end */
export function duration(seconds: Maybe<number | null>): Quantity {
  if (seconds === undefined) return unknown()
  if (seconds === null || !Number.isFinite(seconds)) return endless()
  const whole = Math.max(0, Math.floor(seconds))
  const {size, key} = timeUnits.find(({from}) => whole >= from)!
  return {text: count(Math.floor(whole / size)), unit: text(key), exact: clockTime(whole)}
}

/**
 * A time that somebody set or owes, to the second: in one unit where it is whole there, else in several. "900 d", "1 d 12 h".
 */
export function exactDuration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const {size} = timeUnits.find(({from}) => whole >= from)!
  if (whole % size === 0) return written(duration(whole))
  let left = whole
  const parts = timeUnits.flatMap(({size: its, key}) => {
    if (its > DAY) return []
    const amount = Math.floor(left / its)
    left -= amount * its
    return amount === 0 ? [] : [`${count(amount)}\u00a0${text(key)}`]
  })
  return parts.join(' ')
}

/** How long ago. @param at epoch ms; `null` = never @param now epoch ms */
export function ago(at: Maybe<number | null>, now: number): Quantity {
  if (at === undefined) return unknown()
  if (at === null) return nothing()
  return {...duration((now - at) / 1000), exact: fullTime(at)}
}

/** How long until then. @param at epoch ms; `null` = never */
export function until(at: Maybe<number | null>, now: number): Quantity {
  if (at === undefined) return unknown()
  if (at === null) return nothing()
  return {...duration((at - now) / 1000), exact: fullTime(at)}
}

/** Figure and unit as one text, for sentences. */
export function written({text, unit}: Quantity): string {
  return unit === '' ? text : `${text}\u00a0${unit}`
}

export function nothing(): Quantity {
  return {text: '–', unit: '', exact: '–'}
}

/** @param why what a title says of it */
export function unknown(why = text('quantity.unknown')): Quantity {
  return {text: '?', unit: '', exact: why}
}

function endless(): Quantity {
  return {text: '∞', unit: '', exact: '∞'}
}

function scaled(value: number, units: Units): {text: string; unit: string} {
  const step = unitStep(units)
  const names = unitNames[units]
  let left = Math.abs(value)
  let at = 0
  // 999.5 would be written 1000: four digits.
  while (left >= (at === 0 ? 1000 : 999.5) && at < names.length - 1) {
    left /= step
    at++
  }
  const digits = at === 0 ? 0 : left < 9.995 ? 2 : left < 99.95 ? 1 : 0
  return {text: decimal(value < 0 ? -left : left, digits), unit: names[at]!}
}

function floorTo(value: number, digits: number): number {
  const scale = 10 ** digits
  // 0.29 × 100 is 28.999…: what a binary fraction lacks is no part of the figure.
  return Math.floor(Number((value * scale).toPrecision(12))) / scale
}

function decimal(value: number, digits: number): string {
  return formatter(digits, false).format(value)
}

/** "1:02:03". */
function clockTime(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, '0')
  return `${Math.floor(seconds / HOUR)}:${two(Math.floor((seconds % HOUR) / MINUTE))}:${two(seconds % MINUTE)}`
}

const formatters = new Map<string, Intl.NumberFormat>()

function formatter(digits: number, useGrouping: boolean): Intl.NumberFormat {
  const key = `${locale()} ${digits} ${useGrouping}`
  const known = formatters.get(key)
  if (known) return known
  const fresh = new Intl.NumberFormat(locale(), {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    useGrouping,
  })
  formatters.set(key, fresh)
  return fresh
}

/** Numbers as people type them. */
export interface Bounds {
  readonly min?: number | undefined
  readonly max?: number | undefined
}

/** `null` = left empty; `undefined` = no number, or one outside the bounds. A comma is taken for a point. */
export function readNumber(typed: string, bounds: Bounds = {}): number | null | undefined {
  const plain = typed.trim().replace(',', '.')
  if (plain === '') return null
  if (!/^[-+]?(\d+\.?\d*|\.\d+)$/.test(plain)) return undefined
  const value = Number(plain)
  return value === within(value, bounds) ? value : undefined
}

/** The nearest number that the bounds allow; sums of steps lose what binary fractions add to them. */
export function within(value: number, {min = -Infinity, max = Infinity}: Bounds): number {
  return Math.min(max, Math.max(min, Number(value.toPrecision(12))))
}
