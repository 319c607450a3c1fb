import {expect, test} from 'vitest'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {SingleFlight} from './single-flight.ts'

test('everyone who asks while the question is under way shares one answer, and it is kept for a moment', async () => {
  const clock = new VirtualClock()
  const flights = new SingleFlight<number>(clock, 2_000)
  let asked = 0
  const ask = () => flights.ask('files', async () => ++asked)
  expect(await Promise.all([ask(), ask(), ask()])).toEqual([1, 1, 1])
  await clock.advance(1_999)
  expect(await ask()).toBe(1)
  await clock.advance(2)
  expect(await ask()).toBe(2)
})

test('a failure is not kept', async () => {
  const flights = new SingleFlight<number>(new VirtualClock(), 2_000)
  await expect(flights.ask('files', () => Promise.reject(new Error('gone')))).rejects.toThrow('gone')
  expect(await flights.ask('files', () => Promise.resolve(7))).toBe(7)
})
