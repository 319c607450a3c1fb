/**
 * What the section of an Arr says of its searches. Each key works alone; what is searched is decided by the others as it is
 * by qBitrr's documentation. Source: qBitrr, EntrySearch.
 */
import type {ArrConfig, QuietHours} from '#config/schema/schema-arrs.ts'
import {HOUR, type Seconds} from '#model/units.ts'
import type {PlanChoice} from './arr-plan.ts'
import type {BudgetChoice} from './search-budgets.ts'

export interface ArrSearchChoice {
  readonly plan: PlanChoice
  readonly budget: BudgetChoice
  /** While so many search commands of anyone are queued or running, nothing is added. */
  readonly mostCommands: number
  /** So many unfinished downloads fill the queue. */
  readonly activeDownloads: number
  readonly quietHours: QuietHours | null
  /** Limits of indexers that are typed in, by their names in the Arr. */
  readonly indexerLimits: ArrConfig['EntrySearch']['IndexerLimits']
  /** Labels of tags in the Arr whose media are not searched. */
  readonly skipTags: readonly string[]
  /** Something of it is wanted. */
  readonly isOn: boolean
}

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
    score: keys.CustomFormatUnmetSearch && keys.CustomFormatUntil === 'cutoff',
    // It takes in all that the two others would.
    upgrade: keys.DoUpgradeSearch,
    onlyOnce: !keys.SearchAgainOnSearchCompletion,
    graceMs: keys.GraceHours * HOUR * 1_000,
    byYear: keys.SearchByYear,
    inReverse: keys.SearchInReverse,
    startMs: keys.RestStart * 1_000,
    mostMs: Math.max(keys.RestStart, keys.RestMax) * 1_000,
    bySeason: keys.SearchBySeries,
  }
  return {
    plan,
    budget: {
      spacingMs: Math.max(LEAST_SPACING_MS, loopDelay * 1_000),
      perHour: keys.SearchesPerHour,
      perDay: keys.SearchesPerDay,
    },
    mostCommands: keys.SearchLimit,
    activeDownloads: keys.ActiveDownloadLimit === 0 ? Number.MAX_SAFE_INTEGER : keys.ActiveDownloadLimit,
    quietHours: keys.QuietHours,
    indexerLimits: keys.IndexerLimits,
    skipTags: keys.SkipTags,
    isOn:
      plan.missing ||
      plan.minimum ||
      plan.cutoff ||
      plan.upgrade ||
      keys.Overseerr.SearchOverseerrRequests ||
      keys.Ombi.SearchOmbiRequests,
  }
}
