import {expect, test, vi} from 'vitest'
import {Fleet} from '#fleet/fleet.ts'
import {serverView} from '#history/history.fixture.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import type {ManagedServer} from '#model/manager.ts'
import type {HealthStatus} from '#model/server.ts'
import type {ServerView} from '#model/services.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {hashes, servers, Speaker} from '#test/fleet/arbitrary-frames.ts'
import {ServerFeed, type ServerKnowledge} from './server-feed.ts'

const [id] = servers

const DAY = 86_400

class Harness {
  readonly clock = new VirtualClock()
  readonly fleet = new Fleet(this.clock, new TimeSlice())
  readonly speaker = new Speaker()
  readonly reported: (readonly ManagedServer[])[] = []
  readonly listeners = new Set<() => void>()
  readonly stop: () => void
  readonly feed: ServerFeed
  view: ServerView = {...serverView(id!), torrents: 0}
  /** Servers beside it that have the same health. */
  others = 0
  lists = 0

  constructor(onlineBefore?: ServerKnowledge['onlineBefore'], status: HealthStatus = 'online') {
    this.view = {...this.view, health: {...this.view.health, status}}
    const watched = {
      list: () => this.list(),
      get: () => this.view,
      onStatus: (listener: () => void) => {
        this.listeners.add(listener)
        return () => void this.listeners.delete(listener)
      },
    }
    this.feed = new ServerFeed(
      this.fleet,
      this.clock,
      watched,
      {
        ownerOf: () => null,
        internetOf: () => ({internet: 'well', unprovenFor: 0}),
        isDiskLow: (_id, free) => (free === undefined ? undefined : free < 100),
        onlineBefore,
      },
      'r1',
    )
    for (const one of servers) this.fleet.addServer(one)
    this.speaker.greet((frame) => this.fleet.apply(frame))
    this.stop = this.feed.start((all) => this.reported.push(all))
  }

  list(): readonly ServerView[] {
    this.lists++
    return [this.view, ...Array.from({length: this.others}, () => this.view)]
  }

  become(status: HealthStatus): void {
    this.view = {...this.view, health: {...this.view.health, status}}
    for (const report of this.listeners) report()
  }

  listed(listed: readonly InfoHash[], believeAbsence: boolean): void {
    const rows = listed.map((hash) => ({hash, name: hash}))
    for (const body of [
      {type: 'begin', fresh: false},
      {type: 'rows', rows, removed: []},
      {type: 'end', believeAbsence},
    ]) {
      this.speaker.say({server: id!, off: 'no', body} as never, 0, (frame) => this.fleet.apply(frame))
    }
  }

  get last(): ManagedServer {
    return this.reported.at(-1)![0]!
  }
}

test('S08 room on a disk that is not there is unknown, with its reason, at once, and makes no disk low', async () => {
  const harness = new Harness()
  harness.become('online')
  await harness.clock.advance(1_000)
  expect(harness.last).toMatchObject({freeBytes: 1_000, isDiskLow: false})
  const why = 'Another disk is there.'
  harness.view = {...harness.view, stats: {downSpeed: 10, upSpeed: 1, freeSpaceUnknown: why}}
  await harness.clock.advance(1_000)
  expect(harness.last).toMatchObject({freeBytes: undefined, whyNoFreeBytes: why, isDiskLow: undefined})
  harness.stop()
})

test('how long it is online counts without a break, by our own clock', async () => {
  const harness = new Harness()
  harness.become('online')
  await harness.clock.advance(1_000)
  harness.clock.jump(3 * 86_400_000)
  await harness.clock.advance(31_000)
  expect(harness.last).toMatchObject({status: 'online', onlineFor: 30})
  harness.become('degraded')
  await harness.clock.advance(30_000)
  expect(harness.last.onlineFor).toBeGreaterThanOrEqual(31)
  harness.become('unreachable')
  await harness.clock.advance(1_000)
  expect(harness.last).toMatchObject({status: 'unreachable', onlineFor: 0})
  harness.become('online')
  await harness.clock.advance(1_000)
  expect(harness.last.onlineFor).toBe(0)
  harness.stop()
})

test('a server is as young as this start, unless it is known that it was online before', async () => {
  const known = new Map([[servers[1]!, DAY * 1_000]])
  for (const harness of [new Harness(), new Harness(known)]) {
    harness.become('online')
    expect(harness.last.onlineFor).toBe(0)
    await harness.clock.advance(31_000)
    expect(harness.last.onlineFor).toBe(30)
    harness.stop()
  }
})

test('what is known of the time before this start counts until the server is away', async () => {
  const harness = new Harness(new Map([[id!, DAY * 1_000]]))
  expect(harness.last).toMatchObject({status: 'online', onlineFor: DAY})
  harness.become('degraded')
  await harness.clock.advance(60_000)
  expect(harness.feed.now()[0]!.onlineFor).toBe(DAY + 60)
  harness.become('unreachable')
  harness.become('online')
  expect(harness.last.onlineFor).toBe(0)
  await harness.clock.advance(60_000)
  expect(harness.feed.now()[0]!.onlineFor).toBe(60)
  harness.stop()
})

test('it counts for a server that is still being connected, and for none that is away at this start', async () => {
  const known = new Map([[id!, DAY * 1_000]])
  for (const [status, onlineFor] of [
    ['connecting', DAY],
    ['warming', DAY],
    ['unreachable', 0],
    ['auth_failed', 0],
  ] as const) {
    const harness = new Harness(known, status)
    expect(harness.last.onlineFor).toBe(0)
    harness.become('online')
    expect([status, harness.last.onlineFor]).toEqual([status, onlineFor])
    harness.stop()
  }
})

test('a server that came back is reported in the moment when it did, and how long it is there counts from then', async () => {
  const harness = new Harness()
  harness.become('unreachable')
  await harness.clock.advance(1_300)
  const before = harness.reported.length
  harness.become('online')
  expect(harness.reported.length).toBe(before + 1)
  await harness.clock.advance(600_000)
  expect(harness.feed.now()[0]).toMatchObject({status: 'online', onlineFor: 600})
  harness.stop()
  expect(harness.listeners.size).toBe(0)
})

test('of hundreds that change one after the other each is no reason to look at all others again', async () => {
  const harness = new Harness()
  harness.others = 499
  await harness.clock.advance(1_000)
  await harness.clock.advance(100)
  const before = harness.lists
  for (let n = 0; n < 100; n++) harness.become(n % 2 === 0 ? 'unreachable' : 'online')
  expect([harness.lists, harness.last.status]).toEqual([before + 1, 'unreachable'])
  await harness.clock.advance(50)
  expect([harness.lists, harness.last.status]).toEqual([before + 2, 'online'])
  harness.become('unreachable')
  await harness.clock.advance(50)
  expect([harness.lists, harness.last.status]).toEqual([before + 3, 'unreachable'])
  harness.stop()
})

test('it is sent within a second when something changed, else each half minute', async () => {
  const harness = new Harness()
  harness.become('online')
  await harness.clock.advance(1_000)
  const before = harness.reported.length
  await harness.clock.advance(28_000)
  expect(harness.reported).toHaveLength(before)
  await harness.clock.advance(1_000)
  expect(harness.reported).toHaveLength(before + 1)
  harness.view = {...harness.view, epoch: harness.view.epoch + 1}
  await harness.clock.advance(1_000)
  expect(harness.reported).toHaveLength(before + 2)
  expect(harness.last.epoch).toBe(`r1/${harness.view.epoch}`)
  harness.stop()
})

test('S01 torrents that are kept although the last list lacked them are said to be missing', async () => {
  const harness = new Harness()
  harness.listed(hashes, true)
  await harness.clock.advance(1_000)
  expect(harness.last).toMatchObject({population: hashes.length, populationDrop: 0})
  harness.listed(hashes.slice(0, 1), false)
  await harness.clock.advance(1_000)
  expect(harness.last).toMatchObject({population: hashes.length, populationDrop: 0.8})
  harness.listed(hashes, false)
  await harness.clock.advance(1_000)
  expect(harness.last.populationDrop).toBe(0)
  harness.stop()
})

test('what is missing is counted without a list of all that is there', async () => {
  const harness = new Harness()
  const lists = vi.spyOn(harness.fleet, 'rowsOf')
  harness.listed(hashes, true)
  harness.listed(hashes.slice(0, 1), false)
  await harness.clock.advance(1_000)
  expect(harness.last.populationDrop).toBe(0.8)
  expect(harness.fleet.absent(id!, () => true)).toBe(4)
  expect(lists).not.toHaveBeenCalled()
  harness.stop()
})

test('of an empty server nothing is missing that could be said', async () => {
  const harness = new Harness()
  await harness.clock.advance(1_000)
  expect(harness.last.populationDrop).toBeUndefined()
  harness.stop()
})
