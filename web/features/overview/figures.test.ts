import {expect, test} from 'vitest'
import {
  countedSince,
  forecastAfter,
  firstKnownAt,
  lastKnown,
  ratiosOf,
  spreadOf,
  thinned,
  withForecast,
} from './figures.ts'

test('a thinned picture has means of what is known, and its gaps stay gaps', () => {
  expect(thinned([1, 3, null, null, null, 4, 6], 2)).toEqual([2, null, 4, 6])
  expect(thinned([], 10)).toEqual([])
})

test('the ratio is of all since the beginning; where nothing was downloaded yet there is none', () => {
  expect(ratiosOf([5, 5, null, 10], [0, 5, 5, 5])).toEqual([null, 2, null, 2])
  expect(ratiosOf([], [])).toEqual([])
})

test('the newest value that is known, and when the first one was measured', () => {
  expect(lastKnown([1, 2, null])).toBe(2)
  expect(lastKnown([null])).toBeNull()
  expect(firstKnownAt([10, 20, 30], [null, 0, 1])).toBe(20)
  expect(firstKnownAt([10], [null])).toBeNull()
})

test('a forecast goes on from the last value that is known, to nothing and not below', () => {
  const series = {
    id: 'nas',
    label: 'nas',
    colour: 'var(--srv-1)',
    kind: 'line',
    values: [9, 6, null],
  } as const
  const ahead = {more: 3, stepMs: 86_400_000}
  expect(withForecast(series, {...ahead, perDay: 2.5})).toEqual([
    {...series, values: [9, 6, null, null, null, null]},
    {...series, id: 'nas forecast', kind: 'forecast', values: [null, 6, 3.5, 1, 0, 0]},
  ])
  expect(withForecast(series, {...ahead, perDay: null})).toHaveLength(1)
  expect(withForecast({...series, values: [null]}, {...ahead, perDay: 1})).toHaveLength(1)
})

test('with something freed a level goes on from higher up; with nothing to free there is no such line', () => {
  const series = {id: 'nas', label: '', colour: '', values: [9, 6, null]}
  const ahead = {more: 2, stepMs: 86_400_000}
  expect(forecastAfter(series, {...ahead, perDay: 2.5, freed: 4})).toEqual([
    {...series, id: 'nas forecast', kind: 'forecast', values: [null, 10, 7.5, 5, 2.5]},
  ])
  expect(forecastAfter(series, {...ahead, perDay: 2.5, freed: 0})).toEqual([])
  expect(forecastAfter(series, {...ahead, perDay: null, freed: 4})).toEqual([])
  expect(forecastAfter({...series, values: [null]}, {...ahead, perDay: 1, freed: 4})).toEqual([])
})

test('categories come by how many torrents they have on the servers that are shown', () => {
  const distribution = {films: {nas: 2, loft: 5}, tv: {nas: 3}, books: {loft: 9}, '': {nas: 2}}
  const nas = {server_id: 'nas'}
  expect(spreadOf(distribution, [nas])).toEqual([
    {category: 'tv', total: 3, parts: [{server: nas, count: 3}]},
    {category: '', total: 2, parts: [{server: nas, count: 2}]},
    {category: 'films', total: 2, parts: [{server: nas, count: 2}]},
  ])
})

test('what is counted by the hour says the minute from which on it is known, and never one before the server was there', () => {
  expect(countedSince(60, {at: [60, 120, 180], sum: {uploaded: [null, null, 5]}})).toBe(180)
  expect(countedSince(60, {at: [60, 120], sum: {uploaded: [null, null]}})).toBe(60)
  expect(countedSince(60, undefined)).toBe(60)
})
