import {expect, test} from 'vitest'
import {byProfile, trackerUploads} from './figures.ts'

const HOUR = 3_600_000
const tracker = (host: string, uploaded: (number | null)[]) => ({
  host,
  uploaded,
  downloaded: uploaded.map(() => 0),
  torrents: uploaded.map(() => 1),
})
const history = (reporting: number[], ...trackers: ReturnType<typeof tracker>[]) => ({
  span: 3600,
  at: reporting.map((_, place) => place * HOUR),
  trackers,
  reporting,
})

test('the tracker to which most went comes first, and those that are together last', () => {
  const answer = history(
    [1, 1],
    tracker('few.example', [1, 2]),
    tracker('', [4, 1]),
    tracker('idle.example', [0, 0]),
    tracker('much.example', [10, 20]),
    tracker('*', [400, 500]),
  )
  expect(trackerUploads(answer)).toEqual({
    rows: [
      {host: 'much.example', uploaded: 30},
      {host: '', uploaded: 5},
      {host: 'few.example', uploaded: 3},
      {host: '*', uploaded: 900},
    ],
    since: null,
    hasGaps: false,
  })
})

test('what is not known is never 0: it begins where something is known, and shows gaps', () => {
  expect(trackerUploads(history([0, 0], tracker('a.example', [null, null])))).toBeNull()
  expect(trackerUploads(history([1, 1]))).toBeNull()
  const late = history([0, 0, 1, 0, 2], tracker('a.example', [null, null, 3, null, 4]))
  expect(trackerUploads(late)).toEqual({
    rows: [{host: 'a.example', uploaded: 7}],
    since: 2 * HOUR,
    hasGaps: true,
  })
})

test('where it is known that nothing was uploaded, that is said', () => {
  expect(trackerUploads(history([1], tracker('a.example', [0])))).toEqual({
    rows: [],
    since: null,
    hasGaps: false,
  })
})

test('hosts of one profile are one tracker by its name, and those that are together stay last', () => {
  const tide = {name: 'Tidemark', colour: '#12ab34', isOneOfSeveral: true}
  const names = new Map([
    ['a.example', tide],
    ['b.example', tide],
  ])
  const rows = [
    {host: 'c.example', uploaded: 25},
    {host: 'a.example', uploaded: 20},
    {host: 'b.example', uploaded: 10},
    {host: '*', uploaded: 90},
  ]
  expect(byProfile(rows, names)).toEqual([
    {host: 'Tidemark', uploaded: 30, named: tide},
    {host: 'c.example', uploaded: 25, named: null},
    {host: '*', uploaded: 90, named: null},
  ])
})
