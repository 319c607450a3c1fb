import {expect, test} from 'vitest'
import {waitsWords} from '../action-words.ts'
import type {About} from './held-removals.ts'

const removal = (count: number, about: About) => ({id: '1', until: 0, count, target: null, about})

test('a removal says how many go, and what stays where', () => {
  const refused = [{serverId: 'a', name: 'attic', count: 1}]
  expect(waitsWords(removal(2, {outlook: {going: 1, kept: 0, refused}}), false)).toBe(
    'Deleting 1 torrent; 1 on attic can’t be deleted now',
  )
  expect(waitsWords(removal(9, {outlook: {going: 6, kept: 2, refused}}), false)).toBe(
    'Deleting 6 torrents; 1 on attic can’t be deleted now; 2 are kept with their files',
  )
  expect(waitsWords(removal(1, {name: 'Big Buck Bunny'}), false)).toBe('Deleting 1 torrent: Big Buck Bunny')
})
