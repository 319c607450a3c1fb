import {expect, test} from 'vitest'
import {backoffMs, backoffStepMs} from './backoff.ts'

test('the step doubles from 5 s and ends at 5 min', () => {
  const steps = [5_000, 10_000, 20_000, 300_000, 300_000]
  expect([1, 2, 3, 7, 60].map((attempt) => backoffStepMs(attempt))).toEqual(steps)
  expect([1, 2, 3, 7, 60].map((attempt) => backoffMs(attempt, 1))).toEqual(steps)
})

test('jitter takes at most half of a step away', () => {
  expect([1, 2, 3, 7, 60].map((attempt) => backoffMs(attempt, 0))).toEqual([
    2_500, 5_000, 10_000, 150_000, 150_000,
  ])
  expect(backoffMs(5, 0.5)).toBe(60_000)
})

test('no wait is shorter than half of the one promised, however often it failed', () => {
  const pace = {firstMs: 1_000, mostMs: 60_000}
  for (let attempt = 1; attempt <= 2_000; attempt++)
    for (const random of [0, 0.1, 0.9, 1]) {
      expect(backoffMs(attempt, random, pace)).toBeGreaterThanOrEqual(backoffStepMs(attempt, pace) / 2)
      expect(backoffMs(attempt, random, pace)).toBeLessThanOrEqual(60_000)
    }
})
