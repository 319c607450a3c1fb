import {expect, test} from 'vitest'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import type {PlaceSeen} from './connection.ts'
import {InternetWatch, type InternetChange} from './internet-watch.ts'

const lively: PlaceSeen = {
  tracked: 10,
  failing: 0,
  unreachable: 0,
  restTracked: 0,
  restFailing: 0,
  running: 10,
  alive: 10,
  isDisconnected: false,
  isPart: false,
}
const silent: PlaceSeen = {...lively, alive: 0}
const MINUTE = 60_000

class Harness {
  readonly clock = new VirtualClock()
  readonly asked: string[] = []
  readonly changes: InternetChange[] = []
  places = new Map<string, PlaceSeen>([['home', lively]])
  hosts: readonly string[] = ['one', 'two']
  answering = new Set(['two'])
  isNeeded = true
  reaches = async (host: string) => {
    this.asked.push(host)
    return this.answering.has(host)
  }
  readonly watch = new InternetWatch({
    clock: this.clock,
    look: async () => this.places,
    hosts: () => this.hosts,
    reaches: (host) => this.reaches(host),
    againMs: () => 15_000,
    isNeeded: () => this.isNeeded,
    changed: (change) => this.changes.push(change),
  })

  constructor() {
    this.watch.start()
  }

  get state() {
    return this.watch.stateOf(['home'])
  }

  is(seen: PlaceSeen): void {
    this.places = new Map([['home', seen]])
  }
}

test('B.13 while peers are there no host is asked', async () => {
  const harness = new Harness()
  await harness.clock.advance(60 * MINUTE)
  expect([harness.asked, harness.state, harness.watch.sinceFault(['home'])]).toEqual([[], 'well', null])
})

test('B.13 silence asks at once, one host after the other until one answers, and then seldom', async () => {
  const harness = new Harness()
  await harness.clock.advance(MINUTE)
  harness.is(silent)
  await harness.clock.advance(30_000)
  expect(harness.asked).toEqual(['one', 'two'])
  await harness.clock.advance(60 * MINUTE)
  expect([harness.state, harness.changes]).toEqual(['well', []])
  expect(harness.asked.length).toBeLessThanOrEqual(2 * 31)
})

test('S25 no host answers: it is down until one does, asked again after NoInternetSleepTimer', async () => {
  const harness = new Harness()
  harness.answering.clear()
  harness.is(silent)
  await harness.clock.advance(5_000)
  expect([harness.state, harness.watch.sinceFault(['home'])]).toEqual(['down', 0])
  await harness.clock.advance(15_000)
  expect(harness.asked).toEqual(['one', 'two', 'one', 'two'])
  harness.answering.add('one')
  await harness.clock.advance(15_000)
  expect([harness.state, harness.watch.sinceFault(['home'])]).toEqual(['settling', 0])
  await harness.clock.advance(11 * MINUTE)
  expect([harness.state, harness.watch.sinceFault(['home'])]).toEqual(['well', 11 * 60])
  expect(harness.changes.map(({down}) => [...down.keys()])).toEqual([['home'], []])
})

test('S25 how long nothing had shown a connection before it was seen that there is none, half an hour at most', async () => {
  const harness = new Harness()
  const unproven = () => harness.watch.unprovenFor(['home', 'only one'])
  await harness.clock.advance(20 * MINUTE)
  harness.is({...silent, failing: 0})
  await harness.clock.advance(10 * MINUTE)
  expect(unproven()).toBe(0)
  harness.is({...silent, failing: 10})
  await harness.clock.advance(MINUTE)
  expect(harness.state).toBe('down')
  expect(unproven()).toBeGreaterThanOrEqual(10 * 60)
  expect(unproven()).toBeLessThanOrEqual(11 * 60)
  const before = unproven()
  await harness.clock.advance(60 * MINUTE)
  expect(unproven()).toBe(before)
  harness.is(lively)
  await harness.clock.advance(20 * MINUTE)
  harness.is({...lively, failing: 10})
  await harness.clock.advance(MINUTE)
  expect([harness.state, unproven()]).toEqual(['down', 30])
  harness.is({...silent, failing: 0})
  await harness.clock.advance(90 * MINUTE)
  harness.is({...silent, failing: 10})
  await harness.clock.advance(MINUTE)
  expect([harness.state, unproven()]).toEqual(['down', 30 * 60])
})

test('S25 a place whose servers are all away stays as it was evaluated last', async () => {
  const harness = new Harness()
  harness.is({...lively, failing: 9})
  await harness.clock.advance(5_000)
  expect([harness.state, harness.watch.failingShare('home')]).toEqual(['down', 0.9])
  harness.places = new Map()
  await harness.clock.advance(60 * MINUTE)
  expect([harness.state, harness.changes.length]).toEqual(['down', 1])
})

test('S25 places that fall in one look are one change', async () => {
  const harness = new Harness()
  harness.places = new Map([
    ['home', {...lively, failing: 10}],
    ['attic', {...lively, failing: 8}],
    ['far', lively],
  ])
  await harness.clock.advance(5_000)
  expect(harness.changes.map(({down}) => [...down.keys()])).toEqual([['home', 'attic']])
  harness.places.set('home', lively)
  await harness.clock.advance(30_000)
  expect([...harness.changes[1]!.down.keys()]).toEqual(['attic'])
  expect(harness.watch.stateOf(['far'])).toBe('well')
})

test('S25 a server at several places is as the worst of them, and no host is asked for one server of a machine', async () => {
  const harness = new Harness()
  const part = {...silent, running: 3, tracked: 3, failing: 3, isPart: true}
  harness.places.set('only attic', part)
  await harness.clock.advance(MINUTE)
  expect([harness.asked, harness.state, harness.watch.stateOf(['home', 'only attic'])]).toEqual([
    [],
    'well',
    'down',
  ])
  expect(harness.watch.sinceFault(['home', 'only attic'])).toBe(0)
  harness.places.set('only attic', {...part, failing: 2})
  await harness.clock.advance(MINUTE)
  expect(harness.watch.stateOf(['home', 'only attic'])).toBe('settling')
  expect(harness.watch.sinceFault(['only attic', 'home'])).toBeGreaterThan(0)
})

test('who is believed only now is looked at at once, and who comes one by one together, a second apart', async () => {
  const harness = new Harness()
  let looks = 0
  const places = harness.places
  Object.defineProperty(harness, 'places', {get: () => (looks++, places)})
  await harness.clock.advance(7_000)
  expect(looks).toBe(1)
  places.set('attic', lively)
  harness.watch.lookSoon()
  await harness.clock.advance(0)
  expect([looks, harness.watch.failingShare('attic')]).toEqual([2, 0])
  for (let n = 0; n < 5; n++) {
    harness.watch.lookSoon()
    await harness.clock.advance(100)
  }
  expect(looks).toBe(2)
  await harness.clock.advance(1_000)
  expect(looks).toBe(3)
  await harness.clock.advance(30_000)
  expect(looks).toBe(4)
})

test('who comes while hosts are asked is looked at when they answered', async () => {
  const harness = new Harness()
  const answer = Promise.withResolvers<boolean>()
  harness.hosts = ['slow']
  harness.reaches = () => answer.promise
  harness.is(silent)
  await harness.clock.advance(6_000)
  harness.places.set('attic', lively)
  harness.watch.lookSoon()
  answer.resolve(true)
  await harness.clock.advance(0)
  expect(harness.watch.stateOf(['attic'])).toBe('well')
})

test('what was not shown yet is unknown, and not again once trackers or peers have', async () => {
  const harness = new Harness()
  harness.is({...silent, tracked: 0})
  expect(harness.state).toBe('unknown')
  await harness.clock.advance(5_000)
  expect(harness.state).toBe('unknown')
  harness.is(lively)
  await harness.clock.advance(30_000)
  expect(harness.state).toBe('well')
  harness.is({...silent, tracked: 0})
  await harness.clock.advance(30_000)
  expect(harness.state).toBe('well')
})

test('without a rule that stands nothing is looked at and no host is asked', async () => {
  const harness = new Harness()
  harness.isNeeded = false
  harness.answering.clear()
  harness.is(silent)
  await harness.clock.advance(60 * MINUTE)
  expect([harness.asked, harness.state]).toEqual([[], 'unknown'])
})

test('an end waits for what is under way, and begins nothing again', async () => {
  const harness = new Harness()
  harness.is(silent)
  await harness.clock.advance(5_000)
  await harness.watch.stop()
  const asked = harness.asked.length
  await harness.clock.advance(60 * MINUTE)
  expect(harness.asked).toHaveLength(asked)
})

test('where no tracker is known, peers prove that there is a connection, and without them it is unknown', async () => {
  const harness = new Harness()
  expect(harness.watch.failingShare('home')).toBeUndefined()
  harness.is({...lively, tracked: 0})
  await harness.watch.look()
  expect(harness.watch.failingShare('home')).toBe(0)
  harness.is({...silent, tracked: 0})
  await harness.watch.look()
  expect(harness.watch.failingShare('home')).toBeUndefined()
})
