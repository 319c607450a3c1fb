import {expect, test} from 'vitest'
import {readArrTable} from './arrs.ts'
import {isMistake} from './schema/findings.ts'

const read = (torrent: Readonly<Record<string, unknown>>) =>
  readArrTable('Radarr', 'radarr', {URI: 'http://a:7878', APIKey: 'k', Torrent: {...torrent}})

test('B.7 a pattern that is no expression is told with what is wrong, and the section is used', () => {
  const {arr, findings} = read({FileNameExclusionRegex: ['\\bsample\\b', '(unclosed']})
  expect(arr?.Torrent.FileNameExclusionRegex).toHaveLength(2)
  expect(findings).toMatchObject([
    {
      severity: 'error',
      code: 'bad_value',
      path: 'Radarr.Torrent.FileNameExclusionRegex',
      found: '"(unclosed"',
      accepted: 'regular expressions over names of files',
      message: expect.stringMatching(/^FileNameExclusionRegex\[1\] "\(unclosed" is no regular expression: /),
    },
  ])
  expect(findings.every(isMistake)).toBe(true)
})

test('B.7 what can never match, and what is no extension, is told as what has no effect', () => {
  const {findings} = read({FolderExclusionRegex: ['a/b'], FileExtensionAllowlist: ['.mkv', 'a b']})
  expect(findings.map(({severity, code, path, found}) => [severity, code, path, found])).toEqual([
    ['warning', 'without_effect', 'Radarr.Torrent.FolderExclusionRegex', '"a/b"'],
    ['warning', 'without_effect', 'Radarr.Torrent.FileExtensionAllowlist', '"a b"'],
  ])
  expect(findings.every(isMistake)).toBe(true)
})

test('B.7 the patterns that the predecessor wrote into its files are fine', () => {
  expect(read({FileNameExclusionRegex: ['\\bncop\\d+?\\b', '\\bprev(iew)?\\b']}).findings).toEqual([])
})
