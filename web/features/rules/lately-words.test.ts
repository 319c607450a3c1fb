import {beforeAll, expect, test} from 'vitest'
import {loadWords} from '../../i18n/text.ts'
import {latelyWords} from './lately-words.ts'

beforeAll(() => loadWords('rules'))

const GIB = 2 ** 30

test.each([
  [
    {count: 9, bytes: 3 * GIB, gone: 0},
    'torrent',
    'wanted to act on 9 torrents, 3.00\u00a0GiB, before guards and limits.',
  ],
  [
    {count: 1, bytes: GIB, gone: 4},
    'torrent',
    'wanted to act on 1 torrent, 1.00\u00a0GiB, before guards and limits.',
  ],
  [
    {count: 2, bytes: GIB, gone: 0},
    'path',
    'wanted to act on 2 orphans, 1.00\u00a0GiB, before guards and limits.',
  ],
  [
    {count: 0, bytes: 0, gone: 1},
    'torrent',
    'wanted to act on 1 torrent that is gone since, before guards and limits.',
  ],
  [{count: 0, bytes: 0, gone: 0}, 'path', 'found nothing to act on.'],
] as const)('of %o of kind %s it says: %s', (counts, subject, says) => {
  expect(latelyWords(counts, subject, 'day')).toMatch(/^In the last day it /)
  expect(latelyWords(counts, subject, 'week')).toMatch(/^In the last seven days it /)
  for (const span of ['day', 'week'] as const) expect(latelyWords(counts, subject, span)).toContain(says)
})
