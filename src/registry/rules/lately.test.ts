import {expect, test} from 'vitest'
import {TimeSlice} from '#lib/time-slice.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {DAY} from '#model/units.ts'
import {world, type Row} from '#rules/world.fixture.ts'
import {latelyOf, type WantedLately} from './lately.ts'

const NOW = 30 * DAY * 1_000
const hours = (count: number) => NOW - count * 3_600_000
const here = ['A/1', 'A/2', 'A/3'].map((key, at): Row => ({key, size: 10 ** at}))

function lately(wanted: readonly WantedLately[]) {
  const of = {readers: world, subjects: here, servers: ['A', 'a/b'] as unknown as ServerId[]}
  return latelyOf({...of, wanted, at: NOW, turns: new TimeSlice()})
}

const one = (key: string, at: number, actions: WantedLately['actions'] = ['stop']): WantedLately => ({
  kind: 'torrent',
  key,
  at,
  actions,
})

test('each is counted once, by when it was wanted last, and each of its actions', async () => {
  const wanted = [
    one('A/1', hours(1), ['stop', 'tag', 'tag']),
    one('A/2', hours(24)),
    one('A/3', hours(25), ['tag']),
  ]
  expect(await lately(wanted)).toEqual({
    day: {count: 2, bytes: 11, gone: 0},
    week: {count: 3, bytes: 111, gone: 0},
    actions: new Map([
      ['stop', {count: 2, bytes: 11}],
      ['tag', {count: 1, bytes: 1}],
    ]),
  })
})

test('what is gone is counted apart, of servers that the user may command', async () => {
  const {day, week, actions} = await lately([
    one('A/9', hours(1)),
    one('B/9', hours(1)),
    one('a/b/9', hours(48)),
    {...one('A/elsewhere', hours(1)), kind: 'path'},
  ])
  expect([day, week, actions.size]).toEqual([{count: 0, bytes: 0, gone: 1}, {count: 0, bytes: 0, gone: 2}, 0])
})

test('while nothing was wanted nothing is looked at', async () => {
  const subjects = (function* (): Generator<Row> {
    yield* here
    throw new Error('looked at')
  })()
  const of = {readers: world, subjects, servers: [], wanted: [], at: NOW, turns: new TimeSlice()}
  expect((await latelyOf(of)).week).toEqual({count: 0, bytes: 0, gone: 0})
})
