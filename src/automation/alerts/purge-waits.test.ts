import {expect, test} from 'vitest'
import type {JournalEntry} from '#journal/entry.ts'
import type {ArrId} from '#model/arr.ts'
import type {ProtectingArrs} from '../facts/protecting-arrs.ts'
import {boardInto} from './active-alerts.fixture.ts'
import {PurgeWaits} from './purge-waits.ts'

test('S51 that the trash waits for a library is reported once for each Arr, until it is back', () => {
  const journal: JournalEntry[] = []
  const board = boardInto(journal)
  const waits = new PurgeWaits(board, {
    doubtsOf: (id) => ({id, name: 'Films'}) as ReturnType<ProtectingArrs['doubtsOf']>,
  })
  const away = {arrId: 'films' as ArrId, is: 'unseen', why: 'Films does not see its library.'} as const
  waits.heard([away])
  waits.heard([away])
  expect(board.list()).toMatchObject([{subject: 'arr', name: 'Films', code: 'trash_waits_for_library'}])
  waits.heard([])
  expect([board.list(), journal.map(({phase}) => phase)]).toEqual([[], ['blocked', 'undone']])
})
