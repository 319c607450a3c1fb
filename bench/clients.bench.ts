/**
 * 200 programs that ask for the list of torrents again and again over HTTP, in a fleet of 20,000 on four servers: how
 * many answers a second there are, how long each takes, and what one alone waits. The program is a process of its own;
 * those who ask share this one, so part of what they wait for is theirs.
 */
import {performance} from 'node:perf_hooks'
import {setTimeout as delay} from 'node:timers/promises'
import {startFleetProcess} from '#lab/simulators/fleet-process.ts'
import {MeasuredApp} from './measured-app.ts'
import {percentile} from './percentile.ts'
import type {Report} from './report.ts'

const CLIENTS = 200
const EACH = 5_000
const specs = ['qBit-0', 'qBit-1', 'qBit-2', 'qBit-3'].map((name, seed) => ({
  name,
  kind: 'qbittorrent' as const,
  version: '5.1.0',
  seed,
  count: EACH,
  changePercentPerSecond: 1,
}))
const SETTLE_MS = 5_000
const SECONDS = 20
/** What a page shows at first, and what a program reads at once. */
const pages = {window: '/api/torrents?limit=100', large: '/api/torrents?limit=1000'} as const

export async function run(report: Report): Promise<void> {
  const fleet = await startFleetProcess({servers: specs})
  const app = new MeasuredApp()
  try {
    const {address} = await app.start(fleet.servers, specs.length * EACH)
    await delay(SETTLE_MS)
    for (const [name, path] of Object.entries(pages)) {
      const alone = await ask(address + path, 1)
      report.figure(`clients.${name}.alone_p50`, percentile(alone.took, 0.5), 'ms')
      const [many, used] = await Promise.all([ask(address + path, CLIENTS), app.measure(SECONDS, 'cpu')])
      report.figure(`clients.${name}.of_${CLIENTS}_rate`, many.took.length / many.seconds, '1/s')
      report.figure(`clients.${name}.of_${CLIENTS}_p50`, percentile(many.took, 0.5), 'ms')
      report.figure(`clients.${name}.of_${CLIENTS}_p95`, percentile(many.took, 0.95), 'ms')
      report.figure(`clients.${name}.of_${CLIENTS}_resets`, many.resets, 'connections')
      report.figure(`clients.${name}.of_${CLIENTS}_cpu`, used.cpuMs / SECONDS, 'ms/s')
      report.figure(`clients.${name}.of_${CLIENTS}_rss`, used.rssMb, 'MB')
    }
  } finally {
    await app.end()
    await fleet.stop()
  }
}

interface Answers {
  /** How long each took, ms. */
  readonly took: readonly number[]
  /** Until the last of them was there. */
  readonly seconds: number
  /** Connections that the program closed as idle in the moment in which they were used again. */
  readonly resets: number
}

async function ask(url: string, clients: number): Promise<Answers> {
  const took: number[] = []
  let resets = 0
  const begunAt = performance.now()
  const one = async () => {
    while (performance.now() - begunAt < SECONDS * 1_000) {
      const askedAt = performance.now()
      try {
        const answer = await fetch(url)
        await answer.arrayBuffer()
        if (!answer.ok) throw new Error(`${url} was answered with ${answer.status}.`)
        took.push(performance.now() - askedAt)
      } catch (error) {
        if (!isReset(error)) throw error
        resets++
      }
    }
  }
  await Promise.all(Array.from({length: clients}, one))
  return {took, seconds: (performance.now() - begunAt) / 1_000, resets}
}

function isReset(error: unknown): boolean {
  const cause = error instanceof TypeError ? error.cause : null
  return (
    cause instanceof Error &&
    'code' in cause &&
    (cause.code === 'ECONNRESET' || cause.code === 'UND_ERR_SOCKET')
  )
}
