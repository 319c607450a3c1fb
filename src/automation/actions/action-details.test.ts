import {expect, test} from 'vitest'
import {TimeSlice} from '#lib/time-slice.ts'
import {A, B, keyOf} from '#lookups/look-ups.fixture.ts'
import type {FileRules} from '#media/file-patterns.ts'
import type {TorrentFile} from '#model/details.ts'
import type {Features} from '#model/server.ts'
import {actionDetails} from './action-commands.ts'

const files = [
  {index: 0, path: 'Film/film.mkv', priority: 'normal'},
  {index: 1, path: 'Film/readme.exe', priority: 'normal'},
  {index: 2, path: 'Film/old.exe', priority: 'skip'},
  {index: 3, path: 'Film/Sample/film.mkv', priority: 'high'},
] as unknown as readonly TorrentFile[]
const films: FileRules = {
  CaseSensitiveMatches: false,
  FolderExclusionRegex: ['\\bsample\\b'],
  FileNameExclusionRegex: [],
  FileExtensionAllowlist: ['.mkv'],
}
const of = actionDetails(
  {files: async () => files, trackers: async () => []},
  {
    get: (id) =>
      id === A
        ? {
            categories: [{name: 'films', savePath: '/data/films'}, {name: 'tv'}],
            features: {reannounce: {support: 'limited', reason: 'Not twice within two minutes.'}} as Features,
          }
        : null,
  },
  {
    objection: async (_, path) =>
      path === '/full' ? {code: 'not_enough_space', message: 'It is full.'} : null,
  },
  (set) => (set === 'films' ? films : null),
  new TimeSlice(),
)
const key = keyOf(A, 1)

test('files that a section does not want are meant, as far as they are not so already', async () => {
  expect(await of.filesMeant(key, {set: 'films', to: 'skip'})).toEqual([1, 3])
})

test('patterns mean names, whatever their files are now', async () => {
  expect(await of.filesMeant(key, {patterns: ['\\.EXE$'], to: 'normal'})).toEqual([2])
})

test('an unknown set is refused', async () => {
  await expect(of.filesMeant(key, {set: 'books', to: 'skip'})).rejects.toMatchObject({code: 'bad_argument'})
})

test('a category whose folder its server does not report has none', () => {
  expect([of.categoryPath(A, 'films'), of.categoryPath(A, 'tv'), of.categoryPath(A, 'x')]).toEqual([
    '/data/films',
    null,
    null,
  ])
})

test('a server that takes an announce only now and then is asked no sooner', () => {
  expect([of.announcesApart(A), of.announcesApart(B)]).toEqual([120, 60])
})

test('a move to where there is no room is objected to with its reason', async () => {
  expect([await of.objectionToMove(key, '/full'), await of.objectionToMove(key, '/data')]).toEqual([
    'It is full.',
    null,
  ])
})
