import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import type {ManagedRow} from '#model/manager.ts'
import {aTracker} from '#rules/presets/inherited.fixture.ts'
import {queueOrderRule} from '#rules/presets/whole-server.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {downloadWith, named, serverWith} from './planners.fixture.ts'
import {QueuePlanner} from './queue-planner.ts'

type QueueRow = Parameters<ConstructorParameters<typeof QueuePlanner>[1]>[0]

const rule = queueOrderRule({section: 'Settings', servers: [], observes: false})
const trackers = [aTracker('top.test', {priority: 5, sorts: true}), aTracker('low.test', {priority: -1})]
const planner = (
  trackersOf: (row: QueueRow) => typeof trackers = () => trackers,
  clock = new VirtualClock(),
) => new QueuePlanner(clock, trackersOf)
const queued = (name: string, queuePosition: number | null, host: string, more: Partial<ManagedRow> = {}) =>
  downloadWith(name, {queuePosition, trackerHosts: [host], addedAt: 0, ...more})

test('B.9 SortTorrents: who is out of order goes to the top, the best last', () => {
  const rows = [queued('a', 3, 'top.test'), queued('b', 2, 'low.test'), queued('c', 1, 'x.test')]
  const decided = planner().look(serverWith(), rows, rule)
  expect(named(decided)).toBe('ba')
  expect(decided[0]).toMatchObject({
    ruleId: 'settings.queue-order',
    reason: 'queueOrder',
    concern: 'queue',
    actions: [{action: 'queue', params: {to: 'top'}, class: 'reversible'}],
    evidence: {fact: 'queuePosition', actual: {value: 2}},
  })
})

for (const [title, rows, moved] of [
  ['in order', [queued('a', 1, 'top.test'), queued('b', 2, 'low.test')], ''],
  ['no place in the queue', [queued('a', null, 'top.test'), queued('b', 1, 'low.test')], ''],
  ['kept by a person', [queued('a', 2, 'top.test', {tags: ['keep']}), queued('b', 1, 'low.test')], ''],
  ['one is not in the last list', [queued('a', 2, 'top.test', {isListed: false}), queued('b', 1, 'x')], ''],
  ['out of order', [queued('a', 2, 'top.test'), queued('b', 1, 'low.test')], 'a'],
] as const) {
  test(`B.9 SortTorrents, ${title}: moved [${moved}]`, () => {
    expect(named(planner().look(serverWith(), rows, rule))).toBe(moved)
  })
}

test('B.9 each torrent goes by the rows of its own section, and nothing is sorted where no row says so', () => {
  const rows = [queued('a', 2, 'top.test'), queued('b', 1, 'low.test')]
  expect(planner(() => [aTracker('top.test', {priority: 5})]).look(serverWith(), rows, rule)).toEqual([])
  const other = [aTracker('top.test', {priority: -5, sorts: true})]
  const mixed = planner(({key}) => (key.hash.startsWith('a') ? other : trackers))
  expect(mixed.look(serverWith(), rows, rule)).toEqual([])
})

for (const change of [{status: 'warming'}, {status: 'auth_failed'}, {populationDrop: 0.5}] as const) {
  test(`S01 S02 S30 nothing is moved on a server with ${JSON.stringify(change)}`, () => {
    const rows = [queued('a', 2, 'top.test'), queued('b', 1, 'low.test')]
    expect(planner().look(serverWith(change), rows, rule)).toEqual([])
  })
}

test('a move that was sent is sent again a minute after its end is known', async () => {
  const clock = new VirtualClock()
  const rows = [queued('a', 2, 'top.test'), queued('b', 1, 'low.test')]
  const made = planner(undefined, clock)
  expect(made.look(serverWith(), rows, rule)).toHaveLength(1)
  expect(made.look(serverWith(), rows, rule)).toEqual([])
  made.answered(rule.id, `qBit/${'a'.repeat(40)}`)
  expect(made.look(serverWith(), rows, rule)).toEqual([])
  await clock.advance(60_000)
  expect(made.look(serverWith(), rows, rule)).toHaveLength(1)
})

test('whatever the queue is, some looks put it into order, twenty moves each', () => {
  const places = fc.shuffledSubarray(
    Array.from({length: 60}, (_, n) => n),
    {minLength: 60},
  )
  fc.assert(
    fc.property(places, (order) => {
      const hash = (n: number) => String(n).padStart(40, '0') as ManagedRow['key']['hash']
      let queue = order.map((n) => {
        const row = queued('a', 0, n % 3 === 0 ? 'top.test' : 'low.test', {addedAt: n})
        return {...row, key: {...row.key, hash: hash(n)}}
      })
      let [looks, moves] = [0, 0]
      for (; looks < 10; looks++) {
        const placed = queue.map((row, at) => ({...row, queuePosition: at + 1}))
        const decided = planner().look(serverWith(), placed, rule)
        if (decided.length === 0) break
        expect(decided.length).toBeLessThanOrEqual(20)
        moves += decided.length
        for (const {subject} of decided) {
          const moved = queue.filter(({key}) => subject.key.endsWith(key.hash))
          queue = [...moved, ...queue.filter((row) => !moved.includes(row))]
        }
      }
      expect(looks).toBeLessThan(4)
      expect(moves).toBeLessThan(60)
      expect(queue.map(({trackerHosts: [host] = []}) => host).lastIndexOf('top.test')).toBe(19)
    }),
    {numRuns: 30},
  )
})
