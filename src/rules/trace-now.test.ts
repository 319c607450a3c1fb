import {expect, test} from 'vitest'
import {hangsOn, type ConditionTrace, type LeafTrace, type Verdict} from '#model/decision.ts'
import type {Fact, FactName, FactValue} from '#model/fact.ts'
import {Passes} from './pass.fixture.ts'
import {aRule} from './rule.fixture.ts'
import {leavesOf, lookedAt, noLongerBy} from './trace-now.ts'
import type {Row} from './world.fixture.ts'

const leaf = (fact: FactName, threshold: unknown, more: Partial<LeafTrace> = {}): LeafTrace => ({
  fact,
  op: 'eq',
  threshold,
  window: null,
  verdict: 'yes',
  actual: {value: threshold as FactValue, observedAt: 0, source: 'A'},
  ...more,
})
const branch = (
  kind: 'all' | 'any' | 'not',
  verdict: Verdict,
  ...parts: ConditionTrace[]
): ConditionTrace => ({verdict, branch: kind, parts})
const says =
  (values: {readonly [name in FactName]?: FactValue}) =>
  (name: FactName): Fact =>
    name in values
      ? {value: values[name]!, observedAt: 1, source: 'A'}
      : {unknown: 'missing', since: null, source: 'A'}

const complete = leaf('complete', true)
const elsewhere = leaf('content.onOtherServer', true)
const valid = leaf('media.valid', false)

test('what was looked at is looked at again, and all else stands as it was', () => {
  const both = branch('all', 'yes', complete, elsewhere)
  expect(lookedAt(both)).toEqual(['content.onOtherServer'])
  expect(noLongerBy(both, says({'content.onOtherServer': true, complete: false}))).toBeNull()
  expect(noLongerBy(both, says({'content.onOtherServer': false}))).toBe('content.onOtherServer')
  // Whoever cannot say it now does not say it is so.
  expect(noLongerBy(both, says({}))).toBe('content.onOtherServer')
})

test('of what any asks for one is enough, and what is turned round counts turned round', () => {
  const either = branch('any', 'yes', elsewhere, valid)
  expect(noLongerBy(either, says({'content.onOtherServer': false, 'media.valid': false}))).toBeNull()
  expect(noLongerBy(either, says({'content.onOtherServer': false, 'media.valid': true}))).toBe(
    'content.onOtherServer',
  )
  const none = branch('not', 'yes', {...elsewhere, verdict: 'no'})
  expect(noLongerBy(none, says({'content.onOtherServer': false}))).toBeNull()
  expect(noLongerBy(none, says({'content.onOtherServer': true}))).toBe('content.onOtherServer')
})

test('what an Arr says, what slides and whether there is a value at all are not looked at here', () => {
  const others = branch(
    'all',
    'yes',
    leaf('arr.hasFile', true),
    leaf('gained', 5, {window: 60}),
    leaf('media.valid', undefined, {op: 'exists'}),
  )
  expect(lookedAt(others)).toEqual([])
  expect(noLongerBy(others, says({}))).toBeNull()
})

test('a decision shows what its actions ask for beside its rule, as far as they are wanted', () => {
  const row: Row = {
    key: 'a',
    complete: true,
    category: 'tv',
    tags: [],
    progress: 1,
    state: 'seeding',
    'content.onOtherServer': true,
  }
  const isElsewhere = {fact: 'content.onOtherServer', op: 'eq', value: true} as const
  const isDone = {fact: 'complete', op: 'eq', value: true} as const
  const isNot = {fact: 'complete', op: 'eq', value: false} as const
  const decided = (change: Record<string, unknown>) =>
    hangsOn(new Passes(aRule(change)).run([row]).decisions[0]!)
  const byRule = decided({when: isElsewhere, do: [{action: 'removeWithData'}]})
  expect(lookedAt(byRule)).toEqual(['content.onOtherServer'])
  const byAction = decided({when: isDone, do: [{action: 'removeWithData', if: isElsewhere}]})
  expect(lookedAt(byAction)).toEqual(['content.onOtherServer'])
  expect(noLongerBy(byAction, says({'content.onOtherServer': false}))).toBe('content.onOtherServer')
  const byAnother = decided({
    when: isElsewhere,
    do: [{action: 'tag', names: ['x'], if: isNot}, {action: 'removeWithData'}],
  })
  expect(leavesOf(byAnother).map(({fact}) => fact)).toEqual(['content.onOtherServer'])
})
