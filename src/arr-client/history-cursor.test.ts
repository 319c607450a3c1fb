import fc from 'fast-check'
import {expect, test} from 'vitest'
import type {HistoryRow} from '#model/arr.ts'
import {advance, askFrom, OVERLAP_MS, type HistoryCursor} from './history-cursor.ts'

const row = (id: number, at: number) => ({id, at}) as HistoryRow

test('each row is reported once, although rows of one moment arrive late', () => {
  const steps = fc.array(
    fc.array(
      fc.record({delay: fc.integer({min: 0, max: OVERLAP_MS}), ahead: fc.integer({min: 0, max: 9_000})}),
      {maxLength: 5},
    ),
    {maxLength: 10},
  )
  fc.assert(
    fc.property(steps, (rounds) => {
      let cursor: HistoryCursor = {at: 1_000_000, seen: []}
      const written: HistoryRow[] = []
      const reported: number[] = []
      for (const round of rounds) {
        // Written since the last question, not older than the overlap before the newest one then.
        const newest = cursor.at
        for (const {delay, ahead} of round) {
          written.push(row(written.length + 1, newest + (ahead > 4_500 ? ahead : -delay)))
        }
        const answer = written.filter((it) => it.at >= askFrom(cursor))
        const step = advance(cursor, answer)
        reported.push(...step.fresh.map(({id}) => id))
        cursor = step.cursor
      }
      expect(reported.toSorted((one, other) => one - other)).toEqual(written.map(({id}) => id))
    }),
  )
})

test('what is kept stays small', () => {
  const rows = Array.from({length: 1000}, (_, at) => row(at, at * 1000))
  expect(advance({at: 0, seen: []}, rows).cursor.seen).toHaveLength(6)
})

test('a row of another database is reported although its id was seen', () => {
  const {cursor} = advance({at: 0, seen: []}, [row(1, 1_000)])
  expect(advance(cursor, [row(1, 2_000)]).fresh).toEqual([row(1, 2_000)])
  expect(advance(cursor, [row(1, 1_000)]).fresh).toEqual([])
})
