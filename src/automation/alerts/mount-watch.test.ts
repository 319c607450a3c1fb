import {mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import type {RememberedMount} from '#disk/mounts.ts'
import {Patience} from '#disk/patience.ts'
import {DISK_SETTLING_MS, settledMount} from '#disk/verify-mount.ts'
import type {JournalEntry} from '#journal/entry.ts'
import type {DeadlineRecord, MountRecord} from '#model/automation-state.ts'
import type {ServerDefinition} from '#model/server.ts'
import {asServerId} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {AlertBoard} from './active-alerts.ts'
import {MountWatch} from './mount-watch.ts'

const A = asServerId('A')
let folder: string
let known: Map<string, MountRecord & Pick<RememberedMount, 'returnedAt'>>
let written: JournalEntry[]
let watch: MountWatch
let clock: VirtualClock
let kept: Map<string, DeadlineRecord>

/** A start of the program: what is in the database is there, what was only known is not. */
function begin(): void {
  for (const [path, {returnedAt: _, ...record}] of known) known.set(path, record)
  watch = new MountWatch({
    clock,
    patience: new Patience(clock),
    log: {error: () => {}, warn: () => {}},
    board: new AlertBoard(),
    write: async (entries) => void written.push(...entries),
    definitions: () => [{id: A, paths: [{server: '/data', ours: folder}]} as unknown as ServerDefinition],
    mounts,
    deadlines: {
      of: (_, path) => kept.get(path) ?? null,
      ofKind: () => [...kept.values()],
      set: async (...records) => {
        for (const record of records) kept.set(record.subject, record)
      },
      cancel: async (_, path) => void kept.delete(path),
    },
  })
}

const mounts = {
  get: (path: string) => known.get(path),
  set: (path: string, mount: RememberedMount) => known.set(path, {...mount, path, seenAt: 0}),
  all: () => [...known.values()],
}

beforeEach(() => {
  clock = new VirtualClock()
  kept = new Map()
  folder = mkdtempSync(join(tmpdir(), 'mount-watch-'))
  mkdirSync(join(folder, 'films'))
  known = new Map()
  written = []
  begin()
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

test('S32 a disk that came back settles for ten minutes, also where the program was started anew meanwhile', async () => {
  const films = join(folder, 'films')
  writeFileSync(join(films, 'film.mkv'), '')
  const isSettled = async (path = films) =>
    (await settledMount(path, {mounts, patience: new Patience(clock)})).mounted
  await watch.look()
  expect(await isSettled()).toBe(true)
  renameSync(folder, `${folder} away`)
  await watch.look()
  renameSync(`${folder} away`, folder)
  begin()
  watch.start()
  // It looks when this test says so.
  await watch.stop()
  await watch.look()
  expect(await isSettled()).toBe('unknown')
  await clock.advance(DISK_SETTLING_MS - 1)
  await watch.look()
  expect([await isSettled(), kept.has(folder)]).toEqual(['unknown', true])
  await clock.advance(1)
  await watch.look()
  expect([await isSettled(), kept.size]).toEqual([true, 0])
})
