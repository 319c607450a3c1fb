import {expect, test} from 'vitest'
import {everyStore} from '#test/store/every-store.ts'
import type {Store} from '../store.ts'
import {deleteSearchPause, putSearchPause, readSearchPauses} from './search-pauses.ts'

everyStore('pauses of searches', (open: () => Promise<Store>) => {
  test('an Arr has one pause, the last that was written, until it is deleted', async () => {
    const store = await open()
    await store.write(async (db) => {
      await putSearchPause(db, {arrId: 'radarr', since: 1, until: null})
      await putSearchPause(db, {arrId: 'sonarr', since: 2, until: 5})
      await putSearchPause(db, {arrId: 'radarr', since: 3, until: 9})
    })
    expect((await store.read(readSearchPauses)).toSorted((a, b) => a.since - b.since)).toEqual([
      {arrId: 'sonarr', since: 2, until: 5},
      {arrId: 'radarr', since: 3, until: 9},
    ])
    await store.write((db) => deleteSearchPause(db, 'radarr'))
    expect(await store.read(readSearchPauses)).toEqual([{arrId: 'sonarr', since: 2, until: 5}])
  })
})
