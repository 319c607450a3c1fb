import {afterEach, expect, test} from 'vitest'
import type {InstanceConfig} from './config.ts'
import {assembleSim, type ArrSim, type SimulatedArr} from './create.ts'
import type {ArrApp} from './dialects.ts'

const MINUTE = 60_000
let sim: ArrSim
afterEach(() => sim.close())

function start(app: ArrApp, more: Partial<InstanceConfig> = {}): SimulatedArr {
  sim = assembleSim({
    clock: 'virtual',
    validation: null,
    instances: [
      {
        name: 'Arr',
        app,
        library: [{title: 'Some Film', year: 2020, hasFile: true, units: [{have: true}]}],
        downloadClients: [
          {name: 'A', category: 'films'},
          {name: 'B', category: 'attic', implementation: 'Transmission', tags: [1]},
        ],
        ...more,
      },
    ],
  })
  return sim.all[0]!
}

const films = {downloadClients: [{name: 'A', category: 'films'}]} as const

async function get<T>(arr: SimulatedArr, path: string): Promise<T> {
  const headers = {'x-api-key': arr.apiKey}
  const answer = await arr.answer({method: 'GET', path, query: new URLSearchParams(), headers})
  return JSON.parse([...answer.body].join('')) as T
}

interface Item {
  readonly source: string
  readonly type: string
  readonly message: string
  readonly wikiUrl: string
}

const red = async (arr: SimulatedArr) => (await get<Item[]>(arr, '/api/v3/health')).map(({source}) => source)

async function checkHealth({arr}: SimulatedArr): Promise<void> {
  arr.commands.post('CheckHealth', {}, 'manual')
  await sim.time.advance(1_000)
}

test('a category without its folder is red though all is well, names its client, and stays so until it is checked', async () => {
  const arr = start('radarr')
  await sim.time.advance(5_000)
  const [item] = await get<Item[]>(arr, '/api/v3/health')
  expect(item).toMatchObject({
    source: 'RemotePathMappingCheck',
    type: 'error',
    message: expect.stringMatching(
      /^Download client B places downloads in \/downloads\/attic but this directory/,
    ),
    wikiUrl: 'https://wiki.servarr.com/radarr/system#bad-remote-path-mapping',
  })
  // Everything is checked once more when it has run for a quarter of an hour.
  await sim.time.advance(20 * MINUTE)
  const content = [{path: 'x.mkv', size: 10, kind: 'video'}] as const
  await sim.server('B').add({hash: 'ab'.repeat(20), name: 'x', category: 'attic', life: {}, content})
  await sim.time.advance(60 * MINUTE)
  expect(await red(arr)).toEqual(['RemotePathMappingCheck'])
  await checkHealth(arr)
  expect(await red(arr)).toEqual([])
})

test('one of two clients that does not answer is red within a refresh, and well again with the next', async () => {
  const arr = start('radarr', {
    downloadClients: [
      {name: 'A', category: 'films'},
      {name: 'B', category: 'more'},
    ],
  })
  await sim.time.advance(MINUTE)
  sim.server('B').down = true
  await sim.time.advance(95_000)
  expect(await get<Item[]>(arr, '/api/v3/health')).toMatchObject([
    {
      source: 'DownloadClientCheck',
      type: 'error',
      message: expect.stringContaining('Unable to communicate with B.'),
    },
  ])
  sim.server('B').down = false
  arr.arr.commands.post('RefreshMonitoredDownloads', {}, 'manual')
  await sim.time.advance(1_000)
  expect(await red(arr)).toEqual([])
})

for (const [app, isRed] of [
  ['radarr', ['RootFolderCheck']],
  ['sonarr', ['RootFolderCheck']],
  ['sonarr5', ['RootFolderCheck']],
] as const) {
  test(`${app}: a library that is away is said so by its folder at once, by its health when it is checked, by its items never`, async () => {
    const arr = start(app, films)
    await sim.time.advance(5_000)
    const item = app === 'radarr' ? 'movie' : 'episode'
    arr.arr.libraryDisk = 'away'
    const [folder] = await get<object[]>(arr, '/api/v3/rootfolder')
    expect(folder).toEqual({path: '/media', accessible: false, id: 1})
    expect(await red(arr)).toEqual([])
    await checkHealth(arr)
    expect(await red(arr)).toEqual(isRed)
    expect(await get(arr, `/api/v3/${item}/1`)).toMatchObject({hasFile: true})
    expect(await get<object[]>(arr, '/api/v3/diskspace')).toEqual([])
    arr.arr.libraryDisk = 'here'
    expect(await red(arr)).toEqual(isRed)
    await checkHealth(arr)
    expect(await red(arr)).toEqual([])
  })
}

test('another disk that is empty is a root folder like any; Sonarr 5 alone says that it is empty', async () => {
  for (const [app, found] of [
    ['radarr', []],
    ['sonarr5', ['RootFolderCheck']],
  ] as const) {
    const arr = start(app, films)
    arr.arr.libraryDisk = 'empty'
    await checkHealth(arr)
    expect(await get<object[]>(arr, '/api/v3/rootfolder')).toMatchObject([
      {accessible: true, unmappedFolders: []},
    ])
    expect(await red(arr)).toEqual(found)
    if (app === 'radarr') await sim.close()
  }
})

for (const [disk, message] of [
  ['away', 'Failed to import movie, Root folder missing.'],
  ['readOnly', 'Failed to import movie'],
] as const) {
  test(`what is to be put into a library that is ${disk} fails, is blocked, and comes in on its own afterwards`, async () => {
    const arr = start('radarr', {...films, library: [{title: 'Some Film', year: 2020}]})
    arr.arr.libraryDisk = disk
    const {hash, title} = arr.arr.releases.define({itemId: 1, life: {completeAfter: 1}})
    arr.arr.commands.post('RssSync', {}, 'manual')
    await sim.time.advance(20_000)
    expect(arr.arr.queue.get(hash)).toMatchObject({
      state: 'importBlocked',
      messages: [
        {title: 'One or more movies expected in this release were not imported or missing', messages: []},
        {title: `${title}.mkv`, messages: [message]},
      ],
    })
    expect(await red(arr)).toEqual([disk === 'away' ? 'RootFolderCheck' : 'MountCheck'])
    arr.arr.libraryDisk = 'here'
    await sim.time.advance(100_000)
    await checkHealth(arr)
    expect([arr.arr.stats.imports, await red(arr)]).toEqual([[hash], []])
  })
}

test('a mapping to another folder leaves the health green, and nothing comes in', async () => {
  const arr = start('radarr', {...films, library: [{title: 'Some Film', year: 2020}]})
  arr.arr.faults.add({kind: 'wrongMapping', folder: '/data/elsewhere'})
  const {hash, title} = arr.arr.releases.define({itemId: 1, life: {completeAfter: 1}})
  arr.arr.commands.post('RssSync', {}, 'manual')
  await sim.time.advance(20_000)
  const path = `/data/elsewhere/${title}.mkv`
  expect(arr.arr.queue.get(hash)).toMatchObject({
    state: 'importPending',
    outputPath: path,
    messages: [{title, messages: [`No files found are eligible for import in ${path}`]}],
  })
  await checkHealth(arr)
  expect(await red(arr)).toEqual([])
})

test('indexers that fail are an error of their status alone', async () => {
  const arr = start('radarr', films)
  arr.arr.faults.add({kind: 'indexersDisabled'})
  const found = await get<Item[]>(arr, '/api/v3/health')
  expect(found.map(({source, type}) => [source, type])).toEqual([
    ['IndexerRssCheck', 'warning'],
    ['IndexerSearchCheck', 'warning'],
    ['IndexerStatusCheck', 'error'],
  ])
})

test('health is reported at many events without a change', async () => {
  const arr = start('radarr', {...films, library: [{title: 'Some Film', year: 2020}]})
  await sim.time.advance(5_000)
  let reported = 0
  arr.arr.live.listen(({name}) => void (reported += name === 'health' ? 1 : 0))
  arr.arr.releases.define({itemId: 1, life: {completeAfter: 1}})
  arr.arr.commands.post('RssSync', {}, 'manual')
  await sim.time.advance(30_000)
  expect([reported, await red(arr)]).toEqual([1, []])
})
