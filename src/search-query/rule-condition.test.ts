/** One evaluator, three spellings: what a search finds, what a rule decides by its text, and by the tree that the text is. */
import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {isFull} from '#test/proof.ts'
import {normalised, textOfCondition} from './condition-text.ts'
import {conditionIn} from './rule-condition.ts'
import {atoms, decided, fleetOf, hasNoHash, isWritable, meant, rows, written} from './spellings.fixture.ts'

test('a text decides in a rule what it finds in the list, also turned round, and so does the tree that it is', async () => {
  await fc.assert(
    fc.asyncProperty(rows, meant.filter(isWritable), async (torrents, it) => {
      const fleet = fleetOf(torrents)
      const text = written(it)
      const {condition, mistakes} = conditionIn(text)
      expect(mistakes).toEqual([])
      expect(decided(condition!, fleet.rows), text).toEqual(await fleet.found(text))
      if (hasNoHash(it)) {
        // Not of the tree: two values of one choice that were excluded are one choice when they are turned round.
        const turned = `NOT (${text})`
        expect(decided(conditionIn(turned).condition!, fleet.rows), turned).toEqual(await fleet.found(turned))
      }
      // And back: the text of the tree is another spelling of the same.
      const again = textOfCondition(condition)
      expect(again, text).not.toBeNull()
      const read = conditionIn(again!)
      expect(normalised(read.condition)).toBe(normalised(condition))
      expect(decided(read.condition!, fleet.rows), again!).toEqual(decided(condition!, fleet.rows))
    }),
    {numRuns: isFull ? 500 : 100},
  )
})

test.each([
  ['is:stale', 'not_in_rules', 'is:stale'],
  ['kind:deluge', 'not_in_rules', 'kind:deluge'],
  ['removable<7d', 'not_in_rules', 'removable<7d'],
  ['added:today', 'not_in_rules', 'today'],
  ['state:unknown', 'not_in_rules', 'state:unknown'],
  ['nonsense:1', 'unknown_field', 'nonsense:1'],
  ['size>10BG', 'unknown_unit', '10BG'],
  ['(tag:a', 'unmatched_parenthesis', '(tag:a'],
  ['obligation_met:perhaps', 'unknown_value', 'perhaps'],
  ['content_links_outside>many', 'not_a_number', 'many'],
  ['obligation_met:', 'value_missing', ''],
  ['-tracker:Tidemark', 'not_in_rules', 'Tidemark'],
  ['-tracker:"Two words"', 'not_in_rules', '"Two words"'],
  ['-tracker:*.tidemark.example', 'not_in_rules', '*.tidemark.example'],
  ['tracker:tidemark.example:6969', 'not_in_rules', 'tidemark.example:6969'],
  ['tracker:none,tidemark.example,Tidemark', 'not_in_rules', 'Tidemark'],
])('%s is no condition: %s at “%s”', (text, code, found) => {
  const {condition, mistakes} = conditionIn(text)
  expect(condition).toBeNull()
  expect(mistakes.map((it) => it.code)).toContain(code)
  expect(mistakes.find((it) => it.code === code)?.found).toBe(found)
})

/** What no rule understands, each for another reason; alone and beside a value that it would understand. */
const unread = [
  'nonsense:1',
  'tracker:Tidemark',
  '""',
  '//',
  'tag:',
  'size>',
  'state:nowhere',
  'state:seeding,nowhere',
  'state>error',
  'private:yes,perhaps',
  'is:complete,nothing',
  'is:stale',
  'size:1,2',
  'size:..',
  'added:today',
  'added:2026..7d',
  'server:elsewhere',
  'arr:elsewhere',
  'kind:deluge',
  'path:""',
  '/open',
  'obligation_met:',
  'obligation_met:yes,perhaps',
  'obligation_met>yes',
  'content_links_outside:1,2',
  'content_links_outside:..',
  'content_links_outside>many',
] as const
const none = {servers: [], arrs: []}

test('what is not understood makes all of a text no condition, wherever it stands: no part is left out', () => {
  const atom = fc.constantFrom(...atoms)
  const beside = fc.constantFrom<((it: string, other: string) => string)[]>(
    (it) => it,
    (it, other) => `${other} ${it}`,
    (it, other) => `${other} -${it}`,
    (it, other) => `${it} OR ${other}`,
    (it, other) => `${other} (${it} OR ${other})`,
    (it, other) => `${other} NOT (${other} ${it})`,
  )
  // An open pattern is all that follows it.
  const wrong = fc.constantFrom(...unread.filter((it) => it !== '/open'))
  fc.assert(
    fc.property(wrong, atom, beside, (it, other, write) => {
      const text = write(it, other)
      const {condition, mistakes} = conditionIn(text, none)
      expect(condition, text).toBeNull()
      expect(mistakes.length, text).toBeGreaterThan(0)
    }),
    {numRuns: isFull ? 2_000 : 500},
  )
})

test.each(unread)('%s beside what is understood is a mistake with its place', (it) => {
  const text = `is:complete -${it}`
  const {condition, mistakes} = conditionIn(text, none)
  expect(condition).toBeNull()
  expect(mistakes.some(({from}) => from >= 'is:complete '.length)).toBe(true)
})

test.each([
  ['Keep:', 'Keep:'],
  ['keep :', 'keep :'],
  ['keep>=', 'keep>='],
])('%s is a word of the name, as in the search, and excludes it behind a minus', (written, value) => {
  const word = {fact: 'name', op: 'contains', value}
  expect(conditionIn(`is:complete -${written}`)).toEqual({
    condition: {all: [{fact: 'complete', op: 'eq', value: true}, {not: word}]},
    mistakes: [],
  })
})

test.each([
  ['obligation_met:yes,none', {fact: 'obligation.met', op: 'in', value: ['yes', 'none']}],
  ['content_links_outside=0', {fact: 'content.linksOutside', op: 'eq', value: 0}],
  ['obligation_time_left<2d', {fact: 'obligation.timeLeft', op: 'lt', value: 172_800}],
  ['tracker_any_working:no', {fact: 'tracker.anyWorking', op: 'eq', value: false}],
  ['arr_messages:sample', {fact: 'arr.messages', op: 'hasAny', value: ['sample']}],
  ['seeds_swarm>=3', {fact: 'seedsSwarm', op: 'gte', value: 3}],
  ['tracker:a.example,10.0.0.1', {fact: 'tracker.hosts', op: 'hasAny', value: ['a.example', '10.0.0.1']}],
  ['-tracker:[fd00::1]', {not: {fact: 'tracker.hosts', op: 'hasAny', value: ['[fd00::1]']}}],
  ['arr:none', {fact: 'arr.id', op: 'eq', value: null}],
  ['added>2026-01', {fact: 'addedAt', op: 'gt', value: Date.UTC(2026, 1, 1) - 1}],
])('facts that only rules know are fields of the language, too: %s', (text, condition) => {
  expect(conditionIn(text)).toEqual({condition, mistakes: []})
  const again = textOfCondition(condition)
  expect(normalised(conditionIn(again!).condition)).toBe(normalised(condition))
})

test('servers and Arrs are called by their names where those are known, and printed so', () => {
  const known = {
    servers: [{id: 's-1', name: 'Seed box', kind: 'rtorrent' as const}],
    arrs: [{id: 'a-1', name: 'Radarr 4K', kind: 'radarr' as const}],
  }
  const {condition} = conditionIn('server:"seed box" arr:"radarr 4k"', known)
  expect(condition).toEqual({
    all: [
      {fact: 'server.id', op: 'in', value: ['s-1']},
      {fact: 'arr.id', op: 'in', value: ['a-1']},
    ],
  })
  expect(textOfCondition(condition, known)).toBe('server:"Seed box" arr:"Radarr 4K"')
  expect(conditionIn('server:elsewhere', known).mistakes.map(({code}) => code)).toEqual(['unknown_server'])
})

test.each([
  [{fact: 'gained', window: '10m', op: 'gte', value: '1 MiB'}],
  [{fact: 'name', op: 'glob', value: '*x'}],
  [{fact: 'name', op: 'contains', value: 'x', cs: true}],
  [{fact: 'category', op: 'exists'}],
  [
    {
      all: [
        {fact: 'age', op: 'gt', value: '1d'},
        {fact: 'gained', window: 60, op: 'gt', value: 1},
      ],
    },
  ],
  ['text'],
])('what no text can say has none: %j', (condition) => {
  expect(textOfCondition(condition)).toBeNull()
})

test.each([
  [{fact: 'age', op: 'gt', value: '14d'}, 'added>14d'],
  [{fact: 'size', op: 'gte', value: '500 GiB'}, 'size>=500GiB'],
  [{fact: 'size', op: 'gt', value: '40 GB'}, 'size>40GB'],
  [{fact: 'size', op: 'gt', value: 1_500_000_000}, 'size>1500MB'],
  [{fact: 'seedingTime', op: 'gt', value: 1_209_600}, 'seeding_time>14d'],
  [{fact: 'category', op: 'ne', value: 'tv'}, '-category:tv'],
  [
    {
      not: {
        any: [
          {fact: 'complete', op: 'eq', value: true},
          {fact: 'ratio', op: 'gt', value: 2},
        ],
      },
    },
    'NOT (is:complete OR ratio>2)',
  ],
  [{fact: 'tags', op: 'hasAll', value: ['a', 'b c']}, 'tag:a tag:"b c"'],
  [
    {
      all: [
        {fact: 'complete', op: 'eq', value: true},
        {
          any: [
            {fact: 'ratio', op: 'gt', value: 2},
            {fact: 'age', op: 'gte', value: '2h'},
          ],
        },
      ],
    },
    'is:complete (ratio>2 OR added>=2h)',
  ],
])('%j is written %s', (condition, text) => {
  expect(textOfCondition(condition)).toBe(text)
})
