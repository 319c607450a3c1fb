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

async function evaluated(rules: FileRules, ...paths: string[]) {
  return new FilePatterns(rules).evaluate(files(...paths), new TimeSlice())
}

test('no rule excludes nothing', async () => {
  expect(await evaluated(none, 'a/b.exe', 'c')).toEqual({excluded: [], left: 2})
})

test('B.7 folders are asked first, then names, then extensions', async () => {
  const rules = {
    ...none,
    FolderExclusionRegex: [raw`\bextras?\b`],
    FileNameExclusionRegex: [raw`\bsample\b`],
    FileExtensionAllowlist: ['.mkv'],
  }
  const {excluded, left} = await evaluated(
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
  ['Extras/film.mkv', false],
  ['Film/Extras/film.mkv', true],
  ['Film/Extras/More/film.mkv', true],
  ['Film/The Extra Mile/film.mkv', true],
  ['Film/Extraordinary/film.mkv', false],
  ['Film/extras.mkv', false],
  ['extras', false],
] as const)('a folder pattern looks at every folder and not at the name: %s', async (path, isExcluded) => {
  const {excluded} = await evaluated({...none, FolderExclusionRegex: [raw`\bextras?\b`]}, path)
  expect(excluded.length > 0).toBe(isExcluded)
})

test('what fits the name of the release itself leaves no file out', async () => {
  const rules = {
    ...none,
    FolderExclusionRegex: [raw`\bextras?\b`, raw`\bscreens?\b`],
    FileNameExclusionRegex: [raw`\btrailer\b`, raw`\bsample\b`],
  }
  const left = async (...paths: string[]) => (await evaluated(rules, ...paths)).left
  expect(await left('Trailer.Park.Boys.S01E01.1080p.mkv')).toBe(1)
  expect(
    await left('Trailer.Park.Boys.S01/Trailer.Park.Boys.S01E01.mkv', 'Trailer.Park.Boys.S01/info.nfo'),
  ).toBe(2)
  expect(await left('Extras.S01E01/Extras.S01E01.mkv', 'Extras.S01E01/Extras/cut.mkv')).toBe(1)
  // Other patterns go on.
  expect(await left('Trailer.Park.Boys.S01/film.mkv', 'Trailer.Park.Boys.S01/sample.mkv')).toBe(1)
  // Without one folder around them none of it is its name.
  expect(await left('Extras/film.mkv', 'Film/film.mkv')).toBe(1)
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
  ['film.', ['.mp4', '.'], false],
  ['film.mp4a', [raw`\.mp4`], true],
  ['film.mp4a', [raw`\.mp4$`], false],
  ['mp4.exe', [raw`mp4`], false],
  ['mp4.exe', [raw`mp[4]`], false],
  ['film.tar.gz', ['.gz'], true],
  ['film.xz', ['.tar.gz'], false],
] as const)('%s is allowed by %j: %s', async (path, list, allowed) => {
  const {left} = await evaluated({...none, FileExtensionAllowlist: list}, path)
  expect(left === 1).toBe(allowed)
})

test('B.7 case matters where it is asked for, for patterns and extensions', async () => {
  const rules = {
    CaseSensitiveMatches: true,
    FolderExclusionRegex: ['Extras'],
    FileNameExclusionRegex: ['Sample'],
    FileExtensionAllowlist: ['.mkv'],
  }
  const {excluded} = await evaluated(
    rules,
    'extras/a.mkv',
    'Extras/a.mkv',
    'sample.mkv',
    'Sample.mkv',
    'a.MKV',
  )
  expect(excluded.map(({index}) => index)).toEqual([1, 3, 4])
})

test('files that are skipped already are left alone, and do not keep a torrent', async () => {
  const [skipped, bad] = files('good.mkv', 'bad.exe')
  const patterns = new FilePatterns({...none, FileExtensionAllowlist: ['.mkv']})
  expect(await patterns.evaluate([{...skipped!, priority: 'skip'}, bad!], new TimeSlice())).toEqual({
    excluded: [{index: 1, key: 'FileExtensionAllowlist', because: '.exe'}],
    left: 0,
  })
})

test('what matches nothing at all excludes nothing', async () => {
  expect(await evaluated({...none, FileNameExclusionRegex: ['x*']}, 'film.mkv')).toEqual({
    excluded: [],
    left: 1,
  })
})

test('B.7 wrong patterns are reported by key and index, and the others work', async () => {
  const patterns = new FilePatterns({
    ...none,
    FolderExclusionRegex: ['ok', '(open'],
    FileNameExclusionRegex: [raw`\bop\\d+`, 'x'.repeat(2000), 'a/b', 'bad'],
  })
  expect(patterns.mistakes.map(({key, index, problem}) => [key, index, problem])).toEqual([
    ['FolderExclusionRegex', 1, 'invalid'],
    ['FileNameExclusionRegex', 0, 'neverMatches'],
    ['FileNameExclusionRegex', 1, 'tooLarge'],
    ['FileNameExclusionRegex', 2, 'neverMatches'],
  ])
  expect(patterns.mistakes[0]!.message).toContain('FolderExclusionRegex[1] "(open" is no regular expression')
  expect(patterns.mistakes[1]!.message).toContain('a backslash is escaped once too often')
  const {excluded} = await patterns.evaluate(files('bad.mkv', 'good.mkv'), new TimeSlice())
  expect(excluded.map(({index}) => index)).toEqual([0])
})

test.each([
  ['', 'invalid'],
  ['a b', 'invalid'],
  ['.mkv,.mp4', 'invalid'],
  ['.mkv; .mp4', 'invalid'],
  ['*.mkv', 'invalid'],
  ['(mkv', 'invalid'],
  [raw`(?!\.exe)`, 'invalid'],
  ['mkv/mp4', 'neverMatches'],
  [raw`\.part\d+\.rar`, 'neverMatches'],
  [raw`^mkv$`, 'neverMatches'],
  [raw`\\.mkv`, 'neverMatches'],
  ['$', 'neverMatches'],
  [`[${'x'.repeat(2000)}]`, 'tooLarge'],
] as const)(
  'B.7 an entry of the allow list that is not understood, such as "%s", is reported, and nothing is excluded for its extension',
  async (entry, problem) => {
    const rules = {...none, FileNameExclusionRegex: ['sample'], FileExtensionAllowlist: ['.avi', entry]}
    const patterns = new FilePatterns(rules)
    expect(patterns.mistakes).toMatchObject([{key: 'FileExtensionAllowlist', index: 1, problem}])
    for (const name of ['film.mkv', 'film.exe', 'film']) expect(patterns.allowsExtension(name)).toBe(true)
    const {excluded} = await patterns.evaluate(files('film.mkv', 'film', 'sample.mkv'), new TimeSlice())
    expect(excluded).toEqual([{index: 2, key: 'FileNameExclusionRegex', because: 'sample'}])
  },
)

/** As the release groups name them. */
const scene = {
  rars: [
    'Film.2024.1080p.BluRay.x264-GRP/grp-film.rar',
    'Film.2024.1080p.BluRay.x264-GRP/grp-film.r00',
    'Film.2024.1080p.BluRay.x264-GRP/grp-film.r99',
    'Film.2024.1080p.BluRay.x264-GRP/grp-film.s00',
    'Film.2024.1080p.BluRay.x264-GRP/grp-film.sfv',
    'Film.2024.1080p.BluRay.x264-GRP/grp-film.nfo',
    'Film.2024.1080p.BluRay.x264-GRP/Proof/grp-film.jpg',
  ],
  parts: [
    'Show.S01E01.720p.HDTV.x264-GRP/show.s01e01.part01.rar',
    'Show.S01E01.720p.HDTV.x264-GRP/show.s01e01.part12.rar',
    'Show.S01E01.720p.HDTV.x264-GRP/show.s01e01.001',
  ],
  plain: [
    'Film.2024.2160p.WEB-DL.DDP5.1.Atmos-GRP.mkv',
    'Film.2024.2160p.WEB-DL.DDP5.1.Atmos-GRP.EN.srt',
    'Film.2024.2160p.WEB-DL.DDP5.1.Atmos-GRP.MP4',
    'Film.2024.2160p.WEB-DL.DDP5.1.Atmos-GRP.mp4a',
    'README',
  ],
} as const

test.each([
  // The list in the notes of many users.
  [[raw`\.r[0-9]{2}`, '.rar', '.sfv'], 'rars', ['rar', 'r00', 'r99', 'sfv']],
  [[raw`\.r[0-9]{2}`, '.rar', '.sfv'], 'parts', ['rar', 'rar']],
  [[raw`\.(rar|r[0-9]{2})$`], 'rars', ['rar', 'r00', 'r99']],
  [['.(rar|[rs][0-9]{2})'], 'rars', ['rar', 'r00', 'r99', 's00']],
  [[raw`^\.[rs]\d{1,3}$`, 'rar'], 'rars', ['rar', 'r00', 'r99', 's00']],
  [['r..'], 'rars', ['rar', 'r00', 'r99']],
  [['.r..'], 'rars', ['rar', 'r00', 'r99']],
  [[raw`\.\d{3}`], 'parts', ['001']],
  [['.mkv|.mp4'], 'plain', ['mkv', 'MP4', 'mp4a']],
  [['mkv|mp4$'], 'plain', ['mkv', 'MP4']],
  [['m[kp][v4]'], 'plain', ['mkv', 'MP4', 'mp4a']],
  [[raw`\.mp4\b`], 'plain', ['MP4']],
  [['.m.?4'], 'plain', ['MP4', 'mp4a']],
  [['m.4'], 'plain', ['MP4', 'mp4a']],
  [['.*'], 'plain', ['mkv', 'srt', 'MP4', 'mp4a']],
  [['.mkv', '.srt'], 'plain', ['mkv', 'srt']],
  [['mp4'], 'plain', ['MP4']],
] as const)('B.7 the list %j of a user lets in of a release in %s: %j', async (list, release, wanted) => {
  const rules = {...none, FileExtensionAllowlist: list}
  expect(new FilePatterns(rules).mistakes).toEqual([])
  const {excluded} = await evaluated(rules, ...scene[release])
  const out = new Set(excluded.map(({index}) => index))
  const left = scene[release].filter((_, index) => !out.has(index))
  expect(left.map((name) => name.slice(name.lastIndexOf('.') + 1))).toEqual(wanted)
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
  expect((await evaluated(defaultFileRules(kind, section), path)).left === 0).toBe(out)
})

test('B.7 old defaults with a backslash too many work as they were meant', async () => {
  const rules = {
    ...none,
    FolderExclusionRegex: [raw`\bnc(ed|op)?(\\d+)?\b`],
    FileNameExclusionRegex: [raw`\bncop\\d+?\b`, raw`\bnced\\d+?\b`],
  }
  expect(new FilePatterns(rules).mistakes).toEqual([])
  const {excluded} = await evaluated(rules, 'NCOP2/a.mkv', 'ncop1.mkv', 'nced1.mkv', 'film.mkv')
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
      const {excluded, left} = await evaluated(rules, ...paths)
      expect(excluded.length + left).toBe(paths.length)
      expect(new Set(excluded.map(({index}) => index)).size).toBe(excluded.length)
    }),
  )
})
