/**
 * What of one Arr is to be searched, in which units, and what is known of each: library and state in, candidates out.
 * Pure: it asks nothing but what it is handed, and its states are written by who keeps them.
 *
 *   item, or all episodes of a season ─▶ evaluate ─▶ units ─▶ what holds the unit (rests, searches) ─▶ queue
 */
import {
  searchReasons,
  seasonIn,
  seasonUnit,
  type ItemUnit,
  type SearchHold,
  type SearchReason,
  type SearchState,
  type SearchUnit,
  type SearchWish,
  type Waiting,
} from '#model/searching.ts'
import {DAY, HOUR, MINUTE, type EpochMs} from '#model/units.ts'
import {
  evaluate,
  gatesOf,
  holdOfUnit,
  type Evaluated,
  type Gate,
  type ItemFacts,
  type ItemHolds,
  type ProfileFacts,
  type Reasons,
  type SearchChoice,
} from './evaluate.ts'
import {isExplained, restAfter, type RestChoice} from './rest.ts'
import {SearchQueue, type Candidate, type OrderChoice} from './search-queue.ts'
import {askedOf, questionsOf, unitsOfSeason, type BySeason, type SeasonFacts} from './seasons.ts'
import type {WantedDetails} from './wanted-facts.ts'
import {isNewWorld, worldText} from './world.ts'

export type PlanChoice = SearchChoice & OrderChoice & RestChoice & {readonly bySeason: BySeason}

export interface SearchItem extends ItemFacts {
  readonly id: number
  /** Of the series, artist or author; `null` of movies. */
  readonly parentId: number | null
  /** What it is in the world, also in another database or another Arr; `null` = not known. */
  readonly foreignId: string | null
  readonly tags: readonly number[]
  /** When its Arr searched it last, by our clock; `null` = never, or it does not say. */
  readonly searchedAt: EpochMs | null
}

export interface SearchProfile extends ProfileFacts {
  /** Another one as soon as anything of it was edited. */
  readonly revision: string
}

export interface SearchSeason extends SeasonFacts {
  /** Of the season in the world. */
  readonly foreignId: string | null
  /** Those that the library keeps. */
  readonly episodes: readonly SearchItem[]
}

/** What the library of an Arr has, as far as searches go by it. */
export interface PlanLibrary {
  items(): Iterable<SearchItem>
  /** `null` = it is not there (any more). */
  item(unit: ItemUnit): SearchItem | null
  season(seriesId: number, seasonNumber: number): SearchSeason | null
  /** `null` = not known. */
  profileOf(item: SearchItem): SearchProfile | null
  isQueued(unit: ItemUnit): boolean
  hasTemporaryProfile(item: SearchItem): boolean
  /** As people call it; `null` = it is not there (any more). */
  titleOf(unit: SearchUnit): string | null
  /** What rules ask of it; `null` = it is not there (any more). */
  detailsOf(unit: SearchUnit): WantedDetails | null
}

/** What is known of units over restarts. */
export interface PlanStates {
  get(unit: SearchUnit): SearchState | undefined
  /** Remembered at once, and written soon. */
  put(state: SearchState): void
}

/** What else a plan asks. */
export interface PlanSurroundings {
  /** A search of it is claimed, queued or running. */
  isSearching(unit: SearchUnit): boolean
  /** Until when a search through another Arr by some of these indexers is enough; `null` = there was none. */
  elsewhereUntil(foreignId: string, indexers: readonly number[]): EpochMs | null
  /** Until when it waits, as releases of it were given up again and again; `null` = they were not. */
  loopUntil(unit: ItemUnit): EpochMs | null
  /** A rule keeps it from being searched. @param candidate that nothing else holds */
  isHeldByRule(candidate: Candidate): boolean
  /** 0 to 1. */
  random(): number
}

/** All that is needed to search a unit, as it is now. */
export interface PreparedSearch {
  readonly candidate: Candidate
  readonly reasons: Reasons
  /** What the Arr is asked for: the unit itself, or episodes of it. */
  readonly asked: readonly SearchUnit[]
  /** To each indexer, at least. */
  readonly questions: number
  readonly indexers: readonly number[]
  readonly foreignId: string | null
  readonly world: string
  /** It shall be missing, or better than what is there. */
  readonly isMissing: boolean
  /** Its Arr is asked why it takes nothing, if it does not. */
  readonly isExplained: boolean
}

/** What comes of it that a person wants a unit. */
export interface IfWanted {
  /** What even a person does not pass. */
  readonly hold: Waiting<SearchHold> | null
  /** To all its indexers together, at least; 0 = it would not be searched. */
  readonly questions: number
}

/** A unit with what it is made of. */
interface Unit {
  readonly unit: SearchUnit
  readonly reasons: Reasons
  readonly items: readonly SearchItem[]
  readonly season: SearchSeason | null
  readonly foreignId: string | null
  readonly indexers: readonly number[]
  /** As text; of most units nothing is known that it would be compared with. */
  readonly world: () => string
}

/** What its Arr searched itself so lately counts. */
const BY_ARR_MS = 6 * HOUR * 1_000
/** A search of ours may take so long, and sets that time, too. */
const OURS_MS = 30 * MINUTE * 1_000
/** Beyond the longest rest: rests are spread by a tenth, and wait for indexers that are blocked. */
const WRONG_MS = 7 * DAY * 1_000
const LOST_MS = HOUR * 1_000
const LOST_AGAIN_MS = 10 * MINUTE * 1_000
/** So many rests end at once by one change; of more they end over a day. */
const AT_ONCE = 500
const DAY_MS = DAY * 1_000
/** An item of a season that is searched for its own sake. */
const ofItem: ReadonlySet<SearchReason> = new Set<SearchReason>([
  'person',
  'failure',
  'request',
  'rule',
  'today',
])

export class ArrPlan {
  readonly arrId: string
  readonly choice: PlanChoice
  readonly queue: SearchQueue
  readonly #library: PlanLibrary
  readonly #states: PlanStates
  readonly #about: PlanSurroundings
  /** What was made of each season. */
  readonly #unitsOf = new Map<SearchUnit, readonly SearchUnit[]>()
  /** When rests were ended lately, oldest first. */
  #endedAt: EpochMs[] = []

  constructor(
    arrId: string,
    choice: PlanChoice,
    library: PlanLibrary,
    states: PlanStates,
    about: PlanSurroundings,
  ) {
    this.arrId = arrId
    this.choice = choice
    this.queue = new SearchQueue(choice)
    this.#library = library
    this.#states = states
    this.#about = about
  }

  /** Everything of the library, in pieces: others have their turn at each `yield`. What is gone is searched no more. */
  *evaluateAll(now: EpochMs): Generator<void> {
    const seen = new Set<SearchUnit>()
    const seasons = new Set<SearchUnit>()
    for (const item of this.#library.items()) {
      if (item.kind === 'episode') seasons.add(seasonUnit(item.parentId ?? 0, item.seasonNumber ?? 0))
      else seen.add(this.#evaluateItem(unitOf(item), item, now))
      yield
    }
    for (const season of seasons) {
      for (const unit of this.#evaluateSeason(season, now)) seen.add(unit)
      yield
    }
    // Others may have come meanwhile.
    const unseen = [...this.queue.all()].flatMap(({unit}) => (seen.has(unit) ? [] : [unit]))
    for (const unit of unseen) this.evaluate(unit, now)
    for (const season of this.#unitsOf.keys()) if (!seasons.has(season)) this.#unitsOf.delete(season)
  }

  /**
   * Something about it changed, or its hold ended. An episode is evaluated with all of its season; of one that is gone the
   * season has to be named.
   */
  evaluate(unit: SearchUnit, now: EpochMs): void {
    const season = this.#seasonOf(unit)
    if (season !== null) return void this.#evaluateSeason(season, now)
    const item = this.#library.item(unit as ItemUnit)
    if (item === null) this.queue.drop(unit)
    else this.#evaluateItem(unit as ItemUnit, item, now)
  }

  /** What is to be searched of it: of a season the season, or episodes of it. */
  candidatesIn(unit: SearchUnit): readonly Candidate[] {
    const units = seasonIn(unit) === null ? [unit] : (this.#unitsOf.get(unit) ?? [])
    return units.flatMap((one) => this.queue.get(one) ?? [])
  }

  evaluateEnded(now: EpochMs): void {
    for (const unit of this.queue.ended(now)) {
      // One of its season may have been evaluated with it.
      const until = this.queue.get(unit)?.hold?.until ?? null
      if (until !== null && until <= now) this.evaluate(unit, now)
    }
  }

  /** @returns `null` = it is not ready any more */
  prepare(unit: SearchUnit, now: EpochMs): PreparedSearch | null {
    this.evaluate(unit, now)
    const candidate = this.queue.get(unit)
    if (candidate?.hold !== null) return null
    const whole = this.#unitNow(unit, now)
    if (whole === null) return null
    const empties = this.#states.get(unit)?.empties ?? 0
    const asked = askedOf(unit, whole.items, empties)
    const {reasons, season, indexers, foreignId, items} = whole
    const world = whole.world()
    const questions = questionsOf(asked, season, items)
    const isMissing = items.every(({hasFile}) => !hasFile)
    // One list at a time: episodes one by one would be one for each.
    const isWhy = asked.length === 1 && isExplained(candidate.reason, empties)
    const about = {candidate, reasons, asked, questions, indexers, foreignId, world}
    return {...about, isMissing, isExplained: isWhy}
  }

  /** It is claimed now. @returns how it is known from now on: written together with the claim */
  claimed(prepared: PreparedSearch, about: {searchId: string; steady: number; now: EpochMs}): SearchState {
    const {searchId, steady, now} = about
    const {candidate, foreignId, world} = prepared
    const round = this.queue.taken(candidate, steady, now)
    const before = this.#stateOf(candidate.unit)
    return {
      ...before,
      foreignId,
      searchId,
      searchedAt: now,
      reason: candidate.reason,
      round,
      result: null,
      // Should its end be lost, it is due again then.
      restsUntil: now + LOST_MS,
      world,
      wish: afterTurn(before.wish),
    }
  }

  /** How it is known once its search ended so. */
  ended(
    unit: SearchUnit,
    end: {
      readonly result: NonNullable<SearchState['result']>
      /** Its Arr began again before it had searched: it is searched once more soon. */
      readonly isLost: boolean
      readonly wasPartial: boolean
      readonly indexersBackAt: EpochMs | null
      readonly now: EpochMs
    },
  ): SearchState {
    const state = this.#stateOf(unit)
    const candidate = this.queue.get(unit)
    const {until, ...counts} = restAfter(
      {
        ...end,
        empties: state.empties,
        failures: state.failures,
        reason: state.reason ?? 'missing',
        availableAt: candidate?.availableAt ?? null,
        random: this.#about.random(),
      },
      this.choice,
    )
    const isOnceMore = end.isLost && state.failures === 0
    return {...state, ...counts, result: end.result, restsUntil: isOnceMore ? end.now + LOST_AGAIN_MS : until}
  }

  /** Nothing was sent of it, as its Arr refused it or it is not wanted any more. @param before the claim */
  notSent(unit: SearchUnit, before: SearchState | undefined, now: EpochMs): SearchState {
    const state = before ?? blankState(this.arrId, unit)
    const {until, failures} = restAfter(
      {...noRest, ...state, result: 'failed', reason: 'missing', now, random: this.#about.random()},
      this.choice,
    )
    return {...state, failures, restsUntil: until, wish: afterTurn(state.wish)}
  }

  /** A wish of a person, a rule or a request; `null` = it is withdrawn. */
  wish(unit: SearchUnit, wish: SearchState['wish'], now: EpochMs): void {
    this.#states.put({...this.#stateOf(unit), wish})
    this.evaluate(unit, now)
  }

  /** When it, or its season, was asked for in a request manager; `null` = it was not. */
  requestedAt(unit: SearchUnit): EpochMs | null {
    const wish = this.#states.get(unit)?.wish
    if (wish?.reason === 'request') return wish.at
    const item = unit.startsWith('episode/') ? this.#library.item(unit as ItemUnit) : null
    return item && this.#requestOfSeason(item)
  }

  /** A person holds it back, or does not any more. Who holds back what a person wanted wants it no more. */
  hold(unit: SearchUnit, is: boolean, now: EpochMs): void {
    const {wish, ...state} = this.#stateOf(unit)
    const isWithdrawn = is && wish?.reason === 'person'
    this.#states.put({...state, heldAt: is ? now : null, wish: isWithdrawn ? null : wish})
    this.evaluate(unit, now)
  }

  /** Its library has it. */
  has(unit: SearchUnit): boolean {
    const season = seasonIn(unit)
    if (season === null) return this.#library.item(unit as ItemUnit) !== null
    return this.#library.season(season.seriesId, season.seasonNumber) !== null
  }

  /** What would hold it if a person wanted it now, and what it would cost; nothing is changed. */
  ifWanted(unit: SearchUnit, now: EpochMs): IfWanted {
    const seasonKey = this.#seasonOf(unit)
    const ids = seasonKey === null ? null : seasonIn(seasonKey)
    const season = ids && this.#library.season(ids.seriesId, ids.seasonNumber)
    const item = seasonIn(unit) ? null : this.#library.item(unit as ItemUnit)
    const items = item === null ? (season?.episodes ?? []) : [item]
    const found = items.flatMap((one) => {
      const profile = this.#library.profileOf(one)
      const wishes: readonly SearchReason[] = item === null ? [] : ['person']
      const holds = this.#holdsOf(unitOf(one), one)
      const evaluated = evaluate(one, profile, {holds, wishes, choice: this.choice, now})
      return evaluated ? [{item: one, hold: evaluated.hold, indexers: profile?.indexers ?? []}] : []
    })
    const open = found.filter(({hold}) => hold === null)
    if (this.#about.isSearching(unit)) return {hold: {code: 'running', until: null}, questions: 0}
    if (open.length === 0) return {hold: found[0]?.hold ?? null, questions: 0}
    const wanted = open.map((one) => one.item)
    const asked = askedOf(unit, wanted, this.#states.get(unit)?.empties ?? 0)
    return {hold: null, questions: questionsOf(asked, season, wanted) * open[0]!.indexers.length}
  }

  /** What was searched before says nothing any more: an entry of the blocklist is free, a request came. */
  endRest(unit: SearchUnit, now: EpochMs): void {
    const state = this.#states.get(unit)
    if (state) this.#states.put(this.#awake(state, now))
    this.evaluate(unit, now)
  }

  /** What an item has to pass before it is searched; none of a season, or of what is gone. */
  gates(unit: SearchUnit, now: EpochMs): readonly Gate[] {
    const item = seasonIn(unit) === null ? this.#library.item(unit as ItemUnit) : null
    if (item === null) return []
    const profile = this.#library.profileOf(item)
    const isOfSeason = this.#requestOfSeason(item) !== null
    const reasons = this.#evaluated(unit as ItemUnit, item, profile, now, isOfSeason)?.reasons ?? unwanted
    const holds = this.#holdsOf(unit as ItemUnit, item)
    return gatesOf(item, profile, {holds, choice: this.choice, reasons, now})
  }

  #holdsOf(unit: ItemUnit, item: SearchItem): ItemHolds {
    return {
      isQueued: this.#library.isQueued(unit),
      isHeld: (this.#states.get(unit)?.heldAt ?? null) !== null,
      loopUntil: this.#about.loopUntil(unit),
      hasTemporaryProfile: this.#library.hasTemporaryProfile(item),
    }
  }

  #requestOfSeason({kind, parentId, seasonNumber}: SearchItem): EpochMs | null {
    if (kind !== 'episode') return null
    const wish = this.#states.get(seasonUnit(parentId ?? 0, seasonNumber ?? 0))?.wish
    return wish?.reason === 'request' ? wish.at : null
  }

  #stateOf(unit: SearchUnit): SearchState {
    return this.#states.get(unit) ?? blankState(this.arrId, unit)
  }

  #seasonOf(unit: SearchUnit): SearchUnit | null {
    if (seasonIn(unit)) return unit
    if (!unit.startsWith('episode/')) return null
    const item = this.#library.item(unit as ItemUnit)
    return item && seasonUnit(item.parentId ?? 0, item.seasonNumber ?? 0)
  }

  #evaluateItem(unit: ItemUnit, item: SearchItem, now: EpochMs): SearchUnit {
    const profile = this.#library.profileOf(item)
    const found = this.#evaluated(unit, item, profile, now)
    if (found !== null) this.#put(this.#single(unit, item, profile, found.reasons), found.hold, now)
    else {
      // Once it is wanted again it is not as it was.
      this.#renewed(this.#single(unit, item, profile, unwanted), now)
      this.queue.drop(unit)
    }
    return unit
  }

  /** @returns the units that are candidates */
  #evaluateSeason(unit: SearchUnit, now: EpochMs): readonly SearchUnit[] {
    const {seriesId, seasonNumber} = seasonIn(unit)!
    const season = this.#library.season(seriesId, seasonNumber)
    const put: SearchUnit[] = []
    for (const one of season === null ? [] : this.#unitsIn(season, now)) {
      this.#put(one, one.hold, now)
      put.push(one.unit)
    }
    for (const before of this.#unitsOf.get(unit) ?? []) if (!put.includes(before)) this.queue.drop(before)
    if (put.length > 0) this.#unitsOf.set(unit, put)
    else this.#unitsOf.delete(unit)
    return put
  }

  /** Episodes that something holds; those that are searched for their own sake; what is left, as the season or one by one. */
  *#unitsIn(
    season: SearchSeason,
    now: EpochMs,
  ): Generator<Unit & {readonly hold: Waiting<SearchHold> | null}> {
    const open: (Unit & {readonly item: SearchItem})[] = []
    const unit = seasonUnit(season.seriesId, season.seasonNumber)
    const wanted: SearchItem[] = []
    const state = this.#states.get(unit)
    const wish = wishOf(state, now)
    const isRequested = wish === 'request'
    let hasLoop = false
    for (const item of season.episodes) {
      const profile = this.#library.profileOf(item)
      const itsUnit = unitOf(item)
      const found = this.#evaluated(itsUnit, item, profile, now, isRequested)
      const single = this.#single(itsUnit, item, profile, found?.reasons ?? unwanted)
      this.#renewed(single, now)
      if (found === null) continue
      wanted.push(item)
      if (found.hold?.code === 'loop') hasLoop = true
      const one = {...single, season}
      const [reason] = found.reasons
      // What the season was asked for is searched as the season where that is cheaper.
      const isOwn =
        reason === 'request' ? this.#states.get(itsUnit)?.wish?.reason === reason : ofItem.has(reason)
      if (found.hold !== null || isOwn) yield {...one, hold: found.hold}
      else open.push({...one, item})
    }
    if (open.length === 0) return
    const [first] = open
    // A search of the season would take in those that are held, too.
    const units = unitsOfSeason(
      season,
      open.map(({item}) => item),
      hasLoop ? false : this.choice.bySeason,
    )
    const isHeld = (state?.heldAt ?? null) !== null && wish !== 'person'
    if ((wish === null || isRequested) && !isHeld && units[0] !== unit) {
      for (const one of open) yield {...one, hold: null}
      return
    }
    const reasons = strongestOf(open)
    yield {
      unit,
      reasons: wish === null || isRequested ? reasons : [wish, ...reasons],
      items: open.map(({item}) => item),
      season,
      foreignId: season.foreignId,
      indexers: first!.indexers,
      world: () =>
        worldText({
          facts: [this.#library.profileOf(first!.item)?.revision ?? null, ...first!.item.tags],
          indexers: first!.indexers,
          items: wanted.map(({id}) => id),
        }),
      hold: isHeld ? {code: 'held', until: null} : null,
    }
  }

  #unitNow(unit: SearchUnit, now: EpochMs): Unit | null {
    const seasonKey = this.#seasonOf(unit)
    if (seasonKey !== null) {
      const {seriesId, seasonNumber} = seasonIn(seasonKey)!
      const season = this.#library.season(seriesId, seasonNumber)
      if (season === null) return null
      return [...this.#unitsIn(season, now)].find((one) => one.unit === unit) ?? null
    }
    const item = this.#library.item(unit as ItemUnit)
    if (item === null) return null
    const profile = this.#library.profileOf(item)
    const found = this.#evaluated(unit as ItemUnit, item, profile, now)
    return found && this.#single(unit as ItemUnit, item, profile, found.reasons)
  }

  #single(unit: ItemUnit, item: SearchItem, profile: SearchProfile | null, reasons: Reasons): Unit {
    const {foreignId, tags, monitored, availableAt, hasFile} = item
    const indexers = profile?.indexers ?? []
    return {
      unit,
      reasons,
      items: [item],
      season: null,
      foreignId,
      indexers,
      world: () =>
        worldText({
          facts: [profile?.revision ?? null, monitored, availableAt, hasFile, ...tags],
          indexers,
          items: [],
        }),
    }
  }

  #evaluated(
    unit: ItemUnit,
    item: SearchItem,
    profile: SearchProfile | null,
    now: EpochMs,
    isRequested = false,
  ): Evaluated | null {
    const own = wishOf(this.#states.get(unit), now)
    const wishes: readonly SearchWish[] = own === null ? [] : [own]
    const all: readonly SearchWish[] = isRequested ? [...wishes, 'request'] : wishes
    return evaluate(item, profile, {
      holds: this.#holdsOf(unit, item),
      // What was asked for in a request manager has its end as soon as it is there.
      wishes: item.hasFile ? all.filter((wish) => wish !== 'request') : all,
      choice: this.choice,
      now,
    })
  }

  #put(one: Unit, holdOfItem: Waiting<SearchHold> | null, now: EpochMs): void {
    const {unit, reasons, items, foreignId, indexers} = one
    const [reason] = reasons
    const state = this.#renewed(one, now)
    const searchedAt = latest(items.map((item) => item.searchedAt))
    const availableAt = latest(items.map((item) => item.availableAt))
    const hold =
      holdOfItem ??
      holdOfUnit(
        reasons,
        {
          isSearching: this.#about.isSearching(unit),
          restsUntil: restOf(items, state, now + this.choice.mostMs + WRONG_MS),
          wasSearched: state?.reason === reason && (state.result === 'empty' || state.result === 'grabbed'),
          elsewhereUntil: foreignId === null ? null : this.#about.elsewhereUntil(foreignId, indexers),
        },
        this.choice,
        now,
      )
    const candidate: Candidate = {
      unit,
      reason,
      ownReason: reasons.find((one) => one !== 'rule') ?? null,
      hold,
      year: items[0]?.year ?? (availableAt === null ? null : new Date(availableAt).getUTCFullYear()),
      availableAt,
      searchedAt: later(searchedAt, state?.searchedAt ?? null),
      round: state?.reason === reason ? state.round : 0,
      wantedAt: state?.wish?.at ?? this.requestedAt(unit),
    }
    // Last: that something else holds it, too, is said, and rules judge it as it is without them.
    const isHeld = hold === null && reason !== 'person' && this.#about.isHeldByRule(candidate)
    this.queue.put(isHeld ? {...candidate, hold: {code: 'held_by_rule', until: null}} : candidate)
  }

  /** What is known of it, in the world as it is now: where that is another one, its rest has ended. */
  #renewed({unit, world, foreignId}: Unit, now: EpochMs): SearchState | undefined {
    const state = this.#states.get(unit)
    if (state === undefined || state.world === null) return state
    // The number means another item now.
    const isOther = state.foreignId !== null && foreignId !== null && state.foreignId !== foreignId
    const worldNow = world()
    if (!isOther && !isNewWorld(state.world, worldNow)) return state
    const awake = isOther ? blankState(this.arrId, unit) : {...this.#awake(state, now), world: worldNow}
    this.#states.put(awake)
    return awake
  }

  #awake(state: SearchState, now: EpochMs): SearchState {
    const isResting = (state.restsUntil ?? 0) > now
    return {
      ...state,
      empties: 0,
      failures: 0,
      result: null,
      restsUntil: isResting ? this.#awakeAt(now) : null,
    }
  }

  /** Not all at once, when one change is about thousands of them. */
  #awakeAt(now: EpochMs): EpochMs | null {
    this.#endedAt = this.#endedAt.filter((at) => at > now - DAY_MS && at <= now)
    if (this.#endedAt.length < AT_ONCE) {
      this.#endedAt.push(now)
      return null
    }
    return now + Math.round(DAY_MS * this.#about.random())
  }
}

/** Of what nothing asks for. */
const unwanted: Reasons = ['upgrade']
const noRest = {wasPartial: false, availableAt: null, indexersBackAt: null} as const

function unitOf({kind, id}: SearchItem): ItemUnit {
  return `${kind}/${id}`
}

function blankState(arrId: string, unit: SearchUnit): SearchState {
  return {
    arrId,
    unit,
    foreignId: null,
    searchId: null,
    searchedAt: null,
    reason: null,
    round: 0,
    result: null,
    restsUntil: null,
    empties: 0,
    failures: 0,
    world: null,
    heldAt: null,
    wish: null,
  }
}

/** What was asked for in a request manager stays so until it is there; all else has one turn. */
function afterTurn(wish: SearchState['wish']): SearchState['wish'] {
  return wish?.reason === 'request' ? wish : null
}

/** Days later it would surprise whoever wanted it; a request lasts until it is withdrawn. */
function wishOf(state: SearchState | undefined, now: EpochMs): SearchWish | null {
  if (!state?.wish) return null
  const {reason, at} = state.wish
  return reason === 'request' || now - at < DAY_MS ? reason : null
}

/**
 * By its own state, or by what its Arr searched of it without us. A longer rest than there is was made by a wrong clock.
 * @returns `null` = it does not rest
 */
function restOf(
  items: readonly SearchItem[],
  state: SearchState | undefined,
  mostUntil: EpochMs,
): EpochMs | null {
  const byArr = Math.min(...items.map(({searchedAt}) => searchedAt ?? -Infinity))
  const isOfArr = byArr > (state?.searchedAt ?? -Infinity) + OURS_MS
  const until = Math.max(state?.restsUntil ?? -Infinity, isOfArr ? byArr + BY_ARR_MS : -Infinity)
  return until === -Infinity || until > mostUntil ? null : until
}

function latest(times: readonly (EpochMs | null)[]): EpochMs | null {
  return times.length === 1 ? times[0]! : times.reduce(later, null)
}

/** Of two, of which one or both may not be known. */
function later(a: EpochMs | null, b: EpochMs | null): EpochMs | null {
  return a === null || (b !== null && b > a) ? b : a
}

function strongestOf(units: readonly Unit[]): Reasons {
  const all = units.map(({reasons}) => reasons)
  return all.reduce((best, one) => (strengthOf(one[0]) < strengthOf(best[0]) ? one : best))
}

function strengthOf(reason: SearchReason): number {
  return searchReasons.indexOf(reason)
}
