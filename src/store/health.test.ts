import {expect, test} from 'vitest'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {StorageFault} from './faults.ts'
import {StoreHealth, type StoreState} from './health.ts'

const full = new StorageFault('storage_full', 'The disk of the database is full.', true)
const gone = new StorageFault('storage_unavailable', 'PostgreSQL does not answer.', true)
const damaged = new StorageFault('storage_damaged', 'The database is damaged.', false)

function patient({isRemote = false} = {}) {
  const clock = new VirtualClock()
  const heard: StoreState[] = []
  const database = {fault: null as Error | null, probes: 0}
  const health = new StoreHealth(
    clock,
    isRemote,
    () => 1,
    async () => {
      database.probes++
      if (database.fault) throw database.fault
    },
    (state) => heard.push(state),
  )
  const fail = (fault: Error, way: 'read' | 'write' = 'write') => {
    database.fault = fault
    return health.failed(fault, way)
  }
  return {clock, heard, database, health, fail}
}

test('a fault is reported once, however often it comes, and so is its end', async () => {
  const {clock, heard, health, fail} = patient()
  const before = clock.now()
  await clock.advance(5_000)
  expect(fail(full)).toBe(full)
  await clock.advance(1)
  fail(full)
  const state = {ok: false, since: before + 5_000, code: 'storage_full', message: full.message}
  expect(health.state).toEqual(state)
  await clock.advance(99)
  health.succeeded('write')
  health.succeeded('write')
  expect(heard).toEqual([state, {ok: true, since: before + 5_100, code: null, message: ''}])
})

test('another fault is another state, and still ill since the first', async () => {
  const {clock, heard, fail} = patient()
  fail(full)
  const since = clock.now()
  await clock.advance(10)
  fail(gone)
  expect(heard.map(({code}) => code)).toEqual(['storage_full', 'storage_unavailable'])
  expect(heard.every((state) => state.since === since)).toBe(true)
})

test('errors that say nothing of the database change nothing', () => {
  const {heard, health, fail} = patient()
  const error = new TypeError('a mistake of ours')
  expect(fail(error)).toBe(error)
  expect(heard).toEqual([])
  expect(health.isWell).toBe(true)
})

test('that it is back is noticed without any question', async () => {
  const {clock, health, database, fail} = patient()
  fail(gone)
  await clock.advance(60_000)
  expect(health.isWell).toBe(false)
  database.fault = null
  await clock.advance(15_000)
  expect(health.isWell).toBe(true)
  const probes = database.probes
  await clock.advance(3_600_000)
  expect(database.probes).toBe(probes)
})

test('probes become rarer, up to one every 15 s', async () => {
  const {clock, database, fail} = patient()
  fail(gone)
  await clock.advance(15_000)
  expect(database.probes).toBe(4)
  await clock.advance(150_000)
  expect(database.probes).toBe(14)
})

test('a full disk can be read: a read heals only what a read found', () => {
  const {health, fail} = patient()
  fail(full)
  health.succeeded('read')
  expect(health.isWell).toBe(false)
  health.succeeded('write')
  fail(gone, 'read')
  health.succeeded('read')
  expect(health.isWell).toBe(true)
})

test('while it is ill, one probe speaks for all who want to write at the same time', async () => {
  const {clock, health, database, fail} = patient()
  fail(gone)
  const asked = await Promise.allSettled(Array.from({length: 50}, () => health.admit('write')))
  expect(asked.every((one) => one.status === 'rejected' && one.reason.code === 'storage_unavailable')).toBe(
    true,
  )
  expect(database.probes).toBe(1)
  await expect(health.admit('write')).rejects.toThrow(gone.message)
  expect(database.probes).toBe(1)
  database.fault = null
  await expect(health.admit('write')).rejects.toThrow(gone.message)
  // The timer's own probe comes a second after the first failure.
  await clock.advance(1_000)
  await health.admit('write')
  expect(health.isWell).toBe(true)
})

test('who writes a while after the last probe has it tried again at once', async () => {
  const {clock, health, database, fail} = patient()
  fail(gone)
  await clock.advance(16_000)
  const {probes} = database
  database.fault = null
  await clock.advance(5_000)
  await health.admit('write')
  expect(database.probes).toBe(probes + 1)
  expect(health.isWell).toBe(true)
})

test('reads are let through when only writing is ill, and when reading is tried by the read itself', async () => {
  const here = patient()
  here.fail(gone)
  await here.health.admit('read')
  const remote = patient({isRemote: true})
  remote.fail(full)
  await remote.health.admit('read')
  remote.health.succeeded('write')
  remote.fail(gone, 'read')
  await remote.health.admit('read')
  expect(here.database.probes + remote.database.probes).toBe(0)
})

test('reads do not wait for a server that is known to be gone', async () => {
  const {health, fail} = patient({isRemote: true})
  fail(gone)
  await expect(health.admit('read')).rejects.toMatchObject({code: 'storage_unavailable'})
})

test('damage stays, is not probed and refuses writes; reads try', async () => {
  const {clock, health, database, fail} = patient()
  fail(damaged)
  health.succeeded('write')
  fail(full)
  await clock.advance(60_000)
  expect(database.probes).toBe(0)
  expect(health.state.code).toBe('storage_damaged')
  await expect(health.admit('write')).rejects.toMatchObject({code: 'storage_damaged'})
  expect(() => health.requireWell()).toThrow('damaged')
  await health.admit('read')
})

test('a probe that fails for no known reason is a fault anyway', async () => {
  const {clock, health, database, fail} = patient()
  fail(full)
  database.fault = new Error('what?')
  await clock.advance(1_000)
  expect(health.state).toMatchObject({
    ok: false,
    code: 'storage_unavailable',
    message: 'The database fails: what?.',
  })
})

test('after the end nothing is probed any more', async () => {
  const {clock, health, database, fail} = patient()
  fail(gone)
  health.end()
  fail(gone)
  await clock.advance(60_000)
  expect(database.probes).toBe(0)
})
