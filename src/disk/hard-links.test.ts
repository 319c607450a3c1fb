import {link, mkdir, mkdtemp, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {systemClock} from '#lib/clock.ts'
import {evaluateLinks, knownLinks, linkOf, readLinks, type FileLink, type LinksRead} from './hard-links.ts'
import type {FileLook} from './file-looks.ts'
import {countFileRequests} from './file-requests.fixture.ts'
import {Patience} from './patience.ts'

let root: string
const patience = new Patience(systemClock)
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'commodarr-links-'))
  for (const folder of ['X', 'Y', 'library']) await mkdir(join(root, folder))
})
afterAll(() => rm(root, {recursive: true}))

const at = (path: string) => join(root, path)
const read = (...paths: string[]) => readLinks(paths.map(at), {patience})
const none = knownLinks([])

async function make(path: string, ...more: string[]): Promise<void> {
  await writeFile(at(path), 'x'.repeat(5000))
  for (const other of more) await link(at(path), at(other))
}

test('a file of one name belongs to its torrent alone', async () => {
  await make('X/alone')
  const facts = evaluateLinks(await read('X/alone'), none)
  expect(facts).toMatchObject({linksOutside: 0, exclusiveBytes: 5000, device: expect.stringMatching(/^\d+$/)})
})

test('a link in the library is outside, and keeps the bytes', async () => {
  await make('X/film', 'library/film')
  expect(evaluateLinks(await read('X/film'), none)).toMatchObject({linksOutside: 1, exclusiveBytes: 0})
})

test('links of another torrent are not outside, and keep the bytes', async () => {
  await make('X/shared', 'Y/shared')
  const others = knownLinks([await read('Y/shared')])
  expect(evaluateLinks(await read('X/shared'), others)).toMatchObject({linksOutside: 0, exclusiveBytes: 0})
})

test('a cross-seed on the same path keeps the bytes', async () => {
  await make('X/same')
  expect(evaluateLinks(await read('X/same'), knownLinks([await read('X/same')]))).toMatchObject({
    linksOutside: 0,
    exclusiveBytes: 0,
  })
})

test('one link that is reached over two paths is one', async () => {
  await make('X/once', 'library/once')
  await symlink(at('X'), at('way'))
  const others = knownLinks([await read('way/once')])
  expect(evaluateLinks(await read('X/once'), others)).toMatchObject({linksOutside: 1})
})

test('two names within one torrent are its own', async () => {
  await make('X/one', 'X/two')
  expect(evaluateLinks(await read('X/one', 'X/two'), none)).toMatchObject({
    linksOutside: 0,
    exclusiveBytes: 5000,
  })
})

test('a link made between two looks is seen by the second', async () => {
  await make('X/later')
  expect(evaluateLinks(await read('X/later'), none)).toMatchObject({linksOutside: 0})
  await link(at('X/later'), at('library/later'))
  expect(evaluateLinks(await read('X/later'), none)).toMatchObject({linksOutside: 1, exclusiveBytes: 0})
})

test('a symbolic link is a name of its own, not of what it leads to', async () => {
  await make('library/target')
  await symlink(at('library/target'), at('X/symbolic'))
  const facts = evaluateLinks(await read('X/symbolic'), none)
  expect(facts).toMatchObject({linksOutside: 0})
  expect(facts.exclusiveBytes).not.toBe(5000)
})

test('files that are not there hold nothing; when none is there it is unknown', async () => {
  await make('X/here')
  expect(evaluateLinks(await read('X/here', 'X/gone', 'gone/gone'), none)).toMatchObject({
    exclusiveBytes: 5000,
  })
  expect(evaluateLinks(await read('X/gone'), none)).toMatchObject({
    linksOutside: {unknown: 'missing'},
    exclusiveBytes: {unknown: 'missing'},
  })
})

test('what cannot be read is unknown', async () => {
  await make('X/good')
  await symlink('loop', at('loop'))
  for (const bad of [`X/${'n'.repeat(300)}`, 'loop/file', 'X']) {
    expect(evaluateLinks(await read('X/good', bad), none)).toMatchObject({
      linksOutside: {unknown: 'unreadable'},
    })
  }
})

test('another torrent that cannot be read leaves links in doubt, but none that are accounted for', async () => {
  await make('X/all')
  await make('X/some', 'library/some')
  await symlink('circle', at('circle'))
  const doubtful = knownLinks([await read('circle/file')])
  expect(doubtful.complete).toBe(false)
  expect(evaluateLinks(await read('X/all'), doubtful)).toMatchObject({
    linksOutside: 0,
    exclusiveBytes: {unknown: 'unreadable'},
  })
  expect(evaluateLinks(await read('X/some'), doubtful)).toMatchObject({
    linksOutside: {unknown: 'unreadable'},
    exclusiveBytes: 0,
  })
})

test('a count below what was seen is not relied on', () => {
  const one: FileLink = {node: '1:2', link: '1:1/a', device: '1', count: 1, bytes: 5}
  const own: LinksRead = {links: [one, {...one, link: '1:1/b'}]}
  expect(evaluateLinks(own, none)).toMatchObject({linksOutside: {unknown: 'notSupported'}})
})

test('files on several disks have no one disk', () => {
  const one: FileLink = {node: '1:2', link: '1:1/a', device: '1', count: 1, bytes: 5}
  const own: LinksRead = {links: [one, {...one, node: '2:2', link: '2:1/a', device: '2'}]}
  expect(evaluateLinks(own, none).device).toBeNull()
})

const looked = (more: Partial<FileLook>): FileLook => ({
  kind: 'file',
  device: '1',
  inode: '2',
  links: 1,
  size: 5000,
  held: 8192,
  changedAt: 0,
  ...more,
})

test.each([
  ['no inode numbers', {inode: '0'}, {unknown: 'notSupported'}],
  ['no link count', {links: 0}, {unknown: 'notSupported'}],
  ['a folder', {kind: 'folder'}, {unknown: 'unreadable'}],
  ['a link', {kind: 'link'}, {node: '1:2', link: '1:1/a', device: '1', count: 1}],
  ['a sparse file', {size: 1_000_000, held: 4096}, {bytes: 4096}],
  ['no blocks told', {held: 0}, {bytes: 5000}],
  ['a file in whole blocks', {}, {bytes: 5000}],
] as const)('%s', (_name, more, expected) => {
  expect(linkOf('/x/a', looked(more), '1:1')).toMatchObject(expected)
})

test('too many files are not begun, and a caller who gives up gets that answer', async () => {
  expect(await readLinks([at('X'), at('Y')], {patience, most: 1})).toMatchObject({unknown: 'notSupported'})
  const signal = AbortSignal.abort(new Error('enough'))
  await expect(readLinks([at('X')], {patience, signal})).rejects.toThrow('enough')
})

test('thousands of files are looked at beside the main thread', async () => {
  await make('X/many')
  const count = countFileRequests()
  const many = await read(...Array.from({length: 3000}, (_, i) => `X/many${i === 0 ? '' : i}`))
  expect(many).toMatchObject({links: [{count: 1}]})
  expect(count.asked).toBeLessThan(10)
})
