import {expect, test} from 'vitest'
import type {GivenUpRecord} from '#model/automation-state.ts'
import {everyStore} from '#test/store/every-store.ts'
import {deleteGivenUpOf, pruneGivenUp, putGivenUp, readGivenUp} from './given-up.ts'

const first: GivenUpRecord = {
  arrId: 'radarr',
  item: 'movie/17',
  downloadId: 'AA',
  grabbedAt: 1_767_225_600_000,
  title: 'Some.Film.2020.1080p',
  at: 1_767_225_600_100,
  reason: 'stalled',
  resumedAt: null,
}
const again = {...first, grabbedAt: first.grabbedAt + 1, at: first.at + 1_000, reason: null}

everyStore('releases that were given up', (open) => {
  test('each grab of an item is kept once, until it is too old or its Arr has another database', async () => {
    const store = await open()
    const other = {...first, arrId: 'radarr-4k'}
    await store.write((db) => putGivenUp(db, [first, again, other]))
    await store.write((db) => putGivenUp(db, [{...first, resumedAt: 9}]))
    const all = await store.read(readGivenUp)
    expect(all).toHaveLength(3)
    expect(all).toEqual(expect.arrayContaining([{...first, resumedAt: 9}, again, other]))
    await store.write((db) => pruneGivenUp(db, again.at))
    expect(await store.read(readGivenUp)).toEqual([again])
    await store.write((db) => deleteGivenUpOf(db, 'radarr'))
    expect(await store.read(readGivenUp)).toEqual([])
  })
})
