import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import type {InfoHash} from '#model/torrent-key.ts'
import {DetailSchedule} from './detail-schedule.ts'
import {TorrentTable} from './torrent-table.ts'

function hashOf(number: number): InfoHash {
  return number.toString(16).padStart(40, '0') as InfoHash
}

function tableOf(count: number): TorrentTable {
  const table = new TorrentTable()
  for (let i = 1; i <= count; i++) table.admit(hashOf(i), i)
  return table
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
      const table = new TorrentTable()
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
          table.admit(key, free)
          model.set(key, {id: free, category: ''})
        } else if (act === 'drop') {
          table.drop(table.slotOf(key))
          model.delete(key)
        } else if (act === 'rename' && known) {
          known.id = freeId(id)
          table.rename(table.slotOf(key), known.id)
        } else if (act === 'place' && known) {
          known.category = `c${id}`
          table.place(table.slotOf(key), {category: known.category, tags: ['t']})
        } else if (act === 'forget') {
          table.forgetIds()
          for (const [one, entry] of model) table.rename(table.slotOf(one), entry.id)
        }
      }
      expect(table.size).toBe(model.size)
      for (const [key, {id}] of model) expect(table.hashAt(table.slotOfId(id))).toBe(key)
      const used = [...model.values()].map(({category}) => category).filter((one) => one !== '')
      expect(table.placesIfChanged()?.categories ?? []).toEqual([...new Set(used)].sort())
    }),
    {numRuns: 500},
  )
})

test('what a list did not name is dropped, and the rest stays', () => {
  const table = tableOf(600)
  table.pass++
  for (let i = 1; i <= 600; i += 2) table.columns.pass[table.slotOf(hashOf(i))] = table.pass
  expect(table.dropUnlisted()).toBe(300)
  expect([table.size, table.slotOf(hashOf(1)) >= 0, table.slotOf(hashOf(2))]).toEqual([300, true, -1])
})

test('places are reported when they change and only then', () => {
  const table = tableOf(2)
  table.place(0, {category: 'a', tags: ['x']})
  expect(table.placesIfChanged()).toEqual({categories: ['a'], tags: ['x']})
  table.place(1, {category: 'a', tags: ['x']})
  expect(table.placesIfChanged()).toBeNull()
  table.drop(0)
  table.drop(1)
  expect(table.placesIfChanged()).toEqual({categories: [], tags: []})
})

test('within a period every torrent has its turn once, in even portions', () => {
  const table = tableOf(3000)
  const schedule = new DetailSchedule({periodMs: 60_000, least: 100, most: 4000})
  schedule.restart(0)
  const seen = new Map<InfoHash, number>()
  const portions: number[] = []
  for (let now = 2000; now <= 60_000; now += 2000) {
    const hashes = schedule.next(table, now)
    portions.push(hashes.length)
    for (const hash of hashes) seen.set(hash, (seen.get(hash) ?? 0) + 1)
  }
  expect([seen.size, Math.max(...seen.values())]).toEqual([3000, 1])
  expect(Math.max(...portions)).toBe(100)
})

test('a small server is not asked for crumbs, and who is in a hurry goes first', () => {
  const table = tableOf(10)
  const schedule = new DetailSchedule({periodMs: 60_000, least: 100, most: 4000})
  schedule.restart(0)
  expect(schedule.next(table, 10_000)).toEqual([])
  schedule.hurry(hashOf(7))
  schedule.hurry(hashOf(99))
  expect(schedule.next(table, 20_000)).toEqual([hashOf(7)])
  expect(schedule.next(table, 60_000)).toHaveLength(10)
})

test('no portion is larger than the most', () => {
  const table = tableOf(500)
  const schedule = new DetailSchedule({periodMs: 60_000, least: 10, most: 50})
  schedule.restart(0)
  for (let i = 1; i <= 500; i++) schedule.hurry(hashOf(i))
  expect(schedule.next(table, 600_000)).toHaveLength(50)
})

test('what is demanded waits behind no other, and has its turn once', () => {
  const table = tableOf(500)
  const schedule = new DetailSchedule({periodMs: 60_000, least: 100, most: 50})
  for (let i = 1; i <= 500; i++) schedule.hurry(hashOf(i))
  for (const number of [500, 499, 9999]) schedule.demand(hashOf(number))
  expect(schedule.next(table, 0).slice(0, 3)).toEqual([500, 499, 1].map(hashOf))
  const others = Array.from({length: 10}, () => schedule.next(table, 0)).flat()
  expect([others.length, others.includes(hashOf(500))]).toEqual([450, false])
})
