import {expect, test} from 'vitest'
import type {FactName} from '#model/fact.ts'
import {wantedIn} from '#model/searching.ts'
import {compileCondition} from '#rules/condition.ts'
import {DAY_MS, episode, film, HOUR_MS, NOW, planned, searchOnce, type Planned} from './searching.fixture.ts'
import {factsOfWanted, wantedFacts, wantedSubject} from './wanted-facts.ts'

const readers = wantedFacts({kindOf: () => 'radarr', isClockSure: () => true, timeZone: 'Asia/Tokyo'})

function subjectOf({plan, states, library}: Planned, unit: `movie/${number}` | `season/${number}/${number}`) {
  const candidate = plan.queue.get(unit)!
  const details = () => library.detailsOf(unit)
  return wantedSubject({arrId: 'arr', candidate, state: states.get(unit), now: NOW, details})
}

function known(subject: ReturnType<typeof subjectOf>) {
  return Object.fromEntries(factsOfWanted.map((name) => [name, readers.reader(name, null)(subject)]))
}

test('a film that is missing', () => {
  const it = planned([film(1, {tags: [7], availableAt: NOW - 3 * DAY_MS, searchedAt: NOW - 9 * DAY_MS})])
  expect(known(subjectOf(it, 'movie/1'))).toEqual({
    'arr.id': 'arr',
    'arr.kind': 'radarr',
    'wanted.reason': 'missing',
    'wanted.group': 'ready',
    'wanted.hold': null,
    'wanted.empties': 0,
    'wanted.outcome': null,
    'wanted.sinceSearched': 9 * 86_400,
    'wanted.title': 'Title of movie/1',
    'wanted.kind': 'movie',
    'wanted.year': 2_010,
    'wanted.season': null,
    'wanted.sinceReleased': 3 * 86_400,
    'wanted.sinceAdded': 365 * 86_400 + 43_200,
    'wanted.monitored': true,
    'wanted.missing': 1,
    'wanted.quality': null,
    'wanted.score': null,
    'wanted.profile': 'HD',
    'wanted.tags': ['tag 7'],
    'time.hour': 21,
    'time.weekday': 'thu',
    'time.day': 1,
    'time.date': '2026-01-01',
  })
})

test('a season counts what is missing, and has no quality of its own where there are files', () => {
  const all = [1, 2, 3, 4].map((id) => episode(id))
  const it = planned([...all, episode(5, {hasFile: true, belowCutoff: true, score: 3})])
  const {'wanted.missing': missing, ...facts} = known(subjectOf(it, 'season/5/1'))
  expect([missing, facts['wanted.kind'], facts['wanted.season']]).toEqual([4, 'season', 1])
  expect(facts).toMatchObject({'wanted.reason': 'missing', 'wanted.quality': null})
})

test('what came of searches is known, and why it rests', () => {
  const it = planned([film(1)])
  searchOnce(it, 'movie/1', 'empty', {now: NOW - HOUR_MS})
  expect(known(subjectOf(it, 'movie/1'))).toMatchObject({
    'wanted.group': 'resting',
    'wanted.hold': 'resting',
    'wanted.empties': 1,
    'wanted.outcome': 'empty',
    'wanted.sinceSearched': 3_600,
  })
})

test('a score that was not read is unknown, and so is a release without a date', () => {
  const it = planned([
    film(1, {hasFile: true, belowCutoff: true}),
    film(2, {availableAt: null}),
    film(3, {availableAt: NOW + 1}),
  ])
  const value = (unit: `movie/${number}`, name: FactName) => readers.reader(name, null)(subjectOf(it, unit))
  expect(value('movie/1', 'wanted.score')).toBeUndefined()
  expect(readers.fact('wanted.score', null, subjectOf(it, 'movie/1'))).toEqual({
    unknown: 'missing',
    since: null,
    source: 'arr',
  })
  expect(value('movie/2', 'wanted.sinceReleased')).toBeUndefined()
  expect(value('movie/3', 'wanted.sinceReleased')).toBeNull()
})

test('neither a wish of a rule nor a hold by one changes what rules see', () => {
  const it = planned([film(1)], {}, {isHeldByRule: () => true})
  it.plan.wish('movie/1', {reason: 'rule', at: NOW}, NOW)
  const subject = subjectOf(it, 'movie/1')
  expect(subject.candidate).toMatchObject({reason: 'rule', hold: {code: 'held_by_rule'}})
  expect(known(subject)).toMatchObject({
    'wanted.reason': 'missing',
    'wanted.group': 'ready',
    'wanted.hold': null,
  })
})

test('it is named by its Arr, its unit and its title', () => {
  const {kind, key} = readers.name(subjectOf(planned([film(1)]), 'movie/1'))
  expect([kind, wantedIn(key)]).toEqual([
    'wanted',
    {arrId: 'arr', unit: 'movie/1', title: 'Title of movie/1'},
  ])
})

test('details are read once, and only for who asks for them', () => {
  let asked = 0
  const it = planned([film(1)])
  const subject = wantedSubject({
    ...subjectOf(it, 'movie/1'),
    details() {
      asked++
      return it.library.detailsOf('movie/1')
    },
  })
  const ask = (fact: FactName, value: string) =>
    compileCondition({fact, op: 'eq', value}, readers, false).evaluate(subject)
  expect([ask('wanted.reason', 'cutoff'), asked]).toEqual(['no', 0])
  expect([ask('wanted.kind', 'movie'), ask('wanted.profile', 'HD'), asked]).toEqual(['yes', 'yes', 1])
})
