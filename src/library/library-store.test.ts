import {expect, test} from 'vitest'
import {libraryRow} from '#arr-client/api/library-rows.ts'
import {fold} from '#lib/fold-text.ts'
import {asArrId} from '#model/arr.ts'
import {seasonId, type LibraryRow} from '#model/library.ts'
import {LibraryStore} from './library-store.ts'
import {frameOf, identityOf, isOther, keyFrom, keyNumber} from './row-columns.ts'

const films = asArrId('films')
const shows = asArrId('shows')
const film = (id: number, more: Partial<LibraryRow> = {}) =>
  libraryRow({kind: 'movie', id, title: `Film ${id}`, tmdbId: 1_000 + id, due: 1, ...more})

/** Everything that a row can say, once each way. */
const whole: LibraryRow = {
  kind: 'episode',
  id: 99,
  parentId: 5,
  seasonNumber: 0,
  number: 12,
  title: 'Die Rückkehr – 日本語',
  year: 1902,
  tmdbId: 2_000_000_000,
  tvdbId: 7,
  imdbId: 'tt10838180',
  foreignId: '6e3b9ff4-5f2b-4b2f-8a0e-0f7f0d0c4a11',
  inCinemasAt: Date.UTC(1902, 8, 1),
  digitalAt: Date.UTC(2099, 0, 1, 3, 4),
  physicalAt: Date.UTC(1970, 0, 1),
  releasedAt: Date.UTC(2026, 10, 30, 21, 35),
  runtimeMinutes: 45,
  minimumAvailability: 'inCinemas',
  seriesType: 'anime',
  addedAt: Date.UTC(2024, 1, 29, 12, 0),
  monitored: true,
  fileId: 3,
  have: 0,
  due: 1,
  size: 5e12,
  quality: 'WEBDL-1080p',
  belowCutoff: false,
  score: -25,
  profileId: 4,
  tags: [3, 1],
  searchedAt: Date.UTC(2026, 10, 30, 21, 35, 12, 345),
}

test('a row comes back as it was put, also where nothing of it is known', () => {
  const rows = new LibraryStore()
  const unknown = libraryRow({kind: 'movie', id: 1})
  rows.put(shows, frameOf([whole, unknown], 77))
  const at = (row: LibraryRow) => rows.rowAt(rows.placeOf(shows, row)!)
  expect(at(whole)).toEqual({...whole, arrId: shows, readAt: 77})
  expect(at(unknown)).toEqual({...unknown, arrId: shows, readAt: 77})
})

test('what has no room in its column, or is no number, is not known', () => {
  const rows = new LibraryStore()
  const odd = film(1, {year: 1e9, score: 2 ** 40, size: Number.POSITIVE_INFINITY, searchedAt: Number.NaN})
  rows.put(films, frameOf([odd, film(2, {imdbId: 'nm0000206', size: 1.5, runtimeMinutes: 90.5})], 0))
  expect(rows.rowAt(rows.placeOf(films, odd)!)).toMatchObject({
    year: null,
    score: null,
    size: 0,
    searchedAt: null,
  })
  expect(rows.rowAt(rows.placeOf(films, {kind: 'movie', id: 2})!)).toMatchObject({
    imdbId: null,
    size: 1,
    runtimeMinutes: 90,
  })
})

test('rows of many Arrs come, change and go, and each is found by its Arr, kind and number alone', () => {
  const rows = new LibraryStore()
  const model = new Map<string, string>()
  const arrs = [films, shows, asArrId('other')]
  const kinds = ['movie', 'series', 'album'] as const
  let seed = 1
  const random = (most: number) => {
    seed = (seed * 48_271) % (2 ** 31 - 1)
    return seed % most
  }
  for (let step = 0; step < 20_000; step++) {
    const arr = arrs[random(arrs.length)]!
    const kind = kinds[random(kinds.length)]!
    const id = 1 + random(700)
    const key = `${arr}/${kind}/${id}`
    if (random(3) === 0) {
      expect(rows.remove(arr, {kind, id})).toBe(model.delete(key))
      continue
    }
    const title = `${random(100)}`
    const changed: number[] = []
    rows.put(arr, frameOf([libraryRow({kind, id, title})], step), (place) => void changed.push(place))
    expect(changed.length).toBe(model.get(key) === title ? 0 : 1)
    model.set(key, title)
  }
  expect(rows.size).toBe(model.size)
  for (const arr of arrs)
    for (const kind of kinds)
      for (let id = 1; id <= 700; id++) {
        const place = rows.placeOf(arr, {kind, id})
        expect(place === null ? undefined : rows.titleAt(place)).toBe(model.get(`${arr}/${kind}/${id}`))
      }
  rows.removeArr(films)
  expect(rows.sizeOf(films)).toBe(0)
  expect(rows.size).toBe([...model.keys()].filter((key) => !key.startsWith('films/')).length)
})

test('sixty thousand films take less than 200 bytes each', () => {
  const rows = new LibraryStore()
  const all = Array.from({length: 60_000}, (_, at) => film(at + 1, {quality: 'WEBDL-1080p', tags: [at % 7]}))
  rows.put(films, frameOf(all, 0))
  const titles = all.reduce((sum, {title}) => sum + 24 + title.length, 0)
  expect((rows.bytes + titles) / rows.size).toBeLessThan(200)
})

test('another thing at the same number is one of another foreign id and another title', () => {
  const is = (before: LibraryRow, now: LibraryRow) => isOther(identityOf(before), identityOf(now))
  const one = film(1, {title: 'The Matrix', tmdbId: 603})
  expect(is(one, {...one, tmdbId: 604, title: 'Alien'})).toBe(true)
  // Two entries of one film were merged.
  expect(is(one, {...one, tmdbId: 604, title: 'THE MATRIX.'})).toBe(false)
  // It was renamed.
  expect(is(one, {...one, title: 'Matrix'})).toBe(false)
  expect(is(one, {...one, tmdbId: null, title: 'Alien'})).toBe(false)
  const episode = libraryRow({kind: 'episode', id: 1, parentId: 5, title: 'Pilot'})
  expect(is(episode, {...episode, parentId: 6, title: 'Finale'})).toBe(true)
})

test('the number of a key stands for its kind and id', () => {
  for (const key of [
    {kind: 'movie', id: 1},
    {kind: 'season', id: seasonId(400_000, 2023)},
    {kind: 'book', id: 2 ** 32 - 1},
  ] as const)
    expect(keyFrom(keyNumber(key))).toEqual(key)
})

test('the order of titles is that of a sort, whatever comes, changes and goes', async () => {
  const rows = new LibraryStore()
  // Before anybody asks, and while it is sorted.
  rows.put(
    films,
    frameOf(
      Array.from({length: 1_777}, (_, at) => film(500 + at, {title: `Old ${(at * 7) % 300}`})),
      0,
    ),
  )
  const preparing = rows.prepareTitleOrder({due: () => true, next: async () => {}})
  rows.put(films, frameOf([film(600, {title: 'Another'}), film(9_000, {title: 'New'})], 0))
  rows.remove(films, {kind: 'movie', id: 700})
  await preparing
  const words = ['The', 'A', 'an', 'Über', 'alpha', 'Zeta', '[REC]', '…and', '', '12', 'beta beta']
  let seed = 7
  const random = (most: number) => {
    seed = (seed * 48_271) % (2 ** 31 - 1)
    return seed % most
  }
  const plain = (title: string) =>
    fold(title)
      .replace(/^[^\p{L}\p{N}]+/u, '')
      .replace(/^(?:the|a|an) (?=\S)/, '')
  for (let round = 0; round < 60; round++) {
    // Many at first, then a few at a time.
    for (let step = 0; step < (round === 0 ? 500 : 1 + random(20)); step++) {
      const id = 1 + random(400)
      if (random(4) === 0) rows.remove(films, {kind: 'movie', id})
      else {
        const title = `${words[random(words.length)]} ${words[random(words.length)]}${random(3)}`.trim()
        rows.put(films, frameOf([film(id, {title})], round))
      }
    }
    const titles = [...rows.inTitleOrder].map((place) => plain(rows.titleAt(place)))
    expect(titles.length).toBe(rows.size)
    expect(titles).toEqual(titles.toSorted((one, other) => (one < other ? -1 : one > other ? 1 : 0)))
  }
})
