import {expect, test} from 'vitest'
import {asDownloadId, mediaKey, type HistoryRow, type MediaRef} from '#model/arr.ts'
import {importEvidence} from './import-evidence.ts'

const downloadId = asDownloadId('A'.repeat(40))!
const [one, two]: MediaRef[] = [
  {kind: 'episode', id: 1, parentId: 9},
  {kind: 'episode', id: 2, parentId: 9},
]

let lastId = 0
function row(event: HistoryRow['event'], media: MediaRef, more: Partial<HistoryRow> = {}): HistoryRow {
  const id = ++lastId
  return {
    id,
    at: id * 1_000,
    event,
    downloadId,
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

test('P4 of a proven import it is said where each file lies that the Arr still has', () => {
  const cameIn = (media: MediaRef, fileId: number) =>
    row('imported', media, {
      fileId,
      droppedPath: `/data/pack/${fileId}.mkv`,
      importedPath: `/tv/${fileId}.mkv`,
    })
  const grabs = [row('grabbed', one!), row('grabbed', two!)]
  const imports = [cameIn(one!, 11), cameIn(two!, 12)]
  const by = (files: readonly [MediaRef, readonly number[]][], more: readonly HistoryRow[] = []) =>
    importEvidence({
      downloadId,
      contentPath: '/data/pack',
      queue: [],
      importsCompleted: true,
      history: [...grabs, ...imports, ...more],
      files: new Map(files.map(([media, ids]) => [mediaKey(media), ids])),
    })
  const all = by([
    [one!, [11]],
    [two!, [12]],
  ])
  expect(all.landed).toEqual([
    {from: '/data/pack/11.mkv', to: '/tv/11.mkv'},
    {from: '/data/pack/12.mkv', to: '/tv/12.mkv'},
  ])
  const better = row('imported', two!, {downloadId: asDownloadId('B'.repeat(40)), fileId: 20})
  const replaced = by(
    [
      [one!, [11]],
      [two!, [20]],
    ],
    [better],
  )
  expect([replaced.evidence !== null, replaced.landed]).toEqual([
    true,
    [{from: '/data/pack/11.mkv', to: '/tv/11.mkv'}],
  ])
  expect(by([[one!, [11]]])).not.toHaveProperty('landed')
})

test('of what was not grabbed it is said which of its files came in', () => {
  const cameIn = row('imported', one!, {fileId: 11, droppedPath: 'D:\\data\\pack\\one.mkv'})
  const twice = row('imported', two!, {fileId: 12, droppedPath: '/data/pack/both.mkv'})
  const again = row('imported', one!, {fileId: 11, droppedPath: '/data/pack/both.mkv'})
  const by = (history: readonly HistoryRow[]) =>
    importEvidence({
      downloadId,
      contentPath: null,
      queue: [],
      importsCompleted: true,
      history,
      files: new Map([one!, two!].map((media, at) => [mediaKey(media), [11 + at]])),
    })
  expect(by([cameIn, twice, again]).took).toEqual(['one.mkv', 'both.mkv'])
  expect(by([cameIn]).grabbedAt).toBeNull()
  expect(by([row('grabbed', one!), row('imported', one!, {fileId: 11})])).not.toHaveProperty('took')
  expect(by([cameIn, row('failed', one!)])).not.toHaveProperty('took')
})
