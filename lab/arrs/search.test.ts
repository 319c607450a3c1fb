/**
 * What a search says of itself, what it costs, and how it ends. Source: Radarr 6.1 and Sonarr, as recorded; the Arrs'
 * ReleaseSearchService.
 */
import {afterEach, expect, test} from 'vitest'
import {asking, type Asking} from './asking.fixture.ts'
import type {LibraryItemConfig} from './library.ts'
import type {SaidCommand} from './asking.fixture.ts'

const MINUTE = 60_000
const DAY = 86_400_000
const START = Date.UTC(2026, 0, 1)
const NEVER = {completeAfter: null}
const film: readonly LibraryItemConfig[] = [{title: 'Some Film', year: 2020}]

let one: Asking
afterEach(() => one.sim.close())

const questions = (name = 'Indexer A'): number => one.arr.arr.stats.questions[name]?.search ?? 0

test('a search says whom it asks, what it found, and what it took', async () => {
  one = asking('radarr', {library: film, indexers: [{name: 'A'}, {name: 'B'}]})
  one.arr.arr.releases.define({itemId: 1, indexer: 'A', title: 'Some.Film.2020-ONE', seeders: 9, life: NEVER})
  one.arr.arr.releases.define({itemId: 1, indexer: 'B', title: 'Some.Film.2020-TWO', seeders: 1, life: NEVER})
  const {status, result, message} = await one.command('MoviesSearch', {movieIds: [1]})
  expect([status, result, message]).toEqual([
    'completed',
    'successful',
    'Completed search for 1 movies. 1 reports downloaded.',
  ])
  expect(one.said()).toEqual([
    'started: Searching indexers for [Some Film]. 2 active indexers',
    'started: Processing release 2/2',
    'started: Report for Some Film (2020) sent to qbit from indexer A. Some.Film.2020-ONE',
    'completed: Completed search for 1 movies. 1 reports downloaded.',
  ])
})

test('what it said between two batches of its channel is heard by those alone who ask in that moment', async () => {
  one = asking('radarr', {library: film, config: {decidingDuration: 0}})
  one.arr.arr.releases.define({itemId: 1, life: NEVER})
  await one.command('MoviesSearch', {movieIds: [1]})
  expect(one.said()).toEqual([
    'started: Searching indexers for [Some Film]. 1 active indexers',
    'completed: Completed search for 1 movies. 1 reports downloaded.',
  ])
})

test('a search that finds nothing says so, and counts as done', async () => {
  one = asking('sonarr', {library: [{title: 'A Show', units: [{season: 1, number: 2}]}]})
  const {message, result} = await one.command('EpisodeSearch', {episodeIds: [1]})
  expect([message, result]).toEqual(['Episode search completed. 0 reports downloaded.', 'successful'])
  expect(one.said()[0]).toBe('started: Searching indexers for [A Show : S01E02]. 1 active indexers')
  expect(one.arr.arr.library.unit(1)!.lastSearchAt).not.toBeNull()
})

test('each of several episodes ends with its own count, and the last one stands', async () => {
  one = asking('sonarr', {library: [{title: 'A Show', units: [{number: 1}, {number: 2}]}]})
  one.arr.arr.releases.define({itemId: 1, unitIds: [1], life: NEVER})
  const {message} = await one.command('EpisodeSearch', {episodeIds: [1, 2]})
  expect(message).toBe('Episode search completed. 0 reports downloaded.')
  expect(one.said()).toContain('started: Searching indexers for [A Show : S01E02]. 1 active indexers')
  expect(one.arr.arr.stats.grabs).toHaveLength(1)
})

test('five minutes after its end a command is not listed any more, and its words are lost', async () => {
  one = asking('radarr', {library: film})
  const {id, message} = await one.command('MoviesSearch', {movieIds: [1]})
  expect(message).toBeDefined()
  await one.sim.time.advance(5 * MINUTE)
  const {value} = await one.ask<SaidCommand>('GET', `command/${id}`)
  expect(value).toMatchObject({id, status: 'completed'})
  expect(value.message).toBeUndefined()
  const {value: listed} = await one.ask<SaidCommand[]>('GET', 'command')
  expect(listed.map((command) => command.id)).not.toContain(id)
  await one.sim.time.advance(DAY)
  expect((await one.ask('GET', `command/${id}`)).status).toBe(404)
})

test('a search may fail, be aborted, or hang for hours', async () => {
  one = asking('radarr', {library: film})
  const {faults} = one.arr.arr
  faults.add({kind: 'commandFails', path: 'MoviesSearch', exception: 'System.Exception: no', count: 1})
  expect(await one.command('MoviesSearch', {movieIds: [1]})).toMatchObject({
    status: 'failed',
    exception: 'System.Exception: no',
  })
  faults.add({kind: 'commandAborts', path: 'MoviesSearch', count: 1})
  expect(await one.command('MoviesSearch', {movieIds: [1]})).toMatchObject({status: 'aborted'})
  expect(questions()).toBe(0)
  faults.add({kind: 'commandHangs', path: 'MoviesSearch', ms: 120 * MINUTE, count: 1})
  const {id, status} = await one.command('MoviesSearch', {movieIds: [1]}, 30 * MINUTE)
  expect(status).toBe('started')
  // The same question is the same command, and another one runs beside it.
  expect(
    (await one.ask<SaidCommand>('POST', 'command', {name: 'MoviesSearch', movieIds: [1]})).value.id,
  ).toBe(id)
  expect((await one.ask('DELETE', `command/${id}`)).status).toBe(409)
  await one.sim.time.advance(120 * MINUTE)
  expect((await one.ask<SaidCommand>('GET', `command/${id}`)).value.status).toBe('completed')
})

test('a restart loses the search that runs, and does the one that waits', async () => {
  const config = {searchDuration: 10_000}
  one = asking('radarr', {
    library: [...film, {title: 'Other', year: 2021}, {title: 'Third', year: 2022}],
    config,
  })
  for (const itemId of [1, 2, 3]) one.arr.arr.releases.define({itemId, life: NEVER})
  const ids: number[] = []
  for (const movieIds of [[1], [2], [3]]) {
    ids.push((await one.ask<SaidCommand>('POST', 'command', {name: 'MoviesSearch', movieIds})).value.id)
  }
  await one.sim.time.advance(5_000)
  one.arr.restart()
  await one.sim.time.advance(MINUTE)
  const found = await Promise.all(ids.map((id) => one.ask<SaidCommand>('GET', `command/${id}`)))
  expect(found.map(({value}) => value.status)).toEqual(['orphaned', 'orphaned', 'completed'])
  expect(one.arr.arr.stats.searches).toEqual({3: 1})
  expect(one.arr.arr.stats.grabs).toHaveLength(1)
})

/* ───────────────────────────── what a season costs ───────────────────────────── */

const aired = (count: number, more: object = {}) =>
  Array.from({length: count}, (_, at) => ({
    season: 1,
    number: at + 1,
    airAt: START - (100 - at) * DAY,
    ...more,
  }))

test.each([
  ['a standard season', 'standard', aired(10), 1],
  ['a season of one episode', 'standard', aired(1), 1],
  ['a daily season over two years', 'daily', [...aired(3), ...aired(2, {airAt: START - 400 * DAY})], 2],
  [
    'anime with three episodes aired of four',
    'anime',
    [...aired(3), {season: 1, number: 4, airAt: START + DAY}],
    4,
  ],
  ['two specials', 'standard', aired(2, {season: 0}), 3],
] as const)('%s costs each indexer so many questions', async (_, seriesType, units, cost) => {
  one = asking('sonarr', {library: [{title: 'A Show', seriesType, units}]})
  await one.command('SeasonSearch', {seriesId: 1, seasonNumber: units[0]!.season}, MINUTE)
  expect(questions()).toBe(cost)
})

test('an episode costs one question, and a special two', async () => {
  one = asking('sonarr', {library: [{title: 'A Show', units: [...aired(1), {season: 0, number: 1}]}]})
  await one.command('EpisodeSearch', {episodeIds: [1]})
  expect(questions()).toBe(1)
  await one.command('EpisodeSearch', {episodeIds: [2]})
  expect(questions()).toBe(3)
})

test('a search of a series asks for each monitored season, also for one that is complete', async () => {
  const units = [1, 2, 3].flatMap((season) => [1, 2].map((number) => ({season, number, have: season === 2})))
  const library = [{title: 'A Show', units, unmonitoredSeasons: [3]}]
  one = asking('sonarr', {library})
  await one.command('SeriesSearch', {seriesId: 1}, MINUTE)
  expect(questions()).toBe(2)
  await one.sim.close()
  one = asking('sonarr', {library, qualityProfiles: [{name: 'Any', upgradeAllowed: false}]})
  await one.command('SeriesSearch', {seriesId: 1}, MINUTE)
  expect(questions()).toBe(1)
})

test('a pack is refused when one of its episodes is unmonitored, and single episodes are not', async () => {
  const units = [...aired(2), {season: 1, number: 3, monitored: false, airAt: START - DAY}]
  one = asking('sonarr', {library: [{title: 'A Show', units}]})
  const {releases, stats} = one.arr.arr
  releases.define({itemId: 1, qualityId: 7, life: NEVER})
  const single = releases.define({itemId: 1, unitIds: [1], life: NEVER})
  releases.define({itemId: 1, unitIds: [3], life: NEVER})
  const {message} = await one.command('SeasonSearch', {seriesId: 1, seasonNumber: 1})
  expect(message).toBe('Season search completed. 1 reports downloaded.')
  expect(stats.grabs).toEqual([single.hash])
  // What a person asks for by its number is grabbed, monitored or not.
  await one.command('EpisodeSearch', {episodeIds: [3]})
  expect(stats.grabs).toHaveLength(2)
})

test('a pack is refused until a day before its last episode is on air', async () => {
  const units = [...aired(2), {season: 1, number: 3, airAt: START + 3 * DAY}]
  one = asking('sonarr', {library: [{title: 'A Show', units}]})
  const {releases, stats} = one.arr.arr
  const {hash} = releases.define({itemId: 1, life: NEVER})
  await one.command('SeasonSearch', {seriesId: 1, seasonNumber: 1})
  expect(stats.grabs).toEqual([])
  await one.sim.time.advance(2 * DAY)
  await one.command('SeasonSearch', {seriesId: 1, seasonNumber: 1})
  expect(stats.grabs).toEqual([hash])
})

test.each([
  ['all', 100, 0],
  ['any', 100, 1],
  ['threshold', 60, 1],
  ['threshold', 70, 0],
] as const)('of Sonarr 5 a pack with %s at %d is taken %d times', async (mode, threshold, times) => {
  const units = [...aired(2), {season: 1, number: 3, have: true, airAt: START - 50 * DAY}]
  const config = {seasonPackUpgrade: mode, seasonPackUpgradeThreshold: threshold}
  one = asking('sonarr5', {library: [{title: 'A Show', units}], config})
  one.arr.arr.releases.define({itemId: 1, life: NEVER})
  await one.command('SeasonSearch', {seriesId: 1, seasonNumber: 1})
  expect(one.arr.arr.stats.grabs).toHaveLength(times)
})

test('an indexer that wants packs of old seasons gives no single episodes in a search of a season', async () => {
  const indexers = [{name: 'A', seasonSearchMaximumSingleEpisodeAge: 30}]
  one = asking('sonarr', {library: [{title: 'A Show', units: aired(3)}], indexers})
  one.arr.arr.releases.define({itemId: 1, unitIds: [1], life: NEVER})
  await one.command('SeasonSearch', {seriesId: 1, seasonNumber: 1})
  expect(one.arr.arr.stats.grabs).toEqual([])
  await one.command('EpisodeSearch', {episodeIds: [1]})
  expect(one.arr.arr.stats.grabs).toHaveLength(1)
})

test('a daily episode without a date is not searched: the command fails, and a list is refused', async () => {
  const library = [{title: 'A Show', seriesType: 'daily', units: [{number: 1, airAt: null}]}] as const
  one = asking('sonarr', {library})
  expect(await one.command('EpisodeSearch', {episodeIds: [1]})).toMatchObject({
    status: 'failed',
    exception: 'Air date is missing',
  })
  const {status, value} = await one.ask<{message: string}>('GET', 'release?episodeId=1')
  expect([status, value.message]).toEqual([400, 'Air date is missing'])
  expect(questions()).toBe(0)
})
