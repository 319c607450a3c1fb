/**
 * What one poll costs with each kind of server, one server and one program at a time, with 10,000 torrents. Beside it
 * how many times that of qBittorrent, which reports only what changed. Two worlds: in one 1 % of all torrents change
 * between two polls, though a tenth have a rate; in the other 12 % do, about as many as have a rate, as a real
 * qBittorrent reports each of those. Most of what moves moved before; the rest is another tenth in each minute, which
 * Transmission reports for a minute.
 */
import type {ServerKind} from '#clients/kinds/kinds.ts'
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

/** Changes in percent of all torrents per second; a poll comes every two seconds. */
const worlds = [
  {name: 'polls', changePercentPerSecond: 0.5},
  {name: 'polls.moving', changePercentPerSecond: 6},
] as const

export async function run(report: Report): Promise<void> {
  for (const world of worlds) {
    const [usual, ...others] = kinds
    const best = await measured(report, world, usual)
    for (const its of others) {
      const {bytes, cpuMs} = await measured(report, world, its)
      report.figure(`${world.name}.${its.kind}.bytes_against_qbittorrent`, bytes / best.bytes, 'times')
      report.figure(`${world.name}.${its.kind}.cpu_against_qbittorrent`, cpuMs / best.cpuMs, 'times')
    }
  }
}

async function measured(
  report: Report,
  {name, changePercentPerSecond}: (typeof worlds)[number],
  {kind, version}: (typeof kinds)[number],
): Promise<Poll> {
  const fleet = await startFleetProcess({
    servers: [{name: kind, kind, version, count: TORRENTS, seed: 7, changePercentPerSecond, queueing: false}],
  })
  const app = new MeasuredApp()
  try {
    await app.start(fleet.servers, TORRENTS)
    await app.measure(SETTLE_SECONDS, 'cpu')
    await fleet.send(kind, {do: 'counters', reset: true})
    const {cpuMs, pollMs, troubled} = await app.measure(SECONDS, 'cpu')
    if (troubled.length > 0) throw new Error(`in trouble: ${troubled.join(', ')}`)
    const {bytesOut} = await fleet.send(kind, {do: 'counters', reset: false})
    const polls = (SECONDS * 1_000) / pollMs[kind]!
    const poll = {bytes: bytesOut / polls, cpuMs: cpuMs / polls}
    report.figure(`${name}.${kind}.bytes`, poll.bytes, 'B')
    report.figure(`${name}.${kind}.cpu`, poll.cpuMs, 'ms')
    return poll
  } finally {
    await app.end()
    await fleet.stop()
  }
}
