import {afterEach, beforeEach, expect, test} from 'vitest'
import {asUserId} from '#model/access.ts'
import type {Actor} from '#model/command.ts'
import {StorageFault} from '#store/faults.ts'
import {putSetting} from '#store/repositories/settings.ts'
import {Store} from '#store/store.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {Observation} from './observation.ts'

const ada: Actor = {name: 'Ada', origin: 'user', userId: null, address: null}
let store: Store
let clock: VirtualClock
let confirmed: number

beforeEach(async () => {
  store = await Store.sqlite(':memory:')
  clock = new VirtualClock(1_000)
  confirmed = 0
})
afterEach(() => store.close())

async function open(
  isAsked: boolean,
  at: Pick<Store, 'read' | 'write'> = store,
  isFirstStart = false,
): Promise<Observation> {
  const observation = await Observation.open(at, clock, isAsked, isFirstStart)
  observation.onChange(() => void confirmed++)
  return observation
}

test('who did not ask for it has rules that act', async () => {
  expect((await open(false)).observing).toBeNull()
})

test('once asked for it lasts over starts that do not ask for it', async () => {
  expect((await open(true)).observing).toEqual({since: 1_000, until: null, isOpen: false})
  await clock.advance(5_000)
  expect((await open(false)).observing).toEqual({since: 1_000, until: null, isOpen: false})
  expect((await open(true)).observing).toEqual({since: 1_000, until: null, isOpen: false})
})

test('an administrator ends it permanently, once, and the journal says who', async () => {
  const observation = await open(true)
  await clock.advance(10)
  await Promise.all([observation.confirm(ada), observation.confirm(ada)])
  expect(observation).toMatchObject({observing: null, isOver: true})
  expect(confirmed).toBe(1)
  const entries = await store.read((db) => db.selectFrom('journal').selectAll().execute())
  expect(entries).toMatchObject([{verb: 'change', name: 'observe', at: clock.now()}])
  expect(await open(true)).toMatchObject({observing: null, isOver: true})
})

test('where nothing is observed there is nothing to confirm', async () => {
  const observation = await open(false)
  await observation.confirm(ada)
  expect(confirmed).toBe(0)
  expect(await store.read((db) => db.selectFrom('journal').selectAll().execute())).toEqual([])
})

test('a confirmation that could not be written changes nothing, and can be given again', async () => {
  const full = new StorageFault('storage_full', 'The disk is full.', true)
  let fault: StorageFault | null = null
  const write: Store['write'] = async (work) => {
    if (fault !== null) throw fault
    return store.write(work)
  }
  const observation = await open(true, {read: (work) => store.read(work), write})
  fault = full
  await expect(observation.confirm(ada)).rejects.toBe(full)
  expect(observation.observing).not.toBeNull()
  expect(confirmed).toBe(0)
  fault = null
  await observation.confirm(ada)
  expect(observation.observing).toBeNull()
})

test('what is kept of it and cannot be read means that it is observed', async () => {
  await store.write((db) => putSetting(db, 'observe', null, 1))
  expect((await open(false)).observing).toEqual({since: 0, until: null, isOpen: false})
})

test('a first start acts on nothing until it is set up, also over further starts', async () => {
  expect((await open(false, store, true)).observing).toEqual({since: 1_000, until: null, isOpen: true})
  await clock.advance(5)
  expect((await open(false, store, false)).observing).toEqual({since: 1_000, until: null, isOpen: true})
})

test('who sets it up without saying more has rules that act, and no line of it', async () => {
  const observation = await open(false, store, true)
  await observation.endSetUp()
  await observation.endSetUp()
  expect(observation.observing).toBeNull()
  expect(confirmed).toBe(1)
  expect(await store.read((db) => db.selectFrom('journal').selectAll().execute())).toEqual([])
  expect((await open(false, store, true)).observing).toBeNull()
})

test('a start with --observe is not ended by setting it up', async () => {
  const observation = await open(true, store, true)
  await observation.endSetUp()
  expect(observation.observing).toEqual({since: 1_000, until: null, isOpen: false})
})

test('a user who selects to watch is asked after a day; until then and after it nothing acts', async () => {
  const observation = await open(false, store, true)
  await clock.advance(10)
  await observation.watch(ada, true)
  const until = 1_010 + 86_400_000
  expect(observation.observing).toEqual({since: 1_000, until, isOpen: false})
  expect((await open(false)).observing).toEqual({since: 1_000, until, isOpen: false})
  await observation.confirm(ada)
  expect(observation.observing).toBeNull()
  const entries = await store.read((db) => db.selectFrom('journal').selectAll().execute())
  expect(entries.map(({verb, name, args}) => [verb, name, JSON.parse(args)])).toEqual([
    ['change', 'observe', {from: null, to: until}],
    ['change', 'observe', {from: true, to: false}],
  ])
})

test('how careful a user set it to be is kept over starts, and an older program kept none', async () => {
  const observation = await open(false, store, true)
  expect(observation.confirmed).toBeNull()
  const bob: Actor = {...ada, userId: asUserId('bob')}
  await observation.confirm(bob, 'act')
  const confirmed = {caution: 'act', by: 'bob'}
  expect([observation.confirmed, (await open(false)).confirmed]).toEqual([confirmed, confirmed])
  // They act: a second answer changes nothing.
  await observation.confirm(ada, 'ask')
  expect((await open(false)).confirmed).toEqual(confirmed)
  await store.write((db) => putSetting(db, 'observe', {since: 1, confirmedAt: 2}, 3))
  expect(await open(false)).toMatchObject({isOver: true, confirmed: null})
})

test('who lets rules act has them only watch again at any time, without an end, over starts and as careful as before', async () => {
  const observation = await open(false)
  await observation.watch(ada, false)
  expect([observation.observing, confirmed]).toEqual([{since: 1_000, until: null, isOpen: false}, 1])
  await observation.watch(ada, false)
  await observation.confirm(ada, 'act')
  await clock.advance(10)
  await observation.watch(ada, false)
  expect((await open(false)).observing).toEqual({since: 1_010, until: null, isOpen: false})
  await observation.confirm(ada)
  expect(observation).toMatchObject({observing: null, confirmed: {caution: 'act'}})
  const entries = await store.read((db) => db.selectFrom('journal').selectAll().execute())
  expect(entries.map(({args}) => JSON.parse(args) as object)).toEqual([
    {from: false, to: true, until: null},
    {from: true, to: false, caution: 'act'},
    {from: false, to: true, until: null},
    {from: true, to: false},
  ])
})
