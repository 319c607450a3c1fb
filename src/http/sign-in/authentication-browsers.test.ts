/** What browsers, proxies and tricks at the door come to. Keys and tokens alone are in `authentication.test.ts`. */
import type {FastifyRequest} from 'fastify'
import {afterAll, beforeAll, beforeEach, expect, test} from 'vitest'
import type {Principal} from '#model/access.ts'
import {fakeHarness, hashOf, signInByToken, type FakeHarness} from '#test/http/http-fakes.ts'
import type {Surroundings} from '../security/hardening.ts'
import type {AuthenticationDeps} from './authentication.ts'

/** Houses that were built, by what their door differs in: building one takes longer than asking it. */
const houses = new Map<string, FakeHarness>()
let open: FakeHarness
beforeAll(async () => {
  open = await fakeHarness()
  houses.set('', open)
})
beforeEach(() => {
  for (const {executor} of houses.values()) executor.orders.length = 0
})
afterAll(async () => {
  for (const harness of houses.values()) await harness.http.close()
})

const token = 'a-token-of-some-length'
const stop = {method: 'POST', url: `/api/torrents/${hashOf('b')}/stop`} as const

/** A house whose door differs so from the open one; `change` must take nothing from around it. */
async function harnessWith(
  change: (transport: AuthenticationDeps) => Partial<AuthenticationDeps>,
  surroundings: Partial<Surroundings> = {},
): Promise<FakeHarness> {
  const key = `${change.toString()} ${JSON.stringify(surroundings)}`
  const harness =
    houses.get(key) ??
    (await fakeHarness({
      authentication: {...open.parts.authentication, ...change(open.parts.authentication)},
      surroundings: {trustedProxies: [], behindHttpsProxy: false, ...surroundings},
    }))
  houses.set(key, harness)
  return harness
}

/** Everybody comes in so. */
function as(via: Principal['via'], {signIns}: AuthenticationDeps): AuthenticationDeps['signIns'] {
  return [async (request) => ({...(await signIns[0]!(request))!, via})]
}

/** Everybody comes in by a cookie. */
function byCookie({signIns}: AuthenticationDeps): AuthenticationDeps['signIns'] {
  return [
    (request) => {
      request.cookieToken = 'of-the-session'
      return signIns[0]!(request)
    },
  ]
}

async function statusOf(harness: FakeHarness, headers: Record<string, string>, request: object = stop) {
  return (await harness.http.app.inject({...request, headers: {host: 'localhost', ...headers}})).statusCode
}

/* ───────────────────────────── names ───────────────────────────── */

test.each([
  ['fleet.example', 200],
  ['FLEET.example:8443', 200],
  ['fleet.example.', 200],
  ['a.example.org', 200],
  ['localhost:6969', 200],
  ['example.org', 403],
  ['evil.example', 403],
  ['fleet.example.evil', 403],
  ['10.0.0.5', 403],
  ['fleet.example, evil.example', 400],
  ['me@fleet.example', 400],
  ['fleet.example/', 400],
])('with a list of names the Host %j is answered with %d, whatever is asked', async (host, status) => {
  const harness = await harnessWith(() => ({hosts: ['fleet.example', '*.example.org']}))
  for (const url of ['/', '/health', '/api/servers', '/api/openapi.json']) {
    expect(await statusOf(harness, {host}, {url})).toBe(status)
  }
})

const proxy = {trustedProxies: ['127.0.0.1']}

test.each([
  ['fleet.example', 'fleet.example', 200],
  ['10.0.0.5:6969', 'fleet.example', 200],
  ['commodarr:6969', 'fleet.example', 200],
  ['evil.example', 'fleet.example', 403],
  ['fleet.example', 'evil.example', 403],
  ['commodarr:6969', 'evil.example', 403],
  ['commodarr:6969', 'commodarr:6969', 403],
])('called %s by a proxy that was called %s: %d', async (host, forwarded, status) => {
  const harness = await harnessWith(() => ({hosts: ['fleet.example']}), proxy)
  expect(await statusOf(harness, {host, 'x-forwarded-host': forwarded}, {url: '/api/servers'})).toBe(status)
})

test('without a login a page on this machine cannot pretend to be a proxy that was called right', async () => {
  const harness = await harnessWith(() => ({}), proxy)
  const lie = {host: 'rebound.example:6969', 'x-forwarded-host': 'localhost'}
  expect(await statusOf(harness, lie)).toBe(403)
  expect(await statusOf(harness, {host: 'localhost', 'x-forwarded-host': 'rebound.example'})).toBe(403)
  expect(harness.executor.orders).toEqual([])
})

/* ───────────────────────────── pages ───────────────────────────── */

const here = 'fleet.example:6969'

test.each<[string, Record<string, string>, number]>([
  ['a program', {}, 200],
  ['our page', {'sec-fetch-site': 'same-origin', origin: `http://${here}`}, 200],
  [
    'our page behind a proxy that changes the Host',
    {'sec-fetch-site': 'same-origin', origin: 'https://x'},
    200,
  ],
  ['the person', {'sec-fetch-site': 'none'}, 200],
  ['our page in an older browser', {origin: `http://${here}`}, 200],
  ['our page behind an unknown proxy with HTTPS', {origin: `https://${here}`}, 200],
  ['our page in a very old browser', {referer: `http://${here}/servers?x=1`}, 200],
  ['a page of another port', {origin: 'http://fleet.example:3000'}, 403],
  ['a page of a name that looks like ours', {origin: `http://${here}.evil.example`}, 403],
  ['a page with our name as user', {origin: `http://${here}@evil.example`}, 403],
  ['a page without an origin', {origin: 'null'}, 403],
  ['a page whose origin is garbage', {origin: 'fleet.example:6969'}, 403],
  ['an empty origin', {origin: ''}, 403],
  ['a foreign page', {'sec-fetch-site': 'cross-site'}, 403],
  ['a page of the same site', {'sec-fetch-site': 'same-site', origin: 'http://other.fleet.example'}, 403],
  ['a word that no browser says', {'sec-fetch-site': 'same-origin, cross-site'}, 403],
  ['a foreign page in a very old browser', {referer: 'https://evil.example/'}, 403],
  ['a file in a very old browser', {referer: 'file:///tmp/x.html'}, 403],
])('%s asks for a change with a proof that browsers send automatically', async (_who, headers, status) => {
  for (const harness of [
    await harnessWith((transport) => ({hosts: [], signIns: as('local', transport)})),
    await harnessWith((transport) => ({hosts: [], signIns: as('proxy', transport)})),
    await harnessWith((transport) => ({hosts: [], signIns: as('session', transport)})),
  ]) {
    expect(await statusOf(harness, {host: here, ...headers})).toBe(status)
    expect(harness.executor.orders).toHaveLength(status === 200 ? 1 : 0)
  }
})

test('a key is sent by no foreign page on its own, so it needs no proof of the page', async () => {
  for (const harness of [
    await harnessWith((transport) => ({signIns: as('token', transport)})),
    await harnessWith((transport) => ({signIns: as('api_key', transport)})),
  ]) {
    expect(await statusOf(harness, {origin: 'https://evil.example', 'sec-fetch-site': 'cross-site'})).toBe(
      200,
    )
  }
})

test('a stranger is not let log in from a foreign page', async () => {
  const harness = await harnessWith(() => ({signIns: [() => null]}))
  expect(await statusOf(harness, {origin: 'https://evil.example'})).toBe(403)
  expect(await statusOf(harness, {})).toBe(401)
})

test.each([
  [{'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors'}, 403],
  [{'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors'}, 403],
  [{'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'websocket'}, 403],
  [{origin: 'https://evil.example'}, 403],
  [{'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate'}, 200],
  [{'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors'}, 200],
  [{referer: 'https://elsewhere.example/link'}, 200],
])('with %j something is read on behalf of any user of the browser: %d', async (headers, status) => {
  const harness = await harnessWith((transport) => ({signIns: as('session', transport)}))
  expect(await statusOf(harness, headers, {url: '/api/torrents?q=secret'})).toBe(status)
})

test('strangers and foreign pages may know that we live', async () => {
  const harness = await harnessWith(() => ({signIns: [() => null]}))
  expect(await statusOf(harness, {'sec-fetch-site': 'cross-site'}, {url: '/health'})).toBe(200)
})

test.each([
  [{behindHttpsProxy: true}, {}, 'http', 403],
  [{behindHttpsProxy: true}, {}, 'https', 200],
  [proxy, {'x-forwarded-proto': 'https'}, 'http', 403],
  [proxy, {'x-forwarded-proto': 'https'}, 'https', 200],
  [proxy, {'x-forwarded-proto': 'https', 'x-forwarded-host': 'other.example'}, 'https', 403],
  [{}, {'x-forwarded-host': 'other.example'}, 'https', 200],
])('with %j and %j a page by %s is ours: %d', async (surroundings, headers, scheme, status) => {
  const harness = await harnessWith(
    (transport) => ({hosts: [], signIns: as('session', transport)}),
    surroundings,
  )
  const origin = `${scheme}://fleet.example`
  expect(await statusOf(harness, {host: 'fleet.example', origin, ...headers})).toBe(status)
})

test('behind a trusted proxy the page is that of the name the proxy was called by', async () => {
  const harness = await harnessWith(
    (transport) => ({hosts: ['fleet.example'], signIns: as('session', transport)}),
    proxy,
  )
  const called = {
    host: '10.0.0.5:6969',
    'x-forwarded-host': 'fleet.example:443',
    'x-forwarded-proto': 'https',
  }
  expect(await statusOf(harness, {...called, origin: 'https://fleet.example'})).toBe(200)
  expect(await statusOf(harness, {...called, origin: 'https://fleet.example:8443'})).toBe(403)
})

test('a change by cookie without the token of its session is refused, also from our own page', async () => {
  const harness = await harnessWith((transport) => ({signIns: byCookie(transport)}))
  const answer = await harness.http.app.inject({
    ...stop,
    headers: {host: 'localhost', 'sec-fetch-site': 'same-origin'},
  })
  expect([answer.statusCode, answer.json()]).toMatchObject([403, {code: 'csrf_refused'}])
  expect(await statusOf(harness, {}, {url: '/api/servers'})).toBe(200)
})

/* ───────────────────────────── tricks ───────────────────────────── */

test('no header and no parameter makes a change of a reading', async () => {
  const harness = await harnessWith(() => ({}))
  for (const name of ['x-http-method-override', 'x-http-method', 'x-method-override']) {
    expect(await statusOf(harness, {[name]: 'POST'}, {url: stop.url})).toBe(405)
    expect(await statusOf(harness, {[name]: 'DELETE'}, {url: `/api/torrents/${hashOf('b')}`})).toBe(200)
  }
  expect(await statusOf(harness, {}, {url: `${stop.url}?_method=POST`})).toBe(405)
  expect(harness.executor.orders).toEqual([])
})

test('nothing that is only read changes anything', async () => {
  const harness = await harnessWith(() => ({}))
  const values: Record<string, string> = {':id': 'qBit', ':hash': hashOf('b')}
  const reading = harness.http.routes.filter(({method}) => method === 'GET' || method === 'HEAD')
  for (const {method, url} of reading) {
    const path = url.replace(/:\w+/g, (name) => values[name] ?? 'x')
    await harness.http.app.inject({method: method as 'GET', url: path, headers: {host: 'localhost'}})
  }
  expect(reading.length).toBeGreaterThan(40)
  expect(
    harness.executor.orders.length + harness.executor.serverOrders.length + harness.executor.added.length,
  ).toBe(0)
})

/* ───────────────────────────── ?token= ───────────────────────────── */

const withToken = (inQuery: boolean) =>
  inQuery
    ? harnessWith((transport) => ({hosts: [], signIns: [signInByToken(token, holderOf(transport), true)]}))
    : harnessWith((transport) => ({hosts: [], signIns: [signInByToken(token, holderOf(transport))]}))

function holderOf({signIns}: AuthenticationDeps): (address: string) => Principal {
  return (ip) => ({...(signIns[0]!({ip} as FastifyRequest) as Principal), via: 'token'})
}

test('the token in the address counts only where that is wished for', async () => {
  const wished = await withToken(true)
  expect(await statusOf(wished, {}, {url: `/api/servers?token=${token}`})).toBe(200)
  expect(await statusOf(wished, {}, {url: `/api/torrents?limit=1&token=${token}`})).toBe(200)
  expect(await statusOf(wished, {}, {url: `/api/servers?token=${token}x`})).toBe(401)
  expect(await statusOf(wished, {}, {url: `/api/servers?token=${token}&token=${token}`})).toBe(401)
  const other = await withToken(false)
  expect(await statusOf(other, {}, {url: `/api/servers?token=${token}`})).toBe(401)
})

test('a token in the address is shown to no one: no answer, no log, no Referer', async () => {
  for (const inQuery of [true, false]) {
    const harness = await withToken(inQuery)
    for (const path of [
      '/',
      '/api/servers',
      '/api/torrents?colour=red',
      '/api/nothing',
      '/api/servers/%E0%A4%A',
    ]) {
      const url = `${path}${path.includes('?') ? '&' : '?'}token=${token}`
      const answer = await harness.http.app.inject({url, headers: {host: 'localhost', 'x-api-token': 'x'}})
      expect(answer.body + JSON.stringify(answer.headers)).not.toContain(token)
      expect(answer.headers['referrer-policy']).toBe('no-referrer')
    }
    expect(harness.logged.join('')).not.toContain(token)
  }
})
