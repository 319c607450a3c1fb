import {expect, test} from 'vitest'
import {compileRule} from './compiled-rule.ts'
import {overlapsOf} from './overlaps.ts'
import {aRule} from './rule.fixture.ts'
import {world, type Row} from './world.fixture.ts'

const row = (key: string, more: object = {}): Row => ({key, complete: true, tags: [], ratio: 3, ...more})
const rows = [row('a'), row('b', {tags: ['x']}), row('c', {complete: false})]

function overlaps(...rules: readonly object[]) {
  const compiled = rules.map((rule, at) => compileRule(aRule({id: `r${at + 1}`, ...rule}), world))
  const steps = overlapsOf(compiled, rows)
  let step = steps.next()
  while (!step.done) step = steps.next()
  expect(step.value.looked).toBe(rows.length)
  return step.value.overlaps.map(
    ({ruleId, otherId, count, first}) =>
      `${ruleId} over ${otherId}: ${count} (${first.map(({key}) => key).join()})`,
  )
}

const tagged = {when: {fact: 'tags', op: 'hasAny', value: ['x']}}

test('of two rules with one concern the first decides, and it is said of how many', () => {
  expect(overlaps({}, tagged)).toEqual(['r1 over r2: 1 (b)'])
  expect(overlaps(tagged, {})).toEqual(['r1 over r2: 1 (b)'])
  expect(overlaps({}, {})).toEqual(['r1 over r2: 2 (a,b)'])
})

test('rules that do not exclude each other do not overlap', () => {
  expect(overlaps({}, {concern: 'limits'})).toEqual([])
  expect(overlaps({}, {conflict: 'additive'})).toEqual([])
  expect(overlaps({mode: 'off'}, {})).toEqual([])
  // It is only simulated: it keeps none back that acts.
  expect(overlaps({mode: 'simulate'}, {})).toEqual([])
})

test('a rule that keeps is over every rule behind it, whatever their concern', () => {
  const keep = {...tagged, do: [{action: 'skip'}]}
  expect(overlaps(keep, {}, {concern: 'limits', conflict: 'additive'})).toEqual([
    'r1 over r2: 1 (b)',
    'r1 over r3: 1 (b)',
  ])
})

test('what is kept back by the first rule is not counted for the second one as well', () => {
  expect(overlaps({}, tagged, tagged)).toEqual(['r1 over r2: 1 (b)', 'r1 over r3: 1 (b)'])
})
