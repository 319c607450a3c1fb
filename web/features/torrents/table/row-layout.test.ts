import fc from 'fast-check'
import {expect, test} from 'vitest'
import type {LiveGroup} from '#model/live.ts'
import {GROUP_HEAD_PX, layRows} from './row-layout.ts'

const ROW = 30

function grouped(counts: readonly number[]): LiveGroup[] {
  let from = 0
  return counts.map((count, at) => {
    const group = {value: `g${at}`, from, count, size: 0, down_speed: 0, up_speed: 0}
    from += count
    return group
  })
}

test('without groups the item is the rank', () => {
  const layout = layRows(100_000, ROW, null)
  expect(layout.height).toBe(3_000_000)
  expect(layout.itemAt(45)).toBe(1)
  expect(layout.rankOf(7)).toBe(7)
  expect(layout.rangesOf(-5, 3)).toEqual([[0, 3]])
})

test('nothing at all has no rows and no height', () => {
  for (const layout of [layRows(0, ROW, null), layRows(0, ROW, [])]) {
    expect([layout.count, layout.height, layout.rangesOf(0, 60)]).toEqual([0, 0, []])
  }
})

test('each group begins with its head', () => {
  const layout = layRows(5, ROW, grouped([2, 3]))
  expect(layout.count).toBe(7)
  expect([0, 1, 2, 3, 4].map((item) => layout.rankOf(item))).toEqual([null, 0, 1, null, 2])
  expect(layout.topOf(3)).toBe(GROUP_HEAD_PX + 2 * ROW)
  expect(layout.itemAt(GROUP_HEAD_PX + 2 * ROW + 1)).toBe(3)
})

test('a folded group between two others makes two ranges of what is seen', () => {
  const layout = layRows(9, ROW, grouped([2, 3, 4]), (value) => value === 'g1')
  expect(layout.rangesOf(0, layout.count)).toEqual([
    [0, 2],
    [5, 9],
  ])
  expect(layout.itemOf(3)).toBe(layout.headOf(1))
})

test('open groups that follow each other are one range', () => {
  expect(layRows(9, ROW, grouped([2, 3, 4])).rangesOf(0, 20)).toEqual([[0, 9]])
})

const anyGroups = fc.array(fc.tuple(fc.integer({min: 1, max: 9}), fc.boolean()), {
  minLength: 1,
  maxLength: 12,
})

test('items, ranks and heights agree in any grouping', () => {
  fc.assert(
    fc.property(anyGroups, (parts) => {
      const groups = grouped(parts.map(([count]) => count))
      const folded = new Set(groups.filter((_, at) => parts[at]![1]).map(({value}) => value))
      const layout = layRows(99, ROW, groups, (value) => folded.has(value))
      let top = 0
      for (let item = 0; item < layout.count; item++) {
        expect(layout.topOf(item)).toBe(top)
        expect(layout.itemAt(top)).toBe(item)
        const rank = layout.rankOf(item)
        if (rank !== null) expect(layout.itemOf(rank)).toBe(item)
        else expect(layout.headOf(layout.groupOf(item))).toBe(item)
        top += rank === null ? GROUP_HEAD_PX : ROW
      }
      expect(layout.height).toBe(top)
    }),
  )
})

test('the ranges between two items are the ranks of the rows that stand there', () => {
  fc.assert(
    fc.property(anyGroups, fc.nat(120), fc.nat(120), (parts, one, other) => {
      const groups = grouped(parts.map(([count]) => count))
      const layout = layRows(99, ROW, groups, (value) => parts[Number(value.slice(1))]![1])
      const from = Math.min(one, other)
      const to = Math.min(layout.count, Math.max(one, other))
      const ranks = Array.from({length: Math.max(0, to - from)}, (_, at) => layout.rankOf(from + at))
      const inRanges = layout
        .rangesOf(from, to)
        .flatMap(([a, b]) => Array.from({length: b - a}, (_, at) => a + at))
      expect(inRanges).toEqual(ranks.filter((it) => it !== null))
    }),
  )
})
