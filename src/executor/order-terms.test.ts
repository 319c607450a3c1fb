import {setImmediate as nextTurn} from 'node:timers/promises'
import {expect, test} from 'vitest'
import type {JournalDecision} from '#journal/decided.ts'
import type {RuleId} from '#model/rule.ts'
import {A, by, Harness, key, removeWithData} from './executor-harness.fixture.ts'
import type {OrderTerms} from './order-terms.ts'

const r1 = 'r1' as RuleId
const decided = {reason: 'seedingDone'} as JournalDecision
const no = {code: 'changed_meanwhile', message: 'changed:tags'} as const

function order(harness: Harness, objection: OrderTerms['objection'] = () => null) {
  const ends: string[] = []
  harness.onEnd = (end) => {
    ends.push(end.outcome)
    // Whoever hears of it finds it in the journal.
    if (end.outcome === 'confirmed') expect(harness.journal.at(-1)!.phase).toBe('confirmed')
  }
  const terms = {
    id: 'd1',
    journal: {ruleId: r1, causeId: 'c1', isBrief: true, decided},
    objection,
    ends: {by: 'step', sagaId: 's1'} as const,
  }
  const results = harness.executor.run({by, keys: [key(A, 1)], command: removeWithData, terms: () => terms})
  return {ends, results}
}

test('what was decided keeps its id and its reasons in the journal, and its end is published once, behind its line', async () => {
  const harness = new Harness()
  const {ends, results} = order(harness)
  await results
  const [first, ...later] = harness.journal
  expect(first).toMatchObject({id: 'd1', args: {}, ruleId: r1, causeId: 'c1', isBrief: true, decided})
  // Said once: the later lines are found by their id.
  expect(later.map((it) => [it.phase, it.ruleId, it.isBrief, it.decided])).toEqual([
    ['sending', r1, true, undefined],
    ['sent', r1, true, undefined],
  ])
  expect(ends).toEqual([])
  harness.settle({id: 'd1', key: key(A, 1), outcome: 'removed'})
  harness.settle({id: 'd1', key: key(A, 1), outcome: 'removed'})
  await nextTurn()
  expect(ends).toEqual(['confirmed'])
})

test('no answer is published as unconfirmed, unless its effect is seen after all', async () => {
  const harness = new Harness()
  harness.answers.set(key(A, 1).hash, {outcome: 'unconfirmed', code: 'unconfirmed', message: 'No answer.'})
  const {ends, results} = order(harness)
  await results
  harness.settle({id: 'd1', key: key(A, 1), outcome: 'removed'})
  await nextTurn()
  expect(ends).toEqual(['confirmed'])
})

test('what changed while the journal was written is not sent, and has no end but its result', async () => {
  const harness = new Harness()
  let changed = false
  harness.beforeWriteEnds = () => (changed = true)
  const {ends, results} = order(harness, () => (changed ? no : null))
  expect((await results)[0]!.result).toEqual({outcome: 'refused', ...no})
  expect([harness.orders, ends]).toEqual([[], []])
  expect(harness.phases()).toEqual(['A1 intended', 'A1 sending', 'A1 refused'])
})
