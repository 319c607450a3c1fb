import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, expect, test} from 'vitest'
import {fakeHarness, type FakeHarness} from '#test/http/http-fakes.ts'

let harness: FakeHarness
afterEach(() => harness.http.close())

const person = {accept: 'text/html,application/xhtml+xml,*/*;q=0.8'}
const ask = (url: string, headers: Record<string, string> = person) =>
  harness.http.app.inject({url, headers: {host: 'localhost', ...headers}})

test.each(['/', '/torrents', '/torrents?q=ratio%3C1', '/servers/qBit', '/nobody/knows/this'])(
  'a person who opens %s gets the page, which finds out what to show',
  async (url) => {
    harness = await fakeHarness({tokenText: 'a-token-that-is-long-enough'})
    const {statusCode, headers, body} = await ask(url)
    expect([statusCode, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
    expect(headers['cache-control']).toBe('no-store')
    expect(body).toContain('<div id="root">')
  },
)

test.each(['/api/nothing', '/assets/nothing.js', '/api'])(
  'no page stands at %s, for any visitor',
  async (url) => {
    harness = await fakeHarness()
    const {statusCode, headers} = await ask(url)
    expect([statusCode, headers['content-type']]).toEqual([404, 'application/problem+json; charset=utf-8'])
  },
)

test.each([
  ['', '/ui', '/'],
  ['', '/ui/', '/'],
  ['', '/ui/qbit?tab=1', '/'],
  ['/my/fleet', '/my/fleet/ui', '/my/fleet/'],
])('below "%s" a bookmark of qBitrr, %s, leads to %s', async (urlBase, url, to) => {
  harness = await fakeHarness({urlBase})
  for (const headers of [person, {accept: '*/*'}]) {
    const {statusCode, headers: answer} = await ask(url, headers)
    expect([statusCode, answer.location]).toEqual([302, to])
  }
})

test.each(['/', '/ui', '/ui/qbit?tab=1'])(
  'with a base path %s leads people to it, and sends programs nothing',
  async (url) => {
    harness = await fakeHarness({urlBase: '/my/fleet'})
    const {statusCode, headers} = await ask(url, person)
    expect([statusCode, headers.location]).toEqual([302, '/my/fleet/'])
    expect((await ask(url, {accept: '*/*'})).statusCode).toBe(404)
    expect((await ask('/uix', person)).statusCode).toBe(404)
  },
)

test.each([
  ['/api/meta', '/api/status'],
  ['/api/logs', '/api/journal'],
  ['/api/logs/Main.log', '/api/journal'],
  ['/api/arr', '/api/arrs'],
  ['/api/radarr/films/movies', '/api/arrs'],
  ['/web/status', '/api/status'],
  ['/web/meta', '/api/status'],
  ['/web/processes', '/api/processes'],
  ['/web/anything/else', '/api/docs'],
])('an address of qBitrr, %s, is answered as %s', async (url, to) => {
  for (const urlBase of ['', '/my/fleet']) {
    harness = await fakeHarness({urlBase})
    const {statusCode, headers, body} = await ask(`${urlBase}${url}`, {accept: '*/*'})
    expect([statusCode, headers['link']]).toEqual([410, `<${urlBase}${to}>; rel="successor-version"`])
    expect(JSON.parse(body)).toMatchObject({
      code: 'moved',
      detail: `This address of qBitrr is ${urlBase}${to} here.`,
    })
    if (urlBase === '') await harness.http.close()
  }
})

test('a program that asks for what is not there gets that answer', async () => {
  harness = await fakeHarness()
  expect((await ask('/torrents', {accept: 'application/json'})).statusCode).toBe(404)
  const {statusCode} = await harness.http.app.inject({method: 'POST', url: '/torrents', headers: person})
  expect(statusCode).toBe(404)
})

test('the page knows the base path, and leads nowhere else', async () => {
  harness = await fakeHarness({urlBase: '/my/fleet'})
  const {body} = await ask('/my/fleet/torrents')
  expect(body).toContain('content="/my/fleet"')
  expect(body).toContain('src="/my/fleet/assets/index.js"')
  expect(body).not.toMatch(/__BASE__|__NONCE__|"\.\//)
  expect((await ask('/my/fleetother/torrents')).statusCode).toBe(404)
})

test.each([
  ['', '/', ['list', 'edges']],
  ['', '/torrents?q=ratio%3C1', ['list', 'edges']],
  ['/my/fleet', '/my/fleet/torrents', ['list', 'edges']],
  ['', '/journal', ['edges']],
  ['', '/torrents/elsewhere', ['edges']],
  ['/my/fleet', '/my/fleet/servers/list', ['edges']],
  ['', '/login?next=%2Ftorrents', []],
  ['/my/fleet', '/my/fleet/setup', []],
  ['', '/invitation', []],
])('below "%s" the page at %s names and paints at once: %j', async (urlBase, url, there) => {
  harness = await fakeHarness({urlBase})
  const {body} = await ask(url)
  expect(['list', 'edges'].filter((it) => new RegExp(`/${it}\\.js|>${it}<`).test(body))).toEqual(there)
  expect(body).toContain(`${urlBase}/assets/index.js`)
})

test('files of the page are kept by browsers permanently, and come compressed where that is there', async () => {
  harness = await fakeHarness()
  const plain = await ask('/assets/index.js', {accept: '*/*'})
  expect([plain.statusCode, plain.headers['cache-control']]).toEqual([
    200,
    'public, max-age=31536000, immutable',
  ])
  expect(plain.headers['x-content-type-options']).toBe('nosniff')
  const packed = await ask('/assets/index.js', {accept: '*/*', 'accept-encoding': 'br'})
  expect([packed.headers['content-encoding'], packed.headers['content-type']]).toEqual([
    'br',
    'application/javascript; charset=utf-8',
  ])
})

test('its picture is kept for a day, so that no address of a page asks for it again', async () => {
  harness = await fakeHarness()
  const {headers} = await ask('/icon.svg', {accept: '*/*'})
  expect(headers).toMatchObject({'content-type': 'image/svg+xml', 'cache-control': 'public, max-age=86400'})
})

test('without built pages it says what to do, and everything else goes on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'commodarr-pages-'))
  harness = await fakeHarness({webFolder: folder})
  rmSync(folder, {recursive: true})
  const {statusCode, body} = await ask('/')
  expect([statusCode, body]).toEqual([503, expect.stringContaining('npm start')])
  expect((await ask('/health')).statusCode).toBe(200)
})
