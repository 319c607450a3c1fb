import fc from 'fast-check'
import {expect, test} from 'vitest'
import {atOnce} from '../../../lib/slices.ts'
import {COMPARED_AT_ONCE, sorted} from './file-tree.ts'

const byNumber = (a: {n: number}, b: {n: number}) => a.n - b.n

test('any list comes out as the language sorts it, equal ones in their order', () => {
  fc.assert(
    fc.property(fc.array(fc.record({n: fc.nat(20), id: fc.nat()})), (list) => {
      expect(atOnce(sorted(list, byNumber))).toEqual(list.toSorted(byNumber))
    }),
  )
})

test('what is sorted already costs one look each', () => {
  let looks = 0
  const list = Array.from({length: 5_000}, (_, n) => ({n}))
  atOnce(sorted(list, (a, b) => (looks++, byNumber(a, b))))
  expect(looks).toBe(list.length - 1)
})

test('however it comes, a caller can pause every few hundred comparisons', () => {
  const list = Array.from({length: 20_000}, (_, at) => ({n: (at * 7_919) % 20_000}))
  let since = 0
  let most = 0
  const work = sorted(list, (a, b) => ((most = Math.max(most, ++since)), byNumber(a, b)))
  while (!work.next().done) since = 0
  expect(most).toBeLessThanOrEqual(COMPARED_AT_ONCE)
})
