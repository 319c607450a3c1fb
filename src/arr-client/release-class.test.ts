import {expect, test} from 'vitest'
import {classesOf, classOfRelease} from './release-class.ts'

const sentence = (text: string) => ({code: null, text})

test.each([
  ['WEBDL-2160p is not wanted in profile', 'quality'],
  ['Custom Formats Bad have score -10 below Movie profile minimum 0', 'score'],
  ['Existing file meets cutoff: WEBDL-1080p [x264]', 'existing'],
  ['Existing file on disk is of equal or higher preference: Bluray-1080p v1', 'existing'],
  ['Existing file and the Quality profile does not allow upgrades', 'existing'],
  ['Release in queue is of equal or higher preference: WEBDL-1080p v1', 'queue'],
  ['Quality for release in queue already meets cutoff: WEBDL-1080p v1', 'queue'],
  ['Recent grab event in history is of equal or higher preference: WEBDL-1080p v1', 'history'],
  ['2.8 GB is larger than maximum allowed 1000.0 MB (for Some Film)', 'size'],
  ['47.7 MB is smaller than minimum allowed 100.0 MB (for Some Film)', 'size'],
  ['English is wanted, but found French', 'language'],
  ['Release is blocklisted', 'blocklisted'],
  ['Not enough seeders: 0. Minimum seeders: 1', 'seeders'],
  ['Contains these ignored terms: cam', 'terms'],
  ['Does not contain one of the required terms: x265', 'terms'],
  ['Wrong movie', 'wrong'],
  ['Unknown Series', 'wrong'],
  ['Unable to parse release', 'wrong'],
  ['Full season pack', 'wrong'],
  ["Episode wasn't requested: 1x05", 'wrong'],
  ['Waiting for better quality release', 'delay'],
  ["Full season release rejected. All episodes haven't aired yet.", 'not_aired'],
  ['Torrent is not enabled for this movie', 'other'],
  ['', 'other'],
])('%s: %s', (text, expected) => {
  expect(classOfRelease(sentence(text))).toBe(expected)
})

test.each([
  ['qualityNotWanted', 'quality'],
  ['customFormatMinimumScore', 'score'],
  ['diskCutoffMet', 'existing'],
  ['qualityUpgradesDisabled', 'existing'],
  ['queueHigherPreference', 'queue'],
  ['historyCutoffMet', 'history'],
  ['aboveMaximumSize', 'size'],
  ['blocklisted', 'blocklisted'],
  ['minimumSeeders', 'seeders'],
  ['mustNotContainPresent', 'terms'],
  ['minimumAgeDelay', 'delay'],
  ['fullSeasonNotAired', 'not_aired'],
  ['fullSeason', 'wrong'],
  ['wrongEpisode', 'wrong'],
  ['unknownSeries', 'wrong'],
  ['protocolDisabled', 'other'],
])('the code %s decides before any sentence: %s', (code, expected) => {
  expect(classOfRelease({code, text: 'In another language'})).toBe(expected)
})

test('of a code that is not known yet the sentence decides', () => {
  expect(classOfRelease({code: 'somethingNew', text: 'Release is blocklisted'})).toBe('blocklisted')
})

test('Q3 of a release each class counts once, and of all releases they are added up', () => {
  const [size, seeders] = [
    '2 GB is larger than maximum allowed 1 GB (for A)',
    'Not enough seeders: 0. Minimum seeders: 1',
  ]
  const small = '1 MB is smaller than minimum allowed 9 MB (for A)'
  const releases = [[size], [size, small, seeders], []].map((texts) => ({rejections: texts.map(sentence)}))
  expect(classesOf(releases)).toEqual({size: 2, seeders: 1})
})
