import {expect, test} from 'vitest'
import {parseDuration, type DurationUnit} from './durations.ts'

for (const [value, unit, seconds] of [
  [15, 'seconds', 15],
  [15.0, 'seconds', 15],
  ['15', 'seconds', 15],
  [15, 'minutes', 900],
  ['15', 'minutes', 900],
  ['90s', 'seconds', 90],
  ['90S', 'seconds', 90],
  ['2m', 'seconds', 120],
  ['1M', 'seconds', 30 * 86_400],
  ['3h', 'minutes', 10_800],
  ['1D', 'minutes', 86_400],
  ['2w', 'seconds', 1_209_600],
  ['-1', 'seconds', -1],
  [-1, 'minutes', -60],
  ['10s', 'minutes', 60],
  ['90s', 'minutes', 90],
  [0, 'minutes', 0],
  ['0s', 'minutes', 0],
  [1.5, 'seconds', undefined],
  ['1.5h', 'seconds', 5400],
  ['1h30m', 'seconds', 5400],
  ['1h30M', 'seconds', 3600 + 30 * 30 * 86_400],
  ['2mo', 'minutes', 60 * 86_400],
  ['-1h30m', 'seconds', -5400],
  ['10min', 'seconds', 600],
  ['1h 30m', 'seconds', undefined],
  ['1h30', 'seconds', undefined],
  ['soon', 'seconds', undefined],
  ['5 m', 'seconds', undefined],
  ['5y', 'seconds', 5 * 365 * 86_400],
  ['5x', 'seconds', undefined],
  ['', 'seconds', undefined],
  [true, 'seconds', undefined],
  [Number.POSITIVE_INFINITY, 'seconds', undefined],
  ['1'.repeat(33), 'seconds', undefined],
  ['99999999999999999999w', 'seconds', undefined],
] as const satisfies readonly (readonly [unknown, DurationUnit, number | undefined])[]) {
  test(`${JSON.stringify(value)} in a key of ${unit} is ${seconds ?? 'no span of time'}`, () => {
    expect(parseDuration(value, unit)).toBe(seconds)
  })
}
