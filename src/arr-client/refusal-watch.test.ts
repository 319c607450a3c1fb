import {expect, test} from 'vitest'
import type {RefusedGrab} from '#model/arr.ts'
import {CommodarrError} from '#model/errors.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {RefusalWatch} from './refusal-watch.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

function house() {
  const clock = new VirtualClock()
  const arr = {log: [] as RefusedGrab[], fails: false, asked: 0}
  const told: string[][] = []
  const watch = new RefusalWatch({
    clock,
    port: {
      async refusedGrabs() {
        arr.asked++
        if (arr.fails) throw new CommodarrError('arr_not_ready', 'away')
        return arr.log.toReversed()
      },
    },
    refused: (releases) => void told.push(releases.map(({title, at}) => `${title} ${at}`)),
  })
  watch.start()
  const refuse = (title: string, at = clock.now()) => void arr.log.push({title, at, why: ''})
  return {clock, arr, told, watch, refuse}
}

test('one that ends while its Arr is asked leaves no mistake behind', async () => {
  const asked = Promise.withResolvers<void>()
  const clock = new VirtualClock()
  let asks = 0
  const port = {
    refusedGrabs: (signal?: AbortSignal) =>
      new Promise<never>((_, reject) => {
        signal!.addEventListener('abort', () => reject(signal!.reason as Error))
        asks++
        asked.resolve()
      }),
  }
  const watch = new RefusalWatch({clock, port, refused: () => undefined})
  watch.start()
  await clock.advance(6 * MINUTE)
  await asked.promise
  // Vitest fails for a rejection that nobody handles.
  watch.stop()
  await clock.advance(2 * HOUR)
  expect(asks).toBe(1)
})

test('what was refused within a day is told once, however often it is refused, at one question an hour', async () => {
  const {clock, arr, told, refuse} = house()
  const start = clock.now()
  refuse('long ago', start - 25 * HOUR)
  refuse('Film', start)
  refuse('Film', start + 1)
  await clock.advance(6 * MINUTE)
  expect(told).toEqual([[`Film ${start + 1}`]])
  arr.asked = 0
  await clock.advance(24 * HOUR)
  expect([told.length, arr.asked]).toEqual([1, 24])
})

test('what is new is known by the lines, also where the clock of the Arr is a year behind', async () => {
  const {clock, told, refuse} = house()
  await clock.advance(6 * MINUTE)
  const at = clock.now() - 365 * 24 * HOUR
  refuse('Film', at)
  await clock.advance(HOUR)
  expect(told).toEqual([[`Film ${at}`]])
})

test('of a crowd of refused releases the newest are told', async () => {
  const {clock, told, refuse} = house()
  for (let i = 0; i < 100; i++) refuse(`Film${i}`, clock.now() + i)
  await clock.advance(6 * MINUTE)
  expect(told.map((it) => [it.length, it[0]])).toEqual([[20, `Film99 ${clock.now() - 6 * MINUTE + 99}`]])
})

test('an Arr that does not answer is asked no more often, and tells it afterwards', async () => {
  const {clock, arr, told, watch, refuse} = house()
  arr.fails = true
  refuse('Film', clock.now())
  await clock.advance(3 * HOUR)
  expect([arr.asked, told]).toEqual([3, []])
  arr.fails = false
  await clock.advance(HOUR)
  expect(told.length).toBe(1)
  watch.stop()
  await clock.advance(10 * HOUR)
  expect(arr.asked).toBe(4)
})
