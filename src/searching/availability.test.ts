import {expect, test} from 'vitest'
import {episodeAvailableAt, filmAvailableAt, type FilmDates} from './availability.ts'
import {DAY_MS, NOW} from './searching.fixture.ts'

const dates: FilmDates = {
  minimumAvailability: 'released',
  inCinemasAt: null,
  digitalAt: null,
  physicalAt: null,
}

test.each<[string, Partial<FilmDates>, number, number | null]>([
  ['announced, without any date', {minimumAvailability: 'announced'}, 5, 0],
  ['to be announced', {minimumAvailability: 'tba'}, 0, 0],
  ['in cinemas', {minimumAvailability: 'inCinemas', inCinemasAt: NOW}, 0, NOW],
  ['in cinemas, without such a date', {minimumAvailability: 'inCinemas', digitalAt: NOW}, 0, NOW],
  ['released, the earlier of two', {digitalAt: NOW, physicalAt: NOW - 1}, 0, NOW - 1],
  ['released, of which only one is known', {physicalAt: NOW}, 0, NOW],
  ['released, of which only the cinemas are known', {inCinemasAt: NOW}, 0, NOW + 90 * DAY_MS],
  ['released, without any date', {}, 0, null],
  ['released, later by the delay of all', {digitalAt: NOW}, 3, NOW + 3 * DAY_MS],
  ['released, earlier by the delay of all', {digitalAt: NOW}, -3, NOW - 3 * DAY_MS],
  ['a word of a later release', {minimumAvailability: 'streamed', digitalAt: NOW}, 0, NOW],
])('a film that is wanted as %s', (_, more, delayDays, at) => {
  expect(filmAvailableAt({...dates, ...more}, delayDays)).toBe(at)
})

test('an episode counts once it is over, and without a date never', () => {
  expect(episodeAvailableAt(NOW, 45)).toBe(NOW + 2_700_000)
  expect(episodeAvailableAt(null, 45)).toBeNull()
})
