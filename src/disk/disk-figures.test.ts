import {mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {diskFigures} from './disk-figures.ts'
import type {RememberedMount} from './mounts.ts'
import {Patience} from './patience.ts'
import {believedMount} from './verify-mount.ts'

let root = ''
beforeEach(() => void (root = mkdtempSync(join(tmpdir(), 'commodarr-figures-'))))
afterEach(() => rmSync(root, {recursive: true, force: true}))

const disks = () => ({mounts: new Map<string, RememberedMount>(), patience: new Patience(new VirtualClock())})

test('a disk is told with its room, and nothing is kept of the look', async () => {
  writeFileSync(join(root, 'a.mkv'), '')
  const parts = disks()
  const [figures] = await diskFigures([root], parts)
  expect(figures).toEqual({
    path: root,
    isThere: true,
    freeBytes: expect.any(Number),
    totalBytes: expect.any(Number),
  })
  expect(figures!.totalBytes).toBeGreaterThan(0)
  expect(parts.mounts.size).toBe(0)
})

test('of a disk that was there and is away no room is told', async () => {
  const folder = join(root, 'disk')
  mkdirSync(folder)
  writeFileSync(join(folder, 'a.mkv'), '')
  const parts = disks()
  await believedMount(folder, parts)
  const remembered = parts.mounts.get(folder)
  renameSync(folder, join(root, 'elsewhere'))
  expect(await diskFigures([folder], parts)).toEqual([{path: folder, isThere: false}])
  // As after an unmount: an empty folder of the disk around it.
  mkdirSync(folder)
  expect(await diskFigures([folder], parts)).toEqual([{path: folder, isThere: false}])
  expect(parts.mounts.get(folder)).toEqual(remembered)
})

test('of a folder where nothing was ever seen nobody knows whether its disk is there', async () => {
  mkdirSync(join(root, 'new'))
  expect(await diskFigures([join(root, 'new'), join(root, 'none')], disks())).toEqual([
    {path: join(root, 'new'), isThere: null},
    {path: join(root, 'none'), isThere: null},
  ])
})
