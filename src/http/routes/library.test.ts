import {afterEach, beforeEach, expect, test} from 'vitest'
import {libraryRow} from '#arr-client/api/library-rows.ts'
import {itemDetails, queryLibrary} from '#library/library-query.ts'
import {LibraryStore} from '#library/library-store.ts'
import {frameOf} from '#library/row-columns.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import {asArrId} from '#model/arr.ts'
import {seasonId, type LibraryState} from '#model/library.ts'
import {expectProblem} from '#test/http/expect-problem.ts'
import {fakeHarness, startOfTime, type FakeHarness} from '#test/http/http-fakes.ts'

const films = asArrId('films')
const shows = asArrId('shows')
const hidden = asArrId('hidden')

const known: LibraryState = {
  readAt: startOfTime,
  doubtful: null,
  settings: {
    profiles: [{id: 1, name: 'HD', upgradeAllowed: true, minScore: 10, cutoffScore: 20}],
    tags: [{id: 4, label: 'kids'}],
    delayProfiles: [],
    indexers: [],
    availabilityDelay: 0,
  },
}
const rows = new LibraryStore()
const film = {kind: 'movie', due: 1, monitored: true, profileId: 1, digitalAt: 0} as const
for (const arr of [films, hidden])
  rows.put(
    arr,
    frameOf(
      [
        libraryRow({...film, id: 1, title: 'Brazil', year: 1985, tags: [4]}),
        libraryRow({
          ...film,
          id: 2,
          title: 'Alien',
          year: 1979,
          have: 1,
          fileId: 1,
          score: 5,
          belowCutoff: true,
        }),
      ],
      startOfTime,
    ),
  )
rows.put(
  shows,
  frameOf(
    [
      libraryRow({kind: 'series', id: 7, title: 'Cabin', have: 1, due: 3, monitored: true}),
      libraryRow({kind: 'season', id: seasonId(7, 1), parentId: 7, seasonNumber: 1, title: 'Cabin'}),
    ],
    startOfTime,
  ),
)

let harness: FakeHarness

beforeEach(async () => {
  const sources = {rows, stateOf: () => known, queued: () => new Set<string>(), now: startOfTime}
  harness = await fakeHarness({
    // Of the third one nobody here is to know.
    arrsOf: () => [
      {id: films, kind: 'radarr', name: 'Films'},
      {id: shows, kind: 'sonarr', name: 'Shows'},
    ],
    library: {
      query: async (query) => queryLibrary(query, sources, new TimeSlice()),
      item: async (arr, key) => itemDetails(arr, key, sources),
      stateOf: sources.stateOf,
    },
  })
})
afterEach(() => harness.http.close())

const ask = (path: string, query: Record<string, string> = {}) =>
  harness.http.app.inject({url: `/api/library${path}?${new URLSearchParams(query).toString()}`})
const list = async (query: Record<string, string>) =>
  (await ask('', query)).json<{
    items: {title: string; arr: string}[]
    total: number
    counts: object
    arrs: {arr_id: string}[]
  }>()

test('movies, series, artists and authors of the Arrs that are seen stand in one list, and in no count those of others', async () => {
  const {items, total, counts, arrs} = await list({})
  expect(items.map(({title, arr}) => `${title} ${arr}`)).toEqual([
    'Alien Films',
    'Brazil Films',
    'Cabin Shows',
  ])
  expect(total).toBe(3)
  expect(counts).toEqual({
    have: 1,
    partial: 1,
    missing: 1,
    queued: 0,
    unreleased: 0,
    below_cutoff: 1,
    below_minimum: 1,
  })
  expect(arrs.map((it) => it.arr_id)).toEqual(['films', 'shows'])
  expect((await list({q: 'kind:season'})).items.map(({title}) => title)).toEqual(['Cabin'])
})

test('a list is filtered, sorted and cut', async () => {
  expect((await list({q: 'state:missing tag:kids'})).items).toMatchObject([
    {title: 'Brazil', state: 'missing', profile: 'HD', tags: ['kids'], monitored: true, cutoff: null},
  ])
  expect((await list({sort: '-year,title', limit: '1', offset: '1'})).items).toMatchObject([
    {title: 'Alien', cutoff: 'unmet', minimum: 'unmet', minimum_score: 10, score: 5, year: 1979},
  ])
})

test('what is not understood is refused, with what would be, and an Arr that is not seen is called unknown', async () => {
  const refused = await ask('', {q: 'year>=1980 stat:missing'})
  expectProblem(refused, 'bad_request')
  expect(refused.json()).toMatchObject({errors: [{field: 'q', found: 'stat', line: 1, column: 12}]})
  expectProblem(await ask('', {q: 'arr:hidden'}), 'bad_request')
  expectProblem(await ask('', {sort: 'colour'}), 'bad_request')
})

test('one of them comes with what is below it', async () => {
  const answer = (await ask('/shows/series/7')).json<{item: object; below: object[]}>()
  expect(answer.item).toMatchObject({title: 'Cabin', state: 'partial', have: 1, due: 3})
  expect(answer.below).toMatchObject([{kind: 'season', season: 1, id: seasonId(7, 1)}])
})

test('what is not there, and what is of an Arr that is not seen, is unknown', async () => {
  expectProblem(await ask('/films/movie/9'), 'library_item_unknown')
  expectProblem(await ask('/hidden/movie/1'), 'arr_unknown')
  expectProblem(await ask('/films/film/1'), 'bad_request')
})
