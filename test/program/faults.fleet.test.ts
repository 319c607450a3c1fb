/**
 * Servers in trouble, seen through the API: the troubled one says what is wrong and its torrents stay, commands to it
 * come back per item, the server beside it stays live, nobody logs in again and again, and it recovers by itself.
 */
import {afterAll, beforeAll, beforeEach, expect, test} from 'vitest'
import {fastClock, fastPatience} from '#lab/simulators/fast-clock.ts'
import type {Fault} from '#lab/simulators/faults.ts'
import {startFleetProcess, type FleetProcess} from '#lab/simulators/fleet-process.ts'
import {patience} from '#links/budget.ts'
import {healthPolicy} from '#links/health.ts'
import type {HealthReason, HealthStatus} from '#model/server.ts'
import {isFull, some} from '#test/proof.ts'
import {
  differences,
  isSame,
  lineShown,
  lineThere,
  startTestApp,
  until,
  type Api,
  type Key,
  type TestApp,
  type WireTorrent,
} from './program.fixture.ts'

/** Time runs so many times faster for the program: waits between tries pass quickly. Patience is of its time, too. */
const SPEED = 20
const COUNT = 40
/** Answers that take so long make a server slow. */
const SLOW_MS = 500
const troubled = [
  {name: 'qb', kind: 'qbittorrent', version: '5.1.0'},
  {name: 'qb45', kind: 'qbittorrent', version: '4.5.2'},
  {name: 'tr', kind: 'transmission', version: '4.1.4'},
  {name: 'tr3', kind: 'transmission', version: '3.00'},
  {name: 'rt', kind: 'rtorrent', version: '0.16.17'},
  {name: 'rtweb', kind: 'rtorrent', version: '0.9.8', transport: 'http'},
] as const
type Name = (typeof troubled)[number]['name']
const names: readonly Name[] = troubled.map(({name}) => name)
/** They take JSON and XML-RPC by what it is, not by what it is called. */
const lenient: ReadonlySet<Name> = new Set(['qb', 'qb45', 'rt', 'rtweb'])

const clock = fastClock(SPEED)
/**
 * Of real time, for an answer. A busy machine is no silent server: only where an answer is to run out of time, little of
 * it is enough. The witness has all the time there, too.
 */
const LONG_MS = 60_000
const SHORT_MS = 2_000
let isWaitedOut = false
const waits = fastPatience(SPEED, {
  ...patience,
  connect: LONG_MS,
  probe: LONG_MS,
  write: LONG_MS,
  detail: LONG_MS,
  delta: LONG_MS,
  full: LONG_MS,
  slow: SLOW_MS,
  standstill: LONG_MS,
})
const waitMs = (ms: number) => (isWaitedOut ? SHORT_MS * SPEED : ms)
/** By the fast clock. */
const WITNESS_SECONDS = 600
let fleet: FleetProcess
let program: TestApp
let api: Api

beforeAll(async () => {
  const servers = troubled.map((server, index) => ({...server, seed: index, changePercentPerSecond: 20}))
  const witness = {name: 'witness', kind: 'transmission', version: '4.0.6', seed: 99} as const
  fleet = await startFleetProcess({
    servers: [...servers, {...witness, changePercentPerSecond: 100}].map((one) => ({...one, count: COUNT})),
  })
  program = await startTestApp({
    servers: fleet.definitions.map((it) =>
      it.id === 'witness' ? {...it, pace: {...it.pace, timeoutSeconds: WITNESS_SECONDS}} : it,
    ),
    clock,
    healthPolicy: {...healthPolicy, banMs: 20_000, secondLoginMs: 5_000, incompatibleMs: 5_000},
    patience: {
      ...waits,
      get connect() {
        return waitMs(waits.connect)
      },
      get probe() {
        return waitMs(waits.probe)
      },
      get delta() {
        return waitMs(waits.delta)
      },
      get full() {
        return waitMs(waits.full)
      },
    },
  })
  api = program.api
})

afterAll(async () => {
  await program?.stop()
  await fleet?.stop()
})

beforeEach(async () => {
  isWaitedOut = false
  for (const name of names) {
    await fleet.send(name, {do: 'clearFaults'})
    await fleet.send(name, {do: 'counters', reset: true})
  }
  await api.online()
})

interface Trouble {
  readonly what: string
  readonly fault: Fault
  readonly reason: HealthReason
  /** Where a kind's protocol makes something else of it. */
  readonly but?: Partial<Record<Name, HealthReason>>
}

/** The first ones each fail in another way: by what comes, by what it is, and by how it ends. */
const troubles: readonly Trouble[] = [
  {what: 'answers that break off', fault: {kind: 'cut', afterBytes: 50}, reason: 'cut_answer'},
  {what: 'a login page with 200', fault: {kind: 'loginPage'}, reason: 'login_page'},
  {what: 'lost answers', fault: {kind: 'lost'}, reason: 'connection_reset'},
  {
    what: 'an empty object to everything',
    fault: {kind: 'status', status: 200, body: '{}'},
    reason: 'garbled_answer',
    but: {qb: 'not_a_torrent_server', qb45: 'not_a_torrent_server'},
  },
  {what: 'silence', fault: {kind: 'silence'}, reason: 'timed_out'},
  {what: 'answers that come too late', fault: {kind: 'slowHead', ms: 60_000}, reason: 'timed_out'},
  {what: 'answers that trickle', fault: {kind: 'slowBody', bytesPerSecond: 60}, reason: 'timed_out'},
  {
    what: 'status 409',
    fault: {kind: 'status', status: 409},
    reason: 'not_a_torrent_server',
    but: {qb: 'garbled_answer', qb45: 'garbled_answer'},
  },
  {
    what: 'status 429 with Retry-After',
    fault: {kind: 'status', status: 429, retryAfter: '5'},
    reason: 'rate_limited',
  },
  {what: 'status 500', fault: {kind: 'status', status: 500}, reason: 'server_error'},
  {what: 'status 503', fault: {kind: 'status', status: 503}, reason: 'server_error'},
  {what: 'resets', fault: {kind: 'reset'}, reason: 'connection_reset'},
  {what: 'a body that never ends', fault: {kind: 'endless'}, reason: 'answer_too_large'},
  {what: 'garbage', fault: {kind: 'garbage', bytes: 3_000}, reason: 'garbled_answer'},
  {what: 'a huge header', fault: {kind: 'hugeHeader', bytes: 100_000}, reason: 'not_a_torrent_server'},
]

test.each(some(1, troubles))(
  '$what: reported, bounded, and over without a person',
  async ({fault, reason, but}) => {
    isWaitedOut = reason === 'timed_out'
    const startedAt = clock.monotonic()
    await Promise.all(
      names.map(async (name) => {
        await fleet.send(name, {do: 'fault', fault})
        await isReported(name, 'unreachable', but?.[name] ?? reason)
        await fleet.send(name, {do: 'clearFaults'})
        await api.online(name)
        await agrees(name)
        const {loginsAccepted, loginsRefused, total} = await fleet.send(name, {do: 'counters'})
        expect({name, loginsRefused}).toEqual({name, loginsRefused: 0})
        const seconds = (clock.monotonic() - startedAt) / 1_000
        // A login whose answer is lost is repeated with the next try, and tries get rarer. Only qBittorrent has logins;
        // with the others credentials travel in each request.
        if (name.startsWith('qb'))
          expect(loginsAccepted, `logins to ${name}`).toBeLessThanOrEqual(5 + seconds / 60)
        // As often as one that is well, and what comes with each connection.
        expect(total, `requests to ${name}`).toBeLessThan(50 + 3 * seconds)
      }),
    )
  },
)

test('a command whose answer is lost is unconfirmed, not repeated, and seen later; the others are done', async () => {
  const {torrents} = await api.list('state=seeding&state=stalledUp&state=downloading&state=stalledDown')
  const keys = [...names, 'witness'].map((name) => keyOf(torrents.find((one) => one.server_id === name)!))
  for (const name of names) {
    await fleet.send(name, {
      do: 'fault',
      fault: {kind: 'lost', path: 'stop|pause|save_full_session', count: 1},
    })
  }
  const before = await stopsReceived()
  const outcomes = await api.act('stop', keys)
  expect(outcomes.map(({server_id: id, outcome}) => [id, outcome])).toEqual([
    ...names.map((name) => [name, 'unconfirmed']),
    ['witness', 'done'],
  ])
  const wanted = keys.map(({info_hash: hash}) => hash).toSorted()
  const isStopped = (seen: readonly WireTorrent[]): boolean =>
    wanted.every((hash) =>
      seen.some((one) => one.info_hash === hash && one['state'] === 'stopped' && isSettled(one)),
    )
  await until(async () => (await api.list('fields=state,pending')).torrents, isStopped)
  const after = await stopsReceived()
  expect(after.map((count, index) => count - before[index]!)).toEqual(names.map(() => 1))
})

function isSettled({pending}: WireTorrent): boolean {
  return (pending as readonly string[]).length === 0
}

async function stopsReceived(): Promise<number[]> {
  const received = await Promise.all(names.map((name) => fleet.send(name, {do: 'received'})))
  return received.map((orders) => orders.filter(({verb}) => verb === 'stop').length)
}

test.runIf(isFull)('slow answers: degraded, and everything goes on', async () => {
  await Promise.all(
    names.map(async (name) => {
      await fleet.send(name, {do: 'fault', fault: {kind: 'slowHead', ms: 1.5 * SLOW_MS}})
      await until(
        () => api.server(name),
        ({health}) => health.status === 'degraded' && health.reason === 'slow',
      )
      const {complete, torrents} = await api.list(`server_id=${name}`)
      expect({name, complete, stale: torrents.filter(({stale}) => stale).length}).toEqual({
        name,
        complete: true,
        stale: 0,
      })
      const [done] = await api.act('reannounce', [keyOf(torrents[0]!)])
      expect(done).toMatchObject({outcome: 'done'})
      await fleet.send(name, {do: 'clearFaults'})
      await until(
        () => api.server(name),
        ({health}) => health.status === 'online',
      )
    }),
  )
})

test.runIf(isFull)(
  'the right answers under the name of a page: read or named, never half believed',
  async () => {
    await Promise.all(
      names.map(async (name) => {
        await fleet.send(name, {do: 'fault', fault: {kind: 'contentType', type: 'text/html'}})
        if (lenient.has(name)) await expect(agrees(name)).resolves.toBeUndefined()
        else await isReported(name, 'unreachable', 'not_a_torrent_server')
        await fleet.send(name, {do: 'clearFaults'})
        await api.online(name)
      }),
    )
  },
)

test('refused connections: reported at once, and over as soon as it listens again', async () => {
  await Promise.all(
    names.map(async (name) => {
      await fleet.send(name, {do: 'listen', on: false})
      await isReported(name, 'unreachable', 'refused')
      await fleet.send(name, {do: 'listen', on: true})
      await api.online(name)
      await expect(agrees(name)).resolves.toBeUndefined()
    }),
  )
})

test.each(some(1, ['cut', 'lost'] as const))('a single answer that is %s costs no change', async (kind) => {
  await Promise.all(
    names.map(async (name) => {
      for (let round = 0; round < 3; round++) {
        const fault = {...(kind === 'cut' ? {kind, afterBytes: 30} : {kind}), count: 1, after: round}
        await fleet.send(name, {do: 'fault', fault})
        await fleet.send(name, {do: 'tick', seconds: 1})
        await until(
          () => fleet.send(name, {do: 'counters'}),
          ({faults}) => (faults[kind] ?? 0) > round,
        )
        await expect(agrees(name)).resolves.toBeUndefined()
      }
    }),
  )
})

/** The API says so in every place, keeps the rows, refuses per item, and the witness goes on. */
async function isReported(name: Name, status: HealthStatus, reason: HealthReason): Promise<void> {
  await until(
    () => api.server(name),
    ({health}) => health.status === status && health.reason === reason && health.advice !== '',
  )
  const {complete, servers, torrents} = await api.list()
  expect(complete).toBe(false)
  // Each try may fail for another reason, also that between the two questions.
  expect(servers.find(({server_id: id}) => id === name)).toMatchObject({
    status,
    reason: expect.stringMatching(/./),
    advice: expect.stringMatching(/./),
    torrents: COUNT,
    stale_rows: COUNT,
  })
  const rows = torrents.filter(({server_id: id}) => id === name)
  expect(rows.map(({stale}) => stale)).toEqual(Array.from({length: COUNT}, () => true))
  const [refused, done] = await api.act('reannounce', [keyOf(rows[0]!), await witnessKey()])
  expect(refused).toMatchObject({server_id: name, outcome: 'refused', code: 'server_not_online'})
  expect(done).toMatchObject({server_id: 'witness', outcome: 'done'})
  await witnessLives()
}

function keyOf({server_id, info_hash}: Key): Key {
  return {server_id, info_hash}
}

async function witnessKey(): Promise<Key> {
  return keyOf((await api.list('server_id=witness&fields=name')).torrents[0]!)
}

/** What it shows changes, and an answer about it alone is complete. */
async function witnessLives(): Promise<void> {
  const look = async () => {
    const {torrents, complete} = await api.list('server_id=witness&fields=uploaded,up_speed,stale')
    return {figures: JSON.stringify(torrents), complete}
  }
  // A busy machine may lose sight of it for a moment, too.
  const before = await until(look, ({complete}) => complete)
  await fleet.send('witness', {do: 'tick', seconds: 1})
  await until(look, ({figures, complete}) => complete && figures !== before.figures)
}

/** Waits until the list shows what the server has; the server stands still meanwhile. */
async function agrees(name: string): Promise<void> {
  await fleet.send(name, {do: 'motion', on: false})
  const there = (await fleet.send(name, {do: 'rows'})).map((row) => lineThere(name, row))
  const shown = async () => (await api.list(`server_id=${name}`)).torrents.map(lineShown)
  await until(async () => differences(there, await shown()), isSame)
  await fleet.send(name, {do: 'motion', on: true})
}
