import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect, onTestFinished, test} from 'vitest'
import {InstanceClock} from '#lib/instance-clock.ts'
import {asUserId} from '#model/access.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import type {KnownRuns} from './known-runs.ts'
import {LastSeen} from './last-seen.ts'
import {putSetting, readSettings} from './settings.ts'
import {Store} from '../store.ts'

const MINUTE = 60_000
const HOUR = 3_600_000
const [mia, tom] = [asUserId('mia'), asUserId('tom')]

/** The last mark that a run left in an Arr. */
interface Mark {
  readonly run: string
  readonly at: number
}

/** Runs of the program on one database, of which copies can be put back. */
async function program() {
  const dataFolder = mkdtempSync(join(tmpdir(), 'commodarr-known-runs-'))
  const store = await Store.sqlite(':memory:')
  onTestFinished(async () => {
    await store.close()
    rmSync(dataFolder, {recursive: true, force: true})
  })
  const clock = new VirtualClock()
  const open = () => LastSeen.open(store, dataFolder, {error: () => undefined})
  return {
    clock,
    store,
    /** As a new run finds them. */
    runs: async (): Promise<KnownRuns> => (await open()).runs,
    /** @param minutes of this run; its end is not written, as after a crash */
    live: async (minutes: number): Promise<Mark> => {
      const lastSeen = await open()
      const time = new InstanceClock(clock, lastSeen.before)
      lastSeen.start(time)
      await clock.advance(minutes * MINUTE)
      const {at} = await lastSeen.write(time)
      await lastSeen.stop()
      return {run: lastSeen.run, at}
    },
    /** The database as of now. @returns puts it back */
    copy: async (): Promise<() => Promise<void>> => {
      const settings = await store.read(readSettings)
      return () =>
        store.write(async (db) => {
          await db.deleteFrom('settings').execute()
          for (const [name, value] of settings) await putSetting(db, name, value, clock.now())
        })
    },
  }
}

test('a new database lacks nothing', async () => {
  const {runs} = await program()
  expect((await runs()).lacks({run: 'other', at: 0}, null)).toBeNull()
})

test('it lacks nothing of runs that follow each other, whenever their marks are read', async () => {
  const {clock, live, runs} = await program()
  const marks: Mark[] = []
  for (let run = 0; run < 5; run++) {
    marks.push(await live(30))
    await clock.advance(3 * HOUR)
    for (const mark of marks) {
      expect((await runs()).lacks(mark, null)).toBeNull()
      // With the power of its machine it lost its last moments.
      expect((await runs()).lacks({...mark, at: mark.at + 2 * MINUTE}, null)).toBeNull()
    }
  }
})

test('a run that it lacks shows in every later run that the database is an older copy, until what that ends has ended', async () => {
  const {clock, live, runs, copy} = await program()
  const known = await live(30)
  const restore = await copy()
  const lost = await live(60)
  await restore()
  const lacking = {from: known.at, to: lost.at, run: lost.run}
  for (let run = 0; run < 3; run++) {
    expect((await runs()).lacks(lost, null)).toEqual(lacking)
    expect((await runs()).lacks(lost, mia)).toEqual(lacking)
    await live(30)
  }
  await (await runs()).noteEnded(null, lacking, clock.now())
  for (let run = 0; run < 3; run++) {
    for (const whose of [null, mia]) expect((await runs()).lacks(lost, whose)).toBeNull()
    await live(30)
  }
})

test('a copy that was made within a run lacks the rest of it', async () => {
  const {live, runs, copy, store, clock} = await program()
  const first = await live(30)
  const restore = await copy()
  // It went on for an hour.
  const rest = {...first, at: first.at + HOUR}
  await clock.advance(HOUR)
  await restore()
  await live(30)
  expect((await runs()).lacks(rest, null)).toEqual({from: first.at, to: rest.at, run: first.run})
  expect((await store.read(readSettings)).has('known_runs')).toBe(true)
})

test('what has ended for a member has not for others', async () => {
  const {clock, live, runs, copy} = await program()
  await live(30)
  const restore = await copy()
  const lost = await live(60)
  await restore()
  await (await runs()).noteEnded(mia, {...lost, from: 0, to: lost.at}, clock.now())
  const now = await runs()
  expect(now.lacks(lost, mia)).toBeNull()
  for (const whose of [tom, null]) expect(now.lacks(lost, whose)).not.toBeNull()
})

test('each lost time is kept, for whom it is, until it was known', async () => {
  const {clock, runs} = await program()
  const at = clock.now()
  await (await runs()).noteEnded(null, {run: 'lost', from: at - 9, to: at - 5}, at)
  expect((await runs()).lacksOfMembers()).toBe(false)
  await (await runs()).noteEnded(mia, {run: 'hers', from: at - 8, to: at + 5}, at)
  expect((await runs()).lacksOfMembers()).toBe(true)
  expect((await runs()).lostTimes(null)).toEqual([{from: at - 9, to: at}])
  expect((await runs()).lostTimes(mia)).toEqual([{from: at - 8, to: at + 5}])
  expect((await runs()).lostTimes(tom)).toEqual([])
  // By a clock that was set back since it lies in the future: when it began is not known.
  await (await runs()).noteEnded(tom, {run: 'his', from: at + 5, to: at + 9}, at)
  expect((await runs()).lostTimes(tom)).toEqual([{from: 0, to: at + 9}])
  const now = await runs()
  for (let time = 1; time < 40; time++)
    await now.noteEnded(null, {run: `run ${time}`, from: at + time, to: at + time}, at + time)
  const kept = now.lostTimes(null)
  expect([kept.length, kept[0]?.from, kept.at(-1)?.from]).toEqual([20, at - 9, at + 39])
})

test('what ended once is not ended again by another run of the same lost time', async () => {
  const {clock, live, runs, copy} = await program()
  await live(30)
  const restore = await copy()
  const [first, second] = [await live(60), await live(60)]
  await restore()
  await (await runs()).noteEnded(null, {run: first.run, from: 0, to: first.at}, clock.now())
  expect((await runs()).lacks(second, null)).toBeNull()
  // Its clock was ahead in the lost time, so that its other marks are of the future.
  const ahead = {...first, at: first.at + 24 * HOUR}
  expect((await runs()).lacks(ahead, null)).toBeNull()
})

test('a database that is restored twice is an older copy twice', async () => {
  const {clock, live, runs, copy} = await program()
  await live(30)
  const restore = await copy()
  const lost = await live(60)
  await restore()
  await (await runs()).noteEnded(null, {run: lost.run, from: 0, to: lost.at}, clock.now())
  const later = await copy()
  const between = await live(60)
  // The same copy: what had ended since is forgotten with it.
  await restore()
  for (const mark of [lost, between]) expect((await runs()).lacks(mark, null)).not.toBeNull()
  // A copy that knows of the first end.
  await later()
  expect((await runs()).lacks(lost, null)).toBeNull()
  expect((await runs()).lacks(between, null)).not.toBeNull()
  // Also long after that.
  await live(600)
  expect((await runs()).lacks(between, null)).not.toBeNull()
})

test('a clock that was set back hides no run, and makes none', async () => {
  const {clock, live, runs, copy} = await program()
  await clock.advance(30 * HOUR)
  const ahead = await live(30)
  // It is followed within a run, after an hour.
  clock.jump(-5 * HOUR)
  const back = await live(120)
  expect(back.at).toBeLessThan(ahead.at)
  for (const mark of [ahead, back]) expect((await runs()).lacks(mark, null)).toBeNull()
  const restore = await copy()
  const lost = await live(30)
  expect(lost.at).toBeLessThan(ahead.at)
  await restore()
  await live(30)
  expect((await runs()).lacks(lost, null)).toMatchObject({run: lost.run, to: lost.at})
})

test('a run whose clock was set back while it ran is known until its latest time', async () => {
  const {clock, runs, store} = await program()
  await clock.advance(30 * HOUR)
  const lastSeen = await LastSeen.open(store, '/', {error: () => undefined})
  const time = new InstanceClock(clock, null)
  const {at} = await lastSeen.write(time)
  clock.jump(-5 * HOUR)
  // The clock is read now and then, as by whoever looks.
  for (let minute = 0; minute < 70; minute++) {
    await clock.advance(MINUTE)
    time.now()
  }
  expect((await lastSeen.write(time)).at).toBeLessThan(at - HOUR)
  expect((await runs()).lacks({run: lastSeen.run, at}, null)).toBeNull()
})

test('of more than 200 runs the oldest are forgotten, and none of them is taken for a lost one', async () => {
  const {live, runs, copy} = await program()
  const first = await live(1)
  const restore = await copy()
  const lost = await live(60)
  await restore()
  const marks: Mark[] = [first]
  for (let run = 0; run < 199; run++) marks.push(await live(1))
  expect((await runs()).lacks(lost, null)).not.toBeNull()
  for (let run = 0; run < 60; run++) marks.push(await live(2))
  const now = await runs()
  expect(marks.filter((mark) => now.lacks(mark, null) !== null)).toEqual([])
})

test('runs of a release that kept no list are no lost ones', async () => {
  const {live, runs, copy, store, clock} = await program()
  const first = await live(30)
  await store.write((db) => db.deleteFrom('settings').where('name', '=', 'known_runs').execute())
  const second = await live(30)
  for (const mark of [first, second]) expect((await runs()).lacks(mark, null)).toBeNull()
  // It ran twice in between, and wrote only when it looked last.
  const older = ['once', 'twice'].map((run) => ({run, at: clock.now() + 1_000}))
  const seen = (await store.read(readSettings)).get('last_seen') as object
  for (const mark of older)
    await store.write((db) => putSetting(db, 'last_seen', {...seen, ...mark}, mark.at))
  const third = await live(30)
  for (const mark of [first, second, ...older, third]) expect((await runs()).lacks(mark, null)).toBeNull()
  const restore = await copy()
  const lost = await live(30)
  await restore()
  expect((await runs()).lacks(lost, null)).not.toBeNull()
})

test('an unreadable list, or one of what has ended, is none', async () => {
  const {live, runs, store, clock} = await program()
  const mark = await live(30)
  await store.write((db) => putSetting(db, 'known_runs', {ends: 1}, clock.now()))
  await store.write((db) => putSetting(db, 'lost_time_ended', 'x', clock.now()))
  expect((await runs()).lacks(mark, null)).toBeNull()
  expect((await runs()).lacks({run: 'lost', at: mark.at + HOUR}, null)).not.toBeNull()
})

test('a run beside ours is no lost one, for whom its mark was read', async () => {
  const {live, runs, clock} = await program()
  await live(30)
  const beside = {run: 'beside', at: clock.now() + HOUR}
  await (await runs()).noteCopy(mia, beside.run, clock.now())
  expect((await runs()).lacks(beside, mia)).toBeNull()
  expect((await runs()).lacks(beside, null)).not.toBeNull()
  expect((await runs()).lacks({...beside, run: 'lost'}, mia)).not.toBeNull()
})

test('made-up runs of a member take up little, and hide nothing of others', async () => {
  const {live, runs, store, clock} = await program()
  await live(30)
  const at = clock.now() + HOUR
  const now = await runs()
  await now.noteEnded(null, {run: 'lost', from: 0, to: clock.now()}, clock.now())
  await now.noteEnded(tom, {run: "tom's", from: 0, to: clock.now()}, clock.now())
  for (let run = 0; run < 100; run++) await now.noteCopy(mia, `run ${run}`, clock.now())
  await now.noteCopy(mia, 'x'.repeat(10_000), clock.now())
  expect(now.lacks({run: 'x'.repeat(10_000), at}, mia)).toBeNull()
  expect(JSON.stringify((await store.read(readSettings)).get('lost_time_ended')).length).toBeLessThan(2_000)
  const next = await runs()
  expect([next.lacks({run: 'lost', at}, null), next.lacks({run: "tom's", at}, tom)]).toEqual([null, null])
  for (let member = 0; member < 300; member++)
    await next.noteCopy(asUserId(`member ${member}`), 'run', clock.now())
  expect((await runs()).lacks({run: 'lost', at}, null)).toBeNull()
})

test('what is noted for two at once is noted for both', async () => {
  const {live, runs, clock} = await program()
  await live(30)
  const at = clock.now() + HOUR
  const now = await runs()
  await Promise.all(
    [mia, tom, null].map((whose) => now.noteEnded(whose, {run: 'lost', from: 0, to: at}, clock.now())),
  )
  for (const whose of [mia, tom, null]) {
    expect(now.lacks({run: 'lost', at}, whose)).toBeNull()
    expect((await runs()).lacks({run: 'lost', at}, whose)).toBeNull()
  }
})
