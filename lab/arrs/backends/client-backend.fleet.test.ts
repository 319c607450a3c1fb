/** An Arr and a torrent server that both are there for others to see, and only meet by their protocols. */
import {afterEach, expect, test} from 'vitest'
import type {TorrentClient} from '#clients/port.ts'
import {createClient} from '#clients/kinds/registry.ts'
import {systemClock} from '#lib/clock.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import {insideMetainfo} from '#test/doubles/inside-work.ts'
import {definitionOf} from '../../simulators/fleet-process.ts'
import {startSimServer, type SimServer} from '../../simulators/sim-server.ts'
import {makeTorrent} from '../../torrent-maker.ts'
import {assembleSim, type ArrSim} from '../create.ts'
import {ClientBackend} from './client-backend.ts'

let server: SimServer
let client: TorrentClient
let sim: ArrSim
afterEach(async () => {
  await sim.close()
  await client.close()
  await server.server.stop()
})

for (const [kind, version] of [
  ['qbittorrent', '5.1.0'],
  ['transmission', '4.1.4'],
  ['rtorrent', '0.16.17'],
] as const) {
  test(`${kind}: what an Arr grabs is there, what is done is imported, what is removed is gone for it`, async () => {
    server = await startSimServer({name: 'box', kind, version, count: 3, seed: 1}, systemClock)
    const {url} = server.server
    const {username, password} = server
    const definition = definitionOf({name: 'box', kind, version, url, username, password})
    client = createClient({definition, clock: systemClock, turns: new TimeSlice(), metainfo: insideMetainfo})
    const film = makeTorrent({name: 'Some.Film.2020.1080p', content: {'film.mkv': 50_000}})
    const other = makeTorrent({name: 'Other.Film.2021.1080p', content: {'film.mkv': 60_000}})
    const torrents = new Map([film, other].map(({hash, torrent}) => [hash as string, torrent]))
    const remove = (hash: string): Promise<void> => {
      server.world.commands.removeWithData([server.world.get(hash)!])
      return Promise.resolve()
    }
    sim = assembleSim({
      clock: 'virtual',
      backends: {box: new ClientBackend({client, remove, torrents})},
      instances: [
        {
          name: 'Radarr',
          app: 'radarr',
          downloadClients: [{name: 'box', category: 'of-radarr'}],
          library: [
            {title: 'Some Film', year: 2020},
            {title: 'Other Film', year: 2021},
          ],
        },
      ],
    })
    const {arr} = sim.arr('Radarr')
    for (const [at, made] of [film, other].entries()) {
      const content = made.files.map(({path, bytes}) => ({path, size: bytes.length, kind: 'video' as const}))
      arr.releases.define({itemId: at + 1, title: made.name, hash: made.hash, content})
    }
    arr.commands.post('MoviesSearch', {movieIds: [1, 2]}, 'manual')
    await sim.time.advance(20_000)
    expect([...arr.queue.keys()].sort()).toEqual([film, other].map(({hash}) => hash.toUpperCase()).sort())
    expect(server.world.get(film.hash)?.category).toBe('of-radarr')
    const {world} = server
    const one = world.get(film.hash)!
    world.update(one, {done: one.size, state: 'seeding', downSpeed: 0})
    for (const file of world.files(one)) Object.assign(file, {done: file.size})
    await remove(other.hash)
    await sim.time.advance(70_000)
    expect(arr.queue.size).toBe(0)
    expect(arr.history.happened.map(({event}) => event)).toEqual([
      'grabbed',
      'grabbed',
      'downloadFolderImported',
    ])
    expect(arr.library.has(arr.library.unit(1)!)).toBe(true)
    expect(arr.history.happened.at(-1)?.data.droppedPath).toMatch(/Some\.Film\.2020\.1080p\/film\.mkv$/)
  })
}
