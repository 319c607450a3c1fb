import {globSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {makeFolder, makeFolderSync} from './make-folder.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'make-folder-'))
})
afterEach(() => rmSync(root, {recursive: true, force: true}))

const ways = [
  ['at once', async (path: string, mode?: number) => makeFolderSync(path, mode)],
  ['in turns', makeFolder],
] as const

test.each(ways)('a folder is made with those above it, %s', async (_, make) => {
  expect(await make(join(root, 'a/b/c'), 0o700)).toBe(join(root, 'a'))
  expect([statSync(join(root, 'a')).mode & 0o777, statSync(join(root, 'a/b/c')).mode & 0o777]).toEqual([
    0o700, 0o700,
  ])
  expect(await make(join(root, 'a/b/c'))).toBeNull()
  expect(await make(join(root, 'a/b/d/'))).toBe(join(root, 'a/b/d/'))
})

test.each(ways)('where a file is in its place, or above it, that is said, %s', async (_, make) => {
  writeFileSync(join(root, 'file'), '')
  await expect(make(join(root, 'file'))).rejects.toMatchObject({code: 'ENOTDIR', path: join(root, 'file')})
  await expect(make(join(root, 'file/below'))).rejects.toMatchObject({code: 'ENOTDIR'})
})

test.runIf(process.platform === 'linux').each(ways)(
  'where nothing can be made that ends with an error, %s',
  async (_, make) => {
    await expect(make('/proc/nothing-is-made-here/folder')).rejects.toMatchObject({code: 'ENOENT'})
  },
)

test('no folder of the program is made in the way that may never end', () => {
  const files = globSync('src/**/*.ts').filter((file) => !/\.(test|fixture|conformance)\.ts$/.test(file))
  expect(files.length).toBeGreaterThan(500)
  const ofNode = files.filter((file) => /mkdir(Sync)?\([^\n]*recursive/.test(readFileSync(file, 'utf8')))
  expect(ofNode).toEqual([])
})
