import {expect, test} from 'vitest'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {Motion} from './motion.ts'
import {hostileNames} from './names.ts'
import {populate, type PopulationOptions} from './population.ts'
import {contentPath, isComplete} from './sim-torrent.ts'
import {World} from './world.ts'

function worldOf(options: PopulationOptions): World {
  const world = new World({clock: new VirtualClock(), seed: options.seed})
  populate(world, options)
  return world
}

test('the same seed gives the same torrents, another seed others', () => {
  const plain = (world: World): unknown =>
    [...world.list()].map(({hash, name, state, size}) => ({hash, name, state, size}))
  expect(plain(worldOf({count: 200, seed: 5}))).toEqual(plain(worldOf({count: 200, seed: 5})))
  expect(plain(worldOf({count: 200, seed: 5}))).not.toEqual(plain(worldOf({count: 200, seed: 6})))
})

test('a lively population has every state, and figures that fit together', () => {
  const all = [...worldOf({count: 3000, seed: 2}).list()]
  expect(new Set(all.map(({state}) => state)).size).toBe(9)
  expect(new Set(all.map(({hash}) => hash)).size).toBe(3000)
  const broken = all.filter((torrent) => {
    const {state, running, upSpeed, downSpeed, done, size, savePath, rootName} = torrent
    const fitsState =
      state === 'seeding' ? isComplete(torrent) : state !== 'downloading' || !isComplete(torrent)
    const flowsOnlyWhenRunning = running || upSpeed + downSpeed === 0
    return (
      done > size || !fitsState || !flowsOnlyWhenRunning || contentPath(torrent) !== `${savePath}/${rootName}`
    )
  })
  expect(broken).toEqual([])
})

test('two servers with a shared seed hold the same hashes in the shared part alone', () => {
  const shared = {seed: 99, count: 30}
  const one = [...worldOf({count: 100, seed: 1, shared}).list()].map(({hash}) => hash)
  const two = new Set([...worldOf({count: 100, seed: 2, shared}).list()].map(({hash}) => hash))
  expect(one.filter((hash) => two.has(hash))).toEqual(one.slice(0, 30))
})

test('hostile names stand where they were asked for', () => {
  const names = [...worldOf({count: 100, seed: 1, hostileEvery: 5}).list()].map(({name}) => name)
  expect(names[0]).toBe(hostileNames[0]!.name)
  expect(names[5]).toBe(hostileNames[1]!.name)
  expect(Math.max(...names.map((name) => name.length))).toBeGreaterThan(4000)
})

test('each second about the asked share of torrents changes, and the fleet stays alive for an hour', async () => {
  const clock = new VirtualClock()
  const world = new World({clock, seed: 1, queueHolds: 'none'})
  populate(world, {count: 1000, seed: 1})
  const motion = new Motion(world, {seed: 1, changePerSecond: 0.02, turnover: true})
  motion.run()
  await clock.advance(5_000)
  const revision = world.revision
  await clock.advance(10_000)
  expect(world.changedSince(revision).length).toBeGreaterThan(100)
  expect(world.changedSince(revision).length).toBeLessThanOrEqual(230)
  motion.stop()
  for (let second = 0; second < 3600; second++) motion.tick(1)
  const downloading = [...world.list()].filter(({state}) => state === 'downloading').length
  expect(downloading).toBeGreaterThan(40)
  expect(world.size).toBeGreaterThan(900)
})
