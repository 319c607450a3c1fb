import {expect, test} from 'vitest'
import {trackerUploads} from './figures.ts'

const HOUR = 3_600_000
const tracker = (name: string, uploaded: (number | null)[], hosts: string[] = []) => ({
  name,
  hosts,
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
    tracker('Tidemark', [10, 20], ['a.example', 'b.example']),
    tracker('*', [400, 500]),
  )
  expect(trackerUploads(answer)).toEqual({
    rows: [
      {name: 'Tidemark', hosts: ['a.example', 'b.example'], uploaded: 30},
      {name: '', hosts: [], uploaded: 5},
      {name: 'few.example', hosts: [], uploaded: 3},
      {name: '*', hosts: [], uploaded: 900},
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
    rows: [{name: 'a.example', hosts: [], uploaded: 7}],
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
