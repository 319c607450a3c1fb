import {expect, test} from 'vitest'
import {ofRecent} from './of-recent.ts'

test('what was asked a moment ago is answered at once, and what was asked long ago is found again', () => {
  const asked: number[] = []
  const double = ofRecent((it: number) => {
    asked.push(it)
    return it * 2
  })
  expect([double(1), double(2), double(1)]).toEqual([2, 4, 2])
  expect(asked).toEqual([1, 2])
  for (let n = 10; n < 50; n++) double(n)
  expect(double(1)).toBe(2)
  expect(asked.filter((it) => it === 1)).toHaveLength(2)
})
