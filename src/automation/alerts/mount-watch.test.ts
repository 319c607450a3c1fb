import {mkdirSync, mkdtempSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import type {RememberedMount} from '#disk/mounts.ts'
import {Patience} from '#disk/patience.ts'
import {DISK_SETTLING_MS, MountedDisks} from '#disk/mounted-disks.ts'
import type {JournalEntry} from '#journal/entry.ts'
import type {DeadlineRecord, MountRecord} from '#model/automation-state.ts'
import type {ServerDefinition} from '#model/server.ts'
import {asServerId, type ServerId} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {hasTwoDisks, newFolderOnOtherDisk} from '#test/disks.ts'
import {watching} from './active-alerts.fixture.ts'
import {MountWatch} from './mount-watch.ts'

const A = asServerId('A')
const B = asServerId('B')
let servers: readonly ServerDefinition[]
let savePaths: Map<ServerId, readonly string[]>
let spaceFolder: string | null
let folder: string
let known: Map<string, MountRecord & Pick<RememberedMount, 'returnedAt'>>
let written: JournalEntry[]
let watch: MountWatch
let clock: VirtualClock
let kept: Map<string, DeadlineRecord>

/** A start of the program: what is in the database is there, what was only known is not. */
function begin(): void {
  for (const [path, {returnedAt: _, ...record}] of known) known.set(path, record)
  const deadlines = {
    of: (_: string, path: string) => kept.get(path) ?? null,
    ofKind: () => [...kept.values()],
    set: async (...records: readonly DeadlineRecord[]) => {
      for (const record of records) kept.set(record.subject, record)
    },
    cancel: async (_: string, path?: string) => void kept.delete(path!),
  }
  watch = new MountWatch(
    watching(clock, async (entries) => void written.push(...entries)),
    new MountedDisks(new Patience(clock), mounts),
    {mounts, deadlines},
    {savePaths: (id) => new Set(savePaths.get(id))},
    () => ({servers, spaceFolder}),
  )
}

const mounts = {
  get: (path: string) => known.get(path),
  set: (path: string, mount: RememberedMount) => known.set(path, {...mount, path, seenAt: 0}),
  all: () => [...known.values()],
  forget: (path: string) => known.delete(path),
}

function serverAt(id: ServerId, ...ours: readonly string[]): ServerDefinition {
  const paths = ours.map((it, at) => ({server: at === 0 ? '/data' : `/data${at}`, ours: it}))
  return {id, name: `server ${id}`, paths} as unknown as ServerDefinition
}

beforeEach(() => {
  clock = new VirtualClock()
  kept = new Map()
  folder = mkdtempSync(join(tmpdir(), 'mount-watch-'))
  mkdirSync(join(folder, 'films'))
  servers = [serverAt(A, folder)]
  savePaths = new Map()
  spaceFolder = null
  known = new Map()
  written = []
  begin()
})
afterEach(() => rmSync(folder, {recursive: true, force: true}))

const said = () =>
  written.map(({subject, serverId, verb, phase, code}) => [subject, serverId, verb, phase, code].join(' '))

test('S08 a disk is kept in mind as soon as its folder shows files, before any question', async () => {
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

test('S08 a folder below a mapped one that was removed from its disk is no alert, one of another disk is', async () => {
  await watch.look()
  const disk = known.get(folder)!
  const [removed, away] = [join(folder, 'removed'), join(folder, 'away')]
  known.set(removed, {...disk, path: removed, inode: '1'})
  known.set(away, {...disk, path: away, device: 'gone'})
  await watch.look()
  expect(said()).toEqual(['server A freeze blocked disk_missing'])
  expect(written[0]).toMatchObject({args: {path: away}})
})

test('S08 a folder that was kept in mind and is a part of the disk around it is forgotten, a mapped one is not', async () => {
  await watch.look()
  const disk = known.get(folder)!
  const [films, removed] = [join(folder, 'films'), join(folder, 'removed')]
  writeFileSync(join(films, 'film.mkv'), '')
  known.set(films, {...disk, path: films, inode: String(statSync(films).ino)})
  known.set(removed, {...disk, path: removed, inode: '1'})
  for (const path of [films, removed, folder])
    kept.set(path, {kind: 'disk_away', subject: path, dueAt: 0, version: 1, detail: {}, createdAt: 0})
  await watch.look()
  expect([[...known.keys()], [...kept.keys()], said()]).toEqual([[folder], [], []])
})

test('what lies at no mapped folder is not looked at', async () => {
  const other = {device: 'gone', inode: '1', fileSystem: '1', totalBytes: 1, hadFiles: true, seenAt: 0}
  known.set('/elsewhere', {...other, path: '/elsewhere'})
  await watch.look()
  expect(said()).toEqual([])
})

test('S32 a disk that came back settles for ten minutes, also where the program was started again meanwhile', async () => {
  const films = join(folder, 'films')
  writeFileSync(join(films, 'film.mkv'), '')
  const isSettled = async (path = films) =>
    (await new MountedDisks(new Patience(clock), mounts).settledMount(path)).mounted
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

const gone = {device: 'gone', inode: '1', fileSystem: '1', totalBytes: 1, hadFiles: true, seenAt: 0}

test('S08 a disk that is gone is a line for each of its servers, and none for another', async () => {
  const other = mkdtempSync(join(tmpdir(), 'mount-watch-'))
  writeFileSync(join(other, 'a film'), '')
  servers = [serverAt(A, folder), serverAt(B, folder), serverAt(asServerId('C'), other)]
  known.set(folder, {...gone, path: folder})
  await watch.look()
  await watch.look()
  expect(said()).toEqual(['server A freeze blocked disk_missing', 'server B freeze blocked disk_missing'])
  expect(written.map(({args}) => args)).toMatchObject([
    {path: folder, server: 'server A'},
    {path: folder, server: 'server B'},
  ])
  servers = [serverAt(A, folder)]
  await watch.look()
  expect(said().slice(2)).toEqual(['server B freeze undone disk_missing'])
  rmSync(other, {recursive: true})
})

test('S08 the folder that space is measured at is watched, also where no server is mapped to it', async () => {
  const measured = mkdtempSync(join(tmpdir(), 'mount-watch-'))
  writeFileSync(join(measured, 'a file'), '')
  spaceFolder = measured
  await watch.look()
  expect([said(), known.has(measured)]).toEqual([[], true])
  renameSync(measured, `${measured} away`)
  await watch.look()
  expect(said()).toEqual(['path  freeze blocked disk_missing'])
  renameSync(`${measured} away`, measured)
  await watch.look()
  expect(said().at(-1)).toBe('path  freeze undone disk_missing')
  rmSync(measured, {recursive: true})
})

test('a folder of this machine that never was there, as it is one of a server, is no alert', async () => {
  spaceFolder = '/data/of/a/server'
  await watch.look()
  expect(said()).toEqual([])
})

test('of more folders than one round looks at the last has its turn, and what is gone stays said meanwhile', async () => {
  const paths = Array.from({length: 450}, (_, n) => join(folder, 'films', `f${n}`))
  for (const path of paths) {
    mkdirSync(path)
    writeFileSync(join(path, 'film'), '')
  }
  await watch.look()
  const {device, inode, fileSystem, totalBytes} = known.get(folder)!
  const disk = {device, inode, fileSystem, totalBytes, hadFiles: true, seenAt: 0}
  for (const path of paths) known.set(path, {...disk, path})
  known.set(paths.at(-1)!, {...gone, path: paths.at(-1)!})
  const counts: number[] = []
  for (let n = 0; n < 6; n++) {
    await watch.look()
    counts.push(said().length)
  }
  expect(counts.at(-1)).toBe(1)
  expect(said()).toEqual(['server A freeze blocked disk_missing'])
})

test.runIf(hasTwoDisks)(
  'S08 a disk below a mapped folder is missed where torrents lie on it, although nothing asked for it',
  async () => {
    const disk = newFolderOnOtherDisk('mount-watch-')
    const point = join(folder, 'films', 'disk')
    try {
      for (const name of ['kept', 'Film']) mkdirSync(join(disk, name))
      symlinkSync(disk, point)
      savePaths.set(A, ['/data/films/disk/Film', '/data/films', '/elsewhere'])
      await watch.look()
      // The folder of a torrent on the disk around it is no disk of its own.
      expect([...known.keys()].toSorted()).toEqual([folder, point].toSorted())
      rmSync(point)
      mkdirSync(join(point, 'Film'), {recursive: true})
      await watch.look()
      expect(said()).toEqual(['server A freeze blocked disk_missing'])
      expect(written[0]).toMatchObject({args: {path: point}})
      rmSync(point, {recursive: true})
      symlinkSync(disk, point)
      await watch.look()
      expect(said().at(-1)).toBe('server A freeze undone disk_missing')
    } finally {
      rmSync(disk, {recursive: true})
    }
  },
)
