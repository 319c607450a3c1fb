/**
 * Places in tables of byte strings that somebody else picks, as info hashes are. All bytes take part, and a number that
 * nobody knows: whoever could work out which ones fall on one place would make each look-up a search through all of them.
 */
import {randomBytes} from 'node:crypto'

const seed = randomBytes(4).readInt32LE()

/** Of `length` bytes, four at a time; not negative. */
export function hashOfBytes(bytes: Uint8Array, at: number, length: number): number {
  let mixed = seed
  for (let i = at; i < at + length; i += 4) {
    const word = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24)
    mixed = Math.imul(mixed ^ word, 0x9e3779b1)
    mixed ^= mixed >>> 15
  }
  return mixed >>> 0
}
