import fc from 'fast-check'
import {expect, test} from 'vitest'
import {Motion} from '#lab/simulators/motion.ts'
import {populate} from '#lab/simulators/population.ts'
import {bounds, RtorrentSubject} from '#lab/simulators/rtorrent-subject.ts'
import {isComplete, type SimTorrent} from '#lab/simulators/sim-torrent.ts'
import type {TorrentPatch} from '#model/torrent.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import {isFull} from '#test/proof.ts'

type Change =
  | {readonly do: 'live'; readonly seconds: number}
  | {readonly do: 'add' | 'drop' | 'stop' | 'start' | 'label' | 'tags'; readonly at: number}
  | {readonly do: 'restart'}
  | {readonly do: 'cut'; readonly bytes: number}

const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({do: fc.constant('live' as const), seconds: fc.integer({min: 1, max: 15})}),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'add' as const,
        'drop' as const,
        'stop' as const,
        'start' as const,
        'label' as const,
        'tags' as const,
      ),
      at: fc.nat({max: 300}),
    }),
  },
  {weight: 1, arbitrary: fc.constant({do: 'restart' as const})},
  {
    weight: 1,
    arbitrary: fc.record({do: fc.constant('cut' as const), bytes: fc.integer({min: 1, max: 60_000})}),
  },
)

for (const version of ['0.9.8', '0.16.17']) {
  test(`after any changes, cuts and restarts the replica equals the world (${version})`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, {minLength: 5, maxLength: 30}), async (changes) => {
        const subject = await (await RtorrentSubject.start({version})).connect()
        try {
          populate(subject.world, {count: 200, seed: 3, hostileEvery: 9})
          const motion = new Motion(subject.world, {seed: 3, changePerSecond: 0.05})
          for (const [turn, one] of changes.entries()) {
            await apply(subject, motion, one, turn)
            // A cut answer ends one step; the next begins again.
            await subject.step().catch(() => null)
          }
          subject.server.faults.clear()
          await subject.clock.advance(11_000)
          await subject.step()
          expect(subject.replica.rows.size).toBe(subject.world.size)
          for (const torrent of subject.world.list()) {
            expect(membership(subject.replica.rows.get(torrent.hash as never))).toEqual(
              expectedMembership(torrent),
            )
          }
          await subject.step('full')
          for (const torrent of subject.world.list()) {
            expect(figures(subject.replica.rows.get(torrent.hash as never))).toEqual(expectedFigures(torrent))
          }
        } finally {
          await subject.close()
        }
      }),
      {numRuns: isFull ? 25 : 3},
    )
  })
}

async function apply(subject: RtorrentSubject, motion: Motion, one: Change, turn: number): Promise<void> {
  const {world} = subject
  const pick = (at: number): SimTorrent[] => [[...world.list()][at % world.size]!]
  switch (one.do) {
    case 'live':
      motion.tick(one.seconds)
      await subject.clock.advance(one.seconds * 1000)
      return
    case 'add':
      world.commands.add({
        hash: world.random.hex(40),
        name: `new ${turn}`,
        size: 1_000,
        category: 'fresh',
        running: one.at % 2 === 0,
      })
      return
    case 'drop':
      world.drop(pick(one.at)[0]!)
      return
    case 'stop':
      world.commands.stop(pick(one.at))
      return
    case 'start':
      world.commands.start(pick(one.at))
      return
    case 'label':
      world.commands.setCategory(pick(one.at), {category: `category ${turn}`})
      return
    case 'tags':
      world.commands.setTags(pick(one.at), {tags: [`tag ${turn}`, 'a,b']})
      return
    case 'restart':
      world.restart()
      return
    case 'cut':
      subject.server.faults.add({kind: 'cut', afterBytes: one.bytes, count: 1})
  }
}

/** What light lists and details keep true within seconds. */
function membership(row: TorrentPatch | undefined) {
  return {
    category: row?.category,
    tags: row?.tags,
    complete: row?.complete,
    isStopped: row?.state === 'stopped',
  }
}

function expectedMembership(torrent: SimTorrent) {
  return {
    category: torrent.category,
    tags: torrent.tags,
    complete: isComplete(torrent),
    isStopped:
      !torrent.running &&
      ['stopped', 'moving', 'queued', 'metadata', 'downloading', 'seeding'].includes(torrent.state) &&
      torrent.errorText === '',
  }
}

/** What a full list keeps true. */
function figures(row: TorrentPatch | undefined) {
  return {
    uploaded: row?.uploaded,
    down: row?.downSpeed,
    up: row?.upSpeed,
    sizeTotal: row?.sizeTotal,
    completed: row?.completed,
    savePath: row?.savePath,
    addedAt: row?.addedAt,
    seeds: row?.seedsConnected,
  }
}

function expectedFigures(torrent: SimTorrent) {
  const known = torrent.hasMetadata
  return {
    uploaded: torrent.uploaded,
    down: torrent.downSpeed,
    up: torrent.upSpeed,
    sizeTotal: known ? torrent.sizeTotal : undefined,
    completed: known ? torrent.done : undefined,
    savePath: known ? torrent.savePath : undefined,
    addedAt: torrent.addedAt * 1000,
    seeds: torrent.seedsConnected,
  }
}

test('what hangs on a torrent now is read with the rest of it, also between two lists', async () => {
  const subject = await (await RtorrentSubject.start({version: '0.16.17'})).connect()
  try {
    populate(subject.world, {count: 200, seed: 1})
    await subject.step()
    const [torrent] = subject.world.list()
    const hash = torrent!.hash as InfoHash
    subject.world.update(torrent!, {tags: ['keep']}, 'labels')
    await subject.step()
    expect(subject.replica.rows.get(hash)?.tags).not.toEqual(['keep'])
    const want = {list: 'delta', attentive: false, closely: [hash]} as const
    await subject.client.sync.step(want, subject.replica, {delta: bounds, full: bounds})
    expect(subject.replica.rows.get(hash)?.tags).toEqual(['keep'])
  } finally {
    await subject.close()
  }
})

test.runIf(isFull)(
  'many torrents with 1 % moving: the first list, then steps that cost what moves',
  async () => {
    const count = isFull ? 100_000 : 10_000
    const subject = await (await RtorrentSubject.start({version: '0.16.17'})).connect()
    try {
      populate(subject.world, {count, seed: 1})
      const first = await subject.step()
      expect(first).toMatchObject({known: count, membership: 'whole'})
      const motion = new Motion(subject.world, {seed: 1, changePerSecond: 0.01})
      subject.clock.jump(300_000)
      await subject.step()
      motion.tick(1)
      await subject.clock.advance(1_000)
      const step = await subject.step()
      expect(step.bytes).toBeLessThan(first.bytes / 2)
      expect(step.joined + step.left).toBe(0)
    } finally {
      await subject.close()
    }
  },
)
