import {expect, test} from 'vitest'
import {fileChoices} from './file-choices.ts'

const MIB = 2 ** 20
const files = [
  {path: 'Show/s01e01.mkv', size: 900 * MIB},
  {path: 'Show/s01e02.MKV', size: 1_200 * MIB},
  {path: 'Show/Sample/sample.mkv', size: 20 * MIB},
  {path: 'Show/Subs/2_English.srt', size: 60_000},
  {path: 'Show/show.nfo', size: 500},
  {path: 'Show/README', size: 12},
]

test('films are found without their samples, and by extension in any case', () => {
  const {groups, extensions} = fileChoices(files)
  expect([...groups]).toEqual([
    ['video', [0, 1]],
    ['sample', [2]],
    ['subtitle', [3]],
  ])
  expect(extensions[0]).toEqual({extension: 'mkv', places: [0, 1, 2]})
  expect(extensions.map(({extension}) => extension)).toEqual(['mkv', 'srt', 'nfo'])
})

test('sizes that fit none or all of the files are not offered', () => {
  const {larger, smaller} = fileChoices(files)
  expect(larger).toEqual([
    {mib: 100, places: [0, 1]},
    {mib: 1_024, places: [1]},
  ])
  expect(smaller).toEqual([
    {mib: 10, places: [3, 4, 5]},
    {mib: 100, places: [2, 3, 4, 5]},
  ])
  expect(fileChoices([{path: 'a.mkv', size: 5}])).toMatchObject({larger: [], smaller: [], extensions: []})
})
