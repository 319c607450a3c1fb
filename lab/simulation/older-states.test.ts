import {afterEach, expect, test} from 'vitest'
import {small, smallHarness, type SmallHarness} from './small-harness.fixture.ts'

const HOUR_MS = 3_600_000
const {
  server,
  plan,
  arr: {instance},
} = small
const [release] = plan.releases
const {hash} = release!.made

let made: SmallHarness
afterEach(() => made.end())

function begin(): SmallHarness {
  made = smallHarness()
  return made
}

const whole = {size: 1_000, sizeTotal: 1_000, done: 1_000, state: 'seeding', running: true} as const

test('an Arr restarts with its database of then, knows nothing since, and finds its releases as before', async () => {
  const {clock, sim, world, downloads, older, noted} = begin()
  const arr = sim.arr(instance.name)
  expect(older.ageOfArr(instance.name)).toBeNull()
  older.copyArr(instance.name)
  const [item] = arr.arr.library.parents
  arr.arr.library.remove(item!)
  downloads.ignore(server, world.put({hash, name: 'ignored since', ...whole}))
  await clock.advance(HOUR_MS)
  expect(older.ageOfArr(instance.name)).toBe(HOUR_MS)
  older.putArrBack(instance.name)
  expect(arr.arr.library.parents.map(({id}) => id)).toContain(item!.id)
  expect(arr.arr.releases.forUnit(arr.arr.library.unit(release!.unitIds[0]!)!)).toHaveLength(4)
  expect(downloads.ignoredSince(server, hash)).toBeNull()
  expect([older.ageOfArr(instance.name), noted]).toEqual([null, [instance.name]])
})

test('an Arr comes up empty, and has what it had once that is restored', () => {
  const {sim, older, noted} = begin()
  const arr = sim.arr(instance.name)
  const count = arr.arr.library.parents.length
  older.emptyArr(instance.name)
  expect([older.isEmpty(instance.name), arr.arr.library.parents]).toEqual([true, []])
  older.fillArrs()
  older.fillArrs()
  expect([older.isEmpty(instance.name), arr.arr.library.parents.length]).toEqual([false, count])
  expect(noted).toEqual([instance.name, instance.name])
})

test('a server restarts as it was, over a disk that is as it is', async () => {
  const {clock, world, disks, downloads, older, calls} = begin()
  const kept = world.put({hash, name: 'kept', savePath: '/data', tags: ['keep'], ...whole})
  const gone = world.put({hash: 'b'.repeat(40), name: 'gone', savePath: '/data', ...whole})
  for (const torrent of [kept, gone]) {
    disks.lay(server, torrent)
    downloads.seeds(server, torrent)
  }
  older.copyServer(server)
  await clock.advance(HOUR_MS)
  downloads.end(server, world, gone)
  world.commands.removeWithData([gone])
  const since = world.put({hash: 'c'.repeat(40), name: 'since', savePath: '/data', ...whole})
  disks.lay(server, since)
  await older.putServerBack(server)
  expect(calls).toEqual(['stop', 'listen'])
  expect([...world.list()].map((it) => [it.name, it.state])).toEqual([
    ['kept', 'seeding'],
    ['gone', 'missingFiles'],
  ])
  expect(downloads.causesOf(server, gone.hash)).toEqual({missingFiles: HOUR_MS})
  expect(downloads.keptSince(server, hash)).toBe(HOUR_MS)
  expect([disks.lost(), older.ageOfServer(server)]).toEqual([[], null])
})

test('what a tracker saw of a torrent counts once, whatever its server counts again', async () => {
  const {clock, world, disks, downloads, older} = begin()
  const torrent = world.put({hash, name: 'seeds', savePath: '/data', ...whole})
  disks.lay(server, torrent)
  downloads.seeds(server, torrent)
  await clock.advance(HOUR_MS)
  older.copyServer(server)
  await clock.advance(HOUR_MS)
  await older.putServerBack(server)
  const again = world.get(hash)!
  expect([world.seededFor(again), downloads.seededBefore(server, hash)]).toEqual([3_600, 3_600])
  expect(downloads.cameWithACopy(server, hash)).toBe(true)
  // It is removed and added again: that life did not come with a copy.
  downloads.end(server, world, again)
  expect(downloads.cameWithACopy(server, hash)).toBe(false)
})
