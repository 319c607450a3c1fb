import {expect, test} from 'vitest'
import type {DiskSpace} from '#disk/free-space.ts'
import {unseen} from '#disk/fs-errors.ts'
import {A, B, keyOf} from '#lookups/look-ups.fixture.ts'
import {CommodarrError} from '#model/errors.ts'
import {believedFree} from '#model/server.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {DestinationSpace} from './destination-space.ts'
import {MoveSpace, type CopyUnderWay} from './move-space.ts'

const mappings = [
  {server: '/srv', ours: '/mnt/a'},
  {server: '/big', ours: '/mnt/b'},
  {server: '/more', ours: '/mnt/c'},
]
const disk = (device: string, freeBytes: number): DiskSpace => ({
  device,
  freeBytes,
  totalBytes: 10_000,
  usedShare: 0.5,
})
const here = {'/mnt/a/tmp': disk('1', 0)}
/** Its data lies on another disk than the target. */
const onto = (freeBytes: number) => ({...here, '/mnt/b': disk('2', freeBytes)})

const HOUR_MS = 3_600_000
const readOnly = 'Its disk is read-only.'

/** What is missing of it is downloaded where it lies then. */
const restless =
  'space_unknown: There is no room for the rest of it, which is downloaded there later, in /big: 999 bytes are free, and 1000 are needed.'

interface Wish {
  readonly row?: Partial<TorrentRecord>
  readonly disks?: Readonly<Record<string, DiskSpace>>
  readonly mapped?: boolean
  readonly reported?: number
  /** Of its default folder alone. */
  readonly reportedDefault?: number | string
  readonly savesAt?: string | null
  readonly silent?: boolean
  readonly reserve?: number
  readonly copies?: readonly CopyUnderWay[]
  readonly neighbours?: (id: ServerId) => readonly ServerId[]
  /** A folder of ours in which nothing is to be seen. */
  readonly empty?: string
}

function spaceWith({
  row,
  disks = {},
  mapped = true,
  reported,
  reportedDefault,
  savesAt = '/srv/',
  silent = false,
  reserve = 0,
  copies = [],
  neighbours = () => [],
  empty,
}: Wish) {
  const clock = new VirtualClock()
  const gone = new Set<string>()
  const states = new Map<string, TorrentRecord['state']>()
  const away = new Set<ServerId>()
  /** Every 20 s a server tells of its torrents, unless it is away. */
  const polls = new Map<ServerId, number>()
  const report = () => {
    for (const id of [A, B]) if (!away.has(id)) polls.set(id, (polls.get(id) ?? 0) + 1)
    clock.after(20_000, report)
  }
  report()
  const asked: string[] = []
  const statesAsked: string[] = []
  const folders = new DestinationSpace(
    () => (mapped ? mappings : []),
    async (path) => {
      asked.push(path)
      return disks[path] ?? unseen('unreadable', 'It is empty, and was not.')
    },
    {whyEmpty: async (path) => (path === empty ? 'It is empty.' : null)},
    {
      async freeSpace(_, path) {
        asked.push(path ?? 'default')
        if (silent) throw new CommodarrError('server_unreachable', 'It is silent.')
        if (reportedDefault !== undefined) {
          if (path !== null) return {}
          return typeof reportedDefault === 'string'
            ? {freeSpaceUnknown: reportedDefault}
            : {freeSpace: believedFree(reportedDefault)}
        }
        return reported === undefined ? {freeSpaceUnknown: readOnly} : {freeSpace: believedFree(reported)}
      },
    },
    () => savesAt,
  )
  const torrents = {
    get: (key: TorrentKey) =>
      gone.has(keyText(key))
        ? null
        : ({
            savePath: '/srv/tmp',
            size: 1_000,
            completed: 1_000,
            ...row,
            state: states.get(keyText(key)) ?? 'seeding',
          } as TorrentRecord),
    stateOf(key: TorrentKey) {
      const name = keyText(key)
      statesAsked.push(name)
      const state = states.get(name) ?? 'seeding'
      return gone.has(name) ? null : {state, stale: away.has(key.serverId)}
    },
  }
  const space = new MoveSpace(
    torrents,
    folders,
    {neighbours, polls: (id) => polls.get(id) ?? null},
    {reserve: () => reserve, copies: () => copies},
    clock,
  )
  /** Looked at, and begun where nothing speaks against it. */
  async function move(folder: string, key: TorrentKey = keyOf(A, 1)) {
    const look = await space.look([{key, folder}])
    const no = look.objection(key)
    if (no === null) look.begin(key)
    return no && `${no.code}: ${no.message}`
  }
  const becomes = (key: TorrentKey, state: TorrentRecord['state']) => void states.set(keyText(key), state)
  return {
    space,
    move,
    clock,
    becomes,
    asked,
    statesAsked,
    goes: (key: TorrentKey) => void gone.add(keyText(key)),
    away,
    polls,
  }
}

test('on its own disk there is always room, and none is taken', async () => {
  const {move, space} = spaceWith({disks: {...here, '/mnt/a/films': disk('1', 0)}})
  expect(await move('/srv/films')).toBeNull()
  expect([space.movesAround(A), await space.taken(A, '1')]).toEqual([1, 0])
})

for (const [what, wish, path, why] of [
  ['just enough', {disks: onto(1_000)}, '/big', null],
  ['a byte too little', {disks: onto(999)}, '/big', 'not_enough_space: There is no room for it in /big: 999'],
  [
    'enough but for what has to stay free',
    {disks: onto(1_500), reserve: 501},
    '/big',
    'space_unknown: There is no room for it in /big, beside what `FreeSpace` keeps free: 1500 bytes are free, and 1501 are needed.',
  ],
  ['what it has, and too little for the rest', {disks: onto(999), row: {completed: 500}}, '/big', restless],
  ['just what it has', {disks: onto(500), row: {completed: 500}}, '/big', 'space_unknown: '],
  [
    'a byte too little for what it has',
    {disks: onto(499), row: {completed: 500}},
    '/big',
    'not_enough_space: There is no room for it in /big: 499 bytes are free, and 500 are needed.',
  ],
  ['nothing, of what has nothing yet', {disks: onto(0), row: {completed: 0}}, '/big', 'space_unknown: '],
  [
    'too little, of what does not say what it has',
    {disks: onto(9), row: {completed: undefined}},
    '/big',
    'space_unknown: ',
  ],
  [
    'a byte too little with more than it wants',
    {disks: onto(999), row: {completed: 1_200}},
    '/big',
    'not_enough_space: ',
  ],
  [
    'enough but for what has to stay free, as its server says',
    {mapped: false, reported: 1_500, reserve: 501},
    '/big',
    'space_unknown: There is no room for it in /big, beside what `FreeSpace` keeps free, unless its data',
  ],
  ['a disk that is away', {disks: onto(1_000)}, '/big/gone', 'space_unknown: The free space in'],
  [
    'too little where nobody sees where it lies now',
    {disks: {'/mnt/b': disk('2', 999)}},
    '/big',
    'space_unknown: There is no room for it in /big, unless',
  ],
  ['what its server says', {mapped: false, reported: 1_000}, '/big', null],
  [
    'too little, as its server says',
    {mapped: false, reported: 999},
    '/big',
    'space_unknown: There is no room for it in /big, unless its data lies on that disk already: 999',
  ],
  ['a server that does not say, or whose disk is not there', {mapped: false}, '/big', readOnly],
  ['a server that does not answer', {mapped: false, silent: true}, '/big', 'It is silent.'],
  ['a torrent that lies nowhere known', {row: {savePath: undefined}}, '/big', 'where its data is'],
  ['a torrent of unknown size', {row: {size: undefined}}, '/big', 'how large'],
] as readonly (readonly [string, Wish, string, string | null])[]) {
  test(`${what}: it is ${why === null ? 'moved' : `not moved, for ${why}`}`, async () => {
    const {move, space} = spaceWith(wish)
    const said = await move(path)
    if (why === null) expect([said, space.movesAround(A)]).toEqual([null, 1])
    else expect([said, space.movesAround(A)]).toEqual([expect.stringContaining(why), 0])
  })
}

for (const [what, wish, folder, why] of [
  ['below the default folder', {reportedDefault: 1_000}, '/srv/films', null],
  ['that is the default folder', {reportedDefault: 1_000}, '/srv', null],
  ['below it, of a server on Windows', {reportedDefault: 1_000, savesAt: 'D:\\Films'}, 'd:/films/4k', null],
  [
    'below it, with too little',
    {reportedDefault: 999},
    '/srv/films',
    '999 bytes are free, and 1000 are needed',
  ],
  ['below it, whose disk is away', {reportedDefault: readOnly}, '/srv/films', readOnly],
  ['beside the default folder', {reportedDefault: 9_000}, '/srv2/films', 'is unknown: map'],
  ['elsewhere', {reportedDefault: 9_000}, '/other', 'is unknown: map'],
  ['that climbs out of it', {reportedDefault: 9_000}, '/srv/../other', 'is unknown: map'],
  [
    'of a server that does not say where it saves',
    {reportedDefault: 9_000, savesAt: null},
    '/srv/films',
    'is unknown',
  ],
] as readonly (readonly [string, Wish, string, string | null])[]) {
  test(`a server reports how much is free in its default folder alone: a folder ${what} ${why === null ? 'has that' : 'is a doubt'}`, async () => {
    const said = await spaceWith({mapped: false, ...wish}).move(folder)
    if (why === null) expect(said).toBeNull()
    else expect(said).toMatch(new RegExp(`^space_unknown: .*${why}`))
  })
}

test('where a server may find nothing to move, too little space is no certain no', async () => {
  const {space} = spaceWith({disks: onto(999)})
  const key = keyOf(A, 1)
  const look = await space.look([{key, folder: '/big', mayStay: true}])
  expect(look.objection(key)?.code).toBe('space_unknown')
})

test('a folder without a known name is no space', async () => {
  const key = keyOf(A, 1)
  const look = await spaceWith({disks: onto(9_000)}).space.look([{key, folder: null}])
  expect(look.objection(key)).toMatchObject({code: 'space_unknown'})
})

test('room that is promised to one move is not promised to the next', async () => {
  const {move} = spaceWith({disks: onto(1_999)})
  expect(await move('/big')).toBeNull()
  expect(await move('/big', keyOf(A, 2))).toContain('2000 are needed, 1000 of them for what is moved')
})

test('a torrent that is moved on is not in its own way', async () => {
  const {move} = spaceWith({disks: onto(1_000)})
  expect([await move('/big'), await move('/big')]).toEqual([null, null])
})

test('those of one order find room one after the other, and ask each folder once', async () => {
  const {space, asked} = spaceWith({disks: onto(2_999)})
  const keys = [1, 2, 3].map((n) => keyOf(A, n))
  const look = await space.look(keys.map((key) => ({key, folder: '/big'})))
  const said = keys.map((key) => {
    const no = look.objection(key)
    if (no === null) look.take(key)
    return no?.code ?? null
  })
  expect(said).toEqual([null, null, 'not_enough_space'])
  expect(asked.toSorted()).toEqual(['/mnt/a/tmp', '/mnt/b'])
})

test('of thousands that go onto several disks each costs the same, and each disk has its own sum', async () => {
  const {space, statesAsked} = spaceWith({disks: {...onto(1e9), '/mnt/c': disk('3', 1e9)}})
  const keys = Array.from({length: 2_000}, (_, n) => keyOf(A, n + 1))
  const look = await space.look(keys.map((key, n) => ({key, folder: n % 2 === 0 ? '/big' : '/more'})))
  for (const key of keys) {
    expect(look.objection(key)).toBeNull()
    look.begin(key)
  }
  expect(statesAsked.length).toBeLessThan(keys.length)
  expect([await space.taken(A, '2'), await space.taken(A, '3')]).toEqual([1_000_000, 1_000_000])
})

test('what moves on to another disk takes nothing of the first, nor is it counted twice', async () => {
  const {space} = spaceWith({disks: {...onto(2_999), '/mnt/c': disk('3', 2_000)}})
  const keys = [1, 2, 3].map((n) => keyOf(A, n))
  const [one, two, three] = keys as [TorrentKey, TorrentKey, TorrentKey]
  const there = await space.look([one, two].map((key) => ({key, folder: '/big'})))
  for (const key of [one, two]) there.begin(key)
  const look = await space.look([
    {key: three, folder: '/big'},
    {key: one, folder: '/more'},
    {key: two, folder: '/more'},
  ])
  expect(look.objection(three)?.code).toBe('not_enough_space')
  look.begin(one)
  expect([look.objection(three), look.objection(two)]).toEqual([null, null])
  look.begin(two)
  look.begin(three)
  expect([await space.taken(A, '2'), await space.taken(A, '3')]).toEqual([1_000, 2_000])
})

test('of two looks that were made before either began, the second finds no room', async () => {
  const {space} = spaceWith({disks: onto(1_999)})
  const [one, two] = [keyOf(A, 1), keyOf(A, 2)]
  const looks = [
    await space.look([{key: one, folder: '/big'}]),
    await space.look([{key: two, folder: '/big'}]),
  ]
  expect(looks[0]!.objection(one) ?? looks[1]!.objection(two)).toBeNull()
  looks[0]!.begin(one)
  expect(looks[1]!.objection(two)?.code).toBe('not_enough_space')
})

test('what goes onto another disk takes nothing of this one', async () => {
  const {move} = spaceWith({disks: {...onto(1_000), '/mnt/c': disk('3', 1_000)}})
  expect([await move('/big'), await move('/more', keyOf(A, 2))]).toEqual([null, null])
})

const copy = (target: ServerId, savePath: string): CopyUnderWay => ({id: 'c', target, savePath, bytes: 500})

for (const [what, copies, said] of [
  ['onto the same disk', [copy(B, '/big')], '1500 are needed, 500 of them'],
  ['onto another one', [copy(B, '/more')], null],
  ['onto a disk that is not seen now, of this server', [copy(A, '/gone')], '1500 are needed, 500 of them'],
  ['onto a disk that is not seen now, of one that sees no disk of this one', [copy(B, '/gone')], null],
] as readonly (readonly [string, readonly CopyUnderWay[], string | null])[]) {
  test(`a copy ${what} ${said === null ? 'takes no room of a move' : 'takes room of a move'}`, async () => {
    const disks = {...onto(1_499), '/mnt/c': disk('3', 9_000)}
    const no = await spaceWith({disks, copies}).move('/big')
    expect(no).toEqual(said === null ? null : expect.stringContaining(said))
  })
}

test('a copy asks for what moves take of its disk, and other copies', async () => {
  const {space, move} = spaceWith({disks: onto(9_000), copies: [copy(B, '/big')], neighbours: () => [A, B]})
  await move('/big')
  expect([await space.taken(B, '2'), await space.taken(B, '3')]).toEqual([1_500, 0])
})

test('a move is under way for a minute, and for as long as its server shows it', async () => {
  const {move, space, becomes, clock} = spaceWith({disks: onto(9_000)})
  await move('/big')
  await move('/big', keyOf(A, 2))
  becomes(keyOf(A, 1), 'moving')
  await clock.advance(59_999)
  expect([space.movesAround(A), await space.taken(A, '2')]).toEqual([2, 2_000])
  await clock.advance(1)
  expect([space.movesAround(A), await space.taken(A, '2')]).toEqual([1, 1_000])
  becomes(keyOf(A, 1), 'seeding')
  expect(space.movesAround(A)).toBe(0)
})

test('a server that goes away while it moves keeps the space for an hour, or until it is back without a move', async () => {
  const {move, space, becomes, away, clock} = spaceWith({disks: onto(9_000)})
  await move('/big')
  becomes(keyOf(A, 1), 'moving')
  away.add(A)
  expect(space.movesAround(A)).toBe(1)
  await clock.advance(HOUR_MS - 1)
  expect(await space.taken(A, '2')).toBe(1_000)
  // It moves on, and goes away again.
  away.clear()
  expect(space.movesAround(A)).toBe(1)
  away.add(A)
  await clock.advance(HOUR_MS)
  expect(await space.taken(A, '2')).toBe(1_000)
  await clock.advance(HOUR_MS)
  expect([space.movesAround(A), await space.taken(A, '2')]).toEqual([0, 0])
  away.clear()
  await move('/big')
  away.add(A)
  expect(space.movesAround(A)).toBe(1)
  becomes(keyOf(A, 1), 'seeding')
  away.clear()
  await clock.advance(60_000)
  expect(space.movesAround(A)).toBe(0)
})

test('what others have that move there leaves no room, what they will download leaves a doubt', async () => {
  const half = {completed: 500}
  const {space, move} = spaceWith({disks: onto(1_499), row: half})
  expect(await move('/big')).toBeNull()
  const key = keyOf(A, 2)
  const look = await space.look([{key, folder: '/big'}])
  expect(look.objection(key)).toMatchObject({code: 'space_unknown', isShort: true})
  expect(look.objection(key)?.message).toContain('2000 are needed, 1000 of them for what is moved')
  look.begin(key)
  expect(await move('/big', keyOf(A, 3))).toContain('not_enough_space: ')
  expect(await space.taken(A, '2')).toBe(2_000)
})

test('what is gone, or was not taken by its server, moves no more', async () => {
  const {move, space, goes} = spaceWith({disks: onto(9_000)})
  await move('/big')
  goes(keyOf(A, 1))
  expect(space.movesAround(A)).toBe(0)
  await move('/big', keyOf(A, 2))
  space.end([keyOf(A, 2)])
  expect(space.movesAround(A)).toBe(0)
})

test('a move counts on every server that may see the same disk, and on no other', async () => {
  for (const [neighbours, bytes] of [
    [() => [A, B], 1_000],
    [() => [], 0],
  ] as const) {
    const {move, space} = spaceWith({disks: onto(9_000), neighbours})
    await move('/big')
    expect(await space.taken(B, '2')).toBe(bytes)
  }
})

test('what was sent to be moved is on its way until a list shows its new place, its server refused it, or a minute passed', async () => {
  const row = {savePath: '/srv/tmp'}
  const {move, space, clock, becomes} = spaceWith({disks: onto(9_000), row})
  const key = keyOf(A, 1)
  expect(space.isUnshown(key)).toBe(false)
  await move('/big')
  expect([space.isUnshown(key), space.isUnshown(keyOf(A, 2))]).toEqual([true, false])
  space.end([key])
  expect(space.isUnshown(key)).toBe(false)
  await move('/big')
  await clock.advance(60_000)
  expect(space.isUnshown(key)).toBe(false)
  await move('/big')
  becomes(key, 'moving')
  await clock.advance(60_000)
  expect(space.isUnshown(key)).toBe(true)
  row.savePath = '/big'
  expect(space.isUnshown(key)).toBe(false)
})

test('what was sent since then moves until a list shows its new place, and that it moves no more', async () => {
  const row = {savePath: '/srv/tmp'}
  const {move, space, clock, becomes} = spaceWith({disks: onto(9_000), row})
  const key = keyOf(A, 1)
  const before = clock.monotonic()
  expect(space.isMoving(key, before)).toBe(false)
  await move('/big')
  expect([space.isMoving(key, before), space.isMoving(key, before + 1)]).toEqual([true, false])
  becomes(key, 'moving')
  row.savePath = '/big'
  await clock.advance(HOUR_MS)
  expect(space.isMoving(key, before)).toBe(true)
  becomes(key, 'seeding')
  expect(space.isMoving(key, before)).toBe(false)
})

test('a move that was ordered counts until its server has listed its torrents since, however long that takes', async () => {
  const {move, space, clock, away} = spaceWith({disks: onto(9_000)})
  const key = keyOf(A, 1)
  const now = async () => [space.isUnshown(key), space.movesAround(A), await space.taken(A, '2')]
  await move('/big')
  away.add(A)
  for (const hours of [0.1, 1, 30]) {
    await clock.advance(hours * HOUR_MS)
    expect(await now()).toEqual([true, 1, 1_000])
  }
  // What was on its way is of before.
  away.clear()
  await clock.advance(40_000)
  expect(await now()).toEqual([true, 1, 1_000])
  await clock.advance(20_000)
  expect(await now()).toEqual([false, 0, 0])
})

test('what its server lists before it answers the order shows nothing of it', async () => {
  const {move, space, clock} = spaceWith({disks: onto(9_000)})
  const key = keyOf(A, 1)
  await move('/big')
  await clock.advance(59_000)
  space.answered([key])
  await clock.advance(59_000)
  expect([space.isUnshown(key), await space.taken(A, '2')]).toEqual([true, 1_000])
  await clock.advance(1_000)
  expect([space.isUnshown(key), await space.taken(A, '2')]).toEqual([false, 0])
})

test('a move that was ordered counts over a new link to its server, which counts what it lists from the beginning', async () => {
  const {move, space, clock, polls, away} = spaceWith({disks: onto(9_000)})
  await clock.advance(HOUR_MS)
  await move('/big')
  away.add(A)
  await clock.advance(HOUR_MS)
  for (const [reported, isUnshown] of [
    [1, true],
    [3, true],
    [4, false],
  ] as const) {
    polls.set(A, reported)
    expect(space.isUnshown(keyOf(A, 1))).toBe(isUnshown)
  }
})

test('a move that was ordered ends with its server', async () => {
  const {move, space, goes, away, clock} = spaceWith({disks: onto(9_000)})
  await move('/big')
  away.add(A)
  await clock.advance(HOUR_MS)
  goes(keyOf(A, 1))
  expect([space.isUnshown(keyOf(A, 1)), await space.taken(A, '2')]).toEqual([false, 0])
})

test('what an earlier run sent to be moved may be anywhere until its server has listed its torrents, and takes no space', async () => {
  const {space, clock, away} = spaceWith({disks: onto(9_000)})
  const key = keyOf(A, 1)
  away.add(A)
  space.restore([key])
  await clock.advance(HOUR_MS)
  expect([space.isUnshown(key), await space.taken(A, '2')]).toEqual([true, 0])
  away.clear()
  await clock.advance(60_000)
  expect(space.isUnshown(key)).toBe(false)
})

test.each([
  ['where it is', {savePath: '/srv/tmp', complete: true, completed: 10}, 'disk_failed'],
  ['where it is, and it has nothing', {savePath: '/srv/tmp', complete: false, completed: 0}, null],
  [
    'where it comes to once it is complete',
    {savePath: '/srv/tmp', incompletePath: '/srv/half', complete: false, completed: 10},
    null,
  ],
  [
    'where it is while it is not complete',
    {savePath: '/srv/films', incompletePath: '/srv/tmp', complete: false, completed: 10},
    'disk_failed',
  ],
] as const)('nothing is to be seen %s', async (_, row, code) => {
  const {move} = spaceWith({row, empty: '/mnt/a/tmp', disks: onto(1_000_000)})
  const no = await move('/big')
  expect(no?.split(':')[0] ?? null).toBe(code)
})
