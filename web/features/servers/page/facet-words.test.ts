import {expect, test} from 'vitest'
import {queryFor, sharesByWord} from './features.ts'

test('states that have one word on screen are one share', () => {
  const share = (value: string, count: number) => ({value, count, size: count * 10})
  expect(
    sharesByWord([share('seeding', 2), share('stalledUp', 3), share('queuedDown', 1), share('queuedUp', 1)]),
  ).toEqual([share('seeding', 5), share('queued', 2)])
})

test.each([
  ['category', '', 'category:none'],
  ['category', 'tv shows', 'category:"tv shows"'],
  ['state', 'stalled', 'state:stalled'],
  ['tracker', 'tidemark.example', 'tracker:tidemark.example'],
] as const)('%s "%s" is found by %s', (facet, value, query) => {
  expect(queryFor(facet, value)).toBe(query)
})
