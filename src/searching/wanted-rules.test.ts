import {describe, expect, onTestFinished, test} from 'vitest'
import type {Access} from '#model/access.ts'
import type {Decision} from '#model/decision.ts'
import type {Rule} from '#model/rule.ts'
import type {SearchUnit} from '#model/searching.ts'
import {aRule} from '#rules/rule.fixture.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import type {SearchItem, PlanChoice} from './arr-plan.ts'
import type {Candidate} from './search-queue.ts'
import {DAY_MS, episode, film, HOUR_MS, NOW, planned, searchOnce, type Planned} from './searching.fixture.ts'
import {wantedFacts, wantedSubject, type WantedSubject} from './wanted-facts.ts'
import {WantedRules} from './wanted-rules.ts'

const old = {fact: 'wanted.year', op: 'lt', value: 1990}

function rule(changes: Readonly<Record<string, unknown>> = {}): Rule {
  return aRule({
    id: 'old',
    name: 'No old films',
    subject: 'wanted',
    when: old,
    do: [{action: 'skip'}],
    ...changes,
  })
}

const searching = (changes: Readonly<Record<string, unknown>> = {}) =>
  rule({id: 'search', name: 'Search', do: [{action: 'arr.search'}], ...changes})

/** An Arr with these films of 1980, 1981 …, and rules about them. */
function world(items: readonly SearchItem[], ...rules: readonly Rule[]) {
  const clock = new VirtualClock(NOW)
  const reported: Decision[] = []
  // Its units are there before its rules are.
  const asked: {by?: WantedRules} = {}
  const plans: Planned = planned(items, choice, {
    isHeldByRule: (candidate) => (asked.by?.heldBy(subjectOf(candidate)) ?? null) !== null,
  })
  const {plan, states, library} = plans
  const it = {rules, clock, reported, owned: true, slices: 0, isDue: false, ...plans}
  function subjectOf(candidate: Candidate): WantedSubject {
    const {unit} = candidate
    const details = () => library.detailsOf(unit)
    return wantedSubject({arrId: 'arr', candidate, state: states.get(unit), now: clock.now(), details})
  }
  const units = {
    arrs: ['arr'],
    *subjects() {
      for (const unit of Array.from(plan.queue.inOrder(), (one) => one.unit)) {
        const candidate = plan.queue.get(unit)
        if (candidate) yield subjectOf(candidate)
      }
    },
    want(_: string, unit: SearchUnit, wish: Parameters<typeof plan.wish>[1]) {
      plan.wish(unit, wish, clock.now())
      return true
    },
    async changed(_: string, some: Iterable<SearchUnit> | null) {
      for (const unit of some ?? []) plan.evaluate(unit, clock.now())
    },
  }
  const wanted = new WantedRules({
    clock,
    turns: {
      due: () => it.isDue,
      async next() {
        it.slices++
      },
    },
    log: {
      error(about: object) {
        throw (about as {err: unknown}).err
      },
    },
    readers: wantedFacts({kindOf: () => 'radarr', isClockSure: () => true, timeZone: 'UTC'}),
    rules: () => it.rules.map((one) => ({rule: one, access: {} as Access})),
    mayCommand: () => it.owned,
    units: () => units,
    async tell(decisions) {
      reported.push(...decisions)
    },
  })
  asked.by = wanted
  wanted.start()
  onTestFinished(() => wanted.stop())
  return {
    it,
    wanted,
    units,
    heldBy: (unit: SearchUnit) => wanted.heldBy(subjectOf(plan.queue.get(unit)!)),
    change: async (...others: readonly Rule[]) => {
      it.rules = others
      wanted.follow()
      await wanted.look()
    },
    reasons: () => [...plan.queue.all()].map(({unit, reason}) => `${unit} ${reason}`),
  }
}

const choice: Partial<PlanChoice> = {startMs: HOUR_MS, mostMs: HOUR_MS}
const films = (...years: readonly number[]) => years.map((year, at) => film(at + 1, {year}))

describe('a rule that keeps something from being searched', () => {
  test('holds what it is about, and is named', async () => {
    const {it, wanted, heldBy} = world(films(1980, 2000), rule())
    await wanted.look()
    expect(it.holds()).toEqual({'movie/1': 'held_by_rule', 'movie/2': 'ready'})
    expect([heldBy('movie/1'), heldBy('movie/2')]).toEqual([{id: 'old', name: 'No old films'}, null])
    expect(it.plan.prepare('movie/1', NOW)).toBeNull()
  })

  test('holds at once what comes after its look', async () => {
    const {it, wanted} = world(films(2000), rule())
    await wanted.look()
    it.library.put(film(9, {year: 1980}))
    it.plan.evaluate('movie/9', NOW)
    expect(it.holds()).toMatchObject({'movie/9': 'held_by_rule'})
    it.library.change('movie/1', {year: 1980})
    // Nobody said that it changed: it is asked again before it is searched.
    expect(it.plan.prepare('movie/1', NOW)).toBeNull()
  })

  test.each([
    ['it ends', []],
    ['it is about something else', [rule({when: {fact: 'wanted.year', op: 'lt', value: 1970}})]],
    ['it is off', [rule({mode: 'off'})]],
    ['it only simulates', [rule({mode: 'simulate'})]],
  ])('holds nothing any more once %s', async (_, rules) => {
    const {it, wanted, change} = world(films(1980), rule())
    await wanted.look()
    await change(...rules)
    expect(it.holds()).toEqual({'movie/1': 'ready'})
  })

  test('holds by what it sees without itself: it does not end by its own hold', async () => {
    const ready = rule({when: {fact: 'wanted.group', op: 'eq', value: 'ready'}})
    const {it, wanted} = world(films(1980), ready)
    for (let look = 0; look < 3; look++) {
      await wanted.look()
      expect(it.holds()).toEqual({'movie/1': 'held_by_rule'})
    }
  })

  test('comes after whatever else holds it, and holds no one whom a person wants', async () => {
    const {it, wanted} = world([film(1, {year: 1980}), film(2, {year: 1981, monitored: false})], rule())
    it.library.queued.add('movie/1')
    it.plan.evaluate('movie/1', NOW)
    await wanted.look()
    expect(it.holds()).toEqual({'movie/1': 'in_queue'})
    it.library.queued.clear()
    it.plan.wish('movie/1', {reason: 'person', at: NOW}, NOW)
    await wanted.look()
    expect(it.holds()).toEqual({'movie/1': 'ready'})
  })

  test('ends by time alone within ten minutes', async () => {
    const young = rule({when: {fact: 'wanted.sinceReleased', op: 'lt', value: '30d'}})
    const {it, wanted} = world([film(1, {availableAt: NOW - 30 * DAY_MS + 60_000})], young)
    await wanted.look()
    expect(it.holds()).toEqual({'movie/1': 'held_by_rule'})
    await it.clock.advance(20 * 60_000)
    expect(it.holds()).toEqual({'movie/1': 'ready'})
  })

  test('holds in its hours alone', async () => {
    const night = rule({schedule: {window: {from: '13:00', to: '14:00'}}})
    const {it, wanted} = world(films(1980), night)
    await wanted.look()
    expect(it.holds()).toEqual({'movie/1': 'ready'})
    await it.clock.advance(HOUR_MS + 20 * 60_000)
    expect(it.holds()).toEqual({'movie/1': 'held_by_rule'})
  })

  test('holds nothing that its owner may not command, and nothing of which that is unknown', async () => {
    const score = rule({when: {fact: 'wanted.score', op: 'lt', value: 10}})
    const {it, change} = world([film(1, {year: 1980, hasFile: true, belowCutoff: true})], score)
    await change(score)
    expect(it.holds()).toEqual({'movie/1': 'ready'})
    it.owned = false
    await change(rule())
    expect(it.holds()).toEqual({'movie/1': 'ready'})
    it.owned = true
    await change(rule())
    expect(it.holds()).toEqual({'movie/1': 'held_by_rule'})
  })

  test('holds a season as a whole', async () => {
    const season = rule({when: {fact: 'wanted.kind', op: 'eq', value: 'season'}})
    const {it, wanted} = world(
      [1, 2, 3].map((id) => episode(id)),
      season,
    )
    await wanted.look()
    expect(it.holds()).toEqual({'season/5/1': 'held_by_rule'})
  })
})

describe('a rule that has something searched', () => {
  test('makes a wish that comes before the backlog, and stays while its rule matches', async () => {
    const missing = searching({when: {all: [old, {fact: 'wanted.reason', op: 'eq', value: 'missing'}]}})
    const {wanted, change, reasons} = world(films(1980, 2000), missing)
    for (let look = 0; look < 3; look++) {
      await wanted.look()
      expect(reasons().toSorted()).toEqual(['movie/1 rule', 'movie/2 missing'])
    }
    await change()
    expect(reasons().toSorted()).toEqual(['movie/1 missing', 'movie/2 missing'])
  })

  test('has each searched once a day', async () => {
    const {it, wanted, reasons} = world(films(1980), searching())
    await wanted.look()
    searchOnce(it, 'movie/1', 'empty', {now: it.clock.now()})
    await it.clock.advance(2 * HOUR_MS)
    it.plan.evaluate('movie/1', it.clock.now())
    await wanted.look()
    expect([it.holds(), reasons()]).toEqual([{'movie/1': 'ready'}, ['movie/1 missing']])
    await it.clock.advance(22 * HOUR_MS)
    await wanted.look()
    expect(reasons()).toEqual(['movie/1 rule'])
  })

  test('wishes nothing that rests, waits or is held by another rule', async () => {
    const {it, wanted, change, reasons} = world(films(1980, 1981, 1982), searching())
    it.library.queued.add('movie/2')
    it.plan.evaluate('movie/2', NOW)
    await change(
      searching(),
      rule({id: 'late', order: 200, when: {fact: 'wanted.year', op: 'eq', value: 1982}}),
    )
    await wanted.look()
    expect(reasons().toSorted()).toEqual(['movie/1 rule', 'movie/2 missing', 'movie/3 missing'])
    expect(it.holds()).toEqual({'movie/1': 'ready', 'movie/2': 'in_queue', 'movie/3': 'held_by_rule'})
  })

  test('wishes nothing where it only simulates or where its owner commands nothing', async () => {
    const {it, change, reasons} = world(films(1980))
    await change(searching({mode: 'simulate'}))
    it.owned = false
    await change(searching())
    expect(reasons()).toEqual(['movie/1 missing'])
  })

  test('of 2,000 units it wishes 500 at a time, and gives way after each', async () => {
    const many = Array.from({length: 2_000}, (_, at) => film(at + 1, {year: 1980}))
    const {it, wanted, reasons} = world(many)
    await wanted.look()
    it.rules = [searching()]
    Object.assign(it, {isDue: true, slices: 0})
    wanted.follow()
    await wanted.look()
    const wishes = () => reasons().filter((one) => one.endsWith(' rule')).length
    expect([wishes(), it.slices]).toEqual([500, 2_000])
    searchOnce(it, 'movie/1', 'empty', {now: NOW})
    await wanted.look()
    expect(wishes()).toBe(500)
  })
})

describe('what rules say of what is wanted', () => {
  test('a notice is reported with what it stands on; a search and a hold are seen where they are', async () => {
    const both = rule({do: [{action: 'arr.search'}, {action: 'notify', template: 'old'}]})
    const {it, wanted} = world(films(1980, 2000), both)
    await wanted.look()
    const [decision, ...others] = it.reported
    expect(others.filter(({subject}) => subject.key !== decision!.subject.key)).toEqual([])
    expect(decision).toMatchObject({
      mode: 'live',
      actions: [{action: 'notify', params: {template: 'old'}}],
      evidence: {verdict: 'yes', fact: 'wanted.year', actual: {value: 1980}},
    })
  })

  test('what a rule would do is reported whole while it only simulates', async () => {
    const dry = rule({mode: 'simulate', do: [{action: 'arr.search'}, {action: 'skip'}]})
    const {it, wanted} = world(films(1980), dry)
    await wanted.look()
    expect(it.reported[0]).toMatchObject({
      mode: 'simulate',
      actions: [{action: 'arr.search'}, {action: 'skip'}],
    })
  })

  test('of each rule 500 of an Arr are reported at a look', async () => {
    const many = Array.from({length: 700}, (_, at) => film(at + 1, {year: 1980}))
    const notices = rule({id: 'notice', conflict: 'additive', do: [{action: 'notify'}]})
    const {it, wanted} = world(many, rule({mode: 'simulate'}), notices)
    await wanted.look()
    await wanted.look()
    const count = (id: string) => it.reported.filter(({ruleId}) => ruleId === id).length
    expect([count('old'), count('notice')]).toEqual([1_000, 1_000])
    expect(new Set(it.reported.map(({subject}) => subject.key)).size).toBe(500)
  })

  test('of two rules the first decides', async () => {
    const first = rule({id: 'first', name: 'First', do: [{action: 'notify'}]})
    const second = rule({id: 'second', name: 'Second', order: 200, do: [{action: 'note'}]})
    const {it, wanted} = world(films(1980), second, first)
    await wanted.look()
    expect([...new Set(it.reported.map(({ruleId}) => ruleId))]).toEqual(['first'])
  })
})
