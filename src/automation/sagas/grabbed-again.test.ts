import {expect, test} from 'vitest'
import {failHarness} from './fail-harness.fixture.ts'

test('what a person has its Arr grab again while its removal waits is that grab, and stays', async () => {
  const harness = await failHarness()
  // Its disk is away when its Arr has blocklisted it: the guards put the removal off.
  harness.world.verdict = {outcome: 'postponed', code: 'disk_missing', message: 'The disk has to be there.'}
  await harness.begin()
  await harness.run(30)
  expect(harness.world.blocklists).toEqual([true])
  expect(harness.world.removed.length).toBeGreaterThan(0)
  // In the Arr somebody takes the very release again, by hand: a newer grab of the same download.
  harness.world.grab = {...harness.world.grab!, at: 1_000}
  harness.world.isFailed = true
  const before = harness.world.removed.length
  harness.world.verdict = {outcome: 'confirmed', code: '', message: ''}
  await harness.run(200)
  expect([harness.world.isThere, harness.world.removed.length - before]).toEqual([true, 0])
})

test.each([
  ['it waits for that, and goes once its Arr answers', false],
  ['it ends where its server left meanwhile', true],
])('while its Arr does not say whether it grabbed it again: %s', async (_, hasLeft) => {
  const harness = await failHarness()
  harness.world.verdict = {outcome: 'postponed', code: 'disk_missing', message: 'The disk has to be there.'}
  await harness.begin()
  await harness.run(30)
  const before = harness.world.removed.length
  const never = harness.world.fault
  harness.world.fault = () => 'before'
  harness.world.verdict = {outcome: 'confirmed', code: '', message: ''}
  harness.world.hasLeft = hasLeft
  await harness.run(200)
  expect([harness.world.removed.length, harness.world.ended.length]).toEqual([before, hasLeft ? 1 : 0])
  harness.world.fault = never
  await harness.run(2_000)
  expect(harness.world.removed.length - before).toBe(hasLeft ? 0 : 1)
})
