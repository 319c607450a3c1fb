import {expect, test} from 'vitest'
import type {ArrHealthItem} from '#model/arr.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {ArrHealthWatch} from './arr-health-watch.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

const lost: ArrHealthItem = {
  source: 'RemotePathMappingCheck',
  level: 'error',
  message: 'It sees no such folder.',
  wikiUrl: '',
}

/** An Arr that counts how often it is asked. */
function house(items: readonly ArrHealthItem[] = []) {
  const clock = new VirtualClock()
  const arr = {items: [...items], fails: false, asked: 0, takesMs: 0}
  const told: (readonly string[] | null)[] = []
  const watch: ArrHealthWatch = new ArrHealthWatch({
    clock,
    port: {
      async health() {
        arr.asked++
        const {items: then, fails, takesMs} = arr
        if (takesMs > 0) await new Promise<void>((done) => clock.after(takesMs, done))
        if (fails) throw new Error('away')
        return then
      },
    },
    changed: () => void told.push(watch.checks && watch.checks.map(({source}) => source)),
  })
  watch.start()
  return {clock, arr, told, watch}
}

test('what is red is known from the start, and that it is well again without a word of the Arr', async () => {
  const {clock, arr, told, watch} = house([lost])
  expect(watch.checks).toBeNull()
  await clock.advance(MINUTE)
  expect(watch.checks).toEqual([{...lost, holds: 'removals'}])
  arr.items = []
  await clock.advance(10 * MINUTE)
  expect(told).toEqual([['RemotePathMappingCheck'], []])
})

test('an Arr that says all the time that its health changed is asked six times in an hour', async () => {
  const {clock, arr, watch} = house()
  await clock.advance(MINUTE)
  arr.asked = 0
  for (let second = 0; second < 3_600; second += 10) {
    watch.hear()
    await clock.advance(10_000)
  }
  expect(arr.asked).toBe(6)
})

test('one that is well and says nothing is asked twice in an hour', async () => {
  const {clock, arr} = house()
  await clock.advance(MINUTE)
  arr.asked = 0
  await clock.advance(HOUR)
  expect(arr.asked).toBe(2)
})

test('what it says after ten minutes is read at once, and what it says while it is asked afterwards', async () => {
  const {clock, arr, told, watch} = house()
  await clock.advance(11 * MINUTE)
  arr.items = [lost]
  arr.takesMs = MINUTE
  watch.hear()
  await clock.advance(MINUTE / 2)
  arr.items = []
  watch.hear()
  await clock.advance(MINUTE)
  expect(told).toEqual([[], ['RemotePathMappingCheck']])
  await clock.advance(10 * MINUTE)
  expect(told.at(-1)).toEqual([])
})

test('whoever wants to remove something waits for what is so at most ten minutes ago', async () => {
  const {clock, arr, watch} = house()
  await watch.renewed()
  expect(watch.checks).toEqual([])
  await clock.advance(9 * MINUTE)
  arr.items = [lost]
  await watch.renewed()
  expect(arr.asked).toBe(1)
  await clock.advance(MINUTE)
  await watch.renewed()
  expect(watch.checks).toMatchObject([{holds: 'removals'}])
})

test('when the question fails nothing is known, and it is asked again ever later', async () => {
  const {clock, arr, told, watch} = house([lost])
  await clock.advance(MINUTE)
  Object.assign(arr, {fails: true, asked: 0})
  await clock.advance(9 * MINUTE)
  expect(watch.checks).toBeNull()
  await clock.advance(HOUR)
  expect(arr.asked).toBeLessThan(12)
  // Nobody hurries it meanwhile.
  const {asked} = arr
  watch.hear()
  await watch.renewed()
  expect(arr.asked).toBe(asked)
  arr.fails = false
  await clock.advance(10 * MINUTE)
  expect(told).toEqual([['RemotePathMappingCheck'], null, ['RemotePathMappingCheck']])
})

test('after its end it asks nothing and tells nothing', async () => {
  const {clock, arr, told, watch} = house()
  arr.takesMs = MINUTE
  await clock.advance(MINUTE)
  arr.items = [lost]
  await clock.advance(29.5 * MINUTE)
  watch.stop()
  const {asked} = arr
  await clock.advance(2 * HOUR)
  expect([arr.asked, told]).toEqual([asked, [[]]])
})
