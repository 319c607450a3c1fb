import {expect, test} from 'vitest'
import {torrentStates} from '#model/torrent.ts'
import {stateWords} from '#search-query/states.ts'
import {
  facetValues,
  fewOf,
  foldedCounts,
  foldedStates,
  foundValues,
  inKeptOrder,
  stateOrder,
} from './facet-values.ts'

const nothing = {any: [], all: [], none: []}
const counted = (value: string, count: number) => ({value, count, size: count * 10})

test('idle torrents count as seeding and as idle, and stalled ones are only those that want bytes', () => {
  const folded = foldedStates([counted('seeding', 5), counted('stalledUp', 7), counted('stalledDown', 2)])
  const countOf = (word: string) => folded.find(({value}) => value === word)!.count
  expect([countOf('seeding'), countOf('idle'), countOf('stalled'), countOf('error')]).toEqual([12, 7, 2, 0])
})

test('both kinds of waiting are queued, with the sizes of both', () => {
  const folded = foldedStates([counted('queuedDown', 3), counted('queuedUp', 4)])
  expect(folded.find(({value}) => value === 'queued')).toEqual(counted('queued', 7))
})

test('every word for a state is listed, and every state is in one of them', () => {
  expect([...stateOrder].sort()).toEqual(Object.keys(stateWords).sort())
  const told = new Set(stateOrder.flatMap((word) => [...stateWords[word]]))
  expect(torrentStates.filter((state) => !told.has(state))).toEqual([])
})

test('private torrents are counted by the words of the query language', () => {
  const counts = [counted('true', 4), counted('false', 2), counted('unknown', 9)]
  expect(foldedCounts('private', counts, [])).toEqual([counted('yes', 4), counted('no', 2)])
})

test('servers stand in their own order, also those without torrents', () => {
  expect(foldedCounts('server', [counted('b', 4)], ['a', 'b'])).toEqual([counted('a', 0), counted('b', 4)])
})

test('the most used value comes first, equal ones by name, none at all last', () => {
  const counts = [counted('b', 1), counted('', 9), counted('c', 5), counted('a', 1)]
  const values = facetValues(counts, nothing, {isByCount: true, hideEmpty: true})
  expect(values.map(({value}) => value)).toEqual(['c', 'a', 'b', ''])
})

test('a selected value stays when nothing has it, other empty ones go', () => {
  const choice = {any: ['gone'], all: [], none: ['off']}
  const values = facetValues([counted('off', 0), counted('bare', 0), counted('a', 1)], choice, {
    isByCount: true,
    hideEmpty: true,
  })
  expect(values.map(({value, standing}) => `${value} ${standing}`)).toEqual([
    'a open',
    'gone included',
    'off excluded',
  ])
})

test('what is wanted and excluded at once is excluded', () => {
  const values = facetValues(
    [counted('a', 1)],
    {any: ['a'], all: [], none: ['a']},
    {isByCount: false, hideEmpty: true},
  )
  expect(values[0]!.standing).toBe('excluded')
})

test('under the pointer the order stays, and new values come last', () => {
  const values = facetValues([counted('a', 9), counted('new', 8), counted('b', 1)], nothing, {
    isByCount: true,
    hideEmpty: true,
  })
  expect(inKeptOrder(values, ['b', 'a']).map(({value}) => value)).toEqual(['b', 'a', 'new'])
})

test('the first few are shown, with what is selected further down', () => {
  const counts = Array.from({length: 20}, (_, at) => counted(String.fromCharCode(97 + at), 20 - at))
  const values = facetValues(counts, {any: ['k'], all: [], none: []}, {isByCount: true, hideEmpty: true})
  expect(fewOf(values, 3).map(({value}) => value)).toEqual(['a', 'b', 'c', 'k'])
})

test('a list that is one too long is shown whole', () => {
  const counts = ['a', 'b', 'c', 'd'].map((value) => counted(value, 1))
  const values = facetValues(counts, nothing, {isByCount: true, hideEmpty: true})
  expect(fewOf(values, 3)).toHaveLength(4)
})

test('typed letters find labels in any case', () => {
  const values = facetValues([counted('Films', 1), counted('', 2)], nothing, {
    isByCount: true,
    hideEmpty: true,
  })
  const label = (value: string) => value || 'No category'
  expect(foundValues(values, ' FILM ', label).map(({value}) => value)).toEqual(['Films'])
  expect(foundValues(values, 'no cat', label).map(({value}) => value)).toEqual([''])
})
