import {expect, test} from 'vitest'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {TrustedTime} from './trusted-time.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

function started() {
  const clock = new VirtualClock()
  return {clock, time: new TrustedTime(clock)}
}

test('a clock that only goes on is believed', async () => {
  const {clock, time} = started()
  for (let hour = 0; hour < 5; hour++) {
    await clock.advance(HOUR)
    expect(time.now()).toBe(clock.now())
  }
})

test('S03 after a jump of three days the time is unknown, and back again it is known at once', async () => {
  const {clock, time} = started()
  clock.jump(3 * DAY)
  expect(time.now()).toBeUndefined()
  await clock.advance(30 * 60_000)
  expect(time.now()).toBeUndefined()
  clock.jump(-3 * DAY)
  expect(time.now()).toBe(clock.now())
})

test('whichever way it jumps, a clock that stays there for an hour is believed', async () => {
  for (const jump of [3 * DAY, -3 * DAY]) {
    const {clock, time} = started()
    clock.jump(jump)
    time.now()
    await clock.advance(HOUR - 1)
    expect(time.now()).toBeUndefined()
    await clock.advance(1)
    expect(time.now()).toBe(clock.now())
  }
})

test('another jump begins the hour again', async () => {
  const {clock, time} = started()
  clock.jump(DAY)
  time.now()
  await clock.advance(HOUR - 1)
  clock.jump(DAY)
  expect(time.now()).toBeUndefined()
  await clock.advance(HOUR - 1)
  expect(time.now()).toBeUndefined()
  await clock.advance(1)
  expect(time.now()).toBe(clock.now())
})

test('small corrections are no jump, however many', async () => {
  const {clock, time} = started()
  for (let at = 0; at < 100; at++) {
    clock.jump(60_000)
    expect(time.now()).toBe(clock.now())
  }
  clock.jump(60_001)
  expect(time.now()).toBeUndefined()
})
