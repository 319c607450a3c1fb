/**
 * What the tests of the whole program share: the program composed in this process or started as one of its own, its API
 * as a person's program calls it, and waiting for what comes in its own time. Simulated servers are the tests' own.
 */
import {spawn, type ChildProcess} from 'node:child_process'
import {mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import pino from 'pino'
import type {AppDeps} from '#app/compose-base.ts'
import {composeApp, type App} from '#app/compose.ts'
import {usualWebUi} from '#config/load.ts'
import type {HealthReason, HealthStatus, ServerDefinition} from '#model/server.ts'
import {Store} from '#store/store.ts'
import {waitsFor} from '#test/waits.ts'
import {insideWork} from '#test/doubles/inside-work.ts'
import {programStart} from '../../scripts/program.mjs'
import {localHeaders, printedTokens, tokensOf, type PrintedTokens} from './access.fixture.ts'

/* ───────────────────────────── waiting ───────────────────────────── */

/** Looks, not seconds: a machine that is busy takes longer for each. */
const PATIENCE = 2_000
/** Who waits for long looks more seldom: each look is work of the program that is waited for. */
const pauseMs = (look: number) => Math.min(20 + look * 5, 250)

/**
 * Asks again and again until the answer is as wanted, and gives it back.
 * @throws after so many looks with what was seen last: a wait that ends tells more than a test that hangs
 */
export async function until<T>(ask: () => T | Promise<T>, wanted: (seen: T) => boolean): Promise<T> {
  const wait = waitsFor(wanted.toString())
  for (let look = 1; ; look++) {
    const seen = await ask()
    if (wanted(seen)) {
      wait.ends()
      return seen
    }
    const text = () => JSON.stringify(seen)?.slice(0, 2_000)
    wait.sees(text)
    if (look >= PATIENCE) throw new Error(`waited in vain for ${wanted.toString()}; seen last: ${text()}`)
    await new Promise((done) => setTimeout(done, pauseMs(look)))
  }
}

/* ───────────────────────────── the API ───────────────────────────── */

export interface WireServer {
  readonly server_id: string
  readonly server_type: string
  readonly health: {
    readonly status: HealthStatus
    readonly reason: HealthReason
    readonly detail: string
    readonly advice: string
    readonly next_try_at: number | null
  }
  readonly torrents: number
  readonly epoch: number
  readonly synced_at: number | null
}

export interface WireTorrent {
  readonly server_id: string
  readonly info_hash: string
  readonly [column: string]: unknown
}

interface WireServerInList {
  readonly server_id: string
  readonly status: HealthStatus
  readonly reason: HealthReason
  readonly advice: string
  readonly torrents: number
  readonly stale_rows: number
}

export interface WireList {
  readonly torrents: readonly WireTorrent[]
  readonly total: number
  readonly complete: boolean
  readonly servers_online: number
  readonly servers_total: number
  readonly servers: readonly WireServerInList[]
}

export interface WireItem {
  readonly server_id: string
  readonly info_hash: string
  readonly outcome: 'done' | 'failed' | 'refused' | 'unconfirmed'
  readonly code?: string
  readonly message?: string
}

export interface Answer {
  readonly status: number
  readonly body: unknown
}

export interface Key {
  readonly server_id: string
  readonly info_hash: string
}

export interface FirstPerson {
  readonly username: string
  readonly password: string
  /** As the page of the set-up asks for it: its later steps are still to come. */
  readonly watching?: true
}

interface Asking {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array<ArrayBuffer>
}

const nothingPrinted: PrintedTokens = {setUp: null, local: null}

export type Ask = (url: string, asking: Asking) => Promise<Response>

/** The API of a running program. */
export class Api {
  readonly url: string
  /** Sent with each request: by what one proves who one is. */
  headers: Readonly<Record<string, string>>
  readonly #printed: PrintedTokens
  readonly #ask: Ask

  /**
   * Whoever opened the address that the start printed, where nobody needs an account; else a stranger.
   * @param ask how its answers are got; default: over the network
   */
  constructor(url: string, printed: PrintedTokens = nothingPrinted, ask: Ask = fetch) {
    this.url = url.replace(/\/$/, '')
    this.headers = localHeaders(printed)
    this.#printed = printed
    this.#ask = ask
  }

  /** The same program, asked by a stranger, or by whoever sends these headers. */
  as(headers: Readonly<Record<string, string>> = {}): Api {
    const other = new Api(this.url, this.#printed, this.#ask)
    other.headers = headers
    return other
  }

  /** Makes the first administrator with the printed token, who asks from now on. @throws when he cannot be made */
  async setUp(person: FirstPerson = {username: 'ada', password: 'an ample password'}): Promise<void> {
    const {status, body} = await this.enter('/api/setup', {...person, token: this.#printed.setUp})
    if (status !== 201) throw new Error(`set-up answered ${status}: ${JSON.stringify(body)}`)
  }

  logIn(username: string, password: string, code?: string): Promise<Answer> {
    return this.enter('/api/session', {username, password, ...(code !== undefined && {code})})
  }

  /** Asks for a session (log-in, set-up, invitation). Whoever gets one asks from now on. */
  async enter(path: string, body: object): Promise<Answer> {
    const answer = await this.#ask(`${this.url}${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: {...this.headers, 'content-type': 'application/json'},
    })
    const state = (await answer.json()) as {csrf_token?: string}
    const cookie = answer.headers
      .getSetCookie()
      .find((it) => /^(__Host-)?commodarr_(session|local)=/.test(it))
    if (cookie !== undefined) {
      this.headers = {cookie: cookie.split(';')[0]!, 'x-csrf-token': state.csrf_token!}
    }
    return {status: answer.status, body: state}
  }

  async send(method: string, path: string, body?: object): Promise<Answer> {
    const answer = await this.#ask(`${this.url}${path}`, {
      method,
      headers: {...this.headers, ...(body && {'content-type': 'application/json'})},
      ...(body && {body: JSON.stringify(body)}),
    })
    const text = await answer.text()
    return {status: answer.status, body: text === '' ? null : JSON.parse(text)}
  }

  /** A form, as a page sends files. */
  async upload(path: string, form: FormData): Promise<Answer> {
    const sent = new Response(form)
    const type = sent.headers.get('content-type')!
    const body = new Uint8Array(await sent.arrayBuffer())
    const headers = {...this.headers, 'content-type': type}
    const answer = await this.#ask(`${this.url}${path}`, {method: 'POST', headers, body})
    return {status: answer.status, body: await answer.json()}
  }

  /** @throws when the answer is not 200 */
  async get<T>(path: string): Promise<T> {
    const {status, body} = await this.send('GET', path)
    if (status !== 200) throw new Error(`GET ${path} answered ${status}: ${JSON.stringify(body)}`)
    return body as T
  }

  async servers(): Promise<readonly WireServer[]> {
    return (await this.get<{servers: readonly WireServer[]}>('/api/servers')).servers
  }

  /** Rules that do nothing before a person says yes, by their ids. */
  async askingRules(): Promise<readonly string[]> {
    const {rules} = await this.get<{rules: readonly {id: string; mode: string}[]}>('/api/rules')
    return rules.filter(({mode}) => mode === 'ask').map(({id}) => id)
  }

  /** @throws when there is none of this id */
  server(id: string): Promise<WireServer> {
    return this.get<WireServer>(`/api/servers/${id}`)
  }

  /** Up to 1,000 torrents. */
  list(query = ''): Promise<WireList> {
    return this.get<WireList>(`/api/torrents?limit=1000${query && `&${query}`}`)
  }

  async act(verb: string, keys: readonly Key[], args?: object): Promise<readonly WireItem[]> {
    const asked = {verb, keys, ...(args && {args})}
    const {status, body} = await this.send('POST', '/api/torrents/actions', asked)
    if (status !== 207) throw new Error(`${verb} answered ${status}: ${JSON.stringify(body)}`)
    return (body as {results: readonly WireItem[]}).results
  }

  /** Waits until each of these servers, or every one, is online or works with less. */
  async online(...ids: readonly string[]): Promise<void> {
    await until(
      () => this.servers(),
      (all) =>
        all.every(({server_id: id, health}) => (ids.length > 0 && !ids.includes(id)) || isWell(health)),
    )
  }
}

export function isWell({status}: {readonly status: HealthStatus}): boolean {
  return status === 'online' || status === 'degraded'
}

/** What is compared of a torrent, as a simulated server tells it. */
export interface ServerRow {
  readonly hash: string
  readonly name: string
  /** `null` = nobody knows yet. */
  readonly size: number | null
  readonly completed: number
  readonly uploaded: number
  readonly category: string
  readonly complete: boolean
}

/** One line per torrent, fresh; two lists are the same when their lines are. */
export function lineThere(serverId: string, row: ServerRow): string {
  const {hash, name, size, completed, uploaded, category, complete} = row
  // Without metadata each kind calls it by something else.
  const title = size === null ? '' : name
  return JSON.stringify([serverId, hash, title, size, completed, uploaded, category, complete, 'fresh'])
}

/** The same of a torrent in the list. */
export function lineShown(row: WireTorrent): string {
  const {server_id: id, info_hash: hash, name, size = null, completed = 0, uploaded, category, complete} = row
  const title = size === null ? '' : name
  const freshness = row['stale'] === false ? 'fresh' : 'stale'
  return JSON.stringify([id, hash, title, size, completed, uploaded, category, complete, freshness])
}

/** Lines that are only there, and lines that are only shown. */
export function differences(there: readonly string[], shown: readonly string[]) {
  const [a, b] = [new Set(there), new Set(shown)]
  return {lacking: [...a.difference(b)], beyond: [...b.difference(a)]}
}

export function isSame({lacking, beyond}: ReturnType<typeof differences>): boolean {
  return lacking.length + beyond.length === 0
}

/* ───────────────────────────── in this process ───────────────────────────── */

export interface TestApp {
  readonly app: App
  readonly api: Api
  readonly dataFolder: string
  /** Ends it and removes its data. */
  stop(): Promise<void>
}

/** The program over these servers, with a data folder of its own, listening on loopback. */
export async function startTestApp(parts: Pick<AppDeps, 'servers'> & Partial<AppDeps>): Promise<TestApp> {
  const dataFolder = newFolder()
  const app = await composeApp({
    dataFolder,
    // Its children have levels of their own.
    log: pino({level: 'silent'}, {write: () => {}}),
    store: await Store.sqlite(join(dataFolder, 'commodarr.db')),
    webui: usualWebUi,
    isOpen: true,
    file: null,
    env: {},
    demo: true,
    reachesHost: always,
    // A thread works in real time, and would come late to who waits by another clock.
    ...(parts.clock && {requestWork: insideWork}),
    ...parts,
  })
  const [address] = await app.http.listen(parts.listener ? undefined : {host: '127.0.0.1', port: 0})
  return {
    app,
    dataFolder,
    api: new Api(address!, tokensOf(app)),
    async stop() {
      await app.stop()
      rmSync(dataFolder, {recursive: true, force: true})
    },
  }
}

/** Whoever listens on the internet: no test asks there. */
const always = async () => true

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'commodarr-fleet-'))
}

/** A config.toml that names these servers by their ids; without more nobody needs an account. */
export function sectionsOf(servers: readonly ServerDefinition[], webui = 'AuthDisabled = true'): string {
  const sections = servers
    .map(({id, url, username, password, storage, enabled, allowExecute, pace: {pollSeconds}}) => {
      const login =
        username === null
          ? []
          : [`UserName = ${JSON.stringify(username)}`, `Password = ${JSON.stringify(password?.reveal())}`]
      const pace = pollSeconds === null ? [] : [`PollSeconds = ${pollSeconds}`]
      const off = enabled ? [] : ['Disabled = true']
      const execute = allowExecute ? ['AllowExecute = true'] : []
      const disk = storage === null ? [] : [`Storage = ${JSON.stringify(storage)}`]
      const head = [`[${id}]`, `Url = ${JSON.stringify(url)}`]
      return [...head, ...off, ...disk, ...login, ...pace, ...execute, ''].join('\n')
    })
    .join('\n')
  return `[WebUI]\n${webui}\n\n${sections}`
}

/* ───────────────────────────── as a process ───────────────────────────── */

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface ProgramOptions {
  readonly cwd?: string
  /** Where it puts what it keeps for a while. */
  readonly temporary?: string
  readonly env?: Readonly<Record<string, string>>
  /** A module that is loaded before it, in each of its threads. */
  readonly preload?: string
  /**
   * What is run is what `npm start` built, with its flags: it starts in half the time. Else the sources, for a module
   * that changes something of them; default: where none is loaded before.
   */
  readonly isBuilt?: boolean
  /** What is run instead, before the arguments: a launcher, or whoever starts one. */
  readonly command?: readonly [string, ...string[]]
}

/** Which of what was built belongs to the sources is found by reading all of them: once is enough. */
let builtStart: ReturnType<typeof programStart> | undefined

/** The program as a process of its own. */
export class Program {
  readonly #child: ChildProcess
  readonly ended: Promise<Ended>
  #out = ''
  #err = ''
  #gone: Ended | null = null

  constructor(args: readonly string[], options: ProgramOptions = {}) {
    // Nothing of our own surroundings may configure it.
    const env = Object.fromEntries(
      Object.entries(process.env).filter(
        ([name]) => !/^(COMMODARR|QBITRR|VITEST|DATABASE_URL|PG)/.test(name),
      ),
    )
    const first = options.preload === undefined ? [] : ['--import', join(root, options.preload)]
    const isBuilt = options.isBuilt ?? options.preload === undefined
    const start = isBuilt ? (builtStart ??= programStart(root)) : {args: [join(root, 'src/main.ts')], env: {}}
    const [file, ...before] = options.command ?? [process.execPath, ...first, ...start.args]
    this.#child = spawn(file, [...before, ...args], {
      cwd: options.cwd ?? root,
      env: {
        ...env,
        ...(options.command === undefined && start.env),
        ...(options.temporary !== undefined && {TMPDIR: options.temporary}),
        ...options.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child.stdout!.on('data', (chunk: Buffer) => (this.#out += chunk.toString()))
    this.#child.stderr!.on('data', (chunk: Buffer) => (this.#err += chunk.toString()))
    // 'close' and not 'exit': what it said last has arrived then.
    this.ended = new Promise((resolve) =>
      this.#child.once('close', (code, signal) => {
        this.#gone = {code, signal}
        resolve(this.#gone)
      }),
    )
  }

  get pid(): number {
    return this.#child.pid!
  }

  /** All it said so far, on stdout and on stderr. */
  get out(): string {
    return this.#out
  }

  get err(): string {
    return this.#err
  }

  /** Its API, as soon as it says where it listens. @throws when it ends instead */
  async api(): Promise<Api> {
    // What it says of its servers comes last.
    const said = /Listening on (http:\/\/\S+)[^]*\n(No servers yet|\d+ servers?:)/
    await until(
      () => ({out: this.#out, err: this.#err, gone: this.#gone}),
      ({out, gone}) => said.test(out) || gone !== null,
    )
    const address = said.exec(this.#out)?.[1]
    if (address === undefined) throw new Error(`it ended at its start: ${this.#out}${this.#err}`)
    return new Api(address, printedTokens(this.#out))
  }

  /** Sends the signal and waits for the end. */
  end(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    this.#child.kill(signal)
    return this.ended
  }
}

/** Processes that this one started and that still run. Linux tells. */
export function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return text.split(' ').filter(Boolean).map(Number)
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}
