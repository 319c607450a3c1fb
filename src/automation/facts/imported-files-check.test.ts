import {copyFileSync, linkSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import type {RememberedMount} from '#disk/mounts.ts'
import {Patience} from '#disk/patience.ts'
import {systemClock} from '#lib/clock.ts'
import type {TorrentFile} from '#model/details.ts'
import type {PathMapping} from '#model/server.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {asInfoHash, asServerId} from '#model/torrent-key.ts'
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
let files: ImportedFilesCheck
let listed: readonly Partial<TorrentFile>[]

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'landed-'))
  source = join(root, 'torrents/film/film.mkv')
  destination = join(root, 'media/Film (2020)/Film.mkv')
  for (const file of [source, destination]) mkdirSync(join(file, '..'), {recursive: true})
  writeFileSync(source, 'x'.repeat(1_000))
  mappings = [{server: '/data', ours: root}]
  mounts = new Map()
  contentPath = '/data/torrents/film'
  files = new ImportedFilesCheck({
    mounts,
    patience: new Patience(systemClock),
    mappings: () => mappings,
    fleet: {get: () => ({contentPath}) as TorrentRecord},
    files: async () => listed.map((file) => ({priority: 'normal', size: GB, ...file}) as TorrentFile),
  })
})
afterEach(() => rmSync(root, {recursive: true, force: true}))

const evidence = async () => (await files.checked(key, proven))?.evidence

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

test('P4 nothing in the library, and another file in its place, disprove it', async () => {
  expect(await evidence()).toBeNull()
  writeFileSync(destination, 'something else')
  expect(await evidence()).toBeNull()
})

test('P4 an empty file in the library proves nothing, whether or not what it came from is there, or empty as well', async () => {
  writeFileSync(destination, '')
  expect(await evidence()).toBeNull()
  writeFileSync(source, '')
  expect(await evidence()).toBeNull()
  rmSync(destination)
  linkSync(source, destination)
  expect(await evidence()).toBeNull()
  rmSync(source)
  expect(await evidence()).toBeNull()
})

test('P4 what can not be seen from here proves and disproves nothing', async () => {
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

test('P4 S08 of a disk that is not the one that was there nothing is said', async () => {
  mounts.set(root, {device: 'other', inode: '1', fileSystem: '1', totalBytes: 1, hadFiles: true})
  expect(await evidence()).toBe('history/7')
})

test('P4 what is not proven, or whose places nobody knows, is as it was', async () => {
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
  test(`what nobody grabbed, of which its film came in ${title}: proven ${isProven}`, async () => {
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

test('what nobody grabbed is not proven when nothing in it can be taken in, or nobody can say what it holds', async () => {
  const saying = {...arrSaying, evidence: 'history/7', took: ['disc.iso']}
  listed = [{path: 'disc.iso'}]
  expect((await files.checked(key, saying))?.evidence).toBeNull()
  files = new ImportedFilesCheck({
    mounts,
    patience: new Patience(systemClock),
    mappings: () => mappings,
    fleet: {get: () => ({contentPath}) as TorrentRecord},
    files: () => Promise.reject(new Error('away')),
  })
  await expect(files.checked(key, saying)).rejects.toThrow('away')
})
