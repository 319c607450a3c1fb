import {expect, test} from 'vitest'
import {A, B} from '#executor/executor-harness.fixture.ts'
import type {RuleId} from '#model/rule.ts'
import {RoomLedger, type RoomPlace} from './room-ledger.ts'

type FreedRoom = Parameters<RoomLedger['claim']>[0]

const MINUTE_MS = 60_000
const [one, two] = ['one', 'two'] as RuleId[] as [RuleId, RuleId]
const disk = (device: string | null, serverId = A): RoomPlace => ({of: 'disk', serverId, device})
const freed = (key: string, more: Partial<FreedRoom> = {}): FreedRoom => ({
  key,
  serverId: A,
  device: '1',
  bytes: 10,
  ...more,
})

function ledger() {
  const clock = {now: 0, monotonic: () => clock.now}
  return {clock, room: new RoomLedger(clock)}
}

test('what is on its way counts on its disk, whichever server has it, until it shows', () => {
  const {room, clock} = ledger()
  room.claim(freed('a'), {place: disk('1'), bytes: 50}, one)
  room.claim(freed('b', {serverId: B}), {place: disk('1', B), bytes: 60}, one)
  expect(room.expected(disk('1', B), 50, 'c')).toBe(70)
  // One of them shows, then both, and more.
  expect(room.expected(disk('1'), 60, 'c')).toBe(70)
  expect(room.expected(disk('1'), 90, 'c')).toBe(90)
  expect(room.expected(disk('2'), 50, 'c')).toBe(50)
  expect(room.expected({of: 'server', serverId: B, device: null}, 50, 'c')).toBe(60)
  // Its own does not count for itself, and no more once it is not removed.
  expect(room.expected(disk('1'), 50, 'b')).toBe(60)
  room.release('b', one)
  expect(room.expected(disk('1'), 50, 'c')).toBe(60)
  clock.now = 10 * MINUTE_MS + 1
  expect(room.expected(disk('1'), 50, 'c')).toBe(50)
})

test('where the disk is not known all of the server counts, and where free space was never asked for, all of it', () => {
  const {room} = ledger()
  room.claim(freed('a', {device: null}), null, one)
  expect(room.expected(disk('1'), 50, 'c')).toBe(60)
  expect(room.expected(disk('1', B), 50, 'c')).toBe(50)
  room.claim(freed('b', {device: '2'}), null, one)
  expect(room.expected(disk(null), 50, 'c')).toBe(70)
  expect(room.expected(disk('2'), 50, 'c')).toBe(70)
})

test('what one rule does not remove may be on its way for another one, or sent by it before', () => {
  const {room, clock} = ledger()
  const expected = () => room.expected(disk('1'), 50, 'c')
  room.claim(freed('a'), null, one)
  room.claim(freed('a'), null, two)
  room.release('a', two)
  expect(expected()).toBe(60)
  room.release('a', one)
  expect(expected()).toBe(50)
  room.claim(freed('a'), null, one)
  clock.now = 9 * MINUTE_MS
  room.sent('a')
  // It is listed still, and refused as its removal is under way.
  room.claim(freed('a'), null, one)
  room.release('a', one)
  clock.now = 18 * MINUTE_MS
  expect(expected()).toBe(60)
  clock.now = 20 * MINUTE_MS
  expect(expected()).toBe(50)
})

test('by what a server says is free, what another one frees on the same disk counts, too', () => {
  const {room} = ledger()
  const all = (serverId: typeof A, device: string | null) => ({of: 'server', serverId, device}) as const
  room.claim(freed('a', {serverId: B}), {place: all(B, '1'), bytes: 50}, one)
  expect(room.expected(all(A, '1'), 50, 'c')).toBe(60)
  for (const device of ['2', null]) expect(room.expected(all(A, device), 50, 'c')).toBe(50)
})
