import {expect, test} from 'vitest'
import {A, B} from '#executor/executor-harness.fixture.ts'
import {RoomLedger, type FreedRoom, type RoomPlace} from './room-ledger.ts'

const MINUTE_MS = 60_000
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
  room.claim(freed('a'), {place: disk('1'), bytes: 50})
  room.claim(freed('b', {serverId: B}), {place: disk('1', B), bytes: 60})
  expect(room.expected(disk('1', B), 50, 'c')).toBe(70)
  // One of them shows, then both, and more.
  expect(room.expected(disk('1'), 60, 'c')).toBe(70)
  expect(room.expected(disk('1'), 90, 'c')).toBe(90)
  expect(room.expected(disk('2'), 50, 'c')).toBe(50)
  expect(room.expected({of: 'server', serverId: B}, 50, 'c')).toBe(60)
  // Its own does not count for itself, and no more once it is not removed.
  expect(room.expected(disk('1'), 50, 'b')).toBe(60)
  room.release('b')
  expect(room.expected(disk('1'), 50, 'c')).toBe(60)
  clock.now = 10 * MINUTE_MS + 1
  expect(room.expected(disk('1'), 50, 'c')).toBe(50)
})

test('where the disk is not known all of the server counts, and where nobody asked what was free, all of it', () => {
  const {room} = ledger()
  room.claim(freed('a', {device: null}), null)
  expect(room.expected(disk('1'), 50, 'c')).toBe(60)
  expect(room.expected(disk('1', B), 50, 'c')).toBe(50)
  room.claim(freed('b', {device: '2'}), null)
  expect(room.expected(disk(null), 50, 'c')).toBe(70)
  expect(room.expected(disk('2'), 50, 'c')).toBe(70)
})
