import {expect, test} from 'vitest'
import type {JournalEntry} from '#journal/entry.ts'
import type {ArrId} from '#model/arr.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {AlertBoard} from './active-alerts.ts'
import {PurgeWaits} from './purge-waits.ts'

test('S51 that the trash waits for a library is reported once for each Arr, until it is back', () => {
  const [board, journal] = [new AlertBoard(), [] as JournalEntry[]]
  const log = {error: () => undefined, warn: () => undefined}
  const waits = new PurgeWaits({
    board,
    log,
    clock: new VirtualClock(),
    write: async (entries) => void journal.push(...entries),
    nameOf: () => 'Films',
  })
  const away = {arrId: 'films' as ArrId, is: 'unseen', why: 'Films does not see its library.'} as const
  waits.heard([away])
  waits.heard([away])
  expect(board.list()).toMatchObject([{subject: 'arr', name: 'Films', code: 'trash_waits_for_library'}])
  waits.heard([])
  expect([board.list(), journal.map(({phase}) => phase)]).toEqual([[], ['blocked', 'undone']])
})
