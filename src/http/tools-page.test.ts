/** What docs/use/tools.md tells people to copy works as it is written. */
import {readFileSync} from 'node:fs'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {parse} from 'yaml'
import {fakeHarness, type FakeHarness} from '#test/http/http-fakes.ts'

const KEY = 'cmdr_KEY'
const page = readFileSync(new URL('../../docs/use/tools.md', import.meta.url), 'utf8')

interface Snippet {
  readonly url?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly mappings?: readonly {readonly field: string}[]
  readonly template?: string
  readonly widget?: Snippet
  readonly endpoint?: string
  readonly data?: string
  readonly scrape_configs?: readonly [
    {readonly metrics_path: string; readonly authorization: {readonly credentials: string}},
  ]
}

/** By the heading above it. */
function snippet(heading: string): Snippet {
  const [, text] = new RegExp(`^## ${heading}\\n[\\s\\S]*?\`\`\`yaml\\n([\\s\\S]*?)\`\`\``, 'm').exec(page)!
  const read = parse(text!) as Snippet
  return read.widget ?? read
}

let harness: FakeHarness
beforeAll(async () => {
  harness = await fakeHarness({tokenText: KEY})
})
afterAll(() => harness.http.close())

const pathOf = (url: string) => url.slice(url.indexOf('/', 'http://'.length))

async function read({url, headers}: Snippet): Promise<unknown> {
  const given = {host: 'commodarr:6969', ...headers}
  const answer = await harness.http.app.inject({url: pathOf(url!), headers: given})
  expect(answer.statusCode).toBe(200)
  return answer.json()
}

const at = (answer: unknown, path: string) =>
  path.split('.').reduce((part, name) => (part as Record<string, unknown>)[name], answer)

test('Homepage finds each field that it shows', async () => {
  const shown = snippet('Homepage')
  const answer = await read(shown)
  expect(shown.mappings!.map(({field}) => typeof at(answer, field))).toEqual(['number', 'number', 'number'])
})

test('Glance finds each field that it shows', async () => {
  const shown = snippet('Glance')
  const answer = await read(shown)
  const fields = [...shown.template!.matchAll(/\.JSON\.Int "([^"]+)"/g)].map((it) => it[1]!)
  expect(fields.map((field) => typeof at(answer, field))).toEqual(Array(4).fill('number'))
})

test('Prometheus scrapes, and the figure of the page is there', async () => {
  const [{metrics_path: url, authorization}] = snippet('Prometheus and Grafana').scrape_configs!
  const headers = {host: 'commodarr:6969', authorization: `Bearer ${authorization.credentials}`}
  const answer = await harness.http.app.inject({url, headers})
  expect(answer.statusCode).toBe(200)
  const [, figure] = /`sum\((\w+)\)`/.exec(page)!
  expect(answer.body).toContain(`\n${figure}{`)
})

test('autobrr adds what it announces', async () => {
  const {endpoint, data} = snippet('autobrr')
  const [, user, host] = /^http:\/\/([^@]+)@([^/]+)/.exec(endpoint!)!
  const answer = await harness.http.app.inject({
    method: 'POST',
    url: pathOf(endpoint!),
    headers: {
      host,
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(user!).toString('base64')}`,
    },
    payload: data!.replace('{{ .TorrentUrl }}', 'https://tracker.example/1.torrent'),
  })
  expect(answer.statusCode).toBe(201)
  expect(harness.executor.added).toMatchObject([{serverId: 'qBit', add: {category: 'tv'}}])
})

test('each old address of the page is described as the page describes it', async () => {
  const rows = [...page.matchAll(/^\| (`\/api.*`) \| `([^`]+)`/gm)]
  expect(rows.length).toBeGreaterThan(3)
  for (const [, old, to] of rows) {
    for (const [, url] of old!.matchAll(/`([^`]+)`/g)) {
      const {statusCode, headers} = await harness.http.app.inject(url!.replace('…', 'x'))
      expect([url, statusCode, headers['link']]).toEqual([url, 410, `<${to}>; rel="successor-version"`])
    }
  }
})
