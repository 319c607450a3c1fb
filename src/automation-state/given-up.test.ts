import {expect, test} from 'vitest'
import {away, memoryHarness} from '#test/automation-state/memory.fixture.ts'
import {GIVEN_UP_MS} from './given-up.ts'

const release = {
  arrId: 'radarr',
  item: 'movie/17',
  downloadId: 'AA',
  grabbedAt: 1,
  title: 'Some.Film.2020',
  at: 0,
  reason: null,
}

test('each grab counts once, for a week, also after a restart; its reason is added to it', async () => {
  const {clock, open} = await memoryHarness()
  const {givenUp} = await open()
  const at = clock.now()
  expect(await givenUp.add([{...release, at}])).toHaveLength(1)
  // Once more as the history is read again, and with the reason that our rule had.
  expect(await givenUp.add([{...release, at: at + 5, reason: 'stalled'}])).toEqual([])
  await givenUp.add([
    {...release, at},
    {...release, at, grabbedAt: 2},
    {...release, at, item: 'movie/18'},
  ])
  const expected = [
    {...release, at, reason: 'stalled', resumedAt: null},
    {...release, at, grabbedAt: 2, resumedAt: null},
  ]
  expect(givenUp.of('radarr', 'movie/17')).toEqual(expected)
  const after = (await open()).givenUp
  expect(after.of('radarr', 'movie/17')).toEqual(expected)
  expect(after.items()).toHaveLength(2)
  expect(after.of('sonarr', 'movie/17')).toEqual([])
  await clock.advance(GIVEN_UP_MS)
  expect([after.of('radarr', 'movie/17'), after.items()]).toEqual([[], []])
})

test('the clock of an Arr that is ahead makes nothing count for longer', async () => {
  const {clock, open} = await memoryHarness()
  const {givenUp} = await open()
  await givenUp.add([{...release, at: clock.now() + 10 * GIVEN_UP_MS}])
  expect(givenUp.of('radarr', 'movie/17')).toMatchObject([{at: clock.now()}])
})

test('what a user resumed does not count, also when its history is read again', async () => {
  const {clock, open} = await memoryHarness()
  const {givenUp} = await open()
  await givenUp.add([{...release, at: clock.now()}])
  expect(await givenUp.resume('radarr', 'movie/17')).toBe(1)
  expect(await givenUp.resume('radarr', 'movie/17')).toBe(0)
  await givenUp.add([{...release, at: clock.now()}])
  const after = (await open()).givenUp
  expect([givenUp.of('radarr', 'movie/17'), after.of('radarr', 'movie/17')]).toEqual([[], []])
  await after.add([{...release, grabbedAt: 9, at: clock.now()}])
  expect(after.of('radarr', 'movie/17')).toHaveLength(1)
})

test('what cannot be written is not known; what is too old or of another database of its Arr goes', async () => {
  const {clock, open, setFault} = await memoryHarness()
  const {givenUp} = await open()
  setFault(away)
  await expect(givenUp.add([{...release, at: clock.now()}])).rejects.toBe(away)
  expect(givenUp.items()).toEqual([])
  setFault(null)
  await givenUp.add([
    {...release, at: clock.now()},
    {...release, arrId: 'sonarr', at: clock.now()},
  ])
  await givenUp.forgetArr('radarr')
  expect(givenUp.items()).toMatchObject([{arrId: 'sonarr'}])
  await givenUp.expire(clock.now() + 1)
  expect([givenUp.items(), (await open()).givenUp.items()]).toEqual([[], []])
})
