import {expect, test} from 'vitest'
import {ConnectPace} from './cadence.ts'

const pace = () => new ConnectPace({atOnce: 10, apartMs: 2})

test('a small fleet is called at once', () => {
  const one = pace()
  expect(new Set(Array.from({length: 10}, () => one.take(500)))).toEqual(new Set([500]))
})

test('of a large fleet some are called at once, the others one after the other', () => {
  const one = pace()
  const moments = Array.from({length: 1_000}, () => one.take(500))
  expect(moments.slice(0, 12)).toEqual([...Array<number>(10).fill(500), 502, 504])
  expect(moments.at(-1)).toBe(500 + 990 * 2)
})

test('within any span no more are called than fit, however they come', () => {
  const one = pace()
  const moments: number[] = []
  for (let now = 0; now < 2_000; now += 7) {
    for (let n = 0; n < now % 9; n++) moments.push(one.take(now))
  }
  moments.sort((a, b) => a - b)
  for (const from of moments) {
    const within = moments.filter((at) => at >= from && at < from + 100).length
    expect(within).toBeLessThanOrEqual(10 + 100 / 2)
  }
})

test('after a quiet moment it is as at the start', () => {
  const one = pace()
  for (let n = 0; n < 100; n++) one.take(0)
  const later = Array.from({length: 10}, () => one.take(10_000))
  expect(new Set(later)).toEqual(new Set([10_000]))
})
