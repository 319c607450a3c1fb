import {expect, test} from 'vitest'
import {anchorShift} from './anchor.ts'

function standing(...rows: readonly (readonly [string, number])[]): Map<string, number> {
  return new Map(rows)
}

const seen = standing(['a', 10], ['b', 11], ['c', 12], ['d', 13])

test('three rows come in above: the list follows by three', () => {
  expect(anchorShift(seen, standing(['a', 13], ['b', 14], ['c', 15], ['d', 16]))).toBe(3)
})

test('a row in the middle of what is seen goes: what is above it stays', () => {
  expect(anchorShift(seen, standing(['a', 10], ['b', 11], ['d', 12]))).toBe(0)
})

test('a row that was seen and one above it go: the others stay in their place', () => {
  expect(anchorShift(seen, standing(['b', 9], ['c', 10], ['d', 11]))).toBe(-2)
})

test('in a new order the list stays where it is scrolled to', () => {
  expect(anchorShift(seen, standing(['a', 40], ['b', 2], ['c', 12], ['d', 33]))).toBe(0)
})

test('nobody of those that were seen is known any more: the list stays', () => {
  expect(anchorShift(seen, standing(['x', 10]))).toBe(0)
})
