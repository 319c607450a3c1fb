import {expect, test} from 'vitest'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {RateLimiter} from './rate-limiter.ts'

test('so many times within a span, each name alone, and again when the first is over', async () => {
  const clock = new VirtualClock(1_000)
  const allowance = new RateLimiter({clock, times: 2, spanMs: 100})
  expect([allowance.take('a'), allowance.take('b')]).toEqual([null, null])
  await clock.advance(40)
  expect([allowance.take('a'), allowance.take('a'), allowance.take('b')]).toEqual([null, 1_100, null])
  await clock.advance(60)
  expect([allowance.take('a'), allowance.take('a')]).toEqual([null, 1_140])
})

test('a clock that is set back locks no one out', () => {
  const clock = new VirtualClock(1_000_000)
  const allowance = new RateLimiter({clock, times: 1, spanMs: 100})
  allowance.take('a')
  clock.jump(-500_000)
  expect(allowance.take('a')).toBeNull()
})
