import {expect, test} from 'vitest'
import {aRule} from './rule.fixture.ts'
import {compileSelection} from './select.ts'
import {world, type Row} from './world.fixture.ts'

function selected(select: object, rows: readonly Row[]): string {
  return compileSelection(aRule({select}).select!, world)
    .select(rows)
    .map(({key}) => key)
    .join('')
}

for (const [order, rows, keys] of [
  [
    ['size'],
    [
      {key: 'b', size: 2},
      {key: 'a', size: 1},
      {key: 'c', size: 3},
    ],
    'abc',
  ],
  [
    ['-size'],
    [
      {key: 'b', size: 2},
      {key: 'a', size: 1},
      {key: 'c', size: 3},
    ],
    'cba',
  ],
  [['size'], [{key: 'x'}, {key: 'a', size: 1}], 'ax'],
  [['-size'], [{key: 'x'}, {key: 'a', size: 1}], 'ax'],
  [
    ['completedAt'],
    [
      {key: 'x', completedAt: null},
      {key: 'a', completedAt: 5},
    ],
    'ax',
  ],
  [
    ['name'],
    [
      {key: 'b', name: 'b'},
      {key: 'a', name: 'a'},
    ],
    'ab',
  ],
  [
    ['-complete'],
    [
      {key: 'b', complete: false},
      {key: 'a', complete: true},
    ],
    'ab',
  ],
  [
    ['complete'],
    [
      {key: 'b', complete: true},
      {key: 'a', complete: false},
    ],
    'ab',
  ],
  [
    ['-obligation.met', 'lastActivityAt'],
    [
      {key: 'd', 'obligation.met': 'none', lastActivityAt: 1},
      {key: 'c', 'obligation.met': 'no', lastActivityAt: 1},
      {key: 'b', 'obligation.met': 'yes', lastActivityAt: 9},
      {key: 'a', 'obligation.met': 'yes', lastActivityAt: 2},
    ],
    'abcd',
  ],
  [['-size'], [{key: 'a', size: 1}, {key: 'x'}], 'ax'],
  [['state'], [{key: 'x'}, {key: 'a', state: 'seeding'}], 'ax'],
  [
    ['-obligation.met'],
    [
      {key: 'x', 'obligation.met': 'unknown'},
      {key: 'b', 'obligation.met': 'no'},
      {key: 'a', 'obligation.met': 'yes'},
    ],
    'abx',
  ],
  [
    ['obligation.met'],
    [
      {key: 'x', 'obligation.met': 'unknown'},
      {key: 'b', 'obligation.met': 'yes'},
      {key: 'a', 'obligation.met': 'no'},
    ],
    'abx',
  ],
] as const satisfies readonly (readonly [readonly string[], readonly Row[], string])[]) {
  test(`by ${order.join(', ')}: ${keys}, however they are given`, () => {
    const allAlike = rows.toSorted((one, other) => (one.key < other.key ? -1 : 1))
    for (const given of [allAlike, allAlike.toReversed(), rows]) expect(selected({order}, given)).toBe(keys)
  })
}

test('those that are alike stay in the order in which they are given', () => {
  const row = (key: string, size: number): Row => ({key, size})
  expect(selected({order: ['size']}, [row('b', 1), row('a', 1), row('x', 0)])).toBe('xba')
  expect(selected({order: ['-size']}, [row('b', 1), row('a', 1), row('x', 2)])).toBe('xba')
})

const until = (value: number) => ({order: ['size'], until: {fact: 'path.freeBytes', op: 'gte', value}})
const row = (key: string, size: number, more: Row = {}): Row => ({
  key,
  size,
  'path.freeBytes': 10,
  'content.exclusiveBytes': size,
  ...more,
})

test('as many are selected as are needed, and not one more', () => {
  const rows = [row('a', 5), row('b', 6), row('c', 7)]
  expect(selected(until(10), rows)).toBe('')
  expect(selected(until(11), rows)).toBe('a')
  expect(selected(until(15), rows)).toBe('a')
  expect(selected(until(16), rows)).toBe('ab')
  expect(selected(until(21), rows)).toBe('ab')
  expect(selected(until(22), rows)).toBe('abc')
  expect(selected(until(99), rows)).toBe('abc')
})

test('a torrent that frees nothing, or an unknown amount, is not selected', () => {
  const shared = row('a', 5, {'content.exclusiveBytes': 0})
  const {'content.exclusiveBytes': _, ...unseen} = row('b', 6)
  expect(selected(until(12), [shared, unseen, row('c', 7)])).toBe('c')
})

test('where free space is unknown, nothing is selected', () => {
  const {'path.freeBytes': _, ...unseen} = row('a', 5)
  expect(selected(until(12), [unseen])).toBe('')
})

test('each disk is counted once, whichever servers use it; where it is not known, each server', () => {
  const rows = [
    row('a', 5, {'content.device': '1'}),
    row('b', 6, {'content.device': '2'}),
    row('c', 7, {'content.device': '1'}),
    row('d', 8, {'content.device': '1', 'server.id': 'box'}),
  ]
  expect(selected(until(12), rows)).toBe('ab')
  const unknown = [row('a', 5), row('b', 6), row('c', 7), row('d', 8, {'server.id': 'box'})]
  expect(selected(until(12), unknown)).toBe('ad')
  const ofServer = {order: ['size'], until: {fact: 'server.freeBytes', op: 'gt', value: 10}}
  const all = rows.map((it) => ({...it, 'server.freeBytes': 10}))
  expect(selected(ofServer, all)).toBe('ad')
})

test('it names what it reads', () => {
  const {select} = aRule({select: {...until(1), order: ['-age']}})
  expect(compileSelection(select!, world).uses.map(({fact}) => fact)).toEqual([
    'age',
    'path.freeBytes',
    'content.exclusiveBytes',
    'content.device',
  ])
})
