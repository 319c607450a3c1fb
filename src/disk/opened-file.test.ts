import {linkSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {text} from 'node:stream/consumers'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {OpenedFile} from './opened-file.ts'

let folder: string
let root: string
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'opened-file-')))
  root = join(folder, 'data')
  mkdirSync(join(root, 'Show/Season 1'), {recursive: true})
  writeFileSync(join(root, 'Show/Season 1/one.mkv'), '0123456789')
  writeFileSync(join(folder, 'secret'), 'of the house')
})
afterEach(() => rmSync(folder, {recursive: true, force: true}))

const refusal = (path: string) =>
  OpenedFile.below(root, path).then(
    () => 'opened',
    (error: {code: string}) => error.code,
  )

test('a file is read from one byte to another, or as a whole', async () => {
  const file = await OpenedFile.below(root, 'Show/Season 1/one.mkv')
  expect(file.size).toBe(10)
  expect(await text(file.read(2, 4))).toBe('234')
  const whole = await OpenedFile.below(root, 'Show/Season 1/one.mkv')
  expect(await text(whole.read(0, whole.size - 1))).toBe('0123456789')
})

test('a hard link of a library is a plain file, too', async () => {
  linkSync(join(root, 'Show/Season 1/one.mkv'), join(root, 'Show/two.mkv'))
  const file = await OpenedFile.below(root, 'Show/two.mkv')
  expect(await text(file.read(0, 9))).toBe('0123456789')
})

test('nothing leads out of the folder: neither dots, nor a link on the way, nor one at its end', async () => {
  symlinkSync(join(folder, 'secret'), join(root, 'Show/link.mkv'))
  symlinkSync(folder, join(root, 'Show/away'))
  symlinkSync('Season 1', join(root, 'Show/S1'))
  for (const path of [
    '../secret',
    'Show/../../secret',
    'Show/./Season 1/one.mkv',
    'Show//Season 1/one.mkv',
    'Show/Season 1/..',
    'Show/link.mkv',
    'Show/away/secret',
    'Show/S1/one.mkv',
    'Show/one\0.mkv',
    '',
  ])
    expect(await refusal(path), path).toBe('path_refused')
})

test('a folder, and what is not there, are refused with words', async () => {
  expect(await refusal('Show/Season 1')).toBe('path_refused')
  await expect(OpenedFile.below(root, 'Show/three.mkv')).rejects.toThrow('The file is not there.')
  await expect(OpenedFile.below(join(folder, 'gone'), 'a')).rejects.toThrow('The file is not there.')
})
