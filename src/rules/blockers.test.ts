import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import type {FactName} from '#model/fact.ts'
import type {Condition} from '#model/rule.ts'
import {blockersOf, decidersOf, supportOf, type Blocker} from './blockers.ts'
import {compileCondition} from './condition.ts'
import {world, type Row} from './world.fixture.ts'

const asked = [
  'complete',
  'hasMetadata',
  'isPrivate',
  'forceStart',
  'superSeeding',
  'autoManaged',
  'tracker.anyWorking',
  'tracker.allFailing',
] as const satisfies readonly FactName[]

const is = (fact: FactName): Condition => ({fact, op: 'eq', value: true})
const compiled = (condition: Condition) => compileCondition(condition, world, true)
const names = (blockers: readonly Blocker[]) =>
  blockers.map(({leaf, negated}) => `${negated ? 'not ' : ''}${leaf.fact}`)

for (const [title, condition, row, needs] of [
  [
    'all ask for each that is not so',
    {all: asked.slice(0, 3).map(is)},
    {hasMetadata: true},
    ['complete', 'isPrivate'],
  ],
  [
    'any asks for the least',
    {any: [{all: [is('complete'), is('hasMetadata')]}, is('isPrivate'), is('forceStart')]},
    {},
    ['isPrivate'],
  ],
  ['what must not be has to end', {not: is('complete')}, {complete: true}, ['not complete']],
  [
    'none of several has each to end',
    {not: {any: [is('complete'), is('hasMetadata'), is('isPrivate')]}},
    {complete: true, hasMetadata: false, isPrivate: true},
    ['not complete', 'not isPrivate'],
  ],
  [
    'not all of several takes one to end',
    {not: {all: [is('complete'), is('hasMetadata')]}},
    {complete: true, hasMetadata: true},
    ['not complete'],
  ],
  ['turned round twice it is itself', {not: {not: is('complete')}}, {complete: false}, ['complete']],
  ['nothing can bring about any of nothing', {any: []}, {}, []],
] as const satisfies readonly (readonly [string, Condition, Row, readonly string[]])[]) {
  test(`what keeps a condition from being true: ${title}`, () => {
    expect(names(blockersOf(compiled(condition).trace(row)))).toEqual(needs)
  })
}

/** Trees in which each leaf asks for another fact, so that none of them gainsays another. */
const trees = fc
  .letrec<{tree: Condition}>((tie) => ({
    tree: fc.oneof(
      {maxDepth: 3},
      fc.constant(is('complete')),
      fc.array(tie('tree'), {minLength: 1, maxLength: 2}).map((all) => ({all})),
      fc.array(tie('tree'), {minLength: 1, maxLength: 2}).map((any) => ({any})),
      tie('tree').map((it) => ({not: it})),
    ),
  }))
  .tree.map((tree) => {
    let next = 0
    const renamed = (it: Condition): Condition => {
      if ('fact' in it) return is(asked[next++ % asked.length]!)
      if ('not' in it) return {not: renamed(it.not)}
      return 'all' in it ? {all: it.all.map(renamed)} : {any: it.any.map(renamed)}
    }
    return renamed(tree)
  })
const rows = fc.record<Row>(Object.fromEntries(asked.map((fact) => [fact, fc.boolean()])), {requiredKeys: []})

test('when each of them changes the condition is true, and what is true lacks nothing', () => {
  fc.assert(
    fc.property(trees, rows, (condition, row) => {
      const {verdict} = compiled(condition).trace(row)
      const blockers = blockersOf(compiled(condition).trace(row))
      const changed = Object.fromEntries(blockers.map(({leaf, negated}) => [leaf.fact, !negated]))
      expect(compiled(condition).evaluate({...row, ...changed})).toBe('yes')
      expect(blockers.length === 0).toBe(verdict === 'yes')
    }),
    {numRuns: 300},
  )
})

test('what decides it is known alone to be enough for it, and is what it is', () => {
  fc.assert(
    fc.property(trees, rows, (condition, row) => {
      const {verdict} = compiled(condition).trace(row)
      const deciders = decidersOf(compiled(condition).trace(row))
      expect(deciders.length === 0).toBe(verdict === 'yes')
      // One of what is not so is not known to be so; what is unknown is unknown by what is unknown.
      for (const {leaf} of deciders) expect(leaf.verdict === 'unknown').toBe(verdict === 'unknown')
      if (verdict !== 'no') return
      const known = Object.fromEntries(deciders.map(({leaf, negated}) => [leaf.fact, negated]))
      const others = Object.fromEntries(Object.entries(row).filter(([fact]) => !(fact in known)))
      expect(compiled(condition).evaluate({...others, ...known})).toBe('no')
    }),
    {numRuns: 300},
  )
})

test('what made it true is enough for it, and says nothing where it is not true', () => {
  fc.assert(
    fc.property(trees, rows, (condition, row) => {
      const {verdict} = compiled(condition).trace(row)
      const support = supportOf(compiled(condition).trace(row))
      const known = Object.fromEntries(support.map(({leaf, negated}) => [leaf.fact, !negated]))
      if (verdict === 'yes') expect(compiled(condition).evaluate(known)).toBe('yes')
      else expect(support).toEqual([])
    }),
    {numRuns: 300},
  )
})
