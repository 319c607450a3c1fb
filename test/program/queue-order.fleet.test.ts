/**
 * Torrents that are moved in the queues of their servers, more than go to a server in one piece: the queue is then as
 * if each server had moved them in one.
 */
import {afterAll, beforeAll, expect, test} from 'vitest'
import {fastClock, fastPatience} from '#lab/simulators/fast-clock.ts'
import {definitionOf} from '#lab/simulators/fleet-process.ts'
import {seededRandom} from '#lab/simulators/random.ts'
import {startSimServer, type SimServer} from '#lab/simulators/sim-server.ts'
import {systemClock} from '#lib/clock.ts'
import {some} from '#test/proof.ts'
import {startTestApp, until, type Key, type TestApp} from './program.fixture.ts'

const directions = ['top', 'up', 'down', 'bottom'] as const
type Direction = (typeof directions)[number]

/** In each queue, and how many of them are moved: one piece is 500. */
const QUEUED = 640
const MOVED = 600

const specs = [
  {name: 'qb', kind: 'qbittorrent', version: '5.1.0'},
  {name: 'tr', kind: 'transmission', version: '4.1.4'},
] as const
const random = seededRandom(1)
let sims: readonly SimServer[] = []
let program: TestApp

beforeAll(async () => {
  sims = await Promise.all(specs.map((spec, seed) => startSimServer({...spec, seed, count: 0}, systemClock)))
  for (const {world} of sims) {
    for (let n = 0; n < QUEUED; n++) {
      // Queues are in an order of their own, not in that of the hashes.
      const hash = random.hex(40)
      world.commands.add({hash, name: `torrent ${n}`, size: 1_000})
    }
  }
  const servers = sims.map(({spec, server, username, password}) =>
    definitionOf({...spec, url: server.url, username, password}),
  )
  program = await startTestApp({servers, clock: fastClock(20), patience: fastPatience(20)})
  await program.api.online()
})

afterAll(async () => {
  await program?.stop()
  await Promise.all(sims.map(({server}) => server.stop()))
})

/** Hashes, the first of the queue first. */
function queueOf({world}: SimServer): string[] {
  return [...world.list()].toSorted((a, b) => a.queuePosition! - b.queuePosition!).map(({hash}) => hash)
}

/** One after the other, in the order in which servers do it. */
function moved(queue: readonly string[], selected: ReadonlySet<string>, to: Direction): string[] {
  const order = queue.filter((hash) => selected.has(hash))
  const result = [...queue]
  for (const hash of to === 'up' || to === 'bottom' ? order : order.toReversed()) {
    const at = result.indexOf(hash)
    const end = {top: 0, up: at - 1, down: at + 1, bottom: result.length - 1}[to]
    result.splice(at, 1)
    result.splice(Math.max(0, Math.min(result.length, end)), 0, hash)
  }
  return result
}

/** The places that the program shows are those of the server: what is moved next follows from them. */
async function isShown(sim: SimServer): Promise<boolean> {
  const {torrents} = await program.api.list(
    `server_id=${sim.spec.name}&sort=queue_position&fields=queue_position`,
  )
  return queueOf(sim).every((hash, n) => torrents[n]?.info_hash === hash)
}

function shuffled<T>(all: readonly T[]): T[] {
  const drawn = all.map((one) => ({one, at: random.next()}))
  return drawn.toSorted((a, b) => a.at - b.at).map(({one}) => one)
}

test.each(some(2, directions))('to the %s of two servers at once they move as in one piece', async (to) => {
  await until(
    () => Promise.all(sims.map(isShown)),
    (all) => all.every(Boolean),
  )
  const keys: Key[] = []
  const expected = sims.map((sim) => {
    const queue = queueOf(sim)
    const selected = shuffled(queue).slice(0, MOVED)
    keys.push(...selected.map((hash) => ({server_id: sim.spec.name, info_hash: hash})))
    return moved(queue, new Set(selected), to)
  })
  const asked = shuffled(keys)
  const results = await program.api.act('moveInQueue', asked, {to})
  expect(results.map(({server_id, info_hash}) => ({server_id, info_hash}))).toEqual(asked)
  expect(results.filter(({outcome}) => outcome !== 'done')).toEqual([])
  expect(sims.map(queueOf)).toEqual(expected)
})
