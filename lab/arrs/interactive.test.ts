/** What an interactive search shows of each release, and what may be picked of it. Source: the Arrs' ReleaseController and DecisionEngine. */
import {afterEach, expect, test} from 'vitest'
import {asking, type Asking} from './asking.fixture.ts'
import {dialects} from './dialects.ts'
import {flaws, flawWords} from './flaws.ts'
import {removeDownload} from './removal.ts'

const MINUTE = 60_000
const DAY = 86_400_000
const START = Date.UTC(2026, 0, 1)
const NEVER = {completeAfter: null}
const film = [{title: 'Some Film', year: 2020}]

let one: Asking
afterEach(() => one.sim.close())

interface Row {
  readonly guid: string
  readonly indexerId: number
  readonly title: string
  readonly approved: boolean
  readonly rejected: boolean
  readonly temporarilyRejected: boolean
  readonly rejections: readonly string[]
  readonly releaseWeight: number
  readonly downloadUrl: string
  readonly customFormatScore: number
}

const list = (query: string) => one.ask<Row[]>('GET', `release?${query}`)

test('each release is shown with what speaks against it, in the words of the app, best first', async () => {
  one = asking('radarr', {
    library: film,
    customFormats: [{name: 'Bad', pattern: 'BAD'}],
    qualityProfiles: [{name: 'HD', allowed: [5, 3, 7], scores: {Bad: -10}}],
    sizeLimits: {5: {max: 10, min: 1}},
  })
  const {releases, blocklist} = one.arr.arr
  const define = (title: string, more: object = {}) =>
    releases.define({itemId: 1, title, size: 300_000_000, life: NEVER, ...more})
  define('Some.Film.2020-GOOD', {qualityId: 3})
  define('Some.Film.2020-UHD', {qualityId: 18})
  define('Some.Film.2020-LARGE', {qualityId: 5, size: 3_000_000_000})
  define('Some.Film.2020-SMALL', {qualityId: 5, size: 50_000_000})
  define('Some.Film.2020-DEAD', {seeders: 0, qualityId: 7})
  define('Some.Film.2020-BAD', {qualityId: 3, seeders: 1})
  const blocked = define('Some.Film.2020-BLOCKED', {qualityId: 7, seeders: 3})
  const {hash, parentId, unitIds, title, qualityId, indexer} = blocked
  blocklist.add({at: 0, parentId, unitIds, sourceTitle: title, qualityId, indexer, message: '', hash})
  const {value} = await list('movieId=1')
  expect(Object.fromEntries(value.map((row) => [row.title.split('-')[1], row.rejections]))).toEqual({
    GOOD: [],
    UHD: ['WEBDL-2160p is not wanted in profile'],
    BLOCKED: ['Release is blocklisted'],
    DEAD: ['Not enough seeders: 0. Minimum seeders: 1'],
    BAD: ['Custom Formats Bad have score -10 below Movie profile minimum 0'],
    LARGE: ['2.8 GB is larger than maximum allowed 1000.0 MB (for Some Film)'],
    SMALL: ['47.7 MB is smaller than minimum allowed 100.0 MB (for Some Film)'],
  })
  const best = value.map((row) => row.title.split('-')[1]).slice(0, 5)
  expect(best).toEqual(['UHD', 'BLOCKED', 'DEAD', 'GOOD', 'BAD'])
  expect(value.map((row) => row.releaseWeight)).toEqual([0, 1, 2, 3, 4, 5, 6])
  expect(value.filter((row) => row.approved).map((row) => row.title)).toEqual(['Some.Film.2020-GOOD'])
  expect(value.every((row) => row.rejected === !row.approved && !row.temporarilyRejected)).toBe(true)
  // Secrets are in there.
  expect(value.every((row) => /apikey=/.test(row.downloadUrl))).toBe(true)
  expect(one.arr.arr.stats.grabs).toEqual([])
})

test.each(['radarr', 'sonarr5'] as const)(
  '%s: what may be wrong with a release has its fixed sentence, and keeps it from being taken',
  async (app) => {
    const {family} = dialects[app]
    one = asking(app, {library: [{title: 'Some Item', year: 2020}]})
    for (const flaw of flaws) {
      one.arr.arr.releases.define({
        itemId: 1,
        title: `Some.Item.2020.S01E01-${flaw}`,
        flaws: [flaw],
        life: NEVER,
      })
    }
    const {value} = await one.ask<Flawed[]>(
      'GET',
      `release?${family === 'movies' ? 'movieId' : 'episodeId'}=1`,
    )
    const shown = value.map(({title, release, rejections, decision}) => [
      (title ?? release!.title).split('-')[1]!,
      (decision?.rejections.map(({message}) => message) ?? rejections)?.[0],
    ])
    expect(Object.fromEntries(shown)).toEqual(
      Object.fromEntries(flaws.map((flaw) => [flaw, flawWords(flaw, family).text])),
    )
    const reasons = value.flatMap(({decision}) => decision?.rejections.map(({reason}) => reason) ?? [])
    expect(reasons.toSorted()).toEqual(
      app === 'sonarr5' ? flaws.map((flaw) => flawWords(flaw, family).code).toSorted() : [],
    )
    await one.command('RssSync', {})
    expect(one.arr.arr.stats.grabs).toEqual([])
  },
)

/** Of either API. */
interface Flawed {
  readonly title?: string
  readonly release?: {readonly title: string}
  readonly rejections?: readonly string[]
  readonly decision?: {readonly rejections: readonly {readonly message: string; readonly reason: string}[]}
}

test('it asks the indexers, takes its time without a worker, and is the last search of its film', async () => {
  const indexers = [
    {name: 'A', enableInteractiveSearch: false},
    {name: 'B', enableAutomaticSearch: false},
  ]
  one = asking('radarr', {library: film, indexers, config: {searchDuration: 90_000}})
  one.arr.arr.releases.define({itemId: 1, indexer: 'A', life: NEVER})
  one.arr.arr.releases.define({itemId: 1, indexer: 'B', life: NEVER})
  const before = one.sim.time.now()
  const {value} = await list('movieId=1')
  expect(value.map(({indexerId}) => indexerId)).toEqual([2])
  expect(one.sim.time.now() - before).toBeGreaterThan(90_000)
  expect(one.arr.arr.commands.list().filter(({name}) => name.endsWith('Search'))).toEqual([])
  expect(one.arr.arr.stats.questions).toEqual({B: {rss: 0, search: 1}})
  const {value: shown} = await one.ask<{lastSearchTime: string}>('GET', 'movie/1')
  expect(Date.parse(shown.lastSearchTime)).toBe(before + 90_000)
  expect(one.heard().filter((name) => name.startsWith('movie'))).toEqual([])
})

test('what was shown may be picked for half an hour, rejected or not', async () => {
  one = asking('radarr', {library: film, qualityProfiles: [{name: 'HD', allowed: [3]}]})
  const {releases, history} = one.arr.arr
  const {hash} = releases.define({itemId: 1, qualityId: 5, life: NEVER})
  const [row] = (await list('movieId=1')).value
  expect(row!.approved).toBe(false)
  const pick = {guid: row!.guid, indexerId: row!.indexerId}
  expect((await one.ask('POST', 'release', {...pick, indexerId: 9})).status).toBe(404)
  expect(await one.ask('POST', 'release', pick)).toMatchObject({status: 200, value: pick})
  expect(history.of(hash).map(({data}) => data.releaseSource)).toEqual(['InteractiveSearch'])
  await list('movieId=1')
  await one.sim.time.advance(31 * MINUTE)
  const {status, value} = await one.ask<{message: string}>('POST', 'release', pick)
  expect([status, value.message]).toEqual([
    404,
    "Couldn't find requested release in cache, try searching again",
  ])
})

test('what its indexer does not give any more is a conflict', async () => {
  one = asking('radarr', {library: film, indexers: [{name: 'A'}]})
  one.arr.arr.releases.define({itemId: 1, life: NEVER})
  const [row] = (await list('movieId=1')).value
  one.arr.arr.faults.add({kind: 'grabFails', path: '^A$'})
  const {status, value} = await one.ask<{message: string}>('POST', 'release', {
    guid: row!.guid,
    indexerId: row!.indexerId,
  })
  expect([status, value.message]).toEqual([409, 'Getting release from indexer failed'])
  expect(one.arr.arr.history.length).toBe(0)
})

test('of a film that is there, and of one that is on its way, it says what is not better', async () => {
  one = asking('radarr', {
    library: [
      {title: 'Some Film', year: 2020, hasFile: true},
      {title: 'Other', year: 2021},
    ],
    qualityProfiles: [{name: 'HD', cutoff: 7, cutoffScore: 100}],
  })
  const {releases, queue} = one.arr.arr
  releases.define({itemId: 1, qualityId: 5, life: NEVER})
  releases.define({itemId: 1, qualityId: 3, life: NEVER})
  releases.define({itemId: 1, qualityId: 7, life: NEVER})
  const {value} = await list('movieId=1')
  expect(value.map(({rejections}) => rejections)).toEqual([
    [],
    ['Existing file on disk has a equal or higher Custom Format score: 0'],
    ['Existing file on disk is of equal or higher preference: WEBDL-1080p v1'],
  ])
  const first = releases.define({itemId: 2, qualityId: 3, life: NEVER})
  await one.command('MoviesSearch', {movieIds: [2]})
  expect(queue.has(first.hash)).toBe(true)
  releases.define({itemId: 2, qualityId: 5, life: NEVER})
  expect((await list('movieId=2')).value.map(({rejections}) => rejections)).toEqual([
    ['Release in queue has an equal or higher Custom Format score: 0'],
    ['Release in queue is of equal or higher preference: WEBDL-1080p v1'],
  ])
  const wishes = {removeFromClient: true, blocklist: true, skipRedownload: true, changeCategory: false}
  await removeDownload(one.arr.arr, queue.get(first.hash)!, wishes)
  expect((await list('movieId=2')).value.map(({approved}) => approved)).toEqual([false, true])
})

test('where the profile is met, or replaces nothing, all is refused', async () => {
  one = asking('radarr', {
    library: [
      {title: 'Some Film', year: 2020, hasFile: true, qualityProfileId: 1},
      {title: 'Other Film', year: 2021, hasFile: true, qualityProfileId: 2},
    ],
    qualityProfiles: [{name: 'Met'}, {name: 'Once', upgradeAllowed: false, cutoffScore: 10}],
  })
  const {releases} = one.arr.arr
  releases.define({itemId: 1, qualityId: 18, life: NEVER})
  releases.define({itemId: 2, qualityId: 18, life: NEVER})
  expect((await list('movieId=1')).value[0]!.rejections).toEqual([
    'Existing file meets cutoff: WEBDL-1080p []',
  ])
  expect((await list('movieId=2')).value[0]!.rejections).toEqual([
    "Existing file on disk and Quality Profile 'Once' does not allow upgrades",
    'Existing file and the Quality profile does not allow upgrades',
  ])
})

const aired = (count: number, more: object = {}) =>
  Array.from({length: count}, (_, at) => ({
    season: 1,
    number: at + 1,
    airAt: START - (50 - at) * DAY,
    ...more,
  }))

test('a season is shown with its packs, an episode refuses them; unmonitored is no reason', async () => {
  one = asking('sonarr', {library: [{title: 'A Show', units: aired(2, {monitored: false})}]})
  const pack = one.arr.arr.releases.define({itemId: 1, life: NEVER})
  const single = one.arr.arr.releases.define({itemId: 1, unitIds: [1], life: NEVER})
  const rejections = (rows: readonly Row[]) => rows.map(({title, rejections: said}) => [title, said])
  expect(rejections((await list('seriesId=1&seasonNumber=1')).value)).toEqual([
    [pack.title, []],
    [single.title, []],
  ])
  expect(rejections((await list('episodeId=1')).value)).toEqual([
    [pack.title, ['Full season pack']],
    [single.title, []],
  ])
})

test('of Sonarr 5 each reason has a code, and the row is made of parts', async () => {
  one = asking('sonarr5', {
    library: [{title: 'A Show', units: [...aired(2), {season: 1, number: 3, airAt: START + 9 * DAY}]}],
    qualityProfiles: [{name: 'HD', allowed: [5]}],
  })
  const {guid} = one.arr.arr.releases.define({itemId: 1, seeders: 0, life: NEVER})
  interface Row5 {
    readonly release: {readonly guid: string; readonly indexerId: number}
    readonly parsedInfo: {readonly fullSeason: boolean}
    readonly decision: {
      readonly approved: boolean
      readonly rejections: readonly {
        readonly reason: string
        readonly message: string
        readonly type: string
      }[]
    }
  }
  const [row] = (await one.ask<Row5[]>('GET', 'release?seriesId=1&seasonNumber=1')).value
  expect([row!.release.guid, row!.parsedInfo.fullSeason, row!.decision.approved]).toEqual([guid, true, false])
  expect(row!.decision.rejections).toEqual([
    {
      reason: 'fullSeasonNotAired',
      message: "Full season release rejected. All episodes haven't aired yet.",
      type: 'permanent',
    },
    {reason: 'qualityNotWanted', message: 'WEBDL-1080p is not wanted in profile', type: 'permanent'},
    {reason: 'minimumSeeders', message: 'Not enough seeders: 0. Minimum seeders: 1', type: 'permanent'},
  ])
  const {indexerId} = row!.release
  expect(await one.ask('POST', 'release', {guid, indexerId})).toEqual({status: 200, value: {guid, indexerId}})
})

test.each(['lidarr', 'readarr'] as const)('of %s an album or book is listed by its own id', async (app) => {
  one = asking(app, {library: [{title: 'An Artist', units: [{title: 'A Work'}]}]})
  one.arr.arr.releases.define({itemId: 1, life: NEVER})
  const {value} = await list(app === 'lidarr' ? 'albumId=1' : 'bookId=1')
  expect(value.map(({approved, releaseWeight}) => [approved, releaseWeight])).toEqual([[true, 0]])
})

const apps = ['radarr', 'sonarr', 'sonarr5', 'lidarr', 'readarr', 'whisparr2', 'whisparr3'] as const

test.each(apps)('%s: all that searching asks of it is answered as it is described', async (app) => {
  const {family} = dialects[app]
  one = asking(app, {
    library: [{title: 'Some Item', year: 2020}],
    customFormats: [{name: 'Good', pattern: 'GOOD'}],
    delayProfiles: [{torrentDelay: 60, tags: [1]}],
    tags: ['slow'],
  })
  one.arr.arr.releases.define({itemId: 1, title: 'Some.Item.2020.S01E01-GOOD', life: NEVER})
  const settings = app === 'sonarr5' ? 'settings' : 'config'
  const unit = {movies: 'movieId', series: 'episodeId', music: 'albumId', books: 'bookId'}[family]
  const dates = 'start=2020-01-01T00:00:00Z&end=2030-01-01T00:00:00Z'
  const paths = [
    'qualityprofile',
    'qualityprofile/1',
    'customformat',
    'delayprofile',
    'indexer',
    `${settings}/indexer`,
    `${settings}/mediamanagement`,
    `calendar?${dates}`,
    `release?${unit}=1`,
  ]
  for (const path of paths) expect([path, (await one.ask('GET', path)).status]).toEqual([path, 200])
  const {schemaErrors, unknownParams, notSimulated} = one.arr.arr.stats
  expect([schemaErrors, unknownParams, notSimulated]).toEqual([[], [], []])
})
