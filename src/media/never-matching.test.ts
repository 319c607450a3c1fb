import fc from 'fast-check'
import {expect, test} from 'vitest'
import {BoundedPattern, PatternBudget} from '#lib/bounded-pattern.ts'
import {canMatchName, canMatchSuffix} from './never-matching.ts'

const raw = String.raw

function read(source: string): BoundedPattern {
  const syntax = {caseSensitive: false, dotAll: true}
  const pattern = BoundedPattern.read(source, syntax, new PatternBudget(1000))
  if (pattern instanceof BoundedPattern) return pattern
  throw new Error(`"${source}" ${pattern.detail}`)
}

test.each([
  [raw`\bsample\b`, true],
  [raw`\bnc(ed|op)?(\d+)?\b`, true],
  [raw`^extras$`, true],
  [raw`\Bx`, true],
  ['music video', true],
  ['.', true],
  ['[^a-z]', true],
  ['[^/]+', true],
  ['é', true],
  ['(a|/)b', true],
  // A folder is matched by its name, never by its path.
  ['extras/sample', false],
  [raw`\bncop\\d+?\b`, false],
  [raw`a\\`, false],
  ['[/\\\\]', false],
  [raw`a\bb`, false],
  [raw`-\b-`, false],
  [raw`a\B-`, false],
  ['a^b', false],
  ['a$b', false],
  [raw`[^\x00-\x{10FFFF}]`, false],
  // Nothing is no name.
  ['', false],
  [raw`^$`, false],
  [raw`\b`, false],
] as const)('that %j can match a name is %s', (pattern, can) => {
  expect(canMatchName(read(pattern))).toBe(can)
})

test.each([
  [raw`\.r[0-9]{2}`, true],
  [raw`\.(rar|r\d\d)$`, true],
  [raw`^\.mkv$`, true],
  ['mkv', true],
  ['mkv$', true],
  [raw`\bmkv\b`, true],
  ['.', true],
  [raw`\.`, true],
  ['m.4', true],
  ['[^a-z]', true],
  // It has one dot, at its beginning, and something behind it.
  [raw`\.part\d+\.rar`, false],
  [raw`\.tar\.gz`, false],
  ['^mkv', false],
  [raw`\.$`, false],
  [raw`a\.`, false],
  [raw`\.\.`, false],
  ['mkv/', false],
  [raw`\\.mkv`, false],
  ['', false],
  ['$', false],
] as const)('that %j can match the last suffix of a name is %s', (pattern, can) => {
  expect(canMatchSuffix(read(pattern))).toBe(can)
})

test('what matched a name, or its suffix, can match one', () => {
  const piece = fc.constantFrom(
    'a',
    'B',
    '-',
    '.',
    ' ',
    '[^a]',
    '[a-c]',
    raw`\b`,
    raw`\B`,
    '^',
    '$',
    raw`\w`,
    raw`\d+`,
    raw`\.`,
  )
  const pattern = fc.array(fc.tuple(piece, fc.constantFrom('', '?', '|')), {maxLength: 8})
  const letter = fc.constantFrom('a', 'b', 'B', '-', '.', ' ', '1', 'é')
  const suffixLetter = fc.constantFrom('a', 'b', 'B', '-', ' ', '1', 'é')
  const textAnd = fc.oneof(
    fc.array(letter, {maxLength: 8}).map((letters) => ({text: letters.join(''), can: canMatchName})),
    fc
      .array(suffixLetter, {minLength: 1, maxLength: 8})
      .map((letters) => ({text: `.${letters.join('')}`, can: canMatchSuffix})),
  )
  fc.assert(
    fc.property(pattern, textAnd, (pieces, {text, can}) => {
      const source = pieces
        .map(([what, how]) => (/^(?:\\[bB]|[\^$])$/.test(what) ? what : what + how))
        .join('')
      const compiled = read(source)
      expect(can(compiled) || !compiled.eatsIn(text)).toBe(true)
    }),
    {numRuns: 1000},
  )
})
