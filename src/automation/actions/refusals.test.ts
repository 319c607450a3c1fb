import {expect, test} from 'vitest'
import type {Decision} from '#model/decision.ts'
import {DAY, HOUR} from '#model/units.ts'
import {memoryHarness} from '#test/automation-state/memory.fixture.ts'
import {queueHarness, wanted} from './rule-action-queue-harness.fixture.ts'
import {Refusals} from './refusals.ts'

const stop = wanted('stop')

async function harness() {
  const base = await memoryHarness()
  const refusals = async () => new Refusals((await base.open()).deadlines, base.clock)
  const {decision} = await queueHarness()
  return {clock: base.clock, refusals, it: decision(1, [stop]), other: decision(2, [stop])}
}

test('each time it waits twice as long, a day in the end; a restart forgets nothing, and what was taken is forgotten', async () => {
  const {clock, refusals, it, other} = await harness()
  const first = await refusals()
  for (const hours of [1, 2, 4, 8, 16, 24, 24]) {
    await first.count(it, stop, 'command_refused', 'No.')
    expect(first.of(it, stop)).toMatchObject({nextAt: clock.now() + hours * HOUR * 1_000, why: 'No.'})
  }
  const again = await refusals()
  expect([again.of(it, stop)?.count, again.of(other, stop), again.of(it, wanted('remove'))]).toEqual([
    7,
    null,
    null,
  ])
  await clock.advance(DAY * 1_000)
  expect(again.of(it, stop)).toBeNull()
  await again.forget(it, stop)
  await again.count(it, stop, 'command_refused', 'No.')
  expect(again.of(it, stop)?.count).toBe(1)
})

test('who changes the rule has it tried at once; what is so for a moment only is not counted', async () => {
  const {refusals, it} = await harness()
  const all = await refusals()
  await all.count(it, stop, 'server_not_online', 'It is away.')
  expect(all.of(it, stop)).toBeNull()
  await all.count(it, stop, 'path_refused', 'A link leads out.')
  const changed: Decision = {...it, ruleRevision: it.ruleRevision + 1}
  expect([all.of(it, stop)?.count, all.of(changed, stop)]).toEqual([1, null])
})
