/** Indexers that fail, are not used for everything, or are not for everything. Source: Radarr's IndexerFactory, HttpIndexerBase, health checks. */
import {afterEach, expect, test} from 'vitest'
import {asking, type Asking} from './asking.fixture.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const NEVER = {completeAfter: null}
const films = [
  {title: 'Some Film', year: 2020},
  {title: 'Other Film', year: 2021, tags: [1]},
]

let one: Asking
afterEach(() => one.sim.close())

interface Health {
  readonly source: string
  readonly type: string
  readonly message: string
  readonly wikiUrl: string
  readonly reason?: string
}

const health = async () => {
  const {value} = await one.ask<Health[]>('GET', 'health')
  return value.filter(({source}) => source.startsWith('Indexer'))
}
const sources = async () => (await health()).map(({source, type}) => `${source} ${type}`).sort()
const lastSearch = async (id: number) =>
  (await one.ask<{lastSearchTime?: string}>('GET', `movie/${id}`)).value.lastSearchTime

test('one at its limit is blocked for so long; the search goes on without it, and counts as done', async () => {
  one = asking('radarr', {library: films, indexers: [{name: 'A'}, {name: 'B'}]})
  const {releases, faults, stats} = one.arr.arr
  releases.define({itemId: 1, indexer: 'A', qualityId: 7, life: NEVER})
  const other = releases.define({itemId: 1, indexer: 'B', life: NEVER})
  faults.add({kind: 'indexerFails', path: '^A$', status: 429, retryAfter: 1_800, count: 1})
  const {status, result, message} = await one.command('MoviesSearch', {movieIds: [1]})
  expect([status, result, message]).toEqual([
    'completed',
    'successful',
    'Completed search for 1 movies. 1 reports downloaded.',
  ])
  expect(stats.grabs).toEqual([other.hash])
  expect(await lastSearch(1)).toBeDefined()
  expect(await health()).toMatchObject([
    {source: 'IndexerStatusCheck', type: 'warning', message: 'Indexers unavailable due to failures: A'},
  ])
  one.said()
  await one.command('MoviesSearch', {movieIds: [2]})
  expect(one.said()[0]).toBe('started: Searching indexers for [Other Film]. 1 active indexers')
  await one.sim.time.advance(30 * MINUTE)
  expect(await sources()).toEqual([])
  await one.command('MoviesSearch', {movieIds: [2]})
  expect(one.said()[0]).toBe('started: Searching indexers for [Other Film]. 2 active indexers')
})

test.each([
  ['a limit that names no time', {status: 429}, 60],
  ['a limit for 40 minutes', {status: 429, retryAfter: 2_400}, 60],
  ['a limit for a day', {status: 429, retryAfter: 86_400}, 1_440],
  ['an error', {status: 503}, 1],
] as const)('%s blocks an indexer for the next of the fixed times', async (_, answer, minutes) => {
  one = asking('radarr', {library: films, config: {rssSyncInterval: 0}})
  one.arr.arr.faults.add({kind: 'indexerFails', ...answer, count: 1})
  await one.command('MoviesSearch', {movieIds: [1]}, 1_200)
  const [indexer] = one.arr.arr.indexers
  expect(indexer!.disabledUntil - one.sim.time.now()).toBeGreaterThan(minutes * MINUTE - 2_000)
  expect(indexer!.disabledUntil - one.sim.time.now()).toBeLessThanOrEqual(minutes * MINUTE)
})

test('one that keeps failing is left alone longer each time, and one that answers less long', async () => {
  one = asking('radarr', {library: films, config: {rssSyncInterval: 0}})
  const [indexer] = one.arr.arr.indexers
  one.arr.arr.faults.add({kind: 'indexerFails', status: 503, count: 3})
  const waits: number[] = []
  for (let at = 0; at < 3; at++) {
    await one.command('MoviesSearch', {movieIds: [1]}, 1_200)
    waits.push(Math.round((indexer!.disabledUntil - one.sim.time.now()) / MINUTE))
    await one.sim.time.advance(indexer!.disabledUntil - one.sim.time.now())
  }
  expect(waits).toEqual([1, 5, 15])
  await one.command('MoviesSearch', {movieIds: [1]})
  expect(indexer!.level).toBe(2)
})

test('with all of them blocked a search asks none of them, leaves no last search, and counts as a success', async () => {
  one = asking('radarr', {library: films, indexers: [{name: 'A'}, {name: 'B'}], config: {rssSyncInterval: 0}})
  one.arr.arr.faults.add({kind: 'indexerFails', status: 429, retryAfter: 7 * 3_600, count: 2})
  await one.command('MoviesSearch', {movieIds: [1]})
  // They were asked, and did not answer: that counts as a search.
  expect(await lastSearch(1)).toBeDefined()
  one.said()
  const {result, message} = await one.command('MoviesSearch', {movieIds: [2]})
  expect([result, message]).toEqual(['successful', 'Completed search for 1 movies. 0 reports downloaded.'])
  expect(one.said()[0]).toBe('started: Searching indexers for [Other Film]. 0 active indexers')
  expect(await lastSearch(2)).toBeUndefined()
  expect(one.arr.arr.stats.searches).toEqual({1: 1})
  const found = await health()
  expect(found.map(({source, type}) => `${source} ${type}`).sort()).toEqual([
    'IndexerRssCheck warning',
    'IndexerSearchCheck warning',
    'IndexerStatusCheck error',
  ])
  const search = found.find(({source}) => source === 'IndexerSearchCheck')
  expect(search!.wikiUrl).toMatch(/#indexers-are-unavailable-due-to-failures$/)
  await one.sim.time.advance(6 * HOUR + MINUTE)
  expect(await sources()).toContain('IndexerLongTermStatusCheck error')
})

test.each(['radarr', 'sonarr5'] as const)(
  'a warning about searches has three meanings, which differ by the end of its address alone (%s)',
  async (app) => {
    const library = app === 'radarr' ? films : [{title: 'A Show'}]
    one = asking(app, {library, indexers: [{name: 'A', enableAutomaticSearch: false}]})
    const what = async () => {
      const found = (await health()).find(({source}) => source === 'IndexerSearchCheck')
      return [found!.type, found!.wikiUrl.split('#')[1], found!.reason]
    }
    const reason = (word: string) => (app === 'sonarr5' ? word : undefined)
    expect(await what()).toEqual([
      'warning',
      'no-indexers-available-with-automatic-search-enabled',
      reason('indexerSearchNoAutomatic'),
    ])
    const {value} = await one.ask<object>('GET', 'indexer/1')
    await one.ask('PUT', 'indexer/1', {...value, enableAutomaticSearch: true, enableInteractiveSearch: false})
    expect(one.heard()).toContain('indexer')
    expect(await what()).toEqual([
      'warning',
      'no-indexers-available-with-interactive-search-enabled',
      reason('indexerSearchNoInteractive'),
    ])
    await one.ask('PUT', 'indexer/1', {...value, enableAutomaticSearch: true, enableInteractiveSearch: true})
    one.arr.arr.faults.add({kind: 'indexersDisabled'})
    expect(await what()).toEqual([
      'warning',
      'indexers-are-unavailable-due-to-failures',
      reason('indexerSearchNoAvailableIndexers'),
    ])
  },
)

test('one with tags is asked for what has one of them', async () => {
  const indexers = [
    {name: 'A', tags: [1]},
    {name: 'B', enableRss: false},
  ]
  one = asking('radarr', {library: films, tags: ['rare'], indexers})
  await one.command('MoviesSearch', {movieIds: [1]})
  await one.command('MoviesSearch', {movieIds: [2]})
  await one.command('RssSync', {})
  expect(one.arr.arr.stats.questions).toEqual({A: {rss: 1, search: 1}, B: {rss: 0, search: 2}})
  const {value} = await one.ask<object[]>('GET', 'indexer')
  expect(value).toMatchObject([
    {name: 'A', tags: [1], enableRss: true, enableAutomaticSearch: true, enableInteractiveSearch: true},
    {name: 'B', tags: [], enableRss: false},
  ])
})

test('the last search of a film changes without a message', async () => {
  one = asking('radarr', {library: films, config: {rssSyncInterval: 0}})
  await one.sim.time.advance(MINUTE)
  one.heard()
  await one.command('MoviesSearch', {movieIds: [1]}, 3_000)
  expect(await lastSearch(1)).toBeDefined()
  expect(one.heard().filter((name) => /movie|wanted/.test(name))).toEqual([])
})
