/** What Arrs did for rules stands in the journal, each once. */
import {expect, test} from 'vitest'
import {A, hash} from '#executor/executor-harness.fixture.ts'
import type {ArrChange} from '#model/decision.ts'
import {queueHarness, r1, wanted} from './rule-action-queue-harness.fixture.ts'

const entry = (more: Partial<ArrChange> = {}): ArrChange => ({
  sameAs: 'A 5',
  args: {arr: 'Radarr', title: 'Film.BAD'},
  message: 'Its Arr has blocklisted it.',
  ...more,
})

test('what an Arr did is a line of its torrent, with who, why, the guards that looked, and its own ids', async () => {
  const {queue, decision, house: harness, world, reported} = await queueHarness()
  world.answer = {outcome: 'done', change: entry()}
  await queue.take([decision(1, [wanted('arr.blocklist')])])
  expect(harness.journal).toEqual([
    expect.objectContaining({
      subject: 'torrent',
      serverId: A,
      hash: hash(1),
      verb: 'arr.blocklist',
      phase: 'confirmed',
      args: {arr: 'Radarr', title: 'Film.BAD'},
      message: 'Its Arr has blocklisted it.',
      isBrief: true,
      ruleId: r1,
      actor: expect.objectContaining({name: 'Done', origin: 'rule'}),
      decided: expect.objectContaining({action: 'arr.blocklist', class: 'reversible', ruleRevision: 1}),
    }),
  ])
  expect(harness.journal[0]!.decided!.guards.length).toBeGreaterThan(3)
  expect(reported()).toEqual(['sent'])
})

test('the same once more is counted on its line, over restarts; of another grab it is a line of its own', async () => {
  const {queue, decision, house: harness, world, memory, restart} = await queueHarness()
  world.answer = {outcome: 'done', change: entry()}
  const again = () => [decision(1, [wanted('arr.blocklist')])]
  await queue.take(again())
  await queue.take(again())
  await memory.close()
  const later = await restart()
  await later.take(again())
  expect(harness.journal).toHaveLength(1)
  world.answer = {outcome: 'done', change: entry({sameAs: 'A 9'})}
  await later.take(again())
  expect(harness.journal).toHaveLength(2)
})

test('two things that Arrs do for one torrent do not take turns', async () => {
  const {queue, decision, house: harness, world} = await queueHarness()
  world.answer = {outcome: 'done', change: entry({sameAs: ''})}
  const both = () => queue.take([decision(1, [wanted('arr.refresh'), wanted('arr.monitor', {on: true})])])
  await both()
  await both()
  expect(harness.journal.map(({verb}) => verb)).toEqual(['arr.refresh', 'arr.monitor'])
})

test('where nothing was done, or a saga writes down its steps, there is no line', async () => {
  const {queue, decision, house: harness, world, reported} = await queueHarness()
  world.answer = {outcome: 'done', change: null}
  await queue.take([decision(1, [wanted('arr.blocklist'), wanted('failDownload')])])
  expect([harness.journal, reported()]).toEqual([[], ['sent', 'sent']])
})

test('what leaves the queue of an Arr permanently is kept as long as what is destroyed', async () => {
  const {queue, decision, house: harness, world} = await queueHarness()
  world.answer = {outcome: 'done', change: entry()}
  await queue.take([decision(1, [wanted('arr.queueRemove')])])
  expect(harness.journal.map(({verb, isBrief}) => [verb, isBrief])).toEqual([['arr.queueRemove', false]])
})

for (const [answer, steps] of [
  [{outcome: 'done', change: entry()}, [['sending'], ['confirmed', 'Its Arr has blocklisted it.']]],
  [{outcome: 'done', change: null}, [['sending'], ['confirmed', 'It was so by then.']]],
  [{outcome: 'failed', code: 'arr_refused', message: 'No.'}, [['sending'], ['failed', 'No.', 'arr_refused']]],
] as const) {
  test(`what is given up at an Arr is written down before, and its end (${steps[1][0]}: ${steps[1][1]}) on the same line`, async () => {
    const {queue, decision, house: harness, world, asked} = await queueHarness()
    const before: number[] = []
    harness.beforeWriteEnds = () => void before.push(asked.length)
    Object.assign(world, {answer, announced: entry()})
    await queue.take([decision(1, [wanted('arr.queueRemove')])])
    expect(before).toEqual([0, 1])
    expect(
      harness.journal.map(({phase, message, code}) =>
        [phase, message, code].filter((it) => it !== undefined),
      ),
    ).toEqual(steps)
    expect(
      new Set(harness.journal.map(({id, verb, hash: of, isBrief}) => `${id} ${verb} ${of} ${isBrief}`)).size,
    ).toBe(1)
    expect(harness.journal.map(({args}) => args)).toEqual([entry().args, entry().args])
    expect(harness.journal.map(({decided}) => decided?.class)).toEqual(['destructive', undefined])
  })
}

test('what cannot be written down before is not given up', async () => {
  const {queue, decision, house: harness, world, asked} = await queueHarness()
  Object.assign(world, {announced: entry(), answer: {outcome: 'done', change: entry()}})
  harness.journalFails = true
  await queue.take([decision(1, [wanted('arr.queueRemove')])])
  expect([asked, harness.journal]).toEqual([[], []])
})

test('a journal that cannot be written changes nothing of what its Arr did, and the next time is the line', async () => {
  const {queue, decision, house: harness, world, reported} = await queueHarness()
  world.answer = {outcome: 'done', change: entry()}
  harness.journalFails = true
  await queue.take([decision(1, [wanted('arr.refresh')])])
  expect([reported(), harness.logged.length]).toEqual([['sent'], 1])
  harness.journalFails = false
  await queue.take([decision(1, [wanted('arr.refresh')])])
  expect(harness.journal.map(({verb}) => verb)).toEqual(['arr.refresh'])
})
