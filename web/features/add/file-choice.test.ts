import {expect, test} from 'vitest'
import type {TorrentContent} from '../../api/adding.ts'
import {allWanted, byPriority, leftOut, onlyThese, withPriority} from './items.ts'

const files = [
  {path: 'show/e01.mkv', size: 5_000_000_000},
  {path: 'show/e02.mkv', size: 4_000_000_000},
  {path: 'show/sample/e01.mkv', size: 100_000_000},
  {path: 'show/read.nfo', size: 1000},
]
const content: TorrentContent = {
  info_hash: 'a',
  info_hash_v1: 'a',
  info_hash_v2: null,
  name: 'show',
  size: 0,
  is_private: false,
  files,
  files_omitted: 0,
}

test('only these leaves out the others', () => {
  expect([...leftOut(onlyThese(content, [0, 1]))]).toEqual([2, 3])
})

test('all wanted alike takes no command, else one for each priority', () => {
  expect(byPriority(allWanted).size).toBe(0)
  const choice = withPriority(withPriority(allWanted, [2, 3], 'skip'), [0, 3], 'high')
  expect(Object.fromEntries(byPriority(choice))).toEqual({skip: [2], high: [3, 0]})
  expect(withPriority(choice, [0, 2, 3], 'normal').size).toBe(0)
})
