/** What the executor refuses before it writes anything still has its line in the journal. */
import {expect, test} from 'vitest'
import {by, hash} from '#executor/executor-harness.fixture.ts'
import {queueHarness, r1, wanted} from './rule-action-queue-harness.fixture.ts'

const removal = wanted('removeWithData')

test('what its server cannot do is one line, however often its rule wants it', async () => {
  const {queue, decision, reported, ends, house: harness, kept, spentIn} = await queueHarness()
  harness.none = ['removeWithData']
  for (let pass = 0; pass < 3; pass++) await queue.take([decision(1, [removal])])
  expect(harness.journal).toEqual([
    expect.objectContaining({
      hash: hash(1),
      verb: 'removeWithData',
      phase: 'refused',
      ruleId: r1,
      code: 'not_supported',
      message: 'It cannot.',
      decided: expect.objectContaining({ruleRevision: 1, action: 'removeWithData'}),
    }),
  ])
  expect(reported()).toEqual(Array(3).fill('refused not_supported'))
  // No time changes that.
  expect(ends.map(({isSettled}) => isSettled)).toEqual([true, true, true])
  expect([kept(), spentIn(), harness.orders]).toEqual([[], 0, []])
})

test('what its rule does not want any more when it comes to the executor is cancelled, with a line', async () => {
  const {queue, decision, reported, house: harness, memory, world} = await queueHarness()
  const spend = memory.spent.spend.bind(memory.spent)
  memory.spent.spend = async (spent) => {
    await spend(spent)
    world.rule = {...world.rule!, revision: 2}
  }
  await queue.take([decision(1, [removal])])
  expect(harness.journal.map(({verb, phase, code, message}) => [verb, phase, code, message])).toEqual([
    ['removeWithData', 'refused', 'changed_meanwhile', 'rule_revision'],
  ])
  expect([reported(), harness.orders]).toEqual([['cancelled changed_meanwhile'], []])
})

test('what was written down before it was refused has one line, that of the executor', async () => {
  const {queue, decision, house: harness, world} = await queueHarness()
  harness.beforeWriteEnds = () => (world.facts.category = 'kept')
  await queue.take([decision(1, [removal])])
  expect(new Set(harness.journal.map(({id}) => id)).size).toBe(1)
  expect(harness.journal.at(-1)).toMatchObject({phase: 'refused', code: 'changed_meanwhile'})
})

test('what its server cannot do is left out, and reported once; what else its rule wants is done', async () => {
  const {queue, decision, verbs, ends, house: harness} = await queueHarness()
  harness.none = ['addTags', 'setSuperSeeding']
  const [tag, superSeed] = [wanted('tag', {names: ['seen']}), wanted('superSeed', {on: true})]
  const [category, stop] = [wanted('category', {name: 'done'}), wanted('stop')]
  for (let pass = 0; pass < 3; pass++) await queue.take([decision(1, [tag, category, superSeed, stop])])
  expect(verbs()).toEqual(Array(3).fill(['setCategory', 'stop']).flat())
  const refused = harness.journal.filter(({phase}) => phase === 'refused')
  expect(refused.map(({verb, code, message}) => [verb, code, message])).toEqual([
    ['tag', 'not_supported', 'It cannot.'],
    ['superSeed', 'not_supported', 'It cannot.'],
  ])
  // No time changes that, so it is not tried again soon.
  expect(ends.at(-1)).toMatchObject({
    action: 'tag',
    outcome: 'refused',
    code: 'not_supported',
    isSettled: true,
  })
})

test.each(['remove', 'removeWithData', 'recycle', 'quarantine', 'failDownload'] as const)(
  'behind what its server cannot do nothing goes (%s), and that is said',
  async (grave) => {
    const {queue, decision, verbs, house: harness, kept, ends} = await queueHarness()
    harness.none = ['addTags']
    const params = grave === 'quarantine' ? {for: 3_600} : {}
    await queue.take([
      decision(1, [
        wanted('tag', {names: ['seen']}),
        wanted('category', {name: 'done'}),
        wanted(grave, params),
      ]),
    ])
    expect([verbs(), kept()]).toEqual([['setCategory'], []])
    const said = 'It cannot. What its rule would remove or set aside after that stays.'
    expect(harness.journal.find(({phase}) => phase === 'refused')).toMatchObject({verb: 'tag', message: said})
    expect(ends.at(-1)).toMatchObject({action: 'tag', isSettled: true, message: said})
  },
)

test('where its server cannot do what destroys something, nothing follows on that', async () => {
  const {queue, decision, verbs, house: harness, reported} = await queueHarness()
  harness.none = ['removeWithData']
  await queue.take([decision(1, [removal, wanted('tag', {names: ['gone']})])])
  expect([verbs(), reported()]).toEqual([[], ['refused not_supported']])
})

test('what is put off behind it does not go when it is tried again', async () => {
  const {queue, decision, verbs, house: harness, world, base} = await queueHarness()
  harness.none = ['addTags']
  world.rule = {...world.rule!, mode: 'ask'}
  const actions = [wanted('tag', {names: ['seen']}), wanted('reannounce'), wanted('remove')]
  await queue.take([decision(1, actions)])
  queue.start()
  const [asked] = queue.waiting(by)
  await queue.approve(by, asked!.id)
  await base.clock.advance(10 * 60_000)
  expect(verbs()).toEqual(['reannounce'])
  await queue.stop()
})

test('what is wanted of a server that is away waits: one line a day for all of a rule, and nothing is refused', async () => {
  const {queue, decision, reported, house: harness, base} = await queueHarness()
  const tag = wanted('tag', {names: ['seen']})
  const all = Array.from({length: 50}, (_, at) => decision(at + 1, [tag]))
  harness.offline.add(all[0]!.subject.serverId!)
  for (let pass = 0; pass < 3; pass++) await queue.take(all)
  const lines = () => harness.journal.map(({verb, phase, code, ruleId}) => [verb, phase, code, ruleId])
  expect(lines()).toEqual([['tag', 'blocked', 'server_not_online', r1]])
  expect(harness.journal[0]!.message).toMatch(
    /is unreachable\. All that this rule wants on this server waits/,
  )
  expect(new Set(reported())).toEqual(new Set(['postponed server_not_online']))
  expect(harness.orders).toEqual([])
  await base.clock.advance(86_400_000)
  await queue.take(all)
  expect(lines()).toHaveLength(2)
  harness.offline.clear()
  await queue.take(all.slice(0, 1))
  expect(harness.orders).toHaveLength(1)
})
