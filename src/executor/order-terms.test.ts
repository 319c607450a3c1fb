import {expect, test} from 'vitest'
import type {JournalDecision} from '#journal/decided.ts'
import type {RuleId} from '#model/rule.ts'
import {A, by, Harness, key, removeWithData} from './executor-harness.fixture.ts'
import type {CommandEnd, OrderTerms} from './order-terms.ts'

const r1 = 'r1' as RuleId
const decided = {reason: 'seedingDone'} as JournalDecision
const no = {code: 'changed_meanwhile', message: 'changed:tags'} as const

function order(house: Harness, objection: OrderTerms['objection'] = () => null) {
  const ends: CommandEnd[] = []
  const terms = {
    id: 'd1',
    journal: {ruleId: r1, causeId: 'c1', isBrief: true, decided},
    objection,
    ended: (end: CommandEnd) => void ends.push(end),
  }
  const results = house.executor.run({by, keys: [key(A, 1)], command: removeWithData, terms: () => terms})
  return {ends, results}
}

test('what was decided keeps its id and its reasons in the journal, and its end is told once', async () => {
  const house = new Harness()
  const {ends, results} = order(house)
  await results
  const [first, ...later] = house.journal
  expect(first).toMatchObject({id: 'd1', args: {}, ruleId: r1, causeId: 'c1', isBrief: true, decided})
  // Said once: the later lines are found by their id.
  expect(later.map((it) => [it.phase, it.ruleId, it.isBrief, it.decided])).toEqual([
    ['sending', r1, true, undefined],
    ['sent', r1, true, undefined],
  ])
  expect(ends).toEqual([])
  house.settle({id: 'd1', key: key(A, 1), outcome: 'removed'})
  house.settle({id: 'd1', key: key(A, 1), outcome: 'removed'})
  expect(ends).toEqual(['confirmed'])
})

test('no answer is told as unconfirmed, unless its effect is seen after all', async () => {
  const house = new Harness()
  house.answers.set(key(A, 1).hash, {outcome: 'unconfirmed', code: 'unconfirmed', message: 'No answer.'})
  const {ends, results} = order(house)
  await results
  house.settle({id: 'd1', key: key(A, 1), outcome: 'removed'})
  expect(ends).toEqual(['confirmed'])
})

test('what changed while the journal was written is not sent, and has no end but its result', async () => {
  const house = new Harness()
  let changed = false
  house.beforeWriteEnds = () => (changed = true)
  const {ends, results} = order(house, () => (changed ? no : null))
  expect((await results)[0]!.result).toEqual({outcome: 'refused', ...no})
  expect([house.orders, ends]).toEqual([[], []])
  expect(house.phases()).toEqual(['A1 intended', 'A1 sending', 'A1 refused'])
})
