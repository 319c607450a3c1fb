/**
 * What the section of an Arr says of its searches. Each key works alone; what is searched is decided by the others as it is
 * by qBitrr's documentation. Source: qBitrr, EntrySearch.
 */
import type {ArrConfig} from '#config/schema/schema-arrs.ts'
import {DAY, HOUR, type Seconds} from '#model/units.ts'
import type {PlanChoice} from './arr-plan.ts'
import type {BudgetChoice} from './search-budgets.ts'

export interface ArrSearchChoice {
  readonly plan: PlanChoice
  readonly budget: BudgetChoice
  /** So many search commands of others are waited for. */
  readonly otherCommands: number
  /** Something of it is wanted. */
  readonly isOn: boolean
}

const PER_HOUR = 30
const GRACE_MS = 2 * HOUR * 1_000
const REST_START_MS = DAY * 1_000
const REST_MOST_MS = 30 * DAY * 1_000
/** However often somebody wants it, an Arr is not asked faster. */
const LEAST_SPACING_MS = 5_000

/** @param loopDelay `Settings.SearchLoopDelay` */
export function searchChoice(
  {EntrySearch: keys}: Pick<ArrConfig, 'EntrySearch'>,
  loopDelay: Seconds,
): ArrSearchChoice {
  const plan: PlanChoice = {
    missing: keys.SearchMissing,
    specials: keys.AlsoSearchSpecials,
    unmonitored: keys.Unmonitored,
    today: keys.PrioritizeTodaysReleases,
    minimum: keys.CustomFormatUnmetSearch,
    cutoff: keys.QualityUnmetSearch,
    score: false,
    // It takes in all that the two others would.
    upgrade: keys.DoUpgradeSearch,
    onlyOnce: !keys.SearchAgainOnSearchCompletion,
    graceMs: GRACE_MS,
    byYear: keys.SearchByYear,
    inReverse: keys.SearchInReverse,
    startMs: REST_START_MS,
    mostMs: REST_MOST_MS,
    bySeason: keys.SearchBySeries,
  }
  return {
    plan,
    budget: {spacingMs: Math.max(LEAST_SPACING_MS, loopDelay * 1_000), perHour: PER_HOUR, perDay: 0},
    otherCommands: keys.SearchLimit,
    isOn: plan.missing || plan.minimum || plan.cutoff || plan.upgrade,
  }
}
