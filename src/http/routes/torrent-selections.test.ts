import {afterEach, beforeEach, expect, test} from 'vitest'
import {asUserId} from '#model/access.ts'
import type {Feature, Features} from '#model/server.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import {fakeHarness, hashOf, health, server, torrent, type FakeHarness} from '#test/http/http-fakes.ts'

let harness: FakeHarness
beforeEach(async () => {
  harness = await fakeHarness()
})
afterEach(() => harness.http.close())

async function send(method: 'POST' | 'GET', url: string, payload?: object) {
  const answer = await harness.http.app.inject({method, url, ...(payload && {payload})})
  return {status: answer.statusCode, body: answer.json()}
}

const select = (wish: object) => send('POST', '/api/torrents/selections', wish)
const [a, b, c] = [hashOf('a'), hashOf('b'), hashOf('c')]

test('what matches is frozen, with its figures per server and per state', async () => {
  const {status, body} = await select({q: ''})
  expect(status).toBe(200)
  expect(body).toMatchObject({
    selection_id: expect.any(String),
    until: harness.clock.now() + 900_000,
    count: 4,
    gone: 0,
    complete: 0,
    stale: 1,
    size: 4000,
    size_unknown: 0,
    down_speed: 15,
    up_speed: 0,
    servers: [
      {server_id: 'qBit', server_name: 'qBit', online: true, count: 2, size: 2000},
      {server_id: 'box', server_name: 'Seedbox', online: true, count: 1, size: 1000},
      {server_id: 'down', online: false, count: 1},
    ],
    states: [
      {state: 'downloading', count: 3},
      {state: 'stalledDown', count: 1},
    ],
  })
  expect(body).not.toHaveProperty('ratio')
})

test('the ratio is that of the whole, and absent while one of them is unknown', async () => {
  const known = (downloaded: number | undefined) => torrent('box', b, {uploaded: 30, downloaded})
  harness.fleet.records.splice(0, Infinity, known(10), torrent('qBit', b, {uploaded: 0, downloaded: 10}))
  expect((await select({q: ''})).body).toMatchObject({uploaded: 30, downloaded: 20, ratio: 1.5})
  harness.fleet.records[0] = known(undefined)
  const {body} = await select({q: ''})
  expect(body).toMatchObject({uploaded: 30})
  expect([body.downloaded, body.ratio]).toEqual([undefined, undefined])
})

test('what is the same for all of very many is shown, and nothing that differs or is not known of one', async () => {
  const of = (at: number, change: object = {}) =>
    torrent('box', at.toString(16).padStart(40, '0') as InfoHash, {
      category: 'books',
      savePath: '/data',
      upLimit: null,
      downLimit: 5,
      sequential: false,
      ...change,
    })
  const many = Array.from({length: 600}, (_, at) => of(at + 1))
  const common = async (...others: ReturnType<typeof of>[]) => {
    harness.fleet.records.splice(0, Infinity, ...many, ...others)
    return (await select({q: ''})).body.common as Record<string, unknown>
  }
  expect(await common()).toEqual({
    category: 'books',
    save_path: '/data',
    up_limit: null,
    down_limit: 5,
    sequential: false,
    first_last: false,
    super_seeding: false,
    auto_managed: false,
  })
  const differing = of(900, {
    category: 'tv',
    savePath: undefined,
    downLimit: Number.NaN,
    sequential: undefined,
  })
  expect(await common(differing)).toEqual({
    up_limit: null,
    sequential: false,
    first_last: false,
    super_seeding: false,
    auto_managed: false,
  })
  harness.fleet.records.splice(0, Infinity)
  expect((await select({q: ''})).body.common).toEqual({})
})

test('categories, tags and trackers are counted over all of it, the most first', async () => {
  const of = (digit: string, category: string, tags: string[], trackerHost?: string) =>
    torrent('box', hashOf(digit), {category, tags, trackerHost})
  const some = [
    of('1', 'tv', ['new', 'hd'], 'a.example'),
    of('2', 'tv', ['hd'], 'b.example'),
    of('3', '', []),
  ]
  harness.fleet.records.splice(0, Infinity, ...some)
  expect((await select({q: ''})).body).toMatchObject({
    categories: {
      distinct: 2,
      most: [
        {value: 'tv', count: 2},
        {value: '', count: 1},
      ],
    },
    tags: {
      distinct: 3,
      most: [
        {value: 'hd', count: 2},
        {value: '', count: 1},
        {value: 'new', count: 1},
      ],
    },
    trackers: {
      distinct: 2,
      most: [
        {value: 'a.example', count: 1},
        {value: 'b.example', count: 1},
      ],
    },
  })
})

test('of very many values the most are listed, and how many there are', async () => {
  const many = Array.from({length: 30}, (_, at) =>
    torrent('box', String(at).padStart(40, '0') as InfoHash, {category: `c${at}`}),
  )
  harness.fleet.records.splice(0, Infinity, ...many)
  const {categories} = (await select({q: ''})).body
  expect([categories.distinct, categories.most.length]).toEqual([30, 20])
})

test('how fast a torrent is whose server is away is unknown: it adds nothing, and is counted as stale', async () => {
  const fast = (digit: string, stale: boolean) => torrent('box', hashOf(digit), {downSpeed: 100, stale})
  harness.fleet.records.splice(0, Infinity, fast('1', false), fast('2', true))
  expect((await select({q: ''})).body).toMatchObject({count: 2, stale: 1, down_speed: 100})
})

test('servers, selected torrents and exceptions narrow it', async () => {
  expect((await select({q: '', servers: ['box', 'down']})).body.count).toBe(2)
  expect((await select({q: '', except: [{server_id: 'box', info_hash: a}]})).body.count).toBe(3)
  const only = [a.toUpperCase(), a, c].map((info_hash) => ({server_id: 'qBit', info_hash}))
  expect((await select({only})).body).toMatchObject({count: 1, gone: 1})
})

test('a query with mistakes selects nothing: it is refused, with what would do', async () => {
  const {status, body} = await select({q: 'size>10BG'})
  expect(status).toBe(400)
  expect(body).toMatchObject({code: 'bad_request', errors: [{field: 'q'}]})
  expect((await select({q: '', servers: ['nowhere']})).body).toMatchObject({errors: [{field: 'servers'}]})
})

test('a time zone that does not exist is refused', async () => {
  expect((await select({q: '', time_zone: 'Europe/Berlin'})).status).toBe(200)
  expect((await select({q: '', time_zone: 'Moon/North'})).body).toMatchObject({
    errors: [{field: 'time_zone'}],
  })
})

test.each([[{}], [{q: '', only: [{server_id: 'qBit', info_hash: a}]}]])(
  'it takes a query or torrents, one of both: %j',
  async (wish) => {
    expect((await select(wish)).status).toBe(400)
  },
)

test('asked again it has the figures of that moment; what is gone counts as gone, what came is not in it', async () => {
  const {selection_id: id} = (await select({q: ''})).body
  harness.fleet.records.splice(0, 1)
  harness.fleet.records.push(torrent('qBit', hashOf('d'), {}))
  const {body} = await send('GET', `/api/torrents/selections/${id}`)
  expect(body).toMatchObject({selection_id: id, count: 3, gone: 1, size: 3000})
  expect(await send('GET', '/api/torrents/selections/x')).toMatchObject({
    status: 404,
    body: {code: 'selection_unknown'},
  })
})

test('each verb says how many can take it now, and why the others cannot', async () => {
  const no: Feature = {support: 'none', reason: 'Transmission has no super seeding.'}
  harness.servers.all[1] = server('box', {features: {setSuperSeeding: no} as unknown as Features})
  const {abilities} = (await select({q: ''})).body
  const of = (verb: string) => abilities.find((it: {verb: string}) => it.verb === verb)
  const down = {code: 'server_not_online', message: 'down is unreachable. Is it running?', count: 1}
  expect(of('stop')).toEqual({verb: 'stop', possible: 3, reasons: [{...down, servers: ['down']}]})
  expect(of('setSuperSeeding')).toMatchObject({
    possible: 2,
    reasons: [{code: 'not_supported', message: no.reason, count: 1, servers: ['box']}, {count: 1}],
  })
})

test('beside a server stands whose it is, for users who have to ask its owner', async () => {
  harness.registry.changes.set('box', {origin: 'user', ownerId: asUserId('u1')})
  const {servers} = (await select({q: ''})).body
  const owners = servers.map((it: {server_id: string; owner: string | null}) => [it.server_id, it.owner])
  expect(owners).toEqual([
    ['qBit', null],
    ['box', 'Olga'],
    ['down', null],
  ])
})

test('S02: while the list of a server is not certain its torrents can go, their data not', async () => {
  harness.servers.all[0] = server('qBit', {health: health({status: 'warming'})})
  const {abilities} = (await select({q: '', servers: ['qBit']})).body
  const possible = (verb: string) => abilities.find((it: {verb: string}) => it.verb === verb).possible
  expect([possible('remove'), possible('removeWithData')]).toEqual([2, 0])
})

/* ───────────────────────────── acting on it ───────────────────────────── */

test('an action on a selection touches what was frozen, and answers for what is not done alone', async () => {
  harness.executor.outcomes.set('down', {
    outcome: 'refused',
    code: 'server_not_online',
    message: 'It is down.',
  })
  const {selection_id} = (await select({q: ''})).body
  harness.fleet.records.push(torrent('qBit', hashOf('d'), {}))
  const {status, body} = await send('POST', '/api/torrents/actions', {verb: 'stop', selection_id})
  expect(status).toBe(207)
  expect(body).toEqual({
    action_id: expect.any(String),
    counts: {done: 3, failed: 0, refused: 1, unconfirmed: 0},
    results: [
      {
        server_id: 'down',
        info_hash: c,
        outcome: 'refused',
        code: 'server_not_online',
        message: 'It is down.',
      },
    ],
    results_omitted: 0,
  })
  expect(harness.executor.orders.flatMap(({keys}) => keys.map(({hash}) => hash))).toEqual([a, b, a, c])
})

test.each([
  [{verb: 'stop'}],
  [{verb: 'stop', keys: [{server_id: 'qBit', info_hash: a}], selection_id: 'x'}],
  [{verb: 'rename', selection_id: 'x', args: {name: 'n'}}],
  [{verb: 'stop', selection_id: 'x', hold_seconds: 10}],
  [{verb: 'remove', selection_id: 'x', hold_seconds: 61}],
])('the action %j is refused', async (action) => {
  expect((await send('POST', '/api/torrents/actions', action)).status).toBe(400)
})

test('a selection that is not there is refused, and nothing is sent', async () => {
  for (const more of [{}, {hold_seconds: 10}]) {
    const action = {verb: 'remove', selection_id: 'x', ...more}
    expect(await send('POST', '/api/torrents/actions', action)).toMatchObject({
      status: 404,
      body: {code: 'selection_unknown'},
    })
  }
  expect(harness.executor.orders).toEqual([])
})

test('torrents of a server that is not in sight any more count as gone', async () => {
  const {selection_id: id} = (await select({q: ''})).body
  harness.servers.all.splice(1, 1)
  harness.registry.changes.set('box', {ownerId: asUserId('u1'), sharing: []})
  const {body} = await send('GET', `/api/torrents/selections/${id}`)
  expect(body).toMatchObject({count: 3, gone: 1})
  expect(JSON.stringify(body)).not.toContain('box')
})

test('exactly those that still owe are left out of a frozen set, whatever matches since', async () => {
  await harness.http.close()
  harness = await fakeHarness({owes: ({serverId, hash}) => serverId === 'qBit' && hash === a})
  const {body: frozen} = await select({q: 'server:qBit'})
  harness.fleet.records.push(torrent('qBit', hashOf('9')))
  const {body: left} = await select({selection_id: frozen.selection_id, without_owing: true})
  expect([frozen.count, left.count]).toEqual([2, 1])
  expect(left.selection_id).not.toBe(frozen.selection_id)
  const {body: sent} = await send('POST', '/api/torrents/actions', {
    verb: 'stop',
    args: {},
    selection_id: left.selection_id,
  })
  expect(sent.counts.done).toBe(1)
  expect(harness.executor.orders.flatMap(({keys}) => keys.map(({hash}) => hash))).toEqual([b])
})

test('a set is selected in one way', async () => {
  expect((await select({q: '', selection_id: 'x'})).status).toBe(400)
  expect((await select({without_owing: true})).status).toBe(400)
  expect((await select({selection_id: 'x'})).body.code).toBe('selection_unknown')
})
