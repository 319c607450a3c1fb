/**
 * The program with a thousand people in a process of its own: fills a database, starts on it, and lets itself be
 * measured. `people.bench.ts` forks it, once to fill and once to start, so that start and memory are those of a start.
 */
import {mkdirSync} from 'node:fs'
import {join} from 'node:path'
import {monitorEventLoopDelay, performance} from 'node:perf_hooks'
import {setTimeout as delay} from 'node:timers/promises'
import pino from 'pino'
import {accessOf} from '#accounts/grants.ts'
import type {AppDeps} from '#app/compose-base.ts'
import {composeApp, type App} from '#app/compose.ts'
import {openPeopleOfApp} from '#app/compose-people.ts'
import {usualWebUi} from '#config/load.ts'
import {systemClock} from '#lib/clock.ts'
import type {Acting} from '#model/access.ts'
import {Secret} from '#model/secret.ts'
import {plainDraft} from '#registry/servers/draft.ts'
import {Store} from '#store/store.ts'

export type PeopleRequest =
  | {readonly do: 'fill'; readonly folder: string; readonly users: number; readonly serversEach: number}
  | {readonly do: 'start'; readonly folder: string}
  | {readonly do: 'set-up'}
  | {readonly do: 'log-in'; readonly times: number}
  | {readonly do: 'ask'; readonly times: number}
  | {readonly do: 'watch'; readonly seconds: number}
  | {readonly do: 'stop'}

/** Figures by name. */
export type PeopleAnswer = Readonly<Record<string, number>>

const log = pino({level: 'silent'})
const password = 'a password for the bench'
let app: App | null = null
let cookie = ''

process.on('message', (request) => {
  void answer(request as PeopleRequest).then((figures) => process.send?.(figures))
})
process.on('disconnect', () => process.exit(0))

function answer(request: PeopleRequest): Promise<PeopleAnswer> {
  switch (request.do) {
    case 'fill':
      return fill(request.folder, request.users, request.serversEach)
    case 'start':
      return start(request.folder)
    case 'set-up':
      return setUp()
    case 'log-in':
      return logIn(request.times)
    case 'ask':
      return ask(request.times)
    case 'watch':
      return watch(request.seconds)
    case 'stop':
      return stop()
  }
}

async function partsIn(folder: string): Promise<AppDeps> {
  mkdirSync(folder, {recursive: true})
  return {
    servers: [],
    dataFolder: folder,
    store: await Store.sqlite(join(folder, 'commodarr.db')),
    webui: usualWebUi,
    isOpen: false,
    file: null,
    env: {},
    demo: false,
    log,
    reachesHost: async () => true,
  }
}

/** They refuse at once: what is measured is ours, not theirs. */
const ports = Array.from({length: 40}, (_, n) => 1025 + n)

/** An administrator allows all of them to every member: several have to share one, and none is public. */
async function fill(folder: string, users: number, serversEach: number): Promise<PeopleAnswer> {
  const parts = await partsIn(folder)
  const people = await openPeopleOfApp({...parts, clock: systemClock})
  const filler = {name: 'bench', origin: 'api', userId: null, address: null} as const
  const memberAddresses = ports.map((port) => ({userId: null, address: '127.0.0.1', port}))
  await people.settings.change(filler, {memberAddresses})
  const startedAt = performance.now()
  for (let n = 0; n < users; n++) {
    const user = await people.users.create({name: `user ${n}`, role: 'member'}, filler)
    const by: Acting = {
      actor: {...filler, name: user.name, userId: user.id},
      access: accessOf({userId: user.id, role: 'member', scopes: null, servers: null}, people.directory),
    }
    for (let at = 0; at < serversEach; at++) {
      await people.serverService.create(by, {
        ...plainDraft,
        kind: 'qbittorrent',
        name: `server ${n}-${at}`,
        username: 'admin',
        password: new Secret('secret'),
        address: {url: `http://127.0.0.1:${ports[(n * serversEach + at) % ports.length]}`},
      })
    }
  }
  const ms = performance.now() - startedAt
  await people.close()
  await parts.store.close()
  return {ms_per_server: ms / (users * serversEach)}
}

async function start(folder: string): Promise<PeopleAnswer> {
  const startedAt = performance.now()
  app = await composeApp(await partsIn(folder))
  await app.http.listen({host: '127.0.0.1', port: 0})
  return {ms: performance.now() - startedAt, rss_mb: megabytes(process.memoryUsage.rss())}
}

async function setUp(): Promise<PeopleAnswer> {
  const token = app!.people.setUp.token.reveal()
  const payload = {username: 'ada', password, token}
  const made = await app!.http.app.inject({method: 'POST', url: '/api/setup', payload})
  if (made.statusCode >= 300) throw new Error(`set-up: ${made.statusCode} ${made.body}`)
  return {}
}

/** One after the other; the longest the loop stood still meanwhile. */
async function logIn(times: number): Promise<PeopleAnswer> {
  const delays = monitorEventLoopDelay({resolution: 1})
  delays.enable()
  const cpuBefore = process.cpuUsage()
  const threadBefore = process.threadCpuUsage()
  const startedAt = performance.now()
  for (let n = 0; n < times; n++) {
    const payload = {username: 'ada', password}
    const answered = await app!.http.app.inject({method: 'POST', url: '/api/session', payload})
    if (answered.statusCode >= 300) throw new Error(`log-in: ${answered.statusCode} ${answered.body}`)
    cookie = [answered.headers['set-cookie']].flat()[0]!.split(';')[0]!
  }
  const ms = performance.now() - startedAt
  delays.disable()
  const cpu = process.cpuUsage(cpuBefore)
  const thread = process.threadCpuUsage(threadBefore)
  return {
    ms: ms / times,
    cpu_ms: (cpu.user + cpu.system) / 1000 / times,
    main_thread_cpu_ms: (thread.user + thread.system) / 1000 / times,
    loop_delay_max: delays.max / 1e6 - 1,
  }
}

/** The same list asked for without and with somebody behind it, by turns: ms a request. */
async function ask(times: number): Promise<PeopleAnswer> {
  const open = {url: '/health'}
  const known = {url: '/health', headers: {cookie}}
  const list = {url: '/api/torrents?limit=100', headers: {cookie}}
  const rounds = 20
  const spent = {open: [] as number[], known: [] as number[], list: [] as number[]}
  for (let round = 0; round < rounds; round++) {
    for (const [name, request] of Object.entries({open, known, list})) {
      spent[name as keyof typeof spent].push(await timed(request, times / rounds))
    }
  }
  const [bare, signedIn, listed] = [median(spent.open), median(spent.known), median(spent.list)]
  return {overhead_ms: signedIn - bare, list_ms: listed}
}

async function timed(
  request: {url: string; headers?: Record<string, string>},
  times: number,
): Promise<number> {
  const startedAt = performance.now()
  for (let n = 0; n < times; n++) {
    const {statusCode} = await app!.http.app.inject(request)
    if (statusCode !== 200) throw new Error(`${request.url}: ${statusCode}`)
  }
  return (performance.now() - startedAt) / times
}

async function watch(seconds: number): Promise<PeopleAnswer> {
  const delays = monitorEventLoopDelay({resolution: 1})
  delays.enable()
  const before = process.threadCpuUsage()
  await delay(seconds * 1000)
  delays.disable()
  const {user, system} = process.threadCpuUsage(before)
  return {
    cpu_ms: (user + system) / 1000 / seconds,
    loop_delay_p99: delays.percentile(99) / 1e6 - 1,
    loop_delay_max: delays.max / 1e6 - 1,
    rss_mb: megabytes(process.memoryUsage.rss()),
  }
}

async function stop(): Promise<PeopleAnswer> {
  const startedAt = performance.now()
  await app!.stop()
  return {ms: performance.now() - startedAt}
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]!
}

function megabytes(bytes: number): number {
  return bytes / 1_048_576
}
