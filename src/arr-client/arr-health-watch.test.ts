import {expect, test} from 'vitest'
import type {ArrCommand, ArrHealthItem} from '#model/arr.ts'
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
function harness(items: readonly ArrHealthItem[] = [], checks = async () => ({id: 1}) as ArrCommand) {
  const clock = new VirtualClock()
  const arr = {
    items: [...items],
    fails: false,
    isHeard: false,
    asked: 0,
    takesMs: 0,
    checked: 0,
    /** Its check is not over. */
    isSlow: false,
    askedForCheck: 0,
    afterCheck: null as readonly ArrHealthItem[] | null,
  }
  const reported: (readonly string[] | null)[] = []
  const watch: ArrHealthWatch = new ArrHealthWatch(
    {
      async command() {
        arr.checked++
        if (arr.fails) throw new Error('away')
        return checks()
      },
      async commandState() {
        arr.askedForCheck++
        if (arr.isSlow) return {id: 1, status: 'started'} as ArrCommand
        arr.items = [...(arr.afterCheck ?? arr.items)]
        return {id: 1, status: 'completed'} as ArrCommand
      },
      async health() {
        arr.asked++
        const {items: then, fails, takesMs} = arr
        if (takesMs > 0) await new Promise<void>((done) => clock.after(takesMs, done))
        if (fails) throw new Error('away')
        return then
      },
    },
    clock,
    {names: ['seedbox']},
    {
      get isLive() {
        return arr.isHeard
      },
    },
    () => void reported.push(watch.checks && watch.checks.map(({source}) => source)),
  )
  watch.start()
  return {clock, arr, reported, watch}
}

async function renewed(clock: VirtualClock, watch: ArrHealthWatch): Promise<void> {
  const done = watch.renewed()
  await clock.advance(2_000)
  await done
}

test('what is red is known from the start, and that it is well again without a word of the Arr', async () => {
  const {clock, arr, reported, watch} = harness([lost])
  expect(watch.checks).toBeNull()
  await clock.advance(MINUTE)
  expect(watch.checks).toEqual([{...lost, holds: 'removals'}])
  arr.items = []
  await clock.advance(10 * MINUTE)
  expect(reported).toEqual([['RemotePathMappingCheck'], []])
})

test('an Arr that says all the time that its health changed is asked so often that it does not matter', async () => {
  const {clock, arr, watch} = harness()
  await clock.advance(MINUTE)
  arr.asked = 0
  for (let second = 0; second < 3_600; second += 10) {
    watch.hear()
    await clock.advance(10_000)
  }
  expect(arr.asked).toBeGreaterThan(12)
  expect(arr.asked).toBeLessThan(21)
})

test('what it says is read five seconds later, and twice in a minute, however often it says so', async () => {
  const {clock, arr, reported, watch} = harness()
  await clock.advance(2 * MINUTE)
  arr.asked = 0
  arr.items = [lost]
  watch.hear()
  await clock.advance(4_000)
  watch.hear()
  expect(reported).toEqual([[]])
  await clock.advance(1_000)
  expect(reported).toEqual([[], ['RemotePathMappingCheck']])
  // A red phase of two minutes.
  await clock.advance(2 * MINUTE)
  arr.items = []
  watch.hear()
  await clock.advance(5_000)
  expect(reported.at(-1)).toEqual([])
  for (let second = 0; second < 60; second++) {
    watch.hear()
    await clock.advance(1_000)
  }
  // Once more for the check that it was told to make.
  expect([arr.asked, arr.checked]).toEqual([5, 1])
})

test('one that is well and says nothing is asked twice in an hour, and once while it is heard', async () => {
  const {clock, arr} = harness()
  await clock.advance(MINUTE)
  arr.asked = 0
  await clock.advance(HOUR)
  expect(arr.asked).toBe(2)
  arr.isHeard = true
  await clock.advance(4 * HOUR)
  expect(arr.asked).toBe(6)
})

test('one that is not heard any more is read within half an hour, and one that is red as often as ever', async () => {
  const {clock, arr, reported} = harness()
  arr.isHeard = true
  await clock.advance(HOUR)
  arr.asked = 0
  arr.isHeard = false
  arr.items = [lost]
  await clock.advance(30 * MINUTE)
  expect([arr.asked > 0, reported.at(-1)]).toEqual([true, ['RemotePathMappingCheck']])
  arr.isHeard = true
  arr.items = []
  await clock.advance(10 * MINUTE)
  expect(reported.at(-1)).toEqual([])
})

test('what it says while it is asked is read afterwards', async () => {
  const {clock, arr, reported, watch} = harness()
  await clock.advance(11 * MINUTE)
  arr.items = [lost]
  arr.takesMs = MINUTE
  watch.hear()
  await clock.advance(MINUTE / 2)
  arr.items = []
  arr.takesMs = 0
  watch.hear()
  await clock.advance(MINUTE / 2 + 5_000)
  expect(reported).toEqual([[], ['RemotePathMappingCheck'], []])
})

test('a removal waits until the Arr checked itself within the last minute', async () => {
  const {clock, arr, watch} = harness()
  await renewed(clock, watch)
  expect([watch.checks, arr.checked]).toEqual([[], 1])
  arr.afterCheck = [lost]
  await clock.advance(MINUTE - 2_000)
  await renewed(clock, watch)
  expect(watch.checks).toMatchObject([{holds: 'removals'}])
  expect(arr.checked).toBe(2)
})

test('one check serves all who ask meanwhile and within a minute', async () => {
  const {clock, arr, watch} = harness()
  await clock.advance(MINUTE)
  arr.asked = 0
  const all = Promise.all([watch.renewed(), watch.renewed(), watch.renewed()])
  await clock.advance(2_000)
  await all
  for (let second = 0; second < 50; second += 10) {
    await watch.renewed()
    await clock.advance(10_000)
  }
  expect([arr.checked, arr.asked]).toEqual([1, 1])
})

test('what would be held back for a red check is held only when that is red still, and is asked later each time', async () => {
  const {clock, arr, watch} = harness([lost])
  await clock.advance(2 * MINUTE)
  const asks = async (minutes: number) => {
    const before = arr.checked
    for (let minute = 0; minute < minutes; minute++) {
      await renewed(clock, watch)
      await clock.advance(MINUTE - 2_000)
    }
    return arr.checked - before
  }
  expect(await asks(60)).toBeLessThan(12)
  arr.afterCheck = []
  await asks(10)
  expect(watch.checks).toEqual([])
  // From then on it is as before.
  expect(await asks(10)).toBe(10)
  arr.afterCheck = [lost]
  await asks(1)
  arr.afterCheck = []
  await asks(3)
  expect(watch.checks).toEqual([])
})

test('one that does not say when its check is over is believed as it is after fifteen seconds', async () => {
  const {clock, watch, arr} = harness()
  arr.isSlow = true
  await clock.advance(MINUTE)
  arr.items = [lost]
  const done = watch.renewed()
  await clock.advance(20_000)
  await done
  expect(watch.checks).toMatchObject([{holds: 'removals'}])
  expect(arr.askedForCheck, 'questions whether the check is over').toBe(5)
})

test('what is red, and would hold removals back, is held for as long as the Arr takes to check itself again', async () => {
  const {clock, arr, reported, watch} = harness([lost])
  arr.afterCheck = []
  await clock.advance(MINUTE)
  expect([arr.checked, watch.checks, reported]).toEqual([1, [], [['RemotePathMappingCheck'], []]])
})

test('one that may not be made to check itself is believed as it is', async () => {
  const {clock, watch} = harness([lost], () => Promise.reject(new Error('405')))
  await clock.advance(MINUTE)
  expect(watch.checks).toMatchObject([{holds: 'removals'}])
})

test('one that does not find what a server has is had check itself, at most every ten minutes', async () => {
  const {clock, arr, watch} = harness()
  await clock.advance(MINUTE)
  arr.afterCheck = [lost]
  for (let minute = 0; minute < 9; minute++) {
    watch.suspect()
    await clock.advance(MINUTE)
  }
  expect([arr.checked, watch.checks]).toMatchObject([1, [{holds: 'removals'}]])
})

test('when the question fails nothing is known, and it is asked again ever later', async () => {
  const {clock, arr, reported, watch} = harness([lost])
  await clock.advance(MINUTE)
  Object.assign(arr, {fails: true, asked: 0})
  await clock.advance(9.5 * MINUTE)
  expect(watch.checks).toBeNull()
  await clock.advance(HOUR)
  expect(arr.asked).toBeLessThan(12)
  // Nobody hurries it meanwhile.
  const {asked} = arr
  watch.hear()
  await renewed(clock, watch)
  expect(arr.asked).toBe(asked)
  arr.fails = false
  await clock.advance(10 * MINUTE)
  expect(reported).toEqual([['RemotePathMappingCheck'], null, ['RemotePathMappingCheck']])
})

test('after its end it asks nothing and reports nothing', async () => {
  const {clock, arr, reported, watch} = harness()
  arr.takesMs = MINUTE
  await clock.advance(MINUTE)
  arr.items = [lost]
  await clock.advance(29.5 * MINUTE)
  watch.stop()
  const {asked} = arr
  await clock.advance(2 * HOUR)
  expect([arr.asked, reported]).toEqual([asked, [[]]])
})
