/** What following a list takes from a server, against qBittorrent, whose protocol tells changes alone. */
import {expect, test} from 'vitest'
import {definitionOf} from '#lab/simulators/fleet-process.ts'
import {startSimServer, type SimServerSpec} from '#lab/simulators/sim-server.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import {insideMetainfo} from '#test/doubles/inside-work.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {isFull} from '#test/proof.ts'
import {Replica} from './conformance/replica.conformance.ts'
import {createClient} from './registry.ts'

const TORRENTS = isFull ? 10_000 : 2_000
const SETTLING_POLLS = 60
const POLLS = isFull ? 300 : 100
const bounds = {timeoutMs: 60_000, maxBytes: 256 * 1024 * 1024}

/** Bytes and rows of a poll in the mean, one every 2 s, while 0.5 % of the torrents change in a second. */
async function costOf(kind: SimServerSpec['kind'], version: string) {
  const clock = new VirtualClock()
  const spec = {
    name: kind,
    kind,
    version,
    count: TORRENTS,
    seed: 100,
    changePercentPerSecond: 0.5,
    queueing: false,
  }
  const sim = await startSimServer(spec, clock)
  const {username, password} = sim
  const client = createClient({
    definition: definitionOf({name: kind, kind, version, url: sim.server.url, username, password}),
    clock,
    turns: new TimeSlice(),
    metainfo: insideMetainfo,
  })
  const total = {bytes: 0, rows: 0}
  try {
    await client.connect(bounds)
    const replica = new Replica()
    for (let poll = -SETTLING_POLLS; poll < POLLS; poll++) {
      await clock.advance(2_000)
      const wish = {list: 'delta', attentive: true} as const
      const {bytes, rows} = await client.sync.step(wish, replica, {delta: bounds, full: bounds})
      if (poll < 0) continue
      total.bytes += bytes
      total.rows += rows
    }
  } finally {
    await client.close()
    sim.motion.stop()
    await sim.server.stop()
  }
  return {bytes: total.bytes / POLLS, rows: total.rows / POLLS}
}

test(
  'a poll costs few times what it costs with qBittorrent, and tells about as many rows',
  {timeout: 300_000},
  async () => {
    const measure = await costOf('qbittorrent', '5.1.0')
    const against = async (...server: Parameters<typeof costOf>) => {
      const {bytes, rows} = await costOf(...server)
      return {bytes: bytes / measure.bytes, rows: rows / measure.rows}
    }
    const told = isFull ? 3.2 : 4
    expect((await against('transmission', '4.1.4')).bytes).toBeLessThan(told)
    const json = await against('rtorrent', '0.16.17')
    // What is read of those that have a rate is bounded by itself, not by how many torrents there are.
    expect(json.bytes).toBeLessThan(isFull ? 4 : 8)
    // A light list has a row of each torrent, which says that it is there.
    expect(json.rows).toBeLessThan(6)
    if (!isFull) return
    expect((await against('transmission', '3.00')).bytes).toBeLessThan(told)
    expect((await against('rtorrent', '0.9.8')).bytes).toBeLessThan(7)
  },
)
