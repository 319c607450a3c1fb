/** Ways in and out, as the composed program has them: passwords, second step, keys, proxies, providers. */
import {generateSync} from 'otplib'
import pino from 'pino'
import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest'
import type {AppDeps} from '#app/compose-base.ts'
import {usualWebUi} from '#config/load.ts'
import type {WebUi} from '#config/schema/schema.ts'
import {startTestProvider} from '#lab/oidc-provider.ts'
import {startFleetProcess, type FleetProcess} from '#lab/simulators/fleet-process.ts'
import {TestBrowser} from '#lab/test-browser.ts'
import {Secret} from '#model/secret.ts'
import {isFull} from '#test/proof.ts'
import {VirtualClock} from '../doubles/virtual-clock.ts'
import {askedBy} from './asked-by.fixture.ts'
import {boIs, done, eveIs, invited, userId} from './fleet-harness.fixture.ts'
import {startTestApp, until, type Answer, type Api, type TestApp} from './program.fixture.ts'

let program: TestApp
afterEach(() => program.stop())

/** Where everybody has to log in; Eve is there already. @returns her */
async function start(webui: Partial<WebUi> = {}, parts: Partial<AppDeps> = {}): Promise<Api> {
  program = await startTestApp({
    servers: [],
    isOpen: false,
    demo: false,
    ...parts,
    webui: {...usualWebUi, ...webui},
  })
  const eve = program.api.as()
  await eve.setUp(eveIs)
  return eve
}

const statusOf = async (answer: Promise<Answer>) => (await answer).status
const isIn = async (api: Api) => (await statusOf(api.send('GET', '/api/torrents'))) === 200

describe('with a password', () => {
  const guess = (url: string, password: string) =>
    askedBy(url, 'POST', '/api/session', {body: {username: 'Bo', password}})

  test('after five refusals one waits, also with the right one, and is shown how long', async () => {
    const clock = new VirtualClock()
    await invited(await start({}, {clock}), boIs)
    const {url} = program.api
    for (let n = 0; n < 5; n++) expect((await guess(url, `wrong guess ${n}`)).status).toBe(401)
    for (const password of ['wrong guess', boIs.password]) {
      const {status, json, headers} = await guess(url, password)
      expect([status, headers['retry-after']]).toEqual([429, '1'])
      expect(json).toMatchObject({code: 'too_many_attempts'})
    }
    await clock.advance(1_000)
    expect((await guess(url, 'wrong guess')).status).toBe(401)
    expect((await guess(url, boIs.password)).headers['retry-after']).toBe('2')
    await clock.advance(2_000)
    expect((await guess(url, boIs.password)).status).toBe(200)
  })

  test.runIf(isFull)(
    'a second step is asked for, its code is good once, and a recovery code in its place',
    async () => {
      const clock = new VirtualClock()
      const eve = await start({}, {clock})
      const {password} = eveIs
      const {secret} = await done<{secret: string}>(eve.send('POST', '/api/two-step/start', {password}))
      const code = () => generateSync({secret, epoch: Math.floor(clock.now() / 1_000)})
      const {recovery_codes: codes} = await done<{recovery_codes: readonly string[]}>(
        eve.send('POST', '/api/two-step/confirm', {code: code()}),
      )
      const logIn = (given?: string) => program.api.as().logIn('eve', password, given)
      expect(await logIn()).toMatchObject({status: 401, body: {code: 'code_required'}})
      expect(await logIn(code())).toMatchObject({status: 401, body: {code: 'sign_in_refused'}})
      await clock.advance(30_000)
      expect(await logIn(code())).toMatchObject({status: 200, body: {visitor: {name: 'Eve'}}})
      expect(await logIn(code())).toMatchObject({status: 401, body: {code: 'sign_in_refused'}})
      expect((await logIn(codes[0])).status).toBe(200)
      expect((await logIn(codes[0])).status).toBe(401)
      expect(await eve.get('/api/two-step')).toEqual({on: true, recovery_codes: 9})
    },
  )

  test('a session that is revoked, logged out of, or older than the new password lets no one in', async () => {
    const eve = await start()
    const bo = await invited(eve, boIs)
    const [phone, tablet, elsewhere] = [bo.as(), bo.as(), bo.as()]
    for (const each of [phone, tablet, elsewhere]) await done(each.logIn('Bo', boIs.password))
    await done(tablet.send('DELETE', '/api/session'))
    const {sessions} = await phone.get<{sessions: readonly {id: string; current: boolean}[]}>('/api/sessions')
    expect(sessions).toHaveLength(3)
    await done(phone.send('DELETE', `/api/sessions/${sessions.find((it) => it.current)!.id}`))
    expect(await Promise.all([phone, tablet, elsewhere, bo].map(isIn))).toEqual([false, false, true, true])
    const next = 'sisters of mercy'
    expect(await bo.send('PUT', '/api/users/me/password', {current: 'wrong', next})).toMatchObject({
      status: 401,
    })
    await done(bo.send('PUT', '/api/users/me/password', {current: boIs.password, next}))
    expect(await Promise.all([elsewhere, bo].map(isIn))).toEqual([false, true])
    expect(await statusOf(bo.as().logIn('Bo', boIs.password))).toBe(401)
    const again = bo.as()
    await done(again.logIn('Bo', next))
    await done(eve.send('PUT', `/api/users/${await userId(eve, 'Bo')}/password`, {password: 'eve says so'}))
    expect(await Promise.all([again, bo, eve].map(isIn))).toEqual([false, false, true])
  })
})

describe('with a key or the token of the file', () => {
  let fleet: FleetProcess
  beforeAll(async () => {
    fleet = await startFleetProcess({
      servers: [
        {name: 'qBit', kind: 'qbittorrent', version: '5.1.0', count: 5, seed: 1},
        {name: 'Transmission-Attic', kind: 'transmission', version: '4.1.4', count: 5, seed: 2},
      ],
    })
  })
  afterAll(() => fleet?.stop())

  test('a key does what its scopes say, on its servers alone, until it is revoked', async () => {
    const eve = await start({}, {servers: fleet.definitions})
    await eve.online()
    const key = async (scopes: readonly string[], servers: readonly string[] | null = null) => {
      const asked = {name: scopes.join(), scopes, servers, password: eveIs.password}
      const made = await done<{key: {id: string}; token: string}>(eve.send('POST', '/api/keys', asked))
      return {id: made.key.id, api: eve.as({authorization: `Bearer ${made.token}`})}
    }
    const [reads, controls, adds] = [await key(['read']), await key(['control']), await key(['add'])]
    const {torrents} = await reads.api.list('fields=name')
    expect(torrents).toHaveLength(10)
    const {server_id, info_hash} = torrents.find((it) => it.server_id === 'qBit')!
    const stop = (api: Api) => api.send('POST', `/api/torrents/${info_hash}/stop?server_id=${server_id}`)
    const magnet = `magnet:?xt=urn:btih:${'0123456789'.repeat(4)}`
    const add = (api: Api) => api.send('POST', '/api/torrents', {server_id: 'qBit', magnet})
    const does = async ({api}: {api: Api}) => [await statusOf(stop(api)), await statusOf(add(api))]
    expect(await does(reads)).toEqual([403, 403])
    expect(await fleet.send('qBit', {do: 'received'})).toEqual([])
    expect(await does(controls)).toEqual([200, 403])
    const [stopped, added] = await does(adds)
    expect([stopped, added! < 300]).toEqual([403, true])

    const attic = await key(['read', 'control'], ['Transmission-Attic'])
    expect((await attic.api.servers()).map((it) => it.server_id)).toEqual(['Transmission-Attic'])
    expect((await attic.api.list()).total).toBe(5)
    expect(await stop(attic.api)).toMatchObject({status: 404, body: {code: 'server_unknown'}})
    expect(await attic.api.send('POST', '/api/keys', {name: 'more'})).toMatchObject({
      status: 403,
      body: {code: 'session_required'},
    })
    await done(eve.send('DELETE', `/api/keys/${attic.id}`))
    expect(await attic.api.send('GET', '/api/torrents')).toMatchObject({status: 401})
  })

  test('those that are refused are counted and written down once', async () => {
    const token = 'twenty-three characters'
    const lines: string[] = []
    const log = pino({level: 'warn'}, {write: (line) => void lines.push(line)})
    const eve = await start({Token: new Secret(token)}, {clock: new VirtualClock(), log})
    const made = await done<{token: string}>(
      eve.send('POST', '/api/keys', {name: 'phone', password: eveIs.password}),
    )
    const by = (key: string) => statusOf(eve.as({'x-api-token': key}).send('GET', '/api/torrents'))
    expect(await by(token)).toBe(200)
    for (let n = 0; n < 5; n++)
      expect([await by('an old one'), await by(`guess ${n}`)]).toEqual([401, n < 4 ? 401 : 429])
    expect([await by(token), await by(made.token), await isIn(eve)]).toEqual([429, 200, true])
    const refusals = () => eve.get<{entries: readonly object[]}>('/api/audit?subject=session&actor=stranger')
    const {entries} = await until(refusals, (it) => it.entries.length > 0)
    expect(entries).toMatchObject([
      {verb: 'log-in', args: {via: 'key'}, address: '127.0.0.1', code: 'unauthorised', user_id: null},
    ])
    expect(lines.join('') + JSON.stringify(entries)).not.toMatch(/guess \d|an old one|twenty-three/)
  })

  test('a rule does no more than the key that made it, ends with it, and goes on when a user takes it over', async () => {
    const eve = await start({}, {servers: fleet.definitions})
    await eve.online()
    const asked = {name: 'tool', scopes: ['read', 'control', 'manage'], password: eveIs.password}
    const made = await done<{key: {id: string}; token: string}>(eve.send('POST', '/api/keys', asked))
    const key = eve.as({authorization: `Bearer ${made.token}`})
    expect(await statusOf(key.send('GET', '/api/settings'))).toBe(403)
    const rule = (action: object) => ({
      rule: {name: 'By key', mode: 'live', when: {fact: 'ratio', op: 'gte', value: 9_000}, do: [action]},
      confirm: true,
    })
    const make = (action: object) => key.send('POST', '/api/rules', rule(action))
    for (const action of [
      {action: 'exec', program: 'tidy'},
      {action: 'copyTo', server: 'Transmission-Attic'},
      {action: 'move', server: 'Transmission-Attic'},
    ]) {
      expect(await make(action)).toMatchObject({status: 403, body: {code: 'forbidden'}})
    }
    const {id} = await done<{id: string}>(make({action: 'stop'}))
    const shown = () => eve.get<object>(`/api/rules/${id}`)
    expect(await shown()).toMatchObject({mode: 'live', suspended: null, obstacle: null})

    expect(await done(eve.send('DELETE', `/api/keys/${made.key.id}`))).toEqual({
      suspended: [{kind: 'rule', id, name: 'By key'}],
    })
    expect(await shown()).toMatchObject({suspended: {reason: 'key_revoked'}, obstacle: 'key_ended'})
    await done(eve.send('POST', `/api/rules/${id}/resume`))
    expect(await shown()).toMatchObject({mode: 'live', suspended: null, obstacle: null})
  })

  test('a new password ends the keys of its user and what they made, unless their user keeps them', async () => {
    const eve = await start()
    const bo = await invited(eve, boIs)
    const keyed = async (password: string) => {
      const {token} = await done<{token: string}>(bo.send('POST', '/api/keys', {name: 'tool', password}))
      return bo.as({authorization: `Bearer ${token}`})
    }
    const change = (current: string, next: string, keys?: string) =>
      done(bo.send('PUT', '/api/users/me/password', {current, next, ...(keys && {keys})}))
    const first = await keyed(boIs.password)
    await change(boIs.password, 'sisters of mercy', 'keep')
    expect(await isIn(first)).toBe(true)
    await change('sisters of mercy', 'brothers of mercy')
    expect(await isIn(first)).toBe(false)
    const second = await keyed('brothers of mercy')
    await done(eve.send('PUT', `/api/users/${await userId(eve, 'Bo')}/password`, {password: 'eve says so'}))
    expect(await isIn(second)).toBe(false)
  })

  test('in the address it counts only where the file allows that', async () => {
    const token = 'a long random text'
    for (const allowed of [false, true]) {
      const eve = await start({Token: new Secret(token), AllowInsecureTokenQuery: allowed})
      const made = await done<{token: string}>(
        eve.send('POST', '/api/keys', {name: 'old tool', password: eveIs.password}),
      )
      for (const each of [token, made.token]) {
        const query = new URLSearchParams({token: each}).toString()
        const status = await statusOf(eve.as().send('GET', `/api/torrents?${query}`))
        expect([allowed, status]).toEqual([allowed, allowed ? 200 : 401])
        expect(await isIn(eve.as({'x-api-token': each}))).toBe(true)
      }
      if (!allowed) await program.stop()
    }
  })
})

describe('by what stands in front', () => {
  const named = {'remote-user': 'Cleo'}

  test('a proxy names who logged in there; from any other address that is nothing', async () => {
    const eve = await start({
      TrustedProxies: ['127.0.0.2'],
      ForwardedUserHeader: 'Remote-User',
      ForwardedUserRole: 'viewer',
      AllowedHosts: ['127.0.0.1'],
    })
    const session = (address: string, headers: Readonly<Record<string, string>>) =>
      askedBy(eve.url, 'GET', '/api/session', {address, headers})
    for (const headers of [named, {...named, 'x-forwarded-for': '127.0.0.2'}]) {
      expect((await session('127.0.0.3', headers)).json).toMatchObject({visitor: null})
    }
    expect((await eve.get<{users: unknown[]}>('/api/users')).users).toHaveLength(1)
    expect((await session('127.0.0.2', named)).json).toMatchObject({
      visitor: {name: 'Cleo', role: 'viewer', via: 'proxy'},
    })
    // A browser sends it along with what any page wants.
    const change = {
      address: '127.0.0.2',
      headers: {...named, origin: 'http://evil.example'},
      body: {name: 'x'},
    }
    expect(await askedBy(eve.url, 'POST', '/api/keys', change)).toMatchObject({status: 403})
  })

  test('below a path: cookies, the way to the provider and back, and every redirect stay there', async () => {
    const provider = await startTestProvider()
    provider.person = {sub: 'dan', claims: {preferred_username: 'Dan'}}
    try {
      const eve = await start({
        UrlBase: '/fleet',
        OIDCEnabled: true,
        OIDC: {
          ...usualWebUi.OIDC,
          Authority: provider.issuer,
          ClientId: provider.clientId,
          RequireHttpsMetadata: false,
          DefaultRole: 'member',
          ClientSecret: new Secret(provider.clientSecret),
        },
      })
      expect(new URL(eve.url).pathname).toBe('/fleet')
      const callback = `${eve.url}/signin-oidc`
      provider.callbacks.push(callback)
      const browser = new TestBrowser()
      const wanted = '/fleet/api/session'
      const arrival = await browser.open(`${eve.url}/api/oidc/start?return_to=${wanted}`)
      expect(new URL(arrival.url).pathname).toBe(wanted)
      expect(JSON.parse(arrival.body)).toMatchObject({visitor: {name: 'Dan', role: 'member'}})
      const ours = browser.visited.filter((it) => new URL(it).host === new URL(eve.url).host)
      expect(ours.map((it) => new URL(it).pathname)).toEqual([
        '/fleet/api/oidc/start',
        '/fleet/signin-oidc',
        wanted,
      ])
      expect(browser.cookie('commodarr_session')).toMatchObject({path: '/fleet'})
      const home = await browser.open(`${eve.url}/api/oidc/start?return_to=//evil.example/`)
      expect(new URL(home.url).pathname).toBe('/fleet/')
      expect(await statusOf(eve.as().send('GET', '/../api/session'))).toBe(404)
    } finally {
      await provider.stop()
    }
  })
})
