import {expect, test} from 'vitest'
import {A, B, sample} from './history.fixture.ts'
import {metrics, seriesOf, Sum, summedMetrics, timesOf} from './series.ts'

const range = {span: 10, from: 10_000, to: 50_000, points: 4} as const

test('each point has its time', () => {
  expect(timesOf(range)).toEqual([10_000, 20_000, 30_000, 40_000])
})

test('a gap is null, and what lies outside or beside is not there', () => {
  const samples = [0, 10_000, 30_000, 35_000, 50_000].map((at) => sample(at, {torrents: at}))
  expect(seriesOf(A, samples, range, ['torrents'])).toEqual({
    serverId: A,
    values: {torrents: [10_000, null, 30_000, null]},
  })
})

test('of the same time the later one counts', () => {
  const samples = [sample(10_000), sample(10_000, {torrents: 8})]
  expect(seriesOf(A, samples, range, ['torrents']).values.torrents![0]).toBe(8)
})

test('every metric is what was kept; how fast an unseen server was is not known', () => {
  const seen = sample(10_000, {downSpeed: 5, online: 0.5, count: 2})
  const unseen = sample(20_000, {downSpeed: 0, online: 0, freeSpace: null, latencyMs: null})
  const {values} = seriesOf(A, [seen, unseen], range, metrics)
  expect(Object.fromEntries(metrics.map((it) => [it, values[it]!.slice(0, 2)]))).toEqual({
    downSpeed: [5, null],
    upSpeed: [1, null],
    downSpeedMax: [10, null],
    upSpeedMax: [1, null],
    downloaded: [100, 100],
    uploaded: [10, 10],
    torrents: [3, 3],
    downloading: [1, 1],
    seeding: [1, 1],
    failing: [1, 1],
    freeSpace: [1_000, null],
    latencyMs: [4, null],
    online: [0.5, 0],
  })
})

test('servers together are the sum of those that have a sample, with the count of those', () => {
  const sum = new Sum(range)
  for (const it of [
    sample(10_000, {downSpeed: 5}),
    sample(10_000, {serverId: B, downSpeed: 7, online: 0}),
    sample(30_000, {online: 0, downSpeed: 0, upSpeed: 0}),
    sample(90_000),
  ])
    sum.add(it)
  expect(sum.reporting()).toEqual([2, 0, 1, 0])
  expect(sum.values(summedMetrics)).toEqual({
    downSpeed: [12, null, null, null],
    upSpeed: [2, null, null, null],
    downloaded: [200, null, 100, null],
    uploaded: [20, null, 10, null],
    torrents: [6, null, 3, null],
    downloading: [2, null, 1, null],
    seeding: [2, null, 1, null],
    failing: [2, null, 1, null],
    online: [0.5, null, 0, null],
  })
})
