import {expect, test} from 'vitest'
import {PatternBudget} from '#lib/bounded-pattern.ts'
import {BadArgument} from '#model/errors.ts'
import {compilePattern} from './selector.ts'

test.each([
  ['S\\d\\dE\\d\\d', 'some.show.s01e02', true],
  ['^ubuntu', 'Ubuntu 24', true],
  ['^buntu', 'Ubuntu 24', false],
  ['ÜBER', 'über alles', true],
  ['\\Q(1)\\E', 'volume (1)', true],
  ['', 'anything', true],
])('the pattern %s over "%s" matches: %s', (pattern, name, matches) => {
  expect(compilePattern(pattern, new PatternBudget(1000)).isIn(name)).toBe(matches)
})

test.each(['(', '[a', '(?=look)', '\\1', 'a**'])('%s is refused by name', (pattern) => {
  expect(() => compilePattern(pattern, new PatternBudget(1000))).toThrow(BadArgument)
  expect(() => compilePattern(pattern, new PatternBudget(1000))).toThrow(
    `The pattern "${pattern}" is no regular expression`,
  )
})

test.each([
  ['long', 'x'.repeat(501)],
  ['much repeated', `(${'x'.repeat(200)}){900}`],
  ['large when compiled', '(.?){1000}.{1000}.{900}.{900}.{900}'],
  ['repeated for the library', 'a{1001}'],
])('a pattern that is too %s is refused before it can hold up others', (_how, pattern) => {
  expect(() => compilePattern(pattern, new PatternBudget(1000))).toThrow(/too large/)
})

test('patterns of one search are small together', () => {
  const budget = new PatternBudget(1000)
  expect(() => compilePattern('x'.repeat(400), budget)).not.toThrow()
  expect(() => compilePattern('y'.repeat(400), budget)).not.toThrow()
  expect(() => compilePattern('z'.repeat(400), budget)).toThrow(/too large together with the other patterns/)
})
