import {mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {text} from 'node:stream/consumers'
import {afterEach, beforeEach, expect, test} from 'vitest'
import type {CheckedMapping} from '#disk/path-mapping.ts'
import {Patience} from '#disk/patience.ts'
import {systemClock} from '#lib/clock.ts'
import type {TorrentFile} from '#model/details.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {A, file, keyOf} from './look-ups.fixture.ts'
import {openShownFile, type ShownFilesDeps} from './shown-files.ts'

let folder: string
let files: readonly TorrentFile[]
let contentPath: string | undefined
let mappings: readonly CheckedMapping[]
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'shown-files-')))
  mkdirSync(join(folder, 'torrents/Show'), {recursive: true})
  writeFileSync(join(folder, 'torrents/Show/one.mkv'), 'x'.repeat(1_000))
  writeFileSync(join(folder, 'torrents/private.txt'), 'of somebody')
  contentPath = '/data/torrents/Show'
  mappings = [{server: '/data', ours: folder}]
  files = [
    file(0, 'Show/one.mkv', {size: 1_000, progress: 1}),
    file(3, 'Show/two.mkv', {size: 5, progress: 0.5}),
  ]
})
afterEach(() => rmSync(folder, {recursive: true, force: true}))

const deps: ShownFilesDeps = {
  fleet: {get: () => (contentPath === undefined ? null : ({contentPath} as TorrentRecord))},
  details: {files: async () => files},
  disk: () => ({mappings}),
  patience: new Patience(systemClock),
}
const open = (index: number) => openShownFile(keyOf(A, 1), index, deps)

test('a complete file is opened where the mapping says that it is', async () => {
  const {opened} = await open(0)
  expect(await text(opened.read(0, 999))).toBe('x'.repeat(1_000))
})

test('a file of another number is refused with the numbers that there are', async () => {
  await expect(open(1)).rejects.toMatchObject({
    code: 'bad_argument',
    message: 'index: 1 is none of its 2 files; 0 to 3 are.',
  })
})

test('what is not complete is not opened', async () => {
  await expect(open(3)).rejects.toMatchObject({code: 'command_refused'})
})

test('without a path mapping, and through one that is contradicted, nothing is opened', async () => {
  mappings = []
  await expect(open(0)).rejects.toMatchObject({code: 'not_supported'})
  mappings = [{server: '/data', ours: folder, contradicted: 'Other files are there.'}]
  await expect(open(0)).rejects.toMatchObject({code: 'not_supported', message: 'Other files are there.'})
})

test('a file of another size than its server says is another one', async () => {
  files = [file(0, 'Show/one.mkv', {size: 999, progress: 1})]
  await expect(open(0)).rejects.toMatchObject({
    code: 'path_refused',
    message: 'The file has 1000 bytes here, and 999 on its server.',
  })
})

test('names of a server lead to nothing outside of the mapped folder', async () => {
  files = [file(0, 'Show/../../../etc/passwd', {size: 1_000, progress: 1})]
  await expect(open(0)).rejects.toMatchObject({code: expect.stringMatching(/^(not_supported|path_refused)$/)})
  symlinkSync('/etc', join(folder, 'torrents/Show/etc'))
  files = [file(0, 'Show/etc/passwd', {size: 1_000, progress: 1})]
  await expect(open(0)).rejects.toMatchObject({code: 'path_refused'})
})

test('of a torrent that is gone no file is opened', async () => {
  contentPath = undefined
  await expect(open(0)).rejects.toMatchObject({code: 'torrent_not_found'})
})
