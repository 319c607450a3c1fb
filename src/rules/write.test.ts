import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {factNames, factOf, type FactName} from '#model/fact.ts'
import {ruleEvents, ruleModes, type Condition, type Leaf} from '#model/rule.ts'
import {isFull} from '#test/proof.ts'
import {operatorsOf, takenBy} from './leaf.ts'
import {parseRules, ruleOf} from './parse.ts'
import {aRule} from './rule.fixture.ts'
import {documentOf, writeRule} from './write.ts'

test('what is default is left out, values are written as people write them', () => {
  const rule = aRule({
    mode: 'simulate',
    scope: {categories: ['tv']},
    when: {
      all: [
        {fact: 'seedingTime', op: 'gte', value: 14 * 86_400},
        {not: {fact: 'size', op: 'in', value: [1024]}},
      ],
    },
    hold: {strikes: 2, gap: 600, resetOn: {fact: 'gained', op: 'gte', value: 1, window: 60}},
    do: [{action: 'limits', up: 1000}],
    guards: {maxPerRun: 5, maxBytesPerRun: 1e9},
  })
  expect(writeRule(rule)).toBe(`id: done
name: Done
scope:
  categories:
    - tv
when:
  all:
    - fact: seedingTime
      op: gte
      value: 14d
    - not:
        fact: size
        op: in
        value:
          - 1 KiB
hold:
  strikes: 2
  gap: 10m
  expireAfter: 1d
  resetOn:
    fact: gained
    window: 1m
    op: gte
    value: 1 B
do:
  - action: limits
    up: 1 kB/s
guards:
  maxPerRun: 5
  maxBytesPerRun: 1 GB
`)
})

test('what lasts, waits or frees is written in its units, long texts in one line, and what is alike twice', () => {
  const name = `${'a long name '.repeat(15)}a`
  const open = {fact: 'category', op: 'exists'} as const
  const rule = aRule({
    name,
    mode: 'simulate',
    when: {all: [open, {not: open}, {fact: 'progress', op: 'gte', value: 0.5}]},
    hold: {for: 900},
    schedule: {every: 3600},
    select: {order: ['-age'], until: {fact: 'path.freeBytes', op: 'gte', value: 1024 ** 3}},
    do: [
      {action: 'limits', down: null, idle: 7200, seedTime: 86_400, ratio: 2},
      {action: 'quarantine', for: 172_800},
    ],
    guards: {minAgeComplete: 3600, minAgeIncomplete: 60, quarantine: 604_800, maxShare: 0.05},
  })
  expect(writeRule(rule)).toBe(`id: done
name: ${name}
when:
  all:
    - fact: category
      op: exists
    - not:
        fact: category
        op: exists
    - fact: progress
      op: gte
      value: 0.5
hold:
  for: 15m
schedule:
  every: 1h
select:
  order:
    - -age
  until:
    fact: path.freeBytes
    op: gte
    value: 1 GiB
do:
  - action: limits
    down: null
    ratio: 2
    seedTime: 1d
    idle: 2h
  - action: quarantine
    for: 2d
guards:
  maxShare: 0.05
  minAgeComplete: 1h
  minAgeIncomplete: 1m
  quarantine: 7d
`)
})

test('what two actions share is written twice', () => {
  const shared = {names: ['a']}
  const rule = {
    ...aRule(),
    do: [
      {action: 'tag', params: shared},
      {action: 'untag', params: shared},
    ],
  } as const
  expect(writeRule(rule)).toContain(
    'action: tag\n    names:\n      - a\n  - action: untag\n    names:\n      - a\n',
  )
})

test('what people did not write is not there, also where a rule is given as an object', () => {
  expect(documentOf(aRule({mode: 'simulate'}))).toStrictEqual({
    id: 'done',
    name: 'Done',
    when: {fact: 'complete', op: 'eq', value: true},
    do: [{action: 'remove'}],
  })
  expect(documentOf(aRule({mode: 'simulate', select: {order: ['age']}}))).toMatchObject({
    select: {order: ['age']},
  })
  const when = {fact: 'category', op: 'exists'}
  expect(documentOf(aRule({when}))['when']).toStrictEqual(when)
})

const texts = fc.string({minLength: 1, maxLength: 12})

function valueFor(fact: FactName): fc.Arbitrary<string | number | boolean> {
  const {type, unit, values} = factOf(fact)
  if (type === 'boolean') return fc.boolean()
  if (type === 'choice') return fc.constantFrom(...values)
  if (type !== 'number') return texts
  if (unit === 'epochMs') return fc.nat({max: 4e12}).map((ms) => new Date(ms).toISOString())
  return unit === 'share' ? fc.double({min: 0, max: 1, noNaN: true}) : fc.nat({max: 1e12})
}

const someLeaf: fc.Arbitrary<Leaf> = fc
  .constantFrom(...factNames.filter((name) => factOf(name).subjects.includes('torrent')))
  .chain((fact) => fc.tuple(fc.constant(fact), fc.constantFrom(...operatorsOf[factOf(fact).type])))
  .chain(([fact, op]) => {
    const one = valueFor(fact)
    const value: fc.Arbitrary<unknown> = {
      nothing: fc.constant(undefined),
      pair: one.map((it) => [it, it]),
      list: fc.array(one, {minLength: 1, maxLength: 3}),
      text: op === 'matches' ? fc.constant('^a.b$') : texts,
      one,
    }[takenBy(op)]
    return fc.record({
      fact: fc.constant(fact),
      op: fc.constant(op),
      value,
      window: fc.constant(factOf(fact).windowed ? 600 : undefined),
      cs: fc.constantFrom(undefined, true),
    }) as fc.Arbitrary<Leaf>
  })
const condition = fc.letrec<{tree: Condition}>((tie) => ({
  tree: fc.oneof(
    {maxDepth: 3},
    someLeaf,
    fc.array(tie('tree'), {minLength: 1, maxLength: 3}).map((all) => ({all})),
    fc.array(tie('tree'), {minLength: 1, maxLength: 3}).map((any) => ({any})),
    tie('tree').map((it) => ({not: it})),
  ),
})).tree
const seconds = fc.integer({min: 30, max: 1e7})
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, {nil: undefined})

const written = fc.record({
  id: fc.constant('some-id'),
  name: texts,
  revision: fc.integer({min: 1, max: 99}),
  order: fc.integer({min: -5, max: 200}),
  mode: fc.constantFrom(...ruleModes),
  concern: fc.constantFrom('fate', 'limits'),
  conflict: fc.constantFrom('exclusive', 'additive'),
  scope: fc.record({
    servers: fc.array(texts, {maxLength: 2}),
    tagsNone: fc.array(texts, {maxLength: 2}),
    privacy: fc.constantFrom('public', 'private', 'any'),
    subcategories: fc.boolean(),
    owner: fc.option(texts),
  }),
  when: condition,
  hold: fc.oneof(
    fc.constant(null),
    fc.record({for: seconds, resetOn: optional(condition)}),
    fc.record({strikes: fc.integer({min: 1, max: 9}), gap: seconds, expireAfter: seconds}),
  ),
  schedule: fc.oneof(
    fc.constant(null),
    fc.record({every: seconds}),
    fc.record({on: fc.subarray([...ruleEvents], {minLength: 1}), cron: fc.constant('5 4 * * 1')}),
    fc.record({window: fc.constant({from: '22:00', to: '06:00', weekdays: ['mon'], timeZone: 'UTC'})}),
  ),
  select: fc.oneof(
    fc.constant(null),
    fc.record({
      order: fc.subarray(['-age', 'lastActivityAt'], {minLength: 1}),
      until: optional(fc.constant({fact: 'path.freeBytes', op: 'gte', value: '500 GiB'})),
    }),
  ),
  do: fc.array(
    fc.oneof(
      fc.record({action: fc.constant('stop'), if: optional(condition)}),
      fc.record({action: fc.constant('tag'), names: fc.array(texts, {minLength: 1, maxLength: 2})}),
      fc.record({action: fc.constant('limits'), up: fc.nat(), seedTime: seconds}),
      fc.record({action: fc.constant('quarantine'), for: seconds}),
    ),
    {minLength: 1, maxLength: 3},
  ),
  guards: fc.record({
    maxBytesPerRun: fc.nat(),
    quarantine: seconds,
    maxPerDay: optional(fc.integer({min: 1})),
  }),
})

test('a rule that is written is read as the same rule', () => {
  fc.assert(
    fc.property(written, (data) => {
      const [rule] = ruleOf(data).rules
      expect(parseRules(writeRule(rule!))).toEqual({rules: [rule], mistakes: []})
    }),
    {numRuns: isFull ? 100 : 25},
  )
})
