import fc from 'fast-check'
import {expect, test} from 'vitest'
import type {InfoHash} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {
  afterDrop,
  afterWholeList,
  DROP_WAIT_MS,
  isDrop,
  ListStability,
  newEpoch,
  type Warmth,
} from './list-stability.ts'
import {hash} from './scripted-server.fixture.ts'

const T0 = 1_000_000

/** Lists of so many torrents, each of them the first ones of `before`, each one asked for. */
function lists(before: number, counts: readonly number[], everyMs = 2_000): Warmth[] {
  let warmth = newEpoch(T0)
  let known = 0
  return counts.map((count, index) => {
    const missing = Math.max(0, before - count)
    const list = {
      joined: Math.max(0, count - known),
      left: Math.max(0, known - count),
      isAsked: true,
      isDrop: isDrop({before, missing, lately: 0, isNothingLeft: count === 0}),
      lacks: missing > 0,
    }
    known = count
    return (warmth = afterWholeList(warmth, list, T0 + index * everyMs))
  })
}

test('two lists in a row that agree make an epoch stable', () => {
  expect(lists(1000, [1000, 1000]).map((one) => one.stage)).toEqual(['growing', 'stable'])
  expect(lists(0, [0, 0]).map((one) => one.stage)).toEqual(['growing', 'stable'])
})

test('a list that still grows is not believed, however long it takes', () => {
  expect(lists(1000, [300, 600, 900, 1000]).at(-1)!.stage).not.toBe('stable')
  expect(lists(1000, [300, 600, 1000, 1000]).at(-1)!.stage).toBe('stable')
})

test('a list that pauses while it grows is not believed before ten seconds of the same', () => {
  const paused = lists(60, [40, 53, 53, 53, 53, 53, 60, 60], 700)
  expect(paused.slice(0, 7).every((one) => one.stage !== 'stable')).toBe(true)
  expect(paused.at(-1)!.stage).toBe('stable')
  const few = lists(
    60,
    Array.from({length: 16}, () => 53),
    700,
  )
  expect([few.at(-2)!.stage, few.at(-1)!.stage]).toEqual(['growing', 'stable'])
})

test('an empty list after a restart stays unbelieved for five minutes, and the full one after it is stable at its second time', () => {
  const fiveMinutesEmpty = Array.from({length: 150}, () => 0)
  const seen = lists(1000, [...fiveMinutesEmpty, 1000, 1000])
  expect(seen.slice(1, 150).every((one) => one.stage === 'dropped')).toBe(true)
  expect(seen.at(-1)!.stage).toBe('stable')
})

test('a much shorter list is believed after it stayed the same for ten minutes', () => {
  const count = DROP_WAIT_MS / 2_000 + 1
  const seen = lists(
    1000,
    Array.from({length: count + 1}, () => 500),
  )
  expect(seen.at(-2)!.stage).toBe('stable')
  expect(seen.at(-3)!.stage).toBe('dropped')
})

test('a server that loads its torrents for a quarter of an hour is not believed when it is nearly done', () => {
  const loading = Array.from({length: 451}, (_, index) => Math.min(1000, Math.floor(index * 2.3)))
  expect(lists(1000, loading).findIndex(({stage}) => stage === 'stable')).toBeGreaterThan(1000 / 2.3)
})

test('a server where torrents come and go all the time is stable after ten minutes', () => {
  const busy = Array.from({length: 301}, (_, index) => 1000 + (index % 2))
  expect(lists(1000, busy).at(-1)!.stage).toBe('stable')
})

test.each([
  [{before: 1000, missing: 300}, true],
  [{before: 1000, missing: 199}, false],
  [{before: 1000, missing: 60, lately: 180}, true],
  [{before: 1000, missing: 0, lately: 400}, false],
  [{before: 1000, missing: 1000, isNothingLeft: true}, true],
  [{before: 5, missing: 1}, false],
  [{before: 5, missing: 5, isNothingLeft: true}, true],
  [{before: 1, missing: 0, isNothingLeft: true}, false],
  [{before: 0, missing: 0, isNothingLeft: true}, false],
])('%j is a drop: %s', (losses, drop) => {
  expect(isDrop({lately: 0, isNothingLeft: false, ...losses})).toBe(drop)
})

test('a drop within a stable epoch starts the doubt again', () => {
  const list = {joined: 0, left: 0, isAsked: true, isDrop: true, lacks: true}
  const doubt = afterDrop(T0)
  expect(afterWholeList(doubt, list, T0 + 2_000).stage).toBe('dropped')
  const whole = {...list, isDrop: false, lacks: false}
  const back = afterWholeList(doubt, {...whole, joined: 900}, T0 + 4_000)
  expect(afterWholeList(back, whole, T0 + 6_000).stage).toBe('stable')
})

test('what is doubted is never believed for changes that came unasked, only for a list that was asked for', () => {
  const list = {joined: 0, left: 0, isAsked: false, isDrop: true, lacks: true}
  const later = afterWholeList(afterDrop(T0), list, T0 + 2 * DROP_WAIT_MS)
  expect(later.stage).toBe('dropped')
  expect(afterWholeList(later, {...list, isAsked: true}, T0 + 2 * DROP_WAIT_MS + 1).stage).toBe('stable')
})

test('an epoch after one of a single list needs three lists that agree, and one that differs begins again', () => {
  const same = {joined: 0, left: 0, isAsked: false, isDrop: false, lacks: false}
  const epochs = (lists: readonly {joined: number; left: number}[]) => {
    let last = newEpoch(T0)
    return lists.map((list) => (last = afterWholeList(newEpoch(T0, last), {...same, ...list}, T0)).stage)
  }
  expect(epochs([{...same, joined: 90}, same, same, same])).toEqual([
    'growing',
    'growing',
    'stable',
    'stable',
  ])
  const other = {...same, left: 1}
  expect(epochs([same, same, same, other, same, same])).toEqual([
    'growing',
    'growing',
    'stable',
    'growing',
    'growing',
    'stable',
  ])
})

/** A server that is believed: what the fleet shows of it, and what it lost so far. */
class Believed {
  readonly clock = new VirtualClock()
  readonly shown: Set<InfoHash>
  readonly departed: InfoHash[] = []
  /** Of those shown, so many are not in the list that ends. */
  missing = 0
  readonly stability: ListStability

  constructor(torrents: number) {
    this.shown = new Set(Array.from({length: torrents}, (_, n) => hash(n)))
    this.stability = new ListStability(this.clock, {
      count: () => this.shown.size,
      has: (one) => this.shown.has(one),
      addedAt: () => null,
      absent: () => this.missing,
      departed: () => this.departed,
    })
    for (let list = 0; list < 2; list++)
      this.stability.wholeList({membership: 'whole', joined: 0, left: 0, known: torrents}, true)
  }

  /** So many of those that are left are named as removed. */
  names(count: number): string {
    const named = [...this.shown].slice(0, count)
    const belief = this.stability.mayBelieveRemovals(named)
    for (const one of belief === 'believe' ? named : []) {
      this.shown.delete(one)
      this.departed.push(one)
    }
    return belief
  }
}

test.each([
  [1_000, 900, 'drop'],
  [1_000, 201, 'drop'],
  [1_000, 200, 'believe'],
  [40, 11, 'drop'],
  [40, 10, 'believe'],
  [8, 8, 'drop'],
  [3, 3, 'believe'],
  [1, 1, 'believe'],
])('of %i torrents %i are named as removed: %s', (torrents, named, belief) => {
  expect(new Believed(torrents).names(named)).toBe(belief)
})

test('however many are named each time, no more than a fifth of them are believed gone within a while', () => {
  fc.assert(
    fc.property(
      fc.integer({min: 60, max: 2_000}),
      fc.array(fc.integer({min: 1, max: 300}), {minLength: 1, maxLength: 60}),
      (torrents, steps) => {
        const server = new Believed(torrents)
        for (const step of steps) server.names(step)
        expect(server.departed.length).toBeLessThanOrEqual(torrents * 0.2)
      },
    ),
  )
})

test('what a command of ours removed is no loss, and hides none: each torrent is counted alone', () => {
  const server = new Believed(1_000)
  const ours = [...server.shown].slice(0, 900)
  server.stability.ordered(ours)
  expect(server.stability.mayBelieveRemovals(ours)).toBe('believe')
  const others = [...server.shown].slice(700, 1_000)
  expect(server.stability.mayBelieveRemovals(others)).toBe('believe')
  expect(server.stability.mayBelieveRemovals([...server.shown].slice(0, 900).concat(others))).toBe('believe')
  const strangers = new Believed(1_000)
  strangers.stability.ordered([...strangers.shown].slice(0, 500))
  expect(strangers.stability.mayBelieveRemovals([...strangers.shown].slice(500))).toBe('drop')
})

test('a command that the server refused explains nothing, unless an earlier one was taken', () => {
  const refused = new Believed(100)
  const all = [...refused.shown]
  refused.stability.ordered(all)(all)
  expect(refused.stability.mayBelieveRemovals(all)).toBe('drop')
  const twice = new Believed(100)
  twice.stability.ordered(all)
  twice.stability.ordered(all)(all)
  expect(twice.stability.mayBelieveRemovals(all)).toBe('believe')
})

test('a command of an hour ago explains nothing', async () => {
  const server = new Believed(100)
  server.stability.ordered([...server.shown])
  await server.clock.advance(3_600_000)
  expect(server.names(50)).toBe('drop')
})

test.each<[what: string, then: (it: ListStability) => unknown]>([
  ['broke after its end', (it) => it.mayBelieveAbsence(99)],
  ['was followed by one that broke off', (it) => it.brokenList()],
  ['was followed by a new epoch', (it) => it.newEpoch()],
  [
    'was of a part of them',
    (it) => it.wholeList({membership: 'partial', joined: 0, left: 0, known: 99}, true),
  ],
])('what a list lacked that %s says nothing of the next one, which proves who is gone', (_what, then) => {
  const server = new Believed(100)
  const {stability} = server
  server.missing = 1
  expect([stability.mayBelieveAbsence(99), stability.isOnItsWord]).toEqual(['believe', true])
  server.missing = 0
  then(stability)
  stability.wholeList({membership: 'whole', joined: 0, left: 0, known: 99}, true)
  expect(stability.isOnItsWord).toBe(false)
})
