import {expect, test} from 'vitest'
import {spaceForecast} from './space-forecast.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const now = Date.UTC(2026, 10, 21)
const GIB = 1024 ** 3

/** Hour by hour up to now. @param free by hours before now */
function hours(count: number, free: (before: number) => number | null) {
  const before = Array.from({length: count}, (_, it) => count - it)
  return [before.map((it) => now - it * HOUR), before.map(free), now] as const
}

test('a disk that loses as much every day is full when nothing is left', () => {
  const forecast = spaceForecast(...hours(168, (before) => (100 + before) * GIB))!
  expect(forecast.perDay / GIB).toBeCloseTo(24, 5)
  expect((forecast.fullAt - now) / HOUR).toBeCloseTo(100, 5)
})

test('gaps do not count as empty, and a wave does not hide the way down', () => {
  const wavy = hours(168, (before) =>
    before % 7 === 0 ? null : (200 + before + 10 * Math.sin(before / 4)) * GIB,
  )
  expect((spaceForecast(...wavy)!.fullAt - now) / DAY).toBeGreaterThan(7)
  expect((spaceForecast(...wavy)!.fullAt - now) / DAY).toBeLessThan(10)
})

for (const [what, series] of [
  ['it grows', hours(168, (before) => (500 - before) * GIB)],
  ['it stays', hours(168, () => 500 * GIB)],
  ['it is more than a month away', hours(168, (before) => (5_000 + before) * GIB)],
  ['a day and a half were not seen yet', hours(30, (before) => (100 + before) * GIB)],
  ['hardly anything is known', hours(168, (before) => (before % 24 === 0 ? before * GIB : null))],
  ['nothing is known', hours(0, () => null)],
] as const) {
  test(`nothing is foretold while ${what}`, () => {
    expect(spaceForecast(...series)).toBeNull()
  })
}

test('what should be full by now is reported as full now', () => {
  const [at, free] = hours(100, (before) => (before - 1) * GIB)
  expect(spaceForecast(at, free, now + 5 * DAY)?.fullAt).toBe(now + 5 * DAY)
})
