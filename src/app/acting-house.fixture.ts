/**
 * The whole program on a clock of its own, with simulated servers and Arrs on the same clock: weeks pass in seconds.
 * Servers are asked over loopback, so that a moment of real time goes by with each step.
 */
import {rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import pino from 'pino'
import type {TorrentClient} from '#clients/port.ts'
import {createClient} from '#clients/registry.ts'
import {loadConfig, usualWebUi} from '#config/load.ts'
import {Turns} from '#kit/turns.ts'
import {VirtualClock} from '#kit/virtual-clock.ts'
import {ClientBackend} from '#lab/arrs/backends/client-backend.ts'
import type {InstanceConfig} from '#lab/arrs/config.ts'
import {assembleSim, type ArrSim, type SimulatedArr} from '#lab/arrs/create.ts'
import {timeLineOn} from '#lab/arrs/time-line.ts'
import {definitionOf} from '#lab/simulators/fleet-process.ts'
import {startSimServer, type SimServer, type SimServerSpec} from '#lab/simulators/sim-server.ts'
import type {SimTorrent} from '#lab/simulators/sim-torrent.ts'
import {makeTorrent, type MadeTorrent} from '#lab/torrent-maker.ts'
import {Store} from '#store/store.ts'
import {composeApp, type App} from './compose.ts'
import {Api, newFolder, sectionsOf} from './fleet-test.ts'
import {InsideThread} from './managers/inside-thread.fixture.ts'

const STEP_MS = 1_000

export interface ActingWish {
  readonly servers: readonly Pick<SimServerSpec, 'name' | 'kind' | 'version'>[]
  readonly arrs: readonly InstanceConfig[]
  /** Behind the sections of the servers; `KEY-<name>` stands for the key of an Arr. */
  readonly config: string
  /** What can be grabbed. */
  readonly torrents: readonly MadeTorrent[]
}

export class ActingHouse {
  readonly clock = new VirtualClock(Date.UTC(2026, 5, 1, 12))
  readonly folder = newFolder()
  readonly servers = new Map<string, SimServer>()
  /** Of the Arrs: `radarr: GET /api/v3/queue`. */
  readonly asked: string[] = []
  readonly #clients: TorrentClient[] = []
  #sim: ArrSim | null = null
  #app: App | null = null
  #api: Api | null = null

  static async start(wish: ActingWish): Promise<ActingHouse> {
    const house = new ActingHouse()
    await house.#begin(wish)
    return house
  }

  arr(name: string): SimulatedArr {
    return this.#sim!.arr(name)
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

  /** So much time passes for everybody. */
  async pass(seconds: number): Promise<void> {
    for (let left = seconds * 1_000; left > 0; left -= STEP_MS) {
      await this.clock.advance(Math.min(left, STEP_MS))
      await realMoment()
    }
  }

  /** Until it is so, or the time is over. @returns what was seen last */
  async until<T>(seconds: number, ask: () => T | Promise<T>, wanted: (seen: T) => boolean): Promise<T> {
    for (let passed = 0; ; passed += 5) {
      const seen = await ask()
      if (wanted(seen) || passed >= seconds) return seen
      await this.pass(5)
    }
  }

  async stop(): Promise<void> {
    const stopping = this.#app!.stop()
    const isOver = stopping.then(() => true)
    while (!(await Promise.race([isOver, this.pass(1).then(() => false)])));
    await this.#sim!.close()
    for (const client of this.#clients) await client.close()
    for (const {server} of this.servers.values()) await server.stop()
    rmSync(this.folder, {recursive: true, force: true})
  }

  async #begin({servers, arrs, config, torrents}: ActingWish): Promise<void> {
    const {clock} = this
    for (const spec of servers) {
      this.servers.set(spec.name, await startSimServer({...spec, count: 0, seed: 1}, clock))
    }
    const made = new Map(torrents.map(({hash, torrent}) => [hash as string, torrent]))
    const definitions = [...this.servers.values()].map(({spec, server: {url}, username, password}) =>
      definitionOf({...spec, url, username, password}),
    )
    const backends = definitions.map((definition): [string, ClientBackend] => {
      const client = createClient({definition, clock, turns: new Turns()})
      this.#clients.push(client)
      const {world} = this.server(definition.id)
      const remove = async (hash: string) => world.commands.removeWithData([world.get(hash)!])
      return [definition.id, new ClientBackend({client, remove, torrents: made})]
    })
    this.#sim = assembleSim({
      clock: timeLineOn(clock),
      backends: Object.fromEntries(backends),
      instances: arrs,
    })
    const path = join(this.folder, 'config.toml')
    const text = arrs.reduce((all, {name}) => all.replace(`KEY-${name}`, this.arr(name).apiKey), config)
    writeFileSync(path, `${sectionsOf(definitions)}\n${text}`)
    const loaded = (await loadConfig({path, env: {}, cwd: this.folder})).config
    this.#app = await composeApp({
      ...{clock, dataFolder: this.folder, store: await Store.sqlite(join(this.folder, 'commodarr.db'))},
      ...{servers: loaded.servers, arrs: loaded, rules: loaded, webui: usualWebUi, isOpen: true},
      ...{file: null, env: {}, demo: true},
      log: pino({level: 'silent'}, {write: () => {}}),
      managerThread: (plan) =>
        new InsideThread(plan, {
          clock,
          arrAt: (url) => this.arr(new URL(url).hostname),
          asked: (name, question) => this.asked.push(`${name}: ${question}`),
        }),
    })
    const [address] = await this.#app.http.listen({host: '127.0.0.1', port: 0})
    this.#api = new Api(address!)
    await this.pass(10)
  }
}

/** What is under way over loopback arrives. */
async function realMoment(): Promise<void> {
  for (let at = 0; at < 30; at++) await new Promise((done) => setImmediate(done))
}

/** A release of one film, so large in bytes. */
export function filmRelease(name: string, bytes = 50_000): MadeTorrent {
  return makeTorrent({name, content: {'film.mkv': bytes}})
}
