/**
 * The search engine over a library of 500,000 candidates: how long a turn takes, evaluating 50,000 of them again, and all
 * of them after a start.
 */
import {ArrPlan} from '#searching/arr-plan.ts'
import {SearchScheduler} from '#searching/search-scheduler.ts'
import {choiceOfAll, film, NOW, profile, TestLibrary, TestStates} from '#searching/searching.fixture.ts'
import {memoryInUse} from './memory-in-use.ts'
import {percentile} from './percentile.ts'
import type {Report} from './report.ts'

const CANDIDATES = 500_000
const TURNS = 2_000
const AGAIN = 50_000
const DAY_MS = 86_400_000

export function run(report: Report): void {
  const library = new TestLibrary()
  for (let id = 1; id <= CANDIDATES; id++) library.put(film(id, {year: 1_920 + (id % 107), availableAt: id}))
  const states = new TestStates()
  const scheduler = new SearchScheduler(
    () => 0.5,
    -DAY_MS,
    () => [],
  )
  const plan = new ArrPlan('radarr', choiceOfAll, library, states, {
    isSearching: (unit) => scheduler.isSearching('radarr', unit),
    elsewhereUntil: () => null,
    loopUntil: () => null,
    isHeldByRule: () => false,
    random: () => 0.5,
  })
  scheduler.put({
    plan,
    budget: {spacingMs: 0, perHour: 30, perDay: 0},
    pauses: () => new Map(),
    indexer: () => undefined,
    waitMs: () => 0,
  })
  const before = memoryInUse()
  report.figure(
    'searching.first_evaluation_cpu',
    cpuMs(() => evaluateAll(plan)),
    'ms',
  )
  report.figure('searching.memory_per_candidate', (memoryInUse() - before) / CANDIDATES, 'B')

  const turns = Array.from({length: TURNS}, (_, turn) => turnMs(turn))
  report.figure('searching.turn_p95', percentile(turns, 0.95), 'ms')
  report.figure('searching.turn_longest', Math.max(...turns), 'ms')

  report.figure(
    'searching.evaluate_50000_unchanged_cpu',
    cpuMs(() => evaluateSome(plan)),
    'ms',
  )
  library.profile = {...profile, cutoffScore: 200, delayMs: DAY_MS}
  report.figure(
    'searching.evaluate_50000_changed_cpu',
    cpuMs(() => evaluateSome(plan)),
    'ms',
  )

  /** It is claimed, and has ended without a result. */
  function turnMs(turn: number): number {
    const now = NOW + turn * 120_000
    const begun = performance.now()
    const next = scheduler.next(now, turn * 120_000)!
    const searchId = `s${turn}`
    const {unit} = next.search.candidate
    states.put(plan.claimed(next.search, {searchId, steady: turn, now}))
    scheduler.started(searchId, next, {steady: turn, now})
    const end = {result: 'empty', isLost: false, wasPartial: false, indexersBackAt: null, now} as const
    states.put(plan.ended(unit, end))
    scheduler.ended(searchId, now)
    return performance.now() - begun
  }
}

function evaluateAll(plan: ArrPlan): void {
  for (const _ of plan.evaluateAll(NOW));
}

function evaluateSome(plan: ArrPlan): void {
  for (let id = 1; id <= AGAIN; id++) plan.evaluate(`movie/${id * 9}`, NOW)
}

function cpuMs(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const {user, system} = process.cpuUsage(before)
  return (user + system) / 1_000
}
