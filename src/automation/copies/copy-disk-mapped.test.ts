import {
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import type {DiskSpace} from '#disk/free-space.ts'
import type {RememberedMount} from '#disk/mounts.ts'
import {Patience} from '#disk/patience.ts'
import {MountedDisks} from '#disk/mounted-disks.ts'
import {systemClock, type Clock} from '#lib/clock.ts'
import {A, B, keyOf} from '#lookups/look-ups.fixture.ts'
import type {TorrentFile} from '#model/details.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {keyText, type TorrentKey, type ServerId} from '#model/torrent-key.ts'
import {CopiedFiles, CopyPlacing, CopyPlans} from './copy-disk.ts'

const [source, target] = [keyOf(A, 1), {...keyOf(A, 1), serverId: B}]

let disk: string
let mounts: Map<string, RememberedMount>
beforeEach(() => {
  mounts = new Map()
  disk = realpathSync(mkdtempSync(join(tmpdir(), 'commodarr-copy-')))
  for (const name of ['a/films/Film', 'b']) mkdirSync(join(disk, name), {recursive: true})
  writeFileSync(join(disk, 'a/films/Film/film.mkv'), 'film')
  writeFileSync(join(disk, 'a/films/Film/b.srt'), 'srt')
})
afterEach(() => rmSync(disk, {recursive: true}))

const files = [
  {index: 0, path: 'Film/film.mkv', size: 4},
  {index: 1, path: 'Film/b.srt', size: 3},
] as unknown as readonly TorrentFile[]

/** Where each server has its `/data`; A's torrent lies in `/data/films`. */
function copies({
  maps = {A: 'a', B: 'b'},
  free = 1_000,
  devices = {},
  own = files,
  listed = own,
  taken = 0,
  has = 0,
  clock = systemClock,
}: Wish = {}) {
  const record = (key: TorrentKey, savePath: string) =>
    ({key, size: 7, savePath, contentPath: `${savePath}/Film`}) as unknown as TorrentRecord
  const torrents = new Map([
    [keyText(source), record(source, '/data/films')],
    [keyText(target), {...record(target, '/data/new'), completed: has}],
  ])
  const fleet = {get: (key: TorrentKey) => torrents.get(keyText(key)) ?? null}
  const mappings = (id: ServerId) => {
    const name = maps[id as 'A']
    return name === undefined ? [] : [{server: '/data', ours: join(disk, name)}]
  }
  const space = async (path: string) => {
    const name = path.slice(disk.length + 1).split('/')[0]!
    const device = devices[name] ?? String(lstatSync(disk, {bigint: true}).dev)
    return {freeBytes: free, device} as DiskSpace
  }
  const plans = new CopyPlans(fleet, mappings, space, () => 100, {
    taken: async (id, device) => (id === B && device === '7' ? taken : 0),
  })
  const copied = new CopiedFiles(
    fleet,
    {files: async (key) => (key.serverId === B ? listed : own)},
    mappings,
    new MountedDisks(new Patience(systemClock), mounts),
  )
  const placing = new CopyPlacing(copied, mappings, space, clock)
  return {
    plan: (path: string | null = null) => plans.planFor(source, B, path),
    lay: (way: 'links' | 'copies') => placing.lay(source, target, way),
    progress: () => placing.progress(source, B),
    compare: () => copied.compare(source, target),
    hasAny: () => copied.hasAny(target),
  }
}

interface Wish {
  readonly maps?: Readonly<Partial<Record<'A' | 'B', string>>>
  readonly free?: number
  /** By what is under way onto that disk. */
  readonly taken?: number
  /** Of the copy, by an earlier try. */
  readonly has?: number
  readonly clock?: Clock
  readonly devices?: Readonly<Record<string, string>>
  readonly own?: readonly TorrentFile[]
  readonly listed?: readonly TorrentFile[]
}

test.each<[string, Wish, string | null, object]>([
  [
    'the very folder of both',
    {maps: {A: 'a', B: 'a'}},
    null,
    {savePath: '/data/films', way: 'place', bytes: 0},
  ],
  ['another folder of one disk', {}, '/data/new', {savePath: '/data/new', way: 'links', bytes: 0}],
  [
    'another disk with room',
    {devices: {b: '7'}},
    '/data/new',
    {savePath: '/data/new', way: 'copies', bytes: 7},
  ],
  [
    'another disk without',
    {devices: {b: '7'}, free: 106},
    '/data/new',
    {why: expect.stringContaining('107')},
  ],
  [
    'another disk whose room others take',
    {devices: {b: '7'}, free: 107, taken: 1},
    '/data/new',
    {why: expect.stringContaining('no room')},
  ],
  [
    'another disk with room for what an earlier try did not bring there',
    {devices: {b: '7'}, free: 103, has: 4},
    '/data/new',
    {savePath: '/data/new', way: 'copies', bytes: 3},
  ],
  [
    'another disk without room for that',
    {devices: {b: '7'}, free: 102, has: 4},
    '/data/new',
    {why: expect.stringContaining('103')},
  ],
  [
    'another folder than that of an earlier try',
    {devices: {b: '7'}, free: 106, has: 4},
    '/data/other',
    {why: expect.stringContaining('107')},
  ],
  ['a folder that is none of its own', {}, null, {why: expect.stringContaining('enter the path there')}],
  [
    'a server that maps nothing',
    {maps: {A: 'a'}},
    '/data/new',
    {why: expect.stringContaining('on the other server')},
  ],
  [
    'data of a server that maps nothing',
    {maps: {B: 'b'}},
    '/data/new',
    {why: expect.stringContaining('on its server')},
  ],
])('%s', async (_, wish, path, planned) => {
  expect(await copies(wish).plan(path)).toMatchObject(planned)
})

test('files are laid by the names that the other server has for them', async () => {
  const listed = files.map((file, at) => ({...file, path: `Film/other-${at}`}))
  await copies({listed}).lay('links')
  expect(readFileSync(join(disk, 'b/new/Film/other-0'), 'utf8')).toBe('film')
  expect(lstatSync(join(disk, 'b/new/Film/other-1')).ino).toBe(
    lstatSync(join(disk, 'a/films/Film/b.srt')).ino,
  )
})

test('on another disk they are copies', async () => {
  await copies().lay('copies')
  expect(lstatSync(join(disk, 'b/new/Film/b.srt')).ino).not.toBe(
    lstatSync(join(disk, 'a/films/Film/b.srt')).ino,
  )
})

test('who lists other files has another torrent: nothing is laid', async () => {
  for (const listed of [files.slice(0, 1), files.map((file) => ({...file, size: 5}))])
    await expect(copies({listed}).lay('links')).rejects.toMatchObject({code: 'bad_argument'})
})

for (const way of ['links', 'copies'] as const) {
  test(`the other server has the files while they lie on its disk, whole: ${way}`, async () => {
    const its = copies()
    await its.lay(way)
    expect(await its.compare()).toBeNull()
    rmSync(join(disk, 'b/new/Film/b.srt'))
    expect(await its.compare()).toMatch(/^Not all of its files are on the disk/)
    writeFileSync(join(disk, 'b/new/Film/b.srt'), 'srtX')
    expect(await its.compare()).toMatch(/^Not all of its files are on the disk/)
  })
}

test('while files are copied it is shown how far that is, without those that were there', async () => {
  mkdirSync(join(disk, 'b/new/Film'), {recursive: true})
  writeFileSync(join(disk, 'b/new/Film/b.srt'), 'srt')
  const srtLast = files.toReversed().map((it, index) => ({...it, index}))
  const told: unknown[] = []
  // It is read whenever something more is there.
  const clock: Clock = {
    ...systemClock,
    now() {
      told.push(its.progress())
      return 5
    },
    monotonic: () => 0,
  }
  const its = copies({clock, own: srtLast})
  await its.lay('copies')
  expect(told).toMatchObject([{ended: 0, bytesEnded: 4, bytes: 4}])
  expect(its.progress()).toBeNull()
  await its.lay('links')
  expect(told).toHaveLength(1)
})

test('a file of the same size with other content is not that of the torrent', async () => {
  const its = copies()
  await its.lay('copies')
  rmSync(join(disk, 'b/new/Film/film.mkv'))
  writeFileSync(join(disk, 'b/new/Film/film.mkv'), '\0\0\0\0')
  expect(await its.compare()).toBe('Its files on the other server are not those that it has here.')
})

test('an empty file is there as it is there, and keeps no copy from being one', async () => {
  const empty = {index: 2, path: 'Film/empty.txt', size: 0} as TorrentFile
  writeFileSync(join(disk, 'a/films/Film/empty.txt'), '')
  const its = copies({own: [...files, empty]})
  await its.lay('copies')
  expect(await its.compare()).toBeNull()
  rmSync(join(disk, 'b/new/Film/empty.txt'))
  expect(await its.compare()).toBe('Not all of its files are on the disk of the other server.')
})

test('the very files that both servers use are there', async () => {
  const record = copies({maps: {A: 'a', B: 'a'}})
  mkdirSync(join(disk, 'a/new/Film'), {recursive: true})
  for (const name of ['film.mkv', 'b.srt'])
    linkSync(join(disk, 'a/films/Film', name), join(disk, 'a/new/Film', name))
  expect(await record.compare()).toBeNull()
})

test('a disk that is not the one that was there, or just came back, proves nothing, and a mapping that is gone neither', async () => {
  const its = copies()
  await its.lay('copies')
  mounts.set(join(disk, 'b'), {device: '1', inode: '1', fileSystem: '1', totalBytes: 1, hadFiles: true})
  expect(await its.compare()).toMatch(/not mounted, or another one is/)
  mounts.clear()
  await new MountedDisks(new Patience(systemClock), mounts).believedMount(join(disk, 'b'))
  expect(await its.compare()).toBeNull()
  const known = mounts.get(join(disk, 'b'))!
  mounts.set(join(disk, 'b'), {...known, returnedAt: systemClock.monotonic()})
  expect(await its.compare()).toMatch(/just mounted again/)
  await expect(copies({maps: {A: 'a'}}).compare()).rejects.toMatchObject({code: 'path_refused'})
})

test('what lay there before is what has bytes: the empty files a server makes when a torrent is added are not', async () => {
  const listed = [...files, {index: 2, path: 'Film/empty.nfo', size: 0}] as unknown as readonly TorrentFile[]
  const {hasAny} = copies({own: listed})
  mkdirSync(join(disk, 'b/new/Film'), {recursive: true})
  writeFileSync(join(disk, 'b/new/Film/empty.nfo'), '')
  expect(await hasAny()).toBe(false)
  writeFileSync(join(disk, 'b/new/Film/b.srt'), 'srt')
  expect(await hasAny()).toBe(true)
})
