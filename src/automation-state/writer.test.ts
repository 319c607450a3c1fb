import {expect, test} from 'vitest'
import {putSetting, readSettings} from '#store/repositories/settings.ts'
import {away, memoryHarness} from '#test/automation-state/memory.fixture.ts'
import {MemoryWriter} from './writer.ts'

async function writerHarness() {
  const base = await memoryHarness()
  const writer = new MemoryWriter(base.parts.store, base.clock, () => 1, base.parts.onFault)
  const backlog = writer.backlog<{name: string; value: unknown}>(1_000, async (db, {put, gone}) => {
    for (const {name, value} of put) await putSetting(db, name, value, 1)
    for (const {name} of gone) await db.deleteFrom('settings').where('name', '=', name).execute()
  })
  const note = (name: string, value: unknown) => backlog.put(name, {name, value})
  const commit = (name: string, value: unknown) => writer.commit((db) => putSetting(db, name, value, 1))
  const settings = async () => Object.fromEntries(await base.store.read(readSettings))
  return {...base, harness: base, writer, backlog, note, commit, settings}
}

test('what comes together is committed together, in the order of the calls', async () => {
  const {harness, commit, settings} = await writerHarness()
  await Promise.all([commit('a', 1), commit('b', 1), commit('a', 2)])
  expect(await settings()).toEqual({a: 2, b: 1})
  expect(harness.writes).toBe(1)
})

test('a call that is wrong fails alone', async () => {
  const {commit, settings} = await writerHarness()
  const done = await Promise.allSettled([commit('a', 1), commit('b', 1n), commit('c', 1)])
  expect(done.map(({status}) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(await settings()).toEqual({a: 1, c: 1})
})

test('a database that is away is reported to those that wait, and nothing of it is written later', async () => {
  const {clock, commit, setFault, settings} = await writerHarness()
  setFault(away)
  const done = await Promise.allSettled([commit('a', 1), commit('b', 1)])
  expect(done).toMatchObject([{reason: away}, {reason: away}])
  setFault(null)
  await clock.advance(600_000)
  expect(await settings()).toEqual({})
})

test('a backlog is written within its time, the last word of each row', async () => {
  const {harness, clock, backlog, note, settings} = await writerHarness()
  for (let n = 0; n < 1_000; n++) note('a', n)
  note('b', 1)
  backlog.remove('b', {name: 'b', value: 1})
  note('c', 1)
  await clock.advance(900)
  expect(await settings()).toEqual({})
  await clock.advance(100)
  expect(await settings()).toEqual({a: 999, c: 1})
  expect(harness.writes).toBe(1)
})

test('a large backlog goes in portions', async () => {
  const {harness, clock, note, settings} = await writerHarness()
  for (let n = 0; n < 620; n++) note(`n${n}`, n)
  await clock.advance(1_000)
  expect(Object.keys(await settings())).toHaveLength(620)
  expect(harness.writes).toBe(3)
})

test('a backlog waits for a database that is away, and the newest word wins', async () => {
  const {clock, backlog, note, setFault, settings, reported} = await writerHarness()
  setFault(away)
  note('a', 'old')
  note('b', 'kept')
  await clock.advance(1_000)
  expect(reported).toEqual([[away, 0]])
  note('a', 'new')
  expect(backlog.size).toBe(2)
  // The next tries are 2, 4, 8 … s apart.
  await clock.advance(1_999)
  expect(reported).toHaveLength(1)
  await clock.advance(1)
  expect(reported).toHaveLength(2)
  setFault(null)
  await clock.advance(4_000)
  expect(await settings()).toEqual({a: 'new', b: 'kept'})
  expect(backlog.size).toBe(0)
})

test('a row that no database can take is reported and does not hold up the others', async () => {
  const {clock, note, settings, reported, backlog} = await writerHarness()
  for (let n = 0; n < 300; n++) note(`n${n}`, n === 7 ? 1n : n)
  await clock.advance(1_000)
  expect(Object.keys(await settings())).toHaveLength(299)
  expect(reported).toMatchObject([[expect.any(TypeError), 1]])
  expect(backlog.size).toBe(0)
})

test('a caller who asks for all to be written knows whether it is', async () => {
  const {writer, note, setFault, settings} = await writerHarness()
  note('a', 1)
  await writer.flush()
  expect(await settings()).toEqual({a: 1})
  setFault(away)
  note('a', 2)
  await expect(writer.flush()).rejects.toBe(away)
  setFault(null)
  await writer.flush()
  expect(await settings()).toEqual({a: 2})
})

test('at the end everything is written, and nothing afterwards', async () => {
  const {clock, writer, note, commit, settings} = await writerHarness()
  note('a', 1)
  const committed = commit('b', 1)
  await writer.close()
  await committed
  note('c', 1)
  await clock.advance(10_000)
  expect(await settings()).toEqual({a: 1, b: 1})
})
