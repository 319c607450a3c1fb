/**
 * Any number of simulated Arrs in one process. `assembleSim` has no sockets, so that a test may move its clock and ask
 * each Arr by `answer`; `createArrSim` puts each on a loopback port as well.
 */
import {createHash} from 'node:crypto'
import type {Arr} from './arr.ts'
import type {ArrRequest} from './asked.ts'
import {assembleArr} from './assemble.ts'
import type {TorrentBackend} from './backends/backend.ts'
import {SimBackend} from './backends/sim-backend.ts'
import type {InstanceConfig} from './config.ts'
import {faceOf, type Answer, type Face} from './face.ts'
import {listen, type HttpFace} from './http-face.ts'
import type {LibraryRecords} from './library.ts'
import type {BlocklistRow, HistoryRow} from './records.ts'
import {liveSockets, type LiveSockets} from './signalr.ts'
import {Stats} from './stats.ts'
import {ownTimeLine, realTimeLine, virtualTimeLine, type TimeLine} from './time-line.ts'
import {strictValidation, type Validation} from './validation.ts'

export interface SimConfig {
  readonly seed?: number
  /** Default `real`. */
  readonly clock?: 'real' | 'virtual' | TimeLine
  /** How many times faster than the wall clock; default 1. */
  readonly factor?: number
  /** By the names that download clients use; those that are not given are torrent servers in memory. */
  readonly backends?: Readonly<Record<string, TorrentBackend>>
  /**
   * Default: strict, what does not fit the app's description is answered with 500 and 400. One may serve many; `null` =
   * nothing is held to it.
   */
  readonly validation?: Validation | null
  readonly instances: readonly InstanceConfig[]
}

export interface ArrSim {
  readonly time: TimeLine
  readonly all: readonly SimulatedArr[]
  /** @throws when there is none of this name */
  readonly arr: (name: string) => SimulatedArr
  /** The torrent server in memory of this name. @throws when there is none */
  readonly server: (name: string) => SimBackend
  close(): Promise<void>
}

/** What an Arr keeps in its database. */
export interface Backup {
  readonly library: LibraryRecords
  readonly history: readonly (HistoryRow | null)[]
  readonly blocklist: readonly BlocklistRow[]
  /** Downloads that it is done with. */
  readonly imported: readonly string[]
  readonly tags: readonly (readonly [number, string])[]
  readonly notifications: readonly Readonly<Record<string, unknown>>[]
}

/** One instance: what it holds now, its key, its address where it has one. */
export class SimulatedArr {
  readonly name: string
  apiKey: string
  readonly #assemble: (config: InstanceConfig, time: TimeLine, stats: Stats) => Arr
  readonly #time: TimeLine
  /** What the world saw of it does not depend on its database. */
  readonly #stats = new Stats()
  readonly #face: Face
  #arr: Arr
  #http: HttpFace | null = null
  #live: LiveSockets | null = null
  #isDown = false
  readonly #onDrop = new Set<() => void>()

  constructor(
    config: InstanceConfig,
    time: TimeLine,
    assemble: (config: InstanceConfig, time: TimeLine, stats: Stats) => Arr,
    validation: Validation | null,
  ) {
    this.name = config.name
    this.apiKey = config.apiKey ?? createHash('md5').update(config.name).digest('hex')
    this.#time = time
    this.#assemble = assemble
    this.#arr = assemble(config, ownTimeLine(time), this.#stats)
    this.#face = faceOf({arr: () => this.#arr, apiKey: () => this.apiKey, validation})
  }

  /** What it holds; another after `replaceDatabase`. */
  get arr(): Arr {
    return this.#arr
  }

  /** With its URL base. @throws when it has no socket */
  get url(): string {
    if (this.#http === null) throw new Error(`${this.name} has no socket`)
    return `http://127.0.0.1:${this.#http.port}${this.#arr.config.urlBase ?? ''}`
  }

  get isDown(): boolean {
    return this.#isDown
  }

  /** Listeners on the live channel. */
  get listeners(): number {
    return this.#live?.open ?? 0
  }

  /** Of the simulation, not of this Arr: it outlives a database. */
  get time(): TimeLine {
    return this.#time
  }

  answer(request: ArrRequest): Promise<Answer> {
    return this.#face.answer(request)
  }

  async listen(): Promise<void> {
    const stats = () => this.#arr.stats
    this.#http = await listen({face: this.#face, stats, now: () => this.#time.now(), port: 0})
    this.#live = liveSockets(
      this.#http,
      () => this.#arr,
      () => this.apiKey,
    )
  }

  /** Connections are refused. */
  async down(): Promise<void> {
    if (this.#isDown) return
    this.#isDown = true
    this.dropLive()
    await this.#http?.down()
  }

  async up(): Promise<void> {
    if (!this.#isDown) return
    this.#isDown = false
    await this.#http?.up()
  }

  /** The live channel breaks off, for everybody. */
  dropLive(): void {
    this.#live?.drop()
    for (const reported of this.#onDrop) reported()
  }

  /** For who listens without a socket: the live channel broke off. @returns what ends it */
  onDrop(reported: () => void): () => void {
    this.#onDrop.add(reported)
    return () => void this.#onDrop.delete(reported)
  }

  /**
   * What is only in memory is gone: queue, running commands, what was told once. The queue stays empty until the first look
   * at its clients; then what is finished waits for its import, without a word of what was said before.
   */
  restart(): void {
    this.dropLive()
    this.#arr.commands.restart()
    this.#arr.queue.clear()
    this.#arr.ignored.clear()
    this.#arr.leftAlone.clear()
    this.#arr.downClients.clear()
    this.#arr.begin()
  }

  /** Restarts with another database: the same ids may now be other items. */
  replaceDatabase(config: Partial<InstanceConfig>): void {
    this.#arr.time.close()
    this.#arr = this.#assemble({...this.#arr.config, ...config}, ownTimeLine(this.#time), this.#stats)
    this.dropLive()
  }

  /** Its database as it is now. */
  backUp(): Backup {
    const {library, history, blocklist, imported, tags, hooks} = this.#arr
    return {
      library: library.records(),
      history: history.records(),
      blocklist: [...blocklist.rows],
      imported: [...imported],
      tags: [...tags],
      notifications: [...hooks.all.values()].map(({resource}) => resource),
    }
  }

  /**
   * Restarts with a database of before: what happened since is unknown to it, and the ids that were given since are given
   * again. What its torrent servers hold and the world has stays as it is.
   */
  restore(backup: Backup): void {
    const {releases} = this.#arr
    this.replaceDatabase({library: []})
    const {library, history, blocklist, imported, tags, hooks} = this.#arr
    library.restore(backup.library)
    history.restore(backup.history)
    blocklist.restore(backup.blocklist)
    for (const id of backup.imported) imported.add(id)
    tags.clear()
    for (const [id, label] of backup.tags) tags.set(id, label)
    for (const resource of backup.notifications) hooks.add(resource)
    this.#arr.releases.remember(releases)
  }

  async close(): Promise<void> {
    this.#live?.close()
    this.#arr.time.close()
    if (!this.#isDown) await this.#http?.down()
  }
}

/** Without sockets. */
export function assembleSim(config: SimConfig): ArrSim {
  const time = timeOf(config)
  const servers = new Map<string, SimBackend>()
  const backends = new Map<string, TorrentBackend>(Object.entries(config.backends ?? {}))
  for (const {downloadClients = [], files = 'virtual'} of config.instances) {
    for (const {backend, name} of downloadClients) {
      if (backends.has(backend ?? name)) continue
      const server = new SimBackend(time, {files})
      servers.set(backend ?? name, server)
      backends.set(backend ?? name, server)
    }
  }
  const {validation = strictValidation} = config
  const assemble = (one: InstanceConfig, own: TimeLine, stats: Stats): Arr =>
    assembleArr(one, {seed: config.seed ?? 42, time: own, backends, stats})
  const all = config.instances.map((one) => new SimulatedArr(one, time, assemble, validation))
  return {
    time,
    all,
    arr: (name) =>
      found(
        name,
        all.find((one) => one.name === name),
      ),
    server: (name) => found(name, servers.get(name)),
    async close() {
      for (const one of all) await one.close()
      time.close()
    },
  }
}

/** Each at a loopback port of its own. */
export async function createArrSim(config: SimConfig): Promise<ArrSim> {
  const sim = assembleSim(config)
  for (const one of sim.all) await one.listen()
  return sim
}

function timeOf({clock = 'real', factor = 1}: SimConfig): TimeLine {
  if (typeof clock !== 'string') return clock
  return clock === 'virtual' ? virtualTimeLine() : realTimeLine(factor)
}

function found<T>(name: string, one: T | undefined): T {
  if (one === undefined) throw new Error(`there is no ${name} in this simulation`)
  return one
}
