/** Look-ups on a real disk: links, room, media. Server A saves at /data, which we see as a folder of this test. */
import {linkSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'

import type {FactName} from '#model/fact.ts'
import {keyText} from '#model/torrent-key.ts'
import {MOST_READ} from './content-links.ts'
import {A, B, file, films, keyOf, LookUpHarness, row} from './look-ups.fixture.ts'

let folder: string
let harness: LookUpHarness

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'look-ups-'))
  harness = new LookUpHarness()
  harness.files = new Map()
  harness.mappings.set(A, [{server: '/data', ours: folder}])
})

afterEach(() => rmSync(folder, {recursive: true, force: true}))

/** Content of 1,000 bytes. */
function write(name: string): void {
  mkdirSync(dirname(join(folder, name)), {recursive: true})
  writeFileSync(join(folder, name), 'x'.repeat(1_000))
}

/** A torrent of A with one file. */
function torrent(n: number, name: string, sizeTotal = 1_000) {
  harness.files!.set(keyText(keyOf(A, n)), [file(0, name, {size: sizeTotal})])
  return row(n, {contentPath: `/data/${name}`, size: sizeTotal, sizeTotal})
}

/** Disks answer in real time, the clock of the house stands still. */
async function factsOf(names: readonly FactName[], fresh = false): Promise<unknown[]> {
  const reported = await harness.lookUps.ask(films, keyOf(A, 1), names, {fresh})
  return reported.map(({value, whyUnknown}) => value ?? whyUnknown!.reason)
}

const linkFacts: FactName[] = ['content.linksOutside', 'content.exclusiveBytes', 'content.device']
const device = () => String(statSync(folder).dev)

test('a file with no other name is all its own', async () => {
  write('a.mkv')
  harness.list(A, [torrent(1, 'a.mkv')])
  expect(await factsOf(linkFacts)).toEqual([0, 1_000, device()])
})

test('S20 of two torrents that share a path neither frees anything, and nothing is linked outside', async () => {
  write('a.mkv')
  harness.list(A, [torrent(1, 'a.mkv'), torrent(2, 'a.mkv')])
  expect(await factsOf([...linkFacts, 'content.ownersOther'])).toEqual([0, 0, device(), 1])
})

test('a hard link in a library is one outside', async () => {
  write('a.mkv')
  linkSync(join(folder, 'a.mkv'), join(folder, 'library.mkv'))
  harness.list(A, [torrent(1, 'a.mkv')])
  expect(await factsOf(linkFacts)).toEqual([1, 0, device()])
})

test('a hard link of another torrent is none outside: its files are asked for, because a name is left over', async () => {
  write('a.mkv')
  linkSync(join(folder, 'a.mkv'), join(folder, 'other.mkv'))
  harness.list(A, [torrent(1, 'a.mkv'), torrent(2, 'other.mkv'), torrent(3, 'small.mkv', 900)])
  expect(await factsOf(linkFacts)).toEqual([0, 0, device()])
  // Too small to hold it: it was not worth a question.
  expect(harness.asked).toEqual([1, 2].map((n) => `files ${keyText(keyOf(A, n))}`))
})

test(`with more than ${MOST_READ} torrents that may hold the name that is left over, it is unknown`, async () => {
  write('a.mkv')
  linkSync(join(folder, 'a.mkv'), join(folder, 'library.mkv'))
  const others = Array.from({length: MOST_READ + 1}, (_, n) => torrent(n + 2, `o${n}.mkv`))
  harness.list(A, [torrent(1, 'a.mkv'), ...others])
  expect(await factsOf(linkFacts)).toEqual(['unreadable', 0, device()])
  expect(harness.asked).toHaveLength(1)
})

test('S21 without a mapping links are unknown', async () => {
  write('a.mkv')
  harness.list(A, [torrent(1, 'a.mkv')])
  harness.mappings.clear()
  expect(await factsOf([...linkFacts, 'path.freeBytes', 'media.valid'])).toEqual([
    ...linkFacts.map(() => 'unreadable'),
    'notSupported',
    'unreadable',
  ])
})

test('S21 another torrent of this disk that cannot be read leaves what is left over unknown', async () => {
  write('a.mkv')
  linkSync(join(folder, 'a.mkv'), join(folder, 'library.mkv'))
  harness.list(A, [torrent(1, 'a.mkv')])
  harness.list(B, [row(9, {contentPath: '/elsewhere/b.mkv', sizeTotal: 5_000})])
  harness.files!.set(keyText(keyOf(B, 9)), [file(0, 'b.mkv')])
  expect(await factsOf(linkFacts)).toEqual(['unreadable', 0, device()])
})

test('S22 a link that is made between decision and execution is seen by a fresh look', async () => {
  write('a.mkv')
  harness.list(A, [torrent(1, 'a.mkv')])
  expect(await factsOf(linkFacts)).toEqual([0, 1_000, device()])
  linkSync(join(folder, 'a.mkv'), join(folder, 'library.mkv'))
  expect(await factsOf(linkFacts)).toEqual([0, 1_000, device()])
  expect(await factsOf(linkFacts, true)).toEqual([1, 0, device()])
})

const pathFacts: FactName[] = ['path.mounted', 'path.readable', 'path.freeBytes']

test('the room of a disk is reported, and its device is remembered', async () => {
  write('a.mkv')
  harness.list(A, [torrent(1, 'a.mkv')])
  expect(await factsOf(pathFacts)).toEqual([true, true, expect.any(Number)])
  expect(harness.mounts.get(folder)).toMatchObject({device: device(), hadFiles: true})
})

test('S08 an empty folder that had files, or another disk in its place, proves nothing', async () => {
  mkdirSync(join(folder, 'sub'))
  harness.list(A, [torrent(1, 'a.mkv')])
  const remembered = {device: '1', inode: '1', fileSystem: '1', totalBytes: 1, hadFiles: true}
  harness.mounts.set(folder, remembered)
  expect(await factsOf(pathFacts)).toEqual(['unreadable', 'unreadable', 'unreadable'])
  expect(harness.mounts.get(folder)).toMatchObject(remembered)
  rmSync(join(folder, 'sub'), {recursive: true})
  harness.mounts.set(folder, {...remembered, device: device()})
  await harness.clock.advance(15_000)
  expect(await factsOf(pathFacts)).toEqual(['unreadable', 'unreadable', 'unreadable'])
})

test('S08 of what has no data yet the mapped folder shows whether its disk is there, of the rest the folder of its data', async () => {
  write('other/a.mkv')
  mkdirSync(join(folder, 'films'))
  const place = {savePath: '/data/films', contentPath: '/data/films/a.mkv'}
  const notBegun = row(1, {...place, complete: false, progress: 0})
  harness.list(A, [notBegun])
  expect(await factsOf(pathFacts)).toEqual([true, true, expect.any(Number)])
  harness.report(A, [{...notBegun, progress: 0.1}])
  await harness.clock.advance(60_000)
  expect(await factsOf(pathFacts)).toEqual(['unreadable', 'unreadable', 'unreadable'])
  harness.report(A, [{...notBegun, progress: 0.1, contentPath: '/data/other/a.mkv'}])
  expect(await factsOf(pathFacts)).toEqual([true, true, expect.any(Number)])
  expect([...harness.mounts.keys()]).toEqual([folder])
})

for (const [verdict, reported] of [
  [{verdict: 'valid', format: 'matroska,webm', duration: 1, streams: []}, true],
  [{verdict: 'unreadable', reason: 'damaged', detail: ''}, false],
  [{verdict: 'unknown', reason: 'noAccess', detail: ''}, 'unreadable'],
  [{verdict: 'skipped', reason: 'noFfprobe', detail: ''}, 'notSupported'],
] as const) {
  test(`media of which ffprobe says ${verdict.verdict} is ${reported}`, async () => {
    write('t/film.mkv')
    harness.list(A, [row(1, {contentPath: '/data/t'})])
    harness.files!.set(keyText(keyOf(A, 1)), [
      file(0, 't/film.mkv', {size: 1_000}),
      file(1, 't/larger.mkv', {size: 2_000, priority: 'skip'}),
      file(2, 't/huge.rar', {size: 3_000}),
    ])
    harness.verdict = verdict
    expect(await factsOf(['media.valid'])).toEqual([reported])
    expect(harness.probed).toEqual([join(folder, 't/film.mkv')])
  })
}

test('media that is not complete yet is not probed', async () => {
  write('a.mkv')
  harness.list(A, [{...torrent(1, 'a.mkv'), complete: false}])
  expect(await factsOf(['media.valid'])).toEqual(['missing'])
  expect(harness.probed).toEqual([])
})

test('names of the bytes are counted for people, and torrents that have some are named', async () => {
  write('a.mkv')
  linkSync(join(folder, 'a.mkv'), join(folder, 'other.mkv'))
  linkSync(join(folder, 'a.mkv'), join(folder, 'library.mkv'))
  harness.list(A, [torrent(1, 'a.mkv'), torrent(2, 'other.mkv'), torrent(3, 'third.mkv')])
  write('third.mkv')
  expect(await harness.lookUps.contentUse(films, keyOf(A, 1))).toMatchObject({
    value: {files: 1, bytes: 1_000, names: 3, outside: 1, holders: [keyOf(A, 2)]},
  })
})

test('where no disk is seen it is said why the names of bytes are not known', async () => {
  harness.mappings.set(A, [])
  harness.list(A, [torrent(1, 'a.mkv')])
  expect(await harness.lookUps.contentUse(films, keyOf(A, 1))).toMatchObject({
    unknown: 'unreadable',
    detail: 'No path mapping says where we see this path of the server.',
  })
})
