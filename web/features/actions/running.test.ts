import {expect, test} from 'vitest'
import type {RecentAction} from '../../api/actions.ts'
import {farWords, RunningActions, shareOf} from './results.ts'

const action = (id: string, state: RecentAction['state'], done = 0) =>
  ({
    action_id: id,
    state,
    verb: 'setCategory',
    count: 5_000,
    counts: {done},
    progress: null,
  }) as unknown as RecentAction

function page(listed: readonly RecentAction[] | null = [], aside = new Set<string>()) {
  const later: (() => void)[] = []
  const heard: string[] = []
  const say = (what: string) => (it: RecentAction) => void heard.push(`${what} ${it.action_id}`)
  const running = new RunningActions({
    list: () => (listed === null ? Promise.reject(new Error('away')) : Promise.resolve(listed)),
    after: (_ms, run) => void later.push(run),
    ended: say('ended'),
    lost: say('lost'),
    aside,
  })
  const pass = () => later.splice(0).forEach((run) => run())
  const shown = () => running.shown.map((it) => `${it.action_id} ${it.counts.done}`)
  return {running, heard, pass, shown}
}

test('what takes its time is shown with how far it is, until it ends', () => {
  const {running, heard, pass, shown} = page()
  running.hear(action('a', 'running'))
  running.hear(action('a', 'running', 500))
  expect(shown()).toEqual([])
  pass()
  expect(shown()).toEqual(['a 500'])
  running.hear(action('a', 'running', 1_000))
  expect(shown()).toEqual(['a 1000'])
  running.hear(action('a', 'done', 5_000))
  expect([shown(), heard]).toEqual([[], []])
})

test('what was put aside stays away, also after a reload, and its end is reported', async () => {
  const aside = new Set<string>()
  const {running, pass, shown} = page([], aside)
  running.hear(action('a', 'running'))
  running.hear(action('b', 'running'))
  pass()
  running.putAside('a')
  expect(shown()).toEqual(['b 0'])
  running.hear(action('a', 'running', 500))
  expect(shown()).toEqual(['b 0'])
  const again = page([action('a', 'running', 900), action('b', 'running')], aside)
  await again.running.opened()
  again.pass()
  expect(again.shown()).toEqual(['b 0'])
  again.running.hear(action('a', 'done'))
  expect(again.heard).toEqual(['ended a'])
})

test('what ends at once is never shown, and news of others change nothing', () => {
  const {running, pass, shown} = page()
  running.hear(action('a', 'running'))
  running.hear(action('a', 'done'))
  running.hear(action('b', 'undone'))
  pass()
  expect(shown()).toEqual([])
})

test('what began before a reload is found, and reported when it ends, or that it was lost', async () => {
  const listed = [action('a', 'running', 500), action('b', 'running'), action('old', 'done')]
  const {running, heard, pass, shown} = page(listed)
  await running.opened()
  pass()
  expect(shown()).toEqual(['b 0', 'a 500'])
  running.hear(action('a', 'done'))
  listed.splice(0)
  await running.opened()
  expect([shown(), heard]).toEqual([[], ['ended a', 'lost b']])
})

test('one that ended while the connection was away ends with the list, and one that this page began shows its answer', async () => {
  const listed: RecentAction[] = []
  const {running, heard} = page(listed)
  running.hear(action('mine', 'running'))
  running.hear(action('gone', 'running'))
  listed.push(action('mine', 'done'))
  await running.opened()
  expect(heard).toEqual([])
  running.hear(action('mine', 'running'))
  expect(heard).toEqual([])
})

test('a list that is not to be had changes nothing', async () => {
  const {running, heard, pass, shown} = page(null)
  running.hear(action('a', 'running'))
  pass()
  await running.opened()
  expect([shown(), heard]).toEqual([['a 0'], []])
})

test('who asked hears once that it began, and of no other', () => {
  const {running} = page()
  let begun = 0
  const isIt = ({verb, count}: RecentAction) => verb === 'setCategory' && count === 5_000
  running.onBegin(isIt, () => begun++)
  const stop = running.onBegin(isIt, () => (begun += 10))
  running.hear({...action('x', 'running'), verb: 'stop'})
  expect(begun).toBe(0)
  running.hear(action('a', 'running'))
  running.hear(action('a', 'running', 500))
  expect(begun).toBe(1)
  stop()
  running.hear(action('b', 'running'))
  expect(begun).toBe(1)
})

const GiB = 2 ** 30
const NOW = 1_000_000

function moving(progress: Partial<NonNullable<RecentAction['progress']>> | null) {
  const counts = {done: 12, failed: 0, refused: 0, unconfirmed: 0}
  const known = {ended: 4, bytes_ended: 41.8 * GiB, bytes: 118 * GiB, ends_at: NOW + 9.5 * 60_000}
  return {count: 12, counts, progress: progress && {...known, ...progress}}
}

for (const [what, progress, words] of [
  ['all is known', {}, '4 of 12, 41.8 of 118\u00a0GiB, 9\u00a0m left'],
  ['the units differ', {bytes_ended: GiB / 2}, '4 of 12, 512\u00a0MiB of 118\u00a0GiB, 9\u00a0m left'],
  ['nothing is there', {ended: 0, bytes_ended: 0, ends_at: null}, '0 of 12, 0 of 118\u00a0GiB'],
  ['a size is not known', {bytes_ended: null, bytes: null, ends_at: null}, '4 of 12'],
  ['it takes longer than it should', {ends_at: NOW - 1}, '4 of 12, 41.8 of 118\u00a0GiB'],
  ['no data moves', null, '12 of 12'],
] as const) {
  test(`how far an action is: ${what}`, () => {
    expect(farWords(moving(progress), NOW)).toBe(words)
  })
}

test('of one torrent the bytes alone are said', () => {
  const {counts, progress} = moving({ended: 0})
  expect(farWords({count: 1, counts, progress}, NOW)).toBe('41.8 of 118\u00a0GiB, 9\u00a0m left')
  expect(farWords({count: 1, progress: moving({bytes: null, ends_at: null}).progress}, NOW)).toBe('4 of 1')
})

test('how far it is goes by bytes where they are known', () => {
  expect(shareOf(moving({bytes_ended: 59 * GiB}))).toBe(0.5)
  expect(shareOf(moving({bytes_ended: null, bytes: null}))).toBeCloseTo(4 / 12)
  expect(shareOf({...moving(null), count: 24})).toBe(0.5)
})

test('what its servers took is under way as long as data moves, and ends with it', () => {
  const {running, heard, pass, shown} = page()
  running.hear(action('a', 'running'))
  pass()
  running.hear({...action('a', 'done', 12), progress: moving({}).progress})
  expect([shown(), heard]).toEqual([['a 12'], []])
  running.hear(action('a', 'done', 12))
  expect(shown()).toEqual([])
})
