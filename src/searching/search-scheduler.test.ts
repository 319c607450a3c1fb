import {describe, expect, test} from 'vitest'
import type {SearchPause, SearchReason, SearchUnit} from '#model/searching.ts'
import {ArrPlan, type PlanChoice, type SearchItem} from './arr-plan.ts'
import type {BudgetChoice} from './search-budgets.ts'
import {keysOf, SearchScheduler, type SharedIndexer} from './search-scheduler.ts'
import {choiceOfAll, episode, film, HOUR_MS, NOW, TestLibrary, TestStates} from './searching.fixture.ts'

const MINUTE_MS = 60_000
const STEP_MS = 15_000

/** Arrs that are searched; each search ends at once, and finds nothing. */
class Searching {
  /** By the key of an indexer. */
  readonly asked = new Map<string, {readonly at: number; readonly questions: number}[]>()
  readonly scheduler = new SearchScheduler(
    () => 0,
    0,
    (key) => this.asked.get(key) ?? [],
  )
  readonly pauses = new Map<string, Map<SearchPause, number | null>>()
  readonly indexers = new Map<number, SharedIndexer>()
  readonly arrs = new Map<string, {plan: ArrPlan; states: TestStates; library: TestLibrary}>()
  readonly sent: {readonly arrId: string; readonly unit: SearchUnit; readonly at: number}[] = []
  steady = 0
  /** So far the wall clock was set. */
  jumped = 0
  #searches = 0

  add(arrId: string, items: readonly SearchItem[], more: Partial<PlanChoice & BudgetChoice> = {}): ArrPlan {
    const [library, states] = [new TestLibrary(items), new TestStates()]
    const {scheduler, sent, pauses, indexers} = this
    const plan = new ArrPlan(arrId, {...choiceOfAll, ...more}, library, states, {
      isSearching: (unit) => scheduler.isSearching(arrId, unit),
      elsewhereUntil: (foreignId, ids) => scheduler.elsewhereUntil(arrId, foreignId, ids),
      loopUntil: () => null,
      isHeldByRule: () => false,
      random: () => 0.5,
    })
    for (const _ of plan.evaluateAll(this.now));
    this.arrs.set(arrId, {plan, states, library})
    scheduler.put({
      plan,
      budget: {spacingMs: 30_000, perHour: 30, perDay: 0, ...more},
      pauses: () => pauses.get(arrId) ?? new Map<SearchPause, number | null>(),
      indexer: (id) => indexers.get(id),
      waitMs: (_, most) => {
        const lately = sent.filter((one) => one.arrId === arrId && one.at > this.steady - HOUR_MS)
        return lately.length < most ? 0 : lately[lately.length - most]!.at + HOUR_MS - this.steady
      },
    })
    return plan
  }

  get now(): number {
    return NOW + this.steady + this.jumped
  }

  /** What is next is searched. @returns `null` = nothing may be searched now */
  begin(): {arrId: string; unit: SearchUnit; end: () => void} | null {
    const {steady, now, scheduler} = this
    const next = scheduler.next(now, steady)
    if (next === null) return null
    const {arrId} = next.arr.plan
    const {plan, states} = this.arrs.get(arrId)!
    const {unit} = next.search.candidate
    const searchId = `s${++this.#searches}`
    states.put(plan.claimed(next.search, {searchId, steady, now}))
    scheduler.started(searchId, next, {steady, now})
    for (const key of keysOf(next))
      this.asked.set(key, [...(this.asked.get(key) ?? []), {at: steady, questions: next.search.questions}])
    this.sent.push({arrId, unit, at: steady})
    const end = () => {
      states.put(
        plan.ended(unit, {
          result: 'empty',
          isLost: false,
          wasPartial: false,
          indexersBackAt: null,
          now: this.now,
        }),
      )
      scheduler.ended(searchId, this.now)
    }
    return {arrId, unit, end}
  }

  /** Time passes in steps of some seconds, and what may be searched is. */
  pass(ms: number): void {
    for (const end = this.steady + ms; this.steady < end; this.steady += STEP_MS)
      for (let begun = this.begin(); begun; begun = this.begin()) begun.end()
  }
}

const films = (count: number, from = 1) => Array.from({length: count}, (_, at) => film(from + at))
const started = () => {
  const it = new Searching()
  it.steady = 3 * MINUTE_MS
  return it
}

describe('turns of Arrs', () => {
  test('at most two are searched at once, each by one command, one after the other', () => {
    const it = started()
    for (const [at, id] of ['a', 'b', 'c'].entries()) it.add(id, films(5, 1 + 10 * at))
    const [first, second, third] = [it.begin(), it.begin(), it.begin()]
    expect([first?.arrId, second?.arrId, third]).toEqual(['a', 'b', null])
    first!.end()
    expect(it.begin()?.arrId).toBe('c')
    expect(it.begin()).toBeNull()
    expect(it.scheduler.waiting('a', 'missing', {now: it.now, steady: it.steady})?.code).toBe('all_busy')
    expect(it.scheduler.waiting('c', 'missing', {now: it.now, steady: it.steady})?.code).toBe('own_command')
  })

  test('Q10 searches that do not end, and those of Arrs that are gone, hold up no other Arr', () => {
    const it = started()
    for (const [at, id] of ['a', 'b', 'c', 'd'].entries()) it.add(id, films(5, 1 + 10 * at))
    expect([it.begin()?.arrId, it.begin()?.arrId, it.begin()]).toEqual(['a', 'b', null])
    it.scheduler.remove('a')
    expect([it.begin()?.arrId, it.begin()]).toEqual(['c', null])
    it.steady += 31 * MINUTE_MS
    expect(['b', 'd'].map((id) => it.scheduler.isStuck(id, it.steady))).toEqual([true, false])
    expect([it.begin()?.arrId, it.begin()]).toEqual(['d', null])
  })

  test('Q15 of eight Arrs the seven small ones are done within an hour beside one with thousands', () => {
    const it = started()
    it.add('large', films(2_000))
    for (let n = 1; n <= 7; n++) it.add(`small ${n}`, films(5, 10_000 * n))
    it.pass(HOUR_MS)
    const small = it.sent.filter(({arrId}) => arrId !== 'large')
    expect(small).toHaveLength(35)
    expect(it.sent.length - small.length).toBe(30)
  })

  test('the first search comes a minute after the start', () => {
    const it = new Searching()
    it.add('a', films(5))
    it.pass(MINUTE_MS)
    expect(it.sent).toEqual([])
    it.pass(STEP_MS)
    expect(it.sent).toHaveLength(1)
  })

  test('no hour has more searches than are allowed, and none come closer than they may', () => {
    const it = started()
    it.add('a', films(300), {perHour: 20})
    it.pass(5 * HOUR_MS)
    const at = it.sent.map((one) => one.at)
    expect(at).toHaveLength(100)
    for (const [place, one] of at.entries()) {
      expect(at.filter((other) => other > one - HOUR_MS && other <= one).length).toBeLessThanOrEqual(20)
      if (place > 0) expect(one - at[place - 1]!).toBeGreaterThanOrEqual(27_000)
    }
  })

  test.each([HOUR_MS, -HOUR_MS, 400 * 24 * HOUR_MS])(
    'Q7 a wall clock that jumps by %d ms neither holds up searches nor lets them come faster',
    (ms) => {
      const it = started()
      it.add('a', films(400))
      it.pass(2 * HOUR_MS)
      it.jumped += ms
      it.pass(2 * HOUR_MS)
      expect(it.sent).toHaveLength(120)
      const late = it.sent.filter(({at}) => at >= 2 * HOUR_MS && at < 3 * HOUR_MS)
      expect(late.length).toBeLessThanOrEqual(31)
    },
  )

  test('what a person wants comes at once, whatever the budgets say, and waits for the command that runs', () => {
    const it = started()
    const plan = it.add('a', films(50), {perHour: 1})
    const running = it.begin()!
    plan.wish('movie/40', {reason: 'person', at: it.now}, it.now)
    expect(it.begin()).toBeNull()
    running.end()
    expect(it.begin()?.unit).toBe('movie/40')
  })

  test('while an Arr is paused others go on, and what passes the pause is searched', () => {
    const it = started()
    const plan = it.add('a', films(5))
    it.add('b', films(5, 10))
    it.pauses.set('a', new Map([['queue_full', null]]))
    it.pass(5 * MINUTE_MS)
    expect(new Set(it.sent.map(({arrId}) => arrId))).toEqual(new Set(['b']))
    expect(it.scheduler.waiting('a', 'missing', {now: it.now, steady: it.steady})).toEqual({
      code: 'queue_full',
      until: null,
    })
    plan.wish('movie/3', {reason: 'failure', at: it.now}, it.now)
    it.pass(MINUTE_MS)
    expect(it.sent.filter(({arrId}) => arrId === 'a')).toMatchObject([{unit: 'movie/3'}])
  })
})

describe('indexers that Arrs share', () => {
  test('Q20 a limit of an indexer counts over all Arrs, and what is urgent has more of it', () => {
    const it = started()
    const limit = {most: 20, windowMs: 24 * HOUR_MS}
    it.indexers.set(1, {key: 'x', limits: [{limit, counted: null}]})
    const plan = it.add('a', films(50))
    it.add('b', films(50, 100))
    it.pass(6 * HOUR_MS)
    expect(it.sent).toHaveLength(16)
    const waiting = (reason: SearchReason) =>
      it.scheduler.waiting('b', reason, {now: it.now, steady: it.steady})
    // The first of them is a day old then.
    expect(waiting('missing')).toEqual({code: 'indexer_limit', until: NOW + it.sent[0]!.at + 24 * HOUR_MS})
    expect(waiting('request')).toBeNull()
    for (const id of [1, 2, 3, 4, 5]) plan.wish(`movie/${id}`, {reason: 'request', at: it.now}, it.now)
    it.pass(HOUR_MS)
    expect(it.sent).toHaveLength(18)
    plan.wish('movie/9', {reason: 'person', at: it.now}, it.now)
    it.pass(MINUTE_MS)
    expect(it.sent.at(-1)?.unit).toBe('movie/9')
    it.pass(24 * HOUR_MS)
    const day = it.sent.filter(({at}) => at <= 24 * HOUR_MS && at > 0)
    expect(day.length).toBeLessThanOrEqual(20)
  })

  test('Q20 each limit of an indexer holds, and what its counter counted of others', () => {
    const it = started()
    const hour = {limit: {most: 10, windowMs: HOUR_MS}, counted: null}
    const day = {limit: {most: 100, windowMs: 24 * HOUR_MS}, counted: {at: 0, questions: 60}}
    it.indexers.set(1, {key: 'x', limits: [hour, day]})
    it.add('a', films(200))
    it.pass(HOUR_MS)
    expect(it.sent).toHaveLength(8)
    it.pass(4 * HOUR_MS)
    expect(it.sent).toHaveLength(20)
  })

  test('a unit waits for the limits of the indexers that it asks, and of no others', () => {
    const it = started()
    const plan = it.add('a', films(3))
    it.indexers.set(1, {
      key: 'x',
      limits: [{limit: {most: 1, windowMs: HOUR_MS}, counted: {at: 0, questions: 1}}],
    })
    const about = {now: it.now, steady: it.steady}
    expect(it.scheduler.waiting('a', 'missing', {...about, unit: 'movie/2'})?.code).toBe('indexer_limit')
    const {library} = it.arrs.get('a')!
    library.profile = {...library.profile!, indexers: [2]}
    plan.evaluate('movie/2', it.now)
    expect(it.scheduler.waiting('a', 'missing', {...about, unit: 'movie/2'})).toBeNull()
  })

  test('what waits for an indexer is passed by what asks others, and by nothing that asks it', () => {
    const it = started()
    it.add('a', films(4))
    const {library, plan} = it.arrs.get('a')!
    library.indexersOf.set(3, [2])
    for (const _ of plan.evaluateAll(it.now));
    it.indexers.set(1, {
      key: 'x',
      limits: [{limit: {most: 10, windowMs: HOUR_MS}, counted: {at: it.steady, questions: 8}}],
    })
    it.pass(10 * MINUTE_MS)
    expect(it.sent.map(({unit}) => unit)).toEqual(['movie/3'])
    it.pass(HOUR_MS)
    expect(it.sent.map(({unit}) => unit).toSorted()).toEqual(['movie/1', 'movie/2', 'movie/3', 'movie/4'])
  })

  test('a season that costs much is not passed for ever by films that cost little', () => {
    const it = started()
    it.indexers.set(1, {key: 'x', limits: [{limit: {most: 30, windowMs: HOUR_MS}, counted: null}]})
    const episodes = Array.from({length: 24}, (_, at) => episode(at + 1))
    it.add(
      'a',
      [...episodes, ...Array.from({length: 12}, (_, at) => episode(100 + at, {parentId: 60 + at}))],
      {bySeason: 'smart', byYear: false},
    )
    it.arrs.get('a')!.library.seasonFacts.set('season/5/1', {seriesType: 'anime'})
    for (const _ of it.arrs.get('a')!.plan.evaluateAll(it.now));
    it.pass(6 * HOUR_MS)
    expect(it.sent.some(({unit}) => unit === 'season/5/1')).toBe(true)
    expect(new Set(it.sent.map(({unit}) => unit)).size).toBe(13)
  })

  test('Q50 a film that two Arrs want is searched through the second one six hours later', () => {
    const it = started()
    it.indexers.set(2, {key: 'x', limits: []})
    it.add('hd', [film(1)])
    it.add('4k', [film(8, {foreignId: 'tmdb 1'})])
    it.pass(10 * MINUTE_MS)
    expect(it.sent.map(({arrId}) => arrId)).toEqual(['hd'])
    it.arrs.get('4k')!.plan.evaluate('movie/8', it.now)
    expect(it.arrs.get('4k')!.plan.queue.get('movie/8')?.hold?.code).toBe('elsewhere')
    it.pass(6 * HOUR_MS)
    expect(it.sent.map(({arrId, at}) => [arrId, Math.round((at - it.sent[0]!.at) / HOUR_MS)])).toEqual([
      ['hd', 0],
      ['4k', 6],
    ])
  })

  test('two Arrs without a common indexer do not wait for each other', () => {
    const it = started()
    it.add('hd', [film(1)])
    it.add('4k', [film(8, {foreignId: 'tmdb 1'})])
    it.pass(MINUTE_MS)
    expect(it.sent).toHaveLength(2)
  })
})
