import {afterEach, beforeEach, expect, test} from 'vitest'
import {fakeHarness, FakeCopies, hashOf, type FakeHarness} from '#test/http/http-fakes.ts'

let harness: FakeHarness
let copies: FakeCopies
beforeEach(async () => {
  copies = new FakeCopies()
  harness = await fakeHarness({copies})
})
afterEach(() => harness.http.close())

const keys = [{server_id: 'qBit', info_hash: hashOf('b')}]

async function send(url: string, payload?: object, method: 'GET' | 'POST' = 'POST') {
  const answer = await harness.http.app.inject({method, url: `/api${url}`, ...(payload && {payload})})
  return {status: answer.statusCode, body: answer.json<Record<string, unknown>>()}
}

const order = (more: object = {}) => send('/torrents/copy', {keys, server_id: 'box', ...more})

test('an order is answered at once, and is an action that runs until each copy has ended', async () => {
  const {status, body} = await order({
    path: '/data',
    category: 'tv',
    tags: ['a'],
    start: false,
    download: true,
  })
  expect([status, body]).toEqual([202, {action_id: expect.any(String), count: 1}])
  const args = {
    server: 'box',
    source: 'stays',
    path: '/data',
    category: 'tv',
    tags: ['a'],
    start: false,
    download: true,
  }
  expect(copies.runs).toMatchObject([
    {command: {verb: 'copyTo', args}, keys: [{serverId: 'qBit', hash: hashOf('b')}]},
  ])
  const action = `/actions/${String(body['action_id'])}`
  expect((await send(action, undefined, 'GET')).body).toMatchObject({
    verb: 'copyTo',
    state: 'running',
    count: 1,
  })
  const [run] = copies.runs
  run!.onBegun(run!.entryId(run!.keys[0]!), 100)
  expect((await send(action, undefined, 'GET')).body).toMatchObject({
    progress: {ended: 0, bytes: 100, bytes_ended: 0},
  })
  await send(`${action}/cancel`)
  expect(copies.cancelled).toHaveLength(1)
  run!.onResult({key: run!.keys[0]!, result: {outcome: 'refused', code: 'cancelled', message: 'It was.'}})
  copies.end()
  await expect
    .poll(async () => (await send(action, undefined, 'GET')).body)
    .toMatchObject({state: 'done', cancelled: true, retryable: 1, counts: {refused: 1}})
  await send(`${action}/retry`)
  expect(copies.runs).toHaveLength(2)
})

test('a copy that stands can be undone, and a move cannot', async () => {
  for (const [source, isPossible] of [
    ['stays', true],
    ['trash', false],
  ] as const) {
    const {body} = await order({source})
    const run = copies.runs.at(-1)!
    run.onResult({key: run.keys[0]!, result: {outcome: 'done'}})
    copies.end()
    const action = `/actions/${String(body['action_id'])}`
    await expect
      .poll(async () => (await send(action, undefined, 'GET')).body)
      .toMatchObject({state: 'done', verb: isPossible ? 'copyTo' : 'moveTo', undo: {possible: isPossible}})
    const undone = await send(`${action}/undo`)
    expect(undone.status).toBe(isPossible ? 200 : 409)
  }
  expect(copies.undone).toEqual([{serverId: 'qBit', hash: hashOf('b')}])
})

test('a preview says how each comes there, and what stands in the way', async () => {
  copies.found = {
    ...copies.found,
    ways: [{way: 'links', count: 1, bytes: 5}],
    folders: [{path: '/data', count: 1}],
    refused: [
      {code: 'not_supported', message: 'No.', keys: [{serverId: 'qBit', hash: hashOf('b')} as never]},
    ],
  }
  const {status, body} = await send('/torrents/copy-preview', {keys, server_id: 'box', source: 'trash'})
  expect([status, copies.previewed]).toEqual([200, [{server: 'box', source: 'trash'}]])
  expect(body).toMatchObject({
    ways: [{way: 'links', count: 1, bytes: 5}],
    folders: [{path: '/data', count: 1}],
    refused: [{count: 1, message: 'No.', torrents: [{server_id: 'qBit', info_hash: hashOf('b')}]}],
  })
})

test.each([
  ['no torrents', {keys: undefined}, 400, 'keys'],
  ['a folder that is not absolute', {path: 'films'}, 400, 'path'],
  ['another end of the source', {source: 'gone'}, 400, 'source'],
  ['too many torrents', {keys: Array.from({length: 1_001}, () => keys[0])}, 400, 'keys'],
  ['a server that is not there', {server_id: 'nowhere'}, 404, null],
] as const)('an order with %s is refused, and the field is named', async (_, more, status, field) => {
  const answer = await order(more)
  expect([answer.status, copies.runs]).toEqual([status, []])
  if (field !== null) expect(JSON.stringify(answer.body['errors'])).toContain(`"field":"${field}"`)
})
