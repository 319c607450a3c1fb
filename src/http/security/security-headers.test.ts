import type {InjectOptions} from 'fastify'
import {afterEach, expect, test} from 'vitest'
import {fakeHarness, hashOf, type FakeHarness} from '#test/http/http-fakes.ts'
import type {HttpDeps} from '../parts.ts'
import {pagePolicy} from './security-headers.ts'

let harness: FakeHarness
afterEach(() => harness.http.close())

const json = {host: 'localhost', 'content-type': 'application/json'}
const breaking = {
  limits: async () => {
    throw new TypeError('secret thing is undefined')
  },
} as unknown as HttpDeps['reader']

/** Every way an answer comes about. */
const answers: readonly (readonly [string, number, InjectOptions])[] = [
  ['a page', 200, {url: '/'}],
  ['the page of the API', 200, {url: '/api/docs'}],
  ['a file of that page', 200, {url: '/api/docs/static/index.css'}],
  ['JSON', 200, {url: '/api/servers'}],
  ['HEAD', 200, {url: '/api/servers', method: 'HEAD'}],
  ['nothing', 204, {url: '/api/servers/qBit/limits', method: 'PATCH', headers: json, payload: {up: null}}],
  ['a file', 200, {url: `/api/torrents/${hashOf('c')}/export`}],
  ['an unknown address', 404, {url: '/api/nothing'}],
  ['an unknown file', 404, {url: '/api/docs/static/nothing.js'}],
  ['a way out of the folder of files', 404, {url: '/api/docs/static/..%2f..%2f..%2fpackage.json'}],
  ['another method', 405, {url: '/api/servers', method: 'DELETE'}],
  ['OPTIONS', 405, {url: '/api/servers', method: 'OPTIONS'}],
  ['TRACE', 405, {url: '/api/servers', method: 'TRACE'}],
  ['an address that cannot be read', 400, {url: '/api/servers/%E0%A4%A'}],
  ['a name that is too long', 400, {url: `/api/servers/${'x'.repeat(300)}`}],
  ['an address that is too long', 400, {url: `/api/servers?x=${'x'.repeat(9_000)}`}],
  ['NUL in the address', 400, {url: '/api/servers?x=%00'}],
  ['a wrong parameter', 400, {url: '/api/torrents?limit=x'}],
  ['a wrong Host', 403, {url: '/api/servers', headers: {host: 'rebound.example'}}],
  ['an absurd Host', 403, {url: '/api/servers', headers: {host: 'a b'}}],
  ['a foreign page', 403, {url: '/api/torrents', method: 'POST', headers: {origin: 'https://evil.example'}}],
  ['a body that is too large', 413, post(' '.repeat(1024 * 1024 + 1))],
  ['no JSON', 400, post('{"a":')],
  ['JSON that is too deep', 400, post('['.repeat(100))],
  ['a body of another kind', 415, {...post('x'), headers: {...json, 'content-type': 'text/xml'}}],
  ['a compressed body', 415, {...post('x'), headers: {...json, 'content-encoding': 'gzip'}}],
  ['what nobody foresaw', 500, {url: '/api/servers/qBit/limits'}],
]

function post(payload: string): InjectOptions {
  return {url: '/api/torrents/actions', method: 'POST', headers: json, payload}
}

test.each(answers)('%s carries every protecting header', async (what, status, request) => {
  harness = await fakeHarness(what === 'what nobody foresaw' ? {reader: breaking} : {})
  const answer = await harness.http.app.inject({headers: {host: 'localhost'}, ...request})
  expect(answer.statusCode).toBe(status)
  expect(answer.headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
    'permissions-policy': expect.stringContaining('camera=()'),
  })
  const policy = String(answer.headers['content-security-policy'])
  expect(policy).toMatch(
    /^default-src 'none'; .*frame-ancestors 'none'; base-uri 'none'; form-action 'none'$/,
  )
  expect(policy).not.toContain('unsafe')
  expect(answer.headers['strict-transport-security']).toBeUndefined()
  expect(answer.headers['x-powered-by'] ?? answer.headers['server']).toBeUndefined()
})

test.each(answers.filter(([, status]) => status >= 400))(
  '%s is answered with a problem document that shows nothing of us',
  async (what, status, request) => {
    harness = await fakeHarness(what === 'what nobody foresaw' ? {reader: breaking} : {})
    const answer = await harness.http.app.inject({headers: {host: 'localhost'}, ...request})
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(answer.json()).toMatchObject({status, code: expect.any(String), detail: expect.any(String)})
    expect(answer.body).not.toMatch(/node_modules|\.ts\b|at Object|secret thing|FST_|\/src\//)
    expect(answer.body.length).toBeLessThan(5_000)
  },
)

test('nothing of the API may be kept by a browser', async () => {
  harness = await fakeHarness()
  for (const url of ['/api/servers', '/api/torrents', '/api/openapi.json', '/health']) {
    expect((await harness.http.app.inject(url)).headers['cache-control']).toBe('no-store')
  }
})

test('the page loads what is ours alone; styles in it need the nonce of this very answer', async () => {
  harness = await fakeHarness()
  const answers = [await harness.http.app.inject('/'), await harness.http.app.inject('/')]
  const nonces = answers.map(({body}) => /nonce="([^"]+)"/.exec(body)![1]!)
  expect(nonces[0]).not.toBe(nonces[1])
  answers.forEach(({headers, body}, at) => {
    const policy = pagePolicy({own: true, nonce: nonces[at]!})
    expect(headers['content-security-policy']).toBe(policy)
    expect(policy).toContain(`style-src 'self' 'nonce-${nonces[at]}'`)
    expect(policy).not.toContain('unsafe')
    expect(body).not.toMatch(/style="|\son\w+="/)
  })
})

test('besides it only the pages of the API load anything, and only from us', async () => {
  harness = await fakeHarness()
  const policy = async (url: string) =>
    String((await harness.http.app.inject(url)).headers['content-security-policy'])
  expect(await policy('/api/docs')).toBe(pagePolicy({own: true}))
  expect(pagePolicy({own: true})).toContain("script-src 'self'; img-src 'self' data:;")
  for (const url of [
    '/api/docs/json',
    '/api/docs/static/logo.svg',
    '/api/servers',
    '/health',
    '/api/docs/x',
  ]) {
    expect(await policy(url)).not.toContain('self')
  }
})

test.each([
  ['BehindHttpsProxy', {trustedProxies: [], behindHttpsProxy: true}, 'http', true],
  [
    'a trusted proxy that says https',
    {trustedProxies: ['127.0.0.1'], behindHttpsProxy: false},
    'https',
    true,
  ],
  ['a trusted proxy that says http', {trustedProxies: ['127.0.0.1'], behindHttpsProxy: false}, 'http', false],
  ['a client that says https', {trustedProxies: [], behindHttpsProxy: false}, 'https', false],
])('with %s browsers are ordered to stay with HTTPS: %s', async (_what, surroundings, says, expected) => {
  harness = await fakeHarness({surroundings})
  const headers = {host: 'localhost', 'x-forwarded-proto': says}
  for (const url of ['/', '/api/servers', '/api/nothing']) {
    const answer = await harness.http.app.inject({url, headers})
    expect(answer.headers['strict-transport-security']).toBe(expected ? 'max-age=31536000' : undefined)
  }
})

test('no page from elsewhere is let read anything: no CORS, and what it asks beforehand is refused', async () => {
  harness = await fakeHarness()
  const headers = {
    host: 'localhost',
    origin: 'https://evil.example',
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'content-type,x-api-token',
  }
  for (const method of ['OPTIONS', 'GET', 'POST'] as const) {
    for (const url of ['/', '/health', '/api/servers', '/api/torrents', '/api/nothing', '/api/docs']) {
      const answer = await harness.http.app.inject({method, url, headers})
      const names = Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))
      expect(names).toEqual([])
      expect(answer.statusCode).toBe(403)
    }
  }
})
