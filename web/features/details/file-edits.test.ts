import {expect, test} from 'vitest'
import type {TorrentFile} from '../../api/details.ts'
import {confirmed, failed, noEdits, taken, wished} from './file-edits.ts'

function reading(priority: TorrentFile['priority']): TorrentFile[] {
  return [{index: 3, path: 'a', size: 1, progress: 0, priority}]
}

const sent = wished(noEdits, [3], 'high')

test('a wish holds until the server has answered, whatever is read meanwhile', () => {
  expect(confirmed(sent, reading('high'), 0)).toBe(sent)
})

test('a wish ends with the reading that shows it', () => {
  expect(confirmed(taken(sent, [3], 100), reading('high'), 200).wishes.size).toBe(0)
})

test('a reading that is older than the change does not end the wish', () => {
  expect(confirmed(taken(sent, [3], 100), reading('low'), 200).wishes.get(3)!.priority).toBe('high')
})

test('after ten seconds it is as the server says', () => {
  expect(confirmed(taken(sent, [3], 100), reading('low'), 10_100).wishes.size).toBe(0)
})

test('what failed is no wish, and its reason stays until it is wished again', () => {
  const after = failed(sent, [3], 'No.')
  expect([after.wishes.size, after.failures.get(3)]).toEqual([0, 'No.'])
  expect(wished(after, [3], 'skip').failures.size).toBe(0)
})
