import {expect, test} from 'vitest'
import {TorrentFacts} from '#automation-state/torrent-facts.ts'
import type {FleetDelta} from '#fleet/writer.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import type {HealthStatus} from '#model/server.ts'
import type {ServerView} from '#model/services.ts'
import {asInfoHash, asServerId, keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import type {UnknownTime} from '#rules/presets/inherited.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
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
  lostTimes: readonly UnknownTime[] = []
  #tell: Listener = () => undefined
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
      valueAt: (_row: number, column: string) => {
        if (column === 'trackerHosts') return this.hosts
        return column === 'state' ? this.state : column === 'tags' ? this.tags : ''
      },
      onChange: (listener: Listener) => {
        this.#tell = listener
        return () => undefined
      },
      rows: {isSeen: () => true},
    } as never,
    server: (id) => {
      const known = this.servers.get(id)
      return known ? ({health: {status: known.status}, wholeLists: known.wholeLists} as ServerView) : null
    },
  })

  /** Its only torrent is in this state from now on, and everybody hears of it. */
  is(state: string): void {
    this.state = state
    this.#tell({added: [], removed: [], changed: [0]})
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
    this.#tell({added: [0], removed: [{row: 0, key: before}], changed: []})
  }

  goneOf(...keys: readonly TorrentKey[]): readonly boolean[] {
    return keys.map((it) => (this.torrents.of(it)?.goneAt ?? null) !== null)
  }
}

test('who went while the program was down is gone when its server gave two whole lists, not before', async () => {
  const house = new Harness()
  const [stays, went, elsewhere] = [key(A, 1), key(A, 2), key(B, 1)]
  house.torrents.seen([stays, went, elsewhere], 1)
  house.rows = [stays]
  house.servers.set(A, {status: 'online', wholeLists: 1}).set(B, {status: 'unreachable', wholeLists: 2})
  const stop = house.watch.start()
  await house.clock.advance(120_000)
  expect(house.goneOf(stays, went, elsewhere)).toEqual([false, false, false])
  house.servers.set(A, {status: 'warming', wholeLists: 2})
  await house.clock.advance(60_000)
  expect(house.goneOf(stays, went, elsewhere)).toEqual([false, false, false])
  house.servers.set(A, {status: 'online', wholeLists: 2})
  await house.clock.advance(60_000)
  expect(house.goneOf(stays, went, elsewhere)).toEqual([false, true, false])
  await stop()
})

test('S49 what comes when its server was looked at before came then, and what is back came after it went', async () => {
  const house = new Harness()
  const [old, early, late] = [key(A, 1), key(A, 2), key(A, 3)]
  house.torrents.seen([old], 1)
  house.torrents.gone([old], 5)
  house.rows = [early]
  house.servers.set(A, {status: 'online', wholeLists: 1})
  const stop = house.watch.start()
  await house.clock.advance(1_000)
  house.passOn(old)
  const before = house.torrents.of(old)?.cameAt
  house.servers.set(A, {status: 'online', wholeLists: 2})
  await house.clock.advance(1_000)
  house.passOn(late)
  const cameAt = [old, early, late].map((it) => house.torrents.of(it)?.cameAt)
  expect([before, cameAt]).toEqual([5, [5, null, house.clock.now()]])
  await stop()
})

test('the torrents of a server that nobody knows any more are gone', async () => {
  const house = new Harness()
  const [here, there] = [key(A, 1), key(B, 1)]
  house.torrents.seen([here, there], 1)
  house.rows = [here]
  house.servers.set(A, {status: 'online', wholeLists: 2})
  const stop = house.watch.start()
  await house.clock.advance(60_000)
  expect(house.goneOf(here, there)).toEqual([false, true])
  await stop()
})

test('seeding is counted by the minute, and only while its server is believed', async () => {
  const house = new Harness()
  house.rows = [key(A, 1)]
  house.servers.set(A, {status: 'online', wholeLists: 2})
  const stop = house.watch.start()
  await house.clock.advance(180_000)
  expect(house.torrents.of(key(A, 1))?.seedingObserved).toBe(120)
  house.servers.set(A, {status: 'unreachable', wholeLists: 2})
  await house.clock.advance(180_000)
  expect(house.torrents.of(key(A, 1))?.seedingObserved).toBe(120)
  await stop()
})

test('S16 what began to seed between two looks, or paused there, is counted from the next look on, never for more', async () => {
  const house = new Harness()
  house.rows = [key(A, 1)]
  house.servers.set(A, {status: 'online', wholeLists: 2})
  house.state = 'downloading'
  const stop = house.watch.start()
  const observed = async (ms: number) => {
    await house.clock.advance(ms)
    return house.torrents.of(key(A, 1))?.seedingObserved
  }
  expect(await observed(119_000)).toBe(0)
  house.is('stalledUp')
  expect(await observed(1_000)).toBe(0)
  expect(await observed(60_000)).toBe(60)
  house.is('stopped')
  house.is('seeding')
  expect(await observed(60_000)).toBe(60)
  expect(await observed(60_000)).toBe(120)
  await stop()
})

test('the row of one that left is watched again for the next that has it', async () => {
  const house = new Harness()
  house.rows = [key(A, 1)]
  house.servers.set(A, {status: 'online', wholeLists: 2})
  const stop = house.watch.start()
  await house.clock.advance(120_000)
  house.passOn(key(A, 2))
  await house.clock.advance(60_000)
  expect(house.torrents.of(key(A, 2))?.seedingObserved).toBe(0)
  await house.clock.advance(60_000)
  expect(house.torrents.of(key(A, 2))?.seedingObserved).toBe(60)
  await stop()
})

test('B.12 labels of ours tell what an older program knew of who was never seen before; after that the database does', async () => {
  const house = new Harness()
  const [known, met] = [key(A, 1), key(A, 2)]
  house.torrents.seen([known], 1)
  house.rows = [known, met]
  house.tags = ['qBitrr-imported', 'films', 'qBitrr-ignored', 'qBitrr-free_space_paused']
  const stop = house.watch.start()
  await house.clock.advance(1_000)
  expect([house.torrents.of(known)?.marks, house.torrents.of(met)?.marks]).toEqual([
    [],
    ['imported', 'freeSpacePaused'],
  ])
  await stop()
})

test('a torrent keeps the trackers that it was ever listed under, whatever its list says later', async () => {
  const house = new Harness()
  const [torrent, other] = [key(A, 1), key(A, 2)]
  house.rows = [torrent]
  house.servers.set(A, {status: 'online', wholeLists: 2})
  const stop = house.watch.start()
  await house.clock.advance(60_000)
  const seen = (it: TorrentKey) => house.torrents.of(it)?.trackersSeen
  expect(seen(torrent)).toEqual([])
  house.isUnder('two.example', 'one.example')
  expect(seen(torrent)).toEqual(['two.example', 'one.example'])
  house.isUnder()
  house.isUnder('one-new.example')
  expect(seen(torrent)).toEqual(['one-new.example', 'one.example', 'two.example'])
  house.passOn(other)
  expect([seen(torrent)?.length, seen(other)]).toEqual([3, ['one-new.example']])
  await stop()
})

test('what is found under trackers that nobody saw it get is told from what came, or changed them, before our eyes', async () => {
  const house = new Harness()
  const [kept, torrent, other] = [key(A, 1), key(A, 2), key(A, 3)]
  house.torrents.tracked(kept, ['one.example'], 1)
  house.rows = [kept]
  house.hosts = ['one.example']
  house.servers.set(A, {status: 'online', wholeLists: 1})
  const stop = house.watch.start()
  await house.clock.advance(60_000)
  const foundAt = (it: TorrentKey) => house.torrents.of(it)?.trackersFoundAt
  expect(foundAt(kept)).toBeNull()
  house.isUnder('one-new.example')
  expect([foundAt(kept), house.torrents.of(kept)?.trackersSeen.length]).toEqual([null, 2])
  house.hosts = ['two.example']
  house.passOn(torrent)
  expect(foundAt(torrent)).toBe(house.clock.now())
  house.servers.set(A, {status: 'online', wholeLists: 2})
  house.passOn(other)
  house.isUnder('two-new.example')
  expect(foundAt(other)).toBeNull()
  // It was known, and lost.
  house.passOn(kept)
  expect(foundAt(kept)).toBe(house.clock.now())
  await stop()
})

test('what was found after a lost time stays in doubt, whatever is found later', async () => {
  const house = new Harness()
  const torrent = key(A, 1)
  house.rows = [torrent]
  house.hosts = ['one.example']
  house.servers.set(A, {status: 'online', wholeLists: 1})
  const stop = house.watch.start()
  await house.clock.advance(60_000)
  const found = () => house.torrents.of(torrent)?.trackersFoundAt
  const first = house.clock.now()
  expect(found()).toBe(first)
  const again = async (host: string) => {
    await house.clock.advance(86_400_000)
    house.hosts = [host]
    house.passOn(torrent)
  }
  await again('two.example')
  const second = house.clock.now()
  expect(found()).toBe(second)
  house.lostTimes = [{servers: ['B'], from: first, to: second}]
  await again('three.example')
  expect(found()).toBe(house.clock.now())
  const third = house.clock.now()
  house.lostTimes = [{servers: ['A'], from: first, to: third}]
  await again('four.example')
  expect([found(), house.torrents.of(torrent)?.trackersSeen.length]).toEqual([third, 4])
  await stop()
})
