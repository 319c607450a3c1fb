import {expect, test} from 'vitest'
import type {FoundRelease} from '../../../api/releases.ts'
import {bestFirst, nextOrder, orderBy, ordered} from './release-rows.ts'

const release = (place: number, change: Partial<FoundRelease>) => ({place, ...change}) as FoundRelease
const releases = [
  release(0, {title: 'b', size: 2, seeders: null, age: 30, score: 5}),
  release(1, {title: 'a', size: 3, seeders: 1, age: 10, score: 5}),
  release(2, {title: 'c', size: 1, seeders: 9, age: 20, score: 7}),
]
const places = (of: readonly FoundRelease[]) => of.map(({place}) => place)

test.each([
  ['best', [0, 1, 2]],
  ['title', [1, 0, 2]],
  ['age', [1, 2, 0]],
  ['size', [1, 0, 2]],
  ['seeders', [2, 1, 0]],
  ['score', [2, 0, 1]],
] as const)('releases are sorted by %s, and what is alike stays as the Arr has it', (by, sorted) => {
  expect(places(ordered(releases, orderBy(by)))).toEqual(sorted)
})

test('what is not known is last in both directions', () => {
  expect(places(ordered(releases, {by: 'seeders', isDown: false}))).toEqual([1, 2, 0])
})

test('a head that is pressed sorts, turns round, and ends with the best first', () => {
  const first = nextOrder(bestFirst, 'size')
  const second = nextOrder(first, 'size')
  expect([first, second, nextOrder(second, 'size')]).toEqual([
    {by: 'size', isDown: true},
    {by: 'size', isDown: false},
    bestFirst,
  ])
  expect(nextOrder(first, 'title')).toEqual({by: 'title', isDown: false})
})
