import {expect, test} from 'vitest'
import {liveLimits, type LiveGroup} from '#model/live.ts'
import {layRows, shownRanges} from './row-layout.ts'

test('the rows around what is seen are asked for, too, in steps of twenty', () => {
  const layout = layRows(1000, 30, null)
  expect(shownRanges(layout, 103, 130)).toEqual([[60, 180]])
  expect(shownRanges(layout, 104, 131)).toEqual([[60, 180]])
})

test('at the ends nothing is asked for that there is not', () => {
  const layout = layRows(50, 30, null)
  expect(shownRanges(layout, 0, 20)).toEqual([[0, 50]])
})

test('never more ranges and rows than the server serves', () => {
  const groups = Array.from({length: 200}, (_, at): LiveGroup => ({
    value: `${at}`,
    from: at,
    count: 1,
    size: 0,
    down_speed: 0,
    up_speed: 0,
  }))
  const folded = layRows(200, 30, groups, (value) => Number(value) % 2 === 0)
  expect(shownRanges(folded, 0, 200).length).toBe(liveLimits.ranges)
  const tall = shownRanges(layRows(5000, 24, null), 0, 2000)
  expect(tall).toEqual([[0, liveLimits.rows]])
})
