import {expect, test} from 'vitest'
import type {Clock} from '#lib/clock.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {Standstill} from './standstill.ts'

/** A clock whose timers do not ring while it stands still. */
function stopping() {
  const inner = new VirtualClock()
  let missedMs = 0
  const clock: Clock = {
    now: () => inner.now() + missedMs,
    monotonic: () => inner.monotonic() + missedMs,
    after: (ms, task) => inner.after(ms, task),
  }
  const noticed: number[] = []
  const standstill = new Standstill(clock, 5_000, (seconds) => noticed.push(seconds))
  standstill.start()
  return {inner, noticed, standstill, standStill: (ms: number) => void (missedMs += ms)}
}

test('a program that was stopped is noticed with the next look, from any side', async () => {
  const {inner, noticed, standstill, standStill} = stopping()
  await inner.advance(60_000)
  standStill(120_000)
  standstill.look()
  expect(noticed).toEqual([119])
  await inner.advance(60_000)
  expect(noticed.length).toBe(1)
  standStill(8_000)
  await inner.advance(2_000)
  expect(noticed).toEqual([119, 8])
})

test.each([3_600_000, -3_600_000])(
  'a machine that slept, or whose clock was set by %i ms, is noticed',
  async (ms) => {
    const {inner, noticed} = stopping()
    await inner.advance(10_000)
    inner.jump(ms)
    await inner.advance(10_000)
    expect(noticed).toEqual([3_600])
  },
)

test('neither a busy loop nor a clock that is corrected bit by bit is a standstill', async () => {
  const {inner, noticed, standStill} = stopping()
  for (let second = 0; second < 60; second++) {
    standStill(900)
    inner.jump(second % 2 ? 800 : -800)
    await inner.advance(1_000)
  }
  expect(noticed).toEqual([])
})

test('a listener that ended looks no more', async () => {
  const {inner, noticed, standstill, standStill} = stopping()
  standstill.stop()
  standStill(600_000)
  await inner.advance(10_000)
  expect(noticed).toEqual([])
})
