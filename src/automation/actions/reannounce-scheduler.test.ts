import {expect, test} from 'vitest'
import {hash} from '#executor/executor-harness.fixture.ts'
import type {ActionParams} from '#model/rule.ts'
import {REANNOUNCED} from './reannounce-scheduler.ts'
import {queueHarness, r1, wanted} from './rule-action-queue-harness.fixture.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** Trackers are asked, and then it is tagged. */
async function asking(params: ActionParams) {
  const it = await queueHarness()
  const decision = it.decision(1, [wanted('reannounce', params), wanted('tag', {names: ['asked']})])
  /** Decided again after each of these minutes. @returns what its server got by then */
  const after = async (...minutes: readonly number[]) => {
    for (const some of minutes) {
      await it.base.clock.advance(some * MINUTE_MS)
      await it.queue.take([decision])
    }
    return it.verbs()
  }
  return {...it, after, decided: decision}
}

test('what is behind it waits for the trackers, which are asked once', async () => {
  const {after, reported} = await asking({wait: true})
  expect(await after(0)).toEqual(['reannounce'])
  expect(reported()).toEqual(['postponed trackers_asked'])
  expect(await after(0.5)).toEqual(['reannounce'])
  expect(await after(0.5)).toEqual(['reannounce', 'addTags'])
})

test('it is asked so often, each time after the wait, and then what is behind it is done', async () => {
  const {after, ends} = await asking({wait: 300, maxAttempts: 3})
  expect(await after(0, 4)).toEqual(['reannounce'])
  expect(await after(1, 4, 1)).toEqual(['reannounce', 'reannounce', 'reannounce'])
  expect(ends.at(-1)!.message).toContain('(3 of 3)')
  expect(await after(4.9)).toHaveLength(3)
  expect((await after(0.1)).slice(3)).toEqual(['addTags'])
})

test('a restart neither forgets how often it was asked nor when', async () => {
  const {after, restart, decided, verbs, base, memory} = await asking({wait: 600, maxAttempts: 2})
  await after(0, 10)
  await memory.close()
  const again = await restart()
  await base.clock.advance(9 * MINUTE_MS)
  await again.take([decided])
  expect(verbs()).toEqual(['reannounce', 'reannounce'])
  await base.clock.advance(MINUTE_MS)
  await again.take([decided])
  expect(verbs()).toEqual(['reannounce', 'reannounce', 'addTags'])
})

test('S03 a clock that jumps brings its end no nearer', async () => {
  const {after, base} = await asking({wait: 600})
  await after(0)
  base.clock.jump(3 * HOUR_MS)
  expect(await after(5)).toEqual(['reannounce'])
})

test('without a wait what is behind it is done at once, and no tracker is asked twice within a minute', async () => {
  const {after} = await asking({maxAttempts: 2})
  expect(await after(0)).toEqual(['reannounce', 'addTags'])
  const asked = async (minutes: number) =>
    (await after(minutes)).filter((verb) => verb === 'reannounce').length
  expect(await asked(0.9)).toBe(1)
  expect(await asked(0.1)).toBe(2)
  expect(await asked(10)).toBe(2)
})

test('what no announce changes is asked later each time, at least four times a day', async () => {
  const {after} = await asking({})
  const asked = async (minutes: number) =>
    (await after(minutes)).filter((verb) => verb === 'reannounce').length
  expect(await asked(0)).toBe(1)
  expect(await asked(1)).toBe(2)
  expect(await asked(1)).toBe(2)
  expect(await asked(1)).toBe(3)
  for (let hour = 0; hour < 48; hour++) await after(30, 30)
  const before = await asked(0)
  expect(before).toBeLessThan(3 + 9 + 8)
  for (let hour = 0; hour < 13; hour++) await after(30, 30)
  expect(await asked(0)).toBeGreaterThan(before)
})

test('a server that does nothing about an announce two minutes after one is given the time', async () => {
  const {after, world} = await asking({wait: 60, maxAttempts: 2})
  world.apart = 120
  expect(await after(0, 1)).toHaveLength(1)
  expect(await after(1)).toHaveLength(2)
})

test('what its rule did not want for an hour begins again, and so does what an edited rule wants', async () => {
  const {after, world, decision, queue, verbs} = await asking({wait: true})
  expect(await after(0, 1)).toEqual(['reannounce', 'addTags'])
  expect(await after(59)).toHaveLength(3)
  expect((await after(60)).at(-1)).toBe('reannounce')
  world.rule = {...world.rule!, revision: 2}
  await queue.take([decision(1, [wanted('reannounce', {wait: true})], {ruleRevision: 2})])
  expect(verbs().slice(-2)).toEqual(['reannounce', 'reannounce'])
})

test('a rule that is asked once a week is waited for until then', async () => {
  const {after, world} = await asking({wait: true})
  world.rule = {...world.rule!, schedule: {cron: '0 3 * * 0'}}
  expect(await after(0, 7 * 24 * 60)).toEqual(['reannounce', 'addTags'])
})

test('what its server refuses is not counted', async () => {
  const {after, house: harness, memory, decided} = await asking({wait: 600})
  harness.answers.set(hash(1), {outcome: 'failed', code: 'command_refused', message: 'No.'})
  await after(0)
  expect(memory.deadlines.of(REANNOUNCED, `${r1} ${decided.subject.key}`)).toBeNull()
  harness.answers.clear()
  // It is tried again after an hour.
  expect(await after(1)).toHaveLength(1)
  expect(await after(3_600)).toHaveLength(2)
})

test('of bouts that are over nothing is kept', async () => {
  const {after, memory, decision, queue, base} = await asking({wait: true})
  await after(0)
  await base.clock.advance(2 * HOUR_MS)
  await queue.take([decision(2, [wanted('reannounce')])])
  expect(memory.deadlines.ofKind(REANNOUNCED).map(({subject}) => subject)).toEqual([
    `${r1} ${decision(2, []).subject.key}`,
  ])
})
