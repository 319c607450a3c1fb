import {createServer, type Server, type Socket} from 'node:net'
import {afterEach, expect, test} from 'vitest'
import {bounds, definitionOf, RtorrentSubject} from '#lab/simulators/rtorrent-subject.ts'
import {systemClock} from '#lib/clock.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import {NotSupported, ServerFault, TorrentNotFound} from '#model/errors.ts'
import {Secret} from '#model/secret.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {insideMetainfo} from '#test/doubles/inside-work.ts'
import {RpcFault} from './rpc.ts'
import {RtorrentWire} from './wire.ts'

const open: {close(): Promise<void>}[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

async function subject(options: Parameters<typeof RtorrentSubject.start>[0] = {}): Promise<RtorrentSubject> {
  const started = await RtorrentSubject.start(options)
  open.push(started)
  return started
}

/** A server that does with a connection what it is told. */
async function rawServer(serve: (socket: Socket) => void): Promise<RtorrentWire> {
  const sockets: Socket[] = []
  const server: Server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => {})
    serve(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const {port} = server.address() as {port: number}
  const wire = new RtorrentWire({
    definition: definitionOf(`scgi://127.0.0.1:${port}`),
    clock: systemClock,
    turns: new TimeSlice(),
    metainfo: insideMetainfo,
  })
  open.push({
    close: async () => {
      await wire.close()
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  })
  return wire
}

const ask = (wire: RtorrentWire, more: Partial<typeof bounds> = {}): Promise<unknown> =>
  wire.ask('system.pid', [''], {...bounds, ...more}).catch((error: unknown) => error)
const answered = (body: string): string =>
  `Status: 200 OK\r\nContent-Type: text/xml\r\nContent-Length: ${body.length}\r\n\r\n${body}`
const pid = '<methodResponse><params><param><value><i8>7</i8></value></param></params></methodResponse>'

/* ───────────────────────────── SCGI ───────────────────────────── */

test('a request is a netstring with the length first, and its answer is read to its length', async () => {
  let request = ''
  const wire = await rawServer((socket) => {
    socket.on('data', (chunk) => {
      request += chunk.toString()
      // Stays open, as some servers do: the length says when it is whole.
      if (request.endsWith('</methodCall>')) socket.write(answered(pid))
    })
  })
  expect(await ask(wire)).toBe(7)
  const [, length, head, body] = /^(\d+):([\s\S]*?),(<[\s\S]*)$/.exec(request)!
  expect(head).toHaveLength(Number(length))
  expect(head).toBe(`CONTENT_LENGTH\0${body!.length}\0SCGI\x001\0CONTENT_TYPE\0text/xml\0`)
})

test.each<[string, (socket: Socket) => void, string, boolean]>([
  ['closes without a word', (socket) => socket.end(), 'cut_answer', true],
  ['breaks off in the head', (socket) => socket.end('Status: 200 OK\r\n'), 'not_a_torrent_server', false],
  ['breaks off in the body', (socket) => socket.end(answered(pid).slice(0, -9)), 'cut_answer', true],
  [
    'speaks something else',
    (socket) => socket.end('220 mail.example.org ESMTP\r\n\r\n'),
    'not_a_torrent_server',
    false,
  ],
  ['answers rubbish', (socket) => socket.end(answered('x'.repeat(40))), 'garbled_answer', true],
  ['answers half a document', (socket) => socket.end(answered(pid.slice(0, -20))), 'cut_answer', true],
])('a server that %s', async (_, serve, reason, outcomeUnknown) => {
  const fault = await ask(await rawServer(serve))
  expect(fault).toBeInstanceOf(ServerFault)
  expect(fault).toMatchObject({reason, outcomeUnknown})
})

test('a web page where rTorrent should be is distinguished from a login page', async () => {
  const page = (inside: string) => answered(`<!doctype html><html><body>${inside}</body></html>`)
  expect(await ask(await rawServer((socket) => socket.end(page('Welcome'))))).toMatchObject({
    reason: 'not_a_torrent_server',
  })
  const form = '<input type="password" name="p">'
  expect(await ask(await rawServer((socket) => socket.end(page(form))))).toMatchObject({reason: 'login_page'})
})

test('no server there, no such socket', async () => {
  const wireTo = (url: string) => {
    const wire = new RtorrentWire({
      definition: definitionOf(url),
      clock: new VirtualClock(),
      turns: new TimeSlice(),
      metainfo: insideMetainfo,
    })
    open.push(wire)
    return wire
  }
  expect(await ask(wireTo('scgi://127.0.0.1:1'))).toMatchObject({reason: 'refused', outcomeUnknown: false})
  expect(await ask(wireTo('scgi+unix:///nowhere/rpc.sock'))).toMatchObject({
    reason: 'refused',
    outcomeUnknown: false,
  })
})

test('answers are bounded in size and time, and a caller may give up', async () => {
  const big = await rawServer((socket) => socket.write(answered('x'.repeat(5_000))))
  expect(await ask(big, {maxBytes: 1_000})).toMatchObject({reason: 'answer_too_large'})
  const endless = await rawServer((socket) => {
    socket.write('Status: 200 OK\r\n\r\n<methodResponse>')
    const timer = setInterval(() => socket.write(' '.repeat(500)), 1)
    socket.on('close', () => clearInterval(timer))
  })
  expect(await ask(endless, {maxBytes: 5_000})).toMatchObject({reason: 'answer_too_large'})
  const silent = await rawServer(() => {})
  expect(await ask(silent, {timeoutMs: 30})).toMatchObject({reason: 'timed_out', outcomeUnknown: true})
  const caller = new AbortController()
  const waiting = ask(silent, {signal: caller.signal})
  caller.abort(new Error('no longer wanted'))
  expect(await waiting).toMatchObject({message: 'no longer wanted'})
})

/* ───────────────────────────── one at a time ───────────────────────────── */

test('requests wait for each other; one that gives up leaves the line in order', async () => {
  const {client, server} = await subject({version: '0.9.8'})
  await client.connect(bounds)
  server.faults.add({kind: 'slowHead', ms: 20})
  server.counters.reset()
  const {wire} = client.session
  const impatient = new AbortController()
  const answers = [
    ask(wire),
    ask(wire, {signal: impatient.signal}),
    ...Array.from({length: 4}, () => ask(wire)),
  ]
  impatient.abort(new Error('gave up'))
  const [first, second, ...rest] = await Promise.all(answers)
  expect(second).toMatchObject({message: 'gave up'})
  expect(new Set([first, ...rest])).toEqual(new Set([first]))
  expect(server.counters.figures()).toMatchObject({mostAtOnce: 1, total: 5})
})

test('many calls go in portions of 200 and come back in their order', async () => {
  const {client, server} = await subject({version: '0.9.8'})
  await client.connect(bounds)
  server.counters.reset()
  const calls = Array.from({length: 450}, (_, i) => ({
    method: i === 300 ? 'nope' : 'system.pid',
    params: [''],
  }))
  const results = await client.session.wire.askAll(calls, bounds)
  expect(results).toHaveLength(450)
  expect(results[300]).toBeInstanceOf(RpcFault)
  expect(results.filter((result) => result instanceof RpcFault)).toHaveLength(1)
  expect(server.counters.figures().total).toBe(3)
})

/* ───────────────────────────── dialects ───────────────────────────── */

test.each([
  ['0.9.8', 'xml'],
  ['0.16.17', 'json'],
])('%s is asked in %s', async (version, dialect) => {
  const {client} = await subject({version})
  expect(await client.connect(bounds)).toMatchObject({version, limitation: null})
  expect(client.session.wire.dialect).toBe(dialect)
})

test('a name that is not UTF-8 turns the questions of this connection to XML', async () => {
  const {client, world} = await (await subject()).connect()
  world.put({hash: 'ab'.repeat(20), name: 'caf\ufffd', nameBytes: Buffer.from('caf\xe9', 'latin1'), size: 10})
  const {wire} = client.session
  expect(wire.dialect).toBe('json')
  const rows: unknown[] = []
  const list = {method: 'd.multicall2', params: ['', 'main', 'd.hash=', 'd.name=']}
  await wire.list({before: [], list, onStart: () => {}, onRow: (row) => rows.push(row)}, bounds)
  expect(rows).toEqual([['AB'.repeat(20), 'caf%E9']])
  expect(wire.dialect).toBe('xml')
  await client.connect(bounds)
  expect(wire.dialect).toBe('json')
})

test.each(['0.9.8', '0.16.17'])(
  'faults of %s are recognised by their words, not by their codes',
  async (version) => {
    const {client} = await (await subject({version})).connect()
    const {wire} = client.session
    await expect(wire.ask('d.name', ['f'.repeat(40)], bounds)).rejects.toBeInstanceOf(TorrentNotFound)
    await expect(wire.execute('d.name', ['f'.repeat(40)], bounds)).rejects.toBeInstanceOf(TorrentNotFound)
    await expect(wire.ask('no.such', [''], bounds)).rejects.toBeInstanceOf(NotSupported)
    const list = {method: 'd.multicall2', params: ['', 'nowhere', 'd.hash=']}
    await expect(
      wire.list({before: [], list, onStart: () => {}, onRow: () => {}}, bounds),
    ).rejects.toMatchObject({code: 'command_refused'})
  },
)

/* ───────────────────────────── behind a web server ───────────────────────────── */

const http = {transport: 'http'} as const
const login = {username: 'admin', password: new Secret('secret123')}

test('basic auth goes along, and a wrong password is reported once', async () => {
  const right = await subject({server: http, definition: login})
  await right.connect()
  const wrong = await subject({server: http, definition: login})
  const {client} = await RtorrentSubject.start({server: http, definition: login})
  open.push(client)
  const other = new RtorrentWire({
    definition: {...definitionOf(wrong.server.url), ...login, password: new Secret('guess')},
    clock: new VirtualClock(),
    turns: new TimeSlice(),
    metainfo: insideMetainfo,
  })
  open.push(other)
  const fault = await ask(other)
  expect(fault).toMatchObject({code: 'login_refused', reason: 'wrong_credentials'})
  expect(JSON.stringify(fault) + (fault as Error).message).not.toContain('guess')
  expect(wrong.server.counters.figures()).toMatchObject({loginsRefused: 1, total: 1})
})

test.each([
  ['another path', '/rutorrent', 200, 'wrong_path'],
  ['rTorrent down behind it', '', 502, 'server_error'],
  ['too busy', '', 503, 'server_error'],
  ['tired of waiting', '', 504, 'server_error'],
  ['nothing for us', '', 403, 'access_denied'],
  ['too many requests', '', 429, 'rate_limited'],
])('a web server with %s', async (_, path, status, reason) => {
  const {server} = await subject({server: http})
  if (status !== 200) server.faults.add({kind: 'status', status})
  const wire = new RtorrentWire({
    definition: definitionOf(server.url.replace('/RPC2', path || '/RPC2')),
    clock: new VirtualClock(),
    turns: new TimeSlice(),
    metainfo: insideMetainfo,
  })
  open.push(wire)
  expect(await ask(wire)).toMatchObject({reason})
})

test('a web server that denies access for a moment refused no password, and is tried again', async () => {
  const {server, client} = await subject({server: http, definition: login})
  server.faults.add({id: 'denied', kind: 'status', status: 403})
  await expect(client.connect(bounds)).rejects.toMatchObject({code: 'server_failed', reason: 'access_denied'})
  server.faults.clear('denied')
  await client.connect(bounds)
})

test('a portal in front is distinguished from a wrong address', async () => {
  const {server, client} = await subject({server: http})
  server.faults.add({kind: 'loginPage'})
  await expect(client.connect(bounds)).rejects.toMatchObject({reason: 'login_page'})
})

const foreign = ['{}', '[]', '[{}]', '{"id":1}', '[{"id":0,"jsonrpc":"2.0"}]', 'null', '"ok"', '1', '']

test.each(foreign.flatMap((body) => (['json', 'xml'] as const).map((dialect) => [body, dialect] as const)))(
  'what answers %j to everything, in front of a server that is asked in %s, reports no list and carries out nothing',
  async (body, dialect) => {
    const wire = await rawServer((socket) => socket.end(answered(body)))
    wire.dialect = dialect
    const list = {method: 'd.multicall2', params: ['', 'main', 'd.hash=']}
    const listing = {before: [{method: 'system.pid', params: ['']}], list, onStart: () => {}, onRow: () => {}}
    const ends = await Promise.allSettled([
      wire.ask('system.pid', [''], bounds),
      wire.askAll([list, list], bounds),
      wire.list(listing, bounds),
      wire.list({...listing, before: []}, bounds),
      wire.execute('d.erase', ['f'.repeat(40)], bounds),
    ])
    for (const end of ends)
      expect(end).toMatchObject({status: 'rejected', reason: {name: 'ServerFault', outcomeUnknown: true}})
  },
)

test.each(['{}', '""', '7', 'null'])('a list that is %s is no empty one', async (result) => {
  const wire = await rawServer((socket) =>
    socket.end(answered(`{"id":1,"jsonrpc":"2.0","result":${result}}`)),
  )
  wire.dialect = 'json'
  const list = {method: 'd.multicall2', params: ['', 'main', 'd.hash=']}
  const listing = wire.list({before: [], list, onStart: () => {}, onRow: () => {}}, bounds)
  await expect(listing).rejects.toMatchObject({name: 'ServerFault', reason: 'garbled_answer'})
})

/* ───────────────────────────── versions ───────────────────────────── */

test('older than 0.9.6 is refused with its version', async () => {
  const {client} = await subject({version: '0.9.5'})
  await expect(client.connect(bounds)).rejects.toMatchObject({
    reason: 'version_too_old',
    message: expect.stringContaining('0.9.5'),
  })
})
