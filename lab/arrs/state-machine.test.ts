import {createHash} from 'node:crypto'
import {expect, test} from 'vitest'
import type {Arr} from './arr.ts'
import {assembleArr} from './assemble.ts'
import {SimBackend} from './backends/sim-backend.ts'
import type {InstanceConfig} from './config.ts'
import {removeDownload} from './removal.ts'
import {virtualTimeLine, type TimeLine} from './time-line.ts'

interface Harness {
  readonly arr: Arr
  readonly time: TimeLine
  readonly server: SimBackend
}

function harness(change: Partial<InstanceConfig> = {}, seed = 42): Harness {
  const time = virtualTimeLine()
  const server = new SimBackend(time, {})
  const config: InstanceConfig = {
    name: 'Radarr',
    app: 'radarr',
    library: [{title: 'Some Film', year: 2020}],
    downloadClients: [{name: 'A', category: 'films'}],
    ...change,
  }
  return {arr: assembleArr(config, {seed, time, backends: new Map([['A', server]])}), time, server}
}

const series = [{title: 'A Show', units: [{number: 1}, {number: 2}, {number: 3}]}]
const album = [{title: 'A Band', units: [{title: 'First Light', tracks: 3}]}]

async function search({arr, time}: Harness): Promise<void> {
  arr.commands.post('MoviesSearch', {movieIds: [1]}, 'manual')
  await time.advance(10_000)
}

const events = (arr: Arr): string[] => arr.history.happened.map((row) => row.event)
const wishes = {removeFromClient: false, blocklist: false, skipRedownload: false, changeCategory: false}

test('what is searched is grabbed, downloaded, and imported at a refresh', async () => {
  const one = harness()
  const {arr, time} = one
  const {hash} = arr.releases.define({itemId: 1, life: {completeAfter: 90}})
  await search(one)
  expect(arr.queue.get(hash)).toMatchObject({status: 'downloading', state: 'downloading', parentId: 1})
  await time.advance(180_000)
  expect(arr.queue.size).toBe(0)
  expect(events(arr)).toEqual(['grabbed', 'downloadFolderImported'])
  expect(arr.library.has(arr.library.unit(1)!)).toBe(true)
  expect(arr.stats.searches).toEqual({1: 1})
})

test('what came in of a pack does not come in again at each refresh, but when it is grabbed again', async () => {
  const one = harness({app: 'sonarr', library: series})
  const {arr, time} = one
  const release = {itemId: 1, unitIds: [1, 2, 3], import: {partial: 1}, life: {completeAfter: 20}} as const
  const {hash} = arr.releases.define(release)
  const imports = () => events(arr).filter((event) => event === 'downloadFolderImported').length
  arr.commands.post('SeriesSearch', {seriesId: 1}, 'manual')
  await time.advance(20 * 60_000)
  expect(arr.queue.get(hash)?.state).toBe('importBlocked')
  expect(imports()).toBe(1)
  const grab = arr.history.of(hash).find(({event}) => event === 'grabbed')!
  arr.history.add({...grab, at: time.now()})
  await time.advance(20 * 60_000)
  expect(imports()).toBe(2)
})

test('what a server lists before its grab is written down is known at the refresh behind it', async () => {
  const {arr, time, server} = harness({app: 'lidarr', library: album})
  const release = arr.releases.define({itemId: 1, title: 'Nobody.Knows', life: {completeAfter: 20}})
  const {hash, content, life, qualityId, score} = release
  await server.add({hash, name: 'Nobody.Knows', category: 'films', content, life})
  await time.advance(120_000)
  expect(arr.queue.get(hash)).toMatchObject({
    state: 'importBlocked',
    messages: [{messages: [expect.stringContaining('Artist name mismatch')]}],
  })
  arr.history.add({
    at: time.now(),
    event: 'grabbed',
    downloadId: hash,
    sourceTitle: release.title,
    parentId: release.parentId,
    unitId: release.unitIds[0]!,
    qualityId,
    score,
    data: {},
  })
  await time.advance(120_000)
  expect(events(arr).at(-1)).toBe('downloadImported')
})

test('a finished torrent shows as finished only after a refresh', async () => {
  const one = harness({config: {checkForFinishedDownloadInterval: 10}})
  const {arr, time} = one
  const {hash} = arr.releases.define({itemId: 1, life: {completeAfter: 20}})
  await search(one)
  await time.advance(60_000)
  expect(arr.queue.get(hash)?.status).toBe('downloading')
  arr.commands.post('RefreshMonitoredDownloads', {}, 'manual')
  // An import takes its time: who looks a second later comes before its end.
  await time.advance(1_000)
  expect(arr.queue.get(hash)).toMatchObject({status: 'completed', state: 'importing'})
  await time.advance(1_000)
  expect(arr.queue.size).toBe(0)
  expect(arr.stats.imports).toEqual([hash])
})

const episode = [{title: 'A Show', units: [{number: 1}]}]

for (const [plan, app, library, state] of [
  ['noFiles', 'radarr', undefined, 'importPending'],
  [{reject: 'not_upgrade'}, 'radarr', undefined, 'importPending'],
  [{reject: 'not_upgrade'}, 'sonarr', episode, 'importPending'],
  [{reject: 'not_upgrade'}, 'sonarr5', episode, 'importBlocked'],
  [{reject: 'not_upgrade'}, 'sonarr', series, 'importBlocked'],
  [{reject: 'root_missing'}, 'radarr', undefined, 'importBlocked'],
  ['titleMismatch', 'radarr', undefined, 'importBlocked'],
  ['titleMismatch', 'whisparr3', undefined, 'importPending'],
  [{partial: 2}, 'sonarr', series, 'importBlocked'],
  [{reject: 'lidarr_match'}, 'lidarr', album, 'importFailed'],
] as const) {
  const count = library?.[0]?.units.length ?? 1
  test(`${app}: an import of ${count} that ends in ${JSON.stringify(plan)} leaves the row ${state} with a reason`, async () => {
    const {arr, time} = harness({app, ...(library && {library})})
    const release = arr.releases.define({itemId: 1, import: plan, life: {completeAfter: 1}})
    arr.commands.post('RssSync', {}, 'manual')
    await time.advance(20_000)
    expect(arr.queue.get(release.hash)?.state).toBe(state)
    expect(arr.queue.get(release.hash)?.messages).not.toEqual([])
  })
}

test('what was refused is tried again at each refresh, and comes in when the cause is gone', async () => {
  const one = harness()
  const {arr, time} = one
  const release = arr.releases.define({itemId: 1, import: {reject: 'archive'}, life: {completeAfter: 1}})
  await search(one)
  await time.advance(5 * 60_000)
  expect(arr.queue.get(release.hash)!.attempts).toBeGreaterThan(3)
  release.import = 'ok'
  await time.advance(95_000)
  expect([arr.queue.size, events(arr).at(-1)]).toEqual([0, 'downloadFolderImported'])
})

test('what an Arr did not grab is blocked even if it is a single file, and each file is listed by its name', async () => {
  const {arr, time, server} = harness()
  const release = arr.releases.define({itemId: 1, import: {reject: 'dangerous'}})
  const {hash, title: name, content} = release
  await server.add({hash, name, category: 'films', content, life: {completeAfter: 0}})
  await time.advance(60_000)
  expect(arr.queue.get(hash)).toMatchObject({
    state: 'importBlocked',
    addedAt: null,
    messages: [
      {title: expect.stringMatching(/^One or more movies expected/), messages: []},
      {title: `${name}.mkv`, messages: [expect.stringMatching(/dangerous file with extension: \.lnk$/)]},
    ],
  })
})

test('a torrent that is complete at first sight is seen only so, and imported within seconds', async () => {
  const {arr, time} = harness()
  const {hash} = arr.releases.define({itemId: 1, life: {completeAfter: 0}})
  arr.commands.post('MoviesSearch', {movieIds: [1]}, 'manual')
  const seen = new Set<string | undefined>()
  for (let passed = 0; passed < 8_000; passed += 500) {
    await time.advance(500)
    seen.add(arr.queue.get(hash)?.status)
  }
  expect([...seen]).toEqual([undefined, 'completed'])
  expect(arr.stats.imports).toEqual([hash])
})

test('a refresh comes every 90 seconds, and later after one that a caller asked for', async () => {
  const {arr, time} = harness({config: {checkForFinishedDownloadInterval: 1}})
  const at: number[] = []
  const began = time.now()
  const refreshes = async (seconds: number): Promise<void> => {
    for (let passed = 0; passed < seconds; passed++) {
      const before = arr.stats.refreshes
      await time.advance(1_000)
      if (arr.stats.refreshes > before) at.push((time.now() - began) / 1_000)
    }
  }
  await refreshes(300)
  expect(at).toEqual([26, 116, 206, 296])
  await time.advance(50_000)
  arr.commands.post('RefreshMonitoredDownloads', {}, 'manual')
  await refreshes(120)
  expect(at.slice(4)).toEqual([351, 416])
})

test('an import by hand without its episodes or its quality fails, and says so in its exception', async () => {
  const one = harness({app: 'sonarr5', library: episode})
  const {arr, time} = one
  const {hash} = arr.releases.define({itemId: 1, import: {reject: 'unparsable'}, life: {completeAfter: 1}})
  arr.commands.post('RssSync', {}, 'manual')
  await time.advance(20_000)
  const quality = {quality: {id: 3}}
  const manual = async (file: object) => {
    const files = [{path: '/x.mkv', seriesId: 1, downloadId: hash, ...file}]
    const command = arr.commands.post('ManualImport', {files, importMode: 'copy'}, 'manual')
    await time.advance(5_000)
    return command
  }
  expect(await manual({episodeIds: []})).toMatchObject({
    status: 'failed',
    result: 'unknown',
    exception: expect.stringMatching(
      /^NzbDrone\.Core\.Parser\.InvalidSeasonException: Expected one season, but found none/,
    ),
  })
  expect(await manual({episodeIds: [1]})).toMatchObject({exception: expect.stringContaining('NullReference')})
  expect(await manual({episodeIds: [1, 99], quality})).toMatchObject({
    exception: expect.stringContaining('2 rows'),
  })
  expect([arr.queue.size, arr.stats.imports]).toEqual([1, []])
  arr.libraryDisk = 'away'
  // Nothing came in, and the command is well anyway.
  expect(await manual({episodeIds: [1], quality})).toMatchObject({status: 'completed', result: 'successful'})
  expect(arr.stats.imports).toEqual([])
  arr.libraryDisk = 'here'
  await manual({episodeIds: [1], quality})
  expect([arr.queue.size, arr.stats.imports]).toEqual([0, [hash]])
})

test('a file that is replaced leaves a row without a download, in the second of the import', async () => {
  const one = harness()
  const {arr, time} = one
  arr.releases.define({itemId: 1, qualityId: 5, life: {completeAfter: 0}})
  await search(one)
  await time.advance(10_000)
  arr.releases.define({itemId: 1, life: {completeAfter: 0}})
  await search(one)
  await time.advance(10_000)
  const [deleted, imported] = arr.history.happened.slice(-2)
  expect([deleted!.event, deleted!.downloadId, deleted!.data.reason]).toEqual([
    'movieFileDeleted',
    undefined,
    'Upgrade',
  ])
  expect([imported!.event, imported!.at - deleted!.at]).toEqual(['downloadFolderImported', 0])
})

for (const [what, wishes_, isBack] of [
  ['every flag off', {}, false],
  ['another category', {changeCategory: true}, false],
] as const) {
  test(`a row that is taken away with ${what} stays away`, async () => {
    const one = harness({downloadClients: [{name: 'A', category: 'films', postImportCategory: 'done'}]})
    const {arr, time, server} = one
    const {hash} = arr.releases.define({itemId: 1, life: {completeAfter: null}})
    await search(one)
    await removeDownload(arr, arr.queue.get(hash)!, {...wishes, ...wishes_})
    await time.advance(5 * 60_000)
    expect(arr.queue.has(hash)).toBe(isBack)
    expect(events(arr)).toEqual('changeCategory' in wishes_ ? ['grabbed'] : ['grabbed', 'downloadIgnored'])
    expect(await server.list()).toHaveLength(1)
  })
}

for (const [auto, skip, searches] of [
  [true, false, 2],
  [true, true, 1],
  [false, false, 1],
] as const) {
  test(`blocklisted with autoRedownloadFailed ${auto} and skipRedownload ${skip}: ${searches} searches in all`, async () => {
    const one = harness({config: {autoRedownloadFailed: auto}})
    const {arr, time, server} = one
    const {hash} = arr.releases.define({itemId: 1, life: {stalls: [{from: 1}]}})
    await search(one)
    expect(arr.queue.get(hash)?.status).toBe('warning')
    const removal = {...wishes, removeFromClient: true, blocklist: true, skipRedownload: skip}
    await removeDownload(arr, arr.queue.get(hash)!, removal)
    await time.advance(60_000)
    expect(arr.stats.searches[1]).toBe(searches)
    expect(server.removed).toEqual([hash])
    expect(events(arr)).toEqual(['grabbed', 'downloadFailed'])
  })
}

for (const [what, isReported, isDone, isRemoved] of [
  ['is told to, and its client lets it go', true, true, true],
  ['is told to, and its client keeps it', true, false, false],
  ['is not told to', false, true, false],
] as const) {
  test(`an Arr that ${what} ${isRemoved ? 'removes what is reported as failed' : 'leaves what failed'}`, async () => {
    const one = harness()
    const {arr, time, server} = one
    const life = isDone ? {ratioPerHour: 2, ratioLimit: 1} : {stalls: [{from: 1}]}
    const {hash} = arr.releases.define({itemId: 1, life, import: 'titleMismatch'})
    await search(one)
    await time.advance(3_600_000)
    const tracked = arr.queue.get(hash)!
    tracked.client.removeFailedDownloads = isReported
    await removeDownload(arr, tracked, {...wishes, blocklist: true, skipRedownload: true})
    expect([server.removed.length, arr.stats.deletes.length]).toEqual(isRemoved ? [1, 1] : [0, 0])
    expect(events(arr)).toEqual(['grabbed', 'downloadFailed'])
  })
}

test('what was not grabbed cannot be blocklisted: it says nothing and comes back', async () => {
  const {arr, time, server} = harness()
  const torrent = {hash: 'ab'.repeat(20), name: 'Unknown.Thing', category: 'films', life: {}}
  await server.add({...torrent, content: [{path: 'x.mkv', size: 10, kind: 'video'}]})
  await time.advance(61_000)
  const id = torrent.hash.toUpperCase()
  await removeDownload(arr, arr.queue.get(id)!, {...wishes, blocklist: true})
  expect(arr.queue.size).toBe(0)
  expect(arr.blocklist.rows).toEqual([])
  await time.advance(61_000)
  expect(arr.queue.has(id)).toBe(true)
})

test('a release without its hash in the results is grabbed again through another indexer', async () => {
  const one = harness({indexers: [{name: 'A'}, {name: 'B', infoHash: false}]})
  const {arr, time} = one
  const first = arr.releases.define({itemId: 1, indexer: 'A', seeders: 9, life: {completeAfter: null}})
  arr.releases.define({itemId: 1, indexer: 'B', hash: first.hash, seeders: 1, life: {completeAfter: null}})
  await search(one)
  await removeDownload(arr, arr.queue.get(first.hash)!, {...wishes, removeFromClient: true, blocklist: true})
  await time.advance(10_000)
  expect(arr.stats.grabs).toEqual([first.hash, first.hash])
})

test('two equal commands are one, whatever the order of their lists', () => {
  const {arr} = harness()
  const first = arr.commands.post('MoviesSearch', {movieIds: [1, 2]}, 'manual')
  expect(arr.commands.post('MoviesSearch', {movieIds: [2, 1]}, 'scheduled')).toBe(first)
  expect(arr.commands.post('MoviesSearch', {movieIds: [2]}, 'manual')).not.toBe(first)
})

test('while the torrent server is away, a grab waits and leaves no history', async () => {
  const one = harness()
  const {arr, time, server} = one
  const {hash} = arr.releases.define({itemId: 1, life: {completeAfter: null}})
  server.down = true
  await search(one)
  expect([arr.pending.size, events(arr)]).toEqual([1, []])
  server.down = false
  await time.advance(120_000)
  expect([arr.pending.size, arr.queue.has(hash)]).toEqual([0, true])
})

test('the same seed and the same calls give the same history, byte by byte', async () => {
  const trace = async (seed: number): Promise<string> => {
    const one = harness({indexers: [{name: 'A', releasesPerItem: 3}]}, seed)
    await search(one)
    await one.time.advance(300_000)
    expect(events(one.arr)).toHaveLength(2)
    return createHash('sha256').update(JSON.stringify(one.arr.history.happened)).digest('hex')
  }
  expect(await trace(7)).toBe(await trace(7))
  expect(await trace(7)).not.toBe(await trace(8))
})
