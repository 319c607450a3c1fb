import {link, lstat, mkdir, mkdtemp, realpath, rm, symlink, utimes, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join, relative} from 'node:path'
import {expect, onTestFinished, test} from 'vitest'
import {countFileRequests} from '#disk/file-requests.fixture.ts'
import {Patience} from '#disk/patience.ts'
import {A, B, LookUpHarness, file, keyOf, row} from '#lookups/look-ups.fixture.ts'
import type {TorrentFile} from '#model/details.ts'
import {keyText, type ServerId} from '#model/torrent-key.ts'
import type {Doubt} from '#ownership/doubts.ts'
import {ourDisk, oursOf} from '#ownership/ownership.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import type {RecyclePlan} from '#disk/recycle.ts'
import {FileOwners} from './file-owners.ts'
import {TrashDisk} from './trash-disk.ts'

async function harness() {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'commodarr-trash-disk-')))
  onTestFinished(() => rm(root, {recursive: true}))
  const base = new LookUpHarness()
  const clock = new VirtualClock()
  base.mappings.set(A, [{server: '/data', ours: root}])
  const reported = new Map<string, readonly TorrentFile[]>()
  /** Those that are not configured any more. */
  const left = new Set<ServerId>()
  const {fleet, surroundings} = base
  const patience = new Patience(clock)
  const disk = new TrashDisk(
    fleet,
    surroundings.disk,
    {files: async (key) => (base.files ?? reported).get(keyText(key)) ?? []},
    base.ownership,
    patience,
  )
  const owners = new FileOwners(surroundings.disk, base.ownership, (id) => left.has(id), patience)
  return {
    base,
    left,
    root,
    disk,
    owners,
    clock,
    key: keyOf(A, 1),
    list: (...contents: readonly string[]) =>
      base.list(
        A,
        contents.map((contentPath, n) => row(n + 1, {contentPath})),
      ),
    files: (...paths: readonly string[]) => {
      base.files = reported
      reported.set(
        keyText(keyOf(A, 1)),
        paths.map((path, index) => ({index, path, size: 1}) as TorrentFile),
      )
    },
    write: async (path: string) => {
      await mkdir(dirname(join(root, path)), {recursive: true})
      await writeFile(join(root, path), 'x')
    },
  }
}

test('files of a folder of its own, as far as they are there, below the topmost folder of their disk', async () => {
  const {list, files, write, disk, key, root} = await harness()
  list('/data/films/Film')
  files('Film/a.mkv', 'Film/not-downloaded.mkv')
  await write('films/Film/a.mkv')
  const {dev, ino} = await lstat(join(root, 'films/Film/a.mkv'), {bigint: true})
  expect(await disk.filesOf(key)).toEqual({
    files: [{path: join(root, 'films/Film/a.mkv'), device: String(dev), inode: String(ino), size: 1}],
    folder: join(root, 'films/Film'),
    doubts: [],
    roots: [{path: root, device: String(dev)}],
  })
})

test('a single file has no folder of its own', async () => {
  const {list, files, write, disk, key, root} = await harness()
  list('/data/films/a.mkv')
  files('a.mkv')
  await write('films/a.mkv')
  expect(await disk.filesOf(key)).toMatchObject({folder: null, common: join(root, 'films')})
})

test('files without a folder of their own lie in the one that their names begin in', async () => {
  const {list, files, write, disk, key, root} = await harness()
  list('/data/films')
  files('Subs/a.srt', 'a.mkv')
  for (const path of ['films/Subs/a.srt', 'films/a.mkv']) await write(path)
  expect(await disk.filesOf(key)).toMatchObject({folder: null, common: join(root, 'films')})
})

test('without mappings, without files or without the torrent it says why', async () => {
  const {list, files, disk, key, base} = await harness()
  expect(await disk.filesOf(key)).toEqual({why: 'Its server does not list it any more.'})
  list('/data/films/Film')
  files('Film/a.mkv')
  expect(await disk.filesOf(key)).toEqual({why: 'None of its files is there.', isNothing: true})
  files('Film/????.mkv')
  expect(await disk.filesOf(key)).toEqual({
    why: expect.stringContaining('cannot report the names of its files'),
  })
  base.mappings.clear()
  expect(await disk.filesOf(key)).toEqual({
    why: 'Its server does not share its disk with us: no folders are mapped.',
  })
})

test('unfinished files by the names that servers give them, and pieces that lie beside them', async () => {
  const {base, files, write, disk, key, root} = await harness()
  base.list(A, [row(1, {contentPath: '/data/films/Film', savePath: '/data/films'})])
  files('Film/a.mkv', 'Film/b.mkv', 'Film/c.mkv')
  const there = [
    'films/Film/a.mkv.!qB',
    'films/Film/b.mkv.part',
    'films/Film/c.mkv',
    `films/.${key.hash}.parts`,
  ]
  for (const path of there) await write(path)
  const ours = await disk.filesOf(key)
  expect('files' in ours && ours.files.map(({path}) => path)).toEqual(there.map((path) => join(root, path)))
})

test('files behind a link to another folder are those of that folder, and stay', async () => {
  const {list, files, write, disk, key, root} = await harness()
  list('/data/films/Film')
  files('Film/a.mkv', 'Film/Subs/a.srt', 'Film/More/Subs/b.srt')
  for (const path of ['films/Film/a.mkv', 'library/a.srt', 'library/Subs/b.srt']) await write(path)
  await symlink(join(root, 'library'), join(root, 'films/Film/Subs'))
  await symlink(join(root, 'library'), join(root, 'films/Film/More'))
  const ours = await disk.filesOf(key)
  expect('files' in ours && ours.files.map(({path}) => path)).toEqual([join(root, 'films/Film/a.mkv')])
  files('Film/Subs/a.srt')
  expect(await disk.filesOf(key)).toEqual({why: 'All of its files are behind links to other folders.'})
})

test('whether the trash can take its files is said before its server is asked', async () => {
  const {list, write, disk, key, base, root, clock} = await harness()
  const missing = 'The folder of its files is not there on our own disks.'
  list('/data/films/Film')
  expect(await disk.noTrash(key)).toEqual({why: missing, isSettled: false})
  await write('films/other.mkv')
  await clock.advance(2_000)
  expect(await disk.noTrash(key)).toBeNull()
  list('/elsewhere/Film')
  expect(await disk.noTrash(key)).toMatchObject({isSettled: true, why: expect.stringContaining('Its folder')})
  base.mappings.clear()
  expect(await disk.noTrash(key)).toMatchObject({isSettled: true, why: expect.stringContaining('no folders')})
  base.mappings.set(A, [{server: '/elsewhere', ours: root}])
  expect(await disk.noTrash(key)).toBeNull()
})

/** Of all that lies in its folder. */
function planOf(root: string, ...files: readonly string[]): RecyclePlan {
  const moves = files.map((name, at) => ({
    from: `films/Film/${name}`,
    to: `${at + 1} ${name}`,
    inode: '1',
    size: 1,
  }))
  return {root, device: '1', entry: '1-ab', at: 0, folder: 'films/Film', files: moves}
}

test('who has a file of it is an owner of that file, and not of what was set aside from there', async () => {
  const {list, owners, key, root, clock, base, write} = await harness()
  const ownerOf = owners.of(key, '/data/films/Film', planOf(root, 'a.mkv', 'b.mkv'))
  const ask = async (path: string) => {
    await clock.advance(2_000)
    return ownerOf(join(root, path))
  }
  const aside = '.commodarr-recycle/1-ab/1 a.mkv'
  for (const path of ['films/Film/a.mkv', 'films/Film/b.mkv', aside]) await write(path)
  list('/data/films/Film')
  expect(await ask('films/Film/a.mkv')).toBeNull()
  list('/data/films/Film', '/data/films/Film')
  base.files = new Map([[keyText(keyOf(A, 2)), [file(0, 'Film/a.mkv'), file(1, 'Film/c.mkv')]]])
  expect(await ask('films/Film/a.mkv')).toBe('another torrent')
  expect(await ask('films/Film/b.mkv')).toBeNull()
  expect(await ask(aside)).toBeNull()
  base.files = null
  await expect(ask('films/Film/b.mkv')).rejects.toMatchObject({code: 'content_unknown'})
  list('/data/films/Film', '/data/.commodarr-recycle/1-ab')
  await expect(ask(aside)).rejects.toMatchObject({code: 'content_unknown'})
  base.files = new Map([[keyText(keyOf(A, 2)), [file(0, '1-ab/1 a.mkv')]]])
  expect(await ask(aside)).toBe('another torrent')
})

test('what went a moment ago makes no owner unknown: beside hard links on another server the rest goes, too', async () => {
  const {list, owners, key, root, clock, base, write} = await harness()
  base.mappings.set(B, [{server: '/b', ours: root}])
  list('/data/films/Film')
  const files = [file(0, 'Film/a.mkv', {size: 1}), file(1, 'Film/b.mkv', {size: 1})]
  base.files = new Map([keyOf(A, 1), keyOf(B, 9)].map((it) => [keyText(it), files]))
  base.list(B, [row(9, {name: 'Film', contentPath: '/b/linked/Film', savePath: '/b/linked'})])
  const plan = planOf(root, 'a.mkv', 'b.mkv')
  const asideOf = (name: string) => `.commodarr-recycle/1-ab/${name}`
  await mkdir(join(root, 'linked/Film'), {recursive: true})
  for (const name of ['a.mkv', 'b.mkv']) {
    await write(`films/Film/${name}`)
    await link(join(root, 'films/Film', name), join(root, 'linked/Film', name))
  }
  for (const ways of [
    ['films/Film/a.mkv', 'films/Film/b.mkv'],
    [asideOf('1 a.mkv'), asideOf('2 b.mkv')],
  ]) {
    for (const path of ways) await write(path)
    const ownerOf = owners.of(key, '/data/films/Film', plan)
    for (const path of ways) {
      await clock.advance(2_000)
      expect(await ownerOf(join(root, path))).toBeNull()
      await rm(join(root, path))
      // Who goes on after a crash asks afresh; of what is gone nobody can say anything.
      await expect(owners.of(key, '/data/films/Film', plan)(join(root, path))).rejects.toMatchObject({
        code: 'content_unknown',
      })
    }
  }
})

test('unknown owners are owners: a server of the same machine that has not sent its list', async () => {
  const {list, owners, key, root, base, write} = await harness()
  for (const path of ['films/Film/a.mkv', '.commodarr-recycle/1-ab/1 a.mkv']) await write(path)
  list('/data/films/Film')
  base.list(B, [row(9, {savePath: '/data/films', contentPath: '/data/films/else'})])
  base.status.set(B, 'warming')
  const ask = (path: string, accepted: readonly Doubt[] = []) =>
    owners.of(key, '/data/films/Film', planOf(root, 'a.mkv'), accepted)(join(root, path))
  const away = {code: 'away', serverId: B, torrent: null, detail: ''} as const
  await expect(ask('films/Film/a.mkv')).rejects.toMatchObject({code: 'content_unknown'})
  expect(await ask('films/Film/a.mkv', [away])).toBeNull()
  // It is another doubt than he was told of.
  for (const other of [
    {...away, serverId: A},
    {...away, code: 'unmapped'},
  ] as const)
    await expect(ask('films/Film/a.mkv', [other])).rejects.toMatchObject({code: 'content_unknown'})
  // Nobody puts anything of his own into the recycle area.
  expect(await ask('.commodarr-recycle/1-ab/1 a.mkv')).toBeNull()
})

test('a file of another size is another file: the mapping leads elsewhere, and nothing of it is touched', async () => {
  const {list, write, disk, key, root, base} = await harness()
  list('/data/films/Film')
  await write('films/Film/a.mkv')
  await write('films/Film/b.mkv')
  const reported = (...files: readonly TorrentFile[]) => (base.files = new Map([[keyText(key), files]]))
  const half = {size: 2, progress: 0.5}
  for (const [b, isAnother] of [
    [{size: 2}, true],
    [half, false],
    [{...half, size: 0}, true],
    [{size: 1}, false],
  ] as const) {
    reported(file(0, 'Film/a.mkv', {size: 1}), file(1, 'Film/b.mkv', b))
    const seen = await disk.filesOf(key)
    if (isAnother)
      expect(seen).toEqual({
        why: expect.stringContaining(`${join(root, 'films/Film/b.mkv')} has 1 bytes, and on`),
      })
    else expect(seen).toMatchObject({files: [{size: 1}, {size: 1}]})
  }
})

test('S47 what is older than its torrent, which has not completed it, stays where it is, and is named', async () => {
  const {base, files, write, disk, key, root} = await harness()
  const addedAt = Date.now() - 3_600_000
  base.list(A, [row(1, {contentPath: '/data/Film', savePath: '/data', addedAt, completed: 1})])
  files('x')
  const its = (part: number, skipped: number, other: number) => [
    file(0, 'Film/half.mkv', {size: 10, progress: part}),
    file(1, 'Film/skipped.nfo', {size: 1, progress: skipped, priority: 'skip'}),
    file(2, 'Film/other.srt', {size: 1, progress: other}),
  ]
  const reported = (all: readonly TorrentFile[]) => base.files!.set(keyText(key), all)
  for (const path of ['Film/half.mkv', 'Film/skipped.nfo', 'Film/other.srt', 'Film/other.srt.!qB'])
    await write(path)
  const old = new Date(addedAt - 7_200_000)
  for (const path of ['Film/skipped.nfo', 'Film/other.srt']) await utimes(join(root, path), old, old)
  reported(its(0.5, 0, 0))
  const names = async () => {
    const ours = await disk.filesOf(key)
    return 'why' in ours
      ? ours.why
      : {
          files: ours.files.map(({path}) => relative(root, path)),
          left: ours.left?.map((it) => relative(root, it)),
        }
  }
  expect(await names()).toEqual({
    files: ['Film/half.mkv', 'Film/other.srt.!qB'],
    left: ['Film/skipped.nfo', 'Film/other.srt'],
  })
  // What it has whole is its own, however old: it was moved there, or is seeded from there.
  reported([...its(0.5, 1, 1)])
  expect(await names()).toEqual({
    files: ['Film/half.mkv', 'Film/skipped.nfo', 'Film/other.srt'],
    left: undefined,
  })
  reported(its(0.5, 0, 0).slice(1, 2))
  expect(await names()).toMatch(/skipped.nfo is older than its torrent.*another person's/)
})

test('files that other torrents have, too, are not among those that may be set aside', async () => {
  const {list, files, write, disk, key, root, base} = await harness()
  list('/data/films/Film', '/data/films/Film')
  files('Film/a.mkv', 'Film/b.mkv')
  base.files!.set(keyText(keyOf(A, 2)), [file(0, 'Film/a.mkv')])
  await write('films/Film/a.mkv')
  await write('films/Film/b.mkv')
  expect(await disk.filesOf(key)).toMatchObject({files: [{path: join(root, 'films/Film/b.mkv')}]})
  base.files!.set(keyText(keyOf(A, 2)), [file(0, 'Film/a.mkv'), file(1, 'Film/b.mkv')])
  expect(await disk.filesOf(key)).toEqual({why: 'Other torrents have all of its files.'})
})

test('below a mapping that is contradicted nothing is set aside, nor purged of what was, and the reason is shown', async () => {
  const {list, files, write, disk, owners, key, base, root} = await harness()
  list('/data/films/Film')
  files('Film/a.mkv')
  await write('films/Film/a.mkv')
  const ownerOf = owners.of(key, '/data/films/Film', planOf(root, 'a.mkv'))
  expect(await ownerOf(join(root, 'films/Film/a.mkv'))).toBeNull()
  const why = 'The path mapping of /data is contradicted.'
  base.mappings.set(A, [{server: '/data', ours: root, contradicted: why}])
  expect(await disk.noTrash(key)).toEqual({why, isSettled: false})
  expect(await disk.filesOf(key)).toEqual({why})
  await expect(ownerOf(join(root, '.commodarr-recycle/1-ab/1 a.mkv'))).rejects.toMatchObject({
    code: 'content_unknown',
    message: why,
  })
})

test('the files of a torrent of thousands are looked at beside the main thread, by all the names that they may have', async () => {
  const {list, files, write, disk, key, root} = await harness()
  list('/data/films/Film')
  const names = Array.from({length: 3_000}, (_, n) => `Film/${n}.mkv`)
  files(...names)
  for (const n of [0, 1, 2]) await write(`films/Film/${n}.mkv${['', '.!qB', '.part'][n]}`)
  const count = countFileRequests()
  const ours = await disk.filesOf(key)
  const there = ['Film/0.mkv', 'Film/1.mkv.!qB', 'Film/2.mkv.part'].map((path) => join(root, 'films', path))
  expect('files' in ours && ours.files.map(({path}) => path)).toEqual(there)
  // Its folders, and where they are mounted.
  expect(count.asked).toBeLessThan(names.length / 50)
})

test('of a server that left the files are found by our own paths, and those of others keep them', async () => {
  const {base, root, owners, left, write} = await harness()
  for (const path of ['films/Film/a.mkv', 'films/Film/b.mkv', '.commodarr-recycle/1-ab/1 a.mkv'])
    await write(path)
  left.add(A)
  base.mappings.set(oursOf(A), ourDisk(null).mappings)
  base.mappings.set(B, [{server: '/b', ours: root}])
  base.list(A, [])
  base.list(B, [row(9, {contentPath: '/b/films/Film'})])
  base.files = new Map([[keyText(keyOf(B, 9)), [file(0, 'Film/a.mkv')]]])
  const owner = owners.of(keyOf(A, 1), '/data/films/Film', planOf(root, 'a.mkv', 'b.mkv'))
  expect(await owner(join(root, 'films/Film/a.mkv'))).toBe('another torrent')
  expect(await owner(join(root, 'films/Film/b.mkv'))).toBeNull()
  expect(await owner(join(root, '.commodarr-recycle/1-ab/1 a.mkv'))).toBeNull()
})

test('S44 of a server that left a doubt is shown with its way out and names no torrent, and two names of disks end it', async () => {
  const {base, root, owners, left, clock, write} = await harness()
  await write('films/Film/a.mkv')
  left.add(A)
  base.list(A, [])
  base.list(B, [row(9, {name: 'Mine', contentPath: '/b/films/Film'})])
  base.files = new Map([[keyText(keyOf(B, 9)), [file(0, 'Film/a.mkv', {size: 1})]]])
  const path = join(root, 'films/Film/a.mkv')
  const owner = owners.of(keyOf(A, 1), '/data/films/Film', planOf(root, 'a.mkv'))
  base.mappings.set(oursOf(A), ourDisk(null).mappings)
  base.machines.set(B, 'b')
  base.storages.set(B, 'nas')
  await expect(owner(path)).rejects.toMatchObject({
    code: 'content_unknown',
    message: expect.stringMatching(/A torrent on another server may .*PathMappings.*Storage/),
  })
  base.storages.set(oursOf(A), ourDisk('box').storage!)
  await clock.advance(2_000)
  expect(await owner(path)).toBeNull()
})
