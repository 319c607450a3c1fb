import {expect, test} from 'vitest'
import {
  asArrId,
  asDownloadId,
  trackedStates,
  type MediaRef,
  type QueueDownload,
  type QueueRow,
  type TrackedState,
} from '#model/arr.ts'
import {NOW, subjectWith} from '../manager/torrent-subject.fixture.ts'
import {arrSaying, type HistorySaying, type LibrarySaying, type QueueReader} from './arr-facts.ts'

const hash = 'a'.repeat(40)
const {row} = subjectWith()

function rowIn(state: TrackedState, more: Partial<QueueRow> = {}): QueueRow {
  return {state, status: 'completed', messages: [], score: 0, ...more} as QueueRow
}

function said(
  rows: readonly QueueRow[],
  own: Partial<QueueReader> = {},
  by = hash,
  library: LibrarySaying | null = null,
  past: HistorySaying | null = null,
  categories: readonly string[] | null = null,
  media: readonly MediaRef[] = [{kind: 'movie', id: 17, parentId: null}],
  isSettled = true,
  copies: readonly string[] = [],
) {
  const downloadId = asDownloadId(by)!
  const downloads = new Map<string, QueueDownload>(
    rows.length === 0 ? [] : [[downloadId, {downloadId, rows, media}]],
  )
  const reader = {queue: [], downloads, readAt: NOW, isBehind: false, ...own}
  return arrSaying(
    {
      arrId: asArrId('Radarr'),
      kind: 'radarr',
      reader,
      library: () => library,
      history: () => past,
      categories,
      copies,
      isSettled,
      fileWork: [],
    },
    row,
  )
}

const library: LibrarySaying = {
  monitored: true,
  hasFile: false,
  inLibrary: true,
  cutoffMet: false,
  score: 5,
  fileScore: 7,
  minScore: 10,
  worseThanFile: true,
  requested: undefined,
}
const past: HistorySaying = {
  media: [{kind: 'movie', id: 3, parentId: null}],
  anyImported: true,
  evidence: 'history/12',
}

test('a download in the queue is said with its state, its items and the words of the Arr, each once', () => {
  const messages = [{title: 'x', messages: ['Sample', 'Sample', 'Not an upgrade']}]
  expect(said([rowIn('importPending', {messages})])).toMatchObject({
    arrId: 'Radarr',
    isTrusted: true,
    at: NOW,
    inQueue: true,
    tracked: 'importPending',
    queueStatus: 'completed',
    messages: ['Sample', 'Not an upgrade'],
    media: ['movie/17'],
    monitored: undefined,
  })
})

const partly = {title: 'One or more episodes expected in this release were not imported', messages: []}
const one = {kind: 'episode', id: 1, parentId: 7} as const
for (const [what, media, anyImported, isSaid] of [
  ['a single film of which nothing came in', [one], false, false],
  ['a single film that came in, and something beside it did not', [one], true, true],
  ['a pack', [one, {...one, id: 2}], false, true],
] as const) {
  test(`that not all of it came in is said of ${what}: ${isSaid}`, () => {
    const messages = [partly, {title: 'a.mkv', messages: ['Sample']}]
    const words = said(
      [rowIn('importPending', {messages})],
      {},
      hash,
      null,
      {...past, anyImported},
      null,
      media,
    )
    expect(words.messages).toEqual(isSaid ? [partly.title, 'Sample'] : ['Sample'])
    // Where nothing else is said it is all that is known.
    const alone = said([rowIn('importPending', {messages: [partly]})], {}, hash, null, null, null, media)
    expect(alone.messages).toEqual([partly.title])
  })
}

test('what is not in the queue is said to be not in it', () => {
  expect(said([])).toMatchObject({
    inQueue: false,
    tracked: undefined,
    queueStatus: undefined,
    media: [],
    isTrusted: true,
  })
})

test('a hybrid torrent is found by its v1 hash, which is what the Arr grabbed', () => {
  const hybrid = {...row, key: {...row.key, hash: 'b'.repeat(40) as typeof row.key.hash}}
  const reader = {
    queue: [],
    readAt: NOW,
    isBehind: false,
    downloads: new Map([
      [hash.toUpperCase(), {downloadId: asDownloadId(hash)!, rows: [rowIn('imported')], media: []}],
    ]),
  }
  const speaking = {
    arrId: asArrId('R'),
    kind: 'radarr' as const,
    reader,
    library: () => null,
    history: () => null,
    categories: null,
    copies: [],
    isSettled: true,
    fileWork: [],
  }
  expect(arrSaying(speaking, hybrid).tracked).toBe('imported')
  expect(arrSaying(speaking, {...hybrid, infoHashV1: null}).inQueue).toBe(false)
})

test('S28 rows of a pack are one: it is imported only when all of them are', () => {
  const others = trackedStates.filter((it) => it !== 'imported')
  for (const state of others) {
    expect(said([rowIn('imported'), rowIn(state), rowIn('imported')]).tracked).toBe(state)
  }
  expect(said([rowIn('imported'), rowIn('imported')]).tracked).toBe('imported')
  expect(said([rowIn('failed'), rowIn('importPending')]).tracked).toBe('importPending')
  expect(said([rowIn('importing'), rowIn('unknown')]).tracked).toBe('unknown')
})

test('the status of a pack is that of a row that is not complete', () => {
  expect(said([rowIn('downloading'), rowIn('downloading', {status: 'warning'})]).queueStatus).toBe('warning')
})

test('an Arr whose queue cannot be read is not trusted, and what it said last is kept', () => {
  expect(said([rowIn('importing')], {queue: null})).toMatchObject({isTrusted: false, tracked: 'importing'})
  expect(said([], {readAt: null})).toMatchObject({isTrusted: false, at: 0})
  expect(said([rowIn('importing')], {isBehind: true})).toMatchObject({isTrusted: false, tracked: 'importing'})
})

test('what the library knows of the items is said with it; in the queue the score is that of the release', () => {
  const rows = [rowIn('downloading', {score: 9}), rowIn('downloading', {score: 7})]
  expect(said(rows, {}, hash, library)).toMatchObject({...library, score: 7})
})

test('a release whose score its Arr does not report, or that it could not match, has none', () => {
  expect(said([rowIn('downloading', {score: null})], {}, hash, library).score).toBeUndefined()
  const unmatched = said([rowIn('downloading', {score: 0})], {}, hash, library, past, null, [])
  expect([unmatched.score, unmatched.media]).toEqual([undefined, ['movie/3']])
})

test('S27 what left the queue is known by its history: its items, and whether their import is proven', () => {
  expect(said([], {}, hash, library, past)).toMatchObject({
    inQueue: false,
    media: ['movie/3'],
    hasFile: false,
    score: 5,
    anyImported: true,
    evidence: 'history/12',
  })
  expect(said([], {}, hash, library)).toMatchObject({
    media: [],
    hasFile: undefined,
    anyImported: undefined,
    evidence: undefined,
  })
})

test('S28 a part of a pack came in when one of its rows or its history says so', () => {
  const none = {...past, anyImported: false, evidence: null}
  expect(said([rowIn('imported'), rowIn('importBlocked')], {}, hash, null, none).anyImported).toBe(true)
  expect(said([rowIn('importBlocked')], {}, hash, null, none).anyImported).toBe(false)
  expect(said([rowIn('importBlocked')], {}, hash, null, past).anyImported).toBe(true)
  expect(said([rowIn('importBlocked')]).anyImported).toBeUndefined()
})

test('whether its Arr gives its category to torrents is known when the clients of that were read', () => {
  const {category} = row
  for (const [categories, isUsed] of [
    [null, undefined],
    [[], false],
    [['another'], false],
    [['another', category.toUpperCase()], true],
  ] as const) {
    expect(said([], {}, hash, null, null, categories).usesCategory).toBe(isUsed)
  }
})

const notSettled = (rows: readonly QueueRow[]) => said(rows, {}, hash, null, null, null, undefined, false)

test('what the queue of an Arr lacks that began a moment ago is not known, and what it has is', () => {
  expect(notSettled([])).toMatchObject({inQueue: undefined, messages: undefined})
  const messages = [{title: 'a.mkv', messages: ['Sample']}]
  expect(notSettled([rowIn('importPending')])).toMatchObject({inQueue: true, messages: undefined})
  expect(notSettled([rowIn('importPending', {messages})])).toMatchObject({
    inQueue: true,
    messages: ['Sample'],
  })
})

for (const [what, rows, more, own, categories, takenBy] of [
  ['was told to be ignored', [], {last: 'ignored'}, {}, [row.category], 'ignored'],
  ['was told to be ignored, and is looked at again', ['importing'], {last: 'ignored'}, {}, null, 'ignored'],
  [
    'was blocklisted by hand',
    [],
    {last: 'failed', isFailedManually: true},
    {},
    [row.category],
    'blocklisted',
  ],
  ['was blocklisted for us', [], {last: 'failed', isFailedManually: false}, {}, [row.category], undefined],
  ['failed, by nobody’s hand', [], {last: 'failed'}, {}, [row.category], undefined],
  ['was moved to a category of nobody', [], {last: 'grabbed'}, {}, ['another'], 'recategorized'],
  ['was moved, says an Arr whose clients are not known', [], {last: 'grabbed'}, {}, null, undefined],
  [
    'was moved, says an Arr whose queue is not known',
    [],
    {last: 'grabbed'},
    {queue: null},
    ['another'],
    undefined,
  ],
  ['is in the category of its Arr', [], {last: 'grabbed'}, {}, [row.category], undefined],
  ['came in, and was moved', [], {last: 'imported'}, {}, ['another'], undefined],
  ['came in as something else', [], {last: 'imported', cameInAsOther: true}, {}, null, 'imported_as_other'],
  ['is not known', [], {}, {}, ['another'], undefined],
] as const) {
  test(`what ${what} is taken by a person: ${takenBy ?? 'no'}`, () => {
    const its: HistorySaying = {...past, anyImported: false, evidence: null, ...more}
    const queue = rows.map((state) => rowIn(state))
    expect(said(queue, own, hash, library, its, categories).taken).toBe(takenBy)
  })
}

const elsewhere = 'of a person'
for (const [what, copies, categories, inQueue, usesCategory, takenBy] of [
  ['alone in a category of its Arr', [elsewhere, ''], [row.category], true, true, undefined],
  ['in none, and another is', ['of its Arr'], ['of its Arr'], undefined, false, 'copied'],
  ['in one as another is', ['of its Arr'], ['of its Arr', row.category], undefined, undefined, 'copied'],
  ['in none as all others', [elsewhere], ['of its Arr'], undefined, false, 'copied'],
  ['somewhere, and its Arr did not tell its categories', [elsewhere], null, undefined, undefined, 'copied'],
  ['alone', [], ['of its Arr'], true, false, undefined],
] as const) {
  test(`S05 of the same torrent on several servers the one that is ${what}`, () => {
    const its: HistorySaying = {...past, anyImported: false, evidence: null, last: 'grabbed'}
    const saying = said([rowIn('downloading')], {}, hash, library, its, categories, undefined, true, copies)
    expect(saying).toMatchObject({inQueue, usesCategory})
    expect(saying.taken).toBe(takenBy)
  })
}

test('S05 what its Arr never heard of is by its category its own on each server', () => {
  const its: HistorySaying = {...past, anyImported: false, evidence: null, last: null}
  const saying = said([], {}, hash, library, its, [row.category], undefined, true, [row.category])
  expect([saying.inQueue, saying.usesCategory, saying.taken]).toEqual([false, true, undefined])
})

for (const [rows, last, inLibrary, takenBy] of [
  [['downloading'], undefined, true, 'unmonitored'],
  [[], 'grabbed', true, 'unmonitored'],
  [[], 'imported', true, undefined],
  [['downloading'], undefined, false, undefined],
] as const) {
  const how = `in the queue ${rows.length > 0}, ${last ?? 'nothing'} last, in the library ${inLibrary}`
  test(`what is not monitored, ${how}, is taken by a person: ${takenBy ?? 'no'}`, () => {
    const its: HistorySaying = {...past, anyImported: false, evidence: null, ...(last && {last})}
    const unwanted = {...library, monitored: false, inLibrary}
    const saying = said(
      rows.map((state) => rowIn(state)),
      {},
      hash,
      unwanted,
      its,
      [row.category],
    )
    expect(saying.taken).toBe(takenBy)
  })
}
