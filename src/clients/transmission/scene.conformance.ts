/** A simulated Transmission, our client on it, and time that a test moves. */
import {plainServer} from '#lab/plain-server.ts'
import {Counters} from '#lab/simulators/counters.ts'
import {FaultyServer} from '#lab/simulators/faulty-server.ts'
import {Motion} from '#lab/simulators/motion.ts'
import {populate} from '#lab/simulators/population.ts'
import {makeTransmissionFace} from '#lab/simulators/transmission.ts'
import {World} from '#lab/simulators/world.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import {Secret} from '#model/secret.ts'
import type {CategorySource, ServerDefinition} from '#model/server.ts'
import {asServerId} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {insideMetainfo} from '#test/doubles/inside-work.ts'
import {Replica} from '../conformance/replica.conformance.ts'
import type {CallBounds, SyncReport, SyncWant} from '../port.ts'
import {TransmissionClient} from './client.ts'

/** One of each dialect and of each set of holes in `recently_active`. */
export const versions = ['3.00', '4.0.6', '4.1.0-beta.2', '4.1.4'] as const
export const bounds: CallBounds = {timeoutMs: 30_000, maxBytes: 256 * 1024 * 1024}

export class Scene {
  readonly clock: VirtualClock
  readonly replica = new Replica()
  readonly world: World
  readonly motion: Motion
  readonly server: FaultyServer
  readonly client: TransmissionClient

  static async open(
    version: string,
    count: number,
    source: CategorySource = {from: 'label'},
  ): Promise<Scene> {
    const clock = new VirtualClock()
    const world = new World({clock, seed: 1, queueHolds: 'all'})
    populate(world, {count, seed: 1, hostileEvery: 20})
    const counters = new Counters()
    const face = makeTransmissionFace({
      world,
      counters,
      version,
      username: 'admin',
      password: 'secret',
      options: {},
    })
    const scene = new Scene(clock, world, await FaultyServer.start(face, counters), source)
    await scene.client.connect(bounds)
    return scene
  }

  private constructor(clock: VirtualClock, world: World, server: FaultyServer, source: CategorySource) {
    this.clock = clock
    this.world = world
    this.server = server
    this.motion = new Motion(world, {seed: 2, changePerSecond: 0.05, turnover: true})
    this.client = new TransmissionClient({
      definition: definitionOf(server.url, source),
      clock,
      turns: new TimeSlice(),
      metainfo: insideMetainfo,
    })
  }

  async close(): Promise<void> {
    await this.client.close()
    await this.server.stop()
  }

  /** Time passes, then one step. */
  async step(list: SyncWant['list'] = 'delta', seconds = 2): Promise<SyncReport> {
    await this.clock.advance(seconds * 1000)
    return this.client.sync.step({list, attentive: true}, this.replica, {delta: bounds, full: bounds})
  }

  /** Long enough for every detail schedule to come round. */
  async settle(): Promise<void> {
    for (let passed = 0; passed < 200; passed += 5) await this.step('delta', 5)
  }
}

function definitionOf(url: string, categorySource: CategorySource): ServerDefinition {
  return {
    ...plainServer,
    id: asServerId('sim'),
    name: 'sim',
    kind: 'transmission',
    url,
    username: 'admin',
    password: new Secret('secret'),
    categorySource,
  }
}
