import {expect, test} from 'vitest'
import {indexersIn, isNewWorld, worldText, type World} from './world.ts'

const world: World = {facts: ['p1', true, 5, false], indexers: [2, 1], items: [10, 11]}

test.each<[string, Partial<World>, boolean]>([
  ['the same', {}, false],
  ['the same in another order', {indexers: [1, 2], items: [11, 10]}, false],
  ['another profile', {facts: ['p2', true, 5, false]}, true],
  ['another date', {facts: ['p1', true, 6, false]}, true],
  ['a tag more', {facts: ['p1', true, 5, false, 3]}, true],
  ['an indexer more', {indexers: [1, 2, 3]}, true],
  ['an indexer less', {indexers: [1]}, false],
  ['another indexer in place of one', {indexers: [1, 3]}, true],
  ['an episode more', {items: [10, 11, 12]}, true],
  ['an episode less', {items: [11]}, false],
  ['no indexer', {indexers: []}, false],
])('%s: whether there may be something new to find', (_, more, is) => {
  expect(isNewWorld(worldText(world), worldText({...world, ...more}))).toBe(is)
})

test('what was searched without any indexer may be found by the first one', () => {
  const without = worldText({...world, indexers: [], items: []})
  expect(isNewWorld(without, worldText({...world, items: []}))).toBe(true)
  expect(isNewWorld(without, without)).toBe(false)
})

test('it is known how many indexers were asked', () => {
  const counts = [[], [7], [1, 2, 2, 30]].map((indexers) => indexersIn(worldText({...world, indexers})))
  expect(counts).toEqual([0, 1, 3])
})
