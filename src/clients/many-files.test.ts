/** A torrent of very many files, from each kind of server: nobody else waits while they are read. */
import {afterEach, expect, test, vi} from 'vitest'
import {definitionOf} from '#lab/simulators/fleet-process.ts'
import {startSimServer, type SimServer} from '#lab/simulators/sim-server.ts'
import {systemClock} from '#lib/clock.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import {asInfoHash} from '#model/torrent-key.ts'
import {insideMetainfo} from '#test/doubles/inside-work.ts'
import type {TorrentClient} from './port.ts'
import {createClient} from './kinds/registry.ts'

const FILES = 5_000
const bounds = {timeoutMs: 20_000, maxBytes: 64 * 1024 * 1024}
const hash = asInfoHash('a'.repeat(40))!
/** Files read before somebody looks at the clock. */
const MOST_BETWEEN_LOOKS = 50

let sim: SimServer
let client: TorrentClient
afterEach(async () => {
  await client.close()
  await sim.server.stop()
})

for (const [kind, version] of [
  ['qbittorrent', '4.5.2'],
  ['qbittorrent', '5.3.0'],
  ['transmission', '3.00'],
  ['transmission', '4.1.4'],
  ['rtorrent', '0.9.8'],
  ['rtorrent', '0.16.17'],
] as const) {
  test(`${kind} ${version}: the loop gets its turn every few files, and all arrive in their order`, async () => {
    sim = await startSimServer({name: 'sim', kind, version, count: 0, seed: 1}, systemClock)
    const files = Array.from({length: FILES}, (_, at) => ({
      path: `many/part ${at % 7}/{"odd], ${at}`,
      size: 1_000 + at,
      done: 0,
      priority: at % 3 === 0 ? ('skip' as const) : ('normal' as const),
    }))
    const size = files.reduce((sum, file) => sum + file.size, 0)
    sim.world.put({hash, name: 'many', fileCount: FILES, size, files})
    const turns = new TimeSlice()
    const due = vi.spyOn(turns, 'due').mockReturnValue(true)
    const next = vi.spyOn(turns, 'next')
    const {url} = sim.server
    const definition = definitionOf({
      name: 'sim',
      kind,
      version,
      url,
      username: sim.username,
      password: sim.password,
    })
    client = createClient({definition, clock: systemClock, turns, metainfo: insideMetainfo})
    await client.connect(bounds)
    due.mockClear()
    next.mockClear()
    const read = await client.details.files(hash, bounds)
    expect(next.mock.calls.length).toBeGreaterThan(FILES / MOST_BETWEEN_LOOKS)
    expect(read.map(({index, path, size, priority}) => ({index, path, size, priority}))).toEqual(
      files.map(({path, size, priority}, index) => ({index, path, size, priority})),
    )
  })
}
