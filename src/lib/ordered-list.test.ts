import fc from 'fast-check'
import {expect, test} from 'vitest'
import {OrderedList} from './ordered-list.ts'

const ascending = (a: number, b: number) => a - b

test('is a sorted list, whatever is added to it and removed from it', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.boolean(), fc.nat(40)), {maxLength: 200}),
      fc.array(fc.nat(40)),
      (steps, start) => {
        let expected = [...new Set(start)].sort(ascending)
        const list = new OrderedList(ascending)
        list.fill(expected)
        for (const [adds, one] of steps) {
          const isThere = expected.includes(one)
          if (!adds) {
            expect(list.remove(one)).toBe(isThere)
            expected = expected.filter((it) => it !== one)
          } else if (!isThere) {
            list.add(one)
            expected = [...expected, one].sort(ascending)
          }
        }
        expect([...list]).toEqual(expected)
        expect([list.size, list.first]).toEqual([expected.length, expected[0]])
        for (let one = 0; one <= 40; one++)
          expect(list.placeOf(one)).toBe(expected.includes(one) ? expected.indexOf(one) : null)
      },
    ),
  )
})

test('of thousands each is found at its place, however they came', () => {
  const count = 5_000
  const list = new OrderedList(ascending)
  // 7 and the count have no common factor: each comes once.
  for (let n = 0; n < count; n++) list.add((n * 7) % count)

  expect([...list]).toEqual(Array.from({length: count}, (_, n) => n))
  expect([0, 1, 2_499, count - 1].map((one) => list.placeOf(one))).toEqual([0, 1, 2_499, count - 1])
  for (let n = 0; n < count - 1; n++) list.remove((n * 7) % count)
  expect([...list]).toEqual([((count - 1) * 7) % count])
})
