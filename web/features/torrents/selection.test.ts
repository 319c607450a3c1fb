import {expect, test} from 'vitest'
import {partsOf, Selection} from './selection.ts'

test('a torrent is chosen and taken back', () => {
  const selection = new Selection()
  selection.toggle('nas~1')
  selection.toggle('nas~2')
  selection.toggle('nas~1')
  expect([selection.count, selection.has('nas~1'), selection.anchor]).toEqual([1, false, 'nas~1'])
})

test('of all that match one is left out', () => {
  const selection = new Selection()
  selection.matching('state:error', null, 8)
  selection.toggle('nas~1')
  expect([selection.count, selection.has('nas~1'), selection.has('nas~2')]).toEqual([7, false, true])
})

test('turned round, all that match but those that were chosen are chosen, and round again those', () => {
  const selection = new Selection()
  selection.set(['nas~1', 'nas~2'], true)
  selection.invert('', null, 10)
  expect([selection.count, selection.has('nas~1'), selection.has('nas~3')]).toEqual([8, false, true])
  selection.invert('', null, 10)
  expect([selection.count, selection.has('nas~1'), selection.has('nas~3')]).toEqual([2, true, false])
})

test('a name is server and hash, whatever the server is called', () => {
  expect(partsOf('my~nas~ab')).toEqual({server_id: 'my~nas', info_hash: 'ab'})
})
