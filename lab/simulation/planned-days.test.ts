import {expect, test} from 'vitest'
import {runOf, runText} from './many-days.ts'
import {plannedDays} from './planned-days.ts'
import {keptSeeds} from './regression-seeds.ts'

const first = 800_000_000
const planned = (shares: number) =>
  Array.from({length: shares}, (_, at) => plannedDays({isFull: true, first, share: at + 1, shares})).flat()
const lived = (shares: number) =>
  planned(shares).flatMap(({runs, pace}) =>
    runs.map(({seed, days, edition}) => [seed, days, pace, edition] as const),
  )

test.each([1, 3, 8])('each seed that once broke something is lived through in one of %i parts', (shares) => {
  const kept = lived(shares).filter(([seed]) => seed < first)
  expect(kept.map(String).toSorted()).toEqual(keptSeeds.map(String).toSorted())
})

test.each([1, 8])('1,000 days of new seeds are lived through in %i parts, none of them twice', (shares) => {
  const leaps = lived(shares).filter(([seed, , pace]) => seed >= first && pace === 'leaps')
  expect(new Set(leaps.map(([seed]) => seed)).size).toBe(leaps.length)
  expect(leaps.reduce((sum, [, days]) => sum + days, 0)).toBeGreaterThanOrEqual(1_000)
  expect(lived(shares).filter(([seed, , pace]) => seed >= first && pace === 'wire')).toHaveLength(1)
})

test('the quick proof takes 30 days, nothing second by second, and no kept seed of a long time', () => {
  const quick = plannedDays({isFull: false, first, share: 1, shares: 1})
  expect(quick.every(({pace}) => pace === 'leaps')).toBe(true)
  const runs = quick.flatMap((it) => it.runs)
  const fresh = runs.filter(({seed}) => seed >= first)
  expect(fresh.reduce((sum, {days}) => sum + days, 0)).toBe(30)
  expect(Math.max(...runs.filter(({seed}) => seed < first).map(({days}) => days))).toBeLessThanOrEqual(0.35)
})

test('each run is read as it is written', () => {
  const runs = planned(3).flatMap((it) => it.runs)
  expect(runs.map(runText).map(runOf)).toEqual(runs)
  expect(() => runOf('42')).toThrow('--run 42: it is SEED:DAYS')
})
