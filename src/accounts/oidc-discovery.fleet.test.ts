import {createServer, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {Discovery} from './oidc-discovery.ts'
import {readOidcSettings} from './oidc-settings.ts'

let server: Server
let origin: string
let clock: VirtualClock
let asked: string[]
let status: number
let warned: object[]
/** How the provider calls itself, after its origin. */
let issuerPath: string

beforeEach(async () => {
  ;[clock, asked, warned, status, issuerPath] = [new VirtualClock(), [], [], 200, '']
  server = createServer((request, response) => {
    asked.push(request.url!)
    const issuer = `${origin}${issuerPath}`
    const body = {issuer, authorization_endpoint: `${origin}/auth`, token_endpoint: `${origin}/token`}
    response.writeHead(status, {'content-type': 'application/json'}).end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(() => {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(resolve))
})

function discovery(path = '', RequireHttpsMetadata = false): Discovery {
  const settings = readOidcSettings({
    Authority: `${origin}${path}`,
    ClientId: 'x',
    ClientSecret: null,
    Scopes: '',
    CallbackPath: '/back',
    RequireHttpsMetadata,
    GroupsClaim: 'groups',
    DefaultRole: '',
    AdministratorGroups: [],
    MemberGroups: [],
    ViewerGroups: [],
  })
  return new Discovery(
    settings,
    clock,
    () => 1,
    (about) => warned.push(about),
  )
}

const issuerOf = async (it: Discovery) => (await it.configuration()).serverMetadata().issuer

test.each([
  ['/o/app', '/o/app'],
  ['/o/app', '/o/app/'],
  ['/o/app/', '/o/app'],
  ['/o/app/.well-known/openid-configuration', '/o/app/'],
  ['', ''],
  ['/', ''],
])('a provider written as %j that calls itself %j is found', async (written, own) => {
  issuerPath = own
  expect(await issuerOf(discovery(written))).toBe(`${origin}${own}`)
})

test.each([
  ['/o/app', '/o/other'],
  ['/o/app', ''],
  ['', '/o/app'],
])('a provider written as %j that calls itself %j is another one', async (written, own) => {
  issuerPath = own
  await expect(discovery(written).configuration()).rejects.toMatchObject({code: 'provider_failed'})
})

test('the provider is not asked before a user wants to log in, and then once in an hour', async () => {
  const it = discovery()
  expect(asked).toEqual([])
  await Promise.all([it.configuration(), it.configuration(), it.configuration()])
  await clock.advance(3_599_999)
  await it.configuration()
  expect(asked).toHaveLength(1)
  await clock.advance(1)
  await it.configuration()
  expect(asked).toHaveLength(2)
})

test('what was known is good enough while the provider does not answer', async () => {
  const it = discovery()
  await it.configuration()
  status = 500
  await clock.advance(3_600_000)
  expect(await issuerOf(it)).toBe(origin)
  expect(await issuerOf(it)).toBe(origin)
  expect([asked.length, warned.length]).toEqual([2, 1])
})

test('while nothing is known it is asked again after pauses that grow up to a minute', async () => {
  status = 503
  const it = discovery()
  const pauses: number[] = []
  for (let i = 0; i < 7; i++) {
    const before = asked.length
    let waited = 0
    while (asked.length === before) {
      await expect(it.configuration()).rejects.toMatchObject({code: 'provider_failed'})
      if (asked.length > before) break
      await clock.advance(1_000)
      waited += 1
    }
    pauses.push(waited)
  }
  expect(pauses).toEqual([0, 2, 4, 8, 16, 32, 60])
  status = 200
  await clock.advance(60_000)
  expect(await issuerOf(it)).toBe(origin)
})
