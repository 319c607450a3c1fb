import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {filterOf} from './filter-of.ts'
import {decidedBy, joinedParts, partsOf, withOperators} from './parts.ts'
import {anyText} from './texts.fixture.ts'

test.each([
  ['', 'AND', []],
  ['a  b', 'AND', ['a', 'b']],
  ['a AND NOT b "" -(c OR d)', 'AND', ['a', 'NOT b', '-(c OR d)']],
  ['NOT NOT (a b) tag: c', 'AND', ['NOT NOT (a b)', 'tag: c']],
  ['a b OR c | (d OR e)', 'OR', ['a b', 'c', '(d OR e)']],
  ['a "b', 'AND', ['a', '"b"']],
  ['(a', 'AND', []],
] as const)('%s is made of %s: %j', (text, by, parts) => {
  expect(partsOf(text)).toEqual({by, parts})
})

const reader = {servers: [], arrs: [], now: 0}

test('put together again the parts ask for the same', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const query = partsOf(text)
      const {filter, mistakes} = filterOf(text, reader)
      const again = filterOf(joinedParts(query), reader)
      expect(mistakes.length > 0 ? [] : again).toEqual(mistakes.length > 0 ? [] : {filter, mistakes: []})
    }),
  )
})

test('what is decided is what is found and what is not', () => {
  expect(decidedBy(partsOf('size>1 tag:a'))).toBe('(size>1 tag:a) OR NOT (size>1 tag:a)')
  expect(decidedBy(partsOf('a OR b(c'))).toBe('(a OR b(c ) OR NOT (a OR b(c )')
})

test.each([
  ['ubuntu or debian', 'ubuntu OR debian'],
  ['a or b size>1 or c', 'a OR b size>1 OR c'],
  ['or a', null],
  ['a "or" b', null],
  ['a -or b', null],
  ['a Or b', null],
  ['(a or ) b', null],
])('with operators %s is %s', (text, other) => {
  expect(withOperators(text)).toBe(other)
})
