/**
 * Which unit of which Arr is searched next. Pure: what is known of each Arr is handed in, and what is sent is reported to
 * it. Arrs have their turn one after the other, a unit each; at most two are searched at once, as they ask the same
 * indexers.
 *
 *   next ─▶ claimed by who sends it ─▶ started ─ … ─▶ ended ─▶ the unit is evaluated again
 */
import type {SearchPause, SearchReason, SearchUnit, Waiting} from '#model/searching.ts'
import {HOUR, MINUTE, type EpochMs} from '#model/units.ts'
import type {ArrPlan, PreparedSearch} from './arr-plan.ts'
import {
  budgetWait,
  indexerWait,
  mostForPeople,
  type BudgetChoice,
  type IndexerLimit,
  type IndexerUse,
  type Spent,
} from './search-budgets.ts'
import {pauseOf} from './search-pauses.ts'

/** An indexer as all Arrs share it. */
export interface SharedIndexer {
  /** The same for all Arrs that ask it. */
  readonly key: string
  /** All that are known; each holds. */
  readonly limits: readonly {
    readonly limit: IndexerLimit
    /** By whoever counts all questions to it; `null` = nobody does. */
    readonly counted: IndexerUse['counted']
  }[]
}

export interface ScheduledArr {
  readonly plan: ArrPlan
  readonly budget: BudgetChoice
  /** All that hold now. */
  pauses(now: EpochMs): ReadonlyMap<SearchPause, EpochMs | null>
  /** Of its indexers, by their number there. */
  indexer(id: number): SharedIndexer | undefined
  /** Until so many searches of the last hour, or day, are free, ms. */
  waitMs(window: 'hour' | 'day', most: number): number
}

export interface NextSearch {
  readonly arr: ScheduledArr
  readonly search: PreparedSearch
}

/** The keys of the indexers that a search asks. */
export function keysOf({arr, search}: NextSearch): ReadonlySet<string> {
  return new Set(search.indexers.flatMap((id) => arr.indexer(id)?.key ?? []))
}

/** A command that has not ended. */
interface Running {
  readonly arrId: string
  readonly unit: SearchUnit
  /** When it was sent, by the clock that does not jump, ms. */
  readonly since: number
}

/** What was searched through one Arr is not searched through another one so soon. */
const ELSEWHERE_MS = 6 * HOUR * 1_000
/** A command that runs for so long holds up its own Arr alone. */
const STUCK_MS = 30 * MINUTE * 1_000
/** In one turn; who has more of them has the next turn, too. */
const MOST_TRIES = 1_000
/** So many that wait for an indexer are passed by what asks others. */
const MOST_PASSED = 50
/** Where nothing asks an indexer that is free, it costs much to see that. */
const LOOK_AGAIN_MS = MINUTE * 1_000
/** What may be searched where others may not: one of each kind. */
const someReasons: readonly SearchReason[] = ['person', 'failure', 'rule', 'today', 'missing']

export class SearchScheduler {
  readonly #arrs = new Map<string, ScheduledArr>()
  readonly #random: () => number
  /** Our questions to an indexer, by its key. */
  readonly #asked: (key: string) => IndexerUse['asked']
  /** By the clock that does not jump, ms. */
  readonly #startedAt: number
  readonly #running = new Map<string, Running>()
  readonly #lastAt = new Map<string, number>()
  /** The same until the next command to that Arr. */
  readonly #jitter = new Map<string, number>()
  /** By foreign id: through which Arr, by which indexers, when. */
  readonly #lately = new Map<
    string,
    {readonly arrId: string; readonly keys: ReadonlySet<string>; readonly at: EpochMs}
  >()
  /** By Arr: reasons of which all that was looked at waits for an indexer, until they are looked at again. */
  readonly #waiting = new Map<string, Map<SearchReason, number>>()
  /** Whose turn was last. */
  #last: string | null = null

  /** @param asked what our searches asked the indexer of that key in the last day, oldest first */
  constructor(random: () => number, steady: number, asked: (key: string) => IndexerUse['asked']) {
    this.#random = random
    this.#asked = asked
    this.#startedAt = steady
  }

  /** In place of what is known of it. */
  put(arr: ScheduledArr): void {
    this.#arrs.set(arr.plan.arrId, arr)
    this.#waiting.delete(arr.plan.arrId)
  }

  remove(arrId: string): void {
    this.#arrs.delete(arrId)
    this.#waiting.delete(arrId)
  }

  /** @returns `null` = none may be searched now */
  next(now: EpochMs, steady: number): NextSearch | null {
    for (const arr of this.#inTurn()) {
      arr.plan.evaluateEnded(now)
      const search = this.#nextOf(arr, now, steady)
      if (search !== null) return {arr, search}
    }
    return null
  }

  /** It is sent, or about to be. */
  started(
    searchId: string,
    {arr, search}: NextSearch,
    about: {readonly steady: number; readonly now: EpochMs},
  ): void {
    const {steady, now} = about
    const {arrId} = arr.plan
    const {unit} = search.candidate
    this.#running.set(searchId, {arrId, unit, since: steady})
    this.#last = arrId
    this.#lastAt.set(arrId, steady)
    this.#jitter.delete(arrId)
    const keys = keysOf({arr, search})
    if (search.foreignId !== null) {
      for (const [id, {at}] of this.#lately)
        if (at > now - ELSEWHERE_MS) break
        else this.#lately.delete(id)
      this.#lately.delete(search.foreignId)
      this.#lately.set(search.foreignId, {arrId, keys, at: now})
    }
    arr.plan.evaluate(unit, now)
  }

  /** A command of before a restart that is not known to be over. */
  resumed(searchId: string, running: Running): void {
    this.#running.set(searchId, running)
  }

  ended(searchId: string, now: EpochMs): void {
    const running = this.#running.get(searchId)
    if (!running) return
    this.#running.delete(searchId)
    this.#arrs.get(running.arrId)?.plan.evaluate(running.unit, now)
  }

  /** A command of ours to this Arr does not end. */
  isStuck(arrId: string, steady: number): boolean {
    return [...this.#running.values()].some((one) => one.arrId === arrId && isLong(one, steady))
  }

  isSearching(arrId: string, unit: SearchUnit): boolean {
    for (const one of this.#running.values()) if (one.arrId === arrId && one.unit === unit) return true
    return false
  }

  /** For the plan of an Arr: until when a search through another one is enough. */
  elsewhereUntil(arrId: string, foreignId: string, indexers: readonly number[]): EpochMs | null {
    const lately = this.#lately.get(foreignId)
    if (!lately || lately.arrId === arrId) return null
    const arr = this.#arrs.get(arrId)
    const isShared = indexers.some((id) => lately.keys.has(arr?.indexer(id)?.key ?? ''))
    return isShared ? lately.at + ELSEWHERE_MS : null
  }

  /**
   * Why nothing of this Arr is searched now, for this reason; `null` = nothing but its turn is waited for.
   * @param about a unit that is ready: its indexers count; absent = those of the first one of this reason
   */
  waiting(
    arrId: string,
    reason: SearchReason,
    about: {readonly now: EpochMs; readonly steady: number; readonly unit?: SearchUnit},
  ): Waiting<SearchPause> | null {
    const arr = this.#arrs.get(arrId)
    if (!arr) return {code: 'arr_offline', until: null}
    const {now, steady} = about
    const pause = pauseOf(arr.pauses(now), reason)
    if (pause) return pause
    const budget = budgetWait(this.#spentOf(arr, steady), arr.budget, reason)
    if (budget) return {code: budget.code, until: budget.waitMs === null ? null : now + budget.waitMs}
    const unit = about.unit ?? arr.plan.queue.firstOf(reason)?.unit
    const search = unit === undefined ? null : arr.plan.prepare(unit, now)
    const waitMs = search === null ? 0 : this.#indexerWaitMs(arr, search, steady)
    return waitMs === 0 ? null : {code: 'indexer_limit', until: now + waitMs}
  }

  #nextOf(arr: ScheduledArr, now: EpochMs, steady: number): PreparedSearch | null {
    const pauses = arr.pauses(now)
    const spent = this.#spentOf(arr, steady)
    const may = (reason: SearchReason) =>
      pauseOf(pauses, reason) === null && budgetWait(spent, arr.budget, reason) === null
    if (!someReasons.some(may)) return null
    const barred = this.#waitingForIndexers(arr.plan.arrId, steady)
    // What is not ready any more leaves its place, so each try is about another one.
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const candidate = arr.plan.queue.next(
        arr.budget.perHour,
        steady,
        (reason) => !barred.has(reason) && may(reason),
      )
      if (candidate === null) return null
      const search = arr.plan.prepare(candidate.unit, now)
      if (search === null || search.candidate.reason !== candidate.reason) continue
      const free = this.#freeOf(arr, search, now, steady)
      if (free !== null) return free
      barred.set(candidate.reason, steady + LOOK_AGAIN_MS)
    }
    return null
  }

  /** Reasons of which nothing asks an indexer that is free, each until it is looked at again. */
  #waitingForIndexers(arrId: string, steady: number): Map<SearchReason, number> {
    const known = this.#waiting.get(arrId) ?? new Map<SearchReason, number>()
    this.#waiting.set(arrId, known)
    for (const [reason, until] of known) if (until <= steady) known.delete(reason)
    return known
  }

  /**
   * What has its turn, or where that waits for an indexer the next one of its reason that asks none of those that are
   * waited for: what costs little must not use up for ever what something else waits for. `null` = there is none.
   */
  #freeOf(arr: ScheduledArr, first: PreparedSearch, now: EpochMs, steady: number): PreparedSearch | null {
    const waitedFor = new Set<number>()
    const isFree = (search: PreparedSearch) => {
      if (search.indexers.some((id) => waitedFor.has(id))) return false
      const waits = search.indexers.filter((id) => this.#waitMsFor(arr, id, search, steady) > 0)
      for (const id of waits) waitedFor.add(id)
      return waits.length === 0
    }
    if (isFree(first)) return first
    const {reason} = first.candidate
    const others = arr.plan.queue.readyFor(reason).take(MOST_PASSED).toArray()
    for (const {unit} of others) {
      const search = arr.plan.prepare(unit, now)
      if (search?.candidate.reason === reason && isFree(search)) return search
    }
    return null
  }

  /** As long as one of the indexers has reached its limit, a search would be without it. */
  #indexerWaitMs(arr: ScheduledArr, search: PreparedSearch, steady: number): number {
    return Math.max(0, ...search.indexers.map((id) => this.#waitMsFor(arr, id, search, steady)))
  }

  #waitMsFor(
    arr: ScheduledArr,
    id: number,
    {questions, candidate: {reason}}: PreparedSearch,
    steady: number,
  ): number {
    const {key = '', limits = []} = arr.indexer(id) ?? {}
    const waits = limits.map(({limit, counted}) =>
      indexerWait(limit, {counted, asked: this.#asked(key)}, {questions, reason, now: steady}),
    )
    return Math.max(0, ...waits)
  }

  #spentOf(arr: ScheduledArr, steady: number): Spent {
    const {budget} = arr
    const {arrId} = arr.plan
    const running = [...this.#running.values()]
    return {
      now: steady,
      startedAt: this.#startedAt,
      lastAt: this.#lastAt.get(arrId) ?? null,
      hourWaitMs: arr.waitMs('hour', budget.perHour),
      personWaitMs: arr.waitMs('hour', mostForPeople(budget.perHour)),
      dayWaitMs: budget.perDay === 0 ? 0 : arr.waitMs('day', budget.perDay),
      isSearching: running.some((one) => one.arrId === arrId),
      // What does not end, or is of an Arr that is not here any more, asks no indexer.
      running: running.filter((one) => this.#arrs.has(one.arrId) && !isLong(one, steady)).length,
      random: this.#jitterOf(arrId),
    }
  }

  #jitterOf(arrId: string): number {
    const known = this.#jitter.get(arrId) ?? this.#random()
    this.#jitter.set(arrId, known)
    return known
  }

  /** From the one behind the last. */
  #inTurn(): readonly ScheduledArr[] {
    const all = [...this.#arrs.values()]
    const from = all.findIndex(({plan}) => plan.arrId === this.#last) + 1
    return [...all.slice(from), ...all.slice(0, from)]
  }
}

function isLong({since}: Running, steady: number): boolean {
  return steady - since > STUCK_MS
}
