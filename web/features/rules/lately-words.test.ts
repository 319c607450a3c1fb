import {beforeAll, expect, test} from 'vitest'
import {loadWords} from '../../i18n/text.ts'
import {latelyWords, watchedTime} from './preview.ts'

beforeAll(() => loadWords('rules'))

const GIB = 2 ** 30
const HOUR_MS = 3_600_000

test.each([
  [
    {count: 9, bytes: 3 * GIB, gone: 0},
    'torrent',
    'matched 9 torrents, 3.00\u00a0GiB, before protections and limits.',
  ],
  [
    {count: 1, bytes: GIB, gone: 4},
    'torrent',
    'matched 1 torrent, 1.00\u00a0GiB, before protections and limits.',
  ],
  [
    {count: 2, bytes: GIB, gone: 0},
    'path',
    'matched 2 orphaned files, 1.00\u00a0GiB, before protections and limits.',
  ],
  [
    {count: 0, bytes: 0, gone: 1},
    'torrent',
    'matched 1 torrent that no longer exists, before protections and limits.',
  ],
  [{count: 0, bytes: 0, gone: 0}, 'path', 'matched nothing.'],
] as const)('of %o of kind %s it says: %s', (counts, subject, says) => {
  expect(latelyWords(counts, subject, 'day')).toMatch(/^In the last day it /)
  expect(latelyWords(counts, subject, 'day')).toContain(says)
})

test.each([
  ['day', 61_000, '1\u00a0m'],
  ['day', 3 * HOUR_MS, '3\u00a0h'],
  ['day', 30 * HOUR_MS, 'day'],
  ['week', 30 * HOUR_MS, '30\u00a0h'],
  ['week', 400 * HOUR_MS, 'seven days'],
] as const)('of a %s a rule that stands for %s ms was watched for %s', (span, ms, says) => {
  const now = 1_800_000_000_000
  expect(watchedTime(span, now - ms, now)).toBe(says)
  expect(watchedTime(span, null, now)).toBe({day: 'day', week: 'seven days'}[span])
})

test('of a rule that is as it is for less than a minute no time is said that would be nothing', () => {
  const now = 1_800_000_000_000
  const words = (since: number, count: number) =>
    latelyWords({count, bytes: 0, gone: 0}, 'torrent', watchedTime('week', since, now))
  for (const since of [now, now - 59_000, now + 5_000]) {
    expect(words(since, 0)).toBe('It has matched nothing yet: it is as it is only since a moment ago.')
    expect(words(since, 1)).toMatch(/^In the last minute it matched 1 torrent/)
  }
})
