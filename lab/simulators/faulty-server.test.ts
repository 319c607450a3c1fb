import {get} from 'node:http'
import {connect} from 'node:net'
import {afterEach, expect, test} from 'vitest'
import {Counters} from './counters.ts'
import type {Face} from './face.ts'
import type {Fault} from './faults.ts'
import {FaultyServer} from './faulty-server.ts'

const open: FaultyServer[] = []

afterEach(async () => {
  for (const server of open.splice(0)) await server.stop()
})

/** Answers 1000 times `abcdefghi\n`, in pieces; `/one` a short text. Counts what it was really asked. */
function toyFace(): Face & {asked: string[]} {
  const asked: string[] = []
  return {
    basePath: '',
    asked,
    handle(request) {
      asked.push(request.path)
      if (request.path === '/one') return {status: 200, headers: {'content-type': 'text/plain'}, body: 'one'}
      return {status: 200, body: Array.from({length: 1000}, () => 'abcdefghi\n')}
    },
    nameOf: (request) => request.path,
    dropSessions: () => {},
    ban: () => {},
  }
}

async function started(fault?: Fault): Promise<{server: FaultyServer; face: ReturnType<typeof toyFace>}> {
  const face = toyFace()
  const server = await FaultyServer.start(face, new Counters())
  open.push(server)
  if (fault) server.faults.add(fault)
  return {server, face}
}

async function read(server: FaultyServer, path = '/list'): Promise<string> {
  return (await fetch(server.url + path)).text()
}

/** By hand, because `fetch` throws away what came before the cut. */
function readUntilCut(url: string): Promise<{bytes: number; whole: boolean}> {
  return new Promise((resolve) => {
    get(url, (answer) => {
      let bytes = 0
      answer.on('data', (chunk: Buffer) => (bytes += chunk.length))
      answer.on('error', () => {})
      answer.on('close', () => resolve({bytes, whole: answer.complete}))
    })
  })
}

test('without faults answers are whole and everything is counted', async () => {
  const {server} = await started()
  expect((await read(server)).length).toBe(10_000)
  expect(await read(server, '/one')).toBe('one')
  expect(server.counters.figures()).toMatchObject({
    requests: {'/list': 1, '/one': 1},
    total: 2,
    bytesOut: 10_003,
    mostAtOnce: 1,
  })
})

test('a fault hits only its path, after those it lets pass, as often as it says', async () => {
  const {server} = await started({kind: 'status', status: 503, path: '^/one', after: 1, count: 2})
  const statuses: number[] = []
  for (const path of ['/one', '/list', '/one', '/one', '/one']) {
    statuses.push((await fetch(server.url + path)).status)
  }
  expect(statuses).toEqual([200, 200, 503, 503, 200])
  expect(server.counters.figures().faults).toEqual({status: 2})
})

test('a cut answer delivers the bytes before the cut and then breaks off', async () => {
  for (const path of ['/list', '/one']) {
    const {server} = await started({kind: 'cut', afterBytes: path === '/list' ? 5000 : 2, path})
    expect(await readUntilCut(server.url + path)).toEqual({bytes: path === '/list' ? 5000 : 2, whole: false})
  }
})

test('a lost answer was carried out anyway, a reset one was not', async () => {
  const lost = await started({kind: 'lost'})
  await expect(read(lost.server, '/one')).rejects.toThrow('fetch failed')
  expect(lost.face.asked).toEqual(['/one'])
  const reset = await started({kind: 'reset'})
  await expect(read(reset.server, '/one')).rejects.toThrow('fetch failed')
  expect(reset.face.asked).toEqual([])
})

test('a login page and a wrong status come without asking the face', async () => {
  const {server, face} = await started({kind: 'loginPage', count: 1})
  const page = await fetch(`${server.url}/one`)
  expect(page.status).toBe(200)
  expect(page.headers.get('content-type')).toContain('text/html')
  expect(await page.text()).toContain('type="password"')
  server.faults.add({kind: 'status', status: 429, retryAfter: '7'})
  const refused = await fetch(`${server.url}/one`)
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '7'])
  expect(face.asked).toEqual([])
})

test('wrong content type, garbage and a huge header replace just that', async () => {
  const {server} = await started({kind: 'contentType', type: 'image/png', count: 1})
  const typed = await fetch(`${server.url}/one`)
  expect([typed.headers.get('content-type'), await typed.text()]).toEqual(['image/png', 'one'])
  server.faults.add({kind: 'garbage', bytes: 77, count: 1})
  expect((await (await fetch(`${server.url}/one`)).arrayBuffer()).byteLength).toBe(77)
  server.faults.add({kind: 'hugeHeader', bytes: 4000, count: 1})
  expect((await fetch(`${server.url}/one`)).headers.get('x-padding')).toHaveLength(4000)
})

test('a body that never ends goes on for as long as it is read, and stops when the client leaves', async () => {
  const {server} = await started({kind: 'endless'})
  const answer = await fetch(`${server.url}/one`)
  let size = 0
  for await (const chunk of answer.body!) {
    size += (chunk as Uint8Array).length
    if (size > 300_000) break
  }
  expect(size).toBeGreaterThan(300_000)
  const sent = server.counters.figures().bytesOut
  expect(sent).toBeLessThan(20_000_000)
})

test('slow heads and bodies are slow but whole', async () => {
  const {server} = await started({kind: 'slowHead', ms: 60, count: 1})
  const before = performance.now()
  expect(await read(server, '/one')).toBe('one')
  expect(performance.now() - before).toBeGreaterThan(50)
  server.faults.add({kind: 'slowBody', bytesPerSecond: 100_000, count: 1})
  const again = performance.now()
  expect((await read(server)).length).toBe(10_000)
  expect(performance.now() - again).toBeGreaterThan(50)
})

test('an answer that is held comes when its fault is cleared', async () => {
  const {server} = await started({kind: 'held', path: 'one'})
  let isRead = false
  const answer = read(server, '/one').then((body) => {
    isRead = true
    return body
  })
  // Others are answered meanwhile.
  expect((await read(server)).length).toBe(10_000)
  expect(isRead).toBe(false)
  server.faults.clear()
  expect(await answer).toBe('one')
})

test('a silent server accepts and never answers', async () => {
  const {server} = await started({kind: 'silence'})
  const signal = AbortSignal.timeout(50)
  await expect(fetch(`${server.url}/one`, {signal})).rejects.toMatchObject({name: 'TimeoutError'})
})

test('a stopped server refuses, and comes back on the same port', async () => {
  const {server} = await started()
  const {url} = server
  expect(await read(server, '/one')).toBe('one')
  await server.stop()
  await expect(fetch(`${url}/one`)).rejects.toMatchObject({cause: {code: 'ECONNREFUSED'}})
  await server.listen()
  expect(await (await fetch(`${url}/one`)).text()).toBe('one')
})

test('over SCGI a request gets its answer and the connection closes; a broken one gets silence', async () => {
  const server = await FaultyServer.start(toyFace(), new Counters(), {transport: 'scgi'})
  open.push(server)
  const ask = (bytes: string): Promise<string> =>
    new Promise((resolve, reject) => {
      let got = ''
      const socket = connect(server.port, '127.0.0.1', () => socket.write(bytes))
      socket.on('data', (chunk) => (got += String(chunk)))
      socket.on('close', () => resolve(got))
      socket.on('error', reject)
    })
  const head = 'CONTENT_LENGTH\x003\x00SCGI\x001\x00REQUEST_URI\x00/one\x00'
  const answer = await ask(`${head.length}:${head},abc`)
  expect(answer).toBe('Status: 200 OK\r\ncontent-type: text/plain\r\nContent-Length: 3\r\n\r\none')
  expect(await ask('GET / HTTP/1.1\r\n\r\n')).toBe('')
  expect(server.counters.figures().requests).toEqual({'/one': 1})
})
