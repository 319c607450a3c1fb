import type {FastifyInstance} from 'fastify'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {Sealer} from '#accounts/secrets.ts'
import {serverKinds} from '#clients/kinds/kinds.ts'
import {objectionTo} from '#clients/outgoing.ts'
import {adviceFor} from '#links/advice.ts'
import {asUserId, type Principal} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
import type {ServerDefinition} from '#model/server.ts'
import type {ServerTrial} from '#model/services.ts'
import {asServerId} from '#model/torrent-key.ts'
import {harnessWith, people, section, type Harness} from '#registry/servers/servers-harness.fixture.ts'
import {ServerTester} from '#registry/servers/test-server.ts'
import {byHeader, routeRig} from '#test/http/rig.fixture.ts'
import {expectProblem} from '#test/http/expect-problem.ts'
import {serverEditing, serverSharing} from './servers.ts'

const well: ServerTrial = {
  ok: true,
  latencyMs: 3,
  version: '5.1.0',
  apiVersion: '2.11.4',
  torrents: 7,
  freeSpace: 1_000,
  reason: 'none',
  detail: '',
  advice: '',
}

let it: Harness
let app: FastifyInstance
let tried: ServerDefinition[]

beforeEach(async () => {
  it = await harnessWith(objectionTo, [section('qBit')])
  tried = []
  app = await appOf(it)
})
afterEach(async () => {
  await app.close()
  await it.store.close()
})

function appOf({service, clock}: Harness): Promise<FastifyInstance> {
  const tryServer = async (definition: ServerDefinition) => {
    tried.push(definition)
    return well
  }
  const tester = new ServerTester(service, tryServer, adviceFor, clock)
  const userName = (id: string) => (id in people ? `${id} by name` : null)
  const names = Object.keys(people)
  return routeRig({
    clock,
    signIns: [byHeader(Object.fromEntries(names.map((name) => [name, principal(name)])))],
    routes: [serverEditing(service, tester, userName), serverSharing({editor: service})],
  })
}

function principal(name: string): Principal {
  const role = people[name]!
  return {...it.as(name), userId: asUserId(name), name, role, via: 'session', credentialId: 'one'}
}

async function ask(
  who: string,
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  url: string,
  body?: object,
) {
  const answer = await app.inject({url, method, headers: {'x-who': who}, ...(body && {payload: body})})
  return {
    status: answer.statusCode,
    json: answer.body === '' ? null : answer.json(),
    text: answer.body,
    answer,
  }
}

const plain = {kind: 'qbittorrent', name: 'Attic', url: 'http://10.0.0.2:8080'}
const secretly = {...plain, username: 'me', password: 'hunter2'}

async function added(body: object = secretly, who = 'ann'): Promise<string> {
  const {status, json} = await ask(who, 'POST', '/api/servers', body)
  expect(status).toBe(201)
  return json.id
}

test('a server that is added is shown as it can be changed, without its secrets', async () => {
  const {status, json, text} = await ask('ann', 'POST', '/api/servers', {
    ...secretly,
    basic_auth: {username: 'proxy', password: 'hunter3'},
    poll_seconds: 5,
    tags: ['home'],
  })
  expect(status).toBe(201)
  expect(json).toEqual({
    id: expect.stringMatching(/^s_/),
    kind: 'qbittorrent',
    name: 'Attic',
    origin: 'user',
    owner: {id: 'ann', name: 'ann by name'},
    url: 'http://10.0.0.2:8080',
    username: 'me',
    basic_auth: {username: 'proxy'},
    secrets: {password: 'set', api_key: 'none', basic_auth: 'set', http_proxy: 'none'},
    tls: {ca: null, skip_verify: false},
    path_mappings: [],
    storage: null,
    category_source: 'label',
    allow_execute: false,
    download_roots: [],
    poll_seconds: 5,
    timeout_seconds: null,
    enabled: true,
    obstacle: null,
    tags: ['home'],
    colour: null,
    icon: null,
    position: 1,
    default_for_adding: false,
    sharing: {everyone: null, users: []},
  })
  expect(text).not.toContain('hunter')
  expect((await ask('ann', 'GET', `/api/servers/${json.id}/definition`)).json).toEqual(json)
})

test('what is shown of a server can be sent back as it is, and changes nothing', async () => {
  const id = await added({...secretly, basic_auth: {username: 'proxy', password: 'hunter3'}})
  const {json: reported} = await ask('ann', 'GET', `/api/servers/${id}/definition`)
  for (const method of ['PATCH', 'PUT'] as const) {
    expect(await ask('ann', method, `/api/servers/${id}`, reported)).toMatchObject({
      status: 200,
      json: reported,
    })
  }
  const refused = await ask('ann', 'PATCH', `/api/servers/${id}`, {...reported, name: 'New', owner: null})
  expect(refused).toMatchObject({status: 400, json: {errors: [{field: 'owner', found: null}]}})
  expect((await ask('ann', 'GET', `/api/servers/${id}/definition`)).json).toEqual(reported)
})

test('a server is added and changed by the names under which lists show it', async () => {
  const id = await added({server_type: 'transmission', server_name: 'Loft', uri: 'http://10.0.0.3:9091'})
  const changed = await ask('ann', 'PATCH', `/api/servers/${id}`, {
    server_tags: ['far'],
    host: '10.0.0.3',
    rpc_path: '/rpc',
  })
  expect(changed.json).toMatchObject({kind: 'transmission', name: 'Loft', tags: ['far']})
  expect(changed.json.url).toContain('/rpc')
  const twice = await ask('ann', 'POST', '/api/servers', {...plain, server_type: 'rtorrent'})
  expect(twice).toMatchObject({status: 400, json: {errors: [{field: 'server_type'}]}})
})

test('a request that leaves the kind out is answered with those there are', async () => {
  const {json} = await ask('ann', 'POST', '/api/servers', {name: 'Loft', url: 'http://10.0.0.3'})
  expect(json.errors).toEqual([{field: 'kind', accepted: serverKinds}])
})

test('all that can be said of a server is kept', async () => {
  const {json} = await ask('ada', 'POST', '/api/servers', {
    kind: 'rtorrent',
    name: 'Rack',
    scheme: 'https',
    host: 'rt.example',
    port: 8443,
    path: '/RPC2',
    username: 'me',
    password: 'p',
    http_proxy: 'http://10.0.0.1:3128',
    tls: {ca: null, skip_verify: true},
    path_mappings: [{server: '/data', ours: '/mnt/data/'}],
    storage: 'nas',
    category_source: 'label:tv-',
    allow_execute: true,
    download_roots: ['/data'],
    timeout_seconds: 60,
    enabled: false,
    colour: '#00ff00',
    icon: 'rack',
    position: 0,
    default_for_adding: true,
  })
  expect(json).toMatchObject({
    kind: 'rtorrent',
    url: 'https://rt.example:8443/RPC2',
    tls: {ca: null, skip_verify: true},
    path_mappings: [{server: '/data', ours: '/mnt/data'}],
    storage: 'nas',
    secrets: {password: 'set', http_proxy: 'set'},
    category_source: 'label:tv-',
    allow_execute: true,
    download_roots: ['/data'],
    timeout_seconds: 60,
    enabled: false,
    colour: '#00ff00',
    icon: 'rack',
    position: 0,
    default_for_adding: true,
  })
})

test.each<[object, string]>([
  [{...plain, kind: 'utorrent'}, 'kind'],
  [{...plain, kind: undefined}, 'kind'],
  [{...plain, name: ''}, 'name'],
  [{...plain, name: '  '}, 'name'],
  [{...plain, url: undefined}, 'url'],
  [{...plain, host: 'nas'}, 'host'],
  [{...plain, socket: '/x'}, 'socket'],
  [{...plain, port: 80}, 'port'],
  [{kind: 'qbittorrent', name: 'x', host: 'nas', port: 0}, 'port'],
  [{kind: 'qbittorrent', name: 'x', host: 'nas', scheme: 'gopher'}, 'host'],
  [{kind: 'rtorrent', name: 'x', socket: '/run/rt.sock'}, 'socket'],
  [{...plain, url: 'nonsense://x'}, 'url'],
  [{...plain, poll_seconds: 301}, 'poll_seconds'],
  [{...plain, timeout_seconds: 1}, 'timeout_seconds'],
  [{...plain, category_source: 'folder'}, 'category_source'],
  [{...plain, colour: 'red'}, 'colour'],
  [{...plain, tags: ['']}, 'tags.0'],
  [{...plain, tls: {skip_verify: true}}, 'tls.ca'],
  [{...plain, tls: {ca: 'x', skip_verify: true}}, 'tls.ca'],
  [{...plain, http_proxy: 'http://10.0.0.1:3128'}, 'http_proxy'],
  [{...plain, path_mappings: [{server: '/a', ours: '/b'}]}, 'path_mappings'],
  [{...plain, path_mappings: [{server: '/a'}]}, 'path_mappings.0.ours'],
  [{...plain, surprise: 1}, 'surprise'],
])('%j is refused, naming %s and what is accepted', async (body, field) => {
  const {status, json} = await ask('ann', 'POST', '/api/servers', body)
  expect([status, json.code]).toEqual([400, 'bad_request'])
  const error = json.errors.find((one: {field: string}) => one.field === field)
  expect(error?.accepted.length, JSON.stringify(json.errors)).toBeGreaterThan(0)
})

test('what is sent as a secret is never said back, however wrong the rest is', async () => {
  const {text} = await ask('ann', 'POST', '/api/servers', {
    kind: 'x',
    name: '',
    url: 'ftp://me:hunter2@x',
    password: ['hunter2'],
    api_key: 'hunter2'.repeat(500),
    basic_auth: {username: '', password: {a: 'hunter2'}},
    http_proxy: 'socks://hunter2',
  })
  expect(text).not.toContain('hunter2')
})

test('a forbidden address is refused when it is saved', async () => {
  const refused = await ask('ann', 'POST', '/api/servers', {...plain, url: 'http://2852039166/'})
  expectProblem(refused, 'address_forbidden')
})

test('what the configuration file does not take is reported by what ails it', async () => {
  const change = () => ask('ada', 'PATCH', '/api/servers/qBit', {name: 'Other'})
  it.file.refuses = new CommodarrError('file_changed', 'Somebody edited it.')
  expectProblem(await change(), 'file_changed')
  it.file.refuses = new CommodarrError('config_invalid', 'Line 3 is no TOML.')
  expectProblem(await change(), 'config_invalid')
})

test('a secret is not taken where nothing can be encrypted', async () => {
  await app.close()
  const keyless = await it.restarted(new Sealer(null))
  app = await appOf(keyless)
  expectProblem(await ask('ann', 'POST', '/api/servers', secretly), 'secret_unreadable')
  expect(keyless.directory.cards()).toHaveLength(1)
})

test('PATCH changes what it names and keeps the rest, secrets included', async () => {
  const id = await added({...secretly, poll_seconds: 5, timeout_seconds: 9})
  const {status, json} = await ask('ann', 'PATCH', `/api/servers/${id}`, {name: 'Cellar', poll_seconds: 7})
  expect([status, json]).toMatchObject([
    200,
    {name: 'Cellar', username: 'me', poll_seconds: 7, timeout_seconds: 9},
  ])
  expect(it.directory.former(asServerId(id))?.definition.password?.reveal()).toBe('hunter2')
  await ask('ann', 'PATCH', `/api/servers/${id}`, {password: null, timeout_seconds: null})
  expect(it.directory.former(asServerId(id))?.definition).toMatchObject({
    password: null,
    username: 'me',
    pace: {pollSeconds: 7, timeoutSeconds: null},
  })
})

test('PUT describes a server again; secrets and its place stay when they are left out', async () => {
  const basic_auth = {username: 'proxy', password: 'hunter3'}
  const id = await added({...secretly, basic_auth, tags: ['home'], poll_seconds: 5, position: 0})
  const {status, json} = await ask('ann', 'PUT', `/api/servers/${id}`, {
    ...plain,
    name: 'Cellar',
    username: 'me',
  })
  expect([status, json]).toMatchObject([
    200,
    {
      name: 'Cellar',
      tags: [],
      poll_seconds: null,
      position: 0,
      basic_auth: {username: 'proxy'},
      secrets: {password: 'set', basic_auth: 'set'},
    },
  ])
  expect(
    (await ask('ann', 'PUT', `/api/servers/${id}`, {...plain, basic_auth: null, password: null})).json
      .secrets,
  ).toEqual({password: 'none', api_key: 'none', basic_auth: 'none', http_proxy: 'none'})
})

test('a removed server is gone', async () => {
  const id = await added()
  expect((await ask('ann', 'DELETE', `/api/servers/${id}`)).status).toBe(204)
  expect((await ask('ann', 'GET', `/api/servers/${id}/definition`)).status).toBe(404)
})

test('a server that is not the user’s is answered, word by word, like one that is not there', async () => {
  const id = await added()
  const requests: ['GET' | 'PUT' | 'PATCH' | 'DELETE' | 'POST', string, object?][] = [
    ['GET', '/api/servers/ID/definition'],
    ['PUT', '/api/servers/ID', plain],
    ['PATCH', '/api/servers/ID', {name: 'x'}],
    ['PATCH', '/api/servers/ID', {poll_seconds: 1}],
    ['DELETE', '/api/servers/ID'],
    ['PUT', '/api/servers/ID/sharing', {everyone: 'view', users: []}],
    ['POST', '/api/servers/order', {ids: ['ID']}],
    ['POST', '/api/servers/test', {id: 'ID'}],
  ]
  for (const [method, url, body] of requests) {
    const about = async (server: string) => {
      const put = (text: string) => text.replaceAll('ID', server)
      const {status, json} = await ask(
        'bob',
        method,
        put(url),
        body && (JSON.parse(put(JSON.stringify(body))) as object),
      )
      return [status, {...json, request_id: ''}]
    }
    expect(await about(id)).toEqual(await about('s_nothing22'))
    expect((await about(id))[0]).toBe(404)
  }
  expect(tried).toEqual([])
})

test('who may look or control may not change, nor see the definition', async () => {
  const id = await added()
  await ask('ann', 'PUT', `/api/servers/${id}/sharing`, {
    everyone: null,
    users: [{user_id: 'bob', level: 'control'}],
  })
  expect((await ask('bob', 'GET', `/api/servers/${id}/definition`)).status).toBe(403)
  expect((await ask('bob', 'PATCH', `/api/servers/${id}`, {name: 'x'})).status).toBe(403)
  expect((await ask('vic', 'POST', '/api/servers', plain)).status).toBe(403)
  expect((await ask('nobody', 'POST', '/api/servers', plain)).status).toBe(401)
})

test('sharing is said whole, and shown with names', async () => {
  const id = await added()
  const users = [
    {user_id: 'bob', level: 'control'},
    {user_id: 'vic', level: 'view'},
  ]
  expect((await ask('ann', 'PUT', `/api/servers/${id}/sharing`, {everyone: 'view', users})).status).toBe(204)
  const {json} = await ask('ann', 'GET', `/api/servers/${id}/definition`)
  expect(json.sharing).toEqual({
    everyone: 'view',
    users: users.map((one) => ({...one, user_name: `${one.user_id} by name`})),
  })
  const refused = await ask('ann', 'PUT', `/api/servers/${id}/sharing`, {
    everyone: null,
    users: [{user_id: 'ghost', level: 'view'}],
  })
  expect([refused.status, refused.json.errors]).toEqual([
    400,
    [{field: 'users.0.user_id', found: 'ghost', accepted: 'the id of a user'}],
  ])
  expect((await ask('ann', 'PUT', `/api/servers/${id}/sharing`, {everyone: null})).status).toBe(400)
})

test('an administrator shares and paints a server of the file; its definition goes to the file', async () => {
  await ask('ada', 'PUT', '/api/servers/qBit/sharing', {everyone: null, users: []})
  expect(it.as('bob').access.servers).toEqual([])
  const {json} = await ask('ada', 'PATCH', '/api/servers/qBit', {colour: '#00ff00', enabled: false})
  expect(json).toMatchObject({origin: 'file', owner: null, colour: '#00ff00', enabled: false})
  expect(it.file.asked).toEqual([['change', 'qBit', {enabled: false}]])
  expect((await ask('ada', 'DELETE', '/api/servers/qBit')).status).toBe(204)
  expect(it.file.asked.at(-1)).toEqual(['remove', 'qBit'])
})

test('servers are put in another order', async () => {
  const ids = [await added(), await added()]
  expect((await ask('ann', 'POST', '/api/servers/order', {ids: ids.toReversed()})).status).toBe(204)
  expect(it.directory.cards().map(({id}) => id)).toEqual(['qBit', ...ids.toReversed()])
  expect((await ask('ann', 'POST', '/api/servers/order', {ids: []})).status).toBe(400)
})

/* ───────────────────────────── trying ───────────────────────────── */

test('a server is tried before it is saved; it needs no name for that', async () => {
  const {status, json} = await ask('ann', 'POST', '/api/servers/test', {...secretly, name: undefined})
  expect([status, json]).toEqual([
    200,
    {
      ok: true,
      latency_ms: 3,
      version: '5.1.0',
      api_version: '2.11.4',
      torrents: 7,
      free_space: 1_000,
      reason: 'none',
      detail: '',
      advice: '',
      known: [],
    },
  ])
  expect(tried).toHaveLength(1)
  expect((await ask('ann', 'POST', '/api/servers/test', {url: 'http://10.0.0.2'})).json.errors[0].field).toBe(
    'kind',
  )
  expect((await ask('ann', 'POST', '/api/servers/test', {kind: 'rtorrent'})).json.errors[0].field).toBe('url')
})

test('a change is tried with the secrets that are there, and not at another address by another user', async () => {
  const id = await added()
  await ask('ann', 'POST', '/api/servers/test', {id, username: 'him'})
  expect(tried).toMatchObject([{username: 'him'}])
  expect(tried[0]?.password?.reveal()).toBe('hunter2')
  const moved = await ask('ada', 'POST', '/api/servers/test', {id, url: 'http://10.6.6.6:8080'})
  expect([moved.status, moved.json.errors[0].field]).toEqual([400, 'password'])
  expect(tried).toHaveLength(1)
})

test('the eleventh try of a minute says when there is another', async () => {
  for (let n = 0; n < 10; n++) await ask('ann', 'POST', '/api/servers/test', plain)
  const {status, json, answer} = await ask('ann', 'POST', '/api/servers/test', plain)
  expect([status, json.code, answer.headers['retry-after']]).toEqual([429, 'too_many_attempts', '60'])
})

test('a forbidden address is an answer of the try', async () => {
  const {status, json} = await ask('ann', 'POST', '/api/servers/test', {
    ...plain,
    url: 'http://169.254.169.254',
  })
  expect([status, json.ok, json.reason]).toEqual([200, false, 'address_forbidden'])
  expect(tried).toEqual([])
})
