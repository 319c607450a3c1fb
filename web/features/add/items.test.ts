import {expect, test} from 'vitest'
import type {TorrentContent} from '../../api/adding.ts'
import {fileItem, hashOfItem, joinedItems, linkItem, sendable, sizeOfItems, type FileItem} from './items.ts'

const file = (name: string) => new File(['d'], name, {lastModified: 1})
const content: TorrentContent = {
  info_hash: 'a',
  info_hash_v1: 'a',
  info_hash_v2: null,
  name: 'one',
  size: 30,
  is_private: false,
  files: [
    {path: 'one/a', size: 10},
    {path: 'one/b', size: 20},
  ],
  files_omitted: 0,
}
const read: FileItem = {...fileItem(file('one.torrent'), '1'), content}
const magnet = linkItem({kind: 'magnet', link: 'magnet:?xt=urn:btih:b', hash: 'b', name: ''}, '2')

test('the same file or link twice is one torrent', () => {
  const again = [fileItem(file('one.torrent'), '3'), {...magnet, id: '4'}, fileItem(file('two.torrent'), '5')]
  expect(joinedItems([read, magnet], again).map(({id}) => id)).toEqual(['1', '2', '5'])
})

test('a link without a name goes by its hash', () => {
  expect(magnet.name).toBe('b')
  expect([read, magnet].map(hashOfItem)).toEqual(['a', 'b'])
})

test('a file that cannot be read is not sent, and brings nothing', () => {
  const broken = {...read, content: null, fault: 'not bencode'}
  expect(sendable([broken, magnet])).toEqual([magnet])
  expect(sizeOfItems([broken])).toEqual({bytes: 0, isWhole: true})
})

test('what is left out does not come, and of a magnet it is unknown how much does', () => {
  expect(sizeOfItems([read], new Map([['1', new Set([1])]]))).toEqual({bytes: 10, isWhole: true})
  expect(sizeOfItems([read, magnet])).toEqual({bytes: 30, isWhole: false})
})
