import {expect, test} from 'vitest'
import {backoffMs} from './backoff.ts'

test('the ceiling doubles from 5 s and ends at 5 min', () => {
  expect([1, 2, 3, 7, 60].map((attempt) => backoffMs(attempt, 1))).toEqual([
    5_000, 10_000, 20_000, 300_000, 300_000,
  ])
})

test('jitter reaches down to the least wait, never to a busy loop', () => {
  expect(backoffMs(5, 0)).toBe(500)
  expect(backoffMs(5, 0.5)).toBe(40_000)
})
