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
import type {CallBounds, TorrentClient} from '#clients/port.ts'
import {createClient} from '#clients/registry.ts'
import {systemClock} from '#kit/clock.ts'
import {Turns} from '#kit/turns.ts'
import type {Arr} from '#lab/arrs/arr.ts'
import {ClientBackend} from '#lab/arrs/backends/client-backend.ts'
import type {DownloadClientConfig, InstanceConfig} from '#lab/arrs/config.ts'
import {createArrSim, type ArrSim} from '#lab/arrs/create.ts'
import {dialects} from '#lab/arrs/dialects.ts'
import type {LibraryItemConfig} from '#lab/arrs/library.ts'
import type {ImportPlan} from '#lab/arrs/releases.ts'
import {timeLineOn} from '#lab/arrs/time-line.ts'
import type {LabDaemon} from '#lab/daemons/daemon.ts'
import {startQbittorrent} from '#lab/daemons/qbittorrent.ts'
import {startRtorrent, type RtorrentDaemon} from '#lab/daemons/rtorrent.ts'
import type {Suite} from '#lab/daemons/suites.ts'
import {startTransmission} from '#lab/daemons/transmission.ts'
import type {Observer} from '#lab/observers/observer.ts'
import {observeQbittorrent} from '#lab/observers/qbittorrent.ts'
import {observeRtorrent} from '#lab/observers/rtorrent.ts'
import {observeTransmission} from '#lab/observers/transmission.ts'
import type {MadeTorrent} from '#lab/torrent-maker.ts'
import {startTracker, type Tracker} from '#lab/tracker.ts'
import {WorldClock} from '#lab/world-clock.ts'
import type {BytesPerSecond} from '#model/units.ts'
import {Store} from '#store/store.ts'
import {Program, until, type Api, type Ended} from '../fleet-test.ts'

/** So many seconds of the world in one. */
export const FACTOR = 20
/** Whatever the guards wait for is over then. */
const LEAP_MS = 65 * 60_000
const bounds: CallBounds = {timeoutMs: 30_000, maxBytes: 64 * 1024 * 1024}

export interface ServerWish {
  /** As its section is called. */
  readonly id: string
  readonly kind: 'qbittorrent' | 'transmission' | 'rtorrent'
  readonly suite: Suite
}

export interface ArrWish {
  /** As its section is called. */
  readonly id: string
  readonly app: 'radarr' | 'sonarr' | 'sonarr5' | 'lidarr'
  /** It looks for another release by itself when one failed. */
  readonly searchesItself: boolean
  /** Keys of its section, behind address, key and category. */
  readonly config: string
}

/** One film, series or album that is wanted, and what there is of it. */
export interface Wish {
  readonly arr: string
  /** The server that its Arr uses for it. */
  readonly on: string
  readonly title: string
  /** The best first. */
  readonly releases: readonly ReleaseWish[]
}

export interface ReleaseWish {
  readonly made: MadeTorrent
  /** Default: it is imported. */
  readonly import?: ImportPlan
  /** Who seeds it: everybody gets it at once, slowly, or never. Default: at once. */
  readonly seeds?: BytesPerSecond | 'nobody'
}

export interface HouseWish {
  readonly servers: readonly ServerWish[]
  readonly arrs: readonly ArrWish[]
  /** @param tracker announce URL */
  readonly wishes: (tracker: string) => Promise<readonly Wish[]>
}

export interface Deed {
  readonly id: string
  readonly verb: string
  readonly phase: string
  readonly outcome: string
  readonly code: string | null
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

/** One torrent on the server that its Arr chose. */
export interface Place {
  readonly server: string
  readonly hash: string
}

/** @param rank of the release */
export function placeOf({on, releases}: Wish, rank = 0): Place {
  return {server: on, hash: releases[rank]!.made.hash}
}

/** As `torrents` writes it. */
export function lineOf({server, hash}: Place): string {
  return `${server} ${hash}`
}

/** What takes a daemon its time. */
const PATIENCE_MS = 120_000

/** Asks now and then until the answer is as wanted. @throws with what was seen last */
export async function eventually<T>(ask: () => T | Promise<T>, wanted: (seen: T) => boolean): Promise<T> {
  const giveUpAt = performance.now() + PATIENCE_MS
  for (;;) {
    const seen = await ask()
    if (wanted(seen)) return seen
    if (performance.now() > giveUpAt) {
      throw new Error(`waited in vain for ${wanted.toString()}; seen last: ${JSON.stringify(seen)}`)
    }
    await pause(100)
  }
}

export class RealHouse {
  readonly clock = new WorldClock({factor: FACTOR, leapMs: LEAP_MS})
  readonly folder = mkdtempSync(join(tmpdir(), 'commodarr-end-to-end-'))
  readonly servers = new Map<string, LabDaemon>()
  readonly observers = new Map<string, Observer>()
  wishes: readonly Wish[] = []
  readonly #clients: TorrentClient[] = []
  #seeder: LabDaemon | null = null
  #tracker: Tracker | null = null
  #sim: ArrSim | null = null
  #program: Program | null = null
  #api: Api | null = null

  /** Everything but the program. */
  static async build(wish: HouseWish): Promise<RealHouse> {
    const house = new RealHouse()
    try {
      await house.#build(wish)
    } catch (error) {
      await house.stop()
      throw error
    }
    return house
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
    return join(this.folder, 'library')
  }

  wishesOf(arr: string): readonly Wish[] {
    return this.wishes.filter((wish) => wish.arr === arr)
  }

  /** The program, anew or for the first time. */
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

  endProgram(signal?: NodeJS.Signals): Promise<Ended> {
    return this.program.end(signal)
  }

  /** An hour passes for everybody at once. */
  leap(): void {
    this.clock.leap()
    process.kill(this.program.pid, 'SIGUSR2')
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
    const rows = this.arr(arr).history.told.filter(({sourceTitle}) => names.includes(sourceTitle))
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
  async journal(query = ''): Promise<readonly Deed[]> {
    const deeds: Deed[] = []
    let before: string | null = null
    do {
      const place = before === null ? '' : `&before=${encodeURIComponent(before)}`
      const page: {deeds: readonly Deed[]; next_before: string | null} = await this.api.get(
        `/api/journal?limit=500${query}${place}`,
      )
      deeds.push(...page.deeds)
      before = page.next_before
    } while (before !== null)
    return deeds.toReversed()
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

  async stop(): Promise<void> {
    await this.#program?.end()
    await this.#sim?.close()
    for (const client of this.#clients) await client.close()
    for (const daemon of [...this.servers.values(), this.#seeder]) await daemon?.dispose()
    await this.#tracker?.stop()
    rmSync(this.folder, {recursive: true, force: true})
  }

  async #build({servers, arrs, wishes}: HouseWish): Promise<void> {
    this.#tracker = await startTracker({interval: 2, minInterval: 1})
    for (const wish of servers) await this.#startServer(wish)
    this.wishes = await wishes(this.#tracker.announceUrl)
    await this.#seed(servers[0]!.suite)
    await this.#startArrs(servers, arrs)
    writeFileSync(join(this.folder, 'config.toml'), this.#config(arrs))
  }

  async #startServer({id, kind, suite}: ServerWish): Promise<void> {
    if (kind === 'rtorrent') {
      const daemon: RtorrentDaemon = await startRtorrent({suite, id, transport: 'unix'})
      this.observers.set(id, observeRtorrent(daemon))
      this.servers.set(id, daemon)
      return
    }
    const start = kind === 'qbittorrent' ? startQbittorrent : startTransmission
    const observe = kind === 'qbittorrent' ? observeQbittorrent : observeTransmission
    const daemon = await start({suite, id})
    this.servers.set(id, daemon)
    this.observers.set(id, observe(daemon))
  }

  /** All that somebody has, at a server that nobody else asks. It announces before anybody wants it. */
  async #seed(suite: Suite): Promise<void> {
    this.#seeder = await startQbittorrent({suite, id: 'seeder'})
    const client = this.#clientOf(this.#seeder)
    await client.connect(bounds)
    const offered = this.wishes.flatMap(({releases}) => releases).filter(({seeds}) => seeds !== 'nobody')
    for (const {made, seeds} of offered) {
      made.writePayload(this.#seeder.downloadDir)
      const upLimit = typeof seeds === 'number' ? {upLimit: seeds} : {}
      const source = {torrent: made.torrent, fileName: `${made.hash}.torrent`}
      await client.server.addTorrent({source, start: true, ...upLimit}, bounds)
    }
    const announced = () => new Set(this.tracker.log.filter(({left}) => left === 0).map(({hash}) => hash))
    await until(announced, (seen) => offered.every(({made}) => seen.has(made.hash)))
  }

  #clientOf({definition}: LabDaemon): TorrentClient {
    const client = createClient({definition, clock: systemClock, turns: new Turns()})
    this.#clients.push(client)
    return client
  }

  async #startArrs(servers: readonly ServerWish[], arrs: readonly ArrWish[]): Promise<void> {
    const releases = this.wishes.flatMap((wish) => wish.releases)
    const torrents = new Map(releases.map(({made}) => [made.hash as string, made.torrent]))
    const backends = arrs.flatMap(({id: arr}) =>
      servers.map(({id}): [string, ClientBackend] => [
        `${arr}/${id}`,
        new ClientBackend({client: this.#clientOf(this.servers.get(id)!), torrents, remove: refused}),
      ]),
    )
    this.#sim = await createArrSim({
      clock: timeLineOn(this.clock),
      backends: Object.fromEntries(backends),
      instances: arrs.map((arr) => this.#instance(arr, servers)),
    })
    for (const {id} of arrs) this.#offer(id)
  }

  #instance({id, app, searchesItself}: ArrWish, servers: readonly ServerWish[]): InstanceConfig {
    const ids = servers.map((server) => server.id)
    const isMusic = dialects[app].family === 'music'
    return {
      ...{name: id, app, files: 'real', rootFolders: [join(this.library, id)], tags: ids},
      library: this.wishesOf(id).map(({title, on, releases}): LibraryItemConfig => {
        const [{made}] = releases as [ReleaseWish]
        const units = isMusic ? [{tracks: made.files.length}] : made.files.map((_, at) => ({number: at + 1}))
        return {title, year: 2020, tags: [ids.indexOf(on) + 1], ...(app !== 'radarr' && {units})}
      }),
      downloadClients: servers.map((server, at): DownloadClientConfig => ({
        ...{name: server.id, backend: `${id}/${server.id}`, category: categoryOf(id), tags: [at + 1]},
        ...{implementation: implementations[server.kind], fields: {host: '127.0.0.1'}},
      })),
      remotePathMappings: [...this.servers.values()].map(({downloadDir, serverDownloadDir}) => ({
        ...{host: '127.0.0.1', remotePath: serverDownloadDir, localPath: downloadDir},
      })),
      // Nothing is grabbed that nobody asked for.
      config: {rssSyncInterval: 0, autoRedownloadFailed: searchesItself},
    }
  }

  #offer(id: string): void {
    const {releases, dialect} = this.arr(id)
    const kind = dialect.family === 'music' ? 'audio' : 'video'
    for (const [at, wish] of this.wishesOf(id).entries()) {
      for (const [rank, {made, import: plan = 'ok'}] of wish.releases.entries()) {
        releases.define({
          ...{itemId: at + 1, title: made.name, hash: made.hash, import: plan, score: -rank},
          content: made.files.map(({path, bytes}) => ({path, size: bytes.length, kind})),
        })
      }
    }
  }

  #config(arrs: readonly ArrWish[]): string {
    const servers = [...this.servers].map(([id, {url, username, password, definition}]) => {
      const mappings = definition.paths.map(({server, ours}) => `${quoted(server)} = ${quoted(ours)}`)
      const login =
        username === '' ? [] : [`UserName = ${quoted(username)}`, `Password = ${quoted(password)}`]
      return [`[${id}]`, `Url = ${quoted(url)}`, ...login, `PathMappings = {${mappings.join(', ')}}`]
    })
    const sections = arrs.map(({id, config}) => {
      const {url, apiKey} = this.#sim!.arr(id)
      const own = [
        `URI = ${quoted(url)}`,
        `APIKey = ${quoted(apiKey)}`,
        `Category = ${quoted(categoryOf(id))}`,
      ]
      return [`[${id}]`, 'Managed = true', ...own, config.replaceAll('[Torrent', `[${id}.Torrent`)]
    })
    return [[general(this.tracker.announceUrl)], ...servers, ...sections]
      .map((lines) => lines.join('\n'))
      .join('\n\n')
  }
}

/**
 * Threads begin and die by the clock of the world, which is too fast for them. There is no internet around this house: a
 * tracker stands for it.
 *
 * @param tracker announce URL
 */
function general(tracker: string): string {
  return `[Settings]
ProcessSpawnTimeoutSeconds = 36000
MaxProcessRestarts = 10000
IgnoreTorrentsYoungerThan = 0
PingURLS = [${quoted(new URL(tracker).origin)}]

[WebUI]
AuthDisabled = true`
}

const implementations = {
  qbittorrent: 'QBittorrent',
  transmission: 'Transmission',
  rtorrent: 'RTorrent',
} as const

export function categoryOf(arr: string): string {
  return arr.toLowerCase()
}

function quoted(text: string): string {
  return JSON.stringify(text)
}

function refused(): Promise<void> {
  return Promise.reject(new Error('An Arr of this house never removes anything by itself.'))
}
