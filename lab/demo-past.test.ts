import {expect, test} from 'vitest'
import {asServerId} from '#model/torrent-key.ts'
import {pastOf} from './demo-past.ts'
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
