import {expect, test} from 'vitest'
import {A, healthOf, serverView, stats} from './history.fixture.ts'
import {Meter} from './meter.ts'
import type {Sample} from './sample.ts'

const counts = {torrents: 9, downloading: 4, seeding: 3, failing: 2}

/** Looks at each view in turn, ten seconds apart. @returns bytes down of each look */
function downs(...views: readonly ReturnType<typeof serverView>[]): number[] {
  const meter = new Meter()
  return views.map((view, at) => meter.read(view, counts, at * 10_000, at * 10_000).downloaded)
}
const counting = (downloaded?: number) => serverView(A, {stats: stats({sessionDownloaded: downloaded})})
const offline = serverView(A, {health: healthOf('unreachable')})

test('a sample says what the server does now', () => {
  const view = serverView(A, {stats: stats({downSpeed: 70, upSpeed: 7, freeSpace: 5})})
  expect(new Meter().read(view, counts, 20_000, 0)).toEqual({
    serverId: A,
    span: 10,
    at: 20_000,
    count: 1,
    online: 1,
    downSpeed: 70,
    upSpeed: 7,
    downSpeedMax: 70,
    upSpeedMax: 7,
    downloaded: 0,
    uploaded: 0,
    torrents: 9,
    downloading: 4,
    seeding: 3,
    failing: 2,
    freeSpace: 5,
    latencyMs: 4,
  } satisfies Sample)
})

test.each([
  'unknown',
  'connecting',
  'unreachable',
  'auth_failed',
  'banned',
  'incompatible',
  'paused',
] as const)(
  '%s: what it did last is not what it does now; its torrents are still the last known',
  (status) => {
    expect(new Meter().read(serverView(A, {health: healthOf(status)}), counts, 0, 0)).toMatchObject({
      online: 0,
      downSpeed: 0,
      downSpeedMax: 0,
      freeSpace: null,
      latencyMs: null,
      torrents: 9,
    })
  },
)

test.each(['online', 'degraded', 'warming'] as const)('%s: it answers', (status) => {
  expect(new Meter().read(serverView(A, {health: healthOf(status)}), counts, 0, 0)).toMatchObject({online: 1})
})

test('S08 a disk that is not there has no free space in the charts', () => {
  const view = serverView(A, {stats: {downSpeed: 70, upSpeed: 7, freeSpaceUnknown: 'Another disk is there.'}})
  expect(new Meter().read(view, counts, 0, 0)).toMatchObject({freeSpace: null, online: 1, downSpeed: 70})
})

test('a server that answers without figures is as good as not there', () => {
  expect(new Meter().read(serverView(A, {stats: null}), counts, 0, 0)).toMatchObject({
    online: 0,
    downSpeed: 0,
  })
})

test('bytes are what the counter moved; what was before the first look is not known', () => {
  expect(downs(counting(1_000), counting(1_700), counting(1_700), counting(1_750))).toEqual([0, 700, 0, 50])
})

test('up and down are counted alike', () => {
  const meter = new Meter()
  const view = (up: number) => serverView(A, {stats: stats({sessionUploaded: up})})
  meter.read(view(5), counts, 0, 0)
  expect(meter.read(view(25), counts, 10_000, 10_000).uploaded).toBe(20)
})

test('a counter that fell began again: it counts from zero', () => {
  expect(downs(counting(5_000), counting(300), counting(400))).toEqual([0, 300, 100])
})

test('what a server moves while it is out of sight is in the look that sees it again', () => {
  expect(downs(counting(1_000), offline, offline, counting(4_000))).toEqual([0, 0, 0, 3_000])
})

test('without a counter it is speed times time since the last look, seen or not', () => {
  expect(downs(counting(), counting(), offline, counting())).toEqual([0, 100, 0, 100])
})

test('a counter that comes or goes is not compared with nothing', () => {
  expect(downs(counting(1_000), counting(), counting(9_000), counting(9_005))).toEqual([0, 100, 100, 5])
})

test('the counters of another daemon under the same name are not compared', () => {
  const moved = serverView(A, {url: 'http://127.0.0.1:2', stats: stats({sessionDownloaded: 10 ** 12})})
  const other = serverView(A, {kind: 'rtorrent', stats: stats({sessionDownloaded: 10 ** 12})})
  expect(downs(counting(1_000), moved)).toEqual([0, 0])
  expect(downs(counting(1_000), other)).toEqual([0, 0])
})

test('after a long sleep of this machine it is unknown how fast it was meanwhile', () => {
  const meter = new Meter()
  meter.read(counting(), counts, 0, 0)
  expect(meter.read(counting(), counts, 0, 3_600_000).downloaded).toBe(3_000)
})

test.each([Number.NaN, Infinity, -5, 2 ** 60])('a figure of %d is not known', (figure) => {
  const view = serverView(A, {
    health: healthOf('online', {latencyP50Ms: figure}),
    stats: stats({downSpeed: figure, freeSpace: figure, sessionDownloaded: figure}),
  })
  const meter = new Meter()
  meter.read(view, counts, 0, 0)
  expect(meter.read(view, counts, 10_000, 10_000)).toMatchObject({
    downSpeed: 0,
    downloaded: 0,
    freeSpace: null,
    latencyMs: null,
    online: 1,
  })
})

test('bytes are whole, so that sums are exact', () => {
  const slow = serverView(A, {stats: stats({downSpeed: 0.33})})
  expect(downs(slow, slow)).toEqual([0, 3])
  expect(downs(counting(0.25), counting(10.5))).toEqual([0, 10])
})
