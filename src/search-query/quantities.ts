/** Sizes, speeds, durations, shares and plain numbers, in the units of the model. */
import {durationUnits, secondsOf, sizeUnits} from '#lib/units.ts'

export type UnitFamily = 'size' | 'speed' | 'duration' | 'share' | 'number' | 'count'

interface Family {
  /** As people write them, for lists of what is accepted. */
  readonly shown: readonly string[]
  /** By spelling in lower case; '' = no unit. */
  readonly factors: Readonly<Record<string, number>>
  /** No fractions in the column. */
  readonly whole: boolean
  /** No torrent has less, or more. */
  readonly least: number
  readonly most: number
}

const sizes = {'': 1, ...Object.fromEntries(sizeUnits)}
const shownSizes = [
  'B',
  'kB',
  'MB',
  'GB',
  'TB',
  'PB',
  'KiB',
  'MiB',
  'GiB',
  'TiB',
  'PiB',
  'K',
  'M',
  'G',
  'T',
  'P',
]
const durations = {'': 1, ...Object.fromEntries(durationUnits)}
const plain = {'': 1}
const anything = {least: 0, most: Number.POSITIVE_INFINITY}

export const families: Readonly<Record<UnitFamily, Family>> = {
  size: {shown: shownSizes, factors: sizes, whole: true, ...anything},
  speed: {shown: shownSizes.map((unit) => `${unit}/s`), factors: perSecond(sizes), whole: true, ...anything},
  duration: {shown: ['s', 'm', 'h', 'd', 'w', 'mo', 'y'], factors: durations, whole: true, ...anything},
  share: {shown: ['%'], factors: {'': 1, '%': 0.01}, whole: false, least: 0, most: 1},
  number: {shown: [], factors: plain, whole: false, ...anything},
  count: {shown: [], factors: plain, whole: true, ...anything},
}

/** Whether a word behind a number is its unit. */
export function isUnitOf(family: UnitFamily, word: string): boolean {
  return family === 'duration'
    ? secondsOf(word) !== undefined
    : Object.hasOwn(families[family].factors, word.toLowerCase())
}

/** A quantity, or why it is none. */
type Quantity =
  | {readonly amount: number}
  | {readonly wrong: 'number'}
  | {readonly wrong: 'unit'; readonly number: string; readonly unit: string}

/** Reads `10GB`, `1.5MiB/s`, `1h30m`, `50%`, `3`. */
export function quantityOf(text: string, family: UnitFamily): Quantity {
  const parts = [...text.matchAll(/(-?(?:\d+(?:\.\d*)?|\.\d+))([a-z%/]*)/gi)]
  const covered = parts.map(([part]) => part).join('')
  if (parts.length === 0 || covered.length < text.length) return unreadable(text)
  if (parts.length > 1 && family !== 'duration') return {wrong: 'number'}
  let amount = 0
  for (const [, number, unit] of parts) {
    const {factors} = families[family]
    const isDuration = family === 'duration' && unit !== ''
    const factor = isDuration ? secondsOf(unit!) : factors[unit!.toLowerCase()]
    if (factor === undefined) return {wrong: 'unit', number: number!, unit: unit!}
    amount += scaled(Number(number), factor, families[family].whole)
  }
  return {amount}
}

/** A number with something behind it that is not even letters. */
function unreadable(text: string): Quantity {
  const [, number, unit] = /^(-?\d+(?:\.\d+)?)([^\d.].*)$/.exec(text) ?? []
  return number === undefined ? {wrong: 'number'} : {wrong: 'unit', number, unit: unit!}
}

/** 1.1 GB are whole bytes; 7 % are 7 / 100, which 7 × 0.01 is not. */
function scaled(number: number, factor: number, whole: boolean): number {
  if (factor < 1) return number / Math.round(1 / factor)
  const amount = number * factor
  return whole && factor > 1 ? Math.round(amount) : amount
}

function perSecond(units: Readonly<Record<string, number>>): Record<string, number> {
  const factors: Record<string, number> = {...units}
  for (const [unit, factor] of Object.entries(units)) if (unit !== '') factors[`${unit}/s`] = factor
  return factors
}

/** What a figure of each kind looks like, for who wrote none. */
export const quantityExamples: Readonly<Record<UnitFamily, readonly string[]>> = {
  size: ['10GB', '700MiB'],
  speed: ['5MB/s', '500KiB/s'],
  duration: ['90s', '1h30m', '7d'],
  share: ['50%', '0.5'],
  number: ['1', '0.5'],
  count: ['0', '12'],
}
