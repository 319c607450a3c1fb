import {expect, test} from 'vitest'
import {Signal} from '../../lib/signal.ts'
import {partsOf, Selection} from './selection.ts'

/** A selection beside a list of all torrents, which can be made another one. */
function besideList() {
  const list = {changes: new Signal(), shown: listOf('')}
  const selection = new Selection()
  selection.lookAt(list)
  const show = (q: string, servers?: readonly string[]) => {
    list.shown = listOf(q, servers)
    list.changes.emit()
  }
  return {selection, show}
}

const listOf = (q: string, servers?: readonly string[]) => ({
  q,
  sort: [],
  group: null,
  columns: [],
  facets: [],
  ...(servers && {servers}),
})

test('a torrent is selected and taken back', () => {
  const selection = new Selection()
  selection.toggle('nas~1')
  selection.toggle('nas~2')
  selection.toggle('nas~1')
  expect([selection.count, selection.has('nas~1'), selection.anchor]).toEqual([1, false, 'nas~1'])
})

test('of all that match one is left out', () => {
  const {selection, show} = besideList()
  show('state:error')
  selection.matching('state:error', null, 8)
  selection.toggle('nas~1')
  expect([selection.count, selection.has('nas~1'), selection.has('nas~2')]).toEqual([7, false, true])
})

test('the others instead, and back again', () => {
  const {selection} = besideList()
  selection.set(['nas~1', 'nas~2'], true)
  selection.invert('', null, 10)
  expect([selection.count, selection.has('nas~1'), selection.has('nas~3')]).toEqual([8, false, true])
  selection.invert('', null, 10)
  expect([selection.count, selection.has('nas~1'), selection.has('nas~3')]).toEqual([2, true, false])
})

test('all of one list are none of another, until that list is back', () => {
  const {selection, show} = besideList()
  show('foo', ['nas'])
  selection.matching('foo', ['nas'], 8)
  expect(selection.has('nas~1')).toBe(true)

  let told = 0
  selection.changes.listen(() => told++)
  show('bar', ['nas'])
  expect([selection.has('nas~1'), selection.isHere, selection.count, told]).toEqual([false, false, 8, 1])
  show('foo')
  expect(selection.has('nas~1')).toBe(false)
  show('foo', ['nas'])
  expect([selection.has('nas~1'), told]).toEqual([true, 2])
})

test('what is selected in another list than all were selected in begins again', () => {
  const {selection, show} = besideList()
  selection.matching('', null, 8)
  show('bar')
  selection.set(['nas~1'], false)
  expect(selection.selected.kind).toBe('matching')
  selection.toggle('nas~1')
  expect(selection.selected).toEqual({kind: 'some', names: new Set(['nas~1'])})

  selection.matching('', null, 8)
  selection.invert('bar', null, 3)
  expect(selection.selected).toMatchObject({q: 'bar', matched: 3})
})

test('a name is server and hash, whatever the server is called', () => {
  expect(partsOf('my~nas~ab')).toEqual({server_id: 'my~nas', info_hash: 'ab'})
})
