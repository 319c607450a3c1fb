import {expect, test} from 'vitest'
import {isKnown, layRows, scrollMap, topFor, viewportAt} from './row-layout.ts'

const sight = {viewport: 100, rowHeight: 10, stuck: 0}
const group = (value: string, from: number, count: number) => ({
  value,
  from,
  count,
  size: 0,
  down_speed: 0,
  up_speed: 0,
})

function laid(count: number, groups: Parameters<typeof layRows>[2] = null) {
  const layout = layRows(count, sight.rowHeight, groups)
  return {layout, map: scrollMap(layout.height, sight.viewport)}
}

test.each([
  ['in the middle', 500, [500, 50, 60]],
  ['between two rows', 505, [505, 50, 61]],
  ['beyond the end', 5000, [900, 90, 100]],
  ['before the beginning', -5, [0, 0, 10]],
])('what is seen %s', (_where, wanted, seen) => {
  const {scrollTop, first, end} = viewportAt(laid(100), wanted, sight)
  expect([scrollTop, first, end]).toEqual(seen)
})

test('of nothing nothing is seen', () => {
  expect(viewportAt(laid(0), 7, sight)).toMatchObject({scrollTop: 0, end: 0})
})

test.each([
  ['a row that is seen', 55, 500],
  ['the first row that is seen', 50, 500],
  ['a row above', 20, 200],
  ['a row that is cut at the lower edge', 60, 510],
  ['the last row', 99, 900],
])('%s is scrolled to, no further than needed', (_what, item, scrollTop) => {
  expect(topFor(item, laid(100), 500, sight)).toBe(scrollTop)
})

test('in groups the head that stays at the upper edge covers no row', () => {
  const grouped = laid(40, [group('a', 0, 20), group('b', 20, 20)])
  const within = {...sight, stuck: 28}
  // Head of the second group: 28 + 20 rows; its third row lies 28 + 20 px below.
  expect(topFor(24, grouped, 400, within)).toBe(228 + 28 + 20 - 28)
  expect(topFor(0, grouped, 400, within)).toBe(0)
})

test('whether all that is seen is known; heads of groups always are', () => {
  const stage = viewportAt(laid(40, [group('a', 0, 2), group('b', 2, 38)]), 0, sight)
  const knows = (known: number) => ({isKnown: (rank: number) => rank < known})
  expect([stage.first, stage.end]).toEqual([0, 7])
  expect([isKnown(stage, knows(4)), isKnown(stage, knows(5))]).toEqual([false, true])
})
