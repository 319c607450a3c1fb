import {afterEach, beforeEach, expect, test} from 'vitest'
import {asArrId} from '#model/arr.ts'
import type {RequestView} from '#model/requests.ts'
import {expectProblem} from '#test/http/expect-problem.ts'
import {fakeHarness, startOfTime, type FakeHarness} from '#test/http/http-fakes.ts'

function view(id: string, more: Partial<RequestView> = {}): RequestView {
  return {
    request: {
      source: 'seerr 1a2b3c4d',
      id,
      kind: 'series',
      title: null,
      tmdbId: null,
      tvdbId: 77,
      imdbId: 'tt0000077',
      arrPlace: 'shows:8989',
      itemId: 5,
      requester: 'Ann',
      is4k: false,
      status: 'approved',
      seasons: [{season: 2, episodes: null}],
      requestedAt: startOfTime,
      seenAt: startOfTime + 1,
    },
    manager: 'seerr',
    arrId: 'shows',
    arrs: ['films', 'shows', 'hidden'],
    title: 'A Show',
    units: ['season/5/2'],
    stage: 'waiting',
    ...more,
  }
}

let views: readonly RequestView[]
let commands: readonly string[]
let seen: readonly ('films' | 'shows' | 'hidden')[]
let harness: FakeHarness

beforeEach(async () => {
  views = [view('17')]
  commands = ['films', 'shows', 'hidden']
  seen = ['films', 'shows']
  harness = await fakeHarness({
    arrsOf: () => seen.map((id) => ({id: asArrId(id), kind: 'sonarr', name: id})),
    requests: async () => views,
    mayCommandArr: (_, id) => commands.includes(id),
  })
})
afterEach(() => harness.http.close())

const ask = (query = '') => harness.http.app.inject({url: `/api/requests${query}`})
const rows = async (query = '') =>
  (await ask(query)).json<{items: {id: string; requester: string | null}[]; total: number}>()

test('what was requested is listed with its Arr, its seasons and how far it has got', async () => {
  expect((await ask()).json()).toEqual({
    items: [
      {
        id: 'seerr 1a2b3c4d 17',
        manager: 'seerr',
        kind: 'series',
        title: 'A Show',
        tmdb_id: null,
        tvdb_id: 77,
        imdb_id: 'tt0000077',
        is_4k: false,
        seasons: [{season: 2, episodes: null}],
        is_approved: true,
        requester: 'Ann',
        requested_at: startOfTime,
        seen_at: startOfTime + 1,
        arr_id: 'shows',
        units: ['season/5/2'],
        stage: 'waiting',
        says: 'Waiting for its search, or for its release.',
      },
    ],
    total: 1,
    counts: {
      pending: 0,
      not_in_arr: 0,
      unmonitored: 0,
      waiting: 1,
      searching: 0,
      downloading: 0,
      available: 0,
    },
  })
})

test('Q53 of an Arr that a user does not see there is no row, no count and no requester', async () => {
  views = [view('1', {arrId: 'hidden'}), view('2')]
  const {items, total} = await rows()
  expect([items.map(({id}) => id), total]).toEqual([['seerr 1a2b3c4d 2'], 1])
  expect(JSON.stringify(await rows('?stage=waiting'))).not.toContain('seerr 1a2b3c4d 1')
  expectProblem(await ask('?arr=hidden'), 'arr_unknown')
})

test('Q53 what no Arr has is shown only where all Arrs that take requests of its manager are seen', async () => {
  views = [view('1', {arrId: null, stage: 'not_in_arr', units: []})]
  expect((await rows()).total).toBe(0)
  seen = ['films', 'shows', 'hidden']
  expect((await rows()).total).toBe(1)
  expect((await rows('?arr=shows')).total).toBe(0)
})

test('the rows of one stage and of one Arr are windows of their own', async () => {
  views = [view('1'), view('2', {stage: 'available'}), view('3', {arrId: 'films'}), view('4')]
  const ids = async (query: string) => {
    const {items, total} = await rows(query)
    return [items.map(({id}) => Number(id.split(' ').at(-1))), total]
  }
  expect(await ids('?stage=waiting')).toEqual([[1, 3, 4], 3])
  expect(await ids('?arr=films')).toEqual([[3], 1])
  expect(await ids('?arr=shows&offset=1&limit=1')).toEqual([[2], 3])
})
