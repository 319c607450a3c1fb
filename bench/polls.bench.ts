/**
 * What one poll costs with each kind of server: 10,000 torrents of which 1 % change between two polls, one server and
 * one program at a time. Beside it how many times that of qBittorrent, which tells only what changed.
 */
import type {ServerKind} from '#clients/kinds.ts'
import {startFleetProcess} from '#lab/simulators/fleet-process.ts'
import {MeasuredApp} from './measured-app.ts'
import type {Report} from './report.ts'

const kinds = [
  {kind: 'qbittorrent', version: '5.1.0'},
  {kind: 'transmission', version: '4.1.4'},
  {kind: 'rtorrent', version: '0.16.17'},
] as const satisfies readonly {readonly kind: ServerKind; readonly version: string}[]

const TORRENTS = 10_000
const SETTLE_SECONDS = 10
const SECONDS = 40

interface Poll {
  /** Read from the server. */
  readonly bytes: number
  /** Of the main thread, with what the program does besides. */
  readonly cpuMs: number
}

export async function run(report: Report): Promise<void> {
  const [usual, ...others] = kinds
  const best = await measured(report, usual)
  for (const its of others) {
    const {bytes, cpuMs} = await measured(report, its)
    report.figure(`polls.${its.kind}.bytes_against_qbittorrent`, bytes / best.bytes, 'times')
    report.figure(`polls.${its.kind}.cpu_against_qbittorrent`, cpuMs / best.cpuMs, 'times')
  }
}

async function measured(report: Report, {kind, version}: (typeof kinds)[number]): Promise<Poll> {
  const fleet = await startFleetProcess({
    servers: [
      {name: kind, kind, version, count: TORRENTS, seed: 7, changePercentPerSecond: 0.5, queueing: false},
    ],
  })
  const app = new MeasuredApp()
  try {
    await app.start(fleet.servers, TORRENTS)
    await app.measure(SETTLE_SECONDS, 'cpu')
    await fleet.tell(kind, {do: 'counters', reset: true})
    const {cpuMs, pollMs, troubled} = await app.measure(SECONDS, 'cpu')
    if (troubled.length > 0) throw new Error(`in trouble: ${troubled.join(', ')}`)
    const {bytesOut} = await fleet.tell(kind, {do: 'counters', reset: false})
    const polls = (SECONDS * 1_000) / pollMs[kind]!
    const poll = {bytes: bytesOut / polls, cpuMs: cpuMs / polls}
    report.figure(`polls.${kind}.bytes`, poll.bytes, 'B')
    report.figure(`polls.${kind}.cpu`, poll.cpuMs, 'ms')
    return poll
  } finally {
    await app.end()
    await fleet.stop()
  }
}
