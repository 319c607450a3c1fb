import {afterEach, beforeEach, expect, test} from 'vitest'
import {asArrId} from '#model/arr.ts'
import type {ArrCard, RunningArr} from '#model/arr-service.ts'
import type {SearchesOfArr} from '#model/searches.ts'
import {believedFree} from '#model/server.ts'
import {fakeHarness, health, server, type FakeHarness} from '#test/http/http-fakes.ts'

let harness: FakeHarness
beforeEach(async () => {
  harness = await fakeHarness()
})
afterEach(() => harness.http.close())

const get = async (url: string) => {
  const answer = await harness.http.app.inject(url)
  return {status: answer.statusCode, body: answer.json<Record<string, unknown>>()}
}

test('old tools find the server of [qBit] under qbit and all of them under qbitInstances', async () => {
  const {body} = await get('/api/status')
  expect(body).toMatchObject({
    qbit: {alive: true, host: '127.0.0.1', port: 8080, version: '5.1.0'},
    qbitInstances: {
      qBit: {alive: true, host: '127.0.0.1', port: 8080, version: '5.1.0', server_type: 'qbittorrent'},
      box: {alive: true, host: 'box.example', port: 443, server_name: 'Seedbox', server_type: 'transmission'},
      down: {alive: false, host: null, port: null, status: 'unreachable', reason: 'refused'},
    },
    arrs: [],
    webui: {host: '127.0.0.1', port: 6969, url_base: ''},
    ready: true,
    version: '0.1.0',
    demo: false,
    torrents: 4,
    complete: false,
    servers_online: 2,
    servers_total: 3,
  })
})

test('the status says until when the rules of the configuration only report, and that they act', async () => {
  expect((await get('/api/status')).body['observing']).toBeNull()
  const watching = await fakeHarness({observing: () => ({since: 5, until: 86_400_005, isOpen: false})})
  const answer = await watching.http.app.inject('/api/status')
  expect(answer.json()).toMatchObject({observing: {since: 5, until: 86_400_005}})
  await watching.http.close()
})

test('the status says where it listens, whatever the configuration says', async () => {
  const [address] = await harness.http.listen({host: '127.0.0.1', port: 0})
  const answer = await fetch(`${address}/api/status`)
  const {port} = new URL(address!)
  expect(await answer.json()).toMatchObject({webui: {host: '127.0.0.1', port: Number(port), url_base: ''}})
})

const films: ArrCard = {
  id: asArrId('Radarr-Films'),
  kind: 'radarr',
  name: 'Films',
  origin: 'file',
  ownerId: null,
  sharing: [],
  url: 'http://radarr.lan:7878',
  category: 'tv',
  enabled: true,
  obstacle: null,
}
const well: RunningArr = {
  queue: [],
  lastQueue: [],
  readAt: 1,
  isBehind: false,
  isLive: true,
  fault: null,
  faultSince: null,
  isKeyRefused: false,
  nextTryAt: null,
  version: '5.2.0',
  checks: [],
  searching: 0,
  titleOf: () => null,
  coming: async () => [],
  act: async () => {},
  importProof: async () => ({files: 1, doubt: null}),
  searcherAfter: async () => 'arr' as const,
  tryNow: () => undefined,
}
const taken = {code: 'same_category', detail: '', with: []} as const

test.each<[string, ArrCard, RunningArr | null, object]>([
  ['that is managed', films, well, {alive: true, state: 'looking_after', queued: 0}],
  [
    'whose news are not read yet',
    films,
    {...well, isBehind: true},
    {alive: true, state: 'behind', queued: 0},
  ],
  [
    'that does not answer',
    films,
    {...well, fault: 'refused', queue: null},
    {alive: false, state: 'away', queued: null},
  ],
  [
    'that was not read yet',
    films,
    {...well, readAt: null, queue: null},
    {alive: false, state: 'starting', queued: null},
  ],
  ['that is not managed yet', films, null, {alive: false, state: 'starting', queued: null}],
  ['that is switched off', {...films, enabled: false}, null, {alive: false, state: 'off', queued: null}],
  [
    'with something in its way',
    {...films, obstacle: taken},
    null,
    {alive: false, state: 'off', queued: null},
  ],
])('old tools find an Arr %s', async (_, card, running, expected) => {
  await harness.http.close()
  harness = await fakeHarness({arrsAtWork: () => [{card, running}]})
  expect((await get('/api/status')).body['arrs']).toEqual([
    {
      id: 'Radarr-Films',
      name: 'Films',
      category: 'tv',
      type: 'radarr',
      torrents: {qBit: 1, down: 1},
      searches: null,
      ...expected,
    },
  ])
})

test.each([
  [null, '9 of 40 ready; searched 3 of 30 in the last hour'],
  [{code: 'paused', until: 7}, 'Paused by a user; searched 3 of 30 in the last hour'],
] as const)(
  'old tools find in a line how the searches of an Arr stand: paused %j',
  async (pause, summary) => {
    await harness.http.close()
    const its: SearchesOfArr = {
      arrId: films.id,
      wanted: 40,
      ready: 9,
      pause,
      nextAt: 8,
      hour: {made: 3, most: 30},
      day: {made: 20, most: 0},
      paused: null,
    }
    const none = {query: notAsked, get: notAsked, titleOf: () => null}
    harness = await fakeHarness({
      arrsAtWork: () => [{card: films, running: well}],
      arrsOf: () => [films],
      searches: {...none, standing: (arrs) => (arrs.includes(films.id) ? [its] : [])},
    })
    const {searches} = ((await get('/api/status')).body['arrs'] as {searches: object}[])[0]!
    const figures = {wanted: 40, ready: 9, next_at: 8, hour: {made: 3, most: 30}}
    expect(searches).toEqual({...figures, pause: pause?.code ?? null, until: pause?.until ?? null, summary})
  },
)

async function notAsked(): Promise<never> {
  throw new Error('Nobody asks for it here.')
}

test('without [qBit] the first qBittorrent stands under qbit, and without any none does', async () => {
  harness.servers.all.shift()
  harness.servers.all.push(server('qBit-B', {url: 'http://[::1]:81/'}))
  expect((await get('/api/status')).body['qbit']).toMatchObject({alive: true, host: '[::1]', port: 81})
  harness.servers.all.pop()
  expect((await get('/api/status')).body['qbit']).toEqual({
    alive: false,
    host: null,
    port: null,
    version: null,
  })
})

test('the distribution lists category, server, count', async () => {
  expect((await get('/api/torrents/distribution')).body).toEqual({
    distribution: {tv: {qBit: 1, down: 1}, '': {qBit: 1, box: 1}},
    complete: false,
    servers_online: 2,
    servers_total: 3,
  })
})

test('a category may be called like anything an object has', async () => {
  harness.fleet.records[0] = {...harness.fleet.records[0]!, category: 'constructor'}
  harness.fleet.records[1] = {...harness.fleet.records[1]!, category: '__proto__'}
  const {status, body} = await get('/api/torrents/distribution')
  expect(status).toBe(200)
  expect(Object.entries(body['distribution'] as object)).toContainEqual(['constructor', {qBit: 1}])
})

test('categories of all servers stand together, with what each server has of them', async () => {
  const {body} = await get('/api/categories')
  expect(body['categories']).toEqual([
    {
      name: 'tv',
      count: 2,
      size: 2000,
      servers: [
        {server_id: 'qBit', count: 1, size: 1000, save_path: '/data/tv'},
        {server_id: 'box', count: 0, size: 0, save_path: '/data/tv'},
        {server_id: 'down', count: 1, size: 1000, save_path: '/data/tv'},
      ],
    },
  ])
})

test('tags of all servers stand together, also those only torrents know', async () => {
  harness.servers.all[0] = server('qBit', {tags: ['unused']})
  harness.servers.all[1] = server('box', {tags: []})
  harness.servers.all[2] = server('down', {tags: []})
  const {body} = await get('/api/tags')
  expect(body['tags']).toEqual([
    {name: 'hd', count: 1, size: 1000, servers: [{server_id: 'qBit', count: 1, size: 1000}]},
    {name: 'unused', count: 0, size: 0, servers: [{server_id: 'qBit', count: 0, size: 0}]},
  ])
})

test('rates and limits are listed per server and together', async () => {
  const {body} = await get('/api/transfer')
  expect(body['totals']).toEqual({down_speed: 200, up_speed: 20, down_limit: null, up_limit: 10_000})
  const [first, , third] = body['servers'] as Record<string, unknown>[]
  expect(first).toMatchObject({
    server_id: 'qBit',
    down_speed: 100,
    down_limit: null,
    up_limit: 5000,
    alt_speed: false,
  })
  expect(third).toMatchObject({server_id: 'down', status: 'unreachable'})
  expect(third).not.toHaveProperty('down_speed')
})

test('a total that a server does not report its part of is left out', async () => {
  const stats = {downSpeed: 1, upSpeed: 1, sessionDownloaded: 7}
  harness.servers.all[0] = server('qBit', {stats})
  harness.servers.all[1] = server('box', {stats})
  expect((await get('/api/transfer')).body['totals']).toEqual({
    down_speed: 2,
    up_speed: 2,
    session_downloaded: 14,
  })
  harness.servers.all[1] = server('box', {stats: {downSpeed: 1, upSpeed: 1}})
  expect((await get('/api/transfer')).body['totals']).toEqual({down_speed: 2, up_speed: 2})
})

test('a fleet of no servers answers everything', async () => {
  harness.servers.all.length = 0
  harness.fleet.records.length = 0
  for (const url of [
    'servers',
    'torrents',
    'status',
    'transfer',
    'categories',
    'tags',
    'torrents/distribution',
  ]) {
    expect(await get(`/api/${url}`)).toMatchObject({status: 200, body: {complete: true, servers_total: 0}})
  }
})

test('old rates of a server that went down do not count', async () => {
  harness.servers.all[0] = server('qBit', {health: health({status: 'unreachable', reason: 'timed_out'})})
  const {totals, servers} = (await get('/api/transfer')).body as {totals: object; servers: object[]}
  expect(totals).toMatchObject({down_speed: 100})
  for (const figure of ['down_speed', 'up_speed', 'down_limit', 'up_limit', 'alt_speed'])
    expect(servers[0]).not.toHaveProperty(figure)
})

const away = ['unreachable', 'warming', 'auth_failed', 'banned'] as const

test.each(away)('of a server that is %s nothing is shown as of now, wherever one looks', async (status) => {
  const stats = {downSpeed: 7, upSpeed: 8, sessionDownloaded: 9, freeSpace: believedFree(10), downLimit: 11}
  harness.servers.all[0] = server('qBit', {stats, health: health({status, reason: 'timed_out'})})
  const last = {down_speed: 7, up_speed: 8, session_downloaded: 9, free_space: 10, down_limit: 11}
  const listed = (await get('/api/servers')).body as {servers: object[]}
  expect(listed.servers[0]).toMatchObject({stats: null, last_stats: last, synced_at: expect.any(Number)})
  expect((await get('/api/servers/qBit')).body).toMatchObject({stats: null, last_stats: last})
  const {
    servers,
    totals,
    servers_online: online,
  } = (await get('/api/transfer')).body as {servers: object[]; totals: object; servers_online: number}
  expect(Object.keys(servers[0]!).filter((it) => /speed|session|limit/.test(it))).toEqual([])
  expect([totals, online]).toMatchObject([{down_speed: 100}, 1])
  const figures = (await harness.http.app.inject('/api/metrics')).body.split('\n')
  const its = figures.filter((it) => it.includes('"qBit"')).map((it) => it.slice(0, it.indexOf('{')))
  expect([...new Set(its)]).toEqual([
    'commodarr_server_up',
    'commodarr_server_torrents',
    'commodarr_server_synced_timestamp_seconds',
    // Totals of ours, which stand still meanwhile.
    'commodarr_server_polls_total',
    'commodarr_server_poll_duration_seconds_total',
    'commodarr_server_consecutive_failures',
    'commodarr_server_health',
  ])
})

test('of a server that is online the figures of now are the last ones', async () => {
  const {stats, last_stats: last} = (await get('/api/servers/qBit')).body
  expect(stats).toEqual(last)
  expect(last).not.toBeNull()
})

test('ready is answered with its reasons', async () => {
  expect(await get('/ready')).toEqual({status: 200, body: {ready: true, reasons: []}})
  await harness.http.close()
  harness = await fakeHarness({
    readiness: () => ({ready: false, reasons: [{text: 'The snapshot is being read.', serverId: null}]}),
  })
  expect(await get('/ready')).toEqual({
    status: 503,
    body: {ready: false, reasons: ['The snapshot is being read.']},
  })
  expect(await get('/health')).toEqual({status: 200, body: {alive: true}})
})
