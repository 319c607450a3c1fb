/**
 * Servers added, tried, changed, shared and removed over the API while the links run, against simulated servers: what
 * changes is followed at once, and whoever is not meant notices nothing, not even a log-in.
 */
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {FastifyInstance} from 'fastify'
import {afterAll, afterEach, beforeAll, beforeEach, expect, test} from 'vitest'
import {Sealer, EncryptionKey} from '#accounts/secrets.ts'
import {feedOf} from '#app/compose-servers.ts'
import type {MemberAddress} from '#model/setting-values.ts'
import {objectionTo, placeAt} from '#clients/outgoing.ts'
import {createClient} from '#clients/kinds/registry.ts'
import {Fleet} from '#fleet/fleet.ts'
import {serverEditing, serverSharing} from '#http/routes/servers.ts'
import {startFleetProcess, type FleetProcess} from '#lab/simulators/fleet-process.ts'
import {systemClock} from '#lib/clock.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import {adviceFor} from '#links/advice.ts'
import {Links} from '#links/links.ts'
import {asUserId, type Principal, type Role} from '#model/access.ts'
import type {ServerView} from '#model/services.ts'
import {asServerId} from '#model/torrent-key.ts'
import {Store} from '#store/store.ts'
import {everyRefusal} from '#test/doubles/every-refusal.ts'
import {byHeader, routeRig} from '#test/http/rig.fixture.ts'
import {insideMetainfo} from '#test/doubles/inside-work.ts'
import {some} from '#test/proof.ts'
import {ServerDirectory} from './directory.ts'
import {acting} from './drafts.fixture.ts'
import {OwnedWrites} from '../owned/writes.ts'
import {serverTable} from './table.ts'
import {ServerService} from './service.ts'
import {ServerTester} from './test-server.ts'

const specs = [
  {name: 'qb', kind: 'qbittorrent', version: '5.1.0'},
  {name: 'tr', kind: 'transmission', version: '4.1.4'},
  {name: 'rt', kind: 'rtorrent', version: '0.9.8'},
  {name: 'rtweb', kind: 'rtorrent', version: '0.9.8', transport: 'http'},
  {name: 'own', kind: 'qbittorrent', version: '5.1.0'},
] as const
const COUNT = 20
const people: Readonly<Record<string, Role>> = {ada: 'administrator', ann: 'member', bob: 'member'}

let fleet: FleetProcess
let harness: Awaited<ReturnType<typeof open>>
let app: FastifyInstance
let folder: string
const key = EncryptionKey.random()
const allowed: MemberAddress[] = []

beforeAll(async () => {
  fleet = await startFleetProcess({servers: specs.map((spec, seed) => ({...spec, seed, count: COUNT}))})
})
afterAll(() => fleet?.stop())

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'commodarr-servers-'))
  harness = await open()
  app = await transportOf(harness)
})
afterEach(async () => {
  await app.close()
  await harness.close()
  allowed.length = 0
  rmSync(folder, {recursive: true, force: true})
  for (const {name} of specs) await fleet.send(name, {do: 'counters', reset: true})
})

/** The rooms as the program composes them; the file declares the server `own`. */
async function open(sealer = new Sealer(key)) {
  const store = await Store.sqlite(join(folder, 'commodarr.db'))
  const [clock, turns] = [systemClock, new TimeSlice()]
  const log = {debug: () => {}, info: () => {}, warn: () => {}, error: () => {}}
  const links = new Links({
    rooms: {figures: (_id, {freeSpace: _freeSpace, ...stats}) => stats},
    clock,
    turns,
    log,
    createClient: (wanted) => createClient({...wanted, metainfo: insideMetainfo}),
    random: () => 0.5,
    fleet: feedOf(new Fleet(clock, turns), {leaving: () => {}, removed: () => {}}),
    memory: {recall: () => null, remember: () => {}, forget: () => {}},
  })
  const roleOf = (id: string) => people[id] ?? null
  const directory = new ServerDirectory(
    roleOf,
    {
      get values() {
        return {membersPublicOnly: false, memberAddresses: [...allowed]}
      },
    },
    placeAt,
  )
  directory.setFile(fleet.definitions.filter(({id}) => id === 'own'))
  directory.onChange(() => links.configure(directory.definitions()))
  const userExists = (id: string) => id in people
  const service = new ServerService(
    new OwnedWrites({store, directory, sealer, clock, log, refusals: everyRefusal}, serverTable),
    directory,
    null,
    objectionTo,
    userExists,
  )

  await service.writes.load()
  await directory.followed()
  await insertPeople(store)
  return {
    store,
    links,
    directory,
    service,
    tester: new ServerTester(service, (it, asker) => links.tryOut(it, asker), adviceFor, clock),
    async close() {
      await links.stop()
      await store.close()
    },
  }
}

function transportOf({
  service,
  tester,
  directory,
}: Awaited<ReturnType<typeof open>>): Promise<FastifyInstance> {
  const principals = Object.entries(people).map(([name, role]): [string, Principal] => {
    const who = {userId: asUserId(name), name, role, via: 'session', credentialId: 'one'} as const
    return [name, {...acting(name, role, directory), ...who}]
  })
  return routeRig({
    signIns: [byHeader(Object.fromEntries(principals))],
    routes: [serverEditing(service, tester, (id) => id), serverSharing({editor: service})],
  })
}

async function insertPeople(store: Store): Promise<void> {
  const nothing = {passwordHash: null, totpSecret: null, totpStep: null, oidcIssuer: null, oidcSubject: null}
  const same = {
    origin: 'local',
    disabled: 0,
    recoveryCodes: '[]',
    createdAt: 1,
    updatedAt: 1,
    lastSeenAt: null,
  } as const
  const rows = Object.entries(people).map(([id, role]) => ({
    ...nothing,
    ...same,
    id,
    name: id,
    nameKey: id,
    role,
  }))
  await store.write((db) =>
    db
      .insertInto('users')
      .values(rows)
      .onConflict((it) => it.doNothing())
      .execute(),
  )
}

/* ───────────────────────────── asking ───────────────────────────── */

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

async function ask(who: string, method: Method, url: string, body?: object) {
  const answer = await app.inject({
    url: `/api${url}`,
    method,
    headers: {'x-who': who},
    ...(body && {payload: body}),
  })
  return {status: answer.statusCode, json: answer.body === '' ? null : answer.json()}
}

function bodyFor(name: string, change: object = {}): object {
  const {kind, url, username, password} = fleet.servers.find((it) => it.name === name)!
  return {kind, name, url, username, password, ...change}
}

async function added(name: string): Promise<string> {
  const {status, json} = await ask('ann', 'POST', '/servers', bodyFor(name))
  expect([status, json.code]).toEqual([201, undefined])
  return json.id
}

const view = (id: string): ServerView | null => harness.links.get(asServerId(id))

async function until(id: string, wanted: (seen: ServerView | null) => boolean): Promise<void> {
  while (!wanted(view(id))) await new Promise((done) => setTimeout(done, 20))
}

const isWhole = (seen: ServerView | null) => seen?.health.status === 'online' && seen.torrents === COUNT
const refusedBy = async (name: string) => (await fleet.send(name, {do: 'counters'})).loginsRefused
const acceptedBy = async (name: string) => (await fleet.send(name, {do: 'counters'})).loginsAccepted

/* ───────────────────────────── trying ───────────────────────────── */

test.each(specs.map(({name}) => name))('%s is tried before it is saved, and logged out', async (name) => {
  // Where a server of the file is nobody but an administrator adds another one.
  const who = name === 'own' ? 'ada' : 'ann'
  const {status, json} = await ask(who, 'POST', '/servers/test', bodyFor(name))
  expect([status, json]).toMatchObject([200, {ok: true, reason: 'none', torrents: COUNT}])
  expect([json.version, json.api_version, json.latency_ms].every((it) => it !== null)).toBe(true)
  // rTorrent tells it only where a torrent of its own lies.
  if (!name.startsWith('rt')) expect(json.free_space).toBeGreaterThan(0)
  const {loginsRefused, requests} = await fleet.send(name, {do: 'counters'})
  expect(loginsRefused).toBe(0)
  const [logins, logouts] = ['login', 'logout'].map((it) => requests[`/api/v2/auth/${it}`] ?? 0)
  // The server `own` has a link, which stays.
  if (name === 'qb') expect([logins === logouts, logins]).toEqual([true, 2])
  expect(harness.links.list().map(({id}) => id)).toEqual(['own'])
})

test.each(some(1, ['qb', 'tr', 'rtweb']))(
  '%s with a wrong password: one refused login, and what to do',
  async (name) => {
    const {json} = await ask('ann', 'POST', '/servers/test', bodyFor(name, {password: 'wrong'}))
    expect(json).toMatchObject({ok: false, reason: 'wrong_credentials', torrents: null, version: null})
    expect(json.advice).not.toBe('')
    expect(await refusedBy(name)).toBe(1)
    const again = await ask('ann', 'POST', '/servers/test', bodyFor(name))
    expect(again.json).toMatchObject({ok: true, torrents: COUNT})
    expect(await refusedBy(name)).toBe(1)
  },
)

test('of a server of another kind, and where nothing listens, the advice is shown', async () => {
  const wrong = await ask('ann', 'POST', '/servers/test', {...bodyFor('tr'), kind: 'qbittorrent'})
  expect(wrong.json.ok).toBe(false)
  expect(wrong.json.advice).not.toBe('')
  const none = await ask('ann', 'POST', '/servers/test', bodyFor('qb', {url: 'http://127.0.0.1:9'}))
  expect(none.json).toMatchObject({ok: false, reason: 'address_forbidden'})
  const closed = await ask('ann', 'POST', '/servers/test', bodyFor('qb', {url: 'http://127.0.0.1:3'}))
  expect(closed.json).toMatchObject({ok: false, reason: 'refused'})
})

/* ───────────────────────────── living ───────────────────────────── */

test('servers come, change and go while the others run on, and none logs in again', async () => {
  await until('own', isWhole)
  const loginsBefore = await acceptedBy('own')
  const ids = [await added('qb'), await added('tr'), await added('rt')]
  for (const id of ids) await until(id, isWhole)
  const [qb, tr] = ids as [string, string]
  const loginsToQb = await acceptedBy('qb')
  const epochs = () => harness.links.list().map(({id, epoch}) => [id, epoch])
  const before = epochs()
  // What is said beside a server touches no link.
  await ask('ann', 'PUT', `/servers/${qb}/sharing`, {
    everyone: 'view',
    users: [{user_id: 'bob', level: 'control'}],
  })
  await ask('ann', 'PATCH', `/servers/${qb}`, {tags: ['home'], colour: '#00ff00', default_for_adding: true})
  await ask('ann', 'POST', '/servers/order', {ids: [tr, qb]})
  expect(Object.fromEntries(epochs())).toEqual(Object.fromEntries(before))
  expect(harness.links.list().map(({id}) => id)).toEqual(['own', tr, qb, ids[2]])
  expect(await acceptedBy('qb')).toBe(loginsToQb)
  // Another name begins that link again, with the secret that is kept; its torrents stay in sight.
  await ask('ann', 'PATCH', `/servers/${qb}`, {name: 'Cellar'})
  expect(view(qb)).toMatchObject({name: 'Cellar', torrents: COUNT})
  await until(qb, isWhole)
  await ask('ann', 'PATCH', `/servers/${tr}`, {enabled: false})
  await until(tr, (seen) => seen?.health.status === 'paused')
  await ask('ann', 'DELETE', `/servers/${ids[2]!}`)
  expect(view(ids[2]!)).toBeNull()
  const counters = await fleet.send('rt', {do: 'counters'})
  expect(await fleet.send('rt', {do: 'received'})).toEqual([])
  expect(counters.loginsRefused).toBe(0)
  await until('own', isWhole)
  expect(await acceptedBy('own')).toBe(loginsBefore)
})

test('a wrong password is reported, and the right one repairs it', async () => {
  const {json} = await ask('ann', 'POST', '/servers', bodyFor('qb', {password: 'wrong'}))
  await until(json.id, (seen) => seen?.health.reason === 'wrong_credentials')
  expect((await ask('ann', 'PATCH', `/servers/${json.id}`, {password: 'wrong too'})).status).toBe(200)
  await until(json.id, (seen) => seen?.health.reason === 'wrong_credentials')
  const {password} = fleet.servers.find((it) => it.name === 'qb')!
  await ask('ann', 'PATCH', `/servers/${json.id}`, {password})
  await until(json.id, isWhole)
  expect(await refusedBy('qb')).toBe(2)
})

test('after a restart with another key the server waits, says why, and comes back with its password', async () => {
  const [id, other] = [await added('qb'), await added('rt')]
  await until(id, isWhole)
  await app.close()
  await harness.close()
  await fleet.send('qb', {do: 'counters', reset: true})
  harness = await open(new Sealer(EncryptionKey.random()))
  app = await transportOf(harness)
  await until(id, (seen) => seen?.health.reason === 'secret_unreadable')
  expect(view(id)?.health.advice).toContain('Nothing was deleted')
  await until(other, isWhole)
  const tried = await ask('ann', 'POST', '/servers/test', {id})
  expect(tried.json).toMatchObject({ok: false, reason: 'secret_unreadable'})
  expect((await fleet.send('qb', {do: 'counters'})).requests).toEqual({})
  const {password} = fleet.servers.find((it) => it.name === 'qb')!
  await ask('ann', 'PATCH', `/servers/${id}`, {password})
  await until(id, isWhole)
})

test('a server that was moved is another one: the torrents of the former are gone', async () => {
  const id = await added('qb')
  await until(id, isWhole)
  const {url} = fleet.servers.find((it) => it.name === 'own')!
  expect(await ask('ann', 'PATCH', `/servers/${id}`, {url})).toMatchObject({
    status: 422,
    json: {code: 'address_forbidden'},
  })
  allowed.push({userId: asUserId('ann'), address: '127.0.0.1', port: Number(new URL(url).port)})
  harness.directory.reevaluate()
  const hashes = (await fleet.send('qb', {do: 'rows'})).length
  expect(hashes).toBe(COUNT)
  await ask('ann', 'PATCH', `/servers/${id}`, {url})
  await until(id, isWhole)
  expect(view(id)?.url).toBe(url)
})

test('another user’s server shows nothing, is not tried and not changed', async () => {
  const id = await added('qb')
  await until(id, isWhole)
  await fleet.send('qb', {do: 'counters', reset: true})
  for (const [method, url, body] of [
    ['GET', `/servers/${id}/definition`],
    ['PATCH', `/servers/${id}`, {name: 'x'}],
    ['DELETE', `/servers/${id}`],
    ['POST', '/servers/test', {id}],
  ] as const) {
    expect((await ask('bob', method, url, body)).json.code).toBe('server_unknown')
  }
  expect(await acceptedBy('qb')).toBe(0)
})
