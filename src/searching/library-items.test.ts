import {describe, expect, test} from 'vitest'
import {libraryRow} from '#arr-client/api/library-rows.ts'
import {LibraryStore} from '#library/library-store.ts'
import {frameOf} from '#library/row-columns.ts'
import {asArrId} from '#model/arr.ts'
import {seasonId, type LibraryRow, type LibrarySettings} from '#model/library.ts'
import {LibraryItems} from './library-items.ts'
import {HOUR_MS, NOW} from './searching.fixture.ts'

const arrId = asArrId('arr')
const settings: LibrarySettings = {
  profiles: [{id: 4, name: 'HD', upgradeAllowed: true, minScore: 5, cutoffScore: 100}],
  tags: [
    {id: 1, label: 'slow'},
    {id: 2, label: 'Commodarr-No-Search'},
    {id: 3, label: 'mine'},
  ],
  delayProfiles: [
    {order: 2_147_483_647, torrentDelay: 30, tags: []},
    {order: 1, torrentDelay: 120, tags: [1]},
  ],
  indexers: [
    {id: 1, name: 'A', automaticSearch: true, tags: []},
    {id: 2, name: 'B', automaticSearch: false, tags: []},
    {id: 3, name: 'C', automaticSearch: true, tags: [3]},
  ],
  availabilityDelay: 0,
}

const film = (id: number, more: Partial<LibraryRow> = {}) =>
  libraryRow({
    kind: 'movie',
    id,
    title: `Film ${id}`,
    year: 2_020,
    tmdbId: 600 + id,
    digitalAt: NOW - HOUR_MS,
    minimumAvailability: 'released',
    monitored: true,
    due: 1,
    profileId: 4,
    ...more,
  })

const series = (more: Partial<LibraryRow> = {}) =>
  libraryRow({
    kind: 'series',
    id: 5,
    title: 'Show',
    tvdbId: 81,
    seriesType: 'anime',
    monitored: true,
    profileId: 4,
    ...more,
  })
const season = (number: number, more: Partial<LibraryRow> = {}) =>
  libraryRow({
    kind: 'season',
    id: seasonId(5, number),
    parentId: 5,
    seasonNumber: number,
    monitored: true,
    due: 24,
    ...more,
  })
const episode = (id: number, seasonNumber = 1, more: Partial<LibraryRow> = {}) =>
  libraryRow({
    kind: 'episode',
    id,
    parentId: 5,
    seasonNumber,
    number: id,
    monitored: true,
    due: 1,
    releasedAt: NOW - HOUR_MS,
    runtimeMinutes: 30,
    ...more,
  })

function libraryOf(
  rows: readonly LibraryRow[],
  {skipTags = [], of = settings}: {skipTags?: readonly string[]; of?: LibrarySettings | null} = {},
) {
  const store = new LibraryStore()
  store.put(arrId, frameOf(rows, 1))
  store.put(asArrId('other'), frameOf([film(1, {title: 'Other', tmdbId: 9})], 1))
  const around = {now: of, queued: new Set<string>(), temporary: new Set<number>()}
  const items = new LibraryItems(
    arrId,
    store,
    {
      settings: () => around.now,
      queued: () => around.queued,
      hasTemporaryProfile: ({id}) => around.temporary.has(id),
    },
    skipTags,
  )
  return {items, store, around, put: (row: LibraryRow) => store.put(arrId, frameOf([row], 2))}
}

describe('films', () => {
  test('of one Arr are items with all that searches go by', () => {
    const {items} = libraryOf([
      film(1),
      film(2, {have: 1, fileId: 7, belowCutoff: true, score: 3, tags: [1]}),
    ])
    expect([...items.items()]).toEqual([items.item('movie/1'), items.item('movie/2')])
    expect(items.item('movie/1')).toEqual({
      kind: 'movie',
      id: 1,
      parentId: null,
      foreignId: 'tmdb 601',
      monitored: true,
      seasonNumber: null,
      availableAt: NOW - HOUR_MS,
      year: 2_020,
      hasFile: false,
      belowCutoff: null,
      score: null,
      tags: [],
      searchedAt: null,
    })
    expect(items.item('movie/2')).toMatchObject({hasFile: true, belowCutoff: true, score: 3, tags: [1]})
    expect(items.item('movie/3')).toBeNull()
  })

  test('have the delay, the indexers and the figures of their profile and tags', () => {
    const {items} = libraryOf([
      film(1),
      film(2, {tags: [1, 3]}),
      film(3, {tags: [2]}),
      film(4, {profileId: 9}),
    ])
    const profile = (id: number) => items.profileOf(items.item(`movie/${id}`)!)
    expect(profile(1)).toMatchObject({
      upgradeAllowed: true,
      minScore: 5,
      cutoffScore: 100,
      delayMs: 1_800_000,
      indexers: [1],
      isSkipped: false,
    })
    expect(profile(2)).toMatchObject({delayMs: 7_200_000, indexers: [1, 3]})
    expect(profile(3)).toMatchObject({isSkipped: true})
    expect(profile(4)).toBeNull()
    expect(libraryOf([film(1)], {of: null}).items.profileOf(items.item('movie/1')!)).toBeNull()
  })

  test('are not searched where a person says so by a tag of their own', () => {
    const {items} = libraryOf([film(1, {tags: [3]})], {skipTags: ['Mine']})
    expect(items.profileOf(items.item('movie/1')!)?.isSkipped).toBe(true)
  })

  test('have another revision of their profile once it is edited, and the same one else', () => {
    const {items, around} = libraryOf([film(1), film(2)])
    const profile = (id: number) => items.profileOf(items.item(`movie/${id}`)!)!
    const before = profile(1)
    expect(profile(2)).toBe(before)
    around.now = {...settings, profiles: [{...settings.profiles[0]!, cutoffScore: 50}]}
    expect(profile(1).revision).not.toBe(before.revision)
    around.now = {...settings}
    expect(profile(1).revision).toBe(before.revision)
  })

  test('are queued, or have a temporary profile, as their Arr and we say', () => {
    const {items, around} = libraryOf([film(1)])
    around.queued.add('movie/1')
    around.temporary.add(1)
    expect([items.isQueued('movie/1'), items.isQueued('movie/2')]).toEqual([true, false])
    expect(items.hasTemporaryProfile(items.item('movie/1')!)).toBe(true)
  })
})

describe('episodes', () => {
  test('go by their season and their series', () => {
    const {items} = libraryOf([
      series({tags: [1]}),
      season(1),
      season(2, {monitored: false}),
      episode(1),
      episode(2, 2),
    ])
    expect(items.item('episode/1')).toMatchObject({
      monitored: true,
      foreignId: 'tvdb 81 1 1',
      availableAt: NOW - HOUR_MS / 2,
      tags: [1],
    })
    expect(items.item('episode/2')?.monitored).toBe(false)
    expect(items.profileOf(items.item('episode/1')!)).toMatchObject({delayMs: 7_200_000})
  })

  test('of a series that is not monitored, or not known, are not monitored', () => {
    expect(libraryOf([series({monitored: false}), episode(1)]).items.item('episode/1')?.monitored).toBe(false)
    expect(libraryOf([episode(1)]).items.item('episode/1')?.monitored).toBe(false)
  })

  test('make a season as soon as they are known', () => {
    const {items, put} = libraryOf([series(), season(1), episode(1), episode(2)])
    expect(items.season(5, 1)).toBeNull()
    expect([...items.items()]).toHaveLength(2)
    expect(items.season(5, 1)).toMatchObject({
      seriesType: 'anime',
      airedCount: 24,
      foreignId: 'tvdb 81 1',
      episodes: [{id: 1}, {id: 2}],
    })
    put(episode(3))
    expect(items.changed('episode', 3)).toEqual(['season/5/1'])
    expect(items.season(5, 1)?.episodes).toHaveLength(3)
  })

  test('that leave or move to another season are evaluated with both', () => {
    const {items, store, put} = libraryOf([series(), season(1), episode(1), episode(2)])
    for (const _ of items.items());
    put(episode(2, 4))
    expect(items.changed('episode', 2)).toEqual(['season/5/1', 'season/5/4'])
    store.remove(arrId, {kind: 'episode', id: 1})
    expect(items.changed('episode', 1)).toEqual(['season/5/1'])
    expect([items.season(5, 1), items.season(5, 4)?.episodes.length]).toEqual([null, 1])
  })
})

test('a change of what contains others is one of all that it contains', () => {
  const album = (id: number, parentId: number) => libraryRow({kind: 'album', id, parentId})
  const {items} = libraryOf([
    series(),
    season(1),
    episode(1),
    episode(2, 2),
    album(7, 3),
    album(8, 3),
    album(9, 4),
  ])
  for (const _ of items.items());
  expect(items.changed('series', 5)).toEqual(['season/5/1', 'season/5/2'])
  expect(items.changed('season', seasonId(5, 1))).toEqual(['season/5/1'])
  expect(items.changed('artist', 3)).toEqual(['album/7', 'album/8'])
  expect(items.changed('movie', 1)).toEqual(['movie/1'])
})

test('an album has its name in the world, and misses something as long as a track does', () => {
  const artist = libraryRow({kind: 'artist', id: 3, monitored: true, profileId: 4})
  const album = libraryRow({
    kind: 'album',
    id: 7,
    parentId: 3,
    foreignId: 'mb-1',
    monitored: true,
    have: 2,
    due: 3,
    releasedAt: NOW,
  })
  const {items, put} = libraryOf([artist, album])
  expect(items.item('album/7')).toMatchObject({
    foreignId: 'album mb-1',
    hasFile: false,
    monitored: true,
    availableAt: NOW,
  })
  put({...album, have: 3})
  expect(items.item('album/7')?.hasFile).toBe(true)
})

test('each has the title that people know', () => {
  const artist = libraryRow({kind: 'artist', id: 3, title: 'Band'})
  const album = libraryRow({kind: 'album', id: 7, parentId: 3, title: 'First'})
  const {items} = libraryOf([film(1), film(2, {year: null}), series(), episode(4), artist, album])
  const units = [
    'movie/1',
    'movie/2',
    'season/5/1',
    'episode/4',
    'album/7',
    'movie/99',
    'season/9/1',
  ] as const
  expect(units.map((unit) => items.titleOf(unit))).toEqual([
    'Film 1 (2020)',
    'Film 2',
    'Show S01',
    'Show S01E04',
    'Band: First',
    null,
    null,
  ])
})
