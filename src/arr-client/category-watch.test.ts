import {expect, test} from 'vitest'
import type {ArrClientSettings} from '#model/arr.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {CategoryWatch} from './category-watch.ts'

const MINUTE = 60_000

function client(categories: readonly string[], enabled = true): ArrClientSettings {
  return {enabled, categories} as Partial<ArrClientSettings> as ArrClientSettings
}

function harness(is: 'there' | 'away', ...clients: readonly ArrClientSettings[]) {
  const clock = new VirtualClock()
  const arr = {clients: [...clients], fails: is === 'away', asked: 0}
  const reported: (readonly string[] | null)[] = []
  const watch: CategoryWatch = new CategoryWatch(
    {
      async clients() {
        arr.asked++
        if (arr.fails) throw new Error('away')
        return {torrent: arr.clients, names: []}
      },
    },
    clock,
    () => void reported.push(watch.categories),
  )
  watch.start()
  return {clock, arr, reported, watch}
}

test('the categories of clients that are on are known, each once, and changed ones are reported', async () => {
  const {clock, arr, reported, watch} = harness(
    'there',
    client(['films', 'done']),
    client(['films', '']),
    client(['x'], false),
  )
  expect(watch.categories).toBeNull()
  await clock.advance(MINUTE)
  expect(watch.categories).toEqual(['done', 'films'])
  arr.clients = [client(['films', 'failed'])]
  await clock.advance(60 * MINUTE)
  expect(reported).toEqual([
    ['done', 'films'],
    ['failed', 'films'],
  ])
})

test('an Arr that is left alone is asked once in an hour, and what was known stays while it is away', async () => {
  const {clock, arr, watch} = harness('there', client(['films']))
  await clock.advance(MINUTE)
  arr.asked = 0
  await clock.advance(60 * MINUTE)
  expect(arr.asked).toBe(1)
  arr.fails = true
  await clock.advance(60 * MINUTE)
  expect(watch.categories).toEqual(['films'])
  expect(arr.asked).toBeLessThan(12)
})

test('when something hangs on it, it is at most ten minutes old', async () => {
  const {clock, arr, watch} = harness('there', client(['films']))
  await clock.advance(9 * MINUTE)
  await watch.renewed()
  expect(arr.asked).toBe(1)
  arr.clients = [client(['films', 'failed'])]
  await clock.advance(MINUTE)
  await watch.renewed()
  expect(watch.categories).toEqual(['failed', 'films'])
  watch.stop()
  await clock.advance(600 * MINUTE)
  expect(arr.asked).toBe(2)
})

test('while it never answered nothing is known', async () => {
  const {clock, arr, reported, watch} = harness('away', client(['films']))
  await clock.advance(30 * MINUTE)
  expect([watch.categories, reported]).toEqual([null, []])
  arr.fails = false
  await clock.advance(10 * MINUTE)
  expect([watch.categories, reported]).toEqual([['films'], [['films']]])
})
