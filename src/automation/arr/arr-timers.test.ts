import {afterEach, expect, test, vi} from 'vitest'
import {systemClock} from '#lib/clock.ts'
import {ServerFault} from '#model/errors.ts'
import {DAY, MINUTE} from '#model/units.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {ArrTimers} from './arr-timers.ts'

const HOUR = 3_600_000

afterEach(() => void vi.useRealTimers())

function harness(answer: () => Promise<void> = () => Promise.resolve()) {
  const clock = new VirtualClock()
  const asked = {rssSync: 0, refresh: 0}
  const timers = new ArrTimers(clock, (what) => {
    asked[what]++
    return answer()
  })
  return {clock, asked, timers}
}

for (const [rssSync, refresh, inAnHour] of [
  [900, 60, {rssSync: 4, refresh: 60}],
  [0, 60, {rssSync: 0, refresh: 60}],
  [900, 0, {rssSync: 4, refresh: 0}],
  [0, 0, {rssSync: 0, refresh: 0}],
] as const) {
  test(`B.2 every ${rssSync} s releases, every ${refresh} s downloads: ${JSON.stringify(inAnHour)} in an hour`, async () => {
    const {clock, asked, timers} = harness()
    timers.start({rssSync, refresh})
    await clock.advance(HOUR)
    expect(asked).toEqual(inAnHour)
    timers.stop()
    await clock.advance(HOUR)
    expect(asked).toEqual(inAnHour)
  })
}

test('B.2 an Arr that is away is asked again the next time', async () => {
  const {clock, asked, timers} = harness(() =>
    Promise.reject(new ServerFault('server_unreachable', 'timed_out', 'Away.')),
  )
  timers.start({rssSync: 900, refresh: 60})
  await clock.advance(HOUR)
  expect(asked).toEqual({rssSync: 4, refresh: 60})
})

test('B.2 one that answers slowly keeps no other waiting', async () => {
  const {clock, asked, timers} = harness(() => new Promise(() => undefined))
  timers.start({rssSync: 900, refresh: 60})
  await clock.advance(HOUR)
  expect(asked).toEqual({rssSync: 4, refresh: 60})
})

test('B.2 every month means every month, also on the clock of the machine', () => {
  vi.useFakeTimers()
  const asked = {rssSync: 0, refresh: 0}
  const timers = new ArrTimers(systemClock, (what) => Promise.resolve(void asked[what]++))
  timers.start({rssSync: 30 * DAY, refresh: 43_200 * MINUTE})
  vi.advanceTimersByTime(30 * DAY * 1_000 - 1)
  expect(asked).toEqual({rssSync: 0, refresh: 0})
  vi.advanceTimersByTime(1)
  expect(asked).toEqual({rssSync: 1, refresh: 1})
  vi.advanceTimersByTime(330 * DAY * 1_000)
  expect(asked).toEqual({rssSync: 12, refresh: 12})
  timers.stop()
  expect(vi.getTimerCount()).toBe(0)
})
