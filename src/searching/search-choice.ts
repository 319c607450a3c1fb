/**
 * What the section of an Arr says of its searches. Each key works alone; what is searched is decided by the others as it is
 * by qBitrr's documentation. Source: qBitrr, EntrySearch.
 */
import type {ArrConfig, QuietHours} from '#config/schema/schema-arrs.ts'
import {HOUR, type EpochMs, type Seconds} from '#model/units.ts'
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

/**
 * When the quiet hours end in which this moment lies; `null` = it lies in none.
 * @param timeZone in which the hours are meant
 */
export function quietUntil({from, to}: QuietHours, timeZone: string): (now: EpochMs) => EpochMs | null {
  const wall = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  return (now) => {
    const time = wall.format(now)
    const isQuiet = from < to ? time >= from && time < to : time >= from || time < to
    if (!isQuiet) return null
    const left = (minutesIn(to) - minutesIn(time) + DAY_MINUTES) % DAY_MINUTES
    return Math.floor(now / MINUTE_MS) * MINUTE_MS + left * MINUTE_MS
  }
}

const DAY_MINUTES = 24 * 60
const MINUTE_MS = 60_000

function minutesIn(time: string): number {
  const [hours, minutes] = time.split(':').map(Number) as [number, number]
  return hours * 60 + minutes
}
