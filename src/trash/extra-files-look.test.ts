import {expect, test} from 'vitest'
import type {FoundFile} from '#disk/folder-files.ts'
import {isUnknown} from '#lookups/fact-result.ts'
import {file} from '#lookups/look-ups.fixture.ts'
import type {TorrentFile} from '#model/details.ts'
import {extraFilesAmong, folderOfExtras} from './extra-files.ts'

type ExtrasWish = Parameters<typeof extraFilesAmong>[0]

const NOW = 1_000_000_000
const HOUR_MS = 3_600_000
const mappings = [{server: '/data', ours: '/mnt'}]
const contentPath = '/data/films/Film'

const film = file(0, 'Film/film.mkv')
const found = (path: string, more: Partial<FoundFile> = {}): FoundFile => ({
  links: 1,
  path: `/mnt/films/Film/${path}`,
  device: '1',
  inode: path,
  size: 10,
  changedAt: NOW - HOUR_MS,
  ...more,
})

/** Names of those beside the film that nobody wants; else why nobody can say. */
function extras(
  listed: readonly TorrentFile[],
  files: readonly FoundFile[],
  more: Partial<ExtrasWish> = {},
): readonly string[] | string {
  const seen = extraFilesAmong({
    torrent: {contentPath},
    listed: [film, ...listed],
    found: [found('film.mkv'), ...files],
    mappings,
    allows: (name) => name.endsWith('.mkv'),
    takenBack: new Set(),
    now: NOW,
    ...more,
  })
  return isUnknown(seen) ? seen.detail : seen.value.map(({path}) => path.slice('/mnt/films/Film/'.length))
}

const skipped = (index: number, path: string, progress: number) =>
  file(index, path, {priority: 'skip', progress})

for (const [what, listed, files, expected] of [
  ['a file that no torrent lists', [], [found('info.nfo')], ['info.nfo']],
  ['one deeper in the folder', [], [found('Proof/a.jpg')], ['Proof/a.jpg']],
  ['one without an extension', [], [found('README')], ['README']],
  ['an allowed extension', [], [found('other.mkv')], []],
  ['a file that it wants', [file(1, 'Film/info.nfo')], [found('info.nfo')], []],
  [
    'a file that it skips and has nothing of',
    [skipped(1, 'Film/info.nfo', 0)],
    [found('info.nfo')],
    ['info.nfo'],
  ],
  ['a file that it skips and has the edges of', [skipped(1, 'Film/info.nfo', 0.01)], [found('info.nfo')], []],
  ['such a file that is not there', [skipped(1, 'Film/info.nfo', 0.01)], [found('a.txt')], ['a.txt']],
  ['an empty file that is not there', [file(1, 'Film/empty', {size: 0})], [found('a.txt')], ['a.txt']],
  ['a name that differs in capitals', [file(1, 'Film/Info.NFO', {size: 0})], [found('info.nfo')], []],
  [
    'a name that is composed otherwise',
    [file(1, 'Film/é.nfo'.normalize('NFC'), {size: 0})],
    [found('é.nfo'.normalize('NFD'))],
    [],
  ],
  ['another name of a file that it wants', [], [found('copy.bak', {inode: 'film.mkv'})], []],
  ['changed less than an hour ago', [], [found('a.nfo', {changedAt: NOW - HOUR_MS + 1})], []],
  ['changed in what the clock calls the future', [], [found('a.nfo', {changedAt: NOW + 1})], []],
  ...['a.!qB', 'a.part', '.0a.parts', 'A.PART', 'a.tmp'].map(
    (name) => [`not finished: ${name}`, [], [found(name)], []] as const,
  ),
] as const) {
  test(`B.7 ${what}: ${JSON.stringify(expected)} is unwanted`, () => {
    expect(extras(listed, files)).toEqual(expected)
  })
}

test('B.7 while a file that it wants is not found where its server says, it is unknown what is its own', () => {
  const listed = [file(1, 'Film/more.mkv')]
  expect(extras(listed, [found('info.nfo')])).toBe('A wanted file is not where its server says.')
  expect(extras(listed, [found('info.nfo'), found('more.mkv')])).toEqual(['info.nfo'])
})

test('B.7 what a user took back from the trash stays', () => {
  const takenBack = new Set(['/mnt/films/Film/info.nfo'])
  expect(extras([], [found('info.nfo'), found('a.txt')], {takenBack})).toEqual(['a.txt'])
})

for (const [what, path, listed, expected] of [
  ['a folder of its own', contentPath, ['Film/a.mkv', 'Film/Subs/b.srt'], '/mnt/films/Film'],
  ['files among those of others', '/data/films', ['a.mkv', 'b.srt'], 'It has no folder of its own.'],
  ['a single file', '/data/films/a.mkv', ['a.mkv'], 'It has no folder of its own.'],
  ['a single file in a folder', '/data/films/Film/a.mkv', ['Film/a.mkv'], 'It has no folder of its own.'],
  [
    'a folder that was renamed',
    '/data/films/Other',
    ['Film/a.mkv', 'Film/b.srt'],
    'It has no folder of its own.',
  ],
  [
    'a folder that is not mapped',
    '/else/Film',
    ['Film/a.mkv', 'Film/b.srt'],
    'No path mapping says where we see this path of the server.',
  ],
  ['no place', '', ['Film/a.mkv'], 'Its server does not report where its data is.'],
] as const) {
  test(`B.7 the folder of a torrent with ${what}: ${expected}`, () => {
    const files = listed.map((name, index) => file(index, name))
    const seen = folderOfExtras({contentPath: path} as Parameters<typeof folderOfExtras>[0], files, mappings)
    expect(isUnknown(seen) ? seen.detail : seen.value).toBe(expected)
  })
}
