import Fastify from 'fastify'
import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {expectProblem} from '#test/http/expect-problem.ts'
import {fakeHarness, hashOf, type FakeHarness} from '#test/http/http-fakes.ts'
import {bodyOf, exchange} from '#test/http/raw-socket.fixture.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {errorHandler} from '../answers/problems.ts'
import {openToAnyone} from './route-access.ts'
import {cookiePath, limitChanges, longestAddress, strangersBodyBytes} from './hardening.ts'

let harness: FakeHarness
let address: string
beforeAll(async () => {
  harness = await fakeHarness()
  ;[address] = (await harness.http.listen({host: '127.0.0.1', port: 0})) as [string]
})
afterAll(() => harness.http.close())

const request = (line: string, ...headers: string[]) =>
  exchange(address, `${line} HTTP/1.1\r\n${[...headers, 'Connection: close'].join('\r\n')}\r\n\r\n`)

test.each([
  ['Host', 'localhost', 'evil.example'],
  ['Origin', 'http://localhost', 'https://evil.example'],
  ['Referer', 'http://localhost', 'https://evil.example'],
  ['Authorization', 'Bearer a', 'Bearer b'],
  ['X-API-Token', 'a', 'b'],
  ['X-CSRF-Token', 'a', 'b'],
  ['Content-Type', 'application/json', 'text/plain'],
  ['Sec-Fetch-Site', 'same-origin', 'cross-site'],
])('%s sent twice is refused: it would be chance which one counts', async (name, first, second) => {
  const host = name === 'Host' ? [] : ['Host: localhost']
  const answer = await request(
    'GET /health',
    ...host,
    `${name}: ${first}`,
    `${name.toUpperCase()}: ${second}`,
  )
  expect(bodyOf(answer)).toMatchObject({
    code: 'bad_request',
    detail: `The header ${name.toLowerCase()} is sent more than once.`,
  })
})

test('headers that may come in several lines may', async () => {
  const answer = await request(
    'GET /health',
    'Host: localhost',
    'Accept: a',
    'Accept: b',
    'Cookie: a=1',
    'Cookie: b=2',
  )
  expect(answer).toMatch(/^HTTP\/1\.1 200 /)
})

test('an empty Host is no name of this machine', async () => {
  expect(await request('GET /health', 'Host:')).toMatch(/^HTTP\/1\.1 403 /)
})

test.each([
  ['http://localhost/health', 200],
  ['http://evil.example/health', 200],
  ['//evil.example/health', 404],
  ['/health/', 200],
  ['//health', 404],
  ['/./health', 404],
  ['/api/../health', 404],
  ['/api/%2e%2e/health', 404],
  ['/%68ealth', 200],
  ['/%2568ealth', 404],
  ['/api%2Fservers', 404],
  ['/api/servers/qBit%2Flimits', 404],
  ['/api/servers;x=1', 404],
  ['/API/servers', 404],
  ['/api/servers#x', 200],
  ['*', 400],
])('GET %s is answered with %d', async (url, status) => {
  expect(await request(`GET ${url}`, 'Host: localhost')).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
})

test('an address may be so long and no longer', async () => {
  const query = (length: number) => `/health?${'x'.repeat(length - '/health?'.length)}`
  expect(await request(`GET ${query(longestAddress)}`, 'Host: localhost')).toMatch(/^HTTP\/1\.1 [24]0/)
  const answer = await request(`GET ${query(longestAddress + 1)}`, 'Host: localhost')
  expect(bodyOf(answer)).toMatchObject({
    code: 'bad_request',
    detail: 'The address has more than 8192 characters.',
  })
})

test.each([
  ['gzip', 415],
  ['br', 415],
  ['identity', 200],
  ['identity, gzip', 415],
  ['', 415],
])('a body with the encoding %j is answered with %d', async (encoding, status) => {
  const {statusCode} = await harness.http.app.inject({
    method: 'POST',
    url: `/api/torrents/${hashOf('b')}/stop`,
    headers: {host: 'localhost', 'content-type': 'application/json', 'content-encoding': encoding},
    payload: '{}',
  })
  expect(statusCode).toBe(status)
})

test('of a name that comes twice in a body the last value counts, and it is the one that is checked', async () => {
  const post = (payload: string) =>
    harness.http.app.inject({
      method: 'PATCH',
      url: '/api/servers/qBit/limits',
      headers: {host: 'localhost', 'content-type': 'application/json'},
      payload,
    })
  expect((await post('{"up": 5, "up": "x"}')).statusCode).toBe(400)
  expect((await post('{"up": "x", "up": 5}')).statusCode).toBe(204)
  expect(harness.executor.serverOrders.at(-1)?.command).toMatchObject({args: {up: 5}})
})

test.each(['{"__proto__": {"x": 1}}', '{"constructor": {"prototype": {"x": 1}}}', '{"a": {"__proto__": 1}}'])(
  'names that reach for prototypes are refused: %s',
  async (payload) => {
    const answer = await harness.http.app.inject({
      method: 'PATCH',
      url: '/api/servers/qBit/preferences',
      headers: {host: 'localhost', 'content-type': 'application/json'},
      payload,
    })
    expect(answer.statusCode).toBe(400)
    expect(({} as {x?: unknown}).x).toBeUndefined()
  },
)

test('a stranger sends little: where no one is asked who they are, bodies are short', async () => {
  const open: FastifyPluginAsyncZod = async (app) => {
    app.post('/open', {schema: {hide: true}, config: openToAnyone}, async () => 'taken')
  }
  const other = await fakeHarness({nouns: [open]})
  const send = (url: string, length: number) =>
    other.http.app.inject({
      method: 'POST',
      url,
      headers: {host: 'localhost', 'content-type': 'application/json'},
      payload: JSON.stringify('x'.repeat(length - 2)),
    })
  expect((await send('/api/open', strangersBodyBytes)).statusCode).toBe(200)
  const answer = await send('/api/open', strangersBodyBytes + 1)
  expect([answer.statusCode, answer.json()]).toMatchObject([413, {code: 'payload_too_large'}])
  expect((await send('/api/torrents/actions', strangersBodyBytes + 1)).statusCode).toBe(400)
  await other.http.close()
})

test('a cookie goes to all of Commodarr and to nothing beside it', () => {
  expect([cookiePath(''), cookiePath('/fleet')]).toEqual(['/', '/fleet'])
})

async function countingApp() {
  const clock = new VirtualClock()
  const app = Fastify()
  app.decorateRequest('visitor', null)
  app.addHook('onRequest', async (request) => {
    const [role, name, via = 'session', scope = 'control'] = String(request.headers['x-who'] ?? '').split(' ')
    const access = {permits: (it: string) => it === scope}
    request.visitor = name === undefined ? null : ({role, userId: name, via, access} as never)
  })
  limitChanges(app, clock, {atOnce: 2, perDay: 24})
  app.setErrorHandler(errorHandler(clock))
  app.all('/x', async () => 'done')
  const ask = async (who: string, method: 'GET' | 'POST' | 'DELETE' = 'POST') =>
    (await app.inject({method, url: '/x', headers: {'x-who': who}})).statusCode
  return {app, clock, ask}
}

test('a member changes so much at once, and then what comes back; others are not held up', async () => {
  const {app, clock, ask} = await countingApp()
  const mia = 'member mia'
  expect([await ask(mia), await ask(mia), await ask(mia)]).toEqual([200, 200, 429])
  const refused = await app.inject({method: 'POST', url: '/x', headers: {'x-who': mia}})
  expectProblem(refused, 'quota_used_up')
  expect(refused.headers['retry-after']).toBe('3600')
  expect([await ask('member nick'), await ask('viewer vic')]).toEqual([200, 200])
  for (let n = 0; n < 9; n++) expect([await ask('administrator ada'), await ask('')]).toEqual([200, 200])
  await clock.advance(3_600_000)
  expect([await ask(mia), await ask(mia)]).toEqual([200, 429])
})

test('a key that only reads uses up nothing of what other keys may change', async () => {
  const {ask} = await countingApp()
  for (let n = 0; n < 5; n++) expect(await ask('member mia api_key read')).toBe(200)
  expect(await ask('member mia api_key add')).toBe(200)
})

test('a user who used up all still reads, and ends what is theirs; keys leave their owner’s own alone', async () => {
  const {ask} = await countingApp()
  const key = 'member mia api_key'
  expect([await ask(key), await ask(key), await ask(key)]).toEqual([200, 200, 429])
  expect([await ask('member mia'), await ask('member mia'), await ask('member mia')]).toEqual([200, 200, 429])
  expect([await ask('member mia', 'GET'), await ask('member mia', 'DELETE')]).toEqual([200, 200])
})
