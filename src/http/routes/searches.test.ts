import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {asArrId} from '#model/arr.ts'
import type {SearchRun} from '#model/automation-state.ts'
import type {SearchesOfArr, SearchesQuery} from '#model/searches.ts'
import {expectProblem} from '#test/http/expect-problem.ts'
import {fakeHarness, hashOf, startOfTime, type FakeHarness} from '#test/http/http-fakes.ts'
import {searchesRoutes} from './searches.ts'

const grabbed: SearchRun = {
  searchId: 's1',
  arrId: 'films',
  items: ['movie/17'],
  unit: 'movie/17',
  cause: 'schedule',
  reason: 'request',
  commandId: 4,
  askedAt: startOfTime,
  end: {
    outcome: 'grabbed',
    endedAt: startOfTime + 5_000,
    title: 'Brazil (1985)',
    said: '1 reports downloaded.',
    found: 14,
    indexers: 3,
    grabs: [{downloadId: hashOf('a').toUpperCase(), title: 'Brazil.1985.1080p-AAA'}],
    refused: [],
    rejects: {size: 13},
  },
}
const running: SearchRun = {...grabbed, searchId: 's2', arrId: 'shows', reason: 'missing', end: null}
const standing: SearchesOfArr = {
  arrId: 'films',
  wanted: 40,
  ready: 9,
  pause: {code: 'paused', until: startOfTime + 9},
  nextAt: startOfTime + 9,
  hour: {made: 3, most: 30},
  day: {made: 20, most: 0},
  paused: {arrId: 'films', since: startOfTime, until: startOfTime + 9},
}
const asked: SearchesQuery[] = []
const ordered: unknown[] = []
let harness: FakeHarness

beforeEach(async () => {
  asked.length = 0
  ordered.length = 0
  harness = await fakeHarness({
    arrsOf: () => [
      {id: asArrId('films'), kind: 'radarr', name: 'Films'},
      {id: asArrId('shows'), kind: 'sonarr', name: 'Shows'},
    ],
    searches: {
      query: async (query) => {
        asked.push(query)
        return {
          items: [running, grabbed],
          total: 40,
          outcomes: new Map([
            ['grabbed', 39],
            ['running', 1],
          ]),
        }
      },
      get: async (id) => ({...grabbed, arrId: id === 'hidden' ? 'hidden' : 'films', searchId: id}),
      titleOf: () => 'Severance S01',
      standing: () => [standing],
    },
    nouns: [
      searchesRoutes(
        {
          searchNow: async (_, wanted, isDry) => {
            ordered.push([wanted, isDry])
            return {
              items: [
                {arrId: 'films', unit: 'movie/17', answer: 'queued', hold: null},
                {
                  arrId: 'films',
                  unit: 'movie/18',
                  answer: 'held',
                  hold: {code: 'unreleased', until: startOfTime + 7},
                },
              ],
              cost: {searches: 1, questions: 3, lastAt: startOfTime + 90_000},
              left: 12,
            }
          },
          hold: async (_, units, is) => {
            ordered.push([units, is])
            return units.slice(1)
          },
          pause: async (_, id, until) => void ordered.push(['pause', id, until]),
          resume: async (_, id) => void ordered.push(['resume', id]),
        },
        {now: () => startOfTime},
      ),
    ],
  })
})
afterEach(() => harness.http.close())

const ask = (path: string) => harness.http.app.inject({url: `/api/searches${path}`})
const post = (path: string, payload: object) =>
  harness.http.app.inject({method: 'POST', url: `/api${path}`, payload})

describe('searches that were made', () => {
  test('are listed with what came of them, where it is now, and how the Arrs stand', async () => {
    const answer = await ask('?offset=20&limit=50')
    expect(asked).toEqual([{arrs: ['films', 'shows'], condition: null, offset: 20, limit: 50}])
    expect(answer.json()).toMatchObject({
      items: [
        {
          id: 's2',
          arr_id: 'shows',
          title: 'Severance S01',
          by: 'schedule',
          outcome: 'running',
          ended_at: null,
        },
        {
          id: 's1',
          arr_id: 'films',
          unit: 'movie/17',
          title: 'Brazil (1985)',
          by: 'request',
          reason: 'request',
          outcome: 'grabbed',
          found: 14,
          indexers: 3,
          rejects: {size: 13},
          grabs: [
            {
              title: 'Brazil.1985.1080p-AAA',
              servers: [
                {server_id: 'qBit', info_hash: hashOf('a')},
                {server_id: 'box', info_hash: hashOf('a')},
              ],
            },
          ],
        },
      ],
      total: 40,
      offset: 20,
      limit: 50,
      counts: {grabbed: 39, running: 1},
      arrs: [
        {
          arr_id: 'films',
          pause: 'paused',
          says: 'Paused by a user.',
          until: startOfTime + 9,
          hour: {made: 3, most: 30},
          paused: {since: startOfTime, until: startOfTime + 9},
        },
      ],
    })
  })

  test('are filtered in the language of the search box, and what is not understood is refused', async () => {
    expect((await ask(`?q=${encodeURIComponent('brazil outcome:grabbed arr:shows')}`)).statusCode).toBe(200)
    expect(asked[0]?.condition).toEqual({
      all: [
        {asks: 'title', text: 'brazil'},
        {asks: 'outcome', outcome: 'grabbed'},
        {asks: 'arr', ids: ['shows']},
      ],
    })
    expectProblem(await ask('?q=outcome:boring'), 'bad_request')
    expectProblem(await ask('?q=arr:hidden'), 'bad_request')
  })

  test('Q53 one is read by its id, and that of an Arr that is not seen is not there', async () => {
    expect((await ask('/s1')).json()).toMatchObject({id: 's1', title: 'Brazil (1985)'})
    expectProblem(await ask('/hidden'), 'search_unknown')
  })
})

describe('what people order', () => {
  const items = [
    {arr_id: 'films', unit: 'movie/17'},
    {arr_id: 'films', unit: 'movie/18'},
  ]
  const units = items.map(({arr_id: arrId, unit}) => ({arrId, unit}))

  test('is answered for each, with what holds it, and what it costs', async () => {
    const answer = await post('/searches', {items, dry_run: true})
    expect(ordered).toEqual([[{units}, true]])
    expect(answer.json()).toEqual({
      items: [
        {arr_id: 'films', unit: 'movie/17', answer: 'queued', hold: null, says: null, until: null},
        {
          arr_id: 'films',
          unit: 'movie/18',
          answer: 'held',
          hold: 'unreleased',
          says: 'Not searched: not out yet.',
          until: startOfTime + 7,
        },
      ],
      cost: {searches: 1, questions: 3, seconds: 90, last_at: startOfTime + 90_000},
      left: 12,
    })
  })

  test('may be all that is ready, in some Arrs or in all', async () => {
    await post('/searches', {all: true})
    await post('/searches', {all: true, arrs: ['shows'], dry_run: true})
    expect(ordered).toEqual([
      [{readyIn: null}, false],
      [{readyIn: ['shows']}, true],
    ])
  })

  test.each([
    ['nothing', {}],
    ['some and all', {items, all: true}],
    ['Arrs without all', {items, arrs: ['films']}],
    ['none', {items: []}],
    ['more than a thousand', {items: Array.from({length: 1_001}, () => items[0])}],
    ['what is no unit', {items: [{arr_id: 'films', unit: 'series/5'}]}],
    ['a unit with more behind it', {items: [{arr_id: 'films', unit: 'movie/17/5'}]}],
  ])('is refused: %s', async (_, body) => {
    expectProblem(await post('/searches', body), 'bad_request')
    expect(ordered).toEqual([])
  })

  test('may be to hold some back, and to let them be', async () => {
    expect((await post('/searches/hold', {items, hold: true})).json()).toEqual({unknown: [items[1]]})
    await post('/searches/hold', {items, hold: false})
    expect(ordered).toEqual([
      [units, true],
      [units, false],
    ])
  })

  test('may be to pause an Arr, until then or until it is resumed', async () => {
    expect((await post('/arrs/films/search/pause', {until: startOfTime + 9})).statusCode).toBe(204)
    expect((await post('/arrs/films/search/pause', {})).statusCode).toBe(204)
    expect((await post('/arrs/films/search/resume', {})).statusCode).toBe(204)
    expect(ordered).toEqual([
      ['pause', 'films', startOfTime + 9],
      ['pause', 'films', null],
      ['resume', 'films'],
    ])
  })
})
