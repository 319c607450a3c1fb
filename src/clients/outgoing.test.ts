import dns from 'node:dns'
import {once} from 'node:events'
import {createServer as createHttpServer} from 'node:http'
import {connect, createServer, type AddressInfo, type Server, type Socket} from 'node:net'
import os from 'node:os'
import fc from 'fast-check'
import {afterEach, expect, test, vi} from 'vitest'
import {plainServer} from '#lab/plain-server.ts'
import {systemClock} from '#lib/clock.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import {probePort} from '#links/port-probe.ts'
import {ServerFault} from '#model/errors.ts'
import {Secret} from '#model/secret.ts'
import {plainReach, type Reach, type ReachRange, type ServerDefinition} from '#model/server.ts'
import {asServerId} from '#model/torrent-key.ts'
import {insideMetainfo} from '#test/doubles/inside-work.ts'
import type {ServerKind} from './kinds/kinds.ts'
import {inBoth, isForbidden, isPublic, lookupWithin, objectionAt, objectionTo} from './outgoing.ts'
import {createClient} from './kinds/registry.ts'

const closing: (() => Promise<unknown> | void)[] = []
afterEach(async () => {
  vi.restoreAllMocks()
  for (const close of closing.splice(0)) await close()
})

function definition(url: string, range: ReachRange, more: Partial<ServerDefinition> = {}): ServerDefinition {
  return {
    ...plainServer,
    id: asServerId('s'),
    name: 's',
    kind: url.startsWith('scgi') ? 'rtorrent' : 'qbittorrent',
    url,
    username: 'me',
    password: new Secret('secret'),
    tls: {ca: null, skipVerify: true},
    reach: plainReach[range],
    ...more,
  }
}

const isRefused = (url: string, range: ReachRange): boolean => objectionTo(definition(url, range)) !== null

/* ───────────────────────────── addresses ───────────────────────────── */

const nobodys = [
  '169.254.169.254',
  '169.254.0.1',
  '0.0.0.0',
  '0.1.2.3',
  '224.0.0.1',
  '239.255.255.250',
  '255.255.255.255',
  '168.63.129.16',
  '100.100.100.200',
  '192.0.0.192',
  '::',
  'fe80::1',
  'fe80::1%eth0',
  'febf::1',
  'ff02::1',
  'fd00:ec2::254',
  'fd20:ce::254',
  // The same through translators and tunnels.
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  '::ffff:0:a9fe:a9fe',
  '::a9fe:a9fe',
  '64:ff9b::a9fe:a9fe',
  '64:ff9b:1::a9fe:a9fe',
  '64:ff9b:1:7::a9fe:a9fe',
  '2002:a9fe:a9fe::1',
  '2001:0:102:304::5601:5601',
]
const privates = [
  '127.0.0.1',
  '127.255.255.254',
  '10.1.2.3',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.5',
  '100.64.0.1',
  '198.18.0.1',
  '192.0.2.1',
  '::1',
  'fc00::1',
  'fd12:3456::1',
  'fec0::1',
  '2001:db8::1',
  '::ffff:127.0.0.1',
  '::ffff:10.0.0.1',
  '64:ff9b::c0a8:105',
  '2002:7f00:1::',
]
const publics = ['1.1.1.1', '93.184.216.34', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '::ffff:1.1.1.1']

test.each(nobodys)('%s is no torrent server, for any user', (address) => {
  expect([isForbidden(address, 'guarded'), isForbidden(address, 'public')]).toEqual([true, true])
  expect(isForbidden(address, 'anywhere')).toBe(false)
})

test.each(privates)('%s may be reached, unless only the public may', (address) => {
  expect([isForbidden(address, 'guarded'), isForbidden(address, 'public')]).toEqual([false, true])
})

test.each(publics)('%s is public', (address) => {
  expect([isForbidden(address, 'guarded'), isForbidden(address, 'public')]).toEqual([false, false])
})

test('this machine by any of its own addresses is not the public', () => {
  const own = Object.values(os.networkInterfaces()).flatMap((list) => list ?? [])
  expect(own.length).toBeGreaterThan(0)
  for (const {address} of own) expect([address, isForbidden(address, 'public')]).toEqual([address, true])
})

test('this machine by its own public address is not the public either', () => {
  const own = [{address: '93.184.216.35', family: 'IPv4'}] as NonNullable<
    ReturnType<typeof os.networkInterfaces>[string]
  >
  vi.spyOn(os, 'networkInterfaces').mockReturnValue({eth0: own})
  expect([isForbidden('93.184.216.35', 'public'), isForbidden('93.184.216.35', 'guarded')]).toEqual([
    true,
    false,
  ])
})

test('whatever the address: what guarded forbids, public forbids too, and a mapped one is treated like its IPv4', () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.ipV6(), (four, six) => {
      for (const address of [four, six]) {
        if (isForbidden(address, 'guarded')) expect(isForbidden(address, 'public')).toBe(true)
      }
      for (const reach of ['guarded', 'public'] as const) {
        expect(isForbidden(`::ffff:${four}`, reach)).toBe(isForbidden(four, reach))
      }
    }),
  )
})

/* ───────────────────────────── as it is written ───────────────────────────── */

test.each([
  'http://169.254.169.254/latest/meta-data',
  'http://2852039166/',
  'http://0xa9fea9fe/',
  'http://0xa9.0xfe.0xa9.0xfe/',
  'http://0251.0376.0251.0376/',
  'http://169.254.43518/',
  'http://169.254.169.254./',
  'http://１６９.２５４.１６９.２５４/',
  'http://[::ffff:169.254.169.254]/',
  'http://[::FFFF:A9FE:A9FE]/',
  'http://[64:ff9b::169.254.169.254]/',
  'http://[fe80::1]/',
  'http://0/',
  'http://0.0.0.0:8080',
  'http://metadata.google.internal/computeMetadata/v1/',
  'http://METADATA.google.internal./',
  'scgi://169.254.169.254:5000',
  'scgi://0xa9fea9fe:5000',
  'scgi://2852039166:5000',
  'scgi://[::ffff:169.254.169.254]:5000',
  'scgi+unix:///var/run/docker.sock',
  // Ports of other protocols.
  'http://seedbox.example:22',
  'http://seedbox.example:25',
  'https://seedbox.example:6000',
  'scgi://seedbox.example:6379',
  'http://seedbox.example:11211',
])('%s is refused before anything is sent', (url) => {
  expect([isRefused(url, 'guarded'), isRefused(url, 'public')]).toEqual([true, true])
  expect(isRefused(url, 'anywhere')).toBe(false)
  expect(objectionTo(definition(url, 'guarded'))).toMatchObject({
    code: 'address_forbidden',
    reason: 'address_forbidden',
    outcomeUnknown: false,
  })
})

test.each([
  'http://127.1:8080',
  'http://localhost:8080',
  'http://qb.localhost.',
  'http://[::1]:8080',
  'scgi://0x7f.1:5000',
])('%s is this machine: refused where only the public may be reached', (url) =>
  expect([isRefused(url, 'guarded'), isRefused(url, 'public')]).toEqual([false, true]),
)

test('a proxy could be sent anywhere, so it is for those alone who may', () => {
  const proxied = (range: ReachRange) =>
    objectionTo(definition('http://1.1.1.1', range, {httpProxy: new Secret('http://10.0.0.1:3128')}))
  expect([proxied('guarded')?.code, proxied('public')?.code, proxied('anywhere')]).toEqual([
    'address_forbidden',
    'address_forbidden',
    null,
  ])
})

/* ───────────────────────────── names ───────────────────────────── */

/** What the name servers say of every name, one list after the other; the last one goes on. */
function names(...answers: readonly (readonly string[])[]): {asked: number} {
  const count = {asked: 0}
  vi.spyOn(dns, 'lookup').mockImplementation(((
    _name: string,
    _options: object,
    done: (error: null, found: {address: string; family: number}[]) => void,
  ) => {
    const answer = answers[Math.min(count.asked++, answers.length - 1)]!
    done(
      null,
      answer.map((address) => ({address, family: address.includes(':') ? 6 : 4})),
    )
  }) as unknown as typeof dns.lookup)
  return count
}

const seedbox = new URL('http://seedbox.example:8080')
const within = (range: ReachRange) => lookupWithin(plainReach[range], seedbox)

const resolved = (range: ReachRange, all: boolean) =>
  new Promise((resolve) => {
    within(range)!('seedbox.example', {all}, (error, address, family) =>
      resolve(error ? (error as unknown as ServerFault).reason : [address, family]),
    )
  })

test('of a name with several addresses only the allowed ones are tried', async () => {
  names(['169.254.169.254', 'fe80::1', '10.0.0.7', '1.1.1.1'])
  expect(await resolved('guarded', true)).toEqual([
    [
      {address: '10.0.0.7', family: 4},
      {address: '1.1.1.1', family: 4},
    ],
    undefined,
  ])
  expect(await resolved('public', true)).toEqual([[{address: '1.1.1.1', family: 4}], undefined])
  expect(await resolved('guarded', false)).toEqual(['10.0.0.7', 4])
})

test('a name that leads to nothing allowed is refused, and the fault does not show where it leads', async () => {
  names(['169.254.169.254'])
  expect(await resolved('guarded', true)).toBe('address_forbidden')
  names(['192.168.77.3'])
  const fault = await new Promise<Error | null>((resolve) =>
    within('public')!('seedbox.example', {all: true}, (error) => resolve(error)),
  )
  expect(fault?.message).not.toContain('192.168')
})

test('a user who may go anywhere is not restricted', () => expect(within('anywhere')).toBeUndefined())

async function counting(): Promise<{port: number; readonly connections: number}> {
  const seen = {port: 0, connections: 0}
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    seen.connections++
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('data', () => socket.end('HTTP/1.1 500 no\r\ncontent-length: 0\r\nconnection: close\r\n\r\n'))
  })
  seen.port = await portOf(server)
  closing.push(() => {
    for (const socket of sockets) socket.destroy()
  })
  return seen
}

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(() => void server.close())
  return (server.address() as AddressInfo).port
}

test('a name that changes its mind is asked once per connection, and that answer is connected to', async () => {
  const {port} = await counting()
  const lookups = names(['127.0.0.1'], ['169.254.169.254'])
  const lookup = within('guarded')!
  const socket = connect({host: 'seedbox.example', port, lookup})
  await once(socket, 'connect')
  expect([socket.remoteAddress, lookups.asked]).toEqual(['127.0.0.1', 1])
  socket.destroy()
  const [error] = (await once(connect({host: 'seedbox.example', port, lookup}), 'error')) as [ServerFault]
  expect([error.reason, lookups.asked]).toEqual(['address_forbidden', 2])
})

/* ───────────────────────────── servers of others ───────────────────────────── */

const held = (reach: Partial<Reach>): Reach => ({range: 'guarded', allowed: [], taken: [], ...reach})
const isHeld = (url: string, reach: Partial<Reach>) =>
  objectionTo({url, httpProxy: null, reach: held(reach)}) !== null

test.each([
  ['http://10.0.0.7:8080', {host: '10.0.0.7', port: 8080}],
  ['http://10.7:8080/qbit', {host: '10.0.0.7', port: 8080}],
  ['http://[::ffff:10.0.0.7]:8080', {host: '10.0.0.7', port: 8080}],
  ['http://NAS.Lan.:8080', {host: 'nas.lan', port: 8080}],
  ['https://nas.lan', {host: 'nas.lan', port: 443}],
  ['scgi://nas.lan', {host: 'nas.lan', port: 5000}],
  ['http://127.0.0.1:8080', {host: 'localhost', port: 8080}],
  ['http://localhost:8080', {host: '127.0.0.1', port: 8080}],
  ['http://127.4.5.6:8080', {host: '::1', port: 8080}],
  ['http://[0:0:0:0:0:0:0:1]:8080', {host: 'qbit.localhost', port: 8080}],
])('%s is where the server of another user is, at %j', (url, place) => {
  expect(isHeld(url, {taken: [place]})).toBe(true)
  expect(isHeld(url, {taken: [{...place, port: 1234}]})).toBe(false)
  expect(isHeld(url, {taken: [{...place, host: '192.0.2.9'}]})).toBe(false)
})

test('this machine by an address of its network is this machine', () => {
  const own = Object.values(os.networkInterfaces()).flatMap((list) => list ?? [])
  for (const {address, family} of own.filter((it) => !it.address.startsWith('fe80'))) {
    const host = family === 'IPv6' ? `[${address}]` : address
    expect(isHeld(`http://${host}:8080`, {taken: [{host: '127.0.0.1', port: 8080}]})).toBe(true)
  }
})

test('an administrator allows a private address, and one that is taken, with its port', () => {
  const place = {host: '10.0.0.7', port: 8080}
  const reach = {range: 'public', allowed: [place], taken: [place]} as const
  expect(isHeld('http://10.0.0.7:8080', reach)).toBe(false)
  expect(isHeld('http://10.0.0.7:8081', reach)).toBe(true)
  expect(isHeld('http://10.0.0.8:8080', reach)).toBe(true)
  const allowed = [
    {host: '169.254.169.254', port: 80},
    {host: 'metadata.google.internal', port: 80},
  ]
  expect(isHeld('http://169.254.169.254', {allowed})).toBe(true)
  expect(isHeld('http://metadata.google.internal', {allowed})).toBe(true)
})

test('every refusal is the same: it shows neither why nor whose', async () => {
  const taken = [{host: '1.2.3.4', port: 80}]
  const reach: Reach = {range: 'public', allowed: [], taken}
  const urls = [
    'http://1.2.3.4',
    'http://10.0.0.1',
    'http://169.254.169.254',
    'http://1.1.1.1:25',
    'scgi+unix:///s',
  ]
  const faults = urls.map((url) => objectionTo({url, httpProxy: null, reach}))
  names(['10.0.0.1'])
  const byName = new Promise((resolve) =>
    lookupWithin(reach, seedbox)!('seedbox.example', {all: true}, resolve),
  )
  expect(new Set([...faults, (await byName) as ServerFault].map((it) => it?.message)).size).toBe(1)
})

/** What the name servers say of each name. */
function zone(hosts: Readonly<Record<string, readonly string[]>>): void {
  vi.spyOn(dns, 'lookup').mockImplementation(((
    name: string,
    _options: object,
    done: (error: Error | null, found: {address: string; family: number}[]) => void,
  ) => {
    const found = hosts[name]?.map((address) => ({address, family: address.includes(':') ? 6 : 4}))
    done(found ? null : new Error('ENOTFOUND'), found ?? [])
  }) as unknown as typeof dns.lookup)
}

const led = (reach: Partial<Reach>, name: string, port: number) =>
  new Promise((resolve) => {
    const to = new URL(`http://${name}:${port}`)
    lookupWithin(held(reach), to)!(name, {all: true}, (error, found) =>
      resolve(error ? (error as unknown as ServerFault).reason : found),
    )
  })

test('a name that leads to the server of another user is not followed there', async () => {
  zone({'mine.example': ['10.0.0.7'], 'nas.lan': ['10.0.0.7', 'fd00::7']})
  const byAddress = {taken: [{host: '10.0.0.7', port: 8080}]}
  expect(await led(byAddress, 'mine.example', 8080)).toBe('address_forbidden')
  expect(await led(byAddress, 'mine.example', 8081)).toEqual([{address: '10.0.0.7', family: 4}])
  const byName = {
    taken: [
      {host: 'nas.lan', port: 8080},
      {host: 'gone.lan', port: 8080},
    ],
  }
  expect(await led(byName, 'mine.example', 8080)).toBe('address_forbidden')
  expect(await led(byName, 'mine.example', 8081)).toEqual([{address: '10.0.0.7', family: 4}])
})

test('a literal address to which the name of another user leads is not connected to', async () => {
  zone({'nas.lan': ['10.0.0.7']})
  const reach = held({taken: [{host: 'nas.lan', port: 8080}]})
  const at = (url: string) => objectionAt({url, httpProxy: null, reach})
  expect((await at('http://10.0.0.7:8080'))?.reason).toBe('address_forbidden')
  expect(await at('http://10.0.0.7:8081')).toBeNull()
  expect(await at('http://10.0.0.8:8080')).toBeNull()
})

test('a name that is allowed may lead to a private address, under this name alone', async () => {
  zone({'qbit-ann': ['172.18.0.3'], 'other.example': ['172.18.0.3']})
  const reach = {range: 'public', allowed: [{host: 'qbit-ann', port: 8080}]} as const
  expect(await led(reach, 'qbit-ann', 8080)).toEqual([{address: '172.18.0.3', family: 4}])
  expect(await led(reach, 'qbit-ann', 8081)).toBe('address_forbidden')
  expect(await led(reach, 'other.example', 8080)).toBe('address_forbidden')
})

test('what two people may reach is what both may', () => {
  const a = {host: '10.0.0.1', port: 1}
  const b = {host: '10.0.0.2', port: 2}
  const mine: Reach = {range: 'public', allowed: [a, b], taken: [{host: '1.1.1.1', port: 1}]}
  const yours: Reach = {range: 'public', allowed: [b], taken: []}
  expect(inBoth(mine, yours)).toEqual({range: 'public', allowed: [b], taken: mine.taken})
  expect(inBoth(plainReach.anywhere, mine)).toEqual(mine)
  expect(inBoth(mine, plainReach.guarded)).toEqual(mine)
  expect(inBoth(plainReach.anywhere, plainReach.guarded)).toEqual(plainReach.guarded)
})

/* ───────────────────────────── every way out ───────────────────────────── */

const ways: readonly [string, ServerKind, string][] = [
  ['qbittorrent', 'qbittorrent', 'http'],
  ['qbittorrent over TLS', 'qbittorrent', 'https'],
  ['transmission', 'transmission', 'http'],
  ['rtorrent over HTTP', 'rtorrent', 'http'],
  ['rtorrent over SCGI', 'rtorrent', 'scgi'],
]
const bounds = {timeoutMs: 5_000, maxBytes: 100_000}

async function connecting(kind: ServerKind, url: string, range: ReachRange): Promise<unknown> {
  const client = createClient({
    definition: definition(url, range, {kind}),
    clock: systemClock,
    turns: new TimeSlice(),
    metainfo: insideMetainfo,
  })
  closing.push(() => client.close())
  return client.connect(bounds).then(
    () => 'connected',
    (error: unknown) => (error instanceof ServerFault ? error.reason : error),
  )
}

test.each(ways)(
  '%s: a name that leads to what is not allowed is never connected to',
  async (_, kind, scheme) => {
    const harness = await counting()
    names(['127.0.0.1'])
    const url = `${scheme}://seedbox.example:${harness.port}/x`
    expect(await connecting(kind, url, 'public')).toBe('address_forbidden')
    expect(await probePort(definition(url, 'public', {kind}))).toBe('unknown')
    expect(harness.connections).toBe(0)
    // The same name, when it is allowed, is reached: so nothing else stood in the way.
    expect(await connecting(kind, url, 'guarded')).not.toBe('address_forbidden')
    expect(harness.connections).toBeGreaterThan(0)
  },
)

test.each(ways)(
  '%s: a literal address that is not allowed is never connected to',
  async (_, kind, scheme) => {
    const harness = await counting()
    const url = `${scheme}://127.0.0.1:${harness.port}/x`
    expect(await connecting(kind, url, 'public')).toBe('address_forbidden')
    expect(await probePort(definition(url, 'public', {kind}))).toBe('unknown')
    expect(harness.connections).toBe(0)
  },
)

test('a Unix socket is not opened for who may not', async () => {
  expect(await connecting('rtorrent', 'scgi+unix:///nowhere.sock', 'guarded')).toBe('address_forbidden')
  expect(await connecting('rtorrent', 'scgi+unix:///nowhere.sock', 'anywhere')).toBe('refused')
})

test.each(ways)('%s: the server of another user is never connected to', async (_, kind, scheme) => {
  const harness = await counting()
  zone({'nas.lan': ['127.0.0.1'], 'mine.example': ['127.0.0.1']})
  for (const taken of [[{host: '127.0.0.1', port: harness.port}], [{host: 'nas.lan', port: harness.port}]]) {
    for (const host of ['127.0.0.1', 'mine.example']) {
      const asked = definition(`${scheme}://${host}:${harness.port}/x`, 'guarded', {
        kind,
        reach: held({taken}),
      })
      const client = createClient({
        definition: asked,
        clock: systemClock,
        turns: new TimeSlice(),
        metainfo: insideMetainfo,
      })
      closing.push(() => client.close())
      await expect(client.connect(bounds)).rejects.toMatchObject({reason: 'address_forbidden'})
      expect(await probePort(asked)).toBe('unknown')
    }
  }
  expect(harness.connections).toBe(0)
})

const kindsOverHttp = ways.filter(([, , scheme]) => scheme === 'http')

test.each(kindsOverHttp)('%s: a redirect is not followed', async (_, kind) => {
  const elsewhere = await counting()
  const asked: string[] = []
  const server = createHttpServer((request, response) => {
    asked.push(request.url ?? '')
    response.writeHead(307, {location: `http://127.0.0.1:${elsewhere.port}/`})
    response.end()
  })
  const port = await portOf(server)
  closing.push(() => server.closeAllConnections())
  expect(await connecting(kind, `http://127.0.0.1:${port}/x`, 'guarded')).not.toBe('connected')
  expect(asked.length).toBeGreaterThan(0)
  expect(elsewhere.connections).toBe(0)
})

test('SCGI: what looks like a redirect is not followed', async () => {
  const elsewhere = await counting()
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () =>
      socket.end(
        `Status: 307 Temporary\r\nLocation: http://127.0.0.1:${elsewhere.port}/\r\nContent-Length: 0\r\n\r\n`,
      ),
    )
  })
  const port = await portOf(server)
  expect(await connecting('rtorrent', `scgi://127.0.0.1:${port}`, 'guarded')).not.toBe('connected')
  expect(elsewhere.connections).toBe(0)
})

test.each([
  ['8.8.4.4', true],
  ['2a02:8071::5', true],
  ['::ffff:8.8.4.4', true],
  ['192.168.1.5', false],
  ['100.64.0.1', false],
  ['127.0.0.1', false],
  ['169.254.169.254', false],
  ['::1', false],
  ['fd00::5', false],
  ['fe80::1%eth0', false],
  ['::ffff:10.0.0.1', false],
])('%s is a public address: %s', (address, expected) => {
  expect(isPublic(address)).toBe(expected)
})
