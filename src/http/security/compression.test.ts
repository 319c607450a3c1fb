import {brotliDecompressSync, gunzipSync} from 'node:zlib'
import {afterEach, expect, test} from 'vitest'
import {fakeHarness, hashOf, torrent, type FakeHarness} from '#test/http/http-fakes.ts'

let harness: FakeHarness
afterEach(() => harness.http.close())

const big = '/api/openapi.json'

async function answer(url: string, accepts?: string, method: 'GET' | 'HEAD' = 'GET') {
  const headers = {host: 'localhost', ...(accepts !== undefined && {'accept-encoding': accepts})}
  return harness.http.app.inject({url, method, headers})
}

test.each([
  ['gzip', 'gzip'],
  ['br', 'br'],
  ['gzip, deflate, br, zstd', 'br'],
  ['gzip;q=1, br;q=0.5', 'gzip'],
  ['deflate', undefined],
  ['zstd', undefined],
  ['identity', undefined],
  ['gzip;q=0', undefined],
  ['', undefined],
  [undefined, undefined],
  ['\u00e9;;;q=x,,', undefined],
])('who accepts %j gets %j', async (accepts, encoding) => {
  harness = await fakeHarness()
  const {headers} = await answer(big, accepts)
  expect(headers['content-encoding']).toBe(encoding)
  expect(headers['vary']).toBe('accept-encoding')
})

test('what is compressed is the same answer', async () => {
  harness = await fakeHarness()
  const plain = await answer(big)
  const [gzip, br] = [await answer(big, 'gzip'), await answer(big, 'br')]
  expect(gunzipSync(gzip.rawPayload).toString()).toBe(plain.body)
  expect(brotliDecompressSync(br.rawPayload).toString()).toBe(plain.body)
  expect(gzip.rawPayload.length).toBeLessThan(plain.rawPayload.length / 4)
})

test('small answers stay as they are, and HEAD has no body', async () => {
  harness = await fakeHarness()
  const small = await answer('/api/docs/static/swagger-initializer.js?', 'gzip')
  expect(small.headers['vary']).toBe('accept-encoding')
  const head = await answer(big, 'gzip', 'HEAD')
  expect([head.statusCode, head.body]).toEqual([200, ''])
})

test('only answers that hold no secret are ever compressed', async () => {
  harness = await fakeHarness()
  const values: Record<string, string> = {':id': 'qBit', ':hash': hashOf('b')}
  const compressible: string[] = []
  for (const {method, url} of harness.http.routes) {
    if (method !== 'GET' || url.includes('/docs')) continue
    const {headers} = await answer(
      url.replace(/:\w+/g, (name) => values[name] ?? 'x'),
      'gzip',
    )
    if (headers['vary'] !== undefined) compressible.push(url)
  }
  // Before a line comes here: can it hold a session, a key, a password, an announce address?
  expect(compressible.toSorted()).toEqual([
    '/api/metrics',
    '/api/openapi.json',
    '/api/torrents',
    '/api/torrents/:hash/files',
  ])
})

test('a long list of torrents is compressed as it is written', async () => {
  harness = await fakeHarness()
  for (let at = 0; at < 900; at++) harness.fleet.records.push(torrent('qBit', hashOf('b')))
  const plain = await answer('/api/torrents?limit=1000')
  const gzip = await answer('/api/torrents?limit=1000', 'gzip')
  expect(gunzipSync(gzip.rawPayload).toString()).toBe(plain.body)
  expect(gzip.headers['content-type']).toBe(plain.headers['content-type'])
})
