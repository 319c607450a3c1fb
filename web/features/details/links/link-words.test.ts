import {beforeAll, expect, test} from 'vitest'
import type {TorrentLinks} from '../../../api/details.ts'
import {speakEnglish} from '../../../i18n/english.fixture.ts'
import {
  afterRemoval,
  afterReplacement,
  contentWords,
  freesWords,
  isUnconcerned,
  libraryWords,
  linkCount,
} from './link-words.ts'

beforeAll(speakEnglish)

const MIB = 2 ** 20
type Removal = NonNullable<TorrentLinks['removal']>
type Library = TorrentLinks['library'][number]

function removal(on: Partial<Removal['servers'][number]> = {}): Removal {
  const server = {
    server_id: 'nas',
    server_name: 'nas',
    online: true,
    count: 1,
    size: 33 * MIB,
    freed: 88 * MIB,
    freed_unknown: 0,
    shared: 0,
    kept: null,
    no_trash: null,
    obstacle: null,
    ...on,
  }
  return {count: 1, servers: [server]} as unknown as Removal
}

function library(files: Library['files'], more: Partial<Library> = {}): Library {
  return {arr_id: 'films', arr_name: 'Films', known: true, inside: 0, files, count: files.length, ...more}
}

const plain = (words: string) => words.replaceAll('\u00a0', ' ')

for (const [on, words] of [
  [{}, 'frees 88.0 MiB'],
  [{freed: 0}, 'frees nothing'],
  [{shared: 1}, 'frees nothing'],
  [{freed: 0, freed_unknown: 1}, 'not known'],
  [{freed_unknown: 1}, 'frees at least 88.0 MiB'],
  [{kept: {count: 1, message: 'loft is away.'}}, 'not known'],
  [{obstacle: {code: 'forbidden', message: 'No.'}}, 'can’t be deleted now'],
] as const) {
  test(`what a removal frees by the figures of its preview: ${JSON.stringify(on)} ${words}`, () =>
    expect(plain(freesWords(removal(on)))).toBe(words))
}

test('what stays in a library, what goes with the torrent, and what cannot be checked are sentences', () => {
  const links = {
    library: [
      library([{path: '/f/a.mkv', is: 'linked'}]),
      library([{path: '/f/b.mkv', is: 'own'}], {arr_name: 'Series', inside: 2}),
      library([], {arr_name: null, known: false}),
    ],
    torrents: [
      {how: 'copy', server_name: 'seedbox'},
      {how: 'same_files', server_name: 'nas'},
    ],
  } as unknown as TorrentLinks
  expect(afterRemoval(links)).toEqual([
    '1 file stays in the library of Films.',
    '3 files of the library of Series go with it.',
    'What an Arr that you can’t see has of it can’t be checked now.',
    '1 other torrent stays: seedbox.',
  ])
})

test('a library that has the same bytes frees nothing when it deletes them, one with copies frees these', () => {
  expect(afterReplacement(library([{path: 'a', is: 'linked'}]))?.value).toBe('frees nothing yet')
  expect(afterReplacement(library([{path: 'a', is: 'copied'}]))?.value).toBe('frees its copy')
  expect(afterReplacement(library([{path: 'a', is: 'unseen'}]))?.value).toBe('not known')
  expect(afterReplacement(library([{path: 'a', is: 'replaced'}]))).toBeNull()
})

test('files of a library are counted by how they lie there, and those that are not named as well', () => {
  expect(
    libraryWords(
      library(
        [
          {path: 'a', is: 'linked'},
          {path: 'b', is: 'linked'},
        ],
        {count: 5},
      ),
    ),
  ).toEqual(['2 files, hard links of the same bytes', '3 more files'])
  expect(libraryWords(library([], {known: false}))).toEqual(['not known'])
})

test('an Arr that has nothing of it is left out, and the others are counted', () => {
  expect(isUnconcerned(library([]))).toBe(true)
  expect(isUnconcerned(library([], {known: false}))).toBe(false)
  const links = {torrents: [{}], library: [library([]), library([{path: 'a', is: 'linked'}])]}
  expect(linkCount(links as unknown as TorrentLinks)).toBe('2')
  expect(linkCount({torrents: [], library: []} as unknown as TorrentLinks)).toBeUndefined()
})

test('what lies on the disk is said with its hard links', () => {
  expect(contentWords({files: 1, bytes: 1, names: 2, outside: 1})).toBe(
    '1 file, 2 hard links, 1 of them outside of torrents',
  )
  expect(contentWords({files: 2, bytes: 1, names: 2, outside: null})).toBe('2 files')
})
