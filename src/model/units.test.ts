import {expect, test} from 'vitest'
import {KIB, sizeText} from './units.ts'

test.each([
  [0, '0 bytes'],
  [1_023, '1023 bytes'],
  [1_572_864, '1.5 MiB'],
  [12.34 * KIB ** 3, '12.3 GiB'],
  [1_023.9 * KIB ** 2, '1023 MiB'],
  [5_000 * KIB ** 5, '5000 PiB'],
])('%d reads as %s', (size, text) => {
  expect(sizeText(size)).toBe(text)
})
