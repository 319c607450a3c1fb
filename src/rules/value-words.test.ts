import {expect, test} from 'vitest'
import type {FactName} from '#model/fact.ts'
import {durationWords, valueWords} from './value-words.ts'

for (const [seconds, words] of [
  [0, '0 s'],
  [119, '119 s'],
  [120, '2 min'],
  [90 * 60, '90 min'],
  [7199, '119.98 min'],
  [7200, '2 h'],
  [41 * 3600, '41 h'],
  [72 * 3600 - 36, '71.99 h'],
  [72 * 3600, '3 d'],
  [14 * 86_400, '14 d'],
] as const) {
  test(`${seconds} s are said as ${words}`, () => {
    expect(durationWords(seconds)).toBe(words)
  })
}

for (const [fact, value, words] of [
  ['size', 0, '0 B'],
  ['size', 1023, '1023 B'],
  ['size', 1024, '1 KiB'],
  ['size', 3.2 * 1024 ** 2, '3.2 MiB'],
  ['size', 3 * 1024 ** 3, '3 GiB'],
  ['size', 3 * 1024 ** 4, '3 TiB'],
  ['size', 5 * 1024 ** 6, '5120 PiB'],
  ['downSpeed', 1536, '1.5 KiB/s'],
  ['progress', 0.9, '90 %'],
  ['progress', 0.07, '7 %'],
  ['age', 7200, '2 h'],
  ['ratio', 1.239, '1.24'],
  ['seedsSwarm', 3, '3'],
  ['addedAt', 0, '1970-01-01T00:00:00.000Z'],
  ['downLimit', null, 'none'],
  ['complete', true, 'yes'],
  ['complete', false, 'no'],
  ['category', '', 'empty'],
  ['category', 'tv', 'tv'],
  ['tags', [], 'nothing'],
  ['tags', ['a', 'b'], 'a, b'],
  ['size', [1024, 2048], '1 KiB, 2 KiB'],
] as const satisfies readonly (readonly [FactName, unknown, string])[]) {
  test(`${fact} ${JSON.stringify(value)} is said as ${words}`, () => {
    expect(valueWords(fact, value)).toBe(words)
  })
}
