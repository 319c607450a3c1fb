import Fastify from 'fastify'
import {expect, test} from 'vitest'
import {trustedProxies} from '#lib/trusted-proxies.ts'
import {addressOf, httpsCheck} from './hardening.ts'
import {readForwardedHeaders} from './proxies.ts'

const proxy = '10.0.0.2'
const person = '203.0.113.7'

/** What a request from `from` with these headers is taken for. */
async function seen(headers: Record<string, string>, from = proxy, trusted: readonly string[] = [proxy]) {
  const proxies = trustedProxies(trusted)
  const app = Fastify({trustProxy: (address) => proxies.trusts(address)})
  readForwardedHeaders(app, proxies)
  app.get('/', (request) => ({
    address: addressOf(request),
    protocol: request.protocol,
    host: request.host,
    https: httpsCheck({behindHttpsProxy: false})(request),
  }))
  const answer = await app.inject({url: '/', headers: {host: 'inside:6969', ...headers}, remoteAddress: from})
  await app.close()
  return answer.json<object>()
}

const forwarded = {
  'x-forwarded-for': person,
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'fleet.example',
}

test('behind a trusted proxy a request is what the proxy says', async () => {
  const expected = {address: person, protocol: 'https', host: 'fleet.example', https: true}
  expect(await seen(forwarded)).toEqual(expected)
  expect(await seen(forwarded, `::ffff:${proxy}`)).toEqual(expected)
})

test('from any other address the same headers mean nothing', async () => {
  for (const [from, trusted] of [
    [person, [proxy]],
    [proxy, []],
    ['127.0.0.1', []],
  ] as const) {
    expect(await seen({...forwarded, forwarded: 'for=1.2.3.4;proto=https'}, from, trusted)).toEqual({
      address: from,
      protocol: 'http',
      host: 'inside:6969',
      https: false,
    })
  }
})

test.each([
  ['1.2.3.4, 203.0.113.7', person],
  ['1.2.3.4, 203.0.113.7, 10.0.0.2', person],
  ['10.0.0.2, 10.0.0.2', proxy],
  ['203.0.113.7:5678', person],
  ['[2001:db8::1]:443', '2001:db8::1'],
  ['2001:db8::1', '2001:db8::1'],
  ['::ffff:203.0.113.7', person],
  ['unknown', proxy],
  ['1.2.3.4, unknown', proxy],
  ['<script>, 203.0.113.7', person],
  ['', proxy],
  [',', proxy],
])('X-Forwarded-For %s: the request comes from %s', async (value, address) => {
  expect(await seen({'x-forwarded-for': value})).toMatchObject({address})
})

test.each([
  ['https', 'https'],
  ['HTTPS', 'https'],
  ['http, https', 'https'],
  ['https, http', 'http'],
  ['javascript', 'http'],
  ['https://', 'http'],
  ['', 'http'],
])('X-Forwarded-Proto %s is %s', async (value, protocol) => {
  expect(await seen({'x-forwarded-proto': value})).toMatchObject({protocol})
})

test.each([
  ['evil.example, fleet.example', 'fleet.example'],
  ['fleet.example:8443', 'fleet.example:8443'],
  ['me@evil.example', 'inside:6969'],
  ['evil.example/path', 'inside:6969'],
  ['', 'inside:6969'],
])('X-Forwarded-Host %s is %s', async (value, host) => {
  expect(await seen({'x-forwarded-host': value})).toMatchObject({host})
})
