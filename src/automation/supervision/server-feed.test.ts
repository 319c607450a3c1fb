import {expect, test} from 'vitest'
import {Fleet} from '#fleet/fleet.ts'
import {serverView} from '#history/history.fixture.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import type {ManagedServer} from '#model/manager.ts'
import type {HealthStatus} from '#model/server.ts'
import type {ServerView} from '#model/services.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {hashes, servers, Speaker} from '#test/fleet/arbitrary-frames.ts'
import {ServerFeed} from './server-feed.ts'

const [id] = servers

class Harness {
  readonly clock = new VirtualClock()
  readonly fleet = new Fleet({clock: this.clock, turns: new TimeSlice()})
  readonly speaker = new Speaker()
  readonly reported: (readonly ManagedServer[])[] = []
  readonly listeners = new Set<() => void>()
  view: ServerView = {...serverView(id!), torrents: 0}
  readonly feed = new ServerFeed({
    fleet: this.fleet,
    clock: this.clock,
    run: 'r1',
    servers: {list: () => [this.view], get: () => this.view},
    ownerOf: () => null,
    internetOf: () => ({internet: 'well', unprovenFor: 0}),
    isDiskLow: (_id, free) => (free === undefined ? undefined : free < 100),
    onStatus: (listener) => {
      this.listeners.add(listener)
      return () => void this.listeners.delete(listener)
    },
    send: (all) => this.reported.push(all),
  })
  readonly stop: () => void

  constructor() {
    for (const one of servers) this.fleet.addServer(one)
    this.speaker.greet((frame) => this.fleet.apply(frame))
    this.stop = this.feed.start()
  }

  become(status: HealthStatus): void {
    this.view = {...this.view, health: {...this.view.health, status}}
    for (const report of this.listeners) report()
  }

  list(listed: readonly InfoHash[], believeAbsence: boolean): void {
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
  const house = new Harness()
  house.become('online')
  await house.clock.advance(1_000)
  expect(house.last).toMatchObject({freeBytes: 1_000, isDiskLow: false})
  const why = 'Another disk is there.'
  house.view = {...house.view, stats: {downSpeed: 10, upSpeed: 1, freeSpaceUnknown: why}}
  await house.clock.advance(1_000)
  expect(house.last).toMatchObject({freeBytes: undefined, whyNoFreeBytes: why, isDiskLow: undefined})
  house.stop()
})

test('how long it is online counts without a break, by our own clock', async () => {
  const house = new Harness()
  house.become('online')
  await house.clock.advance(1_000)
  house.clock.jump(3 * 86_400_000)
  await house.clock.advance(31_000)
  expect(house.last).toMatchObject({status: 'online', onlineFor: 30})
  house.become('degraded')
  await house.clock.advance(30_000)
  expect(house.last.onlineFor).toBeGreaterThanOrEqual(31)
  house.become('unreachable')
  await house.clock.advance(1_000)
  expect(house.last).toMatchObject({status: 'unreachable', onlineFor: 0})
  house.become('online')
  await house.clock.advance(1_000)
  expect(house.last.onlineFor).toBe(0)
  house.stop()
})

test('a server that came back is told in the moment when it did, and how long it is there counts from then', async () => {
  const house = new Harness()
  house.become('unreachable')
  await house.clock.advance(1_300)
  const before = house.reported.length
  house.become('online')
  expect(house.reported.length).toBe(before + 1)
  await house.clock.advance(600_000)
  expect(house.feed.now()[0]).toMatchObject({status: 'online', onlineFor: 600})
  house.stop()
  expect(house.listeners.size).toBe(0)
})

test('it is told within a second when something changed, else each half minute', async () => {
  const house = new Harness()
  house.become('online')
  await house.clock.advance(1_000)
  const before = house.reported.length
  await house.clock.advance(28_000)
  expect(house.reported).toHaveLength(before)
  await house.clock.advance(1_000)
  expect(house.reported).toHaveLength(before + 1)
  house.view = {...house.view, epoch: house.view.epoch + 1}
  await house.clock.advance(1_000)
  expect(house.reported).toHaveLength(before + 2)
  expect(house.last.epoch).toBe(`r1/${house.view.epoch}`)
  house.stop()
})

test('S01 torrents that are kept although the last list lacked them are said to be missing', async () => {
  const house = new Harness()
  house.list(hashes, true)
  await house.clock.advance(1_000)
  expect(house.last).toMatchObject({population: hashes.length, populationDrop: 0})
  house.list(hashes.slice(0, 1), false)
  await house.clock.advance(1_000)
  expect(house.last).toMatchObject({population: hashes.length, populationDrop: 0.8})
  house.list(hashes, false)
  await house.clock.advance(1_000)
  expect(house.last.populationDrop).toBe(0)
  house.stop()
})

test('of an empty server nothing is missing that could be said', async () => {
  const house = new Harness()
  await house.clock.advance(1_000)
  expect(house.last.populationDrop).toBeUndefined()
  house.stop()
})
