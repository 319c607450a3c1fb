import {mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {Patience} from '#disk/patience.ts'
import {Places} from '#disk/places.ts'
import {systemClock, type Clock} from '#lib/clock.ts'
import {InstanceClock} from '#lib/instance-clock.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import {A, B, file, keyOf, LookUpHarness, row} from '#lookups/look-ups.fixture.ts'
import {asUserId, type UserId} from '#model/access.ts'
import type {TorrentPatch} from '#model/torrent.ts'
import {asServerId, keyText, type ServerId} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {DepartedServers, type ServerSummary} from './departed.ts'
import {OwnershipService} from './ownership.ts'

const nothing = {torrents: 0, isOnline: false}
const DAY_MS = 86_400_000
let folder: string
let clock: VirtualClock
let reported: string[]
/** When the box told its list last, as far as this run knows. */
let heardAt: number | null
/** The trash holds something of the box. */
let isInTrash: boolean
/** What is written of the box cannot be read. */
let isInDoubt: boolean
/** Names of torrents that were sent to be moved, and not shown yet. */
let sentToMove: ReadonlySet<string>

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'commodarr-departed-')), 'departed')
  clock = new VirtualClock(Date.UTC(2026, 0, 1))
  reported = []
  isInTrash = false
  isInDoubt = false
  sentToMove = new Set()
  heardAt = clock.now()
})
afterEach(() => rmSync(join(folder, '..'), {recursive: true, force: true}))

/** @param isAsking whom a running program asks */
const load = async (its: Clock = clock, isAsking = true) => {
  const departed = await DepartedServers.load({
    folder,
    clock: its,
    turns: new TimeSlice(),
    isInDoubt: (id) => isInDoubt && id === B,
    mostOf: (owner) => (owner === null ? Infinity : 5),
    log: {warn: (_, text) => void reported.push(text), info: (_, text) => void reported.push(text)},
  })
  if (!isAsking) return departed
  departed.ask({
    listedAt: () => heardAt,
    isSentToMove: (key) => sentToMove.has(keyText(key)),
    isInTrash: (id) => isInTrash && id === B,
  })
  return departed
}

const box: ServerSummary = {
  id: B,
  name: 'Box',
  kind: 'qbittorrent',
  url: 'http://127.0.0.1:8080',
  paths: [],
  storage: null,
  enabled: true,
}

const listed = [row(3, {contentPath: '/downloads/t1', savePath: '/downloads'})]

/** A house in which B had one torrent that uses the data of one of A. */
async function harness(torrents: readonly TorrentPatch[] = listed, owner: UserId | null = null) {
  const made = new LookUpHarness()
  made.list(A, [row(1), row(2)])
  made.list(B, torrents)
  const rows = made.fleet.rowsOf(B).map((at) => made.fleet.record(at)!)
  const leave = async (departed: DepartedServers, isReplaced = false, as: Partial<ServerSummary> = {}) => {
    made.fleet.removeServer(B)
    made.status.delete(B)
    await departed.leave({...box, ...as, owner}, {rows, isReplaced})
  }
  const look = async (departed: DepartedServers, n = 1) => {
    const ownership = new OwnershipService({
      isSentToMove: () => false,
      mounted: {diskAway: async () => null},
      fleet: made.fleet,
      turns: made.turns,
      ...made.surroundings,
      disk: (id: ServerId) => ({
        machine: 'here',
        storage: null,
        mappings: made.mappings.get(id) ?? [],
        owner: departed.of(id)?.owner ?? null,
      }),
      departed,
      files: async ({serverId}) => [file(0, serverId === B ? 't1' : `t${n}`)],
      readNow: async () => true,
      places: new Places(new Patience(systemClock), clock),
    })
    const {owners, doubts} = (await ownership.look([keyOf(A, n)])).get(keyText(keyOf(A, n)))!
    const names = [...owners.map(({key}) => key), ...doubts.flatMap(({torrent}) => torrent ?? [])].map((it) =>
      ownership.nameOf(it),
    )
    return {codes: doubts.map(({code}) => code), names}
  }
  return {leave, look}
}

test('S44 what a server had that left is still its own, over restarts; while it is new it is unknown what it has', async () => {
  const {leave, look} = await harness()
  const first = await load()
  await leave(first)
  expect(await look(first)).toEqual({codes: ['unmapped', 'away'], names: ['t3']})
  expect((await look(first, 2)).codes).toEqual(['away'])
  await clock.advance(10 * 60_000)
  const again = await load()
  expect(await look(again)).toEqual({codes: ['unmapped'], names: ['t3']})
  expect((await look(again, 2)).codes).toEqual([])
  expect(again.views()[0]).toMatchObject({name: 'Box (it left the configuration)', enabled: false})
  const leftAt = Date.UTC(2026, 0, 1)
  const until = leftAt + 30 * DAY_MS
  expect(again.list()).toMatchObject([
    {id: B, name: 'Box', torrents: 1, leftAt, until, listedAt: first.list()[0]!.listedAt},
  ])
  expect(again.list()[0]!.listedAt).toBeTypeOf('number')
})

test.each([
  ['a month is over', async () => {}],
  [
    'a person says that it is gone',
    async (departed) => void (await departed.forget(departed.list()[0]!.departedId)),
  ],
] as const satisfies readonly (readonly [string, (departed: DepartedServers) => Promise<void>])[])(
  'S44 its name, its owner and the name of its disk outlive its torrents while the trash holds something of it: %s',
  async (_, end) => {
    const owner = asUserId('mia')
    const {leave} = await harness(listed, owner)
    isInTrash = true
    const departed = await load()
    await leave(departed, false, {storage: 'nas'})
    await end(departed)
    await clock.advance(31 * DAY_MS)
    await departed.stop()
    const again = await load()
    const kept = {name: 'Box', storage: 'nas', owner}
    expect([departed.list(), departed.former(B), again.former(B)]).toMatchObject([[], kept, kept])
    isInTrash = false
    await clock.advance(5 * 60_000)
    await again.stop()
    expect([again.former(B), (await load()).former(B)]).toEqual([null, null])
  },
)

test('S44 until the trash can be asked it may hold something of each server that left', async () => {
  const {leave} = await harness()
  isInTrash = true
  const departed = await load()
  await leave(departed)
  await clock.advance(31 * DAY_MS)
  await departed.stop()
  const again = await load(clock, false)
  await clock.advance(5 * 60_000)
  expect(again.former(B)).toMatchObject({name: 'Box'})
  again.ask({isInTrash: () => false})
  await clock.advance(5 * 60_000)
  await again.stop()
  expect(again.former(B)).toBeNull()
})

test('S44 of one that left without a torrent the same is kept, and of one that is back nothing', async () => {
  const {leave} = await harness([])
  isInTrash = true
  const departed = await load()
  await departed.know([box])
  await departed.back(
    box,
    () => false,
    () => true,
  )
  await leave(departed, false, {storage: 'nas'})
  await departed.know([])
  await clock.advance(10 * 60_000)
  expect([departed.list(), departed.former(B)]).toMatchObject([[], {storage: 'nas'}])
  await departed.know([box])
  await clock.advance(10 * 60_000)
  expect(departed.former(B)).toBeNull()
})

test('S44 what was being moved when its server left may be anywhere until the server is back, also after a restart', async () => {
  const {leave, look} = await harness([
    row(3, {contentPath: '/elsewhere/t1', savePath: '/elsewhere', state: 'moving'}),
  ])
  await leave(await load())
  await clock.advance(10 * 60_000)
  expect(await look(await load())).toEqual({codes: ['moving'], names: ['t3']})
  expect((await look(await load(), 2)).codes).toEqual([])
})

test('S44 what was sent to be moved and not shown yet when its server left may be anywhere, too, also after a restart', async () => {
  const {leave, look} = await harness([row(3, {contentPath: '/elsewhere/t1', savePath: '/elsewhere'})])
  sentToMove = new Set([keyText(keyOf(B, 3))])
  await leave(await load())
  sentToMove = new Set()
  await clock.advance(10 * 60_000)
  expect(await look(await load())).toEqual({codes: ['moving'], names: ['t3']})
  expect((await look(await load(), 2)).codes).toEqual([])
})

test('S44 while it is in doubt whether it left it is let go by no time', async () => {
  const {leave} = await harness()
  const departed = await load()
  await leave(departed)
  isInDoubt = true
  await clock.advance(60 * DAY_MS)
  expect(departed.list()).toHaveLength(1)
  isInDoubt = false
  await clock.advance(5 * 60_000)
  expect(departed.list()).toEqual([])
})

test('S44 it is let go when it is back at its address, when a user says so, and after a month', async () => {
  const {leave, look} = await harness()
  const departed = await load()
  await leave(departed)
  await departed.back(
    {...box, url: 'http://127.0.0.1:9090'},
    () => false,
    () => false,
  )
  expect(departed.list()).toHaveLength(1)
  await departed.back(
    box,
    () => false,
    () => false,
  )
  expect([departed.list(), (await look(departed)).codes, keptFiles()]).toEqual([[], [], []])
  await leave(departed)
  expect(await departed.forget(departed.list()[0]!.departedId)).toBe(true)
  expect(await departed.forget(B)).toBe(false)
  await leave(departed)
  await clock.advance(29 * DAY_MS)
  expect(departed.list()).toHaveLength(1)
  await clock.advance(2 * DAY_MS)
  await departed.stop()
  expect([departed.list(), (await load()).list()]).toEqual([[], []])
})

test('S44 a clock that is corrected ends neither the month nor the first minutes of what left, also over a restart', async () => {
  const {leave, look} = await harness()
  const time = new InstanceClock(clock, null)
  const departed = await load(time)
  await leave(departed)
  // The clock of the machine was a year behind, and a person says so.
  clock.jump(365 * DAY_MS)
  time.confirm()
  expect((await look(departed, 2)).codes).toEqual(['away'])
  await clock.advance(10 * 60_000)
  expect(departed.list()).toHaveLength(1)
  expect((await look(departed, 2)).codes).toEqual([])
  await departed.stop()
  const again = await load(new InstanceClock(clock, time.seen))
  await clock.advance(29 * DAY_MS)
  expect(again.list()).toHaveLength(1)
  await clock.advance(2 * DAY_MS)
  expect(again.list()).toEqual([])
})

test('S44 what leaves while it is written down that it sent its list keeps its bytes', async () => {
  const {leave} = await harness()
  const departed = await load()
  await departed.know([box])
  const isBack = departed.back(box, ...itself)
  await leave(departed)
  await isBack
  expect(departed.list()).toMatchObject([{id: B, torrents: 1}])
})

test('S44 what is let go of while it is written down does not come back with the next start', async () => {
  const {leave} = await harness()
  const departed = await load()
  const isLeaving = leave(departed)
  await departed.forget(departed.list()[0]!.departedId)
  await isLeaving
  expect([departed.list(), keptFiles(), (await load()).list()]).toEqual([[], [], []])
})

test('S44 a list that is dated later than the leave says nothing of how old it is', async () => {
  const {leave} = await harness()
  const departed = await load()
  await departed.back(box, ...itself)
  heardAt = clock.now() + 4 * 60 * 60_000
  await leave(departed)
  expect(departed.list()).toMatchObject([{isBehind: true}])
})

test('S44 a hybrid keeps its bytes under either of its hashes, also after a restart', async () => {
  const renamed = {contentPath: '/downloads/renamed', savePath: '/downloads'}
  const {leave, look} = await harness([row(3, {...renamed, infoHashV1: keyOf(A, 1).hash})])
  const departed = await load()
  await leave(departed)
  await departed.stop()
  await clock.advance(10 * 60_000)
  expect(await look(await load())).toEqual({codes: ['unmapped'], names: ['t3']})
})

const keptFiles = () => readdirSync(folder).filter((name) => name.endsWith('.zst'))

const itself = [() => false, () => true] as const

test('S36 one at whose address another daemon answers keeps what it had, whatever that one lists', async () => {
  const {leave, look} = await harness()
  const departed = await load()
  await leave(departed, true)
  await departed.back(box, ...itself)
  expect([departed.list().length, (await look(departed)).names]).toEqual([1, ['t3']])
  const again = await load()
  await again.back(box, ...itself)
  expect(again.list()).toMatchObject([{id: B, isReplaced: true}])
})

const renamed = {...box, id: asServerId('Chest'), name: 'Chest'}
const moved = {...box, url: 'http://box:8080'}

test.each([
  ['is called otherwise and has what it had', renamed, {isElsewhere: false, has: true}, true],
  ['is called otherwise and has other torrents', renamed, {isElsewhere: false, has: false}, false],
  ['has another address that may be its own, and what it had', moved, {isElsewhere: false, has: true}, true],
  ['has another address that is that of another daemon', moved, {isElsewhere: true, has: true}, false],
  ['is called otherwise, elsewhere', {...renamed, url: moved.url}, {isElsewhere: false, has: true}, false],
  ['is of another kind', {...renamed, kind: 'transmission' as const}, {isElsewhere: false, has: true}, false],
])('S44 one that %s is it, or not', async (_how, server, {isElsewhere, has}, isIt) => {
  const {leave} = await harness()
  const departed = await load()
  await leave(departed)
  await departed.back(
    server,
    () => isElsewhere,
    () => has,
  )
  expect(departed.list()).toHaveLength(isIt ? 0 : 1)
})

test('servers of the last run are known; what cannot be read of one is reported, and takes no other with it', async () => {
  const {leave} = await harness()
  const first = await load()
  expect(await first.lastKnown()).toEqual([])
  await first.know([{...box, password: 'secret'} as ServerSummary])
  await leave(first)
  writeFileSync(join(folder, 'odd.zst'), 'no such thing')
  const again = await load()
  expect([await again.lastKnown(), again.list().length]).toEqual([[{...box, owner: null}], 1])
  expect(reported).toContain('what is kept of a server that left cannot be read')
})

test('S44 a server that sent an empty list leaves nothing, also over a restart', async () => {
  const first = await load()
  await first.know([box])
  await first.back(box, ...itself)
  await first.stop()
  const again = await load()
  await again.leave(box, {rows: []})
  expect(again.list()).toEqual([])
})

test('of a member’s own servers that left only the last are kept, also over restarts; of others all', async () => {
  const departed = await load()
  const made = new LookUpHarness()
  made.list(B, listed)
  const rows = made.fleet.rowsOf(B).map((at) => made.fleet.record(at)!)
  for (const owner of [asUserId('ann'), null])
    for (let n = 0; n < 6; n++) {
      await clock.advance(1)
      await departed.leave({...box, name: `Box ${n}`, owner}, {rows, listedAt: clock.now()})
    }
  const kept = (of: DepartedServers, owner: string | null) =>
    of.list().flatMap((it) => ((it.owner ?? null) === owner ? it.name : []))
  for (const it of [departed, await load()]) {
    expect(kept(it, 'ann').toSorted()).toEqual(['Box 4', 'Box 5'])
    expect(kept(it, null)).toHaveLength(6)
  }
})

test('S44 one that never sent its list may have anything, over restarts, until it is back or a user says that it is gone', async () => {
  const {leave, look} = await harness([])
  const first = await load()
  await leave(first)
  expect(first.list()).toMatchObject([{torrents: 0, listedAt: null}])
  expect((await look(first, 2)).codes).toEqual(['away'])
  await clock.advance(DAY_MS)
  const again = await load()
  expect((await look(again, 2)).codes).toEqual(['away'])
  await again.forget(again.list()[0]!.departedId)
  expect((await look(again, 2)).codes).toEqual([])
  // It was mistyped, and is written right now.
  await leave(again)
  await again.back(
    {...box, url: 'http://other:8080'},
    () => true,
    () => true,
  )
  expect([again.list(), (await look(again, 2)).codes]).toEqual([[], []])
})

test('S44 one of a member’s own, that never sent its list, holds up nothing when it leaves', async () => {
  const {leave, look} = await harness([], 'bo' as UserId)
  const departed = await load()
  await leave(departed)
  expect((await look(departed, 2)).codes).toEqual([])
})

const HOUR_MS = 3_600_000

test('S44 one that was away for a while when it left may have taken on more where its folders are, until a user says that it is gone', async () => {
  const {leave, look} = await harness([row(3)])
  heardAt = clock.now()
  await clock.advance(HOUR_MS)
  const departed = await load()
  await leave(departed)
  expect(departed.list()).toMatchObject([{torrents: 1, listedAt: heardAt, isBehind: true}])
  await clock.advance(DAY_MS)
  expect((await look(departed, 2)).codes).toEqual(['away'])
  expect((await look(await load(), 2)).codes).toEqual(['away'])
  await departed.forget(departed.list()[0]!.departedId)
  expect((await look(departed, 2)).codes).toEqual([])
})

test('S44 one whose list was empty and an hour old when it left may have anything by now', async () => {
  const {leave, look} = await harness([])
  const departed = await load()
  await departed.back(box, ...itself)
  await clock.advance(HOUR_MS)
  await leave(departed)
  expect(departed.list()).toMatchObject([{torrents: 0, listedAt: heardAt, isBehind: true}])
  await clock.advance(DAY_MS)
  expect((await look(departed, 2)).codes).toEqual(['away'])
  // Another server of its name tells nothing of it; that it is back at its address does.
  await departed.back(
    {...box, url: 'http://other:8080'},
    () => true,
    () => true,
  )
  expect(departed.list()).toHaveLength(1)
  await departed.back(box, ...itself)
  expect(departed.list()).toEqual([])
})

test('S44 one that was switched off when it left counts with what it had, however long ago that was', async () => {
  const {leave, look} = await harness()
  await clock.advance(DAY_MS)
  const departed = await load()
  await leave(departed, false, {enabled: false})
  await clock.advance(HOUR_MS)
  expect(await look(departed)).toEqual({codes: ['unmapped'], names: ['t3']})
  expect((await look(departed, 2)).codes).toEqual([])
})

test('S44 when each sent its list is known over a restart: one that leaves long after may have taken on more', async () => {
  const first = await load()
  await first.know([box])
  await first.back(box, ...itself)
  await clock.advance(DAY_MS)
  heardAt = clock.now()
  await first.stop()
  heardAt = null
  await clock.advance(5 * 60_000)
  const soon = await load()
  await soon.leave(box, {rows: []})
  expect(soon.list()).toEqual([])
  await clock.advance(HOUR_MS)
  const late = await load()
  await late.leave(box, {rows: []})
  expect(late.list()).toMatchObject([{torrents: 0, isBehind: true}])
})

test.each(['null', '{}', '{"version":2,"servers":[]}', '[', '[null]', '[{"id":"x"}]'])(
  'a list of servers that reads %s stops nothing, and is reported',
  async (text) => {
    mkdirSync(folder, {recursive: true})
    for (const name of ['former.json', 'known.json']) writeFileSync(join(folder, name), text)
    const departed = await load()
    expect(await departed.lastKnown()).toEqual([])
    expect(departed.list()).toEqual([])
    expect(reported.length).toBeGreaterThan(0)
  },
)

test('S44 a whole list is known over restarts, an empty one as well, and rows that were lost are no empty list', async () => {
  const first = await load()
  await first.know([box])
  expect(first.isKnown(B, {torrents: 3, isOnline: false})).toBe(false)
  await first.back(
    box,
    () => false,
    () => false,
  )
  expect(first.isKnown(B, {torrents: 3, isOnline: true})).toBe(true)
  await first.stop()
  const lost = await load()
  await lost.know([box])
  expect([lost.isKnown(B, nothing), lost.isKnown(B, {torrents: 3, isOnline: false})]).toEqual([false, true])
  expect(lost.isKnown(B, {torrents: 0, isOnline: true})).toBe(true)
  expect(lost.isKnown(B, nothing)).toBe(true)
  await lost.stop()
  const second = await load()
  expect(second.isKnown(B, nothing)).toBe(true)
  // Who took it away and adds it again has another one, for all that is known.
  await second.leave(box, {rows: []})
  expect(second.isKnown(B, nothing)).toBe(false)
})
