import {expect, test} from 'vitest'
import {StorageFault} from '#store/faults.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {owed} from './owed.ts'

const full = new StorageFault('storage_full', 'The disk of the database is full.', true)

function owing() {
  const clock = new VirtualClock()
  const warned: string[] = []
  const state = {fault: full as Error | null, done: 0}
  const stopped = owed(
    {clock, log: {warn: (_: object, text: string) => void warned.push(text)}},
    'It',
    async () => {
      if (state.fault) throw state.fault
      state.done++
    },
  )
  return {clock, warned, state, stopped}
}

test('what a start has to write is written as soon as the database takes it, once', async () => {
  const {clock, warned, state, stopped} = owing()
  await stopped
  await clock.advance(120_000)
  expect([state.done, warned]).toEqual([0, ['It has to wait: The disk of the database is full.']])
  state.fault = null
  await clock.advance(120_000)
  expect(state.done).toBe(1)
})

test('who stops does not try again', async () => {
  const {clock, state, stopped} = owing()
  const stop = await stopped
  stop()
  state.fault = null
  await clock.advance(120_000)
  expect(state.done).toBe(0)
})

test.each([
  ['damage', new StorageFault('storage_damaged', 'The database is damaged.', false)],
  ['a mistake of ours', new TypeError('ours')],
])('%s ends the start', async (_, error) => {
  const work = () => Promise.reject(error)
  await expect(owed({clock: new VirtualClock(), log: {warn: () => {}}}, 'It', work)).rejects.toBe(error)
})
