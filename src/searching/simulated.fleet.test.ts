/** Searches on a schedule of a simulated Radarr and Sonarr: library, service, commands and database, in virtual time. */
import {afterEach, expect, onTestFinished, test} from 'vitest'
import {ArrHttpClient} from '#arr-client/api/http-client.ts'
import {ProwlarrClient} from '#arr-client/api/prowlarr.ts'
import {SearchWatch} from '#arr-client/search-watch.ts'
import {SearchEnds} from '#automation/actions/search-ends.ts'
import {ArrCommands} from '#automation/arr/arr-commands.ts'
import type {SearchAsked} from '#automation/manager/messages.ts'
import {IndexerLimits} from '#automation/supervision/indexer-limits.ts'
import {Prowlarr} from '#lab/around-arrs/prowlarr.ts'
import {clientsOf} from '#lab/arrs/arr-client.fixture.ts'
import {asking, type Asking} from '#lab/arrs/asking.fixture.ts'
import type {InstanceConfig} from '#lab/arrs/config.ts'
import type {ArrApp} from '#lab/arrs/dialects.ts'
import {insideLive} from '#lab/arrs/inside.ts'
import {virtualTimeLine} from '#lab/arrs/time-line.ts'
import {LibraryStore} from '#library/library-store.ts'
import {frameOf} from '#library/row-columns.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import {asArrId, mediaKey} from '#model/arr.ts'
import type {LibraryRow} from '#model/library.ts'
import type {SearchReason, SearchUnit, SearchWish} from '#model/searching.ts'
import {Secret} from '#model/secret.ts'
import {readSearchRunsOf} from '#store/repositories/search-runs.ts'
import {memoryHarness} from '#test/automation-state/memory.fixture.ts'
import {LibraryItems} from './library-items.ts'
import {SearchService} from './search-service.ts'
import {allWell, choiceOfAll, noPauses} from './searching.fixture.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const NEVER = {completeAfter: null}
const arrId = asArrId('arr')
let one: Asking | null = null
afterEach(() => one?.sim.close())

/** @param prowlarr brings it its indexers */
async function searched(app: ArrApp, more: Partial<InstanceConfig>, prowlarr?: Prowlarr) {
  const its = asking(app, {config: {rssSyncInterval: 0}, ...more}, prowlarr?.time)
  one = its
  const {time} = its.sim
  const base = await memoryHarness()
  const {port} = await clientsOf(its.arr)
  const watch = new SearchWatch()
  const hears = {up: () => undefined, down: () => undefined, message: () => undefined}
  watch.on(insideLive(its.arr, port.status.apiVersion)).start(hears)
  const commands = new ArrCommands(port, time, port, undefined, {watch, queue: () => null})
  const rows = new LibraryStore()
  const settings = await port.librarySettings()
  const limits = prowlarr && limitsOf(prowlarr)
  const queued = new Set<string>()
  const around = {settings: () => settings, queued: () => queued, hasTemporaryProfile: () => false}
  const library = new LibraryItems(arrId, rows, around, [])
  const running: {service: SearchService | null; stop: () => void} = {service: null, stop: () => undefined}
  /** As its reader would. */
  const read = async () => {
    const read: LibraryRow[] = []
    await port.libraryRows(time.now(), (row) => void read.push(row))
    rows.put(arrId, frameOf(read, time.now()))
    queued.clear()
    for (const row of await port.queue()) for (const media of row.media) queued.add(mediaKey(media))
    await running.service?.changed(arrId, null)
  }
  const start = async () => {
    const {searched: claims, searchRuns, searchStates} = await base.open(time)
    const log = {error: () => undefined}
    const service = new SearchService({
      clock: time,
      random: () => 0,
      turns: new TimeSlice(),
      log,
      searched: claims,
      runs: searchRuns,
      states: searchStates,
      heldBy: () => null,
      port: {
        search: (_, wanted) => commands.searchWanted({...wanted, isLookedAt: false}),
        searchExplained: (_, wanted) => commands.searchExplained({...wanted, isLookedAt: false}),
        heardOf: (_, media, since) => commands.heardOf(media, since),
      },
      stuck: () => undefined,
      loops: {of: () => null},
    })
    const ask = (_: unknown, __: unknown, asked: object) => commands.searchEnd(asked as SearchAsked)
    const ends = new SearchEnds(searchRuns, {ask}, time, log, service)
    await service.start()
    await service.put({
      id: arrId,
      choice: choiceOfAll,
      budget: {spacingMs: 30_000, perHour: 30, perDay: 0},
      pauseChoice: noPauses,
      library,
      surroundings: () => allWell,
      indexer(number) {
        const found = settings.indexers.find(({id}) => id === number)
        return found && {key: found.name, limits: limits?.of(found)?.limits ?? []}
      },
    })
    ends.start()
    running.service = service
    running.stop = () => {
      void service.stop()
      ends.stop()
    }
  }
  onTestFinished(() => running.stop())
  await read()
  await start()
  const define = (itemId: number, title: string, about: object = {}) =>
    its.arr.arr.releases.define({itemId, title, life: NEVER, ...about})
  const all = async () =>
    (await base.store.read((db) => readSearchRunsOf(db, arrId, {before: null, limit: 99}))).toReversed()
  const runs = async () => (await all()).map(({unit, end}) => [unit, end?.outcome ?? null])
  const rejects = async () => (await all()).map(({end}) => end?.rejects)
  const restart = async () => {
    running.stop()
    await start()
  }
  const want = (unit: SearchUnit, reason: SearchWish) =>
    running.service?.want(arrId, unit, {reason, at: time.now()})
  const waiting = (reason: SearchReason) => running.service?.waiting(arrId, reason)
  return {...its, define, runs, rejects, read, restart, want, waiting, pass: (ms: number) => time.advance(ms)}
}

function limitsOf(prowlarr: Prowlarr): IndexerLimits {
  const log = {error: () => undefined}
  const alerts = {begin: () => undefined, end: () => undefined}
  const apiKey = new Secret(prowlarr.apiKey)
  const config = {id: 'Prowlarr', URI: 'http://prowlarr:9696', APIKey: apiKey, SkipTLSVerify: false}
  const open = () =>
    new ProwlarrClient(
      new ArrHttpClient(
        {url: config.URI, apiKey, skipVerify: false},
        {objectionTo: () => null, lookup: undefined},
        undefined,
        {dispatcher: prowlarr.dispatcher(), clock: prowlarr.time},
      ),
    )
  const limits = new IndexerLimits({clock: prowlarr.time, log, alerts, prowlarrs: () => [config], open})
  limits.start()
  onTestFinished(() => limits.stop())
  return limits
}

const films = [2_020, 2_021, 2_022].map((year, at) => ({title: `Film ${at + 1}`, year}))

test('Q1 each missing film is searched once, the newest first, and one with a release is grabbed and left alone', async () => {
  const {define, pass, runs, read} = await searched('radarr', {library: films})
  define(2, 'Film.2.2021-GOOD')
  await pass(6 * MINUTE)
  await read()
  await pass(HOUR)
  expect(await runs()).toEqual([
    ['movie/3', 'no_grab'],
    ['movie/2', 'grabbed'],
    ['movie/1', 'no_grab'],
  ])
})

test('Q3 a film whose releases are all rejected is asked about at its third search', async () => {
  // It is out since a few days: it rests 6, then 12 hours.
  const releases = {digital: Date.UTC(2025, 11, 29)}
  const {define, pass, runs, rejects} = await searched('radarr', {library: [{...films[0]!, releases}]})
  define(1, 'Film.1.2020-DEAD', {seeders: 0})
  await pass(20 * HOUR)
  expect(await runs()).toEqual(Array(3).fill(['movie/1', 'all_rejected']))
  expect(await rejects()).toEqual([{}, {}, {seeders: 1}])
})

test('Q11 what another program has its Arr search already is not searched a second time', async () => {
  const config = {searchDuration: 120_000, rssSyncInterval: 0}
  const it = await searched('radarr', {library: [films[0]!], config})
  await it.pass(50_000)
  await it.ask('POST', 'command', {name: 'MoviesSearch', movieIds: [1]})
  await it.pass(HOUR)
  expect(await it.runs()).toEqual([['movie/1', 'no_grab']])
  expect(it.arr.arr.stats.searches).toEqual({1: 1})
})

test('Q9 an Arr that begins again while it searches is searched once more, and once', async () => {
  const {arr, pass, runs} = await searched('radarr', {
    library: [films[0]!],
    config: {searchDuration: 90_000, rssSyncInterval: 0},
  })
  await pass(MINUTE + 10_000)
  arr.restart()
  await pass(2 * HOUR)
  expect(await runs()).toEqual([
    ['movie/1', 'lost'],
    ['movie/1', 'no_grab'],
  ])
})

test('Q8 what is searched when we begin again goes on, and nothing is searched twice', async () => {
  const {pass, runs, restart} = await searched('radarr', {
    library: films,
    config: {searchDuration: 20_000, rssSyncInterval: 0},
  })
  for (let start = 0; start < 8; start++) {
    await pass(MINUTE + 7_000 * start)
    await restart()
  }
  await pass(10 * MINUTE)
  expect((await runs()).map(([unit]) => unit)).toEqual(['movie/3', 'movie/2', 'movie/1'])
})

test('Q26 a season that lacks several episodes is searched as one, an episode alone as itself', async () => {
  const units = [
    {season: 1, number: 1},
    {season: 1, number: 2},
    {season: 1, number: 3},
    {season: 2, number: 1, have: true},
    {season: 2, number: 2},
  ]
  const {pass, runs} = await searched('sonarr', {library: [{title: 'A Show', units}]})
  await pass(20 * MINUTE)
  const found = new Set((await runs()).map(([unit]) => unit))
  expect(found).toEqual(new Set(['episode/5', 'season/1/1']))
  expect(await runs()).toHaveLength(2)
})

test('Q20 of a hundred questions a day of which feeds had sixty the backlog has twenty, requests ten more, and people all', async () => {
  const prowlarr = new Prowlarr({time: virtualTimeLine(), indexers: [{name: 'One', queryLimit: 100}]})
  for (let count = 0; count < 60; count++) prowlarr.ask(1, 'rss')
  const library = Array.from({length: 60}, (_, at) => ({title: `Film ${at + 1}`, year: 1_960 + at}))
  const it = await searched('radarr', {library, indexers: prowlarr.arrIndexers()}, prowlarr)
  const questions = () => prowlarr.asked.length
  await it.pass(20 * MINUTE)
  // What was asked before counts after a start, too.
  await it.restart()
  await it.pass(2 * HOUR)
  expect(await it.runs()).toHaveLength(20)
  expect(it.waiting('missing')).toMatchObject({code: 'indexer_limit', until: expect.any(Number)})
  expect(it.waiting('request')).toBeNull()
  for (let film = 1; film <= 15; film++) it.want(`movie/${film}`, 'request')
  await it.pass(HOUR)
  expect(await it.runs()).toHaveLength(30)
  it.want('movie/20', 'person')
  await it.pass(10 * MINUTE)
  expect((await it.runs()).at(-1)).toEqual(['movie/20', 'no_grab'])
  expect(questions()).toBeLessThanOrEqual(3 * 2 * 4 + 3)
})
