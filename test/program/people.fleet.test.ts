/** Journey 11: Eve shares Commodarr with her brother. All of it as they do it, by the API of the running program. */
import {randomBytes} from 'node:crypto'
import {once} from 'node:events'
import {readFileSync, rmSync, writeFileSync} from 'node:fs'
import {connect, createServer, type AddressInfo, type Socket} from 'node:net'
import {join} from 'node:path'
import {afterAll, afterEach, beforeAll, beforeEach, expect, test} from 'vitest'
import type {FleetProcess} from '#lab/simulators/fleet-process.ts'
import {isFull} from '#test/proof.ts'
import {expectAllAsBefore, kept} from './fleet-harness-kept.fixture.ts'
import {
  addServer,
  allowAt,
  at,
  boIs,
  configured,
  done,
  eveIs,
  invited,
  moveIn,
  reachOf,
  share,
  startHouseholdServers,
  userId,
  whole,
} from './fleet-harness.fixture.ts'
import {newFolder, Program, until, type Api} from './program.fixture.ts'

let fleet: FleetProcess
let folder: string
let running: Program

beforeAll(async () => {
  fleet = await startHouseholdServers()
})
afterAll(() => fleet?.stop())
beforeEach(() => {
  folder = newFolder()
})
afterEach(async () => {
  await running.end('SIGKILL')
  rmSync(folder, {recursive: true, force: true})
  for (const {name} of fleet.servers) await fleet.send(name, {do: 'counters', reset: true})
})

function start(): Promise<Api> {
  running = new Program(configured(folder, fleet))
  return running.api()
}

/* ───────────────────────────── who sees what ───────────────────────────── */

/** Every place that tells of servers, and the ids that it tells this one. */
const places: Readonly<Record<string, (ask: (path: string) => Promise<string>) => Promise<string[]>>> = {
  servers: async (ask) => idsIn(await ask('/api/servers')),
  list: async (ask) => idsIn(JSON.stringify(JSON.parse(await ask('/api/torrents?limit=1000')).torrents)),
  facets: async (ask) => {
    const {facets} = JSON.parse(await ask('/api/torrents?facets=server,state,category,tag,tracker&limit=1'))
    return (facets.server as {value: string}[]).map(({value}) => value)
  },
  status: async (ask) => Object.keys(JSON.parse(await ask('/api/status')).qbitInstances),
  distribution: async (ask) => {
    const {distribution} = JSON.parse(await ask('/api/torrents/distribution'))
    return Object.values(distribution as Record<string, object>).flatMap(Object.keys)
  },
  transfer: async (ask) => idsIn(await ask('/api/transfer')),
  categories: async (ask) => idsIn(await ask('/api/categories')),
  metrics: async (ask) =>
    [...(await ask('/api/metrics')).matchAll(/server_id="([^"]+)"/g)].map(([, id]) => id!),
  history: async (ask) => idsIn(await ask('/api/history?metrics=torrents')),
}

function idsIn(json: string): string[] {
  return [...json.matchAll(/"server_id":"([^"]+)"/g)].map(([, id]) => id!)
}

/** What each place tells him, and all of it as text. */
async function reportedTo(api: Api): Promise<{ids: Record<string, string[]>; text: string}> {
  let text = ''
  const ask = async (path: string) => {
    const answer = await fetch(`${api.url}${path}`, {headers: api.headers})
    const body = await answer.text()
    expect([path, answer.status]).toEqual([path, 200])
    text += body
    return body
  }
  const ids: Record<string, string[]> = {}
  for (const [place, look] of Object.entries(places)) ids[place] = [...new Set(await look(ask))].sort()
  // What is written down comes later, if at all: of these the words are looked at.
  for (const path of ['/api/history/health', '/api/audit?limit=500', '/api/people']) await ask(path)
  return {ids, text}
}

const everywhere = (...ids: readonly string[]) =>
  Object.fromEntries(Object.keys(places).map((place) => [place, [...ids].sort()]))

const hashesOf = async (name: string) => (await fleet.send(name, {do: 'rows'})).map(({hash}) => hash)

test('a member adds their own server, sees it and the shared one and nothing else, and is shut out in a moment', async () => {
  const stranger = await start()
  const eve = stranger.as()
  await eve.setUp(eveIs)
  expect(await eve.get('/api/session')).toMatchObject({
    visitor: {name: 'Eve', role: 'administrator'},
    setup_needed: false,
  })
  const den = await addServer(eve, fleet, 'Evesden')
  // Before she lets anybody in: what the file declares is everybody's.
  await share(eve, 'qBit-Evesown', [])
  await share(eve, 'rTorrent-Shared', [])
  const bo = await invited(eve, boIs)
  expect((await bo.list()).total).toBe(0)

  const harness = await addsTheirOwn(eve, bo)
  await share(eve, 'rTorrent-Shared', [{user_id: await userId(eve, 'Bo'), level: 'control'}])
  await eve.online()
  await seesBothAndNothingElse(bo, harness, den)
  expect((await reportedTo(eve)).ids).toEqual(everywhere('qBit-Evesown', 'rTorrent-Shared', den, harness))

  await commandsOnlyWhatTheySee(bo, den)
  await isShutOut(eve, bo, harness)
})

/** Another address of the same server, as proxies, containers and forwarded ports make them. */
async function alias(name: string): Promise<{url: string; close(): void}> {
  const target = new URL(fleet.servers.find((it) => it.name === name)!.url)
  const {hostname, port} = target
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    const onwards = connect(Number(port), hostname)
    for (const it of [socket, onwards]) {
      sockets.add(it)
      it.on('error', () => {})
      it.on('close', () => {
        socket.destroy()
        onwards.destroy()
      })
    }
    socket.pipe(onwards).pipe(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  target.port = String((server.address() as AddressInfo).port)
  return {
    url: target.href,
    close() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

test.runIf(isFull)(
  'a server that turns out to be one of another user is left alone, whatever its address',
  async () => {
    const eve = (await start()).as()
    await eve.setUp(eveIs)
    await share(eve, 'qBit-Evesown', [])
    await share(eve, 'rTorrent-Shared', [])
    const bo = await invited(eve, boIs)
    await done(eve.send('PATCH', '/api/settings', {members_public_only: false}))
    await eve.online()
    const its = await alias('qBit-Evesown')
    const {url} = its
    const body = {...reachOf(fleet, 'qBit-Evesown'), url, name: 'Mine'}
    const tried = await done(bo.send('POST', '/api/servers/test', body))
    expect(tried).toMatchObject({ok: false, reason: 'address_forbidden', torrents: null, known: []})
    const {id} = await done<{id: string}>(bo.send('POST', '/api/servers', body))
    const {health, torrents} = await until(
      () => bo.server(id),
      (it) => it.health.status === 'paused',
    )
    expect([health.reason, torrents, (await bo.list()).total]).toEqual(['address_forbidden', 0, 0])
    const command = await bo.send('POST', `/api/servers/${id}/tags`, {tags: ['mine']})
    expect(command).toMatchObject({status: 503, body: {code: 'server_not_online'}})
    await until(
      () =>
        eve.get<{entries: readonly {code: string | null; server_id: string | null}[]}>(
          '/api/journal?limit=50',
        ),
      ({entries}) => entries.some((it) => it.code === 'address_forbidden' && it.server_id === id),
    )
    // Where that is meant, an administrator says so.
    const {hostname: address, port} = new URL(url)
    const allowed = [{user_id: null, address, port: Number(port)}]
    await done(eve.send('PATCH', '/api/settings', {member_addresses: allowed}))
    const {torrents: all} = await eve.server('qBit-Evesown')
    await whole(bo, id, all)
    its.close()
  },
)

test.runIf(isFull)(
  'a member who guesses does not get this machine locked out where the instance has a server',
  async () => {
    const eve = (await start()).as()
    await eve.setUp(eveIs)
    const bo = await invited(eve, boIs)
    await eve.online()
    // The worst case: his own server may be where hers is.
    await allowAt(eve, fleet, await userId(eve, 'Bo'), 'qBit-Evesown')
    const wrong = (n: number) => ({...reachOf(fleet, 'qBit-Evesown'), name: 'Mine', password: `guess ${n}`})
    const reasons: string[] = []
    for (let n = 0; n < 6; n++) {
      const tried = await done<{reason: string}>(bo.send('POST', '/api/servers/test', wrong(n)))
      reasons.push(tried.reason)
    }
    expect(reasons).toEqual([...Array(3).fill('wrong_credentials'), ...Array(3).fill('logins_held')])
    const {id} = await done<{id: string}>(bo.send('POST', '/api/servers', wrong(7)))
    await until(
      () => bo.server(id),
      (it) => it.health.reason === 'logins_held',
    )
    for (let n = 8; n < 11; n++) await done(bo.send('PATCH', `/api/servers/${id}`, {password: `guess ${n}`}))
    expect((await fleet.send('qBit-Evesown', {do: 'counters'})).loginsRefused).toBe(3)
    expect((await eve.server('qBit-Evesown')).health.status).toBe('online')
    const own = {...reachOf(fleet, 'qBit-Evesown'), name: 'Twice'}
    expect(await done(eve.send('POST', '/api/servers/test', own))).toMatchObject({ok: true})
  },
)

/** Journey 3: what is wrong is told at once, and the second try works. @returns its id */
async function addsTheirOwn(eve: Api, bo: Api): Promise<string> {
  for (const name of ['Boshouse', 'qBit-Evesown', 'rTorrent-Shared']) {
    const body = {...reachOf(fleet, name), name}
    expect((await bo.send('POST', '/api/servers', body)).body).toMatchObject({code: 'address_forbidden'})
    const tried = await done(bo.send('POST', '/api/servers/test', body))
    expect(tried).toMatchObject({ok: false, reason: 'address_forbidden'})
  }
  await allowAt(eve, fleet, await userId(eve, 'Bo'), 'Boshouse')
  const wrong = {...reachOf(fleet, 'Boshouse'), password: 'mistyped'}
  const tried = await done(bo.send('POST', '/api/servers/test', wrong))
  expect(tried).toMatchObject({ok: false, reason: 'wrong_credentials', torrents: null})
  const id = await addServer(bo, fleet, 'Boshouse', {password: 'mistyped'})
  const {health} = await until(
    () => bo.server(id),
    (it) => it.health.status === 'auth_failed',
  )
  expect(health.advice).toContain('refused the user name or password')
  await done(bo.send('PATCH', `/api/servers/${id}`, {password: 'simulated'}))
  await whole(bo, id, 12)
  expect((await fleet.send('Boshouse', {do: 'counters'})).loginsRefused).toBeLessThanOrEqual(2)
  return id
}

async function seesBothAndNothingElse(bo: Api, harness: string, den: string): Promise<void> {
  const {ids, text} = await reportedTo(bo)
  expect(ids).toEqual(everywhere('rTorrent-Shared', harness))
  const list = await bo.get<{total: number; totals: {count: number}; servers_total: number}>('/api/torrents')
  expect([list.total, list.totals.count, list.servers_total]).toEqual([27, 27, 2])
  expect(await bo.get('/api/status')).toMatchObject({torrents: 27, servers_total: 2})
  const hers = [...(await hashesOf('qBit-Evesown')), ...(await hashesOf('Evesden'))]
  expect(hers).toHaveLength(30)
  const secret = ['Evesown', 'Evesden', den, 'simulated', 'mistyped', eveIs.password]
  expect([...hers, ...secret].filter((word) => text.includes(word))).toEqual([])
}

async function commandsOnlyWhatTheySee(bo: Api, den: string): Promise<void> {
  const key = {server_id: 'rTorrent-Shared', info_hash: (await hashesOf('rTorrent-Shared'))[0]!}
  expect(await bo.act('stop', [key])).toMatchObject([{outcome: 'done'}])
  for (const [id, name] of [
    ['qBit-Evesown', 'qBit-Evesown'],
    [den, 'Evesden'],
  ] as const) {
    const hash = (await hashesOf(name))[0]!
    // In the words that are used for a server nobody ever heard of.
    for (const words of await Promise.all([id, 'nowhere'].map((it) => refusals(bo, it, hash)))) {
      expect(words).toEqual(['server_unknown', 404, 404, 404, 404, 400])
    }
    expect(await differentWords(bo, id, hash)).toEqual([])
    expect(await fleet.send(name, {do: 'received'})).toEqual([])
  }
}

const requests = (id: string, hash: string) =>
  [
    ['POST', `/api/torrents/${hash}/stop?server_id=${id}`],
    ['DELETE', `/api/torrents/${hash}?delete_data=true&server_id=${id}`],
    ['GET', `/api/torrents/${hash}/files?server_id=${id}`],
    ['GET', `/api/servers/${id}`],
    ['GET', `/api/torrents?server_id=${id}`],
  ] as const

async function refusals(bo: Api, id: string, hash: string): Promise<unknown[]> {
  const [item] = await bo.act('removeWithData', [{server_id: id, info_hash: hash}])
  const statuses = requests(id, hash).map(async ([method, path]) => (await bo.send(method, path)).status)
  return [item!.code, ...(await Promise.all(statuses))]
}

/** Whose answers for a server that is there differ from those for one that is not. */
async function differentWords(bo: Api, id: string, hash: string): Promise<string[]> {
  const differing: string[] = []
  const unnamed = async (method: string, path: string, server: string) => {
    const {body} = await bo.send(method, path)
    return JSON.stringify({...(body as object), request_id: ''}).replaceAll(server, 'it')
  }
  const others = requests('nowhere', hash)
  for (const [at, [method, path]] of requests(id, hash).entries()) {
    const there = await unnamed(method, path, id)
    const nowhere = await unnamed(method, others[at]![1], 'nowhere')
    if (there !== nowhere) differing.push(`${method} ${path}: ${there}, not ${nowhere}`)
  }
  return differing
}

/** She switches him off: session and key end at once; what is his stays for when she lets him in again. */
async function isShutOut(eve: Api, bo: Api, harness: string): Promise<void> {
  const made = await done<{token: string}>(
    bo.send('POST', '/api/keys', {name: 'phone', scopes: ['read', 'control'], password: boIs.password}),
  )
  const key = bo.as({'x-api-token': made.token})
  expect((await key.list()).total).toBe(27)
  const them = `/api/users/${await userId(eve, 'Bo')}`
  await done(eve.send('PATCH', them, {disabled: true}))
  for (const each of [bo, key]) {
    expect(await each.send('GET', '/api/torrents')).toMatchObject({status: 401, body: {code: 'unauthorised'}})
  }
  const again = await bo.as().logIn(boIs.username, boIs.password)
  expect(again).toMatchObject({status: 401, body: {code: 'sign_in_refused'}})
  await done(eve.send('PATCH', them, {disabled: false}))
  expect((await bo.send('GET', '/api/torrents')).status).toBe(401)
  const back = bo.as()
  await done(back.logIn('bo', boIs.password))
  await whole(back, harness, 12)
  expect((await key.send('GET', '/api/torrents')).status).toBe(401)
}

/* ───────────────────────────── what survives ───────────────────────────── */

test.runIf(isFull)(
  'killed in the moment after a change, it comes back with all of it, and every server logs in',
  async () => {
    const harness = await moveIn(await start(), fleet)
    const before = await kept(harness)
    await done(harness.eve.send('PATCH', '/api/settings', {audit_days: 77}))
    await running.end('SIGKILL')
    const again = await expectAllAsBefore({harness, before, fleet, start, auditDays: 77})
    expect((await again.eve.list()).total).toBe(57)
  },
)

/* ───────────────────────────── the key that seals ───────────────────────────── */

test.runIf(isFull)(
  'another key in its place: each server says so and nothing is erased; a password or the key brings it back',
  async () => {
    const path = join(folder, 'data', 'secret.key')
    let harness = await moveIn(await start(), fleet)
    const right = keyIn(path)
    const restart = async (...keys: readonly string[]) => {
      await running.end()
      writeFileSync(path, keys.join('\n'))
      for (const {name} of fleet.servers) await fleet.send(name, {do: 'counters', reset: true})
      harness = at(await start(), harness)
    }
    const {Evesden, Boshouse} = harness.ids
    const before = await kept(harness)
    const other = randomBytes(32).toString('base64url')

    await restart(other)
    await saysUnreadable(harness.eve, Evesden, Boshouse)
    await until(
      () => running.out,
      (out) => out.includes('Restore the key file'),
    )
    await harness.eve.online('qBit-Evesown', 'rTorrent-Shared')
    for (const name of ['Evesden', 'Boshouse'])
      expect((await fleet.send(name, {do: 'counters'})).requests).toEqual({})
    await done(harness.bo.send('PATCH', `/api/servers/${Boshouse}`, {password: 'simulated'}))
    await whole(harness.bo, Boshouse, 12)
    await saysUnreadable(harness.eve, Evesden)

    await restart(other, right)
    await harness.eve.online()
    expect((await harness.eve.list()).total).toBe(57)
    expect(await kept(harness)).toEqual(before)

    await running.end()
    const changed = await commanded('rotate-key', '--data', join(folder, 'data'))
    expect(changed).toContain('2 secrets are encrypted with the new key')
    expect([other, right]).not.toContain(keyIn(path))
    harness = at(await start(), harness)
    await harness.eve.online()
    expect((await harness.eve.list()).total).toBe(57)
    expect((await harness.eve.get<{entries: unknown[]}>('/api/audit')).entries[0]).toMatchObject({
      verb: 'rotate-key',
    })
  },
)

/** The one line that is no comment. @throws when there are more keys */
function keyIn(path: string): string {
  const keys = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  expect(keys).toHaveLength(1)
  return keys[0]!
}

async function saysUnreadable(asked: Api, ...ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    expect((await asked.server(id)).health).toMatchObject({
      status: 'paused',
      reason: 'secret_unreadable',
      advice: expect.stringContaining('Nothing was deleted'),
    })
    const definition = await asked.get<{secrets: object}>(`/api/servers/${id}/definition`)
    expect(definition.secrets).toMatchObject({password: 'unreadable'})
  }
}

/** Runs a command of the program. @returns what it printed. @throws when it fails */
async function commanded(...args: readonly string[]): Promise<string> {
  const command = new Program(args, {cwd: folder})
  const {code} = await command.ended
  if (code !== 0) throw new Error(`${args[0]} ended with ${code}: ${command.out}${command.err}`)
  return command.out
}
