import {expect, test} from 'vitest'
import type {TorrentHistory} from '../../api/history.ts'
import {
  hasGaps,
  isKnown,
  rangeAmong,
  rangesOf,
  recentSpeeds,
  tooCoarseFrom,
  withoutBeginning,
} from './torrent-history.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const now = Date.UTC(2026, 10, 18, 7)

function history(span: number, downloaded: TorrentHistory['downloaded']): TorrentHistory {
  return {
    span,
    at: downloaded.map((_, place) => now + (place - downloaded.length + 1) * span * 1_000),
    downloaded,
    uploaded: downloaded,
    progress: downloaded.map(() => null),
    marks: [],
  }
}

test.each([
  ['an hour', HOUR, ['minutes', 'day']],
  ['three days', 3 * DAY, ['minutes', 'day', 'life']],
  ['three weeks', 21 * DAY, ['minutes', 'day', 'week', 'life']],
  ['three years', 1_095 * DAY, ['minutes', 'day', 'week', 'month', 'year', 'life']],
] as const)('a torrent of %s has the ranges that it fills', (_, age, ranges) => {
  expect(rangesOf(now - age, now)).toEqual(ranges)
})

test('a torrent of unknown age has every range but its life', () => {
  expect(rangesOf(undefined, now)).toEqual(['minutes', 'day', 'week', 'month', 'year'])
})

test('the picked range stays, or becomes the longest that the next torrent has', () => {
  const young = rangesOf(now - HOUR, now)
  expect([rangeAmong('minutes', young), rangeAmong('year', young)]).toEqual(['minutes', 'day'])
})

test('a life begins where something of it is known, and keeps its gaps', () => {
  expect(withoutBeginning(history(86_400, [null, null, 0, null, 5])).downloaded).toEqual([0, null, 5])
  expect(withoutBeginning(history(86_400, [null, null, 0, null, 5])).at[0]).toBe(now - 2 * DAY)
  const unknown = history(86_400, [null, null])
  expect(withoutBeginning(unknown)).toBe(unknown)
})

test('days of which few are known are asked for by the hour', () => {
  const long = Array.from({length: 400}, () => null)
  expect(tooCoarseFrom(history(86_400, [...long, 1, 2]))).toBe(now - DAY)
  expect(tooCoarseFrom(history(86_400, [...long, ...Array.from({length: 30}, () => 1)]))).toBeNull()
  expect(tooCoarseFrom(history(3_600, [...long, 1]))).toBeNull()
  expect([tooCoarseFrom(history(86_400, long)), tooCoarseFrom(undefined)]).toEqual([null, null])
})

test('what is not known is inferred from what did not move', () => {
  expect([isKnown(history(3_600, [null, 0])), isKnown(history(3_600, [null, null]))]).toEqual([true, false])
  expect(
    [
      [null, 1, 2],
      [1, null, 2],
      [1, 2, null],
      [null, null],
    ].map((it) => hasGaps(history(3_600, it))),
  ).toEqual([false, true, false, false])
})

const STEP = 2_000
/** Steps as a page sees them, up to now. */
function seen(down: readonly (number | null)[]) {
  return {times: down.map((_, at) => now + (at - down.length + 1) * STEP), down, up: down.map(() => null)}
}

test('where this page did not look, the last minutes have what the server counted', () => {
  const kept = history(10, [null, 100, 50, 9])
  const {times, down, peak, seenMs} = recentSpeeds(seen([null, 7, 7]), kept, STEP)
  expect(times[0]).toBe(now - 20_000)
  expect(times.at(-1)).toBe(now)
  // Slots of ten seconds are five steps each; the last one has only begun.
  expect(down).toEqual([10, 10, 10, 10, 10, 5, 5, 5, 5, 7, 7])
  expect([peak, seenMs]).toEqual([10, 22_000])
})

test('without anything counted the last minutes are what this page saw', () => {
  const chart = seen([null, null, 4])
  for (const kept of [undefined, history(10, [null, null, null])]) {
    expect(recentSpeeds(chart, kept, STEP)).toMatchObject({
      times: chart.times,
      down: [null, null, 4],
      peak: 4,
      seenMs: STEP,
    })
  }
  expect(recentSpeeds(seen([null, null]), undefined, STEP).seenMs).toBe(0)
})

test('the last minutes are at most ten', () => {
  const {times} = recentSpeeds(
    seen([1]),
    history(
      10,
      Array.from({length: 200}, () => 1),
    ),
    STEP,
  )
  expect(times).toHaveLength(300)
})
