import {expect, test} from 'vitest'
import type {RefusedGrab} from '#model/arr.ts'
import {CommodarrError} from '#model/errors.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {RefusalWatch} from './refusal-watch.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

function watched() {
  const clock = new VirtualClock()
  const arr = {log: [] as RefusedGrab[], fails: false, asked: 0}
  const reported: string[][] = []
  const watch = new RefusalWatch(
    {
      async refusedGrabs() {
        arr.asked++
        if (arr.fails) throw new CommodarrError('arr_not_ready', 'away')
        return arr.log.toReversed()
      },
    },
    clock,
    (releases) => void reported.push(releases.map(({title, at}) => `${title} ${at}`)),
  )
  const refuse = (title: string, at = clock.now()) => void arr.log.push({title, at, why: ''})
  /** It reads its feeds each quarter of an hour. */
  const pass = async (hours: number, each: () => void = () => undefined) => {
    for (let quarter = 0; quarter < hours * 4; quarter++) {
      each()
      watch.hear()
      await clock.advance(15 * MINUTE)
    }
  }
  return {clock, arr, reported, watch, refuse, pass}
}

test('an Arr that selects nothing is never asked', async () => {
  const {clock, arr} = watched()
  await clock.advance(48 * HOUR)
  expect(arr.asked).toBe(0)
})

test('of one that comes and goes the log is read after five minutes, of one that is settled after seconds', async () => {
  const {clock, arr, watch} = watched()
  watch.hear()
  await clock.advance(5 * MINUTE - 1)
  expect(arr.asked).toBe(0)
  await clock.advance(1)
  expect(arr.asked).toBe(1)
  await clock.advance(3 * HOUR)
  watch.hear()
  await clock.advance(5_000)
  expect(arr.asked).toBe(2)
})

test('what was refused within a day is reported once, at one question an hour, however often its feeds are read', async () => {
  const {clock, arr, reported, refuse, pass} = watched()
  const start = clock.now()
  refuse('long ago', start - 25 * HOUR)
  refuse('Film', start)
  refuse('Film', start + 1)
  await pass(1)
  expect(reported).toEqual([[`Film ${start + 1}`]])
  arr.asked = 0
  await pass(24)
  expect([reported.length, arr.asked]).toEqual([1, 24])
})

test('what is refused again and again is reported with each reading, by its last time', async () => {
  const {clock, reported, refuse, pass} = watched()
  await pass(3, () => refuse('Film'))
  expect(reported.length).toBe(3)
  expect(reported.every((it) => it.length === 1)).toBe(true)
  expect(Number(reported.at(-1)![0]!.split(' ')[1])).toBeGreaterThan(clock.now() - 2 * HOUR)
})

test('what is read for the end of a search is the reading of that hour, and shows what else is there', async () => {
  const {clock, arr, reported, watch, refuse, pass} = watched()
  await pass(2)
  arr.asked = 0
  watch.hear()
  refuse('Film')
  const at = clock.now()
  expect(await watch.refusedGrabs()).toEqual([{title: 'Film', at, why: ''}])
  expect(reported).toEqual([[`Film ${at}`]])
  await clock.advance(HOUR)
  expect(arr.asked).toBe(1)
})

test('what is new is known by the lines, also where the clock of the Arr is a year behind', async () => {
  const {clock, reported, refuse, pass} = watched()
  await pass(1)
  const at = clock.now() - 365 * 24 * HOUR
  refuse('Film', at)
  await pass(1)
  expect(reported).toEqual([[`Film ${at}`]])
})

test('of a crowd of refused releases the newest are reported', async () => {
  const {clock, reported, refuse, pass} = watched()
  const start = clock.now()
  for (let i = 0; i < 100; i++) refuse(`Film${i}`, start + i)
  await pass(1)
  expect(reported.map((it) => [it.length, it[0]])).toEqual([[20, `Film99 ${start + 99}`]])
})

test('an Arr that does not answer is asked no more often, also if it says nothing more, and reports it afterwards', async () => {
  const {clock, arr, reported, watch, refuse} = watched()
  arr.fails = true
  refuse('Film')
  watch.hear()
  await clock.advance(3 * HOUR)
  expect([arr.asked, reported]).toEqual([3, []])
  await expect(watch.refusedGrabs()).rejects.toThrow('away')
  arr.fails = false
  await clock.advance(HOUR)
  expect([arr.asked, reported.length]).toEqual([5, 1])
  watch.hear()
  watch.stop()
  watch.hear()
  await clock.advance(10 * HOUR)
  expect(arr.asked).toBe(5)
})

test('one that ends while its Arr is asked leaves no mistake behind, and who waits for it hears why', async () => {
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
  const watch = new RefusalWatch(port, clock, () => undefined)
  watch.hear()
  await clock.advance(6 * MINUTE)
  await asked.promise
  const waiting = watch.refusedGrabs()
  // Vitest fails for a rejection that nobody handles.
  watch.stop()
  await expect(waiting).rejects.toMatchObject({code: 'arr_not_ready'})
  await clock.advance(2 * HOUR)
  expect(asks).toBe(2)
})
