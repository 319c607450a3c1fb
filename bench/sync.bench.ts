/**
 * The program against simulated fleets of 100,000 torrents: ten servers of 10,000 each in mixed kinds, and one server
 * with all of them. A tick is one poll of one server, every 2 s while somebody watches it, and 1 % of its torrents
 * change from one to the next. `cpu_per_second` is what all polls of all servers cost together.
 */
import {performance} from 'node:perf_hooks'
import {setTimeout as delay} from 'node:timers/promises'
import type {CounterFigures} from '#lab/simulators/counters.ts'
import {startFleetProcess, type FleetProcess} from '#lab/simulators/fleet-process.ts'
import type {SimServerSpec} from '#lab/simulators/sim-server.ts'
import type {MeasureAnswer} from './app-process.ts'
import {MeasuredApp} from './measured-app.ts'
import {percentile} from './percentile.ts'
import type {Report} from './report.ts'

/** Queueing off: with it each finished download renumbers all behind, and far more than 1 % would change. */
const moving = {changePercentPerSecond: 0.5, queueing: false} as const

const kinds = [
  {kind: 'qbittorrent', version: '5.1.0'},
  {kind: 'transmission', version: '4.1.4'},
  {kind: 'rtorrent', version: '0.16.17'},
  {kind: 'qbittorrent', version: '4.5.2'},
  {kind: 'transmission', version: '3.00'},
] as const

const ten: SimServerSpec[] = Array.from({length: 10}, (_, index) => {
  const {kind, version} = kinds[index % kinds.length]!
  return {name: `${kind}-${index}`, kind, version, count: 10_000, seed: 100 + index, ...moving}
})
const one: SimServerSpec[] = [
  {name: 'giant', kind: 'qbittorrent', version: '5.1.0', count: 100_000, seed: 7, ...moving},
]

const settleSeconds = 10
const measuredSeconds = 30
const rounds = 20

export async function run(report: Report): Promise<void> {
  await measure(report, 'sync.ten', ten)
  await measure(report, 'sync.one', one)
}

async function measure(report: Report, name: string, servers: SimServerSpec[]): Promise<void> {
  const fleet = await startFleetProcess({servers})
  const app = new MeasuredApp()
  const torrents = servers.reduce((sum, server) => sum + server.count, 0)
  const started = await app.start(fleet.servers, torrents)
  report.figure(`${name}.first_list`, started.firstListMs, 'ms')
  report.figure(`${name}.first_list_cpu`, (started.firstListCpuMs * 1000) / torrents, 'µs')
  report.figure(`${name}.first_sync_loop_delay_p99`, started.loopDelayP99Ms, 'ms')
  report.figure(`${name}.first_sync_loop_delay_max`, started.loopDelayMaxMs, 'ms')
  const before = await countersOf(fleet)
  const settling = await app.measure(settleSeconds, 'delay')
  report.figure(`${name}.loop_delay_p99`, settling.loopDelayP99Ms, 'ms')
  await countersOf(fleet, true)
  const ticks = await app.measure(measuredSeconds, 'cpu')
  reportTicks(report, name, ticks)
  reportTraffic(report, name, before, await countersOf(fleet), ticks)
  const windows = await timeWindows(started.address)
  report.figure(`${name}.first_window_p50`, percentile(windows, 0.5), 'ms')
  report.figure(`${name}.first_window_p95`, percentile(windows, 0.95), 'ms')
  const after = await app.measure(1, 'cpu')
  report.figure(`${name}.rss_peak`, after.rssPeakMb, 'MB')
  await app.end()
  await fleet.stop()
}

function reportTicks(report: Report, name: string, ticks: MeasureAnswer): void {
  if (ticks.troubled.length > 0) throw new Error(`servers in trouble: ${ticks.troubled.join(', ')}`)
  const polls = Object.values(ticks.pollMs).reduce((sum, ms) => sum + (measuredSeconds * 1000) / ms, 0)
  report.figure(`${name}.cpu_per_tick`, ticks.cpuMs / polls, 'ms')
  report.figure(`${name}.cpu_per_second`, ticks.cpuMs / measuredSeconds, 'ms')
  report.figure(`${name}.loop_utilization`, ticks.utilization, 'share')
  report.figure(`${name}.rss`, ticks.rssMb, 'MB')
}

/** What was read from each server in the measured time, beside what reading everything at each poll would have been. */
function reportTraffic(
  report: Report,
  name: string,
  firstSync: Readonly<Record<string, CounterFigures>>,
  ticks: Readonly<Record<string, CounterFigures>>,
  {pollMs}: MeasureAnswer,
): void {
  for (const [server, figures] of Object.entries(ticks)) {
    const whole = Math.max(...Object.values(firstSync[server]!.largestAnswers))
    const polls = (measuredSeconds * 1000) / (pollMs[server] || 1000)
    const perPoll = figures.bytesOut / polls
    report.figure(`${name}.${server}.poll_interval`, pollMs[server] ?? 0, 'ms')
    report.figure(`${name}.${server}.bytes_per_poll`, perPoll, 'B')
    report.figure(`${name}.${server}.bytes_full_list`, whole, 'B')
    report.figure(`${name}.${server}.bytes_against_full`, perPoll / whole, 'share')
    report.figure(`${name}.${server}.requests`, figures.total / measuredSeconds, '1/s')
  }
}

const questions = [
  'sort=-added_at',
  'sort=name&state=seeding',
  'sort=-down_speed&active=true',
  'sort=-size&category=films',
  'sort=-ratio&private=true&complete=true',
  'sort=-uploaded&q=debian',
  'sort=name&q=lights%201080p&tag=keep',
  'sort=-progress&state=downloading&facets=state,category',
  'sort=server,name&tracker=bt.example.org&facets=server,state,category,tag,tracker',
  'sort=-up_speed,name&size_min=1000000000',
]

/** ms from asking to the last byte of the first window, while the torrents go on changing. */
async function timeWindows(address: string): Promise<number[]> {
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    for (const question of questions) {
      const askedAt = performance.now()
      const answer = await fetch(`${address}/api/torrents?limit=60&${question}`)
      const text = await answer.text()
      times.push(performance.now() - askedAt)
      if (!answer.ok) throw new Error(`GET /api/torrents?${question}: ${answer.status} ${text.slice(0, 200)}`)
      await delay(20)
    }
  }
  return times
}

async function countersOf(fleet: FleetProcess, reset = false): Promise<Record<string, CounterFigures>> {
  const figures: Record<string, CounterFigures> = {}
  for (const {name} of fleet.servers) figures[name] = await fleet.send(name, {do: 'counters', reset})
  return figures
}
