import {expect, test} from 'vitest'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {Countdowns} from './countdowns.ts'
import {InstanceClock} from './instance-clock.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

test('a clock that is corrected moves the ends of this run by as much, and none is over because of it', async () => {
  const clock = new VirtualClock()
  const time = new InstanceClock(clock, null)
  const moved: unknown[] = []
  const ends = new Countdowns(time, (...reported) => void moved.push(reported))
  ends.begin('one', time.now() + 2 * HOUR)
  clock.jump(365 * DAY)
  time.confirm()
  expect([ends.due(), moved]).toEqual([[], [[['one'], 365 * DAY]]])
  await clock.advance(HOUR)
  expect([ends.next(), ends.due(HOUR)]).toEqual([HOUR, ['one']])
  await clock.advance(HOUR)
  expect([ends.isOver('one'), ends.due()]).toEqual([true, ['one']])
  ends.drop('one')
  expect([ends.isOver('one'), ends.next()]).toEqual([false, null])
})

test('what was begun before this run has that less for which the machine turns out to have been off', () => {
  const clock = new VirtualClock()
  const seen = {at: clock.now(), uptime: null}
  clock.jump(5 * DAY)
  const time = new InstanceClock(clock, seen)
  const moved: unknown[] = []
  const ends = new Countdowns(time, (...reported) => void moved.push(reported))
  ends.begin('old', seen.at + 3 * DAY, true)
  ends.begin('new', time.now() + 3 * DAY)
  expect(ends.due()).toEqual([])
  time.confirm()
  expect([ends.due(), moved]).toEqual([['old'], [[['new'], 5 * DAY]]])
})
