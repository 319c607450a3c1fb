import {afterEach, expect, test, vi} from 'vitest'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {systemClock, timeLimit} from './clock.ts'
import {FollowingClock, InstanceClock} from './instance-clock.ts'

const DAY_MS = 86_400_000
const cancels: (() => void)[] = []

afterEach(() => {
  for (const cancel of cancels.splice(0)) cancel()
  vi.useRealTimers()
})

/** What rang, by its name. */
function started(...spans: readonly (readonly [name: string, ms: number])[]): string[] {
  const rung: string[] = []
  for (const [name, ms] of spans) cancels.push(systemClock.after(ms, () => rung.push(name)))
  return rung
}

test('a timer of 60 days, or without end, does not ring at once', async () => {
  const rung = started(['60 days', 60 * DAY_MS], ['never', Infinity], ['32 bits', 2 ** 31])
  // What is longer than `setTimeout` can hold rings after 1 ms, and before what was set to that later.
  await new Promise<void>((done) => cancels.push(systemClock.after(1, done)))
  expect(rung).toEqual([])
})

test('a timer of 60 days rings once, when they are over', () => {
  vi.useFakeTimers()
  const rung = started(['60 days', 60 * DAY_MS], ['24.8 days', 2 ** 31 - 1], ['never', Infinity])
  vi.advanceTimersByTime(2 ** 31 - 2)
  expect(rung).toEqual([])
  vi.advanceTimersByTime(1)
  expect(rung).toEqual(['24.8 days'])
  vi.advanceTimersByTime(60 * DAY_MS - 2 ** 31)
  expect(rung).toEqual(['24.8 days'])
  vi.advanceTimersByTime(1)
  expect(rung).toEqual(['24.8 days', '60 days'])
  vi.advanceTimersByTime(600 * DAY_MS)
  expect(rung).toEqual(['24.8 days', '60 days'])
})

test('a long timer can be canceled in each of its parts', () => {
  vi.useFakeTimers()
  const rung = started(['first', 60 * DAY_MS], ['second', 60 * DAY_MS])
  cancels[0]!()
  vi.advanceTimersByTime(30 * DAY_MS)
  cancels[1]!()
  vi.advanceTimersByTime(90 * DAY_MS)
  expect(rung).toEqual([])
  expect(vi.getTimerCount()).toBe(0)
})

test('what others have to do in time is counted by their time, through every clock of the program', async () => {
  const [program, others] = [new VirtualClock(), new VirtualClock()]
  const clock = Object.assign(program, {limit: (ms: number, task: () => void) => others.after(ms, task)})
  const harness = new InstanceClock(clock, null)
  const rung: string[] = []
  for (const [name, one] of Object.entries({
    clock,
    house: harness,
    thread: new FollowingClock(clock, harness.time),
  }))
    timeLimit(one, 5_000, () => rung.push(name))
  timeLimit(others, 6_000, () => rung.push('a clock of one time'))
  await program.advance(DAY_MS)
  expect(rung).toEqual([])
  await others.advance(5_000)
  expect(rung).toEqual(['clock', 'house', 'thread'])
  await others.advance(1_000)
  expect(rung).toEqual(['clock', 'house', 'thread', 'a clock of one time'])
})
