/**
 * What managers cost: eight of them beside 20,000 torrents on four servers, and four, or none, beside 50. Each Arr has a
 * library of 5,000. The program is a process of its own, run as `npm start` runs it; simulated Arrs live here and count
 * what they are asked.
 */
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {createArrSim, type ArrSim} from '#lab/arrs/create.ts'
import {startFleetProcess, type FleetProcess} from '#lab/simulators/fleet-process.ts'
import {Program, sectionsOf, until, type Api} from '#test/program/program.fixture.ts'
import type {Report} from './report.ts'

/** Watched so long; what is told by the hour is counted up from that. */
const MINUTES = Number(process.env['COMMODARR_BENCH_MINUTES'] ?? 2.5)
/** Lists are read, libraries looked into, and rules have judged everybody. */
const SETTLE_MS = 60_000
/** Linux: ticks of a second. */
const TICKS = 100

interface Harness {
  readonly folder: string
  readonly fleet: FleetProcess
  readonly sim: ArrSim
  readonly program: Program
  readonly api: Api
}

export async function run(report: Report): Promise<void> {
  await eight(report)
  await small(report)
}

async function eight(report: Report): Promise<void> {
  const harness = await start({arrs: 8, servers: 4, torrents: 5_000})
  const busy = harness.sim.arr('radarr0').arr
  // A queue that has something to tell at each look.
  for (let n = 0; n < 20; n++) {
    busy.releases.define({itemId: n + 1, title: `Film ${n}.2020.1080p`, life: {completeAfter: 86_400}})
  }
  busy.commands.post('MissingMoviesSearch', {}, 'manual')
  const asked = () => harness.sim.all.map(({arr}) => arr.stats.requests.length)
  const atServers = async () => {
    const all = await Promise.all(
      harness.fleet.servers.map(({name}) => harness.fleet.send(name, {do: 'counters'})),
    )
    return all.reduce((sum, {total}) => sum + total, 0)
  }
  await delay(SETTLE_MS)
  // Since the first log-in: lists, and what rules want of all torrents that they find.
  report.figure('managers.eight.first_tidy_requests_per_torrent', (await atServers()) / 20_000, 'requests')
  const [before, serversBefore, cpuBefore] = [asked(), await atServers(), cpuOf(harness.program.pid)]
  await delay(MINUTES * 60_000)
  const [after, serversAfter, cpuAfter] = [asked(), await atServers(), cpuOf(harness.program.pid)]
  const hourly = (count: number) => (count * 60) / MINUTES
  const each = after.map((count, at) => hourly(count - before[at]!))
  report.figure('managers.eight.questions_busy_arr', each[0]!, '1/h')
  report.figure('managers.eight.questions_idle_arr', Math.max(...each.slice(1)), '1/h')
  const toServers = hourly(serversAfter - serversBefore)
  report.figure('managers.eight.questions_servers', toServers, '1/h')
  // Two queues of each Arr, a list for each Arr and server, the trackers of each torrent, every five seconds.
  const polls = 720 * (8 * 2 + 8 * 4 + 20_000)
  const all = toServers + each.reduce((sum, count) => sum + count, 0)
  report.figure('managers.eight.questions_against_polling', all / polls, 'share')
  report.figure('managers.eight.cpu', (cpuAfter - cpuBefore) / (MINUTES * 60), 'ms/s')
  report.figure('managers.eight.rss', rssOf(harness.program.pid), 'MB')
  const {processes} = await harness.api.get<{processes: readonly Shown[]}>('/api/processes')
  // All of them are in one thread, whose heap each of them tells.
  const heaps = processes.map(({pulse}) => (pulse?.heap_used ?? 0) / 1_048_576)
  report.figure('managers.eight.heap_by_manager', Math.max(...heaps) / processes.length, 'MB')
  await stop(harness)
}

async function small(report: Report): Promise<void> {
  const managed = await start({arrs: 4, servers: 1, torrents: 50})
  const alone = await start({arrs: 0, servers: 1, torrents: 50})
  await delay(SETTLE_MS)
  const [all, without] = [rssOf(managed.program.pid), rssOf(alone.program.pid)]
  report.figure('managers.small.rss', all, 'MB')
  report.figure('managers.small.rss_without_arrs', without, 'MB')
  report.figure('managers.small.rss_by_manager', (all - without) / 4, 'MB')
  await stop(managed)
  await stop(alone)
}

interface Shown {
  readonly pulse: {readonly heap_used: number} | null
}

async function start(wish: {arrs: number; servers: number; torrents: number}): Promise<Harness> {
  const folder = mkdtempSync(join(tmpdir(), 'commodarr-bench-'))
  const fleet = await startFleetProcess({
    servers: Array.from({length: wish.servers}, (_, seed) => ({
      name: `qBit-${seed}`,
      kind: 'qbittorrent' as const,
      version: '5.1.0',
      seed,
      count: wish.torrents,
      mix: 'seeding' as const,
      changePercentPerSecond: 1,
    })),
  })
  // The categories of invented torrents first, so that most belong to some Arr.
  const categories = ['iso', 'films', 'series', 'books', 'music', 'a', 'b', 'c']
  const names = Array.from({length: wish.arrs}, (_, at) => `radarr${at}`)
  const sim = await createArrSim({
    instances: names.map((name, at) => ({
      name,
      app: 'radarr' as const,
      library: {items: 5_000},
      downloadClients: [{name: `box-${at}`, category: categories[at]!}],
    })),
  })
  const sections = names.map((name, at) => {
    const {url, apiKey} = sim.arr(name)
    const lines = [`[Radarr-${at}]`, 'Managed = true', `URI = "${url}"`, `APIKey = "${apiKey}"`]
    return [...lines, `Category = "${categories[at]!}"`, 'RssSyncTimer = 0', ''].join('\n')
  })
  const config = join(folder, 'config.toml')
  writeFileSync(config, `${sectionsOf(fleet.definitions)}\n${sections.join('\n')}`)
  const args = ['--config', config, '--data', join(folder, 'data'), '--port', '0']
  const program = new Program(args, {isBuilt: true})
  const api = await program.api()
  await api.online()
  await until(
    () => api.get<{processes: readonly Shown[]}>('/api/processes'),
    ({processes}) => processes.length >= wish.arrs && processes.every(({pulse}) => pulse !== null),
  )
  return {folder, fleet, sim, program, api}
}

async function stop({folder, fleet, sim, program}: Harness): Promise<void> {
  await program.end()
  await sim.close()
  await fleet.stop()
  rmSync(folder, {recursive: true, force: true})
}

/** ms, of all threads. */
function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
  return ((Number(user) + Number(system)) / TICKS) * 1_000
}

function rssOf(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1_024
}
