import {copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {systemClock} from '#lib/clock.ts'
import {lookForImported} from './imported-files.ts'
import {mountOf} from './mount-table.ts'
import {Patience} from './patience.ts'

let root: string

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'seen-twice-')))
})
afterEach(() => rmSync(root, {recursive: true, force: true}))

/** Types of the file systems that are mounted at folders below the root. */
type Mounts = Readonly<Record<string, string>>

/** What is seen by two numbers is like two files of one content: a file and its copy stand for it. */
async function look(mounts: Mounts, from: string, to: string, folder = from, isOthers = false) {
  const [source, destination] = [join(root, from), join(root, to)]
  for (const path of [source, destination]) mkdirSync(dirname(path), {recursive: true})
  writeFileSync(source, 'x'.repeat(1_000))
  copyFileSync(source, destination)
  const lines = Object.entries(mounts).map(
    ([at, type], n) => `${n} 1 0:${n} / ${join(root, at)} rw - ${type} some rw`,
  )
  const seen = {content: join(root, folder), source: isOthers ? null : source, destination, size: 1_000}
  return lookForImported(seen, new Patience(systemClock), (path) => mountOf(path, lines.join('\n')))
}

const union = {disk1: 'ext4', media: 'fuse.mergerfs'}
const share = {disk1: 'ext4', media: 'nfs4'}

test.each<[string, Mounts, string, string]>([
  ['deep in a union', union, 'disk1/film/Film.mkv', 'media/film/Film.mkv'],
  ['in the root of a branch', union, 'disk1/Film.mkv', 'media/Film.mkv'],
  ['in a branch that is a folder of its disk', union, 'disk1/torrents/Film.mkv', 'media/Film.mkv'],
  [
    'through two folders that are mounted alone',
    {downloads: 'ext4', movies: 'fuse.mergerfs'},
    'downloads/Film.mkv',
    'movies/Film.mkv',
  ],
  ['where the union has the torrents', union, 'media/Film.mkv', 'disk1/library/Film.mkv'],
  ['on a share of a disk of our own', share, 'disk1/film/Film.mkv', 'media/film/Film.mkv'],
  ['in the root of that share', share, 'disk1/torrents/Film.mkv', 'media/Film.mkv'],
  ['through two shares', {a: 'cifs', b: 'nfs4'}, 'a/film/Film.mkv', 'b/Film.mkv'],
  ['with its name in other letters', share, 'disk1/torrents/Film.mkv', 'media/FILM.mkv'],
])("the torrent's own file, seen twice %s, is no import", async (_, mounts, from, to) => {
  expect(await look(mounts, from, to)).toBe('own')
})

test.each<[string, Mounts, string, string]>([
  ['of another name in a union', union, 'disk1/film.mkv', 'media/Film (2020).mkv'],
  ['in a folder of another name', union, 'disk1/film/Film.mkv', 'media/Film (2020)/Film.mkv'],
  ['of another name on a share', share, 'disk1/film.mkv', 'media/Film (2020).mkv'],
  ['on another disk', {disk1: 'ext4', media: 'xfs'}, 'disk1/Film.mkv', 'media/Film.mkv'],
  ['in the same union', {pool: 'fuse.mergerfs'}, 'pool/film/Film.mkv', 'pool/media/film/Film.mkv'],
])('a copy %s is an import', async (_, mounts, from, to) => {
  expect(await look(mounts, from, to)).toBe('there')
})

test.each([
  ['in it', 'media/film/Film (2020).mkv', 'disk1/film/Film (2020).mkv'],
  ['in a folder of it', 'media/film/new/Film (2020).mkv', 'disk1/film/new/Film (2020).mkv'],
  ['in it, which is mounted', 'media/Film (2020).mkv', 'disk1/film/Film (2020).mkv'],
])("a second name %s goes with the torrent's folder, also seen twice", async (_, to, twin) => {
  mkdirSync(dirname(join(root, twin)), {recursive: true})
  writeFileSync(join(root, twin), 'x'.repeat(1_000))
  for (const isOthers of [false, true])
    expect(await look(union, 'disk1/film/film.mkv', to, 'disk1/film', isOthers)).toBe('own')
  // Another file of that name is no second name.
  writeFileSync(join(root, twin), 'y'.repeat(1_000))
  expect(await look(union, 'disk1/film/film.mkv', to, 'disk1/film')).toBe('there')
})

test("a better release that lies in a library is no part of the torrent's folder", async () => {
  expect(await look(union, 'disk1/film/Film.mkv', 'media/Film (2020)/Film.mkv', 'disk1/film', true)).toBe(
    'there',
  )
})
