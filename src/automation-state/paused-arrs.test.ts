import {expect, test} from 'vitest'
import {away, memoryHarness} from '#test/automation-state/memory.fixture.ts'

test('a pause of searches survives a restart, and a second one changes its end alone', async () => {
  const {open, clock} = await memoryHarness()
  const {pausedArrs} = await open()
  const at = clock.now()
  await pausedArrs.pause('radarr', null)
  await clock.advance(1_000)
  await pausedArrs.pause('radarr', at + 5_000)
  expect((await open()).pausedArrs.of('radarr')).toEqual({arrId: 'radarr', since: at, until: at + 5_000})
  expect(pausedArrs.of('sonarr')).toBeNull()
})

test('a pause is over at its end, and a new one begins then', async () => {
  const {open, clock} = await memoryHarness()
  const {pausedArrs} = await open()
  await pausedArrs.pause('radarr', clock.now() + 5_000)
  await clock.advance(5_000)
  expect(pausedArrs.of('radarr')).toBeNull()
  await pausedArrs.pause('radarr', null)
  expect(pausedArrs.of('radarr')).toEqual({arrId: 'radarr', since: clock.now(), until: null})
})

test('what is over is deleted, and what goes on is kept', async () => {
  const {open, clock} = await memoryHarness()
  const {pausedArrs} = await open()
  await pausedArrs.pause('radarr', clock.now() + 5_000)
  await pausedArrs.pause('sonarr', null)
  await clock.advance(5_000)
  await pausedArrs.expire()
  clock.jump(-10_000)
  const again = (await open()).pausedArrs
  expect([again.of('radarr'), again.of('sonarr')?.until]).toEqual([null, null])
})

test('Q54 a pause that cannot be written is none, and one that cannot be ended stays', async () => {
  const {open, setFault} = await memoryHarness()
  const {pausedArrs} = await open()
  setFault(away)
  await expect(pausedArrs.pause('radarr', null)).rejects.toBe(away)
  expect(pausedArrs.of('radarr')).toBeNull()
  setFault(null)
  await pausedArrs.pause('radarr', null)
  setFault(away)
  await expect(pausedArrs.resume('radarr')).rejects.toBe(away)
  expect(pausedArrs.of('radarr')).not.toBeNull()
  setFault(null)
  await pausedArrs.resume('radarr')
  expect([pausedArrs.of('radarr'), (await open()).pausedArrs.of('radarr')]).toEqual([null, null])
})
