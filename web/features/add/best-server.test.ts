import {expect, test} from 'vitest'
import {bestServer, canTake, type Candidate} from './targets.ts'

const TIB = 2 ** 40
const server = (id: string, change: Partial<Candidate> = {}): Candidate => ({
  server_id: id,
  server_name: id,
  status: 'online',
  access: 'own',
  free_space: TIB,
  down_speed: 0,
  torrents: 10,
  ...change,
})

test('most space wins, and it says so', () => {
  const best = bestServer([server('a'), server('b', {free_space: 3 * TIB})], 0)
  expect(best).toMatchObject({id: 'b', why: {key: 'add.best.space', values: {name: 'b'}}})
})

test('a server whose disk is away is never the best place', () => {
  const away = server('away', {free_space: undefined, free_space_unknown: 'Another disk is there.'})
  expect(bestServer([away], 0)).toBeNull()
  const other = bestServer([away, server('b', {free_space: 1})], 0)
  expect(other).toMatchObject({id: 'b', why: {key: 'add.best.rest'}})
})

test('with about the same space the one with less to do wins', () => {
  const best = bestServer([server('a', {down_speed: 5}), server('b', {free_space: TIB * 0.97})], 0)
  expect(best).toMatchObject({id: 'b', why: {key: 'add.best.load'}})
})

test('one that is slow or half there is taken only when no other can', () => {
  const degraded = server('roomy', {status: 'degraded', free_space: 9 * TIB})
  expect(bestServer([degraded, server('a')], 0)?.id).toBe('a')
  expect(bestServer([degraded], 0)).toMatchObject({id: 'roomy', why: {key: 'add.best.only'}})
})

test('one that is away, only to be looked at or too full is never the best', () => {
  const none = [
    server('away', {status: 'unreachable'}),
    server('look', {access: 'view'}),
    server('full', {free_space: 10}),
  ]
  expect(bestServer(none, 100)).toBe(null)
  expect(none.map(canTake)).toEqual([false, false, true])
})

test('one that does not report its space is taken when none is known to have more', () => {
  expect(bestServer([server('mute', {free_space: undefined})], 100)?.id).toBe('mute')
  expect(bestServer([server('mute', {free_space: undefined}), server('a')], 100)?.id).toBe('a')
})
