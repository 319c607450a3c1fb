import {expect, test} from 'vitest'
import {preview} from './preview.ts'
import {aRule} from './rule.fixture.ts'
import {AT, world, type Row} from './world.fixture.ts'

function previewed(
  rule: Readonly<Record<string, unknown>>,
  subjects: readonly Row[],
  keptBy?: (subject: Row) => string | null,
) {
  const steps = preview<Row>({
    rule: aRule(rule),
    readers: world,
    subjects,
    at: AT,
    timeOf: () => ({run: 'a', ms: 0, steady: true}),
    memory: new Map(),
    ...(keptBy && {keptBy: (_decision, subject) => keptBy(subject)}),
  })
  let breaks = 0
  let step = steps.next()
  for (; !step.done; step = steps.next()) breaks++
  return {...step.value, breaks}
}

const row = (key: string, more: Row = {}): Row => ({
  key,
  complete: true,
  size: 100,
  category: 'tv',
  'tracker.host': 't.org',
  'server.id': 'qBit',
  ...more,
})

test('it counts what matches, what is held and what it would act on, with bytes', () => {
  const rows = [
    row('a'),
    row('b', {category: 'film', 'server.id': 'box'}),
    row('c', {complete: false}),
    row('d', {'content.exclusiveBytes': 7}),
  ]
  expect(previewed({}, rows)).toMatchObject({
    looked: 4,
    matched: {count: 3, bytes: 207},
    held: {count: 0, bytes: 0},
    wouldAct: {count: 3, bytes: 207},
    servers: new Map([
      ['qBit', {count: 2, bytes: 107}],
      ['box', {count: 1, bytes: 100}],
    ]),
    trackers: new Map([['t.org', {count: 3, bytes: 207}]]),
    categories: new Map([
      ['tv', {count: 2, bytes: 107}],
      ['film', {count: 1, bytes: 100}],
    ]),
    decisions: [{subject: {key: 'a'}}, {subject: {key: 'b'}}, {subject: {key: 'd'}}],
  })
})

test('what is not held long enough is held', () => {
  expect(previewed({hold: {for: '1h'}}, [row('a')])).toMatchObject({
    matched: {count: 1, bytes: 100},
    held: {count: 1, bytes: 100},
    wouldAct: {count: 0, bytes: 0},
    decisions: [],
  })
})

test('a rule that is off or waits for its hours is shown as if it were asked', () => {
  const off = {mode: 'off', schedule: {window: {from: '01:00', to: '02:00'}}}
  expect(previewed(off, [row('a')]).wouldAct.count).toBe(1)
})

test('it selects as the rule does, and leaves out what has nothing to do', () => {
  const select = {order: ['-size'], until: {fact: 'server.freeBytes', op: 'gte', value: 15}}
  const rows = [5, 6].map((size) =>
    row(`${size}`, {size, 'content.exclusiveBytes': size, 'server.freeBytes': 10}),
  )
  expect(previewed({select}, rows).decisions.map(({subject}) => subject.key)).toEqual(['6'])
  const never = {do: [{action: 'stop', if: {fact: 'category', op: 'eq', value: 'film'}}]}
  expect(previewed(never, rows)).toMatchObject({matched: {count: 2}, wouldAct: {count: 0}, decisions: []})
})

test('two hundred are shown, all are counted, and it gives way after each that is evaluated or acted on', () => {
  const rows = Array.from({length: 201}, (_, at) => row(`k${at}`))
  const {decisions, wouldAct, breaks} = previewed({}, rows)
  expect([decisions.length, wouldAct.count, breaks]).toEqual([200, 201, 1 + 2 * 201])
})

test('what has no size, server, tracker or category counts anyway', () => {
  const {wouldAct, categories, trackers} = previewed({}, [{key: 'a', complete: true}])
  expect(wouldAct).toEqual({count: 1, bytes: 0})
  expect([[...categories.keys()], [...trackers.keys()]]).toEqual([[''], ['']])
})

test('subjects that cannot be evaluated are counted apart, with what is not known of them', () => {
  const when = {
    all: [
      {fact: 'complete', op: 'eq', value: true},
      {fact: 'ratio', op: 'gt', value: 1},
      {fact: 'ratio', op: 'lt', value: 9},
    ],
  }
  const rows = [row('a', {ratio: 2}), row('b'), {key: 'c', size: 100}, row('d', {complete: false})]
  expect(previewed({when}, rows)).toMatchObject({
    matched: {count: 1, bytes: 100},
    unknown: {count: 2, bytes: 200},
    unknownFacts: new Map([
      ['ratio', 2],
      ['complete', 1],
    ]),
    unknownOn: new Map([['qBit', 2]]),
  })
})

test('what matches adds up: what waits, is so already, is not selected, has no action, is kept, and would be acted on', () => {
  const rows = [
    row('a', {tags: ['old']}),
    row('b', {tags: ['old']}),
    row('c', {tags: []}),
    row('d', {tags: []}),
  ]
  const tagged = previewed({do: [{action: 'tag', names: ['old']}]}, rows, ({key}) =>
    key === 'c' ? 'busy' : null,
  )
  const select = {order: ['-size'], until: {fact: 'server.freeBytes', op: 'gte', value: 15}}
  const sized = [5, 6].map((size) =>
    row(`${size}`, {size, 'content.exclusiveBytes': size, 'server.freeBytes': 10}),
  )
  const selecting = previewed({select}, sized)
  const never = previewed({do: [{action: 'stop', if: {fact: 'category', op: 'eq', value: 'film'}}]}, sized)
  const partsOf = ({held, already, unselected, inapplicable, blocked, wouldAct}: typeof tagged) => [
    held,
    already,
    unselected,
    inapplicable,
    blocked,
    wouldAct,
  ]
  expect([tagged, selecting, never].map((it) => partsOf(it).map(({count}) => count))).toEqual([
    [0, 2, 0, 0, 1, 1],
    [0, 0, 1, 0, 0, 1],
    [0, 0, 0, 2, 0, 0],
  ])
  for (const it of [tagged, selecting, never]) {
    expect(partsOf(it).reduce((sum, {bytes}) => sum + bytes, 0)).toBe(it.matched.bytes)
  }
  expect([...tagged.alreadyBy]).toEqual(['tag'])
  const left = [...tagged.spared, ...selecting.spared, ...never.spared]
  expect(left.map(({why, subject}) => `${why} ${subject.key}`)).toEqual([
    'already a',
    'already b',
    'blocked c',
    'unselected 5',
    'inapplicable 5',
    'inapplicable 6',
  ])
})

test('what a guard keeps is counted by its name, and neither acted on nor shown', () => {
  const rows = ['a', 'b', 'c'].map((key) => row(key))
  const keptBy = ({key}: Row) => (key === 'a' ? null : key === 'b' ? 'busy' : 'content')
  expect(previewed({}, rows, keptBy)).toMatchObject({
    matched: {count: 3},
    blocked: {count: 2, bytes: 200},
    guards: new Map([
      ['busy', {count: 1, bytes: 100}],
      ['content', {count: 1, bytes: 100}],
    ]),
    wouldAct: {count: 1, bytes: 100},
    servers: new Map([['qBit', {count: 1, bytes: 100}]]),
    decisions: [{subject: {key: 'a'}}],
  })
})

test('of each reason for leaving something alone it names the first hundred', () => {
  const hold = {when: {fact: 'complete', op: 'eq', value: true}, hold: {for: '1h'}}
  const many = Array.from({length: 105}, (_, n) => row(`n${n}`))
  const {complete: _, ...open} = row('open')
  const held = previewed(hold, [...many, open]).spared
  expect(held.filter(({why}) => why === 'held').map(({subject}) => subject.key)).toEqual(
    many.slice(0, 100).map(({key}) => key),
  )
  expect(held.filter(({why}) => why === 'unknown')).toMatchObject([{guard: null, subject: {key: 'open'}}])
  const guarded = previewed({}, [row('a'), row('b'), row('c')], ({key}) =>
    key === 'b' ? null : `by ${String(key)}`,
  )
  expect(guarded.spared).toMatchObject([
    {why: 'blocked', guard: 'by a', subject: {key: 'a'}, bytes: 100},
    {why: 'blocked', guard: 'by c', subject: {key: 'c'}, bytes: 100},
  ])
})

test('it says how many are left after each part, and which come closest', () => {
  const when = {
    all: [
      {fact: 'complete', op: 'eq', value: true},
      {fact: 'ratio', op: 'gte', value: 2},
      {
        any: [
          {fact: 'category', op: 'eq', value: 'tv'},
          {fact: 'category', op: 'eq', value: 'film'},
        ],
      },
    ],
  }
  const rows = [
    row('out', {category: 'other', ratio: 9, 'server.id': 'box'}),
    row('half', {ratio: 1}),
    row('near', {ratio: 1.9}),
    row('young', {complete: false, ratio: 0}),
    row('dark'),
    row('far', {ratio: 0.1}),
    row('mid', {ratio: 1.5}),
  ]
  const {funnel, matched} = previewed({when, scope: {servers: ['qBit']}}, rows)
  expect(matched.count).toBe(0)
  expect(funnel).toMatchObject({looked: 7, inScope: 6, almost: 4})
  const named = funnel.parts.map(({first, ...part}) => ({...part, first: first.map(({key}) => key)}))
  expect(named).toEqual([
    {
      asked: {fact: 'complete', op: 'eq', threshold: true, window: null},
      count: 5,
      first: ['half', 'near', 'dark', 'far', 'mid'],
    },
    {asked: {fact: 'ratio', op: 'gte', threshold: 2, window: null}, count: 0, first: []},
    {asked: null, count: 0, first: []},
  ])
  expect(funnel.scopeFirst.map(({key}) => key)).toEqual(['half', 'near', 'young', 'dark', 'far', 'mid'])
  expect(
    funnel.nearest.map(({subject, fact, isTooMuch, lacks}) => [subject.key, fact, isTooMuch, lacks]),
  ).toEqual([
    ['near', 'ratio', false, expect.closeTo(0.1)],
    ['mid', 'ratio', false, 0.5],
    ['half', 'ratio', false, 1],
  ])
})
