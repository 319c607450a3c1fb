import {beforeEach, expect, test} from 'vitest'
import {libraryRow} from '#arr-client/api/library-rows.ts'
import {LibraryStore} from '#library/library-store.ts'
import {frameOf} from '#library/row-columns.ts'
import {asArrId, type ArrId} from '#model/arr.ts'
import {seasonId, type LibraryRow} from '#model/library.ts'
import type {MediaRequest} from '#model/requests.ts'
import type {SearchState, SearchUnit} from '#model/searching.ts'
import {RequestedMedia, type RequestSource, type RequestTaker} from './requests.ts'
import {DAY_MS, NOW} from './searching.fixture.ts'

const MINUTE = 60_000
const [hd, uhd, shows] = ['HD', 'UHD', 'Shows'].map(asArrId) as [ArrId, ArrId, ArrId]
const taker = (arrId: ArrId, more: Partial<RequestTaker> = {}): RequestTaker => ({
  arrId,
  kind: arrId === shows ? 'series' : 'movie',
  place: `${arrId.toLowerCase()}:7878`,
  approvedOnly: true,
  is4k: arrId === uhd,
  restMs: DAY_MS,
  ...more,
})
const all = [hd, uhd, shows]
const takers = all.map((id) => taker(id))

let now: number
let rows: LibraryStore
let states: Map<string, SearchState>
let said: string[]
let queued: Set<string>
let searching: Set<string>
let unsure: Set<ArrId>
let media: RequestedMedia

beforeEach(() => {
  now = NOW
  rows = new LibraryStore()
  states = new Map()
  said = []
  queued = new Set()
  searching = new Set()
  unsure = new Set()
  const get = (arrId: string, unit: SearchUnit) => states.get(`${arrId} ${unit}`)
  media = new RequestedMedia({
    service: {
      want(arrId, unit, wish) {
        said.push(`${arrId} ${unit} ${wish === null ? 'no more' : wish.reason}`)
        states.set(`${arrId} ${unit}`, {...(get(arrId, unit) ?? state(arrId, unit)), wish})
        return true
      },
      endRest: (arrId, unit) => void said.push(`${arrId} ${unit} rests no more`),
      isSearching: (arrId, unit) => searching.has(`${arrId} ${unit}`),
    },
    states: {
      get,
      *wished(arrId, reason) {
        for (const one of states.values()) if (one.arrId === arrId && one.wish?.reason === reason) yield one
      },
    },
    rows,
    isSure: (id) => !unsure.has(id),
    queued: () => queued,
    clock: {now: () => now},
    turns: {due: () => false, next: async () => undefined},
  })
})

function state(arrId: string, unit: SearchUnit, more: Partial<SearchState> = {}): SearchState {
  const nothing = {foreignId: null, searchId: null, searchedAt: null, reason: null, result: null} as const
  return {
    arrId,
    unit,
    ...nothing,
    round: 0,
    restsUntil: null,
    empties: 0,
    failures: 0,
    world: null,
    heldAt: null,
    wish: null,
    ...more,
  }
}

const put = (arrId: ArrId, ...some: LibraryRow[]) => rows.put(arrId, frameOf(some, 1))
const movie = (id: number, more: Partial<LibraryRow> = {}) =>
  libraryRow({kind: 'movie', id, tmdbId: 1_000 + id, title: `Film ${id}`, due: 1, monitored: true, ...more})

/** Series 5 with seasons of three episodes: of season 1 all are there. */
function putSeries(): void {
  put(
    shows,
    libraryRow({kind: 'series', id: 5, tvdbId: 77, imdbId: 'tt0000077', title: 'A Show', monitored: true}),
  )
  for (const season of [1, 2, 3]) {
    const have = season === 1 ? 3 : 0
    const about = {parentId: 5, seasonNumber: season, monitored: true} as const
    put(shows, libraryRow({kind: 'season', id: seasonId(5, season), have, due: 3, ...about}))
    for (const number of [1, 2, 3]) {
      const id = season * 10 + number
      put(shows, libraryRow({kind: 'episode', id, number, have: Math.sign(have), due: 1, ...about}))
    }
  }
}

const request = (id: string, more: Partial<MediaRequest> = {}): MediaRequest => ({
  id,
  source: 'seerr 1',
  kind: 'movie',
  title: null,
  tmdbId: null,
  tvdbId: null,
  imdbId: null,
  arrPlace: null,
  itemId: null,
  requester: 'ann',
  is4k: false,
  status: 'approved',
  seasons: [],
  requestedAt: NOW - 60 * MINUTE,
  seenAt: NOW,
  ...more,
})
const source = (requests: readonly MediaRequest[], more: Partial<RequestSource> = {}): RequestSource => ({
  manager: 'seerr',
  takers,
  requests,
  ...more,
})
const follow = (...requests: readonly MediaRequest[]) => media.follow([source(requests)], all)
const season = (number: number, episodes: readonly number[] | null = null) => ({season: number, episodes})
const stages = async () => (await media.views()).map(({arrId, stage}) => [arrId, stage])

test('Q44 a film is wanted in the Arr that takes it: plain ones, and those for 4K', async () => {
  put(hd, movie(1))
  put(uhd, movie(8, {tmdbId: 1_001}))
  await follow(request('1', {tmdbId: 1_001}))
  expect(said).toEqual(['HD movie/1 request', 'HD movie/1 rests no more'])
  said = []
  await follow(request('1', {tmdbId: 1_001}), request('2', {tmdbId: 1_001, is4k: true}))
  expect(said).toEqual(['UHD movie/8 request', 'UHD movie/8 rests no more'])
})

test('Q44 of a series the seasons that were asked for are wanted, as far as something of them is missing', async () => {
  putSeries()
  await follow(request('1', {kind: 'series', tvdbId: 77, seasons: [season(1), season(2), season(9)]}))
  expect(said).toEqual(['Shows season/5/2 request', 'Shows season/5/2 rests no more'])
})

test('Q46 of a season some episodes are wanted one by one, and all that it lacks as the season', async () => {
  putSeries()
  await follow(request('1', {kind: 'series', tvdbId: 77, seasons: [season(2, [1, 3]), season(3, [1, 2, 3])]}))
  expect([...states.keys()]).toEqual(['Shows episode/21', 'Shows episode/23', 'Shows season/5/3'])
})

test('who asked for what is searched is known, also of each episode of a season', async () => {
  put(hd, movie(1), movie(2))
  putSeries()
  await follow(
    request('1', {tmdbId: 1_001}),
    request('2', {tmdbId: 1_002, requester: null}),
    request('3', {kind: 'series', tvdbId: 77, seasons: [season(2)], requester: 'bob'}),
  )
  const of = (arrId: string, unit: SearchUnit) => media.requesterOf(arrId, unit)
  expect([of('HD', 'movie/1'), of('HD', 'movie/2'), of('UHD', 'movie/1')]).toEqual(['ann', null, null])
  expect([of('Shows', 'season/5/2'), of('Shows', 'episode/22'), of('Shows', 'episode/31')]).toEqual([
    'bob',
    'bob',
    null,
  ])
})

test('Q44 an item is found by the number in its Arr, else by TMDB or TVDB, else by IMDb', async () => {
  put(hd, movie(1), movie(2, {tmdbId: null, imdbId: 'tt0000002'}), movie(3))
  putSeries()
  await follow(
    request('1', {itemId: 1, arrPlace: 'hd:7878'}),
    request('2', {tmdbId: 5, imdbId: 'tt0000002'}),
    request('3', {tmdbId: 1_003}),
    request('4', {kind: 'series', imdbId: 'tt0000077', seasons: [season(2)]}),
  )
  expect([...states.keys()]).toEqual(['HD movie/1', 'HD movie/2', 'HD movie/3', 'Shows season/5/2'])
})

test('a number that means another film by now is not taken for it', async () => {
  put(hd, movie(1), movie(2))
  await follow(request('1', {itemId: 1, arrPlace: 'hd:7878', tmdbId: 1_002}))
  expect([...states.keys()]).toEqual(['HD movie/2'])
})

test('what its manager handed to one Arr is not wanted in another one that has it, too', async () => {
  const other = asArrId('HD-2')
  put(hd, movie(1))
  put(other, movie(4, {tmdbId: 1_001}))
  const both = [taker(hd), taker(other)]
  const asked = [request('1', {tmdbId: 1_001, arrPlace: 'hd-2:7878'})]
  await media.follow([source(asked, {takers: both})], [hd, other])
  expect([...states.keys()]).toEqual(['HD-2 movie/4'])
  await media.follow(
    [source([request('1', {tmdbId: 1_001, arrPlace: 'away:1'})], {takers: both})],
    [hd, other],
  )
  expect([...states.keys()]).toEqual(['HD-2 movie/4', 'HD movie/1'])
})

test('Q46 what is not approved is wanted where the section takes it, and only there', async () => {
  put(hd, movie(1))
  const asked = [request('1', {tmdbId: 1_001, status: 'pending'})]
  await media.follow([source(asked)], all)
  expect(said).toEqual([])
  expect(await stages()).toEqual([[hd, 'pending']])
  await media.follow([source(asked, {takers: [taker(hd, {approvedOnly: false})]})], all)
  expect(said[0]).toBe('HD movie/1 request')
})

test('Q45 what was added a moment ago waits, as its manager has it searched', async () => {
  put(hd, movie(1, {addedAt: NOW - 9 * MINUTE}))
  await follow(request('1', {tmdbId: 1_001}))
  expect(said).toEqual([])
  now = NOW + MINUTE
  await follow(request('1', {tmdbId: 1_001}))
  expect(said).toEqual(['HD movie/1 request', 'HD movie/1 rests no more'])
})

test('Q45 what its Arr searched since it was asked for rests as after a search of ours', async () => {
  put(hd, movie(1, {searchedAt: NOW - 30 * MINUTE}), movie(2, {searchedAt: NOW - 90 * MINUTE}))
  const asked = [request('1', {tmdbId: 1_001}), request('2', {tmdbId: 1_002})]
  await follow(...asked)
  expect([...states.keys()]).toEqual(['HD movie/2'])
  now = NOW - 30 * MINUTE + DAY_MS
  await follow(...asked)
  expect([...states.keys()]).toEqual(['HD movie/2', 'HD movie/1'])
})

test('Q45 what we searched since it was asked for goes on resting', async () => {
  put(hd, movie(1))
  states.set('HD movie/1', state(hd, 'movie/1', {searchedAt: NOW - MINUTE, empties: 1}))
  await follow(request('1', {tmdbId: 1_001}))
  expect(said).toEqual(['HD movie/1 request'])
})

test('what is there, or not asked for any more, is not wanted any more; once wanted nothing is said again', async () => {
  put(hd, movie(1), movie(2))
  const asked = [request('1', {tmdbId: 1_001}), request('2', {tmdbId: 1_002})]
  await follow(...asked)
  said = []
  await follow(...asked)
  expect(said).toEqual([])
  put(hd, movie(1, {have: 1}))
  await follow(...asked)
  expect(said).toEqual(['HD movie/1 no more'])
  await follow()
  expect(said).toEqual(['HD movie/1 no more', 'HD movie/2 no more'])
})

test('a library in doubt, or one that is not read, withdraws nothing', async () => {
  put(hd, movie(1))
  await follow(request('1', {tmdbId: 1_001}))
  rows.removeArr(hd)
  unsure.add(hd)
  said = []
  await follow(request('1', {tmdbId: 1_001}))
  expect(said).toEqual([])
})

test('what a person wants of the same film is left alone for a day', async () => {
  put(hd, movie(1))
  states.set('HD movie/1', state(hd, 'movie/1', {wish: {reason: 'person', at: NOW}}))
  await follow(request('1', {tmdbId: 1_001}))
  expect(said).toEqual([])
  now = NOW + DAY_MS
  await follow(request('1', {tmdbId: 1_001}))
  expect(said[0]).toBe('HD movie/1 request')
  await follow()
  expect(said.at(-1)).toBe('HD movie/1 no more')
})

test('of two who asked for the same the first one counts', async () => {
  put(hd, movie(1))
  await follow(request('2', {tmdbId: 1_001}), request('1', {tmdbId: 1_001, requestedAt: NOW - DAY_MS}))
  expect(states.get('HD movie/1')?.wish).toEqual({reason: 'request', at: NOW - DAY_MS})
})

test('each request says how far it has got, the newest first', async () => {
  put(hd, movie(1, {have: 1}), movie(2), movie(3), movie(4, {monitored: false}), movie(5))
  putSeries()
  queued.add('movie/2').add('episode/22')
  searching.add('HD movie/3')
  const at = (minutes: number) => ({requestedAt: NOW - minutes * MINUTE})
  await follow(
    request('1', {tmdbId: 1_001, ...at(1)}),
    request('2', {tmdbId: 1_002, ...at(2)}),
    request('3', {tmdbId: 1_003, ...at(3)}),
    request('4', {tmdbId: 1_004, ...at(4)}),
    request('5', {tmdbId: 1_005, ...at(5)}),
    request('6', {tmdbId: 9, title: 'Nowhere', ...at(6)}),
    request('7', {kind: 'series', tvdbId: 77, seasons: [season(2)], ...at(7)}),
    request('8', {kind: 'series', tvdbId: 77, seasons: [season(1)], ...at(8)}),
    request('9', {kind: 'series', tvdbId: 77, seasons: [season(8)], ...at(9)}),
  )
  expect(await stages()).toEqual([
    [hd, 'available'],
    [hd, 'downloading'],
    [hd, 'searching'],
    [hd, 'unmonitored'],
    [hd, 'waiting'],
    [null, 'not_in_arr'],
    [shows, 'downloading'],
    [shows, 'available'],
    [shows, 'waiting'],
  ])
  const views = await media.views()
  expect(views.map(({title}) => title).slice(4, 7)).toEqual(['Film 5', 'Nowhere', 'A Show'])
  expect(views[5]).toMatchObject({arrs: ['HD', 'UHD', 'Shows'], manager: 'seerr', units: []})
})
