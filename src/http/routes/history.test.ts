import type {FastifyInstance} from 'fastify'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {fakeServers, person} from '#accounts/people.fixture.ts'
import {History, ServerSamples} from '#history/history.ts'
import type {Sample} from '#history/sample.ts'
import {TrafficHistory} from '#history/traffic-history.ts'
import {Traffic} from '#history/traffic.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import type {NamedTracker} from '#model/query.ts'
import {asServerId} from '#model/torrent-key.ts'
import {putTraffic} from '#store/repositories/traffic.ts'
import {insertHealthChanges} from '#store/repositories/health-changes.ts'
import {putSamples} from '#store/repositories/samples.ts'
import {Store} from '#store/store.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {byHeader, principalOf, routeRig} from '#test/http/rig.fixture.ts'
import {historyRoutes} from './history.ts'

const ada = person('ada', 'administrator')
const mia = person('mia', 'member')
const vic = person('vic', 'viewer')
const servers = fakeServers({shared: null, 'of-mia': mia.id})
const noon = Date.UTC(2026, 0, 1, 12)

function sample(id: string, ago: number, change: Partial<Sample> = {}): Sample {
  return {
    serverId: asServerId(id),
    span: 10,
    at: noon - ago * 1_000,
    count: 1,
    downSpeed: 10.6,
    upSpeed: 1,
    downSpeedMax: 12,
    upSpeedMax: 2,
    downloaded: 100,
    uploaded: 10,
    torrents: 3,
    downloading: 1,
    seeding: 1,
    failing: 1,
    freeSpace: 1_000,
    latencyMs: 4.26,
    online: 1,
    ...change,
  }
}

let store: Store
let app: FastifyInstance

beforeEach(async () => {
  store = await Store.sqlite(':memory:')
  const clock = new VirtualClock(noon)
  const history = new History(store, {soFar: () => []}, clock, new TimeSlice(), () => ({
    minutes: 2,
    hours: 90,
    days: 3_650,
  }))
  const days = () => ({minutes: 2, hours: 90, days: 3_650})
  const sampler = {soFar: () => []}
  const turns = new TimeSlice()
  const moved = new Traffic(
    store,
    {moved: async () => [], countsByTracker: async () => new Map()},
    () => null,
    turns,
    {error: () => {}},
  )
  const traffic = new TrafficHistory(new ServerSamples(store, sampler), moved, clock, turns, days)
  const people = Object.fromEntries([ada, mia, vic].map((it) => [it.name, principalOf(it, servers)]))
  app = await routeRig({
    signIns: [byHeader(people)],
    routes: [historyRoutes(history, traffic, () => called, clock)],
    clock,
  })
  await store.write(async (db) => {
    await putSamples(db, [sample('shared', 20), sample('of-mia', 20), sample('of-mia', 10, {online: 0})])
    await insertHealthChanges(
      db,
      ['shared', 'of-mia'].map((id) => ({
        serverId: asServerId(id),
        at: noon - 5,
        status: 'online',
        reason: 'none',
        detail: id,
      })),
    )
  })
})
afterEach(async () => {
  await app.close()
  await store.close()
})

/** What trackers are called. */
let called: readonly NamedTracker[] = []
beforeEach(() => {
  called = []
})

const ask = async (url: string, who = 'ada') => {
  const answer = await app.inject({url: `/api/history${url}`, headers: {'x-who': who}})
  return {status: answer.statusCode, json: answer.json(), type: answer.headers['content-type']}
}

test('the last hour of all servers that the user sees, each and together', async () => {
  const {json, type} = await ask('')
  expect(type).toMatch('application/json')
  expect([json.span, json.at.length, json.at[0], json.at.at(-1)]).toEqual([
    10,
    360,
    noon - 3_600_000,
    noon - 10_000,
  ])
  expect(json.servers.map((it: {server_id: string}) => it.server_id)).toEqual(['shared', 'of-mia'])
  const {values} = json.servers[1]
  expect(
    Object.fromEntries(Object.entries<number[]>(values).map(([name, it]) => [name, it.slice(-2)])),
  ).toEqual({
    down_speed: [11, null],
    up_speed: [1, null],
    down_speed_max: [12, null],
    up_speed_max: [2, null],
    downloaded: [100, 100],
    uploaded: [10, 10],
    torrents: [3, 3],
    downloading: [1, 1],
    seeding: [1, 1],
    failing: [1, 1],
    free_space: [1_000, 1_000],
    latency_ms: [4.3, 4.3],
    online: [1, 0],
  })
  expect([json.sum.torrents.slice(-3), json.reporting.slice(-3)]).toEqual([
    [null, 6, 3],
    [0, 2, 1],
  ])
})

test('only the servers, metrics, times and span that were asked for', async () => {
  const day = '2026-01-01T11:59:'
  const {json} = await ask(`?server_id=of-mia&metrics=torrents,online&from=${day}40Z&to=${day}50Z&span=10`)
  expect(json).toEqual({
    span: 10,
    at: [noon - 20_000],
    reporting: [1],
    servers: [{server_id: 'of-mia', values: {torrents: [3], online: [1]}}],
    sum: {torrents: [3], online: [1]},
  })
})

test('whose servers they are decides what is shown, alone and together', async () => {
  const {json} = await ask('?metrics=torrents', 'vic')
  expect(json.servers.map((it: {server_id: string}) => it.server_id)).toEqual(['shared'])
  expect([json.sum.torrents.slice(-2), json.reporting.slice(-2)]).toEqual([
    [3, null],
    [1, 0],
  ])
  const {json: health} = await ask('/health', 'vic')
  expect(health.changes.map((it: {detail: string}) => it.detail)).toEqual(['shared'])
})

test.each(['', '/health'])(
  '%s: a server that the user may not see is one that is not there',
  async (path) => {
    const [hidden, missing] = [
      await ask(`${path}?server_id=of-mia`, 'vic'),
      await ask(`${path}?server_id=nowhere`, 'vic'),
    ]
    expect(hidden.status).toBe(404)
    const withoutId = ({request_id: _id, ...rest}: Record<string, unknown>) => rest
    expect(withoutId(hidden.json)).toEqual(withoutId(missing.json))
    expect((await ask(`${path}?server_id=shared&server_id=of-mia`, 'vic')).status).toBe(404)
    expect((await ask(path, 'nobody')).status).toBe(401)
  },
)

test('changes of health', async () => {
  const {json} = await ask('/health?server_id=shared')
  expect(json).toEqual({
    changes: [{server_id: 'shared', at: noon - 5, status: 'online', reason: 'none', detail: 'shared'}],
  })
  expect((await ask(`/health?to=${noon - 5}`)).json.changes).toEqual([])
  expect((await ask(`/health?from=${noon - 4}`)).json.changes).toEqual([])
  expect((await ask('/health?limit=1')).json.changes).toHaveLength(1)
})

test.each([
  ['?span=5', 'span'],
  ['?metrics=speed', 'metrics.0'],
  ['?from=yesterday', 'from'],
  [`?from=${noon}&to=${noon - 1}`, 'from'],
  ['?nothing=1', 'nothing'],
  ['/health?limit=1001', 'limit'],
])('%s is not accepted, and names %s', async (url, field) => {
  const {status, json} = await ask(url)
  expect([status, json.errors[0].field]).toEqual([400, field])
})

test('too much for one answer is said', async () => {
  expect(await ask(`?span=10&from=${noon - 86_400_000}`)).toMatchObject({
    status: 400,
    json: {code: 'bad_argument', detail: expect.stringContaining('8640 points')},
  })
})

test('trackers are those of the servers that the user sees, together', async () => {
  await store.write(async (db) => {
    const hour = {span: 3_600, at: noon - 3_600_000}
    await putSamples(db, [sample('shared', 0, hour), sample('of-mia', 0, hour)])
    await putTraffic(
      db,
      ['shared', 'of-mia'].map((id, n) => ({
        serverId: asServerId(id),
        kind: 'tracker' as const,
        subject: 'tracker.example',
        at: Date.UTC(2026, 0, 1),
        downloaded: [],
        uploaded: [...Array<number>(11).fill(0), 5 + n],
        levels: [2],
      })),
    )
  })
  const points = async (url: string, who: string) => {
    const {json} = await ask(`/trackers${url}`, who)
    const [its] = json.trackers
    return [
      json.span,
      json.at.length,
      its?.uploaded.slice(-2),
      its?.torrents.slice(-2),
      json.reporting.at(-1),
    ]
  }
  expect(await points('', 'ada')).toEqual([3_600, 24, [null, 11], [null, 4], 2])
  expect(await points('', 'vic')).toEqual([3_600, 24, [null, 5], [null, 2], 1])
  expect(await points('?server_id=of-mia', 'mia')).toEqual([3_600, 24, [null, 6], [null, 2], 1])
  expect((await ask('/trackers?server_id=of-mia', 'vic')).json.code).toBe('server_unknown')
  const [plain] = (await ask('/trackers')).json.trackers
  called = [{name: 'Tidemark', hosts: ['tracker.example']}]
  expect((await ask('/trackers')).json.trackers).toEqual([{...plain, name: 'Tidemark'}])
})
