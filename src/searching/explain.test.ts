import {expect, test} from 'vitest'
import type {RuleId} from '#model/rule.ts'
import type {SearchPause, Waiting} from '#model/searching.ts'
import {searchTexts} from '#model/search-texts.ts'
import {writePhrase, type PhraseWriter} from '#model/verdict.ts'
import {explain, phrasesOf} from './explain.ts'
import {DAY_MS, film, HOUR_MS, NOW, planned, searchOnce, type Planned} from './searching.fixture.ts'

const rule = {id: 'r' as RuleId, name: 'No old films'}

function explained(it: Planned, unit: `movie/${number}`, pause: Waiting<SearchPause> | null = null) {
  const state = it.states.get(unit)
  return explain(it.plan, unit, {state, perHour: 30, pauseOf: () => pause, heldBy: () => rule, now: NOW})
}

const films = () => planned([film(1, {year: 2_000}), film(2, {year: 1_999}), film(3, {year: 1_998})])

test('what waits for its turn has a place and about a time', () => {
  expect(explained(films(), 'movie/3')).toEqual({
    reason: 'missing',
    gates: expect.any(Array) as unknown,
    hold: null,
    heldBy: null,
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

/** Whatever is written of moments is up to who reads it. */
const writer: PhraseWriter = {
  text: (key, values) =>
    (searchTexts[key as keyof typeof searchTexts] as string | undefined)?.replaceAll(
      /\{\{(\w+)\}\}/g,
      (_, name: string) => String(values[name]),
    ) ?? key,
  timeOfDay: (at) => new Date(at).toISOString().slice(11, 16),
  date: (at) => new Date(at).toISOString().slice(0, 10),
  daysAway: (at) => Math.floor(at / DAY_MS) - Math.floor(NOW / DAY_MS),
  share: String,
  number: String,
}

function said(explanation: ReturnType<typeof explained>): readonly string[] {
  return phrasesOf(explanation).map((phrase) => writePhrase(phrase, NOW, writer))
}

test('it is said how something stands, when it is searched, and what came of the last search', () => {
  const it = films()
  const days = (...empties: readonly number[]) => empties.map((count) => NOW - count * DAY_MS)
  expect(said(explained(it, 'movie/3'))[0]).toBe('To be searched because it is missing.')
  expect(said(explained(it, 'movie/3'))[1]).toMatch(/^Next search about .+ \(place 3 of 3\)\.$/)
  for (const now of days(4, 2)) {
    it.plan.evaluateEnded(now)
    searchOnce(it, 'movie/1', 'empty', {now})
  }
  it.plan.evaluate('movie/1', NOW - DAY_MS)
  const sentences = said(explained(it, 'movie/1'))
  expect(sentences[0]).toBe('Resting after a search, or until its profile or indexers change.')
  expect(sentences.at(-1)).toMatch(
    /^Searched .+ because it is missing: nothing was taken, 2 times in a row\.$/,
  )
})

test('what holds all of its Arr is said in place of the turn', () => {
  const pause = {code: 'import_waiting', until: null} as const
  expect(said(explained(films(), 'movie/1', pause))).toEqual(['Paused: its Arr is importing.'])
})

test('what nothing asks for is said as that', () => {
  const it = planned([film(1, {monitored: false})])
  expect(said(explained(it, 'movie/1'))).toEqual(['Nothing asks for it to be searched.'])
})

test('all that it has to pass is listed, also behind what holds it', () => {
  const it = planned([film(1, {monitored: false, availableAt: NOW + DAY_MS})])
  const closed = (unit: `movie/${number}`) => explained(it, unit).gates.filter(({isOpen}) => !isOpen)
  expect(closed('movie/1')).toEqual([
    {code: 'unmonitored', isOpen: false, until: null},
    {code: 'unreleased', isOpen: false, until: NOW + DAY_MS},
    {code: 'grace', isOpen: false, until: NOW + DAY_MS + 2 * HOUR_MS},
  ])
  expect(explained(it, 'movie/1').gates).toHaveLength(11)
  expect(explained(it, 'movie/9').gates).toEqual([])
})
