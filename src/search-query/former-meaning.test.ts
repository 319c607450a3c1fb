import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {asMeantBefore} from './former-meaning.ts'
import {groupsOf, queryLimits, type Item} from './groups.ts'
import {anyText} from './texts.fixture.ts'

test.each([
  ['a b OR c', 'a (b OR c)'],
  ['bunny size > 1 GB OR ratio<2 -sd', 'bunny (size > 1 GB OR ratio<2) -sd'],
  ['tag: x OR y z', '(tag: x OR y) z'],
  ['(a b OR c) OR d', '(a (b OR c)) OR d'],
  ['-(a b OR c) d', '-(a (b OR c)) d'],
  ['a NOT b OR NOT (c) d', 'a (NOT b OR NOT (c)) d'],
  ['a OR b(c d', '(a OR b(c ) d'],
  ['a OR b "c', '(a OR b) "c"'],
  ['a b OR "c', 'a (b OR "c")'],
  ['a "" OR b c', '(a OR b) c'],
  // A bar was a letter, also where it began a word or a value.
  ['a |b', 'a "|b"'],
  ['a OR |tag:x c', '(a OR "|tag:x") c'],
  ['(|b) -|c', '("|b") -|c'],
  ['NOT |OR |(a b', 'NOT "|OR" "|(a" b'],
  ['tag: |x, |y,z', 'tag: "|x", "|y",z'],
  ['category = | b', 'category = "|" b'],
])('%s is written %s now', (before, now) => {
  expect(asMeantBefore(before)).toBe(now)
})

test.each([
  '',
  'a  b',
  'a OR b  OR c',
  '(a b) OR c',
  'a (b  OR c)',
  'a AND b',
  // What was not understood is not now either, or was meant in a way that nobody knows.
  'a AND b OR c',
  'a b OR',
  'OR a b',
  'a (b c OR d',
  'a b) c OR d',
  'a b OR OR c',
  'a NOT OR b c',
  'a b OR c || d',
  'a b | c',
  'a |b |',
  '(|b) (a |"c")',
])('%s stays as it is', (text) => {
  expect(asMeantBefore(text)).toBe(text)
})

test('what has more than a query may have today means what it meant, and says that it is too much', () => {
  const words = Array.from({length: queryLimits.terms}, (_, at) => `w${at}`).join(' ')
  expect(asMeantBefore(`${words} a OR b`)).toBe(`${words} (a OR b)`)
})

/** As it was written then: all of them, and of each one part is enough. */
type Meant = readonly (readonly (string | {readonly not: boolean; readonly all: Meant})[])[]

const {all} = fc.letrec<{all: Meant}>((tie) => ({
  all: fc.array(
    fc.array(
      fc.oneof(
        {maxDepth: 3},
        fc.constantFrom('a', 'b', '-a', 'NOT c', 'd'),
        fc.record({not: fc.boolean(), all: tie('all')}) as fc.Arbitrary<{not: boolean; all: Meant}>,
      ),
      {minLength: 1, maxLength: 3},
    ),
    {minLength: 1, maxLength: 3},
  ),
}))

function written(meant: Meant): string {
  const part = (it: Meant[number][number]) =>
    typeof it === 'string' ? it : `${it.not ? '-' : ''}(${written(it.all)})`
  return meant.map((item) => item.map(part).join(' OR ')).join(' ')
}

function isMeant(meant: Meant, words: ReadonlySet<string>): boolean {
  const isMet = (it: Meant[number][number]): boolean => {
    if (typeof it !== 'string') return isMeant(it.all, words) !== it.not
    return words.has(it.at(-1)!) === (it.length === 1)
  }
  return meant.every((item) => item.some(isMet))
}

function isFound(items: readonly Item[], words: ReadonlySet<string>): boolean {
  return items.every((item) =>
    item.some((part) => {
      if (part.kind === 'group') return isFound(part.items, words)
      return part.term.kind === 'word' && words.has(part.term.text) !== part.term.negated
    }),
  )
}

test('whatever was asked for then is found now', () => {
  fc.assert(
    fc.property(all, fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd')), (meant, names) => {
      const words = new Set(names)
      const now = groupsOf(asMeantBefore(written(meant)))
      if (now.faults.length > 0) return
      expect(isFound(now.items, words)).toBe(isMeant(meant, words))
    }),
  )
})

test('any text can be read, and what was rewritten has no mistake of joining', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const now = asMeantBefore(text)
      expect(now === text ? [] : groupsOf(now).faults).toEqual([])
    }),
  )
})
