/** A simulated deluge-web with its daemon, our client on it, and time that a test moves. */
import {plainServer} from '#lab/plain-server.ts'
import {Counters} from '#lab/simulators/counters.ts'
import {makeDelugeFace} from '#lab/simulators/deluge.ts'
import type {Face} from '#lab/simulators/face.ts'
import {FaultyServer} from '#lab/simulators/faulty-server.ts'
import {Motion} from '#lab/simulators/motion.ts'
import {populate} from '#lab/simulators/population.ts'
import {World} from '#lab/simulators/world.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import {Secret} from '#model/secret.ts'
import {asServerId} from '#model/torrent-key.ts'
import {insideMetainfo} from '#test/doubles/inside-work.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {Replica} from '../conformance/replica.conformance.ts'
import type {CallBounds, SyncReport, SyncWant} from '../port.ts'
import {DelugeClient} from './client.ts'

export const bounds: CallBounds = {timeoutMs: 30_000, maxBytes: 256 * 1024 * 1024}

interface SceneOptions {
  readonly count?: number
  readonly password?: string
  /** The face's own extras. */
  readonly options?: Readonly<Record<string, unknown>>
}

interface Call {
  readonly method: string
  readonly params: readonly unknown[]
}

interface Stands {
  readonly clock: VirtualClock
  readonly world: World
  readonly face: Face
  readonly server: FaultyServer
}

export class Scene {
  readonly clock: VirtualClock
  readonly replica = new Replica()
  readonly world: World
  readonly motion: Motion
  readonly face: Face
  readonly server: FaultyServer
  readonly client: DelugeClient

  static async start({count = 20, password = 'secret', options = {}}: SceneOptions = {}): Promise<Scene> {
    const clock = new VirtualClock()
    const world = new World({clock, seed: 1})
    populate(world, {count, seed: 1, hostileEvery: 20})
    const counters = new Counters()
    const parts = {world, counters, version: '2.0.3', username: null, password: 'secret', options}
    const face = makeDelugeFace(parts)
    return new Scene({clock, world, face, server: await FaultyServer.start(face, counters)}, password)
  }

  /** The same, connected. */
  static async open(given: SceneOptions = {}): Promise<Scene> {
    const scene = await Scene.start(given)
    await scene.client.connect(bounds)
    return scene
  }

  private constructor({clock, world, face, server}: Stands, password: string) {
    this.clock = clock
    this.world = world
    this.face = face
    this.server = server
    this.motion = new Motion(world, {seed: 2, changePerSecond: 0.05, turnover: true})
    this.client = new DelugeClient({
      definition: {
        ...plainServer,
        id: asServerId('sim'),
        name: 'sim',
        kind: 'deluge',
        url: server.url,
        password: new Secret(password),
      },
      clock,
      turns: new TimeSlice(),
      metainfo: insideMetainfo,
    })
  }

  async close(): Promise<void> {
    await this.client.close()
    await this.server.stop()
  }

  /** What another user does through the same deluge-web, in its page or in an Arr. */
  async elsewhere(method: string, ...params: readonly unknown[]): Promise<unknown> {
    const call = async (name: string, args: readonly unknown[], cookie: string) =>
      fetch(`${this.server.url}/json`, {
        method: 'POST',
        headers: {'content-type': 'application/json', cookie},
        body: JSON.stringify({method: name, params: args, id: 1}),
      })
    const [cookie = ''] = (await call('auth.login', ['secret'], '')).headers.getSetCookie()
    return ((await (await call(method, params, cookie.split(';', 1)[0]!)).json()) as {result: unknown}).result
  }

  /** Ids of the daemons that deluge-web knows. */
  async daemons(): Promise<string[]> {
    return ((await this.elsewhere('web.get_hosts')) as [string][]).map(([id]) => id)
  }

  /** Once, in the moment before a call of this method is answered. */
  before(method: string, then: () => void | Promise<void>): void {
    const {face} = this
    const handle = face.handle.bind(face)
    face.handle = async (request) => {
      if (request.body.includes(`"${method}"`)) {
        face.handle = handle
        await then()
      }
      return handle(request)
    }
  }

  /** From now on each call that fits is refused by the daemon. */
  refuse(fits: (call: Call) => boolean, message: string): void {
    const {face} = this
    const handle = face.handle.bind(face)
    face.handle = async (request) => {
      const {id, ...call} = JSON.parse(request.body.toString()) as Call & {id: number}
      if (!fits(call)) return handle(request)
      const body = JSON.stringify({result: null, error: {code: 4, message: `Failure: ${message}`}, id})
      return {status: 200, headers: {'content-type': 'application/json'}, body: [body]}
    }
  }

  /** Whatever is asked from now on, in its order. */
  sent(): Call[] {
    const {face} = this
    const handle = face.handle.bind(face)
    const calls: Call[] = []
    face.handle = (request) => {
      calls.push(JSON.parse(request.body.toString()) as Call)
      return handle(request)
    }
    return calls
  }

  /** Time passes, then one step. */
  async step(list: SyncWant['list'] = 'delta', seconds = 2): Promise<SyncReport> {
    await this.clock.advance(seconds * 1000)
    return this.client.sync.step({list, attentive: true}, this.replica, {delta: bounds, full: bounds})
  }

  /** Long enough for all that is read seldom. */
  async settle(): Promise<void> {
    await this.client.connect(bounds)
    for (let passed = 0; passed < 720; passed += 20) await this.step('delta', 20)
  }
}
