import {beforeAll, expect, test} from 'vitest'
import type {RulePreview} from '../../api/rules.ts'
import {speakEnglish} from '../../i18n/english.fixture.ts'
import {nearWords, partWords, queryFor, ruleVerdict, stopIn} from './preview.ts'

beforeAll(() => speakEnglish())

test.each([
  [[0, 0, 0, 0, 0, 0], 'There are no torrents.'],
  [[9, 0, 0, 0, 0, 0], 'No torrent meets its conditions.'],
  [[9, 0, 0, 0, 4, 0], 'No torrent meets its conditions.'],
  [[9, 0, 0, 0, 9, 0], 'None could be evaluated.'],
  [[9, 1, 1, 0, 0, 0], 'The one that matches waits for its time.'],
  [[9, 3, 3, 0, 0, 0], 'The 3 that match wait for their time.'],
  [[9, 1, 0, 1, 0, 0], 'The one that matches is protected.'],
  [[9, 3, 0, 3, 2, 0], 'The 3 that match are protected.'],
  [[9, 3, 1, 2, 0, 0], 'The 3 that match wait for their time or are protected.'],
  [[9, 3, 1, 0, 0, 2], ''],
] as const)('of %j: %s', ([looked, matched, held, blocked, unknown, act], sentence) => {
  const of = (count: number) => ({count})
  const counts = {matched: of(matched), held: of(held), blocked: of(blocked), unknown: of(unknown)}
  expect(ruleVerdict({subject: 'torrent', looked, ...counts, would_act: of(act)})).toBe(sentence)
})

test('a rule about orphaned files says so', () => {
  const none = {count: 0}
  const counts = {matched: none, held: none, blocked: none, unknown: none, would_act: none}
  expect(ruleVerdict({subject: 'path', looked: 0, ...counts})).toBe('There are no orphaned files.')
  expect(ruleVerdict({subject: 'path', looked: 2, ...counts})).toBe('No orphaned file meets its conditions.')
})

const DAY = 86_400
const part = {
  fact: 'age',
  says: 'age',
  unit: 'seconds',
  op: 'gt',
  threshold: 14 * DAY,
  window: null,
  count: 0,
  first: [] as RulePreview['funnel']['scope_first'],
} as const
const near = {
  server_id: 'box',
  info_hash: 'a'.repeat(40),
  name: 'one',
  size: 1,
  fact: 'age',
  says: 'age',
  unit: 'seconds',
  too_much: false,
  lacks: 20 * 3_600,
} as const
const spaced = (words: string) => words.replaceAll('\u00a0', ' ')

test('a part reads as what is asked of what', () => {
  expect(spaced(partWords(part, 0))).toBe('age above 2 w')
  expect(spaced(partWords({...part, fact: 'ratio', says: 'ratio', unit: 'plain', threshold: 2.5}, 0))).toBe(
    'ratio above 2.5',
  )
  expect(
    partWords({...part, fact: 'complete', says: 'complete', unit: null, op: 'eq', threshold: true}, 0),
  ).toBe('complete: yes')
  expect(partWords({...part, fact: null, says: null, op: null}, 0)).toBe('Several conditions')
})

test('what comes closest says what it lacks', () => {
  expect(spaced(nearWords(near, 0))).toBe('age: 20 h to go')
  expect(spaced(nearWords({...near, says: 'ratio', unit: 'plain', too_much: true, lacks: 0.5}, 0))).toBe(
    'ratio: 0.5 too much',
  )
})

test('it stops at the first part that none meets', () => {
  const funnel = (...counts: number[]): RulePreview['funnel'] => ({
    in_scope: 40,
    scope_first: [],
    almost: 0,
    nearest: [],
    parts: counts.map((count) => ({...part, count})),
  })
  expect(stopIn(funnel(31, 0, 0))).toEqual({at: 1, last: 31})
  expect(stopIn(funnel(0))).toEqual({at: 0, last: 40})
  expect(stopIn(funnel(31, 2))).toBeNull()
  expect(stopIn({...funnel(0), in_scope: 0})).toBeNull()
})

test('the torrents of a line are searched for on their servers', () => {
  const [a, b] = ['a', 'b'].map((digit) => digit.repeat(40))
  const on = (server_id: string, info_hash = a!) => ({server_id, info_hash})
  expect(queryFor([on('nas'), on('nas', b)])).toBe('server:nas hash:aaaaaaaaaaaa,bbbbbbbbbbbb')
  expect(queryFor([on('nas'), on('big box', b)])).toBe(
    '(server:nas hash:aaaaaaaaaaaa) OR (server:"big box" hash:bbbbbbbbbbbb)',
  )
})
