import {expect, test} from 'vitest'
import type {SearchPause, Waiting} from '#model/searching.ts'
import {explain} from './explain.ts'
import {DAY_MS, film, HOUR_MS, NOW, planned, searchOnce, type Planned} from './searching.fixture.ts'

function explained(it: Planned, unit: `movie/${number}`, pause: Waiting<SearchPause> | null = null) {
  return explain(it.plan, unit, {state: it.states.get(unit), perHour: 30, pauseOf: () => pause, now: NOW})
}

const films = () => planned([film(1, {year: 2_000}), film(2, {year: 1_999}), film(3, {year: 1_998})])

test('what waits for its turn has a place and about a time', () => {
  expect(explained(films(), 'movie/3')).toEqual({
    reason: 'missing',
    hold: null,
    pause: null,
    place: {place: 3, of: 3},
    nextAt: NOW + 240_000,
    last: null,
    empties: 0,
    heldSince: null,
  })
})

test.each<[Waiting<SearchPause>, number | null]>([
  [{code: 'quiet_hours', until: NOW + HOUR_MS}, NOW + HOUR_MS],
  [{code: 'import_waiting', until: null}, null],
  [{code: 'own_command', until: null}, NOW],
])('behind the pause %j it is searched at %s', (pause, nextAt) => {
  expect(explained(films(), 'movie/1', pause)).toMatchObject({pause, nextAt})
})

test('what rests has the time at which that ends, and what came of its last search', () => {
  const it = films()
  searchOnce(it, 'movie/1', 'empty', {now: NOW})
  const hold = {code: 'resting', until: NOW + DAY_MS} as const
  expect(explained(it, 'movie/1')).toMatchObject({
    hold,
    place: null,
    nextAt: NOW + DAY_MS,
    last: {searchedAt: NOW, reason: 'missing', result: 'empty'},
    empties: 1,
  })
})

test('what nothing asks for has no time, and what a person holds has since when', () => {
  const it = planned([film(1, {monitored: false}), film(2)])
  it.plan.hold('movie/2', true, NOW)
  expect(explained(it, 'movie/1')).toMatchObject({reason: null, hold: null, nextAt: null})
  expect(explained(it, 'movie/2')).toMatchObject({hold: {code: 'held'}, nextAt: null, heldSince: NOW})
})
