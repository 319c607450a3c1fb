/**
 * The program itself in a process of its own, so that what is measured of it is its own: memory, main-thread CPU,
 * event-loop delay. `sync.bench.ts` forks it and asks; it ends with its parent.
 */
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {monitorEventLoopDelay, performance} from 'node:perf_hooks'
import {setTimeout as delay} from 'node:timers/promises'
import type {App} from '#app/compose.ts'
import {definitionOf, type ReadyServer} from '#lab/simulators/fleet-process.ts'
import {isOnline} from '#links/health.ts'
import {composeBenchApp} from './compose.ts'

export interface StartRequest {
  readonly do: 'start'
  readonly servers: readonly ReadyServer[]
  /** Torrents that make all lists complete. */
  readonly torrents: number
}
export interface StartAnswer {
  readonly address: string
  readonly firstListMs: number
  /** Of the main thread, from listening until all lists are complete. */
  readonly firstListCpuMs: number
  readonly loopDelayP99Ms: number
  readonly loopDelayMaxMs: number
  readonly rssMb: number
}
export interface MeasureRequest {
  readonly do: 'measure'
  readonly seconds: number
  /** Event-loop delay or CPU: whoever watches the delay closely spends CPU on that (10 ms a second). */
  readonly what: 'delay' | 'cpu'
}
export interface MeasureAnswer {
  /** Main thread alone. */
  readonly cpuMs: number
  readonly utilization: number
  /** 0 when CPU was measured. */
  readonly loopDelayP99Ms: number
  readonly rssMb: number
  readonly rssPeakMb: number
  /** ms between two polls, by server. */
  readonly pollMs: Readonly<Record<string, number>>
  /** Servers that are not online, with the reason. */
  readonly troubled: readonly string[]
}
export type AppRequest = StartRequest | MeasureRequest

/** ms; what the histogram counts is this and the delay. */
const resolution = 1
const folder = mkdtempSync(join(tmpdir(), 'commodarr-bench-'))
let app: App | null = null

process.on('message', (request) => void answer(request as AppRequest))
process.on('disconnect', () => {
  rmSync(folder, {recursive: true, force: true})
  process.exit(0)
})

async function answer(request: AppRequest): Promise<void> {
  process.send?.(request.do === 'start' ? await start(request) : await measure(request))
}

async function start({servers, torrents}: StartRequest): Promise<StartAnswer> {
  const startedAt = performance.now()
  const delays = monitorEventLoopDelay({resolution})
  delays.enable()
  app = await composeBenchApp(servers.map(definitionOf), folder)
  const [address] = await app.http.listen({host: '127.0.0.1', port: 0})
  const cpuBefore = process.threadCpuUsage()
  while (!isComplete(app, torrents)) await delay(25)
  delays.disable()
  const {user, system} = process.threadCpuUsage(cpuBefore)
  return {
    address: address!,
    firstListMs: performance.now() - startedAt,
    firstListCpuMs: (user + system) / 1000,
    loopDelayP99Ms: delays.percentile(99) / 1e6 - resolution,
    loopDelayMaxMs: delays.max / 1e6 - resolution,
    rssMb: megabytes(process.memoryUsage.rss()),
  }
}

function isComplete(running: App, torrents: number): boolean {
  const servers = running.links.list()
  if (servers.some(({health}) => !isOnline(health.status))) return false
  return servers.reduce((sum, server) => sum + server.torrents, 0) >= torrents
}

/** What the program does while somebody watches all servers and the torrents change. */
async function measure({seconds, what}: MeasureRequest): Promise<MeasureAnswer> {
  const running = app!
  const ids = running.links.list().map(({id}) => id)
  const delays = monitorEventLoopDelay({resolution})
  if (what === 'delay') delays.enable()
  const cpuBefore = process.threadCpuUsage()
  const loopBefore = performance.eventLoopUtilization()
  for (let second = 0; second < seconds; second++) {
    running.links.watch(ids)
    await delay(1000)
  }
  delays.disable()
  const {user, system} = process.threadCpuUsage(cpuBefore)
  const servers = running.links.list()
  return {
    cpuMs: (user + system) / 1000,
    utilization: performance.eventLoopUtilization(loopBefore).utilization,
    loopDelayP99Ms: what === 'delay' ? delays.percentile(99) / 1e6 - resolution : 0,
    rssMb: megabytes(process.memoryUsage.rss()),
    rssPeakMb: process.resourceUsage().maxRSS / 1024,
    pollMs: Object.fromEntries(servers.map(({id, pollMs}) => [id, pollMs ?? 0])),
    troubled: servers
      .filter(({health}) => !isOnline(health.status))
      .map(({id, health}) => `${id}: ${health.status} (${health.reason})`),
  }
}

function megabytes(bytes: number): number {
  return bytes / 1_048_576
}
