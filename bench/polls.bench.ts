/**
 * What following a list costs, by kind of client: one server of 10,000 torrents of which 0.5 % change in a second,
 * polled every 2 s for ten minutes of its clock, so that whatever falls due at a slower pace is in the mean. Bytes are
 * of the answers as decoded; CPU is of our own code alone (not of the
 * kernel), until the rows are handed on.
 */
import {createClient} from '#clients/registry.ts'
import type {SyncSink} from '#clients/port.ts'
import {definitionOf} from '#lab/simulators/fleet-process.ts'
import type {SimServerSpec} from '#lab/simulators/sim-server.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import {insideMetainfo} from '#test/doubles/inside-work.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {BenchProcess} from './bench-process.ts'
import type {ServerRequest, ServerStarted} from './polled-server.ts'
import type {Report} from './report.ts'

const TORRENTS = 10_000
const INTERVAL_SECONDS = 2
/** Until whatever is read once is read. */
const SETTLING_POLLS = 60
const POLLS = 300
/** What the others are compared with: its protocol tells changes alone. */
const MEASURE = 'qbittorrent_5.1'

const kinds = [
  {name: MEASURE, kind: 'qbittorrent', version: '5.1.0'},
  {name: 'transmission_4.1', kind: 'transmission', version: '4.1.4'},
  {name: 'transmission_3.00', kind: 'transmission', version: '3.00'},
  {name: 'rtorrent_0.16', kind: 'rtorrent', version: '0.16.17'},
  {name: 'rtorrent_0.9', kind: 'rtorrent', version: '0.9.8'},
] as const

const bounds = {timeoutMs: 60_000, maxBytes: 256 * 1024 * 1024}

/** A poll in the mean. */
interface Cost {
  readonly bytes: number
  readonly cpuMs: number
  readonly rows: number
}

export async function run(report: Report): Promise<void> {
  let measure: Cost | null = null
  for (const one of kinds) {
    const cost = await costOf(one)
    measure ??= cost
    report.figure(`polls.${one.name}.bytes`, cost.bytes, 'B')
    report.figure(`polls.${one.name}.cpu`, cost.cpuMs, 'ms')
    report.figure(`polls.${one.name}.rows`, cost.rows, 'rows')
    if (one.name === MEASURE) continue
    report.figure(`polls.${one.name}.bytes_against_qbittorrent`, cost.bytes / measure.bytes, 'times')
    report.figure(`polls.${one.name}.cpu_against_qbittorrent`, cost.cpuMs / measure.cpuMs, 'times')
  }
}

async function costOf({name, kind, version}: (typeof kinds)[number]): Promise<Cost> {
  const server = new BenchProcess<ServerRequest>('polled-server.ts')
  const spec: SimServerSpec = {
    name,
    kind,
    version,
    count: TORRENTS,
    seed: 100,
    changePercentPerSecond: 0.5,
    queueing: false,
  }
  const started = await server.ask<ServerStarted>({do: 'start', spec})
  const clock = new VirtualClock()
  const client = createClient({
    definition: definitionOf({name, kind, version, ...started}),
    clock,
    turns: new TimeSlice(),
    metainfo: insideMetainfo,
  })
  const total = {bytes: 0, cpuMs: 0, rows: 0}
  await client.connect(bounds)
  for (let poll = 0; poll < SETTLING_POLLS + POLLS; poll++) {
    await server.ask({do: 'pass', seconds: INTERVAL_SECONDS})
    await clock.advance(INTERVAL_SECONDS * 1000)
    const before = process.threadCpuUsage()
    const {bytes, rows} = await client.sync.step({list: 'delta', attentive: true}, nowhere, {
      delta: bounds,
      full: bounds,
    })
    const {user} = process.threadCpuUsage(before)
    if (poll < SETTLING_POLLS) continue
    total.bytes += bytes
    total.cpuMs += user / 1000
    total.rows += rows
  }
  await client.close()
  await server.leave()
  return {bytes: total.bytes / POLLS, cpuMs: total.cpuMs / POLLS, rows: total.rows / POLLS}
}

const nowhere: SyncSink = {
  begin: () => {},
  row: () => {},
  removed: () => {},
  end: () => {},
  stats: () => {},
  categories: () => {},
  tags: () => {},
}
