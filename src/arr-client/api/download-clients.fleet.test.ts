import {gzipSync} from 'node:zlib'
import {afterEach, expect, test} from 'vitest'
import {lookupWithin} from '#clients/outgoing.ts'
import {startArr, type MadeUpArr, type RunningArr} from '#lab/arr-download-clients.ts'
import {freePort} from '#lab/free-port.ts'
import {CommodarrError} from '#model/errors.ts'
import {Secret} from '#model/secret.ts'
import {plainReach, type ReachRange} from '#model/server.ts'
import {mainThreadPolicyFor, policyFor} from '../ask-arr.ts'
import {readDownloadClients} from './download-clients.ts'
import {arrLimits, type OutgoingPolicy} from './http-client.ts'

const KEY = '0123456789abcdef0123456789abcdef'
const running: RunningArr[] = []
afterEach(async () => {
  for (const arr of running.splice(0)) await arr.close()
})

const policy = (url: string, range: ReachRange): OutgoingPolicy => policyFor(url, plainReach[range])

const clients: MadeUpArr['clients'] = [
  {
    name: 'qbit-a',
    implementation: 'QBittorrent',
    fields: {
      host: 'qbittorrent',
      port: 8080,
      useSsl: false,
      urlBase: null,
      username: 'admin',
      password: 'hidden',
      movieCategory: 'radarr',
      movieImportedCategory: 'radarr-done',
      initialState: 0,
    },
  },
  {
    name: 'NAS',
    implementation: 'Transmission',
    enable: false,
    fields: {
      host: 'nas.lan',
      port: '9091',
      useSsl: true,
      urlBase: '/transmission/',
      username: '',
      password: '',
    },
  },
  {name: 'Old', implementation: 'Deluge', fields: {host: 'old', port: 8112, tvCategory: 'tv'}},
  {name: 'RT', implementation: 'RTorrent', fields: {host: 'rt', port: 80, urlBase: 'RPC2', category: 'p'}},
  {name: 'Hole', implementation: 'TorrentBlackhole', fields: {torrentFolder: '/t'}},
  {name: 'Nzb', implementation: 'Sabnzbd', protocol: 'usenet', fields: {host: 'sab', apiKey: 'x'}},
]

async function start(change: Partial<MadeUpArr> = {}): Promise<RunningArr> {
  const arr = await startArr({app: 'Radarr', version: 'v3', apiKey: KEY, clients, ...change})
  running.push(arr)
  return arr
}

async function read(url: string, {key = KEY, range = 'anywhere'}: {key?: string; range?: ReachRange} = {}) {
  return readDownloadClients({url, apiKey: new Secret(key), skipVerify: false}, policy(url, range))
}

test('the torrent servers of an Arr, as it reaches them, without those of Usenet', async () => {
  const {arr, clients: found} = await read((await start()).url)
  expect(arr).toMatchObject({app: 'Radarr', version: '5.28.0.10274', inContainer: true})
  expect(found).toEqual([
    {
      name: 'qbit-a',
      implementation: 'QBittorrent',
      kind: 'qbittorrent',
      enabled: true,
      host: 'qbittorrent',
      port: 8080,
      tls: false,
      urlBase: '',
      username: 'admin',
      password: null,
      apiKey: null,
      masked: ['password'],
      categories: ['radarr', 'radarr-done'],
    },
    {
      name: 'NAS',
      implementation: 'Transmission',
      kind: 'transmission',
      enabled: false,
      host: 'nas.lan',
      port: 9091,
      tls: true,
      urlBase: '/transmission/',
      username: null,
      password: null,
      apiKey: null,
      masked: [],
      categories: [],
    },
    expect.objectContaining({kind: 'deluge', categories: ['tv']}),
    expect.objectContaining({kind: 'rtorrent', urlBase: 'RPC2', categories: ['p']}),
    expect.objectContaining({kind: null, implementation: 'TorrentBlackhole', host: '', port: null}),
  ])
})

for (const app of ['Lidarr', 'Readarr', 'Prowlarr']) {
  test(`${app} answers by its older interface`, async () => {
    const arr = await start({app, version: 'v1'})
    expect((await read(arr.url)).arr.app).toBe(app)
    expect(arr.asked.map((it) => it.split(' ')[0])).toEqual([
      '/api',
      '/api/v3/system/status',
      '/api/v1/system/status',
      '/api/v1/downloadclient',
    ])
  })
}

test('below a URL base, written out or redirected to', async () => {
  const {url} = await start({urlBase: '/radarr'})
  expect((await read(`${url}/`)).clients).toHaveLength(5)
  expect((await read(new URL(url).origin)).clients).toHaveLength(5)
})

test('a wrong key is reported as such, and stands in nothing that is said', async () => {
  const {url} = await start()
  const error = await read(url, {key: 'my-secret-key'}).catch((it: unknown) => it)
  expect(error).toMatchObject({code: 'login_refused'})
  expect(JSON.stringify([error, String(error), (error as Error).stack])).not.toContain('my-secret-key')
  await expect(read(url, {key: 'a\r\nX-Evil: 1'})).rejects.toMatchObject({code: 'bad_argument'})
})

test('no other host gets the key: a redirect to another host is not followed', async () => {
  const other = await start()
  const arr = await start({
    instead: (_, response) => {
      response
        .writeHead(302, {location: `${other.url.replace('127.0.0.1', 'localhost')}/api/v3/system/status`})
        .end()
      return true
    },
  })
  await expect(read(arr.url)).rejects.toMatchObject({code: 'wrong_server'})
  expect(other.asked).toEqual([])
})

test('a redirect in a circle ends', async () => {
  const arr = await start({
    instead: (request, response) => {
      response.writeHead(302, {location: request.url!}).end()
      return true
    },
  })
  await expect(read(arr.url)).rejects.toMatchObject({code: 'server_failed'})
  expect(arr.asked).toHaveLength(2)
})

for (const [what, status, type, body, code] of [
  ['a web page', 200, 'text/html', '<html>', 'wrong_server'],
  ['other JSON', 200, 'application/json', '{"version": 1}', 'wrong_server'],
  ['half an answer', 200, 'application/json', '{"appName": "Rad', 'answer_invalid'],
  ['an Arr that starts', 503, 'application/json', '{"errorMessage": "Starting"}', 'server_failed'],
  ['an Arr that fails', 500, 'application/json', '{"message": "x", "description": "stack"}', 'server_failed'],
  ['nothing at all', 404, 'application/json', '{}', 'wrong_server'],
] as const) {
  test(`${what} is ${code}`, async () => {
    const arr = await start({
      instead: (_, response) => {
        response.writeHead(status, {'content-type': type}).end(body)
        return true
      },
    })
    await expect(read(arr.url)).rejects.toMatchObject({code})
  })
}

test('an answer without end is cut off', async () => {
  const arr = await start({
    instead: (_, response) => {
      response.writeHead(200, {'content-type': 'application/json'})
      const more = () => {
        while (!response.destroyed && response.write(' '.repeat(65_536)));
        if (!response.destroyed) response.once('drain', more)
      }
      more()
      return true
    },
  })
  await expect(read(arr.url)).rejects.toMatchObject({
    code: 'answer_invalid',
    message: expect.stringMatching(/larger/) as string,
  })
  expect(arrLimits.bytes).toBeLessThan(8 * 1024 * 1024)
})

test('an answer that unpacks to hundreds of times its size is left long before its bound of bytes', async () => {
  const arr = await start({
    instead: (_, response) => {
      response
        .writeHead(200, {'content-type': 'application/json', 'content-encoding': 'gzip'})
        .end(gzipSync(Buffer.alloc(60_000_000, ' ')))
      return true
    },
  })
  const address = {url: arr.url, apiKey: new Secret(KEY), skipVerify: false}
  const limits = {...arrLimits, bytes: 1e9}
  await expect(readDownloadClients(address, policy(address.url, 'anywhere'), limits)).rejects.toMatchObject({
    reason: 'answer_too_large',
    message: expect.stringMatching(/200 times/) as string,
  })
})

test('of an Arr that a user added no answer is larger than its policy says, whatever its kind may be', async () => {
  const arr = await start({
    instead: (_, response) => {
      response.writeHead(200, {'content-type': 'application/json'}).end(`"${'x'.repeat(5_000)}"`)
      return true
    },
  })
  const address = {url: arr.url, apiKey: new Secret(KEY), skipVerify: false}
  expect(policy('http://arr', 'anywhere')).not.toHaveProperty('mostBytes')
  expect(policy('http://arr', 'anywhere')).not.toHaveProperty('mostRows')
  expect(policy('http://arr', 'guarded')).toMatchObject({mostBytes: 256 * 1024 * 1024, mostRows: 10_000})
  await expect(
    readDownloadClients(address, {...policy(address.url, 'guarded'), mostBytes: 4_000}),
  ).rejects.toMatchObject({reason: 'answer_too_large'})
  // On the main thread, what is parsed in one go: other threads are those of its owner.
  const onMainThread = (range: ReachRange) => mainThreadPolicyFor(address.url, plainReach[range])
  expect(onMainThread('anywhere')).not.toHaveProperty('mostWholeBytes')
  expect(policy('http://arr', 'guarded')).not.toHaveProperty('mostWholeBytes')
  expect(onMainThread('guarded')).toMatchObject({
    mostBytes: 256 * 1024 * 1024,
    mostWholeBytes: 4 * 1024 * 1024,
  })
  await expect(
    readDownloadClients(address, {...onMainThread('guarded'), mostWholeBytes: 4_000}),
  ).rejects.toMatchObject({reason: 'answer_too_large'})
})

test('an Arr that is silent in the middle of its answer is not waited for', async () => {
  const arr = await start({
    instead: (_, response) => {
      response.writeHead(200, {'content-type': 'application/json'}).write('{"appName"')
      return true
    },
  })
  const address = {url: arr.url, apiKey: new Secret(KEY), skipVerify: false}
  const limits = {...arrLimits, requestMs: 50}
  await expect(readDownloadClients(address, policy(address.url, 'anywhere'), limits)).rejects.toMatchObject({
    code: 'server_unreachable',
    reason: 'timed_out',
  })
})

test('fields of any shape are read or left out', async () => {
  const odd = [
    {name: 7, implementation: 'QBittorrent', fields: 'none'},
    {
      implementation: 'QBittorrent',
      fields: [null, {name: 'host', value: {}}, {name: '__proto__', value: 'x'}],
    },
    {
      implementation: 'QBittorrent',
      fields: [
        {name: 'host', value: 'a'},
        {name: 'host', value: 'b'},
        {name: 'port', value: 1e9},
      ],
    },
    'text',
    null,
  ]
  const arr = await start({
    instead: (request, response) => {
      if (!request.url!.endsWith('/downloadclient')) return false
      response.writeHead(200, {'content-type': 'application/json'}).end(JSON.stringify(odd))
      return true
    },
  })
  const {clients: found} = await read(arr.url)
  expect(found.map(({name, host, port}) => [name, host, port])).toEqual([
    ['QBittorrent', '', null],
    ['QBittorrent', '', null],
    ['QBittorrent', 'a', null],
  ])
})

test('it goes nowhere it may not: addresses of members, names that lead there, sockets in between', async () => {
  const arr = await start()
  const {port} = new URL(arr.url)
  for (const [url, range] of [
    ['http://169.254.169.254', 'guarded'],
    ['http://10.0.0.1:7878', 'public'],
    [`http://localhost:${port}`, 'public'],
    [`http://127.0.0.1:${port}`, 'public'],
    ['http://host:25', 'guarded'],
  ] as const) {
    await expect(read(url, {range})).rejects.toMatchObject({code: 'address_forbidden'})
  }
  expect(arr.asked).toEqual([])
  expect((await read(arr.url, {range: 'guarded'})).clients).toHaveLength(5)
  const led: OutgoingPolicy = {
    objectionTo: () => null,
    lookup: lookupWithin(plainReach.public, new URL(arr.url)),
  }
  const address = {url: `http://localhost:${port}`, apiKey: new Secret(KEY), skipVerify: false}
  await expect(readDownloadClients(address, led)).rejects.toMatchObject({code: 'address_forbidden'})
})

for (const url of [
  'radarr',
  'ftp://radarr',
  'http://',
  'http://me:pw@radarr',
  'http://radarr/?a=1',
  'http://radarr/#x',
]) {
  test(`${url} is no address of an Arr`, async () => {
    const error = await read(url).catch((it: unknown) => it)
    expect(error).toBeInstanceOf(CommodarrError)
    expect(error).toMatchObject({code: 'bad_argument'})
    expect(String(error)).not.toContain('pw')
  })
}

test('no server there, and another server there', async () => {
  await expect(read(`http://127.0.0.1:${await freePort()}`)).rejects.toMatchObject({
    code: 'server_unreachable',
    reason: 'refused',
  })
  await expect(read('http://no-such-host.invalid')).rejects.toMatchObject({
    code: 'server_unreachable',
    reason: 'dns',
  })
  await expect(read((await start()).url.replace('http:', 'https:'))).rejects.toMatchObject({
    code: 'server_unreachable',
  })
})
