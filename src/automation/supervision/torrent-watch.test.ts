import {expect, test} from 'vitest'
import {TorrentFacts} from '#automation-state/torrent-facts.ts'
import {Fleet} from '#fleet/fleet.ts'
import type {FleetDelta} from '#fleet/writer.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import type {HealthStatus} from '#model/server.ts'
import type {ServerView} from '#model/services.ts'
import {asInfoHash, asServerId, keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import type {UnknownTime} from '#rules/presets/inherited.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {servers, Speaker} from '#test/fleet/arbitrary-frames.ts'
import {TorrentWatch} from './torrent-watch.ts'

const [A, B] = [asServerId('A'), asServerId('B')]
const key = (serverId: ServerId, n: number): TorrentKey => ({
  serverId,
  hash: asInfoHash(n.toString(16).padStart(40, '0'))!,
})

type Listener = (delta: Pick<FleetDelta, 'added' | 'removed' | 'changed'>) => void

/** Servers with torrents that seed, and what was remembered of them before. */
class Harness {
  readonly clock = new VirtualClock()
  readonly torrents = new TorrentFacts({backlog: () => ({put() {}, drop() {}})} as never)
  readonly servers = new Map<ServerId, {status: HealthStatus; wholeLists: number}>()
  rows: readonly TorrentKey[] = []
  tags: readonly string[] = []
  state = 'seeding'
  hosts: readonly string[] | undefined = undefined
  /** By the hash under which it is listed: its v1 hash. */
  readonly v1 = new Map<string, string>()
  /** Torrents that the last list lacked. */
  readonly unseen = new Set<string>()
  lostTimes: readonly UnknownTime[] = []
  #send: Listener = () => undefined
  readonly watch = new TorrentWatch({
    clock: this.clock,
    turns: new TimeSlice(),
    torrents: this.torrents,
    passages: () => [],
    lostTimes: () => this.lostTimes,
    fleet: {
      serverIds: [A, B],
      serverAt: (row: number) => this.rows[row]?.serverId ?? null,
      rowsOf: (id: ServerId) => this.rows.flatMap((it, row) => (it.serverId === id ? [row] : [])),
      rowOf: (it: TorrentKey) => {
        const row = this.rows.findIndex((other) => keyText(other) === keyText(it))
        return row === -1 ? null : row
      },
      keyAt: (row: number) => this.rows[row]!,
      holdersOfV1: (v1: string) => this.rows.filter(({hash}) => (this.v1.get(hash) ?? hash) === v1),
      valueAt: (row: number, column: string) => {
        if (column === 'infoHashV1') return this.v1.get(this.rows[row]!.hash) ?? this.rows[row]!.hash
        if (column === 'trackerHosts') return this.hosts
        return column === 'state' ? this.state : column === 'tags' ? this.tags : ''
      },
      onChange: (listener: Listener) => {
        this.#send = listener
        return () => undefined
      },
      rows: {isSeen: (row: number) => !this.unseen.has(this.rows[row]!.hash)},
    } as never,
    server: (id) => {
      const known = this.servers.get(id)
      return known ? ({health: {status: known.status}, wholeLists: known.wholeLists} as ServerView) : null
    },
  })

  /** Its only torrent is in this state from now on, and everybody hears of it. */
  is(state: string): void {
    this.state = state
    this.#send({added: [], removed: [], changed: [0]})
  }

  /** Its only torrent is under these trackers from now on, and everybody hears of it. */
  isUnder(...hosts: readonly string[]): void {
    this.hosts = hosts
    this.is(this.state)
  }

  /** The first row is another's from now on. */
  passOn(other: TorrentKey): void {
    const before = this.rows[0]!
    this.rows = [other]
    this.#send({added: [0], removed: [{row: 0, key: before}], changed: []})
  }

  /** It comes beside those that are there. */
  comes(other: TorrentKey): void {
    this.rows = [...this.rows, other]
    this.#send({added: [this.rows.length - 1], removed: [], changed: []})
  }

  /** The last one goes. */
  leaves(): void {
    const [key, row] = [this.rows.at(-1)!, this.rows.length - 1]
    this.rows = this.rows.slice(0, -1)
    this.#send({added: [], removed: [{row, key}], changed: []})
  }

  goneOf(...keys: readonly TorrentKey[]): readonly boolean[] {
    return keys.map((it) => (this.torrents.of(it)?.goneAt ?? null) !== null)
  }
}

test('who went while the program was down is gone when its server gave two whole lists, not before', async () => {
  const harness = new Harness()
  const [stays, went, elsewhere] = [key(A, 1), key(A, 2), key(B, 1)]
  harness.torrents.seen([stays, went, elsewhere], 1)
  harness.rows = [stays]
  harness.servers.set(A, {status: 'online', wholeLists: 1}).set(B, {status: 'unreachable', wholeLists: 2})
  const stop = harness.watch.start()
  await harness.clock.advance(120_000)
  expect(harness.goneOf(stays, went, elsewhere)).toEqual([false, false, false])
  harness.servers.set(A, {status: 'warming', wholeLists: 2})
  await harness.clock.advance(60_000)
  expect(harness.goneOf(stays, went, elsewhere)).toEqual([false, false, false])
  harness.servers.set(A, {status: 'online', wholeLists: 2})
  await harness.clock.advance(60_000)
  expect(harness.goneOf(stays, went, elsewhere)).toEqual([false, true, false])
  await stop()
})

test('S49 what comes when its server was looked at before came then, and what is back came after it went', async () => {
  const harness = new Harness()
  const [old, early, late] = [key(A, 1), key(A, 2), key(A, 3)]
  harness.torrents.seen([old], 1)
  harness.torrents.gone([old], 5)
  harness.rows = [early]
  harness.servers.set(A, {status: 'online', wholeLists: 1})
  const stop = harness.watch.start()
  await harness.clock.advance(1_000)
  harness.passOn(old)
  const before = harness.torrents.of(old)?.cameAt
  harness.servers.set(A, {status: 'online', wholeLists: 2})
  await harness.clock.advance(1_000)
  harness.passOn(late)
  const cameAt = [old, early, late].map((it) => harness.torrents.of(it)?.cameAt)
  expect([before, cameAt]).toEqual([5, [5, null, harness.clock.now()]])
  await stop()
})

test('the torrents of a server that is not known any more are gone', async () => {
  const harness = new Harness()
  const [here, there] = [key(A, 1), key(B, 1)]
  harness.torrents.seen([here, there], 1)
  harness.rows = [here]
  harness.servers.set(A, {status: 'online', wholeLists: 2})
  const stop = harness.watch.start()
  await harness.clock.advance(60_000)
  expect(harness.goneOf(here, there)).toEqual([false, true])
  await stop()
})

test('seeding is counted by the minute, and only while its server is believed', async () => {
  const harness = new Harness()
  harness.rows = [key(A, 1)]
  harness.servers.set(A, {status: 'online', wholeLists: 2})
  const stop = harness.watch.start()
  await harness.clock.advance(180_000)
  expect(harness.torrents.of(key(A, 1))?.seedingObserved).toBe(120)
  harness.servers.set(A, {status: 'unreachable', wholeLists: 2})
  await harness.clock.advance(180_000)
  expect(harness.torrents.of(key(A, 1))?.seedingObserved).toBe(120)
  await stop()
})

test('S16 what began to seed between two looks, or paused there, is counted from the next look on, never for more', async () => {
  const harness = new Harness()
  harness.rows = [key(A, 1)]
  harness.servers.set(A, {status: 'online', wholeLists: 2})
  harness.state = 'downloading'
  const stop = harness.watch.start()
  const observed = async (ms: number) => {
    await harness.clock.advance(ms)
    return harness.torrents.of(key(A, 1))?.seedingObserved
  }
  expect(await observed(119_000)).toBe(0)
  harness.is('stalledUp')
  expect(await observed(1_000)).toBe(0)
  expect(await observed(60_000)).toBe(60)
  harness.is('stopped')
  harness.is('seeding')
  expect(await observed(60_000)).toBe(60)
  expect(await observed(60_000)).toBe(120)
  await stop()
})

test('the row of one that left is watched again for the next that has it', async () => {
  const harness = new Harness()
  harness.rows = [key(A, 1)]
  harness.servers.set(A, {status: 'online', wholeLists: 2})
  const stop = harness.watch.start()
  await harness.clock.advance(120_000)
  harness.passOn(key(A, 2))
  await harness.clock.advance(60_000)
  expect(harness.torrents.of(key(A, 2))?.seedingObserved).toBe(0)
  await harness.clock.advance(60_000)
  expect(harness.torrents.of(key(A, 2))?.seedingObserved).toBe(60)
  await stop()
})

test('B.12 labels of ours show what an older program knew of a torrent that was never seen before; after that the database does', async () => {
  const harness = new Harness()
  const [known, met] = [key(A, 1), key(A, 2)]
  harness.torrents.seen([known], 1)
  harness.rows = [known, met]
  harness.tags = ['qBitrr-imported', 'films', 'qBitrr-ignored', 'qBitrr-free_space_paused']
  const stop = harness.watch.start()
  await harness.clock.advance(1_000)
  expect([harness.torrents.of(known)?.marks, harness.torrents.of(met)?.marks]).toEqual([
    [],
    ['imported', 'freeSpacePaused'],
  ])
  await stop()
})

test('a torrent keeps the trackers that it was ever listed under, whatever its list says later', async () => {
  const harness = new Harness()
  const [torrent, other] = [key(A, 1), key(A, 2)]
  harness.rows = [torrent]
  harness.servers.set(A, {status: 'online', wholeLists: 2})
  const stop = harness.watch.start()
  await harness.clock.advance(60_000)
  const seen = (it: TorrentKey) => harness.torrents.of(it)?.trackersSeen
  expect(seen(torrent)).toEqual([])
  harness.isUnder('two.example', 'one.example')
  expect(seen(torrent)).toEqual(['two.example', 'one.example'])
  harness.isUnder()
  harness.isUnder('one-new.example')
  expect(seen(torrent)).toEqual(['one-new.example', 'one.example', 'two.example'])
  harness.passOn(other)
  expect([seen(torrent)?.length, seen(other)]).toEqual([3, ['one-new.example']])
  await stop()
})

test('what is found under trackers that we never saw it get differs from what came, or changed them, before our eyes', async () => {
  const harness = new Harness()
  const [kept, torrent, other] = [key(A, 1), key(A, 2), key(A, 3)]
  harness.torrents.tracked(kept, ['one.example'], 1)
  harness.rows = [kept]
  harness.hosts = ['one.example']
  harness.servers.set(A, {status: 'online', wholeLists: 1})
  const stop = harness.watch.start()
  await harness.clock.advance(60_000)
  const foundAt = (it: TorrentKey) => harness.torrents.of(it)?.trackersFoundAt
  expect(foundAt(kept)).toBeNull()
  harness.isUnder('one-new.example')
  expect([foundAt(kept), harness.torrents.of(kept)?.trackersSeen.length]).toEqual([null, 2])
  harness.hosts = ['two.example']
  harness.passOn(torrent)
  expect(foundAt(torrent)).toBe(harness.clock.now())
  harness.servers.set(A, {status: 'online', wholeLists: 2})
  harness.passOn(other)
  harness.isUnder('two-new.example')
  expect(foundAt(other)).toBeNull()
  // It was known, and lost.
  harness.passOn(kept)
  expect(foundAt(kept)).toBe(harness.clock.now())
  await stop()
})

test('what was found after a lost time stays in doubt, whatever is found later', async () => {
  const harness = new Harness()
  const torrent = key(A, 1)
  harness.rows = [torrent]
  harness.hosts = ['one.example']
  harness.servers.set(A, {status: 'online', wholeLists: 1})
  const stop = harness.watch.start()
  await harness.clock.advance(60_000)
  const found = () => harness.torrents.of(torrent)?.trackersFoundAt
  const first = harness.clock.now()
  expect(found()).toBe(first)
  const again = async (host: string) => {
    await harness.clock.advance(86_400_000)
    harness.hosts = [host]
    harness.passOn(torrent)
  }
  await again('two.example')
  const second = harness.clock.now()
  expect(found()).toBe(second)
  harness.lostTimes = [{servers: ['B'], from: first, to: second}]
  await again('three.example')
  expect(found()).toBe(harness.clock.now())
  const third = harness.clock.now()
  harness.lostTimes = [{servers: ['A'], from: first, to: third}]
  await again('four.example')
  expect([found(), harness.torrents.of(torrent)?.trackersSeen.length]).toEqual([third, 4])
  await stop()
})

/** A hybrid that is remembered under its v1 hash, at a server that lists it so. */
function hybridHarness() {
  const harness = new Harness()
  const [v1, v2] = [key(A, 1), key(A, 2)]
  harness.servers.set(A, {status: 'online', wholeLists: 2})
  harness.v1.set(v2.hash, v1.hash)
  harness.rows = [v1]
  harness.torrents.seen([v1], 1)
  harness.torrents.change(v1, {pinnedAt: 2, completeSeenAt: 3, stoppedByUs: 'freeSpace'}, 3)
  harness.torrents.seeded([v1], 600)
  const known = {firstSeenAt: 1, cameAt: null, pinnedAt: 2, seedingObserved: 600, stoppedByUs: 'freeSpace'}
  return {house: harness, v1, v2, known}
}

test('a hybrid that is listed under its other hash after an upgrade, and after a way back, is the same torrent', async () => {
  const {house: harness, v1, v2, known} = hybridHarness()
  const stop = harness.watch.start()
  await harness.clock.advance(1_000)
  harness.passOn(v2)
  expect(harness.torrents.of(v2)).toMatchObject({...known, infoHashV1: v1.hash, goneAt: null})
  expect(harness.goneOf(v1, v2)).toEqual([true, false])
  harness.torrents.change(v2, {pinnedAt: 9}, 9)
  harness.passOn(v1)
  expect(harness.torrents.of(v1)).toMatchObject({...known, pinnedAt: 9, infoHashV1: null})
  expect(harness.goneOf(v1, v2)).toEqual([false, true])
  await stop()
})

test('a hybrid is the same torrent when its server was upgraded, or went back, while we did not look', async () => {
  const {house: harness, v1, v2, known} = hybridHarness()
  harness.rows = [v2]
  const stop = harness.watch.start()
  await harness.clock.advance(120_000)
  expect(harness.torrents.of(v2)).toMatchObject({...known, seedingObserved: 660, infoHashV1: v1.hash})
  expect(harness.goneOf(v1, v2)).toEqual([true, false])
  await stop()
  const back = new Harness()
  back.torrents.load([harness.torrents.of(v1)!, harness.torrents.of(v2)!])
  back.torrents.change(v2, {pinnedAt: 9}, 9)
  back.servers.set(A, {status: 'online', wholeLists: 2})
  back.rows = [v1]
  const end = back.watch.start()
  await back.clock.advance(120_000)
  expect(back.torrents.of(v1)).toMatchObject({pinnedAt: 9, goneAt: null})
  expect(back.goneOf(v2)).toEqual([true])
  await end()
})

test('what its server lists under either hash at once are two torrents; a list that lacks one of them proves nothing', async () => {
  const {house: harness, v1, v2} = hybridHarness()
  const stop = harness.watch.start()
  await harness.clock.advance(1_000)
  harness.comes(v2)
  expect(harness.torrents.of(v2)).toMatchObject({pinnedAt: null, seedingObserved: 0})
  harness.leaves()
  harness.unseen.add(v1.hash)
  harness.torrents.expire(harness.clock.now() + 1)
  harness.comes(v2)
  expect(harness.torrents.of(v2)).toMatchObject({pinnedAt: 2, seedingObserved: 600})
  expect(harness.torrents.of(v1)).toMatchObject({pinnedAt: 2, seedingObserved: 600, goneAt: null})
  await stop()
})

test('another server that lists a torrent under the same v1 hash takes nothing over', async () => {
  const {house: harness, v1} = hybridHarness()
  const elsewhere = key(B, 2)
  harness.servers.set(B, {status: 'online', wholeLists: 2})
  const stop = harness.watch.start()
  await harness.clock.advance(1_000)
  harness.passOn(elsewhere)
  expect(harness.torrents.of(elsewhere)).toMatchObject({pinnedAt: null, infoHashV1: v1.hash})
  await stop()
})

test.each([true, false])(
  'over the lists of a server that is upgraded a hybrid stays the same torrent, whether its absence is believed: %s',
  async (believeAbsence) => {
    const [clock, turns, speaker] = [new VirtualClock(), new TimeSlice(), new Speaker()]
    const fleet = new Fleet(clock, turns)
    for (const id of servers) fleet.addServer(id)
    speaker.greet((frame) => fleet.apply(frame))
    const [server] = servers as [ServerId]
    const {torrents} = new Harness()
    const watch = new TorrentWatch({
      clock,
      turns,
      fleet,
      torrents,
      passages: () => [],
      lostTimes: () => [],
      server: () => ({health: {status: 'online'}, wholeLists: 2}) as ServerView,
    })
    const stop = watch.start()
    const lists = (hash: string) => {
      for (const body of [
        {type: 'begin', fresh: true},
        {type: 'rows', rows: [{hash, infoHashV1: key(A, 1).hash, name: 'n', state: 'seeding'}], removed: []},
        {type: 'end', believeAbsence},
      ])
        speaker.say({server, off: 'no', body} as never, clock.now(), (frame) => fleet.apply(frame))
    }
    const [v1, v2] = [key(server, 1), key(server, 2)]
    lists(v1.hash)
    torrents.change(v1, {pinnedAt: 5}, 5)
    for (const now of [v2, v1, v2]) {
      lists(now.hash)
      await clock.advance(1_000)
      expect(torrents.of(now)).toMatchObject({pinnedAt: 5, goneAt: null})
    }
    // Whoever unpins it means what is listed now.
    torrents.change(v2, {pinnedAt: null}, 6)
    lists(v2.hash)
    expect(torrents.of(v2)).toMatchObject({pinnedAt: null})
    await stop()
  },
)
