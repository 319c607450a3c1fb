/** What an Arr takes of its feeds and what for a person: profiles, formats, delays, availability. Source: the Arrs' DecisionEngine. */
import {afterEach, expect, test} from 'vitest'
import {asking, type Asking} from './asking.fixture.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const START = Date.UTC(2026, 0, 1)
const NEVER = {completeAfter: null}
const film = [{title: 'Some Film', year: 2020}]

let one: Asking
afterEach(() => one.sim.close())

interface Profile {
  readonly id: number
  readonly formatItems: readonly {readonly format: number; readonly name: string; readonly score: number}[]
  readonly items: readonly {readonly quality: {readonly id: number}; readonly allowed: boolean}[]
}

test('a profile is shown with what it allows, and what each format is worth to it', async () => {
  one = asking('radarr', {
    customFormats: [
      {name: 'Good', pattern: 'GOOD'},
      {name: 'Best', pattern: 'BEST'},
    ],
    qualityProfiles: [
      {name: 'Lab', allowed: [3, 7], cutoff: 7, cutoffScore: 100, scores: {Good: 50, Best: 100}},
      {name: 'Other', upgradeAllowed: false, minScore: 5},
    ],
  })
  const [lab, other] = (await one.ask<Profile[]>('GET', 'qualityprofile')).value
  expect(lab).toMatchObject({
    id: 1,
    cutoff: 7,
    upgradeAllowed: true,
    minFormatScore: 0,
    cutoffFormatScore: 100,
    minUpgradeFormatScore: 1,
    formatItems: [
      {format: 2, name: 'Best', score: 100},
      {format: 1, name: 'Good', score: 50},
    ],
  })
  expect(lab!.items.filter(({allowed}) => allowed).map(({quality}) => quality.id)).toEqual([3, 7])
  expect(other).toMatchObject({upgradeAllowed: false, minFormatScore: 5})
  const {value} = await one.ask<{name: string}[]>('GET', 'customformat')
  expect(value.map(({name}) => name)).toEqual(['Good', 'Best'])
})

test('the score of a release and of a file follows from their formats and the profile of their film', async () => {
  one = asking('radarr', {
    library: film,
    customFormats: [{name: 'Good', pattern: 'GOOD'}],
    qualityProfiles: [
      {name: 'Main', scores: {Good: 50}, cutoffScore: 100},
      {name: 'Other', scores: {Good: 7}},
    ],
  })
  one.arr.arr.releases.define({itemId: 1, title: 'Some.Film.2020-GOOD', life: {completeAfter: 1}})
  await one.command('MoviesSearch', {movieIds: [1]}, 5 * MINUTE)
  const score = async () => {
    const {value} = await one.ask<{customFormatScore: number; customFormats: {name: string}[]}[]>(
      'GET',
      'moviefile?movieId=1',
    )
    return [value[0]!.customFormatScore, value[0]!.customFormats.map(({name}) => name)]
  }
  expect(await score()).toEqual([50, ['Good']])
  await one.ask('PUT', 'movie/editor', {movieIds: [1], qualityProfileId: 2})
  expect(await score()).toEqual([7, ['Good']])
  // A profile that is edited counts at once, without a message.
  one.heard()
  const [, profile] = (await one.ask<Profile[]>('GET', 'qualityprofile')).value
  await one.ask('PUT', 'qualityprofile/2', {...profile, formatItems: [{format: 1, name: 'Good', score: 9}]})
  expect(await score()).toEqual([9, ['Good']])
  expect(one.heard()).toEqual([])
})

test.each([
  [{cutoffScore: 0}, 3, 50, 0],
  [{cutoffScore: 100}, 3, 50, 1],
  [{cutoffScore: 100, minUpgradeScore: 60}, 3, 50, 0],
  [{cutoffScore: 100, upgradeAllowed: false}, 3, 50, 0],
  [{cutoff: 7}, 7, 0, 1],
  [{cutoff: 7}, 5, 900, 0],
  [{minScore: 60, cutoffScore: 100}, 3, 50, 0],
] as const)(
  'for a film that is there %j takes quality %d with score %d %d times',
  async (profile, qualityId, score, times) => {
    one = asking('radarr', {
      library: [{title: 'Some Film', year: 2020, hasFile: true}],
      qualityProfiles: [{name: 'HD', ...profile}],
    })
    one.arr.arr.releases.define({itemId: 1, qualityId, score, life: NEVER})
    await one.command('MoviesSearch', {movieIds: [1]})
    expect(one.arr.arr.stats.grabs).toHaveLength(times)
  },
)

test('what is below the cut-off is by the profile of its film', async () => {
  one = asking('radarr', {
    library: [
      {title: 'One', year: 2020, hasFile: true, qualityProfileId: 1},
      {title: 'Two', year: 2020, hasFile: true, qualityProfileId: 2},
      {title: 'Three', year: 2020, hasFile: true, qualityProfileId: 3},
    ],
    qualityProfiles: [
      {name: 'Met'},
      {name: 'Higher', cutoff: 7},
      {name: 'Once', cutoff: 7, upgradeAllowed: false},
    ],
  })
  const {value} = await one.ask<{records: {id: number}[]}>('GET', 'wanted/cutoff')
  expect(value.records.map(({id}) => id)).toEqual([2])
  const {value: films} = await one.ask<{movieFile: {qualityCutoffNotMet: boolean}}[]>('GET', 'movie')
  expect(films.map(({movieFile}) => movieFile.qualityCutoffNotMet)).toEqual([false, true, false])
})

/* ───────────────────────────── delays ───────────────────────────── */

interface QueueRow {
  readonly id: number
  readonly status: string
  readonly movieId: number
  readonly estimatedCompletionTime: string
}

test('a feed obeys the delay of the first profile that fits, and a search by a person does not', async () => {
  one = asking('radarr', {
    tags: ['slow'],
    library: [
      {...film[0], tags: [1]},
      {title: 'Other', year: 2021},
      {title: 'Third', year: 2022, tags: [1]},
    ],
    delayProfiles: [{tags: [1], torrentDelay: 24 * 60}],
  })
  const {releases, stats} = one.arr.arr
  const publishedAt = START - HOUR
  const [slow, quick, asked] = [1, 2, 3].map((itemId) => releases.define({itemId, publishedAt, life: NEVER}))
  expect((await one.ask<object[]>('GET', 'delayprofile')).value).toMatchObject([
    {torrentDelay: 1_440, tags: [1], order: 1, enableTorrent: true},
    {id: 1, torrentDelay: 0, tags: [], order: 2_147_483_647},
  ])
  await one.command('MoviesSearch', {movieIds: [3]})
  expect(stats.grabs).toEqual([asked!.hash])
  await one.command('RssSync', {})
  expect(stats.grabs).toEqual([asked!.hash, quick!.hash])
  const {value: rows} = await one.ask<QueueRow[]>('GET', 'queue/details')
  const waiting = rows.find(({status}) => status === 'delay')
  expect(waiting).toMatchObject({movieId: 1})
  expect(Date.parse(waiting!.estimatedCompletionTime)).toBe(publishedAt + DAY)
  // Its feeds are read each hour.
  await one.sim.time.advance(20 * HOUR)
  expect(stats.grabs).toHaveLength(2)
  await one.sim.time.advance(5 * HOUR)
  expect(stats.grabs).toEqual([asked!.hash, quick!.hash, slow!.hash])
  expect(one.arr.arr.pending.size).toBe(0)
})

test('what waits may be grabbed at once, and is given up for what a search finds', async () => {
  one = asking('radarr', {
    library: [...film, {title: 'Other', year: 2021}],
    delayProfiles: [{torrentDelay: 24 * 60}],
    config: {rssSyncInterval: 0},
  })
  const {releases, stats} = one.arr.arr
  const [first, second] = [1, 2].map((itemId) =>
    releases.define({itemId, publishedAt: START, seeders: 10 - itemId, life: NEVER}),
  )
  await one.command('RssSync', {})
  const {value: rows} = await one.ask<QueueRow[]>('GET', 'queue/details')
  expect(rows.map(({status}) => status)).toEqual(['delay', 'delay'])
  await one.ask('POST', `queue/grab/${rows[0]!.id}`)
  expect(stats.grabs).toEqual([first!.hash])
  await one.command('MoviesSearch', {movieIds: [2]})
  expect(stats.grabs).toEqual([first!.hash, second!.hash])
  expect(one.arr.arr.pending.size).toBe(0)
})

test.each([
  ['the best quality', {bypassIfHighestQuality: true}, {qualityId: 7}, 1],
  ['a lower quality', {bypassIfHighestQuality: true}, {qualityId: 3}, 0],
  ['a high score', {bypassIfAboveCustomFormatScore: true, minimumCustomFormatScore: 10}, {score: 10}, 1],
  ['a low score', {bypassIfAboveCustomFormatScore: true, minimumCustomFormatScore: 10}, {score: 9}, 0],
] as const)('%s is grabbed without its delay, where the delay says so', async (_, bypass, release, times) => {
  one = asking('radarr', {
    library: film,
    qualityProfiles: [{name: 'HD', allowed: [3, 7]}],
    delayProfiles: [{torrentDelay: 60, ...bypass}],
    config: {rssSyncInterval: 0},
  })
  one.arr.arr.releases.define({itemId: 1, publishedAt: START, life: NEVER, ...release})
  await one.command('RssSync', {})
  expect(one.arr.arr.stats.grabs).toHaveLength(times)
})

test('where a delay profile takes no torrents all of them are refused', async () => {
  const delayProfiles = [{tags: [1], torrentDelay: 0, enableTorrent: false}]
  one = asking('radarr', {library: [{...film[0], tags: [1]}], tags: ['usenet'], delayProfiles})
  one.arr.arr.releases.define({itemId: 1, life: NEVER})
  await one.command('MoviesSearch', {movieIds: [1]})
  expect(one.arr.arr.stats.grabs).toEqual([])
  const {value} = await one.ask<{rejections: string[]}[]>('GET', 'release?movieId=1')
  expect(value[0]!.rejections).toEqual(['Torrent is not enabled for this movie'])
})

/* ───────────────────────────── availability ───────────────────────────── */

test.each([
  ['announced', {}, 0, true],
  ['released', {}, 0, false],
  ['inCinemas', {inCinemas: START - DAY}, 0, true],
  ['inCinemas', {inCinemas: START - DAY}, 2, false],
  ['inCinemas', {digital: START - DAY}, 0, false],
  ['released', {inCinemas: START - 50 * DAY}, 0, false],
  ['released', {inCinemas: START - 91 * DAY}, 0, true],
  ['released', {inCinemas: START - 91 * DAY, digital: START + DAY}, 0, false],
  ['released', {physical: START + DAY, digital: START - 2 * DAY}, 1, true],
] as const)(
  'a film wanted %s with %j, %d days later: %s',
  async (minimumAvailability, releases, delay, isOut) => {
    one = asking('radarr', {
      library: [{title: 'Some Film', year: 2020, minimumAvailability, releases}],
      config: {availabilityDelay: delay, rssSyncInterval: 0},
    })
    const {value} = await one.ask<{isAvailable: boolean; minimumAvailability: string}>('GET', 'movie/1')
    expect([value.minimumAvailability, value.isAvailable]).toEqual([minimumAvailability, isOut])
    expect((await one.ask<object>('GET', 'config/indexer')).value).toMatchObject({availabilityDelay: delay})
    one.arr.arr.releases.define({itemId: 1, life: NEVER})
    await one.command('RssSync', {})
    expect(one.arr.arr.stats.grabs).toHaveLength(isOut ? 1 : 0)
    // A person that searches gets it in any case.
    await one.command('MoviesSearch', {movieIds: [1]})
    expect(one.arr.arr.stats.grabs).toHaveLength(1)
  },
)

test('a film comes out at its moment, without a message', async () => {
  const releases = {digital: START + DAY}
  one = asking('radarr', {
    library: [{title: 'Some Film', year: 2020, releases}],
    config: {rssSyncInterval: 0},
  })
  const seen = async () => (await one.ask<{isAvailable: boolean; status: string}>('GET', 'movie/1')).value
  expect(await seen()).toMatchObject({isAvailable: false, status: 'announced'})
  one.heard()
  await one.sim.time.advance(DAY)
  expect(await seen()).toMatchObject({isAvailable: true, status: 'released'})
  expect(one.heard().filter((name) => name === 'movie')).toEqual([])
})

test('unmonitored is refused to a feed, and not to a person', async () => {
  one = asking('radarr', {library: [{...film[0], monitored: false}], config: {rssSyncInterval: 0}})
  one.arr.arr.releases.define({itemId: 1, life: NEVER})
  await one.command('RssSync', {})
  expect(one.arr.arr.stats.grabs).toEqual([])
  await one.command('MoviesSearch', {movieIds: [1]})
  expect(one.arr.arr.stats.grabs).toHaveLength(1)
})
