import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import type {Rule} from '#model/rule.ts'
import {compileRule, isDestructive} from './compiled-rule.ts'
import {evaluate} from './evaluate.ts'
import {runThrough} from './pass.fixture.ts'
import {Passes} from './pass.fixture.ts'
import {aRule} from './rule.fixture.ts'
import {isKeeping} from './rule-order.ts'
import {uncounted} from './rule-costs.ts'
import type {RuleSet} from './rule-set.ts'
import {AT, world, type Row} from './world.fixture.ts'

const rows: readonly Row[] = [
  {key: 'a', complete: true, tags: ['x'], ratio: 3},
  {key: 'b', complete: true, tags: [], ratio: 1},
  {key: 'c', complete: true, tags: ['x', 'y']},
  {key: 'd', complete: false, tags: ['y'], ratio: 2},
]

test('a rule that only keeps decides before rules with a lower number', () => {
  const keep = aRule({
    id: 'keep',
    order: 500,
    when: {fact: 'tags', op: 'hasAny', value: ['x']},
    do: [{action: 'skip'}],
  })
  const decided = new Passes(aRule({order: -5}), keep).decided(rows)
  expect(decided.filter((it) => it.startsWith('done'))).toEqual(['done b'])
})

test('a rule that keeps and does more stands by its number', () => {
  const both = aRule({id: 'both', order: 500, do: [{action: 'skip'}, {action: 'tag', names: ['k']}]})
  expect(isKeeping(both)).toBe(false)
  expect(new Passes(aRule({order: 100}), both).decided(rows)).toContain('done a')
})

const conditions = [
  {fact: 'complete', op: 'eq', value: true},
  {fact: 'tags', op: 'hasAny', value: ['x']},
  {fact: 'tags', op: 'hasNone', value: ['y']},
  {fact: 'ratio', op: 'gt', value: 1},
] as const
const rules: fc.Arbitrary<readonly Rule[]> = fc
  .array(
    fc.record({
      order: fc.integer({min: 0, max: 3}),
      mode: fc.constantFrom('live', 'ask', 'simulate'),
      concern: fc.constantFrom('fate', 'limits'),
      conflict: fc.constantFrom('exclusive', 'additive'),
      when: fc.constantFrom(...conditions),
      do: fc.constantFrom([{action: 'skip'}], [{action: 'remove'}], [{action: 'stop'}]),
    }),
    {minLength: 1, maxLength: 6},
  )
  .map((all) => all.map((it, at) => aRule({...it, id: `r${at}`})))

/** What is destroyed when they decide by their numbers alone. */
function destroyedByNumber(all: readonly Rule[]): ReadonlySet<string> {
  const numbered = all.toSorted((one, other) => one.order - other.order)
  const set = {readers: world, rules: numbered.map((rule) => compileRule(rule, world))}
  const pass = evaluate(set as unknown as RuleSet<Row>, {
    subjects: rows,
    isWhole: true,
    events: new Set(),
    at: AT,
    isClockTrusted: true,
    timeOf: () => ({run: 'a', ms: 0, steady: true}),
    memoryOf: () => new Map(),
    askedAt: () => AT,
    costs: uncounted,
  })
  return destroyed(
    runThrough(pass).result.decisions.map(({ruleId, subject}) => `${ruleId} ${subject.key}`),
    all,
  )
}

function destroyed(decided: readonly string[], all: readonly Rule[]): ReadonlySet<string> {
  const acting = all.filter((it) => it.mode !== 'simulate' && isDestructive(it)).map(({id}) => `${id} `)
  // What is destroyed, whichever rule does it.
  return new Set(
    decided.filter((it) => acting.some((id) => it.startsWith(id))).map((it) => it.slice(it.indexOf(' ') + 1)),
  )
}

test('that keeping comes first never has anything destroyed that numbers alone would have spared', () => {
  fc.assert(
    fc.property(rules, (all) => {
      const now = destroyed(new Passes(...all).decided(rows), all)
      expect([...now.difference(destroyedByNumber(all))]).toEqual([])
    }),
  )
})
