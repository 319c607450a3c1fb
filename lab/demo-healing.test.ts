import {afterEach, expect, test} from 'vitest'
import {usualLimits} from '#executor/guards/rules/decision-limits.ts'
import {removeDownload} from './arrs/removal.ts'
import {demoArr, type DemoArr} from './demo-arr.fixture.ts'
import {startHealing, type Offer} from './demo-healing.ts'

const MINUTE = 60_000

let demo: DemoArr
afterEach(() => demo.sim.close())

const begin = () => {
  demo = demoArr()
  const {arr, offer, every} = demo
  return startHealing({arr, offer, every, category: 'films'})
}
const waiting = () => [...demo.arr.queue.values()].map(({name, state}) => [name, state])

/** As the rule does it. */
const giveUp = async () => {
  const [tracked] = demo.arr.queue.values()
  const wishes = {removeFromClient: true, blocklist: true, skipRedownload: false, changeCategory: false}
  await removeDownload(demo.arr, tracked!, wishes)
}

test('a movie stalls from the start, however long it is left alone', async () => {
  await begin()
  const first = 'The.Borrowed.Orchard.1996.1080p.WEB-DL.x264-KELP'
  await demo.pass(2 * MINUTE)
  expect(waiting()).toEqual([[first, 'downloading']])
  await demo.pass(20 * MINUTE)
  expect(waiting()).toEqual([[first, 'downloading']])
  expect(demo.arr.imported.size).toBe(0)
})

test('the first one was added long enough ago to be given up at once, the others are as new as they are', async () => {
  demo = demoArr()
  const {arr, offer, every} = demo
  const ago: [release: string, seconds: number][] = []
  const noting: Offer = (wish, seed) => {
    ago.push([wish.name.replace(/\.\d.*-/, ' '), wish.agoSeconds ?? 0])
    return offer(wish, seed)
  }
  await startHealing({arr, offer: noting, every, category: 'films'})
  await demo.pass(65 * MINUTE)
  expect(ago[0]![1]).toBeGreaterThan(usualLimits.minAgeIncomplete)
  expect(ago).toEqual([
    ['The.Borrowed.Orchard KELP', ago[0]![1]],
    ['The.Borrowed.Orchard WREN', 0],
    ['Salt.and.Meridian KELP', 0],
    ['Salt.and.Meridian WREN', 0],
    ['A.Quiet.Ferry KELP', 0],
    ['A.Quiet.Ferry WREN', 0],
  ])
})

test('given up it is replaced by its Arr, and the other release is imported', async () => {
  await begin()
  await demo.pass(12 * MINUTE)
  await giveUp()
  await demo.pass(5 * MINUTE)
  expect(waiting()).toEqual([])
  const events = demo.arr.history
    .records()
    .flatMap((it) => (it === null ? [] : [[it.event, it.sourceTitle.split('-').at(-1)]]))
  expect(events).toEqual([
    ['grabbed', 'KELP'],
    ['downloadFailed', 'KELP'],
    ['grabbed', 'WREN'],
    ['downloadFolderImported', 'WREN'],
  ])
})

test('every half hour the next one stalls, for as long as the demo runs, and no two are the same', async () => {
  const healing = await begin()
  const seen: string[] = []
  for (let at = 0; at < 48; at++) {
    await demo.pass(12 * MINUTE)
    const [tracked, ...others] = demo.arr.queue.values()
    expect(others).toEqual([])
    seen.push(tracked!.name)
    await giveUp()
    await demo.pass(18 * MINUTE)
  }
  expect(seen[1]).toContain('Salt.and.Meridian.1996')
  expect(new Set(seen).size).toBe(48)
  expect(demo.arr.imported.size).toBe(48)
  healing.stop()
  const {length} = demo.offered
  await demo.pass(60 * MINUTE)
  expect(demo.offered).toHaveLength(length)
})

test('its Arr grabbed the first one when its server got it, and each later one when it comes', async () => {
  await begin()
  const from = demo.sim.time.now()
  await demo.pass(32 * MINUTE)
  const grabs = demo.arr.history.records().flatMap((it) => (it?.event === 'grabbed' ? [it] : []))
  const ages = grabs.map(({at, sourceTitle}) => [sourceTitle.split('.1996')[0], (from - at) / MINUTE])
  expect(ages[0]).toEqual(['The.Borrowed.Orchard', 25])
  expect(Number(ages[1]![1])).toBeLessThanOrEqual(-30)
  expect(grabs.every(({at, data}) => Number(data['ageMinutes']) > 0 && at > 0)).toBe(true)
})
