import fc from 'fast-check'
import {expect, test} from 'vitest'
import {BadArgument} from '#model/errors.ts'
import {nameKey, readName} from './names.ts'

test.each([
  ['Ada', 'Ada', 'ada'],
  ['  Ada   Lovelace ', 'Ada Lovelace', 'ada lovelace'],
  ['ＡＤＡ\u3000Ｌ', 'ADA L', 'ada l'],
  ['Ünal', 'Ünal', 'ünal'],
  ['U\u0308nal', 'Ünal', 'ünal'],
  ['ﬁona', 'fiona', 'fiona'],
  ['李小龙', '李小龙', '李小龙'],
  ['a@b.example', 'a@b.example', 'a@b.example'],
  ['🦊', '🦊', '🦊'],
  ['Οδυσσεύς', 'Οδυσσεύς', 'οδυσσεύσ'],
])('%j is the name %j, compared as %j', (text, name, key) => {
  expect(readName(text)).toEqual({name, key})
})

test.each([
  [''],
  ['   '],
  ['x'.repeat(65)],
  ['a\u0000b'],
  ['a\u001b[31mb'],
  ['ad\u200ba'],
  ['\u202eada'],
  ['ada\ufeffx'],
  ['a\nb'],
  ['ada\n'],
  ['ada\u2028'],
  ['\ud800'],
])('%j is no name', (text) => {
  expect(() => readName(text)).toThrow(BadArgument)
})

test('64 characters are enough, however many bytes they have', () => {
  expect(readName('🦊'.repeat(64)).name).toBe('🦊'.repeat(64))
})

test('names that differ by case or width alone are compared as one, and a key is its own key', () => {
  fc.assert(
    fc.property(fc.string({unit: 'grapheme'}), (text) => {
      expect(nameKey(nameKey(text))).toBe(nameKey(text))
      expect(nameKey(text.toUpperCase().toLowerCase())).toBe(nameKey(text.toUpperCase()))
    }),
    {examples: [['ϲ'], ['ΑΣ'], ['İ']], numRuns: 500},
  )
})
