import {beforeAll, expect, test} from 'vitest'
import type {Arr} from '../../../api/arrs.ts'
import type {Story} from '../../../api/activity.ts'
import {speakEnglish} from '../../../i18n/english.fixture.ts'
import {leadOf, weekSentence, weekWords} from './arr-week.ts'

beforeAll(() => speakEnglish())

const story = (what: Story['what'], done: number, reason: Story['reason'] = null) => ({
  what,
  reason,
  outcomes: {done},
})
const week = [
  story('imported', 20),
  story('imported', 7),
  story('replaced', 5, 'stalled'),
  story('removed', 9, 'seedingDone'),
  story('removed', 1, 'freeSpace'),
  // Not what was done for it.
  story('settings', 3),
]
const about = {kind: 'radarr', name: 'Radarr', stories: week, isMore: false, needs: 0, findings: 0} as const

test('the week of an Arr is one sentence, in the words of its kind', () => {
  expect(weekSentence({...about, needs: 1, findings: 1})).toBe(
    'This week 27 movies were imported, 5 bad downloads were replaced, 9 torrents had seeded to their goal and ' +
      '1 torrent was removed. 1 download needs you and 1 setting in Radarr should change.',
  )
  expect(weekWords('sonarr', week)).toMatch(/^27 downloads of episodes were imported/)
  expect(weekWords('lidarr', [story('imported', 1)])).toBe('1 album was imported')
})

test('a week in which nothing happened says so, and one that was not read whole says at least', () => {
  expect(weekSentence({...about, stories: []})).toBe('Nothing happened for Radarr this week.')
  expect(weekSentence({...about, isMore: true})).toMatch(/^This week at least 27 movies/)
  // What failed was not done.
  expect(weekWords('radarr', [{what: 'replaced', reason: null, outcomes: {failed: 2}}])).toBe('')
})

const NOW = Date.UTC(2026, 10, 23, 7, 12)
const manager = {
  version: '5.2',
  is_live: false,
  read_at: NOW - 60_000,
  is_behind: false,
  fault: null,
  fault_since: null,
  key_refused: false,
  next_try_at: null,
  queued: null,
  waiting: null,
  checks: null,
}
const arr = (change: Partial<typeof manager> | Readonly<Record<string, unknown>>, own: Partial<Arr> = {}) =>
  ({name: 'Radarr', enabled: true, obstacle: null, manager: {...manager, ...change}, ...own}) as Arr

test('one that does not answer says since when, why, what goes on, and when it is tried again', () => {
  const away = {fault: 'The connection was refused.', fault_since: NOW - 900_000, next_try_at: NOW + 48_000}
  const lead = leadOf(arr(away), NOW)
  expect(lead.is).toBe('away')
  const words = 'words' in lead ? lead.words.replaceAll('\u00a0', ' ') : ''
  expect(words).toMatch(
    /^Radarr has been unreachable since .*: The connection was refused\. Its downloads go on\./,
  )
  expect(words).toMatch(/Next try in 48 s\.$/)
  expect(leadOf(arr({...away, next_try_at: NOW - 1}), NOW)).toMatchObject({
    words: expect.stringMatching(/Trying again now\.$/),
  })
})

test('one that refuses its key asks for another one, and is not called unreachable', () => {
  expect(leadOf(arr({fault: 'Unauthorized.', fault_since: NOW, key_refused: true}), NOW)).toMatchObject({
    is: 'key',
    words: expect.stringMatching(/^Radarr refused the API key\./),
  })
})

test('while it is read for the first time nothing is said of its week', () => {
  expect(leadOf(arr({read_at: null}), NOW)).toEqual({is: 'reading'})
  expect(leadOf(arr({}), NOW)).toEqual({is: 'week'})
})

test('one that is off, or blocked, still has a week', () => {
  expect(leadOf(arr({fault: 'x'}, {enabled: false}), NOW)).toEqual({is: 'week'})
})
