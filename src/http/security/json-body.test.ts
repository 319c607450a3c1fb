import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {anyCharacter} from '#test/any-character.ts'
import {deepestJson, objectionTo} from './json-body.ts'

const nested = (depth: number) => `${'['.repeat(depth)}1${']'.repeat(depth)}`

test.each([
  ['{}'],
  ['{"a": ["[", "\\"[[", {"b": 1}]}'],
  [nested(deepestJson)],
  [`{"a": "${'['.repeat(100)}"}`],
  [`[${'[],'.repeat(1_000)}1]`],
  ['"\\u00e4\\ud83d\\ude00\\\\u0000\\\\ud800"'],
  ['not JSON at all'],
  ['"not ended'],
  ['"not ended\\'],
  ['"\\u'],
])('%s may be parsed', (text) => {
  expect(objectionTo(text)).toBeNull()
})

test.each([
  [nested(deepestJson + 1)],
  ['{"a":'.repeat(deepestJson + 1)],
  [`["${'x'.repeat(50)}", ${nested(deepestJson)}]`],
])('%s is nested too deep', (text) => {
  expect(objectionTo(text)).toMatch(/nested deeper/)
})

test.each([
  ['"a\\u0000b"'],
  ['{"\\u0000": 1}'],
  ['"\\ud800"'],
  ['"\\udc00"'],
  ['"\\ud800\\u0041"'],
  ['"\\ud800x"'],
  ['"\\ud800\\ud800\\udc00"'],
  ['"\\\\\\u0000"'],
])('%s holds what is no text', (text) => {
  expect(objectionTo(text)).toMatch(/no text/)
})

test('JSON of whole characters is never refused for them, others always', () => {
  fc.assert(
    fc.property(fc.jsonValue({maxDepth: 5, stringUnit: anyCharacter}), (value) => {
      const isText = !JSON.stringify(value).includes('\\u0000')
      expect(objectionTo(JSON.stringify(value)) === null).toBe(isText)
    }),
  )
  fc.assert(
    fc.property(
      fc.string({unit: fc.constantFrom('a', '\\', '"', '\ud800', '\udc00', '\0', 'u0000')}),
      (text) => {
        const isText = text.isWellFormed() && !text.includes('\0')
        expect(objectionTo(JSON.stringify([text])) === null).toBe(isText)
      },
    ),
  )
})
