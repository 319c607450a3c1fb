import {expect, test} from 'vitest'
import {HOUR} from '#model/units.ts'
import {loopIn} from './release-loops.ts'

const HOUR_MS = HOUR * 1_000
const NOW = 1_000 * HOUR_MS
const WEEK = 168

/** @param hours ago, oldest first */
function givenUp(hours: readonly number[], reason: string | null = null) {
  return hours.map((ago) => ({at: NOW - ago * HOUR_MS, reason, title: `Release.${ago}`}))
}

test('three releases that were given up within a day are no loop, and four are', () => {
  expect(loopIn(givenUp([20, 10, 1]), 3, NOW)).toBeNull()
  expect(loopIn(givenUp([20, 15, 10, 1]), 3, NOW)).toEqual({
    count: 4,
    until: NOW + (WEEK - 20) * HOUR_MS,
    release: 'Release.1',
  })
})

test('four that lie further apart than a day are no loop', () => {
  expect(loopIn(givenUp([25, 15, 10, 1]), 3, NOW)).toBeNull()
})

test('a loop of days ago holds until its first release is a week old', () => {
  const old = [WEEK - 2, WEEK - 3, WEEK - 4, WEEK - 5]
  expect(loopIn(givenUp(old), 3, NOW)?.until).toBe(NOW + 2 * HOUR_MS)
  expect(loopIn(givenUp(old.map((ago) => ago + 2)), 3, NOW)).toBeNull()
})

test('of two loops the one that lasts longer counts', () => {
  expect(loopIn(givenUp([100, 99, 98, 97, 96]), 3, NOW)?.until).toBe(NOW + (WEEK - 99) * HOUR_MS)
})

test('the limit is that of the section, and 0 is none', () => {
  expect(loopIn(givenUp([3, 2]), 1, NOW)).toMatchObject({count: 2})
  expect(loopIn(givenUp([5, 4, 3, 2, 1]), 0, NOW)).toBeNull()
})

test('Q43 the third because of its score within a week is a loop, also without a limit and days apart', () => {
  expect(loopIn(givenUp([100, 50], 'scoreUnmet'), 0, NOW)).toBeNull()
  expect(loopIn(givenUp([150, 100, 50], 'scoreUnmet'), 0, NOW)?.until).toBe(NOW + (WEEK - 150) * HOUR_MS)
  expect(loopIn(givenUp([170, 100, 50], 'scoreUnmet'), 0, NOW)).toBeNull()
})
