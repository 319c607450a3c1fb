import fc from 'fast-check'
import {expect, test} from 'vitest'
import {TimeSlice} from '#lib/time-slice.ts'
import type {TorrentFile} from '#model/details.ts'
import {defaultFileRules} from './default-patterns.ts'
import {FilePatterns, type FileRules} from './file-patterns.ts'

const raw = String.raw
const none: FileRules = {
  CaseSensitiveMatches: false,
  FolderExclusionRegex: [],
  FileNameExclusionRegex: [],
  FileExtensionAllowlist: [],
}

function files(...paths: string[]): TorrentFile[] {
  return paths.map((path, index) => ({index, path, size: 1, progress: 0, priority: 'normal'}))
}

async function judged(rules: FileRules, ...paths: string[]) {
  return new FilePatterns(rules).judge(files(...paths), new TimeSlice())
}

test('no rule excludes nothing', async () => {
  expect(await judged(none, 'a/b.exe', 'c')).toEqual({excluded: [], left: 2})
})

test('B.7 folders are asked first, then names, then extensions', async () => {
  const rules = {
    ...none,
    FolderExclusionRegex: [raw`\bextras?\b`],
    FileNameExclusionRegex: [raw`\bsample\b`],
    FileExtensionAllowlist: ['.mkv'],
  }
  const {excluded, left} = await judged(
    rules,
    'Film/Extras/sample.exe',
    'Film/sample.exe',
    'Film/film.exe',
    'Film/film.mkv',
  )
  expect(excluded).toEqual([
    {index: 0, key: 'FolderExclusionRegex', because: raw`\bextras?\b`},
    {index: 1, key: 'FileNameExclusionRegex', because: raw`\bsample\b`},
    {index: 2, key: 'FileExtensionAllowlist', because: '.exe'},
  ])
  expect(left).toBe(1)
})

test.each([
  ['Extras/film.mkv', true],
  ['Film/Extras/film.mkv', true],
  ['Film/Extras/More/film.mkv', true],
  ['Film/The Extra Mile/film.mkv', true],
  ['Film/Extraordinary/film.mkv', false],
  ['Film/extras.mkv', false],
  ['extras', false],
] as const)('a folder pattern looks at every folder and not at the name: %s', async (path, isExcluded) => {
  const {excluded} = await judged({...none, FolderExclusionRegex: [raw`\bextras?\b`]}, path)
  expect(excluded.length > 0).toBe(isExcluded)
})

test.each([
  ['film.mp4', ['.mp4'], true],
  ['film.mp4a', ['.mp4'], false],
  ['film.xmp4', ['.mp4'], false],
  ['film.MP4', ['.mp4'], true],
  ['film.mp4', ['mp4'], true],
  ['film.mp4', [raw`\.mp4`], true],
  ['film.mkv.!qB', ['.!qB'], true],
  ['backup.tar.gz', ['.tar.gz'], true],
  ['.mp4', ['.mp4'], false],
  ['mp4', ['.mp4'], false],
  ['film', ['.mp4'], false],
] as const)('%s is allowed by %j: %s', async (path, list, allowed) => {
  const {left} = await judged({...none, FileExtensionAllowlist: list}, path)
  expect(left === 1).toBe(allowed)
})

test('B.7 case matters where it is asked for, for patterns and extensions', async () => {
  const rules = {
    CaseSensitiveMatches: true,
    FolderExclusionRegex: ['Extras'],
    FileNameExclusionRegex: ['Sample'],
    FileExtensionAllowlist: ['.mkv'],
  }
  const {excluded} = await judged(rules, 'extras/a.mkv', 'Extras/a.mkv', 'sample.mkv', 'Sample.mkv', 'a.MKV')
  expect(excluded.map(({index}) => index)).toEqual([1, 3, 4])
})

test('files that are skipped already are left alone, and do not keep a torrent', async () => {
  const [skipped, bad] = files('good.mkv', 'bad.exe')
  const patterns = new FilePatterns({...none, FileExtensionAllowlist: ['.mkv']})
  expect(await patterns.judge([{...skipped!, priority: 'skip'}, bad!], new TimeSlice())).toEqual({
    excluded: [{index: 1, key: 'FileExtensionAllowlist', because: '.exe'}],
    left: 0,
  })
})

test('what matches nothing at all excludes nothing', async () => {
  expect(await judged({...none, FileNameExclusionRegex: ['x*']}, 'film.mkv')).toEqual({excluded: [], left: 1})
})

test('B.7 wrong patterns are told by key and index, and the others work', async () => {
  const patterns = new FilePatterns({
    ...none,
    FolderExclusionRegex: ['ok', '(open'],
    FileNameExclusionRegex: [raw`\bop\\d+`, 'x'.repeat(2000), 'a/b', 'bad'],
    FileExtensionAllowlist: ['.mkv', '', 'a b'],
  })
  expect(patterns.mistakes.map(({key, index, problem}) => [key, index, problem])).toEqual([
    ['FolderExclusionRegex', 1, 'invalid'],
    ['FileNameExclusionRegex', 0, 'neverMatches'],
    ['FileNameExclusionRegex', 1, 'tooLarge'],
    ['FileNameExclusionRegex', 2, 'neverMatches'],
    ['FileExtensionAllowlist', 1, 'neverMatches'],
    ['FileExtensionAllowlist', 2, 'neverMatches'],
  ])
  expect(patterns.mistakes[0]!.message).toContain('FolderExclusionRegex[1] "(open" is no regular expression')
  expect(patterns.mistakes[1]!.message).toContain('a backslash is escaped once too often')
  const {excluded} = await patterns.judge(files('bad.mkv', 'good.mkv'), new TimeSlice())
  expect(excluded.map(({index}) => index)).toEqual([0])
})

test('an allow list of mistakes alone forbids nothing', async () => {
  expect(await judged({...none, FileExtensionAllowlist: ['']}, 'film.mkv')).toEqual({excluded: [], left: 1})
})

for (const kind of ['radarr', 'sonarr', 'lidarr', 'readarr', 'whisparr'] as const) {
  test(`B.7 the defaults of ${kind} have no mistakes`, () => {
    for (const section of ['X', 'X-Anime']) {
      expect(new FilePatterns(defaultFileRules(kind, section)).mistakes).toEqual([])
    }
  })
}

test.each([
  ['sonarr', 'Sonarr-TV', 'Show/NCOP1.mkv', true],
  ['sonarr', 'Sonarr-TV', 'Show/Show - ncop12.mkv', true],
  ['sonarr', 'Sonarr-TV', 'Show/NCED2/clip.mkv', true],
  ['sonarr', 'Sonarr-TV', 'Show/Specials/e.mkv', false],
  ['sonarr', 'Sonarr-Anime', 'Show/Specials/e.mkv', true],
  ['sonarr', 'Sonarr-Anime', 'Show/OVA/e.mkv', true],
  ['radarr', 'Radarr', 'Film/Featurettes/e.mkv', true],
  ['radarr', 'Radarr', 'Film/music video.mkv', true],
  ['radarr', 'Radarr', 'Film/film.exe', true],
  ['lidarr', 'Lidarr', 'Album/music video.flac', false],
  ['lidarr', 'Lidarr', 'Album/ncop1.flac', false],
  ['lidarr', 'Lidarr', 'Album/song.mkv', true],
  ['readarr', 'Readarr', 'Book/book.azw3', false],
  ['readarr', 'Readarr', 'Book/book.m4b', false],
  ['readarr', 'Readarr', 'Book/Samples/book.m4b', true],
] as const)('by default %s (%s) leaves out %s: %s', async (kind, section, path, out) => {
  expect((await judged(defaultFileRules(kind, section), path)).left === 0).toBe(out)
})

test('B.7 old defaults with a backslash too many work as they were meant', async () => {
  const rules = {
    ...none,
    FolderExclusionRegex: [raw`\bnc(ed|op)?(\\d+)?\b`],
    FileNameExclusionRegex: [raw`\bncop\\d+?\b`, raw`\bnced\\d+?\b`],
  }
  expect(new FilePatterns(rules).mistakes).toEqual([])
  const {excluded} = await judged(rules, 'NCOP2/a.mkv', 'ncop1.mkv', 'nced1.mkv', 'film.mkv')
  expect(excluded.map(({because}) => because)).toEqual([
    ...rules.FolderExclusionRegex,
    ...rules.FileNameExclusionRegex,
  ])
})

test('every file is left, excluded or was skipped, whatever the names are', async () => {
  const name = fc.string({unit: 'grapheme', maxLength: 12})
  const path = fc.array(name, {minLength: 1, maxLength: 4}).map((parts) => parts.join('/'))
  const rules = defaultFileRules('sonarr', 'anime')
  await fc.assert(
    fc.asyncProperty(fc.array(path), async (paths) => {
      const {excluded, left} = await judged(rules, ...paths)
      expect(excluded.length + left).toBe(paths.length)
      expect(new Set(excluded.map(({index}) => index)).size).toBe(excluded.length)
    }),
  )
})
