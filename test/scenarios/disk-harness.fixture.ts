/** Servers of one machine that work on one disk, each by a path of its own, and torrents whose files are really there. */
import {existsSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import {SharedDisk} from '#lab/simulators/sim-disk.ts'
import type {NewTorrent, SimTorrent} from '#lab/simulators/sim-torrent.ts'
import {newFolder, type Answer, type Api} from '../program/program.fixture.ts'
import {elsewhere, ScenarioHarness, type ScenarioServer} from './scenario-harness.fixture.ts'

export interface DiskServer extends ScenarioServer {
  /** What it calls the one folder of the disk. */
  readonly folder: string
  /** We are told that it does. */
  readonly isMapped?: boolean
}

/** Bytes by path below the folder of the disk. */
export type Content = Readonly<Record<string, number>>

export class DiskHarness {
  readonly folder = newFolder()
  readonly #disk = new SharedDisk(this.folder)
  readonly #servers: readonly DiskServer[]
  #house: ScenarioHarness | null = null

  private constructor(servers: readonly DiskServer[]) {
    this.#servers = servers
  }

  /** @param config behind the mappings @param own keys of the section of the last server */
  static async start(servers: readonly DiskServer[], config = '', own = ''): Promise<DiskHarness> {
    const harness = new DiskHarness(servers)
    harness.#house = await ScenarioHarness.start({
      servers: servers.map((it) => ({each: elsewhere, ...it})),
      config: own + servers.map((it) => harness.mapping(it.name)).join('') + config,
      settled: 0,
    })
    for (const {name, folder} of servers) harness.scenario.world(name).disk = harness.#disk.seenAt(folder)
    return harness
  }

  get scenario(): ScenarioHarness {
    return this.#house!
  }

  get api(): Api {
    return this.scenario.acting.api
  }

  async stop(): Promise<void> {
    await this.#house?.stop()
    rmSync(this.folder, {recursive: true, force: true})
  }

  pass(seconds: number): Promise<void> {
    return this.scenario.pass(seconds)
  }

  /** Of a server; nothing where we are not told. */
  mapping(server: string): string {
    const {folder, isMapped = true} = this.#serverOf(server)
    if (!isMapped) return ''
    return `["${server}".PathMappings]\n${JSON.stringify(folder)} = ${JSON.stringify(this.folder)}\n`
  }

  /** A complete torrent that seeds, whose files are on the disk. The first part of their paths is its name. */
  put(server: string, index: number, content: Content, fields: Partial<NewTorrent> = {}): SimTorrent {
    const {folder} = this.#serverOf(server)
    const paths = Object.keys(content)
    const [name = ''] = paths[0]!.split('/')
    const size = Object.values(content).reduce((sum, bytes) => sum + bytes, 0)
    const disk = this.#disk.seenAt(folder)
    const {savePath = folder} = fields
    for (const [path, bytes] of Object.entries(content)) disk.write(`${savePath}/${path}`, bytes)
    return this.scenario.put(server, index, {
      name,
      rootName: name,
      savePath,
      size,
      sizeTotal: size,
      done: size,
      downloaded: size,
      fileCount: paths.length,
      files: Object.entries(content).map(([path, bytes]) => ({
        path,
        size: bytes,
        done: bytes,
        priority: 'normal' as const,
      })),
      ...fields,
    })
  }

  /** Whether servers reach the disk; we see its folder anyway. */
  reach(isReached: boolean): void {
    this.#disk.isReached = isReached
  }

  /** Checks of its server end at once from now on, by what the disk has. */
  checksAtOnce(server: string): void {
    this.scenario.attachDisk(server, this.#disk.seenAt(this.#serverOf(server).folder))
  }

  has(path: string): boolean {
    return existsSync(join(this.folder, path))
  }

  /* ───────────────────────────── what people do ───────────────────────────── */

  remove(server: string, hash: string, more = '', by = this.api): Promise<Answer> {
    return by.send('DELETE', `/api/torrents/${hash}?server_id=${server}&delete_data=true${more}`)
  }

  /** It waits so many seconds to be sent. */
  hold(server: string, hash: string, seconds: number, by = this.api): Promise<Answer> {
    return by.send('POST', '/api/torrents/actions', {
      verb: 'removeWithData',
      keys: [{server_id: server, info_hash: hash}],
      args: {},
      hold_seconds: seconds,
    })
  }

  #serverOf(server: string): DiskServer {
    return this.#servers.find(({name}) => name === server)!
  }
}
