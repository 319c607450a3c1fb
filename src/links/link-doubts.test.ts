import {expect, test} from 'vitest'
import {hash, withTorrents} from './scripted-server.fixture.ts'

const DAYS = 24 * 3_600_000

test('a wall clock that is set forth and back holds no server back', async () => {
  const server = withTorrents(3)
  await server.clock.advance(30_000)
  server.failing = {code: 'server_unreachable', reason: 'timed_out'}
  server.clock.jump(3 * DAYS)
  await server.clock.advance(30_000)
  expect(server.status).toBe('unreachable:timed_out')
  server.clock.jump(-3 * DAYS)
  server.failing = null
  await server.clock.advance(400_000)
  expect(server.status).toBe('online:none')
  await server.link.stop()
})

test('a wall clock that jumps does not make a short list older than it is', async () => {
  const server = withTorrents(100)
  await server.clock.advance(30_000)
  for (let n = 1; n <= 60; n++) server.members.delete(hash(n))
  await server.clock.advance(20_000)
  server.clock.jump(3 * DAYS)
  await server.clock.advance(60_000)
  expect([server.status, server.shownCount]).toEqual(['warming:list_dropped', 100])
  await server.link.stop()
})

test('lists agree only when none broke off between them: its rows came uncounted', async () => {
  const server = withTorrents(90)
  await server.clock.advance(1)
  server.remembersBrokenLists = true
  server.failing = {code: 'answer_invalid', reason: 'cut_answer'}
  server.failAt = 'midList'
  server.failingSteps = 1
  server.members.add(hash(91))
  while (server.steps.length < 3) await server.clock.advance(100)
  expect(server.status).toBe('warming:list_growing')
  await server.clock.advance(2_000)
  expect(server.status).toBe('online:none')
  await server.link.stop()
})

test('a click after the end is answered, for nothing will try any more', async () => {
  const server = withTorrents(1)
  await server.clock.advance(1)
  await server.link.stop()
  await expect(server.link.retryNow()).resolves.toBeUndefined()
})

test('a probe whose credentials are refused is no matter to be tried three times', async () => {
  const server = withTorrents(1)
  server.leastIntervalMs = 100_000
  await server.clock.advance(5_000)
  server.failing = {code: 'login_refused', reason: 'wrong_credentials'}
  server.probes = 0
  await server.clock.advance(31_000)
  expect([server.probes, server.status]).toEqual([1, 'auth_failed:wrong_credentials'])
  await server.link.stop()
})

test('a server whose every answer is a new beginning is believed when three of them agree', async () => {
  const server = withTorrents(90)
  server.alwaysFresh = true
  await server.clock.advance(1)
  await server.clock.advance(1_500)
  expect([server.steps.length, server.status]).toEqual([3, 'online:none'])
  server.steps = []
  await server.clock.advance(60_000)
  expect([server.steps.length, server.status]).toEqual([6, 'online:none'])
  server.members.delete(hash(1))
  await server.clock.advance(35_000)
  expect([server.shownCount, server.status]).toEqual([89, 'online:none'])
  for (let n = 2; n <= 60; n++) server.members.delete(hash(n))
  await server.clock.advance(9 * 60_000)
  expect([server.shownCount, server.status]).toEqual([90, 'warming:list_dropped'])
  await server.clock.advance(2 * 60_000)
  expect([server.shownCount, server.status]).toEqual([30, 'online:none'])
  await server.link.stop()
})

const numbered = (from: number, to: number) => Array.from({length: to - from + 1}, (_, n) => hash(from + n))

async function reportingChanges(torrents: number) {
  const server = withTorrents(torrents)
  server.reportsChanges = true
  await server.clock.advance(60_000)
  expect(server.status).toBe('online:none')
  return server
}

test('S35 a crowd that is named as removed stays, and is back as soon as two whole lists have it', async () => {
  const server = await reportingChanges(1_000)
  server.naming = numbered(1, 900)
  server.steps = []
  await server.clock.advance(20_000)
  const doubted = server.frames.flatMap((frame) => (frame.type === 'missing' ? [frame.hashes.length] : []))
  expect([doubted, server.steps.slice(0, 2)]).toEqual([[900], ['delta', 'full']])
  expect([server.shownCount, server.unseenCount, server.status]).toEqual([1_000, 0, 'online:none'])
  expect(server.health.some(({reason}) => reason === 'list_dropped')).toBe(true)
  await server.link.stop()
})

test('S35 a crowd that is named as removed and is in no list goes after ten minutes of whole lists', async () => {
  const server = await reportingChanges(1_000)
  server.naming = numbered(1, 900)
  server.members = new Set(numbered(901, 1_000))
  await server.clock.advance(9 * 60_000)
  expect([server.shownCount, server.unseenCount, server.status]).toEqual([1_000, 900, 'warming:list_dropped'])
  await server.clock.advance(2 * 60_000)
  expect([server.shownCount, server.unseenCount, server.status]).toEqual([100, 0, 'online:none'])
  // Who went so is not counted again.
  server.naming = [hash(901)]
  server.members.delete(hash(901))
  await server.clock.advance(30_000)
  expect([server.shownCount, server.status]).toEqual([99, 'online:none'])
  await server.link.stop()
})

test('S35 what was named as removed is asked for in a whole list before something beside it goes', async () => {
  const server = await reportingChanges(100)
  const readNow = async () => {
    const read = server.link.readNow([])
    await server.clock.advance(100)
    return read
  }
  server.steps = []
  // Believed at once: a few, and it has them still.
  server.naming = [hash(1), hash(2)]
  await server.clock.advance(5_000)
  expect([server.shownCount, server.steps.includes('full')]).toEqual([98, false])

  expect(await readNow()).toBe(true)
  expect([server.shownCount, server.steps.at(-1)]).toEqual([100, 'full'])
  // That list holds until the next ones are named.
  await server.clock.advance(5_000)
  server.steps = []
  expect([await readNow(), server.steps.includes('full')]).toEqual([true, false])

  // What a command of ours removed needs no proof.
  server.link.ordersRemoval([hash(3)])
  server.members.delete(hash(3))
  server.naming = [hash(3)]
  await server.clock.advance(5_000)
  expect([await readNow(), server.shownCount, server.steps.includes('full')]).toEqual([true, 99, false])
  await server.link.stop()
})

test('S35 what one list lacks is asked for in another one before something beside it goes', async () => {
  const server = withTorrents(100)
  await server.clock.advance(30_000)
  const readNow = async () => {
    const read = server.link.readNow([])
    await server.clock.advance(100)
    return read
  }
  // Lost from one list, believed at once, and there in the next.
  server.members.delete(hash(1))
  await server.clock.advance(5_000)
  expect(server.shownCount).toBe(99)
  server.members.add(hash(1))
  server.steps = []
  expect(await readNow()).toBe(true)
  expect([server.shownCount, server.steps]).toEqual([100, ['full']])

  // The list that is read right before the removal is the one that lacks it: it is read once more.
  await server.clock.advance(1_000)
  server.losing = [hash(2)]
  server.steps = []
  expect(await readNow()).toBe(true)
  expect([server.shownCount, server.steps]).toEqual([99, ['delta', 'full']])

  // Each list lacks another one: nobody can say by them what is there.
  await server.clock.advance(1_000)
  server.losing = [hash(3), hash(4)]
  expect([await readNow(), server.shownCount]).toEqual([false, 97])
  expect(await readNow()).toBe(true)
  await server.link.stop()
})

test.each([
  ['named in changes', true, 90, 60],
  ['missing in lists', false, 90, 60],
  ['named, a few each minute', true, 20, 60],
  ['missing in lists, a few each minute', false, 20, 60],
  ['named, in bursts', true, 110, 600],
] as const)(
  'S35 a slow drain, %s, ends with all of them shown and doubted',
  async (_, reportsChanges, each, seconds) => {
    const server = withTorrents(1_000)
    server.reportsChanges = reportsChanges
    await server.clock.advance(60_000)
    for (let gone = 0; gone + each <= 900 && server.link.health.reason !== 'list_dropped'; gone += each) {
      server.naming = numbered(gone + 1, gone + each)
      for (const one of server.naming) server.members.delete(one)
      await server.clock.advance(seconds * 1000)
    }
    expect(server.status).toBe('warming:list_dropped')
    expect(server.shownCount).toBe(1_000)
    expect(server.unseenCount).toBe(1_000 - server.members.size)
    expect(server.unseenCount).toBeLessThan(340)
    await server.link.stop()
  },
)

test('S35 a server that comes back a bit shorter after each restart is doubted like one that drains', async () => {
  const server = withTorrents(1_000)
  await server.clock.advance(60_000)
  for (const [from, to] of [
    [1, 120],
    [121, 240],
  ] as const) {
    for (const one of numbered(from, to)) server.members.delete(one)
    server.restart()
    await server.clock.advance(60_000)
  }
  expect([server.shownCount, server.unseenCount, server.status]).toEqual([1_000, 240, 'warming:list_dropped'])
  await server.link.stop()
})

test('who is named as removed while the list is young goes when it is believed, and not before', async () => {
  const server = await reportingChanges(30)
  server.restart()
  server.steps = []
  while (server.steps.length < 1) await server.clock.advance(100)
  server.naming = [hash(1)]
  server.members.delete(hash(1))
  while (server.steps.length < 2) await server.clock.advance(10)
  expect([server.shownCount, server.unseenCount]).toEqual([30, 1])
  await server.clock.advance(20_000)
  expect([server.shownCount, server.status]).toEqual([29, 'online:none'])
  await server.link.stop()
})

test('a torrent that went and comes again is another one, and counts as neither lost nor the same', async () => {
  const server = await reportingChanges(100)
  for (let round = 0; round < 40; round++) {
    server.naming = numbered(1, 9)
    await server.clock.advance(20_000)
  }
  expect([server.shownCount, server.status]).toEqual([100, 'online:none'])
  await server.link.stop()
})

test('other torrents of the same number do not make up for those that are missing', async () => {
  const server = withTorrents(100)
  await server.clock.advance(30_000)
  server.members = new Set([...numbered(1, 50), ...numbered(201, 250)])
  await server.clock.advance(60_000)
  expect([server.shownCount, server.unseenCount, server.status]).toEqual([150, 50, 'warming:list_dropped'])
  await server.link.stop()
})

test('what commands of ours removed is no drop after the daemon crashed, and hides none', async () => {
  const server = withTorrents(1_000)
  await server.clock.advance(60_000)
  server.link.ordersRemoval(numbered(1, 600))
  for (const one of numbered(1, 600)) server.members.delete(one)
  server.restart()
  await server.clock.advance(40_000)
  expect([server.shownCount, server.status]).toEqual([400, 'online:none'])
  server.link.ordersRemoval(numbered(601, 700))
  for (const one of numbered(701, 950)) server.members.delete(one)
  server.restart()
  await server.clock.advance(60_000)
  expect([server.shownCount, server.unseenCount, server.status]).toEqual([400, 250, 'warming:list_dropped'])
  await server.link.stop()
})

test('after a standstill nothing is as of now before a list that was asked for after it', async () => {
  const server = withTorrents(3)
  expect(server.link.freshSince).toBeNull()
  await server.clock.advance(60_000)
  const {freshSince} = server.link
  expect([freshSince !== null, server.link.isBehind]).toEqual([true, false])
  // One answer is under way meanwhile.
  const answer = server.hang()
  await server.clock.advance(11_000)
  server.link.stoodStill()
  expect([server.link.freshSince, server.link.isBehind]).toEqual([null, true])
  server.steps = []
  const next = server.hangNext(answer)
  await server.clock.advance(10)
  expect([server.steps.length, server.link.freshSince, server.status]).toEqual([1, null, 'online:none'])
  next()
  await server.clock.advance(10)
  expect([server.link.freshSince, server.link.isBehind]).toEqual([server.clock.now() - 10, false])
  expect(server.link.freshSince).toBeGreaterThan(freshSince!)
  await server.link.stop()
})

test('after a standstill a server is asked at once, and not again and again', async () => {
  const server = withTorrents(3)
  await server.clock.advance(60_000)
  server.steps = []
  server.link.stoodStill()
  await server.clock.advance(9_000)
  expect([server.steps.length, server.link.isBehind]).toEqual([1, false])
  await server.link.stop()
})

test('a server that is not online reports nothing as of now', async () => {
  const server = withTorrents(3)
  await server.clock.advance(60_000)
  server.failing = {code: 'server_unreachable', reason: 'refused'}
  await server.clock.advance(30_000)
  expect([server.status, server.link.freshSince]).toEqual(['unreachable:refused', null])
  server.failing = null
  await server.clock.advance(90_000)
  expect([server.status, server.link.freshSince !== null]).toEqual(['online:none', true])
  await server.link.stop()
})

async function exchanged(from: number, to: number) {
  const server = withTorrents(60)
  await server.clock.advance(60_000)
  expect(server.status).toBe('online:none')
  server.restart()
  server.members = new Set(numbered(from, to))
  server.link.hurry()
  await server.clock.advance(5_000)
  return server
}

test('S36 of another daemon at its address no row is taken, nothing is sent to it, and it is reported when that is sure', async () => {
  const server = await exchanged(101, 160)
  expect([server.status, server.link.isOwn]).toEqual(['warming:list_growing', false])
  await server.clock.advance(20_000)
  expect([server.status, server.link.isOwn]).toEqual(['warming:another_server', false])
  await server.clock.advance(30 * 60_000)
  expect([server.shownCount, server.fleet.hasKey({serverId: 'qBit' as never, hash: hash(101)})]).toEqual([
    60,
    false,
  ])
  expect(
    server.health.filter(({reason}, at, all) => reason !== all[at - 1]?.reason).map(({reason}) => reason),
  ).toEqual(['none', 'list_growing', 'none', 'list_growing', 'another_server'])
  await server.link.stop()
})

test('S36 the daemon that was there comes back, and everything goes on as it was', async () => {
  const server = await exchanged(101, 160)
  await server.clock.advance(60_000)
  expect(server.status).toBe('warming:another_server')
  server.restart()
  server.members = new Set(numbered(1, 60))
  await server.clock.advance(3 * 60_000)
  expect([server.status, server.shownCount, server.unseenCount, server.link.isOwn]).toEqual([
    'online:none',
    60,
    0,
    true,
  ])
  await server.link.stop()
})

test('S36 a person says that it is the same: what it has now is what it has, without another doubt', async () => {
  const server = await exchanged(51, 110)
  await server.clock.advance(60_000)
  server.link.accept()
  await server.clock.advance(10_000)
  expect([server.status, server.shownCount, server.unseenCount]).toEqual(['online:none', 60, 0])
  expect(server.fleet.hasKey({serverId: 'qBit' as never, hash: hash(1)})).toBe(false)
  expect(server.health.some(({reason}) => reason === 'list_dropped')).toBe(false)
  await server.link.stop()
})

test('S36 who restarts with a fifth of other torrents is no other daemon', async () => {
  const server = await exchanged(12, 72)
  await server.clock.advance(30_000)
  expect([server.link.isOwn, server.health.some(({reason}) => reason === 'another_server')]).toEqual([
    true,
    false,
  ])
  await server.link.stop()
})

test('S36 who lost all that commands of ours removed, and got others meanwhile, is no other daemon; one that restarted is asked about', async () => {
  for (const restarts of [false, true]) {
    const server = withTorrents(6)
    await server.clock.advance(60_000)
    server.link.ordersRemoval(numbered(1, 6))
    server.members = new Set(numbered(11, 14))
    if (restarts) server.restart()
    await server.clock.advance(60_000)
    expect([server.link.isOwn, server.status]).toEqual(
      restarts ? [false, 'warming:another_server'] : [true, 'online:none'],
    )
    if (!restarts) expect(server.shownCount).toBe(4)
    await server.link.stop()
  }
})
