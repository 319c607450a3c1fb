import {expect, test} from 'vitest'
import {DAY} from '#model/units.ts'
import {automationFigures} from './automation-figures.ts'

function figures(sagas: readonly object[], trash: readonly object[]) {
  return automationFigures(new Map([['confirmed', 4]]), {
    sagas: {unfinished: () => sagas as never},
    trash: {all: () => trash as never},
    spent: {within: (_purse, window) => (window === DAY ? {count: 2, bytes: 20} : {count: 9, bytes: 90})},
    holds: {count: 3},
    suspensions: {all: () => [{}] as never},
  })
}

test('what is under way counts with its oldest, the trash with what can be restored, removals of a day', () => {
  const trash = [
    {state: 'kept', bytes: 5},
    {state: 'purged', bytes: 7},
    {state: 'kept', bytes: 6},
  ]
  expect(figures([{startedAt: 30}, {startedAt: 10}], trash)).toEqual({
    decisions: new Map([['confirmed', 4]]),
    removed: {count: 2, bytes: 20},
    holds: 3,
    suspendedRules: 1,
    unfinished: {count: 2, oldestAt: 10},
    trash: {count: 2, bytes: 11},
  })
})

test('where nothing is under way nothing is the oldest', () => {
  expect(figures([], [])).toMatchObject({unfinished: {count: 0, oldestAt: null}, trash: {count: 0, bytes: 0}})
})
