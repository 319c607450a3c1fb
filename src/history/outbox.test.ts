import {expect, test} from 'vitest'
import type {HealthChange} from '#store/repositories/health-changes.ts'
import {A, sample} from './history.fixture.ts'
import {Outbox} from './outbox.ts'

const change = (at: number): HealthChange => ({serverId: A, at, status: 'online', reason: 'none', detail: ''})
const places = (outbox: Outbox) => outbox.samples.map(({span, at}) => `${span} ${at}`)

test('what is put in waits in order until it is dropped; what came meanwhile stays', () => {
  const outbox = new Outbox()
  outbox.put([sample(0), sample(10_000)], [change(1)])
  outbox.put([sample(20_000)], [change(2)])
  outbox.drop(2, 1)
  expect([places(outbox), outbox.changes]).toEqual([['10 20000'], [change(2)]])
})

test('samples of ten seconds wait an hour; minutes wait on', () => {
  const outbox = new Outbox({ms: 60_000, samples: 100, changes: 100})
  outbox.put([sample(0), sample(0, {span: 60}), sample(10_000)], [])
  expect(outbox.shorten(60_000)).toBe(0)
  expect(outbox.shorten(70_000)).toBe(1)
  expect(places(outbox)).toEqual(['60 0', '10 10000'])
})

test('of too many the oldest of ten seconds go first, then the oldest of all', () => {
  const outbox = new Outbox({ms: 10 ** 9, samples: 3, changes: 2})
  const minutes = [60_000, 120_000, 180_000, 240_000].map((at) => sample(at, {span: 60}))
  outbox.put([sample(0), minutes[0]!, sample(10_000), minutes[1]!], [change(1), change(2), change(3)])
  expect([outbox.shorten(0), places(outbox), outbox.changes.map(({at}) => at)]).toEqual([
    2,
    ['60 60000', '10 10000', '60 120000'],
    [2, 3],
  ])
  outbox.put([minutes[2]!, minutes[3]!], [])
  expect([outbox.shorten(0), places(outbox)]).toEqual([2, ['60 120000', '60 180000', '60 240000']])
})
