import {once} from 'node:events'
import {setFlagsFromString} from 'node:v8'
import {runInNewContext} from 'node:vm'
import {afterEach, expect, test} from 'vitest'
import {isFull} from '#test/proof.ts'
import {fakeHarness, hashOf, torrent, type FakeHarness} from '#test/http/http-fakes.ts'
import {bodyOf, exchange, RawPeer} from '#test/http/raw-socket.fixture.ts'
import {expectProblem} from '#test/http/expect-problem.ts'
import type {HttpDeps} from '../parts.ts'
import type {ConnectionLimits} from './connections.ts'

let harness: FakeHarness
const peers: RawPeer[] = []
afterEach(async () => {
  for (const peer of peers.splice(0)) peer.close()
  await harness.http.close()
})

async function listening(limits: Partial<ConnectionLimits> = {}, change: Partial<HttpDeps> = {}) {
  const surroundings = {trustedProxies: [], behindHttpsProxy: false, limits}
  harness = await fakeHarness({surroundings, ...change})
  const [address] = await harness.http.listen({host: '127.0.0.1', port: 0})
  return address!
}

async function peerOf(address: string): Promise<RawPeer> {
  const peer = await RawPeer.to(address)
  peers.push(peer)
  return peer
}

const get = (path: string, ...headers: string[]) =>
  `GET ${path} HTTP/1.1\r\n${['Host: localhost', ...headers].join('\r\n')}\r\n\r\n`
const soon = {headersMs: 100, requestMs: 200, lookEveryMs: 20}

test('a connection that asks nothing is closed without an answer', async () => {
  const peer = await peerOf(await listening(soon))
  const end = once(peer.socket, 'end')
  expect(await peer.all()).toBe('')
  // A clean end: a browser may be about to use it, and repeats what it sends on the next one.
  await end
})

const put = 'POST /api/torrents HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n'
const form =
  'POST /api/torrents/upload HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\n' +
  'Content-Length: 1000\r\n\r\n--x\r\nContent-Disposition: form-data; name="server_id"\r\n\r\nq'
test.each([
  ['half a method', 'GE'],
  ['half a request line', 'GET /api/ser'],
  ['half its headers', 'GET / HTTP/1.1\r\nHost: loc'],
  ['headers without their end', get('/health').slice(0, -2)],
  ['half a body', `${put}Content-Length: 9\r\n\r\n[1`],
  ['half a chunk', `${put}Transfer-Encoding: chunked\r\n\r\n9\r\n[1`],
])('a request of which %s comes is answered with 408, and cut off', async (_what, bytes) => {
  const answer = await exchange(await listening(soon), bytes)
  expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/)
  expect(answer).toMatch(/^connection: close\r$/im)
  expect(answer).toMatch(/^x-content-type-options: nosniff\r$/im)
  expectProblem(bodyOf(answer), 'request_timeout')
  expect(bodyOf(answer)['detail']).toBe('The request did not arrive in time.')
})

test('a body that drips into a form is cut off, too', async () => {
  expect(await exchange(await listening(soon), form)).toMatch(/^HTTP\/1\.1 408 /)
})

test('a second request that stays half is answered with 408 after the answer to the first', async () => {
  const answer = await exchange(await listening(soon), `${get('/health')}GET /api/ser`)
  expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 408'])
})

test('a connection that rests between requests is closed without an answer', async () => {
  const peer = await peerOf(await listening({...soon, keepAliveMs: 50}))
  peer.send(get('/health'))
  expect((await peer.all()).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200'])
})

test('an answer may take as long as it does', async () => {
  let release = () => {}
  const held = new Promise<void>((resolve) => (release = resolve))
  const begun = Promise.withResolvers<void>()
  const reader = {
    limits: async () => {
      begun.resolve()
      await held
      return {down: 1, up: 1}
    },
  } as unknown as HttpDeps['reader']
  const limits = {headersMs: 500, requestMs: 500, lookEveryMs: 20, unreadMs: 50}
  const peer = await peerOf(await listening(limits, {reader}))
  peer.send(get('/api/servers/qBit/limits'))
  await begun.promise
  // Longer than anything else may take.
  await new Promise((resolve) => setTimeout(resolve, 800))
  release()
  expect(await peer.until(/\r\n\r\n\{.*\}/)).toMatch(/^HTTP\/1\.1 200 /)
})

test('headers that are too long or too many are refused', async () => {
  const address = await listening()
  const detail = 'The address and the headers are too long or too many.'
  const long = await exchange(address, get('/health', `X: ${'x'.repeat(17_000)}`))
  expect(long).toMatch(/^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/)
  expectProblem(bodyOf(long), 'headers_too_large')
  expect(bodyOf(long)['detail']).toBe(detail)
  const many = Array.from({length: 127}, (_, at) => `X-${at}: 1`)
  const tooMany = await exchange(address, get('/health', ...many, 'Connection: close'))
  expect(bodyOf(tooMany)).toMatchObject({code: 'headers_too_large', detail})
})

test('of one address only so many connections are let in, and place is made when one ends', async () => {
  const address = await listening({perAddress: 2})
  const [first, second] = [await peerOf(address), await peerOf(address)]
  expect(await exchange(address, get('/health'))).toBe('')
  first.close()
  await second.send(get('/health')).until(/alive/)
  const third = await firstAnswered(address)
  expect(third).toMatch(/alive/)
})

/** The other side hears of the end of a connection a moment later. */
async function firstAnswered(address: string): Promise<string> {
  for (;;) {
    const answer = await exchange(address, get('/health', 'Connection: close'))
    if (answer !== '') return answer
  }
}

test('a trusted proxy may hold as many connections as it needs', async () => {
  harness = await fakeHarness({
    surroundings: {trustedProxies: ['127.0.0.1'], behindHttpsProxy: false, limits: {perAddress: 1}},
  })
  const [address] = await harness.http.listen({host: '127.0.0.1', port: 0})
  for (let count = 0; count < 5; count++) await peerOf(address!)
  expect(await exchange(address!, get('/health', 'Connection: close'))).toMatch(/alive/)
})

test('requests sent ahead are begun one after the other, and answered in their order', async () => {
  let under = 0
  let most = 0
  const reader = {
    limits: async () => {
      most = Math.max(most, ++under)
      await new Promise((resolve) => setTimeout(resolve, 5))
      under--
      return {down: 1, up: 1}
    },
  } as unknown as HttpDeps['reader']
  const peer = await peerOf(await listening({}, {reader}))
  peer.send(get('/api/servers/qBit/limits').repeat(10) + get('/health', 'Connection: close'))
  const answer = await peer.all()
  expect([...answer.matchAll(/HTTP\/1\.1 200/g)]).toHaveLength(11)
  expect(answer.trimEnd()).toMatch(/\{"alive":true\}$/)
  expect(most).toBe(1)
})

test('who sends too much ahead is cut off, and what was not begun is not done', async () => {
  const held = new Promise(() => {})
  const reader = {limits: () => held} as unknown as HttpDeps['reader']
  const peer = await peerOf(await listening({ahead: 3}, {reader}))
  const stop = `POST /api/torrents/${hashOf('b')}/stop HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n`
  expect(await peer.send(get('/api/servers/qBit/limits') + stop.repeat(4)).all()).toBe('')
  expect(harness.executor.orders).toEqual([])
})

test('an answer that no one takes is given up', async () => {
  const address = await listening({unreadMs: 100})
  const long = 'x'.repeat(20_000)
  for (let at = 0; at < 1_000; at++) harness.fleet.records.push(torrent('qBit', hashOf('b'), {name: long}))
  const peer = await peerOf(address)
  peer.socket.pause()
  peer.send(get('/api/torrents?limit=1000'))
  const [socket] = await new Promise<[unknown]>((resolve) =>
    harness.http.app.server.once('request', (request) => resolve([request.socket])),
  )
  await new Promise((resolve) => (socket as NodeJS.EventEmitter).once('close', resolve))
  expect(harness.http.app.server.listening).toBe(true)
})

test('bytes after a request under way never look like its answer', async () => {
  let release = () => {}
  const held = new Promise<void>((resolve) => (release = resolve))
  const reader = {limits: () => held} as unknown as HttpDeps['reader']
  const peer = await peerOf(await listening({}, {reader}))
  peer.send(`${get('/api/servers/qBit/limits')}garbage\r\n\r\n`)
  expect(await peer.all()).toBe('')
  release()
})

test.each([
  ['bytes that are no HTTP', 'hello there\r\n\r\n'],
  ['two lengths', 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
  [
    'a length and chunks',
    'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
  ['a negative length', 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n'],
  ['a header without a name', 'GET / HTTP/1.1\r\nHost: localhost\r\n: x\r\n\r\n'],
  ['a header that goes on', 'GET / HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\n\r\n'],
  ['NUL in a header', 'GET / HTTP/1.1\r\nHost: localhost\r\nX: a\0b\r\n\r\n'],
  ['bare line ends', 'GET / HTTP/1.1\nHost: localhost\n\n'],
  [
    'broken chunks',
    'POST /api/torrents HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
  ],
  ['an unknown method', 'FETCH / HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ['no Host', 'GET /health HTTP/1.1\r\nConnection: close\r\n\r\n'],
  ['two Hosts', 'GET /health HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n'],
])('%s get a problem document with all headers, and the connection is closed', async (_what, bytes) => {
  const answer = await exchange(await listening(), bytes)
  expect(answer).toMatch(/^HTTP\/1\.1 400 /)
  expect(answer).toMatch(/^content-type: application\/problem\+json/im)
  expect(answer).toMatch(/^x-content-type-options: nosniff\r$/im)
  expect(answer).toMatch(/^content-security-policy: default-src 'none'/im)
  expect(bodyOf(answer)).toMatchObject({code: 'bad_request', status: 400})
})

test('an expectation that is not met gets 417', async () => {
  const bytes = `${put}Expect: miracles\r\nConnection: close\r\n\r\n`
  const answer = await exchange(await listening(), bytes)
  expect(answer).toMatch(/^HTTP\/1\.1 417 Expectation Failed\r\n/)
  expect(answer).toMatch(/^x-content-type-options: nosniff\r$/im)
  expectProblem(bodyOf(answer), 'expectation_failed')
})

test('HTTP/1.0 without a Host is served where any name is', async () => {
  const address = await listening({}, {authentication: {...(await transportOf()), hosts: []}})
  expect(await exchange(address, 'GET /health HTTP/1.0\r\n\r\n')).toMatch(/\{"alive":true\}$/)
})

async function transportOf() {
  const other = await fakeHarness()
  await other.http.close()
  return other.parts.authentication
}

test('a tunnel or another protocol is not opened', async () => {
  const address = await listening()
  expect(await exchange(address, 'CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n')).toBe(
    '',
  )
  const upgrade = get('/health', 'Connection: Upgrade, close', 'Upgrade: h2c')
  expect(await exchange(address, upgrade)).toMatch(/^HTTP\/1\.1 200 /)
})

test.runIf(isFull)(
  'a body that is refused halfway is read to its end, and the connection serves on',
  async () => {
    const peer = await peerOf(await listening())
    const file = Buffer.concat([
      Buffer.from('--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'),
      Buffer.alloc(9 * 1024 * 1024),
      Buffer.from('\r\n'),
    ])
    peer.send(
      'POST /api/torrents/upload HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\n' +
        `Content-Length: ${4 * file.length}\r\n\r\n`,
    )
    for (let count = 0; count < 4; count++) peer.send(file)
    peer.send(get('/health', 'Connection: close'))
    const answer = await peer.all()
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
    expect(answer).toMatch(/\{"alive":true\}$/)
  },
)

test('a client that never finishes asking does not delay the stop, and what is under way ends', async () => {
  let release = () => {}
  const held = new Promise<void>((resolve) => (release = resolve))
  const reader = {
    limits: async () => {
      await held
      return {down: 1, up: 1}
    },
  } as unknown as HttpDeps['reader']
  const address = await listening({}, {reader})
  const [silent, halfway, dripping, waiting] = [
    await peerOf(address),
    (await peerOf(address)).send('GET / HTTP/1.1\r\nHost: loc'),
    (await peerOf(address)).send(
      'POST /api/torrents HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n[',
    ),
    (await peerOf(address)).send(get('/api/servers/qBit/limits')),
  ]
  await new Promise((resolve) => harness.http.app.server.once('request', resolve))
  const stopped = harness.http.close()
  for (const peer of [silent, halfway, dripping]) await peer.closed
  release()
  expect(await waiting.all()).toMatch(/^HTTP\/1\.1 200 /)
  await expect(stopped).resolves.toBeUndefined()
})

test.runIf(isFull)('an answer that no one takes does not delay the stop', async () => {
  const address = await listening({endingMs: 50})
  const long = 'x'.repeat(20_000)
  for (let at = 0; at < 1_000; at++) harness.fleet.records.push(torrent('qBit', hashOf('b'), {name: long}))
  const peer = await peerOf(address)
  peer.socket.pause()
  peer.send(get('/api/torrents?limit=1000'))
  await new Promise((resolve) => harness.http.app.server.once('request', resolve))
  await expect(harness.http.close()).resolves.toBeUndefined()
})

test('of all addresses together only so many connections are let in', async () => {
  const address = await listening({inAll: 2})
  const peers = [await peerOf(address), await peerOf(address)]
  expect(await exchange(address, get('/health'))).toBe('')
  expect(await peers[1]!.send(get('/health')).until(/alive/)).toMatch(/^HTTP\/1\.1 200 /)
})

test.runIf(isFull)('peers that ask for much and take nothing hold no more than one answer each', async () => {
  const address = await listening()
  for (let at = 0; at < 1_000; at++) {
    harness.fleet.records.push(torrent('qBit', hashOf('b'), {name: 'x'.repeat(8_000)}))
  }
  const answerBytes = (await (await fetch(`${address}/api/torrents?limit=1000`)).bytes()).length
  const before = heldBytes()
  const count = 12
  for (let at = 0; at < count; at++) {
    const peer = await peerOf(address)
    peer.socket.pause()
    peer.send(get('/api/torrents?limit=1000').repeat(20))
  }
  // When a question of somebody else is answered twenty times, all of theirs were looked at as often as they may be.
  for (let at = 0; at < 20; at++) await exchange(address, get('/api/torrents?limit=1', 'Connection: close'))
  expect(heldBytes() - before).toBeLessThan(3 * count * answerBytes)
})

/** After everything that is nothing holds was removed. */
function heldBytes(): number {
  setFlagsFromString('--expose-gc')
  const tidy = runInNewContext('gc') as () => void
  tidy()
  const {heapUsed, external} = process.memoryUsage()
  return heapUsed + external
}
