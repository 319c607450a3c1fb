import {expect, test} from 'vitest'
import type {ProfileSwitch} from '#model/profile-switches.ts'
import {everyStore} from '#test/store/every-store.ts'
import {
  deleteProfileSwitches,
  expiredSwitches,
  putProfileSwitches,
  readProfileSwitches,
} from './profile-switches.ts'

const film: ProfileSwitch = {
  id: 'a',
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
  temporaryName: 'Anything',
  state: 'intended',
  since: 1_767_225_600_000,
  begunAt: 1_767_225_600_000,
  reason: null,
  tries: 0,
  seenId: null,
}
const show: ProfileSwitch = {...film, id: 'b', kind: 'series', begunAt: film.begunAt + 1}

everyStore('temporary quality profiles', (open) => {
  test('each switch is kept as it was last written, the oldest first, until it is deleted', async () => {
    const store = await open()
    await store.write((db) => putProfileSwitches(db, [show, film]))
    const later = {...film, state: 'superseded', reason: 'timeout', tries: 3, seenId: 9} as const
    await store.write((db) => putProfileSwitches(db, [later]))
    expect(await store.read(readProfileSwitches)).toEqual([later, show])
    await store.write((db) => deleteProfileSwitches(db, ['a']))
    expect(await store.read(readProfileSwitches)).toEqual([show])
  })

  test('a state of a later release needs a person, and a kind that is not known is left out', async () => {
    const store = await open()
    await store.write((db) => putProfileSwitches(db, [film, show]))
    await store.write((db) =>
      db.updateTable('profileSwitches').set({state: 'x', reason: 'x'}).where('id', '=', 'a').execute(),
    )
    await store.write((db) =>
      db.updateTable('profileSwitches').set({kind: 'x'}).where('id', '=', 'b').execute(),
    )
    expect(await store.read(readProfileSwitches)).toEqual([{...film, state: 'needs_you'}])
  })
})

test('what may still be put back never expires', () => {
  const states = ['intended', 'switched', 'restoring', 'needs_you', 'kept', 'restored', 'gone'] as const
  const all = states.map((state) => ({...film, id: state, state}))
  expect(expiredSwitches(all, film.since + 1)).toEqual(['restored', 'gone'])
  expect(expiredSwitches(all, film.since)).toEqual([])
})
