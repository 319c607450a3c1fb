import {expect, test} from 'vitest'
import {readNumber, within} from './format.ts'

for (const [typed, value] of [
  ['', null],
  [' 12 ', 12],
  ['1,5', 1.5],
  ['.5', 0.5],
  ['-3', undefined],
  ['101', undefined],
  ['1e3', undefined],
  ['abc', undefined],
] as const) {
  test(`"${typed}" between 0 and 100 is ${value}`, () => {
    expect(readNumber(typed, {min: 0, max: 100})).toBe(value)
  })
}

test('steps of a tenth stay tenths', () => {
  expect(within(0.1 + 0.2, {})).toBe(0.3)
})
