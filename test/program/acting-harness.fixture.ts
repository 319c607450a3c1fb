/**
 * The whole program on a clock of its own, with simulated servers and Arrs on the same clock and no socket between
 * them: the clock jumps from timer to timer, so that weeks pass in seconds, and the same seed is the same run.
 */
import {cpSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {sql} from 'kysely'
import pino from 'pino'
import {composeApp, type App} from '#app/compose.ts'
import {openMoveIn} from '#app/compose-move-in.ts'
import {askingInside} from '#arr-client/inside-arrs.fixture.ts'
import {openRequestManager} from '#arr-client/request-managers.ts'
import {InsideThread} from '#automation/supervision/inside-thread.fixture.ts'
import type {TorrentClient} from '#clients/port.ts'
import {createClient} from '#clients/kinds/registry.ts'
import type {Environment, LoadedConfig} from '#config/config.ts'
import {loadConfig, usualWebUi} from '#config/load.ts'
import type {SmallServer} from '#lab/around-arrs/small-server.ts'
import type {TorrentBackend} from '#lab/arrs/backends/backend.ts'
import {ClientBackend} from '#lab/arrs/backends/client-backend.ts'
import type {SimBackend} from '#lab/arrs/backends/sim-backend.ts'
import type {InstanceConfig} from '#lab/arrs/config.ts'
import {assembleSim, type ArrSim, type SimulatedArr} from '#lab/arrs/create.ts'
import {timeLineOn} from '#lab/arrs/time-line.ts'
import {untilIdle} from '#lab/idle.ts'
import {sparing, sparingBackend} from '#lab/simulation/still-servers.ts'
import {tickingClock} from '#lab/simulation/ticking-clock.ts'
import type {FaceRequest} from '#lab/simulators/face.ts'
import {definitionOf} from '#lab/simulators/fleet-process.ts'
import {InsideNetwork} from '#lab/simulators/inside-network.ts'
import {seededRandom, type Random} from '#lab/simulators/random.ts'
import {startSimServer, type SimServer, type SimServerSpec} from '#lab/simulators/sim-server.ts'
import type {SimTorrent} from '#lab/simulators/sim-torrent.ts'
import {makeTorrent, type MadeTorrent} from '#lab/torrent-maker.ts'
import type {Clock} from '#lib/clock.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import {patience} from '#links/budget.ts'
import type {RunProgram} from '#media/ffprobe.ts'
import type {RuleOutcome} from '#model/decision.ts'
import type {ServerDefinition} from '#model/server.ts'
import {Store, type Db} from '#store/store.ts'
import {insideMetainfo, insideWork} from '#test/doubles/inside-work.ts'
import {VirtualClock} from '../doubles/virtual-clock.ts'
import {isFull} from '../proof.ts'
import {tokensOf} from './access.fixture.ts'
import {Api, newFolder, sectionsOf, type Ask} from './program.fixture.ts'

const FIRST_PORT = 20_001
/**
 * Below three minutes: a rule that is looked at less often begins to count again (`rules/hold.ts`). What is shorter than
 * half a day is about how often something is looked at.
 */
const BEAT = 120
const beatSecondsOf = (waitSeconds: number) => (waitSeconds < 43_200 ? BEAT : 170)
/**
 * Seconds. What takes at least `long` passes in beats, but for its `first` and `last` ones. The full proof sees what
 * follows on something, and what comes of it, second by second; hours in which torrents grow older are alike.
 */
const awake = isFull ? {long: 1_200, first: 300, last: 600} : {long: 600, first: 0, last: 180}
/** So often in leaps: each writing waits for the disk of this machine. */
const SELDOM_MS = 3_600_000

export type ActingServer = Pick<
  SimServerSpec,
  'name' | 'kind' | 'version' | 'skewSeconds' | 'defaultSavePath' | 'host'
> & {
  /** Seconds between two looks at it, at least; default: as the program does by itself. */
  readonly pollSeconds?: number
  /** Of rTorrent: it may be told to run programs, by which data is removed. */
  readonly allowExecute?: boolean | undefined
  /** The configuration file names it; default: it does. Another one is there for people to add. */
  readonly isDeclared?: boolean | undefined
}

export interface ActingWish {
  readonly servers: readonly ActingServer[]
  readonly arrs: readonly InstanceConfig[]
  /** Behind the sections of the servers; `KEY-<name>` stands for the key of an Arr. */
  readonly config: string
  /** What can be grabbed. */
  readonly torrents: readonly MadeTorrent[]
  /** What is there before the program is, and so is as old as servers say. */
  readonly before?: (harness: ActingHarness) => void
  /** What chance brings follows from it. */
  readonly seed?: number
  /** Told of each request of the program to a server before it arrives. */
  readonly passing?: (server: string, request: FaceRequest) => void | Promise<void>
  /** Told of what the program says of mistakes, as JSON. */
  readonly said?: (line: string) => void
  /**
   * For many days at little cost: timers of the program ring only each so many seconds (`ticking-clock.ts`), servers are
   * asked only when they changed, Arrs are not held to their descriptions. Absent = as in real life.
   */
  readonly beatSeconds?: number
  /** Every second is lived through: for what is counted in requests or measured in minutes. */
  readonly isExact?: boolean
  /** The ffprobe of this machine is run; absent = there is none. */
  readonly runsFfprobe?: boolean
  /** `--observe` */
  readonly observe?: boolean
  /** Variables of the environment; default: none. */
  readonly env?: Environment
}

/** By the name that a server began with. */
export type DeclaredServers = Readonly<
  Record<string, Partial<Pick<ServerDefinition, 'id' | 'url' | 'storage' | 'enabled'>> | null>
>

/** What the API says of why a torrent stays or goes. */
export interface Explained {
  readonly verdict: {readonly says: {readonly text: string}}
  readonly rules: readonly {
    readonly rule_id: string
    readonly name: string
    readonly outcome: RuleOutcome
    readonly hold: {readonly done: number} | null
    readonly needs: readonly string[]
    readonly sentence: string
  }[]
}

export class ActingHarness {
  readonly clock = new VirtualClock(Date.UTC(2026, 5, 1, 12), untilIdle)
  readonly folder = newFolder()
  readonly servers = new Map<string, SimServer>()
  /** Of the Arrs: `radarr: GET /api/v3/queue`. */
  readonly asked: string[] = []
  /** Whoever edits the configuration file means it, and confirms what it does not have any more. */
  confirmsEdits = true
  /** Hosts on the internet answer us. */
  isOnline = true
  /** Hosts on the internet that were asked. */
  readonly pinged: string[] = []
  readonly network = new InsideNetwork()
  /** Request managers, by their host. */
  readonly managers = new Map<string, SmallServer>()
  readonly #wish: ActingWish
  readonly #random: Random
  readonly #clients: TorrentClient[] = []
  /** Torrents that Arrs are adding right now, each as often as they do. */
  readonly #arriving = new Set<{readonly server: string; readonly hash: string}>()
  /** Time passes in beats of so many seconds; `null` = every second is lived through. */
  #beatSeconds: number | null = null
  /** As it was written last. */
  #config: string
  #definitions: readonly ServerDefinition[] = []
  /** As the configuration file has them. */
  #declared: readonly ServerDefinition[] = []
  #store: Store | null = null
  #sim: ArrSim | null = null
  #life: HarnessLife | null = null
  #app: App | null = null
  #api: Api | null = null

  static async start(wish: ActingWish): Promise<ActingHarness> {
    const harness = new ActingHarness(wish)
    await harness.#begin()
    return harness
  }

  private constructor(wish: ActingWish) {
    this.#wish = wish
    this.#random = seededRandom(wish.seed ?? 1)
    this.#config = wish.config
  }

  arr(name: string): SimulatedArr {
    return this.#sim!.arr(name)
  }

  /** A client of Arrs that is none of our servers. */
  foreignClient(name: string): SimBackend {
    return this.#sim!.server(name)
  }

  server(name: string): SimServer {
    return this.servers.get(name)!
  }

  get api(): Api {
    return this.#api!
  }

  torrent(server: string, {hash}: MadeTorrent): SimTorrent | undefined {
    return this.server(server).world.get(hash)
  }

  /** Whether an Arr is adding it right now: what is told of it meanwhile comes from there. */
  isArriving(server: string, hash: string): boolean {
    return [...this.#arriving].some((it) => it.server === server && it.hash === hash)
  }

  /** What the program keeps: it outlives a crash. */
  get store(): Pick<Store, 'read'> {
    return this.#store!
  }

  /** The configuration lacks a server that it had. */
  get lacksSection(): boolean {
    return this.#declared.length < this.#definitions.length
  }

  /** Whether the program runs. */
  get isUp(): boolean {
    return this.#life?.isOver === false
  }

  get app(): App {
    return this.#app!
  }

  /**
   * So much time passes for everybody. Hours pass in beats, but for what is `awake`: what the program does of itself is
   * done at each beat only, and what happens is as it would be.
   */
  async pass(seconds: number): Promise<void> {
    if (this.#wish.isExact === true || seconds < awake.long) return this.clock.advance(seconds * 1_000)
    const asleep = seconds - awake.first - awake.last
    if (awake.first > 0) await this.clock.advance(awake.first * 1_000)
    await this.#sleep(asleep, beatSecondsOf(seconds))
    await this.clock.advance(awake.last * 1_000)
  }

  /**
   * Until it is so, or the time is over: looked at every five seconds, and at each beat when it was not so for long (in
   * the full proof every five seconds for hours, too). @returns what was seen last
   */
  async until<T>(seconds: number, ask: () => T | Promise<T>, wanted: (seen: T) => boolean): Promise<T> {
    for (let passed = 0; ;) {
      const seen = await ask()
      if (wanted(seen) || passed >= seconds) return seen
      const isLong = !isFull && this.#wish.isExact !== true && passed >= awake.long
      const step = isLong ? Math.min(BEAT, seconds - passed) : 5
      if (isLong) await this.#sleep(step, BEAT)
      else await this.clock.advance(step * 1_000)
      passed += step
    }
  }

  async #sleep(seconds: number, beatSeconds: number): Promise<void> {
    this.#beatSeconds = beatSeconds
    await this.clock.advance(seconds * 1_000).finally(() => (this.#beatSeconds = null))
  }

  /** Why a torrent stays or goes, and what every rule says of it. */
  why(server: string, hash: string): Promise<Explained> {
    return this.api.get<Explained>(`/api/torrents/${hash}/explain?server_id=${server}`)
  }

  /** The sentence of the rule with this name about a torrent. */
  async ruleSays(server: string, hash: string, rule: string): Promise<string> {
    const {rules} = await this.why(server, hash)
    const said = rules.find(({name}) => name === rule)
    if (said === undefined) throw new Error(`of ${rules.map(({name}) => name).join(', ')} none is ${rule}`)
    return said.sentence
  }

  /** Somebody says yes, while time passes: whom it concerns may be asked first. @returns the status of the answer */
  async approve(id: string): Promise<number> {
    const answer = this.api.send('POST', `/api/approvals/${id}/approve`)
    const answers: number[] = []
    const reported = answer.then(({status}) => void answers.push(status))
    await this.until(
      60,
      () => answers.length,
      (count) => count > 0,
    )
    await reported
    return answers[0]!
  }

  /** As `kill -9`: what it did not write is lost, and nobody hears it any more. It stays down until `rise`. */
  async crash(): Promise<void> {
    this.kill()
    await untilIdle()
  }

  /** The same in the middle of a request: see `passing`. */
  kill(): void {
    this.#life?.end()
  }

  /** The database as of now, for `restore`. */
  async backUp(): Promise<Backup> {
    return this.#store!.read(async (db) => {
      const names = await sql<{name: string}>`
        SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`.execute(db)
      const tables: [string, readonly Row[]][] = []
      for (const {name} of names.rows) {
        tables.push([name, (await sql<Row>`SELECT * FROM ${sql.table(name)}`.execute(plain(db))).rows])
      }
      return tables
    })
  }

  /** After a crash: what the database knows since then is lost, and all else is as it was. */
  async restore(backup: Backup): Promise<void> {
    await this.#store!.write(async (db) => {
      await sql`PRAGMA defer_foreign_keys = ON`.execute(db)
      for (const [name] of backup) await sql`DELETE FROM ${sql.table(name)}`.execute(db)
      for (const [name, rows] of backup) {
        for (const row of rows) {
          const columns = sql.join(Object.keys(row).map((it) => sql.ref(it)))
          const values = sql.join(Object.values(row))
          await sql`INSERT INTO ${sql.table(name)} (${columns}) VALUES (${values})`.execute(plain(db))
        }
      }
    })
  }

  /** The whole data folder as of now, for `restoreAll`. */
  async backUpAll(): Promise<WholeBackup> {
    const folder = newFolder()
    cpSync(this.folder, folder, {recursive: true})
    return {database: await this.backUp(), folder}
  }

  /** After a crash: all that the program keeps is as it was then, and no file beside it is newer. */
  async restoreAll({database, folder}: WholeBackup): Promise<void> {
    await this.restore(database)
    rmSync(this.folder, {recursive: true, force: true})
    renameSync(folder, this.folder)
  }

  /** Everything was there before the program looked first: it starts again, and knows of nothing that it saw it come. */
  async forgetComing(): Promise<void> {
    await this.pass(5)
    await this.crash()
    await this.#store!.write((db) => sql`UPDATE torrent_facts SET came_at = NULL`.execute(db))
    await this.rise()
  }

  /** The program starts on what it left. */
  async rise(): Promise<void> {
    await untilIdle()
    await this.#compose()
  }

  async stop(): Promise<void> {
    const hasEnded = this.isUp && (await this.#endProgram())
    if (!hasEnded) await this.#store!.close()
    await this.#sim!.close()
    // A client waits for what it asked, and its server may answer in a time that does not pass any more.
    for (const {server} of this.servers.values()) await server.stop()
    for (const client of this.#clients) await client.close()
    rmSync(this.folder, {recursive: true, force: true})
  }

  /** @returns false = it was killed while it did */
  async #endProgram(): Promise<boolean> {
    const program = {hasEnded: false}
    const ending = this.app.stop().finally(() => (program.hasEnded = true))
    while (!program.hasEnded && this.isUp) await this.pass(1)
    if (program.hasEnded) await ending
    return program.hasEnded
  }

  /** The configuration file says something else from now on, also of servers: `null` = it lacks the section. */
  async reconfigure(config: string, servers: DeclaredServers = {}): Promise<void> {
    this.#config = config
    this.#declared = this.#definitions.flatMap((it) => {
      const change = servers[it.id]
      return change === null ? [] : {...it, ...change}
    })
    if (!this.isUp) return
    const {config: loaded} = await this.#load()
    await this.answered(this.app.configure(loaded.servers, usualWebUi, loaded, loaded))
    await this.#confirmEdit()
  }

  /**
   * Time passes until it has ended, if it has to: the program may wait for a server that is silent.
   * @returns `null` = the program was killed meanwhile
   */
  async answered<T>(work: Promise<T>): Promise<T | null> {
    const now = {isOver: false}
    const end = () => void (now.isOver = true)
    void work.then(end, end)
    await untilIdle()
    while (!now.isOver && this.isUp) await this.pass(1)
    return now.isOver ? work : null
  }

  /** Whether the configuration names it at this moment. */
  configures(server: string): boolean {
    return this.#declared.some(({id}) => id === server)
  }

  async #begin(): Promise<void> {
    const {clock, network} = this
    const {servers, arrs, torrents, seed, beatSeconds} = this.#wish
    const wishes = new Map(
      servers.map(({name, pollSeconds = null, allowExecute = false}) => [
        name,
        {pace: {pollSeconds, timeoutSeconds: null}, allowExecute},
      ]),
    )
    for (const [at, {pollSeconds: _, allowExecute: __, isDeclared: ___, ...given}] of servers.entries()) {
      const spec = {...given, count: 0, seed: (seed ?? 0) + 1, isInside: true, port: FIRST_PORT + at}
      const server = await startSimServer(spec, clock)
      network.add(server.server)
      this.servers.set(spec.name, server)
    }
    const made = new Map(torrents.map(({hash, torrent}) => [hash as string, torrent]))
    this.#definitions = [...this.servers.values()].map(({spec, server: {url}, username, password}) => ({
      ...definitionOf({...spec, url, username, password}),
      ...wishes.get(spec.name)!,
    }))
    const absent = new Set(servers.flatMap(({name, isDeclared}) => (isDeclared === false ? [name] : [])))
    this.#declared = this.#definitions.filter(({id}) => !absent.has(id))
    const backends = this.#definitions.map((definition): [string, TorrentBackend] => {
      const parts = {
        definition,
        clock,
        turns: new TimeSlice(Infinity),
        metainfo: insideMetainfo,
        ways: network.ways(),
      }
      const client = createClient(parts)
      this.#clients.push(client)
      const server = this.server(definition.id)
      const {world} = server
      const remove = async (hash: string) => world.commands.removeWithData([world.get(hash)!])
      const backend = new ClientBackend({client, remove, torrents: made})
      const reported = beatSeconds === undefined ? backend : sparingBackend(backend, server)
      return [definition.id, this.#arrivingBy(reported, definition.id)]
    })
    this.#sim = assembleSim({
      clock: timeLineOn(clock),
      backends: Object.fromEntries(backends),
      instances: arrs,
      ...(beatSeconds !== undefined && {validation: null}),
      ...(seed !== undefined && {seed}),
    })
    this.#wish.before?.(this)
    this.#store = await Store.sqlite(':memory:', {clock, random: () => this.#random.next()})
    await this.#compose()
  }

  /** Whatever its section is called; `undefined` = nobody is there. */
  #serverAt(url: string): SimServer | undefined {
    return [...this.servers.values()].find(({server}) => new URL(server.url).host === new URL(url).host)
  }

  #arrivingBy(backend: TorrentBackend, server: string): TorrentBackend {
    return {
      add: async (torrent) => {
        const arrival = {server, hash: torrent.hash.toLowerCase()}
        this.#arriving.add(arrival)
        await backend.add(torrent).finally(() => this.#arriving.delete(arrival))
      },
      list: () => backend.list(),
      remove: (hash) => backend.remove(hash),
      setCategory: (hash, category) => backend.setCategory(hash, category),
      files: (hash) => backend.files(hash),
    }
  }

  async #compose(): Promise<void> {
    const {passing, said, beatSeconds, observe = false, runsFfprobe = false} = this.#wish
    const life = new HarnessLife(
      tickingClock(this.clock, () => {
        const seconds = beatSeconds ?? this.#beatSeconds
        return seconds === null ? null : seconds * 1_000
      }),
      this.clock.uptime,
    )
    const {clock} = life
    this.#life = life
    const whole = await this.#load()
    const loaded = whole.config
    const log = pino({level: said ? 'error' : 'silent'}, {write: (line: string) => said?.(line)})
    const store = this.#store!
    const names = new Map([...this.servers].map(([name, {server}]) => [new URL(server.url).host, name]))
    const ways = this.network.ways(
      (address, request) => {
        const passed = passing?.(names.get(address)!, request)
        return passed ? passed.then(() => life.lived()) : life.lived()
      },
      () => !life.isOver,
    )
    this.#app = await composeApp({
      clock,
      dataFolder: this.folder,
      store,
      random: () => this.#random.next(),
      turns: new TimeSlice(Infinity),
      requestWork: insideWork,
      servers: loaded.servers,
      arrs: loaded,
      rules: loaded,
      webui: usualWebUi,
      isOpen: true,
      file: null,
      env: this.#wish.env ?? {},
      demo: true,
      log,
      ...(observe && {moveIn: await openMoveIn(store, clock, log, () => whole, observe)}),
      ways,
      keepsSamples: false,
      ...(beatSeconds !== undefined && {snapshotEveryMs: SELDOM_MS}),
      createClient: (wanted) => {
        const client = createClient({...wanted, ways})
        const isSparing = beatSeconds === undefined ? () => this.#beatSeconds !== null : undefined
        const server = this.#serverAt(wanted.definition.url)
        return server ? sparing(client, server, isSparing) : client
      },
      knock: (definition) => this.network.knock(definition),
      // Its longer timers ring late, all the time.
      patience: {...patience, standstill: 5 * 60_000},
      reachesHost: async (host) => {
        this.pinged.push(host)
        return this.isOnline
      },
      askArr: askingInside((url) => this.arr(new URL(url).hostname), clock),
      openRequests: (kind, way) =>
        openRequestManager(kind, way, openToAll, {
          dispatcher: this.managers.get(new URL(way.url).hostname)!.dispatcher(),
          clock,
        }),
      ...(!runsFfprobe && {runFfprobe: noProgram}),
      managerThread: (plan) =>
        new InsideThread(plan, {
          clock,
          arrAt: (url) => this.arr(new URL(url).hostname),
          asked: (name, question) => this.asked.push(`${name}: ${question}`),
          lived: () => life.lived(),
        }),
    })
    this.#api = new Api('http://house', tokensOf(this.#app), injected(this.#app))
    await this.#confirmEdit()
    await this.pass(10)
  }

  async #confirmEdit(): Promise<void> {
    if (!this.confirmsEdits || !this.isUp) return
    const {lost} = await this.api.get<{lost: {settings: string[]} | null}>('/api/configuration')
    if (lost !== null) await this.api.send('POST', '/api/configuration/confirm', {settings: lost.settings})
  }

  async #load(): Promise<LoadedConfig> {
    const path = join(this.folder, 'config.toml')
    const keyed = this.#wish.arrs.reduce(
      (all, {name}) => all.replace(`KEY-${name}`, this.arr(name).apiKey),
      this.#config,
    )
    writeFileSync(path, `${sectionsOf(this.#declared)}\n${keyed}`)
    return loadConfig({path, env: this.#wish.env ?? {}, cwd: this.folder})
  }
}

const openToAll = {objectionTo: () => null, lookup: undefined}

type Row = Readonly<Record<string, unknown>>
/** Of each table its rows. */
export type Backup = readonly (readonly [table: string, rows: readonly Row[]])[]

export interface WholeBackup {
  readonly database: Backup
  /** A copy of it. */
  readonly folder: string
}

/** By the names that stand in the database. */
function plain(db: Db): Db {
  return db.withoutPlugins()
}

/** One run of the program: when it is over its timers ring no more, and nothing that it sends arrives or is answered. */
class HarnessLife {
  readonly clock: Clock
  #isOver = false

  /** @param uptime of its machine, which outlives it */
  constructor(clock: Clock, uptime: NonNullable<Clock['uptime']>) {
    this.clock = {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      after: (ms, task) =>
        clock.after(ms, () => {
          if (!this.#isOver) task()
        }),
      uptime,
    }
  }

  get isOver(): boolean {
    return this.#isOver
  }

  end(): void {
    this.#isOver = true
  }

  /** Settles while it lives, and never after. */
  lived(): Promise<void> | undefined {
    return this.#isOver ? new Promise(() => {}) : undefined
  }
}

/** There is none of that name. */
const noProgram: RunProgram = async (command) => {
  throw Object.assign(new Error(`spawn ${command} ENOENT`), {code: 'ENOENT'})
}

/** Its answers, without a socket. */
function injected({http}: App): Ask {
  return async (url, {method, headers, body}) => {
    const {pathname, search} = new URL(url)
    const answer = await http.app.inject({
      method: method as 'GET',
      url: pathname + search,
      headers,
      ...(body !== undefined && {payload: typeof body === 'string' ? body : Buffer.from(body)}),
    })
    const text = answer.statusCode === 204 ? null : answer.body
    return new Response(text, {status: answer.statusCode, headers: answer.headers as Record<string, string>})
  }
}

/** A release of one film, so large in bytes. */
/** Two films are never of one size; the same release always is. */
export function filmRelease(name: string, bytes = 50_000 + sizeByName(name)): MadeTorrent {
  return makeTorrent({name, content: {'film.mkv': bytes}})
}

function sizeByName(name: string): number {
  return Array.from(name).reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 997, 7)
}
