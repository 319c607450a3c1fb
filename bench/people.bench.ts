/**
 * What people cost: a log-in (dear on purpose, and not on the event loop), knowing who asks (next to nothing), and a
 * thousand of them with five servers each.
 */
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {BenchProcess} from './bench-process.ts'
import type {PeopleAnswer, PeopleRequest} from './people-process.ts'
import type {Report} from './report.ts'

const users = 1_000
const serversEach = 5

export async function run(report: Report): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'commodarr-bench-'))
  try {
    await few(report, join(folder, 'few'))
    await many(report, join(folder, 'many'))
  } finally {
    rmSync(folder, {recursive: true, force: true})
  }
}

async function few(report: Report, folder: string): Promise<void> {
  const program = new PeopleProcess()
  await program.ask({do: 'start', folder})
  await program.ask({do: 'set-up'})
  const logIn = await program.ask({do: 'log-in', times: 20})
  report.figure('people.log_in', logIn['ms']!, 'ms')
  report.figure('people.log_in.cpu', logIn['cpu_ms']!, 'ms')
  report.figure('people.log_in.main_thread_cpu', logIn['main_thread_cpu_ms']!, 'ms')
  report.figure('people.log_in.loop_delay_max', logIn['loop_delay_max']!, 'ms')
  const asked = await program.ask({do: 'ask', times: 4_000})
  report.figure('people.authenticated_overhead', asked['overhead_ms']!, 'ms')
  report.figure('people.authenticated_list', asked['list_ms']!, 'ms')
  await program.end()
}

async function many(report: Report, folder: string): Promise<void> {
  const filler = new PeopleProcess()
  const filled = await filler.ask({do: 'fill', folder, users, serversEach})
  report.figure('people.many.add_server', filled['ms_per_server']!, 'ms')
  await filler.leave()
  const program = new PeopleProcess()
  const started = await program.ask({do: 'start', folder})
  report.figure('people.many.start', started['ms']!, 'ms')
  report.figure('people.many.start_rss', started['rss_mb']!, 'MB')
  const watched = await program.ask({do: 'watch', seconds: 30})
  report.figure('people.many.cpu_per_second', watched['cpu_ms']!, 'ms')
  report.figure('people.many.loop_delay_p99', watched['loop_delay_p99']!, 'ms')
  report.figure('people.many.loop_delay_max', watched['loop_delay_max']!, 'ms')
  report.figure('people.many.rss', watched['rss_mb']!, 'MB')
  await program.ask({do: 'set-up'})
  await program.ask({do: 'log-in', times: 1})
  const asked = await program.ask({do: 'ask', times: 200})
  report.figure('people.many.authenticated_overhead', asked['overhead_ms']!, 'ms')
  report.figure('people.many.administrators_list', asked['list_ms']!, 'ms')
  await program.end()
}

class PeopleProcess {
  readonly #process = new BenchProcess<PeopleRequest>('people-process.ts')

  ask(request: PeopleRequest): Promise<PeopleAnswer> {
    return this.#process.ask(request)
  }

  async end(): Promise<void> {
    await this.ask({do: 'stop'})
    await this.leave()
  }

  leave(): Promise<void> {
    return this.#process.leave()
  }
}
