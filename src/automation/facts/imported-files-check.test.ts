import {execFileSync} from 'node:child_process'
import {
  copyFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import type {RememberedMount} from '#disk/mounts.ts'
import {MountedDisks} from '#disk/mounted-disks.ts'
import {Patience} from '#disk/patience.ts'
import {systemClock} from '#lib/clock.ts'
import {asArrId} from '#model/arr.ts'
import type {TorrentFile} from '#model/details.ts'
import type {PathMapping} from '#model/server.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {asInfoHash, asServerId, type TorrentKey} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import type {Landing} from '../manager/torrent-subject.ts'
import {arrSaying} from '../manager/torrent-subject.fixture.ts'
import {ImportedFilesCheck} from './imported-files-check.ts'

const key = {serverId: asServerId('A'), hash: asInfoHash('a'.repeat(40))!}
const GB = 1e9
const [from, to] = ['/data/torrents/film/film.mkv', '/data/media/Film (2020)/Film.mkv']
const proven = {...arrSaying, evidence: 'history/7', landed: [{from, to}]}

let root: string
let source: string
let destination: string
let mappings: readonly PathMapping[]
let mounts: Map<string, RememberedMount>
let contentPath: string
let savePath: string
let files: ImportedFilesCheck
let listed: readonly Partial<TorrentFile>[]
let clock: VirtualClock
let isReadOnly: boolean
let isListed: boolean

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'landed-'))
  source = join(root, 'torrents/film/film.mkv')
  destination = join(root, 'media/Film (2020)/Film.mkv')
  for (const file of [source, destination]) mkdirSync(join(file, '..'), {recursive: true})
  writeFileSync(source, 'x'.repeat(1_000))
  mappings = [{server: '/data', ours: root}]
  mounts = new Map()
  contentPath = '/data/torrents/film'
  savePath = '/data/torrents'
  clock = new VirtualClock()
  isReadOnly = false
  isListed = true
  files = checkOf(async () => listed.map((file) => ({priority: 'normal', size: GB, ...file}) as TorrentFile))
})
afterEach(() => rmSync(root, {recursive: true, force: true}))

function checkOf(filesOf: (of: TorrentKey) => Promise<readonly TorrentFile[]>): ImportedFilesCheck {
  return new ImportedFilesCheck(
    {get: () => (isListed ? ({contentPath, savePath} as TorrentRecord) : null)},
    {files: filesOf},
    {of: () => ({mappings})},
    new MountedDisks(new Patience(systemClock), mounts),
    () => isReadOnly,
    clock,
  )
}

const looked = (landed: readonly Landing[] = proven.landed) => files.checked(key, {...proven, landed})
const evidence = async () => (await looked())?.evidence
const doubt = async (landed?: readonly Landing[]) => (await looked(landed))?.unseen ?? null

for (const [title, make] of [
  ['a hard link', () => linkSync(source, destination)],
  ['a copy', () => copyFileSync(source, destination)],
  ['a link that was renamed in its folder', () => linkSync(source, join(destination, '../Renamed.mkv'))],
  ['what was moved there', () => renameSync(source, destination)],
] as const) {
  test(`P4 ${title} in the library proves its import`, async () => {
    make()
    expect(await evidence()).toBe('history/7')
  })
}

const own = (file: string) => ({evidence: undefined, unseen: {file, why: 'own'}})

describe('a library that is the download', () => {
  test('an import that stayed in the folder of the torrent, also where the disk is not visible', async () => {
    const inside = '/data/torrents/film/Film.mkv'
    linkSync(source, join(root, 'torrents/film/Film.mkv'))
    expect(await looked([{from, to: inside}])).toMatchObject(own(inside))
    expect(await looked([{from, to: from}])).toMatchObject(own(from))
    mappings = []
    expect(await looked([{from, to: inside}])).toMatchObject(own(inside))
  })

  test('a link to its file, to its folder, or a folder that is a link to the library', async () => {
    symlinkSync(source, destination)
    expect(await looked()).toMatchObject(own(to))
    rmSync(join(root, 'media'), {recursive: true})
    mkdirSync(join(root, 'media'))
    symlinkSync(join(root, 'torrents/film'), join(root, 'media/Film (2020)'))
    linkSync(source, join(root, 'torrents/film/Film.mkv'))
    expect(await looked()).toMatchObject(own(to))
    rmSync(join(root, 'media/Film (2020)'))
    renameSync(join(root, 'torrents/film'), join(root, 'media/Film (2020)'))
    symlinkSync(join(root, 'media/Film (2020)'), join(root, 'torrents/film'))
    expect(await looked()).toMatchObject(own(to))
  })

  test('a torrent of one file, in a folder of many', async () => {
    contentPath = from
    symlinkSync(join(root, 'torrents/film'), join(root, 'media/linked'))
    const linked = '/data/media/linked/film.mkv'
    expect(await looked([{from, to: linked}])).toMatchObject(own(linked))
    // With a second name it still is the same name that goes.
    linkSync(source, join(root, 'kept.mkv'))
    expect(await looked([{from, to: linked}])).toMatchObject(own(linked))
    linkSync(source, destination)
    expect(await evidence()).toBe('history/7')
  })

  test('a folder around both belongs to neither alone', async () => {
    contentPath = savePath = '/data'
    linkSync(source, destination)
    expect(await evidence()).toBe('history/7')
    rmSync(destination)
    symlinkSync(source, destination)
    expect(await looked()).toMatchObject(own(to))
    // The path alone tells it where nobody sees the disk.
    mappings = []
    expect(await looked([{from, to: from}])).toMatchObject(own(from))
    expect(await evidence()).toBe('history/7')
  })

  test.skipIf(process.getuid?.() !== 0)('a mount of its folder, or of its file alone', async () => {
    const folder = join(root, 'media/Film (2020)')
    writeFileSync(destination, '')
    try {
      execFileSync('mount', ['--bind', source, destination])
      expect(await looked()).toMatchObject(own(to))
    } finally {
      execFileSync('umount', [destination])
    }
    linkSync(source, join(root, 'torrents/film/Film.mkv'))
    try {
      execFileSync('mount', ['--bind', join(root, 'torrents/film'), folder])
      expect(await looked()).toMatchObject(own(to))
    } finally {
      execFileSync('umount', [folder])
    }
  })
})

describe('for a person who removes both, what lies elsewhere by its path', () => {
  const own = (...landed: readonly Landing[]) =>
    files.ownAmong(key, landed.length === 0 ? proven.landed : landed)

  test("is the torrent's own through a link, and not as a hard link or a copy", async () => {
    symlinkSync(source, destination)
    expect(await own()).toBe(1)
    rmSync(destination)
    linkSync(source, destination)
    expect(await own()).toBe(0)
    rmSync(destination)
    copyFileSync(source, destination)
    expect(await own()).toBe(0)
    // Its disk takes no writes, and is seen anyway.
    isReadOnly = true
    expect(await own()).toBe(0)
  })

  test('is decided by its path where the disk is not visible, and is not known where it was seen and is not', async () => {
    mappings = []
    expect(await own()).toBe(0)
    mappings = [{server: '/data', ours: join(root, 'nowhere')}]
    expect(await own()).toBe(0)
    mappings = [{server: '/data', ours: root}]
    mounts.set(root, {device: 'other', inode: '1', fileSystem: '1', totalBytes: 1, hadFiles: true})
    expect(await own()).toBeNull()
  })

  test('is not known where its mapping is contradicted, or the torrent is gone', async () => {
    mappings = [{server: '/data', ours: root, contradicted: 'Another disk.'} as PathMapping]
    expect(await own()).toBeNull()
    mappings = [{server: '/data', ours: root}]
    isListed = false
    expect(await own()).toBeNull()
  })

  test('is not known of very many, unless one of them is its own', async () => {
    linkSync(source, destination)
    const many = Array.from({length: 51}, () => ({from, to}))
    expect(await own(...many)).toBeNull()
    rmSync(destination)
    symlinkSync(source, destination)
    expect(await own(...many)).toBe(50)
  })
})

test('S51 a union shows the file of the torrent by another number: that is no second copy', async ({
  skip,
}) => {
  const [fast, slow, work, pool] = ['fast', 'slow', 'work', 'pool'].map((name) => join(root, name))
  for (const folder of [fast, slow, work, pool]) mkdirSync(folder!)
  const options = `lowerdir=${slow},upperdir=${fast},workdir=${work}`
  try {
    execFileSync('mount', ['-t', 'overlay', 'overlay', '-o', options, pool!], {stdio: 'pipe'})
  } catch (error) {
    return skip(`overlay cannot be mounted here: ${String((error as {stderr?: Buffer}).stderr ?? error)}`)
  }
  try {
    mkdirSync(join(fast!, 'film'))
    writeFileSync(join(fast!, 'film/film.mkv'), 'x'.repeat(1_000))
    mappings = [
      {server: '/data/torrents', ours: fast!},
      {server: '/data/media', ours: pool!},
    ]
    const seen = '/data/media/film/film.mkv'
    expect(await looked([{from, to: seen}])).toMatchObject(own(seen))
    // A copy with a name of its own is one.
    mkdirSync(join(pool!, 'Film (2020)'))
    copyFileSync(join(fast!, 'film/film.mkv'), join(pool!, 'Film (2020)/Film.mkv'))
    expect(await evidence()).toBe('history/7')
  } finally {
    execFileSync('umount', [pool!])
  }
})

test('P4 nothing in the library, and another file in its place, leave it unknown, and say why', async () => {
  expect(await looked()).toMatchObject({evidence: undefined, unseen: {folder: '/data', file: to}})
  writeFileSync(destination, 'something else')
  expect(await looked()).toMatchObject({evidence: undefined, unseen: {file: to, why: 'other'}})
})

for (const [title, at, isSeen] of [
  ['a hole in its middle', 100_000, true],
  ['a hole after its first quarter', 51_000, true],
  ['other tags at its head', 0, false],
  ['other tags at its end', 199_000, false],
] as const) {
  test(`P4 a copy of the same size with ${title}: ${isSeen ? 'another file' : 'the same'}`, async () => {
    const bytes = Buffer.alloc(200_000, 'film ')
    writeFileSync(source, bytes)
    writeFileSync(destination, Buffer.from(bytes).fill(0, at, at + 1_000))
    expect(await doubt()).toEqual(isSeen ? {folder: '/data', file: to, why: 'other'} : null)
  })
}

test('P4 what was renamed beside is the same by its content, and not by its size alone', async () => {
  writeFileSync(join(destination, '../Renamed.mkv'), 'y'.repeat(1_000))
  expect(await doubt()).toMatchObject({file: to})
  copyFileSync(source, join(destination, '../Renamed again.mkv'))
  expect(await doubt()).toBeNull()
})

test('P4 where its source is gone, the size that its Arr reports is compared', async () => {
  renameSync(source, destination)
  expect(await doubt([{from, to, size: 1_000}])).toBeNull()
  expect(await doubt([{from, to, size: 999}])).toMatchObject({why: 'other'})
})

test('P4 an upgrade may let the former download go once the better file lies there, as large as its Arr says', async () => {
  const better = [{from, to, size: 2_000, isOthers: true as const}]
  expect(await doubt(better)).toEqual({folder: '/data', file: to})
  writeFileSync(destination, 'z'.repeat(500))
  expect(await doubt(better)).toEqual({folder: '/data', file: to, why: 'other'})
  writeFileSync(destination, 'z'.repeat(2_000))
  expect(await doubt(better)).toBeNull()
})

test('P4 of a pack all files are looked for, however many it has', async () => {
  const pack = Array.from({length: 60}, (_, at): Landing => {
    const [one, other] = [`${from}.${at}`, `${to}.${at}`]
    writeFileSync(`${source}.${at}`, `episode ${at}`)
    linkSync(`${source}.${at}`, `${destination}.${at}`)
    return {from: one, to: other}
  })
  expect(await doubt(pack)).toBeNull()
  rmSync(`${destination}.59`)
  expect(await doubt(pack)).toEqual({folder: '/data', file: `${to}.59`})
})

test('P4 a library with a mapping of its own is looked at, too', async () => {
  mappings = [
    {server: '/data/torrents', ours: join(root, 'torrents')},
    {server: '/data/media', ours: join(root, 'media')},
  ]
  expect(await doubt()).toEqual({folder: '/data/media', file: to})
  linkSync(source, destination)
  expect(await doubt()).toBeNull()
})

test('S51 a library whose disk takes no writes, is another one or was emptied proves nothing', async () => {
  mappings = [
    {server: '/data/torrents', ours: join(root, 'torrents')},
    {server: '/data/media', ours: join(root, 'media')},
  ]
  linkSync(source, destination)
  expect(await doubt()).toBeNull()
  isReadOnly = true
  expect(await doubt()).toEqual({folder: '/data/media', file: null, why: 'readOnly'})
  isReadOnly = false
  rmSync(join(root, 'media/Film (2020)'), {recursive: true})
  expect(await looked()).toMatchObject({evidence: undefined, unseen: {folder: '/data/media', why: 'disk'}})
})

test('S51 each folder is reported once while its torrents are there, and not for ever', async () => {
  const arr = asArrId(proven.arrId)
  await looked()
  expect(files.doubts(arr)).toEqual([{folder: '/data', file: to}])
  expect(files.doubts(asArrId('another'))).toEqual([])
  await clock.advance(1_800_001)
  expect(files.doubts(arr)).toEqual([])
  await looked()
  isListed = false
  expect(files.doubts(arr)).toEqual([])
  isListed = true
  await looked()
  linkSync(source, destination)
  await looked()
  expect(files.doubts(arr)).toEqual([])
})

test('P4 an empty file in the library proves nothing, whether or not what it came from is there, or empty as well', async () => {
  writeFileSync(destination, '')
  expect(await evidence()).toBeUndefined()
  writeFileSync(source, '')
  expect(await evidence()).toBeUndefined()
  rmSync(destination)
  linkSync(source, destination)
  expect(await evidence()).toBeUndefined()
  rmSync(source)
  expect(await evidence()).toBeUndefined()
})

test('P4 what cannot be seen from here proves and disproves nothing', async () => {
  mappings = []
  expect(await evidence()).toBe('history/7')
  mappings = [{server: '/data/torrents', ours: join(root, 'torrents')}]
  expect(await evidence()).toBe('history/7')
  mappings = [{server: '/data', ours: join(root, 'nowhere')}]
  expect(await evidence()).toBe('history/7')
})

test('P4 an Arr that names the content otherwise sees another tree', async () => {
  contentPath = '/downloads/film'
  expect(await evidence()).toBe('history/7')
})

test('P4 S08 a disk that is not the one that was there proves nothing', async () => {
  mounts.set(root, {device: 'other', inode: '1', fileSystem: '1', totalBytes: 1, hadFiles: true})
  expect(await doubt()).toEqual({folder: '/data', file: null, why: 'disk'})
})

test('P4 what is not proven, or whose places are unknown, is as it was', async () => {
  expect(await files.checked(key, null)).toBeNull()
  const unproven = {...proven, evidence: null}
  expect(await files.checked(key, unproven)).toBe(unproven)
  const remembered = {...arrSaying, evidence: 'history/7'}
  expect(await files.checked(key, remembered)).toBe(remembered)
})

for (const [title, others, isProven] of [
  ['and holds nothing else', [], true],
  ['beside its sample, words and pictures', ['Sample/film-sample.mkv', 'film.srt', 'a.nfo', 'b.jpg'], true],
  ['beside what is not wanted', [{path: 'set/other.mkv', priority: 'skip'}], true],
  ['and holds another film', ['set/other.mkv'], false],
  ['and holds a book', ['set/other.epub'], false],
  ['and holds an archive', ['set/other.rar'], false],
] as const) {
  test(`what no Arr grabbed, of which its film came in ${title}: proven ${isProven}`, async () => {
    linkSync(source, destination)
    const named = others.map((it) =>
      typeof it === 'string' ? {path: it, size: it.includes('ample') ? 1 : GB} : it,
    )
    listed = [{path: 'film/Film.MKV'}, ...named]
    const saying = {...proven, took: ['film.mkv']}
    expect((await files.checked(key, saying))?.evidence).toBe(isProven ? 'history/7' : null)
    expect(await evidence()).toBe('history/7')
  })
}

test('what no Arr grabbed is not proven when nothing in it can be taken in, or its content is unknown', async () => {
  const saying = {...arrSaying, evidence: 'history/7', took: ['disc.iso']}
  listed = [{path: 'disc.iso'}]
  expect((await files.checked(key, saying))?.evidence).toBeNull()
  files = checkOf(() => Promise.reject(new Error('away')))
  await expect(files.checked(key, saying)).rejects.toThrow('away')
})

test('for people each file of a library is a hard link, a copy, replaced, missing, or not seen', async () => {
  const stateOf = async (landed: readonly Landing[] = [{from, to}]) =>
    (await files.stateOfEach(key, landed))[0]
  expect(await stateOf()).toBe('missing')
  linkSync(source, destination)
  expect(await stateOf()).toBe('linked')
  rmSync(destination)
  copyFileSync(source, destination)
  expect(await stateOf()).toBe('copied')
  expect(await stateOf([{from, to, isOthers: true}])).toBe('replaced')
  writeFileSync(destination, 'another film')
  expect(await stateOf()).toBe('other')
  mappings = []
  expect(await stateOf()).toBe('unseen')
})
