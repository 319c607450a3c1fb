import {beforeAll, expect, test} from 'vitest'
import type {Leaf} from '../../api/explanation.ts'
import {loadWords} from '../../i18n/text.ts'
import {actualWords, askedWords, factWords, valueWords} from './fact-words.ts'

const now = Date.UTC(2026, 10, 20, 12)

beforeAll(() => loadWords('explain'))

const leaf = (change: Partial<Leaf>): Leaf => ({
  verdict: 'no',
  fact: 'seedingTime',
  says: 'seeding time',
  unit: 'seconds',
  op: 'gte',
  window: null,
  threshold: 259_200,
  actual: {value: 147_600, observed_at: now, source: 'nas'},
  ...change,
})

test.each([
  [147_600, 'seconds', '41\u00a0h'],
  [3_221_225_472, 'bytes', '3.00\u00a0GiB'],
  [102_400, 'bytesPerSecond', '100\u00a0KiB/s'],
  [0.954, 'share', '95.4\u00a0%'],
  [now, 'epochMs', /^today \d\d:00$/],
  [0.644_4, 'plain', '0.64'],
  [11_000, 'count', '11,000'],
  [true, null, 'yes'],
  [false, null, 'no'],
  [null, 'seconds', 'none'],
  [undefined, null, 'none'],
  ['', null, 'empty'],
  [['yes', 'none'], null, 'yes, none'],
  [[], null, 'none'],
] as const)('%j in %s is %s', (value, unit, words) => {
  expect(valueWords(value as Leaf['threshold'], unit, now)).toEqual(
    typeof words === 'string' ? words : expect.stringMatching(words),
  )
})

test('a fact says what it is, what it is now, and what is asked of it', () => {
  expect([factWords(leaf({})), actualWords(leaf({}), now), askedWords(leaf({}), now)]).toEqual([
    'seeding time',
    '41\u00a0h',
    'at least 3\u00a0d',
  ])
  expect(factWords(leaf({says: 'amount gained', window: 600}))).toBe('amount gained over 10\u00a0m')
  const {threshold: _, ...without} = leaf({op: 'exists'})
  expect(askedWords(without, now)).toBe('known')
})

test('what is not known names since when, and why', () => {
  const unknown = leaf({actual: {unknown: 'serverNotOnline', since: now, source: 'nas'}})
  expect(actualWords(unknown, now)).toMatch(/^unknown since today/)
  expect(askedWords(unknown, now)).toBe('its server is not online')
  const never = leaf({actual: {unknown: 'notRead', since: null, source: 'disk'}})
  expect([actualWords(never, now), askedWords(never, now)]).toEqual(['unknown', 'is being looked up'])
})
