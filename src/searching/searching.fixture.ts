/** For tests: a library and states in memory, and an Arr to plan searches of. */
import {seasonIn, seasonUnit, type ItemUnit, type SearchState, type SearchUnit} from '#model/searching.ts'
import {DAY, HOUR, type EpochMs} from '#model/units.ts'
import {
  ArrPlan,
  type PlanChoice,
  type PlanLibrary,
  type PlanStates,
  type PlanSurroundings,
  type SearchItem,
  type SearchProfile,
  type SearchSeason,
} from './arr-plan.ts'
import type {PauseChoice, Surroundings} from './search-pauses.ts'
import type {WantedDetails} from './wanted-facts.ts'

export const HOUR_MS = HOUR * 1_000
export const DAY_MS = DAY * 1_000
/** A Thursday at noon. */
export const NOW: EpochMs = Date.UTC(2026, 0, 1, 12)

export const choiceOfAll: PlanChoice = {
  missing: true,
  specials: false,
  unmonitored: false,
  today: true,
  minimum: true,
  cutoff: true,
  score: true,
  upgrade: false,
  onlyOnce: false,
  graceMs: 2 * HOUR_MS,
  byYear: true,
  inReverse: false,
  startMs: DAY_MS,
  mostMs: 30 * DAY_MS,
  bySeason: 'smart',
}

export const profile: SearchProfile = {
  revision: 'p1',
  upgradeAllowed: true,
  minScore: 0,
  cutoffScore: 100,
  delayMs: 0,
  indexers: [1, 2],
  isSkipped: false,
}

/** Missing, and out for years. */
export function film(id: number, more: Partial<SearchItem> = {}): SearchItem {
  return {
    kind: 'movie',
    id,
    parentId: null,
    foreignId: `tmdb ${id}`,
    monitored: true,
    seasonNumber: null,
    availableAt: Date.UTC(2010, 0, 1),
    year: 2_010,
    hasFile: false,
    belowCutoff: null,
    score: null,
    tags: [],
    searchedAt: null,
    ...more,
  }
}

/** Of series 5, season 1; missing, and out for years. */
export function episode(id: number, more: Partial<SearchItem> = {}): SearchItem {
  const [parentId, seasonNumber] = [more.parentId ?? 5, more.seasonNumber ?? 1]
  const ofEpisode = {kind: 'episode', parentId, seasonNumber, year: null} as const
  return film(id, {foreignId: `tvdb ${parentId} ${seasonNumber} ${id}`, ...ofEpisode, ...more})
}

export class TestLibrary implements PlanLibrary {
  readonly #items = new Map<ItemUnit, SearchItem>()
  readonly #seasons = new Map<SearchUnit, Set<ItemUnit>>()
  readonly seasonFacts = new Map<SearchUnit, Partial<SearchSeason>>()
  readonly queued = new Set<string>()
  readonly temporary = new Set<number>()
  profile: SearchProfile | null = profile
  /** Of items for which others are there than in the profile. */
  readonly indexersOf = new Map<number, readonly number[]>()

  constructor(items: Iterable<SearchItem> = []) {
    for (const item of items) this.put(item)
  }

  put(item: SearchItem): void {
    const unit = `${item.kind}/${item.id}` as const
    this.#items.set(unit, item)
    if (item.kind !== 'episode') return
    const season = seasonUnit(item.parentId!, item.seasonNumber!)
    this.#seasons.set(season, (this.#seasons.get(season) ?? new Set()).add(unit))
  }

  change(unit: ItemUnit, more: Partial<SearchItem>): void {
    this.put({...this.#items.get(unit)!, ...more})
  }

  remove(unit: ItemUnit): void {
    this.#items.delete(unit)
    for (const units of this.#seasons.values()) units.delete(unit)
  }

  items(): Iterable<SearchItem> {
    return this.#items.values()
  }

  item(unit: ItemUnit): SearchItem | null {
    return this.#items.get(unit) ?? null
  }

  season(seriesId: number, seasonNumber: number): SearchSeason | null {
    const unit = seasonUnit(seriesId, seasonNumber)
    const units = this.#seasons.get(unit)
    if (!units || units.size === 0) return null
    const episodes = [...units].map((one) => this.#items.get(one)!)
    return {
      seriesId,
      seasonNumber,
      seriesType: 'standard',
      airedCount: episodes.length,
      hasUnmonitored: false,
      foreignId: `tvdb ${seriesId} ${seasonNumber}`,
      episodes,
      ...this.seasonFacts.get(unit),
    }
  }

  profileOf({id}: SearchItem): SearchProfile | null {
    const indexers = this.indexersOf.get(id)
    return this.profile && indexers ? {...this.profile, indexers} : this.profile
  }

  isQueued(unit: ItemUnit): boolean {
    return this.queued.has(unit)
  }

  hasTemporaryProfile({id}: SearchItem): boolean {
    return this.temporary.has(id)
  }

  titleOf(unit: SearchUnit): string {
    return `Title of ${unit}`
  }

  detailsOf(unit: SearchUnit): WantedDetails | null {
    const of = seasonIn(unit)
    const item = of === null ? this.item(unit as ItemUnit) : null
    const episodes = of === null ? [] : (this.season(of.seriesId, of.seasonNumber)?.episodes ?? [])
    if (item === null && episodes.length === 0) return null
    return {
      kind: item?.kind ?? 'season',
      title: this.titleOf(unit),
      seasonNumber: item?.seasonNumber ?? of?.seasonNumber ?? null,
      addedAt: Date.UTC(2025, 0, 1),
      monitored: item?.monitored ?? true,
      missing: (item ? [item] : episodes).filter(({hasFile}) => !hasFile).length,
      quality: item?.hasFile ? 'HDTV-720p' : null,
      score: item?.hasFile ? (item.score ?? undefined) : null,
      profile: 'HD',
      tags: (item?.tags ?? []).map((tag) => `tag ${tag}`),
    }
  }
}

export class TestStates implements PlanStates {
  readonly all = new Map<SearchUnit, SearchState>()

  get(unit: SearchUnit): SearchState | undefined {
    return this.all.get(unit)
  }

  put(state: SearchState): void {
    this.all.set(state.unit, state)
  }
}

/** A plan of an Arr with these items, and what takes part in it. */
export function planned(
  items: readonly SearchItem[],
  more: Partial<PlanChoice> = {},
  about: Partial<PlanSurroundings> = {},
) {
  const library = new TestLibrary(items)
  const states = new TestStates()
  const searching = new Set<SearchUnit>()
  const plan = new ArrPlan('arr', {...choiceOfAll, ...more}, library, states, {
    isSearching: (unit) => searching.has(unit),
    elsewhereUntil: () => null,
    loopUntil: () => null,
    isHeldByRule: () => false,
    random: () => 0.5,
    ...about,
  })
  const all = (now: EpochMs = NOW) => {
    for (const _ of plan.evaluateAll(now));
  }
  all()
  const holds = () =>
    Object.fromEntries([...plan.queue.all()].map(({unit, hold}) => [unit, hold?.code ?? 'ready'])) as Record<
      string,
      string
    >
  return {plan, library, states, searching, all, holds}
}

export type Planned = ReturnType<typeof planned>

/** One search of a unit that is ready, with its end. */
export function searchOnce(
  {plan, states}: Pick<Planned, 'plan' | 'states'>,
  unit: SearchUnit,
  result: NonNullable<SearchState['result']>,
  about: {readonly now: EpochMs; readonly isLost?: boolean; readonly indexersBackAt?: EpochMs},
): SearchState {
  const {now} = about
  const search = plan.prepare(unit, now)
  if (search === null) throw new Error(`${unit} is not ready.`)
  const before = states.get(unit)
  states.put(plan.claimed(search, {searchId: `s ${now}`, steady: now, now}))
  const {isLost = false, indexersBackAt = null} = about
  const state = plan.ended(unit, {
    result,
    isLost,
    wasPartial: before?.result === 'partial',
    indexersBackAt,
    now,
  })
  states.put(state)
  plan.evaluate(unit, now)
  return state
}

export const noPauses: PauseChoice = {activeDownloads: 20, mostCommands: 5, quietUntil: () => null}

/** All is well since ever. */
export const allWell: Surroundings = {
  isOn: true,
  isObserved: false,
  isProcessingOnly: false,
  isStorageWell: true,
  onlineSince: 0,
  isLibrarySure: true,
  isClockSure: true,
  pausedUntil: false,
  internetSince: 0,
  isCommandStuck: false,
  searchCommands: 0,
  queue: [],
  stuckRows: new Set(),
  checks: [],
  room: null,
  hasServer: true,
  areServersFull: false,
  blockedShare: 0,
  blockedUntil: null,
}
