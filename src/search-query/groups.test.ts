import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {groupsOf, plainTerms, type Item} from './groups.ts'

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

function written(it: Meant): string {
  if ('is' in it) return it.is
  if ('not' in it) return 'is' in it.not ? `NOT ${it.not.is}` : `-(${written(it.not)})`
  if ('all' in it) return `(${it.all.map(written).join(' ')})`
  return `(${it.any.map(written).join(' OR ')})`
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
  ['a OR b c', ['c']],
  ['a NOT b (c) d', ['a', 'd']],
  ['NOT NOT a b', ['b']],
  ['a AND b', ['a', 'b']],
  ['(a b', []],
])('of %s these stand alone: %j', (text, plain) => {
  expect(plainTerms(text).map(({from, to}) => text.slice(from, to))).toEqual(plain)
})
