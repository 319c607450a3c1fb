import {expect, test} from 'vitest'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {Motion} from './motion.ts'
import {populate} from './population.ts'
import {World, type WorldOptions} from './world.ts'

function worldOf(count: number, options: Partial<WorldOptions> = {}): {world: World; clock: VirtualClock} {
  const clock = new VirtualClock()
  const world = new World({clock, seed: 1, ...options})
  populate(world, {count, seed: 1})
  return {world, clock}
}

function hashesOf(world: World): string[] {
  return [...world.list()].map((torrent) => torrent.hash)
}

test('a change is found from any older revision and not from its own', () => {
  const {world} = worldOf(50)
  const before = world.revision
  const torrent = [...world.list()][7]!
  world.commands.setCategory([torrent], {category: 'films'})
  expect(world.changedSince(before)).toEqual([torrent])
  expect(world.changedSince(world.revision)).toEqual([])
  expect(torrent.changedAtRevision).toBe(world.revision)
})

test('a removed torrent is named as removed until it is added again', () => {
  const {world} = worldOf(5)
  const before = world.revision
  const torrent = [...world.list()][2]!
  world.commands.remove([torrent])
  expect(world.get(torrent.hash)).toBeUndefined()
  expect(world.removedSince(before)).toMatchObject([{hash: torrent.hash, id: torrent.id}])
  world.commands.add({hash: torrent.hash, name: 'back again'})
  expect(world.removedSince(before)).toEqual([])
  expect(world.removedWithin(60)).toMatchObject([{hash: torrent.hash}])
  expect(world.get(torrent.hash)!.id).not.toBe(torrent.id)
})

test('a disowned torrent is named as removed and listed anyway', () => {
  const {world} = worldOf(5)
  const before = world.revision
  const torrent = [...world.list()][2]!
  world.disown(torrent)
  expect(world.removedSince(before)).toMatchObject([{hash: torrent.hash, id: torrent.id}])
  expect([world.size, world.get(torrent.hash)]).toEqual([5, torrent])
})

test('recently changed means within these seconds, and in one of the aspects asked for', async () => {
  const {world, clock} = worldOf(20)
  expect(world.changedWithin(60)).toEqual([])
  const [limited, labelled] = [...world.list()]
  world.commands.setSpeedLimits([limited!], {down: 1000})
  await clock.advance(40_000)
  world.commands.addTags([labelled!], {tags: ['new']})
  expect(world.changedWithin(60)).toEqual([labelled, limited])
  expect(world.changedWithin(30)).toEqual([labelled])
  expect(world.changedWithin(60, ['activity', 'limits'])).toEqual([limited])
})

test('a restart with a short list hides the rest, then shows it again in its old order', async () => {
  const {world, clock} = worldOf(100)
  const all = hashesOf(world)
  const pid = world.session.pid
  world.restart({from: 10, shortListFor: 90})
  expect(world.session.pid).not.toBe(pid)
  expect(hashesOf(world)).toEqual(all.slice(0, 10))
  expect(world.get(all[50]!)).toBeUndefined()
  const revision = world.revision
  await clock.advance(45_000)
  expect(world.size).toBe(55)
  expect(world.changedSince(revision)).toHaveLength(45)
  await clock.advance(45_000)
  expect(hashesOf(world)).toEqual(all)
})

test('a short list that grows to less than all keeps the others hidden', async () => {
  const {world, clock} = worldOf(100)
  world.restart({from: 0, growTo: 30, shortListFor: 10})
  await clock.advance(60_000)
  expect(world.size).toBe(30)
  world.restart()
  expect(world.size).toBe(100)
})

test('a world knows for how long its list was the same at most, since it was started', async () => {
  const {world, clock} = worldOf(10)
  const same: number[] = []
  const pass = async (ms: number) => {
    await clock.advance(ms)
    same.push(world.longestSameMs)
  }
  await pass(90_000)
  world.restart({from: 4, growTo: 4, shortListFor: 1})
  await pass(20_000)
  world.commands.add({hash: 'b'.repeat(40), name: 'new'})
  await pass(5_000)
  world.drop(world.get('b'.repeat(40))!)
  await pass(30_000)
  expect([world.hidden, same]).toEqual([6, [90_000, 20_000, 20_000, 30_000]])
  world.restart()
  expect([world.hidden, world.longestSameMs]).toEqual([0, 0])
})

test('what was taken out is reported by nothing any more, also when others leave the queue after it or it is changed', () => {
  const {world} = worldOf(0, {queueHolds: 'all'})
  const [first, gone, last] = ['a', 'b', 'c'].map(
    (digit) => world.commands.add({hash: digit.repeat(40), name: digit, size: 100, done: 40}).torrent,
  )
  world.drop(gone!)
  expect([first!.queuePosition, last!.queuePosition]).toEqual([1, 2])
  world.settle()
  const before = world.revision
  world.commands.remove([first!])
  expect(last!.queuePosition).toBe(1)
  world.update(gone!, {downSpeed: 5})
  world.commands.recheck([gone!])
  expect(world.changedWithin(60)).toEqual([last])
  expect(world.changedSince(before)).toEqual([last])
  expect(world.removedWithin(60)).toMatchObject([{hash: first!.hash}])
})

test('a hash that the server has not loaded yet is a duplicate anyway', () => {
  const {world} = worldOf(20)
  const last = [...world.list()].at(-1)!
  world.restart({from: 5, shortListFor: 10})
  expect(world.commands.add({hash: last.hash, name: 'again'})).toEqual({torrent: last, duplicate: true})
  expect(world.size).toBe(5)
})

test('a torrent that was stopped does nothing until it is started; a started one goes where its bytes say', () => {
  const {world} = worldOf(0)
  const {torrent} = world.commands.add({hash: 'a'.repeat(40), name: 'one', size: 100, done: 40})
  expect(torrent.state).toBe('stopped')
  world.commands.start([torrent])
  expect(torrent).toMatchObject({state: 'downloading', running: true, startedAt: world.now()})
  world.commands.stop([torrent])
  expect(torrent).toMatchObject({state: 'stopped', running: false, downSpeed: 0})
  expect(world.commands.received.map(({verb}) => verb)).toEqual(['addTorrent', 'start', 'stop'])
})

test('a check ends after a while and the torrent goes on as it was', () => {
  const {world} = worldOf(0)
  const {torrent} = world.commands.add({
    hash: 'b'.repeat(40),
    name: 'two',
    size: 100,
    done: 100,
    running: true,
  })
  const motion = new Motion(world, {seed: 1, changePerSecond: 0})
  world.commands.recheck([torrent])
  motion.tick(1)
  expect(torrent.state).toBe('checking')
  for (let second = 0; second < 30; second++) motion.tick(1)
  expect(torrent).toMatchObject({state: 'seeding', taskProgress: 0})
})

test('moving in the queue keeps the order of those that move and renumbers everyone', () => {
  const {world} = worldOf(0)
  const torrents = ['a', 'b', 'c', 'd'].map(
    (letter) => world.commands.add({hash: letter.repeat(40), name: letter, size: 9}).torrent,
  )
  const order = (): string =>
    [...torrents]
      .sort((x, y) => x.queuePosition! - y.queuePosition!)
      .map(({name}) => name)
      .join('')
  world.commands.moveInQueue([torrents[3]!, torrents[2]!], {to: 'top'})
  expect(order()).toBe('cdab')
  world.commands.moveInQueue([torrents[0]!, torrents[1]!], {to: 'up'})
  expect(order()).toBe('cabd')
  world.commands.moveInQueue([torrents[2]!], {to: 'bottom'})
  expect(order()).toBe('abdc')
  world.commands.moveInQueue([torrents[1]!, torrents[0]!], {to: 'up'})
  expect(order()).toBe('badc')
  world.commands.moveInQueue([torrents[3]!, torrents[2]!], {to: 'down'})
  expect(order()).toBe('bacd')
})

test('files hold together what the torrent holds, skipped ones nothing', () => {
  const {world} = worldOf(0)
  const fields = {hash: 'c'.repeat(40), name: 'three', rootName: 'three', size: 400, done: 250, fileCount: 4}
  const {torrent} = world.commands.add(fields)
  expect(world.files(torrent).map((file) => file.done)).toEqual([100, 100, 50, 0])
  world.commands.setFilePriority([torrent], {files: [0, 1], priority: 'skip'})
  expect(torrent).toMatchObject({size: 200, done: 200, sizeTotal: 400})
  expect(world.files(torrent).map((file) => file.done)).toEqual([0, 0, 100, 100])
})

test('the speeds of the server are the sum of its torrents, whatever happens', () => {
  const {world} = worldOf(400)
  const motion = new Motion(world, {seed: 3, changePerSecond: 0.2, turnover: true})
  for (let second = 0; second < 50; second++) motion.tick(1)
  world.commands.remove([...world.list()].slice(0, 40))
  const sum = [...world.list()].reduce((total, torrent) => total + torrent.downSpeed, 0)
  expect(world.downSpeed).toBe(sum)
})

test('counters wrap to 32 bits where the world is set so', () => {
  expect(worldOf(0).world.shown(3_000_000_000)).toBe(3_000_000_000)
  expect(worldOf(0, {wrapCounters: true}).world.shown(3_000_000_000)).toBe(-1_294_967_296)
})

test('a skewed server clock shows in its times', () => {
  const {world, clock} = worldOf(0, {skewSeconds: -3 * 86_400})
  expect(world.now()).toBe(clock.now() / 1000 - 3 * 86_400)
})

test('seconds of seeding are counted one by one, also while the clock is set back', async () => {
  const {world, clock} = worldOf(1)
  const [torrent] = [...world.list()]
  world.update(torrent!, {state: 'seeding', running: true})
  const before = torrent!.seedingTime
  await clock.advance(600_000)
  clock.jump(-36_000_000)
  await clock.advance(300_000)
  expect(torrent!.seedingTime).toBe(before)
  expect(world.seededFor(torrent!)).toBe(before + 900)
  world.update(torrent!, {state: 'stopped', running: false})
  await clock.advance(300_000)
  expect([torrent!.seedingTime, world.seededFor(torrent!)]).toEqual([before + 900, before + 900])
})

test('people set the clock of a server, and its times follow', () => {
  const {world, clock} = worldOf(0, {skewSeconds: 3600})
  world.skewSeconds = -600
  expect(world.now()).toBe(Math.floor(clock.now() / 1000) - 600)
})

test('a server that is slow to remove lists what it was ordered to remove until the time is over', async () => {
  const {world, clock} = worldOf(5)
  const [first, second] = [...world.list()]
  world.removalTakesMs = 120_000
  world.commands.removeWithData([first!])
  expect([world.get(first!.hash), world.isLeaving(first!), world.isLeaving(second!)]).toEqual([
    first,
    true,
    false,
  ])
  await clock.advance(119_000)
  expect(world.get(first!.hash)).toBe(first)
  await clock.advance(1_000)
  expect([world.get(first!.hash), world.size]).toEqual([undefined, 4])
  world.removalTakesMs = 0
  world.commands.remove([second!])
  expect(world.get(second!.hash)).toBeUndefined()
})

test('what was removed and added again meanwhile is another torrent, which a late removal leaves', async () => {
  const {world, clock} = worldOf(1)
  const [torrent] = [...world.list()]
  world.removalTakesMs = 120_000
  world.commands.remove([torrent!])
  world.drop(torrent!)
  const again = world.put({hash: torrent!.hash, name: 'back again'})
  await clock.advance(300_000)
  expect(world.get(torrent!.hash)).toBe(again)
})

test('a server restarts as it was: with what was removed since, its dates and figures, and nothing that came', async () => {
  const {world, clock} = worldOf(6, {queueHolds: 'all'})
  const [removed, grown] = [...world.list()]
  const [hashes, generation] = [hashesOf(world), world.generation]
  const then = {addedAt: removed!.addedAt, uploaded: grown!.uploaded, tags: grown!.tags}
  const records = world.records()
  await clock.advance(86_400_000)
  world.commands.remove([removed!])
  world.commands.add({hash: 'f'.repeat(40), name: 'came since'})
  world.update(grown!, {uploaded: grown!.uploaded + 5})
  world.commands.addTags([grown!], {tags: ['since']})
  world.restore(records)
  expect(hashesOf(world)).toEqual(hashes)
  expect(world.get(removed!.hash)).toMatchObject({addedAt: then.addedAt})
  expect(world.get(grown!.hash)).toMatchObject({uploaded: then.uploaded, tags: then.tags})
  expect(world.removedSince(0)).toEqual([])
  expect(world.generation).toBe(generation + 1)
})
