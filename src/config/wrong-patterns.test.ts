import {expect, test} from 'vitest'
import {readArrTable} from './arrs.ts'
import {isMistake} from './document/findings.ts'

const raw = String.raw

const read = (torrent: Readonly<Record<string, unknown>>) =>
  readArrTable('Radarr', 'radarr', {URI: 'http://a:7878', APIKey: 'k', Torrent: {...torrent}})

test('B.7 a pattern that is no expression is reported with what is wrong, and the section is used', () => {
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

test('B.7 a pattern that can never match is reported as what has no effect', () => {
  const {findings} = read({FolderExclusionRegex: ['a/b'], FileExtensionAllowlist: ['.mkv']})
  expect(findings.map(({severity, code, path, found}) => [severity, code, path, found])).toEqual([
    ['warning', 'without_effect', 'Radarr.Torrent.FolderExclusionRegex', '"a/b"'],
  ])
  expect(findings.every(isMistake)).toBe(true)
})

test.each(['*.mkv', '.mkv, .mp4', raw`\.part\d+\.rar`, '.mkv .mp4', '[.mkv', '', raw`^mkv$`])(
  'B.7 an entry of the allow list that cannot be read, such as "%s", is an error that switches the list off',
  (entry) => {
    const {findings} = read({AutoDelete: true, FileExtensionAllowlist: ['.mkv', entry]})
    expect(findings).toMatchObject([
      {
        severity: 'error',
        code: 'bad_value',
        path: 'Radarr.Torrent.FileExtensionAllowlist',
        found: JSON.stringify(entry).replaceAll('\\\\', '\\'),
        message: expect.stringMatching(/^FileExtensionAllowlist\[1\] .*the list is off: no file is left out/),
      },
    ])
    expect(findings.every(isMistake)).toBe(true)
  },
)

test('B.7 extensions and expressions over them are fine', () => {
  const list = [raw`\.r[0-9]{2}`, '.rar', '.sfv', raw`\.(rar|r\d{1,3})$`, 'nfo', '.!qB']
  expect(read({FileExtensionAllowlist: list}).findings).toEqual([])
})

test('B.7 the patterns that the predecessor wrote into its files are fine', () => {
  expect(read({FileNameExclusionRegex: ['\\bncop\\d+?\\b', '\\bprev(iew)?\\b']}).findings).toEqual([])
})
