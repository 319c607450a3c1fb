/** What an Arr grabbed, from the grab to the import, by the whole program: one server, one Arr, each by its own protocol. */
import {rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import type {TorrentClient} from '#clients/port.ts'
import {createClient} from '#clients/kinds/registry.ts'
import {ClientBackend} from '#lab/arrs/backends/client-backend.ts'
import {createArrSim, type ArrSim} from '#lab/arrs/create.ts'
import {definitionOf} from '#lab/simulators/fleet-process.ts'
import {startSimServer, type SimServer} from '#lab/simulators/sim-server.ts'
import {makeTorrent, type MadeTorrent} from '#lab/torrent-maker.ts'
import {systemClock} from '#lib/clock.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import {isFull} from '#test/proof.ts'
import {insideMetainfo} from '#test/doubles/inside-work.ts'
import {newFolder, Program, sectionsOf, until, type Api} from './program.fixture.ts'

const folder = newFolder()
const films = ['Some.Film.2020.1080p', 'Other.Film.2021.1080p'].map((name, at) =>
  makeTorrent({name, content: {'film.mkv': 50_000 + at}}),
)
const [some, other] = films as [MadeTorrent, MadeTorrent]
let server: SimServer
let client: TorrentClient
let sim: ArrSim
let program: Program
let api: Api

const settings = `
[Radarr-Films]
Managed = true
Category = "films-of-radarr"
URI = "URL"
APIKey = "KEY"
RefreshDownloadsTimer = 1
`

beforeAll(async () => {
  server = await startSimServer(
    {name: 'qBit', kind: 'qbittorrent', version: '5.1.0', count: 3, seed: 1},
    systemClock,
  )
  const {username, password} = server
  const definition = definitionOf({...server.spec, url: server.server.url, username, password})
  client = createClient({definition, clock: systemClock, turns: new TimeSlice(), metainfo: insideMetainfo})
  sim = await createArrSim({
    backends: {
      box: new ClientBackend({
        client,
        torrents: new Map(films.map(({hash, torrent}) => [hash as string, torrent])),
        remove: async (hash) => server.world.commands.removeWithData([server.world.get(hash)!]),
      }),
    },
    instances: [
      {
        name: 'Radarr',
        app: 'radarr',
        downloadClients: [{name: 'box', category: 'films-of-radarr'}],
        library: films.map(({name}) => ({
          title: name.slice(0, -11).replaceAll('.', ' '),
          year: Number(name.slice(-10, -6)),
        })),
      },
    ],
  })
  const {arr, url, apiKey} = sim.arr('Radarr')
  for (const [at, made] of films.entries()) {
    const content = made.files.map(({path, bytes}) => ({path, size: bytes.length, kind: 'video' as const}))
    arr.releases.define({itemId: at + 1, title: made.name, hash: made.hash, content})
  }
  const text = settings.replace('URL', url).replace('KEY', apiKey)
  writeFileSync(join(folder, 'config.toml'), `${sectionsOf([definition])}${text}`)
  const place = ['--config', join(folder, 'config.toml'), '--data', join(folder, 'data'), '--port', '0']
  program = new Program(place)
  api = await program.api()
  await api.online()
})

afterAll(async () => {
  await program?.end()
  await sim?.close()
  await client?.close()
  await server?.server.stop()
  rmSync(folder, {recursive: true, force: true})
})

interface Queue {
  readonly ready: boolean
  readonly fault: string | null
  readonly rows: readonly {readonly torrents: readonly {readonly info_hash: string}[]}[]
}
const queue = () => api.get<Queue>('/api/arrs/Radarr-Films/queue')

/** All of it has arrived. */
function finish({hash}: MadeTorrent): void {
  const {world} = server
  const torrent = world.get(hash)!
  world.update(torrent, {done: torrent.size, state: 'seeding', downSpeed: 0})
  for (const file of world.files(torrent)) Object.assign(file, {done: file.size})
}

test.runIf(isFull)('B.1 the category of an Arr is made on its server', async () => {
  const made = async () =>
    (await api.get<{categories: readonly {name: string}[]}>('/api/servers/qBit/categories')).categories
  await until(made, (all) => all.some(({name}) => name === 'films-of-radarr'))
})

test.runIf(isFull)('what an Arr grabbed is in its queue, with the torrent beside it', async () => {
  await until(queue, ({ready}) => ready)
  sim.arr('Radarr').arr.commands.post('MoviesSearch', {movieIds: [1, 2]}, 'manual')
  const both = [some.hash, other.hash].sort()
  // By itself it is read once a minute; who asks for it does not wait so long.
  const asking = setInterval(
    () => void api.send('POST', '/api/arrs/Radarr-Films/actions', {action: 'refresh'}),
    1_000,
  )
  const seen = await until(
    queue,
    ({rows}) => rows.length === 2 && rows.every((it) => it.torrents.length === 1),
  )
  clearInterval(asking)
  expect(seen.rows.map(({torrents}) => torrents[0]!.info_hash).sort()).toEqual(both)
})

test.runIf(isFull)('the list says which Arr a torrent is for and what, and finds it by that', async () => {
  const found = (q: string) =>
    api.get<{torrents: readonly {info_hash: string; arr_id: string; arr_item: string}[]}>(
      `/api/torrents?q=${encodeURIComponent(q)}`,
    )
  const {torrents} = await until(
    () => found('item:"some film"'),
    ({torrents: all}) => all.length > 0,
  )
  expect(torrents).toMatchObject([
    {info_hash: some.hash, arr_id: 'Radarr-Films', arr_item: 'Some Film (2020)'},
  ])
  // Each is told of in a moment of its own.
  const both = await until(
    () => found('arr:radarr'),
    ({torrents: all}) => all.length === 2,
  )
  expect(both.torrents.map((it) => it.info_hash).sort()).toEqual([some.hash, other.hash].sort())
  expect((await found('arr:none')).torrents).toHaveLength(3)
})

test.runIf(isFull)(
  'B.8 a torrent that completes is imported at once, as its Arr gets a command to look',
  async () => {
    finish(some)
    const {arr} = sim.arr('Radarr')
    await until(
      () => arr.history.happened.map(({event}) => event),
      (events) => events.includes('downloadFolderImported'),
    )
    expect(arr.commands.list().some(({name}) => name === 'RefreshMonitoredDownloads')).toBe(true)
    expect(server.world.get(some.hash)).toBeDefined()
  },
)
