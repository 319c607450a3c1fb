import {expect, test} from 'vitest'
import type {JournalEntry} from '#journal/entry.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {AlertBoard} from './active-alerts.ts'
import {StuckSearches} from './stuck-searches.ts'

test('Q10 a search that does not end is said once of its Arr, until it ends', () => {
  const written: JournalEntry[] = []
  const log = {error: () => undefined, warn: () => undefined}
  const board = new AlertBoard(new VirtualClock(), log, async (entries) => void written.push(...entries))
  const stuck = new StuckSearches(board, {nameOf: (id) => `Films (${id})`})
  stuck.heard('Radarr', false)
  expect(board.list()).toEqual([])
  stuck.heard('Radarr', true)
  stuck.heard('Radarr', true)
  expect(board.list()).toMatchObject([
    {code: 'search_stuck', subject: 'arr', name: 'Films (Radarr)', heals: true},
  ])
  stuck.heard('Radarr', false)
  expect([board.list(), written.map(({phase}) => phase)]).toEqual([[], ['blocked', 'undone']])
})
