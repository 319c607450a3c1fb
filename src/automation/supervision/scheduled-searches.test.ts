import {describe, expect, test} from 'vitest'
import {libraryRow} from '#arr-client/api/library-rows.ts'
import type {ArrConfig, QuietHours} from '#config/schema/schema-arrs.ts'
import {LibraryStore} from '#library/library-store.ts'
import type {LibraryListener} from '#library/library-service.ts'
import {frameOf} from '#library/row-columns.ts'
import {asArrId, type ArrHealthItem, type LibraryRoom, type QueueRow} from '#model/arr.ts'
import {NotReady} from '#model/decision.ts'
import type {LibraryState} from '#model/library.ts'
import type {InternetState} from '#model/manager.ts'
import type {ProfileSwitch} from '#model/profile-switches.ts'
import type {SearchUnit} from '#model/searching.ts'
import {pausesOf} from '#searching/search-pauses.ts'
import type {SwitchedArr} from '#searching/profile-service.ts'
import type {SearchedArr} from '#searching/search-service.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import type {CountedIndexer, IndexerOfArr} from './indexer-limits.ts'
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
  IndexerLimits: {} as ArrConfig['EntrySearch']['IndexerLimits'],
  SkipTags: [] as readonly string[],
  CustomFormatUntil: 'minimum',
  Overseerr: {SearchOverseerrRequests: false},
  Ombi: {SearchOmbiRequests: false},
  UseTempForMissing: false,
  KeepTempProfile: false,
  ForceResetTempProfiles: false,
  QualityProfileMappings: {},
  TempProfileResetTimeoutMinutes: 0,
  ProfileSwitchRetryAttempts: 3,
}

function harness() {
  const clock = new VirtualClock()
  const rows = new LibraryStore()
  const put: SearchedArr[] = []
  const switched: SwitchedArr[] = []
  const said: (string | readonly SearchUnit[] | null)[] = []
  const world = {
    arrs: [{id: radarr, keys}] as readonly {id: typeof radarr; keys: Partial<typeof keys>}[],
    library: {readAt: 1, doubtful: null, settings: null} as LibraryState,
    running: {
      queue: [] as readonly QueueRow[] | null,
      fault: null as object | null,
      checks: [] as readonly ArrHealthItem[],
      searching: 0,
    },
    internet: 'well' as InternetState,
    isObserved: false,
    pausedUntil: false as number | null | false,
    hasServer: true,
    areServersFull: false,
    readRoom: (): LibraryRoom => ({roots: [], minimumFreeMiB: 100}),
    grabs: (): ReadonlyMap<string, number> => new Map(),
    ofProwlarr: (() => null) as (indexer: IndexerOfArr) => CountedIndexer | null,
  }
  let listener: LibraryListener = () => undefined
  const searches = new ScheduledSearches({
    service: {
      put: async (arr) => void put.push(arr),
      remove: (id) => void said.push(`removed ${id}`),
      changed: async (_, units) => void said.push(units as readonly SearchUnit[] | null),
      missingIn: () => [],
    },
    profiles: {
      put: (arr) => void switched.push(arr),
      remove: (id) => void said.push(`left ${id}`),
      before: (_, container) => (container === 11 ? async () => undefined : null),
      isTemporary: (_, kind, id) => kind === 'movie' && id === 11,
      profileOf: (_, kind, id) => (kind === 'movie' && id === 11 ? 6 : null),
    },
    mayProfiles: () => 'all',
    nameOf: (id) => `Name of ${id}`,
    arrs: {
      active: () =>
        world.arrs.map(({id, keys: some}) => ({id, config: {EntrySearch: {...keys, ...some}}})) as never,
    },
    library: {rows, stateOf: () => world.library, onChange: (it) => void (listener = it)},
    managers: {
      of: () => world.running as never,
      ask: async (_, question) => (question === 'libraryRoom' ? world.readRoom() : world.grabs()),
    },
    clock,
    log: {error: () => undefined},
    limits: {of: (indexer) => world.ofProwlarr(indexer), follow: () => undefined},
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
    switched,
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
  expect(said).toEqual(['removed Radarr', 'left Radarr'])
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

test('a film with a temporary profile is searched by that one, and an Arr says what its library has', () => {
  const {searches, rows, put, switched, said, world} = harness()
  const films = [
    libraryRow({kind: 'movie', id: 11, title: 'Brazil', tmdbId: 68, profileId: 4, monitored: true, due: 1}),
    libraryRow({kind: 'movie', id: 12, title: 'Alien', tmdbId: 348, profileId: 4, have: 1, due: 1}),
  ]
  rows.put(radarr, frameOf(films, 7))
  const [searched] = put
  const {library} = searched!
  const item = (id: number) => library.item(`movie/${id}`)!
  expect([11, 12].map((id) => library.hasTemporaryProfile(item(id)))).toEqual([true, false])
  expect([searched!.before!('movie/11'), searched!.before!('movie/12')]).toEqual([expect.any(Function), null])
  const [arr] = switched
  expect(arr).toMatchObject({id: radarr, name: 'Name of Radarr', kind: 'movie', choice: {isOn: false}})
  expect([...arr!.containers()]).toEqual([
    expect.objectContaining({id: 11, foreignId: 'tmdb 68', profileId: 4, isComplete: false, readAt: 7}),
    expect.objectContaining({id: 12, foreignId: 'tmdb 348', isComplete: true}),
  ])
  expect([arr!.idOf('tmdb 348'), arr!.idOf('tmdb 1'), arr!.container(13)]).toEqual([12, null, null])
  expect([arr!.profiles(), arr!.isReachable()]).toEqual([null, true])
  world.running = {...world.running, fault: {}}
  expect(arr!.isReachable()).toBe(false)

  searches.profilesChanged([
    {arrId: radarr, containerId: 11},
    {arrId: 'other', containerId: 1},
  ] as ProfileSwitch[])
  expect(said).toEqual([['movie/11']])
  world.arrs = [{id: radarr, keys: {UseTempForMissing: true}}]
  searches.follow()
  expect(switched.at(-1)).toMatchObject({choice: {isOn: true}})
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
  world.isObserved = true
  pauses()
  await clock.advance(60 * MINUTE)
  expect([pauses(), looks]).toEqual([['observed'], 0])
  world.isObserved = false
  pauses()
  await clock.advance(9 * MINUTE)
  expect([pauses(), looks]).toEqual([[], 1])
  await clock.advance(MINUTE)
  pauses()
  expect(looks).toBe(2)
})

const indexers = [
  {id: 3, name: 'Some Tracker (Prowlarr)', url: 'http://prowlarr:9696/1/', automaticSearch: true, tags: []},
  {id: 4, name: 'Some', automaticSearch: true, tags: []},
  {id: 5, name: 'By hand', automaticSearch: false, tags: []},
]
const settings = {profiles: [], tags: [], delayProfiles: [], indexers, availabilityDelay: 0}

test('Arrs that have an indexer by one name share it', () => {
  const {put, world} = harness()
  world.library = {...world.library, settings}
  expect(put[0]!.indexer(3)?.key).toBe('some tracker')
  expect(put[0]!.indexer(6)).toBeUndefined()
})

test('Q20 limits of an indexer are those that are typed in for any Arr, and those of its Prowlarr', () => {
  const {put, world, searches} = harness()
  world.library = {...world.library, settings}
  const ofProwlarr = {limit: {most: 50, windowMs: 3_600_000}, counted: {at: 0, questions: 7}}
  world.ofProwlarr = ({url}) =>
    url === 'http://prowlarr:9696/1/' ? {limits: [ofProwlarr], blockedUntil: null} : null
  expect(put[0]!.indexer(3)?.limits).toEqual([ofProwlarr])
  expect(put[0]!.indexer(4)?.limits).toEqual([])
  world.arrs = [
    {id: radarr, keys: {}},
    {
      id: asArrId('Sonarr'),
      keys: {IndexerLimits: {'Some tracker': {most: 100, per: 'day'}, Some: {most: 5, per: 'hour'}}},
    },
  ]
  searches.follow()
  const typed = (most: number, windowMs: number) => ({limit: {most, windowMs}, counted: null})
  expect(put[0]!.indexer(3)?.limits).toEqual([typed(100, 86_400_000), ofProwlarr])
  expect(put[0]!.indexer(4)?.limits).toEqual([typed(5, 3_600_000)])
})

describe('indexers that are blocked', () => {
  const blocked = (message: string, source = 'IndexerStatusCheck'): ArrHealthItem => ({
    source,
    level: 'warning',
    message,
    wikiUrl: '',
  })

  test.each<[string, ArrHealthItem, [string, number][], number]>([
    [
      'with half of all grabs',
      blocked('Indexers unavailable due to failures: Some'),
      [
        ['Some', 5],
        ['Other', 5],
      ],
      0.5,
    ],
    [
      'with few grabs',
      blocked('Indexers unavailable due to failures: Some'),
      [
        ['Some', 2],
        ['Other', 98],
      ],
      0.02,
    ],
    [
      'in another language, for long',
      blocked('Indexer nicht verfügbar: Some Tracker (Prowlarr)', 'IndexerLongTermStatusCheck'),
      [
        ['Some Tracker', 3],
        ['Some', 1],
      ],
      0.75,
    ],
    [
      'of which two are named',
      blocked('x: Some, Some Tracker (Prowlarr)'),
      [
        ['Some Tracker', 3],
        ['Some', 1],
      ],
      1,
    ],
    ['that are not searched automatically', blocked('x: By hand'), [['By hand', 3]], 0],
    ['of whose name another one is a part', blocked('x: Some Tracker (Prowlarr)'), [['Some', 3]], 0],
    ['by another check', blocked('x: Some', 'IndexerRssCheck'), [['Some', 3]], 0],
    ['without any grab', blocked('x: Some'), [], 0],
  ])('Q19 those %s', async (_, check, grabs, share) => {
    const {put, world, clock} = harness()
    world.library = {...world.library, settings}
    world.running.checks = [check]
    world.grabs = () => new Map(grabs)
    put[0]!.surroundings(clock.now())
    await clock.advance(1)
    expect(put[0]!.surroundings(clock.now())).toMatchObject({blockedShare: share, blockedUntil: null})
  })

  test('Q19 until it is known how much they matter the backlog waits, and their grabs are read once a day', async () => {
    const {put, world, clock, pauses} = harness()
    world.library = {...world.library, settings}
    let reads = 0
    let isAway = true
    world.grabs = () => {
      reads++
      if (isAway) throw new NotReady()
      return new Map([['Other', 9]])
    }
    await clock.advance(5 * MINUTE)
    expect([pauses(), reads]).toEqual([['arr_starting'], 0])
    world.running.checks = [blocked('x: Some')]
    await clock.advance(2 * MINUTE)
    expect([pauses(), reads]).toEqual([['indexer_blocked'], 1])
    isAway = false
    await clock.advance(9 * MINUTE)
    expect([pauses(), reads]).toEqual([['indexer_blocked'], 1])
    await clock.advance(MINUTE)
    pauses()
    await clock.advance(1)
    expect([pauses(), reads]).toEqual([[], 2])
    await clock.advance(23 * 60 * MINUTE)
    expect([pauses(), reads]).toEqual([[], 2])
    expect(put).toHaveLength(1)
  })

  test('Q19 what its Prowlarr leaves alone is blocked until then', async () => {
    const {put, world, clock} = harness()
    world.library = {...world.library, settings}
    const until = clock.now() + 10 * MINUTE
    world.ofProwlarr = ({url}) => (url === undefined ? null : {limits: [], blockedUntil: until})
    world.grabs = () => new Map([['Some Tracker (Prowlarr)', 4]])
    put[0]!.surroundings(clock.now())
    await clock.advance(1)
    expect(put[0]!.surroundings(clock.now())).toMatchObject({blockedShare: 1, blockedUntil: until})
    world.running.checks = [blocked('x: Some')]
    expect(put[0]!.surroundings(clock.now()).blockedUntil).toBeNull()
    world.running.checks = []
    await clock.advance(10 * MINUTE)
    expect(put[0]!.surroundings(clock.now())).toMatchObject({blockedShare: 0, blockedUntil: null})
  })
})
