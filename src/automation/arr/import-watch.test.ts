import {expect, test} from 'vitest'
import {
  asArrId,
  asDownloadId,
  type DownloadId,
  type FolderFile,
  type HistoryEvent,
  type HistoryRow,
  type LibraryFile,
  type LibraryItem,
  type MediaRef,
  type QueueDownload,
  type QueueRow,
  type RemotePathMapping,
  type RootFolder,
  type TrackedState,
} from '#model/arr.ts'
import type {DownloadRecord} from '#model/automation-state.ts'
import {CommodarrError} from '#model/errors.ts'
import {asInfoHash, asServerId} from '#model/torrent-key.ts'
import {DAY} from '#model/units.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {ImportWatch} from './import-watch.ts'
import {ThrottledQueue} from './throttled-queue.ts'

const ours = asDownloadId('a'.repeat(40))!
const other = asDownloadId('b'.repeat(40))!
const movie: MediaRef = {kind: 'movie', id: 17, parentId: null}
const [first, second]: readonly [MediaRef, MediaRef] = [
  {kind: 'episode', id: 1, parentId: 7},
  {kind: 'episode', id: 2, parentId: 7},
]
const torrent = {serverId: asServerId('qBit'), hash: asInfoHash('a'.repeat(40))!}

let lastId = 0
function happened(event: HistoryEvent, at: number, more: Partial<HistoryRow> = {}): HistoryRow {
  const row = {
    id: ++lastId,
    at,
    event,
    downloadId: ours,
    media: movie,
    fileId: null,
    droppedPath: '',
    reason: '',
  }
  return {...row, ...(event === 'imported' && {fileId: 5}), ...more} as HistoryRow
}

function inQueue(state: TrackedState, outputPath = '/data/a'): ReadonlyMap<DownloadId, QueueDownload> {
  const rows = [{downloadId: ours, state, outputPath} as QueueRow]
  return new Map([[ours, {downloadId: ours, rows, media: [movie]}]])
}

/** An Arr with a history and files that a test writes, and that counts what it is asked. */
function harness(remembered: readonly DownloadRecord[] = []) {
  const clock = new VirtualClock(100 * DAY * 1_000)
  const arr = {
    history: [] as HistoryRow[],
    files: new Map<number, readonly number[]>([[17, [5]]]),
    queue: [] as QueueRow[] | null,
    importsCompleted: true,
    slow: Promise.resolve(),
    isSettled: true,
    roots: [{path: '/movies', accessible: true, freeSpace: 1e12}] as RootFolder[],
    /** What lies in the library, by its folder; `null` = it does not look into folders. */
    folders: new Map([['/movies/a', [{name: 'a.mkv', size: 1}]]]) as Map<string, FolderFile[]> | null,
    items: new Set([17]),
    contentPath: '' as string | undefined,
    mappings: [] as RemotePathMapping[],
  }
  const asked: string[] = []
  const records: DownloadRecord[] = []
  const changed: DownloadId[] = []
  const doubted: DownloadId[] = []
  const replaced: number[] = []
  const answer = async <T>(what: string, value: () => T): Promise<T> => {
    asked.push(what)
    const said = value()
    await arr.slow
    return said
  }
  const watch = new ImportWatch(
    {
      arrId: asArrId('Radarr'),
      clock,
      queue: () => arr.queue,
      isSettled: () => arr.isSettled,
      doubted: (downloads) => void doubted.push(...downloads),
      replaced: () => void replaced.push(clock.now()),
      rowOf: () => ({key: torrent, contentPath: arr.contentPath}),
      remember: (record) => void records.push(record),
      changed: (downloads) => void changed.push(...downloads),
      port: {
        history: (take) =>
          answer('whole history', () => {
            for (const row of arr.history.toReversed()) take(row)
            return arr.history.length
          }),
        historyOf: (id) => answer('history', () => arr.history.filter(({downloadId}) => downloadId === id)),
        historySince: (at) => answer('all history', () => arr.history.filter((row) => row.at >= at)),
        filesOf: (ids) => answer('files', () => new Map(ids.map((id) => [id, arr.files.get(id) ?? []]))),
        rootFolders: () => answer('roots', () => arr.roots),
        files: (owner) =>
          answer('library', () =>
            (arr.files.get(owner) ?? []).map((id) => ({id, path: '/movies/a/a.mkv', size: 1}) as LibraryFile),
          ),
        filesIn: (folder) => answer('folder', () => arr.folders && (arr.folders.get(folder) ?? [])),
        item: (id) => answer('item', () => (arr.items.has(id) ? ({id} as LibraryItem) : null)),
        itemsOf: () => answer('items', () => [...arr.items].map((id) => ({id}) as LibraryItem)),
        remotePathMappings: () => answer('mappings', () => arr.mappings),
        downloadClients: () => answer('clients', () => [{host: 'other'}, {host: 'box'}] as never),
        downloadHandling: () =>
          answer('handling', () => ({
            importsCompleted: arr.importsCompleted,
            searchesAfterFailure: true,
            searchesAfterInteractiveFailure: true,
          })),
      },
    },
    new ThrottledQueue(clock, () => 1),
  )
  watch.takeRemembered(remembered)
  const wanted = async () => {
    watch.want(ours)
    await clock.advance(1_000)
    return watch.saying(ours)
  }
  const at = clock.now() - DAY * 1_000
  return {clock, arr, asked, records, changed, doubted, replaced, watch, wanted, at}
}

test('B.8 done when the history proves it: said, remembered, and never asked again', async () => {
  const {arr, asked, records, changed, wanted, at, clock, watch} = harness()
  arr.history = [happened('grabbed', at, {id: 1}), happened('imported', at + 1, {id: 2})]
  expect(watch.saying(ours)).toBeNull()
  expect(await wanted()).toMatchObject({media: [movie], anyImported: true, evidence: 'history/2'})
  expect(asked).toEqual(['history', 'files', 'handling'])
  expect(changed).toEqual([ours])
  expect(records).toMatchObject([
    {
      arrId: 'Radarr',
      downloadId: ours,
      ...torrent,
      ownership: 'owned',
      state: 'imported',
      mediaIds: [17],
      grabbedAt: at,
      importedAt: at + 1,
      failedAt: null,
    },
  ])
  await clock.advance(DAY * 1_000)
  await wanted()
  expect(asked).toHaveLength(3)
})

test('what was proven before a restart is known at once', () => {
  const {watch: before} = harness()
  const record: DownloadRecord = {
    arrId: 'Radarr',
    downloadId: ours,
    ...torrent,
    ownership: 'owned',
    mediaIds: [17],
    state: 'imported',
    grabbedAt: 1,
    importedAt: 2,
    failedAt: null,
    detail: null,
    updatedAt: 3,
    proof: {version: 1, evidence: 'history/2', media: [movie]},
  }
  expect(before.saying(ours)).toBeNull()
  expect(harness([record]).watch.saying(ours)).toMatchObject({evidence: 'history/2', media: [movie]})
  expect(harness([{...record, proof: {version: 9}}]).watch.saying(ours)).toBeNull()
  expect(harness([{...record, proof: undefined}]).watch.saying(ours)).toBeNull()
})

test('S27 what left the queue without an import is not imported, and that is known before the first question', async () => {
  const {arr, watch, clock, at, records, asked} = harness()
  arr.history = [happened('grabbed', at)]
  watch.hearQueue(inQueue('downloading'))
  await clock.advance(10_000)
  expect(asked).toEqual([])
  watch.hearQueue(new Map())
  await clock.advance(10_000)
  expect(watch.saying(ours)).toMatchObject({anyImported: false, evidence: null, media: [movie]})
  expect(records).toMatchObject([{state: 'waiting', proof: null}])
})

test('S26 what still waits in the queue is not imported, whatever its history says', async () => {
  const {arr, wanted, at} = harness()
  arr.history = [happened('grabbed', at), happened('imported', at + 1)]
  arr.queue = [{downloadId: ours, state: 'importBlocked'} as QueueRow]
  expect(await wanted()).toMatchObject({anyImported: true, evidence: null})
})

for (const [title, change] of [
  ['its queue cannot be read', {queue: null}],
  ['its Arr does not handle completed downloads', {importsCompleted: false}],
] as const) {
  test(`while ${title} it is unknown whether it is imported`, async () => {
    const {arr, wanted, at} = harness()
    arr.history = [happened('grabbed', at), happened('imported', at + 1)]
    Object.assign(arr, change)
    expect(await wanted()).toMatchObject({anyImported: true, evidence: undefined})
    const waiting = harness()
    Object.assign(waiting.arr, change, {history: [happened('grabbed', at)]})
    expect(await waiting.wanted()).toMatchObject({anyImported: false, evidence: null})
  })
}

test('what the Arr neither grabbed nor took in is not proven, and asked for once a day until there is news of it', async () => {
  const {wanted, records, asked, clock, watch, arr} = harness()
  expect(await wanted()).toMatchObject({anyImported: false, evidence: null, media: []})
  expect(records).toEqual([])
  for (let hour = 0; hour < 23; hour++) {
    await clock.advance(3_600_000)
    expect(await wanted()).toMatchObject({evidence: null})
  }
  expect(asked).toEqual(['history', 'handling'])
  const grabbed = happened('grabbed', clock.now())
  arr.history.push(grabbed)
  watch.hearHistory([grabbed])
  expect(await wanted()).toMatchObject({evidence: null, media: [movie]})
  expect(records).toMatchObject([{ownership: 'owned', state: 'waiting', mediaIds: [17]}])
})

for (const [title, files, more, isProven] of [
  ['is proven by its import', [5], [], true],
  ['is not, once its file is gone', [], [], false],
  ['is proven by what replaced it', [6], [{downloadId: other, fileId: 6}], true],
] as const) {
  test(`what was added by hand and taken in ${title}`, async () => {
    const {arr, wanted, at, records} = harness()
    arr.files = new Map([[17, files]])
    const later = more.map((one) => happened('imported', at + 2, one))
    arr.history = [happened('imported', at + 1, {id: 2_000, droppedPath: '/data/a/a.mkv'}), ...later]
    const saying = await wanted()
    expect(saying).toMatchObject({
      anyImported: true,
      evidence: isProven ? 'history/2000' : null,
      media: [movie],
    })
    expect(saying?.took).toEqual(isProven ? ['a.mkv'] : undefined)
    expect(records).toMatchObject([{ownership: 'adopted', state: isProven ? 'imported' : 'waiting'}])
    // Which of its files came in is not remembered: after a restart it is looked at again.
    expect(harness(records).watch.saying(ours)).toBeNull()
  })
}

test('what was added by hand and is then grabbed counts by its grab', async () => {
  const {arr, watch, wanted, at} = harness()
  arr.history = [happened('imported', at)]
  expect((await wanted())?.evidence).toMatch(/^history/)
  const grab = happened('grabbed', at + 1, {media: first})
  arr.history.push(grab)
  watch.hearHistory([grab])
  expect(await wanted()).toMatchObject({evidence: null, media: [first]})
})

test('what was added by hand is proven also when many are looked at together', async () => {
  const {arr, watch, clock, at} = harness()
  arr.history = [happened('imported', at, {downloadId: many[0]!, id: 2_010})]
  for (const id of many.slice(0, 20)) watch.want(id)
  await clock.advance(10_000)
  expect(watch.saying(many[0]!)?.evidence).toBe('history/2010')
  expect(watch.saying(many[1]!)?.evidence).toBeNull()
})

const many = Array.from({length: 1_000}, (_, n) => asDownloadId(n.toString(16).padStart(40, '0'))!)

test('of many the whole history is read once, and their files a few hundred at a time', async () => {
  const {arr, asked, watch, clock, at, records} = harness()
  const film = (n: number): MediaRef => ({kind: 'movie', id: n + 1, parentId: null})
  arr.files = new Map(many.map((_, n) => [n + 1, [n]]))
  arr.history = many.flatMap((downloadId, n) => {
    if (n % 4 === 0) return []
    const grab = happened('grabbed', at, {downloadId, media: film(n)})
    return n % 4 === 1
      ? [grab]
      : [grab, happened('imported', at + 1, {downloadId, media: film(n), fileId: n})]
  })
  for (const id of many) watch.want(id)
  await clock.advance(10_000)
  expect(asked).toEqual(['whole history', 'files', 'handling'])
  const proven = many.map((id) => (watch.saying(id)?.evidence ?? null) !== null)
  expect(proven).toEqual(many.map((_, n) => n % 4 > 1))
  expect(records).toHaveLength(750)
})

test('what was read of the history is not read again: later rows are reported', async () => {
  const {arr, asked, watch, clock, at} = harness()
  const some = many.slice(0, 20)
  arr.files = new Map([[17, [5]]])
  arr.history = some.map((downloadId) => happened('grabbed', at, {downloadId}))
  const wantAll = async (ids: readonly DownloadId[]) => {
    asked.length = 0
    for (const id of ids) watch.want(id)
    await clock.advance(10_000)
    return asked.filter((it) => it.includes('history'))
  }
  expect(await wantAll(some)).toEqual(['whole history'])
  await clock.advance(7 * 3_600_000)
  // Of this one the Arr wrote something meanwhile.
  const imported = happened('imported', at + 1, {downloadId: some[0]!, id: 3_000})
  arr.history.push(imported)
  watch.hearHistory([imported])
  expect(await wantAll(some)).toEqual([])
  expect(some.filter((id) => watch.saying(id)?.evidence)).toEqual([some[0]])
  expect(watch.saying(some[0]!)?.evidence).toBe('history/3000')
  // A few that are new are asked for by themselves, many of them by all of it.
  await clock.advance(7 * 3_600_000)
  expect(await wantAll([...some, many[30]!, many[31]!])).toEqual(['history', 'history'])
  await clock.advance(7 * 3_600_000)
  expect(await wantAll([...some, ...many.slice(40, 60)])).toEqual(['whole history'])
})

test('a history that breaks off is read again, all of it', async () => {
  const {arr, asked, watch, clock, at} = harness()
  const some = many.slice(0, 20)
  arr.history = [happened('grabbed', at, {downloadId: some[0]!})]
  arr.slow = Promise.reject(new CommodarrError('server_failed', 'It broke off.'))
  arr.slow.catch(() => {})
  for (const id of some) watch.want(id)
  await clock.advance(1_000)
  arr.slow = Promise.resolve()
  arr.history.push(happened('imported', at + 1, {downloadId: some[0]!, id: 3_100}))
  asked.length = 0
  for (const id of some) watch.want(id)
  await clock.advance(600_000)
  expect(asked[0]).toBe('whole history')
  expect(watch.saying(some[0]!)?.evidence).toBe('history/3100')
})

test('what came without an id, or took the place, counts also when many are looked at together', async () => {
  const {arr, watch, clock, at, asked} = harness()
  const [pack, film] = [many[0]!, many[1]!]
  arr.files = new Map([
    [1, [5]],
    [2, [6]],
    [17, [7]],
  ])
  const lost = {downloadId: null, droppedPath: '/data/a/two.mkv', fileId: 6}
  arr.history = [
    ...[first, second].map((media) => happened('grabbed', at, {media, downloadId: pack})),
    happened('imported', at + 1, {media: first, downloadId: pack, id: 1_900}),
    happened('imported', at + 2, {media: second, id: 1_901, ...lost}),
    happened('grabbed', at, {downloadId: film}),
    happened('imported', at + 1, {downloadId: film, id: 1_902}),
    happened('imported', at + 2, {downloadId: other, fileId: 7}),
  ]
  arr.contentPath = '/data/a'
  for (const id of many.slice(0, 20)) watch.want(id)
  await clock.advance(10_000)
  expect(watch.saying(pack)?.evidence).toBe('history/1900,1901')
  expect(watch.saying(film)?.evidence).toBe('history/1902')
  expect(asked).not.toContain('all history')
})

test('what happens to one of many while they are looked at counts', async () => {
  const {arr, watch, clock, at} = harness()
  const id = many[3]!
  arr.history = [happened('grabbed', at, {downloadId: id}), happened('imported', at + 1, {downloadId: id})]
  const slow = Promise.withResolvers<void>()
  arr.slow = slow.promise
  for (const one of many.slice(0, 20)) watch.want(one)
  await clock.advance(0)
  watch.hearHistory([happened('failed', at + 2, {downloadId: id})])
  slow.resolve()
  await clock.advance(10_000)
  expect(watch.saying(id)).toBeNull()
  expect(watch.saying(many[4]!)).toMatchObject({evidence: null})
})

test('S28 a pack of which a part came in is not proven, and that a part did is known', async () => {
  const {arr, wanted, at} = harness()
  arr.files = new Map([[1, [5]]])
  const rows = [first, second].map((media) => happened('grabbed', at, {media}))
  arr.history = [...rows, happened('imported', at + 1, {media: first})]
  expect(await wanted()).toMatchObject({anyImported: true, evidence: null, media: [first, second]})
})

test('a pack whose imports came without an id is proven by where they lay', async () => {
  const {arr, watch, wanted, asked, at} = harness()
  arr.files = new Map([
    [1, [5]],
    [2, [6]],
  ])
  const lost = {downloadId: null, droppedPath: '/data/a/two.mkv', fileId: 6}
  const grabs = [first, second].map((media) => happened('grabbed', at, {media}))
  const imports = [
    happened('imported', at + 1, {media: first, id: 900}),
    happened('imported', at + 2, {media: second, id: 901, ...lost}),
  ]
  arr.history = [...grabs, ...imports]
  watch.hearQueue(inQueue('importing'))
  expect(await wanted()).toMatchObject({evidence: 'history/900,901'})
  expect(asked.at(-1)).toBe('all history')
})

for (const [title, contentPath, mappings, isProven] of [
  ['its server has it at the same place', '/data/a', [], true],
  ['it is mapped for its client', '/srv/a', [{host: 'box', remotePath: '/srv', localPath: '/data'}], true],
  ['it is mapped for nobody', '/srv/a', [{host: 'nobody', remotePath: '/srv', localPath: '/data'}], false],
  ['its server has it elsewhere', '/data/b', [], false],
  ['its server does not say', undefined, [], false],
] as const) {
  test(`imports without an id of what the queue never showed, ${title}: proven ${isProven}`, async () => {
    const {arr, wanted, at} = harness()
    arr.files = new Map([
      [1, [5]],
      [2, [6]],
    ])
    Object.assign(arr, {contentPath, mappings})
    const lost = (media: MediaRef, fileId: number) =>
      happened('imported', at + 1, {media, fileId, downloadId: null, droppedPath: `/data/a/${fileId}.mkv`})
    const grabs = [first, second].map((media) => happened('grabbed', at, {media}))
    arr.history = [...grabs, lost(first, 5), lost(second, 6)]
    expect(((await wanted())?.evidence ?? null) !== null).toBe(isProven)
  })
}

test('a film that a better one replaced is proven by what took its place', async () => {
  const {arr, wanted, at} = harness()
  arr.files = new Map([[17, [6]]])
  const better = happened('imported', at + 2, {downloadId: other, fileId: 6})
  arr.history = [happened('grabbed', at), happened('imported', at + 1, {id: 950}), better]
  expect((await wanted())?.evidence).toBe('history/950')
})

test('so far back the history is not searched', async () => {
  const {arr, wanted, asked, clock} = harness()
  arr.files = new Map()
  const at = clock.now() - 31 * DAY * 1_000
  arr.history = [happened('grabbed', at), happened('imported', at + 1)]
  expect(await wanted()).toMatchObject({anyImported: true, evidence: null})
  expect(asked).not.toContain('all history')
})

for (const [title, event, more, stays] of [
  ['grabbed again', 'grabbed', {}, false],
  ['failed', 'failed', {}, false],
  ['deleted by hand', 'fileDeleted', {reason: 'Manual'}, false],
  ['replaced by a better one', 'fileDeleted', {reason: 'Upgrade'}, true],
  ['renamed', 'fileRenamed', {}, true],
  ['told of once more', 'imported', {}, true],
  ['grabbed by nobody knows what', 'grabbed', {downloadId: null}, true],
] as const) {
  test(`what was proven and is then ${title} stays proven: ${stays}`, async () => {
    const {arr, watch, wanted, at, asked} = harness()
    arr.history = [happened('grabbed', at), happened('imported', at + 1)]
    await wanted()
    const row = happened(event, at + 2, more)
    arr.history.push(row)
    watch.hearHistory([row])
    expect(watch.saying(ours) !== null).toBe(stays)
    await wanted()
    expect(asked.filter((it) => it === 'history')).toHaveLength(stays ? 1 : 2)
  })
}

test('what comes back into the queue has to be proven again', async () => {
  const {arr, watch, wanted, at} = harness()
  arr.history = [happened('grabbed', at), happened('imported', at + 1)]
  await wanted()
  watch.hearQueue(inQueue('imported'))
  expect(watch.saying(ours)).not.toBeNull()
  watch.hearQueue(inQueue('importPending'))
  expect(watch.saying(ours)).toBeNull()
})

test('what happens while it is looked at counts: it is looked at again', async () => {
  const {arr, watch, clock, at, changed} = harness()
  arr.history = [happened('grabbed', at), happened('imported', at + 1)]
  const slow = Promise.withResolvers<void>()
  arr.slow = slow.promise
  watch.want(ours)
  await clock.advance(0)
  const again = happened('grabbed', at + 2)
  arr.history = [...arr.history, again]
  watch.hearHistory([again])
  slow.resolve()
  await clock.advance(10_000)
  expect(watch.saying(ours)).toBeNull()
  expect(changed).toEqual([ours])
  watch.want(ours)
  await clock.advance(10_000)
  expect(watch.saying(ours)).toMatchObject({evidence: null, anyImported: false})
})

test('what is not proven is unknown after a while, so that the next reader asks again', async () => {
  const {arr, watch, clock, at, wanted} = harness()
  arr.history = [happened('grabbed', at)]
  expect(await wanted()).toMatchObject({anyImported: false, evidence: null})
  await clock.advance(600_000)
  expect(watch.saying(ours)).toMatchObject({media: [movie], anyImported: undefined, evidence: undefined})
  arr.history.push(happened('imported', at + 1))
  arr.queue = [{downloadId: ours, state: 'importing'} as QueueRow]
  expect(await wanted()).toMatchObject({anyImported: true, evidence: null})
  await clock.advance(1_200_000)
  expect(watch.saying(ours)).toMatchObject({media: [movie], anyImported: true, evidence: undefined})
})

test('what is not proven is asked later each time, and at once when something happens', async () => {
  const {arr, asked, watch, clock, at} = harness()
  arr.history = [happened('grabbed', at)]
  for (let minute = 0; minute < 100; minute++) {
    watch.want(ours)
    await clock.advance(60_000)
  }
  expect(asked.filter((it) => it === 'history')).toHaveLength(4)
  arr.history.push(happened('imported', at + 1, {id: 990}))
  watch.hearHistory(arr.history.slice(-1))
  await clock.advance(1_000)
  expect(watch.saying(ours)?.evidence).toBe('history/990')
})

test('right before a removal it is looked at again: with another file it stays proven, without any it does not', async () => {
  const {arr, watch, wanted, at} = harness()
  arr.history = [happened('grabbed', at), happened('imported', at + 1)]
  await wanted()
  arr.files = new Map([[17, [99]]])
  await watch.renew(ours)
  expect(watch.saying(ours)?.evidence).not.toBeNull()
  arr.files = new Map()
  await watch.renew(ours)
  expect(watch.saying(ours)).toMatchObject({evidence: null, anyImported: true})
})

test('S28 right before a removal it is looked at, also where it was never asked for before', async () => {
  const {arr, watch, at} = harness()
  arr.history = [happened('grabbed', at), happened('imported', at + 1)]
  arr.queue = [{downloadId: ours, state: 'importBlocked'} as QueueRow]
  await watch.renew(ours)
  expect(watch.saying(ours)).toMatchObject({anyImported: true, evidence: null})
})

test('of what no server has any more nothing is kept at hand, unless it is in the queue', async () => {
  const {watch, wanted} = harness()
  watch.hearQueue(inQueue('downloading'))
  await wanted()
  watch.forget(ours)
  expect(watch.saying(ours)).not.toBeNull()
  watch.hearQueue(new Map())
  watch.forget(ours)
  expect(watch.saying(ours)).toBeNull()
})

/* ───────────────────────────── what speaks against what is proven ───────────────────────────── */

/** A film that came in, as it is proven. */
async function provenFilm() {
  const it = harness()
  it.arr.history = [happened('grabbed', it.at), happened('imported', it.at + 1)]
  await it.wanted()
  it.asked.length = 0
  const renewed = async () => {
    await it.watch.renew(ours)
    return it.watch.saying(ours)
  }
  it.arr.files = new Map([[17, [5]]])
  return {...it, renewed}
}

test('right before a removal it is looked at where it is, and nothing more is asked', async () => {
  const {renewed, asked} = await provenFilm()
  expect((await renewed())?.evidence).toMatch(/^history/)
  expect(asked.toSorted()).toEqual(['files', 'folder', 'history', 'library', 'roots'])
})

const dropped = '/data/a/a.mkv'

test('where its file lies by now is what its Arr reports now, also after a restart and a renaming', async () => {
  const {arr, at, records, wanted} = harness()
  arr.history = [
    happened('grabbed', at),
    happened('imported', at + 1, {droppedPath: dropped, importedPath: '/old'}),
  ]
  await wanted()
  const later = harness(records)
  later.arr.history = arr.history
  expect(later.watch.saying(ours)).not.toHaveProperty('landed')
  await later.watch.renew(ours)
  expect(later.watch.saying(ours)?.landed).toEqual([{from: dropped, to: '/movies/a/a.mkv', size: 1}])
})

test('that a better release took the place of the better file is reported', async () => {
  const {arr, renewed, at} = await provenFilm()
  arr.history = [
    ...arr.history.map((row) => (row.event === 'imported' ? {...row, droppedPath: dropped} : row)),
    happened('imported', at + 9, {downloadId: other, fileId: 8}),
  ]
  arr.files = new Map([[17, [8]]])
  expect(await renewed()).toMatchObject({
    evidence: expect.stringMatching(/^history/),
    landed: [{from: dropped, to: '/movies/a/a.mkv', size: 1, isOthers: true}],
  })
})

test('S51 what its Arr has no file of any more may be the last copy: it stays, and that is reported until it has one', async () => {
  const {arr, renewed, doubted, watch} = await provenFilm()
  arr.history = arr.history.map((row) =>
    row.event === 'imported' ? {...row, importedPath: '/movies/a/a.mkv', droppedPath: dropped} : row,
  )
  arr.files = new Map([[17, []]])
  const lost = {folder: '/movies', file: '/movies/a/a.mkv', why: 'lost'}
  expect(await renewed()).toMatchObject({evidence: null, unseen: lost})
  expect([doubted, watch.doubts]).toEqual([[ours], [lost]])
  arr.files = new Map([[17, [5]]])
  expect((await renewed())?.evidence).toMatch(/^history/)
  expect(watch.doubts).toEqual([])
})

for (const [what, present, isProven] of [
  ['all tracks', [5, 6], true],
  ['tracks of another release in place of all', [9], true],
  ['one track less', [5], false],
  ['one track less and another one', [5, 9], false],
  ['no track', [], false],
] as const) {
  test(`S51 of an album that came in with two tracks there are ${what}: proven ${isProven}`, async () => {
    const album: MediaRef = {kind: 'album', id: 3, parentId: 7}
    const {arr, at, wanted, watch} = harness()
    arr.history = [
      happened('grabbed', at, {media: album}),
      ...[5, 6].map((fileId) => happened('imported', at + 1, {media: album, fileId, droppedPath: dropped})),
    ]
    arr.files = new Map([[3, [5, 6]]])
    expect((await wanted())?.evidence).toMatch(/^history/)
    arr.files = new Map([
      [3, present],
      [7, present],
    ])
    await watch.renew(ours)
    expect(Boolean(watch.saying(ours)?.evidence)).toBe(isProven)
  })
}

for (const [what, change, folder] of [
  ['a root folder that is away', {roots: [{path: '/movies', accessible: false, freeSpace: null}]}, '/movies'],
  ['an empty folder', {folders: new Map()}, '/movies'],
] as const) {
  test(`S51 with ${what} it is not known that it came in, until it is seen again`, async () => {
    const {arr, renewed, doubted, watch, wanted, clock} = await provenFilm()
    const before = {...arr}
    Object.assign(arr, change)
    expect(await renewed()).toMatchObject({evidence: undefined, unseen: {folder}})
    expect([doubted, watch.doubts]).toMatchObject([[ours], [{folder}]])
    // Nobody asks in vain for a while, then whoever wants to know has it looked for.
    Object.assign(arr, before)
    expect(await wanted()).toHaveProperty('unseen')
    await clock.advance(60_000)
    expect((await wanted())?.evidence).toMatch(/^history/)
    expect([doubted, watch.doubts]).toEqual([[ours, ours], []])
  })
}

test('S51 what is not proven is not removed either while a root folder is away', async () => {
  const {arr, watch, at, wanted} = harness()
  arr.history = [happened('grabbed', at)]
  await wanted()
  arr.roots = [{path: '/movies', accessible: false, freeSpace: null}]
  await watch.renew(ours)
  expect(watch.saying(ours)).toMatchObject({evidence: null, unseen: {folder: '/movies', file: null}})
})

test('S39 an Arr that has the film and not its history is another one: nothing is believed until it is proven again', async () => {
  const {arr, watch, replaced} = await provenFilm()
  arr.history = [happened('grabbed', 5, {downloadId: other}), happened('imported', 6, {downloadId: other})]
  await watch.compare()
  expect(replaced).toHaveLength(1)
  await expect(watch.renew(ours)).rejects.toThrow('another database')
})

test('S39 rows that have the same numbers and other dates are others', async () => {
  const {arr, watch, replaced} = await provenFilm()
  arr.history = arr.history.map((row) => ({...row, at: row.at - DAY * 1_000}))
  await watch.compare()
  expect(replaced).toHaveLength(1)
})

test('S39 an Arr that let go of the film hides its history: it is the same one, and nothing is proven', async () => {
  const {arr, watch, replaced, renewed} = await provenFilm()
  Object.assign(arr, {history: [], items: new Set(), files: new Map()})
  await watch.compare()
  expect((await renewed())?.evidence).toBeNull()
  expect(replaced).toEqual([])
})

test('S39 an Arr that knows none of several imports was set up again, also with an empty library', async () => {
  for (const [count, isOther] of [
    [2, 0],
    [3, 1],
  ] as const) {
    const {arr, watch, at, replaced, clock} = harness()
    const ids = [ours, other, 'C'.repeat(40) as typeof ours].slice(0, count)
    arr.files = new Map(ids.map((_, n) => [n + 1, [n + 5]]))
    arr.items = new Set(ids.map((_, n) => n + 1))
    arr.history = ids.flatMap((downloadId, n) => {
      const media = {...movie, id: n + 1}
      return [
        happened('grabbed', at, {downloadId, media}),
        happened('imported', at + 1, {downloadId, media, fileId: n + 5}),
      ]
    })
    for (const id of ids) watch.want(id)
    await clock.advance(10_000)
    expect(ids.map((id) => watch.saying(id)?.evidence ?? null)).not.toContain(null)
    Object.assign(arr, {history: [], items: new Set(), files: new Map()})
    await watch.compare()
    expect(replaced).toHaveLength(isOther)
  }
})

test('S39 of a pack of which one episode is gone the rows of that are hidden: the Arr is the same one', async () => {
  const {arr, watch, wanted, at, replaced} = harness()
  arr.files = new Map([
    [1, [5]],
    [2, [6]],
  ])
  arr.items = new Set([1, 2])
  const rows = [first, second].flatMap((media, n) => [
    happened('grabbed', at, {media}),
    happened('imported', at + 1, {media, fileId: 5 + n}),
  ])
  arr.history = rows
  expect((await wanted())?.evidence).toMatch(/^history/)
  arr.history = rows.filter(({media}) => media !== second)
  arr.items.delete(2)
  await watch.compare()
  expect(replaced).toEqual([])
})

test('S39 what was proven before a restart is compared by what was remembered', async () => {
  const {records, arr} = await provenFilm()
  for (const [history, isOther] of [
    [arr.history, false],
    [[], true],
  ] as const) {
    const later = harness(records)
    later.arr.history = [...history]
    await later.watch.compare()
    expect(later.replaced.length > 0).toBe(isOther)
  }
})

test('S52 what a person had ignored is said, also when it was not asked for for a long time', async () => {
  const {arr, wanted, watch, clock, at} = harness()
  arr.history = [happened('grabbed', at), happened('ignored', at + 1)]
  expect(await wanted()).toMatchObject({last: 'ignored', evidence: null, anyImported: false})
  await clock.advance(7 * 3_600_000)
  expect(watch.saying(ours)).toMatchObject({last: 'ignored', evidence: undefined})
  const again = happened('grabbed', clock.now())
  arr.history.push(again)
  watch.hearHistory([again])
  expect(await wanted()).toMatchObject({last: 'grabbed'})
})

test('S52 what a person imported as another episode is said, and not proven', async () => {
  const {arr, wanted, at} = harness()
  arr.files = new Map([[2, [6]]])
  const asOther = happened('imported', at + 1, {media: second, fileId: 6})
  arr.history = [happened('grabbed', at, {media: first}), asOther]
  expect(await wanted()).toMatchObject({cameInAsOther: true, evidence: null, anyImported: true})
})

test('while an Arr is not settled it is unknown whether what it did not grab is in, and that is asked again then', async () => {
  const {arr, wanted, watch, at} = harness()
  arr.isSettled = false
  arr.history = [happened('imported', at, {droppedPath: '/data/a/a.mkv'})]
  expect(await wanted()).toMatchObject({evidence: undefined})
  arr.isSettled = true
  watch.settled()
  expect((await wanted())?.evidence).toMatch(/^history/)
})
