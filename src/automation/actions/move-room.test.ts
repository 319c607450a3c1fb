import {expect, test} from 'vitest'
import type {DiskSpace} from '#disk/free-space.ts'
import {unseen} from '#disk/fs-errors.ts'
import {A, keyOf} from '#lookups/look-ups.fixture.ts'
import {believedFree} from '#model/server.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {roomForMove, type MoveRoomDeps} from './move-room.ts'
import {MovesUnderWay} from './moves-under-way.ts'

const mappings = [
  {server: '/srv', ours: '/mnt/a'},
  {server: '/big', ours: '/mnt/b'},
]
const disk = (device: string, freeBytes: number): DiskSpace => ({
  device,
  freeBytes,
  totalBytes: 10_000,
  usedShare: 0.5,
})

const why = 'Its disk is read-only.'

interface Wish {
  readonly row?: Partial<TorrentRecord>
  readonly disks?: Readonly<Record<string, DiskSpace>>
  readonly mapped?: boolean
  readonly told?: number
  readonly reserve?: number
}

function roomWith({row, disks = {}, mapped = true, told, reserve = 0}: Wish) {
  const fleet = {get: () => ({savePath: '/srv/tmp', size: 1_000, state: 'seeding', ...row}) as TorrentRecord}
  const moves = new MovesUnderWay({fleet, neighbours: () => [], clock: new VirtualClock()})
  const parts: MoveRoomDeps = {
    fleet,
    moves,
    reserve: () => reserve,
    mappings: () => (mapped ? mappings : []),
    space: async (path) => disks[path] ?? unseen('unreadable', 'It is empty, and was not.'),
    servers: {
      freeSpace: async () => (told === undefined ? {freeSpaceUnknown: why} : {freeSpace: believedFree(told)}),
    },
  }
  return {moves, room: (path: string, n = 1) => roomForMove(keyOf(A, n), path, parts)}
}

test('on its own disk there is always room, and none is kept', async () => {
  const disks = {'/mnt/a/tmp': disk('1', 0), '/mnt/a/films': disk('1', 0)}
  const {room, moves} = roomWith({disks})
  expect(await room('/srv/films')).toBeNull()
  expect(moves.around(A)).toEqual({count: 1, bytes: 0})
})

for (const [what, wish, path, why] of [
  ['just enough', {disks: {'/mnt/b': disk('2', 1_000)}}, '/big', null],
  ['a byte too little', {disks: {'/mnt/b': disk('2', 999)}}, '/big', 'no room'],
  [
    'enough but for what has to stay free',
    {disks: {'/mnt/b': disk('2', 1_500)}, reserve: 501},
    '/big',
    'no room',
  ],
  ['a disk that is away', {disks: {'/mnt/b': disk('2', 1_000)}}, '/big/gone', 'is unknown'],
  ['what its server says', {mapped: false, told: 1_000}, '/big', null],
  ['too little, as its server says', {mapped: false, told: 999}, '/big', 'no room'],
  ['a server that does not say, or whose disk is not there', {mapped: false}, '/big', 'is unknown'],
  ['a torrent that lies nowhere known', {row: {savePath: undefined}}, '/big', 'where its data is'],
  ['a torrent of unknown size', {row: {size: undefined}}, '/big', 'how large'],
] as readonly (readonly [string, Wish, string, string | null])[]) {
  test(`${what}: it is ${why === null ? 'moved' : `not moved, for ${why}`}`, async () => {
    const {room, moves} = roomWith(wish)
    const said = await room(path)
    if (why === null) expect([said, moves.around(A).count]).toEqual([null, 1])
    else expect([said, moves.around(A).count]).toEqual([expect.stringContaining(why), 0])
  })
}

test('room that is promised to one move is not promised to the next', async () => {
  const {room} = roomWith({disks: {'/mnt/b': disk('2', 1_999)}})
  expect(await room('/big')).toBeNull()
  expect(await room('/big', 2)).toContain('2000 are needed')
})
