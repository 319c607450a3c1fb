import {expect, test} from 'vitest'
import {everyStore} from '#test/store/every-store.ts'
import {
  deleteTrackerProfile,
  insertTrackerProfile,
  moveTrackerProfiles,
  readTrackerProfiles,
  trackerProfilesOf,
  updateTrackerProfile,
} from './tracker-profiles.ts'

const row = {
  id: 't_1',
  ownerId: 'ann',
  revision: 1,
  content: {name: 'Tidemark', hosts: ['tidemark.example']},
  createdAt: 5,
  updatedAt: 5,
}

everyStore('tracker profiles', (open) => {
  test('a profile comes back as it was written, and its edits do', async () => {
    const store = await open()
    await store.write((db) => insertTrackerProfile(db, row))
    expect(await store.read(readTrackerProfiles)).toEqual([row])
    const edited = {content: {name: 'Tide'}, revision: 2, updatedAt: 9}
    expect(await store.write((db) => updateTrackerProfile(db, 't_1', edited))).toBe(true)
    expect(await store.read(readTrackerProfiles)).toEqual([{...row, ...edited}])
    expect(await store.write((db) => updateTrackerProfile(db, 't_2', edited))).toBe(false)
  })

  test('profiles of a user who leaves get another owner, or are removed', async () => {
    const store = await open()
    await store.write((db) => insertTrackerProfile(db, row))
    await store.write((db) => insertTrackerProfile(db, {...row, id: 't_2', ownerId: null}))
    expect(await store.write((db) => moveTrackerProfiles(db, 'ann', 'ben', 7))).toEqual(['t_1'])
    expect(await store.read((db) => trackerProfilesOf(db, 'ben'))).toEqual(['t_1'])
    await store.write((db) => deleteTrackerProfile(db, 't_1'))
    expect((await store.read(readTrackerProfiles)).map(({id}) => id)).toEqual(['t_2'])
  })
})
