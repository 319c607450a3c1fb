import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {afterEach, expect, test} from 'vitest'
import {plainServer} from '#lab/plain-server.ts'
import {systemClock} from '#lib/clock.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import {CommandRefused, ServerFault} from '#model/errors.ts'
import {Secret} from '#model/secret.ts'
import type {ServerDefinition} from '#model/server.ts'
import {asServerId} from '#model/torrent-key.ts'
import {insideMetainfo} from '#test/doubles/inside-work.ts'
import type {CallBounds} from '../port.ts'
import {valuesOf} from './codec.ts'
import {Wire} from './wire.ts'

const bounds: CallBounds = {timeoutMs: 5000, maxBytes: 1_000_000}

interface Asked {
  readonly session: string | undefined
  readonly authorization: string | undefined
  readonly body: Record<string, unknown>
}
interface Reply {
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly body?: unknown
}

const servers: Server[] = []
const wires: Wire[] = []

afterEach(async () => {
  for (const wire of wires.splice(0)) await wire.close()
  for (const server of servers.splice(0)) await new Promise((done) => server.close(done))
})

/** A server that answers from a list, the last one again and again, and notes what it was asked. */
async function scripted(...replies: readonly (Reply | ((asked: Asked) => Reply))[]) {
  const asked: Asked[] = []
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const one = {
      session: request.headers['x-transmission-session-id'] as string | undefined,
      authorization: request.headers.authorization,
      body: JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>,
    }
    const next = replies[Math.min(asked.push(one), replies.length) - 1]!
    const {status = 200, headers = {}, body = ''} = typeof next === 'function' ? next(one) : next
    response.writeHead(status, {'content-type': 'application/json', ...headers})
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  }
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  servers.push(server)
  const wire = new Wire({
    definition: definitionOf((server.address() as AddressInfo).port),
    clock: systemClock,
    turns: new TimeSlice(),
    metainfo: insideMetainfo,
  })
  wires.push(wire)
  return {wire, asked}
}

function definitionOf(port: number): ServerDefinition {
  return {
    ...plainServer,
    id: asServerId('t'),
    name: 't',
    kind: 'transmission',
    url: `http://127.0.0.1:${port}/transmission/rpc`,
    username: 'admin',
    password: new Secret('very-secret'),
  }
}

const conflict = (session: string, version?: string): Reply => ({
  status: 409,
  headers: {
    'x-transmission-session-id': session,
    ...(version !== undefined && {'x-transmission-rpc-version': version}),
  },
})
const success: Reply = {body: {result: 'success', arguments: {'rpc-version': 16}}}

test('a 409 brings the session id and the same request goes out once more', async () => {
  const {wire, asked} = await scripted(conflict('one'), success)
  expect(await wire.call('session_get', {fields: ['rpc_version']}, bounds)).toEqual({rpc_version: 16})
  expect(asked.map(({session}) => session)).toEqual([undefined, 'one'])
  expect(asked[1]!.body).toEqual({method: 'session-get', arguments: {fields: ['rpc-version']}})
  expect(asked[1]!.authorization).toMatch(/^Basic /)
})

test('the session id is kept for the next request', async () => {
  const {wire, asked} = await scripted(conflict('one'), success)
  await wire.call('session_get', {}, bounds)
  await wire.call('session_get', {}, bounds)
  expect(asked.map(({session}) => session)).toEqual([undefined, 'one', 'one'])
})

test('a second 409 in a row is the end: no loop', async () => {
  const {wire, asked} = await scripted(conflict('one'))
  await expect(wire.call('session_get', {}, bounds)).rejects.toMatchObject({reason: 'session_lost'})
  expect(asked).toHaveLength(2)
})

test('version 6 in the 409 makes the replay, and what follows, JSON-RPC', async () => {
  const {wire, asked} = await scripted(conflict('one', '6.0.1'), {
    body: {jsonrpc: '2.0', id: 0, result: {a: 1}},
  })
  expect(await wire.call('session_get', {fields: ['version']}, bounds)).toEqual({a: 1})
  expect(asked[1]!.body).toEqual({
    jsonrpc: '2.0',
    method: 'session_get',
    params: {fields: ['version']},
    id: 0,
  })
  expect(wire.dialect).toBe('jsonrpc')
})

test('version 5.4.0, which has no JSON-RPC yet, is spoken to in the old dialect', async () => {
  const {wire} = await scripted(conflict('one', '5.4.0'), success)
  await wire.call('session_get', {}, bounds)
  expect(wire.dialect).toBe('legacy')
  wire.confirmDialect('6.0.0')
  expect(wire.dialect).toBe('jsonrpc')
})

test('several calls are one batch in JSON-RPC, and a refusal of one leaves the others good', async () => {
  const {wire, asked} = await scripted({
    body: [
      {
        jsonrpc: '2.0',
        id: 1,
        error: {code: 5, message: 'system error', data: {error_string: 'No such file'}},
      },
      {jsonrpc: '2.0', id: 0, result: {torrent_count: 4}},
    ],
  })
  wire.confirmDialect('6.0.1')
  const calls = [{method: 'session_stats'}, {method: 'free_space', params: {path: '/x'}}]
  const {answers, requests} = await wire.all(calls, bounds)
  expect([asked.length, requests]).toEqual([1, 1])
  expect(answers[0]).toEqual({torrent_count: 4})
  expect(answers[1]).toBeInstanceOf(CommandRefused)
  expect((answers[1] as CommandRefused).message).toBe('No such file')
})

test('a batch refused as a whole refuses each of its calls', async () => {
  const {wire} = await scripted({body: {jsonrpc: '2.0', id: null, error: {code: -32600, message: 'Invalid'}}})
  wire.confirmDialect('6.0.1')
  const {answers} = await wire.all([{method: 'a'}, {method: 'b'}], bounds)
  expect(answers.every((answer) => answer instanceof CommandRefused)).toBe(true)
})

test('several calls go side by side in the old dialect', async () => {
  const {wire, asked} = await scripted(({body}) => ({
    body: {result: 'success', arguments: {method: body['method']}},
  }))
  const {answers, requests} = await wire.all([{method: 'session_stats'}, {method: 'session_get'}], bounds)
  expect(answers).toEqual([{method: 'session-stats'}, {method: 'session-get'}])
  expect([asked.length, requests]).toEqual([2, 2])
})

test('rows of a table are handed out with their columns, and the rest comes back', async () => {
  const torrents = [
    ['id', 'hashString'],
    [1, 'aa'],
    [2, 'bb'],
  ]
  const {wire} = await scripted({body: {arguments: {removed: [9], torrents}, result: 'success'}})
  const rows: unknown[] = []
  const {answers} = await wire.tables(
    [
      {
        method: 'torrent_get',
        params: {fields: ['id', 'hash_string'], format: 'table', ids: 'recently_active'},
      },
    ],
    [],
    (columns, row) => rows.push([columns, valuesOf(row)]),
    bounds,
  )
  const columns = ['id', 'hash_string']
  expect(rows).toEqual([
    [columns, [1, 'aa']],
    [columns, [2, 'bb']],
  ])
  expect(answers).toEqual([{removed: [9], torrents: []}])
})

for (const [what, reply, code, reason] of [
  ['401', {status: 401}, 'login_refused', 'wrong_credentials'],
  [
    '403 of 3.00’s guard',
    {status: 403, body: 'Too many unsuccessful login attempts.'},
    'login_banned',
    'banned',
  ],
  ['403 of 4.x’s guard', {status: 403, body: '<h1>403: Forbidden</h1>'}, 'server_failed', 'access_denied'],
  ['403 of a proxy', {status: 403, body: '<h1>Forbidden</h1>nginx'}, 'server_failed', 'access_denied'],
  ['403 of the whitelist', {status: 403, body: 'Unauthorized IP Address.'}, 'login_refused', 'access_denied'],
  ['421', {status: 421}, 'wrong_server', 'host_rejected'],
  ['301 to the web page', {status: 301, headers: {location: '/x'}}, 'wrong_server', 'wrong_path'],
  ['404', {status: 404}, 'wrong_server', 'wrong_path'],
  ['409 without a session id', {status: 409}, 'wrong_server', 'not_a_torrent_server'],
  ['429', {status: 429}, 'rate_limited', 'rate_limited'],
  ['502', {status: 502}, 'server_failed', 'server_error'],
  [
    'a login page',
    {headers: {'content-type': 'text/html'}, body: '<html><input type="password"></html>'},
    'wrong_server',
    'login_page',
  ],
  ['a web page', {body: '<!doctype html><html>Hello</html>'}, 'wrong_server', 'not_a_torrent_server'],
  ['text', {body: 'hello'}, 'answer_invalid', 'garbled_answer'],
  ['a list', {body: '[]'}, 'answer_invalid', 'garbled_answer'],
  ['no result', {body: '{"arguments":{}}'}, 'answer_invalid', 'garbled_answer'],
] as const) {
  test(`${what} is reported as ${reason}, without the password in it`, async () => {
    const {wire, asked} = await scripted(reply)
    const fault = await wire.call('session_get', {}, bounds).catch((error: unknown) => error)
    expect(fault).toBeInstanceOf(ServerFault)
    expect(fault).toMatchObject({code, reason})
    expect(asked).toHaveLength(1)
    expect(JSON.stringify(fault) + String((fault as Error).stack)).not.toContain('very-secret')
  })
}

test('a web page is found out in a streamed list as well', async () => {
  const page = {headers: {'content-type': 'text/html'}, body: '<html><body>sign in</body></html>'}
  const {wire} = await scripted(page)
  const table = wire.tables([{method: 'torrent_get'}], [], () => {}, bounds)
  await expect(table).rejects.toMatchObject({reason: 'login_page'})
})

const foreign = [
  '{}',
  '[]',
  '[{}]',
  '{"id":0}',
  '[{"id":0,"jsonrpc":"2.0"}]',
  '{"id":null}',
  '{"arguments":{"torrents":[]}}',
  'null',
  '"ok"',
  '1',
  '',
]

test.each(foreign.flatMap((body) => ['5.3.0', '6.0.1'].map((rpc) => [body, rpc] as const)))(
  'what answers %s to everything, in front of a daemon that speaks %s, reports no list and carries out nothing',
  async (body, rpc) => {
    const {wire} = await scripted({body})
    wire.confirmDialect(rpc)
    const list = {method: 'torrent_get', params: {fields: ['id'], format: 'table'}}
    const ends = await Promise.allSettled([
      wire.call('session_get', {}, bounds),
      wire.all([list, {method: 'session_stats'}], bounds),
      wire.tables([list], [], () => {}, bounds),
      wire.call('torrent_remove', {ids: ['a']}, bounds),
    ])
    for (const end of ends)
      expect(end).toMatchObject({status: 'rejected', reason: {name: 'ServerFault', outcomeUnknown: true}})
  },
)

test('the daemon’s own words come as a refusal', async () => {
  const {wire} = await scripted({body: {result: 'no fields specified', arguments: 0}})
  await expect(wire.call('torrent_get', {}, bounds)).rejects.toMatchObject({
    code: 'command_refused',
    message: 'no fields specified',
  })
})
