/**
 * A search of ours, made once: claimed before the Arr is asked, so that after a crash or a lost answer it is asked
 * whether it heard of it, and not told twice. So many in an hour and no more: what is over that waits.
 */
import type {Clock} from '#lib/clock.ts'
import {SEARCHES_PER_HOUR, type Searched} from '#automation-state/searched.ts'
import {HOUR} from '#model/units.ts'
import type {FailingArr} from './fail-download.ts'

export interface OwnSearch {
  readonly arrId: string
  /** `movie/17`. */
  readonly media: readonly string[]
  /** What made it necessary; for each there is one search. */
  readonly failure: string
  readonly searchId: string
  readonly reason: string
}

export interface SearchParts {
  readonly arr: Pick<FailingArr, 'search' | 'heardOf'>
  readonly searched: Pick<Searched, 'claim' | 'sent' | 'intended' | 'isSearchedFor' | 'waitFor'>
  readonly clock: Clock
}

export const SEARCH_BUDGET = 'search_budget'
/** Of what a rule wants searched: somebody had all of it searched a while ago. */
export const SEARCHED_LATELY = 'searched_lately'

export function budgetWords(waitMs: number): string {
  const minutes = Math.ceil(waitMs / 60_000)
  return `Its Arr was asked for ${SEARCHES_PER_HOUR} searches within ${HOUR / 60} minutes: it is searched in ${minutes} min.`
}

/** @returns 0 = the Arr has it; else it is to wait so long, ms. @throws {CommodarrError} */
export async function searchOnce({arr, searched, clock}: SearchParts, wanted: OwnSearch): Promise<number> {
  const {arrId, media, failure, searchId, reason} = wanted
  const isClaimed = searched.isSearchedFor(arrId, failure)
  const waitMs = isClaimed ? 0 : searched.waitFor(arrId, media.length)
  if (waitMs > 0) return waitMs
  const isNew = await searched.claim({arrId, items: media, failure, searchId, reason, at: clock.now()})
  const open = searched.intended(arrId).find((it) => it.failure === failure)
  if (!open) return 0
  const isHeard = !isNew && (await arr.heardOf(arrId, media, open.at))
  if (!isHeard) await arr.search(arrId, media)
  await searched.sent(open.searchId)
  return 0
}
