import {describe, expect, test} from 'vitest'
import type {SearchResult} from '#model/searching.ts'
import {isExplained, restAfter, type SearchedUnit} from './rest.ts'
import {DAY_MS, HOUR_MS, NOW} from './searching.fixture.ts'

const choice = {startMs: DAY_MS, mostMs: 30 * DAY_MS}
const searched: SearchedUnit = {
  result: 'empty',
  wasPartial: false,
  reason: 'missing',
  availableAt: NOW - 365 * DAY_MS,
  indexersBackAt: null,
  empties: 0,
  failures: 0,
  now: NOW,
  random: 0.5,
}

/** Rests of so many searches in a row that ended so, in ms. */
function rests(results: readonly SearchResult[], more: Partial<SearchedUnit> = {}): readonly number[] {
  let state: Pick<SearchedUnit, 'empties' | 'failures'> = {empties: 0, failures: 0}
  return results.map((result, at) => {
    const rest = restAfter(
      {...searched, ...more, ...state, result, wasPartial: results[at - 1] === 'partial'},
      choice,
    )
    state = rest
    return rest.until - NOW
  })
}

const times = (count: number, result: SearchResult): readonly SearchResult[] =>
  Array<SearchResult>(count).fill(result)

describe('rests', () => {
  test('Q2 what finds nothing rests 1, 2, 4, 8, 16, then 30 days', () => {
    expect(rests(times(7, 'empty')).map((ms) => ms / DAY_MS)).toEqual([1, 2, 4, 8, 16, 30, 30])
  })

  test('what came out within two weeks rests a quarter of a day at first', () => {
    const young = {availableAt: NOW - 13 * DAY_MS}
    expect(rests(times(4, 'empty'), young).map((ms) => ms / HOUR_MS)).toEqual([6, 12, 24, 48])
    expect(rests(times(1, 'empty'), {availableAt: NOW - 14 * DAY_MS})).toEqual([DAY_MS])
  })

  test('rests differ by a tenth at most', () => {
    const of = (random: number) => rests(times(1, 'empty'), {random})[0]! / DAY_MS
    expect([of(0), of(1)]).toEqual([0.9, 1.1])
  })

  test('a trouble rests 1, 3, 6, then 12 hours, and counts for no empty search', () => {
    expect(rests(times(5, 'failed')).map((ms) => ms / HOUR_MS)).toEqual([1, 3, 6, 12, 12])
    expect(rests(['empty', 'failed', 'empty']).map((ms) => ms / HOUR_MS)).toEqual([24, 1, 48])
  })

  test('what was grabbed begins from the start', () => {
    expect(rests(['empty', 'empty', 'grabbed', 'empty']).map((ms) => ms / HOUR_MS)).toEqual([24, 48, 1, 24])
  })

  test('Q19 without an indexer that is blocked it is searched once more ten minutes after that is back', () => {
    const back = {indexersBackAt: NOW + 3 * HOUR_MS}
    const minutes = rests(['partial', 'partial', 'empty'], back).map((ms) => ms / 60_000)
    expect(minutes).toEqual([190, 24 * 60, 48 * 60])
    expect(rests(['partial'], {indexersBackAt: NOW - DAY_MS})).toEqual([600_000])
    expect(rests(['partial'])).toEqual([HOUR_MS + 600_000])
  })

  test('Q28 an episode of today is searched 2, 3, 8 and 20 hours after it was on air, and rests from then on', () => {
    const availableAt = NOW
    const at: number[] = []
    let state: Pick<SearchedUnit, 'empties' | 'failures'> = {empties: 0, failures: 0}
    let now = availableAt + 2 * HOUR_MS
    for (let search = 0; search < 6; search++) {
      at.push((now - availableAt) / HOUR_MS)
      const reason = now - availableAt < DAY_MS ? 'today' : 'missing'
      const rest = restAfter({...searched, ...state, reason, availableAt, now}, choice)
      state = rest
      now = rest.until
    }
    expect(at).toEqual([2, 3, 8, 20, 26, 38])
  })
})

test('Q3 its Arr is asked why it takes nothing at the third search, each fifth after it, and of a request at the second', () => {
  const explained = (reason: 'missing' | 'request') =>
    Array.from({length: 14}, (_, empties) => empties).flatMap((empties) =>
      isExplained(reason, empties) ? [empties + 1] : [],
    )
  expect([explained('missing'), explained('request')]).toEqual([
    [3, 8, 13],
    [2, 3, 8, 13],
  ])
})
