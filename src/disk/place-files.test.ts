import {lstat, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {placeFiles, standingFolder} from './place-files.ts'

type Laying = Parameters<typeof placeFiles>[0]

let disk: string
beforeEach(async () => {
  disk = await realpath(await mkdtemp(join(tmpdir(), 'commodarr-lay-')))
  await mkdir(join(disk, 'b'))
})
afterEach(() => rm(disk, {recursive: true}))

async function put(path: string, content = path): Promise<void> {
  await mkdir(dirname(join(disk, path)), {recursive: true})
  await writeFile(join(disk, path), content)
}

/** `Film/a` of folder a for folder b. */
async function lay(names: readonly string[], more: Partial<Laying> = {}) {
  const files = names.map((name) => ({
    from: join(disk, 'a', name),
    to: join(disk, 'b', name),
    size: name.length + 2,
  }))
  const {path: root, device} = await standingFolder(join(disk, 'b'))
  return placeFiles({root, device, files, as: 'links', signal: new AbortController().signal, ...more})
}

const inodeOf = async (path: string) => (await lstat(join(disk, path))).ino
const made = async () =>
  (await readdir(join(disk, 'b'), {recursive: true, withFileTypes: true}))
    .filter((it) => it.isFile())
    .map(({name}) => name)

test('on one disk files are hard links, in folders that are made for them', async () => {
  await put('a/Film/a.mkv')
  await put('a/Film/Subs/a.srt')
  expect(await lay(['Film/a.mkv', 'Film/Subs/a.srt'])).toEqual({linked: 2, copied: 0, found: 0})
  expect(await inodeOf('b/Film/a.mkv')).toBe(await inodeOf('a/Film/a.mkv'))
  expect(await lay(['Film/a.mkv', 'Film/Subs/a.srt'])).toEqual({linked: 0, copied: 0, found: 2})
})

test('as copies they are files of their own, whole, and nothing else is left', async () => {
  await put('a/big', 'x'.repeat(3_000_000))
  const files = [{from: join(disk, 'a/big'), to: join(disk, 'b/Film/big'), size: 3_000_000}]
  const told: [string, number][] = []
  const onCopied = (bytes: number) => void told.push(['copied', bytes])
  const onFound = (bytes: number) => void told.push(['found', bytes])
  const more = {as: 'copies', files, onCopied, onFound} as const
  expect(await lay([], more)).toEqual({linked: 0, copied: 1, found: 0})
  expect(told.every(([what]) => what === 'copied')).toBe(true)
  expect(told.reduce((sum, [, bytes]) => sum + bytes, 0)).toBe(3_000_000)
  told.length = 0
  expect(await lay([], more)).toEqual({linked: 0, copied: 0, found: 1})
  expect(told).toEqual([['found', 3_000_000]])
  expect(await readFile(join(disk, 'b/Film/big'), 'utf8')).toBe('x'.repeat(3_000_000))
  expect(await inodeOf('b/Film/big')).not.toBe(await inodeOf('a/big'))
  expect(await made()).toEqual(['big'])
})

test('what two torrents have in common is copied once, also where both are copied at the same time', async () => {
  const size = 8_000_000
  await put('a/common', 'x'.repeat(size))
  await put('c/common', 'y'.repeat(size))
  await symlink(join(disk, 'b'), join(disk, 'by-another-name'))
  const laid = (from: string, folder: string) =>
    lay([], {
      as: 'copies',
      root: join(disk, folder),
      files: [{from: join(disk, from), to: join(disk, folder, 'Film/common'), size}],
    })
  const ends = await Promise.all([
    laid('a/common', 'b'),
    laid('c/common', 'by-another-name'),
    laid('a/common', 'b'),
  ])
  // Whichever comes first copies, all of it; the others find it there.
  expect(ends.map(({copied, found}) => `${copied} ${found}`).toSorted()).toEqual(['0 1', '0 1', '1 0'])
  const signOf = ['x', 'y', 'x'][ends.findIndex(({copied}) => copied === 1)]!
  expect(await readFile(join(disk, 'b/Film/common'), 'utf8')).toBe(signOf.repeat(size))
  expect(await made()).toEqual(['common'])
})

test('a copy that failed holds up no later one at its place', async () => {
  await put('a/x')
  const failed = lay(['x'], {
    as: 'copies',
    files: [{from: join(disk, 'a/x'), to: join(disk, 'b/x'), size: 99}],
  })
  const [, second] = await Promise.allSettled([failed, lay(['x'], {as: 'copies'})])
  await expect(failed).rejects.toMatchObject({code: 'changed_meanwhile'})
  expect(second).toMatchObject({status: 'fulfilled', value: {copied: 1}})
})

test('what a crash left half copied is made again', async () => {
  await put('a/x')
  await lay(['x'], {as: 'copies'})
  const [name] = await made()
  await rm(join(disk, 'b', name!))
  await lay(['x'], {as: 'copies', signal: AbortSignal.abort()}).catch(() => {})
  expect(await made()).toEqual([])
  expect(await lay(['x'], {as: 'copies'})).toMatchObject({copied: 1})
})

test('nothing is put over a file that is there: of another size it is reported, of its own it stays as it is', async () => {
  await put('a/x')
  await put('b/x', 'else')
  await expect(lay(['x'])).rejects.toMatchObject({code: 'path_refused'})
  await put('b/x', 'abc')
  expect(await lay(['x'])).toMatchObject({found: 1})
  expect(await readFile(join(disk, 'b/x'), 'utf8')).toBe('abc')
})

test('a file that is gone, or another by now, is not laid', async () => {
  await expect(lay(['x'])).rejects.toMatchObject({code: 'changed_meanwhile'})
  await put('a/x', 'longer than it was')
  await expect(lay(['x'])).rejects.toMatchObject({code: 'changed_meanwhile'})
  expect(await made()).toEqual([])
})

test('no link is followed, neither to a file nor out of the folder', async () => {
  await put('elsewhere', 'abc')
  await mkdir(join(disk, 'a'))
  await symlink(join(disk, 'elsewhere'), join(disk, 'a/x'))
  await expect(lay(['x'])).rejects.toMatchObject({code: 'disk_failed'})
  await put('a/Film/y')
  await mkdir(join(disk, 'out'))
  await symlink(join(disk, 'out'), join(disk, 'b/Film'))
  await expect(lay(['Film/y'])).rejects.toMatchObject({code: 'path_refused'})
  expect(await readdir(join(disk, 'out'))).toEqual([])
})

test('another disk than the one that was decided about is left alone', async () => {
  await put('a/x')
  await expect(lay(['x'], {device: '0'})).rejects.toMatchObject({code: 'path_refused'})
  expect(await made()).toEqual([])
})

test('of a folder that is not there, the nearest above that is', async () => {
  expect((await standingFolder(join(disk, 'b/c/d'))).path).toBe(join(disk, 'b'))
})
