import {expect, test} from 'vitest'
import {isSample, mediaKindOf} from './media-kind.ts'

const MIB = 1024 * 1024

test.each([
  ['Film/film.MKV', 'video'],
  ['film.mkv.!qB', 'video'],
  ['film.mkv.part', 'video'],
  ['album/01 - song.flac', 'audio'],
  ['book.epub', 'book'],
  ['film.en.srt', 'subtitle'],
  ['poster.jpg', 'image'],
  ['film.rar', 'archive'],
  ['film.r07', 'archive'],
  ['film.part01.rar', 'archive'],
  ['film.001', 'archive'],
  ['disc.iso', 'discImage'],
  ['film.mkv.exe', 'executable'],
  ['readme', 'other'],
  ['mkv', 'video'],
  ['exe', 'executable'],
  ['film.nfo', 'other'],
  ['folder.mkv/notes', 'other'],
] as const)('%s is %s', (path, kind) => {
  // A name that is an extension alone counts as that: on the careful side for programs.
  expect(mediaKindOf(path)).toBe(kind)
})

test.each([
  ['Film.mkv.exe', true],
  ['Film.mkv.EXE', true],
  ['Film.scr .', true],
  ['Film.mkv.lnk', true],
  ['Film.\u202evkm.exe', true],
  ['Film.exe\u200b', true],
  ['Film/setup.exe', true],
  ['Film.mkv', false],
  ['Film.exe/Film.mkv', false],
  ['The.Exe.2020.mkv', false],
] as const)('that %j is a program is %s', (path, isProgram) => {
  expect(mediaKindOf(path) === 'executable').toBe(isProgram)
})

test.each([
  ['Film/Sample/film.mkv', 30 * MIB, 4000 * MIB, true],
  ['Film/film-sample.mkv', 30 * MIB, 4000 * MIB, true],
  ['Film/sample-film.mkv', 30 * MIB, 4000 * MIB, true],
  ['Film/film.sample.mkv', 30 * MIB, 4000 * MIB, true],
  // Alone, it is the film.
  ['Sample.mkv', 200 * MIB, 200 * MIB, false],
  ['Film/sample.mkv', 2000 * MIB, 40_000 * MIB, false],
  ['Film/Resampled.mkv', 30 * MIB, 4000 * MIB, false],
  ['Film/Samples of Life/film.mkv', 30 * MIB, 4000 * MIB, false],
  ['Film/sample.jpg', 1, 4000 * MIB, false],
  ['Film/short.mkv', 30 * MIB, 4000 * MIB, false],
] as const)('that %s of %i bytes beside %i is a sample is %s', (path, size, largest, sample) => {
  expect(isSample(path, size, largest)).toBe(sample)
})
