import {once} from 'node:events'
import {connect} from 'node:net'
import {afterEach, expect, test} from 'vitest'
import {CommodarrError, errorCodes, ServerFault} from '#model/errors.ts'
import {fakeHarness, hashOf, type FakeHarness} from '#test/http/http-fakes.ts'
import {expectProblem} from '#test/http/expect-problem.ts'
import {bodyOf} from '#test/http/raw-socket.fixture.ts'
import type {HttpDeps} from './parts.ts'
import {statusOf, titleOf} from './answers/problems.ts'
import {normalBase} from './listener.ts'

let harness: FakeHarness
const build = async (change: Partial<HttpDeps> & {tokenText?: string} = {}) =>
  (harness = await fakeHarness(change))
afterEach(() => harness.http.close())

const failing = (error: unknown) => ({
  reader: {
    ...({} as HttpDeps['reader']),
    limits: async () => {
      throw error
    },
  },
})

test('an unknown address is a problem document', async () => {
  const {http} = await build()
  const answer = await http.app.inject('/api/nothing')
  expect(answer.statusCode).toBe(404)
  expect(answer.headers['content-type']).toMatch('application/problem+json')
  expect(answer.json()).toEqual({
    type: 'urn:commodarr:problem:not_found',
    title: 'Not found',
    status: 404,
    code: 'not_found',
    detail: 'There is nothing at this address.',
    request_id: expect.any(String),
  })
})

test.each(['', '/box'])('an address of the API without /api is named, below %j', async (urlBase) => {
  const {http} = await build({urlBase})
  const detail = async (path: string) =>
    (await http.app.inject(`${urlBase}${path}`)).json<{detail: string}>().detail
  expect(await detail('/servers/qBit')).toBe(
    `There is nothing at this address. ${urlBase}/api/servers/qBit is there.`,
  )
  expect(await detail('/nothing')).toBe('There is nothing at this address.')
})

test('a known address with another method names the methods it knows', async () => {
  const {http} = await build()
  const answer = await http.app.inject({method: 'PUT', url: '/api/servers/qBit/limits?x=1'})
  expect(answer.statusCode).toBe(405)
  expect(answer.headers.allow).toBe('GET, HEAD, PATCH')
  expect(answer.json()).toMatchObject({code: 'method_not_allowed'})
})

test('bad input names every field, what was found and what is accepted', async () => {
  const {http} = await build()
  const answer = await http.app.inject(
    '/api/torrents?limit=5000&private=maybe&colour=red&size_min=big&added_after=soon',
  )
  expect(answer.statusCode).toBe(400)
  const {code, errors} = answer.json<{code: string; errors: object[]}>()
  expect(code).toBe('bad_request')
  expect(errors).toEqual(
    expect.arrayContaining([
      {field: 'limit', found: 5000, accepted: 'at most 1000'},
      {field: 'private', found: 'maybe', accepted: ['true', 'false']},
      {field: 'size_min', found: 'big', accepted: 'number'},
      {field: 'added_after', found: 'soon', accepted: expect.stringContaining('2026-01-31')},
      {field: 'colour', found: 'red', accepted: expect.arrayContaining(['server_id', 'q', 'limit'])},
    ]),
  )
})

for (const [what, payload, code, status] of [
  ['no JSON', '{"keys":', 'bad_request', 400],
  ['JSON that reaches for prototypes', '{"__proto__": {"x": 1}}', 'bad_request', 400],
  ['more than 1 MiB', JSON.stringify({x: 'x'.repeat(1024 * 1024)}), 'payload_too_large', 413],
] as const) {
  test(`a body that is ${what} is a ${status}`, async () => {
    const {http} = await build()
    const headers = {'content-type': 'application/json'}
    const answer = await http.app.inject({method: 'POST', url: '/api/torrents/actions', headers, payload})
    expect(answer.statusCode).toBe(status)
    expect(answer.json()).toMatchObject({code})
  })
}

test('a body of a kind we do not read is a 415', async () => {
  const {http} = await build()
  for (const kind of ['application/xml', 'text/plain']) {
    const headers = {'content-type': kind}
    const answer = await http.app.inject({method: 'POST', url: '/api/torrents', headers, payload: '<x/>'})
    expect(answer.statusCode).toBe(415)
    expectProblem(answer, 'unsupported_media_type')
  }
})

test('a command without arguments takes an empty body that calls itself JSON', async () => {
  const {http} = await build()
  const headers = {'content-type': 'application/json'}
  const url = `/api/torrents/${hashOf('b')}/start`
  expect((await http.app.inject({method: 'POST', url, headers})).statusCode).toBe(200)
})

test("every error code has a status and a title of its own, and travels with its server's words", async () => {
  let error: CommodarrError | undefined
  const limits = async () => {
    throw error
  }
  const {http} = await build({reader: {...({} as HttpDeps['reader']), limits}})
  for (const code of errorCodes.filter((it) => it !== 'internal')) {
    error = new CommodarrError(code, `words of ${code}`)
    const answer = await http.app.inject('/api/servers/qBit/limits')
    expect(answer.statusCode).toBe(statusOf[code])
    // The words of the database are not for everybody (answers/storage-words.test.ts).
    const detail = code.startsWith('storage_') ? expect.any(String) : `words of ${code}`
    expect(answer.json()).toMatchObject({code, title: titleOf(code), detail})
  }
})

test('a server that says when to come back is quoted as Retry-After', async () => {
  const {http, clock} = await build(
    failing(
      new ServerFault('login_banned', 'banned', 'Banned for now.', {retryAt: Date.UTC(2026, 0, 1) + 90_500}),
    ),
  )
  expect(clock.now()).toBe(Date.UTC(2026, 0, 1))
  const answer = await http.app.inject('/api/servers/qBit/limits')
  expect(answer.headers['retry-after']).toBe('91')
})

test('the id of a request is no number: it says nothing of how much others ask', async () => {
  const {http} = await build()
  const idOf = async () =>
    (await http.app.inject('/api/servers/nowhere')).json<{request_id: string}>().request_id
  const ids = [await idOf(), await idOf(), await idOf()]
  expect(new Set(ids.map((id) => id.slice(0, 8))).size).toBe(3)
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-/)
})

test('what was not foreseen is internal: its story is in the log under the request id, and nowhere else', async () => {
  const {http, logged} = await build(failing(new TypeError('secret thing is undefined')))
  const answer = await http.app.inject('/api/servers/qBit/limits')
  expect(answer.statusCode).toBe(500)
  expectProblem(answer, 'internal')
  expect(answer.body).not.toMatch(/secret thing|server\.test\.ts/)
  const {request_id} = answer.json<{request_id: string}>()
  expect(logged.filter((it) => it.includes('secret thing') && it.includes(`"${request_id}"`))).toHaveLength(1)
})

test('an answer that does not keep to its schema is internal too', async () => {
  const reader = {limits: async () => ({down: 'fast', up: null})} as unknown as HttpDeps['reader']
  const {http} = await build({reader})
  expect((await http.app.inject('/api/servers/qBit/limits')).json()).toMatchObject({code: 'internal'})
})

test('addresses do not reach the log', async () => {
  const {http, logged} = await build()
  await http.app.inject('/api/torrents?q=private-thing')
  expect(logged.join('')).not.toContain('private-thing')
})

test('everything lives below the base path, links included', async () => {
  const {http} = await build({urlBase: 'fleet/'})
  expect((await http.app.inject('/fleet/health')).json()).toEqual({alive: true})
  expect((await http.app.inject('/fleet/api/servers')).statusCode).toBe(200)
  expect((await http.app.inject('/health')).statusCode).toBe(404)
  expect((await http.app.inject('/fleet')).body).toContain('src="/fleet/assets/index.js"')
  const page = await http.app.inject('/fleet/api/docs')
  expect(page.body).toContain('"/fleet/api/docs/static/swagger-ui-bundle.js"')
  expect((await http.app.inject('/fleet/api/docs/static/swagger-ui-bundle.js')).statusCode).toBe(200)
  expect(
    Object.keys((await http.app.inject('/fleet/api/openapi.json')).json<{paths: object}>().paths),
  ).toContain('/fleet/api/torrents')
})

test.each([
  ['', ''],
  ['/', ''],
  ['x', '/x'],
  ['/x/y/', '/x/y'],
])('the base path %j is %j', async (written, base) => {
  await build()
  expect(normalBase(written)).toBe(base)
})

test('every answer forbids sniffing, framing and foreign resources; no CORS', async () => {
  const {http} = await build()
  for (const url of ['/', '/health', '/api/servers', '/api/nothing', '/api/docs']) {
    const {headers} = await http.app.inject({url, headers: {origin: 'https://elsewhere.example'}})
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['x-frame-options']).toBe('DENY')
    expect(headers['referrer-policy']).toBe('no-referrer')
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'/)
    expect(headers['access-control-allow-origin']).toBeUndefined()
  }
})

test('the pages ask for nothing from elsewhere', async () => {
  const {http} = await build()
  for (const url of ['/', '/api/docs', '/api/docs/static/swagger-initializer.js']) {
    const {body, statusCode} = await http.app.inject(url)
    expect(statusCode).toBe(200)
    const foreign = [...body.matchAll(/(?:src|href)="(https?:)?\/\/[^"]+"/g)]
    expect(foreign).toEqual([])
  }
})

test('it listens where it should and says where; it stops', async () => {
  const {http} = await build({urlBase: '/base'})
  const [address] = await http.listen({host: '127.0.0.1', port: 0})
  expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/base$/)
  const answer = await fetch(`${address}/health`)
  expect(await answer.json()).toEqual({alive: true})
  await http.close()
  await expect(fetch(`${address}/health`)).rejects.toThrow('fetch failed')
})

test('while it stops, what is under way ends and what comes is answered so', async () => {
  let release = () => {}
  const held = new Promise<void>((resolve) => (release = resolve))
  const reader = {
    limits: async () => {
      await held
      return {down: 1, up: 1}
    },
  } as unknown as HttpDeps['reader']
  const {http} = await build({reader})
  const [address] = await http.listen({host: '127.0.0.1', port: 0})
  const ask = (url: string) => `GET ${url} HTTP/1.1\r\nHost: localhost\r\n\r\n`
  const socket = connect(Number(new URL(address!).port), '127.0.0.1')
  let text = ''
  socket.on('data', (bytes) => (text += bytes.toString()))
  socket.write(ask('/api/servers/qBit/limits'))
  await once(http.app.server, 'request')
  const stopped = http.close()
  const next = once(http.app.server, 'request')
  socket.write(ask('/api/servers'))
  await next
  release()
  await once(socket, 'end')
  await stopped
  expect(text).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*"down":1[\s\S]*HTTP\/1\.1 503 /)
  expectProblem(bodyOf(text.slice(text.indexOf('HTTP/1.1 503'))), 'shutting_down')
})

test('a client that keeps its connection does not keep it from stopping', async () => {
  let release = () => {}
  const held = new Promise<void>((resolve) => (release = resolve))
  const reader = {
    limits: async () => {
      await held
      return {down: 1, up: 1}
    },
  } as unknown as HttpDeps['reader']
  const {http} = await build({reader})
  const [address] = await http.listen({host: '127.0.0.1', port: 0})
  const socket = connect(Number(new URL(address!).port), '127.0.0.1')
  socket.write('GET /api/servers/qBit/limits HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n')
  await once(http.app.server, 'request')
  const stopped = http.close()
  release()
  await expect(stopped).resolves.toBeUndefined()
  socket.destroy()
})

test('bytes that are no HTTP get a problem document too', async () => {
  const {http} = await build()
  const [address] = await http.listen({host: '127.0.0.1', port: 0})
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(new URL(address!).port), '127.0.0.1', () =>
      socket.write('hello there\r\n\r\n'),
    )
    let text = ''
    socket.on('data', (bytes) => (text += bytes.toString()))
    socket.on('end', () => resolve(text))
    socket.on('error', reject)
  })
  expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request/)
  expect(answer).toMatch('"code":"bad_request"')
})

test('an address that cannot be read is a problem document', async () => {
  const {http} = await build()
  const answer = await http.app.inject('/api/servers/%E0%A4%A')
  expect(answer.statusCode).toBe(400)
  expect(answer.json()).toMatchObject({code: 'bad_request'})
})
