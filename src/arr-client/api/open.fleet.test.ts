import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {gzipSync} from 'node:zlib'
import {afterEach, expect, test} from 'vitest'
import {asDownloadId, type LibraryItem} from '#model/arr.ts'
import {Secret} from '#model/secret.ts'
import {openArr} from './open.ts'

const KEY = '0123456789abcdef0123456789abcdef'
const closing: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

type Answer = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>
const json =
  (value: unknown, status = 200): Answer =>
  (_, response) =>
    void response
      .writeHead(status, {'content-type': 'application/json; charset=utf-8'})
      .end(JSON.stringify(value))

interface Asked {
  readonly what: string
  readonly body: string
}

/** Answers by `METHOD /path`; everything else is not there. */
async function arr(
  app: string,
  version: string,
  current: string,
  answers: Readonly<Record<string, Answer>> = {},
) {
  const asked: Asked[] = []
  const status = {
    appName: app,
    instanceName: 'Mine',
    version,
    isDocker: true,
    startTime: '2026-01-02T03:04:05Z',
  }
  const all: Readonly<Record<string, Answer>> = {
    'GET /api': json({current, deprecated: []}),
    [`GET /api/${current}/system/status`]: json(status),
    ...answers,
  }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => void chunks.push(chunk))
    request.on('end', () => {
      asked.push({what: `${request.method} ${request.url}`, body: Buffer.concat(chunks).toString()})
      const [path = ''] = (request.url ?? '').split('?')
      const answer = all[`${request.method} ${path}`] ?? json({message: 'NotFound'}, 404)
      if (request.headers['x-api-key'] === KEY) void answer(request, response)
      else response.writeHead(401).end()
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const open = async (key = KEY, requestMs = 5_000, bounds: {mostRows?: number} = {}) => {
    const limits = {bytes: 1024 * 1024, requestMs}
    const policy = {objectionTo: () => null, lookup: undefined, ...bounds}
    const port = await openArr({url, apiKey: new Secret(key), skipVerify: false}, policy, {limits})
    closing.push(() => port.close())
    return port
  }
  return {asked, open}
}

for (const [app, version, current, kind, api, media] of [
  ['Radarr', '5.28.0', 'v3', 'radarr', 'v3', 'movie'],
  ['Sonarr', '4.0.1', 'v3', 'sonarr', 'v3', 'episode'],
  ['Sonarr', '5.0.0', 'v5', 'sonarr', 'v5', 'episode'],
  ['Lidarr', '2.9.0', 'v1', 'lidarr', 'v1', 'album'],
  ['Readarr', '0.4.0', 'v1', 'readarr', 'v1', 'book'],
  ['Whisparr', '2.0.0', 'v3', 'whisparr', 'v3', 'episode'],
  ['Whisparr', '3.0.0', 'v3', 'whisparr', 'v3', 'movie'],
] as const) {
  test(`${app} ${version} is known by its answers`, async () => {
    const port = await (await arr(app, version, current)).open()
    expect(port.status).toMatchObject({kind, apiVersion: api, version, name: 'Mine', inContainer: true})
    expect(port.media).toBe(media)
  })
}

const page: Answer = (_, response) =>
  void response.writeHead(200, {'content-type': 'text/html'}).end('<html>Log in</html>')
const refused: Answer = (_, response) => void response.writeHead(401).end()
const toLogIn: Answer = (_, response) => void response.writeHead(302, {location: 'http://sso.example/'}).end()

test.each([
  ['Lidarr', 'v1', {'GET /api': refused, 'GET /api/v3/system/status': refused}],
  ['Lidarr', 'v1', {'GET /api': page, 'GET /api/v3/system/status': page}],
  ['Radarr', 'v3', {'GET /api': toLogIn}],
  [
    'Sonarr',
    'v5',
    {'GET /api': page, 'GET /api/v3/system/status': refused, 'GET /api/v1/system/status': page},
  ],
  ['Radarr', 'v3', {'GET /api': json({current: 'v4', deprecated: []}), 'GET /api/v4/system/status': page}],
])(
  '%s is found at %s also where a proxy or the app has a login at other paths',
  async (app, version, answers) => {
    const there = {[`GET /api/${version}/system/status`]: json({appName: app, version: '5.0.0'})}
    expect((await (await arr(app, '5.0.0', version, {...answers, ...there})).open()).status).toMatchObject({
      app,
      apiVersion: version,
    })
  },
)

test('where no path has an Arr a refused key is reported first, and one that is away is asked once', async () => {
  const all = Object.fromEntries(['v3', 'v1', 'v5'].map((it) => [`GET /api/${it}/system/status`, page]))
  await expect((await arr('x', '1', 'v9', {...all, 'GET /api': page})).open()).rejects.toMatchObject({
    code: 'wrong_server',
  })
  const partly = {...all, 'GET /api': page, 'GET /api/v1/system/status': refused}
  await expect((await arr('x', '1', 'v9', partly)).open()).rejects.toMatchObject({code: 'login_refused'})
  const busy = await arr('x', '1', 'v9', {'GET /api': json({}, 503)})
  await expect(busy.open()).rejects.toMatchObject({code: 'server_failed'})
  expect(busy.asked).toHaveLength(1)
})

test('an API newer than we know is left for the one beside it, and Prowlarr is none of them', async () => {
  const older = {'GET /api/v5/system/status': json({appName: 'Sonarr', version: '6.0'})}
  expect((await (await arr('Sonarr', '6.0', 'v6', older)).open()).status.apiVersion).toBe('v5')
  await expect((await arr('Prowlarr', '1.0', 'v1')).open()).rejects.toMatchObject({code: 'wrong_server'})
})

test('of a Radarr that looks at the first of several films alone, files are asked for film by film', async () => {
  const {open, asked} = await arr('Radarr', '5.3.2.8504', 'v3', {
    'GET /api/v3/moviefile': ({url = ''}, response) =>
      json(url.endsWith('=17') ? [{id: 33, movieId: 17}] : [])({} as never, response),
  })
  const files = await (await open()).filesOf([18, 17])
  expect([files.get(18), files.get(17)]).toEqual([[], [33]])
  expect(asked.slice(2).map(({what}) => what)).toEqual([
    'GET /api/v3/moviefile?movieId=18',
    'GET /api/v3/moviefile?movieId=17',
  ])
})

test('lists repeat their name, flags are all said, and an unknown row is no error', async () => {
  const {open, asked} = await arr('Radarr', '5.3.3', 'v3', {
    'GET /api/v3/moviefile': json([{id: 33, movieId: 17}]),
    'DELETE /api/v3/queue/5': json({}),
    'DELETE /api/v3/queue/bulk': json({message: 'NotFound'}, 404),
  })
  const port = await open()
  expect(await port.filesOf([17, 18])).toEqual(
    new Map([
      [17, [33]],
      [18, []],
    ]),
  )
  const removal = {removeFromClient: false, blocklist: true, skipRedownload: true, changeCategory: false}
  expect(await port.removeFromQueue(5, removal)).toBe(true)
  expect(await port.removeFromQueue(6, removal)).toBe(false)
  expect(await port.removeManyFromQueue([5, 6], removal)).toBe(false)
  const flags = 'removeFromClient=false&blocklist=true&skipRedownload=true&changeCategory=false'
  expect(asked.slice(2)).toEqual([
    {what: 'GET /api/v3/moviefile?movieId=17&movieId=18', body: ''},
    {what: `DELETE /api/v3/queue/5?${flags}`, body: ''},
    {what: `DELETE /api/v3/queue/6?${flags}`, body: ''},
    {what: `DELETE /api/v3/queue/bulk?${flags}`, body: '{"ids":[5,6]}'},
  ])
})

test('an item of the library is asked for alone; one that is not there is none', async () => {
  const {open} = await arr('Radarr', '5', 'v3', {
    'GET /api/v3/movie/17': json({
      id: 17,
      title: 'A film',
      monitored: true,
      hasFile: false,
      qualityProfileId: 4,
    }),
  })
  const port = await open()
  expect(await port.item(17)).toMatchObject({kind: 'movie', monitored: true, hasFile: false, profileId: 4})
  expect(await port.item(18)).toBeNull()
})

test('what an Arr refuses it says in its own words, without the key and without its stack', async () => {
  const {open} = await arr('Radarr', '5', 'v3', {
    'POST /api/v3/command': json([{propertyName: 'x', errorMessage: `No path for ${KEY}`}], 400),
    'GET /api/v3/queue/details': json({message: 'Broken', description: 'at NzbDrone.Core'}, 500),
    'GET /api/v3/queue/status': json({errorMessage: 'Starting'}, 503),
  })
  const port = await open()
  await expect(port.command({what: 'rssSync'})).rejects.toMatchObject({
    code: 'command_refused',
    message: 'The Arr refused: No path for ***',
  })
  await expect(port.queue()).rejects.toMatchObject({
    code: 'server_failed',
    message: 'What answers there answered 500: Broken.',
  })
  await expect(port.queueCounters()).rejects.toMatchObject({about: {starting: true}})
  await expect((await arr('Radarr', '5', 'v3')).open('another-key')).rejects.toMatchObject({
    code: 'login_refused',
  })
})

test('a queue that is longer than is kept of such an Arr is a fault as a whole, and never cut', async () => {
  const rows = Array.from({length: 6}, (_, n) => ({id: n + 1, downloadId: `${n}`.repeat(40)}))
  const {open} = await arr('Radarr', '5', 'v3', {'GET /api/v3/queue/details': json(rows)})
  expect(await (await open(KEY, 5_000, {mostRows: 6})).queue()).toHaveLength(6)
  expect(await (await open()).queue()).toHaveLength(6)
  await expect((await open(KEY, 5_000, {mostRows: 5})).queue()).rejects.toMatchObject({
    code: 'answer_invalid',
    reason: 'answer_too_large',
    message: '/api/v3/queue/details has 6 rows; of an Arr that a user added, at most 5 are read.',
  })
})

test('a picture that is too large is none, and so is one of which the Arr says something else than a picture', async () => {
  const {open} = await arr('Radarr', '5', 'v3', {
    'GET /api/v3/mediacover/1/poster-250.jpg': (_, response) =>
      void response.writeHead(200, {'content-type': 'image/jpeg'}).end(Buffer.alloc(3 * 1024 * 1024)),
    'GET /api/v3/mediacover/2/poster-250.jpg': json([]),
  })
  const port = await open()
  expect(await port.poster({kind: 'movie', id: 1})).toBeNull()
  expect(await port.poster({kind: 'movie', id: 2})).toBeNull()
})

test('a change is not sent elsewhere, and one without an answer may have been done', async () => {
  const {open, asked} = await arr('Radarr', '5', 'v3', {
    'POST /api/v3/command': (_, response) => void response.writeHead(302, {location: '/login'}).end(),
    'POST /api/v3/history/failed/7': () => undefined,
  })
  const port = await open(KEY, 200)
  await expect(port.command({what: 'rssSync'})).rejects.toMatchObject({code: 'wrong_server'})
  expect(asked.some(({what}) => what.includes('login'))).toBe(false)
  await expect(port.markFailed(7)).rejects.toMatchObject({reason: 'timed_out', outcomeUnknown: true})
})

test('a caller may end what it asked for', async () => {
  const {open} = await arr('Radarr', '5', 'v3', {'GET /api/v3/tag': () => undefined})
  const port = await open()
  const stop = new AbortController()
  const asking = port.tags(stop.signal)
  setTimeout(() => stop.abort(new Error('enough')), 20)
  await expect(asking).rejects.toThrow('enough')
})

test('a library larger than any answer may be is read piece by piece', async () => {
  const overview = 'x'.repeat(5_000)
  const movie = (id: number) => ({
    id,
    title: `Movie ${id}`,
    monitored: true,
    hasFile: false,
    tmdbId: id,
    overview,
  })
  const {open} = await arr('Radarr', '5', 'v3', {
    'GET /api/v3/movie': async (_, response) => {
      response.writeHead(200, {'content-type': 'application/json'}).write('[')
      for (let id = 1; id <= 6_000; id++) {
        const text = (id === 1 ? '' : ',\n') + JSON.stringify(movie(id), null, 2)
        if (!response.write(text)) await new Promise((done) => response.once('drain', done))
      }
      response.end(']')
    },
  })
  const port = await open()
  const items: LibraryItem[] = []
  expect(await port.library((item) => void items.push(item))).toBe(6_000)
  expect(items.at(-1)).toMatchObject({id: 6_000, title: 'Movie 6000', tmdbId: 6_000})
  expect(JSON.stringify(items[0]).length).toBeLessThan(500)
})

test('a compressed answer is read, and pages are read to their end', async () => {
  const {open, asked} = await arr('Radarr', '5', 'v3', {
    'GET /api/v3/history': (_, response) => {
      const page = {page: 1, pageSize: 100_000, totalRecords: 1, records: [{id: 9, eventType: 'grabbed'}]}
      response.writeHead(200, {'content-type': 'application/json', 'content-encoding': 'gzip'})
      response.end(gzipSync(JSON.stringify(page)))
    },
  })
  const port = await open()
  expect(await port.historyOf(asDownloadId('abcd')!)).toMatchObject([{id: 9, event: 'grabbed'}])
  expect(asked.at(-1)?.what).toContain('/history?downloadId=ABCD&')
})

test('our webhook is made once, with what the app knows, and renewed in its place', async () => {
  const skeleton = {
    implementation: 'Webhook',
    configContract: 'WebhookSettings',
    onGrab: false,
    supportsOnGrab: true,
    onRename: false,
    supportsOnRename: true,
    onDownload: false,
    supportsOnDownload: false,
    fields: [{name: 'url'}, {name: 'method'}, {name: 'username'}, {name: 'password'}, {name: 'headers'}],
  }
  const known: unknown[] = []
  const {open, asked} = await arr('Radarr', '5', 'v3', {
    'GET /api/v3/notification/schema': json([{implementation: 'Email'}, skeleton]),
    'GET /api/v3/notification': (request, response) => json(known)(request, response),
    'POST /api/v3/notification': json({id: 3}, 201),
    'PUT /api/v3/notification/3': json({id: 3}, 202),
    'DELETE /api/v3/notification/3': json({}),
  })
  const port = await open()
  const webhook = {url: 'http://commodarr:6969/hook', token: new Secret('token-1')}
  expect(await port.removeWebhook(webhook.url)).toBe(false)
  expect(await port.putWebhook(webhook)).toBe(3)
  const sent = JSON.parse(asked.at(-1)!.body) as Record<string, unknown>
  expect(sent).toMatchObject({name: 'Commodarr', onGrab: true, onRename: false, onDownload: false})
  expect(sent['fields']).toContainEqual({
    name: 'headers',
    value: [{key: 'X-Commodarr-Token', value: 'token-1'}],
  })
  expect(sent['fields']).toContainEqual({name: 'password', value: ''})
  const theirs = (sent['fields'] as {name: string}[]).filter(({name}) => name === 'url')
  known.push({id: 3, name: 'Commodarr', implementation: 'Webhook', tags: [2], fields: theirs})
  expect(await port.putWebhook(webhook)).toBe(3)
  expect(asked.at(-1)?.what).toBe('PUT /api/v3/notification/3')
  expect(JSON.parse(asked.at(-1)!.body)).toMatchObject({id: 3, tags: [2]})
  expect(await port.removeWebhook('http://commodarr:6969/another')).toBe(false)
  expect(await port.removeWebhook(webhook.url)).toBe(true)
})

test('our webhook is known again, also where the app masks its secret; what a user switched off is another one', async () => {
  const webhook = {url: 'http://commodarr:6969/hook', token: new Secret('token-1')}
  const entry = (password: string, url = webhook.url, onGrab = true) => ({
    id: 3,
    name: 'Commodarr',
    implementation: 'Webhook',
    onGrab,
    supportsOnGrab: true,
    fields: [
      {name: 'url', value: url},
      {name: 'method', value: 1},
      {name: 'username', value: 'Commodarr'},
      {name: 'password', value: password},
    ],
  })
  const known: unknown[] = []
  const {open} = await arr('Readarr', '0.4', 'v1', {
    'GET /api/v1/notification': (request, response) => json(known)(request, response),
  })
  const port = await open()
  const states: string[] = []
  for (const there of [
    null,
    entry('********'),
    entry('token-1'),
    entry('another'),
    entry('token-1', 'http://other/hook'),
    entry('token-1', webhook.url, false),
  ]) {
    known.splice(0, 1, ...(there ? [there] : []))
    states.push(await port.webhookState(webhook))
  }
  expect(states).toEqual(['none', 'same', 'same', 'other', 'other', 'other'])
})
