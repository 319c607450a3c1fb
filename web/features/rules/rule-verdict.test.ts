import {beforeAll, expect, test} from 'vitest'
import type {Rule, RulePreview} from '../../api/rules.ts'
import {speakEnglish} from '../../i18n/english.fixture.ts'
import {nearWords, partWords, queryFor, ruleVerdict, stopIn} from './preview.ts'
import {matchedWords, ruleSentence, type RuleKnown} from './rule-verdict.ts'
import {doneWords, nothingDone, togetherOf, weeksOf, wouldWords, type RuleWeek} from './rule-week.ts'

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
  [[9, 1, 0, 0, 0, 0, 1], 'The one that matches is tagged already.'],
  [[9, 48, 0, 0, 0, 0, 48], 'The 48 that match are tagged already.'],
  [[9, 5, 1, 1, 0, 0, 3], 'The 5 that match wait for their time, are tagged already or are protected.'],
] as const)('of %j: %s', ([looked, matched, held, blocked, unknown, act, already = 0], sentence) => {
  const of = (count: number) => ({count})
  const counts = {matched: of(matched), held: of(held), blocked: of(blocked), unknown: of(unknown)}
  const rest = {unselected: of(0), inapplicable: of(0), already: {...of(already), actions: ['tag' as const]}}
  expect(ruleVerdict({subject: 'torrent', looked, ...counts, ...rest, would_act: of(act)})).toBe(sentence)
})

const nothingIdle = {
  already: {count: 0, bytes: 0, actions: []},
  unselected: {count: 0, bytes: 0},
  inapplicable: {count: 0, bytes: 0},
}

test('a rule about orphaned files says so', () => {
  const none = {count: 0}
  const counts = {matched: none, held: none, blocked: none, unknown: none, would_act: none, ...nothingIdle}
  expect(ruleVerdict({subject: 'path', looked: 0, ...counts})).toBe('There are no orphaned files.')
  expect(ruleVerdict({subject: 'path', looked: 2, ...counts})).toBe('No orphaned file meets its conditions.')
})

test('a rule about what is wanted says so', () => {
  const none = {count: 0}
  const counts = {matched: none, held: none, blocked: none, unknown: none, would_act: none, ...nothingIdle}
  expect(ruleVerdict({subject: 'wanted', looked: 0, ...counts})).toBe('Nothing is to be searched.')
  expect(ruleVerdict({subject: 'wanted', looked: 2, ...counts})).toBe('No title meets its conditions.')
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

/* ── the sentence that settles it ── */

const NOW = 1_800_000_000_000
const sentenceOf = (
  rule: Partial<RuleKnown['rule']>,
  preview: Partial<NonNullable<RuleKnown['preview']>> | null = {},
  week: RuleWeek | undefined = nothingDone,
) => {
  const none = {count: 0, bytes: 0}
  const funnel = {in_scope: 40, scope_first: [], almost: 0, nearest: [], parts: [part]}
  const of = {
    subject: 'torrent',
    looked: 50,
    matched: none,
    held: none,
    blocked: none,
    unknown: none,
  } as const
  const known: RuleKnown = {
    rule: {mode: 'live', suspended: null, obstacle: null, created_at: NOW - 30 * DAY * 1000, ...rule},
    week,
    preview: preview && {...of, ...nothingIdle, would_act: none, funnel, lately: null, ...preview},
  }
  return spaced(ruleSentence(known, NOW))
}
const some = (count: number) => ({count, bytes: 1})
const suspended = (reason: string): Rule['suspended'] => ({at: NOW, reason, detail: {}})
const week = (...counts: [RuleWeek['counts'][number]['kind'], number][]): RuleWeek => ({
  ...nothingDone,
  counts: counts.map(([kind, count]) => ({kind, count})),
})
const lately = (count: number, gone = 0): RulePreview['lately'] => ({
  day: {count: 0, bytes: 0, gone: 0},
  week: {count, bytes: 0, gone},
  actions: [],
})

test('a rule that did something says what it did this week, and nothing else', () => {
  expect(sentenceOf({}, {}, week(['removed', 9]))).toBe('This rule has removed 9 this week.')
  expect(sentenceOf({mode: 'off'}, {}, week(['replaced', 4], ['moved', 1]))).toBe(
    'This rule has replaced 4 and moved 1 this week.',
  )
  expect(doneWords(week(['removed', 1_204]))).toBe('removed 1,204')
})

test('one that is held up says by what, whatever it did before; what it cannot do stands elsewhere', () => {
  const did = week(['removed', 9])
  expect(sentenceOf({suspended: suspended('maxPerTracker')}, {}, did)).toBe(
    'This rule is paused: many torrents of one tracker.',
  )
  expect(sentenceOf({obstacle: 'no_server'}, {}, did)).toBe('')
})

test.each([
  ['This rule has done nothing this week: no torrent is old enough.', {}, {}],
  ['This rule has done nothing yet: no torrent is old enough.', {created_at: NOW - 1000}, {}],
  [
    'This rule has matched nothing yet: no torrent is old enough.',
    {created_at: NOW, mode: 'simulate'},
    {lately: lately(0)},
  ],
  [
    'This rule changes nothing: it is a dry run. It matched 7 this week.',
    {mode: 'simulate'},
    {lately: lately(5, 2)},
  ],
  ['This rule is off.', {mode: 'off'}, {}],
  ['This rule has matched 3 torrents, and acts on them next.', {}, {matched: some(3), would_act: some(3)}],
  [
    'This rule has matched 1 torrent, and waits for your answer.',
    {mode: 'ask'},
    {matched: some(1), would_act: some(1)},
  ],
  [
    'This rule changes nothing: it is a dry run. It matches 2 torrents now.',
    {mode: 'simulate'},
    {matched: some(2), would_act: some(2)},
  ],
  [
    'This rule has done nothing this week: the 3 that match wait for their time.',
    {},
    {matched: some(3), held: some(3)},
  ],
  [
    'This rule has done nothing this week: the one that matches is protected.',
    {},
    {matched: some(1), blocked: some(1)},
  ],
  ['This rule has done nothing this week: there are no torrents.', {}, {looked: 0}],
  ['This rule has done nothing this week: 38 can’t be evaluated now.', {}, {unknown: some(38)}],
  ['This rule has done nothing this week: there are no orphaned files.', {}, {subject: 'path', looked: 0}],
] as const)('%s', (sentence, rule, preview) => {
  expect(sentenceOf(rule, preview)).toBe(sentence)
})

test('the part that nothing meets is named, and what is not in scope is no fault of the rule', () => {
  const parts = [{...part, op: 'lt' as const}]
  const funnel = {in_scope: 4, scope_first: [], almost: 0, nearest: [], parts}
  expect(sentenceOf({}, {funnel})).toBe(
    'This rule has done nothing this week: no torrent meets “age below 2 w”.',
  )
  expect(sentenceOf({}, {funnel: {...funnel, in_scope: 0}})).toBe(
    'This rule has done nothing this week: no torrent is in its scope.',
  )
})

test('as long as something is not read nothing is said', () => {
  expect(sentenceOf({}, null)).toBe('')
  expect(sentenceOf({}, null, week(['removed', 1]))).toBe('This rule has removed 1 this week.')
  const rule = {mode: 'live', suspended: null, obstacle: null, created_at: null} as const
  expect(ruleSentence({rule, week: undefined, preview: null}, NOW)).toBe('')
})

const answer = [
  {
    rule_id: 'a',
    tallies: [
      {kind: 'removed', outcome: 'done', day: 0, count: 5, bytes: 10},
      {kind: 'removed', outcome: 'done', day: 6, count: 4, bytes: 2},
      {kind: 'imported', outcome: 'done', day: 6, count: 20, bytes: 0},
      {kind: 'removed', outcome: 'failed', day: 6, count: 2, bytes: 7},
      {kind: 'moved', outcome: 'simulated', day: 6, count: 3, bytes: 0},
    ],
    matched: null,
  },
  {
    rule_id: 'b',
    tallies: [{kind: 'removed', outcome: 'held', day: 1, count: 1, bytes: 9}],
    matched: {count: 71, bytes: 1024 ** 3},
  },
] as const
const read = {rules: answer.map((it) => ({...it, tallies: [...it.tallies]}))}

test('of a week what was done counts by kind and day, and what was held beside it', () => {
  const weeks = weeksOf(read)
  expect(weeks.get('a')).toEqual({
    counts: [
      {kind: 'imported', count: 20},
      {kind: 'removed', count: 9},
    ],
    bytes: 12,
    held: 0,
    days: [5, 0, 0, 0, 0, 0, 24],
    matched: null,
  })
  expect(weeks.get('b')).toMatchObject({counts: [], held: 1, days: [0, 1, 0, 0, 0, 0, 0]})
  expect(matchedWords(weeks.get('b')!)).toMatch(/^71 matched, 1.*GiB$/)
  expect(togetherOf([...weeks.values()])).toMatchObject({
    bytes: 12,
    held: 1,
    days: [5, 1, 0, 0, 0, 0, 24],
    matched: {count: 71},
  })
})

test('what rules would have done is what they only reported', () => {
  expect(wouldWords(read)).toBe('moved 3')
  expect(wouldWords({rules: []})).toBe('')
})
