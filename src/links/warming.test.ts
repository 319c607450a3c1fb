import {expect, test} from 'vitest'
import {afterDrop, afterWholeList, DROP_WAIT_MS, isDrop, newEpoch, type Warmth} from './list-stability.ts'

const T0 = 1_000_000

function lists(before: number, counts: readonly number[], everyMs = 2_000): Warmth[] {
  let warmth = newEpoch(before, T0)
  let known = 0
  return counts.map((count, index) => {
    const list = {joined: Math.max(0, count - known), left: Math.max(0, known - count), known: count}
    known = count
    return (warmth = afterWholeList(warmth, list, T0 + index * everyMs))
  })
}

test('two lists in a row that agree make an epoch stable', () => {
  expect(lists(1000, [1000, 1000]).map((one) => one.stage)).toEqual(['growing', 'stable'])
  expect(lists(0, [0, 0]).map((one) => one.stage)).toEqual(['growing', 'stable'])
})

test('a list that still grows is not believed, however long it takes', () => {
  expect(lists(1000, [300, 600, 900, 1000]).at(-1)!.stage).toBe('growing')
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

test('a server where torrents come and go all the time is stable after ten minutes', () => {
  const busy = Array.from({length: 301}, (_, index) => 1000 + (index % 2))
  expect(lists(1000, busy).at(-1)!.stage).toBe('stable')
})

test.each([
  [1000, 700, 0, true],
  [1000, 801, 0, false],
  [1000, 0, 0, true],
  [1000, 500, 400, false],
  [5, 4, 0, false],
  [5, 0, 0, true],
  [1, 0, 1, false],
  [0, 0, 0, false],
])('of %i torrents %i are listed and %i were sent away: a drop is %s', (before, listed, explained, drop) => {
  expect(isDrop(before, listed, explained)).toBe(drop)
})

test('a drop within a stable epoch starts the doubt anew', () => {
  const doubt = afterDrop(1000, T0)
  expect(afterWholeList(doubt, {joined: 0, left: 0, known: 100}, T0 + 2_000).stage).toBe('dropped')
  const back = afterWholeList(doubt, {joined: 900, left: 0, known: 1000}, T0 + 4_000)
  expect(afterWholeList(back, {joined: 0, left: 0, known: 1000}, T0 + 6_000).stage).toBe('stable')
})

test('an epoch after one of a single list needs three lists that agree, and one that differs begins anew', () => {
  const same = {joined: 0, left: 0, known: 90}
  const epochs = (lists: readonly {joined: number; left: number; known: number}[]) => {
    let last = newEpoch(90, T0)
    return lists.map((list) => (last = afterWholeList(newEpoch(90, T0, last), list, T0)).stage)
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
