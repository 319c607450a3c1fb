/** Who gets a live connection, how long, and how it ends. */
import type {FastifyRequest} from 'fastify'
import {connect} from 'node:net'
import {afterEach, expect, test} from 'vitest'
import {WebSocket} from 'ws'
import {asUserId, type Principal} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
import {LivePage} from '#test/http/live-client.fixture.ts'
import {expectProblem} from '#test/http/expect-problem.ts'
import {liveHarness, type LiveHarness} from '#test/http/live-harness.fixture.ts'
import {bodyOf, exchange} from '#test/http/raw-socket.fixture.ts'
import {liveTimes, socketLimits} from './parts.ts'

let harness: LiveHarness
afterEach(() => harness.http.close())

/** What a handshake that is refused is answered. */
async function refusal(headers: Record<string, string> = {}, address = harness.address) {
  const {status, body} = await refused(headers, address)
  return {status, code: body.code}
}

function refused(headers: Record<string, string> = {}, address = harness.address) {
  return new Promise<{status: number; body: {code: string}}>((resolve, reject) => {
    const socket = new WebSocket(`${address.replace(/^http/, 'ws')}/api/live`, {headers})
    socket.on('open', () => reject(new Error('it was let in')))
    socket.on('error', () => undefined)
    socket.on('unexpected-response', (_request, answer) => {
      let body = ''
      answer.setEncoding('utf8').on('data', (part: string) => void (body += part))
      answer.on('end', () => {
        expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
        resolve({status: answer.statusCode!, body: JSON.parse(body) as {code: string}})
      })
    })
  })
}

const handshake = (path: string, changes: Record<string, string | null> = {}) => {
  const headers = {
    Host: 'localhost',
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...changes,
  }
  const lines = Object.entries(headers).filter(([, value]) => value !== null)
  return `GET ${path} HTTP/1.1\r\n${lines.map((it) => `${it.join(': ')}\r\n`).join('')}\r\n`
}

/* ───────────────────────────── the door ───────────────────────────── */

test('an ordinary request is asked to come as a WebSocket', async () => {
  harness = await liveHarness(0)
  const answer = await harness.http.app.inject({url: '/api/live', headers: {host: 'localhost'}})
  expect([answer.statusCode, answer.json(), answer.headers.upgrade]).toMatchObject([
    426,
    {code: 'upgrade_required'},
    'websocket',
  ])
})

test('the first word says which run of which program it is, and its time', async () => {
  harness = await liveHarness(0)
  const [one, other] = [await harness.page(), await harness.page()]
  expect(one.messages[0]).toMatchObject({type: 'hello', version: '0.1.0', now: harness.clock.now()})
  expect(other.messages[0]).toEqual(one.messages[0])
  expect(one.socket.extensions).toBe('')
})

test('S40 a clock that is corrected while a page is open is its clock, too', async () => {
  harness = await liveHarness(0)
  const page = await harness.page()
  await harness.clock.advance(5 * liveTimes.beatMs)
  await page.settled()
  expect(page.messages.filter(({type}) => type === 'time')).toEqual([])
  harness.clock.jump(400 * 86_400_000)
  const reported = page.next('time')
  await harness.clock.advance(liveTimes.beatMs)
  expect(await reported).toEqual({type: 'time', now: harness.clock.now()})
  await harness.clock.advance(5 * liveTimes.beatMs)
  await page.settled()
  expect(page.messages.filter(({type}) => type === 'time')).toHaveLength(1)
})

test.each([
  [{origin: 'https://evil.example'}, 403],
  [{origin: 'null'}, 403],
  [{'sec-fetch-site': 'cross-site'}, 403],
  [{'sec-fetch-site': 'same-site', origin: 'http://localhost'}, 403],
  [{host: 'rebound.example'}, 403],
])('where there is no login a page with %j gets nothing', async (headers, status) => {
  harness = await liveHarness(0)
  expect(await refusal(headers)).toEqual({status, code: 'forbidden'})
})

test('our own page gets in, also behind a trusted proxy and below a path', async () => {
  harness = await liveHarness(3, {
    urlBase: '/fleet/of/mine',
    surroundings: {trustedProxies: ['127.0.0.1'], behindHttpsProxy: true},
  })
  const page = await harness.page({
    origin: 'https://localhost',
    'sec-fetch-site': 'same-origin',
    'x-forwarded-host': 'localhost',
    'x-forwarded-proto': 'https',
  })
  expect((await page.openView(1)).totals!.count).toBe(3)
  const origin = harness.address.replace('/fleet/of/mine', '')
  expect(await refusal({}, `${origin}/elsewhere`)).toEqual({status: 404, code: 'not_found'})
})

test('a key in a header opens it from everywhere, no key or a wrong one does not', async () => {
  harness = await liveHarness(1, {tokenText: 'a-token-of-some-length'})
  expect(await refusal()).toEqual({status: 401, code: 'unauthorised'})
  expect(await refusal({'x-api-token': 'wrong'})).toEqual({status: 401, code: 'unauthorised'})
  const page = await harness.page({'x-api-token': 'a-token-of-some-length', origin: 'https://else.example'})
  expect((await page.openView(1)).totals!.count).toBe(1)
})

test('who has not the right to read is not let in', async () => {
  harness = await liveHarness(0, {
    authentication: transportFor(() => ({...anyone(), access: {...anyone().access, permits: () => false}})),
  })
  expect(await refusal()).toEqual({status: 403, code: 'forbidden'})
})

test.each([
  ['another address', '/api/servers', {}, 200],
  ['another protocol', '/api/live', {Upgrade: 'h2c'}, 426],
  ['an old version', '/api/live', {'Sec-WebSocket-Version': '8'}, 426],
  ['no key', '/api/live', {'Sec-WebSocket-Key': null}, 426],
  ['a key that is none', '/api/live', {'Sec-WebSocket-Key': 'x'}, 426],
])('an upgrade with %s is answered as if none were wished for', async (_what, path, changes, status) => {
  harness = await liveHarness(0)
  const answer = await exchange(harness.address, handshake(path, {Connection: 'Upgrade, close', ...changes}))
  expect(Number(answer.split(' ')[1])).toBe(status)
  if (status !== 200) expect(bodyOf(answer)).toMatchObject({code: 'upgrade_required'})
})

test('an upgrade that is sent ahead, before an answer was taken, is answered in its turn', async () => {
  harness = await liveHarness(0)
  const ahead = 'GET /api/servers HTTP/1.1\r\nHost: localhost\r\n\r\n'
  const answers = await exchange(harness.address, ahead + handshake('/api/live'))
  expect([...answers.matchAll(/HTTP\/1.1 (\d+)/g)].map((it) => it[1])).toEqual(['200', '426'])
})

/* ───────────────────────────── limits ───────────────────────────── */

test('one person has so many connections and no more, until one ends', async () => {
  harness = await liveHarness(0)
  const pages: LivePage[] = []
  for (let at = 0; at < socketLimits.perPrincipal; at++) pages.push(await harness.page())
  expectProblem(await refused(), 'too_many_sockets')
  await pages[0]!.leave()
  await harness.page()
})

test('what cannot be read is refused by its name, and three times in a row end it', async () => {
  harness = await liveHarness(0)
  const page = await harness.page()
  page.say('{')
  expect(await page.next('refused')).toMatchObject({code: 'bad_request'})
  page.say('{"type":"dance","view":5,"re":6}')
  expect(await page.next('refused')).toMatchObject({view: 5, re: 6, code: 'bad_request'})
  await page.settled()
  for (const nonsense of ['[]', '{"type":"hold","view":1,"on":true,"more":1}', 'null']) page.say(nonsense)
  expect(await page.closed).toMatchObject({code: 1008})
  expect(page.messages.filter((it) => it.type === 'refused')).toHaveLength(5)
})

test.each([
  ['more rows than a page can show', {ranges: [[0, 501]]}],
  ['a range that runs backwards', {ranges: [[5, 1]]}],
  ['more ranges than there may be', {ranges: Array.from({length: 21}, () => [0, 1])}],
  ['a column that does not exist', {wish: {columns: ['nose']}}],
  ['an order by a column that does not exist', {wish: {sort: ['-nose']}}],
  ['a facet that does not exist', {wish: {facets: ['nose']}}],
  ['a query that is too long', {wish: {q: 'x'.repeat(2001)}}],
  ['a time zone that does not exist', {wish: {time_zone: 'Mars/Olympus'}}],
  ['a key that is none', {wish: {keys: [{server_id: 'a', info_hash: 'b'}]}}],
])(
  '%s is refused, and the connection goes on',
  async (_what, {wish = {}, ...change}: {wish?: object; ranges?: unknown}) => {
    harness = await liveHarness(3)
    const page = await harness.page()
    const whole = {q: '', sort: [], group: null, columns: ['name'], facets: [], ...wish}
    page.say(JSON.stringify({type: 'open', view: 4, re: 9, wish: whole, ranges: [[0, 1]], ...change}))
    expect(await page.next('refused')).toMatchObject({view: 4, re: 9, code: 'bad_request'})
    expect((await page.openView(4)).totals!.count).toBe(3)
  },
)

test('there are so many views at once, and asking about one that is not open is refused', async () => {
  harness = await liveHarness(1)
  const page = await harness.page()
  for (let view = 0; view < 16; view++) await page.openView(view)
  const refused = page.next('refused')
  const wish = {q: '', sort: [], group: null, columns: [], facets: []}
  page.say({type: 'open', view: 16, re: 100, wish, ranges: []})
  expect(await refused).toMatchObject({view: 16, code: 'bad_request'})
  const unknown = page.next('refused')
  page.say({type: 'keys', view: 99, re: 101, from: 0, to: 1})
  expect(await unknown).toMatchObject({view: 99, code: 'not_found'})
  page.say({type: 'close', view: 99})
  page.say({type: 'close', view: 3})
  await page.openView(17)
})

test('a view follows so many torrents and no more', async () => {
  harness = await liveHarness(1)
  const page = await harness.page()
  await page.openView(1)
  const keys = Array.from({length: 5}, () => ({server_id: 'qBit', info_hash: 'a'.repeat(40)}))
  page.say({type: 'follow', view: 1, re: 7, keys})
  expect(await page.next('refused')).toMatchObject({view: 1, re: 7, code: 'bad_request'})
  page.say({type: 'follow', view: 9, re: 8, keys: []})
  expect(await page.next('refused')).toMatchObject({view: 9, re: 8, code: 'not_found'})
})

test('a message that is too long ends the connection', async () => {
  harness = await liveHarness(0)
  const page = await harness.page()
  page.say('x'.repeat(200_000))
  expect(await page.closed).toMatchObject({code: 1009})
})

test('bytes are no message', async () => {
  harness = await liveHarness(0)
  const page = await harness.page()
  page.socket.send(Buffer.from('{"type":"ping"}'))
  expect(await page.next('refused')).toMatchObject({code: 'bad_request'})
})

test('a page that says too much at once is not heard any more', async () => {
  harness = await liveHarness(0)
  const page = await harness.page()
  for (let at = 0; at <= socketLimits.burst; at++) page.say({type: 'ping'})
  expect(await page.closed).toMatchObject({code: 1008})
})

/* ───────────────────────────── the end ───────────────────────────── */

test('a page that does not live any more is asked, and given up', async () => {
  harness = await liveHarness(1)
  const [alive, dead] = [await harness.page(), await harness.page()]
  await dead.openView(1)
  dead.socket.pause()
  for (let second = 0; second < 65; second++) {
    await harness.clock.advance(1_000)
    if (second % 20 === 0) await alive.settled()
  }
  expect(harness.rankings.opened.size).toBe(0)
  await alive.settled()
  dead.socket.resume()
  expect(await dead.closed).toMatchObject({code: 1006})
})

test('a page that takes nothing is dropped alone, and others are served all the while', async () => {
  harness = await liveHarness(500)
  const [slow, quick] = [await harness.page(), await harness.page()]
  const columns = Array.from({length: 40}, () => 'comment')
  await slow.openView(1, {columns}, [[0, 500]])
  await quick.openView(1, {columns: ['down_speed']}, [[0, 500]])
  slow.socket.pause()
  // More than the system between us keeps for him.
  for (let round = 0; round < 40; round++) {
    for (let row = 0; row < 500; row++)
      harness.change(row, {comment: `${round} `.repeat(20), downSpeed: round})
    harness.rankings.reckon()
    await quick.settled()
    expect(quick.view(1).cells([0, 500]).at(-1)).toEqual([round])
  }
  expect(harness.rankings.opened.size).toBe(2)
  for (let second = 0; second < 32; second++) {
    await harness.clock.advance(1_000)
    await quick.settled()
  }
  expect(harness.rankings.opened.size).toBe(1)
  await quick.settled()
  slow.socket.terminate()
  await slow.closed
})

test('who was behind and takes again has the newest at once, and nothing in between', async () => {
  harness = await liveHarness(500)
  const slow = await harness.page()
  const columns = Array.from({length: 40}, () => 'comment')
  await slow.openView(1, {columns}, [[0, 500]])
  slow.socket.pause()
  const reported = slow.messages.length
  for (let round = 0; round < 100; round++) {
    for (let row = 0; row < 500; row++) harness.change(row, {comment: `${round} `.repeat(20)})
    harness.rankings.reckon()
    await new Promise((resolve) => setImmediate(resolve))
  }
  slow.socket.resume()
  const last = `99 `.repeat(20)
  while (slow.view(1).cells([0, 500]).at(-1)![0] !== last) await slow.next('view')
  expect(slow.messages.length - reported).toBeLessThan(60)
  expect(
    slow
      .view(1)
      .cells([0, 500])
      .every((cells) => cells!.every((cell) => cell === last)),
  ).toBe(true)
})

test('a page of a user who was deleted is closed, and has to log in again', async () => {
  let isGood = true
  const signIn = () => {
    if (!isGood) throw new CommodarrError('unauthorised', 'No longer.')
    return anyone()
  }
  harness = await liveHarness(1, {authentication: transportFor(signIn)})
  const page = await harness.page()
  await harness.clock.advance(15_000)
  await page.settled()
  isGood = false
  await harness.clock.advance(15_000)
  expect(await page.closed).toMatchObject({code: 4401})
})

test('a page of a user who was deleted is closed in the moment in which that is known, without waiting for the next look', async () => {
  let gone: string | null = null
  const olga = asUserId('u1')
  const signIn = (request: FastifyRequest): Principal => {
    const name = String(request.headers['x-who'])
    if (name === gone) throw new CommodarrError('unauthorised', 'No longer.')
    return {...anyone(), userId: name === 'olga' ? olga : asUserId('u2'), name}
  }
  harness = await liveHarness(1, {authentication: transportFor(signIn)})
  const [page, other] = [await harness.page({'x-who': 'olga'}), await harness.page({'x-who': 'eve'})]
  gone = 'olga'
  harness.reportEnd(olga)
  expect(await page.closed).toMatchObject({code: 4401})
  // The rights of anybody may be others: each is asked, and who still is somebody stays.
  gone = null
  harness.reportEnd(null)
  await other.settled()
  gone = 'eve'
  harness.reportEnd(olga)
  await other.settled()
  harness.reportEnd(null)
  expect(await other.closed).toMatchObject({code: 4401})
})

test.each<[string, Partial<Principal>]>([
  ['somebody else', {name: 'other', actor: {...anyone().actor, name: 'other'}}],
  ['another key', {via: 'api_key', credentialId: 'k2'}],
  ['a user who may not look', {access: {...anyone().access, permits: () => false}}],
])('who is %s now is closed', async (_what, change) => {
  let now = anyone()
  harness = await liveHarness(1, {authentication: transportFor(() => now)})
  const page = await harness.page()
  now = {...now, ...change}
  await harness.clock.advance(15_000)
  expect(await page.closed).toMatchObject({code: 4401})
})

test('a user who has another name now goes on, and hears of what they do; of another key of that name they do not', async () => {
  const keyed = (credentialId: string, name: string): Principal => ({
    ...anyone(),
    actor: {...anyone().actor, origin: 'api', name},
    name,
    via: 'api_key',
    credentialId,
  })
  let now = keyed('k1', 'Ada (key arr)')
  harness = await liveHarness(1, {authentication: transportFor(() => now)})
  const page = await harness.page()
  page.say({type: 'watch', topics: ['actions']})
  await page.settled()
  now = keyed('k1', 'Ada (key sonarr)')
  await harness.clock.advance(15_000)
  const stop = (by: Principal) => harness.parts.actions.run({by, keys: [], command: {verb: 'stop', args: {}}})
  await stop(keyed('k2', 'Ada (key sonarr)'))
  const {id} = await stop(now)
  await page.settled()
  const heard = page.messages.flatMap((it) => (it.type === 'action' ? [it.action] : []))
  expect(heard).toMatchObject([
    {action_id: id, state: 'running'},
    {action_id: id, state: 'done'},
  ])
})

test('that it cannot be found out who a user is ends nothing', async () => {
  let fails = false
  harness = await liveHarness(1, {
    authentication: transportFor(() => {
      if (fails) throw new CommodarrError('storage_busy', 'Later.')
      return anyone()
    }),
  })
  const page = await harness.page()
  fails = true
  await harness.clock.advance(15_000)
  await page.settled()
  expect(harness.logged.join()).toContain('it could not be found out who has a live connection')
})

test('what breaks for one page closes that page alone, and is in the log', async () => {
  harness = await liveHarness(2)
  const [one, other] = [await harness.page(), await harness.page()]
  await one.openView(1, {columns: ['comment']})
  await other.openView(1, {columns: ['size']})
  const broken = () => {
    throw new Error('a torrent that breaks')
  }
  Object.defineProperty(harness.fleet.records[0]!, 'comment', {get: broken})
  harness.rankings.reckon()
  expect(await one.closed).toMatchObject({code: 1011})
  await other.settled()
  expect(harness.rankings.opened.size).toBe(1)
  expect(harness.logged.join()).toContain('a live connection broke')
})

test('whatever way a page goes, nothing of it stays', async () => {
  harness = await liveHarness(1)
  for (const go of ['close', 'terminate'] as const) {
    const page = await harness.page()
    await page.openView(1)
    page.say({type: 'watch', topics: ['servers', 'actions']})
    await page.settled()
    page.socket[go]()
    await page.closed
    await harness.clock.advance(2_000)
    expect(harness.rankings.opened.size).toBe(0)
  }
})

test('when the program stops, pages are asked to come again', async () => {
  harness = await liveHarness(1)
  const page = await harness.page()
  await page.openView(1)
  await harness.http.close()
  expect(await page.closed).toMatchObject({code: 1012})
  expect(harness.rankings.opened.size).toBe(0)
})

test('bytes that are no frames end one connection', async () => {
  harness = await liveHarness(0)
  const {hostname, port} = new URL(harness.address)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  socket.write(handshake('/api/live'))
  await new Promise((resolve) => socket.once('data', resolve))
  const ended = new Promise((resolve) => socket.once('close', resolve))
  socket.resume().write(Buffer.alloc(500, 0xff))
  await ended
  expect((await harness.page()).messages).toHaveLength(1)
})

function anyone(): Principal {
  return {
    actor: {name: 'Ada', origin: 'user', userId: null, address: '127.0.0.1'},
    access: {permits: () => true, may: () => true, everywhere: true, servers: []},
    userId: null,
    name: 'Ada',
    role: 'administrator',
    via: 'session',
    credentialId: 's1',
  }
}

function transportFor(signIn: (request: FastifyRequest) => Principal) {
  return {signIns: [signIn], hosts: [], stranger: () => new CommodarrError('unauthorised', 'Log in.')}
}
