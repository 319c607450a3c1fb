import {expect, test} from 'vitest'
import {TimeSlice} from '#lib/time-slice.ts'
import {mediaFileSets} from '#model/rule.ts'
import {FilePatterns} from './file-patterns.ts'
import {patternSet, unwantedFiles} from './pattern-sets.ts'

async function excluded(set: string, ...paths: readonly string[]): Promise<readonly string[]> {
  const files = paths.map((path, index) => ({index, path, size: 1, progress: 0, priority: 'normal' as const}))
  const evaluated = await new FilePatterns(patternSet(set)!).evaluate(files, new TimeSlice())
  return evaluated.excluded.map(({index}) => paths[index]!)
}

test('every set is read without a mistake, and there is none of another name', () => {
  for (const name of mediaFileSets) expect(new FilePatterns(patternSet(name)!).mistakes).toEqual([])
  expect([patternSet('toString'), patternSet('unwanted'), patternSet('')]).toEqual([null, null, null])
})

test('dangerous are programs, also where a name hides that, and nothing else', async () => {
  const bad = [
    'film.exe',
    'film.mkv.LNK',
    'film.scr  .',
    'film.js\u200e',
    'film\u202evkm.exe',
    'a\u202exe.mkv',
  ]
  const good = [
    'film.mkv',
    'film.nfo',
    'exe',
    'film.rar',
    'film.r00',
    'film.executive.mkv',
    'com.jpg',
    'שלום.mkv',
  ]
  expect(await excluded('dangerous', ...bad, ...good)).toEqual(bad)
})

test('of a kind of media everything else is unwanted, and its samples', async () => {
  const files = ['film.mkv', 'film.srt', 'sample/film.mkv', 'film.nfo', 'song.flac', 'book.epub', 'film.exe']
  expect(await excluded('video', ...files)).toEqual(files.slice(2))
  expect(await excluded('audio', ...files)).toEqual(files.filter((it) => it !== 'song.flac'))
  expect(await excluded('books', ...files)).toEqual(
    files.filter((it) => it !== 'song.flac' && it !== 'book.epub'),
  )
})

test('unwanted is what the section says, and where nothing is said what is dangerous', () => {
  const silent = {...patternSet('video')!, FolderExclusionRegex: [], FileNameExclusionRegex: []}
  expect(unwantedFiles(silent)).toBe(silent)
  for (const section of [null, {...silent, FileExtensionAllowlist: []}])
    expect(unwantedFiles(section)).toBe(patternSet('dangerous'))
})
