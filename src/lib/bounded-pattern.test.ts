import fc from 'fast-check'
import {expect, test} from 'vitest'
import {BoundedPattern, mostSteps, PatternBudget, stepsOf, type PatternFault} from './bounded-pattern.ts'

const raw = String.raw
const plenty = () => new PatternBudget(1_000_000)

function read(source: string, budget = plenty()): BoundedPattern | PatternFault {
  return BoundedPattern.read(source, {caseSensitive: false}, budget)
}

function problemOf(source: string, budget = plenty()): string | null {
  const found = read(source, budget)
  return found instanceof BoundedPattern ? null : found.problem
}

test.each([
  [raw`S\d{1,2}E\d{1,3}`],
  [raw`\b(x264|x265|hevc)\b`],
  [raw`^\[[^\]]+\] .{1,80} - \d{2,4}v?\d? \[(480|720|1080)p\]`],
  [raw`[a-f0-9]{40}`],
  [raw`(?:\p{L}+[ ._]){1,4}`],
  [raw`[\p{Han}\p{Hiragana}\p{Katakana}]+`],
  ['x'.repeat(450)],
])('%s is taken, as people write such patterns', (pattern) => {
  expect(problemOf(pattern)).toBeNull()
})

/** Each of them costs its thread more than 10 ms to compile, or to look for in one name. */
const expensive: readonly (readonly [string])[] = [
  [raw`(\pL{1,100}){1,10}`],
  [raw`\pL`.repeat(80)],
  [raw`[^\pL\pN]`.repeat(25)],
  [raw`[B-\x{10ffff}]`.repeat(10)],
  ['[B-\u{ffff}]'.repeat(10)],
  [raw`(?:a?){500}(?:.*[ab].{50}){3}zz`],
  [raw`((.{1,9}){1,9}){1,9}z`],
  [raw`(?:.?){900}zz`],
  ['((((a{0,9}){0,9}){0,9}){0,9}){0,9}'],
  ['a{1000}{1000}'],
]
test.each(expensive)('%s is refused before it is compiled', (pattern) => {
  const budget = plenty()
  expect(problemOf(pattern, budget)).toBe('tooLarge')
  expect(budget.take(1_000_000)).toBe(true)
})

test('patterns of one document share what they may cost', () => {
  const [budget, pattern] = [new PatternBudget(600), 'x'.repeat(250)]
  expect(problemOf(pattern, budget)).toBeNull()
  expect(problemOf(pattern, budget)).toBeNull()
  expect(problemOf(pattern, budget)).toBe('tooMany')
  // There is room for a smaller one.
  expect(problemOf('x'.repeat(50), budget)).toBeNull()
})

test.each(['(', '[a', '(?:a{2,1}', '(?=look)', raw`\1`, 'a**', ')'])(
  '%s is no regular expression',
  (pattern) => {
    expect(read(pattern)).toMatchObject({
      problem: 'invalid',
      detail: expect.stringContaining('is no regular'),
    })
  },
)

test('what is found, what is more than nothing, and what is all of it', () => {
  const pattern = read('x*') as BoundedPattern
  expect([pattern.isIn('film'), pattern.eatsIn('film'), pattern.isAll('film')]).toEqual([true, false, false])
  expect([pattern.isIn('XX'), pattern.eatsIn('XX'), pattern.isAll('XX')]).toEqual([true, true, true])
})

const pieces = raw`a bc . \d \b \pL [a-z] [^a-z] [\w.] ä [[:alpha:]] []] ( (?: (?i) ) | * + ? {2} {0,3} {2,} {4,7} ^ $ \Qa(b\E`
const piece = fc.constantFrom(...pieces.split(' '))

test('no pattern compiles to more steps than were counted before', () => {
  let read = 0
  fc.assert(
    fc.property(fc.array(piece, {maxLength: 24}), (all) => {
      const source = all.join('')
      fc.pre(stepsOf(source) <= mostSteps)
      const found = BoundedPattern.read(source, {caseSensitive: false}, plenty())
      if (!(found instanceof BoundedPattern)) return true
      read++
      return found.steps <= stepsOf(source)
    }),
    {numRuns: 300},
  )
  expect(read).toBeGreaterThan(20)
})
