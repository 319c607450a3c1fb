import {expect, test} from 'vitest'
import {failHouse} from './fail-harness.fixture.ts'

test('what a person has its Arr grab again while its removal waits is that grab, and stays', async () => {
  const house = await failHouse()
  // Its disk is away when its Arr has blocklisted it: the guards put the removal off.
  house.world.verdict = {outcome: 'postponed', code: 'disk_missing', message: 'The disk has to be there.'}
  await house.begin()
  await house.run(30)
  expect(house.world.blocklists).toEqual([true])
  expect(house.world.removed.length).toBeGreaterThan(0)
  // In the Arr somebody takes the very release again, by hand: a newer grab of the same download.
  house.world.grab = {...house.world.grab!, at: 1_000}
  house.world.isFailed = true
  const before = house.world.removed.length
  house.world.verdict = {outcome: 'confirmed', code: '', message: ''}
  await house.run(200)
  expect([house.world.isThere, house.world.removed.length - before]).toEqual([true, 0])
})

test.each([
  ['it waits for that, and goes once its Arr answers', false],
  ['it ends where its server left meanwhile', true],
])('while its Arr does not say whether it grabbed it again: %s', async (_, hasLeft) => {
  const house = await failHouse()
  house.world.verdict = {outcome: 'postponed', code: 'disk_missing', message: 'The disk has to be there.'}
  await house.begin()
  await house.run(30)
  const before = house.world.removed.length
  const never = house.world.fault
  house.world.fault = () => 'before'
  house.world.verdict = {outcome: 'confirmed', code: '', message: ''}
  house.world.hasLeft = hasLeft
  await house.run(200)
  expect([house.world.removed.length, house.world.ended.length]).toEqual([before, hasLeft ? 1 : 0])
  house.world.fault = never
  await house.run(2_000)
  expect(house.world.removed.length - before).toBe(hasLeft ? 0 : 1)
})
