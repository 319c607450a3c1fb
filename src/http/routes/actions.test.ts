import {afterEach, beforeEach, expect, test} from 'vitest'
import type {Access} from '#model/access.ts'
import {fakeHarness, hashOf, type FakeHarness} from '#test/http/http-fakes.ts'
import {actionNews} from '../scope/scoped-actions.ts'

let harness: FakeHarness
beforeEach(async () => {
  harness = await fakeHarness()
})
afterEach(() => harness.http.close())

async function send(method: 'POST' | 'GET', url: string, payload?: object) {
  const answer = await harness.http.app.inject({method, url, ...(payload && {payload})})
  return {status: answer.statusCode, body: answer.json()}
}

const [a, b] = [hashOf('a'), hashOf('b')]
const keys = [
  {server_id: 'qBit', info_hash: b},
  {server_id: 'box', info_hash: a},
]
const act = (body: object) => send('POST', '/api/torrents/actions', {keys, ...body})
const verbs = () => harness.executor.orders.map(({command}) => command.verb)

test('an action is found again under its id, with its problems by name', async () => {
  harness.executor.outcomes.set('box', {outcome: 'failed', code: 'command_refused', message: 'No.'})
  const {action_id: id} = (await act({verb: 'setCategory', args: {category: 'films'}})).body
  const {status, body} = await send('GET', `/api/actions/${id}`)
  expect(status).toBe(200)
  expect(body).toEqual({
    action_id: id,
    verb: 'setCategory',
    args: {category: 'films'},
    state: 'done',
    count: 2,
    at: harness.clock.now(),
    ended_at: harness.clock.now(),
    held_until: null,
    cancelled: false,
    retry_of: null,
    progress: null,
    servers: [
      {server_id: 'qBit', server_name: 'qBit', count: 1},
      {server_id: 'box', server_name: 'Seedbox', count: 1},
    ],
    counts: {done: 1, failed: 1, refused: 0, unconfirmed: 0},
    problems: [
      {
        server_id: 'box',
        info_hash: a,
        name: 'torrent aaaa',
        outcome: 'failed',
        code: 'command_refused',
        message: 'No.',
      },
    ],
    problems_omitted: 0,
    retryable: 1,
    confirmable: {},
    undo: {possible: true, until: harness.clock.now() + 900_000, count: 1, unknown: 0, slow: false},
    undone: null,
  })
})

test('a held removal is answered at once, and sent when its time is up', async () => {
  const {status, body} = await act({verb: 'removeWithData', hold_seconds: 10})
  expect(status).toBe(202)
  expect(body).toMatchObject({
    action_id: expect.any(String),
    held_until: harness.clock.now() + 10_000,
    count: 2,
  })
  expect(verbs()).toEqual([])
  await harness.clock.advance(10_000)
  expect(verbs()).toEqual(['removeWithData'])
})

test('hold_seconds 0 is now', async () => {
  expect((await act({verb: 'remove', hold_seconds: 0})).status).toBe(207)
  expect(verbs()).toEqual(['remove'])
})

test('undo within the hold sends nothing; a second one is refused', async () => {
  const {action_id: id} = (await act({verb: 'remove', hold_seconds: 10})).body
  expect(await send('POST', `/api/actions/${id}/undo`)).toMatchObject({status: 200, body: {state: 'undone'}})
  await harness.clock.advance(60_000)
  expect(verbs()).toEqual([])
  expect(await send('POST', `/api/actions/${id}/undo`)).toMatchObject({
    status: 409,
    body: {code: 'undo_impossible', detail: 'It was undone already.'},
  })
})

test('undo of what is done is a command of its own, once', async () => {
  harness.fleet.records[1] = {...harness.fleet.records[1]!, category: 'tv'}
  const {action_id: id} = (await act({verb: 'addTags', args: {tags: ['new']}})).body
  for (const at of harness.fleet.records.keys()) {
    harness.fleet.records[at] = {...harness.fleet.records[at]!, tags: ['hd', 'new']}
  }
  const {body} = await send('POST', `/api/actions/${id}/undo`)
  expect(body).toMatchObject({state: 'undone', undone: {counts: {done: 2}, problems: []}})
  expect(harness.executor.orders[1]?.command).toEqual({verb: 'removeTags', args: {tags: ['new']}})
})

test('retry answers for what is not done, under an id of its own', async () => {
  harness.executor.outcomes.set('box', {outcome: 'failed', code: 'command_refused', message: 'No.'})
  const {action_id: id} = (await act({verb: 'stop'})).body
  const again = await send('POST', `/api/actions/${id}/retry`)
  expect(again).toMatchObject({status: 207, body: {results: [{server_id: 'box'}], results_omitted: 0}})
  expect((await send('GET', `/api/actions/${again.body.action_id}`)).body).toMatchObject({retry_of: id})
  expect(await send('POST', `/api/actions/${id}/retry`)).toMatchObject({body: {code: 'retry_impossible'}})
})

test('what was confirmed stays confirmed when the next question is', async () => {
  const refused = {outcome: 'refused', code: 'content_shared', message: 'No.'} as const
  harness.executor.outcomes.set('box', {...refused, confirmWith: 'accepts_others'})
  const first = await act({verb: 'setLocation', args: {path: '/d', move_data: true}})
  harness.executor.outcomes.set('box', {...refused, confirmWith: 'accepts_doubt'})
  const second = await send('POST', `/api/actions/${first.body.action_id}/retry?accepts_others=true`)
  await send('POST', `/api/actions/${second.body.action_id}/retry?accepts_doubt=true`)
  expect(harness.executor.orders.map(({command}) => command.args)).toEqual([
    {path: '/d', moveData: true},
    {path: '/d', moveData: true, acceptsOthers: true},
    {path: '/d', moveData: true, acceptsOthers: true, acceptsDoubt: true},
  ])
})

test('each is confirmed what its own refusal asked for; how many ask for what is reported', async () => {
  const refused = {outcome: 'refused', code: 'content_shared', message: 'No.'} as const
  harness.executor.outcomes.set('box', {...refused, confirmWith: 'accepts_others'})
  harness.executor.outcomes.set('qBit', {...refused, confirmWith: 'accepts_doubt'})
  const first = await act({verb: 'setLocation', args: {path: '/d', move_data: true}})
  const about = (await send('GET', `/api/actions/${first.body.action_id}`)).body
  expect(about).toMatchObject({retryable: 2, confirmable: {accepts_others: 1, accepts_doubt: 1}})
  harness.executor.orders.length = 0
  await send('POST', `/api/actions/${first.body.action_id}/retry?confirm_asked=true`)
  const moved = {path: '/d', moveData: true}
  expect(
    new Map(
      harness.executor.orders.map(({keys, command}) => [keys.map((it) => it.serverId).join(), command.args]),
    ),
  ).toEqual(
    new Map([
      ['box', {...moved, acceptsOthers: true}],
      ['qBit', {...moved, acceptsDoubt: true}],
    ]),
  )
})

test('a held removal is held again when it is tried again, answered like the first time', async () => {
  const refused = {outcome: 'refused', code: 'server_not_online', message: 'It is down.'} as const
  harness.executor.outcomes.set('box', refused)
  const {action_id: id} = (await act({verb: 'removeWithData', hold_seconds: 10})).body
  await harness.clock.advance(10_000)
  const {status, body} = await send('POST', `/api/actions/${id}/retry`)
  expect([status, body]).toEqual([
    202,
    {
      action_id: expect.any(String),
      held_until: harness.clock.now() + 10_000,
      count: 1,
      counts: {done: 0, failed: 0, refused: 0, unconfirmed: 0},
    },
  ])
  expect(verbs()).toEqual(['removeWithData'])
  expect((await send('POST', `/api/actions/${body.action_id}/undo`)).body).toMatchObject({state: 'undone'})
  await harness.clock.advance(60_000)
  expect(verbs()).toEqual(['removeWithData'])
})

test('the list is newest first', async () => {
  await act({verb: 'stop'})
  await act({verb: 'start'})
  const listed = async (query: string) =>
    (await send('GET', `/api/actions${query}`)).body.actions.map((it: {verb: string}) => it.verb)
  expect(await listed('')).toEqual(['start', 'stop'])
  expect(await listed('?limit=1')).toEqual(['start'])
})

test('an action that is not there is not found', async () => {
  for (const [method, path] of [
    ['GET', ''],
    ['POST', '/undo'],
    ['POST', '/retry'],
  ] as const) {
    expect(await send(method, `/api/actions/x${path}`)).toMatchObject({
      status: 404,
      body: {code: 'action_unknown'},
    })
  }
})

test('a listener hears what the address answers', async () => {
  const access: Access = {everywhere: true, permits: () => true, may: () => true, servers: []}
  const heard: object[] = []
  const actor = {name: 'local', origin: 'user', userId: null, address: null} as const
  const local = {actor, access, via: 'local', credentialId: null} as const
  const end = actionNews(harness.parts.actions, harness.parts.servers, harness.parts.mappingsOf).listen(
    local,
    (action) => void heard.push(action),
  )
  const {action_id: id} = (await act({verb: 'stop'})).body
  end()
  expect(heard.at(-1)).toEqual((await send('GET', `/api/actions/${id}`)).body)
})
