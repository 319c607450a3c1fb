import {afterEach, expect, test} from 'vitest'
import type {InstanceConfig} from './config.ts'
import type {ArrSim, SimulatedArr} from './create.ts'
import {deleteItem, deleteUnit, removeFile} from './deletion.ts'
import type {ArrApp} from './dialects.ts'
import {withTwoItems} from './two-items.fixture.ts'

let sim: ArrSim
afterEach(() => sim.close())

function start(app: ArrApp, more: Partial<InstanceConfig> = {}): SimulatedArr {
  sim = withTwoItems(app, more)
  return sim.all[0]!
}

async function grabbed({arr}: SimulatedArr, life: object = {completeAfter: null}): Promise<string> {
  const {hash} = arr.releases.define({itemId: 1, life})
  arr.commands.post('RssSync', {}, 'manual')
  await sim.time.advance(20_000)
  return hash
}

type Rows = readonly Readonly<Record<string, unknown>>[]

async function rowsAt(arr: SimulatedArr, path: string): Promise<Rows> {
  const {body} = await get(arr, path)
  return Array.isArray(body) ? (body as Rows) : (body as {readonly records: Rows}).records
}

async function get(arr: SimulatedArr, path: string): Promise<{status: number; body: unknown}> {
  const url = new URL(path, 'http://arr')
  const headers = {'x-api-key': arr.apiKey}
  const answer = await arr.answer({method: 'GET', path: url.pathname, query: url.searchParams, headers})
  const text = [...answer.body].join('')
  return {status: answer.status, body: text === '' ? null : (JSON.parse(text) as unknown)}
}

for (const app of ['radarr', 'sonarr', 'sonarr5'] as const) {
  test(`${app}: with an item its history is gone at once, and its row belongs to nothing`, async () => {
    const arr = start(app)
    const hash = await grabbed(arr)
    const key = app === 'radarr' ? 'movieId' : 'seriesId'
    const row = async () => (await rowsAt(arr, '/api/v3/queue/details'))[0]!
    expect(await row()).toMatchObject({[key]: 1})
    deleteItem(arr.arr, 1)
    expect(Object.keys(await row())).not.toContain(key)
    expect(await rowsAt(arr, '/api/v3/history/since?date=2020-01-01T00:00:00Z')).toEqual([])
    expect(await rowsAt(arr, `/api/v3/history?downloadId=${hash}`)).toEqual([])
    expect((await get(arr, `/api/v3/${app === 'radarr' ? 'movie' : 'series'}/1`)).status).toBe(404)
    // Its torrent is still there, and nobody knows any more that it was grabbed.
    arr.arr.commands.post('RefreshMonitoredDownloads', {}, 'manual')
    await sim.time.advance(5_000)
    expect(arr.arr.queue.get(hash)).toMatchObject({parentId: null, state: 'downloading'})
  })
}

for (const [app, kept] of [
  ['sonarr', {seriesId: 1}],
  ['sonarr5', {seriesId: 1}],
] as const) {
  test(`${app}: an episode that vanishes takes its history along, its row keeps the series under another id`, async () => {
    const arr = start(app, {library: [{title: 'First Item', units: [{number: 1}]}]})
    const hash = await grabbed(arr)
    const [before] = await rowsAt(arr, '/api/v3/queue/details')
    deleteUnit(arr.arr, 1)
    const [after] = await rowsAt(arr, '/api/v3/queue/details')
    expect(after).toMatchObject({...kept, downloadId: hash, trackedDownloadStatus: 'ok'})
    expect(after!['id']).not.toBe(before!['id'])
    expect(Object.keys(after!)).not.toContain('episodeId')
    expect(Object.keys(after!)).not.toContain('seasonNumber')
    if (app === 'sonarr5') {
      const [newer] = await rowsAt(arr, '/api/v5/queue/details')
      expect(newer).toMatchObject({seriesId: 1, episodeIds: [], seasonNumbers: [1]})
    }
    expect(await rowsAt(arr, `/api/v3/history?downloadId=${hash}`)).toEqual([])
    await sim.time.advance(95_000)
    const [later] = await rowsAt(arr, '/api/v3/queue/details')
    expect(later).toMatchObject({
      status: 'downloading',
      trackedDownloadStatus: 'warning',
      statusMessages: [{messages: ['Unable to parse episodes from title']}],
    })
  })
}

test('one id that is gone voids the answer about all others', async () => {
  const arr = start('sonarr')
  deleteUnit(arr.arr, 2)
  expect(await rowsAt(arr, '/api/v3/episode?episodeIds=1&episodeIds=3')).toHaveLength(2)
  expect(await get(arr, '/api/v3/episode?episodeIds=1&episodeIds=2&episodeIds=3')).toMatchObject({
    status: 500,
    body: {message: 'Expected query to return 3 rows but returned 2'},
  })
})

test('Lidarr has no files of an album that is gone, nor of others beside it', async () => {
  const arr = start('lidarr', {
    library: [
      {
        title: 'A Band',
        units: [
          {tracks: 1, have: true},
          {tracks: 1, have: true},
        ],
      },
    ],
  })
  expect(await rowsAt(arr, '/api/v1/trackfile?albumId=1&albumId=2')).toHaveLength(2)
  deleteUnit(arr.arr, 2)
  expect(await get(arr, '/api/v1/trackfile?albumId=1&albumId=2')).toMatchObject({
    status: 404,
    body: {message: 'Album with ID 2 does not exist'},
  })
})

test('Radarr leaves out films that are gone; before 5.3.3 it looked at the first alone', async () => {
  const films = ['One', 'Two', 'Three'].map((title) => ({title, year: 2020, hasFile: true}))
  const arr = start('radarr', {library: films})
  deleteItem(arr.arr, 1)
  const all = '/api/v3/moviefile?movieId=1&movieId=2&movieId=3'
  expect((await rowsAt(arr, all)).map((file) => file['movieId'])).toEqual([2, 3])
  arr.arr.faults.add({kind: 'firstMovieIdOnly'})
  expect((await get(arr, all)).status).toBe(404)
  const found = await rowsAt(arr, '/api/v3/moviefile?movieId=3&movieId=2')
  expect(found.map((file) => file['movieId'])).toEqual([3])
})

for (const [app, command, args, searched] of [
  ['radarr', 'MoviesSearch', {movieIds: [1, 2, 3]}, []],
  ['sonarr', 'EpisodeSearch', {episodeIds: [1, 2, 3]}, [1]],
  ['sonarr', 'SeriesSearch', {seriesId: 7}, []],
] as const) {
  test(`${app}: a ${command} for what is gone fails, and ends there`, async () => {
    const films = ['One', 'Two', 'Three'].map((title) => ({title, year: 2020}))
    const units = [{number: 1}, {number: 2}, {number: 3}]
    const arr = start(app, {library: app === 'radarr' ? films : [{title: 'A Show', units}]})
    if (app === 'radarr') deleteItem(arr.arr, 2)
    else deleteUnit(arr.arr, 2)
    const {status, exception} = arr.arr.commands.post(command, args, 'manual')
    expect([status, exception]).toEqual(['queued', null])
    await sim.time.advance(20_000)
    expect(arr.arr.commands.list().find(({name}) => name === command)).toMatchObject({
      status: 'failed',
      exception: expect.stringMatching(/Expected query to return 3 rows|does not exist$/),
    })
    expect(Object.keys(arr.arr.stats.searches).map(Number)).toEqual(searched)
  })
}

test('a change of many items is refused for one that is gone; of many episodes it is done, and fails anyway', async () => {
  const arr = start('sonarr')
  deleteUnit(arr.arr, 2)
  const put = async (path: string, body: object) => {
    const headers = {'x-api-key': arr.apiKey}
    return arr.answer({method: 'PUT', path, query: new URLSearchParams(), headers, body})
  }
  const profile = await put('/api/v3/series/editor', {seriesIds: [1, 9], qualityProfileId: 2})
  expect([profile.status, arr.arr.library.parent(1)!.qualityProfileId]).toEqual([500, 1])
  const monitored = await put('/api/v3/episode/monitor', {episodeIds: [1, 2], monitored: false})
  expect([monitored.status, arr.arr.library.unit(1)!.monitored]).toEqual([500, false])
})

test('a file that a person deletes, or a scan does not find, leaves the film without one, and says why', async () => {
  const arr = start('radarr', {library: [{title: 'One', year: 2020, hasFile: true}]})
  const {library, history} = arr.arr
  removeFile(arr.arr, library.filesOf(library.parent(1)!)[0]!, 'MissingFromDisk')
  expect((await get(arr, '/api/v3/movie/1')).body).toMatchObject({hasFile: false, movieFileId: 0})
  expect(history.happened).toMatchObject([{event: 'movieFileDeleted', data: {reason: 'MissingFromDisk'}}])
  expect(history.happened[0]!.downloadId).toBeUndefined()
})

test('an older database knows less, and its next ids name other items and other rows', async () => {
  const arr = start('radarr', {library: [{title: 'First Item', year: 2020}]})
  const backup = arr.backUp()
  const {title} = arr.arr.library.add({title: 'Second Item', year: 2020})
  const hash = await grabbed(arr, {completeAfter: 1})
  await sim.time.advance(60_000)
  expect([title, arr.arr.history.length, arr.arr.library.parents.length]).toEqual(['Second Item', 2, 2])
  const {stats} = arr.arr
  arr.restore(backup)
  // What the world saw of it stays seen.
  expect(arr.arr.stats).toBe(stats)
  expect([
    arr.arr.history.length,
    arr.arr.library.parents.length,
    arr.arr.library.has(arr.arr.library.unit(1)!),
  ]).toEqual([0, 1, false])
  expect(arr.arr.library.add({title: 'Another Item', year: 2021})).toMatchObject({
    id: 2,
    title: 'Another Item',
  })
  await sim.time.advance(60_000)
  // The torrent is there, and nobody knows that it was grabbed; by its name it comes in again.
  expect(arr.arr.history.happened).toMatchObject([{id: 1, event: 'downloadFolderImported', downloadId: hash}])
})
