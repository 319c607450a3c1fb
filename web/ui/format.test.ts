import fc from 'fast-check'
import {expect, test} from 'vitest'
import {
  ago,
  bytes,
  count,
  duration,
  exactDuration,
  fullSpeed,
  percent,
  ratio,
  speed,
  speedLimit,
  until,
  written,
  type Quantity,
} from './format.ts'

const GiB = 1024 ** 3
const HOUR = 3600
const DAY = 24 * HOUR

/** As people see it, with a plain space. */
function seen(quantity: Quantity): string {
  return written(quantity).replaceAll('\u00a0', ' ')
}

for (const [value, words] of [
  [0, '0 B'],
  [999, '999 B'],
  [1000, '0.98 KiB'],
  [9.41 * GiB, '9.41 GiB'],
  [71.8 * GiB, '71.8 GiB'],
  [402 * GiB, '402 GiB'],
  [1.21 * 1024 * GiB, '1.21 TiB'],
  [9.996 * GiB, '10.0 GiB'],
  [99.96 * GiB, '100 GiB'],
  [999.7 * GiB, '0.98 TiB'],
  [undefined, '?'],
] as const) {
  test(`${value} bytes are read as ${words}`, () => {
    expect(seen(bytes(value))).toBe(words)
  })
}

test('decimal units go by thousands', () => {
  expect(seen(bytes(1_500_000, 'decimal'))).toBe('1.50 MB')
})

test('any number of bytes is written with at most three digits and at most 0.6 % off', () => {
  const sizes = {B: 0, KiB: 1, MiB: 2, GiB: 3, TiB: 4, PiB: 5}
  fc.assert(
    fc.property(fc.integer({min: 1, max: 2 ** 52}), (value) => {
      const {text, unit} = bytes(value)
      expect(text.replace('.', '').length).toBeLessThanOrEqual(3)
      const back = Number(text) * 1024 ** sizes[unit as keyof typeof sizes]
      expect(Math.abs(back - value) / value).toBeLessThanOrEqual(0.006)
    }),
  )
})

test('the exact bytes stand in the title', () => {
  expect(bytes(GiB).exact).toBe('1,073,741,824 B')
})

test('a speed in a cell has no "/s", and nothing is a dash', () => {
  expect(seen(speed(31.6 * 1024 ** 2))).toBe('31.6 MiB')
  expect(seen(speed(0))).toBe('–')
  expect(seen(speed(undefined))).toBe('?')
})

test('a speed without a head says "/s"', () => {
  expect(seen(fullSpeed(0))).toBe('0 B/s')
  expect(seen(fullSpeed(2.1 * 1024 ** 2))).toBe('2.10 MiB/s')
})

test('no limit is "none"', () => {
  expect(seen(speedLimit(null))).toBe('none')
  expect(seen(speedLimit(undefined))).toBe('?')
})

for (const [value, words] of [
  [0, '0.00'],
  [0.999, '0.99'],
  [1, '1.00'],
  [0.29, '0.29'],
  [9.999, '9.99'],
  [10.06, '10.0'],
  [99.99, '99.9'],
  [1234.5, '1234'],
  [null, '∞'],
  [Infinity, '∞'],
  [undefined, '?'],
] as const) {
  test(`a ratio of ${value} is read as ${words}`, () => {
    expect(seen(ratio(value))).toBe(words)
  })
}

for (const [share, words] of [
  [0, '0 %'],
  [0.642, '64.2 %'],
  [0.9999, '99.9 %'],
  [1, '100 %'],
  [0.57, '57.0 %'],
] as const) {
  test(`a share of ${share} is ${words}`, () => {
    expect(seen(percent(share))).toBe(words)
  })
}

test('no share below one is read as 100 %', () => {
  fc.assert(
    fc.property(fc.double({min: 0, max: 0.999_999, noNaN: true}), (share) => {
      expect(percent(share).text).not.toBe('100')
    }),
  )
})

for (const [seconds, words] of [
  [0, '0 s'],
  [18, '18 s'],
  [119, '1 m'],
  [44 * 60, '44 m'],
  [7.9 * HOUR, '7 h'],
  [41 * HOUR, '41 h'],
  [3 * DAY, '3 d'],
  [13 * DAY, '13 d'],
  [36 * DAY, '5 w'],
  [800 * DAY, '2 y'],
  [null, '∞'],
  [undefined, '?'],
] as const) {
  test(`${seconds} seconds are read as ${words}`, () => {
    expect(seen(duration(seconds))).toBe(words)
  })
}

test('times are relative to now', () => {
  const now = Date.UTC(2026, 10, 20, 12)
  expect(seen(ago(now - 14 * 60_000, now))).toBe('14 m')
  expect(seen(until(now + 48_000, now))).toBe('48 s')
  expect(seen(ago(null, now))).toBe('–')
})

test('counts have separators', () => {
  expect(count(12480)).toBe('12,480')
})

test.each([
  [900 * DAY, '900 d'],
  [2 * 365 * DAY, '2 y'],
  [14 * DAY, '2 w'],
  [41 * HOUR, '41 h'],
  [36 * HOUR + 60, '1 d 12 h 1 m'],
  [90, '1 m 30 s'],
  [0, '0 s'],
])('a time of %i s that is a setting is “%s”, to the second', (seconds, words) => {
  expect(exactDuration(seconds).replaceAll('\u00a0', ' ')).toBe(words)
})
