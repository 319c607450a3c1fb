import {expect, test} from 'vitest'
import {countedTogether} from '#model/automation-state.ts'
import {keyText} from '#model/torrent-key.ts'
import {memoryHarness, torrent} from '#test/automation-state/memory.fixture.ts'

const DAY = 86_400_000

test('a torrent is first seen once, and keeps what was done to it over a restart', async () => {
  const {clock, open} = await memoryHarness()
  const {torrents} = await open()
  torrents.seen([torrent(1), torrent(2)], 5)
  torrents.seen([torrent(1)], 6)
  torrents.change(torrent(1), {filteredAt: 7, marks: ['imported'], stoppedByUs: 'free space'}, 7)
  torrents.change(torrent(3), {pinnedAt: 8}, 8)
  await clock.advance(1_000)
  const after = (await open()).torrents
  expect(after.of(torrent(1))).toMatchObject({firstSeenAt: 5, filteredAt: 7, marks: ['imported']})
  expect(after.of(torrent(1))).toEqual(torrents.of(torrent(1)))
  expect(after.of(torrent(2))).toMatchObject({firstSeenAt: 5, goneAt: null})
  expect(after.of(torrent(3))).toMatchObject({firstSeenAt: 8, pinnedAt: 8})
  expect(after.of(torrent(1, 'B'))).toBeNull()
})

test('B.10 what we stopped ourselves is known to be ours after a restart', async () => {
  const {open} = await memoryHarness()
  const memory = await open()
  memory.torrents.seen([torrent(1), torrent(2)], 5)
  memory.torrents.change(torrent(1), {stoppedByUs: 'free space'}, 6)
  await memory.written()
  const {torrents} = await open()
  expect([1, 2].map((n) => torrents.of(torrent(n))!.stoppedByUs)).toEqual(['free space', null])
})

test('seeding is written hourly, with a change, and at the end; never more than was seen', async () => {
  const {clock, store, open} = await memoryHarness()
  const memory = await open()
  const written = async () => {
    const rows = await store.read((db) =>
      db.selectFrom('torrentFacts').select('seedingObserved').orderBy('hash').execute(),
    )
    return rows.map(({seedingObserved}) => seedingObserved)
  }
  memory.torrents.seen([torrent(1), torrent(2)], 5)
  await clock.advance(1_000)
  memory.torrents.seeded([torrent(1), torrent(2), torrent(9)], 1.5)
  await clock.advance(60_000)
  expect(await written()).toEqual([0, 0])
  memory.torrents.change(torrent(2), {filteredAt: 9}, 9)
  await clock.advance(1_000)
  expect(await written()).toEqual([0, 1.5])
  await clock.advance(3_600_000)
  expect(await written()).toEqual([1.5, 1.5])
  memory.torrents.seeded([torrent(1)], 2)
  await memory.close()
  expect(await written()).toEqual([3.5, 1.5])
})

test('a torrent that is gone is remembered for 30 days, and knows it was removed when it returns', async () => {
  const {clock, open} = await memoryHarness()
  const memory = await open()
  const at = clock.now()
  memory.torrents.seen([torrent(1), torrent(2), torrent(1, 'B')], at)
  memory.torrents.removed(torrent(1), at)
  memory.torrents.gone([torrent(1), torrent(2)], at)
  memory.torrents.gone([torrent(1), torrent(9)], at + 5)
  expect(memory.torrents.of(torrent(1))!.goneAt).toBe(at)
  await clock.advance(29 * DAY)
  memory.torrents.seen([torrent(1)], clock.now())
  await clock.advance(2 * DAY)
  for (const {torrents} of [memory, await open()]) {
    expect(torrents.of(torrent(1))).toMatchObject({timesRemoved: 1, goneAt: null, firstSeenAt: at})
    expect(torrents.of(torrent(2))).toBeNull()
    expect(torrents.of(torrent(1, 'B'))).not.toBeNull()
  }
})

test('it says of which servers it knows something, and which of their torrents are there', async () => {
  const {open} = await memoryHarness()
  const {torrents} = await open()
  torrents.seen([torrent(1), torrent(2), torrent(1, 'B')], 5)
  torrents.gone([torrent(1)], 9)
  expect(torrents.servers).toEqual(['A', 'B'])
  expect(torrents.present(torrent(1).serverId).map(keyText)).toEqual([keyText(torrent(2))])
  torrents.gone(torrents.present(torrent(1, 'B').serverId), 9)
  torrents.expire(10)
  expect(torrents.servers).toEqual(['A'])
})

test('S43 what is added again was not stopped by us; what its list only lacked for a moment still was', async () => {
  const {open} = await memoryHarness()
  const {torrents} = await open()
  const stopped = {stoppedByUs: 'freeSpace', marks: ['imported', 'freeSpacePaused']} as const
  for (const n of [1, 2]) {
    torrents.seen([torrent(n)], 5)
    torrents.change(torrent(n), stopped, 6)
    torrents.gone([torrent(n)], 7)
    torrents.seen([torrent(n)], 8, n === 1)
  }
  expect(torrents.of(torrent(1))).toMatchObject({stoppedByUs: null, marks: ['imported']})
  expect(torrents.of(torrent(2))).toMatchObject(stopped)
})

test('what is remembered goes along when a hybrid is listed under its other hash, and back again', async () => {
  const {open} = await memoryHarness()
  const memory = await open()
  const [v1, v2] = [torrent(1), torrent(2)]
  memory.torrents.seen([v1], 5)
  const known = {pinnedAt: 6, marks: ['imported'], completeSeenAt: 7, trackersSeen: ['a.example']} as const
  memory.torrents.change(v1, {...known, lastManualChangeAt: 8}, 8)
  memory.torrents.seeded([v1], 100)
  memory.torrents.carryOver(v1, v2)
  memory.torrents.gone([v1], 9)
  memory.torrents.change(v2, {infoHashV1: v1.hash}, 9)
  const all = {...known, firstSeenAt: 5, seedingObserved: 100, lastManualChangeAt: 8, goneAt: null}
  expect(memory.torrents.of(v2)).toMatchObject({...v2, ...all, cameAt: null, infoHashV1: v1.hash})
  memory.torrents.seeded([v2], 20)
  memory.torrents.change(v2, {pinnedAt: null, filteredAt: 10, trackersSeen: ['a.example', 'b.example']}, 10)
  await memory.written()
  const {torrents} = await open()
  expect(torrents.otherNames(v1)).toEqual([v2])
  expect(torrents.otherNames(v2)).toEqual([v1])
  expect(torrents.otherNames(torrent(2, 'B'))).toEqual([])
  torrents.carryOver(v2, v1)
  torrents.gone([v2], 11)
  expect(torrents.of(v1)).toMatchObject({
    ...all,
    ...v1,
    infoHashV1: null,
    seedingObserved: 120,
    pinnedAt: null,
    filteredAt: 10,
    trackersSeen: ['a.example', 'b.example'],
  })
  // What went earlier is older.
  torrents.change(v1, {pinnedAt: 12}, 12)
  torrents.carryOver(v2, v1)
  torrents.carryOver(torrent(3), v1)
  expect(torrents.of(v1)).toMatchObject({pinnedAt: 12, seedingObserved: 120})
  torrents.expire(12)
  expect(torrents.otherNames(v1)).toEqual([])
})

test.each([
  [20, 30],
  [30, 20],
])('trackers that are in doubt under either hash stay in doubt: found at %i and %i', async (one, other) => {
  const {open} = await memoryHarness()
  const {torrents} = await open()
  const [v1, v2] = [torrent(1), torrent(2)]
  torrents.seen([v1, v2], 5)
  torrents.change(v1, {trackersFoundAt: one}, 6)
  torrents.change(v2, {trackersFoundAt: other}, 6)
  torrents.carryOver(v1, v2, (foundAt) => foundAt === 20)
  expect(torrents.of(v2)?.trackersFoundAt).toBe(20)
})

test('of a torrent that is known under both hashes all counts that keeps it', async () => {
  const {open} = await memoryHarness()
  const {torrents} = await open()
  const [v1, v2] = [torrent(1), torrent(2)]
  torrents.seen([v1], 5)
  torrents.change(v1, {pinnedAt: 6, marks: ['imported'], trackersSeen: ['b.example']}, 6)
  torrents.seeded([v1], 100)
  torrents.removed(v1, 7)
  torrents.seen([v2], 8, true)
  torrents.change(v2, {lastManualChangeAt: 9, trackersSeen: ['a.example']}, 9)
  torrents.seeded([v2], 3)
  for (const _again of [1, 2]) torrents.carryOver(v1, v2)
  expect(torrents.of(v2)).toMatchObject({
    firstSeenAt: 5,
    cameAt: 8,
    pinnedAt: 6,
    marks: ['imported'],
    trackersSeen: ['a.example', 'b.example'],
    seedingObserved: 100,
    timesRemoved: 1,
    lastManualChangeAt: 9,
  })
})

test('S37 what is owed goes along with a torrent that moves to another server, once, however often that is said', async () => {
  const {open} = await memoryHarness()
  const {torrents} = await open()
  const [from, to] = [torrent(1), torrent(1, 'B')]
  torrents.seen([from], 5)
  torrents.seeded([from], 700)
  torrents.tracked(from, ['tracker.example'], 6)
  torrents.change(from, {marks: ['imported', 'freeSpacePaused'], pinnedAt: 8}, 8)
  torrents.seen([to], 900)
  torrents.seeded([to], 10)
  for (let n = 0; n < 2; n++) torrents.passOn(from, to, 1_000, null)
  expect(torrents.of(to)).toMatchObject({
    firstSeenAt: 5,
    seedingObserved: 700,
    trackersSeen: ['tracker.example'],
    marks: ['imported'],
    pinnedAt: 8,
    goneAt: null,
  })
})

test('S37 what was uploaded on each server that a torrent was moved from counts once, there and back and after a crash', async () => {
  const {open} = await memoryHarness()
  const memory = await open()
  const [a, b] = [torrent(1), torrent(1, 'B')]
  memory.torrents.seen([a, b], 5)
  const onA = {life: 'A/1 5', uploaded: 8, downloaded: 10}
  memory.torrents.passOn(a, b, 6, onA)
  // After a crash it is handed on again, and its server counted on.
  memory.torrents.passOn(a, b, 7, {...onA, uploaded: 9})
  expect(memory.torrents.of(b)?.countedBefore).toEqual([{...onA, uploaded: 9}])
  const onB = {life: 'B/1 6', uploaded: 2, downloaded: 0}
  memory.torrents.passOn(b, a, 8, onB)
  await memory.written()
  const {torrents} = await open()
  const lives = torrents.of(a)!.countedBefore
  expect(lives).toEqual([{...onA, uploaded: 9}, onB])
  expect(countedTogether(lives)).toEqual({uploaded: 11, downloaded: 10})
  const told: unknown[] = []
  torrents.tellCounted(({serverId}, before) => told.push([serverId, before]))
  expect(told).toEqual([
    [a.serverId, {uploaded: 11, downloaded: 10}],
    [b.serverId, {uploaded: 9, downloaded: 10}],
  ])
  torrents.passOn(b, a, 10, {...onB, uploaded: 3})
  torrents.change(a, {pinnedAt: 11}, 11)
  torrents.gone([b], 12)
  torrents.expire(13)
  expect(told.slice(2)).toEqual([
    [a.serverId, {uploaded: 12, downloaded: 10}],
    [b.serverId, null],
  ])
  // Also of what was never looked at.
  torrents.passOn(torrent(2), torrent(2, 'B'), 9, {...onA, life: 'A/2 5'})
  expect(torrents.of(torrent(2, 'B'))?.countedBefore).toEqual([{...onA, life: 'A/2 5'}])
  expect(torrents.of(torrent(2))).toBeNull()
  // By another .torrent file it may be of another user of its tracker.
  torrents.passOn(a, torrent(1, 'C'), 9, null)
  expect(torrents.of(torrent(1, 'C'))?.countedBefore).toEqual([])
})
