import {expect, onTestFinished, test} from 'vitest'
import {asUserId, type Compartment} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
import {KnownRuns, type LostTime} from '#store/known-runs.ts'
import {Store} from '#store/store.ts'
import type {ServerView} from '#model/services.ts'
import {asServerId} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {quarantineTag} from '../actions/quarantines.ts'
import {AlertBoard} from './active-alerts.ts'
import {RestoredDatabase} from './restored-database.ts'

const lost: LostTime = {from: 1, to: 3, run: 'lost'}
const seedbox = asServerId('seedbox')
const [mia, tom] = [asUserId('mia'), asUserId('tom')]

/** @param saidBy whose Arrs know better from the start; `null` = the house's */
async function restored({saidBy = [], isKnown = true}: {saidBy?: readonly Compartment[]; isKnown?: boolean}) {
  const store = await Store.sqlite(':memory:')
  onTestFinished(() => store.close())
  const runs = await KnownRuns.open(store, {run: 'before', at: 1})
  const clock = new VirtualClock()
  const told: string[] = []
  const board = new AlertBoard()
  const world = {
    /** So many ends in a row that the database does not take. */
    faults: 0,
    ended: Promise.resolve(),
    /** A server of the house has told its list, with a torrent that has our tag. */
    isHeard: false,
    hear: async (_whose: Compartment, _lost: LostTime): Promise<unknown> => undefined,
  }
  const database = new RestoredDatabase({
    clock,
    board,
    write: async () => undefined,
    log: {error: () => void told.push('failed'), warn: () => undefined},
    known: {run: 'before', at: 1},
    runs,
    instances: {
      evidence: Promise.resolve(saidBy.includes(null) ? lost : null),
      isKnown,
      onLost(hear) {
        world.hear = hear
        for (const whose of saidBy) void hear(whose, lost)
      },
    },
    fleet: {
      rowsOf: () => [0],
      keyAt: () => ({serverId: seedbox, hash: 'a'.repeat(40)}),
      valueAt: () => [quarantineTag],
    } as never,
    servers: {
      list: () => [{id: seedbox, enabled: true, wholeLists: 1} as ServerView],
      freshSince: () => (world.isHeard ? 1 : null),
    },
    compartmentOf: () => null,
    sagas: {
      async abandon() {
        await world.ended
        if (world.faults-- > 0) throw new CommodarrError('storage_unavailable', 'The database is away.')
        told.push('ended')
        return []
      },
      resume: () => void told.push('goes on'),
    },
    actionQueue: {
      forgetGranted: async () => undefined,
      adoptQuarantine: async () => undefined,
      knowsQuarantine: () => false,
    },
  })
  return {clock, board, told, world, database, runs}
}

test('what is under way goes on only when that of a member whose Arr knows better has ended', async () => {
  const {clock, told, world, database} = await restored({saidBy: [mia]})
  const ended = Promise.withResolvers<void>()
  world.ended = ended.promise
  await database.start(null)
  await clock.advance(1)
  expect(told).toEqual([])
  ended.resolve()
  await clock.advance(1)
  expect(told).toEqual(['ended', 'goes on'])
})

test('an end that the database does not take is tried again, and nothing goes on before it', async () => {
  const {clock, told, world, database} = await restored({saidBy: [mia]})
  world.faults = 2
  await database.start(null)
  await clock.advance(1)
  expect(told).toEqual(['failed'])
  await clock.advance(15_000)
  expect(told).toEqual(['failed', 'failed'])
  await clock.advance(15_000)
  expect(told).toEqual(['failed', 'failed', 'ended', 'goes on'])
  await clock.advance(600_000)
  expect(told).toHaveLength(4)
})

test('so is that of the whole house, which is told when it has succeeded', async () => {
  const {clock, board, told, world, database} = await restored({saidBy: [null]})
  world.faults = 1
  await database.start(null)
  await clock.advance(1)
  expect([told, board.list()]).toEqual([['failed'], []])
  await clock.advance(15_000)
  expect(told).toEqual(['failed', 'ended'])
  expect(board.list().map(({code}) => code)).toEqual(['database_restored'])
})

test('who stops tries no more, and nothing goes on', async () => {
  const {clock, told, world, database} = await restored({saidBy: [mia]})
  world.faults = 1
  await database.start(null)
  await clock.advance(1)
  database.stop()
  await clock.advance(600_000)
  expect(told).toEqual(['failed'])
})

test('nothing goes on before that of a member has ended whose Arr says so meanwhile', async () => {
  const {clock, told, world, database} = await restored({saidBy: [mia]})
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  world.ended = first.promise
  await database.start(null)
  await clock.advance(1)
  world.ended = second.promise
  void world.hear(tom, lost)
  first.resolve()
  await clock.advance(1)
  expect(told).toEqual(['ended'])
  second.resolve()
  await clock.advance(1)
  expect(told).toEqual(['ended', 'ended', 'goes on'])
})

test('nothing goes on when the whole database turns out to be older while that of a member ends', async () => {
  const {clock, board, told, world, database} = await restored({saidBy: [mia], isKnown: false})
  const ended = Promise.withResolvers<void>()
  world.ended = ended.promise
  await database.start(null)
  // Until nothing more is waited for but that end.
  await clock.advance(61_000)
  world.ended = Promise.resolve()
  world.isHeard = true
  await clock.advance(60_000)
  expect(board.list().map(({code}) => code)).toEqual(['database_restored'])
  ended.resolve()
  await clock.advance(1)
  expect(told).toEqual(['ended', 'ended'])
})

test('an Arr of the house that says so long after the start ends what went on, and is answered when it has ended', async () => {
  const {clock, board, told, world, database} = await restored({})
  await database.start(null)
  await clock.advance(3 * 3_600_000)
  expect([told, board.list()]).toEqual([['goes on'], []])
  world.faults = 1
  let isEnded = false
  void world.hear(null, lost).then(() => (isEnded = true))
  await clock.advance(1)
  expect([told, isEnded]).toEqual([['goes on', 'failed'], false])
  await clock.advance(15_000)
  expect([told, isEnded]).toEqual([['goes on', 'failed', 'ended'], true])
  expect(board.list().map(({code}) => code)).toEqual(['database_restored'])
  // Others that say the same, also of members, whose part has ended with it.
  await world.hear(null, lost)
  await world.hear(mia, lost)
  expect(told).toHaveLength(3)
})

test('a copy that the data folder knows of is answered when it has ended, and ends once', async () => {
  const {told, world, database} = await restored({})
  await database.start(lost)
  await world.hear(null, lost)
  await world.hear(mia, lost)
  expect(told).toEqual(['ended'])
})
