import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import type {RememberedMount} from '#disk/mounts.ts'
import {MountedDisks} from '#disk/mounted-disks.ts'
import {Patience} from '#disk/patience.ts'
import {systemClock} from '#lib/clock.ts'
import type {PathMapping, ServerDefinition} from '#model/server.ts'
import {asServerId} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {hasTwoDisks, newFolderOnOtherDisk} from '#test/disks.ts'
import {SpaceFolder} from './space-folder.ts'

const [near, far] = [asServerId('near'), asServerId('far')]
let root: string
let clock: VirtualClock
let mounts: Map<string, RememberedMount>
let folder: string | null
let mappings: {near: readonly PathMapping[]; far: readonly PathMapping[]}
let space: SpaceFolder

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'space-folder-'))
  mkdirSync(join(root, 'data', 'films'), {recursive: true})
  writeFileSync(join(root, 'data', 'films', 'film.mkv'), '')
  clock = new VirtualClock()
  mounts = new Map()
  folder = join(root, 'data')
  mappings = {near: [], far: []}
  space = new SpaceFolder(
    {
      get settings() {
        return {FreeSpaceFolder: folder}
      },
    },
    {of: (id) => ({mappings: mappings[id === near ? 'near' : 'far']})},
    new MountedDisks(new Patience(systemClock), mounts),
    () => (['near', 'far'] as const).map((id) => ({id, paths: mappings[id]}) as unknown as ServerDefinition),
    ({id}) => id === near,
    clock,
  )
})
afterEach(() => rmSync(root, {recursive: true, force: true}))

const measured = {free: expect.any(Number)}

test('B.10 without FreeSpaceFolder what each server says counts', async () => {
  folder = null
  await space.look()
  expect([space.of(near), space.of(far)]).toEqual(['own', 'own'])
})

test('B.10 it counts for servers of this machine, and for those whose folders lie on its volume', async () => {
  await space.look()
  expect([space.of(near), space.of(far)]).toEqual([measured, 'own'])
  for (const ours of [join(root, 'data', 'films'), join(root, 'data'), root]) {
    mappings = {near: [], far: [{server: '/downloads', ours}]}
    await space.look()
    expect(space.of(far)).toEqual(measured)
  }
})

test('B.10 a folder as the server writes it is found by its mapping', async () => {
  folder = '/downloads/films'
  mappings = {near: [], far: [{server: '/downloads', ours: join(root, 'data')}]}
  await space.look()
  // Of the near one nobody knows where that is.
  expect([space.of(near), space.of(far)]).toEqual(['unknown', measured])
})

test('B.10 before it was measured, of another folder, and when it is old, it is unknown', async () => {
  expect(space.of(near)).toBe('unknown')
  await space.look()
  await clock.advance(90_000)
  expect(space.of(near)).toEqual(measured)
  await clock.advance(1)
  expect(space.of(near)).toBe('unknown')
  await space.look()
  folder = root
  expect(space.of(near)).toBe('unknown')
})

test('S08 an empty folder, one that is not there, and another disk are unknown', async () => {
  rmSync(join(root, 'data', 'films'), {recursive: true})
  await space.look()
  expect(space.of(near)).toBe('unknown')
  folder = join(root, 'nowhere')
  await space.look()
  expect(space.of(near)).toBe('unknown')
  writeFileSync(join(root, 'data', 'a'), '')
  folder = join(root, 'data')
  mounts.set(folder, {device: 'other', inode: '1', fileSystem: '1', totalBytes: 1, hadFiles: true})
  await space.look()
  expect(space.of(near)).toBe('unknown')
})

test.runIf(hasTwoDisks)('B.10 a server whose folders lie on another volume has its own figure', async () => {
  const elsewhere = newFolderOnOtherDisk('space-folder-')
  writeFileSync(join(elsewhere, 'a'), '')
  mappings = {near: [{server: '/downloads', ours: elsewhere}], far: []}
  await space.look()
  expect(space.of(near)).toBe('own')
  rmSync(elsewhere, {recursive: true})
  await space.look()
  expect(space.of(near)).toBe('unknown')
})
