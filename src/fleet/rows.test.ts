import {expect, test} from 'vitest'
import type {InfoHash} from '#model/torrent-key.ts'
import {Interner, ListInterner} from './interner.ts'
import {Rows} from './rows.ts'

function hashOf(n: number): InfoHash {
  return Math.imul(n, 0x9e3779b1).toString(16).replace('-', 'f').padStart(40, '0') as InfoHash
}

test('rows are found again among 20,000 that came, went and came back, with their values', () => {
  const rows = new Rows()
  const numbers = Array.from({length: 20_000}, (_, n) => rows.add(n % 3, hashOf(n)))
  numbers.forEach((row, n) => rows.columns.size.write(row, n))
  numbers.forEach((row, n) => n % 4 === 0 && rows.drop(row))
  const back = numbers.map((row, n) => (n % 8 === 0 ? rows.add(n % 3, hashOf(n)) : row))
  const found = back.map((_, n) => rows.find(n % 3, hashOf(n)))
  expect(found).toEqual(back.map((row, n) => (n % 4 === 0 && n % 8 !== 0 ? -1 : row)))
  expect(rows.columns.size.read(found[1]!)).toBe(1)
  expect(rows.columns.size.read(found[8]!)).toBeUndefined()
  expect(rows.end).toBe(20_000)
})

test('one hash on several servers is several rows', () => {
  const rows = new Rows()
  const all = [0, 1, 2].map((server) => rows.add(server, hashOf(1)))
  for (const row of all) rows.show(row)
  rows.drop(all[1]!)
  expect(rows.withHash(hashOf(1)).sort((a, b) => a - b)).toEqual([all[0], all[2]])
  expect([0, 1, 2].map((server) => rows.find(server, hashOf(1)))).toEqual([all[0], -1, all[2]])
})

test('a column without values takes no memory', () => {
  const rows = new Rows()
  rows.columns.comment.write(rows.add(0, hashOf(1)), undefined)
  expect(rows.columns.comment.bytes).toBe(0)
})

test('a word that is no longer used goes, and its number is given out again', () => {
  const words = new Interner<string>((word) => word)
  const first = words.acquire('a')
  words.acquire('a')
  words.release(first)
  expect(words.find('a')).toBe(first)
  words.release(first)
  expect([words.find('a'), words.size]).toEqual([undefined, 0])
  expect(words.acquire('b')).toBe(first)
})

test('a word of several lists is one, once a list, and goes with the last of them', () => {
  const lists = new ListInterner()
  const [first, second] = [lists.acquire(['a', 'b', 'a']), lists.acquire(['b', 'c'])]
  const named = (id: number) => Array.from(lists.wordsOf(id), (word) => lists.words.values[word])
  expect([named(first), named(second), lists.words.size]).toEqual([['a', 'b'], ['b', 'c'], 3])
  lists.acquire(['a', 'b', 'a'])
  lists.release(first)
  expect(lists.words.size).toBe(3)
  lists.release(first)
  expect([named(first), named(second), lists.words.size]).toEqual([[], ['b', 'c'], 2])
  const reused = lists.acquire(['c'])
  expect([reused, named(reused), lists.words.size]).toEqual([first, ['c'], 2])
})

test('a column of lists keeps the words of the lists that rows have, whatever becomes of them', () => {
  const rows = new Rows()
  const [one, other] = [rows.add(0, hashOf(1)), rows.add(0, hashOf(2))]
  const {tags} = rows.columns
  const words = () => tags.interner.words.values.filter((word) => word !== undefined).toSorted()
  tags.write(one, ['b', 'a'])
  tags.write(other, ['c', 'a'])
  expect(words()).toEqual(['a', 'b', 'c'])
  const kept = Uint32Array.of(one, other)
  const packed = tags.pack(kept)
  tags.write(one, ['d'])
  tags.reset(other)
  expect(words()).toEqual(['d'])
  tags.unpack(kept, packed)
  expect(words()).toEqual(['a', 'b', 'c'])
})
