import {expect, test} from 'vitest'
import {mediaTitle} from './title-cache.ts'

type TitledItem = Parameters<typeof mediaTitle>[1][number]
type TitledOwner = Parameters<typeof mediaTitle>[0]

const movie: TitledOwner = {kind: 'movie', title: 'Harbour of Glass', year: 2021}
const series: TitledOwner = {kind: 'series', title: 'The Long Ferry', year: 2019}
const artist: TitledOwner = {kind: 'artist', title: 'Ada Moss', year: null}
const episode = (seasonNumber: number, number: number): TitledItem => ({title: 'x', seasonNumber, number})
const album = (title: string): TitledItem => ({title, seasonNumber: null, number: null})

test.each([
  [movie, [], 'Harbour of Glass (2021)'],
  [{...movie, year: null}, [], 'Harbour of Glass'],
  [series, [], 'The Long Ferry'],
  [series, [episode(3, 1)], 'The Long Ferry S03E01'],
  [series, [episode(3, 10), episode(3, 1), episode(3, 2)], 'The Long Ferry S03E01–E10'],
  [series, [episode(4, 1), episode(3, 8)], 'The Long Ferry S03E08 S04E01'],
  [series, [album('A Scene')], 'The Long Ferry: A Scene'],
  [artist, [album('Tides')], 'Ada Moss: Tides'],
  [artist, [album('One'), album('Two'), album('Three')], 'Ada Moss: One, Two +1'],
  [artist, [album(''), album('Tides')], 'Ada Moss: Tides +1'],
  [artist, [album(' ')], 'Ada Moss'],
] as const)('%o with %o is called %s', (owner, items, called) => {
  expect(mediaTitle(owner, items)).toBe(called)
})
