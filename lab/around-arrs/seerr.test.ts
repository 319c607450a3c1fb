/** Lists, filters and statuses of Overseerr and Seerr, and what becomes of a request. */
import {createServer, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import {afterEach, expect, test} from 'vitest'
import {assembleSim, type ArrSim} from '../arrs/create.ts'
import {virtualTimeLine} from '../arrs/time-line.ts'
import {Seerr} from './seerr.ts'

const closing: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

interface Page {
  readonly pageInfo: {
    readonly pages: number
    readonly pageSize: number
    readonly results: number
    readonly page: number
  }
  readonly results: readonly {readonly id: number; readonly type: string; readonly media: object}[]
}

async function asked(seerr: Seerr, path: string, headers: object = {'x-api-key': seerr.apiKey}) {
  const url = new URL(`/api/v1/${path}`, 'http://seerr')
  const request = {method: 'GET', path: url.pathname, query: url.searchParams, headers: {...headers}}
  const {status, body} = await seerr.answer(request)
  return {status, value: JSON.parse([...body].join('')) as never}
}

const idsOf = async (seerr: Seerr, query: string): Promise<number[]> =>
  ((await asked(seerr, `request?take=100&${query}`)).value as Page).results.map(({id}) => id)

function ofEveryStatus(kind: 'overseerr' | 'seerr'): Seerr {
  const seerr = new Seerr({time: virtualTimeLine(), kind})
  const each = [
    {status: 1},
    {status: 2},
    {status: 2, mediaStatus: 4},
    {status: 2, mediaStatus: 5},
    {status: 3, mediaStatus: 1},
    {status: 4, mediaStatus: 1},
    {status: 9, mediaStatus: 3},
  ]
  for (const [at, one] of each.entries()) {
    seerr.request({type: at % 2 ? 'tv' : 'movie', title: `Item ${at}`, tmdbId: at, ...one})
  }
  return seerr
}

test.each([
  ['all', [7, 6, 5, 4, 3, 2, 1]],
  ['approved', [4, 3, 2]],
  ['processing', [3, 2]],
  ['unavailable', [3, 2, 1]],
  ['pending', [1]],
  ['available', [4]],
  ['failed', [6]],
] as const)('the list %s has what is in it, newest first', async (filter, ids) => {
  expect(await idsOf(ofEveryStatus('overseerr'), `filter=${filter}&sort=added`)).toEqual(ids)
})

test('Seerr sorts both ways and by kind, which Overseerr ignores', async () => {
  const query = 'filter=processing&sortDirection=asc&mediaType=tv'
  expect(await idsOf(ofEveryStatus('seerr'), query)).toEqual([2])
  expect(await idsOf(ofEveryStatus('overseerr'), query)).toEqual([3, 2])
  expect(await idsOf(ofEveryStatus('seerr'), 'sortDirection=asc')).toEqual([1, 2, 3, 4, 5, 6, 7])
})

test('pages are counted, and without a size there are ten on each', async () => {
  const seerr = new Seerr({time: virtualTimeLine()})
  for (let at = 0; at < 25; at++) seerr.request({type: 'movie', title: `Film ${at}`, tmdbId: at})
  const {value} = await asked(seerr, 'request')
  expect((value as Page).pageInfo).toEqual({pages: 3, pageSize: 10, results: 25, page: 1})
  const last = (await asked(seerr, 'request?take=10&skip=20')).value as Page
  expect([last.pageInfo.page, last.results.map(({id}) => id)]).toEqual([3, [5, 4, 3, 2, 1]])
})

test('a wrong key is refused, and settings are for the first user alone', async () => {
  const seerr = new Seerr({time: virtualTimeLine()})
  seerr.request({type: 'movie', title: 'Film', tmdbId: 1, requestedBy: 'ann'})
  seerr.request({type: 'movie', title: 'Other', tmdbId: 2})
  expect((await asked(seerr, 'status', {})).status).toBe(200)
  expect(await asked(seerr, 'request', {'x-api-key': 'another'})).toEqual({
    status: 403,
    value: {status: 403, error: 'You do not have permission to access this endpoint'},
  })
  const asAnn = {'x-api-key': seerr.apiKey, 'x-api-user': '2'}
  expect((await asked(seerr, 'settings/radarr', asAnn)).status).toBe(403)
  expect(((await asked(seerr, 'request', asAnn)).value as Page).results.map(({id}) => id)).toEqual([1])
})

function withArrs(
  kind: 'overseerr' | 'seerr' = 'seerr',
  hook: Pick<ConstructorParameters<typeof Seerr>[0], 'webhookUrl' | 'template'> = {},
): {seerr: Seerr; sim: ArrSim} {
  const downloadClients = [{name: 'A'}]
  const sim = assembleSim({
    clock: 'virtual',
    validation: null,
    instances: [
      {name: 'HD', app: 'radarr', downloadClients},
      {name: 'UHD', app: 'radarr', downloadClients, library: [{title: 'Before', year: 2019}]},
      {name: 'Shows', app: 'sonarr', downloadClients},
    ],
  })
  closing.push(() => sim.close())
  const [hd, uhd, shows] = sim.all
  const seerr = new Seerr({
    time: sim.time,
    kind,
    ...hook,
    arrs: [
      {kind: 'radarr', name: 'HD', hostname: 'hd', port: 7878, arr: hd!},
      {kind: 'radarr', name: 'UHD', hostname: 'uhd', port: 7879, baseUrl: '/uhd', is4k: true, arr: uhd!},
      {kind: 'sonarr', name: 'Shows', hostname: 'shows', port: 8989, arr: shows!},
    ],
  })
  return {seerr, sim}
}

test('what is approved is added to the Arr of its kind, which searches it; 4K has fields of its own', async () => {
  const {seerr, sim} = withArrs()
  const film = seerr.request({type: 'movie', title: 'Some Film', tmdbId: 11, imdbId: 'tt11'})
  const large = seerr.request({type: 'movie', title: 'Some Film', tmdbId: 11, is4k: true})
  const show = seerr.request({type: 'tv', title: 'A Show', tvdbId: 22, seasons: [2, 3]})
  for (const id of [film, large, show]) seerr.approve(id)
  await sim.time.advance(10_000)
  const rows = ((await asked(seerr, 'request?filter=processing&take=100')).value as Page).results
  expect(rows.toReversed().map(({media}) => media)).toMatchObject([
    {tmdbId: 11, imdbId: 'tt11', serviceId: 0, externalServiceId: 1, status: 3, status4k: 1},
    {
      serviceId: null,
      serviceId4k: 1,
      externalServiceId: null,
      externalServiceId4k: 2,
      status: 1,
      status4k: 3,
    },
    {tvdbId: 22, tmdbId: null, serviceId: 0, externalServiceId: 1},
  ])
  expect(rows[0]).toMatchObject({
    seasons: [
      {seasonNumber: 2, status: 2},
      {seasonNumber: 3, status: 2},
    ],
  })
  expect(sim.all.map(({arr}) => Object.values(arr.stats.searches).length)).toEqual([1, 1, 2])
  // A page of this list has each of its Arrs asked.
  expect(seerr.profilesAsked).toBe(3)
  const {value} = await asked(seerr, 'settings/radarr')
  expect(value).toMatchObject([
    {id: 0, hostname: 'hd', port: 7878, baseUrl: '', is4k: false},
    {id: 1, hostname: 'uhd', port: 7879, baseUrl: '/uhd', is4k: true},
  ])
})

test.each([
  ['overseerr', 2],
  ['seerr', 5],
] as const)('with %s a request that came in has status %d', async (kind, status) => {
  const {seerr, sim} = withArrs(kind)
  const id = seerr.request({type: 'movie', title: 'Some Film', tmdbId: 11, status: 2})
  const {arr} = sim.arr('HD')
  arr.releases.define({itemId: 1, life: {completeAfter: 1}})
  arr.commands.post('MoviesSearch', {movieIds: [1]}, 'manual')
  await sim.time.advance(300_000)
  seerr.lookAtArrs()
  expect((await asked(seerr, `request/${id}`)).value).toMatchObject({status, media: {status: 5}})
  expect(await idsOf(seerr, 'filter=processing')).toEqual([])
  expect(await idsOf(seerr, 'filter=approved')).toEqual(kind === 'overseerr' ? [id] : [])
})

interface Hooked {
  readonly notification_type?: string
  readonly id?: string
}

/** What arrives at an address. */
async function receiver(): Promise<{webhookUrl: string; bodies: readonly Hooked[]}> {
  const bodies: Hooked[] = []
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => void chunks.push(chunk))
    request.on('end', () => {
      bodies.push(JSON.parse(Buffer.concat(chunks).toString()) as Hooked)
      response.end()
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return {webhookUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies}
}

test('its webhook says what a person approved, and what was approved automatically', async () => {
  const {webhookUrl, bodies} = await receiver()
  const {seerr, sim} = withArrs('seerr', {webhookUrl})
  const id = seerr.request({type: 'tv', title: 'A Show', tvdbId: 22, seasons: [1, 2], requestedBy: 'ann'})
  seerr.approve(id)
  await sim.time.advance(1_000)
  seerr.request({type: 'movie', title: 'Some Film', tmdbId: 11, status: 2})
  await sim.time.advance(1_000)
  expect(bodies.map((body) => body.notification_type)).toEqual(['MEDIA_APPROVED', 'MEDIA_AUTO_APPROVED'])
  expect(bodies[0]).toMatchObject({
    media: {media_type: 'tv', tvdbId: '22', status: 'PROCESSING'},
    request: {request_id: '1', requestedBy_username: 'ann'},
    extra: [{name: 'Requested Seasons', value: '1, 2'}],
  })
})

test('people edit what its webhook sends, and an address where nothing listens loses it', async () => {
  const {webhookUrl, bodies} = await receiver()
  const {seerr, sim} = withArrs('seerr', {webhookUrl, template: () => ({id: 'mine'})})
  const ids = [1, 2].map((tmdbId) => seerr.request({type: 'movie', title: `Film ${tmdbId}`, tmdbId}))
  seerr.decline(ids[0]!)
  await sim.time.advance(1_000)
  expect(bodies).toEqual([{id: 'mine'}])
  seerr.webhookUrl = 'http://127.0.0.1:1'
  seerr.approve(ids[1]!)
  await sim.time.advance(1_000)
  expect(bodies).toHaveLength(1)
  expect(await idsOf(seerr, 'filter=approved')).toEqual([2])
})
