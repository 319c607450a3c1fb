/**
 * A library that is the download: an import that stayed where the download lay, and torrents that are saved in the folders
 * of a library. Who deletes them with their files is told whose library loses them; where that cannot be known, that.
 */
import {linkSync, mkdirSync, rmSync, symlinkSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import type {InstanceConfig} from '#lab/arrs/config.ts'
import {SharedDisk} from '#lab/simulators/sim-disk.ts'
import type {NewTorrent} from '#lab/simulators/sim-torrent.ts'
import {makeTorrent, type MadeTorrent} from '#lab/torrent-maker.ts'
import {newFolder, type Api} from '../program/program.fixture.ts'
import {comeIn} from './films.fixture.ts'
import {A, B, elsewhere, nameOf, ScenarioHarness, type ScenarioServer} from './scenario-harness.fixture.ts'

interface Library {
  readonly torrents: number
  readonly arrs: readonly {arr_id: string; arr_name: string; torrents: number; files: number}[]
  readonly unknown: {count: number; message: string} | null
}

const nothing: Library = {torrents: 0, arrs: [], unknown: null}
const inRadarr = (torrents = 1, files = torrents): Library => ({
  torrents,
  arrs: [{arr_id: 'Radarr-films', arr_name: 'Radarr-films', torrents, files}],
  unknown: null,
})

let harness: ScenarioHarness
let folder: string
beforeEach(() => {
  folder = newFolder()
})
afterEach(async () => {
  await harness.stop()
  rmSync(folder, {recursive: true, force: true})
})

const section = (app: 'radarr' | 'sonarr', category: string) => `
[${app === 'radarr' ? 'Radarr' : 'Sonarr'}-${category}]
Managed = true
Category = "${category}"
URI = "http://${app}"
APIKey = "KEY-${app}"
ReSearch = false
RssSyncTimer = 0
[${app === 'radarr' ? 'Radarr' : 'Sonarr'}-${category}.Torrent]
StalledDelay = -1
`

async function start({
  arrs,
  releases = [],
  config = '',
  isMapped = false,
  server = {name: A},
}: {
  readonly arrs: readonly InstanceConfig[]
  readonly releases?: readonly MadeTorrent[]
  readonly config?: string
  readonly isMapped?: boolean
  /** Default: qBittorrent. */
  readonly server?: ScenarioServer
}): Promise<void> {
  const mappings = `
["${A}".PathMappings]
"/srv" = ${JSON.stringify(folder)}
"/media" = ${JSON.stringify(join(folder, 'media'))}
`
  harness = await ScenarioHarness.start({
    servers: [
      {...server, torrents: 25, each: elsewhere},
      {name: B, torrents: 5, each: elsewhere},
    ],
    config: (isMapped ? mappings : '') + config,
    arrs,
    releases,
    settled: 60,
  })
}

const radarr = (more: Partial<InstanceConfig> = {}): InstanceConfig => ({
  name: 'radarr',
  app: 'radarr',
  downloadClients: [{name: A, category: 'films'}],
  library: [
    {title: 'First Film', year: 2020, hasFile: true},
    {title: 'Second Film', year: 2020, hasFile: true},
    {title: 'Third Film', year: 2020},
  ],
  ...more,
})

/** A torrent of a film, saved in a folder that its server calls so. */
function filmIn(
  server: string,
  index: number,
  name: string,
  savePath: string,
  more: Partial<NewTorrent> = {},
): string {
  return harness.put(server, index, {
    name,
    rootName: name,
    savePath,
    fileCount: 1,
    files: [{path: `${name}/${name}.mkv`, size: 1_000, done: 1_000, priority: 'normal'}],
    ...more,
  }).hash
}

async function previewOf(
  keys: readonly (readonly [server: string, hash: string])[],
  by?: Api,
): Promise<Library> {
  const asked = (by ?? harness.acting.api).send('POST', '/api/torrents/removal-preview', {
    keys: keys.map(([server_id, info_hash]) => ({server_id, info_hash})),
  })
  // Who does not answer has its time.
  await harness.pass(4)
  const {status, body} = await asked
  expect(status, JSON.stringify(body)).toBe(200)
  return (body as {library: Library}).library
}

test('S51 torrents that are saved in the folders of a library are reported, and others are not', async () => {
  await start({arrs: [radarr()], config: section('radarr', 'films')})
  const first = filmIn(A, 100, 'First Film (2020)', '/media')
  const second = filmIn(A, 101, 'Second Film (2020)', '/media')
  // The library has no file of it.
  const third = filmIn(A, 102, 'Third Film (2020)', '/media')
  const other = filmIn(A, 103, 'First Film (2020)', '/srv/other')
  await harness.pass(60)
  expect(await previewOf([[A, first]])).toEqual(inRadarr())
  expect(
    await previewOf([
      [A, first],
      [A, second],
      [A, third],
      [A, other],
    ]),
  ).toEqual(inRadarr(2))
  expect(await previewOf([[A, other]])).toEqual(nothing)
  expect(harness.destroyed()).toEqual([])
  await harness.expectWell()
})

for (const kind of ['transmission', 'rtorrent', 'deluge'] as const) {
  test(`S51 the same on ${kind}`, async () => {
    const server = {name: nameOf(kind), kind}
    const config = section('radarr', 'films')
    await start({arrs: [radarr({downloadClients: [{name: server.name, category: 'films'}]})], config, server})
    const first = filmIn(server.name, 100, 'First Film (2020)', '/media')
    const other = filmIn(server.name, 101, 'First Film (2020)', '/srv/other')
    await harness.pass(60)
    expect(await previewOf([[server.name, first]])).toEqual(inRadarr())
    expect(await previewOf([[server.name, other]])).toEqual(nothing)
  })
}

test('S51 an import that stayed where the download lies, and one that is linked elsewhere', async () => {
  const inPlace = makeTorrent({name: 'First Film (2020)', content: {'First Film (2020).mkv': 30_000}})
  const linked = makeTorrent({name: 'Second.Film.2020.1080p.WEB', content: {'video.mkv': 31_000}})
  await start({
    arrs: [
      radarr({
        rootFolders: ['/srv/downloads'],
        library: [
          {title: 'First Film', year: 2020},
          {title: 'Second Film', year: 2020},
        ],
      }),
    ],
    config: section('radarr', 'films'),
    releases: [inPlace, linked],
  })
  await comeIn(harness, inPlace, {itemId: 1})
  await comeIn(harness, linked, {itemId: 2})
  await harness.pass(60)
  const library = harness.acting.arr('radarr').arr.library
  expect(library.filesOf(library.parent(1)!)[0]!.path).toContain(harness.torrent(A, inPlace.hash).savePath)
  expect(await previewOf([[A, inPlace.hash]])).toEqual(inRadarr())
  expect(await previewOf([[A, linked.hash]])).toEqual(nothing)
})

test('S51 a library that leads to the download by a link is seen on the disk, and a hard link is another copy', async () => {
  const film = makeTorrent({name: 'First.Film.2020.1080p.WEB', content: {'video.mkv': 30_000}})
  await start({
    arrs: [radarr({library: [{title: 'First Film', year: 2020}]})],
    config: section('radarr', 'films'),
    releases: [film],
    isMapped: true,
  })
  const disk = new SharedDisk(folder)
  harness.world(A).disk = disk.seenAt('/srv')
  await comeIn(harness, film, {itemId: 1})
  const [path] = harness.world(A).pathsOf(harness.torrent(A, film.hash))
  disk.seenAt('/srv').write(path!, film.size)
  const library = harness.acting.arr('radarr').arr.library
  const place = join(folder, library.filesOf(library.parent(1)!)[0]!.path)
  const source = join(folder, path!.replace('/srv', ''))
  mkdirSync(dirname(place), {recursive: true})
  symlinkSync(source, place)
  await harness.pass(60)
  expect(await previewOf([[A, film.hash]])).toEqual(inRadarr())
  rmSync(place)
  linkSync(source, place)
  await harness.pass(10)
  expect(await previewOf([[A, film.hash]])).toEqual(nothing)
})

test('S51 of a series of which some episodes lie in the torrent these are reported', async () => {
  await start({
    arrs: [
      {
        name: 'sonarr',
        app: 'sonarr',
        downloadClients: [{name: A, category: 'series'}],
        library: [
          {title: 'Some Series', units: [1, 2, 3].map((number) => ({season: 1, number, have: number < 3}))},
        ],
      },
    ],
    config: section('sonarr', 'series'),
  })
  const season = harness.put(A, 100, {
    name: 'Season 1',
    rootName: 'Season 1',
    savePath: '/media/Some Series',
  }).hash
  await harness.pass(60)
  expect(await previewOf([[A, season]])).toEqual({
    torrents: 1,
    arrs: [{arr_id: 'Sonarr-series', arr_name: 'Sonarr-series', torrents: 1, files: 2}],
    unknown: null,
  })
})

test('S51 an Arr that names the folders of its server otherwise is understood by its path mappings', async () => {
  await start({
    arrs: [
      radarr({
        rootFolders: ['/mnt/films'],
        remotePathMappings: [{host: 'nas.example', remotePath: '/srv/films/', localPath: '/mnt/films/'}],
      }),
    ],
    config: section('radarr', 'films'),
  })
  const film = filmIn(A, 100, 'First Film (2020)', '/srv/films')
  await harness.pass(60)
  expect(await previewOf([[A, film]])).toEqual(inRadarr())
})

const message = 'Radarr-films did not answer, or the files cannot be seen now. Try again in a moment.'
for (const [title, fault] of [
  ['does not answer', {kind: 'hang'}],
  ['fails', {kind: '502'}],
  ['answers with what is no list', {kind: 'html200'}],
  ['is slow', {kind: 'slow', ms: 60_000}],
  ['is away', {kind: 'down'}],
] as const) {
  test(`S51 of an Arr that ${title} it is said that it is not known, and never that nothing lies there`, async () => {
    await start({arrs: [radarr()], config: section('radarr', 'films')})
    const film = filmIn(A, 100, 'First Film (2020)', '/media')
    await harness.pass(60)
    harness.acting.arr('radarr').arr.faults.add(fault)
    await harness.pass(10)
    expect(await previewOf([[A, film]])).toEqual({...nothing, unknown: {count: 1, message}})
    harness.acting.arr('radarr').arr.faults.clear()
    await harness.pass(600)
    expect(await previewOf([[A, film]])).toEqual(inRadarr())
  })
}

test('S51 the same torrent on a server of another machine may be the one that its Arr means', async () => {
  await start({arrs: [radarr()], config: section('radarr', 'films')})
  const hash = filmIn(A, 100, 'First Film (2020)', '/media', {category: 'films'})
  filmIn(B, 100, 'First Film (2020)', '/media', {category: 'cross', hash})
  await harness.pass(60)
  expect(await previewOf([[A, hash]])).toEqual(inRadarr())
  expect(await previewOf([[B, hash]])).toEqual({...nothing, unknown: {count: 1, message}})
})

test('S51 more than 20 are not looked at, and that is said', async () => {
  await start({arrs: [radarr()], config: section('radarr', 'films')})
  const film = filmIn(A, 100, 'First Film (2020)', '/media')
  await harness.pass(60)
  const others = Array.from({length: 20}, (_, at) => filmIn(A, 200 + at, `Film ${at}`, '/srv/other'))
  await harness.pass(60)
  expect(await previewOf([film, ...others].map((hash) => [A, hash] as const))).toEqual({
    ...nothing,
    unknown: {count: 21, message: 'More than 20 torrents are selected. Select fewer to check them.'},
  })
})

test('S51 without an Arr nothing is asked, and nothing is unknown', async () => {
  await start({arrs: []})
  const film = filmIn(A, 100, 'First Film (2020)', '/media')
  await harness.pass(60)
  expect(await previewOf([[A, film]])).toEqual(nothing)
})

test('S51 a user who may remove and does not see the Arr learns of a library, and neither its name nor whose it is', async () => {
  await start({arrs: [radarr()], config: section('radarr', 'films')})
  const film = filmIn(A, 100, 'First Film (2020)', '/media')
  await harness.pass(60)
  const {api} = harness.acting
  const person = {name: 'Bo', password: 'brothers, not in arms'}
  const {body} = await api.send('POST', '/api/users', {...person, role: 'member'})
  const {id: user_id} = body as {id: string}
  const bo = api.as()
  expect((await bo.logIn(person.name, person.password)).status).toBeLessThan(300)
  const share = async (what: string, level: string | null) => {
    const users = level === null ? [] : [{user_id, level}]
    const {status, body: said} = await api.send('PUT', `/api/${what}/sharing`, {everyone: null, users})
    expect(status, JSON.stringify(said)).toBeLessThan(300)
  }
  await share(`servers/${A}`, 'control')
  await share('arrs/Radarr-films', null)
  expect(await previewOf([[A, film]], bo)).toEqual({...nothing, torrents: 1})
  harness.acting.arr('radarr').arr.faults.add({kind: '502'})
  await harness.pass(10)
  const unnamed = 'An Arr did not answer, or the files cannot be seen now. Try again in a moment.'
  expect(await previewOf([[A, film]], bo)).toEqual({...nothing, unknown: {count: 1, message: unnamed}})
  harness.acting.arr('radarr').arr.faults.clear()
  await share('arrs/Radarr-films', 'view')
  await harness.pass(600)
  expect(await previewOf([[A, film]], bo)).toEqual(inRadarr())
  // Where he may only look there is nothing to remove.
  await share(`servers/${A}`, 'view')
  expect(await previewOf([[A, film]], bo)).toEqual(nothing)
})
