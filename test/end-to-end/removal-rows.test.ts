import {expect, test} from 'vitest'
import {uncovered} from '../danger/covering.ts'
import {rows, space} from './removal-rows.ts'

test('each three values that can be come together in a row that can be', () => {
  expect(uncovered(space, rows, 3)).toEqual([])
  expect(rows.filter((row) => !space.isPossible(row))).toEqual([])
  const others = rows.filter(({route, state}) => route !== 'by a rule' || state !== 'is stalled')
  expect(uncovered(space, others, 3)).toContain('rtorrent + by a rule + is stalled')
})
