import {expect, test} from 'vitest'
import type {ArrPort} from '#arr-client/api/port.ts'
import type {ReplicaChange} from '#arr-client/replica.ts'
import {asArrId, asDownloadId, type HistoryRow, type MediaRef, type QueueDownload} from '#model/arr.ts'
import type {FactName} from '#model/fact.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {ArrKnowledge} from './arr-knowledge.ts'

const v2 = asDownloadId('a'.repeat(40))!
const v1 = asDownloadId('b'.repeat(40))!
const movie: MediaRef = {kind: 'movie', id: 17, parentId: null}
const nothing: ReplicaChange = {
  queue: false,
  history: [],
  library: null,
  settings: false,
  health: false,
  grabbed: false,
  version: null,
}

function harness() {
  const clock = new VirtualClock()
  const asked: string[] = []
  const rowsAsked: string[] = []
  const answer = <T>(what: string, value: T): Promise<T> => {
    asked.push(what)
    return Promise.resolve(value)
  }
  const grab = {id: 1, at: 1, event: 'grabbed', downloadId: v1, media: movie, fileId: null} as HistoryRow
  const port = {
    media: 'movie',
    historyOf: (id: string) => answer(`history ${id[0]}`, id === v1 ? [grab] : []),
    filesOf: () => answer('files of items', new Map([[17, []]])),
    downloadHandling: () => answer('handling', {importsCompleted: true}),
    item: () => answer('item', {id: 17, monitored: true, hasFile: false, belowCutoff: null, profileId: 4}),
    files: () => answer('files', []),
    qualityProfiles: () => answer('profiles', [{id: 4, minScore: 10}]),
  } as unknown as ArrPort
  const knowledge = new ArrKnowledge(
    port,
    {
      arrId: asArrId('Radarr'),
      clock,
      queue: () => [],
      isSettled: () => true,
      doubted: () => undefined,
      replaced: () => undefined,
      rowOf: (downloadId) => {
        rowsAsked.push(downloadId)
        return null
      },
      remember: () => undefined,
      changed: () => undefined,
    },
    () => 1,
    () => undefined,
  )
  const queued = new Map<typeof v1, QueueDownload>()
  const hear = (change: Partial<ReplicaChange>) =>
    knowledge.hear({...nothing, ...change}, {downloads: queued, queue: [], isLive: true})
  const want = async (...facts: FactName[]) => {
    knowledge.want([v2, v1], facts)
    await clock.advance(10_000)
    return asked.splice(0)
  }
  return {clock, knowledge, queued, rowsAsked, hear, want}
}

test('of a hybrid torrent both names are asked for, and only for what a rule wants to know', async () => {
  const {want, knowledge} = harness()
  expect(await want('arr.requested')).toEqual([])
  const asked = await want('arr.importedEvidence', 'arr.anyImported')
  expect(asked).toEqual(['history A', 'handling', 'history B', 'files of items'])
  expect(knowledge.history(v1)).toMatchObject({anyImported: false, evidence: null, media: [movie]})
  expect(knowledge.library([movie])).toBeNull()
})

test('of what is in the queue the items are known; its release has a score without a look at files', async () => {
  const {want, hear, queued, knowledge} = harness()
  queued.set(v1, {downloadId: v1, rows: [], media: [movie]})
  hear({queue: true})
  // For its title, which people want to know.
  expect(await want()).toEqual(['item'])
  expect(await want('arr.scoreMet')).toEqual(['item', 'profiles'])
  expect(knowledge.library([movie])).toMatchObject({minScore: 10, monitored: true})
})

test('of what left the queue the history says which items they are, then the library is asked', async () => {
  const {want, knowledge} = harness()
  expect(await want('arr.hasFile')).toEqual(['history A', 'handling', 'history B', 'files of items'])
  expect(await want('arr.hasFile')).toEqual(['item'])
  expect(knowledge.library([movie])).toMatchObject({hasFile: false})
  expect(await want('arr.score')).toEqual(['item', 'files'])
})

test('what the live channel reports of the library makes it unknown, and after its end nothing is asked', async () => {
  const {want, hear, queued, knowledge} = harness()
  queued.set(v1, {downloadId: v1, rows: [], media: [movie]})
  hear({queue: true})
  await want('arr.hasFile')
  hear({library: {name: 'movie', action: 'updated', resource: {id: 17}, version: ''}})
  expect(knowledge.library([movie])).toBeNull()
  knowledge.stop()
  expect(await want('arr.hasFile')).toEqual([])
})

test('what an Arr reports of its library and its health does not send us through all downloads', () => {
  const {hear, rowsAsked} = harness()
  const grab = {id: 1, at: 1, event: 'grabbed', downloadId: v1, media: movie, fileId: null} as HistoryRow
  hear({history: [grab]})
  expect(rowsAsked.splice(0)).toEqual([v1])
  for (const name of ['movie', 'moviefile'])
    hear({library: {name, resource: {id: 17}, action: 'updated', version: ''}})
  hear({health: true})
  expect(rowsAsked).toEqual([])
  hear({queue: true})
  expect(rowsAsked).toEqual([v1])
})
