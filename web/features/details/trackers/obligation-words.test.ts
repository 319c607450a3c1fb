import {beforeAll, expect, test} from 'vitest'
import type {TrackerProfile} from '../../../api/tracker-names.ts'
import {speakEnglish} from '../../../i18n/english.fixture.ts'
import {exactTime} from '../../../i18n/format-time.ts'
import {text} from '../../../i18n/text.ts'
import {obligationWords, settingsOf} from './obligation-words.ts'

beforeAll(speakEnglish)

const NOW = Date.parse('2026-11-20T07:00:00Z')
const DAY = 86_400

const owed = {
  met: 'no' as const,
  reason: 'owed' as const,
  is_default: false,
  ratio: 0.5,
  ratio_needed: 1,
  seeded: 4 * DAY,
  time_needed: 10 * DAY,
  time_left: 6 * DAY,
}
const around = {at: NOW, now: NOW, need: 'either' as const, isSeeding: true}
const when = (change: Partial<typeof owed | {time_left: null; ratio_needed: null}> = {}, more: object = {}) =>
  obligationWords({...owed, ...change}, {...around, ...more}).when
const time = exactTime(NOW + 6 * DAY * 1_000, NOW)

test('from when on it may go follows from what is left of time and ratio', () => {
  expect(when()).toBe(text('requires.when.either', {time, ratio: '1.00'}))
  expect(when({}, {need: 'both'})).toBe(text('requires.when.both', {time, ratio: '1.00'}))
  expect(when({ratio: 2}, {need: 'both'})).toBe(text('requires.when', {time}))
  expect(when({ratio_needed: null})).toBe(text('requires.when', {time}))
  expect(when({time_left: null})).toBe(text('requires.when.ratio', {ratio: '1.00'}))
  expect(when({}, {isSeeding: false})).toBe(text('requires.when.stopped'))
  expect(when({time_left: null, ratio_needed: null})).toBe(text('requires.when.complete'))
})

test('what is paid, not asked for or not known is said as such', () => {
  const verdict = (
    met: 'yes' | 'none' | 'unknown',
    reason: 'paid' | 'barelyBegun' | 'unregistered' | 'notAsked',
  ) => obligationWords({...owed, met, reason}, around).verdict
  expect(verdict('yes', 'paid')).toBe(text('requires.paid'))
  expect(verdict('yes', 'barelyBegun')).toBe(text('requires.barely'))
  expect(verdict('yes', 'unregistered')).toBe(text('requires.unregistered'))
  expect(verdict('none', 'notAsked')).toBe(text('requires.none'))
  expect(verdict('unknown', 'notAsked')).toBe(text('requires.unknown'))
})

test('where it is set: profiles that require something of one of its hosts, on its server', () => {
  const profile = (id: string, change: Partial<TrackerProfile>) =>
    ({id, obligation: {}, servers: null, seen_hosts: ['one.example'], ...change}) as TrackerProfile
  const all = [
    profile('counts', {}),
    profile('elsewhere', {servers: ['box']}),
    profile('other host', {seen_hosts: ['two.example']}),
    profile('asks nothing', {obligation: null}),
  ]
  const found = settingsOf(all, [{url: 'https://ONE.example:443/a/announce'}, {url: '** [DHT] **'}], 'nas')
  expect(found.map(({id}) => id)).toEqual(['counts'])
})

test('where no profile names its tracker it is not said to be the tracker that requires it', () => {
  const verdict = (is_default: boolean) => obligationWords({...owed, is_default}, around).verdict
  expect(verdict(false)).toBe(text('requires.owed'))
  expect(verdict(true)).toBe(text('requires.owed.default'))
})
