import {expect, test} from 'vitest'
import type {ProfileSwitch} from '#model/profile-switches.ts'
import {readProfileSwitches} from '#store/repositories/profile-switches.ts'
import {away, memoryHarness} from '#test/automation-state/memory.fixture.ts'

function row(id: string, more: Partial<ProfileSwitch> = {}): ProfileSwitch {
  return {
    id,
    arrId: 'radarr',
    kind: 'movie',
    containerId: 17,
    foreignId: 'tmdb 68',
    title: 'Brazil',
    originalId: 4,
    originalName: 'Ultra-HD',
    fromId: 4,
    fromName: 'Ultra-HD',
    temporaryId: 6,
    temporaryName: 'Any',
    state: 'intended',
    since: 5,
    begunAt: 5,
    reason: null,
    tries: 0,
    seenId: null,
    ...more,
  }
}

const film = {arrId: 'radarr', kind: 'movie', containerId: 17} as const

test('a row is known once it is written, and there after a restart', async () => {
  const {store, open, setFault} = await memoryHarness()
  const {profileSwitches} = await open()
  const heard: string[] = []
  profileSwitches.onChange((rows) => heard.push(...rows.map(({id, state}) => `${id} ${state}`)))
  setFault(away)
  await expect(profileSwitches.commit([row('a')])).rejects.toThrow()
  setFault(null)
  expect([profileSwitches.get('a'), heard]).toEqual([undefined, []])
  await profileSwitches.commit([row('a')])
  await profileSwitches.commit([row('a', {state: 'switched'})])
  expect(heard).toEqual(['a intended', 'a switched'])
  expect(await store.read(readProfileSwitches)).toEqual([row('a', {state: 'switched'})])
  const again = (await open()).profileSwitches
  expect([again.get('a'), again.lastOf(film)]).toEqual(Array(2).fill(row('a', {state: 'switched'})))
})

test('of each item the last row counts, also when it has another number now or the last one goes', async () => {
  const {open} = await memoryHarness()
  const {profileSwitches} = await open()
  await profileSwitches.commit([row('a', {state: 'restored'})])
  await profileSwitches.commit([row('b', {begunAt: 9, state: 'switched'}), row('c', {containerId: 18})])
  expect(profileSwitches.lastOf(film)?.id).toBe('b')
  // An older one that is written again is not the last one.
  await profileSwitches.commit([row('a', {state: 'restored', tries: 1})])
  expect(profileSwitches.lastOf(film)?.id).toBe('b')
  await profileSwitches.commit([row('c', {containerId: 19})])
  expect([18, 19].map((containerId) => profileSwitches.lastOf({...film, containerId})?.id)).toEqual([
    undefined,
    'c',
  ])
  await profileSwitches.remove(['b'])
  expect(profileSwitches.lastOf(film)?.id).toBe('a')
  expect(profileSwitches.ofArr('radarr').map(({id}) => id)).toEqual(['a', 'c'])
})

test('Arrs are known by what is open in them, and what ended long ago is forgotten', async () => {
  const {open, store} = await memoryHarness()
  const {profileSwitches} = await open()
  await profileSwitches.commit([
    row('open'),
    row('kept', {arrId: 'sonarr', state: 'kept'}),
    row('over', {arrId: 'lidarr', state: 'restored'}),
  ])
  expect([...profileSwitches.openArrs()]).toEqual(['radarr', 'sonarr'])
  await profileSwitches.expire(6)
  expect((await store.read(readProfileSwitches)).map(({id}) => id)).toEqual(['kept', 'open'])
})
