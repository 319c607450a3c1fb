import {expect, test} from 'vitest'
import type {ArrStatus} from '#model/arr.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {RestartWatch} from './restart-watch.ts'

const HOUR = 3_600_000
const MINUTE = 60_000

/** @param age of the run of the Arr, ms; `null` = it does not tell */
function harness(age: number | null) {
  const clock = new VirtualClock(100 * HOUR)
  const arr = {startedAt: age === null ? null : clock.now() - age, fails: false, asked: 0}
  const reported: string[] = []
  const watch = new RestartWatch(
    {
      status: {startedAt: arr.startedAt} as ArrStatus,
      async readStatus() {
        arr.asked++
        if (arr.fails) throw new Error('away')
        return {startedAt: arr.startedAt} as ArrStatus
      },
    },
    clock,
    () => void reported.push('changed'),
    () => void reported.push('restarted'),
  )
  return {clock, arr, reported, watch}
}

test('what an Arr lacks counts two minutes after its start', async () => {
  expect(harness(HOUR).watch.isSettled).toBe(true)
  expect(harness(null).watch.isSettled).toBe(true)
  const {clock, watch, reported} = harness(30_000)
  expect(watch.isSettled).toBe(false)
  await clock.advance(1.5 * MINUTE)
  expect([watch.isSettled, reported]).toEqual([true, ['changed']])
})

test('a start that lies ahead was just now', async () => {
  const {clock, watch} = harness(-10 * HOUR)
  expect(watch.isSettled).toBe(false)
  await clock.advance(2 * MINUTE)
  expect(watch.isSettled).toBe(true)
})

test('one that was away and runs as before is believed as soon as it says so', async () => {
  const {clock, arr, watch, reported} = harness(HOUR)
  watch.lost()
  expect(watch.isSettled).toBe(false)
  watch.answered()
  watch.answered()
  expect(watch.isSettled).toBe(false)
  await clock.advance(0)
  expect([watch.isSettled, reported, arr.asked]).toEqual([true, ['changed'], 1])
})

test('one that began again meanwhile is believed two minutes later', async () => {
  const {clock, arr, watch, reported} = harness(HOUR)
  watch.lost()
  arr.startedAt = clock.now()
  watch.answered()
  await clock.advance(0)
  expect([watch.isSettled, reported]).toEqual([false, ['restarted', 'changed']])
  await clock.advance(2 * MINUTE)
  expect([watch.isSettled, reported]).toEqual([true, ['restarted', 'changed', 'changed']])
})

test('while it does not say since when it runs it is not believed, and asked when it answers again', async () => {
  const {clock, arr, watch} = harness(HOUR)
  arr.fails = true
  watch.lost()
  watch.answered()
  await clock.advance(HOUR)
  expect([watch.isSettled, arr.asked]).toEqual([false, 1])
  arr.fails = false
  watch.answered()
  await clock.advance(0)
  expect(watch.isSettled).toBe(true)
})

test('after its end it reports nothing', async () => {
  const {clock, watch, reported} = harness(0)
  watch.stop()
  await clock.advance(HOUR)
  expect(reported).toEqual([])
})
