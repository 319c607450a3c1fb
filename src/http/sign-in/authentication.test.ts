import {afterEach, expect, test} from 'vitest'
import {asServerId} from '#model/torrent-key.ts'
import {fakeHarness, hashOf, type FakeHarness} from '#test/http/http-fakes.ts'
import {expectProblem} from '#test/http/expect-problem.ts'

let harness: FakeHarness
afterEach(() => harness.http.close())

const token = 'a-token-of-some-length'
const basic = (password: string) => `Basic ${Buffer.from(`me:${password}`).toString('base64')}`

test('without the token nothing of the API answers, and the refusal says how to send it', async () => {
  harness = await fakeHarness({tokenText: token})
  for (const url of ['/api/servers', '/api/torrents', '/api/status', '/api/torrents/distribution']) {
    const answer = await harness.http.app.inject(url)
    expect(answer.statusCode).toBe(401)
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="Commodarr"')
    expectProblem(answer, 'unauthorised')
  }
})

test.each([
  ['x-api-token', token, 200],
  ['authorization', `Bearer ${token}`, 200],
  ['authorization', `bearer ${token}`, 200],
  ['x-api-token', `${token}x`, 401],
  ['x-api-token', token.slice(1), 401],
  ['x-api-token', '', 401],
  ['authorization', 'Bearer', 401],
  ['authorization', `Digest ${token}`, 401],
  ['x-api-key', token, 200],
  ['x-api-key', `${token}x`, 401],
  ['authorization', basic(token), 200],
  ['authorization', basic(`${token}x`), 401],
  ['authorization', basic('cmdr_of-nobody'), 401],
  ['authorization', `Basic ${token}`, 401],
  ['authorization', 'Basic', 401],
])('%s: %s is answered with %d', async (name, value, status) => {
  harness = await fakeHarness({tokenText: token})
  const answer = await harness.http.app.inject({url: '/api/servers', headers: {[name]: value}})
  expect(answer.statusCode).toBe(status)
})

test('a password that a browser sends automatically lets no foreign page change anything', async () => {
  harness = await fakeHarness({tokenText: token})
  const url = `/api/torrents/${hashOf('b')}/stop`
  const authorization = basic(token)
  const foreign = {authorization, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors'}
  expect((await harness.http.app.inject({method: 'POST', url, headers: foreign})).statusCode).toBe(403)
  expect(harness.executor.orders).toEqual([])
  // A program says nothing of pages.
  expect((await harness.http.app.inject({method: 'POST', url, headers: {authorization}})).statusCode).toBe(
    200,
  )
})

test('strangers learn whether it serves, and of no server', async () => {
  harness = await fakeHarness({
    tokenText: token,
    readiness: () => ({
      ready: false,
      reasons: [{text: 'qBit has not answered.', serverId: asServerId('qBit')}],
    }),
  })
  const answer = await harness.http.app.inject('/ready')
  expect([answer.statusCode, answer.json()]).toEqual([503, {ready: false, reasons: []}])
})

test('with a wrong token no command is carried out', async () => {
  harness = await fakeHarness({tokenText: token})
  const url = `/api/torrents/${hashOf('b')}/stop`
  await harness.http.app.inject({method: 'POST', url, headers: {'x-api-token': 'guess'}})
  expect(harness.executor.orders).toEqual([])
})

test('the description of the API is open: it says nothing of the fleet', async () => {
  harness = await fakeHarness({tokenText: token})
  for (const url of ['/api/docs', '/api/docs/json', '/api/openapi.json', '/api/docs/static/index.css']) {
    const answer = await harness.http.app.inject(url)
    expect(answer.statusCode).toBe(200)
    expect(answer.body).not.toContain('Seedbox')
  }
})

test('health, readiness and the page at the root are open; the page shows strangers nothing of the fleet', async () => {
  harness = await fakeHarness({tokenText: token})
  for (const url of ['/health', '/ready', '/'])
    expect((await harness.http.app.inject(url)).statusCode).toBe(200)
  expect((await harness.http.app.inject('/')).body).not.toMatch(/\d of \d/)
})

test('with a token any Host may be used: there is a proxy, or another machine', async () => {
  harness = await fakeHarness({tokenText: token})
  const headers = {host: 'fleet.example', 'x-api-token': token}
  expect((await harness.http.app.inject({url: '/api/servers', headers})).statusCode).toBe(200)
})

test('the token never reaches the log', async () => {
  harness = await fakeHarness({tokenText: token})
  await harness.http.app.inject({url: '/api/servers', headers: {'x-api-token': token}})
  await harness.http.app.inject({url: '/api/servers', headers: {authorization: `Bearer ${token}x`}})
  expect(harness.logged.join('')).not.toContain(token)
})

test('without a token a Host that is no name of loopback is refused (rebound DNS names)', async () => {
  harness = await fakeHarness()
  for (const url of ['/api/servers', '/', '/health', '/api/docs']) {
    const answer = await harness.http.app.inject({url, headers: {host: 'rebound.example:6969'}})
    expect(answer.statusCode).toBe(403)
    expectProblem(answer, 'forbidden')
  }
})

test.each([
  [{}, 200],
  [{origin: 'http://localhost:6969'}, 200],
  [{origin: 'http://localhost:6969', 'sec-fetch-site': 'same-origin'}, 200],
  [{origin: 'https://evil.example'}, 403],
  [{origin: 'http://localhost:3000'}, 403],
  [{origin: 'null'}, 403],
  [{'sec-fetch-site': 'cross-site'}, 403],
  [{'sec-fetch-site': 'same-site'}, 403],
])('without a token a change with %j is answered with %d', async (headers, status) => {
  harness = await fakeHarness()
  const url = `/api/torrents/${hashOf('b')}/stop`
  const answer = await harness.http.app.inject({
    method: 'POST',
    url,
    headers: {host: 'localhost:6969', ...headers},
  })
  expect(answer.statusCode).toBe(status)
  expect(harness.executor.orders).toHaveLength(status === 200 ? 1 : 0)
})

test('the journal hears who asked', async () => {
  for (const [change, name, origin] of [
    [{}, 'local', 'user'],
    [{tokenText: token}, 'token', 'api'],
  ] as const) {
    harness = await fakeHarness(change)
    const headers = {'x-api-token': token}
    await harness.http.app.inject({method: 'POST', url: `/api/torrents/${hashOf('b')}/stop`, headers})
    expect(harness.executor.orders[0]?.by.actor).toMatchObject({name, origin})
  }
})
