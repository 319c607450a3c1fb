import {beforeAll, expect, test} from 'vitest'
import {speakEnglish} from '../../i18n/english.fixture.ts'
import {firstLookWords} from './first-look.ts'

beforeAll(() => speakEnglish())

const NOW = Date.UTC(2027, 0, 15, 12)
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const night = {window: {from: '22:00', to: '06:00', timeZone: 'UTC'}}
const day = {window: {from: '08:00', to: '20:00', timeZone: 'UTC'}}

test.each([
  ['Looks first within a minute.', {}, 5_000],
  ['', {}, 2 * MINUTE],
  ['Looks first within a minute.', {schedule: {every: '1h'}}, 5_000],
  ['Looks first at 22:00.', {schedule: night}, HOUR],
  ['', {schedule: night}, 25 * HOUR],
  ['Looks first within a minute.', {schedule: day}, 5_000],
  ['Looks first at its next time.', {schedule: {cron: '0 4 * * *'}}, HOUR],
  ['Looks first when that happens.', {schedule: {on: ['torrentAdded']}}, HOUR],
] as const)('it says “%s” of %j that was switched on %d ms ago', (words, rule, agoMs) => {
  const of = {
    mode: 'live',
    mode_then: null,
    suspended: null,
    obstacle: null,
    changed_at: NOW - agoMs,
    rule,
  } as const
  expect(firstLookWords(of, NOW)).toBe(words)
})

test('what does not act, or is a preset, says nothing of its first look', () => {
  const of = {
    mode: 'live',
    mode_then: null,
    suspended: null,
    obstacle: null,
    changed_at: NOW,
    rule: {},
  } as const
  expect(firstLookWords({...of, mode: 'simulate'}, NOW)).toBe('')
  expect(firstLookWords({...of, mode_then: 'live'}, NOW)).toBe('')
  expect(firstLookWords({...of, changed_at: null}, NOW)).toBe('')
})
