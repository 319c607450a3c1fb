/** What the executor refuses before it writes anything still has its line in the journal. */
import {expect, test} from 'vitest'
import {hash} from '#executor/executor-harness.fixture.ts'
import {queueHarness, r1, wanted} from './rule-action-queue-harness.fixture.ts'

const removal = wanted('removeWithData')

test('what its server can not do is one line, however often its rule wants it', async () => {
  const {queue, decision, told, ends, house, kept, spentIn} = await queueHarness()
  house.none = ['removeWithData']
  for (let pass = 0; pass < 3; pass++) await queue.take([decision(1, [removal])])
  expect(house.journal).toEqual([
    expect.objectContaining({
      hash: hash(1),
      verb: 'removeWithData',
      phase: 'refused',
      ruleId: r1,
      code: 'not_supported',
      message: 'It can not.',
      decided: expect.objectContaining({ruleRevision: 1, action: 'removeWithData'}),
    }),
  ])
  expect(told()).toEqual(Array(3).fill('refused not_supported'))
  // No time changes that.
  expect(ends.map(({isSettled}) => isSettled)).toEqual([true, true, true])
  expect([kept(), spentIn(), house.orders]).toEqual([[], 0, []])
})

test('what its rule does not want any more when it comes to the executor is cancelled, with a line', async () => {
  const {queue, decision, told, house, memory, world} = await queueHarness()
  const spend = memory.spent.spend.bind(memory.spent)
  memory.spent.spend = async (spent) => {
    await spend(spent)
    world.rule = {...world.rule!, revision: 2}
  }
  await queue.take([decision(1, [removal])])
  expect(house.journal.map(({verb, phase, code, message}) => [verb, phase, code, message])).toEqual([
    ['removeWithData', 'refused', 'changed_meanwhile', 'rule_revision'],
  ])
  expect([told(), house.orders]).toEqual([['cancelled changed_meanwhile'], []])
})

test('what was written down before it was refused has one line, that of the executor', async () => {
  const {queue, decision, house, world} = await queueHarness()
  house.beforeWriteEnds = () => (world.facts.category = 'kept')
  await queue.take([decision(1, [removal])])
  expect(new Set(house.journal.map(({id}) => id)).size).toBe(1)
  expect(house.journal.at(-1)).toMatchObject({phase: 'refused', code: 'changed_meanwhile'})
})
