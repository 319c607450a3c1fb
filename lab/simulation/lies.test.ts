import {afterEach, expect, test} from 'vitest'
import {becomeTrue, lie} from './lies.ts'
import {clocksOff, foreignNameOf, movedTracker, trackers, type LieName} from './plan.ts'
import {small, smallHarness, type SmallHarness} from './small-harness.fixture.ts'

const HOUR_MS = 3_600_000
const {
  server,
  plan,
  arr: {
    instance: {name},
  },
} = small
const [release] = plan.releases
const whole = {size: 1_000, sizeTotal: 1_000, done: 1_000, state: 'seeding', running: true} as const

let made: SmallHarness
afterEach(() => made.end())

/** Tells it so often. @returns what was said */
async function report(lieName: LieName, times = 1): Promise<readonly string[]> {
  const around = made.around(lieName)
  const said: string[] = []
  for (let at = 0; at < times; at++) said.push(await lie(around))
  return said
}

const heal = (lieName: LieName) => becomeTrue(made.around(lieName))

test('an Arr is copied first, and has the copy back once that is old', async () => {
  made = smallHarness()
  expect(await report('older Arr')).toEqual([`somebody copies the database of ${name}`])
  await made.clock.advance(13 * HOUR_MS)
  expect(await report('older Arr')).toEqual([`${name} restarts with its database of 780 min before`])
  expect(made.noted).toEqual([name])
})

test('an Arr comes up empty, that is copied nowhere, and in the end it is as it was', async () => {
  made = smallHarness()
  const count = made.sim.arr(name).arr.library.parents.length
  await report('empty Arr', 2)
  expect(made.sim.arr(name).arr.library.parents).toEqual([])
  expect(await report('older Arr')).toEqual([`nobody copies ${name}, which is empty`])
  await heal('empty Arr')
  expect(made.sim.arr(name).arr.library.parents).toHaveLength(count)
})

test('a client that is none of our servers goes and comes, and its Arr is red for it', async () => {
  made = smallHarness()
  const client = made.sim.server(foreignNameOf(name))
  await report('foreign client')
  expect(client.down).toBe(true)
  await made.clock.advance(HOUR_MS)
  expect([...made.sim.arr(name).arr.health.values()].map(({message}) => message).join()).toContain(
    foreignNameOf(name),
  )
  await heal('foreign client')
  expect(client.down).toBe(false)
})

test('the clock of a server is set, and is off as at first in the end', async () => {
  made = smallHarness()
  const {world} = made
  const before = world.revision
  await report('clock of a server', 9)
  expect(clocksOff).toContain(world.skewSeconds)
  expect(world.revision).toBeGreaterThan(before)
  await heal('clock of a server')
  expect(world.skewSeconds).toBe(plan.clocksOff[server])
})

test('a server is copied first, and restarts as that once it is old, if it sees its disk', async () => {
  made = smallHarness()
  const {world, disks} = made
  const torrent = world.put({hash: release!.made.hash, name: 'removed since', savePath: '/data', ...whole})
  disks.lay(server, torrent)
  expect(await report('older server')).toEqual([`somebody copies what ${server} keeps`])
  world.commands.remove([torrent])
  await made.clock.advance(13 * HOUR_MS)
  disks.isReached = false
  await report('older server')
  expect(world.size).toBe(0)
  disks.isReached = true
  expect(await report('older server')).toEqual([`${server} restarts as it was 780 min before`])
  expect(world.get(torrent.hash)).toMatchObject({addedAt: torrent.addedAt, state: 'seeding'})
})

test('a tracker has another host name for the torrents of a server, and the old one again', async () => {
  made = smallHarness()
  const {world} = made
  const [, url] = trackers
  const torrent = world.put({
    hash: release!.made.hash,
    name: 'owes',
    trackers: [world.commands.tracker(url, 0), world.commands.tracker('https://other.invalid/x', 1)],
    ...whole,
  })
  const seen = new Set<string>()
  for (let at = 0; at < 40; at++) {
    await report('other tracker host')
    seen.add(torrent.trackers.map((it) => it.url).join(' '))
  }
  expect(seen).toEqual(
    new Set([`${url} https://other.invalid/x`, `${movedTracker(url)} https://other.invalid/x`]),
  )
})

test('a server is slow to remove until the world is well', async () => {
  made = smallHarness()
  await report('late removal')
  expect(made.world.removalTakesMs).toBeGreaterThanOrEqual(120_000)
  await heal('late removal')
  expect(made.world.removalTakesMs).toBe(0)
})
