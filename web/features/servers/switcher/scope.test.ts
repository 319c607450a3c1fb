import {expect, test} from 'vitest'
import {readScope, scopeText, toggled} from './scope.ts'

test('the scope goes through the address and back', () => {
  expect(readScope(scopeText(['qBit', 's_1']))).toEqual(['qBit', 's_1'])
  expect(readScope(scopeText(null))).toBeNull()
  expect(readScope('')).toBeNull()
  expect(readScope(',a,')).toEqual(['a'])
})

test('a server taken into all servers is that server alone, and taken out again it is all', () => {
  expect(toggled(null, 'a')).toEqual(['a'])
  expect(toggled(['a'], 'b')).toEqual(['a', 'b'])
  expect(toggled(['a', 'b'], 'a')).toEqual(['b'])
  expect(toggled(['b'], 'b')).toBeNull()
})
