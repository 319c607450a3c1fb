import {expect, test} from 'vitest'
import {stepped} from './view-actions.ts'

test('a view goes one place up or down', () => {
  expect(stepped(['a', 'b', 'c'], 'b', -1)).toEqual(['b', 'a', 'c'])
  expect(stepped(['a', 'b', 'c'], 'b', 1)).toEqual(['a', 'c', 'b'])
})

test('at the ends, and when it is not there, the order stays', () => {
  expect(stepped(['a', 'b'], 'a', -1)).toEqual(['a', 'b'])
  expect(stepped(['a', 'b'], 'b', 1)).toEqual(['a', 'b'])
  expect(stepped(['a', 'b'], 'c', 1)).toEqual(['a', 'b'])
})
