import {expect, test} from 'vitest'
import {asInfoHash, asServerId} from '#model/torrent-key.ts'
import {FINE_MS, FineTraffic} from './fine-traffic.ts'

const keyOf = (digit: string) => ({serverId: asServerId('A'), hash: asInfoHash(digit.repeat(40))!})
const key = keyOf('a')
const start = Date.UTC(2026, 0, 1)
const moved = (uploaded: number) => ({downloaded: 0, uploaded})

function series(fine: FineTraffic, from: number, slots: number): number[] {
  return Array.from({length: slots}, (_, n) => fine.at(key, from + n * 10_000).uploaded)
}

test('each ten seconds have what moved in them, and 0 between', () => {
  const fine = new FineTraffic(() => 1)
  fine.add(key, null, start, moved(5))
  fine.add(key, null, start + 20_000, moved(7))
  fine.add(key, null, start + 20_000, moved(1))
  expect(series(fine, start - 10_000, 5)).toEqual([0, 5, 0, 8, 0])
})

test('after ten minutes the oldest give way, and nothing old shows in the place of something new', () => {
  const fine = new FineTraffic(() => 1)
  for (let n = 0; n < 60; n++) fine.add(key, null, start + n * 10_000, moved(n + 1))
  fine.add(key, null, start + 65 * 10_000, moved(99))
  expect(series(fine, start, 7)).toEqual([0, 0, 0, 0, 0, 0, 7])
  expect(series(fine, start + 58 * 10_000, 8)).toEqual([59, 60, 0, 0, 0, 0, 0, 99])
})

test('who does not move for ten minutes is let go, and makes room', () => {
  const fine = new FineTraffic(() => 1)
  fine.add(key, null, start, moved(5))
  fine.add(keyOf('b'), null, start, moved(5))
  expect([fine.size, fine.at(keyOf('b'), start).uploaded]).toEqual([1, 0])
  fine.tidy(start + FINE_MS)
  expect(fine.size).toBe(0)
  fine.add(keyOf('b'), null, start + FINE_MS, moved(6))
  expect(fine.at(keyOf('b'), start + FINE_MS).uploaded).toBe(6)
})

test('one owner has as much room, however many torrents another one has', () => {
  const fine = new FineTraffic((owner) => (owner === null ? 2 : 1))
  fine.add(keyOf('b'), 'mia', start, moved(1))
  fine.add(keyOf('c'), 'mia', start, moved(1))
  fine.add(key, null, start, moved(1))
  expect([fine.size, fine.at(keyOf('c'), start).uploaded, fine.at(key, start).uploaded]).toEqual([2, 0, 1])
})

test('after the clock was set back nothing of a time to come is shown', () => {
  const fine = new FineTraffic(() => 1)
  fine.add(key, null, start, moved(5))
  fine.add(key, null, start - 3_600_000, moved(6))
  expect([...series(fine, start - 3_600_000, 2), fine.at(key, start).uploaded]).toEqual([6, 0, 0])
})
