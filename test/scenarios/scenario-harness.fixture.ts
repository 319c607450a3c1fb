/**
 * What the safety scenarios share: the whole program in virtual time over two servers with many torrents, rules of
 * people that act at once, and what must hold whatever happens: what reached servers and Arrs, what people were told,
 * that the program is well.
 */
import {expect} from 'vitest'
import {clientKinds, type ServerKind} from '#clients/kinds/kinds.ts'
import type {InstanceConfig} from '#lab/arrs/config.ts'
import {seededRandom, seedOf} from '#lab/simulators/random.ts'
import {SharedDisk, type SimDisk} from '#lab/simulators/sim-disk.ts'
import type {ShortList} from '#lab/simulators/short-list.ts'
import type {NewTorrent, SimFields, SimTorrent, SimTracker} from '#lab/simulators/sim-torrent.ts'
import type {World} from '#lab/simulators/world.ts'
import type {MadeTorrent} from '#lab/torrent-maker.ts'
import type {PersonNotices} from '#automation/alerts/person-notices.ts'
import {readSettings} from '#store/repositories/settings.ts'
import {ActingHarness, type ActingWish, type Explained} from '../program/acting-harness.fixture.ts'

type PersonNotice = ReturnType<PersonNotices['list']>[number]

export const A = 'qBit-A'
export const B = 'qBit-B'
export const MINUTE = 60
export const HOUR = 3_600
export const DAY = 86_400
/** Server and torrent are old enough then for whatever rules may want: guards ask for 30 minutes. */
export const SETTLED = 35 * MINUTE

const usualVersions: Readonly<Record<ServerKind, string>> = {
  qbittorrent: '5.1.0',
  transmission: '4.1.4',
  rtorrent: '0.16.17',
  deluge: '2.2.0',
}

/** Its section; of a qBittorrent it is `A` or `B`. */
export function nameOf(kind: ServerKind, letter: 'A' | 'B' = 'A'): string {
  return `${clientKinds[kind].section.prefix}-${letter}`
}

export interface ScenarioServer {
  /** Also its section: `qBit-…`, `Transmission-…`, `rTorrent-…`, `Deluge-…`. */
  readonly name: string
  /** Default qbittorrent. */
  readonly kind?: ServerKind
  readonly version?: string
  /** The name or address that it is reached at; default: of this machine. */
  readonly host?: string
  /** Its clock is so far ahead of the right one. */
  readonly skewSeconds?: number
  /** Of rTorrent, as in `ActingServer`: without it, and without a mapped folder, nothing there can go with its data. */
  readonly allowExecute?: boolean
  /** As in `ActingServer`. */
  readonly isDeclared?: boolean
  /** So many complete public torrents that seed; default none. */
  readonly torrents?: number
  /** What is other about each of them. */
  readonly each?: (index: number, world: World) => Partial<NewTorrent>
}

export interface ScenarioWish {
  /** Default: 300 torrents on `A`, 60 on `B`; the polls of more are most of what a long scenario costs. */
  readonly servers?: readonly ScenarioServer[]
  readonly arrs?: readonly InstanceConfig[]
  /** As in `ActingWish`. */
  readonly config?: string
  /** What can be grabbed. */
  readonly releases?: readonly MadeTorrent[]
  /** Live from the first moment on. */
  readonly rules?: readonly object[]
  /** Seconds until the scenario begins; default `SETTLED`. */
  readonly settled?: number
  /** As in `ActingWish`. */
  readonly isExact?: boolean
  readonly runsFfprobe?: boolean
  readonly passing?: ActingWish['passing'] | undefined
}

/** A line of the journal as the API tells it. */
export interface ScenarioEntry {
  readonly id: string
  readonly at: number
  readonly actor: string
  readonly origin: string
  readonly user_id: string | null
  readonly subject: string
  readonly verb: string
  readonly server_id: string | null
  readonly info_hash: string | null
  readonly name: string | null
  readonly args: Readonly<Record<string, unknown>>
  readonly phase: string
  readonly outcome: string
  readonly code: string | null
  readonly message: string | null
  readonly rule_id: string | null
  readonly cause_id: string | null
  readonly decided: {
    readonly rule_revision: number
    readonly guards: readonly {readonly guard: string; readonly verdict: string; readonly code: string}[]
  } | null
  readonly repeated: {readonly times: number} | null
}

/** For a crowd that has no files on any disk: where they were looked for, they would contradict the mapping. */
export const elsewhere = (): Partial<NewTorrent> => ({savePath: '/srv/elsewhere'})

export const usualServers: readonly ScenarioServer[] = [
  {name: A, torrents: 300},
  {name: B, torrents: 60},
]

/** What it sets up for itself. */
const MARK = 'mark-arr'
const ordinary: ReadonlySet<string> = new Set(['createCategory', MARK])
const destroying: ReadonlySet<string> = new Set(['remove', 'removeWithData'])

export class ScenarioHarness {
  readonly acting: ActingHarness
  readonly #arrs: readonly string[]

  private constructor(acting: ActingHarness, arrs: readonly string[]) {
    this.acting = acting
    this.#arrs = arrs
  }

  static async start(wish: ScenarioWish = {}): Promise<ScenarioHarness> {
    const {servers = usualServers, arrs = [], rules = [], settled = SETTLED} = wish
    const names = arrs.map(({name}) => name)
    const acting = await ActingHarness.start({
      servers: servers.map(
        ({
          name,
          kind = 'qbittorrent',
          version = usualVersions[kind],
          skewSeconds,
          host,
          allowExecute,
          isDeclared,
        }) => ({name, kind, version, skewSeconds, host, allowExecute, isDeclared}),
      ),
      arrs,
      config: wish.config ?? '',
      torrents: wish.releases ?? [],
      isExact: wish.isExact === true,
      runsFfprobe: wish.runsFfprobe === true,
      ...(wish.passing && {passing: wish.passing}),
      before: (begun) => new ScenarioHarness(begun, names).#populate(servers),
    })
    const harness = new ScenarioHarness(acting, names)
    for (const rule of rules) await harness.rule(rule)
    await acting.pass(settled)
    return harness
  }

  #populate(servers: readonly ScenarioServer[]): void {
    for (const {name, torrents = 0, each} of servers) {
      for (let index = 0; index < torrents; index++)
        this.put(name, index, each?.(index, this.world(name)) ?? {})
    }
  }

  stop(): Promise<void> {
    return this.acting.stop()
  }

  pass(seconds: number): Promise<void> {
    return this.acting.pass(seconds)
  }

  /** The program is stopped for so long, and servers are not: all its timers that were due meanwhile ring at once. */
  standStill(seconds: number): void {
    this.acting.clock.standStill(seconds * 1_000)
  }

  /* ───────────────────────────── servers and torrents ───────────────────────────── */

  world(server: string): World {
    return this.acting.server(server).world
  }

  /** A complete public torrent that seeds for ten days, but for what `fields` say. */
  put(server: string, index: number, fields: Partial<NewTorrent> = {}): SimTorrent {
    const world = this.world(server)
    // What never was complete never seeded.
    const never = fields.completedAt === null && {seedingTime: 0}
    return world.put({
      ...usualTorrent(world, hashAt(server, index), `${server} ${index}`),
      ...never,
      ...fields,
    })
  }

  /** The same, as if it had been there all along: its daemon starts again with it, and is believed again in ten minutes. */
  had(server: string, index: number, fields: Partial<NewTorrent> = {}): SimTorrent {
    const torrent = this.put(server, index, fields)
    this.world(server).restart()
    return torrent
  }

  /** @throws when the server does not hold it */
  torrent(server: string, hash: string): SimTorrent {
    const found = this.world(server).get(hash)
    if (!found) throw new Error(`${server} does not hold ${hash}`)
    return found
  }

  update(server: string, hash: string, changes: Partial<SimFields>): void {
    this.world(server).update(this.torrent(server, hash), changes)
  }

  /** Whole files of these lie in a folder of ours, which their server calls `/srv/downloads`. */
  lay(server: string, hashes: readonly string[], folder: string): void {
    const world = this.world(server)
    const disk = new SharedDisk(folder).seenAt(world.defaultSavePath)
    for (const torrent of hashes.map((hash) => this.torrent(server, hash))) {
      const paths = world.pathsOf(torrent)
      world.files(torrent).forEach(({size}, at) => disk.write(paths[at]!, size))
    }
  }

  holds(server: string, hash: string): boolean {
    return this.world(server).get(hash) !== undefined
  }

  /** The daemon starts again; `short`: what it lists at first. */
  async restart(server: string, short?: ShortList): Promise<void> {
    await this.away(server)
    this.world(server).restart(short)
    await this.back(server)
  }

  /** Nobody listens there any more. */
  async away(server: string): Promise<void> {
    await this.acting.server(server).server.stop()
  }

  /** It listens again, and is asked at once. */
  async back(server: string): Promise<void> {
    await this.acting.server(server).server.listen()
    await this.acting.api.send('POST', `/api/servers/${server}/test`)
  }

  /** What it holds lies there as real files; a check of them ends at once. */
  attachDisk(server: string, disk: SimDisk): void {
    const world = this.world(server)
    world.disk = disk
    const recheck = world.commands.recheck.bind(world.commands)
    world.commands.recheck = (torrents) => {
      recheck(torrents)
      for (const torrent of torrents) world.commands.settle(torrent)
    }
  }

  /** What somebody does in the moment after a removal was carried out there, before the next one. */
  afterRemoval(server: string, then: (removed: readonly string[]) => void): void {
    const {commands} = this.world(server)
    for (const verb of ['remove', 'removeWithData'] as const) {
      const remove = commands[verb].bind(commands)
      commands[verb] = (torrents) => {
        remove(torrents)
        then(torrents.map(({hash}) => hash))
      }
    }
  }

  /* ───────────────────────────── rules ───────────────────────────── */

  /** Adds a rule that acts at once. @returns the id it was given */
  async rule(rule: object): Promise<string> {
    const {status, body} = await this.acting.api.send('POST', '/api/rules', {
      rule: {mode: 'live', ...rule, id: 'own'},
      confirm: true,
    })
    expect(status, JSON.stringify(body)).toBe(201)
    return (body as {id: string}).id
  }

  /** Guard that held a rule up; `null` = it goes on. */
  async suspended(rule: string): Promise<string | null> {
    const {suspended} = await this.acting.api.get<{suspended: {reason: string} | null}>(`/api/rules/${rule}`)
    return suspended?.reason ?? null
  }

  /* ───────────────────────────── what reached whom ───────────────────────────── */

  /** What a server was told to remove, or an Arr to fail or delete: `qBit-A removeWithData <hash>`. */
  destroyed(): readonly string[] {
    const ofServers = [...this.acting.servers].flatMap(([name, {world}]) =>
      world.commands.received
        .filter(({verb}) => destroying.has(verb))
        .flatMap(({verb, hashes}) => hashes.map((hash) => `${name} ${verb} ${hash}`)),
    )
    return [...ofServers, ...this.#arrs.flatMap((name) => this.#destroyedAt(name))]
  }

  #destroyedAt(name: string): readonly string[] {
    const {deletes, blocklists} = this.acting.arr(name).arr.stats
    return [
      ...blocklists.map((it) => `${name} blocklist ${it}`),
      ...deletes.map((it) => `${name} delete ${it}`),
    ]
  }

  /** Commands that a server got, whatever they do: `addTags`. */
  verbs(server: string): readonly string[] {
    return this.world(server).commands.received.map(({verb}) => verb)
  }

  /** How often Arrs searched. */
  searches(): number {
    return this.#arrs
      .flatMap((name) => Object.values(this.acting.arr(name).arr.stats.searches))
      .reduce((sum, count) => sum + count, 0)
  }

  /* ───────────────────────────── what people are told ───────────────────────────── */

  /** What the bell tells once: `rule_notifies Tell: It is here: Film`. */
  async notices(): Promise<readonly string[]> {
    const all = (await this.acting.store.read(readSettings)).get('notices') ?? []
    return (all as PersonNotice[]).map(({code, name, message}) => `${code} ${name}: ${message}`)
  }

  /** All of the journal that fits, the first first. @param query as of `GET /api/journal` */
  async journal(query = ''): Promise<readonly ScenarioEntry[]> {
    const found: ScenarioEntry[] = []
    for (let before = ''; ;) {
      const page = await this.acting.api.get<{entries: ScenarioEntry[]; next_before: string | null}>(
        `/api/journal?limit=500${query && `&${query}`}${before}`,
      )
      found.push(...page.entries)
      if (page.next_before === null) return found.toReversed()
      before = `&before=${encodeURIComponent(page.next_before)}`
    }
  }

  /** The same in short: `removeWithData confirmed`, `removeWithData blocked import_pending`. */
  async lines(query = ''): Promise<readonly string[]> {
    const entries = (await this.journal(query)).filter(({verb}) => verb !== MARK)
    return entries.map(({verb, phase, code}) => `${verb} ${phase}${code === null ? '' : ` ${code}`}`)
  }

  why(server: string, hash: string): Promise<Explained> {
    return this.acting.why(server, hash)
  }

  /** The sentence of the rule with this name about a torrent. */
  ruleSays(server: string, hash: string, rule: string): Promise<string> {
    return this.acting.ruleSays(server, hash, rule)
  }

  /**
   * What Commodarr said by itself that is not about a single torrent: lines of the journal about servers, Arrs and the
   * program, and rules that were held up. `freeze qBit-A population_drop`, `suspended Seeded max_share`.
   */
  async alerts(): Promise<readonly string[]> {
    const entries = await this.journal('origin=rule&origin=system&subject=server&subject=arr&subject=process')
    const {rules} = await this.acting.api.get<{rules: readonly SuspendedRule[]}>('/api/rules')
    return [
      ...entries
        .filter(({info_hash: hash, verb}) => hash === null && !ordinary.has(verb))
        .map(({verb, server_id: id, code}) => [verb, id, code].filter((it) => it !== null).join(' ')),
      ...rules.flatMap(({name, suspended}) => (suspended ? [`suspended ${name} ${suspended.reason}`] : [])),
    ]
  }

  /** It lives and serves, whatever happened around it. */
  async expectWell(): Promise<void> {
    const {api} = this.acting
    expect(await api.send('GET', '/health')).toEqual({status: 200, body: {alive: true}})
    expect(await api.send('GET', '/ready')).toEqual({status: 200, body: {ready: true, reasons: []}})
  }

  /** No torrent, no file and no download of an Arr was touched, and the program is well. */
  async expectNothingDestructive(): Promise<void> {
    expect(this.destroyed()).toEqual([])
    expect(await this.lines('class=destructive&outcome=sent&outcome=done&outcome=unconfirmed')).toEqual([])
    await this.expectWell()
  }
}

interface SuspendedRule {
  readonly name: string
  readonly suspended: {readonly reason: string} | null
}

/** Of the torrent that `put` makes; the same on every run. */
export function hashAt(server: string, index: number): string {
  return seededRandom(seedOf(`${server} ${index}`)).hex(40)
}

/** A tracker that works, or says this. */
export function trackerOf(world: World, host: string, message = '', tier = 0): SimTracker {
  const tracker = world.commands.tracker(`https://${host}/announce`, tier)
  const said = message === '' ? ({status: 'working'} as const) : ({status: 'error', message} as const)
  return Object.assign(tracker, said, {lastAnnounceAt: world.now(), nextAnnounceAt: world.now() + 1_800})
}

const GB = 1e9

function usualTorrent(world: World, hash: string, name: string): NewTorrent {
  const addedAt = world.now() - 10 * DAY
  // Two torrents are hardly ever of one size, to the byte.
  const size = GB + Number.parseInt(hash.slice(0, 4), 16)
  return {
    hash,
    name,
    rootName: name,
    size,
    sizeTotal: size,
    done: size,
    fileCount: 1,
    state: 'seeding',
    running: true,
    downloaded: GB,
    uploaded: GB / 2,
    addedAt,
    startedAt: addedAt,
    completedAt: addedAt + HOUR,
    lastActivityAt: addedAt + 2 * HOUR,
    activeTime: 10 * DAY,
    seedingTime: 10 * DAY - HOUR,
    seedsSwarm: 5,
    availability: 5,
    trackers: [trackerOf(world, 'tracker.example.org')],
    savePath: world.defaultSavePath,
  }
}
