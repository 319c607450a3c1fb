import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import type {InfoHash} from '#model/torrent-key.ts'
import {DetailSchedule} from './detail-schedule.ts'
import {TorrentTable} from './torrent-table.ts'

function hashOf(number: number): InfoHash {
  return number.toString(16).padStart(40, '0') as InfoHash
}

function bookOf(count: number): TorrentTable {
  const book = new TorrentTable()
  for (let i = 1; i <= count; i++) book.admit(hashOf(i), i)
  return book
}

const acts = fc.array(
  fc.record({
    act: fc.constantFrom('admit', 'drop', 'rename', 'place', 'forget'),
    hash: fc.integer({min: 1, max: 12}),
    id: fc.integer({min: 1, max: 20}),
  }),
  {maxLength: 60},
)

test('the book finds by hash and by id what a plain map would find', () => {
  fc.assert(
    fc.property(acts, (story) => {
      const book = new TorrentTable()
      const model = new Map<InfoHash, {id: number; category: string}>()
      const freeId = (id: number): number => {
        let free = id
        while ([...model.values()].some((one) => one.id === free)) free += 20
        return free
      }
      for (const {act, hash, id} of story) {
        const key = hashOf(hash)
        const known = model.get(key)
        if (act === 'admit' && !known) {
          const free = freeId(id)
          book.admit(key, free)
          model.set(key, {id: free, category: ''})
        } else if (act === 'drop') {
          book.drop(book.slotOf(key))
          model.delete(key)
        } else if (act === 'rename' && known) {
          known.id = freeId(id)
          book.rename(book.slotOf(key), known.id)
        } else if (act === 'place' && known) {
          known.category = `c${id}`
          book.place(book.slotOf(key), {category: known.category, tags: ['t']})
        } else if (act === 'forget') {
          book.forgetIds()
          for (const [one, entry] of model) book.rename(book.slotOf(one), entry.id)
        }
      }
      expect(book.size).toBe(model.size)
      for (const [key, {id}] of model) expect(book.hashAt(book.slotOfId(id))).toBe(key)
      const used = [...model.values()].map(({category}) => category).filter((one) => one !== '')
      expect(book.placesIfChanged()?.categories ?? []).toEqual([...new Set(used)].sort())
    }),
    {numRuns: 500},
  )
})

test('what a list did not name is dropped, and the rest stays', () => {
  const book = bookOf(600)
  book.pass++
  for (let i = 1; i <= 600; i += 2) book.columns.pass[book.slotOf(hashOf(i))] = book.pass
  expect(book.dropUnlisted()).toBe(300)
  expect([book.size, book.slotOf(hashOf(1)) >= 0, book.slotOf(hashOf(2))]).toEqual([300, true, -1])
})

test('places are told when they change and only then', () => {
  const book = bookOf(2)
  book.place(0, {category: 'a', tags: ['x']})
  expect(book.placesIfChanged()).toEqual({categories: ['a'], tags: ['x']})
  book.place(1, {category: 'a', tags: ['x']})
  expect(book.placesIfChanged()).toBeNull()
  book.drop(0)
  book.drop(1)
  expect(book.placesIfChanged()).toEqual({categories: [], tags: []})
})

test('within a period every torrent has its turn once, in even portions', () => {
  const book = bookOf(3000)
  const rota = new DetailSchedule({periodMs: 60_000, least: 100, most: 4000})
  rota.restart(0)
  const seen = new Map<InfoHash, number>()
  const portions: number[] = []
  for (let now = 2000; now <= 60_000; now += 2000) {
    const hashes = rota.next(book, now)
    portions.push(hashes.length)
    for (const hash of hashes) seen.set(hash, (seen.get(hash) ?? 0) + 1)
  }
  expect([seen.size, Math.max(...seen.values())]).toEqual([3000, 1])
  expect(Math.max(...portions)).toBe(100)
})

test('a small server is not asked for crumbs, and who is in a hurry goes first', () => {
  const book = bookOf(10)
  const rota = new DetailSchedule({periodMs: 60_000, least: 100, most: 4000})
  rota.restart(0)
  expect(rota.next(book, 10_000)).toEqual([])
  rota.hurry(hashOf(7))
  rota.hurry(hashOf(99))
  expect(rota.next(book, 20_000)).toEqual([hashOf(7)])
  expect(rota.next(book, 60_000)).toHaveLength(10)
})

test('no portion is larger than the most', () => {
  const book = bookOf(500)
  const rota = new DetailSchedule({periodMs: 60_000, least: 10, most: 50})
  rota.restart(0)
  for (let i = 1; i <= 500; i++) rota.hurry(hashOf(i))
  expect(rota.next(book, 600_000)).toHaveLength(50)
})

test('what is demanded waits behind nobody, and has its turn once', () => {
  const book = bookOf(500)
  const rota = new DetailSchedule({periodMs: 60_000, least: 100, most: 50})
  for (let i = 1; i <= 500; i++) rota.hurry(hashOf(i))
  for (const number of [500, 499, 9999]) rota.demand(hashOf(number))
  expect(rota.next(book, 0).slice(0, 3)).toEqual([500, 499, 1].map(hashOf))
  const others = Array.from({length: 10}, () => rota.next(book, 0)).flat()
  expect([others.length, others.includes(hashOf(500))]).toEqual([450, false])
})
