import {expect, test} from 'vitest'
import {renamesOf, type RenameRule} from './renames.ts'

const all = ['Show/Show.S01E01.mkv', 'Show/Show.S01E02.mkv', 'Show/read.me', 'Show/Extras/a(1).mkv']
const rule = (find: string, replace: string, more: Partial<RenameRule> = {}): RenameRule => ({
  find,
  replace,
  isPattern: false,
  ignoresCase: false,
  ...more,
})
const renamed = (given: RenameRule, paths = all) =>
  renamesOf(paths, all, given)?.map(({from, to, fault}) => [from, to, fault].join(' '))

test('letters are replaced in names, wherever they stand, and never in folders', () => {
  expect(renamed(rule('Show', 'Series'))).toEqual([
    'Show/Show.S01E01.mkv Show/Series.S01E01.mkv ',
    'Show/Show.S01E02.mkv Show/Series.S01E02.mkv ',
  ])
  expect(renamed(rule('a(1)', '$1'))).toEqual(['Show/Extras/a(1).mkv Show/Extras/$1.mkv '])
  expect(renamed(rule('SHOW', 'x'))).toEqual([])
  expect(renamed(rule('SHOW', 'x', {ignoresCase: true}))).toHaveLength(2)
})

test('a pattern has groups', () => {
  expect(renamed(rule('^(.+)\\.S(\\d+)E(\\d+)', '$1 $2x$3', {isPattern: true}))).toEqual([
    'Show/Show.S01E01.mkv Show/Show 01x01.mkv ',
    'Show/Show.S01E02.mkv Show/Show 01x02.mkv ',
  ])
})

test('new names have no blanks around them, and those of other files stay as they are', () => {
  const odd = ['a [x]', ' b', 'c ']
  const found = (find: string) =>
    renamesOf(odd, odd, rule(find, '', {isPattern: true}))?.map(({from, to}) => [from, to])
  expect(found('\\[x\\]')).toEqual([['a [x]', 'a']])
  expect(found(' $')).toEqual([['c ', 'c']])
})

test('what a pattern found stands in the new name where it is asked for, and `$` of the very letters is a letter', () => {
  expect(renamed(rule('read', '[$&] $2 $$', {isPattern: true}))).toEqual([
    'Show/read.me Show/[read] $2 $.me ',
  ])
  expect(renamed(rule('read', '$&'))).toEqual(['Show/read.me Show/$&.me '])
})

test('a pattern that tries everything in vain leaves a long name as it is', () => {
  const long = `Show/${'a'.repeat(200)}.mkv`
  expect(renamesOf([long], [long], rule('(a+)+$', 'x', {isPattern: true}))).toEqual([])
})

test('only what is meant is renamed', () => {
  expect(renamed(rule('Show', 'x'), [all[1]!])).toEqual(['Show/Show.S01E02.mkv Show/x.S01E02.mkv '])
})

test.each([
  ['read.me', '', 'empty'],
  ['read', 'a/b', 'slash'],
  ['read', 'a\\b', 'slash'],
  ['read', 'é'.repeat(130), 'long'],
  ['read.me', 'Show.S01E01.mkv', 'taken'],
  // A folder.
  ['read.me', 'Extras', 'taken'],
  ['read.me', ' ', 'empty'],
  // No server takes these as names.
  ['read.me', '..', 'shape'],
  ['read', 'a\tb', 'shape'],
])('%s as %s cannot be done: %s', (find, replace, fault) => {
  expect(renamesOf(all, all, rule(find, replace))?.map((it) => it.fault)).toEqual([fault])
})

test('two files do not get one name', () => {
  const one = renamesOf(all, all, rule('E\\d+', '', {isPattern: true}))
  expect(one?.map(({fault}) => fault)).toEqual(['taken', 'taken'])
})

test('nothing, or a pattern that cannot be read, renames nothing', () => {
  expect(renamesOf(all, all, rule('', 'x'))).toBeNull()
  expect(renamesOf(all, all, rule('(', 'x', {isPattern: true}))).toBeNull()
  expect(renamesOf(all, all, rule('(?=Show)', 'x', {isPattern: true}))).toBeNull()
})
