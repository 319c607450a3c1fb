import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {afterEach, expect, test} from 'vitest'
import {plainServer} from '#lab/plain-server.ts'
import {systemClock, type Clock} from '#lib/clock.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import {CommandRefused, ServerFault} from '#model/errors.ts'
import {Secret} from '#model/secret.ts'
import {asServerId} from '#model/torrent-key.ts'
import {insideMetainfo} from '#test/doubles/inside-work.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import type {CallBounds} from '../port.ts'
import {Wire} from './wire.ts'

const bounds: CallBounds = {timeoutMs: 5000, maxBytes: 1_000_000}
const PASSWORD = 'very-secret'

interface Asked {
  readonly method: string
  readonly params: readonly unknown[]
  readonly cookie: string
}
interface Reply {
  readonly status?: number
  readonly type?: string
  readonly cookie?: string
  readonly body: unknown
}

/** Without the number of its question, which the server adds. */
const result = (value: unknown): Reply => ({body: {result: value, error: null}})
const error = (code: number, message: string): Reply => ({body: {result: null, error: {code, message}}})
const entered: Reply = {...result(true), cookie: '_session_id=abc; Path=/json'}

const servers: Server[] = []
const wires: Wire[] = []

afterEach(async () => {
  for (const wire of wires.splice(0)) await wire.close()
  for (const server of servers.splice(0)) await new Promise((done) => server.close(done))
})

/** A server that answers each method as the test says; `null` = not at all. */
async function scripted(answers: (asked: Asked) => Reply | null, clock: Clock = systemClock) {
  const asked: Asked[] = []
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const {method, params, id} = JSON.parse(Buffer.concat(chunks).toString()) as Asked & {id: number}
    const one = {method, params, cookie: request.headers.cookie ?? ''}
    asked.push(one)
    const reply = answers(one)
    if (reply === null) return
    const {status = 200, type = 'application/json', cookie, body} = reply
    response.writeHead(status, {'content-type': type, ...(cookie !== undefined && {'set-cookie': cookie})})
    const isAnswer = typeof body === 'object' && body !== null && 'result' in body
    response.end(typeof body === 'string' ? body : JSON.stringify(isAnswer ? {id, ...body} : body))
  }
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  servers.push(server)
  const {port} = server.address() as AddressInfo
  const wire = new Wire({
    definition: {
      ...plainServer,
      id: asServerId('t'),
      name: 't',
      kind: 'deluge',
      url: `http://127.0.0.1:${port}/deluge`,
      password: new Secret(PASSWORD),
    },
    clock,
    turns: new TimeSlice(),
    metainfo: insideMetainfo,
  })
  wires.push(wire)
  return {wire, asked, methods: () => asked.map(({method}) => method)}
}

const ask = (wire: Wire) => wire.call('core.get_session_state', [], bounds)

test('a session that ended is renewed once, and the call is made again with it', async () => {
  const {wire, asked} = await scripted(({method, cookie}) => {
    if (method === 'auth.login') return entered
    if (method === 'auth.check_session') return result(cookie.includes('abc'))
    return cookie.includes('abc') ? result(['x']) : error(1, 'Not authenticated')
  })
  expect(await ask(wire)).toEqual(['x'])
  expect(asked.map(({method}) => method)).toEqual([
    'core.get_session_state',
    'auth.check_session',
    'auth.login',
    'core.get_session_state',
  ])
  expect(asked[2]!.params).toEqual([PASSWORD])
})

test('a session that is forgotten at once is a fault, and no loop', async () => {
  const {wire, methods} = await scripted(({method}) => {
    if (method === 'auth.check_session') return result(false)
    return method === 'auth.login' ? entered : error(1, 'Not authenticated')
  })
  await expect(ask(wire)).rejects.toMatchObject({reason: 'session_lost'})
  expect(methods()).toHaveLength(4)
  expect(methods().filter((method) => method === 'auth.login')).toHaveLength(1)
})

test('the same holds for a list that is read as it arrives', async () => {
  const {wire} = await scripted(({method, cookie}) => {
    if (method === 'auth.login') return entered
    if (method === 'auth.check_session') return result(cookie.includes('abc'))
    return cookie.includes('abc') ? result({a: {name: 'A'}, b: {name: 'B'}}) : error(1, 'Not authenticated')
  })
  const names: string[] = []
  const {requests} = await wire.members({method: 'core.get_torrents_status'}, bounds, (name) =>
    names.push(name),
  )
  expect([names, requests]).toEqual([['a', 'b'], 4])
})

test('questions that find the session ended at the same time open one for all of them', async () => {
  const {wire, methods} = await scripted(({method, cookie}) => {
    if (method === 'auth.login') return entered
    if (method === 'auth.check_session') return result(cookie.includes('abc'))
    return cookie.includes('abc') ? result(['x']) : error(1, 'Not authenticated')
  })
  expect(await Promise.all([ask(wire), ask(wire), ask(wire)])).toEqual([['x'], ['x'], ['x']])
  expect(methods().filter((method) => method === 'auth.login')).toHaveLength(1)
})

test('an answer to another question is a fault', async () => {
  const {wire} = await scripted(() => ({body: {result: {}, error: null, id: 4_711}}))
  await expect(ask(wire)).rejects.toMatchObject({reason: 'not_a_torrent_server'})
  const list = wire.members({method: 'core.get_torrents_status'}, bounds, () => {})
  await expect(list).rejects.toMatchObject({reason: 'not_a_torrent_server'})
})

test('a wrong password is a refused login, and stands in no message', async () => {
  const {wire} = await scripted(({method}) => (method === 'auth.login' ? result(false) : result(false)))
  const fault = await wire.connect(bounds).catch((caught: unknown) => caught)
  expect(fault).toMatchObject({code: 'login_refused', reason: 'wrong_credentials'})
  expect(JSON.stringify(fault, Object.getOwnPropertyNames(fault))).not.toContain(PASSWORD)
})

const hosts = (...ids: string[]) => ids.map((id) => [id, `${id}.lan`, 58_846, 'localclient'])

/** A deluge-web that knows these daemons, and is connected to the current one. */
interface Web {
  known: string[]
  current: string | null
  /** It is connected to one that is not in its list under this address. */
  isUnnamed?: boolean
  /** Daemons whose state is never answered. */
  readonly silent?: readonly string[]
}

function answerOf(web: Web): (asked: Asked) => Reply | null {
  return ({method, params: [id]}) => {
    if (method === 'auth.check_session') return result(true)
    if (method === 'web.connected') return result(web.current !== null)
    if (method === 'web.get_hosts') return result(hosts(...web.known))
    if (method === 'web.get_host_status') {
      if (web.silent?.includes(String(id))) return null
      const isIt = id === web.current && web.isUnnamed !== true
      return result([id, isIt ? 'Connected' : 'Online', '2.0.3'])
    }
    if (method === 'web.connect') web.current = String(id)
    return result(method === 'daemon.get_version' ? '2.0.3' : [])
  }
}

test('the one daemon that deluge-web knows is connected; of several none is selected', async () => {
  const {wire, methods} = await scripted(answerOf({known: ['one'], current: null}))
  expect(await wire.connect(bounds)).toBe('2.0.3')
  expect(methods()).toContain('web.connect')
  const other = await scripted(answerOf({known: ['one', 'two'], current: null}))
  await expect(other.wire.connect(bounds)).rejects.toMatchObject({reason: 'server_error'})
  expect(other.methods()).not.toContain('web.connect')
})

test('when deluge-web is connected to another daemon, nothing is asked of that one, and a new connect refuses it', async () => {
  const web: Web = {known: ['one', 'two'], current: 'one'}
  const {wire} = await scripted(answerOf(web))
  await wire.connect(bounds)
  const first = wire.daemon
  await wire.expectDaemon(bounds)
  web.current = 'two'
  await expect(wire.expectDaemon(bounds)).rejects.toMatchObject({reason: 'session_lost'})
  await expect(wire.connect(bounds)).rejects.toMatchObject({
    reason: 'server_error',
    message: expect.stringMatching(/connected to two\.lan:58846 and no more to one\.lan:58846/) as string,
  })
  await expect(wire.expectDaemon(bounds)).rejects.toMatchObject({reason: 'session_lost'})
  web.current = 'one'
  await wire.connect(bounds)
  expect(wire.daemon).toBe(first)
})

test('the daemon of before is connected again, however many deluge-web knows', async () => {
  const web: Web = {known: ['one', 'two'], current: 'two'}
  const {wire} = await scripted(answerOf(web))
  await wire.connect(bounds)
  web.current = null
  await wire.connect(bounds)
  expect(web.current).toBe('two')
})

test('one that was taken off the list of deluge-web is replaced by what it is connected to, as another one', async () => {
  const web: Web = {known: ['one', 'two'], current: 'one'}
  const {wire} = await scripted(answerOf(web))
  await wire.connect(bounds)
  const first = wire.daemon
  Object.assign(web, {known: ['two'], current: 'two'})
  await wire.connect(bounds)
  expect(wire.daemon).not.toBe(first)
  await wire.expectDaemon(bounds)
})

test('a daemon that deluge-web does not name is ours as long as its list stays the same', async () => {
  const web: Web = {known: ['one'], current: 'one', isUnnamed: true}
  const {wire} = await scripted(answerOf(web))
  await wire.connect(bounds)
  await wire.expectDaemon(bounds)
  web.known = ['one', 'two']
  await expect(wire.expectDaemon(bounds)).rejects.toMatchObject({reason: 'session_lost'})
  // It may be connected to any of them.
  await expect(wire.connect(bounds)).rejects.toMatchObject({reason: 'server_error'})
})

test('a daemon whose state is never answered hides no other', async () => {
  const clock = new VirtualClock()
  const web: Web = {known: ['one', 'two'], current: 'two', silent: ['one']}
  const answer = answerOf(web)
  const {wire} = await scripted((asked) => {
    const reply = answer(asked)
    if (reply === null) void clock.advance(bounds.timeoutMs)
    return reply
  }, clock)
  expect(await wire.connect(bounds)).toBe('2.0.3')
  await wire.expectDaemon(bounds)
})

test('before a connect nothing is sent', async () => {
  const {wire, methods} = await scripted(answerOf({known: ['one'], current: 'one'}))
  await expect(wire.expectDaemon(bounds)).rejects.toMatchObject({reason: 'session_lost'})
  expect(methods()).toEqual([])
})

test('a Deluge that does not report its version, though it is connected, is too old', async () => {
  const {wire} = await scripted(({method}) =>
    method === 'daemon.get_version'
      ? error(2, 'Unknown method')
      : result(method === 'web.get_hosts' ? [] : true),
  )
  await expect(wire.connect(bounds)).rejects.toMatchObject({reason: 'version_too_old'})
})

test('a method that is not known while no daemon is connected means just that', async () => {
  const {wire} = await scripted(() => error(2, 'Unknown method'))
  await expect(ask(wire)).rejects.toMatchObject({reason: 'session_lost'})
  await expect(wire.call('label.get_labels', [], bounds)).rejects.toBeInstanceOf(ServerFault)
})

test('what the daemon refuses is said in its own words, without its trace', async () => {
  const message =
    "Failure: [Failure instance: Traceback (failure with no frames): <class 'deluge.error.WrappedException'>: Label already exists\nTraceback …\nException: Label already exists\n]"
  const {wire} = await scripted(() => error(4, message))
  const refused = await wire.call('label.add', ['x'], bounds).catch((caught: unknown) => caught)
  expect(refused).toBeInstanceOf(CommandRefused)
  expect((refused as Error).message).toBe('Label already exists')
})

test.each<[string, Reply, string]>([
  ['a web page', {type: 'text/html', body: '<html><body>hello</body></html>'}, 'not_a_torrent_server'],
  ['a login page', {type: 'text/html', body: '<html><input type="password"></html>'}, 'login_page'],
  ['an empty object', {body: {}}, 'not_a_torrent_server'],
  ['a list', {body: []}, 'not_a_torrent_server'],
  ['no JSON', {type: 'text/plain', body: 'nope'}, 'garbled_answer'],
  ['404', {status: 404, body: 'No Such Resource'}, 'wrong_path'],
  ['403', {status: 403, body: ''}, 'access_denied'],
  ['503', {status: 503, body: ''}, 'server_error'],
])(
  '%s in place of an answer is a fault, and neither a list nor a command carried out',
  async (_, reply, reason) => {
    const {wire} = await scripted(() => reply)
    await expect(ask(wire)).rejects.toMatchObject({reason})
    const list = wire.members({method: 'core.get_torrents_status'}, bounds, () => {})
    await expect(list).rejects.toMatchObject({reason})
  },
)

test.each([[null], [[]], ['x'], [7]])('a list that is %j is none', async (value) => {
  const {wire} = await scripted(() => result(value))
  const list = wire.members({method: 'core.get_torrents_status'}, bounds, () => {})
  await expect(list).rejects.toMatchObject({reason: 'not_a_torrent_server'})
})

test.each([
  ['is ended', result(true), undefined],
  ['ended by its age', error(1, 'Not authenticated'), undefined],
  ['cannot be ended', error(3, 'No sessions here'), {code: 'command_refused'}],
  ['is asked of something else by now', {status: 502, body: '<html>'}, {name: 'ServerFault'}],
])('at the end a session that %s is said when it is left behind', async (_, reply, left) => {
  const {wire, methods} = await scripted(({method, cookie}) => {
    if (method === 'auth.login') return entered
    if (method === 'auth.delete_session') return reply
    if (method === 'auth.check_session') return result(cookie.includes('abc'))
    return cookie.includes('abc') ? result(['x']) : error(1, 'Not authenticated')
  })
  expect(await wire.close()).toBeUndefined()
  expect(methods()).toEqual([])
  await ask(wire)
  const why = await wire.close()
  if (left === undefined) expect(why).toBeUndefined()
  else expect(why).toMatchObject(left)
  expect(methods().slice(4)).toEqual(['auth.delete_session'])
})
