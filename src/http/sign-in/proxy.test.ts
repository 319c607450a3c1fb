import {get} from 'node:http'
import type {AddressInfo} from 'node:net'
import type {FastifyInstance} from 'fastify'
import {afterEach, expect, test} from 'vitest'
import {fakeServers, person} from '#accounts/people.fixture.ts'
import {allowedHosts} from '#lib/host-names.ts'
import {trustedProxies} from '#lib/trusted-proxies.ts'
import {principalOf, routeRig} from '#test/http/rig.fixture.ts'
import {forVisitors} from '../security/route-access.ts'
import {proxySignIn} from './proxy.ts'

let app: FastifyInstance
let reported: string[]
let asked: string[]
afterEach(() => app.close())

async function rig(
  trusted: readonly string[],
  trustProxy = false,
  names = ['localhost', 'x'],
): Promise<void> {
  reported = []
  asked = []
  app = await routeRig({
    fastify: {trustProxy},
    signIns: [
      proxySignIn(
        'Remote-User',
        trustedProxies(trusted),
        allowedHosts(names).lists,
        {
          principalOf: async (name, address) => {
            asked.push(`${name} from ${address}`)
            return principalOf(person(name, 'member'), fakeServers({}), {via: 'proxy'})
          },
        },
        (address) => reported.push(address),
      ),
    ],
    routes: [
      async (api) => {
        api.get('/me', {config: forVisitors}, async ({principal}) => ({name: principal.name}))
        api.post('/me', {config: forVisitors}, async ({principal}) => ({name: principal.name}))
      },
    ],
  })
}

type Headers = Record<string, string | string[]>
const ask = async (remoteAddress: string, headers: Headers, method: 'GET' | 'POST' = 'GET') => {
  const answer = await app.inject({method, url: '/api/me', remoteAddress, headers})
  return [answer.statusCode, answer.json().name ?? answer.json().code]
}
const mia = {'remote-user': 'mia'}

test.each([
  ['10.0.0.2', ['10.0.0.2']],
  ['::ffff:10.0.0.2', ['10.0.0.2']],
  ['10.9.8.7', ['10.0.0.0/8']],
  ['fd00::2', ['fd00::/64']],
])('the header is believed from %s when %j is trusted', async (address, trusted) => {
  await rig(trusted)
  expect(await ask(address, mia)).toEqual([200, 'mia'])
})

test.each([
  ['192.0.2.9', ['10.0.0.0/8']],
  ['10.0.0.3', ['10.0.0.2']],
  ['::ffff:192.0.2.9', ['10.0.0.0/8']],
  ['fd01::2', ['fd00::/64']],
  ['127.0.0.1', []],
  ['127.0.0.1', ['nonsense']],
])('from %s no header is believed when only %j is trusted', async (address, trusted) => {
  await rig(trusted)
  expect(await ask(address, mia)).toEqual([401, 'unauthorised'])
  expect(asked).toEqual([])
})

test('a request that only says that it comes by the proxy is not believed, even where X-Forwarded-For is', async () => {
  await rig(['10.0.0.2'], true)
  const lies = [
    {'x-forwarded-for': '10.0.0.2'},
    {'x-forwarded-for': '10.0.0.2, 10.0.0.2'},
    {'x-real-ip': '10.0.0.2'},
    {forwarded: 'for=10.0.0.2'},
  ]
  for (const lie of lies) expect(await ask('192.0.2.9', {...mia, ...lie})).toEqual([401, 'unauthorised'])
  expect(asked).toEqual([])
})

test('who comes by the proxy is known by the address that the proxy names', async () => {
  await rig(['10.0.0.2'], true)
  expect(await ask('10.0.0.2', {...mia, 'x-forwarded-for': '192.0.2.9'})).toEqual([200, 'mia'])
  expect(asked).toEqual(['mia from 192.0.2.9'])
})

test('a stranger with the header is logged once, and is answered like all others', async () => {
  await rig(['10.0.0.2'])
  for (let i = 0; i < 3; i++) await ask('192.0.2.9', mia)
  await ask('192.0.2.10', mia)
  expect(reported).toEqual(['192.0.2.9'])
})

test('a header that is there twice names no user', async () => {
  await rig(['10.0.0.2'])
  for (const names of [
    ['mia', 'ada'],
    ['mia', 'mia'],
    ['', 'ada'],
  ]) {
    expect(await ask('10.0.0.2', {'remote-user': names})).toEqual([401, 'unauthorised'])
  }
  expect(asked).toEqual([])
})

test('over a real connection, too, two lines are two people, however they are spelled', async () => {
  await rig(['127.0.0.1'])
  await app.listen({host: '127.0.0.1', port: 0})
  const status = (...lines: string[]) =>
    new Promise<number | undefined>((resolve, reject) => {
      const {port} = app.server.address() as AddressInfo
      const headers = ['Host', 'x', 'Connection', 'close', ...lines]
      const request = get({host: '127.0.0.1', port, path: '/api/me', headers})
      request.on('error', reject).on('response', (answer) => resolve(answer.resume().statusCode))
    })
  expect(await status('Remote-User', 'mia')).toBe(200)
  expect(await status('Remote-User', 'mia', 'remote-user', 'ada')).toBe(401)
  expect(asked).toEqual(['mia from 127.0.0.1'])
})

test('other spellings of the header are other headers', async () => {
  await rig(['10.0.0.2'])
  expect(await ask('10.0.0.2', {remote_user: 'mia', remoteuser: 'mia'})).toEqual([401, 'unauthorised'])
  expect(await ask('10.0.0.2', {'REMOTE-USER': 'mia'})).toEqual([200, 'mia'])
})

test('an empty header is no user: the next way to sign in is asked', async () => {
  await rig(['10.0.0.2'])
  expect(await ask('10.0.0.2', {'remote-user': ''})).toEqual([401, 'unauthorised'])
  expect(asked).toEqual([])
})

test('a page from elsewhere cannot use that the browser is logged in at the proxy', async () => {
  await rig(['10.0.0.2'])
  const foreign = {...mia, origin: 'https://evil.example'}
  expect(await ask('10.0.0.2', foreign, 'POST')).toEqual([403, 'forbidden'])
  expect(await ask('10.0.0.2', mia, 'POST')).toEqual([200, 'mia'])
})

test.each([
  ['a proxy that calls us by loopback, whatever was called', {host: '127.0.0.1:6969'}, 401],
  ['a proxy on this machine that passes on a borrowed name', {host: 'evil.example'}, 401],
  ['a proxy that passes on the name', {host: 'fleet.example'}, 200],
  ['a proxy that sends it beside', {host: '127.0.0.1:6969', 'x-forwarded-host': 'fleet.example:443'}, 200],
  ['a proxy that sends a borrowed one', {host: 'fleet.example', 'x-forwarded-host': 'evil.example'}, 401],
])('%s is believed only with a name that is listed', async (_which, headers, status) => {
  await rig(['10.0.0.2'], true, ['fleet.example'])
  expect((await ask('10.0.0.2', {...mia, ...headers}))[0]).toBe(status)
  expect(asked).toHaveLength(status === 200 ? 1 : 0)
})
