import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {hasTwoDisks, newFolderOnOtherDisk} from '#test/disks.ts'
import {bringFiles, copyTree, filesIn, removeCopied} from './copied-files.ts'
import {hasOthers} from './location.ts'

let root: string
let from: string
let to: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'commodarr-copied-'))
  ;[from, to] = [join(root, 'from'), join(root, 'to')]
  mkdirSync(join(from, 'Season 1'), {recursive: true})
  writeFileSync(join(from, 'Season 1/one.mkv'), 'one')
  writeFileSync(join(from, 'two.mkv'), 'two', {mode: 0o640})
  symlinkSync('two.mkv', join(from, 'link.mkv'))
  utimesSync(join(from, 'two.mkv'), 1_000, 2_000)
})
afterEach(() => rmSync(root, {recursive: true}))

const all = (folder: string) => (readdirSync(folder, {recursive: true}) as string[]).toSorted()

test('all of a folder is at the new place, as it was, and nothing at the old one', async () => {
  expect(await removeCopied(await copyTree(from, to))).toEqual([])
  expect(all(root).filter((path) => path.startsWith('from'))).toEqual([])
  expect(all(to)).toEqual(['Season 1', 'Season 1/one.mkv', 'link.mkv', 'two.mkv'])
  expect(readFileSync(join(to, 'Season 1/one.mkv'), 'utf8')).toBe('one')
  const {mtimeMs, mode} = lstatSync(join(to, 'two.mkv'))
  expect([mtimeMs, mode & 0o777]).toEqual([2_000_000, 0o640])
  expect(lstatSync(join(to, 'link.mkv')).isSymbolicLink()).toBe(true)
})

test('a single file is one, too', async () => {
  expect(await removeCopied(await copyTree(join(from, 'two.mkv'), to))).toEqual([])
  expect(readFileSync(to, 'utf8')).toBe('two')
  expect(all(from)).toEqual(['Season 1', 'Season 1/one.mkv', 'link.mkv'])
})

test('what is put there, changed or put in place of a file meanwhile stays, and is named', async () => {
  const copied = await copyTree(from, to)
  writeFileSync(join(from, 'Season 1/one.en.srt'), 'mine')
  mkdirSync(join(from, 'Extras'))
  writeFileSync(join(from, 'Extras/own.mkv'), 'mine')
  writeFileSync(join(from, 'two.mkv'), 'more than two')
  rmSync(join(from, 'Season 1/one.mkv'))
  writeFileSync(join(from, 'Season 1/one.mkv'), 'own')
  const left = await removeCopied(copied)
  expect(left.map((path) => path.slice(from.length + 1)).toSorted()).toEqual([
    'Extras',
    'Season 1/one.en.srt',
    'Season 1/one.mkv',
    'two.mkv',
  ])
  expect(all(from)).toEqual([
    'Extras',
    'Extras/own.mkv',
    'Season 1',
    'Season 1/one.en.srt',
    'Season 1/one.mkv',
    'two.mkv',
  ])
})

test('what lies at the new place already is not written over, and nothing at the old one is gone', async () => {
  mkdirSync(to)
  await expect(copyTree(from, to)).rejects.toMatchObject({code: 'EEXIST'})
  await expect(copyTree(join(from, 'two.mkv'), join(to, '../from/link.mkv'))).rejects.toMatchObject({
    code: 'EEXIST',
  })
  expect(all(from)).toEqual(['Season 1', 'Season 1/one.mkv', 'link.mkv', 'two.mkv'])
})

const own = ['Season 1/one.mkv', 'two.mkv']

test('things of others in a folder are seen, however deep; empty folders, and names that rTorrent cannot report, are none', async () => {
  const isAmongOthers = async (...paths: string[]) =>
    hasOthers({files: paths.map((path) => ({path, size: 1}))}, await filesIn(from))
  mkdirSync(join(from, 'Season 1/Extras'))
  expect(await isAmongOthers(...own, 'link.mkv')).toBe(false)
  // A file that it cannot name is not there, and what is there is somebody else's.
  expect(await isAmongOthers('Season 1/one.mkv', 'two.mkv', 'a ????.mkv')).toBe(true)
  expect(await isAmongOthers('Season 1/one.mkv', 'two.mkv', 'li????.mkv')).toBe(false)
  expect(await isAmongOthers('Season 1/one.mkv', 'two.mkv', 'another.mkv')).toBe(true)
  writeFileSync(join(from, 'Season 1/Extras/other.mkv'), 'of another torrent')
  expect(await isAmongOthers(...own, 'link.mkv')).toBe(true)
})

for (const disk of ['the same disk', 'another disk'] as const) {
  test.runIf(disk === 'the same disk' || hasTwoDisks)(
    `files alone are brought to ${disk}, and what lies beside them stays where it is`,
    async () => {
      const place = disk === 'the same disk' ? root : newFolderOnOtherDisk('commodarr-brought-')
      try {
        const there = join(place, 'there')
        mkdirSync(join(from, 'Extras'))
        writeFileSync(join(from, 'Extras/other.mkv'), 'of another torrent')
        expect(await bringFiles(from, there, own)).toEqual([])
        expect(all(there)).toEqual(['Season 1', 'Season 1/one.mkv', 'two.mkv'])
        expect(all(from)).toEqual(['Extras', 'Extras/other.mkv', 'link.mkv'])
        expect(readFileSync(join(there, 'Season 1/one.mkv'), 'utf8')).toBe('one')
      } finally {
        if (place !== root) rmSync(place, {recursive: true})
      }
    },
  )
}

test('where one of them cannot be brought all of them stay, and nothing is left at the new place', async () => {
  const before = all(from)
  await expect(bringFiles(from, to, [...own, 'gone.mkv'])).rejects.toMatchObject({code: 'ENOENT'})
  expect(all(from)).toEqual(before)
  expect(all(root).filter((path) => path.startsWith('to'))).toEqual([])
})
