/** What the tests of `clients/qbittorrent` play on: a simulated server, our client on it, and a replica that believes its sync. */
import {Replica} from '#clients/conformance/replica.conformance.ts'
import type {CallBounds, SyncReport, SyncWant} from '#clients/port.ts'
import {QbittorrentClient} from '#clients/qbittorrent/client.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import {Secret} from '#model/secret.ts'
import type {ServerDefinition} from '#model/server.ts'
import {asServerId} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {insideMetainfo} from '#test/doubles/inside-work.ts'
import {plainServer} from '../plain-server.ts'
import {Counters} from './counters.ts'
import type {Face} from './face.ts'
import {FaultyServer} from './faulty-server.ts'
import {populate} from './population.ts'
import {makeQbittorrentFace} from './qbittorrent.ts'
import {World} from './world.ts'

export const bounds: CallBounds = {timeoutMs: 30_000, maxBytes: 512 * 1024 * 1024}

export function definitionOf(url: string, more: Partial<ServerDefinition> = {}): ServerDefinition {
  return {
    ...plainServer,
    id: asServerId('one'),
    name: 'One',
    kind: 'qbittorrent',
    url,
    username: 'admin',
    password: new Secret('secret'),
    ...more,
  }
}

export interface StageWish {
  readonly version: string
  readonly count?: number
  readonly options?: Readonly<Record<string, unknown>>
  readonly username?: string | null
  readonly definition?: Partial<ServerDefinition>
  /** Without a queue nobody moves up when another one leaves. Default true. */
  readonly queueing?: boolean
}

export class Stage {
  readonly clock = new VirtualClock()
  readonly world: World
  readonly counters = new Counters()
  readonly face: Face
  readonly #wish: StageWish
  server!: FaultyServer
  client!: QbittorrentClient
  replica = new Replica()

  static async open(wish: StageWish): Promise<Stage> {
    const stage = new Stage(wish)
    stage.server = await FaultyServer.start(stage.face, stage.counters)
    stage.client = stage.another()
    return stage
  }

  private constructor(wish: StageWish) {
    this.#wish = wish
    const queueHolds = wish.queueing === false ? 'none' : 'unfinished'
    this.world = new World({clock: this.clock, seed: 1, queueHolds})
    populate(this.world, {count: wish.count ?? 20, seed: 1, hostileEvery: 7})
    this.face = makeQbittorrentFace({
      world: this.world,
      counters: this.counters,
      version: wish.version,
      username: wish.username === undefined ? 'admin' : wish.username,
      password: 'secret',
      options: wish.options ?? {},
    })
  }

  /** A client of its own on the same server. */
  another(more: Partial<ServerDefinition> = {}): QbittorrentClient {
    const definition = definitionOf(this.server.url, {...this.#wish.definition, ...more})
    return new QbittorrentClient({
      definition,
      clock: this.clock,
      turns: new TimeSlice(),
      metainfo: insideMetainfo,
    })
  }

  step(list: SyncWant['list'] = 'delta'): Promise<SyncReport> {
    return this.client.sync.step({list, attentive: true}, this.replica, {delta: bounds, full: bounds})
  }

  /** What somebody sees who comes new. */
  async freshReplica(): Promise<Replica> {
    const client = this.another()
    const replica = new Replica()
    await client.connect(bounds)
    await client.sync.step({list: 'full', attentive: true}, replica, {delta: bounds, full: bounds})
    await client.close()
    return replica
  }

  async close(): Promise<void> {
    await this.client.close()
    await this.server.stop()
  }
}
