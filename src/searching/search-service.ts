/**
 * Has Arrs searched on a schedule: claims each search before it is sent, follows it, and keeps what came of it.
 *
 *   each few seconds ─▶ scheduler.next ─▶ claimed (search, run and state in one transaction) ─▶ its Arr is asked
 *                                             │ not wanted any more, refused: the claim goes, the unit rests
 *                                             │ no answer: it stays claimed, and the Arr is asked whether it heard of it
 *                                             ▼
 *   SearchEnds ─▶ ended: run and state in one transaction ─▶ the unit rests by what came of it
 *
 * What was claimed before a restart goes on: nothing is searched twice for one turn.
 */
import {randomUUID} from 'node:crypto'
import type {Searched} from '#automation-state/searched.ts'
import type {SearchRuns} from '#automation-state/search-runs.ts'
import type {SearchStates} from '#automation-state/search-states.ts'
import type {Clock} from '#lib/clock.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import type {SearchCause, SearchEnd, SearchOutcome, SearchRun} from '#model/automation-state.ts'
import {CommodarrError} from '#model/errors.ts'
import type {SearchesOfArr} from '#model/searches.ts'
import type {
  HoldingRule,
  ReleaseLoop,
  SearchPause,
  SearchReason,
  SearchResult,
  SearchState,
  SearchUnit,
  Waiting,
  WantedQuery,
  WantedUnit,
  WantedWindow,
} from '#model/searching.ts'
import {HOUR, MINUTE, type EpochMs} from '#model/units.ts'
import {ArrPlan, type IfWanted, type PlanChoice, type PlanLibrary} from './arr-plan.ts'
import {ofProfile} from './evaluate.ts'
import {explain, groupOf, type SearchExplanation} from './explain.ts'
import type {MissingUnit} from './profile-decisions.ts'
import {mostForPeople, type BudgetChoice} from './search-budgets.ts'
import {wantedSubject, type WantedSubject} from './wanted-facts.ts'
import {indexersIn} from './world.ts'
import type {Candidate} from './search-queue.ts'
import {pausesOf, type PauseChoice, type Surroundings} from './search-pauses.ts'
import {keysOf, SearchScheduler, type NextSearch, type SharedIndexer} from './search-scheduler.ts'

/** An Arr that is searched, with what is known of it. */
export interface SearchedArr {
  readonly id: string
  readonly choice: PlanChoice
  readonly budget: BudgetChoice
  readonly pauseChoice: PauseChoice
  readonly library: PlanLibrary
  surroundings(now: EpochMs): Omit<Surroundings, 'isCommandStuck'>
  /** By its number there. */
  indexer(id: number): SharedIndexer | undefined
  /** What has to be done before this is searched because it is missing; `null`, or absent = nothing. */
  before?(unit: SearchUnit): (() => Promise<void>) | null
}

export interface Wanted {
  readonly media: readonly SearchUnit[]
  readonly unmonitored: boolean
  readonly missing: boolean
  /** What its Arr searched at this time or later is not searched again; absent = whenever. */
  readonly notSince?: EpochMs
}

/** What an Arr is asked, in its own thread. */
export interface SearchPort {
  /** @returns `null` = nothing of it is wanted any more. @throws {CommodarrError} */
  search(arrId: string, wanted: Wanted): Promise<{readonly commandId: number} | null>
  /** The same with its end, and why nothing is taken: it may take minutes. @throws {CommodarrError} */
  searchExplained(arrId: string, wanted: Wanted): Promise<SearchEnd | null>
  /** Whether it was asked for a search of these since then. @throws {CommodarrError} */
  heardOf(arrId: string, media: readonly string[], since: EpochMs): Promise<boolean>
}

export interface SearchServiceDeps {
  readonly clock: Clock
  /** 0 to 1. */
  readonly random: () => number
  readonly turns: Pick<TimeSlice, 'due' | 'next'>
  readonly log: {error(about: object, text: string): void}
  readonly searched: Pick<
    Searched,
    'claim' | 'sent' | 'notSent' | 'waitFor' | 'made' | 'intended' | 'questionsTo'
  >
  readonly runs: Pick<SearchRuns, 'open' | 'end'>
  readonly states: Pick<SearchStates, 'get' | 'put' | 'commit'>
  readonly port: SearchPort
  /** A search of this Arr does not end, or it is not so any more. */
  readonly stuck: (arrId: string, is: boolean) => void
  /** Of which items releases were given up again and again; `null` = of this they were not. */
  readonly loops: {of(arrId: string, item: string): ReleaseLoop | null}
  /** The rule that keeps it from being searched now; `null` = none does. */
  readonly heldBy: (subject: WantedSubject) => HoldingRule | null
}

/** A search of ours that is not known to be over. */
interface OpenSearch extends Pick<SearchRun, 'searchId' | 'arrId' | 'items' | 'askedAt'> {
  readonly unit: SearchUnit
  /** When it was claimed, by the duration clock. */
  readonly since: number
  /** `null` = of before a restart. */
  readonly before: SearchState | undefined | null
  /** Its Arr has it; `heard`: of which no more than that is known; `asking`: that it is asked now takes a while. */
  isSent: boolean | 'heard' | 'asking'
}

/** Budgets end by time alone, and nothing tells of it. */
const STEP_MS = 5_000
/** An Arr that did not answer is asked again so late whether it heard of a search. */
const AGAIN_MS = MINUTE * 1_000
/** What was claimed longer ago is not sent any more: its turn comes again. */
const STALE_MS = 10 * MINUTE * 1_000
/** Of a search of which only that it was heard of is known, a grab would be seen by then. */
const HEARD_MS = 11 * MINUTE * 1_000
/** What people want follows each other: a search takes about so long. */
const ABOUT_MS = 15_000

export class SearchService {
  readonly #deps: SearchServiceDeps
  readonly #scheduler: SearchScheduler
  readonly #arrs = new Map<string, SearchedArr & {readonly plan: ArrPlan}>()
  readonly #open = new Map<string, OpenSearch>()
  /** When an Arr is asked again whether it heard of a search, by the duration clock. */
  readonly #askAt = new Map<string, number>()
  #cancel: () => void = () => undefined
  #isStopped = true
  #stepping: Promise<void> | null = null

  constructor(deps: SearchServiceDeps) {
    this.#deps = deps
    this.#scheduler = new SearchScheduler(deps.random, deps.clock.monotonic(), (key) =>
      deps.searched.questionsTo(key),
    )
  }

  /** Goes on with what is open. @throws {StorageFault} */
  async start(): Promise<void> {
    for (const {unit, commandId, ...run} of await this.#deps.runs.open()) {
      if (unit === null) continue
      const {searchId, arrId} = run
      const isClaimed = this.#deps.searched.intended(arrId).some((it) => it.searchId === searchId)
      const isSent = !isClaimed && (commandId === null ? 'heard' : true)
      const since = this.#sinceOf(run)
      this.#open.set(searchId, {...run, unit, since, before: null, isSent})
      this.#scheduler.resumed(searchId, {arrId, unit, since})
    }
    this.#isStopped = false
    this.#wait()
  }

  /** What a wrong clock dated for the future is of any age: it counts as old. */
  #sinceOf({askedAt}: Pick<SearchRun, 'askedAt'>): number {
    const age = this.#deps.clock.now() - askedAt
    return this.#deps.clock.monotonic() - (age < 0 ? STALE_MS : age)
  }

  #ageOf({since}: OpenSearch): number {
    return this.#deps.clock.monotonic() - since
  }

  /** Resolves when nothing is begun any more. What is under way goes on after the next start. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#cancel()
    await this.#stepping
  }

  /** It is searched from now on, as this says; all of its library is evaluated. */
  async put(arr: SearchedArr): Promise<void> {
    const {random, searched, heldBy} = this.#deps
    const {id} = arr
    const plan: ArrPlan = new ArrPlan(id, arr.choice, arr.library, this.#statesOf(id), {
      isSearching: (unit) => this.#scheduler.isSearching(id, unit),
      elsewhereUntil: (foreignId, indexers) => this.#scheduler.elsewhereUntil(id, foreignId, indexers),
      loopUntil: (unit) => this.#deps.loops.of(id, unit)?.until ?? null,
      isHeldByRule: (candidate) => heldBy(this.#subjectOf(arr, candidate)) !== null,
      random,
    })
    this.#arrs.set(id, {...arr, plan})
    await this.changed(id, null)
    // Meanwhile it may have been put again, or is gone.
    if (this.#arrs.get(id)?.plan !== plan) return
    this.#scheduler.put({
      plan,
      budget: arr.budget,
      pauses: (now) => this.#pausesOf(arr, now),
      indexer: (indexerId) => arr.indexer(indexerId),
      waitMs: (window, most) => searched.waitFor(id, 1, most, window),
    })
  }

  /** What is open there holds up no other Arr. */
  remove(arrId: string): void {
    for (const open of this.#open.values()) if (open.arrId === arrId) this.#over(open.searchId)
    this.#arrs.delete(arrId)
    this.#scheduler.remove(arrId)
    this.#deps.stuck(arrId, false)
  }

  /** Its library says something else of these now; `null` = of all. */
  async changed(arrId: string, units: Iterable<SearchUnit> | null): Promise<void> {
    const {clock, turns} = this.#deps
    const plan = this.#arrs.get(arrId)?.plan
    if (!plan) return
    if (units === null) {
      for (const _ of plan.evaluateAll(clock.now())) if (turns.due()) await turns.next()
      return
    }
    for (const unit of units) {
      plan.evaluate(unit, clock.now())
      if (turns.due()) await turns.next()
    }
  }

  /** A person, a rule or a request wants it; `null` = not any more. @returns false = that Arr is not searched */
  want(arrId: string, unit: SearchUnit, wish: SearchState['wish']): boolean {
    const plan = this.#arrs.get(arrId)?.plan
    plan?.wish(unit, wish, this.#deps.clock.now())
    if (plan && wish) void this.#step()
    return plan !== undefined
  }

  /** A person holds it back, or does not any more. @returns false = that Arr is not searched */
  hold(arrId: string, unit: SearchUnit, is: boolean): boolean {
    const plan = this.#arrs.get(arrId)?.plan
    plan?.hold(unit, is, this.#deps.clock.now())
    return plan !== undefined
  }

  /** Its library has it, and it may be wanted or held. */
  has(arrId: string, unit: SearchUnit): boolean {
    return this.#arrs.get(arrId)?.plan.has(unit) ?? false
  }

  /** What comes of it if a person wants it now; nothing is changed. `null` = its Arr is not searched, or has none of it. */
  ifWanted(arrId: string, unit: SearchUnit): IfWanted | null {
    const plan = this.#arrs.get(arrId)?.plan
    return plan?.has(unit) ? plan.ifWanted(unit, this.#deps.clock.now()) : null
  }

  /** What waits for nothing but its turn, as its turns come; what people want already is none of it. */
  *ready(arrId: string): Generator<SearchUnit> {
    for (const {unit, hold, reason} of this.#arrs.get(arrId)?.plan.queue.inOrder() ?? []) {
      if (hold !== null) return
      if (reason !== 'person') yield unit
    }
  }

  /**
   * About when something begins that a person wants now.
   * @param before so many that people want go before it, apart from those that wait already
   */
  personAt(arrId: string, before: number): EpochMs {
    const {clock, searched} = this.#deps
    const arr = this.#arrs.get(arrId)
    const most = mostForPeople(arr?.budget.perHour ?? 0)
    const place = before + 1 + (arr?.plan.queue.readyForPeople ?? 0)
    const room = Math.max(0, most - searched.made(arrId, 'hour'))
    const atOnceMs = Math.min(place - 1, room) * ABOUT_MS
    return (
      clock.now() + (place <= room ? atOnceMs : Math.max(atOnceMs, ((place - room) / most) * HOUR * 1_000))
    )
  }

  /** How its searches stand; `null` = that Arr is not searched. */
  standing(arrId: string): Omit<SearchesOfArr, 'paused'> | null {
    const arr = this.#arrs.get(arrId)
    if (!arr) return null
    const {queue} = arr.plan
    const {searched} = this.#deps
    const [first] = queue.inOrder().take(1)
    return {
      arrId,
      wanted: queue.size,
      ready: queue.ready,
      pause: this.waiting(arrId, 'missing'),
      nextAt: first ? (this.explain(arrId, first.unit)?.nextAt ?? null) : null,
      hour: {made: searched.made(arrId, 'hour'), most: arr.budget.perHour},
      day: {made: searched.made(arrId, 'day'), most: arr.budget.perDay},
    }
  }

  /** What was searched before says nothing any more. */
  endRest(arrId: string, unit: SearchUnit): void {
    this.#arrs.get(arrId)?.plan.endRest(unit, this.#deps.clock.now())
  }

  /** A search of it is claimed, queued or running. */
  isSearching(arrId: string, unit: SearchUnit): boolean {
    return this.#scheduler.isSearching(arrId, unit)
  }

  /** Those that are searched. */
  get arrs(): readonly string[] {
    return [...this.#arrs.keys()]
  }

  /** All that is wanted of it, for rules: as its turns come, then what is held; each as it is when it is taken. */
  *subjects(arrId: string): Generator<WantedSubject> {
    // At once: it changes while others have their turn.
    const units = Array.from(this.#arrs.get(arrId)?.plan.queue.inOrder() ?? [], ({unit}) => unit)
    for (const unit of units) {
      const arr = this.#arrs.get(arrId)
      const candidate = arr?.plan.queue.get(unit)
      if (arr && candidate) yield this.#subjectOf(arr, candidate)
    }
  }

  #subjectOf({id, library}: Pick<SearchedArr, 'id' | 'library'>, candidate: Candidate): WantedSubject {
    const {clock, states} = this.#deps
    const {unit} = candidate
    return wantedSubject({
      arrId: id,
      candidate,
      state: states.get(id, unit),
      now: clock.now(),
      details: () => library.detailsOf(unit),
    })
  }

  /** What is wanted of these Arrs, one Arr after the other, as its turns come. */
  async wanted({arrs, group, offset, limit}: WantedQuery): Promise<WantedWindow> {
    const {turns} = this.#deps
    const counts = {ready: 0, resting: 0, coming: 0, unreleased: 0, held: 0}
    const found: (readonly [arrId: string, candidate: Candidate])[] = []
    let total = 0
    for (const arrId of arrs) {
      // At once: it changes while others have their turn.
      const candidates = [...(this.#arrs.get(arrId)?.plan.queue.inOrder() ?? [])]
      for (const candidate of candidates) {
        const its = groupOf(candidate.hold)
        counts[its]++
        if (group === null || group === its) {
          if (total >= offset && found.length < limit) found.push([arrId, candidate])
          total++
        }
        if (turns.due()) await turns.next()
      }
    }
    return {
      items: found.map(([arrId, candidate]) => this.#wantedUnit(arrId, candidate)),
      total,
      counts,
      arrs: arrs.map((arrId) => ({
        arrId,
        wanted: this.#arrs.get(arrId)?.plan.queue.size ?? 0,
        pause: this.waiting(arrId, 'missing'),
      })),
    }
  }

  #wantedUnit(arrId: string, {unit, reason, hold}: Candidate): WantedUnit {
    const known = this.explain(arrId, unit)
    return {
      arrId,
      unit,
      title: this.#arrs.get(arrId)?.library.titleOf(unit) ?? null,
      reason,
      group: groupOf(hold),
      hold,
      heldBy: known?.heldBy ?? null,
      pause: known?.pause ?? null,
      place: known?.place ?? null,
      nextAt: known?.nextAt ?? null,
      searchedAt: known?.last?.searchedAt ?? null,
      result: known?.last?.result ?? null,
      empties: known?.empties ?? 0,
      requestedAt: this.#arrs.get(arrId)?.plan.requestedAt(unit) ?? null,
      requester: null,
    }
  }

  /** Of these what is wanted for another reason than that it could be better. */
  missingIn(arrId: string, units: readonly SearchUnit[]): readonly MissingUnit[] {
    const plan = this.#arrs.get(arrId)?.plan
    const all = plan ? units.flatMap((unit) => plan.candidatesIn(unit)) : []
    return all.flatMap(({unit, reason, hold}) =>
      ofProfile.has(reason) ? [] : [{reason, hold, state: this.#deps.states.get(arrId, unit)}],
    )
  }

  /** What is known of one unit; `null` = that Arr is not searched. */
  explain(arrId: string, unit: SearchUnit): SearchExplanation | null {
    const arr = this.#arrs.get(arrId)
    if (!arr) return null
    const now = this.#deps.clock.now()
    return explain(arr.plan, unit, {
      state: this.#deps.states.get(arrId, unit),
      perHour: arr.budget.perHour,
      pauseOf: (reason) => this.#waiting(arrId, reason, unit),
      heldBy: (candidate) => this.#deps.heldBy(this.#subjectOf(arr, candidate)),
      now,
    })
  }

  /** Why nothing of this Arr is searched now, for this reason; `null` = nothing but its turn is waited for. */
  waiting(arrId: string, reason: SearchReason): Waiting<SearchPause> | null {
    return this.#waiting(arrId, reason)
  }

  #waiting(arrId: string, reason: SearchReason, unit?: SearchUnit): Waiting<SearchPause> | null {
    const {clock} = this.#deps
    const about = {now: clock.now(), steady: clock.monotonic()}
    return this.#scheduler.waiting(arrId, reason, {...about, ...(unit !== undefined && {unit})})
  }

  /** What is known of a search whose end is asked for: its Arr need not be asked for that. */
  known({arrId, unit}: Pick<SearchRun, 'arrId' | 'unit'>): {
    readonly title?: string
    readonly indexers?: number
  } {
    const arr = this.#arrs.get(arrId)
    if (unit === null || arr === undefined) return {}
    const title = arr.library.titleOf(unit)
    const world = this.#deps.states.get(arrId, unit)?.world ?? null
    return {...(title !== null && {title}), ...(world !== null && {indexers: indexersIn(world)})}
  }

  /**
   * What came of a search is known: to be called in the moment in which that is written, so that both are written or
   * neither.
   * @throws {StorageFault}
   */
  async ended(
    {searchId, arrId, unit}: Pick<SearchRun, 'searchId' | 'arrId' | 'unit'>,
    {outcome}: Pick<SearchEnd, 'outcome'>,
  ): Promise<void> {
    const plan = this.#arrs.get(arrId)?.plan
    if (unit === null) return
    if (plan === undefined) return this.#over(searchId)
    const {clock, states} = this.#deps
    const before = this.#open.get(searchId)?.before
    const about = {
      result: resultOf[outcome],
      isLost: outcome === 'lost',
      wasPartial: before?.result === 'partial',
      indexersBackAt: this.#arrs.get(arrId)!.surroundings(clock.now()).blockedUntil,
      now: clock.now(),
    }
    await states.commit(plan.ended(unit, about))
    this.#over(searchId)
  }

  #over(searchId: string): void {
    this.#open.delete(searchId)
    this.#askAt.delete(searchId)
    this.#scheduler.ended(searchId, this.#deps.clock.now())
  }

  #wait(): void {
    if (!this.#isStopped)
      this.#cancel = this.#deps.clock.after(STEP_MS, () => void this.#step().then(() => this.#wait()))
  }

  /** One at a time: a claim takes a while. */
  #step(): Promise<void> {
    this.#stepping ??= this.#stepNow()
      .catch((error: unknown) => this.#failed(error))
      .finally(() => (this.#stepping = null))
    return this.#stepping
  }

  async #stepNow(): Promise<void> {
    const {clock, stuck} = this.#deps
    for (const arrId of this.#arrs.keys()) stuck(arrId, this.#scheduler.isStuck(arrId, clock.monotonic()))
    for (const open of this.#open.values()) {
      if (this.#isStopped) return
      if (!open.isSent) await this.#askWhether(open)
      else if (open.isSent === 'heard' && this.#ageOf(open) >= HEARD_MS) await this.#endHeard(open)
    }
    while (!this.#isStopped) {
      const next = this.#scheduler.next(clock.now(), clock.monotonic())
      if (next === null) return
      await this.#begin(next)
    }
  }

  /** @throws {StorageFault} then nothing was claimed */
  async #begin(next: NextSearch): Promise<void> {
    const {clock, searched, states} = this.#deps
    const {plan} = next.arr
    const {candidate, asked} = next.search
    const {arrId} = plan
    const {unit, reason} = candidate
    const first = next.search.reasons.includes('missing') ? this.#arrs.get(arrId)?.before?.(unit) : null
    if (first) return this.#prepare(arrId, unit, first)
    const [searchId, now, steady] = [randomUUID(), clock.now(), clock.monotonic()]
    const open: OpenSearch = {
      searchId,
      arrId,
      unit,
      items: asked,
      askedAt: now,
      since: steady,
      before: states.get(arrId, unit),
      isSent: false,
    }
    const cause = causeOf(reason)
    const state = plan.claimed(next.search, {searchId, steady, now})
    // In one transaction, as both are asked for in the same moment.
    const written = Promise.all([
      searched.claim({
        arrId,
        items: asked,
        failure: '',
        searchId,
        reason,
        cause,
        unit,
        at: now,
        asked: Object.fromEntries([...keysOf(next)].map((key) => [key, next.search.questions])),
      }),
      states.commit(state),
    ])
    this.#open.set(searchId, open)
    this.#scheduler.started(searchId, next, {steady, now})
    try {
      await written
    } catch (error) {
      this.#over(searchId)
      throw error
    }
    const {isMissing, isExplained} = next.search
    if (!isExplained) return this.#send(open, isMissing)
    open.isSent = 'asking'
    // Others have their turn meanwhile.
    this.#explained(open, isMissing).catch((error: unknown) => this.#failed(error))
  }

  /** Others have their turn meanwhile; then it is searched in whatever it has become. */
  #prepare(arrId: string, unit: SearchUnit, first: () => Promise<void>): void {
    const id = randomUUID()
    this.#scheduler.resumed(id, {arrId, unit, since: this.#deps.clock.monotonic()})
    first()
      .catch((error: unknown) => this.#failed(error))
      .finally(() => this.#scheduler.ended(id, this.#deps.clock.now()))
  }

  #failed(error: unknown): void {
    this.#deps.log.error({err: error}, 'searches could not go on; it is tried again')
  }

  /** It is claimed. @throws {StorageFault} */
  async #explained(open: OpenSearch, missing: boolean): Promise<void> {
    const {searched, runs, port} = this.#deps
    try {
      const end = await port.searchExplained(open.arrId, this.#wanted(open, missing))
      if (end === null) return await this.#notSent(open)
      open.isSent = 'heard'
      await Promise.all([
        searched.sent(open.searchId, null),
        runs.end(open.searchId, end),
        this.ended(open, end),
      ])
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
      return this.#unanswered(open, error)
    }
  }

  #wanted({arrId, items, unit, askedAt, before}: OpenSearch, missing: boolean): Wanted {
    const arr = this.#arrs.get(arrId)
    const wanted = {
      media: items as readonly SearchUnit[],
      unmonitored: arr?.choice.unmonitored ?? false,
      missing,
    }
    const requestedAt = arr?.plan.requestedAt(unit) ?? null
    if (!arr || requestedAt === null || (before?.searchedAt ?? -Infinity) >= requestedAt) return wanted
    // A request manager mostly has its Arr search what it adds, and no message tells of that.
    return {...wanted, notSince: Math.max(requestedAt, askedAt - arr.choice.startMs)}
  }

  async #unanswered(open: OpenSearch, {code}: CommodarrError): Promise<void> {
    if (code === 'command_refused') return this.#notSent(open)
    // It may have it: that is asked for before anything else of it.
    open.isSent = false
    this.#askAgain(open.searchId)
  }

  /** It is claimed. @throws {StorageFault} */
  async #send(open: OpenSearch, missing: boolean): Promise<void> {
    const {searched, port} = this.#deps
    const {searchId, arrId} = open
    try {
      const sent = await port.search(arrId, this.#wanted(open, missing))
      if (sent === null) return await this.#notSent(open)
      open.isSent = true
      await searched.sent(searchId, sent.commandId)
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
      return this.#unanswered(open, error)
    }
  }

  /** @throws {StorageFault} */
  async #notSent(open: OpenSearch): Promise<void> {
    const {clock, searched, states} = this.#deps
    const {searchId, arrId, unit} = open
    const plan = this.#arrs.get(arrId)?.plan
    const before = open.before === null ? states.get(arrId, unit) : open.before
    await Promise.all([
      searched.notSent(searchId),
      plan && states.commit(plan.notSent(unit, before, clock.now())),
    ])
    this.#over(searchId)
  }

  /** Claimed, and it is not known whether its Arr heard of it. @throws {StorageFault} */
  async #askWhether(open: OpenSearch): Promise<void> {
    const {clock, searched, port} = this.#deps
    const {searchId, arrId, items, askedAt, unit} = open
    if ((this.#askAt.get(searchId) ?? 0) > clock.monotonic() || !this.#arrs.has(arrId)) return
    try {
      if (await port.heardOf(arrId, items, askedAt)) {
        open.isSent = 'heard'
        return await searched.sent(searchId, null)
      }
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
      return this.#askAgain(searchId)
    }
    if (this.#ageOf(open) >= STALE_MS) return this.#notSent(open)
    const reason = this.#deps.states.get(arrId, unit)?.reason
    await this.#send(open, reason === 'missing' || reason === 'today' || reason === 'request')
  }

  /** Its Arr searched it, and nothing came of it since, as far as anything can be known. @throws {StorageFault} */
  async #endHeard(open: OpenSearch): Promise<void> {
    const nothing = {
      title: null,
      said: null,
      found: null,
      indexers: null,
      grabs: [],
      refused: [],
      rejects: {},
    }
    const end = {outcome: 'no_grab', endedAt: this.#deps.clock.now(), ...nothing} as const
    await Promise.all([this.#deps.runs.end(open.searchId, end), this.ended(open, end)])
  }

  #askAgain(searchId: string): void {
    this.#askAt.set(searchId, this.#deps.clock.monotonic() + AGAIN_MS)
  }

  #pausesOf(arr: SearchedArr, now: EpochMs): ReturnType<typeof pausesOf> {
    const isCommandStuck = this.#scheduler.isStuck(arr.id, this.#deps.clock.monotonic())
    return pausesOf({...arr.surroundings(now), isCommandStuck}, arr.pauseChoice, now)
  }

  #statesOf(arrId: string) {
    const {states} = this.#deps
    return {
      get: (unit: SearchUnit) => states.get(arrId, unit),
      put: (state: SearchState) => states.put(state),
    }
  }
}

function causeOf(reason: SearchReason): SearchCause {
  return reason === 'person' || reason === 'failure' || reason === 'rule' ? reason : 'schedule'
}

const resultOf: Readonly<Record<SearchOutcome, SearchResult>> = {
  grabbed: 'grabbed',
  // The queue of the Arr holds it from then on.
  held_by_client: 'grabbed',
  nothing_found: 'empty',
  all_rejected: 'empty',
  no_grab: 'empty',
  partial: 'partial',
  refused: 'failed',
  no_indexer: 'failed',
  failed: 'failed',
  lost: 'failed',
  stuck: 'failed',
  unknown: 'failed',
}
