import {expect, test} from 'vitest'
import {asInfoHash} from '#model/torrent-key.ts'
import {EvaluatorHarness, row} from './evaluator-harness.fixture.ts'
import {ImportStatuses, type ImportStatusChange} from './import-statuses.ts'
import {arrSaying, subjectWith} from './torrent-subject.fixture.ts'
import type {ArrFacts} from './torrent-subject.ts'

const queued = {isTrusted: true, inQueue: true, messages: []} as const
const left = {isTrusted: true, inQueue: false, tracked: undefined} as const

/** What is told of a complete torrent that the list shows no status of; `silence` = nothing. */
function statusOf(arr: Partial<ArrFacts> | null, complete = true) {
  const told: ImportStatusChange[] = []
  const statuses = new ImportStatuses((changes) => told.push(...changes))
  const subject = subjectWith({row: {complete}})
  statuses.see({...subject, arr: arr && {...arrSaying, ...arr}})
  statuses.publish()
  return told.length === 0 ? 'silence' : told[0]!.status
}

for (const [what, arr, status] of [
  ['in the queue and not noticed as complete', {...queued, tracked: 'downloading'}, 'waiting'],
  ['about to be imported', {...queued, tracked: 'importPending'}, 'waiting'],
  ['being imported', {...queued, tracked: 'importing'}, 'waiting'],
  ['pending with a reason', {...queued, tracked: 'importPending', messages: ['Sample']}, 'rejected'],
  ['held for a person', {...queued, tracked: 'importBlocked'}, 'rejected'],
  ['tried in vain', {...queued, tracked: 'importFailed'}, 'rejected'],
  ['given up by its Arr', {...queued, tracked: 'failed'}, 'rejected'],
  ['imported and still listed', {...queued, tracked: 'imported'}, 'imported'],
  ['ignored', {...queued, tracked: 'ignored'}, 'none'],
  ['proven', {...left, evidence: 'history/12', anyImported: true}, 'imported'],
  ['neither listed nor taken in', {...left, evidence: null, anyImported: false}, 'none'],
  ['taken in in part', {...left, evidence: null, anyImported: true}, 'silence'],
  ['not asked about', {...left, evidence: undefined, anyImported: undefined}, 'silence'],
  ['of an Arr that is away', {...queued, isTrusted: false, tracked: 'importPending'}, 'silence'],
  ['of an Arr that may mean a copy', {...queued, inQueue: undefined, tracked: 'importPending'}, 'silence'],
  ['of no Arr', null, 'silence'],
] as const) {
  test(`what is complete and ${what} is ${status}`, () => {
    expect(statusOf(arr)).toBe(status)
  })
}

test('of what is not complete there is nothing to import', () => {
  expect(statusOf({...queued, tracked: 'downloading'}, false)).toBe('none')
})

test('only what the list shows otherwise is reported, and so much at once', () => {
  const told: number[] = []
  const statuses = new ImportStatuses((changes) => told.push(changes.length))
  const subject = subjectWith({row: {complete: true}})
  const arr = {...arrSaying, ...queued, tracked: 'importPending'} as const
  const see = (n: number, importStatus: 'waiting' | 'rejected') => {
    const hash = asInfoHash(n.toString(16).padStart(40, '0'))!
    statuses.see({row: {...subject.row, key: {...subject.row.key, hash}, importStatus}, arr})
  }
  for (let n = 0; n < 600; n++) see(n, 'rejected')
  for (let n = 0; n < 10; n++) see(n, 'waiting')
  statuses.publish()
  expect(told).toEqual([500, 90])
  statuses.publish()
  expect(told).toHaveLength(2)
})

test('a pass reports what an Arr says of an import, also without any rule, and that it says no more', async () => {
  const harness = new EvaluatorHarness([])
  harness.arr = {...arrSaying, ...queued, tracked: 'importPending'}
  harness.rows([{complete: true}])
  await harness.pass()
  expect(harness.imports.splice(0)).toEqual([{key: row.key, status: 'waiting'}])
  harness.rows([{complete: true, importStatus: 'waiting'}])
  await harness.pass()
  expect(harness.imports).toEqual([])
  harness.arr = {...harness.arr, isTrusted: false}
  harness.evaluator.arrChanged(null)
  await harness.pass()
  expect(harness.imports).toEqual([{key: row.key, status: undefined}])
})
