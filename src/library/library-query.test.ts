import {expect, test} from 'vitest'
import {libraryRow} from '#arr-client/api/library-rows.ts'
import {asArrId, type ArrId} from '#model/arr.ts'
import {seasonId, type LibrarySort, type LibraryState} from '#model/library.ts'
import {DAY} from '#model/units.ts'
import {libraryConditionIn} from '#search-query/library-filter.ts'
import {availableAt} from './availability.ts'
import {itemDetails, queryLibrary} from './library-query.ts'
import {LibraryStore} from './library-store.ts'
import {frameOf} from './row-columns.ts'

const now = Date.UTC(2026, 10, 30)
const days = (count: number) => now + count * DAY * 1_000
const films = asArrId('films')
const shows = asArrId('shows')
const arrs = [
  {id: films, name: 'Films', kind: 'radarr'},
  {id: shows, name: 'Shows', kind: 'sonarr'},
] as const
const profile = {id: 1, name: 'HD-1080p', upgradeAllowed: true, minScore: 50, cutoffScore: 100}
const settings = {
  profiles: [profile],
  tags: [{id: 1, label: 'kids'}],
  delayProfiles: [],
  indexers: [],
  availabilityDelay: 0,
}
const known: LibraryState = {readAt: now, doubtful: null, settings}

const movie = {kind: 'movie', monitored: true, due: 1, profileId: 1, minimumAvailability: 'released'} as const
const rows = new LibraryStore()
rows.put(
  films,
  frameOf(
    [
      libraryRow({
        ...movie,
        id: 1,
        title: 'The Abyss',
        year: 1989,
        digitalAt: days(-400),
        have: 1,
        fileId: 1,
        size: 8e9,
        quality: 'Bluray-1080p',
        belowCutoff: false,
        score: 80,
        tags: [1],
        imdbId: 'tt0096754',
        tmdbId: 2756,
      }),
      libraryRow({...movie, id: 2, title: 'Brazil', year: 1985, digitalAt: days(-1), searchedAt: days(-40)}),
      libraryRow({...movie, id: 3, title: 'Cube 9', year: 2027, digitalAt: days(30), monitored: false}),
      libraryRow({
        ...movie,
        id: 4,
        title: 'Dune: Part Two',
        year: 2024,
        digitalAt: days(-200),
        have: 1,
        fileId: 4,
        size: 2e9,
        quality: 'WEBDL-720p',
        belowCutoff: true,
        score: 10,
      }),
      libraryRow({...movie, id: 5, title: 'Élite', digitalAt: days(-9), year: 1985}),
    ],
    now,
  ),
)
rows.put(
  shows,
  frameOf(
    [
      libraryRow({
        kind: 'series',
        id: 7,
        title: 'A Show',
        monitored: true,
        have: 3,
        due: 10,
        profileId: 1,
        tags: [1],
      }),
      libraryRow({
        kind: 'season',
        id: seasonId(7, 1),
        parentId: 7,
        seasonNumber: 1,
        title: 'A Show',
        monitored: false,
        have: 0,
        due: 0,
      }),
      libraryRow({
        kind: 'episode',
        id: 71,
        parentId: 7,
        seasonNumber: 1,
        number: 2,
        title: 'Pilot',
        monitored: true,
        due: 1,
        releasedAt: days(-1),
        runtimeMinutes: 60,
      }),
      libraryRow({
        kind: 'episode',
        id: 72,
        parentId: 7,
        seasonNumber: 1,
        number: 1,
        title: 'Before',
        monitored: true,
        due: 1,
        releasedAt: now,
        runtimeMinutes: 60,
      }),
    ],
    now,
  ),
)
const queued = (id: ArrId) => new Set(id === films ? ['movie/5'] : [])
const turns = {due: () => true, next: async () => {}}
const sources = {rows, stateOf: () => known, queued, now}

async function query(q: string, sort: readonly LibrarySort[] = [], seen: readonly ArrId[] = [films, shows]) {
  const {condition, mistakes} = libraryConditionIn(q, {arrs, now})
  expect(mistakes.map(({message}) => message)).toEqual([])
  return queryLibrary({arrs: new Set(seen), condition, sort, offset: 0, limit: 100}, sources, turns)
}
const titles = async (q: string, sort: readonly LibrarySort[] = []) =>
  (await query(q, sort)).items.map(({title}) => title)

test.each([
  ['kind:movie', ['The Abyss', 'Brazil', 'Cube 9', 'Dune: Part Two', 'Élite']],
  ['kind:movies state:missing', ['Brazil']],
  ['state:queued', ['Élite']],
  ['kind:movie state:have', ['The Abyss', 'Dune: Part Two']],
  ['kind:movie state:unreleased', ['Cube 9']],
  ['state:partial', ['A Show']],
  ['kind:episode state:missing', ['Pilot']],
  ['kind:episode state:unreleased', ['Before']],
  ['missing>3', ['A Show']],
  ['monitored:no kind:movie', ['Cube 9']],
  // Its season is not monitored.
  ['monitored:no kind:episode', ['Before', 'Pilot']],
  ['cutoff:unmet', ['Dune: Part Two']],
  ['cutoff:met', ['The Abyss']],
  ['-cutoff:met', ['Dune: Part Two']],
  ['minimum:unmet', ['Dune: Part Two']],
  ['score>=50', ['The Abyss']],
  ['score:..79', ['Dune: Part Two']],
  ['quality:1080p', ['The Abyss']],
  ['profile:hd kind:series', ['A Show']],
  // A season and an episode have the tags of their series.
  ['tag:kids', ['The Abyss', 'Before', 'Pilot', 'A Show', 'A Show']],
  ['tag:none kind:movie year<1988', ['Brazil', 'Élite']],
  ['year:1985..1989', ['The Abyss', 'Brazil', 'Élite']],
  ['searched>30d', ['Brazil']],
  ['searched<30d', []],
  ['released<7d kind:movie', ['Brazil', 'Cube 9']],
  ['released:2026-11', ['Before', 'Brazil', 'Élite', 'Pilot']],
  ['size>5GB', ['The Abyss']],
  ['imdb:tt0096754', ['The Abyss']],
  ['tmdb:2756 OR title:brazil', ['The Abyss', 'Brazil']],
  ['dune two', ['Dune: Part Two']],
  ['"part two" OR elite', ['Dune: Part Two', 'Élite']],
  ['kind:movie NOT (dune OR abyss)', ['Brazil', 'Cube 9', 'Élite']],
  ['arr:shows kind:series', ['A Show']],
  ['arr!=shows brazil', ['Brazil']],
])('%s finds what it says', async (q, expected) => {
  expect(await titles(q)).toEqual(expected)
})

test('what is not known comes last, whichever way it is sorted, and what is equal by its title', async () => {
  expect(await titles('kind:movie', [{by: 'score', isDescending: false}])).toEqual([
    'Dune: Part Two',
    'The Abyss',
    'Brazil',
    'Cube 9',
    'Élite',
  ])
  expect((await titles('kind:movie', [{by: 'score', isDescending: true}])).slice(0, 2)).toEqual([
    'The Abyss',
    'Dune: Part Two',
  ])
  expect(await titles('kind:movie', [{by: 'year', isDescending: false}])).toEqual([
    'Brazil',
    'Élite',
    'The Abyss',
    'Dune: Part Two',
    'Cube 9',
  ])
  expect((await titles('kind:movie', [{by: 'title', isDescending: true}]))[0]).toBe('Élite')
})

test('counts are of all that match, and only of Arrs that are seen', async () => {
  expect(await query('kind:movie')).toMatchObject({
    total: 5,
    states: {have: 2, partial: 0, missing: 1, queued: 1, unreleased: 1},
    belowCutoff: 1,
    belowMinimum: 1,
  })
  expect((await query('', [], [shows])).total).toBe(4)
  expect((await query('', [], [])).total).toBe(0)
})

test('one thing comes with what is below it, in order', () => {
  const numbers = (key: Parameters<typeof itemDetails>[1]) =>
    itemDetails(shows, key, sources)?.below.map(({kind, number}) => `${kind} ${number}`)
  expect(numbers({kind: 'series', id: 7})).toEqual(['season null', 'episode 1', 'episode 2'])
  expect(numbers({kind: 'season', id: seasonId(7, 1)})).toEqual(['episode 1', 'episode 2'])
  expect(itemDetails(films, {kind: 'series', id: 7}, sources)).toBe(null)
})

test.each([
  ['nothing:1', 'unknown_field'],
  ['state:gone', 'unknown_value'],
  ['kind:film', 'unknown_value'],
  ['arr:nobody', 'unknown_arr'],
  ['year:abc', 'not_a_number'],
  ['added:soon', 'not_a_time'],
  ['score', null],
  ['score>', 'value_missing'],
  ['score>1,2', 'one_value_only'],
  ['added:2026..7d', 'not_one_range'],
  ['state>have', 'wrong_operator'],
  ['/abc/', 'not_in_search'],
  ['(dune', 'unmatched_parenthesis'],
])('%s is understood, or said to be a mistake', (q, code) => {
  expect(libraryConditionIn(q, {arrs, now}).mistakes.map((it) => it.code)).toEqual(
    code === null ? [] : [code],
  )
})

/** Source: `Movie.IsAvailable` of Radarr. */
test.each([
  ['tba', {}, 0, 0],
  ['announced', {inCinemasAt: days(9)}, 5, 0],
  ['inCinemas', {inCinemasAt: days(1), digitalAt: days(90)}, 0, days(1)],
  ['inCinemas', {digitalAt: days(90)}, 0, days(90)],
  ['released', {inCinemasAt: days(1), digitalAt: days(90), physicalAt: days(80)}, 2, days(82)],
  ['released', {inCinemasAt: days(1)}, -1, days(90)],
  ['released', {}, 0, null],
] as const)(
  'a film that is wanted when %s can be had by its dates %o and a delay of %i days',
  (minimumAvailability, dates, delay, at) => {
    const one = new LibraryStore()
    one.put(films, frameOf([libraryRow({kind: 'movie', id: 1, minimumAvailability, ...dates})], now))
    expect(availableAt(0, one, delay)).toBe(at)
  },
)
