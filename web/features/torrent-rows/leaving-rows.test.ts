import {expect, test} from 'vitest'
import {LeavingRows} from './row-states.ts'
import {Selection, type ListOnScreen} from './selection.ts'

test('rows wait to be deleted until it is sent or taken back, but not those that stay', () => {
  const rows = new LeavingRows(new Selection())
  let told = 0
  rows.changes.listen(() => told++)
  rows.put('1', {kind: 'some', names: new Set(['nas~a', 'attic~a'])}, ['attic'])
  expect(['nas~a', 'attic~a', 'nas~b'].filter((it) => rows.has(it))).toEqual(['nas~a'])
  rows.end('1')
  rows.end('1')
  expect(rows.has('nas~a')).toBe(false)
  expect(told).toBe(2)
})

test('of all that match, rows wait in the list in which they were selected, and in no other', () => {
  const selection = new Selection()
  const rows = new LeavingRows(selection)
  const list = (q: string) => ({shown: {q}, changes: {listen: () => () => {}}}) as unknown as ListOnScreen
  rows.put('1', {kind: 'matching', q: 'bunny', servers: null, except: new Set(['nas~b']), matched: 9})
  selection.lookAt(list('bunny'))
  expect(rows.has('nas~a')).toBe(true)
  expect(rows.has('nas~b')).toBe(false)
  selection.lookAt(list(''))
  expect(rows.has('nas~a')).toBe(false)
})
