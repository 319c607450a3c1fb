import {expect, test} from 'vitest'
import {libraryRow} from '#arr-client/api/library-rows.ts'
import type {QuietHours} from '#config/schema/schema-arrs.ts'
import {LibraryStore} from '#library/library-store.ts'
import type {LibraryListener} from '#library/library-service.ts'
import {frameOf} from '#library/row-columns.ts'
import {asArrId, type LibraryRoom, type QueueRow} from '#model/arr.ts'
import {NotReady} from '#model/decision.ts'
import type {LibraryState} from '#model/library.ts'
import type {InternetState} from '#model/manager.ts'
import type {SearchUnit} from '#model/searching.ts'
import {pausesOf} from '#searching/search-pauses.ts'
import type {SearchedArr} from '#searching/search-service.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {ScheduledSearches} from './scheduled-searches.ts'

const radarr = asArrId('Radarr')
const MINUTE = 60_000

/** As a section without any key says it. */
const keys = {
  SearchMissing: true,
  AlsoSearchSpecials: false,
  Unmonitored: false,
  SearchLimit: 5,
  SearchByYear: true,
  SearchInReverse: false,
  DoUpgradeSearch: false,
  QualityUnmetSearch: false,
  CustomFormatUnmetSearch: false,
  SearchAgainOnSearchCompletion: true,
  SearchBySeries: 'smart',
  PrioritizeTodaysReleases: true,
  SearchesPerHour: 30,
  SearchesPerDay: 0,
  GraceHours: 2,
  RestStart: 86_400,
  RestMax: 2_592_000,
  ActiveDownloadLimit: 20,
  QuietHours: null as QuietHours | null,
  SkipTags: [] as readonly string[],
  CustomFormatUntil: 'minimum',
  Overseerr: {SearchOverseerrRequests: false},
  Ombi: {SearchOmbiRequests: false},
}

function harness() {
  const clock = new VirtualClock()
  const rows = new LibraryStore()
  const put: SearchedArr[] = []
  const said: (string | readonly SearchUnit[] | null)[] = []
  const world = {
    arrs: [{id: radarr, keys}] as readonly {id: typeof radarr; keys: Partial<typeof keys>}[],
    library: {readAt: 1, doubtful: null, settings: null} as LibraryState,
    running: {
      queue: [] as readonly QueueRow[] | null,
      fault: null as object | null,
      checks: [],
      searching: 0,
    },
    internet: 'well' as InternetState,
    isObserved: false,
    pausedUntil: false as number | null | false,
    hasServer: true,
    areServersFull: false,
    readRoom: (): LibraryRoom => ({roots: [], minimumFreeMiB: 100}),
  }
  let listener: LibraryListener = () => undefined
  const searches = new ScheduledSearches({
    service: {
      put: async (arr) => void put.push(arr),
      remove: (id) => void said.push(`removed ${id}`),
      changed: async (_, units) => void said.push(units as readonly SearchUnit[] | null),
    },
    arrs: {
      active: () =>
        world.arrs.map(({id, keys: some}) => ({id, config: {EntrySearch: {...keys, ...some}}})) as never,
    },
    library: {rows, stateOf: () => world.library, onChange: (it) => void (listener = it)},
    managers: {of: () => world.running as never, ask: async () => world.readRoom()},
    clock,
    log: {error: () => undefined},
    loopDelay: () => 30,
    timeZone: 'UTC',
    isObserved: () => world.isObserved,
    isProcessingOnly: false,
    isStorageWell: () => true,
    pausedUntil: () => world.pausedUntil,
    internet: () => world.internet,
    hasServer: () => world.hasServer,
    areServersFull: () => world.areServersFull,
  })
  searches.start()
  const pauses = () => {
    const arr = put.at(-1)!
    const now = clock.now()
    return [...pausesOf({...arr.surroundings(now), isCommandStuck: false}, arr.pauseChoice, now).keys()]
  }
  return {
    clock,
    rows,
    put,
    said,
    world,
    searches,
    pauses,
    hear: (...change: Parameters<LibraryListener>) => listener(...change),
  }
}

const row = (id: number, more: Partial<QueueRow> = {}) =>
  ({id, media: [{kind: 'movie', id: id + 10, parentId: null}], state: 'downloading', ...more}) as QueueRow

test('an Arr is searched as its section says, also after that changed, and no more when it leaves', () => {
  const {searches, put, said, world} = harness()
  expect(put).toMatchObject([
    {id: radarr, choice: {missing: true, bySeason: 'smart'}, budget: {spacingMs: 30_000}},
  ])
  searches.follow()
  expect(put).toHaveLength(1)
  world.arrs = [{id: radarr, keys: {SearchByYear: false}}]
  searches.follow()
  expect(put.at(-1)).toMatchObject({choice: {byYear: false}})
  world.arrs = []
  searches.follow()
  expect(said).toEqual(['removed Radarr'])
})

test('what changes in its library and its queue is evaluated, and nothing else', () => {
  const {searches, rows, said, hear, put} = harness()
  rows.put(radarr, frameOf([libraryRow({kind: 'movie', id: 11})], 1))
  hear(radarr, [{kind: 'movie', id: 11}])
  hear(asArrId('other'), [{kind: 'movie', id: 12}])
  hear(radarr, null)
  searches.queueRead(radarr, [row(1), row(2)])
  searches.queueRead(radarr, [row(2), row(1)])
  searches.queueRead(radarr, null)
  searches.queueRead(radarr, [row(2)])
  expect(said).toEqual([['movie/11'], null, ['movie/11', 'movie/12'], ['movie/11']])
  expect([put[0]!.library.isQueued('movie/12'), put[0]!.library.isQueued('movie/11')]).toEqual([true, false])
})

test('an Arr whose section asks for requests alone is searched, and for nothing else', async () => {
  const {clock, world, searches, put, pauses} = harness()
  await clock.advance(2 * MINUTE)
  pauses()
  await clock.advance(2 * MINUTE)
  world.arrs = [{id: radarr, keys: {SearchMissing: false}}]
  searches.follow()
  expect(pauses()).toContain('off')
  world.arrs = [{id: radarr, keys: {SearchMissing: false, Overseerr: {SearchOverseerrRequests: true}}}]
  searches.follow()
  expect(pauses()).not.toContain('off')
  expect(put.at(-1)!.choice).toMatchObject({missing: false, upgrade: false, cutoff: false})
  world.isObserved = true
  expect(pauses()).toContain('observed')
})

test('an Arr is paused by what is known of it', async () => {
  const {clock, world, pauses} = harness()
  expect(pauses()).toEqual(['arr_starting'])
  await clock.advance(2 * MINUTE)
  expect(pauses()).toEqual([])
  world.running = {...world.running, queue: null, fault: {}}
  expect(pauses()).toEqual(['arr_offline'])
  world.running = {...world.running, queue: [row(1, {state: 'importPending'})], fault: null}
  expect(pauses()).toEqual(['arr_starting', 'import_waiting'])
  await clock.advance(60 * MINUTE)
  expect(pauses()).toEqual([])
  world.running.searching = 5
  expect(pauses()).toEqual(['others_searching'])
  world.running.searching = 4
  world.library = {...world.library, doubtful: 'vanished'}
  world.isObserved = true
  world.hasServer = false
  world.areServersFull = true
  expect(pauses()).toEqual(['observed', 'library_unsure', 'servers_offline', 'disk_low'])
})

test('after an outage of the internet ten minutes are waited for, and after a start none', async () => {
  const {clock, world, pauses} = harness()
  pauses()
  await clock.advance(2 * MINUTE)
  world.internet = 'down'
  expect(pauses()).toEqual(['internet'])
  world.internet = 'well'
  expect(pauses()).toEqual(['internet'])
  await clock.advance(10 * MINUTE)
  expect(pauses()).toEqual([])
})

test('Q49 a folder of the library without room pauses its Arr until a later look finds some', async () => {
  const {clock, world, pauses} = harness()
  let looks = 0
  const readAs = (freeSpace: number, accessible = true) => {
    world.readRoom = () => {
      looks++
      return {roots: [{path: '/films', accessible, freeSpace}], minimumFreeMiB: 100}
    }
  }
  readAs(50 * 1_048_576)
  pauses()
  await clock.advance(2 * MINUTE)
  expect([pauses(), looks]).toEqual([['disk_low'], 1])
  readAs(500 * 1_048_576)
  await clock.advance(8 * MINUTE)
  expect(pauses()).toEqual(['disk_low'])
  await clock.advance(1)
  expect([pauses(), looks]).toEqual([[], 2])
  readAs(0, false)
  await clock.advance(20 * MINUTE)
  expect([pauses(), looks]).toEqual([[], 2])
  await clock.advance(10 * MINUTE)
  pauses()
  await clock.advance(1)
  expect([pauses(), looks]).toEqual([['disk_low'], 3])
})

test('Q49 what was read of the library holds while its Arr does not answer, and nothing is read while searches are off', async () => {
  const {clock, world, pauses} = harness()
  let looks = 0
  world.readRoom = () => {
    looks++
    throw new NotReady()
  }
  world.isAllowed = false
  pauses()
  await clock.advance(60 * MINUTE)
  expect([pauses(), looks]).toEqual([['off'], 0])
  world.isAllowed = true
  pauses()
  await clock.advance(9 * MINUTE)
  expect([pauses(), looks]).toEqual([[], 1])
  await clock.advance(MINUTE)
  pauses()
  expect(looks).toBe(2)
})

test('two Arrs that have an indexer by one name share it', () => {
  const {put, world} = harness()
  const indexers = [{id: 3, name: 'Some Tracker (Prowlarr)', automaticSearch: true, tags: []}]
  world.library = {
    ...world.library,
    settings: {profiles: [], tags: [], delayProfiles: [], indexers, availabilityDelay: 0},
  }
  expect(put[0]!.indexer(3)?.key).toBe('some tracker')
  expect(put[0]!.indexer(4)).toBeUndefined()
})
