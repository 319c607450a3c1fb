import {expect, test} from 'vitest'
import type {MediaRequest} from '#model/requests.ts'
import {everyStore} from '#test/store/every-store.ts'
import {deleteRequests, putRequests, readRequests} from './requests.ts'

const series: MediaRequest = {
  source: 'seerr 1a2b3c4d',
  id: '17',
  kind: 'series',
  title: null,
  tmdbId: 70,
  tvdbId: 81_189,
  imdbId: 'tt0903747',
  arrPlace: 'sonarr:8989/tv',
  itemId: 5,
  requester: 'ann',
  is4k: true,
  status: 'approved',
  seasons: [
    {season: 2, episodes: null},
    {season: 3, episodes: [1, 2]},
  ],
  requestedAt: 1_767_225_600_000,
  seenAt: 1_767_225_700_000,
}
const film: MediaRequest = {
  ...series,
  id: 'movie 3',
  kind: 'movie',
  title: 'Brazil',
  tmdbId: null,
  tvdbId: null,
  imdbId: null,
  arrPlace: null,
  itemId: null,
  requester: null,
  is4k: false,
  status: 'pending',
  seasons: [],
}

everyStore('requests of managers', (open) => {
  test('of each request the last list is kept, until it is gone', async () => {
    const store = await open()
    const other = {...film, source: 'ombi 3c4d5e6f'}
    const later = {...film, status: 'approved', seenAt: film.seenAt + 1} as const
    await store.write((db) => putRequests(db, [series, film, other]))
    await store.write((db) => putRequests(db, [later]))
    expect(await store.read(readRequests)).toHaveLength(3)
    expect(await store.read(readRequests)).toEqual(expect.arrayContaining([series, later, other]))
    await store.write((db) => deleteRequests(db, [series, film]))
    expect(await store.read(readRequests)).toEqual([other])
  })

  test('what a later release wrote in words of its own waits for the next list', async () => {
    const store = await open()
    await store.write((db) => putRequests(db, [series, film]))
    await store.write((db) =>
      db.updateTable('requests').set({kind: 'x'}).where('requestId', '=', '17').execute(),
    )
    expect(await store.read(readRequests)).toEqual([film])
    await store.write((db) => db.updateTable('requests').set({seasons: 'x'}).execute())
    expect(await store.read(readRequests)).toEqual([])
  })
})
