import dns from 'node:dns'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {afterEach, expect, test, vi} from 'vitest'
import {bounds, RtorrentSubject} from '#lab/simulators/rtorrent-subject.ts'
import {makeTorrent} from '#lab/torrent-maker.ts'
import type {AddTorrent} from '#model/command.ts'
import {BadArgument, CommodarrError, NotSupported} from '#model/errors.ts'
import {plainReach} from '#model/server.ts'

const open: {close(): unknown}[] = []
afterEach(async () => {
  vi.restoreAllMocks()
  for (const one of open.splice(0)) await one.close()
})

async function connected(
  options: Parameters<typeof RtorrentSubject.start>[0] = {},
): Promise<RtorrentSubject> {
  const subject = await RtorrentSubject.start(options)
  open.push(subject)
  return subject.connect()
}

const made = makeTorrent({name: 'fresh', content: 1_000, trackers: ['http://127.0.0.1:9/announce']})
const file = {torrent: made.torrent, fileName: 'fresh.torrent'}
const add = (subject: RtorrentSubject, wish: Partial<AddTorrent>) =>
  subject.client.server.addTorrent({source: file, start: false, ...wish}, bounds)

for (const version of ['0.9.8', '0.16.17']) {
  test(`bytes are loaded, set up and started, and the hash is reported (${version})`, async () => {
    const subject = await connected({version})
    const wish = {
      start: true,
      category: 'films',
      tags: ['a,b', 'c'],
      savePath: '/srv/$HOME/films (2024)',
      downLimit: 102_400,
    }
    expect(await add(subject, wish)).toEqual({status: 'added', hash: made.hash})
    expect(subject.world.get(made.hash)).toMatchObject({
      running: true,
      category: 'films',
      tags: ['a,b', 'c'],
      savePath: '/srv/$HOME/films (2024)',
      downLimit: 102_400,
      custom: {addtime: String(subject.world.now())},
    })
  })

  test(`a magnet takes its settings along (${version})`, async () => {
    const subject = await connected({version})
    const wish = {
      source: {magnet: made.magnet},
      start: true,
      category: 'a (b), "c"; {d}',
      savePath: '/srv/a, "b" (c)',
    }
    expect(await add(subject, wish)).toEqual({status: 'added', hash: made.hash})
    expect(subject.world.get(made.hash)).toMatchObject({
      hasMetadata: false,
      running: true,
      category: 'a (b), "c"; {d}',
      savePath: '/srv/a, "b" (c)',
    })
  })

  test(`what is there already is called a duplicate, and nothing is loaded (${version})`, async () => {
    const subject = await connected({version})
    await add(subject, {})
    const before = subject.world.commands.received.length
    for (const source of [file, {magnet: made.magnet}]) {
      expect(await add(subject, {source, category: 'other'})).toEqual({status: 'duplicate', hash: made.hash})
    }
    expect(subject.world.commands.received.length).toBe(before)
  })
}

const hostile = [
  '$system.pid=',
  '"quoted"',
  'back\\slash',
  'a,b',
  '{x}',
  '(d.erase)',
  'semi;colon',
  'x$d.erase=',
  '\\$d.erase=',
  'tail\\',
  '",d.custom1.set=owned',
  '#',
]

for (const version of ['0.9.8', '0.16.17']) {
  test.each(hostile)(`nothing in %j is carried out, by bytes (${version})`, async (text) => {
    const subject = await connected({version})
    await add(subject, {category: text, tags: [text], savePath: `/srv/${text}`})
    expect(subject.world.get(made.hash)).toMatchObject({category: text, savePath: `/srv/${text}`})
  })

  test.each(hostile)(`nothing in %j is carried out, by magnet (${version})`, async (text) => {
    const subject = await connected({version})
    const outcome = await add(subject, {
      source: {magnet: made.magnet},
      category: text,
      savePath: `/srv/${text}`,
    }).catch((error: unknown) => error)
    if (text.includes('$')) {
      expect(outcome).toBeInstanceOf(BadArgument)
      expect(subject.world.size).toBe(0)
    } else {
      expect(subject.world.get(made.hash)).toMatchObject({category: text, savePath: `/srv/${text}`})
    }
  })
}

test('a category that is all signs is safe with a magnet: labels are encoded', async () => {
  const subject = await connected()
  await add(subject, {source: {magnet: made.magnet}, category: '$system.pid=', tags: ['a\nb']})
  expect(subject.world.get(made.hash)).toMatchObject({category: '$system.pid=', tags: ['a\nb']})
})

test('rubbish is refused before it is sent', async () => {
  const subject = await connected()
  const rubbish = {torrent: Buffer.from('junk'), fileName: 'x.torrent'}
  await expect(add(subject, {source: rubbish})).rejects.toMatchObject({code: 'torrent_invalid'})
  await expect(add(subject, {source: {magnet: 'magnet:?dn=nothing'}})).rejects.toMatchObject({
    code: 'torrent_invalid',
  })
  await expect(add(subject, {source: {magnet: `${made.magnet}\n`}, category: 'x'})).resolves.toMatchObject({
    status: 'added',
  })
})

test.each<[string, Partial<AddTorrent>]>([
  ['skipCheck', {skipCheck: true}],
  ['another name', {rename: 'x'}],
  ['a stop condition', {stopCondition: 'metadata'}],
  ['a layout', {contentLayout: 'noSubfolder'}],
  ['a ratio limit', {ratioLimit: 2}],
  ['sequential', {sequential: true}],
])('%s is refused, and nothing is added', async (_, wish) => {
  const subject = await connected()
  await expect(add(subject, wish)).rejects.toBeInstanceOf(NotSupported)
  expect(subject.world.size).toBe(0)
})

test('a torrent larger than the daemon’s limit raises the limit, a larger one than that is refused', async () => {
  const subject = await connected({version: '0.9.8'})
  const large = makeTorrent({name: 'large', content: 1_000, comment: 'x'.repeat(600_000)})
  await add(subject, {source: {torrent: large.torrent, fileName: 'l'}})
  expect(subject.world.get(large.hash)).toBeDefined()
  const huge = makeTorrent({name: 'huge', content: 1_000, comment: 'x'.repeat(2_000_000)})
  await expect(add(subject, {source: {torrent: huge.torrent, fileName: 'h'}})).rejects.toMatchObject({
    code: 'payload_too_large',
  })
  const newer = await connected({version: '0.16.17'})
  await add(newer, {source: {torrent: huge.torrent, fileName: 'h'}})
  expect(newer.world.get(huge.hash)).toBeDefined()
})

test('a torrent the daemon swallows is not called added', async () => {
  const subject = await connected()
  const answer = '<methodResponse><params><param><value><i4>0</i4></value></param></params></methodResponse>'
  subject.server.faults.add({kind: 'status', status: 200, body: answer, path: 'load\\.raw$'})
  const adding = add(subject, {}).catch((error: unknown) => error)
  for (let i = 0; i < 200; i++) await subject.clock.advance(100)
  expect(await adding).toMatchObject({
    code: 'command_refused',
    message: expect.stringContaining('without a word'),
  })
})

test('a lost answer is not taken for a no', async () => {
  const subject = await connected()
  subject.server.faults.add({kind: 'lost', path: 'load\\.raw$'})
  await expect(add(subject, {})).rejects.toMatchObject({outcomeUnknown: true})
})

/* ───────────────────────────── by URL ───────────────────────────── */

interface Asked {
  readonly path: string
  readonly cookie: string | undefined
  readonly authorization: string | undefined
}

async function website(
  answer: (path: string) => {status: number; headers?: Record<string, string>; body?: Uint8Array},
) {
  const asked: Asked[] = []
  const server = createServer(({url, headers}, response) => {
    asked.push({path: url!, cookie: headers.cookie, authorization: headers.authorization})
    const {status, headers: own, body} = answer(url!)
    response.writeHead(status, own).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push({close: () => new Promise((resolve) => server.close(resolve))})
  return {origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked}
}

test('a URL is fetched by us, with its cookies and nothing of the server’s', async () => {
  const subject = await connected()
  const site = await website((path) =>
    path === '/x' ? {status: 200, body: made.torrent} : {status: 302, headers: {location: '/x'}},
  )
  expect(await add(subject, {source: {url: `${site.origin}/start`}, cookies: 'session=1'})).toMatchObject({
    status: 'added',
  })
  expect(site.asked).toEqual([
    {path: '/start', cookie: 'session=1', authorization: undefined},
    {path: '/x', cookie: 'session=1', authorization: undefined},
  ])
})

test('cookies do not follow to another address', async () => {
  const subject = await connected()
  const other = await website(() => ({status: 200, body: made.torrent}))
  const site = await website(() => ({status: 302, headers: {location: `${other.origin}/y`}}))
  await add(subject, {source: {url: `${site.origin}/start`}, cookies: 'session=1'})
  expect(other.asked).toEqual([{path: '/y', cookie: undefined, authorization: undefined}])
})

test('an indexer that redirects to a magnet is followed there', async () => {
  const subject = await connected()
  const site = await website(() => ({status: 302, headers: {location: made.magnet}}))
  expect(await add(subject, {source: {url: `${site.origin}/`}})).toEqual({status: 'added', hash: made.hash})
  expect(subject.world.get(made.hash)).toMatchObject({hasMetadata: false})
})

const metadata = 'http://169.254.169.254/latest/meta-data/'

test.each([
  ['the metadata service of a cloud', metadata],
  ['it in another spelling', 'http://0xa9fea9fe/'],
  ['a port of another protocol', 'http://127.0.0.1:6379/'],
])('a URL does not lead us to %s, also for a server of the file', async (_, url) => {
  const subject = await connected({definition: {reach: plainReach.anywhere}})
  await expect(add(subject, {source: {url}})).rejects.toMatchObject({code: 'address_forbidden'})
  expect(subject.world.size).toBe(0)
})

test('nor does a redirect', async () => {
  const subject = await connected()
  const site = await website(() => ({status: 302, headers: {location: metadata}}))
  const source = {url: `${site.origin}/`}
  await expect(add(subject, {source})).rejects.toMatchObject({code: 'address_forbidden'})
  expect(site.asked).toHaveLength(1)
})

test('nor does a name that leads there', async () => {
  const subject = await connected()
  const lookup = vi
    .spyOn(dns, 'lookup')
    .mockImplementation(((
      _host: string,
      _options: object,
      done: (error: null, found: {address: string; family: number}[]) => void,
    ) => done(null, [{address: '169.254.169.254', family: 4}])) as unknown as typeof dns.lookup)
  const source = {url: 'http://tracker.example/file.torrent'}
  await expect(add(subject, {source})).rejects.toMatchObject({code: 'address_forbidden'})
  expect(lookup).toHaveBeenCalledOnce()
})

test.each<[string, () => {status: number; headers?: Record<string, string>; body?: Uint8Array}]>([
  ['is not there', () => ({status: 404})],
  ['is no torrent', () => ({status: 200, body: Buffer.from('<html>')})],
  ['is too large', () => ({status: 200, body: Buffer.alloc(11 * 1024 * 1024)})],
  ['redirects for ever', () => ({status: 302, headers: {location: '/again'}})],
  ['redirects to a file', () => ({status: 302, headers: {location: 'file:///etc/passwd'}})],
])('what %s is refused, and the address stays out of the message', async (_, answer) => {
  const subject = await connected()
  const site = await website(answer)
  const error = await add(subject, {source: {url: `${site.origin}/passkey123`}}).catch(
    (error: unknown) => error,
  )
  expect(error).toBeInstanceOf(CommodarrError)
  expect((error as Error).message).not.toContain('passkey123')
  expect(subject.world.size).toBe(0)
})
