/** Everything below a path: nothing beside it answers, and no link or description leads out of it. */
import {afterAll, beforeAll, expect, test} from 'vitest'
import {fakeHarness, hashOf, type FakeHarness} from '#test/http/http-fakes.ts'
import {bodyOf, exchange} from '#test/http/raw-socket.fixture.ts'

let harness: FakeHarness
let address: string
beforeAll(async () => {
  harness = await fakeHarness({urlBase: '/fleet/of/mine'})
  ;[address] = (await harness.http.listen({host: '127.0.0.1', port: 0})) as [string]
})
afterAll(() => harness.http.close())

const ask = (url: string) => harness.http.app.inject({url, headers: {host: 'localhost'}})

test.each([
  '/',
  '/health',
  '/api/servers',
  '/fleet',
  '/fleet/of',
  '/fleet/of/mine2/health',
  '/fleet/of/minehealth',
  '/Fleet/of/mine/health',
  '//fleet/of/mine/health',
  '/fleet//of/mine/health',
  '/fleet/of/mine//health',
  '/fleet%2Fof/mine/health',
  '/fleet/of/mine%2Fhealth',
  '/fleet/of/mine/../../../health',
  '/fleet/of/mine/./health',
  '/fleet/of/mine/%2e%2e/mine/health',
  '/fleet/of/mine\\health',
])('%s is nowhere, and it is not said where something is', async (url) => {
  // Over a socket: clients take dots and backslashes out of an address by themselves.
  const answer = await exchange(
    address,
    `GET ${url} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
  )
  expect(bodyOf(answer)).toMatchObject({code: 'not_found', detail: 'There is nothing at this address.'})
  expect(answer).not.toContain('fleet')
})

test.each([
  '',
  '/',
  '/health',
  '/health/',
  '/api/servers',
  '/api/servers/',
  '/api/docs',
  '/api/openapi.json',
])('below the base %j is found', async (path) => {
  expect((await ask(`/fleet/of/mine${path}`)).statusCode).toBe(200)
})

test('every link of the pages leads to something below the base', async () => {
  for (const url of ['/fleet/of/mine', '/fleet/of/mine/api/docs']) {
    const {body} = await ask(url)
    const links = [...body.matchAll(/(?:href|src)="([^"]+)"/g)].map((it) => it[1]!)
    expect(links.length).toBeGreaterThan(0)
    for (const link of links) {
      expect(link).toMatch(/^\/fleet\/of\/mine\//)
      expect((await ask(link)).statusCode).toBe(200)
    }
  }
  const moved = await ask('/fleet/of/mine/api/docs/static/index.html')
  expect([moved.statusCode, moved.headers.location]).toEqual([302, '/fleet/of/mine/api/docs/'])
})

test('every address of the description is one that is there', async () => {
  interface Description {
    readonly servers: readonly {readonly url: string}[]
    readonly paths: Readonly<Record<string, object>>
  }
  const {servers, paths} = (await ask('/fleet/of/mine/api/openapi.json')).json<Description>()
  const [server] = servers
  expect(servers).toHaveLength(1)
  for (const path of Object.keys(paths)) {
    const [base, values] = [server!.url.replace(/\/$/, ''), {id: 'qBit', hash: hashOf('b')}]
    const url = `${base}${path.replace(/\{(\w+)\}/g, (_, name: string) => Reflect.get(values, name) ?? 'x')}`
    // 405 knows the address; of all others the route itself speaks.
    const answer = await harness.http.app.inject({url, method: 'TRACE', headers: {host: 'localhost'}})
    expect([url, answer.statusCode]).toEqual([url, 405])
    expect(String(answer.headers.allow)).toContain(Object.keys(paths[path]!)[0]!.toUpperCase())
  }
})
