import {expect, test} from 'vitest'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {TokenBuckets} from './token-bucket.ts'

const DAY_MS = 86_400_000

test('so much goes at once, and then what comes back', async () => {
  const clock = new VirtualClock()
  const buckets = new TokenBuckets(clock, {atOnce: 10, perDay: 24})
  expect(buckets.take('mia', 10)).toBeNull()
  expect(buckets.take('mia')).toBe(DAY_MS / 24)
  await clock.advance(DAY_MS / 24)
  expect(buckets.take('mia')).toBeNull()
  expect(buckets.take('mia')).not.toBeNull()
})

test('one who takes all takes nothing of others', () => {
  const buckets = new TokenBuckets(new VirtualClock(), {atOnce: 3, perDay: 1})
  expect([buckets.take('mia', 3), buckets.take('nick', 3)]).toEqual([null, null])
  expect(buckets.take('mia')).not.toBeNull()
})

test('what is not taken costs nothing, and nothing beyond the full one is saved up', async () => {
  const clock = new VirtualClock()
  const buckets = new TokenBuckets(clock, {atOnce: 4, perDay: 4})
  expect(buckets.take('mia', 3)).toBeNull()
  for (let n = 0; n < 5; n++) expect(buckets.take('mia', 2)).not.toBeNull()
  expect(buckets.take('mia', 1)).toBeNull()
  await clock.advance(100 * DAY_MS)
  expect(buckets.take('mia', 4)).toBeNull()
  expect(buckets.take('mia')).not.toBeNull()
})

test('what was begun is charged in any case, and has to come back first', async () => {
  const clock = new VirtualClock()
  const buckets = new TokenBuckets(clock, {atOnce: 2, perDay: 2})
  buckets.charge('mia', 4)
  await clock.advance(DAY_MS)
  expect(buckets.take('mia')).toBe(DAY_MS / 2)
  await clock.advance(DAY_MS / 2)
  expect(buckets.take('mia')).toBeNull()
})

test('more than fits takes a full one, and is charged whole', async () => {
  const clock = new VirtualClock()
  const buckets = new TokenBuckets(clock, {atOnce: 2, perDay: 2})
  expect(buckets.take('mia', 6)).toBeNull()
  await clock.advance(2 * DAY_MS)
  expect(buckets.take('mia')).not.toBeNull()
})

test('what an earlier life took is lacking, but for what came back since', async () => {
  const clock = new VirtualClock()
  const before = new TokenBuckets(clock, {atOnce: 10, perDay: 2})
  before.charge('mia', 12)
  before.charge('nick', 1)
  await clock.advance(DAY_MS)
  // Nick has all of it again.
  expect([...before.lacking()]).toEqual([['mia', 0]])
  const after = new TokenBuckets(clock, {atOnce: 10, perDay: 2})
  for (const [name, left] of before.lacking()) after.restore(name, left, 2 * DAY_MS)
  expect([after.waitMs('mia', 4), after.waitMs('mia', 5)]).toEqual([null, DAY_MS / 2])
  // A clock that was put back gives nothing, and takes nothing.
  after.restore('mia', 3, -DAY_MS)
  expect([after.waitMs('mia', 3), after.waitMs('mia', 4)]).toEqual([null, DAY_MS / 2])
})
