import {mkdirSync, mkdtempSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {hasTwoDisks, newFolderOnOtherDisk} from '#test/disks.ts'
import type {RememberedMount} from './mounts.ts'
import {Patience} from './patience.ts'
import {MountedDisks} from './mounted-disks.ts'

let root = ''
beforeEach(() => void (root = mkdtempSync(join(tmpdir(), 'commodarr-room-'))))
afterEach(() => rmSync(root, {recursive: true, force: true}))

function disks() {
  const mounts = new Map<string, RememberedMount>()
  return {mounts, mounted: new MountedDisks(new Patience(new VirtualClock()), mounts)}
}

test('a folder that is empty, or not there yet, has the room of the one around it', async () => {
  mkdirSync(join(root, 'empty'))
  const parts = disks()
  const around = await parts.mounted.believedSpace(root)
  expect(around).toMatchObject({freeBytes: expect.any(Number)})
  for (const name of ['empty', 'new', 'new/films/4k'])
    expect(await parts.mounted.believedRoom(join(root, name), [root])).toMatchObject({
      device: 'device' in around && around.device,
    })
})

test('a folder that was only asked about is no disk: it may be emptied, removed and made again', async () => {
  const folder = join(root, 'tv/new')
  mkdirSync(folder, {recursive: true})
  writeFileSync(join(root, 'film.mkv'), '')
  writeFileSync(join(folder, 'a.mkv'), '')
  const parts = disks()
  const room = () => parts.mounted.believedRoom(folder, [root])
  expect(await parts.mounted.spaceAround(folder, [root])).toHaveProperty('freeBytes')
  expect(await room()).toHaveProperty('freeBytes')
  rmSync(join(folder, 'a.mkv'))
  expect(await room()).toHaveProperty('freeBytes')
  // What is in it counts for those who ask for files.
  expect(await parts.mounted.spaceAround(folder, [root])).toMatchObject({unknown: 'unreadable'})
  rmSync(join(root, 'tv'), {recursive: true})
  expect(await room()).toHaveProperty('freeBytes')
  mkdirSync(folder, {recursive: true})
  expect(await room()).toHaveProperty('freeBytes')
  expect(await parts.mounted.diskAway(folder)).toBeNull()
  expect([...parts.mounts.keys()].filter((path) => path.startsWith(root))).toEqual([root])
})

test('a mapped folder that was emptied is the disk that it was; one that another took the place of may be none', async () => {
  const folder = join(root, 'films')
  mkdirSync(folder)
  writeFileSync(join(folder, 'a.mkv'), '')
  const parts = disks()
  const room = () => parts.mounted.believedRoom(join(folder, 'new'), [folder])
  expect(await room()).toHaveProperty('freeBytes')
  rmSync(join(folder, 'a.mkv'))
  expect(await room()).toHaveProperty('freeBytes')
  expect(await parts.mounted.diskAway(folder)).toBeNull()
  renameSync(folder, join(root, 'before'))
  mkdirSync(folder)
  expect(await room()).toMatchObject({unknown: 'unreadable'})
  expect(await parts.mounted.diskAway(folder)).toContain('it had files')
  rmSync(folder, {recursive: true})
  expect(await room()).toMatchObject({unknown: 'unreadable'})
})

for (const [below, laid] of [
  ['nothing', []],
  ['an empty folder', ['films/']],
  ['a file of who wrote there since', ['films/b.mkv']],
] as const) {
  test.runIf(hasTwoDisks)(
    `S08 a disk below a mapped folder is known by who asked of what lies on it; once unmounted, with ${below} there, it has no room`,
    async () => {
      const disk = newFolderOnOtherDisk('commodarr-room-')
      const point = join(root, 'disk')
      try {
        mkdirSync(join(disk, 'films'))
        writeFileSync(join(disk, 'films/a.mkv'), '')
        symlinkSync(disk, point)
        const parts = disks()
        const asked = [join(point, 'films'), join(point, 'films/new'), point]
        const rooms = () => Promise.all(asked.map((path) => parts.mounted.believedRoom(path, [root])))
        const device = String(statSync(disk).dev)
        expect(await rooms()).toMatchObject(asked.map(() => ({device})))
        expect([...parts.mounts.keys()].toSorted()).toEqual([root, point].toSorted())
        rmSync(join(disk, 'films'), {recursive: true})
        expect(await rooms()).toMatchObject(asked.map(() => ({device})))
        rmSync(point)
        writeFileSync(join(root, 'film.mkv'), '')
        for (const path of laid) {
          mkdirSync(dirname(join(point, path)), {recursive: true})
          if (path.endsWith('/')) mkdirSync(join(point, path))
          else writeFileSync(join(point, path), '')
        }
        expect(await rooms()).toMatchObject(asked.map(() => ({unknown: 'unreadable'})))
        expect(await parts.mounted.diskAway(join(point, 'films'))).not.toBeNull()
        expect(await parts.mounted.spaceAround(join(point, 'films'), [root])).toHaveProperty('unknown')
        rmSync(point, {recursive: true, force: true})
        symlinkSync(disk, point)
        expect(await rooms()).toMatchObject(asked.map(() => ({device})))
      } finally {
        rmSync(disk, {recursive: true})
      }
    },
  )
}

test('S08 a mapped folder that is empty and never was seen with files may be a disk that is away', async () => {
  const [disk, downloads] = [join(root, 'disk'), join(root, 'disk/downloads')]
  mkdirSync(downloads, {recursive: true})
  const parts = disks()
  writeFileSync(join(root, 'other'), '')
  expect(await parts.mounted.believedRoom(downloads, [downloads])).toMatchObject({unknown: 'unreadable'})
  rmSync(downloads, {recursive: true})
  expect(await parts.mounted.believedRoom(downloads, [disk])).toMatchObject({unknown: 'unreadable'})
  writeFileSync(join(disk, 'film.mkv'), '')
  expect(await parts.mounted.believedRoom(downloads, [disk, join(root, 'elsewhere')])).toHaveProperty(
    'freeBytes',
  )
  expect(await parts.mounted.believedRoom(disk, [disk])).toHaveProperty('freeBytes')
})

test('what no server is mapped to, and a mapped folder that is not there, have no room', async () => {
  mkdirSync(join(root, 'a/b'), {recursive: true})
  const parts = disks()
  expect(await parts.mounted.believedRoom(join(root, 'a/b'), [])).toMatchObject({unknown: 'missing'})
  expect(await parts.mounted.believedRoom(join(root, 'a/b'), [join(root, 'x')])).toMatchObject({
    unknown: 'missing',
  })
  expect(await parts.mounted.believedRoom(join(root, 'x/y'), [join(root, 'x')])).toMatchObject({
    unknown: 'missing',
  })
})

test('a folder below another one that is empty may lie on another disk; one that was only removed does not', async () => {
  const [folder, films] = [join(root, 'disk'), join(root, 'disk/films')]
  mkdirSync(films, {recursive: true})
  writeFileSync(join(films, 'a.mkv'), '')
  const parts = disks()
  expect(await parts.mounted.diskAway(join(films, 'new'))).toBeNull()
  for (const at of [folder, films]) await parts.mounted.believedMount(at)
  expect(await parts.mounted.diskAway(join(films, 'new/deep'))).toBeNull()
  rmSync(films, {recursive: true})
  writeFileSync(join(folder, 'other'), '')
  // It is made again where it was.
  expect(await parts.mounted.diskAway(films)).toBeNull()
  rmSync(join(folder, 'other'))
  // It is the very folder, whoever took the files.
  expect(await parts.mounted.diskAway(join(films, 'new'))).toBeNull()
  parts.mounts.set(folder, {...parts.mounts.get(folder)!, inode: '1'})
  expect(await parts.mounted.diskAway(join(films, 'new'))).toContain('it had files')
  parts.mounts.set(folder, {...parts.mounts.get(folder)!, hadFiles: false})
  parts.mounts.set(films, {...parts.mounts.get(films)!, device: 'another'})
  expect(await parts.mounted.diskAway(films)).toBe('The folder is not there.')
})

test('a disk is reported with its room, and nothing is kept of the look', async () => {
  writeFileSync(join(root, 'a.mkv'), '')
  const parts = disks()
  const [figures] = await parts.mounted.diskFigures([root])
  expect(figures).toEqual({
    path: root,
    isThere: true,
    freeBytes: expect.any(Number),
    totalBytes: expect.any(Number),
  })
  expect(figures!.totalBytes).toBeGreaterThan(0)
  expect(parts.mounts.size).toBe(0)
})

test('of a disk that was there and is away no room is reported', async () => {
  const folder = join(root, 'disk')
  mkdirSync(folder)
  writeFileSync(join(folder, 'a.mkv'), '')
  const parts = disks()
  await parts.mounted.believedMount(folder)
  const remembered = parts.mounts.get(folder)
  renameSync(folder, join(root, 'elsewhere'))
  expect(await parts.mounted.diskFigures([folder])).toEqual([{path: folder, isThere: false}])
  // As after an unmount: an empty folder of the disk around it.
  mkdirSync(folder)
  expect(await parts.mounted.diskFigures([folder])).toEqual([{path: folder, isThere: false}])
  expect(parts.mounts.get(folder)).toEqual(remembered)
})

test('of a folder where nothing was ever seen it is unknown whether its disk is there', async () => {
  mkdirSync(join(root, 'new'))
  expect(await disks().mounted.diskFigures([join(root, 'new'), join(root, 'none')])).toEqual([
    {path: join(root, 'new'), isThere: null},
    {path: join(root, 'none'), isThere: null},
  ])
})
