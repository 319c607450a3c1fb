import {afterEach, beforeEach, expect, test} from 'vitest'
import type {CommandResult, PlainTorrentVerb} from '#model/command.ts'
import {fakeHarness, hashOf, type FakeHarness} from '#test/http/http-fakes.ts'
import {torrentVerbArgs} from '../schemas/verbs.ts'

let harness: FakeHarness
beforeEach(async () => {
  harness = await fakeHarness()
})
afterEach(() => harness.http.close())

const by = expect.objectContaining({
  actor: {name: 'local', origin: 'user', userId: null, address: '127.0.0.1'},
})

async function send(method: 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object) {
  const answer = await harness.http.app.inject({method, url, ...(payload && {payload})})
  return {status: answer.statusCode, body: answer.json<Record<string, unknown>>()}
}

for (const [path, verb] of [
  ['start', 'start'],
  ['force-start', 'forceStart'],
  ['stop', 'stop'],
  ['recheck', 'recheck'],
  ['reannounce', 'reannounce'],
] as const) {
  test(`${path} reaches the one server that holds the torrent`, async () => {
    const {status, body} = await send('POST', `/api/torrents/${hashOf('b')}/${path}`)
    expect(status).toBe(200)
    expect(body).toEqual({
      server_id: 'qBit',
      info_hash: hashOf('b'),
      outcome: 'done',
      action_id: expect.any(String),
    })
    expect(harness.executor.orders).toMatchObject([
      {by, keys: [{serverId: 'qBit', hash: hashOf('b')}], command: {verb, args: {}}},
    ])
  })
}

test.each([
  ['start', 'start'],
  ['force-start', 'forceStart'],
])('%s is confirmed by its flags, and needs none in a list', async (path, verb) => {
  await send('POST', `/api/torrents/${hashOf('b')}/${path}?accepts_others=true&accepts_doubt=false`)
  const keys = [{server_id: 'qBit', info_hash: hashOf('b')}]
  await send('POST', '/api/torrents/actions', {verb, keys})
  await send('POST', '/api/torrents/actions', {verb, keys, args: {accepts_doubt: true}})
  expect(harness.executor.orders.map(({command}) => command.args)).toEqual([
    {acceptsOthers: true},
    {},
    {acceptsDoubt: true},
  ])
})

test('a change without server_id is refused when several servers hold the torrent, naming them', async () => {
  for (const [method, path] of [
    ['POST', '/stop'],
    ['DELETE', ''],
    ['PATCH', ''],
    ['POST', '/peers'],
  ] as const) {
    const payload =
      method === 'PATCH' ? {category: 'x'} : path === '/peers' ? {peers: ['10.0.0.1:1']} : undefined
    const {status, body} = await send(method, `/api/torrents/${hashOf('a')}${path}`, payload)
    expect(status).toBe(409)
    expect(body).toMatchObject({
      code: 'server_id_required',
      servers: [
        {server_id: 'qBit', server_name: 'qBit'},
        {server_id: 'box', server_name: 'Seedbox'},
      ],
      errors: [{field: 'server_id', accepted: ['qBit', 'box']}],
    })
  }
  expect(harness.executor.orders).toEqual([])
})

test('with server_id only the named server is reached', async () => {
  await send('POST', `/api/torrents/${hashOf('a')}/stop?server_id=box`)
  expect(harness.executor.orders.map((it) => it.keys)).toEqual([[{serverId: 'box', hash: hashOf('a')}]])
})

test.each([
  ['', 'remove'],
  ['&delete_data=false', 'remove'],
  ['&delete_data=true', 'removeWithData'],
  ['&delete_data=true&free_at_once=false', 'removeWithData'],
  ['&delete_data=true&free_at_once=true', 'removeWithData', {freeAtOnce: true}],
  ['&delete_data=true&accepts_doubt=true', 'removeWithData', {acceptsDoubt: true}],
])('DELETE with the server and %s is the verb %s', async (query, verb, args: object = {}) => {
  const {status} = await send('DELETE', `/api/torrents/${hashOf('b')}?server_id=qBit${query}`)
  expect(status).toBe(200)
  expect(harness.executor.orders).toMatchObject([{by, keys: [{serverId: 'qBit', hash: hashOf('b')}]}])
  expect(harness.executor.orders[0]!.command).toEqual({verb, args})
})

test.each(['', '?delete_data=true'])(
  'DELETE%s without a server removes nothing, also where one server alone holds it: who meant a copy that is gone would lose the last one',
  async (query) => {
    const {status, body} = await send('DELETE', `/api/torrents/${hashOf('b')}${query}`)
    expect(status).toBe(409)
    expect(body).toMatchObject({
      code: 'server_id_required',
      servers: [{server_id: 'qBit', server_name: 'qBit'}],
      errors: [{field: 'server_id', accepted: ['qBit']}],
    })
    expect((await send('DELETE', `/api/torrents/${hashOf('d')}${query}`)).body.code).toBe('torrent_not_found')
    expect(harness.executor.orders).toEqual([])
  },
)

test('delete_data is true or false and nothing else', async () => {
  const {status} = await send('DELETE', `/api/torrents/${hashOf('b')}?delete_data=1`)
  expect(status).toBe(400)
  expect(harness.executor.orders).toEqual([])
})

for (const [result, status, code] of [
  [{outcome: 'refused', code: 'server_not_online', message: 'It is down.'}, 503, 'server_not_online'],
  [{outcome: 'failed', code: 'command_refused', message: 'No.'}, 422, 'command_refused'],
  [{outcome: 'refused', code: 'content_shared', message: 'Others use it.'}, 409, 'content_shared'],
  [{outcome: 'unconfirmed', code: 'server_unreachable', message: 'No answer.'}, 504, 'unconfirmed'],
] as const satisfies readonly (readonly [CommandResult, number, string])[]) {
  test(`a single command that ends ${result.outcome} with ${result.code} is a ${status} ${code}`, async () => {
    harness.executor.outcomes.set('qBit', result)
    const answer = await send('POST', `/api/torrents/${hashOf('b')}/start`)
    expect(answer).toMatchObject({status, body: {code, detail: result.message}})
  })
}

test('a refusal that can be confirmed says with what, alone and among many', async () => {
  const refused = {outcome: 'refused', code: 'path_occupied', message: 'It is there already.'} as const
  const url = `/api/torrents/${hashOf('b')}`
  const keys = [{server_id: 'qBit', info_hash: hashOf('b')}]
  const asked = async () => {
    const one = await send('POST', `${url}/start`)
    const many = await send('POST', '/api/torrents/actions', {verb: 'start', keys})
    const changes = await send('PATCH', url, {category: 'x'})
    const [results, fields] = [many, changes].map(({body}) => body['results'] as readonly object[])
    return [one.body, results![0], fields![0]]
  }
  harness.executor.outcomes.set('qBit', {...refused, confirmWith: 'accepts_others'})
  for (const it of await asked()) expect(it).toMatchObject({confirm_with: 'accepts_others'})
  harness.executor.outcomes.set('qBit', refused)
  for (const it of await asked()) expect(it).not.toHaveProperty('confirm_with')
})

test('an action reaches many torrents across servers and answers per torrent, in order', async () => {
  harness.executor.outcomes.set('down', {
    outcome: 'refused',
    code: 'server_not_online',
    message: 'It is down.',
  })
  harness.executor.outcomes.set('box', {outcome: 'unconfirmed', code: 'unconfirmed', message: 'No answer.'})
  const keys = [
    {server_id: 'down', info_hash: hashOf('c')},
    {server_id: 'qBit', info_hash: hashOf('a').toUpperCase()},
    {server_id: 'box', info_hash: hashOf('a')},
  ]
  const {status, body} = await send('POST', '/api/torrents/actions', {verb: 'stop', keys})
  expect(status).toBe(207)
  expect(body).toEqual({
    action_id: expect.any(String),
    results_omitted: 0,
    results: [
      {...keys[0], outcome: 'refused', code: 'server_not_online', message: 'It is down.'},
      {server_id: 'qBit', info_hash: hashOf('a'), outcome: 'done'},
      {...keys[2], outcome: 'unconfirmed', code: 'unconfirmed', message: 'No answer.'},
    ],
    counts: {done: 1, failed: 0, refused: 1, unconfirmed: 1},
  })
  expect(harness.executor.orders[0]?.keys[1]).toEqual({serverId: 'qBit', hash: hashOf('a')})
})

const examples: {[V in PlainTorrentVerb]: [object, object]} = {
  start: [{}, {}],
  forceStart: [{}, {}],
  stop: [{}, {}],
  recheck: [{}, {}],
  reannounce: [{}, {}],
  setLocation: [
    {path: '/x', move_data: true},
    {path: '/x', moveData: true},
  ],
  rename: [{name: 'n'}, {name: 'n'}],
  renameFile: [
    {from: 'a', to: 'b'},
    {from: 'a', to: 'b'},
  ],
  renameFiles: [{files: [{from: 'a', to: 'b'}]}, {files: [{from: 'a', to: 'b'}]}],
  renameFolder: [
    {from: 'a', to: 'b'},
    {from: 'a', to: 'b'},
  ],
  setCategory: [{category: ''}, {category: ''}],
  addTags: [{tags: ['t']}, {tags: ['t']}],
  removeTags: [{tags: ['t']}, {tags: ['t']}],
  setTags: [{tags: []}, {tags: []}],
  setFilePriority: [
    {files: [0, 2], priority: 'skip'},
    {files: [0, 2], priority: 'skip'},
  ],
  addTrackers: [{tiers: [['https://t/a']]}, {tiers: [['https://t/a']]}],
  editTracker: [
    {from: 'https://t/a', to: 'https://t/b'},
    {from: 'https://t/a', to: 'https://t/b'},
  ],
  removeTrackers: [{urls: ['https://t/a']}, {urls: ['https://t/a']}],
  addPeers: [{peers: ['10.0.0.1:1']}, {peers: ['10.0.0.1:1']}],
  addWebSeeds: [{urls: ['https://s/']}, {urls: ['https://s/']}],
  removeWebSeeds: [{urls: ['https://s/']}, {urls: ['https://s/']}],
  setSpeedLimits: [{down: null}, {down: null}],
  setShareLimits: [
    {ratio: 2, seeding_time: 'inherit', idle_time: null},
    {ratio: 2, seedingTime: 'inherit', idleTime: null},
  ],
  moveInQueue: [{to: 'top'}, {to: 'top'}],
  setPriority: [{priority: 'high'}, {priority: 'high'}],
  setSuperSeeding: [{on: true}, {on: true}],
  setSequential: [{on: false}, {on: false}],
  setFirstLast: [{on: true}, {on: true}],
  setAutoManaged: [{on: true}, {on: true}],
  setComment: [{comment: 'c'}, {comment: 'c'}],
}

for (const verb of Object.keys(torrentVerbArgs) as PlainTorrentVerb[]) {
  const [wire, inside] = examples[verb]
  test(`the verb ${verb} travels with its arguments`, async () => {
    const keys = [{server_id: 'qBit', info_hash: hashOf('b')}]
    const {status} = await send('POST', '/api/torrents/actions', {verb, keys, args: wire})
    expect(status).toBe(207)
    expect(harness.executor.orders[0]?.command).toEqual({verb, args: inside})
    const strange = await send('POST', '/api/torrents/actions', {verb, keys, args: {...wire, colour: 'red'}})
    expect(strange.status).toBe(400)
  })
}

test.each(['remove', 'removeWithData'])('the verb %s travels', async (verb) => {
  const keys = [{server_id: 'qBit', info_hash: hashOf('b')}]
  expect((await send('POST', '/api/torrents/actions', {verb, keys})).status).toBe(207)
  expect(harness.executor.orders[0]?.command).toEqual({verb, args: {}})
})

const key = {server_id: 'qBit', info_hash: hashOf('b')}
test.each([
  [{verb: 'pause', keys: [key]}, 'verb', 'stop'],
  [{verb: 'stop', keys: []}, 'keys', 'at least 1 items'],
  [{verb: 'stop', keys: [{info_hash: hashOf('b')}]}, 'keys.0.server_id', 'string'],
  [{verb: 'stop', keys: [{...key, info_hash: 'zz'}]}, 'keys.0.info_hash', '40 hex digits'],
  [{verb: 'setLocation', keys: [key]}, 'args', 'object'],
  [
    {verb: 'setLocation', keys: [key], args: {path: '', move_data: true}},
    'args.path',
    'at least 1 characters',
  ],
  [{verb: 'setSpeedLimits', keys: [key], args: {up: 0}}, 'args.up', 'at least 1'],
  [{verb: 'rename', keys: [key, key], args: {name: 'x'}}, 'keys', 'at most 1 items'],
])('the action %j is refused, naming %s', async (action, field, accepted) => {
  const {status, body} = await send('POST', '/api/torrents/actions', action)
  expect(status).toBe(400)
  const errors = body['errors'] as {field: string; accepted: string | string[]}[]
  expect(errors[0]).toMatchObject({field})
  expect(errors[0]!.accepted).toContain(accepted)
  expect(harness.executor.orders).toEqual([])
})

test('properties change by the names under which the list shows them, each with its own result', async () => {
  const {status, body} = await send('PATCH', `/api/torrents/${hashOf('b')}`, {
    name: 'new',
    tags: [],
    location: {path: '/data/x', move_data: false},
    down_limit: 1000,
    up_limit: null,
    idle_limit: 'inherit',
    super_seeding: true,
    queue: 'bottom',
  })
  expect(status).toBe(207)
  const results = (body['results'] as {field: string; outcome: string}[]).map((it) => it.field)
  expect(results).toEqual([
    'name',
    'tags',
    'location',
    'speed_limits',
    'share_limits',
    'super_seeding',
    'queue',
  ])
  expect(harness.executor.orders.map((it) => it.command)).toEqual([
    {verb: 'rename', args: {name: 'new'}},
    {verb: 'setTags', args: {tags: []}},
    {verb: 'setLocation', args: {path: '/data/x', moveData: false}},
    {verb: 'setSpeedLimits', args: {down: 1000, up: null}},
    {verb: 'setShareLimits', args: {idleTime: 'inherit'}},
    {verb: 'setSuperSeeding', args: {on: true}},
    {verb: 'moveInQueue', args: {to: 'bottom'}},
  ])
})

test('a change of nothing is refused', async () => {
  expect((await send('PATCH', `/api/torrents/${hashOf('b')}`, {})).status).toBe(400)
  expect((await send('PATCH', `/api/torrents/${hashOf('b')}`, {state: 'seeding'})).status).toBe(400)
})

test.each([
  ['PATCH', 'files', {files: [1], priority: 'skip'}, 'setFilePriority'],
  ['POST', 'trackers', {tiers: [['https://t/a']]}, 'addTrackers'],
  ['PATCH', 'trackers', {from: 'https://t/a', to: 'https://t/b'}, 'editTracker'],
  ['DELETE', 'trackers', {urls: ['https://t/a']}, 'removeTrackers'],
  ['POST', 'peers', {peers: ['[::1]:5']}, 'addPeers'],
  ['POST', 'web-seeds', {urls: ['https://s/']}, 'addWebSeeds'],
  ['DELETE', 'web-seeds', {urls: ['https://s/']}, 'removeWebSeeds'],
] as const)('%s %s is a verb of its own', async (method, noun, payload, verb) => {
  const {status} = await send(method, `/api/torrents/${hashOf('a')}/${noun}?server_id=qBit`, payload)
  expect(status).toBe(200)
  expect(harness.executor.orders).toMatchObject([
    {by, keys: [{serverId: 'qBit', hash: hashOf('a')}], command: {verb, args: payload}},
  ])
})

test.each([
  ['POST', 'trackers', {tiers: [['https://t/a', 'tracker.example']]}, 'tiers.0.1', 'tracker.example'],
  ['PATCH', 'trackers', {from: 'malformed', to: 'udp://t:99999'}, 'to', 'udp://t:99999'],
  ['POST', 'peers', {peers: ['10.0.0.1:1', '10.0.0.1:0']}, 'peers.1', '10.0.0.1:0'],
  ['POST', 'web-seeds', {urls: ['udp://s/']}, 'urls.0', 'udp://s/'],
] as const)('%s %s with a malformed address names it and what is accepted', async (...one) => {
  const [method, noun, payload, field, found] = one
  const {status, body} = await send(method, `/api/torrents/${hashOf('a')}/${noun}?server_id=qBit`, payload)
  expect(status).toBe(400)
  expect(body['errors']).toEqual([{field, found, accepted: expect.stringMatching(/port/)}])
  expect(harness.executor.orders).toEqual([])
})

test('a malformed tracker of a torrent can be removed', async () => {
  const path = `/api/torrents/${hashOf('a')}/trackers?server_id=qBit`
  expect((await send('DELETE', path, {urls: ['malformed']})).status).toBe(200)
})

const [a, b] = [hashOf('a'), hashOf('b')]
const onOne = [
  ...['start', 'force-start', 'stop', 'recheck', 'reannounce'].map(
    (path) => ['POST', `${b}/${path}`] as const,
  ),
  ['DELETE', `${b}?server_id=qBit`],
  ['DELETE', `${b}?server_id=qBit&delete_data=true`],
  ['PATCH', `${a}/files?server_id=qBit`, {files: [1], priority: 'skip'}],
  ['POST', `${b}/trackers`, {tiers: [['https://t/a']]}],
  ['PATCH', `${b}/trackers`, {from: 'https://t/a', to: 'https://t/b'}],
  ['DELETE', `${b}/trackers`, {urls: ['https://t/a']}],
  ['POST', `${b}/peers`, {peers: ['[::1]:5']}],
  ['POST', `${b}/web-seeds`, {urls: ['https://s/']}],
  ['DELETE', `${b}/web-seeds`, {urls: ['https://s/']}],
] as const satisfies readonly (readonly ['POST' | 'PATCH' | 'DELETE', string, object?])[]
const actions = async () => {
  const answer = await harness.http.app.inject('/api/actions')
  return answer.json<{actions: Record<string, unknown>[]}>().actions
}

test('each command on one torrent is an action that is found again, done or not', async () => {
  for (const [method, path, payload] of onOne) {
    harness.executor.outcomes.clear()
    const {status, body} = await send(method, `/api/torrents/${path}`, payload)
    expect([path, status]).toEqual([path, 200])
    expect((await actions())[0]).toMatchObject({action_id: body['action_id'], state: 'done', count: 1})
    harness.executor.outcomes.set('qBit', {outcome: 'failed', code: 'command_refused', message: 'No.'})
    expect((await send(method, `/api/torrents/${path}`, payload)).status).toBe(422)
    expect((await actions())[0]).toMatchObject({retryable: 1, problems: [{code: 'command_refused'}]})
  }
  expect(await actions()).toHaveLength(2 * onOne.length)
})

test('a plain command is undone and tried again like any other action', async () => {
  const state = (is: 'seeding' | 'stopped') => {
    const at = harness.fleet.records.findIndex(({key}) => key.hash === b)
    harness.fleet.records[at] = {...harness.fleet.records[at]!, state: is}
  }
  state('seeding')
  const stopped = await send('POST', `/api/torrents/${b}/stop`)
  state('stopped')
  const undone = await send('POST', `/api/actions/${String(stopped.body['action_id'])}/undo`)
  expect(undone).toMatchObject({status: 200, body: {state: 'undone', undone: {counts: {done: 1}}}})
  harness.executor.outcomes.set('qBit', {outcome: 'failed', code: 'command_refused', message: 'No.'})
  await send('POST', `/api/torrents/${b}/recheck`)
  harness.executor.outcomes.clear()
  const [failed] = await actions()
  const again = await send('POST', `/api/actions/${String(failed!['action_id'])}/retry`)
  expect(again).toMatchObject({status: 207, body: {counts: {done: 1}}})
})

test('each property that is changed is an action of its own, and one is undone without the others', async () => {
  const {body} = await send('PATCH', `/api/torrents/${b}`, {category: 'films', tags: ['x']})
  const results = body['results'] as {field: string; action_id: string}[]
  expect((await actions()).map((it) => it['action_id'])).toEqual(
    results.map((it) => it.action_id).toReversed(),
  )
  await send('POST', `/api/actions/${results[0]!.action_id}/undo`)
  expect(harness.executor.orders.map(({command}) => command.verb)).toEqual([
    'setCategory',
    'setTags',
    'setCategory',
  ])
})
