import {expect, test} from 'vitest'
import type {ServerHealth} from '#model/server.ts'
import {HealthWatch, newsIn} from './health-watch.ts'
import {A, B, healthOf} from './history.fixture.ts'

const online = healthOf('online')
const down = healthOf('unreachable', {reason: 'timed_out', detail: 'timeout of 10 s'})

/** Statuses noticed when these are seen one after the other, a second apart. */
function noticed(...seen: readonly ServerHealth[]): string[] {
  const watch = new HealthWatch()
  return seen.flatMap((health, at) => {
    const change = watch.look(A, health, at * 1_000)
    return change ? [`${at} ${change.status} ${change.reason}`] : []
  })
}

test('a change of status or reason is noticed once', () => {
  const refused = healthOf('unreachable', {reason: 'refused'})
  expect(noticed(online, online, down, down, refused, online)).toEqual([
    '0 online none',
    '2 unreachable timed_out',
    '4 unreachable refused',
    '5 online none',
  ])
})

test('trying again is no change', () => {
  expect(noticed(healthOf('unknown'), healthOf('connecting'), down, healthOf('connecting'), down)).toEqual([
    '2 unreachable timed_out',
  ])
})

test('that its list is young is news, unless it is we who just came', () => {
  expect(noticed(healthOf('warming'), online, healthOf('warming'))).toEqual([
    '1 online none',
    '2 warming none',
  ])
})

test('servers are watched each on its own, until they are forgotten', () => {
  const watch = new HealthWatch()
  expect([watch.look(A, online, 0)?.isFirst, watch.look(B, online, 0)?.isFirst]).toEqual([true, true])
  watch.forget(A)
  expect([watch.look(A, online, 0)?.isFirst, watch.look(B, online, 0)]).toEqual([true, null])
})

test('it began when the server says, or now where that cannot be', () => {
  const times = (...seen: readonly (readonly [since: number, now: number])[]) => {
    const watch = new HealthWatch()
    return seen.map(([since, now], n) => watch.look(A, {...(n % 2 ? down : online), since}, now)!.at)
  }
  expect(times([5, 10])).toEqual([5])
  expect(times([15, 10])).toEqual([10])
  expect(times([5, 10], [5, 20], [30, 30])).toEqual([5, 20, 30])
})

test('a long story is cut', () => {
  const change = new HealthWatch().look(A, {...down, detail: 'x'.repeat(9_000)}, 0)
  expect(change!.detail).toHaveLength(500)
})

test('a restart of ours is no news', () => {
  const first = new HealthWatch().look(A, {...down, since: 50}, 100)!
  const {isFirst: _isFirst, ...change} = first
  expect(newsIn(first, null, 100)).toEqual(change)
  expect(newsIn(first, {...change, at: 20, detail: 'other words'}, 100)).toBeNull()
  expect(newsIn(first, {...change, status: 'online', at: 20}, 100)).toEqual(change)
  // Written later than the server says it began: then it is news of now.
  expect(newsIn(first, {...change, status: 'online', at: 70}, 100)).toEqual({...change, at: 100})
})
