import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import type {FactUnit} from '#model/fact.ts'
import {quantityOf, quantityText} from './quantity.ts'

for (const [written, unit, amount] of [
  ['2h', 'seconds', 7200],
  ['30d', 'seconds', 2_592_000],
  ['2w', 'seconds', 1_209_600],
  ['1d 12h', 'seconds', 129_600],
  ['1h30m', 'seconds', 5400],
  ['1.5 h', 'seconds', 5400],
  ['1.25 h', 'seconds', 4500],
  [' 2h ', 'seconds', 7200],
  ['5 min', 'seconds', 300],
  [90, 'seconds', 90],
  ['90', 'seconds', 90],
  [0, 'seconds', 0],
  ['500 GiB', 'bytes', 500 * 1024 ** 3],
  ['1.1 GB', 'bytes', 1_100_000_000],
  ['1 MB', 'bytes', 1_000_000],
  ['2 TB', 'bytes', 2e12],
  ['1 kb', 'bytes', 1000],
  ['1 KiB', 'bytes', 1024],
  ['7 B', 'bytes', 7],
  ['3 PiB', 'bytes', 3 * 1024 ** 5],
  ['3 PB', 'bytes', 3e15],
  ['1 MB/s', 'bytesPerSecond', 1_000_000],
  ['100 KiB/s', 'bytesPerSecond', 102_400],
  ['7%', 'share', 0.07],
  ['100%', 'share', 1],
  ['0%', 'share', 0],
  [0.5, 'share', 0.5],
  [-10, 'plain', -10],
  ['0.4', 'plain', 0.4],
  [3, 'count', 3],
  ['2026-01-31', 'epochMs', Date.UTC(2026, 0, 31)],
  ['2026-01-31T12:00:00Z', 'epochMs', Date.UTC(2026, 0, 31, 12)],
  ['2026-01-31T12:00+01:00', 'epochMs', Date.UTC(2026, 0, 31, 11)],
] as const) {
  test(`${JSON.stringify(written)} in ${unit} is ${amount}`, () => {
    expect(quantityOf(written, unit)).toBe(amount)
  })
}

for (const [written, unit] of [
  ['', 'seconds'],
  ['soon', 'seconds'],
  ['2 moons', 'seconds'],
  ['-2h', 'seconds'],
  ['1h 5', 'seconds'],
  ['x2h', 'seconds'],
  ['2h x', 'seconds'],
  ['1 GB 1 MB', 'bytes'],
  ['1 GB/s', 'bytes'],
  ['1 GB', 'bytesPerSecond'],
  ['2h', 'plain'],
  ['101%', 'share'],
  [1.01, 'share'],
  [-0.01, 'share'],
  [1.5, 'count'],
  [-1, 'count'],
  [Number.NaN, 'plain'],
  [Number.POSITIVE_INFINITY, 'plain'],
  [true, 'count'],
  [null, 'bytes'],
  ['2026-02-30', 'epochMs'],
  ['2026-13-01', 'epochMs'],
  ['2026-01-31 12:00', 'epochMs'],
  ['x2026-01-31', 'epochMs'],
  [1_700_000_000_000, 'epochMs'],
] as const) {
  test(`${JSON.stringify(written)} is no quantity in ${unit}`, () => {
    expect(quantityOf(written, unit)).toBeNull()
  })
}

for (const [amount, unit, written] of [
  [7200, 'seconds', '2h'],
  [5400, 'seconds', '90m'],
  [86_400, 'seconds', '1d'],
  [61, 'seconds', '61s'],
  [300, 'seconds', '5m'],
  [1_209_600, 'seconds', '14d'],
  [0, 'seconds', 0],
  [1024 ** 3, 'bytes', '1 GiB'],
  [40_000_000_000, 'bytes', '40 GB'],
  [2_000_000, 'bytesPerSecond', '2 MB/s'],
  [10_240_000, 'bytesPerSecond', '10000 KiB/s'],
  [1001, 'bytes', '1001 B'],
  [0.25, 'share', 0.25],
  [1, 'share', 1],
  [12, 'plain', 12],
  [Date.UTC(2026, 0, 31), 'epochMs', '2026-01-31T00:00:00.000Z'],
] as const) {
  test(`${amount} in ${unit} is written ${written}`, () => {
    expect(quantityText(amount, unit)).toBe(written)
  })
}

test('what is written is read as the same', () => {
  const units = fc.constantFrom<FactUnit>('seconds', 'bytes', 'bytesPerSecond', 'count', 'plain')
  const amounts = fc.oneof(
    fc.nat(),
    fc.nat({max: 9000}).map((n) => n * 1024 ** 3),
    fc.nat({max: 9000}).map((n) => n * 1e9),
  )
  fc.assert(
    fc.property(units, amounts, (unit, amount) => {
      expect(quantityOf(quantityText(amount, unit), unit)).toBe(amount)
    }),
  )
})
