import {afterEach, beforeEach, expect, test, vi} from 'vitest'
import type {TorrentQuery} from '#model/query.ts'
import {asServerId} from '#model/torrent-key.ts'
import {
  fakeHarness,
  hashOf,
  health,
  server,
  startOfTime,
  torrent,
  type FakeHarness,
} from '#test/http/http-fakes.ts'
import {sortable, torrentColumnNames} from '../schemas/torrent.ts'
import {windowLimits} from '../schemas/torrent-query.ts'

let harness: FakeHarness
beforeEach(async () => {
  harness = await fakeHarness()
})
afterEach(() => harness.http.close())

const get = async (url: string) => {
  const answer = await harness.http.app.inject(url)
  return {status: answer.statusCode, body: answer.json<Record<string, unknown>>(), headers: answer.headers}
}

test('all torrents stand in one list, each with its hash, server, name of the server and kind', async () => {
  const {status, body, headers} = await get('/api/torrents')
  expect(status).toBe(200)
  expect(headers['content-type']).toBe('application/json; charset=utf-8')
  expect(body).toMatchObject({
    total: 4,
    offset: 0,
    limit: windowLimits.usual,
    totals: {count: 4, size: 4000, down_speed: 20, up_speed: 0},
    torrents: [
      {info_hash: hashOf('a'), server_id: 'qBit', server_name: 'qBit', server_type: 'qbittorrent'},
      {info_hash: hashOf('b'), server_id: 'qBit'},
      {info_hash: hashOf('a'), server_id: 'box', server_name: 'Seedbox', server_type: 'transmission'},
      {info_hash: hashOf('c'), server_id: 'down', server_type: 'rtorrent', stale: true},
    ],
  })
  expect(body).not.toHaveProperty('facets')
})

test('unknown fields are absent, none on purpose is null, names of columns are snake_case', async () => {
  const {body} = await get('/api/torrents')
  const second = (body['torrents'] as Record<string, unknown>[])[1]!
  expect(second).toMatchObject({
    up_limit: null,
    down_speed: 5,
    added_at: startOfTime,
    ratio_limit: 'inherit',
    pending: ['down_speed'],
    seen_at: startOfTime,
    stale: false,
  })
  expect(second).not.toHaveProperty('ratio')
})

test('a failing server shows as its own error beside the rows of the others', async () => {
  const {body} = await get('/api/torrents')
  expect(body).toMatchObject({complete: false, servers_online: 2, servers_total: 3})
  expect(body['servers']).toEqual([
    expect.objectContaining({server_id: 'qBit', status: 'online', reason: 'none', stale_rows: 0}),
    expect.objectContaining({server_id: 'box', status: 'online', stale_rows: 0}),
    {
      server_id: 'down',
      server_name: 'down',
      server_type: 'rtorrent',
      status: 'unreachable',
      reason: 'refused',
      detail: 'ECONNREFUSED',
      advice: 'Is it running?',
      torrents: 1,
      stale_rows: 1,
      synced_at: startOfTime,
    },
  ])
})

test('completeness is about the servers asked about', async () => {
  expect((await get('/api/torrents?server_id=qBit')).body).toMatchObject({complete: true, servers_total: 1})
  expect((await get('/api/torrents?server_id=-down')).body).toMatchObject({complete: true, servers_total: 2})
  expect((await get('/api/torrents?server_id=down')).body).toMatchObject({complete: false, servers_online: 0})
})

test('a server that was switched off is not waited for, a warming one is', async () => {
  harness.servers.all[2] = server('down', {
    enabled: false,
    health: health({status: 'paused', reason: 'disabled'}),
  })
  expect((await get('/api/torrents')).body).toMatchObject({
    complete: true,
    servers_online: 2,
    servers_total: 2,
  })
  harness.servers.all[0] = server('qBit', {health: health({status: 'warming', reason: 'list_growing'})})
  expect((await get('/api/torrents')).body).toMatchObject({
    complete: false,
    servers_online: 1,
    servers_total: 2,
  })
})

test('equal questions at once share an answer that was asked for behind them', async () => {
  const asked: string[] = []
  const {fleet} = harness
  const query = fleet.query.bind(fleet)
  let answer = () => {}
  const wait = new Promise<void>((resolve) => (answer = resolve))
  const slow = async (it: TorrentQuery) => {
    asked.push(it.sort.map(({by}) => by).join())
    await wait
    return query(it)
  }
  Object.assign(fleet, {query: slow})
  const many = Array.from({length: 20}, () => get('/api/torrents?sort=name'))
  const other = get('/api/torrents?sort=size')
  await vi.waitFor(() => expect(asked).toHaveLength(2))
  answer()
  const texts = await Promise.all(many.map(async (it) => JSON.stringify((await it).body)))
  expect([new Set(texts).size, (await other).status]).toEqual([1, 200])
  expect(asked.toSorted()).toEqual(['name', 'name', 'size'])
})

test('the question reaches the fleet as it was asked, over all servers', async () => {
  await get('/api/torrents?state=seeding&sort=-ratio&offset=10&limit=1000&facets=category,state&q=bunny')
  expect(harness.fleet.lastQuery).toMatchObject({
    scope: ['qBit', 'box', 'down'],
    filter: {states: {any: ['seeding']}, text: 'bunny'},
    sort: [{by: 'ratio', descending: true}],
    offset: 10,
    limit: 1000,
    facets: ['category', 'state'],
  })
})

test('q reaches the fleet as a filter, and servers it does not ask about are not waited for', async () => {
  const {body} = await get(`/api/torrents?q=${encodeURIComponent('bunny server:seedbox added<1d')}`)
  expect(harness.fleet.lastQuery?.filter).toMatchObject({
    text: 'bunny',
    servers: {any: ['box']},
    ages: {addedAt: {max: expect.closeTo(86_400)}},
  })
  expect(body).toMatchObject({complete: true, servers_total: 1})
})

test('a q that is not understood is refused, not read in part', async () => {
  const {status, body} = await get('/api/torrents?q=size%3E10BG')
  expect(status).toBe(400)
  expect(body).toMatchObject({
    code: 'bad_request',
    detail: '`size>10BG`: unknown unit. Did you mean 10GB?',
    errors: [{field: 'q', found: '10BG', accepted: expect.arrayContaining(['GB'])}],
  })
})

test('facets count what was asked for', async () => {
  const {body} = await get('/api/torrents?facets=category')
  expect(body['facets']).toEqual({
    category: [
      {value: 'tv', count: 2, size: 2000},
      {value: '', count: 2, size: 2000},
    ],
  })
})

test('trackers are counted by the names of profiles, and found by those', async () => {
  const trackers = [{name: 'Tidemark', hosts: ['tide.example', '*.tide.example']}]
  const named = await fakeHarness({trackersOn: () => trackers})
  await named.http.app.inject('/api/torrents?facets=tracker&tracker=tidemark&tracker=-Other.example')
  expect(named.fleet.lastQuery).toMatchObject({
    filter: {trackers: {any: ['tide.example', '*.tide.example'], none: ['other.example']}},
    trackers,
  })
  await named.http.close()
})

test('columns can be selected; the name of a torrent is always whole', async () => {
  const {body} = await get('/api/torrents?fields=name,stale,pending,server_id&limit=1')
  expect(body['torrents']).toEqual([
    {
      info_hash: hashOf('a'),
      server_id: 'qBit',
      server_name: 'qBit',
      server_type: 'qbittorrent',
      name: 'torrent aaaa',
      stale: false,
      pending: [],
    },
  ])
})

test('a torrent says why its removal waits, and one of which none does says nothing', async () => {
  const why = 'It is removed at noon.'
  harness.fleet.records[0] = {...harness.fleet.records[0]!, removalWaits: why}
  const {body} = await get('/api/torrents?fields=removal_waits')
  const rows = body['torrents'] as readonly object[]
  expect(rows.map((it) => ('removal_waits' in it ? it.removal_waits : null))).toEqual([why, null, null, null])
})

test('columns alone are read by row number, without making records', async () => {
  harness.fleet.record = () => {
    throw new Error('a record was made')
  }
  const {body} = await get('/api/torrents?fields=name,down_speed')
  expect((body['torrents'] as unknown[]).length).toBe(4)
})

test('a torrent that left between the question and the reading is left out', async () => {
  harness.fleet.record = (row) => (row === 1 ? null : harness.fleet.records[row]!)
  const {body} = await get('/api/torrents')
  expect((body['torrents'] as unknown[]).length).toBe(3)
})

test('a row that meanwhile went to a torrent of another server is left out', async () => {
  const serverAt = harness.fleet.serverAt.bind(harness.fleet)
  harness.fleet.serverAt = (row) => (row === 1 ? asServerId('box') : serverAt(row))
  for (const fields of ['', '?fields=name']) {
    const {body} = await get(`/api/torrents${fields}`)
    expect((body['torrents'] as {info_hash: string}[]).map((it) => it.info_hash)).not.toContain(hashOf('b'))
  }
})

test.each([
  ['fields=nmae', 'fields', 'nmae'],
  ['sort=-nmae', 'sort', 'nmae'],
  ['facets=nmae', 'facets', 'nmae'],
  ['server_id=nowhere', 'server_id', 'nowhere'],
])('%s is refused, naming field, finding and what is accepted', async (query, field, found) => {
  const {status, body} = await get(`/api/torrents?${query}`)
  expect(status).toBe(400)
  expect(body).toMatchObject({code: 'bad_request', errors: [{field, found, accepted: expect.any(Array)}]})
})

test('every column of the model can be asked for by its name', async () => {
  const sorted: readonly string[] = sortable.filter((name) => name !== 'server')
  const {status} = await get(`/api/torrents?fields=${torrentColumnNames.join(',')}&sort=${sorted.join(',')}`)
  expect(status).toBe(200)
  expect(torrentColumnNames.filter((name) => !sorted.includes(name))).toEqual([
    'arr_id',
    'arr_item',
    'import_status',
  ])
})

test('hostile names pass as they are', async () => {
  const name = '\u0000\u202Egnp.<script>"\\\uD83D' + 'x'.repeat(4096)
  harness.fleet.records[0] = torrent('qBit', hashOf('a'), {name})
  const {body} = await get('/api/torrents?limit=1')
  expect((body['torrents'] as {name: string}[])[0]!.name).toBe(name)
})

test('a torrent is found by its hash, in any case, on every server that holds it', async () => {
  const both = await get(`/api/torrents/${hashOf('a').toUpperCase()}`)
  expect(both.status).toBe(200)
  expect(both.body['torrents']).toMatchObject([{server_id: 'qBit'}, {server_id: 'box', state: 'stalledDown'}])
  const one = await get(`/api/torrents/${hashOf('a')}?server_id=box`)
  expect(one.body['torrents']).toMatchObject([{server_id: 'box', server_name: 'Seedbox'}])
})

test('a whole v2 hash finds the torrent by its first 40 digits', async () => {
  const {body} = await get(`/api/torrents/${hashOf('b')}${'f'.repeat(24)}`)
  expect(body['torrents']).toMatchObject([{info_hash: hashOf('b')}])
})

test.each([
  [hashOf('f'), 404, 'torrent_not_found'],
  [`${hashOf('b')}?server_id=box`, 404, 'torrent_not_found'],
  [`${hashOf('b')}?server_id=nowhere`, 404, 'server_unknown'],
  ['nonsense', 400, 'bad_request'],
  [`${hashOf('b')}?colour=red`, 400, 'bad_request'],
])('the torrent %s is answered with %d %s', async (path, status, code) => {
  expect(await get(`/api/torrents/${path}`)).toMatchObject({status, body: {code}})
})

test('that a torrent is nowhere is not claimed while a server is out of sight', async () => {
  const {body} = await get(`/api/torrents/${hashOf('f')}`)
  expect(body['detail']).toBe('No server is known to hold this torrent; only 2 of 3 are online.')
})
