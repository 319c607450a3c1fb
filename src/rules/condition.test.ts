import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import type {Verdict} from '#model/decision.ts'
import type {FactName, UnknownReason} from '#model/fact.ts'
import type {Condition, Leaf, Operator} from '#model/rule.ts'
import {compileCondition} from './condition.ts'
import {allOf, anyOf, not} from './verdict.ts'
import {AT, world, type Row} from './world.fixture.ts'

const evaluation = (condition: Condition, row: Row, destructive = false) =>
  compileCondition(condition, world, destructive).evaluate(row)
const leaf = (fact: FactName, op: Operator, value?: Leaf['value'], cs?: true): Leaf => ({
  fact,
  op,
  ...(value !== undefined && {value}),
  ...(cs && {cs}),
})

test('what hangs on a look is asked for while it could make a difference, and again when that is old', () => {
  const readers = {
    ...world,
    looksBehind: (fact: FactName) =>
      fact === 'obligation.met'
        ? ({complete}: Row) => (complete === true ? (['tracker.forgotten'] as const) : [])
        : null,
    isAged: (fact: FactName, row: Row) => fact === 'tracker.forgotten' && row['tracker.forgotten'] === false,
  }
  const paid = leaf('obligation.met', 'in', ['yes', 'none'])
  const compiled = compileCondition({all: [paid, leaf('ratio', 'gte', 2)]}, readers, true)
  const looks = [{fact: 'tracker.forgotten', window: null}]
  const unread: Row = {complete: true, ratio: 2, why: {'obligation.met': 'notRead'}}
  expect([compiled.evaluate(unread), compiled.couldBe('yes', unread), compiled.missing(unread)]).toEqual([
    'unknown',
    true,
    looks,
  ])
  expect(compiled.couldBe('yes', {...unread, ratio: 1})).toBe(false)
  expect(compiled.missing({...unread, why: {'obligation.met': 'serverNotOnline'}})).toEqual([])
  const old: Row = {complete: true, ratio: 2, 'obligation.met': 'no', 'tracker.forgotten': false}
  expect([compiled.evaluate(old), compiled.couldBe('yes', old), compiled.missing(old)]).toEqual([
    'no',
    false,
    [],
  ])
  expect([compiled.couldBe('yes', old, true), compiled.aged(old)]).toEqual([true, looks])
  expect(compiled.aged({...old, complete: false})).toEqual([])
})

const table: readonly [Leaf, Row, Verdict][] = [
  [leaf('ratio', 'lt', 2), {ratio: 1.99}, 'yes'],
  [leaf('ratio', 'lt', 2), {ratio: 2}, 'no'],
  [leaf('ratio', 'lte', 2), {ratio: 2}, 'yes'],
  [leaf('ratio', 'lte', 2), {ratio: 2.01}, 'no'],
  [leaf('ratio', 'gt', 2), {ratio: 2.01}, 'yes'],
  [leaf('ratio', 'gt', 2), {ratio: 2}, 'no'],
  [leaf('ratio', 'gte', 2), {ratio: 2}, 'yes'],
  [leaf('ratio', 'gte', 2), {ratio: 1.99}, 'no'],
  [leaf('ratio', 'eq', 2), {ratio: 2}, 'yes'],
  [leaf('ratio', 'eq', 2), {ratio: 3}, 'no'],
  [leaf('ratio', 'ne', 2), {ratio: 2}, 'no'],
  [leaf('ratio', 'ne', 2), {ratio: 3}, 'yes'],
  [leaf('ratio', 'between', [1, 2]), {ratio: 1}, 'yes'],
  [leaf('ratio', 'between', [1, 2]), {ratio: 2}, 'yes'],
  [leaf('ratio', 'between', [1, 2]), {ratio: 0.99}, 'no'],
  [leaf('ratio', 'between', [1, 2]), {ratio: 2.01}, 'no'],
  [leaf('fileCount', 'in', [1, 3]), {fileCount: 3}, 'yes'],
  [leaf('fileCount', 'in', [1, 3]), {fileCount: 2}, 'no'],
  [leaf('fileCount', 'notIn', [1, 3]), {fileCount: 2}, 'yes'],
  [leaf('fileCount', 'notIn', [1, 3]), {fileCount: 1}, 'no'],
  [leaf('complete', 'eq', true), {complete: true}, 'yes'],
  [leaf('complete', 'ne', true), {complete: true}, 'no'],
  [leaf('complete', 'eq', false), {complete: false}, 'yes'],
  [leaf('category', 'eq', 'TV'), {category: 'tv'}, 'yes'],
  [leaf('category', 'eq', 'TV', true), {category: 'tv'}, 'no'],
  [leaf('category', 'eq', 'TV', true), {category: 'TV'}, 'yes'],
  [leaf('category', 'ne', 'TV'), {category: 'tv'}, 'no'],
  [leaf('category', 'ne', 'TV', true), {category: 'tv'}, 'yes'],
  [leaf('category', 'in', ['TV', 'film']), {category: 'tv'}, 'yes'],
  [leaf('category', 'in', ['TV', 'film'], true), {category: 'tv'}, 'no'],
  [leaf('category', 'notIn', ['TV']), {category: 'tv'}, 'no'],
  [leaf('name', 'contains', 'HDR'), {name: 'a.hdr.mkv'}, 'yes'],
  [leaf('name', 'contains', 'HDR', true), {name: 'a.hdr.mkv'}, 'no'],
  [leaf('name', 'contains', 'sdr'), {name: 'a.hdr.mkv'}, 'no'],
  [leaf('name', 'startsWith', 'A.'), {name: 'a.hdr.mkv'}, 'yes'],
  [leaf('name', 'startsWith', 'hdr'), {name: 'a.hdr.mkv'}, 'no'],
  [leaf('name', 'startsWith', 'A.', true), {name: 'a.hdr.mkv'}, 'no'],
  [leaf('name', 'endsWith', 'MKV'), {name: 'a.hdr.mkv'}, 'yes'],
  [leaf('name', 'endsWith', 'a.h'), {name: 'a.hdr.mkv'}, 'no'],
  [leaf('name', 'endsWith', 'MKV', true), {name: 'a.hdr.mkv'}, 'no'],
  [leaf('name', 'glob', 'A*.mk?'), {name: 'a.hdr.mkv'}, 'yes'],
  [leaf('name', 'glob', 'A*', true), {name: 'a.hdr.mkv'}, 'no'],
  [leaf('name', 'glob', 'hdr'), {name: 'a.hdr.mkv'}, 'no'],
  [leaf('name', 'glob', 'a.h.r*'), {name: 'a.hdr.mkv'}, 'no'],
  [leaf('name', 'glob', 'a*b'), {name: 'a\nb'}, 'yes'],
  [leaf('name', 'glob', 'A?b', true), {name: 'A\nb'}, 'yes'],
  [leaf('name', 'matches', '^A\\.h'), {name: 'a.hdr.mkv'}, 'yes'],
  [leaf('name', 'matches', 'H.R', true), {name: 'a.hdr.mkv'}, 'no'],
  [leaf('name', 'matches', 'H.R'), {name: 'a.hdr.mkv'}, 'yes'],
  [leaf('tags', 'hasAny', ['Keep', 'x']), {tags: ['keep', 'y']}, 'yes'],
  [leaf('tags', 'hasAny', ['Keep'], true), {tags: ['keep']}, 'no'],
  [leaf('tags', 'hasAny', ['x']), {tags: []}, 'no'],
  [leaf('tags', 'hasAll', ['Keep', 'y']), {tags: ['keep', 'y', 'z']}, 'yes'],
  [leaf('tags', 'hasAll', ['keep', 'x']), {tags: ['keep', 'y']}, 'no'],
  [leaf('tags', 'hasAll', ['Keep'], true), {tags: ['keep']}, 'no'],
  [leaf('tags', 'hasNone', ['x']), {tags: ['keep', 'y']}, 'yes'],
  [leaf('tags', 'hasNone', ['KEEP']), {tags: ['keep', 'y']}, 'no'],
  [leaf('tags', 'hasNone', ['keep ']), {tags: ['\u2009Keep', 'y']}, 'no'],
  [leaf('category', 'notIn', ['é']), {category: ' e\u0301'}, 'no'],
  [leaf('tags', 'hasNone', ['x']), {tags: []}, 'yes'],
  [leaf('tags', 'glob', 'K*'), {tags: ['a', 'keep']}, 'yes'],
  [leaf('tags', 'contains', 'ee'), {tags: ['a', 'keep']}, 'yes'],
  [leaf('tags', 'matches', '^b'), {tags: ['a', 'keep']}, 'no'],
  [leaf('tracker.classes', 'in', ['unregistered', 'trumped']), {'tracker.classes': ['unregistered']}, 'yes'],
  [
    leaf('tracker.classes', 'in', ['unregistered', 'trumped']),
    {'tracker.classes': ['unregistered', 'working']},
    'no',
  ],
  [leaf('tracker.classes', 'in', ['unregistered']), {'tracker.classes': []}, 'no'],
  // none on purpose
  [leaf('downLimit', 'eq', null), {downLimit: null}, 'yes'],
  [leaf('downLimit', 'ne', null), {downLimit: null}, 'no'],
  [leaf('downLimit', 'ne', null), {downLimit: 5}, 'yes'],
  [leaf('downLimit', 'in', [null, 5]), {downLimit: null}, 'yes'],
  [leaf('downLimit', 'notIn', [5]), {downLimit: null}, 'yes'],
  [leaf('downLimit', 'gt', 5), {downLimit: null}, 'unknown'],
  [leaf('downLimit', 'lt', 5), {downLimit: null}, 'unknown'],
  [leaf('downLimit', 'between', [1, 2]), {downLimit: null}, 'unknown'],
  [leaf('infoHashV2', 'contains', 'a'), {infoHashV2: null}, 'unknown'],
  // a word for unknown
  [leaf('state', 'ne', 'seeding'), {state: 'unknown'}, 'unknown'],
  [leaf('obligation.met', 'notIn', ['no']), {'obligation.met': 'unknown'}, 'unknown'],
  [leaf('category', 'eq', 'unknown'), {category: 'unknown'}, 'yes'],
]
for (const [condition, row, verdict] of table) {
  test(`${JSON.stringify(condition)} over ${JSON.stringify(row)} is ${verdict}`, () => {
    expect(evaluation(condition, row)).toBe(verdict)
  })
}

for (const [why, harmless, destructive] of [
  ['missing', 'no', 'no'],
  ['notSupported', 'no', 'no'],
  ['serverNotOnline', 'no', 'unknown'],
  ['frozen', 'no', 'unknown'],
  ['stale', 'no', 'unknown'],
  ['unreadable', 'no', 'unknown'],
  ['notRead', 'unknown', 'unknown'],
  ['notAllowed', 'unknown', 'unknown'],
] as const satisfies readonly [UnknownReason, Verdict, Verdict][]) {
  test(`a ${why} fact exists: ${harmless}, for a destructive rule ${destructive}`, () => {
    const row: Row = {why: {'obligation.profile': why}}
    const exists = leaf('obligation.profile', 'exists')
    expect([evaluation(exists, row), evaluation(exists, row, true)]).toEqual([harmless, destructive])
  })
}

test('a known fact exists, one that is none on purpose does not', () => {
  const exists = leaf('downLimit', 'exists')
  expect([evaluation(exists, {downLimit: 0}), evaluation(exists, {downLimit: null})]).toEqual(['yes', 'no'])
})

const leaves: readonly Leaf[] = [
  leaf('complete', 'eq', true),
  leaf('ratio', 'gte', 2),
  leaf('category', 'ne', 'tv'),
]
const conditions = fc.letrec<{tree: Condition}>((tie) => ({
  tree: fc.oneof(
    {maxDepth: 4},
    fc.constantFrom<Condition>(...leaves),
    fc.array(tie('tree'), {maxLength: 3}).map((all) => ({all})),
    fc.array(tie('tree'), {maxLength: 3}).map((any) => ({any})),
    tie('tree').map((it) => ({not: it})),
  ),
})).tree
const rows = fc.record<Row>(
  {complete: fc.boolean(), ratio: fc.constantFrom(1, 2), category: fc.constantFrom('tv', 'film')},
  {requiredKeys: []},
)

/** The same by the definition, without short cuts. */
function byDefinition(condition: Condition, row: Row): Verdict {
  if ('all' in condition) return allOf(condition.all.map((part) => byDefinition(part, row)))
  if ('any' in condition) return anyOf(condition.any.map((part) => byDefinition(part, row)))
  if ('not' in condition) return not(byDefinition(condition.not, row))
  return evaluation(condition, row)
}

test('a tree is evaluated as three-valued logic says, and its trace says the same', () => {
  fc.assert(
    fc.property(conditions, rows, (condition, row) => {
      const compiled = compileCondition(condition, world, false)
      expect(compiled.evaluate(row)).toBe(byDefinition(condition, row))
      expect(compiled.trace(row).verdict).toBe(byDefinition(condition, row))
    }),
  )
})

test('what is true of a row stays true whatever the unknown facts turn out to be', () => {
  fc.assert(
    fc.property(conditions, rows, rows, (condition, known, more) => {
      const verdict = evaluation(condition, known)
      expect(['unknown', evaluation(condition, {...more, ...known})]).toContain(verdict)
    }),
  )
})

test('lazy facts are worth asking for only while they could make it true', () => {
  const links = leaf('content.linksOutside', 'eq', 0)
  const both = (row: Row, condition: Condition) => {
    const compiled = compileCondition(condition, world, true)
    return compiled.couldBe('yes', row)
  }
  const all: Condition = {all: [leaf('complete', 'eq', true), links]}
  expect(both({complete: true}, all)).toBe(true)
  expect(both({complete: false}, all)).toBe(false)
  expect(both({}, all)).toBe(false)
  expect(both({complete: true, 'content.linksOutside': 0}, all)).toBe(true)
  expect(both({complete: true, 'content.linksOutside': 1}, all)).toBe(false)
  const none: Condition = {not: {any: [leaf('complete', 'eq', false), links]}}
  expect(both({complete: true}, none)).toBe(true)
  expect(both({complete: false}, none)).toBe(false)
  expect(both({}, {any: [leaf('complete', 'eq', true), links]})).toBe(true)
  expect(both({}, {not: {all: [leaf('complete', 'eq', true), links]}})).toBe(true)
  expect(both({}, {not: leaf('complete', 'eq', true)})).toBe(false)
})

const costly = leaf('content.linksOutside', 'eq', 0)
const costlyConditions = fc.letrec<{tree: Condition}>((tie) => ({
  tree: fc.oneof(
    {maxDepth: 3},
    fc.constantFrom<Condition>(leaf('complete', 'eq', true), leaf('category', 'ne', 'tv'), costly),
    fc.array(tie('tree'), {maxLength: 3}).map((all) => ({all})),
    fc.array(tie('tree'), {maxLength: 3}).map((any) => ({any})),
    tie('tree').map((it) => ({not: it})),
  ),
})).tree

test('whatever a look-up would make of it was held possible before; without one it is what it is', () => {
  fc.assert(
    fc.property(costlyConditions, rows, fc.constantFrom(0, 1), (condition, row, links) => {
      const compiled = compileCondition(condition, world, true)
      const read = {...row, 'content.linksOutside': links}
      const verdict = compiled.evaluate(read)
      if (verdict !== 'unknown') expect(compiled.couldBe(verdict, row)).toBe(true)
      for (const wanted of ['yes', 'no'] as const) {
        expect(compiled.couldBe(wanted, read)).toBe(verdict === wanted)
      }
    }),
    {numRuns: 300},
  )
})

test('what an online server does not report is not worth asking for again', () => {
  const exists = compileCondition(leaf('content.linksOutside', 'exists'), world, true)
  expect(exists.couldBe('yes', {})).toBe(true)
  expect(exists.couldBe('yes', {why: {'content.linksOutside': 'missing'}})).toBe(false)
})

test('it names each fact once for each window, and those that were not read', () => {
  const compiled = compileCondition(
    {
      all: [
        {fact: 'gained', op: 'lt', value: 1, window: 600},
        {any: [{fact: 'gained', op: 'lt', value: 9, window: 600}, leaf('media.valid', 'eq', false)]},
        {not: {fact: 'gained', op: 'lt', value: 9, window: 60}},
      ],
    },
    world,
    false,
  )
  expect(compiled.uses).toEqual([
    {fact: 'gained', window: 600},
    {fact: 'media.valid', window: null},
    {fact: 'gained', window: 60},
  ])
  expect(compiled.missing({})).toEqual([{fact: 'media.valid', window: null}])
  expect(compiled.missing({'media.valid': true})).toEqual([])
})

for (const [age, next] of [
  [0, 100],
  [99, 1],
  [100, 0.001],
  [101, 399],
  [500, 0.001],
  [501, Number.POSITIVE_INFINITY],
  [undefined, Number.POSITIVE_INFINITY],
] as const) {
  test(`at age ${age} the answer to more than 100 and 500 may change in ${next}`, () => {
    const asked = [leaf('age', 'gt', 100), {not: leaf('age', 'lt', 500)}, leaf('seedingTime', 'gt', 100)]
    const row = age === undefined ? {seedingTime: 101} : {age, seedingTime: 101}
    expect(compileCondition({all: asked}, world, false).nextChange(row)).toBe(next)
  })
}

for (const [condition, row, next] of [
  [{all: [leaf('complete', 'eq', true), leaf('age', 'gt', 100)]}, {complete: true, age: 40}, 60],
  [{all: [leaf('complete', 'eq', true), leaf('age', 'gt', 100)]}, {complete: false, age: 40}, Infinity],
  [{all: [leaf('complete', 'eq', true), leaf('age', 'gt', 100)]}, {age: 40}, 60],
  [{any: [leaf('complete', 'eq', true), leaf('age', 'gt', 100)]}, {complete: true, age: 40}, Infinity],
  [{any: [leaf('complete', 'eq', true), leaf('age', 'gt', 100)]}, {complete: false, age: 40}, 60],
  [{all: [leaf('time.hour', 'lt', 6), leaf('age', 'gt', 100)]}, {'time.hour': 3, age: 40}, 30],
  [{not: leaf('complete', 'eq', true)}, {complete: true}, Infinity],
  [leaf('seedingTime', 'gt', 100), {seedingTime: 40}, Infinity],
] as const satisfies readonly (readonly [Condition, Row, number])[]) {
  test(`${JSON.stringify(condition)} over ${JSON.stringify(row)} may change with time alone in ${next} s`, () => {
    expect(compileCondition(condition, world, false).nextChange(row)).toBe(next)
  })
}

test('a trace shows what was seen, what was asked and why something is unknown', () => {
  const condition: Condition = {
    all: [{fact: 'gained', op: 'lt', value: 5, window: 60}, leaf('ratio', 'gt', 1)],
  }
  expect(compileCondition(condition, world, false).trace({gained: 7})).toEqual({
    verdict: 'no',
    branch: 'all',
    parts: [
      {
        verdict: 'no',
        fact: 'gained',
        op: 'lt',
        threshold: 5,
        window: 60,
        actual: {value: 7, observedAt: AT, source: 'qBit'},
      },
      {
        verdict: 'unknown',
        fact: 'ratio',
        op: 'gt',
        threshold: 1,
        window: null,
        actual: {unknown: 'missing', since: AT - 60_000, source: 'qBit'},
      },
    ],
  })
})
