import {expect, test} from 'vitest'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {World} from '../simulators/world.ts'
import {NetworkOutages} from './network-outages.ts'

const [old, young, other] = ['old', 'young', 'other']
const HOUR_MS = 3_600_000

function silences(): NetworkOutages {
  return new NetworkOutages([
    {name: old, kind: 'qbittorrent', version: '5.1.0'},
    {name: young, kind: 'qbittorrent', version: '5.3.0'},
    {name: other, kind: 'rtorrent', version: '0.9.8'},
  ])
}

/** So many torrents that have a tracker, and so many of them stopped. */
function worldOf(count: number, stopped = 0): World {
  const world = new World({clock: new VirtualClock(), seed: 1})
  for (let n = 0; n < count; n++) {
    const trackers = [world.commands.tracker('https://one.example/announce', 0)]
    world.put({hash: String(n).repeat(40), name: String(n), trackers, running: n >= stopped})
  }
  return world
}

const lengths = (of: NetworkOutages, now: number) => [old, young, other].map((name) => of.lengthOf(name, now))

test('that no tracker answers while hosts do cannot be known of qBittorrent before 5.2', () => {
  const known = silences()
  const world = worldOf(3)
  for (const name of [old, young, other]) {
    known.begin(name, 'trackers', HOUR_MS)
    known.goOn(name, world, HOUR_MS)
  }
  expect(lengths(known, 3 * HOUR_MS)).toEqual([0, 2 * HOUR_MS, 2 * HOUR_MS])
})

test('nor can it be of two torrents that run, however many are stopped', () => {
  const known = silences()
  const lengthIn = (world: World) => {
    known.begin(other, 'trackers', HOUR_MS)
    known.goOn(other, world, HOUR_MS)
    return known.lengthOf(other, 2 * HOUR_MS)
  }
  expect([worldOf(3), worldOf(2), worldOf(9, 7), worldOf(9, 6)].map(lengthIn)).toEqual([
    HOUR_MS,
    0,
    0,
    HOUR_MS,
  ])
})

test('that nothing is reached can be known of each server, from its first moment to its last', () => {
  const known = silences()
  known.begin(young, 'trackers', HOUR_MS)
  known.goOn(young, worldOf(3), HOUR_MS)
  for (const name of [old, young, other]) known.begin(name, 'everybody', 2 * HOUR_MS)
  expect(lengths(known, 4 * HOUR_MS)).toEqual([2 * HOUR_MS, 3 * HOUR_MS, 2 * HOUR_MS])
  for (const name of [old, young, other]) known.end(name)
  expect(lengths(known, 5 * HOUR_MS)).toEqual([0, 0, 0])
})

test('trackers answer what comes in a silence no more than what was there', () => {
  const known = silences()
  const world = new World({clock: new VirtualClock(), seed: 1})
  const come = (digit: string) => {
    const trackers = [world.commands.tracker('https://one.example/announce', 0)]
    return world.put({hash: digit.repeat(40), name: digit, trackers}).hash
  }
  const statusOf = (hash: string) => world.get(hash)!.trackers.map(({status}) => status)
  known.begin(old, 'trackers', 0)
  const during = come('a')
  known.goOn(old, world, 0)
  known.end(old)
  const after = come('b')
  known.goOn(old, world, 0)
  expect([statusOf(during), statusOf(after)]).toEqual([['unreachable'], ['waiting']])
})
