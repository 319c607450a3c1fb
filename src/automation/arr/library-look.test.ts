import {expect, test} from 'vitest'
import type {FolderFile, LibraryFile, MediaRef, RootFolder} from '#model/arr.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {LibraryLook} from './library-look.ts'

const film: MediaRef = {kind: 'movie', id: 17, parentId: null}
const file = {id: 5, path: '/movies/Film (2020)/Film.mkv', size: 40} as LibraryFile
const here: RootFolder = {path: '/movies', accessible: true, freeSpace: 9}

/** An Arr whose database knows one file, whatever became of it. */
function harness() {
  const clock = new VirtualClock()
  const arr = {
    roots: [here],
    files: [file],
    folders: new Map<string, FolderFile[]>([['/movies/Film (2020)', [{name: 'Film.mkv', size: 40}]]]) as Map<
      string,
      FolderFile[]
    > | null,
    fails: false,
    asked: 0,
  }
  const look = new LibraryLook(
    {
      rootFolders: async () => {
        arr.asked++
        if (arr.fails) throw new Error('away')
        return arr.roots
      },
      files: async () => arr.files,
      filesIn: async (folder) => arr.folders && (arr.folders.get(folder) ?? []),
    },
    clock,
  )
  const doubt = async () => (await look.look([film], new Set([5]), undefined)).doubt
  return {clock, arr, look, doubt}
}

test('what lies where the database says is seen, however it is spelled', async () => {
  const {arr, doubt} = harness()
  expect(await doubt()).toBeNull()
  arr.folders = new Map([['/movies/Film (2020)', [{name: 'FILM.mkv', size: 40}]]])
  expect(await doubt()).toBeNull()
})

for (const [what, change, expected] of [
  ['its root folder is not there', {roots: [{...here, accessible: false}]}, {folder: '/movies', file: null}],
  ['its root folder is empty', {folders: new Map()}, {folder: '/movies', file: file.path}],
  [
    'another file lies there',
    {folders: new Map([['/movies/Film (2020)', [{name: 'Film.mkv', size: 7}]]])},
    {folder: '/movies', file: file.path},
  ],
  [
    'the innermost root folder is not there',
    {roots: [here, {...here, path: '/movies/Film (2020)', accessible: false}]},
    {folder: '/movies/Film (2020)', file: null},
  ],
  ['its file has another number meanwhile', {files: [{...file, id: 6}]}, {folder: '', file: null}],
  [
    'it is in no root folder, and not there',
    {roots: [], folders: new Map()},
    {folder: '/movies/Film (2020)', file: file.path},
  ],
  [
    'the Arr does not look into folders, and tells no free space',
    {folders: null, roots: [{...here, freeSpace: null}]},
    {folder: '/movies', file: null},
  ],
  ['the Arr does not look into folders', {folders: null}, null],
] as const) {
  test(`S51 when ${what}: ${expected ? 'doubted' : 'believed'}`, async () => {
    const {arr, doubt} = harness()
    Object.assign(arr, change)
    expect(await doubt()).toEqual(expected)
  })
}

test('S51 of what is not proven a root folder that is not there is named, and none while all are', async () => {
  const {arr, look, clock} = harness()
  expect(await look.away(undefined)).toBeNull()
  arr.roots = [here, {...here, path: '/films', accessible: false}]
  await clock.advance(5_000)
  expect(await look.away(undefined)).toEqual({folder: '/films', file: null})
})

test('root folders are read once for all who ask within seconds, and again after a failure', async () => {
  const {arr, doubt, clock} = harness()
  await Promise.all([doubt(), doubt()])
  expect(arr.asked).toBe(1)
  arr.fails = true
  await clock.advance(5_000)
  await expect(doubt()).rejects.toThrow('away')
  arr.fails = false
  expect(await doubt()).toBeNull()
  expect(arr.asked).toBe(3)
})
