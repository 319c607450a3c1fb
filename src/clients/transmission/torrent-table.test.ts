import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import type {InfoHash} from '#model/torrent-key.ts'
import {DetailSchedule, TrackerSchedule, UrgentTorrents} from './detail-schedule.ts'
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
  const rounds = new DetailSchedule({periodMs: 60_000, portions: 6, most: 4000})
  rounds.restart(0)
  const seen = new Map<InfoHash, number>()
  const portions: number[] = []
  for (let now = 2000; now <= 60_000; now += 2000) {
    const hashes = rounds.next(book, now)
    portions.push(hashes.length)
    for (const hash of hashes) seen.set(hash, (seen.get(hash) ?? 0) + 1)
  }
  expect([seen.size, Math.max(...seen.values())]).toEqual([3000, 1])
  expect([Math.max(...portions), portions.filter((size) => size > 0).length]).toEqual([500, 6])
})

test('no portion is larger than the most', () => {
  const book = bookOf(500)
  const rounds = new DetailSchedule({periodMs: 60_000, portions: 6, most: 50})
  rounds.restart(0)
  expect(rounds.next(book, 600_000)).toHaveLength(50)
})

test('what is urgent is taken once, so many at a time, if it is still there', () => {
  const book = bookOf(10)
  const urgent = new UrgentTorrents(2)
  for (const number of [7, 99, 3, 7, 5]) urgent.add(hashOf(number))
  expect(urgent.take(book)).toEqual([hashOf(7), hashOf(3)])
  expect(urgent.take(book)).toEqual([hashOf(5)])
  expect(urgent.take(book)).toEqual([])
})

test('trackers are asked about when it is time, those never heard of within a minute and a half', () => {
  const book = bookOf(900)
  const trackers = new TrackerSchedule()
  const heard: number[] = []
  for (let now = 0; now <= 90_000; now += 2000) {
    const hashes = trackers.next(book, now)
    heard.push(hashes.length)
    for (const hash of hashes) book.columns.trackersDue[book.slotOf(hash)] = 1000
  }
  expect(heard.reduce((sum, size) => sum + size)).toBe(900)
  expect(Math.max(...heard)).toBeLessThanOrEqual(400)
  expect(trackers.next(book, 990_000)).toEqual([])
  expect(trackers.next(book, 1_080_000)).toHaveLength(400)
})
