import {createHash} from 'node:crypto'
import {mkdtempSync, rmSync, statSync, utimesSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import bencode from 'bencode'
import {expect, onTestFinished, test} from 'vitest'
import {Motion} from './motion.ts'
import {releaseIn} from './lived-in.ts'
import {populate} from './population.ts'
import {seededRandom} from './random.ts'
import {SharedDisk} from './sim-disk.ts'
import {isComplete, type SimTorrent} from './sim-torrent.ts'
import {World} from './world.ts'

class Clock {
  ms = 0
  now = () => 1_795_000_000_000 + this.ms
  monotonic = () => this.ms
  after = () => () => {}
}

function aWorld(): {world: World; clock: Clock; motion: Motion} {
  const clock = new Clock()
  const world = new World({clock, seed: 3})
  populate(world, {count: 400, seed: 3, mix: 'lived'})
  const motion = new Motion(world, {seed: 3, changePerSecond: 0.2, turnover: true, isSteady: true})
  return {world, clock, motion}
}

/** What cannot be, in words. */
function impossible(torrent: SimTorrent, now: number): readonly string[] {
  const {seedsConnected, seedsSwarm, peersConnected, peersSwarm, upSpeed, downSpeed, done, size} = torrent
  const age = now - torrent.addedAt
  const wrong = {
    'more seeds than there are': seedsConnected > seedsSwarm,
    'more peers than there are': peersConnected > peersSwarm,
    'upload to nobody': upSpeed > 0 && peersConnected === 0,
    'download from nobody': downSpeed > 0 && seedsConnected + peersConnected === 0,
    'more than all of it': done > size,
    'complete before it came': torrent.completedAt !== null && torrent.completedAt < torrent.addedAt,
    'uploaded faster than it could': torrent.uploaded > age * 2_000_000 + 1,
    'downloaded faster than it could': torrent.downloaded > (age + 130) * 2_000_000,
    'seeded for longer than it is there': torrent.seedingTime > age + 1,
  }
  return Object.entries(wrong).flatMap(([words, is]) => (is ? `${torrent.name}: ${words}` : []))
}

test('the figures of each fit each other, at once and hours later', () => {
  const {world, clock, motion} = aWorld()
  const count = world.size
  for (let minute = 0; minute < 120; minute++) {
    if (minute % 20 === 0) expect([...world.list()].flatMap((it) => impossible(it, world.now()))).toEqual([])
    for (let second = 0; second < 60; second += 10) {
      clock.ms += 10_000
      motion.tick(10)
    }
  }
  expect(Math.abs(world.size - count)).toBeLessThan(5)
})

test('it stays as lively as it began: nine of ten seed, something comes in, something stands still', () => {
  const {world, clock, motion} = aWorld()
  const look = () => {
    const all = [...world.list()]
    return {
      seeding: all.filter(({state}) => state === 'seeding').length / all.length,
      coming: all.filter(({state, downSpeed}) => state === 'downloading' && downSpeed > 0).length,
      stalled: all.filter((it) => it.state === 'downloading' && it.seedsSwarm === 0 && !isComplete(it))
        .length,
    }
  }
  for (const hours of [0, 3]) {
    for (let second = 0; second < hours * 3_600; second += 30) {
      clock.ms += 30_000
      motion.tick(30)
    }
    const {seeding, coming, stalled} = look()
    expect(seeding).toBeGreaterThan(0.88)
    expect([coming > 1, stalled > 0]).toEqual([true, true])
  }
})

test('on a disk the files of what comes in are written to, those of others are not', () => {
  const {world, clock, motion} = aWorld()
  const folder = mkdtempSync(join(tmpdir(), 'commodarr-written-'))
  onTestFinished(() => rmSync(folder, {recursive: true}))
  world.disk = new SharedDisk(folder).seenAt(world.defaultSavePath)
  const all = [...world.list()]
  const coming = all.find(
    ({state, downSpeed, seedsSwarm}) => state === 'downloading' && downSpeed > 0 && seedsSwarm > 0,
  )!
  const whole = all.find(({state}) => state === 'seeding')!
  const filesOf = (torrent: SimTorrent) =>
    world.pathsOf(torrent).map((path) => join(folder, path.slice(world.defaultSavePath.length)))
  const writtenAt = (torrent: SimTorrent) =>
    Math.max(...filesOf(torrent).map((path) => statSync(path).mtimeMs))
  for (const torrent of [coming, whole]) {
    world.layFiles(torrent)
    for (const path of filesOf(torrent)) utimesSync(path, 1, 1)
  }
  const before = coming.done
  for (let second = 0; second < 60 && coming.done === before; second++) {
    clock.ms += 1_000
    motion.tick(1)
  }
  expect(coming.done).toBeGreaterThan(before)
  expect([writtenAt(coming), writtenAt(whole)]).toEqual([world.now() * 1_000, 1_000])
})

test('each has a .torrent of its own hash', () => {
  const {world} = aWorld()
  for (const {hash, metainfo, name} of [...world.list()].slice(0, 50)) {
    const {info} = bencode.decode(metainfo!) as {info: {name: Uint8Array}}
    expect(createHash('sha1').update(bencode.encode(info)).digest('hex')).toBe(hash)
    expect(Buffer.from(info.name).toString()).toBe(name)
  }
})

test('what an Arr waits for stays, while as old ones go for what comes', () => {
  const {world, clock, motion} = aWorld()
  const old = [...world.list()].filter((it) => it.state === 'seeding').slice(0, 5)
  for (const {hash} of old.slice(0, 2)) world.kept.add(hash)
  for (let second = 0; second < 6 * 3_600; second += 10) {
    clock.ms += 10_000
    motion.tick(10)
  }
  expect(old.map(({hash}) => world.get(hash) !== undefined).slice(0, 2)).toEqual([true, true])
  expect(old.slice(2).some(({hash}) => world.get(hash) === undefined)).toBe(true)
})

test('of two releases one comes within minutes, and the other stands still permanently', () => {
  const {world, clock, motion} = aWorld()
  const wish = {category: 'films', size: 90 * 2 ** 20}
  const [stalls, comes] = (['A.Quiet.Ferry.1996-KELP', 'A.Quiet.Ferry.1996-WREN'] as const).map(
    (name, at) => {
      const release = releaseIn(world, seededRandom(at), {...wish, name, comes: at === 1})
      world.put({...release, addedAt: world.now()})
      return world.get(release.hash)!
    },
  ) as [SimTorrent, SimTorrent]
  // As a server names what it wants and nobody sends.
  expect([stalls.state, stalls.downSpeed, stalls.seedsSwarm]).toEqual(['downloading', 0, 0])
  for (let second = 0; second < 900; second++) {
    clock.ms += 1_000
    motion.tick(1)
  }
  expect([stalls.done, isComplete(comes)]).toEqual([0, true])
  expect(comes.completedAt! - comes.addedAt).toBeLessThan(180)
})
