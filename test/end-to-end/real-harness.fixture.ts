/**
 * The whole program as a process of its own, between real torrent daemons and simulated Arrs that work on real files. A
 * seeding daemon that the program does not know has what is to be downloaded. Hours of the guards pass in seconds
 * (`lab/world-clock.ts`); what daemons do takes as long as it takes.
 *
 *   seeder ─ peers, tracker ─▶ daemons ◀── program ──▶ Arrs ─ hard links ─▶ library
 *                                 ▲  └── observers         │
 *                                 └──────── grabs ─────────┘
 */
import {existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join, relative} from 'node:path'
import {setTimeout as pause} from 'node:timers/promises'
import {afterEach} from 'vitest'
import type {ServerKind} from '#clients/kinds/kinds.ts'
import type {CallBounds, TorrentClient} from '#clients/port.ts'
import {createClient} from '#clients/kinds/registry.ts'
import type {Arr} from '#lab/arrs/arr.ts'
import type {ArrSim} from '#lab/arrs/create.ts'
import type {LabDaemon} from '#lab/daemons/daemon.ts'
import {startDeluge} from '#lab/daemons/deluge.ts'
import {startQbittorrent} from '#lab/daemons/qbittorrent.ts'
import {startRtorrent} from '#lab/daemons/rtorrent.ts'
import {makeFolder} from '#lab/daemons/process.ts'
import {readySuites, type Suite} from '#lab/daemons/suites.ts'
import {startTransmission} from '#lab/daemons/transmission.ts'
import {observeDeluge} from '#lab/observers/deluge.ts'
import type {Observer} from '#lab/observers/observer.ts'
import {observeQbittorrent} from '#lab/observers/qbittorrent.ts'
import {observeRtorrent} from '#lab/observers/rtorrent.ts'
import {observeTransmission} from '#lab/observers/transmission.ts'
import {startTracker, type Tracker} from '#lab/tracker.ts'
import {WorldClock} from '#lab/world-clock.ts'
import {systemClock} from '#lib/clock.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import type {PathMapping} from '#model/server.ts'
import {Store} from '#store/store.ts'
import {insideMetainfo} from '#test/doubles/inside-work.ts'
import {isWell, Program, until, type Api, type Ended} from '../program/program.fixture.ts'
import {startRealArrs, wishesOf} from './real-arrs.fixture.ts'
import {realConfig} from './real-config.fixture.ts'
import {
  lineOf,
  placeOf,
  type HarnessWish,
  type Place,
  type ServerWish,
  type Wish,
} from './real-wishes.fixture.ts'

/** So many seconds of the world in one. */
const FACTOR = 20
/** Whatever the guards wait for is over then. */
const LEAP_MS = 65 * 60_000
export const bounds: CallBounds = {timeoutMs: 30_000, maxBytes: 64 * 1024 * 1024}

export interface Entry {
  readonly id: string
  readonly at: number
  readonly verb: string
  readonly phase: string
  readonly outcome: string
  readonly code: string | null
  readonly message: string | null
  readonly info_hash: string | null
  readonly server_id: string | null
  readonly rule_id: string | null
  readonly repeated: {readonly times: number} | null
  readonly decided: {
    readonly reason: string
    readonly guards: readonly {readonly guard: string; readonly verdict: string}[]
  } | null
}

export interface Explained {
  readonly sentence: string
  readonly rules: readonly {readonly rule_id: string; readonly outcome: string}[]
}

/** Looks, not seconds: a machine that is busy takes longer for each. */
const PATIENCE = 4_200

/** Asks now and then until the answer is as wanted. @param patience looks @throws with what was seen last */
export async function eventually<T>(
  ask: () => T | Promise<T>,
  wanted: (seen: T) => boolean,
  patience: number = PATIENCE,
): Promise<T> {
  for (let look = 1; ; look++) {
    const seen = await ask()
    if (wanted(seen)) return seen
    if (look >= patience) {
      throw new Error(`waited in vain for ${wanted.toString()}; seen last: ${JSON.stringify(seen)}`)
    }
    await pause(100)
  }
}

interface Started {
  readonly daemon: LabDaemon
  readonly observer: Observer
}

/** A daemon of each kind, and who looks at it beside us. */
const starters: {readonly [K in ServerKind]: (wish: ServerWish) => Promise<Started>} = {
  qbittorrent: async ({suite, id, hasFolderApart}) => {
    const daemon = await startQbittorrent({suite, id, hasFolderApart})
    return {daemon, observer: observeQbittorrent(daemon)}
  },
  transmission: async ({suite, id}) => {
    const daemon = await startTransmission({suite, id})
    return {daemon, observer: observeTransmission(daemon)}
  },
  rtorrent: async ({suite, id}) => {
    const daemon = await startRtorrent({suite, id, transport: 'unix'})
    return {daemon, observer: observeRtorrent(daemon)}
  },
  deluge: async ({suite, id}) => {
    const daemon = await startDeluge({suite, id})
    return {daemon, observer: observeDeluge(daemon)}
  },
}

/** @param code what was said of an order. Its server, or what it tells, is about to come back. */
export function isPassing(code: string | undefined): boolean {
  return code !== undefined && /^(server_|torrent_not_found)/.test(code)
}

/** Of each try that fails: a second one that passes would leave nobody to say why the first did not. */
export function reportFailures(harness: () => RealHarness): void {
  afterEach(async ({task}) => {
    if (task.result?.state !== 'fail') return
    const said = harness().program.out.split('\n').slice(-30)
    const servers = (await harness().api.servers()).map(
      ({server_id: id, health}) => `${id}: ${JSON.stringify(health)}`,
    )
    const torrents = await harness().readOnlyOfRules()
    process.stdout.write([`A try failed: ${task.name}`, ...said, ...servers, ...torrents, ''].join('\n'))
  })
}

export class RealHarness {
  readonly clock: WorldClock
  readonly folder = mkdtempSync(join(tmpdir(), 'commodarr-end-to-end-'))
  /** On the disk of the daemons, whatever disk temporary folders lie on: Arrs make hard links there. */
  readonly #shelf = makeFolder(readySuites()[0]!, 'library').ours
  readonly servers = new Map<string, LabDaemon>()
  readonly observers = new Map<string, Observer>()
  wishes: readonly Wish[] = []
  /** Writes the config.toml of the next start; mappings by server, default: what we see of each. */
  configure: (mappings?: ReadonlyMap<string, readonly PathMapping[]>) => void = () => {}
  readonly #clients: TorrentClient[] = []
  #seeder: LabDaemon | null = null
  #tracker: Tracker | null = null
  #sim: ArrSim | null = null
  #program: Program | null = null
  #api: Api | null = null

  private constructor(factor: number) {
    this.clock = new WorldClock({factor, leapMs: LEAP_MS})
  }

  /** Everything but the program. */
  static async build(wish: HarnessWish): Promise<RealHarness> {
    const harness = new RealHarness(wish.factor ?? FACTOR)
    try {
      await harness.#build(wish)
    } catch (error) {
      await harness.stop()
      throw error
    }
    return harness
  }

  get api(): Api {
    return this.#api!
  }

  get program(): Program {
    return this.#program!
  }

  get tracker(): Tracker {
    return this.#tracker!
  }

  arr(id: string): Arr {
    return this.#sim!.arr(id).arr
  }

  get dataFolder(): string {
    return join(this.folder, 'data')
  }

  get library(): string {
    return join(this.#shelf, 'library')
  }

  wishesOf(arr: string): readonly Wish[] {
    return wishesOf(this.wishes, arr)
  }

  /** The program, again or for the first time. */
  startProgram(): Program {
    const args = ['--config', join(this.folder, 'config.toml'), '--data', this.dataFolder, '--port', '0']
    this.#program = new Program(args, {preload: 'lab/program-clock.ts', env: this.clock.environment()})
    return this.#program
  }

  /** Listens, and everybody is there. */
  async ready(): Promise<void> {
    this.#api = await this.program.api()
    await this.#api.online()
    for (const {id} of this.#sim!.all.map(({name}) => ({id: name}))) {
      await until(
        () => this.api.get<{ready: boolean}>(`/api/arrs/${id}/queue`),
        ({ready}) => ready,
      )
    }
  }

  /**
   * The program runs, and an hour has passed: whatever a rule waits for is over. Twice, as what was under way in the first
   * seemed to take that hour, and its server came back after it; each has answered again before the second.
   */
  async begin(): Promise<void> {
    this.startProgram()
    await this.ready()
    await this.anHourPasses()
    this.leap()
  }

  /** And every server has told what it has since. */
  async anHourPasses(): Promise<void> {
    this.leap()
    const leapt = this.clock.now()
    await eventually(
      () => this.api.servers(),
      (all) => all.every(({health, synced_at: at}) => isWell(health) && at !== null && at >= leapt),
    )
  }

  endProgram(signal?: NodeJS.Signals): Promise<Ended> {
    return this.program.end(signal)
  }

  /** An hour passes for everybody at once. */
  leap(): void {
    this.clock.leap()
    process.kill(this.program.pid, 'SIGUSR2')
  }

  /**
   * So many keys of qBitrr in one section count as a file that qBitrr wrote: rules that give up more than qBitrr did ask
   * first there. People let them act. @throws where none asks: then it is another file
   */
  async letRulesAct(): Promise<void> {
    const asking = await this.api.askingRules()
    if (asking.length === 0) throw new Error('No rule asks: nobody has to let it act.')
    for (const id of asking) {
      const {status} = await this.api.send('PATCH', `/api/rules/${id}`, {mode: 'live', confirm: true})
      if (status !== 200) throw new Error(`Nobody can let ${id} act: ${status}`)
    }
  }

  /** The Arr looks for it at its indexers, as somebody told it to. */
  search({arr: id, title}: Wish): void {
    const arr = this.arr(id)
    const parent = arr.library.parents.find((one) => one.title === title)!
    const [name, args] = {
      movies: ['MoviesSearch', {movieIds: [parent.id]}] as const,
      series: ['SeriesSearch', {seriesId: parent.id}] as const,
      music: ['AlbumSearch', {albumIds: [...parent.unitIds]}] as const,
      books: ['BookSearch', {bookIds: [...parent.unitIds]}] as const,
    }[arr.dialect.family]
    arr.commands.post(name, args, 'manual')
  }

  /** What its Arr wrote down about it, the first first. */
  historyOf({arr, releases}: Wish): readonly string[] {
    const names = releases.map(({made}) => made.name)
    const rows = this.arr(arr).history.happened.filter(({sourceTitle}) => names.includes(sourceTitle))
    return rows.map(({event, sourceTitle}) => `${event} ${names.indexOf(sourceTitle)}`)
  }

  /** Searches at the indexers, by what they were for. */
  searchesOf(id: string): Readonly<Record<string, number>> {
    const {library, stats} = this.arr(id)
    return Object.fromEntries(
      library.parents.map((parent) => [parent.title, stats.searches[parent.unitIds[0]!] ?? 0]),
    )
  }

  /** What every rule says of it now; `null` = nobody can say. */
  async explanation({server, hash}: Place): Promise<Explained | null> {
    const path = `/api/torrents/${hash}/explain?server_id=${server}`
    const {status, body} = await this.api.send('GET', path)
    return status === 200 ? (body as Explained) : null
  }

  /** Everything that was done or wanted, the first first. */
  async journal(query = ''): Promise<readonly Entry[]> {
    const entries: Entry[] = []
    let before: string | null = null
    do {
      const place = before === null ? '' : `&before=${encodeURIComponent(before)}`
      const page: {entries: readonly Entry[]; next_before: string | null} = await this.api.get(
        `/api/journal?limit=500${query}${place}`,
      )
      entries.push(...page.entries)
      before = page.next_before
    } while (before !== null)
    return entries.toReversed()
  }

  /** Files of the library, or of one item in it, by path below; each with how many names it has. */
  inLibrary(of?: Wish): Readonly<Record<string, number>> {
    const folder = of ? join(this.library, of.arr, this.#folderOf(of)) : this.library
    if (!existsSync(folder)) return {}
    const entries = readdirSync(folder, {recursive: true, withFileTypes: true})
    const files = entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name))
    return Object.fromEntries(files.sort().map((path) => [relative(folder, path), statSync(path).nlink]))
  }

  bytesInLibrary(of: Wish): readonly Buffer[] {
    const folder = join(this.library, of.arr, this.#folderOf(of))
    return Object.keys(this.inLibrary(of)).map((path) => readFileSync(join(folder, path)))
  }

  /** Of the program's database, while it does not run. */
  async unfinishedSagas(): Promise<readonly string[]> {
    const store = await Store.sqlite(join(this.dataFolder, 'commodarr.db'))
    const open = await store.read((db) =>
      db.selectFrom('sagas').select(['kind', 'subject', 'step']).where('endedAt', 'is', null).execute(),
    )
    await store.close()
    return open.map(({kind, subject, step}) => `${kind} ${subject}: ${step}`)
  }

  #folderOf({arr, title}: Wish): string {
    return this.arr(arr).dialect.family === 'movies' ? `${title} (2020)` : title
  }

  /** What every server has, by its own word: `server hash`. */
  async torrents(): Promise<readonly string[]> {
    const all = await Promise.all(
      [...this.observers].map(async ([id, observer]) =>
        (await observer.hashes()).map((hash) => `${id} ${hash}`),
      ),
    )
    return all.flat().sort()
  }

  /**
   * Until no server has any of them. @param before each look @param patience looks
   * @throws with what the program says of those that are there still
   */
  async isGone(
    which: readonly Place[] | 'all',
    before: () => Promise<void> | void = () => {},
    patience?: number,
  ): Promise<void> {
    const lines = which === 'all' ? null : new Set(which.map((one) => lineOf(one)))
    const still = async () => (await this.torrents()).filter((line) => lines?.has(line) ?? true)
    const look = async () => {
      await before()
      return still()
    }
    try {
      await eventually(look, (left) => left.length === 0, patience)
    } catch (error) {
      const left = await still()
      const reported = await Promise.all(left.map((line) => this.#reported(line)))
      throw new Error(`still there after all patience:\n${reported.join('\n')}`, {cause: error})
    }
  }

  /** What the program says of each torrent that a server has or had, what was done to it, and what its Arr wrote down. */
  async readOnlyOfRules(): Promise<readonly string[]> {
    const wished = this.wishes.flatMap((one) => one.releases.map((_, at) => lineOf(placeOf(one, at))))
    const lines = new Set([...(await this.torrents()), ...wished])
    const histories = this.wishes.map((one) => `${one.title}: ${this.historyOf(one).join(', ')}`)
    return [...histories, ...(await Promise.all([...lines].map((line) => this.#reported(line))))]
  }

  async #reported(line: string): Promise<string> {
    const [server, hash] = line.split(' ') as [string, string]
    const entries = await this.journal(`&info_hash=${hash}&server_id=${server}`)
    const said = entries.map(({at, verb, outcome, code, rule_id: rule, message}) =>
      [new Date(at).toISOString(), verb, outcome, code ?? '', rule ?? '', message ?? ''].join(' '),
    )
    const why = await this.explanation({server, hash})
    const waits = why?.rules.filter(({outcome}) => !['no', 'outOfScope'].includes(outcome)) ?? []
    return [line, why?.sentence, ...waits.map((one) => `${one.rule_id} ${one.outcome}`), ...said].join('\n  ')
  }

  async stop(): Promise<void> {
    await this.#program?.end()
    await this.#sim?.close()
    for (const client of this.#clients) await client.close()
    for (const daemon of [...this.servers.values(), this.#seeder]) await daemon?.dispose()
    await this.#tracker?.stop()
    for (const folder of [this.folder, this.#shelf]) rmSync(folder, {recursive: true, force: true})
  }

  async #build({servers, arrs, wishes}: HarnessWish): Promise<void> {
    this.#tracker = await startTracker({interval: 2, minInterval: 1})
    for (const wish of servers) await this.#startServer(wish)
    this.wishes = await wishes(this.#tracker.announceUrl)
    await this.#seed(servers[0]!.suite)
    const {clock, wishes: wanted, servers: daemons, library} = this
    const clientOf = (daemon: LabDaemon) => this.clientOf(daemon)
    this.#sim = await startRealArrs({clock, arrs, servers, wishes: wanted, daemons, clientOf, library})
    const wayTo = (arr: string) => this.#sim!.arr(arr)
    this.configure = (mappings) => {
      const announce = this.tracker.announceUrl
      const config = realConfig({daemons, servers, arrs, wayTo, tracker: announce, mappings})
      writeFileSync(join(this.folder, 'config.toml'), config)
    }
    this.configure()
  }

  async #startServer(wish: ServerWish): Promise<void> {
    const {daemon, observer} = await starters[wish.kind](wish)
    this.servers.set(wish.id, daemon)
    this.observers.set(wish.id, observer)
  }

  /** All that somebody has, at a server that nobody else asks. It announces before anybody wants it. */
  async #seed(suite: Suite): Promise<void> {
    const offered = this.wishes.flatMap(({releases}) => releases).filter(({seeds}) => seeds !== 'nobody')
    if (offered.length === 0) return
    this.#seeder = await startQbittorrent({suite, id: 'seeder'})
    const client = this.clientOf(this.#seeder)
    await client.connect(bounds)
    for (const {made, seeds} of offered) {
      made.writePayload(this.#seeder.downloadDir)
      const upLimit = typeof seeds === 'number' ? {upLimit: seeds} : {}
      const source = {torrent: made.torrent, fileName: `${made.hash}.torrent`}
      await client.server.addTorrent({source, start: true, ...upLimit}, bounds)
    }
    const announced = () => new Set(this.tracker.log.filter(({left}) => left === 0).map(({hash}) => hash))
    await until(announced, (seen) => offered.every(({made}) => seen.has(made.hash)))
  }

  /** One of our own beside the program's; it is closed with the house. */
  clientOf({definition}: LabDaemon): TorrentClient {
    const client = createClient({
      definition,
      clock: systemClock,
      turns: new TimeSlice(),
      metainfo: insideMetainfo,
    })
    this.#clients.push(client)
    return client
  }
}
