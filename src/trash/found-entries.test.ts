import {lstat, mkdir, mkdtemp, readdir, realpath, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {becomes} from '#automation-state/trash-repository.ts'
import {Eraser} from '#disk/erase.ts'
import {Patience} from '#disk/patience.ts'
import {planRecycling, recycleArea, type RecyclePlan} from '#disk/recycle.ts'
import {MountedDisks} from '#disk/mounted-disks.ts'
import type {JournalEntry} from '#journal/entry.ts'
import {asServerId} from '#model/torrent-key.ts'
import {memoryHarness} from '#test/automation-state/memory.fixture.ts'
import {FoundEntries} from './found-entries.ts'

const seedbox = asServerId('seedbox')
const loft = asServerId('loft')

let root: string
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'commodarr-found-')))
})
afterEach(() => rm(root, {recursive: true}))

/** Sets one file aside below a folder of ours, as the trash does. */
async function aside(folder: string, name: string, at: number): Promise<RecyclePlan> {
  const path = join(folder, name)
  await mkdir(dirname(path), {recursive: true})
  await writeFile(path, name)
  const {dev, ino, size} = await lstat(path, {bigint: true})
  const file = {path, device: String(dev), inode: String(ino), size: Number(size)}
  const roots = [{path: folder, device: file.device}]
  const made = planRecycling({roots, files: [file], folder: dirname(path), at, id: `a${at}`})
  if ('refused' in made) throw new Error(made.refused)
  await new Eraser({ownerOf: async () => null}).recycle(made)
  return made
}

async function harness() {
  const base = await memoryHarness()
  const memory = await base.open()
  const {clock} = base
  const journal: JournalEntry[] = []
  const world = {folders: [root]}
  const found = new FoundEntries(
    memory.trash,
    () => ({
      machine: 'here',
      storage: null,
      mappings: world.folders.map((ours, at) => ({server: `/srv/${at}`, ours})),
    }),
    new MountedDisks(new Patience(clock), memory.mounts),
    memory.mounts,
    clock,
    async (entries) => void journal.push(...entries),
  )
  const names = () => memory.trash.all().map(({name}) => name.slice(root.length + 1))
  return {memory, clock, journal, world, found, names}
}

test('S41 what was set aside since and is in no list is listed, with a line in the journal, once', async () => {
  const {memory, journal, found, names, clock} = await harness()
  await aside(root, 'Before/film.mkv', 500)
  const plan = await aside(root, 'Film/film.mkv', 2_000)
  await found.list(seedbox, 1_000)
  await Promise.all([found.list(loft, 1_000), found.list(seedbox, 1_000)])
  expect(names()).toEqual(['Film'])
  const [record] = memory.trash.all()
  expect(record).toMatchObject({
    serverId: seedbox,
    verb: 'orphan.recycle',
    state: 'kept',
    bytes: 13,
    setAsideAt: 2_000,
    resume: {plan, isFound: true, contentPath: '/srv/0/Film'},
  })
  expect(record!.until).toBeGreaterThan(clock.now())
  expect(journal).toHaveLength(1)
  expect(journal[0]).toMatchObject({
    id: record!.id,
    verb: 'orphan.recycle',
    phase: 'confirmed',
    subject: 'path',
  })
})

test('S41 what the database knows, also as restored, is not listed again', async () => {
  const {memory, found, clock} = await harness()
  await aside(root, 'Film/film.mkv', 2_000)
  await found.list(seedbox, 1_000)
  const {id} = memory.trash.all()[0]!
  await memory.trash.change(id, becomes('restored', clock.now()))
  await found.list(seedbox, 1_000)
  expect(memory.trash.all().map((it) => it.id)).toEqual([id])
})

test('S41 a disk that was mounted below a mapped folder is waited for, and looked at when it is back', async () => {
  const {memory, found, names, clock} = await harness()
  const disk = join(root, 'disk')
  await aside(disk, 'Film/film.mkv', 2_000)
  await mkdir(join(root, 'elsewhere'))
  memory.mounts.set(disk, {device: '1', inode: '1', fileSystem: '1', totalBytes: 1, hadFiles: true})
  await expect(found.list(seedbox, 1_000)).rejects.toMatchObject({code: 'disk_failed'})
  expect(names()).toEqual([])
  memory.mounts.forget(disk)
  await new MountedDisks(new Patience(clock), memory.mounts).believedMount(disk)
  await found.list(seedbox, 1_000)
  expect(names()).toEqual(['disk/Film'])
})

test('S41 notes that are cut or foreign, links, and folders that are not there end nothing', async () => {
  const {world, found, names} = await harness()
  const area = join(root, recycleArea)
  await mkdir(join(area, 'foreign'), {recursive: true})
  await writeFile(join(area, 'foreign', 'note.json'), '{"version":2}')
  await mkdir(join(area, 'empty'))
  await writeFile(join(area, 'file'), 'x')
  await aside(root, 'Film/film.mkv', 2_000)
  world.folders.unshift(join(root, 'nowhere'))
  await found.list(seedbox, 1_000)
  expect(names()).toEqual(['Film'])
  expect((await readdir(area)).length).toBe(4)
})
