/**
 * What `npm start` holds permanently: all processes that it leaves running, those of npm and the launcher among them. RSS
 * counts what several of them share once for each; PSS shares it out, also with the Node that runs this bench.
 */
import {readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {startFleetProcess} from '#lab/simulators/fleet-process.ts'
import type {ServerDefinition} from '#model/server.ts'
import {newFolder, Program, sectionsOf, until} from '#test/program/program.fixture.ts'
import {percentile} from './percentile.ts'
import type {Report} from './report.ts'

const TORRENTS = 20_000
/** What a start left behind is given back by then. */
const SETTLE_MS = 30_000
const LOOKS = 10
const LOOK_EVERY_MS = 1_000

export async function run(report: Report): Promise<void> {
  await measure(report, 'empty', [], 0)
  const spec = {name: 'qBit', kind: 'qbittorrent', version: '5.1.0', seed: 1} as const
  const fleet = await startFleetProcess({
    servers: [{...spec, count: TORRENTS, changePercentPerSecond: 0.5, queueing: false}],
  })
  try {
    await measure(report, 'of_20000', fleet.definitions, TORRENTS)
  } finally {
    await fleet.stop()
  }
}

async function measure(
  report: Report,
  name: string,
  servers: readonly ServerDefinition[],
  torrents: number,
): Promise<void> {
  const folder = newFolder()
  const config = join(folder, 'config.toml')
  writeFileSync(config, sectionsOf(servers))
  const args = ['--config', config, '--data', join(folder, 'data'), '--port', '0']
  const program = new Program(args, {command: ['npm', 'start', '--']})
  try {
    const api = await program.api()
    await until(
      async () => (await api.servers()).reduce((sum, server) => sum + server.torrents, 0),
      (seen) => seen >= torrents,
    )
    await delay(SETTLE_MS)
    const looks: (Held & {readonly npmRssMb: number})[] = []
    for (let look = 0; look < LOOKS; look++) {
      looks.push({...heldBy(program.pid), npmRssMb: figuresOf(program.pid).rssMb})
      await delay(LOOK_EVERY_MS)
    }
    const median = (of: keyof Held | 'npmRssMb') =>
      percentile(
        looks.map((it) => it[of]),
        0.5,
      )
    report.figure(`memory.${name}.rss`, median('rssMb'), 'MB')
    report.figure(`memory.${name}.pss`, median('pssMb'), 'MB')
    report.figure(`memory.${name}.npm_rss`, median('npmRssMb'), 'MB')
    report.figure(`memory.${name}.processes`, median('processes'), 'processes')
  } finally {
    await program.end()
    rmSync(folder, {recursive: true, force: true})
  }
}

interface Held {
  readonly rssMb: number
  readonly pssMb: number
  readonly processes: number
}

/** Of a process, and of all that it and its children started. */
function heldBy(pid: number): Held {
  return startedBy(pid)
    .map(heldBy)
    .reduce(
      (sum, its) => ({
        rssMb: sum.rssMb + its.rssMb,
        pssMb: sum.pssMb + its.pssMb,
        processes: sum.processes + its.processes,
      }),
      figuresOf(pid),
    )
}

/** Of one process. Linux tells. */
function figuresOf(pid: number): Held {
  const own = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  const megabytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(own)![1]) / 1024
  return {rssMb: megabytes('Rss'), pssMb: megabytes('Pss'), processes: 1}
}

/** By any of its threads. */
function startedBy(pid: number): readonly number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) => {
    const text = readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8')
    return text.split(' ').filter(Boolean).map(Number)
  })
}
