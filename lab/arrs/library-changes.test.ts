/** What people change in a library, what its channel says of it, and what is on air when. Source: the Arrs' controllers and SeriesStatisticsRepository. */
import {afterEach, expect, test} from 'vitest'
import {asking, type Asking} from './asking.fixture.ts'

const DAY = 86_400_000
const START = Date.UTC(2026, 0, 1)

let one: Asking
afterEach(() => one.sim.close())

const at = (days: number): string => new Date(START + days * DAY).toISOString().replace('.000Z', 'Z')

test.each([
  ['radarr', 'movie', 'movieIds', 'movie'],
  ['sonarr', 'series', 'seriesIds', 'series'],
  ['lidarr', 'artist', 'artistIds', 'artist'],
  ['readarr', 'author', 'authorIds', 'author'],
] as const)(
  '%s: many at once are changed in what was named alone, with a message for each',
  async (app, path, ids, name) => {
    const library = [1, 2].map((number) => ({
      title: `Item ${number}`,
      year: 2020,
      tags: [1],
      monitored: false,
    }))
    one = asking(app, {library, tags: ['a', 'b']})
    interface Row {
      readonly qualityProfileId: number
      readonly monitored: boolean
      readonly tags: readonly number[]
    }
    const row = async () => (await one.ask<Row>('GET', `${path}/1`)).value
    one.heard()
    const {status} = await one.ask('PUT', `${path}/editor`, {[ids]: [1, 2], qualityProfileId: 2})
    expect(status).toBe(202)
    expect(await row()).toMatchObject({qualityProfileId: 2, monitored: false, tags: [1]})
    expect(one.heard().filter((it) => it === name)).toHaveLength(2)
    await one.ask('PUT', `${path}/editor`, {[ids]: [1], tags: [2], applyTags: 'add'})
    expect((await row()).tags).toEqual([1, 2])
    await one.ask('PUT', `${path}/editor`, {[ids]: [1], tags: [1], applyTags: 'remove'})
    expect((await row()).tags).toEqual([2])
    await one.ask('PUT', `${path}/editor`, {[ids]: [1], tags: [1], applyTags: 'replace'})
    expect(await row()).toMatchObject({qualityProfileId: 2, monitored: false, tags: [1]})
  },
)

const units = [
  {season: 0, number: 1, airAt: START - 90 * DAY, monitored: false},
  {season: 1, number: 1, airAt: START - 40 * DAY, have: true},
  {season: 1, number: 2, airAt: START - 30 * DAY},
  {season: 2, number: 1, airAt: START - DAY},
  {season: 2, number: 2, airAt: START + DAY},
  {season: 2, number: 3, airAt: null},
]

interface Season {
  readonly seasonNumber: number
  readonly monitored: boolean
  readonly statistics: {readonly nextAiring?: string; readonly episodeCount: number}
}

test('seasons count what is on air and monitored, and say what comes next', async () => {
  one = asking('sonarr5', {library: [{title: 'A Show', units, unmonitoredSeasons: [0]}]})
  const {value} = await one.ask<{seasons: Season[]; statistics: object; nextAiring: string}>(
    'GET',
    'series/1',
  )
  expect(value.seasons).toMatchObject([
    {seasonNumber: 0, monitored: false, statistics: {episodeCount: 0, totalEpisodeCount: 1}},
    {
      seasonNumber: 1,
      monitored: true,
      statistics: {episodeFileCount: 1, episodeCount: 2, totalEpisodeCount: 2, previousAiring: at(-30)},
    },
    {
      seasonNumber: 2,
      monitored: true,
      statistics: {
        episodeFileCount: 0,
        episodeCount: 1,
        totalEpisodeCount: 3,
        monitoredEpisodeCount: 3,
        previousAiring: at(-1),
        nextAiring: at(1),
      },
    },
  ])
  expect(value.seasons[1]!.statistics.nextAiring).toBeUndefined()
  expect(value.nextAiring).toBe(at(1))
})

test('what is missing counts from the end of an episode, and without a date never', async () => {
  one = asking('sonarr', {library: [{title: 'A Show', units}]})
  const missing = async () => {
    const {value} = await one.ask<{records: {id: number}[]}>('GET', 'wanted/missing?pageSize=100')
    return value.records.map(({id}) => id).sort((a, b) => a - b)
  }
  expect(await missing()).toEqual([3, 4])
  await one.sim.time.advance(DAY + 60_000)
  expect(await missing()).toEqual([3, 4])
  await one.sim.time.advance(45 * 60_000)
  expect(await missing()).toEqual([3, 4, 5])
})

test('of films those without a year are not missing, of episodes those of other series may be left out', async () => {
  one = asking('radarr', {
    library: [
      {title: 'Known', year: 2020},
      {title: 'Announced', year: 0},
    ],
  })
  const ids = async (query = '') => {
    const {value} = await one.ask<{records: {id: number}[]}>('GET', `wanted/missing?pageSize=100${query}`)
    return value.records.map(({id}) => id)
  }
  expect(await ids()).toEqual([1])
  await one.sim.close()
  const episode = [{number: 1}]
  const library = [1, 2, 3].map((at) => ({
    title: `Show ${at}`,
    qualityProfileId: at === 3 ? 2 : 1,
    units: episode,
  }))
  one = asking('sonarr5', {library})
  expect(await ids('&seriesIds=2&seriesIds=3')).toHaveLength(2)
  expect(await ids('&qualityProfileIds=2')).toEqual([3])
})

test('an episode is switched without a message, a series with one', async () => {
  one = asking('sonarr', {library: [{title: 'A Show', units}]})
  one.heard()
  await one.ask('PUT', 'episode/monitor', {episodeIds: [3], monitored: false})
  expect((await one.ask<{monitored: boolean}>('GET', 'episode/3')).value.monitored).toBe(false)
  expect(one.heard()).toEqual([])
  // Of a series its season is switched, and with it all its episodes.
  const {value} = await one.ask<{seasons: Season[]}>('GET', 'series/1')
  const seasons = value.seasons.map((it) => ({...it, monitored: it.seasonNumber !== 2}))
  await one.ask('PUT', 'series/1', {...value, seasons})
  expect(one.heard()).toEqual(['series'])
  expect((await one.ask<{monitored: boolean}>('GET', 'episode/5')).value.monitored).toBe(false)
  const after = (await one.ask<{seasons: Season[]}>('GET', 'series/1')).value
  expect(after.seasons.map(({monitored}) => monitored)).toEqual([true, true, false])
})

test('a calendar has what is on air within its days', async () => {
  one = asking('sonarr', {library: [{title: 'A Show', units}]})
  const ids = async (query: string) =>
    (await one.ask<{id: number}[]>('GET', `calendar?${query}`)).value.map(({id}) => id)
  expect(await ids(`start=${at(-2)}&end=${at(2)}`)).toEqual([4, 5])
  expect(await ids(`start=${at(-100)}&end=${at(0)}`)).toEqual([2, 3, 4])
  expect(await ids(`start=${at(-100)}&end=${at(0)}&unmonitored=true`)).toEqual([1, 2, 3, 4])
  await one.sim.close()
  const releases = {inCinemas: START - 100 * DAY, digital: START + DAY}
  one = asking('radarr', {library: [{title: 'Some Film', year: 2020, releases}]})
  expect(await ids(`start=${at(0)}&end=${at(2)}`)).toEqual([1])
  expect(await ids(`start=${at(-5)}&end=${at(0)}`)).toEqual([])
})

test('another database has the same items under other ids', async () => {
  const library = {items: 3}
  one = asking('radarr', {library})
  interface Row {
    readonly id: number
    readonly tmdbId: number
    readonly title: string
  }
  const rows = async () => (await one.ask<Row[]>('GET', 'movie')).value
  const before = await rows()
  one.arr.replaceDatabase({library, firstId: 41})
  const after = await rows()
  expect(after.map(({id}) => id)).toEqual([41, 42, 43])
  const outside = (all: readonly Row[]) => all.map(({tmdbId, title}) => ({tmdbId, title}))
  expect(outside(after)).toEqual(outside(before))
  expect((await one.ask('GET', 'movie/1')).status).toBe(404)
})

test('by its Date header its clock may be hours off, and so are all its times', async () => {
  one = asking('radarr', {library: [{title: 'Some Film', year: 2020}]})
  const dateOf = async () => {
    const query = new URLSearchParams()
    const headers = {'x-api-key': one.arr.apiKey}
    const answer = await one.arr.answer({method: 'GET', path: '/api/v3/tag', query, headers})
    return Date.parse(answer.headers.date!)
  }
  expect(await dateOf()).toBe(START)
  one.arr.arr.faults.add({kind: 'clockSkew', seconds: 7_200})
  expect(await dateOf()).toBe(START + 7_200_000)
  const {value} = await one.ask<{queued: string}>('POST', 'command', {name: 'MoviesSearch', movieIds: [1]})
  expect(Date.parse(value.queued)).toBe(START + 7_200_000)
  const queued: string[] = []
  one.arr.arr.live.listen(({name, body}) => {
    if (name === 'command') queued.push((body.resource as {queued: string}).queued)
  })
  await one.sim.time.advance(10_000)
  expect(queued.length).toBeGreaterThan(0)
  expect(queued.every((it) => Date.parse(it) >= START + 7_200_000)).toBe(true)
})
