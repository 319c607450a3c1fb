/** A simulated rTorrent with our client on it, for the client's own tests. */
import type {CallBounds, SyncReport, SyncSink, SyncWant} from '#clients/port.ts'
import {RtorrentClient} from '#clients/rtorrent/client.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import type {ServerDefinition} from '#model/server.ts'
import type {TorrentPatch} from '#model/torrent.ts'
import {asServerId, type InfoHash} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {insideMetainfo} from '#test/doubles/inside-work.ts'
import {plainServer} from '../plain-server.ts'
import {Counters} from './counters.ts'
import {FaultyServer, type FaultyServerOptions} from './faulty-server.ts'
import {makeRtorrentFace} from './rtorrent.ts'
import {World} from './world.ts'

export const bounds: CallBounds = {timeoutMs: 30_000, maxBytes: 512 * 1024 * 1024}

interface SubjectOptions {
  readonly version?: string | undefined
  readonly definition?: Partial<ServerDefinition> | undefined
  readonly server?: FaultyServerOptions | undefined
  readonly savePath?: string | undefined
  readonly skewSeconds?: number | undefined
}

/** Rows as a plain reader of the sync has them. */
export class Rows implements SyncSink {
  readonly rows = new Map<InfoHash, TorrentPatch>()
  readonly epochs: boolean[] = []
  #listed: Set<InfoHash> | null = null

  begin(fresh: boolean): void {
    this.epochs.push(fresh)
    if (fresh) this.rows.clear()
    this.#listed = new Set()
  }

  row(patch: TorrentPatch): void {
    this.#listed?.add(patch.hash)
    this.rows.set(patch.hash, {...this.rows.get(patch.hash), ...patch})
  }

  removed(hash: InfoHash): void {
    this.rows.delete(hash)
  }

  end(): void {
    for (const hash of this.rows.keys()) if (!this.#listed!.has(hash)) this.rows.delete(hash)
    this.#listed = null
  }

  stats(): void {}
  categories(): void {}
  tags(): void {}
}

export class RtorrentSubject {
  readonly world: World
  readonly client: RtorrentClient
  readonly server: FaultyServer
  readonly clock: VirtualClock
  readonly replica = new Rows()

  static async start(options: SubjectOptions = {}): Promise<RtorrentSubject> {
    const clock = new VirtualClock()
    const world = new World({
      clock,
      seed: 1,
      queueHolds: 'none',
      skewSeconds: options.skewSeconds,
      ...(options.savePath !== undefined && {defaultSavePath: options.savePath}),
    })
    const counters = new Counters()
    const {username = null, password = null} = options.definition ?? {}
    const face = makeRtorrentFace({
      world,
      counters,
      version: options.version ?? '0.16.17',
      username,
      password: password?.reveal() ?? null,
      options: {},
    })
    const server = await FaultyServer.start(face, counters, options.server ?? {transport: 'scgi'})
    const client = new RtorrentClient({
      definition: {...definitionOf(server.url), ...options.definition},
      clock,
      turns: new TimeSlice(),
      metainfo: insideMetainfo,
    })
    return new RtorrentSubject(world, client, server, clock)
  }

  private constructor(world: World, client: RtorrentClient, server: FaultyServer, clock: VirtualClock) {
    this.world = world
    this.client = client
    this.server = server
    this.clock = clock
  }

  async connect(): Promise<this> {
    await this.client.connect(bounds)
    return this
  }

  step(list: SyncWant['list'] = 'delta'): Promise<SyncReport> {
    return this.client.sync.step({list, attentive: true}, this.replica, {delta: bounds, full: bounds})
  }

  async close(): Promise<void> {
    await this.client.close()
    await this.server.stop()
  }
}

export function definitionOf(url: string): ServerDefinition {
  return {...plainServer, id: asServerId('rt'), name: 'rt', kind: 'rtorrent', url}
}
