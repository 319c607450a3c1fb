import {expect, test} from 'vitest'
import {libraryRow} from '#arr-client/api/library-rows.ts'
import {asArrId, type ArrId} from '#model/arr.ts'
import type {LibraryRow, LibrarySettings, LibraryState} from '#model/library.ts'
import {everyStore} from '#test/store/every-store.ts'
import {
  deleteLibrary,
  deleteLibraryItems,
  putLibraryItems,
  putLibraryState,
  readLibraryItems,
  readLibraryStates,
  type StoredRow,
} from './library-items.ts'

const films = asArrId('films')
const shows = asArrId('shows')

function stored(arrId: ArrId, row: Pick<LibraryRow, 'kind' | 'id'> & Partial<LibraryRow>): StoredRow {
  return {row: {...libraryRow(row), arrId, readAt: 9}, hash: -(2 ** 31)}
}

const whole = stored(shows, {
  kind: 'episode',
  id: 99,
  parentId: 5,
  seasonNumber: 0,
  number: 12,
  title: "Die 'Rückkehr' – 日本語",
  year: 1902,
  tmdbId: 1,
  tvdbId: 2,
  imdbId: 'tt0000003',
  foreignId: 'uuid',
  inCinemasAt: -2_000_000_000_000,
  digitalAt: 4_000_000_000_000,
  physicalAt: 0,
  releasedAt: 1,
  runtimeMinutes: 45,
  minimumAvailability: 'inCinemas',
  seriesType: 'anime',
  addedAt: 7,
  monitored: true,
  fileId: 3,
  have: 1,
  due: 2,
  size: Number.MAX_SAFE_INTEGER,
  quality: 'WEBDL-1080p',
  belowCutoff: false,
  score: -25,
  profileId: 4,
  tags: [3, 1],
  searchedAt: 8,
})
const settings: LibrarySettings = {
  profiles: [{id: 1, name: 'HD', upgradeAllowed: true, minScore: 0, cutoffScore: 10}],
  tags: [{id: 1, label: 'kids'}],
  delayProfiles: [{order: 1, torrentDelay: 60, tags: []}],
  indexers: [{id: 1, name: 'one', automaticSearch: true, tags: []}],
  availabilityDelay: -1,
}

everyStore('libraries', (open) => {
  test('rows come back as they were put, in portions, and of one Arr alone', async () => {
    const store = await open()
    const some = Array.from({length: 7}, (_, at) => stored(films, {kind: 'movie', id: at + 1}))
    const album = stored(films, {kind: 'album', id: 2})
    await store.write((db) => putLibraryItems(db, [whole, ...some, album]))
    const read = async (arrId: ArrId, limit: number) => {
      const all: StoredRow[] = []
      for (;;) {
        const last = all.at(-1)?.row ?? null
        const portion = await store.read((db) => readLibraryItems(db, arrId, last, limit))
        all.push(...portion)
        if (portion.length < limit) return all
      }
    }
    expect(await read(shows, 10)).toEqual([whole])
    for (const limit of [1, 3, 8, 100]) expect(await read(films, limit)).toEqual([album, ...some])
    const other = {...some[0]!, row: {...some[0]!.row, title: 'Another', have: 1}, hash: 5}
    await store.write(async (db) => {
      await putLibraryItems(db, [other])
      await deleteLibraryItems(db, films, [
        {kind: 'movie', id: 2},
        {kind: 'album', id: 2},
        {kind: 'movie', id: 4},
        {kind: 'movie', id: 400},
      ])
      await deleteLibraryItems(db, films, [])
    })
    expect(await read(films, 10)).toEqual([other, ...[2, 4, 5, 6].map((at) => some[at])])
    await store.write((db) => deleteLibrary(db, films))
    expect([await read(films, 10), await read(shows, 10)]).toEqual([[], [whole]])
  })

  test('how far a library is known comes back, also of one whose rows alone are there', async () => {
    const store = await open()
    const read = {readAt: 5, doubtful: null, settings}
    const restored = {readAt: null, doubtful: 'restored' as const, settings: null}
    await store.write(async (db) => {
      await putLibraryItems(db, [whole])
      await putLibraryState(db, films, restored)
      await putLibraryState(db, films, read)
      await putLibraryState(db, asArrId('music'), restored)
    })
    expect(await store.read(readLibraryStates)).toEqual(
      new Map<ArrId, LibraryState>([
        [shows, {readAt: null, doubtful: 'unread', settings: null}],
        [films, read],
        [asArrId('music'), restored],
      ]),
    )
    await store.write((db) => deleteLibrary(db, films))
    expect([...(await store.read(readLibraryStates)).keys()].toSorted()).toEqual(['music', 'shows'])
  })
})
