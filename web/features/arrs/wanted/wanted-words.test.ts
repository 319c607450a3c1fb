import {beforeAll, expect, test} from 'vitest'
import type {WantedItem} from '../../../api/wanted.ts'
import {speakEnglish} from '../../../i18n/english.fixture.ts'
import {lastWords, nextWords, reasonWords, turnWords} from './wanted-words.ts'

beforeAll(() => speakEnglish())

const HOUR_MS = 3_600_000
const now = new Date(2026, 10, 18, 12, 0).getTime()
const today = new Date(2026, 10, 18, 14, 10).getTime()
const tomorrow = new Date(2026, 10, 19, 7, 31).getTime()

test.each([
  ['a free Arr', null, null, 'searches in turn'],
  ['a search a moment ago', 'spacing', today, 'next search at 14:10'],
  ['a search a moment ago, with an unknown end', 'spacing', null, 'next search in a moment'],
  [
    'a limit of an hour',
    'hour_limit',
    today,
    'searched as often as it may be in an hour, next search at 14:10',
  ],
  [
    'a limit until tomorrow',
    'day_limit',
    tomorrow,
    'searched as often as it may be in a day, next search at 19 Nov, 07:31',
  ],
  ['quiet hours', 'quiet_hours', today, 'quiet hours, until 14:10'],
  ['a pause until tomorrow', 'paused', tomorrow, 'paused by a user, until 19 Nov, 07:31'],
  ['a pause without a known end', 'import_waiting', null, 'paused: it is importing'],
])('%s is said with its end and its day, and a limit with the next search', (_, pause, until, words) => {
  expect(turnWords({pause, until}, now)).toBe(words)
})

/** A figure and its unit stay in one line. */
const plain = (words: string | null) => words?.replaceAll('\u00A0', ' ') ?? null

const item = {next_at: null, until: null, place: null, of: null, searched_at: null, result: null, empties: 0}
const wanted = (more: object) => ({...item, ...more}) as unknown as WantedItem

test.each([
  ['nothing known', {}, null],
  ['a place alone', {place: 3, of: 80}, '3 of 80'],
  ['a turn', {next_at: now + 3 * HOUR_MS, place: 12, of: 80}, 'in 3 h · 12 of 80'],
  ['a turn on another day', {next_at: now + 72 * HOUR_MS}, '21 Nov, 12:00'],
  ['the end of a hold', {until: now + 3 * HOUR_MS}, 'in 3 h at the earliest'],
  ['a release on another day', {until: now + 72 * HOUR_MS}, '21 Nov, 12:00 at the earliest'],
  ['a turn after a hold', {until: now + HOUR_MS, next_at: now + 3 * HOUR_MS}, 'in 3 h'],
])('of %s the next search is said, and the end of a hold is not taken for one', (_, more, words) => {
  expect(plain(nextWords(wanted(more), now))).toBe(words)
})

test.each([
  ['what is missing', {reason: 'missing', requested_at: now - 3 * HOUR_MS}, 'Missing'],
  [
    'a request',
    {reason: 'request', requested_at: now - 3 * HOUR_MS, requester: 'Ann'},
    'Requested by Ann · 3 h',
  ],
  ['a request of an unnamed user', {reason: 'request', requested_at: now - 3 * HOUR_MS}, 'Requested · 3 h'],
])('of %s the reason is said, with who requested it and how long ago', (_, more, words) => {
  expect(plain(reasonWords(wanted({requester: null, ...more}), now))).toBe(words)
})

test('the last search is said with what came of it, and how often nothing did', () => {
  const at = {searched_at: now - 3 * HOUR_MS}
  expect(lastWords(wanted({}), now)).toBeNull()
  expect(plain(lastWords(wanted({...at, result: 'grabbed'}), now))).toBe('3 h · Grabbed')
  expect(plain(lastWords(wanted({...at, result: 'empty', empties: 4}), now))).toBe(
    '3 h · Nothing taken, 4 times',
  )
})
