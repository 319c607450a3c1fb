import fc from 'fast-check'
import {expect, test} from 'vitest'
import {
  asDownloadId,
  historyEvents,
  mediaKey,
  trackedStates,
  type HistoryRow,
  type MediaRef,
  type QueueRow,
} from '#model/arr.ts'
import {proofOf, type Seen} from './proof.ts'

const OURS = asDownloadId('aa')!
const OTHER = asDownloadId('bb')!
const movie: MediaRef = {kind: 'movie', id: 17, parentId: null}
const e1: MediaRef = {kind: 'episode', id: 91, parentId: 5}
const e2: MediaRef = {kind: 'episode', id: 92, parentId: 5}
const album: MediaRef = {kind: 'album', id: 3, parentId: 1}

function row(
  id: number,
  event: HistoryRow['event'],
  media: MediaRef,
  more: Partial<HistoryRow> = {},
): HistoryRow {
  return {
    id,
    at: id * 1000,
    event,
    downloadId: OURS,
    media,
    title: 't',
    fileId: null,
    droppedPath: '',
    importedPath: '',
    interactive: false,
    torrentHash: null,
    client: '',
    indexer: '',
    reason: '',
    ...more,
  }
}

const queued = (state: QueueRow['state'], downloadId = OURS) => ({downloadId, state}) as QueueRow

const files = (...list: readonly (readonly [MediaRef, readonly number[]])[]) =>
  new Map(list.map(([media, ids]) => [mediaKey(media), ids]))

function proof(history: readonly HistoryRow[], more: Partial<Seen> = {}) {
  const {proven, doubts, evidence} = proofOf({
    downloadId: OURS,
    contentPath: '/d/x',
    history,
    files: files([movie, [33]]),
    queue: [],
    importsCompleted: true,
    ...more,
  })
  expect(proven).toBe(doubts.length === 0)
  return {doubts: doubts.map(({code}) => code), evidence}
}

const grabbed = row(1, 'grabbed', movie)
const imported = row(2, 'imported', movie, {fileId: 33})

test('grabbed, imported, the file is there and the queue is done with it', () => {
  expect(proof([imported, grabbed])).toEqual({doubts: [], evidence: [2]})
})

for (const [what, history, more, doubts] of [
  ['nothing at all', [], {}, ['never_grabbed']],
  ['an import that nobody grabbed, of what was added by hand', [imported], {}, []],
  ['added by hand, and its file is gone', [imported], {files: files([movie, []])}, ['file_missing']],
  ['added by hand, and its import failed later', [imported, row(3, 'failed', movie)], {}, ['failed_later']],
  ['added by hand, and still in the queue', [imported], {queue: [queued('importing')]}, ['still_in_queue']],
  ['an import of another download', [{...imported, downloadId: OTHER}], {}, ['never_grabbed']],
  [
    'an import without its download id, from where it is',
    [{...imported, downloadId: null, droppedPath: '/d/x/film.mkv'}],
    {},
    ['never_grabbed'],
  ],
  ['ignored by a person', [row(2, 'ignored', movie)], {}, ['never_grabbed']],
  [
    'added by hand, and a later import replaced it',
    [imported, row(4, 'imported', movie, {fileId: 34, downloadId: OTHER})],
    {files: files([movie, [34]])},
    [],
  ],
  ['no import', [grabbed], {}, ['not_imported']],
  ['a failure after the import', [grabbed, imported, row(3, 'failed', movie)], {}, ['failed_later']],
  ['grabbed once more', [grabbed, imported, row(3, 'grabbed', movie)], {}, ['grabbed_again']],
  [
    'imported before it failed and came again',
    [grabbed, row(2, 'failed', movie), row(3, 'imported', movie, {fileId: 33})],
    {},
    [],
  ],
  ['the import of another download', [grabbed, {...imported, downloadId: OTHER}], {}, ['not_imported']],
  ['its file is gone', [grabbed, imported], {files: files([movie, []])}, ['file_missing']],
  [
    'another file is there, no import of which is known',
    [grabbed, imported],
    {files: files([movie, [34]])},
    ['file_missing'],
  ],
  [
    'a later import replaced it',
    [grabbed, imported, row(4, 'imported', movie, {fileId: 34, downloadId: OTHER})],
    {files: files([movie, [34]])},
    [],
  ],
  [
    'an earlier import is no replacement',
    [grabbed, {...imported, id: 5, at: 5000}, row(4, 'imported', movie, {fileId: 34, downloadId: OTHER})],
    {files: files([movie, [34]])},
    ['file_missing'],
  ],
  ['an import without its file', [grabbed, {...imported, fileId: null}], {}, ['file_unknown']],
  ['still in the queue', [grabbed, imported], {queue: [queued('importing')]}, ['still_in_queue']],
  ['in the queue as imported', [grabbed, imported], {queue: [queued('imported')]}, []],
  ['the queue has another', [grabbed, imported], {queue: [queued('importing', OTHER)]}, []],
  ['the queue is not known', [grabbed, imported], {queue: null}, ['queue_says_nothing']],
  [
    'completed downloads are not handled',
    [grabbed, imported],
    {importsCompleted: false},
    ['queue_says_nothing'],
  ],
] as const satisfies readonly (readonly [
  string,
  readonly HistoryRow[],
  Partial<Seen>,
  readonly string[],
])[]) {
  test(`${what}: ${doubts.join(', ') || 'proven'}`, () => {
    expect(proof(history, more).doubts).toEqual(doubts)
  })
}

const pack = [row(1, 'grabbed', e1), row(2, 'grabbed', e2), row(3, 'imported', e1, {fileId: 1})]
const packFiles = files([e1, [1]], [e2, [2]])

test('a season pack is proven when each of its episodes is', () => {
  const second = row(4, 'imported', e2, {fileId: 2})
  expect(proof(pack, {files: packFiles}).doubts).toEqual(['not_imported'])
  expect(proof([...pack, second], {files: packFiles})).toEqual({doubts: [], evidence: [3, 4]})
})

test('of a pack that was added by hand every episode that came in has to be there', () => {
  const both = [row(3, 'imported', e1, {fileId: 1}), row(4, 'imported', e2, {fileId: 2})]
  expect(proof(both, {files: packFiles})).toEqual({doubts: [], evidence: [3, 4]})
  expect(proof(both, {files: files([e1, [1]])}).doubts).toEqual(['file_missing'])
})

test('what was grabbed once counts by its grabs, whatever else came in from it', () => {
  const other = row(3, 'imported', e2, {fileId: 2})
  expect(proof([row(1, 'grabbed', e1), other], {files: packFiles}).doubts).toEqual(['not_imported'])
})

test('an import that lost its download id counts when its file lay in the torrent', () => {
  const lost = row(4, 'imported', e2, {fileId: 2, downloadId: null, droppedPath: '/d/x/e2.mkv'})
  expect(proof([...pack, lost], {files: packFiles}).doubts).toEqual([])
  const elsewhere = {...lost, droppedPath: '/d/xy/e2.mkv'}
  expect(proof([...pack, elsewhere], {files: packFiles}).doubts).toEqual(['not_imported'])
  expect(proof([...pack, lost], {files: packFiles, contentPath: null}).doubts).toEqual(['not_imported'])
})

test('an album needs all of its files, and no word of an incomplete import after them', () => {
  const tracks = [
    row(1, 'grabbed', album),
    row(2, 'imported', album, {fileId: 7}),
    row(3, 'imported', album, {fileId: 8}),
  ]
  const all = {files: files([album, [7, 8]])}
  expect(proof([...tracks, row(4, 'downloadImported', album)], all)).toEqual({
    doubts: [],
    evidence: [2, 3, 4],
  })
  expect(proof([...tracks, row(4, 'importIncomplete', album)], all).doubts).toEqual(['import_incomplete'])
  expect(proof(tracks, {files: files([album, [7]])}).doubts).toEqual(['file_missing'])
})

test('nothing is ever proven without an import newer than the newest grab, and its file', () => {
  const media = fc.constantFrom(movie, e1, e2)
  const rows = fc.array(
    fc.record({
      event: fc.constantFrom(...historyEvents),
      media,
      at: fc.integer({min: 1, max: 9}),
      fileId: fc.option(fc.integer({min: 1, max: 4})),
      downloadId: fc.constantFrom(OURS, OTHER, null),
    }),
    {maxLength: 12},
  )
  const state = fc.constantFrom(...trackedStates)
  fc.assert(
    fc.property(rows, fc.option(fc.array(state, {maxLength: 2})), fc.boolean(), (list, states, handles) => {
      const history = list.map((it, at) => row(at + 1, it.event, it.media, it))
      const present = files([movie, [1, 2]], [e1, [3]], [e2, []])
      const queue = states && states.map((one) => queued(one))
      const {doubts, evidence} = proof(history, {queue, importsCompleted: handles, files: present})
      if (doubts.length > 0) return
      expect(handles && queue !== null).toBe(true)
      for (const grab of history.filter((it) => it.event === 'grabbed' && it.downloadId === OURS)) {
        const after = history.filter((it) => evidence.includes(it.id) && it.media === grab.media)
        expect(after.some((it) => it.at > grab.at || (it.at === grab.at && it.id > grab.id))).toBe(true)
        expect(present.get(mediaKey(grab.media!))).not.toEqual([])
      }
      const own = history.filter(({downloadId}) => downloadId === OURS)
      if (own.some(({event}) => event === 'grabbed')) return
      const cameIn = own.filter(({event}) => event === 'imported' || event === 'downloadImported')
      expect(cameIn).not.toEqual([])
      for (const one of cameIn) expect(present.get(mediaKey(one.media!))).not.toEqual([])
    }),
  )
})
