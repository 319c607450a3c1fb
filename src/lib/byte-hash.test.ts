import {expect, test} from 'vitest'
import {hashOfBytes} from './byte-hash.ts'

/** The most of 10,000 that fall on one of 16,384 places. */
function mostOnOnePlace(bytesOf: (n: number) => Buffer): number {
  const counts = new Uint32Array(16_384)
  for (let n = 0; n < 10_000; n++) counts[hashOfBytes(bytesOf(n), 0, 20) & (counts.length - 1)]!++
  return Math.max(...counts)
}

test('bytes that differ anywhere fall on different places', () => {
  for (const at of [0, 4, 8, 12, 16]) {
    const bytesOf = (n: number) => {
      const bytes = Buffer.alloc(20)
      bytes.writeUInt32LE(n, at)
      return bytes
    }
    expect(mostOnOnePlace(bytesOf)).toBeLessThan(20)
  }
})

test('equal bytes fall on one place, wherever they lie', () => {
  const bytes = Buffer.from('0123456789abcdefghij')
  const within = Buffer.concat([Buffer.from('xyz'), bytes])
  expect(hashOfBytes(within, 3, 20)).toBe(hashOfBytes(bytes, 0, 20))
})
