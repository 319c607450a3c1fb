import {expect, test} from 'vitest'
import {Slots} from './sampler.ts'

const start = Date.UTC(2026, 0, 1)

test('a look comes in the middle of ten seconds', () => {
  expect([0, 4_999, 5_000, 5_001, 9_999].map((ms) => Slots.msToNext(start + ms))).toEqual([
    5_000, 1, 10_000, 9_999, 5_001,
  ])
})

/** What is done when the wall clock shows each of these, in seconds. */
const steps = (...seconds: number[]) => {
  const slots = new Slots()
  return seconds.map((second, at) => {
    const {slot, step} = slots.at(start + second * 1_000, at * 10_000)
    return `${(slot - start) / 1_000} ${step}`
  })
}

test('each ten seconds are looked at once', () => {
  expect(steps(5, 15, 25.9)).toEqual(['0 next', '10 next', '20 next'])
})

test('a timer that comes twice in the same ten seconds waits', () => {
  expect(steps(5, 9.9, 15)).toEqual(['0 next', '0 waiting', '10 next'])
})

test('a step ahead is a gap', () => {
  expect(steps(5, 86_405)).toEqual(['0 next', '86400 next'])
})

test('a step back of up to five minutes is waited out, a longer one begins again', () => {
  expect(steps(305, 5, 15)).toEqual(['300 next', '0 waiting', '10 waiting'])
  expect(steps(315, 5, 15)).toEqual(['310 next', '0 reset', '10 next'])
})

test('ages are believed when the clock was steady for ten minutes', () => {
  const slots = new Slots()
  const at = (second: number, ahead = 0) => slots.at(start + (second + ahead) * 1_000, second * 1_000)
  at(0)
  expect([slots.isSteady(599_999), slots.isSteady(600_000)]).toEqual([false, true])
  // Nudged, then set.
  at(600, 59)
  expect(slots.isSteady(600_000)).toBe(true)
  at(610, 86_400)
  expect([slots.isSteady(1_209_999), slots.isSteady(1_210_000)]).toEqual([false, true])
})
