/** Servers that are well, but odd: clocks that are days off, names that hurt, counters that wrapped. */
import {afterAll, beforeAll, expect, test} from 'vitest'
import {fastClock, fastPatience} from '#lab/simulators/fast-clock.ts'
import {startFleetProcess, type FleetProcess} from '#lab/simulators/fleet-process.ts'
import {startTestApp, until, type Api, type TestApp, type WireTorrent} from './program.fixture.ts'

const DAY = 86_400
const COUNT = 60
/** Each is odd in every way at a time; clocks are ahead or behind. */
const servers = [
  {name: 'qb', kind: 'qbittorrent', version: '5.1.0', skewSeconds: 5 * DAY},
  {name: 'qb45', kind: 'qbittorrent', version: '4.5.2', skewSeconds: -400 * DAY},
  {name: 'tr', kind: 'transmission', version: '4.1.4', skewSeconds: -3 * DAY},
  {name: 'tr3', kind: 'transmission', version: '3.00', skewSeconds: 40 * DAY},
  {name: 'rt', kind: 'rtorrent', version: '0.16.17', skewSeconds: 2 * DAY},
  {name: 'rt09', kind: 'rtorrent', version: '0.9.8', skewSeconds: -2 * DAY},
] as const
const names = servers.map(({name}) => name)

let fleet: FleetProcess
let program: TestApp
let api: Api

beforeAll(async () => {
  const odd = {count: COUNT, hostileEvery: 2, wrapCounters: true, changePercentPerSecond: 30} as const
  fleet = await startFleetProcess({servers: servers.map((server, seed) => ({...server, ...odd, seed}))})
  program = await startTestApp({servers: fleet.definitions, clock: fastClock(10), patience: fastPatience(10)})
  api = program.api
  await api.online()
})

afterAll(async () => {
  await program?.stop()
  await fleet?.stop()
})

test('all of them are online, whole, and alive', async () => {
  const list = await api.list()
  const there = await Promise.all(names.map((name) => fleet.send(name, {do: 'rows'})))
  expect(there.every((rows) => rows.length >= COUNT)).toBe(true)
  expect([list.complete, list.total]).toEqual([true, there.flat().length])
  for (const name of names) {
    const look = async () => JSON.stringify((await api.list(`server_id=${name}`)).torrents)
    const before = await look()
    await until(look, (now) => now !== before)
  }
  // A busy machine may lose sight of one for a moment.
  const health = async () =>
    (await api.servers()).map((one) => [one.server_id, one.health.status, one.health.reason].join())
  const well = names.map((name) => `${name},online,none`)
  expect(await until(health, (seen) => seen.join() === well.join())).toEqual(well)
})

test.each(names)('%s: every name comes through as it is, as one JSON text', async (name) => {
  // Names that rTorrent garbles are found out a few requests at a time, each poll.
  const wrongNames = async () => {
    const there = new Map((await fleet.send(name, {do: 'rows'})).map((row) => [row.hash, row.name]))
    return (await api.list(`server_id=${name}`)).torrents
      .filter((row) => row['has_metadata'] === true)
      .map((row) => [row['name'], there.get(row.info_hash)])
      .filter(([shown, actual]) => isText(actual) && lines(shown) !== lines(actual))
  }
  expect(await until(wrongNames, (wrong) => wrong.length === 0)).toEqual([])
  const {torrents} = await api.list(`server_id=${name}`)
  expect(torrents.some((row) => String(row['name']).includes('<script>'))).toBe(true)
})

/** Halves of a pair, NUL and bytes that are no text cannot be sent as they are: each kind has its own way out. */
function isText(name: unknown): boolean {
  return String(name).isWellFormed() && !/[\u0000\ufffd]/.test(String(name))
}

/** XML knows one kind of line end. */
function lines(text: unknown): string {
  return String(text).replaceAll(/\r\n?/g, '\n')
}

const byteColumns = [
  'size',
  'size_total',
  'completed',
  'amount_left',
  'downloaded',
  'uploaded',
  'session_downloaded',
  'session_uploaded',
  'down_speed',
  'up_speed',
]

test.each(names)('%s: counters that wrapped never show as less than nothing', async (name) => {
  const {torrents} = await api.list(`server_id=${name}`)
  const negative = torrents.flatMap((row) =>
    [...byteColumns, 'ratio', 'progress', 'eta', 'active_time', 'seeding_time'].flatMap((column) => {
      const value = row[column]
      return typeof value === 'number' && value < 0 ? [[row['name'], column, value]] : []
    }),
  )
  expect(negative).toEqual([])
})

test.each(servers)('$name: a clock that is off moves times by just so much', async ({name, skewSeconds}) => {
  const before = Date.now()
  const [added] = await fleet.send(name, {do: 'add', count: 1, seed: 4_242})
  const after = Date.now()
  const row = await until<WireTorrent | undefined>(
    async () => (await api.list(`server_id=${name}`)).torrents.find((one) => one.info_hash === added),
    (seen) => seen !== undefined,
  )
  // As the server says it, whatever it is, in whole seconds.
  const addedAt = Number(row!['added_at']) - skewSeconds * 1_000
  expect(addedAt).toBeGreaterThan(before - 1_000)
  expect(addedAt).toBeLessThan(after + 1_000)
  // A busy machine may lose sight of a server for a moment.
  await until(
    () => api.list(`server_id=${name}`),
    ({torrents}) => torrents.every(({stale}) => stale === false),
  )
})

test('commands reach torrents with names that hurt', async () => {
  const {torrents} = await api.list('fields=name,has_metadata')
  const keys = torrents.map(({server_id, info_hash}) => ({server_id, info_hash}))
  const results = await api.act('setTags', keys, {tags: ['odd']})
  expect(results.filter(({outcome}) => outcome !== 'done')).toEqual([])
  await until(
    () => api.list('tag=odd&fields=tags,pending'),
    ({total, torrents: rows}) =>
      total === keys.length && rows.every((row) => (row['pending'] as unknown[]).length === 0),
  )
})
