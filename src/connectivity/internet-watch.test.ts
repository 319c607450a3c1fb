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

test('B.13 while peers are there nobody is asked', async () => {
  const house = new Harness()
  await house.clock.advance(60 * MINUTE)
  expect([house.asked, house.state, house.watch.sinceFault(['home'])]).toEqual([[], 'well', null])
})

test('B.13 silence asks at once, one host after the other until one answers, and then seldom', async () => {
  const house = new Harness()
  await house.clock.advance(MINUTE)
  house.is(silent)
  await house.clock.advance(30_000)
  expect(house.asked).toEqual(['one', 'two'])
  await house.clock.advance(60 * MINUTE)
  expect([house.state, house.changes]).toEqual(['well', []])
  expect(house.asked.length).toBeLessThanOrEqual(2 * 31)
})

test('S25 no host answers: it is down until one does, asked again after NoInternetSleepTimer', async () => {
  const house = new Harness()
  house.answering.clear()
  house.is(silent)
  await house.clock.advance(5_000)
  expect([house.state, house.watch.sinceFault(['home'])]).toEqual(['down', 0])
  await house.clock.advance(15_000)
  expect(house.asked).toEqual(['one', 'two', 'one', 'two'])
  house.answering.add('one')
  await house.clock.advance(15_000)
  expect([house.state, house.watch.sinceFault(['home'])]).toEqual(['settling', 0])
  await house.clock.advance(11 * MINUTE)
  expect([house.state, house.watch.sinceFault(['home'])]).toEqual(['well', 11 * 60])
  expect(house.changes.map(({down}) => [...down.keys()])).toEqual([['home'], []])
})

test('S25 how long nothing had shown a connection before it was seen that there is none, half an hour at most', async () => {
  const house = new Harness()
  const unproven = () => house.watch.unprovenFor(['home', 'only one'])
  await house.clock.advance(20 * MINUTE)
  house.is({...silent, failing: 0})
  await house.clock.advance(10 * MINUTE)
  expect(unproven()).toBe(0)
  house.is({...silent, failing: 10})
  await house.clock.advance(MINUTE)
  expect(house.state).toBe('down')
  expect(unproven()).toBeGreaterThanOrEqual(10 * 60)
  expect(unproven()).toBeLessThanOrEqual(11 * 60)
  const before = unproven()
  await house.clock.advance(60 * MINUTE)
  expect(unproven()).toBe(before)
  house.is(lively)
  await house.clock.advance(20 * MINUTE)
  house.is({...lively, failing: 10})
  await house.clock.advance(MINUTE)
  expect([house.state, unproven()]).toEqual(['down', 30])
  house.is({...silent, failing: 0})
  await house.clock.advance(90 * MINUTE)
  house.is({...silent, failing: 10})
  await house.clock.advance(MINUTE)
  expect([house.state, unproven()]).toEqual(['down', 30 * 60])
})

test('S25 a place whose servers are all away stays as it was judged last', async () => {
  const house = new Harness()
  house.is({...lively, failing: 9})
  await house.clock.advance(5_000)
  expect([house.state, house.watch.failingShare('home')]).toEqual(['down', 0.9])
  house.places = new Map()
  await house.clock.advance(60 * MINUTE)
  expect([house.state, house.changes.length]).toEqual(['down', 1])
})

test('S25 places that fall in one look are one change', async () => {
  const house = new Harness()
  house.places = new Map([
    ['home', {...lively, failing: 10}],
    ['attic', {...lively, failing: 8}],
    ['far', lively],
  ])
  await house.clock.advance(5_000)
  expect(house.changes.map(({down}) => [...down.keys()])).toEqual([['home', 'attic']])
  house.places.set('home', lively)
  await house.clock.advance(30_000)
  expect([...house.changes[1]!.down.keys()]).toEqual(['attic'])
  expect(house.watch.stateOf(['far'])).toBe('well')
})

test('S25 who is at several places is as the worst of them, and nobody is asked for one server of a machine', async () => {
  const house = new Harness()
  const part = {...silent, running: 3, tracked: 3, failing: 3, isPart: true}
  house.places.set('only attic', part)
  await house.clock.advance(MINUTE)
  expect([house.asked, house.state, house.watch.stateOf(['home', 'only attic'])]).toEqual([
    [],
    'well',
    'down',
  ])
  expect(house.watch.sinceFault(['home', 'only attic'])).toBe(0)
  house.places.set('only attic', {...part, failing: 2})
  await house.clock.advance(MINUTE)
  expect(house.watch.stateOf(['home', 'only attic'])).toBe('settling')
  expect(house.watch.sinceFault(['only attic', 'home'])).toBeGreaterThan(0)
})

test('who is believed only now is looked at at once, and who comes one by one together, a second apart', async () => {
  const house = new Harness()
  let looks = 0
  const places = house.places
  Object.defineProperty(house, 'places', {get: () => (looks++, places)})
  await house.clock.advance(7_000)
  expect(looks).toBe(1)
  places.set('attic', lively)
  house.watch.lookSoon()
  await house.clock.advance(0)
  expect([looks, house.watch.failingShare('attic')]).toEqual([2, 0])
  for (let n = 0; n < 5; n++) {
    house.watch.lookSoon()
    await house.clock.advance(100)
  }
  expect(looks).toBe(2)
  await house.clock.advance(1_000)
  expect(looks).toBe(3)
  await house.clock.advance(30_000)
  expect(looks).toBe(4)
})

test('who comes while hosts are asked is looked at when they answered', async () => {
  const house = new Harness()
  const answer = Promise.withResolvers<boolean>()
  house.hosts = ['slow']
  house.reaches = () => answer.promise
  house.is(silent)
  await house.clock.advance(6_000)
  house.places.set('attic', lively)
  house.watch.lookSoon()
  answer.resolve(true)
  await house.clock.advance(0)
  expect(house.watch.stateOf(['attic'])).toBe('well')
})

test('what nobody has shown yet is unknown, and not again once trackers or peers have', async () => {
  const house = new Harness()
  house.is({...silent, tracked: 0})
  expect(house.state).toBe('unknown')
  await house.clock.advance(5_000)
  expect(house.state).toBe('unknown')
  house.is(lively)
  await house.clock.advance(30_000)
  expect(house.state).toBe('well')
  house.is({...silent, tracked: 0})
  await house.clock.advance(30_000)
  expect(house.state).toBe('well')
})

test('without a rule that stands nothing is looked at and nobody is asked', async () => {
  const house = new Harness()
  house.isNeeded = false
  house.answering.clear()
  house.is(silent)
  await house.clock.advance(60 * MINUTE)
  expect([house.asked, house.state]).toEqual([[], 'unknown'])
})

test('an end waits for what is under way, and begins nothing again', async () => {
  const house = new Harness()
  house.is(silent)
  await house.clock.advance(5_000)
  await house.watch.stop()
  const asked = house.asked.length
  await house.clock.advance(60 * MINUTE)
  expect(house.asked).toHaveLength(asked)
})

test('where no tracker is known, peers prove that there is a connection, and without them nobody can say', async () => {
  const house = new Harness()
  expect(house.watch.failingShare('home')).toBeUndefined()
  house.is({...lively, tracked: 0})
  await house.watch.look()
  expect(house.watch.failingShare('home')).toBe(0)
  house.is({...silent, tracked: 0})
  await house.watch.look()
  expect(house.watch.failingShare('home')).toBeUndefined()
})
