/** The executor writing into a real journal: what the scenarios of a crash and of a lost database end in. */
import {afterEach, expect, test} from 'vitest'
import {A, by, Harness, key, removeWithData} from '#executor/executor-harness.fixture.ts'
import {awaitsEffect} from '#executor/expected.ts'
import {StorageFault} from '#store/faults.ts'
import {Store} from '#store/store.ts'
import type {JournalPhase} from './entry.ts'
import {Journal} from './journal.ts'

const stores: Store[] = []
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close()
})

const full = new StorageFault('storage_full', 'The disk of the database is full.', true)

async function world() {
  const store = await Store.sqlite(':memory:')
  stores.push(store)
  const harness = new Harness()
  const start = () => new Journal(store, awaitsEffect)
  const journal = start()
  harness.alsoWrite = (entries) => journal.write(entries)
  const phases = async () => {
    const rows = await store.read((db) => db.selectFrom('journal').select('phase').orderBy('seq').execute())
    return rows.map(({phase}) => phase)
  }
  /** The database fails when something in this phase is written, and from then on. */
  const failFrom = (failing: JournalPhase) => {
    let isDown = false
    harness.alsoWrite = async (entries) => {
      isDown ||= entries.some(({phase}) => phase === failing)
      if (isDown) throw full
      await journal.write(entries)
    }
  }
  return {house: harness, start, phases, failFrom}
}

for (const [failing, left] of [
  ['intended', []],
  ['sending', ['intended', 'expired']],
] as const) {
  test(`what cannot be written down as ${failing} is not done, and the next start knows it`, async () => {
    const {house: harness, start, phases, failFrom} = await world()
    failFrom(failing)
    const [result] = await harness.run([key(A, 1)], removeWithData)
    expect(result!.result).toMatchObject({outcome: 'refused', code: 'storage_full'})
    expect(harness.orders).toEqual([])
    await start().settleLeftovers(1)
    expect(await phases()).toEqual(left)
  })
}

test('S11 killed after the request was sent, before the answer: unconfirmed, and sent once', async () => {
  const {house: harness, start, phases} = await world()
  const killed = new Promise<never>(() => {})
  const sent = new Promise<void>((done) => {
    harness.beforeSent = () => {
      // Nothing that comes after this moment is ever written.
      harness.alsoWrite = () => {
        done()
        return killed
      }
    }
  })
  void harness.run([key(A, 1)], removeWithData)
  await sent
  const {unconfirmed} = await start().settleLeftovers(1)
  expect(await phases()).toEqual(['intended', 'sending', 'unconfirmed'])
  expect([unconfirmed.map(({hash}) => hash), harness.orders.length]).toEqual([[key(A, 1).hash], 1])
})

test('S12 killed between intended and sending: expired, and nothing is sent from the old line', async () => {
  const {house: harness, start, phases} = await world()
  const journal = start()
  const killed = new Promise<void>((done) => {
    harness.alsoWrite = (entries) => {
      if (!entries.some(({phase}) => phase === 'sending')) return journal.write(entries)
      done()
      // Nothing that comes after this moment is ever written.
      return new Promise<never>(() => {})
    }
  })
  void harness.run([key(A, 1)], removeWithData)
  await killed
  const {expired} = await start().settleLeftovers(1)
  expect(await phases()).toEqual(['intended', 'expired'])
  expect([expired.map(({hash}) => hash), harness.orders]).toEqual([[key(A, 1).hash], []])
})

test('a command to a server that cannot be written down is not sent either', async () => {
  const {house: harness, failFrom} = await world()
  failFrom('sending')
  await expect(harness.executor.add(by, A, {source: {magnet: 'magnet:?xt=a'}, start: true})).rejects.toBe(
    full,
  )
  expect(harness.orders).toEqual([])
})
