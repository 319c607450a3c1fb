import {expect, test} from 'vitest'
import {quantitiesFrom, quantityFrom, shownValue} from './value-kind.ts'

test.each([
  ['14d', '14d'],
  ['1.5', 1.5],
  [' 20 ', 20],
  ['none', null],
  ['500 GiB', '500 GiB'],
  ['1.', '1.'],
] as const)('%j is %j, and is shown as it was typed', (typed, value) => {
  expect(quantityFrom(typed)).toBe(value)
  expect(shownValue(value)).toBe(typed.trim())
})

test('lists are typed with commas', () => {
  expect(quantitiesFrom(' 1, 2h ,,')).toEqual([1, '2h'])
  expect(shownValue(['a', 'b c'])).toBe('a, b c')
})

test('what no field can show is shown as nothing', () => {
  expect(shownValue({fact: 'name'})).toBe('')
})
