import {afterEach, beforeEach, expect, test} from 'vitest'
import {asUserId} from '#model/access.ts'
import type {Features} from '#model/server.ts'
import {fakeHarness, server, type FakeHarness} from '#test/http/http-fakes.ts'

let harness: FakeHarness
beforeEach(async () => {
  harness = await fakeHarness()
})
afterEach(() => harness.http.close())

async function call(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object) {
  const answer = await harness.http.app.inject({method, url, ...(payload && {payload})})
  return {status: answer.statusCode, body: answer.body === '' ? null : answer.json<Record<string, unknown>>()}
}

test('all servers are listed with their health, by the words of the wire', async () => {
  const {status, body} = await call('GET', '/api/servers')
  expect(status).toBe(200)
  expect(body).toMatchObject({complete: false, servers_online: 2, servers_total: 3})
  const [first, , third] = body!['servers'] as Record<string, unknown>[]
  expect(first).toEqual({
    server_id: 'qBit',
    server_name: 'qBit',
    server_type: 'qbittorrent',
    owner: null,
    origin: 'file',
    access: 'own',
    server_tags: [],
    colour: null,
    icon: null,
    position: 0,
    default_for_adding: false,
    url: 'http://127.0.0.1:8080',
    enabled: true,
    health: expect.objectContaining({status: 'online', latency_p50_ms: 3, last_ok_at: expect.any(Number)}),
    version: '5.1.0',
    api_version: '2.11.4',
    stats: {down_speed: 100, up_speed: 10, down_limit: null, up_limit: 5000, alt_speed: false},
    last_stats: {down_speed: 100, up_speed: 10, down_limit: null, up_limit: 5000, alt_speed: false},
    categories: [{name: 'tv', save_path: '/data/tv'}],
    tags: ['hd'],
    torrents: 2,
    epoch: 1,
    synced_at: expect.any(Number),
    poll_ms: 2000,
  })
  expect(third).toMatchObject({stats: null, health: {status: 'unreachable', advice: 'Is it running?'}})
})

test('beside a server stands whose it is and what its owner wrote on its card', async () => {
  harness.registry.changes.set('box', {
    origin: 'user',
    ownerId: asUserId('u1'),
    tags: ['attic'],
    colour: '#aabbcc',
    icon: 'rocket',
    position: 7,
    defaultForAdding: true,
  })
  harness.registry.changes.set('down', {ownerId: asUserId('long gone')})
  const {body} = await call('GET', '/api/servers')
  const [, box, down] = body!['servers'] as Record<string, unknown>[]
  expect(box).toMatchObject({
    owner: {id: 'u1', name: 'Olga'},
    origin: 'user',
    server_tags: ['attic'],
    colour: '#aabbcc',
    icon: 'rocket',
    position: 1,
    default_for_adding: true,
  })
  expect(box).not.toHaveProperty('sharing')
  expect(down).toMatchObject({owner: null})
})

test('one server also shows what it can do', async () => {
  const {body} = await call('GET', '/api/servers/qBit')
  expect(body!['features']).toContainEqual({name: 'setLocation', support: 'native', reason: ''})
  const setFilePriority = {support: 'limited', reason: 'Two steps.', takes: ['skip', 'normal']} as const
  harness.servers.all[0] = server('qBit', {features: {setFilePriority} as unknown as Features})
  expect((await call('GET', '/api/servers/qBit')).body).toMatchObject({
    features: [{name: 'setFilePriority', ...setFilePriority}],
  })
  harness.servers.all[0] = server('qBit', {features: null})
  expect((await call('GET', '/api/servers/qBit')).body).toMatchObject({features: null})
})

test('a server whose name needs escaping is found', async () => {
  harness.servers.all.push(server('qBit-Seed/box ä'))
  expect((await call('GET', `/api/servers/${encodeURIComponent('qBit-Seed/box ä')}`)).status).toBe(200)
})

test('figures that JSON cannot carry are unknown, not null', async () => {
  harness.servers.all[0] = server('qBit', {stats: {downSpeed: 1, upSpeed: 1, uptime: Number.NaN}})
  const {status, body} = await call('GET', '/api/servers/qBit')
  expect(status).toBe(200)
  expect(body!['stats']).toEqual({down_speed: 1, up_speed: 1})
})

test('trying a server says how it went, also when it went badly', async () => {
  expect(await call('POST', '/api/servers/down/test')).toEqual({
    status: 200,
    body: {
      ok: false,
      latency_ms: null,
      version: null,
      torrents: null,
      reason: 'refused',
      detail: 'connect ECONNREFUSED',
      advice: 'Is it running?',
    },
  })
})

test.each([
  ['GET', ''],
  ['POST', '/test'],
  ['GET', '/categories'],
  ['GET', '/tags'],
  ['GET', '/limits'],
  ['GET', '/preferences'],
  ['GET', '/free-space'],
] as const)('%s …%s of an unknown server is a 404', async (method, path) => {
  expect(await call(method, `/api/servers/nowhere${path}`)).toMatchObject({
    status: 404,
    body: {code: 'server_unknown'},
  })
})

test('what is there can be read', async () => {
  expect((await call('GET', '/api/servers/qBit/categories')).body).toEqual({
    categories: [{name: 'tv', save_path: '/data/tv'}],
  })
  expect((await call('GET', '/api/servers/qBit/tags')).body).toEqual({tags: ['hd']})
  expect((await call('GET', '/api/servers/qBit/limits')).body).toEqual({
    down: null,
    up: 5000,
    alt_down: 1,
    alt_speed: true,
  })
  expect((await call('GET', '/api/servers/qBit/free-space')).body).toEqual({free_space: 123})
  expect((await call('GET', '/api/servers/qBit/free-space?path=/unknown')).body).toEqual({path: '/unknown'})
})

test('passwords among the preferences stay inside, however deep', async () => {
  expect((await call('GET', '/api/servers/qBit/preferences')).body).toEqual({
    save_path: '/data',
    web_ui_password: '***',
    proxy: {password: '***', port: 1},
    max_ratio: -1,
  })
})

test.each([
  ['POST', '/categories', {name: 'a/b', save_path: '/x'}, 'createCategory', {name: 'a/b', savePath: '/x'}],
  ['POST', '/categories', {name: 'a'}, 'createCategory', {name: 'a'}],
  ['PATCH', '/categories', {name: 'a', save_path: ''}, 'editCategory', {name: 'a', savePath: ''}],
  ['DELETE', '/categories?name=a&name=b%2Fc', undefined, 'removeCategories', {names: ['a', 'b/c']}],
  ['POST', '/tags', {tags: ['x']}, 'createTags', {tags: ['x']}],
  ['DELETE', '/tags?tag=x', undefined, 'deleteTags', {tags: ['x']}],
  ['PATCH', '/limits', {down: 5, up: null}, 'setGlobalLimits', {down: 5, up: null}],
  ['PATCH', '/limits', {alt_speed: true, alt_up: 9}, 'setAltSpeed', {on: true, up: 9}],
  ['PATCH', '/preferences', {dht: true, max_ratio: 2}, 'setPreferences', {values: {dht: true, max_ratio: 2}}],
  ['POST', '/ban-peers', {peers: ['10.0.0.1:1']}, 'banPeers', {peers: ['10.0.0.1:1']}],
] as const)('%s …%s with %j sends %s', async (method, path, payload, verb, args) => {
  expect((await call(method, `/api/servers/qBit${path}`, payload)).status).toBe(204)
  expect(harness.executor.serverOrders).toEqual([
    {by: expect.objectContaining({name: 'local'}), serverId: 'qBit', command: {verb, args}},
  ])
})

test('ordinary and alternative limits change together, the ordinary ones first', async () => {
  await call('PATCH', '/api/servers/qBit/limits', {down: 1, alt_down: 2})
  expect(harness.executor.serverOrders.map((it) => it.command.verb)).toEqual([
    'setGlobalLimits',
    'setAltSpeed',
  ])
})

test.each([
  ['POST', '/categories', {name: ''}, 'name'],
  ['DELETE', '/categories', undefined, 'name'],
  ['POST', '/tags', {tags: []}, 'tags'],
  ['PATCH', '/limits', {down: -1}, 'down'],
  ['PATCH', '/limits', {speed: 1}, 'speed'],
  ['PATCH', '/preferences', {}, ''],
  ['PATCH', '/preferences', {web_ui_password: '***'}, 'web_ui_password'],
  ['PATCH', '/preferences', {proxy: {password: '***'}}, 'proxy.password'],
  ['POST', '/ban-peers', {}, 'peers'],
] as const)('%s …%s with %j is refused, naming %j', async (method, path, payload, field) => {
  const {status, body} = await call(method, `/api/servers/qBit${path}`, payload)
  expect(status).toBe(400)
  expect(body).toMatchObject({code: 'bad_request', errors: [{field}]})
  expect(harness.executor.serverOrders).toEqual([])
})
