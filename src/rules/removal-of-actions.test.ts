/** From when on a removal acts that has a condition of its own, whatever else its rule does. */
import {expect, test} from 'vitest'
import {removalRulesIn, standingIn} from './explain.ts'
import {RuleSet} from './rule-set.ts'
import {aRule} from './rule.fixture.ts'
import {removalVerdict} from './torrent-verdict.ts'
import {AT, world, type Row} from './world.fixture.ts'

const row: Row = {
  key: 'a',
  complete: true,
  category: 'tv',
  tags: [],
  progress: 1,
  state: 'seeding',
  ratio: 3,
  age: 29 * 86_400,
  'obligation.met': 'none',
}
const isOld = {fact: 'age', op: 'gte', value: '30d'} as const
const isElsewhere = {fact: 'category', op: 'eq', value: 'films'} as const
const tag = {action: 'tag', names: ['x']} as const

function mayBeRemoved(rule: Record<string, unknown>, of: Row = row) {
  const standing = standingIn(removalRulesIn(new RuleSet([aRule(rule)], world)), of, {
    at: AT,
    time: {run: 'a', ms: 0, steady: true},
    memoryOf: () => null,
    isHeld: () => false,
  })
  const server = {name: 'qBit', status: 'online', since: 0}
  return removalVerdict(standing, {server, arrName: () => null, removalWaits: null} as never).mayBeRemoved
}

test('it is worded like the same condition of the rule, also beside actions that are done, or due now', () => {
  const when = {all: [{fact: 'complete', op: 'eq', value: true}, isOld]}
  const byRule = mayBeRemoved({when, do: [{action: 'removeWithData'}]})
  expect(byRule).toEqual({kind: 'from', at: AT + 86_400_000})
  expect(mayBeRemoved({do: [{action: 'removeWithData', if: isOld}]})).toEqual(byRule)
  const beside = {do: [tag, {action: 'removeWithData', if: isOld}]}
  expect(mayBeRemoved(beside)).toEqual(byRule)
  expect(mayBeRemoved(beside, {...row, tags: ['x']})).toEqual(byRule)
  const old = {...row, age: 31 * 86_400}
  expect(mayBeRemoved(beside, old)).toEqual(mayBeRemoved({when, do: [{action: 'removeWithData'}]}, old))
})

test('of two removals the sooner one counts, and what waiting cannot bring is never', () => {
  const rarely = {action: 'removeWithData', if: isElsewhere}
  expect(mayBeRemoved({do: [tag, rarely]})).toEqual({kind: 'never'})
  const either = {do: [rarely, {action: 'remove', if: isOld}]}
  expect(mayBeRemoved(either)).toEqual({kind: 'from', at: AT + 86_400_000})
})
