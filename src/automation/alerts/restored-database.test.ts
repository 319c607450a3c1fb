import {expect, onTestFinished, test} from 'vitest'
import type {JournalEntry} from '#journal/entry.ts'
import {asUserId, type Compartment} from '#model/access.ts'
import {quarantineTag} from '#model/automation-state.ts'
import type {SubjectName} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import {KnownRuns, type LostTime} from '#store/repositories/known-runs.ts'
import {Store} from '#store/store.ts'
import type {ServerView} from '#model/services.ts'
import {asServerId, type ServerId} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {watching} from './active-alerts.fixture.ts'
import {RestoredDatabase} from './restored-database.ts'
import {RestoredWork, TaggedServers} from './restored-work.ts'

const lost: LostTime = {from: 1, to: 3, run: 'lost'}
const seedbox = asServerId('seedbox')
const [mia, tom] = [asUserId('mia'), asUserId('tom')]

const own = asServerId('own')

interface Options {
  readonly saidBy?: readonly Compartment[]
  readonly isKnown?: boolean
  readonly store?: Store
  /** Those that are members' own; all others are the house's. */
  readonly ownedBy?: Readonly<Record<string, Compartment>>
  readonly serverIds?: readonly ServerId[]
}

async function emptyStore(): Promise<Store> {
  const store = await Store.sqlite(':memory:')
  onTestFinished(() => store.close())
  return store
}

/** @param saidBy whose Arrs know better from the start; `null` = the house's */
async function restored({
  saidBy = [],
  isKnown = true,
  ownedBy = {},
  serverIds = [seedbox],
  ...others
}: Options) {
  const {store = await emptyStore()} = others
  const runs = await KnownRuns.open(store, {run: 'before', at: 1})
  const clock = new VirtualClock()
  const reported: string[] = []
  const lines: JournalEntry[] = []
  const {board, journal} = watching(clock, async (entries) => void lines.push(...entries))
  const world = {
    /** So many ends in a row that the database does not take. */
    faults: 0,
    /** So many servers in a row where nothing can be given back. */
    adoptFaults: 0,
    /** So often a disk is away. */
    diskFaults: 0,
    /** Where the trash folders were looked at. */
    listed: [] as string[],
    /** How often all servers were asked for. */
    lists: 0,
    /** Whose yes of then does not count any more, each time it was said. */
    forgotten: [] as ((about: SubjectName) => boolean)[],
    ended: Promise.resolve(),
    /** A server of the house has reported its list, with a torrent that has our tag. */
    isHeard: false,
    /** One of a member has. */
    isOwnHeard: false,
    hear: async (_whose: Compartment, _lost: LostTime): Promise<unknown> => undefined,
  }
  const servers = new TaggedServers(
    {
      list() {
        world.lists++
        return serverIds.map((id) => ({id, name: String(id), enabled: true, wholeLists: 1}) as ServerView)
      },
      freshSince: (id) => ((id in ownedBy ? world.isOwnHeard : world.isHeard) ? 1 : null),
    },
    {
      rowsOf: (id: ServerId) => [id],
      keyAt: (serverId: ServerId) => ({serverId, hash: 'a'.repeat(40)}),
      valueAt: () => [quarantineTag],
    } as never,
    (id) => ownedBy[id] ?? null,
  )
  const work = new RestoredWork(
    {
      async abandon() {
        await world.ended
        if (world.faults-- > 0) throw new CommodarrError('storage_unavailable', 'The database is away.')
        reported.push('ended')
        return []
      },
      resume: () => void reported.push('goes on'),
    },
    {
      forgetGranted: async (isMeant) => void world.forgotten.push(isMeant),
      async adoptQuarantine({serverId}) {
        if (world.adoptFaults-- > 0) throw new CommodarrError('storage_unavailable', 'The database is away.')
        reported.push(`given back on ${serverId}`)
      },
      knowsQuarantine: () => false,
    },
    {
      async list(id, since) {
        if (world.diskFaults-- > 0) throw new CommodarrError('disk_failed', 'The disk is away.')
        world.listed.push(`${id} since ${since}`)
      },
    },
  )
  const database = new RestoredDatabase(
    {board, clock, log: {error: () => void reported.push('failed'), warn: () => undefined}, journal},
    {known: {run: 'before', at: 1}, runs},
    {
      evidence: Promise.resolve(saidBy.includes(null) ? lost : null),
      isKnown,
      onLost(hear) {
        world.hear = hear
        for (const whose of saidBy) void hear(whose, lost)
      },
    },
    servers,
    work,
  )
  return {clock, board, lines, reported, world, database, runs, store}
}

test('what is under way goes on only when that of a member whose Arr knows better has ended', async () => {
  const {clock, reported, world, database} = await restored({saidBy: [mia]})
  const ended = Promise.withResolvers<void>()
  world.ended = ended.promise
  await database.start(null)
  await clock.advance(1)
  expect(reported).toEqual([])
  ended.resolve()
  await clock.advance(1)
  expect(reported).toEqual(['ended', 'goes on'])
})

const about = (serverId: ServerId): SubjectName => ({kind: 'torrent', key: `${serverId}/a`, serverId})

test('no yes of then counts where the database is older: anywhere, or for what a member has alone', async () => {
  const harness = await restored({})
  await harness.database.start(lost)
  expect(harness.world.forgotten.map((isMeant) => [own, seedbox].map((id) => isMeant(about(id))))).toEqual([
    [true, true],
  ])
  const member = await restored({saidBy: [mia], ownedBy: {[own]: mia}, serverIds: [own, seedbox]})
  await member.database.start(null)
  await member.clock.advance(1)
  expect(member.world.forgotten.map((isMeant) => [own, seedbox].map((id) => isMeant(about(id))))).toEqual([
    [true, false],
  ])
  const well = await restored({})
  await well.database.start(null)
  await well.clock.advance(120_000)
  expect(well.world.forgotten).toEqual([])
})

test('a look asks for all servers as often, however many there are', async () => {
  const lists = []
  for (const count of [1, 50]) {
    const serverIds = Array.from({length: count}, (_, n) => asServerId(`s${n}`))
    const {clock, world, database} = await restored({serverIds})
    await database.start(null)
    await clock.advance(120_000)
    database.stop()
    lists.push(world.lists)
  }
  expect(lists[0]).toBeGreaterThan(0)
  expect(lists[1]).toBe(lists[0])
})

test('an end that the database does not take is tried again, and nothing goes on before it', async () => {
  const {clock, reported, world, database} = await restored({saidBy: [mia]})
  world.faults = 2
  await database.start(null)
  await clock.advance(1)
  expect(reported).toEqual(['failed'])
  await clock.advance(15_000)
  expect(reported).toEqual(['failed', 'failed'])
  await clock.advance(15_000)
  expect(reported).toEqual(['failed', 'failed', 'ended', 'goes on'])
  await clock.advance(600_000)
  expect(reported).toHaveLength(4)
})

test('so is that of the whole instance, which is reported when it has succeeded', async () => {
  const {clock, board, reported, world, database} = await restored({saidBy: [null]})
  world.faults = 1
  await database.start(null)
  await clock.advance(1)
  expect([reported, board.list()]).toEqual([['failed'], []])
  await clock.advance(15_000)
  expect(reported).toEqual(['failed', 'ended'])
  expect(board.list().map(({code}) => code)).toEqual(['database_restored'])
})

test('who stops tries no more, and nothing goes on', async () => {
  const {clock, reported, world, database} = await restored({saidBy: [mia]})
  world.faults = 1
  await database.start(null)
  await clock.advance(1)
  database.stop()
  await clock.advance(600_000)
  expect(reported).toEqual(['failed'])
})

test('nothing goes on before that of a member has ended whose Arr says so meanwhile', async () => {
  const {clock, reported, world, database} = await restored({saidBy: [mia]})
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  world.ended = first.promise
  await database.start(null)
  await clock.advance(1)
  world.ended = second.promise
  void world.hear(tom, lost)
  first.resolve()
  await clock.advance(1)
  expect(reported).toEqual(['ended'])
  second.resolve()
  await clock.advance(1)
  expect(reported).toEqual(['ended', 'ended', 'goes on'])
})

test('nothing goes on when the whole database turns out to be older while that of a member ends', async () => {
  const {clock, board, reported, world, database} = await restored({saidBy: [mia], isKnown: false})
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
  expect(reported).toEqual(['ended', 'ended'])
})

test('an Arr of the instance that says so long after the start ends what went on, and is answered when it has ended', async () => {
  const {clock, board, reported, world, database} = await restored({})
  await database.start(null)
  await clock.advance(3 * 3_600_000)
  expect([reported, board.list()]).toEqual([['goes on'], []])
  world.faults = 1
  let isEnded = false
  void world.hear(null, lost).then(() => (isEnded = true))
  await clock.advance(1)
  expect([reported, isEnded]).toEqual([['goes on', 'failed'], false])
  await clock.advance(15_000)
  expect([reported, isEnded]).toEqual([['goes on', 'failed', 'ended'], true])
  expect(board.list().map(({code}) => code)).toEqual(['database_restored'])
  // Others that say the same, also of members, whose part has ended with it.
  await world.hear(null, lost)
  await world.hear(mia, lost)
  expect(reported).toHaveLength(3)
})

test('a copy that the data folder knows of is answered when it has ended, and ends once', async () => {
  const {reported, world, database} = await restored({})
  await database.start(lost)
  await world.hear(null, lost)
  await world.hear(mia, lost)
  expect(reported).toEqual(['ended'])
})

test('what has ended is noted, for those for whom it has', async () => {
  const {clock, world, database, runs} = await restored({saidBy: [mia]})
  const lacks = (whose: Compartment) => runs.lacks({run: 'lost', at: 200_000}, whose) !== null
  expect([lacks(mia), lacks(tom), lacks(null)]).toEqual([true, true, true])
  world.faults = 1
  await database.start(null)
  await clock.advance(1)
  expect(lacks(mia)).toBe(true)
  await clock.advance(15_000)
  expect([lacks(mia), lacks(tom), lacks(null)]).toEqual([false, true, true])
  await world.hear(null, lost)
  expect([lacks(mia), lacks(tom), lacks(null)]).toEqual([false, false, false])
})

test('each other run that the database lacks is noted behind the one end, and a member notes none for others', async () => {
  const {database, world, reported, runs, clock} = await restored({})
  await database.start(lost)
  const later = clock.now() + 3_600_000
  const lacks = (run: string, whose: Compartment) => runs.lacks({run, at: later}, whose) !== null
  await world.hear(null, {from: 1, to: later, run: 'second'})
  await world.hear(mia, {from: 1, to: later + 1, run: 'third'})
  expect(reported).toEqual(['ended'])
  expect([lacks('second', null), lacks('second', mia), lacks('third', mia)]).toEqual([false, false, false])
  expect(runs.lacks({run: 'third', at: later + 1}, null)).not.toBeNull()
})

/** What was reported before, by its id. */
const ids = (alerts: readonly {readonly id: string}[]) => alerts.map(({id}) => id)

test('the next run goes on with giving back, under the same line of the journal, and ends nothing again', async () => {
  const first = await restored({})
  await first.database.start(lost)
  await first.clock.advance(600_000)
  expect(first.reported).toEqual(['ended'])
  const open = ids(first.board.list())
  first.database.stop()
  const second = await restored({store: first.store})
  await second.database.start(null)
  await second.clock.advance(600_000)
  expect([ids(second.board.list()), second.reported]).toEqual([open, ['goes on']])
  second.world.isHeard = true
  await second.clock.advance(60_000)
  expect([second.board.list(), second.reported]).toEqual([[], ['goes on', 'given back on seedbox']])
  expect(second.lines.map(({id, phase}) => [id, phase])).toEqual([
    [open[0], 'blocked'],
    [open[0], 'undone'],
  ])
  second.database.stop()
  const third = await restored({store: first.store})
  third.world.isHeard = true
  await third.database.start(null)
  await third.clock.advance(600_000)
  expect([third.lines, third.reported]).toEqual([[], ['goes on']])
})

test('where no Arr can say, a tag that is still to be given back is no older copy again', async () => {
  const first = await restored({})
  await first.database.start(lost)
  first.database.stop()
  const second = await restored({store: first.store, isKnown: false})
  second.world.isHeard = true
  await second.database.start(null)
  await second.clock.advance(600_000)
  expect(second.reported).toEqual(['given back on seedbox', 'goes on'])
  expect(second.board.list()).toEqual([])
})

test('what could not be given back is tried again, and is reported until then', async () => {
  const {clock, board, reported, world, database} = await restored({})
  world.isHeard = true
  world.adoptFaults = 2
  await database.start(lost)
  await clock.advance(120_000)
  expect([reported, board.list().length]).toEqual([['ended', 'failed', 'failed'], 1])
  await clock.advance(60_000)
  expect([reported.at(-1), board.list()]).toEqual(['given back on seedbox', []])
})

test('what lies in trash folders since is listed for the instance, once their disk is there, and not by the word of a member', async () => {
  const {clock, world, board, database} = await restored({})
  world.isHeard = true
  world.diskFaults = 2
  await database.start(lost)
  await clock.advance(120_000)
  expect([world.listed, board.list().length]).toEqual([[], 1])
  await clock.advance(60_000)
  expect([world.listed, board.list()]).toEqual([['seedbox since 1'], []])

  const member = await restored({saidBy: [mia], ownedBy: {[own]: mia}, serverIds: [own, seedbox]})
  member.world.isHeard = true
  member.world.isOwnHeard = true
  await member.database.start(null)
  await member.clock.advance(120_000)
  expect(member.world.listed).toEqual([])
})

test('what lies in trash folders of a member’s server since is listed by the word of the instance, though much is given back there first', async () => {
  const {clock, reported, world, database} = await restored({ownedBy: {[own]: mia}, serverIds: [own]})
  world.isOwnHeard = true
  await database.start(lost)
  await clock.advance(120_000)
  expect([reported, world.listed]).toEqual([['ended', 'given back on own'], ['own since 1']])
})

test('a member’s server that is away keeps nothing reported for the instance, and is looked at by the next run', async () => {
  const servers = {ownedBy: {own: mia}, serverIds: [seedbox, own]}
  const first = await restored(servers)
  first.world.isHeard = true
  await first.database.start(lost)
  await first.clock.advance(60_000)
  expect(first.reported).toEqual(['ended', 'given back on seedbox'])
  await first.clock.advance(60_000)
  expect(first.board.list().map(({serverId}) => serverId)).toEqual([own])
  first.database.stop()
  const second = await restored({...servers, store: first.store})
  second.world.isHeard = true
  await second.database.start(null)
  await second.clock.advance(60_000)
  expect([second.reported, ids(second.board.list())]).toEqual([['goes on'], ids(first.board.list())])
  second.world.isOwnHeard = true
  await second.clock.advance(60_000)
  expect([second.reported, second.board.list()]).toEqual([['goes on', 'given back on own'], []])
})

test('a member is shown it with a server of theirs, until all is given back there', async () => {
  const {clock, board, reported, world, database, lines} = await restored({
    saidBy: [mia],
    ownedBy: {own: mia},
    serverIds: [seedbox, own],
  })
  world.isHeard = true
  await database.start(null)
  await clock.advance(60_000)
  expect(board.list()).toMatchObject([
    {serverId: own, name: 'own', code: 'database_restored', args: {from: 1, to: 3, abandoned: 0}},
  ])
  expect(JSON.stringify(board.list())).not.toContain('jobs')
  world.isOwnHeard = true
  await clock.advance(60_000)
  expect([reported, board.list(), lines.at(-1)!.phase]).toEqual([
    ['ended', 'goes on', 'given back on own'],
    [],
    'undone',
  ])
})

test('a member without a server is shown nothing, and nothing of it stays open', async () => {
  const {clock, board, database, runs} = await restored({saidBy: [mia]})
  await database.start(null)
  await clock.advance(120_000)
  expect([board.list(), runs.unfinished()]).toEqual([[], []])
})
