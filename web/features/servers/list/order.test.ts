import fc from 'fast-check'
import {expect, test} from 'vitest'
import {amongOwn, inOrder, movedTo, stepTo} from './order.ts'

test('one moves, the others keep their order', () => {
  expect(movedTo(['a', 'b', 'c', 'd'], 0, 2)).toEqual(['b', 'c', 'a', 'd'])
  expect(movedTo(['a', 'b', 'c', 'd'], 3, 0)).toEqual(['d', 'a', 'b', 'c'])
})

test('a move loses none, wherever it leads', () => {
  const places = fc.integer({min: -1, max: 12})
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(), {maxLength: 10}), places, places, (list, from, to) => {
      expect(new Set(movedTo(list, from, to))).toEqual(new Set(list))
      expect(movedTo(list, from, to)).toHaveLength(list.length)
    }),
  )
})

test('a server that came meanwhile stands behind those that were put in order', () => {
  expect(inOrder(['a', 'b', 'c'], ['c', 'a'], (id) => id)).toEqual(['c', 'a', 'b'])
  expect(inOrder(['a', 'b'], null, (id) => id)).toEqual(['a', 'b'])
})

test('servers of others stay where they are', () => {
  expect(amongOwn(['a', 'X', 'b', 'Y', 'c'], ['c', 'a', 'b'])).toEqual(['c', 'X', 'a', 'Y', 'b'])
})

test('steps end at the ends of the list', () => {
  expect(stepTo('up', 0, 4)).toBe(0)
  expect(stepTo('down', 3, 4)).toBe(3)
  expect(stepTo('top', 3, 4)).toBe(0)
  expect(stepTo('bottom', 0, 4)).toBe(3)
})
