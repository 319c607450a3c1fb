/** Limits of indexers, counted over all who ask, and what an Arr makes of a refusal. */
import {afterEach, expect, test} from 'vitest'
import {assembleSim, type ArrSim} from '../arrs/create.ts'
import {virtualTimeLine, type TimeLine} from '../arrs/time-line.ts'
import {Prowlarr} from './prowlarr.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const START = Date.UTC(2026, 0, 1)

let time: TimeLine
let sim: ArrSim | null = null
afterEach(async () => {
  await sim?.close()
  sim = null
})

async function asked(prowlarr: Prowlarr, path: string, key = prowlarr.apiKey) {
  const url = new URL(path, 'http://prowlarr')
  const request = {method: 'GET', path: url.pathname, query: url.searchParams, headers: {'x-api-key': key}}
  const {status, headers, body} = await prowlarr.answer(request)
  const text = [...body].join('')
  return {status, headers, value: (text.startsWith('<') || text === '' ? text : JSON.parse(text)) as never}
}

function prowlarrOf(...indexers: ConstructorParameters<typeof Prowlarr>[0]['indexers']): Prowlarr {
  time = virtualTimeLine()
  return new Prowlarr({time, indexers})
}

test('its indexers say their limits, and say nothing of those that are not set', async () => {
  const prowlarr = prowlarrOf(
    {name: 'One', queryLimit: 100, grabLimit: 10},
    {name: 'Two', queryLimit: 5, limitsUnit: 'hour'},
    {name: 'Three'},
  )
  const {value} = await asked(prowlarr, '/api/v1/indexer')
  const fields = (value as {fields: {name: string; value?: unknown}[]}[]).map((one) =>
    one.fields.filter(({name}) => name.startsWith('baseSettings')).map((field) => field.value),
  )
  expect(fields).toEqual([
    [100, 10, 0],
    [5, undefined, 1],
    [undefined, undefined, 0],
  ])
  expect((await asked(prowlarr, '/api/v1/indexer', 'another')).status).toBe(401)
  expect((await asked(prowlarr, '/api/v1/nothing')).status).toBe(404)
  expect((await asked(prowlarr, '/api/v1/indexerstats?since=1')).status).toBe(400)
})

test('questions of feeds and searches count together, within a window that moves', async () => {
  const prowlarr = prowlarrOf({name: 'One', queryLimit: 3, limitsUnit: 'hour'})
  expect(prowlarr.ask(1, 'rss')).toEqual({status: 200})
  await time.advance(10 * MINUTE)
  expect([prowlarr.ask(1, 'search'), prowlarr.ask(1, 'search')]).toEqual([{status: 200}, {status: 200}])
  await time.advance(10 * MINUTE)
  expect(prowlarr.ask(1, 'search')).toEqual({status: 429, retryAfter: 40 * 60})
  await time.advance(40 * MINUTE)
  expect(prowlarr.ask(1, 'search')).toEqual({status: 200})
  expect(prowlarr.ask(1, 'search')).toEqual({status: 429, retryAfter: 10 * 60})
  const since = new Date(START + 5 * MINUTE).toISOString()
  const all = await asked(prowlarr, '/api/v1/indexerstats')
  expect(all.value).toMatchObject({indexers: [{indexerId: 1, numberOfQueries: 3, numberOfRssQueries: 1}]})
  const later = await asked(prowlarr, `/api/v1/indexerstats?startDate=${since}`)
  expect(later.value).toMatchObject({indexers: [{numberOfQueries: 3, numberOfRssQueries: 0}]})
})

test('over HTTP an indexer at its limit answers 429, and says when it may be asked again', async () => {
  const prowlarr = prowlarrOf({name: 'One', queryLimit: 1})
  const path = `/1/api?t=search&q=Some+Film&apikey=${prowlarr.apiKey}`
  expect((await asked(prowlarr, path, '')).status).toBe(200)
  const {status, headers} = await asked(prowlarr, path, '')
  expect([status, headers['retry-after']]).toEqual([429, '86400'])
})

test('an indexer that fails has a status until its time is over, and is not asked', async () => {
  const prowlarr = prowlarrOf({name: 'One'}, {name: 'Two'})
  prowlarr.fail(2, HOUR)
  expect((await asked(prowlarr, '/api/v1/indexerstatus')).value).toMatchObject([
    {indexerId: 2, disabledTill: new Date(START + HOUR).toISOString()},
  ])
  expect(prowlarr.ask(2, 'search')).toEqual({status: 429, retryAfter: 3_600})
  await time.advance(HOUR)
  expect((await asked(prowlarr, '/api/v1/indexerstatus')).value).toEqual([])
})

test('two Arrs share a limit; the one that meets it blocks that indexer, and searches on with the other', async () => {
  const prowlarr = prowlarrOf({name: 'One', queryLimit: 3}, {name: 'Two'})
  const shared = {
    app: 'radarr',
    library: [{title: 'Some Film', year: 2020}],
    indexers: prowlarr.arrIndexers(),
    downloadClients: [{name: 'A'}],
    config: {rssSyncInterval: 0},
  } as const
  sim = assembleSim({
    clock: time,
    validation: null,
    instances: [
      {...shared, name: 'HD'},
      {...shared, name: 'UHD'},
    ],
  })
  const [hd, uhd] = sim.all.map(({arr}) => arr)
  hd!.commands.post('RssSync', {}, 'manual')
  await time.advance(MINUTE)
  hd!.commands.post('MoviesSearch', {movieIds: [1]}, 'manual')
  uhd!.commands.post('MoviesSearch', {movieIds: [1]}, 'manual')
  await time.advance(MINUTE)
  expect(uhd!.indexers.map(({disabledUntil}) => disabledUntil > time.now())).toEqual([false, false])
  const other = uhd!.releases.define({itemId: 1, indexer: 'Two (Prowlarr)', life: {completeAfter: null}})
  uhd!.commands.post('MoviesSearch', {movieIds: [1]}, 'manual')
  await time.advance(MINUTE)
  expect(uhd!.indexers.map(({disabledUntil}) => disabledUntil > time.now())).toEqual([true, false])
  expect(uhd!.stats.grabs).toEqual([other.hash])
  expect(uhd!.library.unit(1)!.lastSearchAt).not.toBeNull()
  // Without another question it does not know.
  expect(hd!.indexers.map(({disabledUntil}) => disabledUntil > time.now())).toEqual([false, false])
  const {value} = await asked(prowlarr, '/api/v1/indexerstats')
  expect(value).toMatchObject({
    indexers: [
      {indexerName: 'One', numberOfQueries: 2, numberOfRssQueries: 1, numberOfGrabs: 0},
      {indexerName: 'Two', numberOfQueries: 3, numberOfRssQueries: 1, numberOfGrabs: 1},
    ],
  })
  expect(hd!.indexers.map(({config}) => config.baseUrl)).toEqual([
    'http://prowlarr:9696/1/',
    'http://prowlarr:9696/2/',
  ])
})

test('at its limit of fetched torrents what it lists cannot be grabbed', async () => {
  const prowlarr = prowlarrOf({name: 'One', grabLimit: 1})
  const library = [
    {title: 'Some Film', year: 2020},
    {title: 'Other Film', year: 2021},
  ]
  const indexers = prowlarr.arrIndexers()
  const instance = {name: 'HD', app: 'radarr', library, indexers, downloadClients: [{name: 'A'}]} as const
  sim = assembleSim({clock: time, validation: null, instances: [instance]})
  const {arr} = sim.arr('HD')
  for (const itemId of [1, 2]) arr.releases.define({itemId, life: {completeAfter: null}})
  arr.commands.post('MoviesSearch', {movieIds: [1, 2]}, 'manual')
  await time.advance(MINUTE)
  expect(arr.stats.grabs).toHaveLength(1)
})
