/** A list with a torrent that cannot be read, from each kind of server: what that one owns nobody knows, so nothing is concluded. */
import {afterEach, expect, test} from 'vitest'
import {definitionOf} from '#lab/simulators/fleet-process.ts'
import {startSimServer, type SimServer} from '#lab/simulators/sim-server.ts'
import {systemClock} from '#lib/clock.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import {asInfoHash} from '#model/torrent-key.ts'
import {insideMetainfo} from '#test/doubles/inside-work.ts'
import type {SyncSink, SyncWant, TorrentClient} from './port.ts'
import {createClient} from './kinds/registry.ts'
import {unreadableRow} from './unreadable-row.ts'

const bounds = {timeoutMs: 20_000, maxBytes: 64 * 1024 * 1024}
const hash = asInfoHash('a'.repeat(40))!

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
  ['deluge', '2.2.0'],
] as const) {
  test(`${kind} ${version}: no list with a torrent that cannot be read is one, whole or in pages`, async () => {
    sim = await startSimServer({name: 'sim', kind, version, count: 0, seed: 1}, systemClock)
    const {url} = sim.server
    const {username, password} = sim
    const definition = definitionOf({name: 'sim', kind, version, url, username, password})
    client = createClient({definition, clock: systemClock, turns: new TimeSlice(), metainfo: insideMetainfo})
    await client.connect(bounds)
    let ended = 0
    const sink: SyncSink = {
      begin() {},
      row() {},
      removed() {},
      end: () => void ended++,
      stats() {},
      categories() {},
      tags() {},
    }
    const step = (list: SyncWant['list']) =>
      client.sync.step({list, attentive: true}, sink, {delta: bounds, full: bounds})
    sim.world.put({hash, name: 'film', size: 10})
    await step('full')
    expect(ended).toBe(1)
    const lost = sim.world.put({hash: 'no hash', name: 'lost', size: 10})
    // Deluge asks for each torrent by its hash: another hash is another program.
    const reported =
      kind === 'deluge' ? expect.any(String) : expect.stringMatching(/"(no hash|lost)".*Restart/i)
    for (const list of ['full', 'paged'] as const)
      await expect(step(list), list).rejects.toMatchObject({name: 'ServerFault', message: reported})
    expect(ended).toBe(1)
    // It is read again as soon as it can be.
    sim.world.drop(lost)
    await step('full')
    expect(ended).toBe(2)
  })
}

test('what a server wrote of such a torrent is repeated in one line, and not without end', () => {
  const {message} = unreadableRow('hash', undefined, '', `a"\n\u202e\u007f${'x'.repeat(500)}`)
  expect(message).toMatch(
    /^The torrent "a\\"\\n\\u202e\\u007fx+…" of the list has no hash that can be read, /,
  )
  expect(message.length).toBeLessThan(350)
  expect(unreadableRow('', 7).message).toContain('"7"')
  expect(unreadableRow('', {}).message).toMatch(/^A torrent of the list cannot be read, /)
})
