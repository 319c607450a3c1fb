import {afterEach, describe, expect, test} from 'vitest'
import type {LabDaemon} from '#lab/daemons/daemon.ts'
import {startNginx, type NginxOptions} from '#lab/daemons/nginx.ts'
import {waitUntil} from '#lab/daemons/process.ts'
import {startQbittorrent} from '#lab/daemons/qbittorrent.ts'
import {startRtorrent} from '#lab/daemons/rtorrent.ts'
import {programVersion, readySuites} from '#lab/daemons/suites.ts'
import {startTransmission} from '#lab/daemons/transmission.ts'
import {startHttpProxy} from '#lab/http-proxy.ts'
import {ServerFault} from '#model/errors.ts'
import {Secret} from '#model/secret.ts'
import type {HealthReason, ServerDefinition} from '#model/server.ts'
import {bounds} from './conformance/stage.conformance.ts'
import {clientParts} from './conformance/subjects.conformance.ts'
import {createClient} from './kinds/registry.ts'

/** What must be stopped after the test, last started first. */
const started: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of started.splice(0).toReversed()) await stop()
})

async function kept<T extends {dispose(): Promise<void>} | {stop(): Promise<void>}>(
  starting: Promise<T>,
): Promise<T> {
  const one = await starting
  started.push(() => ('dispose' in one ? one.dispose() : one.stop()))
  return one
}

/** Connects, probes and closes. @returns version @throws {ServerFault} */
async function reach(definition: ServerDefinition): Promise<string> {
  const client = createClient(clientParts(definition))
  try {
    const {version} = await client.connect(bounds)
    await client.probe(bounds)
    return version
  } finally {
    await client.close()
  }
}

async function reasonOf(definition: ServerDefinition): Promise<HealthReason> {
  const fault: unknown = await reach(definition).catch((error: unknown) => error)
  expect(fault).toBeInstanceOf(ServerFault)
  return (fault as ServerFault).reason
}

const suites = readySuites()
const secret = (text: string) => new Secret(text)

/** Web server in front of each kind, and how a definition then reads. */
const fronts = [
  {
    kind: 'qbittorrent',
    start: () => startQbittorrent({suite: suites[0]!}),
    behind: ({url}: LabDaemon): NginxOptions['behind'] => ({http: url}),
    path: '/torrents/qb/',
    url: (front: string) => front,
  },
  {
    kind: 'transmission',
    start: () => startTransmission({suite: suites[0]!}),
    behind: ({url}: LabDaemon): NginxOptions['behind'] => ({http: new URL(url).origin}),
    path: '/torrents/tm/',
    url: (front: string) => `${front}/transmission/rpc`,
  },
] as const

for (const {kind, start, behind, path, url} of fronts) {
  describe(`${kind} behind a web server`, () => {
    const fronted = async (options: Partial<NginxOptions> = {}) => {
      const daemon = await kept(start())
      const front = await kept(startNginx({behind: behind(daemon), path, ...options}))
      return {front, definition: {...daemon.definition, url: url(front.url)}, version: daemon.version}
    }

    test('is reached below a base path', async () => {
      const {definition, version} = await fronted()
      expect(await reach(definition)).toBe(version)
    })

    test('is reached over TLS with the authority that signed, and without verification', async () => {
      const {front, definition, version} = await fronted({tls: true})
      expect(await reach({...definition, tls: {ca: front.ca, skipVerify: false}})).toBe(version)
      expect(await reach({...definition, tls: {ca: null, skipVerify: true}})).toBe(version)
    })

    test('is not reached over TLS when no one we trust signed', async () => {
      const {definition} = await fronted({tls: true})
      expect(await reasonOf(definition)).toBe('certificate')
    })

    test('is reached over IPv6', async () => {
      const {definition, version} = await fronted({ipv6: true})
      expect(await reach(definition)).toBe(version)
    })
  })
}

test('qBittorrent behind basic auth is reached with its credentials, and with both kept apart', async () => {
  const daemon = await kept(startQbittorrent({suite: suites[0]!}))
  const basicAuth = {username: 'porter', password: 'pass word'}
  const front = await kept(startNginx({behind: {http: daemon.url}, path: '/', basicAuth}))
  const definition = {...daemon.definition, url: front.url}
  const good = {username: basicAuth.username, password: secret(basicAuth.password)}
  expect(await reach({...definition, basicAuth: good})).toBe(daemon.version)
  expect(await reasonOf({...definition, basicAuth: {...good, password: secret('wrong')}})).toBe(
    'wrong_credentials',
  )
})

describe('rTorrent behind a web server', () => {
  const basicAuth = {username: 'lab', password: 'lab-password'}
  for (const transport of ['tcp', 'unix'] as const) {
    test(`is reached with basic auth over ${transport} SCGI`, async () => {
      const daemon = await kept(startRtorrent({suite: suites[0]!, transport}))
      const front = await kept(startNginx({behind: {scgi: daemon.scgi}, path: '/RPC2', basicAuth}))
      const login = {username: 'lab', password: secret(basicAuth.password)}
      const definition = {...daemon.definition, url: front.url}
      expect(await reach({...definition, ...login})).toBe(daemon.version)
      expect(await reasonOf({...definition, ...login, password: secret('wrong')})).toBe('wrong_credentials')
      await daemon.stop()
      expect(await reasonOf({...definition, ...login})).toBe('server_error')
    })
  }

  test('is reached over TLS and IPv6', async () => {
    const daemon = await kept(startRtorrent({suite: suites.at(-1)!, transport: 'unix'}))
    const front = await kept(startNginx({behind: {scgi: daemon.scgi}, path: '/RPC2', tls: true, ipv6: true}))
    const definition = {...daemon.definition, url: front.url}
    expect(await reach({...definition, tls: {ca: front.ca, skipVerify: false}})).toBe(daemon.version)
    expect(await reasonOf(definition)).toBe('certificate')
  })
})

describe('through an HTTP proxy', () => {
  for (const [kind, start] of [
    ['qbittorrent', () => startQbittorrent({suite: suites[0]!})],
    ['transmission', () => startTransmission({suite: suites[0]!})],
  ] as const) {
    test(`${kind} is reached, and the proxy saw it`, async () => {
      const daemon = await kept(start())
      const proxy = await kept(startHttpProxy())
      expect(await reach({...daemon.definition, httpProxy: secret(proxy.url)})).toBe(daemon.version)
      expect(proxy.passed).toContain(new URL(daemon.url).host)
    })
  }

  test('credentials for the proxy go to the proxy, and without them it is the proxy that refuses', async () => {
    const daemon = await kept(startQbittorrent({suite: suites[0]!}))
    const credentials = {username: 'porter', password: 'proxy-word'}
    const proxy = await kept(startHttpProxy({credentials}))
    const withLogin = proxy.url.replace('://', `://${credentials.username}:${credentials.password}@`)
    expect(await reach({...daemon.definition, httpProxy: secret(withLogin)})).toBe(daemon.version)
    expect(await reasonOf({...daemon.definition, httpProxy: secret(proxy.url)})).toBe('proxy')
  })
})

for (const suite of suites) {
  describe(`servers of ${suite} that say no`, () => {
    for (const [kind, start] of [
      ['qbittorrent', () => startQbittorrent({suite})],
      ['transmission', () => startTransmission({suite})],
    ] as const) {
      test(`${kind}: a wrong password is called wrong credentials`, async () => {
        const daemon = await kept(start())
        expect(await reasonOf({...daemon.definition, password: secret('wrong')})).toBe('wrong_credentials')
        expect(await reach(daemon.definition)).toBe(daemon.version)
      })
    }

    test('qbittorrent: too many wrong passwords are a ban, also for the right one, until it ends', async () => {
      const isBannedAfter = async ({definition}: LabDaemon) => {
        const wrong = {...definition, password: secret('wrong')}
        expect(await reasonOf(wrong)).toBe('wrong_credentials')
        await waitUntil('the ban', async () => (await reasonOf(wrong)) === 'banned')
      }
      // One that outlasts the test, and one that is soon over.
      const strict = await kept(startQbittorrent({suite, maxLoginFailures: 2, banSeconds: 3_600}))
      await isBannedAfter(strict)
      expect(await reasonOf(strict.definition)).toBe('banned')
      const brief = await kept(startQbittorrent({suite, maxLoginFailures: 2, banSeconds: 3}))
      await isBannedAfter(brief)
      await waitUntil('the end of the ban', () => reach(brief.definition).catch(() => false as const))
    })

    test('qbittorrent: where loopback needs no login, none is needed', async () => {
      const daemon = await kept(startQbittorrent({suite, withoutLogin: true}))
      expect(await reach({...daemon.definition, username: null, password: null})).toBe(daemon.version)
    })
  })
}

test('an API key of qBittorrent 5.2 and newer is enough, and a wrong one is not', async ({skip}) => {
  if (!suites.includes('sid')) skip('qBittorrent 5.2 or newer is in sid alone')
  const daemon = await kept(startQbittorrent({suite: 'sid'}))
  const authorization = `Basic ${btoa(`${daemon.username}:${daemon.password}`)}`
  const answer = await fetch(`${daemon.url}/api/v2/app/rotateAPIKey`, {
    method: 'POST',
    headers: {authorization},
  })
  const {apiKey} = (await answer.json()) as {apiKey: string}
  const definition = {...daemon.definition, username: null, password: null}
  expect(await reach({...definition, apiKey: secret(apiKey)})).toBe(daemon.version)
  expect(await reasonOf({...definition, apiKey: secret(`${apiKey.slice(0, -4)}xxxx`)})).toBe(
    'wrong_credentials',
  )
})

describe('addresses that are wrong', () => {
  test('nothing listens: refused', async () => {
    const daemon = await kept(startQbittorrent({suite: suites[0]!}))
    const rtorrent = await kept(startRtorrent({suite: suites[0]!, transport: 'tcp'}))
    await daemon.stop()
    await rtorrent.stop()
    expect(await reasonOf(daemon.definition)).toBe('refused')
    expect(await reasonOf({...daemon.definition, kind: 'transmission'})).toBe('refused')
    expect(await reasonOf(rtorrent.definition)).toBe('refused')
  })

  test('another kind of server: not a torrent server of this kind', async () => {
    const qbittorrent = await kept(startQbittorrent({suite: suites[0]!}))
    const transmission = await kept(startTransmission({suite: suites[0]!}))
    const rtorrent = await kept(startRtorrent({suite: suites[0]!, transport: 'tcp'}))
    const scgi = rtorrent.url.replace('scgi:', 'http:')
    // qBittorrent keeps silent to SCGI until it loses patience: then the answer was cut.
    const notOne = [
      'not_a_torrent_server',
      'wrong_path',
      'connection_reset',
      'cut_answer',
      'access_denied',
      'wrong_credentials',
    ]
    for (const definition of [
      {...qbittorrent.definition, url: new URL(transmission.url).origin},
      {...qbittorrent.definition, url: scgi},
      {...transmission.definition, url: `${qbittorrent.url}/transmission/rpc`},
      {...transmission.definition, url: scgi},
      {...rtorrent.definition, url: `${qbittorrent.url}/RPC2`},
      {...rtorrent.definition, url: qbittorrent.url.replace('http:', 'scgi:')},
    ]) {
      // rTorrent 0.16 keeps silent to HTTP and never loses patience.
      const isSilent = definition.url === scgi && programVersion(suites[0]!, 'rtorrent') !== '0.9.8'
      const expected = isSilent ? [...notOne, 'timed_out'] : notOne
      expect(await reasonOf(definition), `${definition.kind} at ${definition.url}`).toBeOneOf(expected)
    }
  })

  test('an unknown host name: dns', async () => {
    const daemon = await kept(startQbittorrent({suite: suites[0]!}))
    expect(await reasonOf({...daemon.definition, url: 'http://no-such-host.invalid:8080'})).toBe('dns')
  })
})
