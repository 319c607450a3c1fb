import {afterEach, describe, expect, test} from 'vitest'
import {bounds, definitionOf} from '#lab/simulators/qbittorrent-stage.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import {Secret} from '#model/secret.ts'
import type {ServerDefinition} from '#model/server.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {insideMetainfo} from '#test/doubles/inside-work.ts'
import {QbittorrentClient} from './client.ts'
import {fakeServer, type Asked, type FakeServer, type Reply} from './fake-server.fixture.ts'

const LOGIN = '/api/v2/auth/login'
const html = (text: string): Reply => ({
  headers: {'content-type': 'text/html'},
  body: `<!doctype html>${text}`,
})
const loginForm = '<form><input type="password"></form>'

let servers: FakeServer[] = []
afterEach(async () => {
  for (const server of servers) await server.close()
  servers = []
})

async function play(
  reply: (asked: Asked) => Reply,
  more: Partial<ServerDefinition> = {},
): Promise<{server: FakeServer; client: QbittorrentClient; clock: VirtualClock}> {
  const server = await fakeServer(reply)
  servers.push(server)
  const clock = new VirtualClock()
  const definition = definitionOf(server.url + (more.url ?? ''), {
    ...more,
    url: server.url + (more.url ?? ''),
  })
  return {
    server,
    clock,
    client: new QbittorrentClient({definition, clock, metainfo: insideMetainfo, turns: new TimeSlice()}),
  }
}

/** A server of this generation that lets everybody in who brings the cookie. */
function daemon(apiVersion: string, isIn: (asked: Asked) => boolean): (asked: Asked) => Reply {
  return (asked) => {
    if (asked.path.endsWith('/auth/login'))
      return {status: 204, headers: {'set-cookie': 'QBT_SID_1=new; path=/'}}
    if (!isIn(asked)) return {status: 403, body: 'Forbidden'}
    if (asked.path.endsWith('/webapiVersion')) return {body: apiVersion}
    if (asked.path.endsWith('/app/version')) return {body: 'v5.2.3'}
    if (asked.path.endsWith('/defaultSavePath')) return {body: '/srv'}
    return {headers: {'content-type': 'application/json'}, body: '[]'}
  }
}

const hasCookie = (asked: Asked): boolean => /=new/.test(asked.headers.cookie ?? '')

describe('a login that is refused', () => {
  const free = {status: 403, body: 'Forbidden'} as const
  for (const [what, login, elsewhere, fault] of [
    ['Fails. (up to 5.1)', {body: 'Fails.'}, free, {code: 'login_refused', reason: 'wrong_credentials'}],
    ['401 (from 5.2)', {status: 401}, free, {code: 'login_refused', reason: 'wrong_credentials'}],
    [
      '403 with the words of a ban',
      {status: 403, body: 'Your IP address has been banned after too many failed authentication attempts.'},
      {status: 403, body: 'whatever'},
      {code: 'login_banned', reason: 'banned', retryAt: null},
    ],
    [
      '403 with the words of a ban in another language',
      {status: 403, body: 'Ihre IP-Adresse wurde gebannt.'},
      free,
      {code: 'login_banned', reason: 'banned', retryAt: null},
    ],
    ['403 of a proxy', {status: 403}, {status: 403}, {code: 'server_failed', reason: 'access_denied'}],
    [
      '403 of a proxy with words of its own',
      {status: 403, body: 'banned by policy 7'},
      {status: 403, body: 'banned by policy 7'},
      {code: 'server_failed', reason: 'access_denied'},
    ],
    ['403 with a page', {status: 403, ...html('No')}, free, {code: 'server_failed', reason: 'access_denied'}],
    ['a login page', html(loginForm), free, {code: 'wrong_server', reason: 'login_page'}],
    ['some page', html('<h1>Hello</h1>'), free, {code: 'wrong_server', reason: 'not_a_torrent_server'}],
    ['404', {status: 404}, free, {code: 'wrong_server', reason: 'not_a_torrent_server'}],
    ['500', {status: 500}, free, {code: 'server_failed', reason: 'server_error'}],
    [
      'a proxy that wants other credentials',
      {status: 401, headers: {'www-authenticate': 'Basic realm="x"'}},
      free,
      {code: 'login_refused', reason: 'wrong_credentials'},
    ],
    [
      'a redirect to a portal',
      {status: 302, headers: {location: 'https://portal.example/login?rd=x'}},
      free,
      {code: 'wrong_server', reason: 'login_page'},
    ],
  ] as const) {
    test(`by ${what} means ${fault.reason}, and is not tried again`, async () => {
      const {client, server} = await play((asked) => (asked.path === LOGIN ? login : elsewhere))
      await expect(client.connect(bounds)).rejects.toMatchObject(fault)
      expect(server.count(LOGIN)).toBe(1)
    })
  }

  test.each([
    ['refuses the name of the host', {status: 401}, {code: 'wrong_server', reason: 'host_rejected'}],
    ['fails', {status: 500}, {code: 'server_failed', reason: 'server_error'}],
    ['speaks for a server that does not answer', {status: 504}, {reason: 'server_error'}],
    ['asks for a pause', {status: 429}, {code: 'rate_limited', reason: 'rate_limited'}],
    [
      'wants other credentials',
      {status: 401, headers: {'www-authenticate': 'Basic realm="x"'}},
      {code: 'login_refused', reason: 'wrong_credentials'},
    ],
  ])('is not even sent to who %s', async (_, answer, fault) => {
    const {client, server} = await play(() => answer)
    await expect(client.connect(bounds)).rejects.toMatchObject(fault)
    expect([server.count(LOGIN), server.asked.length]).toEqual([0, 1])
  })

  test('by a proxy that denies everything is no reason to send the password again, until it denies no more', async () => {
    let denies = true
    const inside = daemon('2.15.1', hasCookie)
    const {client, server} = await play((asked) => (denies ? {status: 403, body: 'No entry'} : inside(asked)))
    for (let time = 0; time < 5; time++)
      await expect(client.connect(bounds)).rejects.toMatchObject({reason: 'access_denied'})
    expect(server.count(LOGIN)).toBe(1)
    denies = false
    await client.connect(bounds)
    expect(server.count(LOGIN)).toBe(2)
  })

  test.each([
    [502, 'shut'],
    [503, 'unknown'],
    [403, 'open'],
    [200, 'open'],
  ])(
    'a look without a session that is answered %i shows a port that is %s, and sends no password',
    async (status, port) => {
      const {client, server} = await play(() => ({status}))
      expect([await client.look(bounds), server.count(LOGIN)]).toEqual([port, 0])
    },
  )

  test('keeps the second session from trying the same credentials', async () => {
    const {client, server} = await play((asked) => (asked.path === LOGIN ? {body: 'Fails.'} : {status: 403}))
    await expect(client.connect(bounds)).rejects.toMatchObject({reason: 'wrong_credentials'})
    await expect(client.details.tags(bounds)).rejects.toMatchObject({reason: 'wrong_credentials'})
    await expect(client.probe(bounds)).rejects.toMatchObject({reason: 'wrong_credentials'})
    expect(server.count(LOGIN)).toBe(1)
  })

  test('never carries a cookie: with one any password would do', async () => {
    const {client, server} = await play(daemon('2.15.1', hasCookie))
    await client.connect(bounds)
    await client.connect(bounds)
    const logins = server.asked.filter(({path}) => path === LOGIN)
    expect(logins.map(({headers}) => headers.cookie)).toEqual([undefined, undefined])
    expect(logins[0]!.form.get('password')).toBe('secret')
  })

  test('names no password in its error', async () => {
    const {client} = await play(() => ({body: 'Fails.'}))
    const error = await client.connect(bounds).catch((failure: unknown) => failure)
    expect(JSON.stringify([error, String(error), (error as Error).stack])).not.toContain('secret')
  })
})

test('a path without an API below it is called a wrong path', async () => {
  const {client} = await play(() => ({status: 404, ...html('nginx')}), {url: '/qbt'})
  await expect(client.connect(bounds)).rejects.toMatchObject({reason: 'wrong_path'})
})

test('a Transmission that asks for its password is no qBittorrent with a wrong one', async () => {
  const challenge = {'www-authenticate': 'Basic realm="Transmission"'}
  const {client} = await play(() => ({status: 401, headers: challenge, body: ''}))
  await expect(client.connect(bounds)).rejects.toMatchObject({
    reason: 'not_a_torrent_server',
    message: expect.stringContaining('Transmission answers'),
  })
})

test('what answers without a version is no qBittorrent', async () => {
  const {client} = await play(() => ({body: 'Ok.'}))
  await expect(client.connect(bounds)).rejects.toMatchObject({reason: 'not_a_torrent_server'})
})

for (const [apiVersion, outcome] of [
  ['2.8.1', 'version_too_old'],
  ['2.8.2', 'limited'],
  ['2.8.4', 'whole'],
  ['2.16.2', 'whole'],
  ['3.0', 'whole'],
] as const) {
  test(`Web API ${apiVersion}: ${outcome}`, async () => {
    const {client} = await play(daemon(apiVersion, hasCookie))
    const seen = await client.connect(bounds).then(
      ({limitation}) => (limitation === null ? 'whole' : 'limited'),
      (error: {reason: string}) => error.reason,
    )
    expect(seen).toBe(outcome)
  })
}

test('every cookie goes back by its name, the newest value of each', async () => {
  const {client, server} = await play((asked) => ({
    ...daemon('2.11.4', () => true)(asked),
    ...(asked.path === LOGIN && {
      status: 200,
      headers: {'set-cookie': ['odd=1; path=/', 'lb=a']},
      body: 'Ok.',
    }),
    ...(asked.path.endsWith('webapiVersion') && {headers: {'set-cookie': 'lb=b'}, body: '2.11.4'}),
  }))
  await client.connect(bounds)
  const later = server.asked.find(({path}) => path.endsWith('/app/version'))
  expect(later?.headers.cookie).toBe('odd=1; lb=b')
})

test('a 2xx login without a cookie is a server that lets us in as we are', async () => {
  const {client} = await play((asked) => ({...daemon('2.11.4', () => true)(asked), headers: {}}))
  await expect(client.connect(bounds)).resolves.toMatchObject({apiVersion: '2.11.4'})
})

test('without a user name there is no login', async () => {
  const open = {username: null, password: null}
  const {client, server} = await play(
    daemon('2.11.4', () => true),
    open,
  )
  await client.connect(bounds)
  expect(server.count(LOGIN)).toBe(0)
  const closed = await play(() => ({status: 403, body: 'Forbidden'}), open)
  await expect(closed.client.connect(bounds)).rejects.toMatchObject({reason: 'wrong_credentials'})
  expect(closed.server.count(LOGIN)).toBe(0)
})

test('an API key goes along as Bearer, and a wrong one is wrong credentials', async () => {
  const apiKey = new Secret('qbt_key')
  const isIn = (asked: Asked): boolean => asked.headers.authorization === 'Bearer qbt_key'
  const {client, server} = await play(daemon('2.15.1', isIn), {apiKey})
  await client.connect(bounds)
  expect(server.count(LOGIN)).toBe(0)
  const wrong = await play(daemon('2.15.1', isIn), {apiKey: new Secret('qbt_other')})
  await expect(wrong.client.connect(bounds)).rejects.toMatchObject({code: 'login_refused'})
  expect(wrong.server.asked).toHaveLength(1)
})

describe('a session lost on the way', () => {
  /** In until `until` requests after the login were answered, then out until the next login. */
  const forgetful = (until: number): ((asked: Asked) => Reply) => {
    let left = 0
    const inner = daemon('2.15.1', () => left-- > 0)
    return (asked) => {
      if (asked.path === LOGIN) left = until
      return inner(asked)
    }
  }

  test('is renewed once and the request sent again', async () => {
    const {client, server} = await play(forgetful(5))
    await client.connect(bounds)
    await client.probe(bounds)
    await client.probe(bounds)
    expect(server.count(LOGIN)).toBe(2)
  })

  test('again and again does not become a storm of logins', async () => {
    const {client, server, clock} = await play(forgetful(1))
    const outcomes: string[] = []
    for (let i = 0; i < 20; i++) {
      await client.probe(bounds).then(
        () => outcomes.push('ok'),
        (error: {reason: string}) => outcomes.push(error.reason),
      )
    }
    expect(outcomes.slice(0, 4)).toEqual(['ok', 'ok', 'ok', 'ok'])
    expect(new Set(outcomes.slice(4))).toEqual(new Set(['session_lost']))
    expect(server.count(LOGIN)).toBe(4)
    await clock.advance(61_000)
    await client.probe(bounds)
    expect(server.count(LOGIN)).toBe(5)
  })

  test('and lost again right after the login is no matter of sessions', async () => {
    const {client, server} = await play(
      daemon('2.15.1', ({path}) => path.endsWith('Version') || path.endsWith('ion')),
    )
    await expect(client.details.preferences(bounds)).rejects.toMatchObject({reason: 'access_denied'})
    expect(server.count(LOGIN)).toBe(2)
  })

  test('found by many requests at once costs one login', async () => {
    const {client, server} = await play(daemon('2.15.1', hasCookie))
    await client.connect(bounds)
    await Promise.all(Array.from({length: 8}, () => client.details.tags(bounds)))
    expect(server.count(LOGIN)).toBe(2)
  })

  test('is not looked for behind a refusal in words', async () => {
    const inner = daemon('2.8.5', () => true)
    const {client, server} = await play((asked) =>
      asked.path.endsWith('setLocation') ? {status: 403, body: 'Cannot write to directory'} : inner(asked),
    )
    await client.connect(bounds)
    const moved = client.control.setLocation([], {path: '/x', moveData: true}, bounds)
    await expect(moved).rejects.toMatchObject({code: 'command_refused', message: 'Cannot write to directory'})
    expect(server.count(LOGIN)).toBe(2)
  })
})

test('a page where the list should be is reported as the page it is', async () => {
  const inner = daemon('2.11.4', () => true)
  const {client} = await play((asked) => (asked.path.endsWith('maindata') ? html(loginForm) : inner(asked)))
  await client.connect(bounds)
  const sink = {begin() {}, row() {}, removed() {}, end() {}, stats() {}, categories() {}, tags() {}}
  const step = client.sync.step({list: 'full', attentive: true}, sink, {delta: bounds, full: bounds})
  await expect(step).rejects.toMatchObject({reason: 'login_page'})
})

test('at the end a session that is left behind is given back, and others are not', async () => {
  const {client} = await play(({path}) => {
    if (path === LOGIN) return {body: 'Ok.', headers: {'set-cookie': 'SID=a; path=/'}}
    return {body: '2.8.0'}
  })
  await client.probe(bounds)
  expect(await client.close()).toBeUndefined()
  const other = await play(({path}) => {
    if (path === LOGIN) return {body: 'Ok.', headers: {'set-cookie': 'SID=a; path=/'}}
    return {body: '2.8.0'}
  })
  await other.client.probe(bounds)
  await other.server.close()
  expect(await other.client.close()).toMatchObject({name: 'ServerFault'})
})
