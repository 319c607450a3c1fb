import fc from 'fast-check'
import {expect, test} from 'vitest'
import {complete} from '#search-query/complete.ts'
import {filterOf} from '#search-query/filter-of.ts'
import {
  piecesOf,
  tokenBehind,
  toldMistakes,
  withCompletion,
  withRoom,
  withSuggestion,
  wrongTerm,
} from './query-draft.ts'

const reader = {servers: [], arrs: [], now: 0}
const mistakesOf = (text: string) => filterOf(text, reader).mistakes
const vocabulary = {
  now: 0,
  servers: [],
  arrs: [],
  categories: ['my films', 'books'],
  tags: ['keep'],
  trackers: [],
}

test('fields and what is excluded are tokens, words are plain', () => {
  const kinds = piecesOf('bunny -sd -category:books "two words"').map(
    ({text, kind, isNegated, quiet}) => `${kind}${isNegated ? ' not' : ''} ${quiet} ${text}`,
  )
  expect(kinds).toEqual([
    'word 0 bunny',
    'space 0  ',
    'token not 0 -sd',
    'space 0  ',
    'token not 10 -category:books',
    'space 0  ',
    'word 0 "two words"',
  ])
})

test('the pieces of any text are the text', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const pieces = piecesOf(text)
      expect(pieces.map((it) => it.text).join('')).toBe(text)
      expect(pieces.every((it) => text.startsWith(it.text, it.from))).toBe(true)
    }),
  )
})

test('Backspace behind a token and its space takes the token', () => {
  expect(tokenBehind('bunny size>10GB ', 16)).toEqual({from: 6, to: 16})
})

test('Backspace within a token, at its end, or behind a word takes a letter', () => {
  expect(tokenBehind('size>10GB', 9)).toBeNull()
  expect(tokenBehind('size>10GB bunny ', 16)).toBeNull()
  expect(tokenBehind('size>10GB b', 11)).toBeNull()
  expect(tokenBehind('', 0)).toBeNull()
})

test('behind a value that was chosen the next term begins', () => {
  const text = 'bunny category:my'
  const [completion] = complete(text, text.length, vocabulary)
  expect(withCompletion(text, completion!)).toEqual({text: 'bunny category:"my films" ', cursor: 26})
})

test('behind a field that was chosen its value follows', () => {
  const [completion] = complete('siz', 3, vocabulary)
  expect(withCompletion('siz', completion!)).toEqual({text: 'size>', cursor: 5})
})

test('a completion amid other terms leaves them alone', () => {
  const text = 'category:bo size>1GB'
  const [completion] = complete(text, 11, vocabulary)
  expect(withCompletion(text, completion!)).toEqual({text: 'category:books size>1GB', cursor: 15})
})

test('a mistake under the cursor waits, others are told', () => {
  const text = 'size>10BG ratio>x'
  const mistakes = mistakesOf(text)
  const told = (cursor: number | null) =>
    toldMistakes(text, mistakes, cursor).map((it) => wrongTerm(text, it))
  expect(told(9)).toEqual(['ratio>x'])
  expect(told(text.length)).toEqual(['size>10BG'])
  expect(told(null)).toEqual(['size>10BG', 'ratio>x'])
})

test('the suggestion of a mistake is understood in its place', () => {
  const text = 'bunny size>10BG'
  const {text: mended, cursor} = withSuggestion(text, mistakesOf(text)[0]!)
  expect(mended).toBe('bunny size>10GB')
  expect(cursor).toBe(mended.length)
  expect(mistakesOf(mended)).toEqual([])
})

test('room for another term is made once', () => {
  expect([withRoom(''), withRoom('a'), withRoom('a ')]).toEqual(['', 'a ', 'a '])
})
