/**
 * The program's replica of simulated servers is those servers, column by column, also after lost, cut and damaged
 * answers and after restarts with short lists. What people read of such trouble: `test/program/faults.fleet.test.ts`.
 */
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import pino from 'pino'
import {afterAll, beforeAll, beforeEach, describe, expect, test} from 'vitest'
import {composeApp, type App} from '#app/compose.ts'
import {usualWebUi} from '#config/load.ts'
import {isOnline} from '#links/health.ts'
import type {HealthStatus, ServerHealth} from '#model/server.ts'
import {asInfoHash, asServerId, type ServerId} from '#model/torrent-key.ts'
import {Store} from '#store/store.ts'
import {isFull, some} from '#test/proof.ts'
import {checksumOf, type Comparable, type ComparedColumn} from './checksum.ts'
import {fastClock, fastPatience} from './fast-clock.ts'
import type {Fault} from './faults.ts'
import {startFleetProcess, type FleetProcess} from './fleet-process.ts'

const count = 400
const numbers = ['size', 'completed', 'uploaded', 'complete'] as const
/** rTorrent names a magnet without metadata after its hash. */
const kinds = [
  {name: 'qb', kind: 'qbittorrent', version: '5.1.0', columns: ['name', ...numbers]},
  {name: 'tr', kind: 'transmission', version: '4.1.4', columns: ['name', ...numbers]},
  {name: 'rt', kind: 'rtorrent', version: '0.16.17', columns: numbers},
  {name: 'de', kind: 'deluge', version: '2.2.0', columns: ['name', ...numbers]},
] as const

let fleet: FleetProcess
let app: App
const folder = mkdtempSync(join(tmpdir(), 'commodarr-fleet-test-'))

beforeAll(async () => {
  const lively = {count, changePercentPerSecond: 20}
  const servers = kinds.map(({name, kind, version}, index) => ({
    name,
    kind,
    version,
    seed: 10 + index,
    ...lively,
  }))
  fleet = await startFleetProcess({servers})
  app = await composeApp({
    servers: fleet.definitions,
    dataFolder: folder,
    webui: usualWebUi,
    isOpen: true,
    file: null,
    env: {},
    demo: true,
    reachesHost: async () => true,
    store: await Store.sqlite(':memory:'),
    log: pino({level: 'silent'}),
    clock: fastClock(10),
    patience: fastPatience(10),
  })
})

afterAll(async () => {
  await app.stop()
  await fleet.stop()
  rmSync(folder, {recursive: true, force: true})
})

/** Answers that are lost, cut or damaged in the middle of a chain of deltas: what was in them must not be missing later. */
const damages: readonly Fault[] = [
  {kind: 'lost'},
  {kind: 'cut', afterBytes: 5_000},
  {kind: 'cut', afterBytes: 10},
  {kind: 'garbage', bytes: 5_000},
  {kind: 'reset'},
]

describe.each(kinds)('$kind', ({name, columns}) => {
  const id = asServerId(name)

  beforeEach(async () => {
    await fleet.send(name, {do: 'clearFaults'})
    await until(() => isOnline(healthOf(id).status))
  })

  test('the replica is the server, column by column', async () => {
    await agreesStanding(id, columns)
    expect(app.fleet.count(id)).toBe(count)
  })

  test.each(some(1, damages))(
    'after answers damaged by $kind the replica is the server again',
    async (fault) => {
      // What is told of it may be over before anybody looks: who counts is the server.
      const struck = async () => (await fleet.send(name, {do: 'counters'})).faults[fault.kind] ?? 0
      const before = await struck()
      await fleet.send(name, {do: 'fault', fault: {...fault, after: 2, count: 2}})
      await until(async () => (await struck()) === before + 2)
      expect(app.fleet.count(id)).toBe(count)
      await until(() => isOnline(healthOf(id).status) && healthOf(id).reason === 'none')
      await agreesStanding(id, columns)
    },
  )

  test.runIf(isFull || name === 'qb')(
    'a restart with a short list that grows loses no torrent on the way',
    async () => {
      let fewest = Infinity
      const seen = new Set<HealthStatus>()
      const stops = [
        app.fleet.onChange(() => (fewest = Math.min(fewest, app.fleet.count(id)))),
        app.links.onStatus(() => seen.add(healthOf(id).status)),
      ]
      await fleet.send(name, {do: 'restart', downForMs: 200, short: {from: 20, shortListFor: 3}})
      await until(() => seen.has('warming'))
      await until(() => isOnline(healthOf(id).status) && app.fleet.count(id) === count)
      for (const stop of stops) stop()
      expect(fewest).toBe(count)
    },
  )

  test('torrents that really come and go are seen to', async () => {
    const [added] = await fleet.send(name, {do: 'add', count: 1, seed: 77})
    await until(() => app.fleet.count(id) === count + 1)
    expect(app.fleet.holders(asInfoHash(added!)!)).toEqual([{serverId: id, hash: added}])
    await fleet.send(name, {do: 'remove', hashes: [added!]})
    await until(() => app.fleet.count(id) === count)
    expect(app.fleet.holders(asInfoHash(added!)!)).toEqual([])
  })
})

function healthOf(id: ServerId): ServerHealth {
  return app.links.get(id)!.health
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((done) => setTimeout(done, 10))
}

/** Lets the server stand still and waits until the replica is what it has. */
async function agreesStanding(id: ServerId, columns: readonly ComparedColumn[]): Promise<void> {
  await fleet.send(id, {do: 'motion', on: false})
  const there = await fleet.send(id, {do: 'checksum', columns})
  app.links.watch([id])
  await until(() => checksumOf(replica(id), columns) === there.checksum)
  await fleet.send(id, {do: 'motion', on: true})
}

function* replica(id: ServerId): Generator<Comparable> {
  for (const row of app.fleet.rowsOf(id)) {
    const {key, name, size = null, completed = 0, uploaded = 0, category, complete} = app.fleet.record(row)!
    yield {hash: key.hash, name, size, completed, uploaded, category, complete}
  }
}
