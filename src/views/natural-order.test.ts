import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {fold} from '#lib/fold-text.ts'
import {compareNatural, firstNumbers, NaturalKeys, orderByKeys} from './natural-order.ts'

function ordered(names: readonly string[]): string[] {
  const folded = names.map((name) => Buffer.from(fold(name)))
  const keys = new NaturalKeys(names.length, 10)
  for (const bytes of folded) keys.add(bytes, 0, bytes.length)
  const order = firstNumbers(names.length)
  for (const _ of orderByKeys(order, keys, (a, b) => a - b));
  return Array.from(order, (place) => names[place]!)
}

test('numbers in names are ordered by their value, letters without case and accents', () => {
  const names = ['E10', 'e2', 'É1', 'a', 'Z', 'a 007', 'a 7b', 'a 10', '2', '10', '1']
  expect(ordered(names)).toEqual(['1', '2', '10', 'a', 'a 007', 'a 7b', 'a 10', 'É1', 'e2', 'E10', 'Z'])
})

test('ordering many at once and comparing two agree', () => {
  const text = fc.string({unit: fc.constantFrom('a', 'b', '0', '1', '9', ' ', 'é', '\0'), maxLength: 8})
  fc.assert(
    fc.property(fc.array(text, {maxLength: 80, size: 'max'}), (names) => {
      const bytes = ordered(names).map((name) => Buffer.from(fold(name)))
      for (let i = 1; i < bytes.length; i++) {
        const [a, b] = [bytes[i - 1]!, bytes[i]!]
        expect(compareNatural(a, 0, a.length, b, 0, b.length)).toBeLessThanOrEqual(0)
      }
    }),
    {numRuns: 200},
  )
})
