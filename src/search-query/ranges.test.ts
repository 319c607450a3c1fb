import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import type {Range} from '#model/query.ts'
import {meeting, nextNumber, rangeOf, turnedRound, type Comparison} from './ranges.ts'

const scale = {whole: true, least: 0, most: Number.POSITIVE_INFINITY}
const holds = ({min = -Infinity, max = Infinity}: Range, number: number) => number >= min && number <= max
const small = fc.integer({min: 0, max: 6})

const meant: Readonly<Record<Comparison, (number: number, with_: number) => boolean>> = {
  '=': (number, with_) => number === with_,
  '>': (number, with_) => number > with_,
  '>=': (number, with_) => number >= with_,
  '<': (number, with_) => number < with_,
  '<=': (number, with_) => number <= with_,
}
const comparisons = fc.constantFrom(...(Object.keys(meant) as Comparison[]))

test('a comparison holds the numbers it says, whole ones or any', () => {
  fc.assert(
    fc.property(
      comparisons,
      small,
      fc.double({min: 0, max: 7, noNaN: true}),
      fc.boolean(),
      (is, limit, any, whole) => {
        const number = whole ? Math.round(any) : any
        expect(holds(rangeOf(is, [limit, limit], {...scale, whole}), number)).toBe(meant[is](number, limit))
      },
    ),
  )
})

test('turned round it holds all others', () => {
  fc.assert(
    fc.property(comparisons, small, small, (is, limit, number) => {
      const range = rangeOf(is, [limit, limit], scale)
      const others = turnedRound(range, scale)
      expect(others.some((other) => holds(other, number))).toBe(!holds(range, number))
    }),
  )
})

test('two ranges meet where both hold', () => {
  fc.assert(
    fc.property(comparisons, small, comparisons, small, small, (is, one, also, other, number) => {
      const [a, b] = [rangeOf(is, [one, one], scale), rangeOf(also, [other, other], scale)]
      expect(holds(meeting(a, b), number)).toBe(holds(a, number) && holds(b, number))
    }),
  )
})

test('nothing lies between a number and the next one', () => {
  fc.assert(
    fc.property(fc.double({noNaN: true, noDefaultInfinity: true, max: 1e300}), (number) => {
      const next = nextNumber(number)
      expect(next).toBeGreaterThan(number)
      const middle = number / 2 + next / 2
      expect(middle <= number || middle >= next).toBe(true)
    }),
  )
  expect(nextNumber(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY)
})
