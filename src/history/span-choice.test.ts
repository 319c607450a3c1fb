import fc from 'fast-check'
import {expect, test} from 'vitest'
import {beginOf, spans} from './sample.ts'
import {selectRange, MOST_POINTS, MOST_SAMPLES} from './span-choice.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const now = Date.UTC(2026, 5, 1, 12, 0, 5)
const days = {minutes: 2, hours: 90, days: 3_650}

const ask = (ago: number, {until = 0, servers = 1, span = 'auto' as const} = {}) =>
  selectRange({from: now - ago, to: now - until, span, servers}, now, days)

test.each([
  ['the last hour', HOUR, 0, 10, 361],
  ['a little more than an hour', HOUR + MINUTE, 0, 60, 62],
  ['a day', DAY, 0, 60, 1_441],
  ['a minute of yesterday', DAY, DAY - MINUTE, 60, 2],
  ['a minute of last week', 7 * DAY, 7 * DAY - MINUTE, 3_600, 1],
  ['two days, of which minutes would be too many', 2 * DAY, 0, 3_600, 49],
  ['three months, of which hours would be too many', 90 * DAY, 0, 86_400, 91],
  ['a year', 365 * DAY, 0, 86_400, 366],
] as const)('%s', (_, ago, until, span, points) => {
  expect(ask(ago, {until})).toMatchObject({span, points})
})

test('of more days than can be shown the newest are', () => {
  const range = ask(3_000 * DAY)
  expect(range).toMatchObject({span: 86_400, points: MOST_POINTS, to: beginOf(now, 86_400) + DAY})
  expect(range.from).toBe(range.to - MOST_POINTS * DAY)
})

test('the more servers, the coarser', () => {
  expect([800, 2_000, 4_000].map((servers) => ask(HOUR, {servers}).span)).toEqual([10, 60, 60])
  expect(ask(DAY, {servers: 4_000}).span).toBe(3_600)
})

test('what is too much in every span is refused', () => {
  expect(() => ask(300 * DAY, {servers: 5_000})).toThrow('fewer servers')
  expect(() => ask(3_000 * DAY, {servers: 200})).toThrow('fewer servers')
})

test('a span that was asked for is given, whole or not at all', () => {
  const selected = (span: 10 | 60 | 3_600, ago: number, servers = 1) =>
    selectRange({from: now - ago, to: now, span, servers}, now, days).points
  expect([selected(10, MINUTE), selected(60, DAY), selected(3_600, 7 * DAY)]).toEqual([7, 1_441, 169])
  expect(() => selected(10, DAY)).toThrow('a longer span or a shorter time')
  expect(() => selected(10, HOUR, 5_000)).toThrow('fewer servers')
})

test('nothing is asked of the future but what is open now', () => {
  expect(selectRange({from: now, to: now + DAY, span: 3_600, servers: 1}, now, days)).toEqual({
    span: 3_600,
    from: beginOf(now, 3_600),
    to: beginOf(now, 3_600) + HOUR,
    points: 1,
  })
  expect(selectRange({from: now + DAY, to: now + 2 * DAY, span: 'auto', servers: 1}, now, days).points).toBe(
    0,
  )
})

test('whatever is asked, the answer is bounded and covers what was asked of the past', () => {
  const time = fc.integer({min: 0, max: now + DAY})
  fc.assert(
    fc.property(time, time, fc.integer({min: 0, max: 40}), (a, b, servers) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)]
      const range = selectRange({from, to, span: 'auto', servers}, now, days)
      expect(spans).toContain(range.span)
      expect(range.points).toBeLessThanOrEqual(MOST_POINTS)
      expect(range.points * servers).toBeLessThanOrEqual(MOST_SAMPLES)
      expect(range.to - range.from).toBe(range.points * range.span * 1_000)
      if (from < now) expect(range.to).toBeGreaterThanOrEqual(Math.min(to, now))
      if (range.points < MOST_POINTS) expect(range.from).toBeLessThanOrEqual(from)
    }),
  )
})
