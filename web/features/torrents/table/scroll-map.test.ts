import {expect, test} from 'vitest'
import {scrollMap} from './row-layout.ts'

test('100,000 rows of a phone are scrolled px by px', () => {
  const map = scrollMap(100_000 * 68, 600)
  expect([map.height, map.toContent(1234), map.toScroll(1234)]).toEqual([6_800_000, 1234, 1234])
})

test('a list that is too high for browsers is scrolled in steps, from its first to its last row', () => {
  const map = scrollMap(60_000_000, 600)
  expect(map.height).toBe(15_000_000)
  expect(map.toContent(0)).toBe(0)
  expect(map.toContent(map.height - 600)).toBeCloseTo(60_000_000 - 600)
  expect(map.toScroll(map.toContent(777))).toBeCloseTo(777)
})
