import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import type {RememberedMount} from './mounts.ts'
import {Patience} from './patience.ts'
import {believedMount, believedRoom, believedSpace, diskAway} from './verify-mount.ts'

let root = ''
beforeEach(() => void (root = mkdtempSync(join(tmpdir(), 'commodarr-room-'))))
afterEach(() => rmSync(root, {recursive: true, force: true}))

function disks() {
  return {mounts: new Map<string, RememberedMount>(), patience: new Patience(new VirtualClock())}
}

test('a folder that is empty, or not there yet, has the room of the one around it', async () => {
  mkdirSync(join(root, 'empty'))
  const parts = disks()
  const around = await believedSpace(root, parts)
  expect(around).toMatchObject({freeBytes: expect.any(Number)})
  for (const name of ['empty', 'new'])
    expect(await believedRoom(join(root, name), parts, [])).toMatchObject({
      device: 'device' in around && around.device,
    })
})

test('a folder that had files and is empty has none that anybody could tell', async () => {
  const folder = join(root, 'films')
  mkdirSync(folder)
  writeFileSync(join(folder, 'a.mkv'), '')
  const parts = disks()
  expect(await believedRoom(folder, parts, [])).toHaveProperty('freeBytes')
  rmSync(join(folder, 'a.mkv'))
  expect(await believedRoom(folder, parts, [])).toMatchObject({unknown: 'unreadable'})
  rmSync(folder, {recursive: true})
  expect(await believedRoom(folder, parts, [])).toMatchObject({unknown: 'unreadable'})
})

test('S08 a mapped folder that is empty and never was seen with files may be a disk that is away', async () => {
  const [disk, downloads] = [join(root, 'disk'), join(root, 'disk/downloads')]
  mkdirSync(downloads, {recursive: true})
  const parts = disks()
  writeFileSync(join(root, 'other'), '')
  expect(await believedRoom(downloads, parts, [downloads])).toMatchObject({unknown: 'unreadable'})
  rmSync(downloads, {recursive: true})
  expect(await believedRoom(downloads, parts, [disk])).toMatchObject({unknown: 'unreadable'})
  writeFileSync(join(disk, 'film.mkv'), '')
  expect(await believedRoom(downloads, parts, [disk, join(root, 'elsewhere')])).toHaveProperty('freeBytes')
  expect(await believedRoom(disk, parts, [disk])).toHaveProperty('freeBytes')
})

test('an empty folder in one that nobody can tell to be there has none', async () => {
  mkdirSync(join(root, 'a/b'), {recursive: true})
  const parts = disks()
  await believedSpace(join(root, 'a'), parts)
  rmSync(join(root, 'a/b'), {recursive: true})
  expect(await believedRoom(join(root, 'a/b'), parts, [])).toHaveProperty('unknown')
  expect(await believedRoom(join(root, 'x/y'), parts, [])).toMatchObject({unknown: 'missing'})
  expect(await believedRoom(join(root, 'x/y'), parts, [join(root, 'x')])).toMatchObject({unknown: 'missing'})
  expect(await believedRoom(join(root, 'a/b'), parts, [root])).toHaveProperty('unknown')
})

test('folders that are not there yet have the room of the mapped folder that they will lie in', async () => {
  writeFileSync(join(root, 'film.mkv'), '')
  mkdirSync(join(root, 'empty'))
  const parts = disks()
  for (const path of ['new/films/4k', 'empty/films', 'empty'])
    expect(await believedRoom(join(root, path), parts, [root])).toHaveProperty('freeBytes')
  mkdirSync(join(root, 'films'))
  writeFileSync(join(root, 'films/a.mkv'), '')
  await believedSpace(join(root, 'films'), parts)
  rmSync(join(root, 'films'), {recursive: true})
  expect(await believedRoom(join(root, 'films/4k/new'), parts, [root])).toMatchObject({unknown: 'missing'})
})

test('a folder below one that had files and is empty lies on another disk; one that was only removed does not', async () => {
  const [folder, films] = [join(root, 'disk'), join(root, 'disk/films')]
  mkdirSync(films, {recursive: true})
  writeFileSync(join(films, 'a.mkv'), '')
  const parts = disks()
  expect(await diskAway(join(films, 'new'), parts)).toBeNull()
  for (const at of [folder, films]) await believedMount(at, parts)
  expect(await diskAway(join(films, 'new/deep'), parts)).toBeNull()
  rmSync(films, {recursive: true})
  writeFileSync(join(folder, 'other'), '')
  // It is made again where it was.
  expect(await diskAway(films, parts)).toBeNull()
  rmSync(join(folder, 'other'))
  expect(await diskAway(join(films, 'new'), parts)).toContain('it had files')
  parts.mounts.set(folder, {...parts.mounts.get(folder)!, hadFiles: false})
  parts.mounts.set(films, {...parts.mounts.get(films)!, device: 'another'})
  expect(await diskAway(films, parts)).toBe('The folder is not there.')
})
