import {expect, test} from 'vitest'
import {asServerId} from '#model/torrent-key.ts'
import {movedHours, pastOf} from './demo-past.ts'
import {trafficOf} from './demo-traffic.ts'
import {seededRandom} from './simulators/random.ts'

const HOUR = 3_600_000
const now = Date.UTC(2026, 4, 17, 13, 37, 42)

const lifeOf = (pace: {down: number; up: number}) => ({
  hash: 'a'.repeat(40),
  name: 'one',
  size: 1,
  completed: 1,
  uploaded: 0,
  category: '',
  complete: true,
  addedAt: now / 1_000 - 90 * 86_400,
  completedAt: now / 1_000 - 89 * 86_400,
  trackers: [],
  isPrivate: false,
  pace,
})

test('a past goes up to now without gaps, and its hours have the bytes of their minutes', () => {
  const life = {
    serverId: asServerId('a'),
    torrents: [lifeOf({down: 900_000, up: 400_000}), lifeOf({down: 0, up: 100_000})],
    free: 1e12,
    fillsPerDay: 1e9,
    latencyMs: 5,
    away: [{hoursAgo: 9, hours: 1}],
  }
  const past = pastOf(life, seededRandom(1), now)
  const of = (span: number) => past.filter((it) => it.span === span)
  for (const span of [10, 60, 3_600, 86_400]) {
    const ats = of(span).map(({at}) => at)
    expect(ats.length).toBeGreaterThan(25)
    expect(ats.slice(1).map((at, i) => at - ats[i]!)).toEqual(Array(ats.length - 1).fill(span * 1_000))
  }
  expect(now - of(10).at(-1)!.at).toBeLessThan(20_000)
  const hour = of(3_600).at(-2)!
  const minutes = of(60).filter(({at}) => at >= hour.at && at < hour.at + HOUR)
  expect([minutes.length, minutes.reduce((sum, it) => sum + it.downloaded, 0)]).toEqual([60, hour.downloaded])
  const away = of(60).filter(({online}) => online === 0)
  expect(away.length).toBeGreaterThanOrEqual(59)
  expect(away.every(({downSpeed, latencyMs}) => downSpeed === 0 && latencyMs === null)).toBe(true)
})

test('trackers moved as much as their server, also in the hour that runs', () => {
  const serverId = asServerId('a')
  const life = {serverId, torrents: [lifeOf({down: 900_000, up: 400_000})], latencyMs: 5}
  const past = pastOf({...life, free: null, fillsPerDay: 0, away: []}, seededRandom(1), now)
  const sum = (all: readonly number[]) => all.reduce((total, it) => total + it, 0)
  const day = now - (now % 86_400_000)
  const rows = trafficOf(serverId, life.torrents, movedHours(past, now))
  const ofTrackers = rows.filter(({kind, at}) => kind === 'tracker' && at === day)
  const since = now - (now % HOUR)
  const ofServer = past.filter(({span, at}) => (span === 3_600 && at >= day) || (span === 10 && at >= since))
  expect(sum(ofTrackers.flatMap(({uploaded}) => uploaded))).toBe(sum(ofServer.map((it) => it.uploaded)))
})

const day = 86_400
const nowS = Math.floor(now / 1_000)
const torrent = (hash: string, more: object) => ({
  ...lifeOf({down: 0, up: 0}),
  hash: hash.repeat(40),
  ...more,
})
const GIB = 2 ** 30
/** Younger than the history, older, still coming, in demand, and with more than its pace comes to. */
const torrents = [
  torrent('a', {
    addedAt: nowS - 9 * day,
    completedAt: nowS - 8.7 * day,
    completed: 5 * GIB,
    uploaded: 20 * GIB,
  }),
  torrent('b', {completed: 5 * GIB, uploaded: 642 * 2 ** 20, pace: {down: 0, up: 30_000}}),
  torrent('c', {
    addedAt: nowS - 7_000,
    completedAt: null,
    complete: false,
    completed: GIB,
    pace: {down: 9e5, up: 0},
  }),
  torrent('d', {
    addedAt: nowS - 3 * day,
    completedAt: nowS - 2.9 * day,
    completed: GIB,
    uploaded: 9 * GIB,
    pace: {down: 0, up: 20_000},
  }),
  torrent('e', {completed: GIB, uploaded: 900 * GIB, pace: {down: 0, up: 50_000}}),
]

test('what a torrent moved is what its counters say: all of it where it is as young as the history', () => {
  const life = {serverId: asServerId('a'), torrents, free: null, fillsPerDay: 0, latencyMs: 5, away: []}
  const hours = pastOf(life, seededRandom(1), now).filter(({span}) => span === 3_600)
  const rows = trafficOf(asServerId('a'), torrents, hours).filter(({kind}) => kind === 'torrent')
  const of = (hash: string, way: 'uploaded' | 'downloaded') =>
    rows
      .filter(({subject}) => subject === hash)
      .reduce((sum, row) => sum + row[way].reduce((all, bytes) => all + bytes, 0), 0)
  for (const {hash, addedAt, completed, uploaded} of torrents) {
    const moved = [of(hash, 'downloaded'), of(hash, 'uploaded')]
    if (addedAt * 1_000 >= hours[0]!.at) expect(moved).toEqual([completed, uploaded])
    expect(moved[0]).toBeLessThanOrEqual(completed)
    expect(moved[1]).toBeLessThanOrEqual(uploaded)
  }
  // It is as old as that, and moved all that it has in the last hours; another one long before.
  expect(of('b'.repeat(40), 'uploaded')).toBe(642 * 2 ** 20)
  expect(of('e'.repeat(40), 'uploaded')).toBeLessThan(200 * GIB)
  expect(rows.every((row) => [...row.uploaded, ...row.downloaded].every((it) => it >= 0))).toBe(true)
})

test('its torrents are as many as had come by then: one of three in the place of another', () => {
  const ages = [20, 3, 9, 50, 3]
  const life = {
    serverId: asServerId('a'),
    torrents: ages.map((days, at) => torrent(String(at), {addedAt: nowS - days * day})),
    free: null,
    fillsPerDay: 0,
    latencyMs: 5,
    away: [],
  }
  const days = pastOf(life, seededRandom(1), now).filter(({span}) => span === 86_400)
  const at = (ago: number) => days.findLast((it) => it.at <= now - ago * 86_400_000)!.torrents
  expect([25, 15, 6, 1].map(at)).toEqual([3, 3, 4, 5])
})
