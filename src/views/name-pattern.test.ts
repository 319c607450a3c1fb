import {expect, test} from 'vitest'
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
  expect(compilePattern(pattern)(name)).toBe(matches)
})

test.each(['(', '[a', 'a{1001}', '(?=look)', '\\1', 'a**'])('%s is refused by name', (pattern) => {
  expect(() => compilePattern(pattern)).toThrow(BadArgument)
  expect(() => compilePattern(pattern)).toThrow(`"${pattern}" is no regular expression`)
})

test.each([
  ['long', 'x'.repeat(501)],
  ['much repeated', `(${'x'.repeat(200)}){900}`],
  ['large when compiled', '(.?){1000}.{1000}.{900}.{900}.{900}'],
])('a pattern that is too %s is refused before it can hold up others', (_how, pattern) => {
  expect(() => compilePattern(pattern)).toThrow(/too large/)
})
