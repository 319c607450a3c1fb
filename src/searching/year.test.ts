/** A year of searches of a large library in virtual time, with restarts at random moments. */
import {expect, test} from 'vitest'
import {isFull} from '#test/proof.ts'
import type {SearchResult, SearchState, SearchUnit} from '#model/searching.ts'
import {ArrPlan, type SearchItem} from './arr-plan.ts'
import {SearchScheduler, type NextSearch} from './search-scheduler.ts'
import {
  choiceOfAll,
  DAY_MS,
  episode,
  film,
  HOUR_MS,
  NOW,
  TestLibrary,
  TestStates,
} from './searching.fixture.ts'

const size = isFull
  ? {films: 5_000, series: 2_000, days: 365, restartsPerDay: 0.3}
  : {films: 60, series: 20, days: 34, restartsPerDay: 3}
const STEP_MS = 120_000
const PER_HOUR = 30
const MOST_RUNNING = 2

function seeded(seed: number): () => number {
  return () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647
}

interface Sent {
  readonly arrId: string
  readonly unit: SearchUnit
  readonly at: number
  /** From when on it was due, by what it rested; `null` = it was never searched before. */
  readonly dueAt: number | null
}

/** Two Arrs, of which the second has series; each search lasts until the next step. */
class Year {
  readonly sent: Sent[] = []
  readonly libraries: ReadonlyMap<string, TestLibrary>
  /** What is in the database. */
  readonly states = new Map<string, TestStates>()
  mostRunning = 0
  #scheduler!: SearchScheduler
  #plans = new Map<string, ArrPlan>()
  /** By the id of the search, as the database has them. */
  readonly #running = new Map<
    string,
    {
      readonly arrId: string
      readonly unit: SearchUnit
      readonly since: number
      readonly before: SearchState | undefined
    }
  >()
  readonly #lately = new Map<string, number[]>()
  readonly #random = seeded(11)
  /** Arrs that have something come in, with when that is in the library. */
  readonly #coming: {readonly arrId: string; readonly items: readonly SearchItem[]; readonly at: number}[] =
    []
  #at = 0
  #searches = 0

  constructor() {
    const films = Array.from({length: size.films}, (_, at) => film(at + 1, {year: 1_920 + (at % 107)}))
    const episodes: SearchItem[] = []
    for (let series = 1; series <= size.series; series++)
      for (let season = 1; season <= 1 + (series % 4); season++)
        for (let number = 1; number <= 1 + ((series + season) % 9); number++) {
          const availableAt = Date.UTC(1_990 + ((series + season) % 35), 0, number)
          const ids = {parentId: series, seasonNumber: season, availableAt}
          episodes.push(episode(series * 1_000 + season * 100 + number, ids))
        }
    this.libraries = new Map([
      ['radarr', new TestLibrary(films)],
      ['sonarr', new TestLibrary(episodes)],
    ])
    for (const id of this.libraries.keys()) this.states.set(id, new TestStates())
    this.restart()
  }

  /** Nothing is left but what is in the database. */
  restart(): void {
    const scheduler = new SearchScheduler(this.#random, this.#at, () => [])
    this.#scheduler = scheduler
    this.#plans = new Map()
    for (const [searchId, running] of this.#running) scheduler.resumed(searchId, running)
    for (const [id, library] of this.libraries) {
      const plan = new ArrPlan(id, choiceOfAll, library, this.states.get(id)!, {
        isSearching: (unit) => scheduler.isSearching(id, unit),
        elsewhereUntil: () => null,
        loopUntil: () => null,
        isHeldByRule: () => false,
        random: this.#random,
      })
      for (const _ of plan.evaluateAll(this.#now));
      this.#plans.set(id, plan)
      scheduler.put({
        plan,
        budget: {spacingMs: 30_000, perHour: PER_HOUR, perDay: 0},
        pauses: () => new Map(),
        indexer: () => undefined,
        waitMs: (_, most) => this.#waitMs(id, most),
      })
    }
  }

  pass(days: number, restartsPerDay: number): void {
    const end = this.#at + days * DAY_MS
    for (; this.#at < end; this.#at += STEP_MS) {
      this.#endSearches()
      this.#comeIn()
      // At any moment: before, between and behind searches.
      if (this.#random() < (restartsPerDay * STEP_MS) / DAY_MS) this.restart()
      for (;;) {
        const next = this.#scheduler.next(this.#now, this.#at)
        if (next === null) break
        this.#begin(next)
        if (this.#random() < (restartsPerDay * STEP_MS) / DAY_MS) this.restart()
      }
    }
  }

  /** Units that are wanted now, whether or not they rest. */
  get wanted(): readonly {readonly arrId: string; readonly unit: SearchUnit}[] {
    return [...this.#plans].flatMap(([arrId, plan]) => [...plan.queue.all()].map(({unit}) => ({arrId, unit})))
  }

  get #now(): number {
    return NOW + this.#at
  }

  #waitMs(arrId: string, most: number): number {
    const lately = (this.#lately.get(arrId) ?? []).filter((at) => at > this.#at - HOUR_MS)
    this.#lately.set(arrId, lately)
    return lately.length < most ? 0 : lately[lately.length - most]! + HOUR_MS - this.#at
  }

  #begin(next: NextSearch): void {
    const {plan} = next.arr
    const {unit} = next.search.candidate
    const states = this.states.get(plan.arrId)!
    const before = states.get(unit)
    const searchId = `s${++this.#searches}`
    states.put(plan.claimed(next.search, {searchId, steady: this.#at, now: this.#now}))
    this.#running.set(searchId, {arrId: plan.arrId, unit, since: this.#at, before})
    this.#lately.set(plan.arrId, [...(this.#lately.get(plan.arrId) ?? []), this.#at])
    this.#scheduler.started(searchId, next, {steady: this.#at, now: this.#now})
    this.mostRunning = Math.max(this.mostRunning, this.#running.size)
    const dueAt = before?.searchedAt == null ? null : (before.restsUntil ?? before.searchedAt) - NOW
    this.sent.push({arrId: plan.arrId, unit, at: this.#at, dueAt})
  }

  #endSearches(): void {
    for (const [searchId, {arrId, unit, before}] of this.#running) {
      const [plan, states] = [this.#plans.get(arrId)!, this.states.get(arrId)!]
      const result = this.#result()
      const wasPartial = before?.result === 'partial'
      if (result === 'grabbed') this.#grab(arrId, unit)
      states.put(plan.ended(unit, {result, isLost: false, wasPartial, indexersBackAt: null, now: this.#now}))
      this.#running.delete(searchId)
      this.#scheduler.ended(searchId, this.#now)
    }
  }

  #result(): SearchResult {
    const chance = this.#random()
    if (chance < 0.02) return 'grabbed'
    if (chance < 0.05) return 'failed'
    return chance < 0.08 ? 'partial' : 'empty'
  }

  /** It is in the queue for half a day, and then there. */
  #grab(arrId: string, unit: SearchUnit): void {
    const library = this.libraries.get(arrId)!
    const [kind, first, second] = unit.split('/')
    const items =
      kind === 'season'
        ? library.season(Number(first), Number(second))!.episodes.filter(({hasFile}) => !hasFile)
        : [library.item(unit as `movie/${number}`)!]
    for (const item of items) library.queued.add(`${item.kind}/${item.id}`)
    this.#coming.push({arrId, items, at: this.#at + DAY_MS / 2})
  }

  #comeIn(): void {
    while (this.#coming[0] && this.#coming[0].at <= this.#at) {
      const {arrId, items} = this.#coming.shift()!
      const library = this.libraries.get(arrId)!
      for (const {kind, id} of items) {
        library.queued.delete(`${kind}/${id}`)
        library.change(`${kind}/${id}`, {hasFile: true, belowCutoff: false, score: 100})
        this.#plans.get(arrId)!.evaluate(`${kind}/${id}`, this.#now)
      }
    }
  }
}

/** All searches of each unit, in their order. */
function byUnit(sent: readonly Sent[]): ReadonlyMap<string, readonly Sent[]> {
  return Map.groupBy(sent, ({arrId, unit}) => `${arrId} ${unit}`)
}

test.each([
  ['without a restart', 0],
  ['with restarts at random moments', size.restartsPerDay],
])(
  'Q14 in a year %s all is searched, again and again, none starves, and no budget is exceeded',
  (_, restartsPerDay) => {
    const year = new Year()
    const before = new Set(year.wanted.map(({arrId, unit}) => `${arrId} ${unit}`))
    year.pass(size.days, restartsPerDay)

    const units = byUnit(year.sent)
    expect([...before].filter((unit) => !units.has(unit))).toEqual([])
    expect(year.mostRunning).toBeLessThanOrEqual(MOST_RUNNING)
    for (const arrId of year.libraries.keys()) {
      const at = year.sent.flatMap((one) => (one.arrId === arrId ? one.at : []))
      for (let place = PER_HOUR; place < at.length; place++)
        expect(at[place]! - at[place - PER_HOUR]!).toBeGreaterThanOrEqual(HOUR_MS)
    }
    // All of a round have their turn within it.
    const roundMs = Math.max(2, (Math.max(size.films, size.series * 4) / (24 * PER_HOUR)) * 1.5) * DAY_MS
    for (const {at, dueAt} of year.sent) {
      expect(at - (dueAt ?? 0)).toBeLessThanOrEqual(roundMs)
      if (dueAt !== null) expect(at).toBeGreaterThanOrEqual(dueAt)
    }
    // A rest is 30 days at most.
    const left = new Set(year.wanted.map(({arrId, unit}) => `${arrId} ${unit}`))
    for (const [unit, sent] of units)
      if (left.has(unit))
        expect(size.days * DAY_MS - sent.at(-1)!.at).toBeLessThanOrEqual(34 * DAY_MS + roundMs)
  },
)
