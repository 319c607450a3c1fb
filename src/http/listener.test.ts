import {createServer, type AddressInfo} from 'node:net'
import {afterEach, expect, test} from 'vitest'
import {fakeHarness, type FakeHarness} from '#test/http/http-fakes.ts'
import {exchange, RawPeer} from '#test/http/raw-socket.fixture.ts'
import {expectProblem} from '#test/http/expect-problem.ts'
import {Listener, type Where} from './listener.ts'

const here: Where = {host: '127.0.0.1', port: 0}
let listener: Listener
let harness: FakeHarness | null = null
afterEach(async () => {
  if (harness === null) await listener.close()
  await harness?.http.close()
  harness = null
})

async function early(urlBase = ''): Promise<string> {
  listener = new Listener(undefined, urlBase)
  const [address] = await listener.listen(here)
  return address!
}

/** The routes take over, as at the end of a start. */
async function started(): Promise<void> {
  harness = await fakeHarness({listener})
  await harness.http.listen()
}

test.each(['', '/torrents'])(
  'below %j: before the routes are there, the process is alive and not ready',
  async (base) => {
    const address = await early(base)
    const health = await fetch(`${address}/health`)
    expect([health.status, await health.json()]).toEqual([200, {alive: true}])
    const ready = await fetch(`${address}/ready/?verbose`)
    expect(ready.status).toBe(503)
    expect(await ready.json()).toEqual({ready: false, reasons: [expect.stringMatching(/starting/)]})
    expect(ready.headers.get('retry-after')).toBe('2')
  },
)

test.each([
  ['GET', '/api/servers'],
  ['POST', '/api/torrents/actions'],
  ['DELETE', '/health'],
  ['GET', '/healthy'],
  ['GET', '/api/live'],
])('%s %s is answered with a request to come later', async (method, path) => {
  const answer = await fetch(`${await early()}${path}`, {method})
  expect(answer.status).toBe(503)
  expect(answer.headers.get('retry-after')).toBe('2')
  expect(answer.headers.get('content-type')).toMatch('application/problem+json')
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  expectProblem((await answer.json()) as object, 'starting')
})

test('a browser is shown a page that looks again automatically', async () => {
  const answer = await fetch(`${await early()}/torrents`, {headers: {accept: 'text/html,*/*'}})
  expect([answer.status, answer.headers.get('refresh')]).toEqual([503, '2'])
  expect(await answer.text()).toMatch('Commodarr is starting')
})

test('a WebSocket is not opened early, and HEAD has no body', async () => {
  const address = await early()
  const upgrade = `GET /api/live HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${'A'.repeat(22)}==\r\n\r\n`
  expect(await exchange(address, upgrade)).toMatch(/^HTTP\/1\.1 503 [\s\S]*"code":"starting"/)
  expect(await exchange(address, 'HEAD /health HTTP/1.1\r\nHost: a\r\n\r\n')).toMatch(
    /^HTTP\/1\.1 200 [\s\S]*\r\n\r\n$/,
  )
})

test('bytes that are no HTTP get one problem document, early and later', async () => {
  const address = await early()
  const one = /^HTTP\/1\.1 400 (?:(?!HTTP\/1)[\s\S])*"code":"bad_request"(?:(?!HTTP\/1)[\s\S])*$/
  expect(await exchange(address, 'hello there\r\n\r\n')).toMatch(one)
  await started()
  expect(await exchange(address, 'hello there\r\n\r\n')).toMatch(one)
})

test('the routes take over on the same port, also for who connected before and asked nothing yet', async () => {
  const address = await early()
  const waiting = await RawPeer.to(address)
  await started()
  expect((await fetch(`${address}/ready`)).status).toBe(200)
  waiting.socket.write('GET /api/nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
  expect(await waiting.all()).toMatch(/^HTTP\/1\.1 404 /)
})

test('an early answer ends its connection, so that the next one goes to the routes', async () => {
  const address = await early()
  const ask = 'GET /health HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\n'
  expect(await exchange(address, ask)).toMatch(/^connection: close\r$/im)
})

test('a port in use is an error of the system, and nothing stays open', async () => {
  const taken = createServer()
  await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done))
  const {port} = taken.address() as AddressInfo
  listener = new Listener()
  await expect(listener.listen({...here, port})).rejects.toMatchObject({code: 'EADDRINUSE'})
  await new Promise((done) => taken.close(done))
})

test('a peer that never ends what it asks does not keep a start that failed from ending', async () => {
  const address = await early()
  const peer = (await RawPeer.to(address)).send('GET /health HTTP/1.1\r\nHost: x\r\n')
  // What was sent before this one was answered has been read.
  await fetch(`${address}/health`)
  await listener.close()
  expect(await peer.all()).toBe('')
})
