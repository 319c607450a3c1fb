/**
 * Daemons that hang with their port open: a request waits in their queue, and is read when they go on. Each log-in that
 * was sent meanwhile counts then, and a handful of wrong ones makes them refuse everybody here. So credentials go only to
 * who has just answered without them.
 */
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {feedOf} from '#app/compose-servers.ts'
import type {ServerKind} from '#clients/kinds/kinds.ts'
import {createClient} from '#clients/kinds/registry.ts'
import {Fleet} from '#fleet/fleet.ts'
import {plainServer} from '#lab/plain-server.ts'
import type {FaceRequest} from '#lab/simulators/face.ts'
import type {Fault} from '#lab/simulators/faults.ts'
import {InsideNetwork} from '#lab/simulators/inside-network.ts'
import {startSimServer, type SimServer} from '#lab/simulators/sim-server.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import {Links} from '#links/links.ts'
import {Secret} from '#model/secret.ts'
import type {ServerDefinition, ServerStats} from '#model/server.ts'
import {asServerId} from '#model/torrent-key.ts'
import {insideMetainfo} from '#test/doubles/inside-work.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'

const HOUR = 3_600_000
const id = asServerId('one')
/** So that a wrong one cannot be taken for another text. */
const [RIGHT, WRONG] = ['the-right-password', 'another-password']

/** Every kind that keeps a count of wrong log-ins or a session, one of each dialect. */
const kinds: readonly (readonly [ServerKind, string, string])[] = [
  ['qbittorrent', '4.5.2', 'auth/login$'],
  ['qbittorrent', '5.3.0', 'auth/login$'],
  ['deluge', '2.0.3', '#auth.login$'],
  ['transmission', '3.00', '#session-get$'],
  ['transmission', '4.1.4', '#session-get$'],
]

class Harness {
  readonly clock: VirtualClock
  readonly server: SimServer
  readonly #network = new InsideNetwork()
  /** Requests with a password in them that reached the daemon, since it hung or not. */
  credentials = 0
  requests = 0
  readonly definition: ServerDefinition
  readonly links: Links

  static async of(kind: ServerKind, version: string, password: string): Promise<Harness> {
    const clock = new VirtualClock()
    const spec = {name: 'one', kind, version, seed: 1, count: 3, isInside: true, port: 8_080} as const
    const server = await startSimServer({...spec, username: 'me', password: RIGHT}, clock)
    return new Harness(server, password, clock)
  }

  private constructor(server: SimServer, password: string, clock: VirtualClock) {
    this.server = server
    this.clock = clock
    this.#network.add(server.server)
    this.definition = {
      ...plainServer,
      id,
      name: 'one',
      kind: server.spec.kind,
      url: server.server.url,
      username: 'me',
      password: new Secret(password),
    }
    const ways = this.#network.ways((_, request) => this.#count(request, password))
    const turns = new TimeSlice(Infinity)
    this.links = new Links({
      clock,
      turns,
      random: () => 0,
      rooms: {figures: (_id, {freeSpace: _freeSpace, ...stats}: ServerStats) => stats},
      log: {debug: () => {}, info: () => {}, warn: () => {}, error: () => {}},
      fleet: feedOf(new Fleet(clock, turns), {leaving: () => {}, removed: () => {}}),
      memory: {recall: () => null, remember: () => {}, forget: () => {}},
      knock: (definition) => this.#network.knock(definition),
      createClient: (parts) => createClient({...parts, metainfo: insideMetainfo, ways}),
    })
  }

  #count({headers, body}: FaceRequest, password: string): void {
    const basic = Buffer.from(`me:${password}`).toString('base64')
    const isIn = headers['authorization']?.includes(basic) === true || body.includes(password)
    this.requests++
    if (isIn) this.credentials++
  }

  hang(fault: Fault = {kind: 'silence'}): void {
    this.server.server.faults.add({...fault, id: 'hang'})
    this.credentials = 0
    this.requests = 0
  }

  wake(): void {
    this.server.server.faults.clear('hang')
  }

  start(): void {
    void this.links.configure([this.definition])
  }

  get status(): string {
    const {status, reason} = this.links.get(id)!.health
    return `${status}:${reason}`
  }
}

let harness: Harness
afterEach(async () => {
  await Promise.all([harness.links.stop(), harness.clock.advance(60_000)])
})

describe.each(kinds)('%s %s', (kind, version, login) => {
  const open = async (password: string) => {
    harness = await Harness.of(kind, version, password)
    return harness
  }

  describe.each([
    ['right', RIGHT],
    ['wrong', WRONG],
  ])('with the %s password', (_, password) => {
    beforeEach(() => open(password))

    test('who hangs from the first is asked for hours, and is sent no credentials', async () => {
      harness.hang()
      harness.start()
      await harness.clock.advance(2 * HOUR)
      expect([harness.credentials, harness.requests > 30]).toEqual([0, true])
      harness.wake()
      await harness.clock.advance(120_000)
      expect(harness.status).toBe(password === RIGHT ? 'online:none' : 'auth_failed:wrong_credentials')
    })

    test('people who test one that hangs send it no credentials either', async () => {
      harness.hang()
      for (let n = 0; n < 20; n++) {
        const trial = harness.links.tryOut(harness.definition, {by: 'administrator', ownerId: null})
        await harness.clock.advance(120_000)
        await expect(trial).resolves.toMatchObject({ok: false, reason: 'timed_out'})
      }
      expect([harness.credentials, harness.requests >= 20]).toEqual([0, true])
    })

    test('whose login alone is lost each time is sent few of them, and bans no one', async () => {
      harness.hang({kind: 'lost', hang: true, path: login})
      harness.start()
      await harness.clock.advance(50 * 60_000)
      expect(harness.credentials).toBeLessThanOrEqual(2)
      for (let n = 0; n < 20; n++) {
        const trial = harness.links.tryOut(harness.definition, {by: 'administrator', ownerId: null})
        await Promise.all([trial, harness.clock.advance(20_000)])
      }
      expect(harness.credentials).toBeLessThanOrEqual(4)
      expect(harness.server.server.counters.figures().loginsRefused).toBeLessThanOrEqual(4)
    })
  })

  test('one that hangs while it works is sent no credentials before it answers again', async () => {
    await open(RIGHT)
    harness.start()
    await harness.clock.advance(60_000)
    expect(harness.status).toBe('online:none')
    harness.hang()
    await harness.clock.advance(180_000)
    expect(harness.status).toBe('unreachable:timed_out')
    harness.credentials = 0
    await harness.clock.advance(2 * HOUR)
    expect(harness.credentials).toBe(0)
    harness.wake()
    await harness.clock.advance(120_000)
    expect(harness.status).toBe('online:none')
  })
})
