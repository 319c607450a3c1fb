/** Ranges of numbers: from comparisons, turned round, and where two of them meet. Both ends are included. */
import type {Range} from '#model/query.ts'

/** What the numbers of a column are like. */
export interface Scale {
  /** There is nothing between 1 and 2. */
  readonly whole: boolean
  readonly least: number
  readonly most: number
}

export type Comparison = '=' | '>' | '>=' | '<' | '<='

/**
 * The range that a comparison asks for, beside an interval: a number is one whose ends are the same, a day is one of
 * 86,400,000 ms. After a day is after its end.
 */
export function rangeOf(comparison: Comparison, [low, high]: readonly [number, number], scale: Scale): Range {
  switch (comparison) {
    case '=':
      return {min: low, max: high}
    case '>':
      return {min: after(high, scale)}
    case '>=':
      return {min: low}
    case '<':
      return {max: before(low, scale)}
    case '<=':
      return {max: high}
  }
}

/** All other numbers: what lies below it and what lies above it, none of the two where nothing can. */
export function turnedRound({min, max}: Range, scale: Scale): readonly Range[] {
  const below = min !== undefined && min > scale.least ? [{max: before(min, scale)}] : []
  const above = max !== undefined && max < scale.most ? [{min: after(max, scale)}] : []
  return [...below, ...above]
}

/** What lies in both. */
export function meeting(one: Range | undefined, other: Range): Range {
  const min = Math.max(one?.min ?? Number.NEGATIVE_INFINITY, other.min ?? Number.NEGATIVE_INFINITY)
  const max = Math.min(one?.max ?? Number.POSITIVE_INFINITY, other.max ?? Number.POSITIVE_INFINITY)
  return {...(min !== Number.NEGATIVE_INFINITY && {min}), ...(max !== Number.POSITIVE_INFINITY && {max})}
}

function after(number: number, scale: Scale): number {
  return scale.whole ? Math.floor(number) + 1 : nextNumber(number)
}

function before(number: number, scale: Scale): number {
  return scale.whole ? Math.ceil(number) - 1 : -nextNumber(-number)
}

const bits = new DataView(new ArrayBuffer(8))

/** The smallest number above; numbers of one sign are ordered as their bits are. */
export function nextNumber(number: number): number {
  if (!Number.isFinite(number)) return number
  if (number === 0) return Number.MIN_VALUE
  bits.setFloat64(0, number)
  bits.setBigInt64(0, bits.getBigInt64(0) + (number > 0 ? 1n : -1n))
  return bits.getFloat64(0)
}
