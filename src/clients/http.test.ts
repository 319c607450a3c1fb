import {createServer, type RequestListener, type Server, type ServerResponse} from 'node:http'
import {
  createServer as createTcpServer,
  type AddressInfo,
  type Server as TcpServer,
  type Socket,
} from 'node:net'
import {gzipSync} from 'node:zlib'
import {afterEach, expect, test} from 'vitest'
import {ServerFault} from '#model/errors.ts'
import {Secret} from '#model/secret.ts'
import {plainReach, type ServerDefinition} from '#model/server.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {faultOfSocket, faultOfStatus, htmlFault, HttpClient, isHtml, retryAfter} from './http.ts'

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

async function listening(server: Server | TcpServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push(() => {
    if ('closeAllConnections' in server) server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  return (server.address() as AddressInfo).port
}

function definitionOf(url: string, more: Partial<ServerDefinition> = {}): ServerDefinition {
  const tls = {ca: null, skipVerify: false}
  return {url, tls, basicAuth: null, httpProxy: null, reach: plainReach.anywhere, ...more} as ServerDefinition
}

function transport(url: string, more: Partial<ServerDefinition> = {}): HttpClient {
  const made = new HttpClient(definitionOf(url, more), 2)
  open.push(() => made.close())
  return made
}

async function serving(listener: RequestListener, path = ''): Promise<HttpClient> {
  return transport(`http://127.0.0.1:${await listening(createServer(listener))}${path}`)
}

/** A server that says exactly these bytes. */
async function saying(talk: (socket: Socket) => void): Promise<HttpClient> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => talk(socket))
  })
  return transport(`http://127.0.0.1:${await listening(server)}`)
}

const bounds = {timeoutMs: 5_000, maxBytes: 1_000_000}
const get = {method: 'GET', path: '/x'} as const

async function faultOf(answer: Promise<unknown>): Promise<ServerFault> {
  const error = await answer.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(ServerFault)
  return error as ServerFault
}

test('requests go below the base path, with query, form and basic auth', async () => {
  const seen: string[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      seen.push(
        `${request.method} ${request.url} ${request.headers.authorization ?? '-'} ${request.headers['content-type'] ?? '-'} ${body}`,
      )
      response.end('ok')
    })
  })
  const url = `http://127.0.0.1:${await listening(server)}/seedbox/qb/`
  const at = transport(url, {basicAuth: {username: 'me', password: new Secret('pä:ss')}})
  const answer = await at.request({method: 'GET', path: '/api', query: {a: '1 2'}}, bounds)
  expect([answer.status, answer.body.toString()]).toEqual([200, 'ok'])
  await at.request({method: 'POST', path: '/api', body: new URLSearchParams({name: 'é&'})}, bounds)
  const basic = `Basic ${Buffer.from('me:pä:ss').toString('base64')}`
  expect(seen).toEqual([
    `GET /seedbox/qb/api?a=1+2 ${basic} - `,
    `POST /seedbox/qb/api ${basic} application/x-www-form-urlencoded name=%C3%A9%26`,
  ])
})

test('a compressed answer is read, and its bounds count what comes out of it', async () => {
  const at = await serving((_, response) => {
    response.setHeader('content-encoding', 'gzip')
    response.end(gzipSync(Buffer.alloc(500_000, 'a')))
  })
  expect((await at.request(get, bounds)).body.length).toBe(500_000)
  expect((await faultOf(at.request(get, {...bounds, maxBytes: 100_000}))).reason).toBe('answer_too_large')
})

test('an answer that unpacks to hundreds of times its size is left, far below its bound of bytes', async () => {
  const at = await serving((_, response) => {
    response.setHeader('content-encoding', 'gzip')
    response.end(gzipSync(Buffer.alloc(50_000_000, 'a')))
  })
  let read = 0
  const count = (chunk: Buffer) => void (read += chunk.length)
  const fault = await faultOf(at.stream(get, {...bounds, maxBytes: 1e9}, count))
  expect(fault).toMatchObject({reason: 'answer_too_large', message: expect.stringContaining('200 times')})
  expect(read).toBeLessThan(2_000_000)
})

test('a body that never ends is left at its bound of bytes', async () => {
  const at = await serving((_, response) => {
    const more = (): void =>
      void (response.destroyed || response.write(Buffer.alloc(60_000), () => setImmediate(more)))
    more()
  })
  expect(await faultOf(at.request(get, bounds))).toMatchObject({
    reason: 'answer_too_large',
    outcomeUnknown: true,
  })
})

test('an answer that trickles is left at its bound of time', async () => {
  const at = await serving((_, response) => {
    response.write('a')
    const timer = setInterval(() => response.write('a'), 20)
    response.on('close', () => clearInterval(timer))
  })
  expect(await faultOf(at.request(get, {...bounds, timeoutMs: 150}))).toMatchObject({
    reason: 'timed_out',
    outcomeUnknown: true,
  })
})

test('no answer at all is timed out, and it is unknown whether it was done', async () => {
  const at = await serving(() => {})
  expect(await faultOf(at.request(get, {...bounds, timeoutMs: 100}))).toMatchObject({
    code: 'server_unreachable',
    reason: 'timed_out',
    outcomeUnknown: true,
  })
})

test.each([
  ['a cut body', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc', 'cut_answer'],
  ['a cut chunked body', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab', 'cut_answer'],
  ['no bytes at all', '', 'connection_reset'],
  ['something that is not HTTP', 'SSH-2.0-OpenSSH_9.2\r\n', 'not_a_torrent_server'],
])('%s is named', async (_, bytes, reason) => {
  const at = await saying((socket) => socket.end(bytes))
  expect(await faultOf(at.request(get, bounds))).toMatchObject({reason, outcomeUnknown: true})
})

test('where nothing listens it is refused, and certain that nothing was done', async () => {
  const server = createTcpServer()
  const port = await listening(server)
  await open.pop()!()
  expect(await faultOf(transport(`http://127.0.0.1:${port}`).request(get, bounds))).toMatchObject({
    reason: 'refused',
    outcomeUnknown: false,
  })
})

test('an unknown name is a DNS fault', async () => {
  const fault = await faultOf(transport('http://no-such-host.invalid').request(get, bounds))
  expect(fault).toMatchObject({reason: 'dns', outcomeUnknown: false})
})

test('plain HTTP where TLS is expected is a TLS fault', async () => {
  const port = await listening(createServer((_, response) => response.end('ok')))
  expect((await faultOf(transport(`https://127.0.0.1:${port}`).request(get, bounds))).reason).toBe('tls')
})

test('what the caller aborts is the caller’s abort, not a fault of the server', async () => {
  const at = await serving(() => {})
  const controller = new AbortController()
  const answer = at.request(get, {...bounds, signal: controller.signal})
  controller.abort(new Error('stopped'))
  await expect(answer).rejects.toThrow('stopped')
})

test('a server sees as many connections as it may, they are kept, and a broken one is replaced', async () => {
  const sockets = new Set<Socket>()
  let most = 0
  /** Answered together, and only when there are so many of them. */
  let together = 2
  const open: (() => void)[] = []
  const there = await serving((request, response) => {
    sockets.add(request.socket)
    open.push(() => (request.url === '/break' ? request.socket.destroy() : response.end('x')))
    most = Math.max(most, open.length)
    if (open.length !== together) return
    setTimeout(() => {
      for (const answer of open.splice(0)) answer()
    }, 5)
  })
  await Promise.all(Array.from({length: 8}, () => there.request(get, bounds)))
  together = 1
  await there.request(get, bounds)
  expect([most, sockets.size]).toEqual([2, 2])
  await faultOf(there.request({method: 'GET', path: '/break'}, bounds))
  together = 2
  await Promise.all(Array.from({length: 4}, () => there.request(get, bounds)))
  expect([most, sockets.size]).toEqual([2, 3])
})

test('redirects are not followed', async () => {
  const at = await serving((_, response) => {
    response.writeHead(302, {location: 'http://127.0.0.1:9/'})
    response.end()
  })
  expect((await at.request(get, bounds)).status).toBe(302)
})

test('the body of an error answer comes back whole, its consumer sees nothing', async () => {
  const at = await serving((_, response) => {
    response.statusCode = 403
    response.end('banned')
  })
  const seen: Buffer[] = []
  const answer = await at.stream(get, bounds, (chunk) => void seen.push(chunk))
  expect([answer.status, answer.body.toString(), seen.length]).toEqual([403, 'banned', 0])
})

test('a consumer that throws ends the request with its own error', async () => {
  const at = await serving((_, response) => response.end(Buffer.alloc(300_000)))
  const consumed = at.stream(get, bounds, () => {
    throw new Error('bad row')
  })
  await expect(consumed).rejects.toThrow('bad row')
  expect((await at.request(get, bounds)).status).toBe(200)
})

test('a slow consumer holds the sender back', async () => {
  const at = await serving((_, response) => response.end(Buffer.alloc(900_000)))
  let running = 0
  let most = 0
  await at.stream(get, bounds, async () => {
    most = Math.max(most, ++running)
    await new Promise((resolve) => setTimeout(resolve, 1))
    running--
  })
  expect(most).toBe(1)
})

test('web pages are distinguished: a login page, or not such a server', () => {
  const page = (body: string) => ({
    headers: {'content-type': 'text/html; charset=utf-8'},
    body: Buffer.from(body),
  })
  expect(isHtml(page('<p>'))).toBe(true)
  expect(isHtml({headers: {}, body: Buffer.from('  <!DOCTYPE html><p>')})).toBe(true)
  expect(isHtml({headers: {'content-type': 'application/json'}, body: Buffer.from('{}')})).toBe(false)
  expect(htmlFault(Buffer.from('<form><input type="password">'), 'x').reason).toBe('login_page')
  expect(htmlFault(Buffer.from('<h1>Welcome to nginx!</h1>'), 'x').reason).toBe('not_a_torrent_server')
})

test('an answer that stops halfway is given up after half a minute of silence, one that trickles is not', async () => {
  const clock = new VirtualClock()
  let response!: ServerResponse
  const port = await listening(
    createServer((_, opened) => {
      response = opened
      response.write('.')
    }),
  )
  const client = new HttpClient(definitionOf(`http://127.0.0.1:${port}`), 1, {clock})
  open.push(() => client.close())
  let heard = () => {}
  const nextChunk = () => new Promise<void>((resolve) => (heard = resolve))
  const first = nextChunk()
  const slow = {timeoutMs: 600_000, silenceMs: 30_000, maxBytes: 1_000}
  const answer = faultOf(client.stream(get, slow, () => heard()))
  await first
  for (let piece = 0; piece < 5; piece++) {
    await clock.advance(20_000)
    const next = nextChunk()
    response.write('.')
    await next
  }
  await clock.advance(30_000)
  expect(await answer).toMatchObject({reason: 'timed_out', wasSilent: true, outcomeUnknown: true})
})

test('statuses that mean the same everywhere become faults, with the server’s own waiting time', () => {
  const answer = (status: number, headers = {}) => ({status, headers, body: Buffer.alloc(0), answerMs: 1})
  expect(faultOfStatus(answer(429, {'retry-after': '7'}), 1_000)).toMatchObject({
    reason: 'rate_limited',
    retryAt: 8_000,
  })
  expect(faultOfStatus(answer(503, {'retry-after': '3600'}), 1_000)).toMatchObject({retryAt: 61_000})
  expect(faultOfStatus(answer(503), 0)).toMatchObject({reason: 'server_error', outcomeUnknown: false})
  expect(faultOfStatus(answer(504), 0)).toMatchObject({outcomeUnknown: true})
  expect(faultOfStatus(answer(404), 0)).toBeNull()
  expect(retryAfter({headers: {'retry-after': 'soon'}}, 0)).toBeNull()
  expect(retryAfter({headers: {'retry-after': '999999999'}}, 0)).toBe(3_600_000)
})

test.each([
  ['ETIMEDOUT', 'connect', false, false],
  ['ETIMEDOUT', 'read', false, true],
  ['EHOSTUNREACH', 'connect', false, false],
  ['EHOSTUNREACH', 'write', false, true],
  ['ETIMEDOUT', 'connect', true, true],
  ['EPROTO', undefined, false, false],
  ['EPROTO', 'read', false, true],
])(
  '%s while the socket is to %s (answering: %s): may the request have arrived? %s',
  (code, syscall, answering, arrived) => {
    const error = Object.assign(new Error(code), {code, ...(syscall && {syscall})})
    expect(faultOfSocket(new Error('wrapped', {cause: error}), answering)).toMatchObject({
      outcomeUnknown: arrived,
    })
  },
)
