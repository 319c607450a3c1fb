import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {Patience} from '#disk/patience.ts'
import type {JournalEntry} from '#journal/entry.ts'
import {systemClock} from '#lib/clock.ts'
import type {MountRecord} from '#model/automation-state.ts'
import type {ServerDefinition} from '#model/server.ts'
import {asServerId} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {MountWatch} from './mount-watch.ts'

const A = asServerId('A')
let folder: string
let known: Map<string, MountRecord>
let written: JournalEntry[]
let watch: MountWatch

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mount-watch-'))
  mkdirSync(join(folder, 'films'))
  known = new Map()
  written = []
  watch = new MountWatch({
    clock: new VirtualClock(),
    patience: new Patience(systemClock),
    log: {error: () => {}, warn: () => {}},
    write: async (entries) => void written.push(...entries),
    definitions: () => [{id: A, paths: [{server: '/data', ours: folder}]} as unknown as ServerDefinition],
    mounts: {
      get: (path) => known.get(path),
      set: (path, mount) => known.set(path, {...mount, path, seenAt: 0}),
      all: () => [...known.values()],
    },
  })
})
afterEach(() => rmSync(folder, {recursive: true, force: true}))

const said = () =>
  written.map(({subject, serverId, verb, phase, code}) => [subject, serverId, verb, phase, code].join(' '))

test('S08 a disk is kept in mind as soon as its folder shows files, before anybody asks', async () => {
  await watch.look()
  expect([...known.keys()]).toEqual([folder])
  expect(known.get(folder)).toMatchObject({hadFiles: true})
  expect(said()).toEqual([])
})

test('S08 another disk in its place is one alert for all folders of it, and its end is on the same line', async () => {
  const films = join(folder, 'films')
  writeFileSync(join(films, 'film.mkv'), '')
  const device = {device: 'gone', inode: '1', fileSystem: '1', totalBytes: 1, hadFiles: true, seenAt: 0}
  for (const path of [folder, films]) known.set(path, {...device, path})
  await watch.look()
  await watch.look()
  expect(said()).toEqual(['server A freeze blocked disk_missing'])
  expect(known.get(folder)).toMatchObject({device: 'gone'})
  known.clear()
  await watch.look()
  expect(said()).toEqual(['server A freeze blocked disk_missing', 'server A freeze undone disk_missing'])
})

test('S08 two disks that had one number at different times are two alerts', async () => {
  const films = join(folder, 'films')
  writeFileSync(join(films, 'film.mkv'), '')
  const device = {device: 'gone', inode: '1', fileSystem: '1', hadFiles: true, seenAt: 0}
  known.set(folder, {...device, totalBytes: 1, path: folder})
  known.set(films, {...device, totalBytes: 2, path: films})
  await watch.look()
  expect(said()).toEqual(['server A freeze blocked disk_missing', 'server A freeze blocked disk_missing'])
})

test('S08 a folder that is not there any more is an alert, one that was emptied is none', async () => {
  await watch.look()
  rmSync(join(folder, 'films'), {recursive: true})
  await watch.look()
  expect(said()).toEqual([])
  rmSync(folder, {recursive: true})
  await watch.look()
  expect(said()).toEqual(['server A freeze blocked disk_missing'])
})

test('what lies at no mapped folder is not looked at', async () => {
  const other = {device: 'gone', inode: '1', fileSystem: '1', totalBytes: 1, hadFiles: true, seenAt: 0}
  known.set('/elsewhere', {...other, path: '/elsewhere'})
  await watch.look()
  expect(said()).toEqual([])
})
