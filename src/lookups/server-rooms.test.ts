import {mkdirSync, mkdtempSync, rmSync, statfsSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import type {RememberedMount} from '#disk/mounts.ts'
import type {CheckedMapping} from '#disk/path-mapping.ts'
import {MountedDisks} from '#disk/mounted-disks.ts'
import {Patience} from '#disk/patience.ts'
import {systemClock} from '#lib/clock.ts'
import type {ServerFigures, ServerStats} from '#model/server.ts'
import {asServerId} from '#model/torrent-key.ts'
import {hasTwoDisks, newFolderOnOtherDisk} from '#test/disks.ts'
import {until} from '#test/program/program.fixture.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {ServerRooms} from './server-rooms.ts'

const id = asServerId('A')
const reported = (freeSpace: number | undefined, defaultSavePath?: string): ServerStats => ({
  downSpeed: 1,
  upSpeed: 2,
  freeSpace,
  defaultSavePath,
})

let root: string
/** A folder that a server is mapped to; a link in it stands for where another disk is mounted. */
let disk: string
let other: string | null
let mounts: Map<string, RememberedMount>
let mappings: readonly CheckedMapping[]
let clock: VirtualClock
let rooms: ServerRooms

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rooms-'))
  disk = join(root, 'disk')
  mkdirSync(disk)
  other = hasTwoDisks ? newFolderOnOtherDisk('rooms-') : null
  mount()
  writeFileSync(join(disk, 'downloads/film.mkv'), 'x')
  mounts = new Map()
  mappings = [{server: '/srv', ours: disk}]
  clock = new VirtualClock()
  rooms = new ServerRooms(clock, new MountedDisks(new Patience(systemClock), mounts), () => mappings)
})
afterEach(() => {
  for (const folder of [root, other]) if (folder !== null) rmSync(folder, {recursive: true, force: true})
})

/** Whoever reads it again and again sees this in the end: a figure, or why there is none. */
async function seen(stats: ServerStats, wanted: number | string): Promise<ServerFigures> {
  await clock.advance(5_000)
  return until(
    () => rooms.figures(id, stats),
    ({freeSpace, freeSpaceUnknown: why}) =>
      typeof wanted === 'number' ? freeSpace === wanted : why !== undefined && why.includes(wanted),
  )
}

function mount(): void {
  const point = join(disk, 'downloads')
  rmSync(point, {recursive: true, force: true})
  if (other === null) mkdirSync(point)
  else symlinkSync(other, point)
}

/** What lies there then is a folder of the disk below, which a server may write to. */
function unmount(...names: readonly string[]): void {
  rmSync(join(disk, 'downloads'))
  mkdirSync(join(disk, 'downloads'))
  for (const name of names) writeFileSync(join(disk, 'downloads', name), 'x')
}

test('a figure counts once its disk was seen, and all others are as they were reported', async () => {
  const stats = reported(7, '/srv/downloads')
  expect(rooms.figures(id, stats)).toEqual({
    downSpeed: 1,
    upSpeed: 2,
    defaultSavePath: '/srv/downloads',
    freeSpaceUnknown: 'Its disk was not looked at yet.',
  })
  expect(await seen(stats, 7)).not.toHaveProperty('freeSpaceUnknown')
})

for (const names of [[], ['new.mkv']]) {
  test.runIf(hasTwoDisks)(
    `S08 the figure of a disk that is away, with ${names.length} files below, is unknown with its reason till the disk is back`,
    async () => {
      for (const path of ['/srv/downloads', '/srv/downloads/new']) {
        expect(await seen(reported(700, path), 700)).not.toHaveProperty('freeSpaceUnknown')
        unmount(...names)
        expect(await seen(reported(5, path), 'Another disk is there')).not.toHaveProperty('freeSpace')
        mount()
        expect(await seen(reported(690, path), 690)).not.toHaveProperty('freeSpaceUnknown')
      }
    },
  )
}

test('a folder that was emptied or removed, or is not there yet, is no disk: the figure of the disk around it counts', async () => {
  for (const path of ['/srv/films/4k', '/srv/films', '/srv'])
    expect(await seen(reported(700, path), 700)).not.toHaveProperty('freeSpaceUnknown')
  mkdirSync(join(disk, 'films'))
  writeFileSync(join(disk, 'films/a.mkv'), 'x')
  expect(await seen(reported(710, '/srv/films'), 710)).not.toHaveProperty('freeSpaceUnknown')
  rmSync(join(disk, 'films/a.mkv'))
  expect(await seen(reported(720, '/srv/films'), 720)).not.toHaveProperty('freeSpaceUnknown')
  rmSync(join(disk, 'films'), {recursive: true})
  expect(await seen(reported(730, '/srv/films'), 730)).not.toHaveProperty('freeSpaceUnknown')
  mkdirSync(join(disk, 'films'))
  expect(await seen(reported(740, '/srv/films'), 740)).not.toHaveProperty('freeSpaceUnknown')
})

test('a mapped folder that all was moved out of is the disk that it was', async () => {
  expect(await seen(reported(700, '/srv'), 700)).not.toHaveProperty('freeSpaceUnknown')
  rmSync(join(disk, 'downloads'), {recursive: true})
  expect(await seen(reported(710, '/srv'), 710)).not.toHaveProperty('freeSpaceUnknown')
})

test.runIf(hasTwoDisks)(
  'S08 a figure that was reported after the disk went is not believed, not even before the next look',
  async () => {
    expect(await seen(reported(700, '/srv/downloads'), 700)).not.toHaveProperty('freeSpaceUnknown')
    unmount()
    expect(rooms.figures(id, reported(5, '/srv/downloads'))).toMatchObject({freeSpace: 700})
    expect(await seen(reported(5, '/srv/downloads'), 'Another disk is there')).not.toHaveProperty('freeSpace')
  },
)

test('another disk at the folder is not the one that is reported', async () => {
  expect(await seen(reported(700, '/srv/downloads'), 700)).not.toHaveProperty('freeSpaceUnknown')
  mounts.set(join(disk, 'downloads'), {
    device: '0',
    inode: '0',
    fileSystem: '0',
    totalBytes: 1,
    hadFiles: true,
  })
  expect(await seen(reported(5, '/srv/downloads'), 'Another disk is there')).not.toHaveProperty('freeSpace')
})

test('a server that does not report where it saves has all its mapped folders looked at', async () => {
  mappings = [...mappings, {server: '/data', ours: join(root, 'nowhere')}]
  expect(await seen(reported(7), 'nothing at this path')).not.toHaveProperty('freeSpace')
  mappings = [{server: '/srv', ours: disk}]
  expect(await seen(reported(7), 7)).not.toHaveProperty('freeSpaceUnknown')
})

test('what is not mapped only its server can see; what it does not report stays unknown', async () => {
  expect(rooms.figures(id, reported(7, '/other'))).toMatchObject({freeSpace: 7})
  mappings = []
  expect(rooms.figures(id, reported(7, '/srv/downloads'))).toMatchObject({freeSpace: 7})
  expect(rooms.figures(id, reported(undefined, '/srv'))).toEqual({
    downSpeed: 1,
    upSpeed: 2,
    defaultSavePath: '/srv',
  })
  expect(await rooms.room(id, undefined, '/srv')).toEqual({})
})

test.runIf(hasTwoDisks)('who asks of a folder, or for all figures, has it looked at now', async () => {
  expect(await rooms.room(id, 7, '/srv/downloads')).toEqual({freeSpace: 7})
  expect(await rooms.figuresNow(id, reported(7, '/srv/downloads'))).toMatchObject({freeSpace: 7})
  unmount()
  const away = {freeSpaceUnknown: expect.stringContaining('Another disk is there')}
  expect(await rooms.room(id, 7, '/srv/downloads')).toEqual(away)
  const figures = await rooms.figuresNow(id, reported(7, '/srv/downloads'))
  expect(figures).toMatchObject(away)
  expect(figures).not.toHaveProperty('freeSpace')
})

test('through a mapping that is contradicted the disk of the figure is not visible', async () => {
  expect(await rooms.figuresNow(id, reported(5))).toMatchObject({freeSpace: 5})
  mappings = [{server: '/srv', ours: disk, contradicted: 'It is contradicted.'}]
  expect(await rooms.figuresNow(id, reported(5))).toMatchObject({freeSpaceUnknown: 'It is contradicted.'})
})

test('the size of its disk is known where our look shows the same room, or its server reports it; else it is not', async () => {
  const {bavail, bsize, blocks} = statfsSync(join(disk, 'downloads'))
  const size = bsize * blocks
  const free = bavail * bsize
  expect(await seen(reported(free, '/srv/downloads'), free)).toMatchObject({freeSpace: free, diskSize: size})
  // A quota, or a disk that we see by another way.
  const apart = free + Math.ceil(size / 10)
  expect((await seen(reported(apart, '/srv/downloads'), apart)).diskSize).toBeUndefined()
  const reports = {...reported(apart, '/srv/downloads'), diskSize: 3 * size}
  expect((await seen(reports, apart)).diskSize).toBe(3 * size)
  // Nobody mapped it: only its server knows.
  mappings = []
  expect(rooms.figures(id, {...reported(free, '/elsewhere'), diskSize: 9})).toMatchObject({diskSize: 9})
  expect(rooms.figures(id, reported(free, '/elsewhere')).diskSize).toBeUndefined()
})
