import {expect, test} from 'vitest'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {FollowingClock, InstanceClock, type InstanceTime} from './instance-clock.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** A run that ended as the machine did, which was started again with its clock so far from where it was. */
function rebooted(ms: number) {
  const clock = new VirtualClock()
  const {seen} = new InstanceClock(clock, null)
  clock.reboot(clock.now() + ms)
  return {clock, seen, instanceClock: new InstanceClock(clock, seen)}
}

function heard(instanceClock: InstanceClock): unknown[] {
  const reported: unknown[] = []
  instanceClock.onCorrected((ms, wasGuess) => void reported.push([ms, wasGuess]))
  return reported
}

test('a clock that only goes on is believed, drift and all', async () => {
  const clock = new VirtualClock()
  const instanceClock = new InstanceClock(clock, null)
  for (let hour = 0; hour < 48; hour++) {
    await clock.advance(HOUR)
    clock.jump(30_000)
    expect([instanceClock.now(), instanceClock.leapMs()]).toEqual([clock.now(), null])
  }
})

test.each([-56 * 365 * DAY, -2 * DAY, 400 * DAY, 25 * HOUR])(
  'S40 a machine that starts %i ms from where it was goes on from there, until its clock is right',
  async (ms) => {
    const {clock, seen, instanceClock} = rebooted(ms)
    const reported = heard(instanceClock)
    expect([instanceClock.now(), instanceClock.leapMs()]).toEqual([seen.at, ms])
    await clock.advance(DAY)
    expect([instanceClock.now(), instanceClock.leapMs()]).toEqual([seen.at + DAY, ms])
    // It was off for two hours.
    clock.jump(2 * HOUR - ms)
    expect([instanceClock.now(), instanceClock.leapMs()]).toEqual([clock.now(), null])
    expect(reported).toEqual([[2 * HOUR, expect.any(Boolean)]])
  },
)

test('S40 one that starts 3 h behind is put back after an hour, and corrected as one whose time was guessed', async () => {
  const {clock, seen, instanceClock} = rebooted(-3 * HOUR)
  const reported = heard(instanceClock)
  expect(instanceClock.now()).toBe(seen.at)
  await clock.advance(HOUR - MINUTE)
  expect(instanceClock.now()).toBe(seen.at + HOUR - MINUTE)
  await clock.advance(MINUTE)
  expect(instanceClock.now()).toBe(clock.now())
  clock.jump(4 * HOUR)
  expect(instanceClock.now()).toBe(clock.now())
  expect(reported).toEqual([
    [-3 * HOUR, true],
    [4 * HOUR, true],
  ])
  // What is set from now on is set by somebody.
  clock.jump(4 * HOUR)
  instanceClock.now()
  expect(reported[2]).toEqual([4 * HOUR, false])
})

test('S40 a program that was off while its machine was up knows the time, whatever its clock says', () => {
  const clock = new VirtualClock()
  const {seen} = new InstanceClock(clock, null)
  clock.standStill(30 * DAY)
  const right = clock.now()
  expect(new InstanceClock(clock, seen).now()).toBe(right)
  clock.jump(400 * DAY)
  expect(new InstanceClock(clock, seen).now()).toBe(right)
  clock.jump(-800 * DAY)
  expect(new InstanceClock(clock, seen).now()).toBe(right)
})

test('S40 a person says that a machine was off for so long', async () => {
  const {clock, instanceClock} = rebooted(30 * DAY)
  const reported = heard(instanceClock)
  await clock.advance(HOUR)
  instanceClock.confirm()
  expect([instanceClock.now(), instanceClock.leapMs()]).toEqual([clock.now(), null])
  expect(reported).toEqual([[30 * DAY, true]])
  instanceClock.confirm()
  expect(reported).toHaveLength(1)
})

test('S40 a clock that leaps by more than a day while we look is not believed', async () => {
  const clock = new VirtualClock()
  const instanceClock = new InstanceClock(clock, null)
  await clock.advance(2 * DAY)
  const right = clock.now()
  clock.jump(400 * DAY)
  expect([instanceClock.now(), instanceClock.leapMs()]).toEqual([right, 400 * DAY])
  clock.jump(-400 * DAY)
  expect([instanceClock.now(), instanceClock.leapMs()]).toEqual([right, null])
})

test('S03 a clock that a user sets is not sure for an hour, and at once when it is set back', async () => {
  const clock = new VirtualClock()
  const instanceClock = new InstanceClock(clock, null)
  await clock.advance(2 * DAY)
  instanceClock.now()
  clock.jump(5 * HOUR)
  expect([instanceClock.now(), instanceClock.isSure()]).toEqual([clock.now(), false])
  clock.jump(-5 * HOUR)
  expect([instanceClock.now(), instanceClock.isSure()]).toEqual([clock.now(), true])
  clock.jump(5 * HOUR)
  expect(instanceClock.isSure()).toBe(false)
  await clock.advance(HOUR)
  expect(instanceClock.isSure()).toBe(true)
  clock.jump(-2 * HOUR)
  expect([instanceClock.now(), instanceClock.isSure()]).toEqual([clock.now() + 2 * HOUR, false])
  await clock.advance(HOUR)
  expect([instanceClock.now(), instanceClock.isSure()]).toEqual([clock.now(), true])
})

test('S40 the first start of all, in 1970, waits for nothing when its clock is corrected', async () => {
  const clock = new VirtualClock(0)
  const instanceClock = new InstanceClock(clock, null)
  await clock.advance(MINUTE)
  clock.jump(56 * 365 * DAY)
  expect([instanceClock.now(), instanceClock.leapMs()]).toEqual([clock.now(), null])
})

test('S46 a machine that sleeps for days is believed, where it can say so', () => {
  const clock = new VirtualClock()
  const instanceClock = new InstanceClock(clock, null)
  const reported = heard(instanceClock)
  const before = instanceClock.passed()
  clock.sleep(3 * DAY)
  expect([instanceClock.now(), instanceClock.leapMs(), instanceClock.passed() - before, reported]).toEqual([
    clock.now(),
    null,
    3 * DAY,
    [],
  ])
})

test('S40 other threads go by the same time', async () => {
  const {clock, seen, instanceClock} = rebooted(400 * DAY)
  const thread = new FollowingClock(clock, instanceClock.time)
  instanceClock.onTime((time: InstanceTime) => thread.follow(time))
  expect([thread.now(), thread.leapMs()]).toEqual([seen.at, 400 * DAY])
  clock.jump(-400 * DAY)
  instanceClock.now()
  expect([thread.now(), thread.leapMs()]).toEqual([seen.at, null])
  clock.jump(7 * DAY)
  instanceClock.now()
  expect([thread.now(), thread.leapMs()]).toEqual([seen.at, 7 * DAY])
})
