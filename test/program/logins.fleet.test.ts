/**
 * Logins: servers count the failed ones for days and lock everyone out, so each is counted here. Two with one and the
 * same password, none during a ban, one for a lost session; and the way back afterwards.
 */
import {afterAll, afterEach, beforeAll, beforeEach, expect, test} from 'vitest'
import {usualWebUi} from '#config/load.ts'
import {fastClock, fastPatience} from '#lab/simulators/fast-clock.ts'
import {startFleetProcess, type FleetProcess} from '#lab/simulators/fleet-process.ts'
import {healthPolicy} from '#links/health.ts'
import {Secret} from '#model/secret.ts'
import type {HealthReason, HealthStatus, ServerDefinition} from '#model/server.ts'
import {isFull} from '#test/proof.ts'
import {startTestApp, until, type Api, type TestApp} from './program.fixture.ts'

const servers = [
  {name: 'qb45', kind: 'qbittorrent', version: '4.5.2'},
  {name: 'qb51', kind: 'qbittorrent', version: '5.1.0'},
  {name: 'qb53', kind: 'qbittorrent', version: '5.3.0'},
  {name: 'tr3', kind: 'transmission', version: '3.00'},
  {name: 'tr', kind: 'transmission', version: '4.1.4'},
  {name: 'rtweb', kind: 'rtorrent', version: '0.9.8', transport: 'http'},
] as const
const names: readonly string[] = servers.map(({name}) => name)
/** They have sessions and bans. */
const locking = names.filter((name) => name.startsWith('qb'))
const COUNT = 10
const SPEED = 30
const clock = fastClock(SPEED)

let fleet: FleetProcess
let program: TestApp
let api: Api

beforeAll(async () => {
  const specs = servers.map((server, seed) => ({...server, seed, count: COUNT, changePercentPerSecond: 50}))
  fleet = await startFleetProcess({servers: specs})
})

afterAll(() => fleet?.stop())

beforeEach(async () => {
  for (const name of names) await fleet.send(name, {do: 'counters', reset: true})
})

afterEach(async () => {
  await program.stop()
  for (const name of names) {
    await fleet.send(name, {do: 'clearFaults'})
    await fleet.send(name, {do: 'ban', seconds: 0})
  }
})

/** The second try of a password comes after a third of a second, a ban of unknown length is waited for one second. */
async function start(definitions: readonly ServerDefinition[] = fleet.definitions): Promise<void> {
  program = await startTestApp({
    servers: definitions,
    clock,
    patience: fastPatience(SPEED),
    healthPolicy: {...healthPolicy, secondLoginMs: 10_000, banMs: 30_000},
  })
  api = program.api
}

async function isReported(name: string, status: HealthStatus, reason: HealthReason): Promise<void> {
  const {health} = await until(
    () => api.server(name),
    (seen) => seen.health.status === status && seen.health.reason === reason,
  )
  expect(health.advice).not.toBe('')
}

async function refusedBy(name: string): Promise<number> {
  return (await fleet.send(name, {do: 'counters'})).loginsRefused
}

function loginsOf(requests: Readonly<Record<string, number>>): number {
  return Object.entries(requests).reduce(
    (sum, [name, count]) => sum + (name.endsWith('auth/login') ? count : 0),
    0,
  )
}

/** A minute and a half of the program's time, in which it may do as it likes. */
function aWhile(): Promise<void> {
  return new Promise((done) => void clock.after(90_000, done))
}

test('a wrong password is sent twice, then never again', sendsItTwice)

async function sendsItTwice(): Promise<void> {
  await start(fleet.definitions.map((one) => ({...one, password: new Secret('wrong')})))
  await Promise.all(names.map((name) => isReported(name, 'auth_failed', 'wrong_credentials')))
  await aWhile()
  for (const name of names) expect([name, await refusedBy(name)]).toEqual([name, 2])
}

test.runIf(isFull)('a wrong password is sent twice more when the server has restarted', async () => {
  await sendsItTwice()
  // The door is looked at every half minute; who is away for longer is seen to be away, also by a busy machine.
  await Promise.all(names.map((name) => fleet.send(name, {do: 'restart', downForMs: 15_000})))
  await Promise.all(
    names.map((name) =>
      until(
        () => refusedBy(name),
        (refused) => refused > 2,
      ),
    ),
  )
  await aWhile()
  for (const name of names) expect([name, await refusedBy(name)]).toEqual([name, 4])
})

test('a corrected password is tried at once', async () => {
  const wrong = fleet.definitions.map((one) => ({...one, password: new Secret('wrong')}))
  await start(wrong)
  await Promise.all(names.map((name) => isReported(name, 'auth_failed', 'wrong_credentials')))
  await program.app.configure(fleet.definitions, usualWebUi)
  await api.online()
  for (const name of names) expect(await refusedBy(name)).toBeLessThanOrEqual(2)
})

test.runIf(isFull)('who is refused by mistake comes back with a click', async () => {
  await start()
  await api.online()
  const refusing = names.filter((name) => !locking.includes(name))
  for (const name of refusing) await fleet.send(name, {do: 'fault', fault: {kind: 'status', status: 401}})
  await Promise.all(refusing.map((name) => isReported(name, 'auth_failed', 'wrong_credentials')))
  for (const name of refusing) {
    await until(
      () => api.server(name),
      ({health}) => health.next_try_at === null,
    )
    await fleet.send(name, {do: 'clearFaults'})
    const {status, body} = await api.send('POST', `/api/servers/${name}/test`)
    expect([status, body]).toMatchObject([200, {ok: true, reason: 'none', torrents: COUNT}])
  }
  await api.online()
})

test.runIf(isFull)(
  'qBittorrent behind a proxy that answers 401: the host name is meant, and it comes back on its own',
  async () => {
    await start()
    await api.online()
    for (const name of locking) await fleet.send(name, {do: 'fault', fault: {kind: 'status', status: 401}})
    await Promise.all(locking.map((name) => isReported(name, 'unreachable', 'host_rejected')))
    for (const name of locking) await fleet.send(name, {do: 'clearFaults'})
    await api.online()
    for (const name of locking) expect([name, await refusedBy(name)]).toEqual([name, 0])
  },
)

test('status 403 to everything is no ban: no password is sent while it lasts, and all is well after it', async () => {
  await start()
  await api.online()
  for (const name of names) {
    await fleet.send(name, {do: 'counters', reset: true})
    await fleet.send(name, {do: 'fault', fault: {kind: 'status', status: 403}})
  }
  await Promise.all(names.map((name) => isReported(name, 'unreachable', 'access_denied')))
  for (const name of names) {
    const {torrents, complete} = await api.list(`server_id=${name}&fields=stale`)
    expect([complete, torrents.length, torrents.every(({stale}) => stale)]).toEqual([false, COUNT, true])
  }
  await aWhile()
  for (const name of names) {
    const {requests} = await fleet.send(name, {do: 'counters'})
    if (locking.includes(name)) expect([name, loginsOf(requests)]).toEqual([name, 1])
    await fleet.send(name, {do: 'counters', reset: true})
    await fleet.send(name, {do: 'clearFaults'})
  }
  await api.online()
  for (const name of names) {
    const {loginsAccepted} = await fleet.send(name, {do: 'counters'})
    if (locking.includes(name)) expect([name, loginsAccepted]).toEqual([name, 1])
  }
})

test.runIf(isFull)('a ban by the server itself: one login for each time it may be over', async () => {
  await start()
  await api.online()
  for (const name of locking) {
    await fleet.send(name, {do: 'ban', seconds: 3})
    await fleet.send(name, {do: 'dropSessions'})
  }
  await Promise.all(locking.map((name) => isReported(name, 'banned', 'banned')))
  await api.online()
  // Three seconds of ban, and a login for each of them.
  for (const name of locking) expect(await refusedBy(name)).toBeLessThanOrEqual(4)
})

test('a lost session is renewed once and no one notices', async () => {
  await start()
  await api.online()
  for (const name of names) {
    await fleet.send(name, {do: 'counters', reset: true})
    await fleet.send(name, {do: 'dropSessions'})
  }
  const before = new Map((await api.servers()).map((one) => [one.server_id, one.synced_at ?? 0]))
  const after = await until(
    () => api.servers(),
    (all) => all.every((one) => (one.synced_at ?? 0) > before.get(one.server_id)! + 20_000),
  )
  // On a busy machine a list may be so late that it is read again: that says nothing of sessions.
  const reported = after.map(({health}) => health.reason)
  expect(reported.filter((reason) => reason !== 'none' && reason !== 'list_growing')).toEqual([])
  for (const name of locking) {
    const {loginsAccepted, loginsRefused} = await fleet.send(name, {do: 'counters'})
    expect([name, loginsAccepted, loginsRefused]).toEqual([name, 1, 0])
  }
})

test.runIf(isFull)(
  'a server that forgets every session is reported, and does not see a login for each answer',
  async () => {
    await start()
    await api.online()
    for (const name of locking) await fleet.send(name, {do: 'counters', reset: true})
    const startedAt = clock.monotonic()
    const forgetting = setInterval(() => {
      for (const name of locking) void fleet.send(name, {do: 'dropSessions'})
    }, 10)
    await Promise.all(locking.map((name) => isReported(name, 'unreachable', 'session_lost')))
    await aWhile()
    clearInterval(forgetting)
    for (const name of locking) {
      const {loginsAccepted} = await fleet.send(name, {do: 'counters'})
      // It is online for a moment, with a few logins, and then tries come more and more seldom, each with some more. A
      // login for each answer would be one a second, and more.
      const seconds = (clock.monotonic() - startedAt) / 1_000
      expect(loginsAccepted, `logins to ${name} in ${seconds} s`).toBeLessThanOrEqual(8 + seconds / 4)
    }
    await api.online()
  },
)
