import {mkdir, mkdtemp, realpath, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {expect, onTestFinished, test} from 'vitest'
import {systemClock} from '#lib/clock.ts'
import {walkFolder, type FoundFile} from './folder-files.ts'
import {Patience} from './patience.ts'

async function folder(...paths: readonly string[]): Promise<string> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'commodarr-walk-')))
  onTestFinished(() => rm(root, {recursive: true}))
  for (const path of paths) {
    await mkdir(dirname(join(root, path)), {recursive: true})
    await writeFile(join(root, path), path)
  }
  return root
}

async function walk(root: string, enough = Number.POSITIVE_INFINITY) {
  const all: FoundFile[] = []
  const why = await walkFolder(
    root,
    new Patience(systemClock),
    new AbortController().signal,
    (files) => all.push(...files) < enough,
  )
  return {why, paths: all.map(({path}) => path.slice(root.length + 1)).sort(), all}
}

test('every file below it, with its size, its number and when it changed', async () => {
  const root = await folder('a.mkv', 'Subs/en/a.srt', '.hidden')
  const {why, paths, all} = await walk(root)
  expect([why, paths]).toEqual([null, ['.hidden', 'Subs/en/a.srt', 'a.mkv']])
  expect(all.find(({path}) => path.endsWith('a.mkv'))).toMatchObject({size: 5})
  expect(new Set(all.map(({inode}) => inode)).size).toBe(3)
  for (const {changedAt} of all) expect(Math.abs(changedAt - Date.now())).toBeLessThan(60_000)
})

test('links are neither followed nor files, and what a user keeps is not looked into', async () => {
  const elsewhere = await folder('secret.nfo')
  const root = await folder(
    'a.mkv',
    '.commodarr-recycle/1-ab/1 b.nfo',
    '.unwanted/c.nfo',
    '@eaDir/d.nfo',
    'lost+found/e.nfo',
  )
  await symlink(elsewhere, join(root, 'folder'))
  await symlink(join(elsewhere, 'secret.nfo'), join(root, 'file.nfo'))
  expect(await walk(root)).toMatchObject({why: null, paths: ['a.mkv']})
})

test('a link in place of the folder is not the folder, and what is not there is missing', async () => {
  const root = await folder('Film/a.mkv')
  await symlink(join(root, 'Film'), join(root, 'Link'))
  expect((await walk(join(root, 'Link'))).why).toMatchObject({unknown: 'notSupported'})
  expect((await walk(join(root, 'Film/a.mkv'))).why).toMatchObject({unknown: 'notSupported'})
  expect((await walk(join(root, 'None'))).why).toMatchObject({unknown: 'missing'})
})

test('who has enough is shown no more folders', async () => {
  const root = await folder('a', 'one/b', 'two/c')
  expect((await walk(root, 1)).paths).toEqual(['a'])
})

test('who does not want to know any more ends it', async () => {
  const root = await folder('a')
  const ended = AbortSignal.abort(new Error('enough'))
  const walking = walkFolder(root, new Patience(systemClock), ended, () => true)
  await expect(walking).rejects.toThrow('enough')
})
