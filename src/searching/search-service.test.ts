import {beforeEach, describe, expect, onTestFinished, test} from 'vitest'
import {SearchEnds} from '#automation/actions/search-ends.ts'
import type {Access} from '#model/access.ts'
import type {SearchEnd, SearchOutcome} from '#model/automation-state.ts'
import {CommandRefused, CommodarrError} from '#model/errors.ts'
import type {Rule} from '#model/rule.ts'
import type {SearchUnit} from '#model/searching.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import {aRule} from '#rules/rule.fixture.ts'
import {readOpenSearchRuns, readSearchRunsOf} from '#store/repositories/search-runs.ts'
import {away, memoryHarness, type MemoryHarness} from '#test/automation-state/memory.fixture.ts'
import type {SearchItem} from './arr-plan.ts'
import type {Surroundings} from './search-pauses.ts'
import {SearchService, type SearchedArr, type SearchPort, type Wanted} from './search-service.ts'
import {wantedFacts} from './wanted-facts.ts'
import {WantedRules} from './wanted-rules.ts'
import {
  allWell,
  choiceOfAll,
  DAY_MS,
  episode,
  film,
  HOUR_MS,
  noPauses,
  profile,
  TestLibrary,
} from './searching.fixture.ts'

const MINUTE_MS = 60_000

/** An Arr as its manager speaks for it: it keeps commands over restarts of ours. */
class FakeArr implements SearchPort {
  readonly asked: (readonly SearchUnit[])[] = []
  readonly wanted: Wanted[] = []
  /** How each search ends; `null` = it has not. */
  outcome: SearchOutcome | null = 'nothing_found'
  /** What happens to the next question. */
  next: 'well' | 'refused' | 'unwanted' | 'lost before' | 'lost behind' = 'well'
  isAway = false
  explained = 0
  now = (): number => 0
  heard = 0
  /** Called where an answer is lost. */
  lose = (): void => undefined

  async search(_: string, wanted: Wanted): Promise<{commandId: number} | null> {
    if (this.isAway) throw new CommodarrError('server_unreachable', 'It is away.')
    const {next} = this
    this.next = 'well'
    if (next === 'unwanted') return null
    if (next === 'refused') throw new CommandRefused('No such movie.')
    if (next !== 'lost before') this.asked.push(wanted.media)
    this.wanted.push(wanted)
    if (next !== 'well') this.lose()
    if (next !== 'well') throw new CommodarrError('unconfirmed', 'It did not answer in time.')
    return {commandId: this.asked.length}
  }

  async searchExplained(_: string, {media}: Wanted): Promise<SearchEnd | null> {
    if (this.isAway) throw new CommodarrError('server_unreachable', 'It is away.')
    this.asked.push(media)
    this.explained++
    return {...this.end({commandId: 1}, this.now())!, outcome: 'all_rejected', found: 14, rejects: {size: 14}}
  }

  async heardOf(_: string, media: readonly string[]): Promise<boolean> {
    if (this.isAway) throw new CommodarrError('server_unreachable', 'It is away.')
    this.heard++
    return this.asked.some((one) => one.join() === media.join())
  }

  end({commandId}: {commandId?: number | null}, now: number): SearchEnd | null {
    const outcome = (commandId ?? null) === null ? null : this.outcome
    const nothing = {
      title: null,
      said: null,
      found: null,
      indexers: null,
      grabs: [],
      refused: [],
      rejects: {},
    }
    return outcome && {outcome, endedAt: now, ...nothing}
  }
}

interface World {
  readonly base: MemoryHarness
  readonly arr: FakeArr
  readonly library: TestLibrary
  /** Arrs with a search that does not end. */
  readonly stuck: Set<string>
  surroundings: Partial<Surroundings>
  /** What has to be done before something is searched. */
  before: NonNullable<SearchedArr['before']>
  /** About what is wanted. */
  rules: readonly Rule[]
  /** A start of the program. */
  start(): Promise<Program>
}

interface Program {
  readonly service: SearchService
  readonly stop: () => void
}

async function worldOf(items: readonly SearchItem[]): Promise<World> {
  const base = await memoryHarness()
  const {clock} = base
  const [arr, library] = [new FakeArr(), new TestLibrary(items)]
  arr.now = () => clock.now()
  const world: World = {
    base,
    arr,
    library,
    stuck: new Set(),
    surroundings: {},
    before: () => null,
    rules: [],
    async start() {
      const {searched, searchRuns, searchStates} = await base.open()
      const log = {error: () => undefined}
      const rules = new WantedRules({
        clock,
        turns: new TimeSlice(),
        log,
        readers: wantedFacts({kindOf: () => 'radarr', isClockSure: () => true, timeZone: 'UTC'}),
        rules: () => world.rules.map((rule) => ({rule, access: {} as Access})),
        mayCommand: () => true,
        units: () => service,
        tell: async () => undefined,
      })
      const service: SearchService = new SearchService({
        clock,
        random: () => 0,
        turns: new TimeSlice(),
        log,
        searched,
        runs: searchRuns,
        states: searchStates,
        port: arr,
        stuck: (arrId, is) => void (is ? world.stuck.add(arrId) : world.stuck.delete(arrId)),
        loops: {of: () => null},
        heldBy: (subject) => rules.heldBy(subject),
      })
      const ends = new SearchEnds(
        searchRuns,
        {ask: async (_, __, asked) => arr.end(asked as {commandId?: number | null}, clock.now())},
        clock,
        log,
        service,
      )
      const its: SearchedArr = {
        id: 'radarr',
        choice: choiceOfAll,
        budget: {spacingMs: 30_000, perHour: 30, perDay: 0},
        pauseChoice: noPauses,
        library,
        surroundings: () => ({...allWell, ...world.surroundings}),
        indexer: () => undefined,
        before: (unit) => world.before(unit),
      }
      await service.start()
      await service.put(its)
      ends.start()
      rules.start()
      const stop = () => {
        void rules.stop()
        void service.stop()
        ends.stop()
      }
      onTestFinished(stop)
      return {service, stop}
    },
  }
  return world
}

const ruleAbout = (changes: Readonly<Record<string, unknown>>) =>
  aRule({subject: 'wanted', when: {fact: 'wanted.year', op: 'lt', value: 1990}, ...changes})

const films = (count: number) => Array.from({length: count}, (_, at) => film(at + 1, {year: 2_000 - at}))

let world: World
const pass = (ms: number) => world.base.clock.advance(ms)
const state = async (unit: SearchUnit) => (await world.base.open()).searchStates.get('radarr', unit)
const openRuns = () => world.base.store.read(readOpenSearchRuns)

describe('one film', () => {
  beforeEach(async () => void (world = await worldOf(films(1))))

  test('Q1 is searched by one command, and what came of it is kept with its rest', async () => {
    world.arr.outcome = 'grabbed'
    await world.start()
    await pass(MINUTE_MS + 5_000)
    expect(world.arr.asked).toEqual([['movie/1']])
    expect(await openRuns()).toMatchObject([
      {unit: 'movie/1', cause: 'schedule', reason: 'missing', commandId: 1},
    ])
    await pass(2 * MINUTE_MS)
    expect(await openRuns()).toEqual([])
    expect(await state('movie/1')).toMatchObject({
      result: 'grabbed',
      round: 1,
      reason: 'missing',
      foreignId: 'tmdb 1',
    })
    expect(world.arr.asked).toHaveLength(1)
  })

  test('Q18 that no indexer was asked for counts for no empty search', async () => {
    world.arr.outcome = 'no_indexer'
    await world.start()
    await pass(3 * MINUTE_MS)
    expect(await state('movie/1')).toMatchObject({result: 'failed', empties: 0, failures: 1})
  })

  test('Q9 that was lost is searched once more ten minutes later', async () => {
    world.arr.outcome = 'lost'
    await world.start()
    await pass(3 * MINUTE_MS)
    expect(world.arr.asked).toHaveLength(1)
    await pass(10 * MINUTE_MS)
    expect(world.arr.asked).toHaveLength(2)
    await pass(30 * MINUTE_MS)
    expect(world.arr.asked).toHaveLength(2)
  })

  test('Q25 that is not wanted any more at the last look is not searched, and its claim goes', async () => {
    world.arr.next = 'unwanted'
    await world.start()
    await pass(2 * MINUTE_MS)
    expect([world.arr.asked, await openRuns()]).toEqual([[], []])
    expect(await state('movie/1')).toMatchObject({searchedAt: null, searchId: null})
  })

  test('that its Arr refuses rests as after a trouble', async () => {
    world.arr.next = 'refused'
    await world.start()
    await pass(30 * MINUTE_MS)
    expect([world.arr.asked, await openRuns()]).toEqual([[], []])
    await pass(HOUR_MS)
    expect(world.arr.asked).toEqual([['movie/1']])
  })

  test('of which the answer was lost is asked for, and not searched twice', async () => {
    world.arr.next = 'lost behind'
    world.arr.outcome = null
    await world.start()
    await pass(5 * MINUTE_MS)
    expect([world.arr.asked, world.arr.heard]).toEqual([[['movie/1']], 1])
    await pass(10 * MINUTE_MS)
    expect(await openRuns()).toEqual([])
    expect(await state('movie/1')).toMatchObject({result: 'empty'})
  })

  test('that its Arr never heard of is sent again', async () => {
    world.arr.next = 'lost before'
    await world.start()
    await pass(5 * MINUTE_MS)
    expect([world.arr.asked, world.arr.heard]).toEqual([[['movie/1']], 1])
    expect(await state('movie/1')).toMatchObject({result: 'empty'})
  })

  test('that was claimed long ago and never heard of has its turn again', async () => {
    world.arr.next = 'lost before'
    const {stop} = await world.start()
    await pass(MINUTE_MS + 5_000)
    stop()
    await pass(HOUR_MS)
    await world.start()
    await pass(10_000)
    expect([world.arr.asked, await openRuns()]).toEqual([[], []])
    await pass(2 * HOUR_MS)
    expect(world.arr.asked).toEqual([['movie/1']])
  })

  test('Q54 is not searched while the database takes no rows', async () => {
    const {base, arr} = world
    await world.start()
    base.setFault(away)
    await pass(10 * MINUTE_MS)
    expect(arr.asked).toEqual([])
    base.setFault(null)
    await pass(MINUTE_MS)
    expect(arr.asked).toEqual([['movie/1']])
  })

  test('Q10 whose search runs for hours is not searched again, and holds up its Arr', async () => {
    world.library.put(film(2))
    world.arr.outcome = null
    const {service} = await world.start()
    await pass(20 * MINUTE_MS)
    expect(service.waiting('radarr', 'missing')?.code).toBe('own_command')
    expect(world.stuck.size).toBe(0)
    await pass(2 * HOUR_MS)
    expect(service.waiting('radarr', 'missing')?.code).toBe('command_stuck')
    expect(world.arr.asked).toHaveLength(1)
    expect([...world.stuck]).toEqual(['radarr'])
    world.arr.outcome = 'nothing_found'
    await pass(HOUR_MS)
    expect([world.stuck.size, world.arr.asked.length, await openRuns()]).toEqual([0, 2, []])
  })

  test('Q10 Q21 whose search never ends is given up after a day, also where the clock was wrong as it began', async () => {
    const {base, arr} = world
    arr.outcome = null
    const {stop} = await world.start()
    await pass(2 * MINUTE_MS)
    stop()
    // The clock was a year ahead as the search began.
    base.clock.jump(-365 * DAY_MS)
    await world.start()
    await pass(12 * HOUR_MS)
    expect((await openRuns()).length).toBe(1)
    await pass(12 * HOUR_MS + 30 * MINUTE_MS)
    expect([await openRuns(), world.stuck.size]).toEqual([[], 0])
    expect(await state('movie/1')).toMatchObject({result: 'failed', empties: 0})
  })

  test('that has to get another profile first is searched in that one, once, and no other Arr waits', async () => {
    const done = Promise.withResolvers<void>()
    const first: SearchUnit[] = []
    world.before = (unit) => {
      if (first.includes(unit)) return null
      first.push(unit)
      return () => done.promise
    }
    const {service} = await world.start()
    await pass(5 * MINUTE_MS)
    expect([first, world.arr.asked]).toEqual([['movie/1'], []])
    expect(service.waiting('radarr', 'missing')?.code).toBe('own_command')
    world.library.profile = {...profile, revision: 'temporary'}
    await service.changed('radarr', null)
    done.resolve()
    await pass(HOUR_MS)
    expect(world.arr.asked).toEqual([['movie/1']])
    world.library.profile = profile
    await service.changed('radarr', null)
    await pass(MINUTE_MS)
    // Its own profile is another one again.
    expect(world.arr.asked).toHaveLength(2)
  })

  test('a person wants it now: it is searched at once, though it rests', async () => {
    const {service} = await world.start()
    await pass(10 * MINUTE_MS)
    expect(service.want('radarr', 'movie/1', {reason: 'person', at: world.base.clock.now()})).toBe(true)
    await pass(0)
    expect(world.arr.asked).toEqual([['movie/1'], ['movie/1']])
    expect(await openRuns()).toMatchObject([{cause: 'person', reason: 'person'}])
    expect(service.want('sonarr', 'movie/1', null)).toBe(false)
  })

  test('what a person wants and its Arr refuses is not asked for again and again', async () => {
    const {service} = await world.start()
    await pass(10 * MINUTE_MS)
    world.arr.next = 'refused'
    service.want('radarr', 'movie/1', {reason: 'person', at: world.base.clock.now()})
    await pass(10 * MINUTE_MS)
    expect(world.arr.asked).toEqual([['movie/1']])
    expect(world.arr.next).toBe('well')
  })

  test('Q3 at its third search without a result the Arr is asked why, and what it says is kept', async () => {
    world.arr.outcome = 'all_rejected'
    // It is out since a few days: it rests 6, then 12 hours.
    world.library.change('movie/1', {availableAt: world.base.clock.now() - 3 * DAY_MS})
    await world.start()
    await pass(20 * HOUR_MS)
    expect([world.arr.asked.length, world.arr.explained]).toEqual([3, 1])
    expect(await state('movie/1')).toMatchObject({result: 'empty', empties: 3})
    const runs = await world.base.store.read((db) => readSearchRunsOf(db, 'radarr', {before: null, limit: 9}))
    expect(runs.map(({end}) => [end?.outcome, end?.rejects])).toEqual([
      ['all_rejected', {size: 14}],
      ['all_rejected', {}],
      ['all_rejected', {}],
    ])
  })

  test('an Arr that is away is searched when it is back, at its normal pace', async () => {
    world.surroundings = {onlineSince: null, queue: null}
    const {service} = await world.start()
    await pass(HOUR_MS)
    expect([world.arr.asked, service.waiting('radarr', 'person')?.code]).toEqual([[], 'arr_offline'])
    world.surroundings = {}
    await pass(5_000)
    expect(world.arr.asked).toHaveLength(1)
  })
})

test('an Arr that is not searched any more holds up no other', async () => {
  world = await worldOf(films(1))
  world.arr.outcome = null
  const {service} = await world.start()
  await pass(2 * MINUTE_MS)
  expect(service.waiting('radarr', 'missing')?.code).toBe('own_command')
  service.remove('radarr')
  expect([service.explain('radarr', 'movie/1'), service.waiting('radarr', 'missing')?.code]).toEqual([
    null,
    'arr_offline',
  ])
  expect(await openRuns()).toHaveLength(1)
})

describe('a season', () => {
  test('is asked for as one, with the rights to what is not monitored and missing', async () => {
    world = await worldOf([1, 2, 3].map((id) => episode(id)))
    world.arr.outcome = null
    await world.start()
    await pass(2 * MINUTE_MS)
    expect(world.arr.wanted).toEqual([{media: ['season/5/1'], unmonitored: false, missing: true}])
    expect(await openRuns()).toMatchObject([{unit: 'season/5/1', items: ['season/5/1']}])
  })
})

describe('restarts', () => {
  test('Q8 wherever it is killed, each film is searched once before one is searched twice', async () => {
    const count = 25
    world = await worldOf(films(count))
    let seed = 7
    const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647
    const {arr, base} = world
    // Killed while its Arr is asked: nothing is written from then on.
    arr.lose = () => base.setFault(away)
    while (arr.asked.length < count) {
      const {stop} = await world.start()
      const way = (['well', 'lost before', 'lost behind'] as const)[Math.floor(random() * 3)]!
      await pass(MINUTE_MS + Math.floor(random() * 3 * MINUTE_MS))
      arr.next = way
      await pass(Math.floor(random() * 40_000))
      stop()
      base.setFault(null)
      arr.next = 'well'
    }
    await world.start()
    await pass(10 * MINUTE_MS)
    const units = arr.asked.map(([unit]) => unit)
    expect(new Set(units).size).toBe(count)
    expect(units).toHaveLength(count)
  })

  test('Q8 the searches of the last hour count over restarts', async () => {
    world = await worldOf(films(200))
    for (let start = 0; start < 12; start++) {
      const {stop} = await world.start()
      await pass(10 * MINUTE_MS)
      stop()
    }
    expect(world.arr.asked.length).toBeLessThanOrEqual(60)
    expect(world.arr.asked.length).toBeGreaterThan(30)
  })
})

test('what is wanted is listed with its turn, what holds it, and what came of its last search', async () => {
  world = await worldOf([...films(3), film(4, {availableAt: Date.UTC(2_100, 0, 1)})])
  const {service} = await world.start()
  const list = (group: 'ready' | 'resting' | 'unreleased' | null, offset = 0, limit = 10) =>
    service.wanted({arrs: ['radarr', 'another'], group, offset, limit})
  const before = await list('ready', 1)
  expect(before).toMatchObject({
    items: [
      {
        unit: 'movie/2',
        title: 'Title of movie/2',
        reason: 'missing',
        place: {place: 2, of: 3},
        searchedAt: null,
      },
      {unit: 'movie/3', place: {place: 3, of: 3}},
    ],
    total: 3,
    counts: {ready: 3, resting: 0, unreleased: 1},
    arrs: [
      {arrId: 'radarr', wanted: 4, pause: {code: 'spacing'}},
      {arrId: 'another', wanted: 0, pause: {code: 'arr_offline'}},
    ],
  })
  expect((await list(null, 0, 2)).items.map(({unit}) => unit)).toEqual(['movie/1', 'movie/2'])
  await pass(10 * MINUTE_MS)
  expect(await list('resting')).toMatchObject({
    items: [{hold: {code: 'resting'}, result: 'empty', empties: 1}, {}, {}],
    total: 3,
    counts: {ready: 0, resting: 3, unreleased: 1},
  })
})

describe('rules about what is wanted', () => {
  beforeEach(async () => void (world = await worldOf(films(200))))

  test('have it searched before the backlog, and no more often than is allowed', async () => {
    world.rules = [ruleAbout({do: [{action: 'arr.search'}]})]
    await world.start()
    await pass(3 * HOUR_MS)
    const asked = world.arr.asked.flat()
    expect(asked.length).toBeGreaterThan(80)
    expect(asked.length).toBeLessThanOrEqual(90)
    const old = asked.filter((unit) => Number(unit.slice('movie/'.length)) > 11)
    // Of an hour a part is left to the backlog.
    expect(old.length / asked.length).toBeGreaterThan(0.7)
    const runs = await world.base.store.read((db) =>
      readSearchRunsOf(db, 'radarr', {before: null, limit: 200}),
    )
    expect(new Set(runs.map(({cause}) => cause))).toEqual(new Set(['rule', 'schedule']))
  })

  test('keep it from being searched for as long as they match', async () => {
    world.rules = [ruleAbout({do: [{action: 'skip'}]})]
    await world.start()
    await pass(2 * HOUR_MS)
    expect(world.arr.asked.flat().every((unit) => Number(unit.slice('movie/'.length)) <= 11)).toBe(true)
    expect(world.arr.asked).toHaveLength(11)
  })

  test.each<[string, Partial<Surroundings>, boolean]>([
    ['searches on a schedule are off', {isOn: false}, true],
    ['everything is only observed', {isObserved: true}, false],
    ['downloads alone are looked after', {isProcessingOnly: true}, false],
    ['its Arr does not answer', {onlineSince: null}, false],
  ])('where %s', async (_, surroundings, isSearched) => {
    world.rules = [ruleAbout({do: [{action: 'arr.search'}]})]
    world.surroundings = surroundings
    await world.start()
    await pass(20 * MINUTE_MS)
    expect(world.arr.asked.length > 0).toBe(isSearched)
  })
})
