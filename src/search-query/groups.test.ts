import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {groupsOf, plainTerms, queryLimits, type Item} from './groups.ts'

/** What somebody may mean. */
type Meant =
  | {readonly is: string}
  | {readonly not: Meant}
  | {readonly all: readonly Meant[]}
  | {readonly any: readonly Meant[]}

const {meant} = fc.letrec<{meant: Meant; word: Meant}>((tie) => ({
  word: fc.record({is: fc.constantFrom('a', 'b', 'c', 'd')}),
  meant: fc.oneof(
    {maxDepth: 4},
    tie('word'),
    fc.record({not: tie('meant')}),
    fc.record({all: fc.array(tie('meant'), {minLength: 1, maxLength: 3})}),
    fc.record({any: fc.array(tie('meant'), {minLength: 1, maxLength: 3})}),
  ) as fc.Arbitrary<Meant>,
}))

/** Without parentheses that say nothing: what binds more than `OR` needs none beside it. */
function written(it: Meant): string {
  if ('is' in it) return it.is
  if ('not' in it) return 'is' in it.not ? `NOT ${it.not.is}` : `-(${written(it.not)})`
  if ('all' in it) return it.all.map((one) => ('any' in one ? `(${written(one)})` : written(one))).join(' ')
  return it.any.map(written).join(' OR ')
}

function isMet(it: Meant, words: ReadonlySet<string>): boolean {
  if ('is' in it) return words.has(it.is)
  if ('not' in it) return !isMet(it.not, words)
  return 'all' in it ? it.all.every((one) => isMet(one, words)) : it.any.some((one) => isMet(one, words))
}

function areMet(items: readonly Item[], words: ReadonlySet<string>): boolean {
  return items.every((item) =>
    item.some((part) => {
      if (part.kind === 'group') return areMet(part.items, words)
      return part.term.kind === 'word' && words.has(part.term.text) !== part.term.negated
    }),
  )
}

test('any words, groups, alternatives and their opposites are read as they are meant', () => {
  const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'))
  fc.assert(
    fc.property(meant, names, (it, name) => {
      const {items, faults} = groupsOf(written(it))
      const words = new Set(name)
      expect(faults).toEqual([])
      expect(areMet(items, words)).toBe(isMet(it, words))
    }),
  )
})

test.each([
  ['a OR b c', []],
  ['(a OR b) c', ['c']],
  ['a NOT b (c) d', ['a', 'd']],
  ['NOT NOT a b', ['b']],
  ['a AND b', ['a', 'b']],
  ['(a b', []],
  ['a | b', []],
  ['a OR', []],
])('of %s these stand alone: %j', (text, plain) => {
  expect(plainTerms(text).map(({from, to}) => text.slice(from, to))).toEqual(plain)
})

test.each([
  ['a b OR c', '(a b) OR c'],
  ['a AND b OR c', '(a b) OR c'],
  ['a OR b AND c OR d', 'a OR (b c) OR d'],
  ['NOT a b OR c', '(-a b) OR c'],
  ['a | b c', 'a OR (b c)'],
  ['(a|b)', '("a|b")'],
  ['-(a b OR c)', '(-a OR -b) -c'],
])('%s means %s', (text, other) => {
  const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'))
  fc.assert(
    fc.property(names, (name) => {
      const words = new Set(name)
      expect(groupsOf(text).faults).toEqual([])
      expect(areMet(groupsOf(text).items, words)).toBe(areMet(groupsOf(other).items, words))
    }),
  )
})

test('so many parentheses and terms are understood, and one more is a mistake', () => {
  const nested = (depth: number) => `${'('.repeat(depth)}a${')'.repeat(depth)}`
  const codes = (text: string) => groupsOf(text).faults.map(({code}) => code)
  expect(codes(nested(queryLimits.depth))).toEqual([])
  expect(codes(nested(queryLimits.depth + 3))).toEqual(['too_deep'])
  const many = Array.from({length: queryLimits.terms}, (_, at) => `w${at}`).join(' ')
  expect(codes(`(${many}) ""`)).toEqual([])
  expect(codes(`${many} b c`)).toEqual(['too_many_terms'])
})
